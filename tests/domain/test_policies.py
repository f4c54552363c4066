from dataclasses import replace
from datetime import date

import pytest

from swagat.domain.errors import Invalid
from swagat.domain.policies import SHIPPED_POLICY, Channel, Policy, Unit, policy_on


@pytest.mark.parametrize(
    ("channel", "start", "step", "ours"),
    [(Channel.GREEN, 21, 14, False), (Channel.YELLOW, 45, 21, True), (Channel.RED, 60, 30, True)],
)
def test_the_shipped_policy_has_the_days_of_swagat_2_and_marks_those_that_are_ours(
    channel: Channel, start: int, step: int, ours: bool
) -> None:
    assert [SHIPPED_POLICY.days_at_start(channel, level) for level in range(1, 7)] == [start] * 6
    assert [SHIPPED_POLICY.days_after_step(channel, level) for level in range(2, 7)] == [step] * 5
    assert SHIPPED_POLICY.ours[channel] is ours


def test_the_shipped_policy_counts_calendar_days_and_repeats_the_last_level_after_fourteen() -> None:
    assert SHIPPED_POLICY.unit is Unit.CALENDAR
    assert (SHIPPED_POLICY.last_level, SHIPPED_POLICY.repeat_days) == (6, 14)


def policy(version: int, effective_from: date) -> Policy:
    return replace(SHIPPED_POLICY, version=version, effective_from=effective_from)


@pytest.mark.parametrize(
    ("day", "version"),
    [
        (date(2026, 1, 1), 1),
        (date(2026, 1, 31), 1),
        (date(2026, 3, 31), 5),
        (date(2026, 4, 1), 3),  # it begins later than version 5; of two that begin on one day, the newer version
        (date(2026, 6, 30), 3),
        (date(2026, 7, 1), 4),
        (date(2030, 1, 1), 4),
    ],
)
def test_the_policy_of_a_day_is_the_newest_that_has_begun(day: date, version: int) -> None:
    policies = [
        policy(4, date(2026, 7, 1)),
        policy(5, date(2026, 2, 1)),
        policy(2, date(2026, 4, 1)),
        policy(3, date(2026, 4, 1)),
        policy(1, date(2026, 1, 1)),
    ]
    assert policy_on(day, policies).version == version


def test_a_day_before_every_policy_is_refused() -> None:
    with pytest.raises(Invalid, match="2025-12-31"):
        policy_on(date(2025, 12, 31), [policy(1, date(2026, 1, 1))])


@pytest.mark.parametrize("level_days", [{}, {1: 21, 2: 21, 3: 21, 4: 21, 5: 21}, dict.fromkeys(range(1, 7), 0)])
def test_a_policy_without_days_for_every_level_is_refused(level_days: dict[int, int]) -> None:
    with pytest.raises(Invalid, match="Red"):
        replace(SHIPPED_POLICY, start_days={**SHIPPED_POLICY.start_days, Channel.RED: level_days})
    with pytest.raises(Invalid, match="Red"):
        replace(SHIPPED_POLICY, step_days={**SHIPPED_POLICY.step_days, Channel.RED: level_days})


def test_a_policy_without_a_channel_a_mark_or_days_to_repeat_is_refused() -> None:
    with pytest.raises(Invalid):
        replace(SHIPPED_POLICY, start_days={})
    with pytest.raises(Invalid):
        replace(SHIPPED_POLICY, ours={})
    with pytest.raises(Invalid):
        replace(SHIPPED_POLICY, repeat_days=0)


def test_a_shorter_ladder_needs_days_only_up_to_its_last_level() -> None:
    short = replace(SHIPPED_POLICY, last_level=2, start_days={channel: {1: 5, 2: 5} for channel in Channel})
    assert short.days_at_start(Channel.RED, 2) == 5
