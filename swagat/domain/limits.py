"""How many days a duty may take, where the number comes from, and which rule sets it for a case."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from swagat.domain.errors import N_, Invalid, Text
from swagat.domain.policies import CHANNEL_NAMES, Channel, Policy, Unit
from swagat.domain.reasons import Reason, ReasonKind

MOST_DAYS = 3650


class Basis(StrEnum):
    """Where a limit comes from; SETTING is this system's own windows and duties, GIVEN a superior's own date."""

    CHARTER = "charter"
    PRESS = "press"
    STATE = "state"
    CHANNEL = "channel"
    SETTING = "setting"
    GIVEN = "given"


RULING_BASES = frozenset({Basis.CHARTER, Basis.PRESS, Basis.STATE})
# A guess, another state's rule, another product's default: targets for the office, never promised to anybody.
TARGET_BASES = frozenset({"estimate", "analogue", "digit"})
_KNOWN_BASES = TARGET_BASES | RULING_BASES | {"", Basis.CHANNEL}

_RULES = {
    Basis.CHARTER: N_("A published charter sets the time limit."),
    Basis.PRESS: N_("A time limit published in the press is used."),
    Basis.STATE: N_("The State has set the time limit."),
    Basis.CHANNEL: N_("The rules of the channel set the time limit."),
    Basis.SETTING: N_("The settings of this system set the time limit."),
    Basis.GIVEN: N_("A superior office gave more time, once, with a reason."),
}
_SOURCED_RULES = {
    Basis.CHARTER: N_("A published charter sets the time limit: %(source)s."),
    Basis.PRESS: N_("A time limit published in the press is used: %(source)s."),
    Basis.STATE: N_("The State has set the time limit: %(source)s."),
}


@dataclass(frozen=True, slots=True)
class Limit:
    """A number of days, what they count and where the number comes from; raise Invalid unless 1 to 3650.

    `rule` says it in a sentence when the basis alone does not; `ours` marks a number no source publishes;
    `repeats` are the days of each further round of the last level, and 0 where a higher level follows.
    """

    days: int
    unit: Unit
    basis: Basis
    source: str = ""
    rule: Text | None = None
    ours: bool = False
    repeats: int = 0

    def __post_init__(self) -> None:
        if not 1 <= self.days <= MOST_DAYS:
            raise Invalid(N_("A time limit is between 1 and %(most)s days."), most=MOST_DAYS)


def limit_for(
    category_sla_days: int | None,
    sla_basis: str,
    channel: Channel,
    start_level: int,
    policy: Policy,
    source: str = "",
) -> Limit:
    """Return the limit of the level where a case begins.

    A charter's, press or State limit rules it; any other basis is only a target and the channel's days rule.
    Raise Invalid for a basis that is not known.
    """
    if category_sla_days is not None and sla_basis in RULING_BASES:
        repeats = _repeats(start_level, policy)
        return Limit(category_sla_days, policy.unit, Basis(sla_basis), source, repeats=repeats)
    if sla_basis not in _KNOWN_BASES:
        raise Invalid(N_("%(basis)s is not a known basis of a time limit."), basis=sla_basis)
    rule = Text(
        N_("The %(channel)s channel sets the time limit for level L%(level)s (rules, version %(version)s)."),
        {"channel": CHANNEL_NAMES[channel], "level": start_level, "version": policy.version},
    )
    return channel_limit(policy.days_at_start(channel, start_level), channel, start_level, policy, rule)


def limit_after_reopening(level: int, policy: Policy, channel: Channel) -> Limit:
    """Return the limit of the level where a new cycle begins: the days of a step to it, not those of a start."""
    rule = Text(
        N_("Reopened. The %(channel)s channel sets the time for level L%(level)s (rules, version %(version)s)."),
        {"channel": CHANNEL_NAMES[channel], "level": level, "version": policy.version},
    )
    return channel_limit(policy.days_after_step(channel, level), channel, level, policy, rule)


def channel_limit(
    days: int, channel: Channel, level: int, policy: Policy, rule: Text | None = None, ours: bool = False
) -> Limit:
    """Return a limit of the channel's days; `ours` marks them even where the channel's own days are published."""
    ours, repeats = ours or policy.ours[channel], _repeats(level, policy)
    return Limit(days, policy.unit, Basis.CHANNEL, str(policy.version), rule, ours, repeats)


def _repeats(level: int, policy: Policy) -> int:
    return policy.repeat_days if level >= policy.last_level else 0


def rule_reasons(limit: Limit, day_zero: date) -> list[Reason]:
    """Return what explains a date before any day is left out: the rule, its days, and where counting begins."""
    if limit.rule is not None:
        reasons = [Reason(ReasonKind.RULE, limit.rule.message, limit.rule.params)]
    elif limit.source and limit.basis in _SOURCED_RULES:
        reasons = [Reason(ReasonKind.RULE, _SOURCED_RULES[limit.basis], {"source": limit.source})]
    else:
        reasons = [Reason(ReasonKind.RULE, _RULES[limit.basis])]
    if limit.ours:
        message = N_("No published source gives these days; they are the default of this system.")
        reasons.append(Reason(ReasonKind.OURS, message))
    if limit.unit is Unit.WORKING:
        message = N_("Working days allowed: %(days)s. Only days when the office is open count.")
    else:
        message = N_("Days allowed: %(days)s. Sundays and holidays count too.")
    reasons.append(Reason(ReasonKind.DAYS, message, {"days": limit.days}))
    message = N_("Counting begins on the day after %(day)s.")
    reasons.append(Reason(ReasonKind.DAY_ZERO, message, {"day": day_zero}))
    return reasons
