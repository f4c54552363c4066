"""Channels of SWAGAT 2.0 and the days a case may stay at each level of the ladder."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from swagat.domain.errors import N_, Invalid, Text

LAST_LEVEL = 6


class Channel(StrEnum):
    """How complex a case is: minor and quick, needing other offices, or complex and long."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


class Unit(StrEnum):
    """What a number of days counts."""

    CALENDAR = "calendar"
    WORKING = "working"


CHANNEL_NAMES: Mapping[Channel, Text] = {
    Channel.GREEN: Text(N_("Green")),
    Channel.YELLOW: Text(N_("Yellow")),
    Channel.RED: Text(N_("Red")),
}

LevelDays = Mapping[int, int]


@dataclass(frozen=True)
class Policy:
    """One version of the ladder's days; raise Invalid when a channel or level has none.

    `start_days` is for the level where a case begins, `step_days` for a level it climbs to, `repeat_days` for
    each further round at the last level. `ours` marks channels whose days no source publishes.
    """

    version: int
    effective_from: date
    unit: Unit
    start_days: Mapping[Channel, LevelDays]
    step_days: Mapping[Channel, LevelDays]
    ours: Mapping[Channel, bool]
    repeat_days: int = 14
    last_level: int = LAST_LEVEL

    def __post_init__(self) -> None:
        for channel in Channel:
            starts, steps = self.start_days.get(channel, {}), self.step_days.get(channel, {})
            wanted = [starts.get(level, 0) for level in range(1, self.last_level + 1)]
            wanted += [steps.get(level, 0) for level in range(2, self.last_level + 1)]
            if min(wanted) < 1 or self.repeat_days < 1 or channel not in self.ours:
                raise Invalid(
                    N_("Give the %(channel)s channel at least one day at every level."),
                    channel=CHANNEL_NAMES[channel],
                )

    def days_at_start(self, channel: Channel, level: int) -> int:
        """Return the days a case of this channel has at the level where it begins."""
        return self.start_days[channel][level]

    def days_after_step(self, channel: Channel, level: int) -> int:
        """Return the days a case of this channel has at a level it has climbed to."""
        return self.step_days[channel][level]


def policy_on(day: date, policies: Iterable[Policy]) -> Policy:
    """Return the policy in force on a day, the latest of those that have begun; raise Invalid for none."""
    begun = [policy for policy in policies if policy.effective_from <= day]
    if not begun:
        raise Invalid(N_("No time limits are in force on %(day)s."), day=day)
    return max(begun, key=lambda policy: (policy.effective_from, policy.version))


def _every_level(days: int) -> LevelDays:
    return dict.fromkeys(range(1, LAST_LEVEL + 1), days)


# The published matrix of SWAGAT 2.0 gives Green 21 days at L1 to L4 and 14 for each step; L5 and L6
# follow it here. Of Yellow only a first 45 is readable and of Red nothing, so both are marked ours.
# Whether calendar or working days are meant is not stated.
SHIPPED_POLICY = Policy(
    version=1,
    effective_from=date(2024, 12, 25),
    unit=Unit.CALENDAR,
    start_days={
        Channel.GREEN: _every_level(21),
        Channel.YELLOW: _every_level(45),
        Channel.RED: _every_level(60),
    },
    step_days={
        Channel.GREEN: _every_level(14),
        Channel.YELLOW: _every_level(21),
        Channel.RED: _every_level(30),
    },
    ours={Channel.GREEN: False, Channel.YELLOW: True, Channel.RED: True},
)
