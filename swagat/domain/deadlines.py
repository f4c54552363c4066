"""How long each duty may take: the last day to act, the step after it, and why the date is that date."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import NamedTuple

from swagat.domain.errors import N_, Text
from swagat.domain.limits import Basis, Limit, channel_limit, limit_after_reopening, limit_for, rule_reasons
from swagat.domain.policies import CHANNEL_NAMES, Channel, Policy, Unit
from swagat.domain.reasons import Reason, ReasonKind, days_passed_over, further_rounds, moved_end, waited
from swagat.domain.working_time import WorkingCalendar

__all__ = [
    "Basis",
    "Clock",
    "DaysLeft",
    "DueDate",
    "Interval",
    "Limit",
    "Step",
    "days_left",
    "due_date",
    "hours_due",
    "limit_after_reopening",
    "limit_for",
    "next_step",
    "warn_on",
    "window_end",
]


class Clock(StrEnum):
    """The timed duties of a grievance; each has its own deadlines."""

    ACKNOWLEDGE = "acknowledge"
    RESOLVE = "resolve"
    WARN = "warn"
    CLARIFY = "clarify"
    CONFIRM = "confirm"
    APPEAL = "appeal"
    DIRECTION = "direction"
    OBJECTION = "objection"
    WITHDRAWAL = "withdrawal"


class Interval(NamedTuple):
    """A pause of the clock, from the question to the complainant's answer; both are instants with a zone."""

    begun_at: datetime
    ended_at: datetime


class _Pause(NamedTuple):
    begun: date
    ended: date
    days: int


@dataclass(frozen=True, slots=True)
class DueDate:
    """The last day to act and the instant in UTC when the duty is breached."""

    due_on: date
    due_at: datetime
    _explain: Callable[[], list[Reason]] = field(repr=False, compare=False)

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Return why it is this date; worked out when asked, because a sweep sets many that nobody reads."""
        return tuple(self._explain())


class Step(NamedTuple):
    """The level after a lapsed one, and its date; `repeats` when the last level begins another round."""

    level: int
    repeats: bool
    due: DueDate


class DaysLeft(NamedTuple):
    """Days until the last day to act, 0 on it and negative after it.

    Late by closed days only, the working days are still 0: the calendar days say whether it is late.
    """

    working: int
    calendar: int


def due_date(
    filed_on: date,
    limit: Limit,
    calendar: WorkingCalendar,
    paused: Iterable[Interval] = (),
    not_before: date | None = None,
) -> DueDate:
    """Return the last day to act on what began on a day, which is day zero and not counted.

    Calendar days that end on a closed day move to the next working day. A pause that begins no later than the
    last day adds the days after its question up to its answer, whole ones in the limit's own unit; other
    pauses of the case may be passed too and add nothing. `not_before` is the day on which changed rules came to
    a case under way: a limit that had passed by then ends on it, for nobody is late by a rule that was not yet there.
    """
    planned = _count(filed_on, limit.days, limit.unit, calendar)
    due_on = calendar.next_working_day(planned)
    passed: date | None = None
    pauses: list[_Pause] = []
    running_since = filed_on
    for asked_on, answered_on in sorted(_pause_days(paused, calendar)):
        begun = max(asked_on, running_since)
        if not_before is not None and due_on < not_before <= begun:
            passed, planned, due_on = due_on, not_before, calendar.next_working_day(not_before)
        if begun > due_on:
            break
        if answered_on <= begun:
            continue
        running_since = answered_on
        if days := _days_between(begun, answered_on, limit.unit, calendar):
            # Asked on a day won by moving the end: the rest of that time is still owed after the answer.
            planned = _count(planned if begun <= planned else due_on, days, limit.unit, calendar)
            due_on = calendar.next_working_day(planned)
            pauses.append(_Pause(begun, answered_on, days))
    if not_before is not None and due_on < not_before:
        passed, planned, due_on = due_on, not_before, calendar.next_working_day(not_before)
    explain = partial(_reasons, filed_on, limit, calendar, pauses, passed, not_before, planned, due_on)
    return DueDate(due_on, calendar.end_of_day(due_on), explain)


def next_step(
    due_at_previous: datetime,
    level: int,
    policy: Policy,
    channel: Channel,
    calendar: WorkingCalendar,
    paused: Iterable[Interval] = (),
) -> Step:
    """Return the step after `level` lapsed at its due instant; it counts from then, whenever asked for."""
    # The last moment before the instant lies on the day that lapsed, which is day zero of the next level.
    lapsed_on = calendar.day_of(due_at_previous - timedelta(microseconds=1))
    repeats = level >= policy.last_level
    reached = policy.last_level if repeats else level + 1
    if repeats:
        days = policy.repeat_days
        message = N_("The time ran out at the last level, so another round begins (rules, version %(version)s).")
    else:
        days = policy.days_after_step(channel, reached)
        message = N_(
            "The time of the level below ran out. The %(channel)s channel sets the time for level L%(level)s "
            "(rules, version %(version)s)."
        )
    rule = Text(message, {"channel": CHANNEL_NAMES[channel], "level": reached, "version": policy.version})
    limit = channel_limit(days, channel, reached, policy, rule, ours=repeats)
    return Step(reached, repeats, due_date(lapsed_on, limit, calendar, paused))


def window_end(start: date, days: int, calendar: WorkingCalendar) -> DueDate:
    """Return the last day of a window of calendar days, such as 30 to confirm; `start` is not counted."""
    return due_date(start, Limit(days, Unit.CALENDAR, Basis.SETTING), calendar)


def hours_due(begun_at: datetime, hours: int, calendar: WorkingCalendar) -> DueDate:
    """Return when this many working hours have passed, for a duty that cannot wait for the end of a day."""
    due_at = calendar.add(begun_at, timedelta(hours=hours))
    reason = Reason(
        ReasonKind.RULE,
        N_("Working hours allowed: %(hours)s. Only hours when the office is open count."),
        {"hours": hours},
    )
    return DueDate(calendar.day_of(due_at), due_at, lambda: [reason])


def warn_on(begun_on: date, due_on: date, percent: int, calendar: WorkingCalendar) -> date | None:
    """Return the day by which this share of the working days is used, or None if none is left to warn on."""
    used = -(-calendar.working_days_between(begun_on, due_on) * percent // 100)
    day = calendar.add_working_days(begun_on, used)
    return day if begun_on < day < due_on else None


def days_left(due_on: date, today: date, calendar: WorkingCalendar) -> DaysLeft:
    """Return the days left to the last day to act, in working and in calendar days."""
    return DaysLeft(calendar.working_days_between(today, due_on), (due_on - today).days)


def _count(day: date, days: int, unit: Unit, calendar: WorkingCalendar) -> date:
    return calendar.add_working_days(day, days) if unit is Unit.WORKING else day + timedelta(days)


def _days_between(first: date, last: date, unit: Unit, calendar: WorkingCalendar) -> int:
    return calendar.working_days_between(first, last) if unit is Unit.WORKING else (last - first).days


def _pause_days(paused: Iterable[Interval], calendar: WorkingCalendar) -> list[tuple[date, date]]:
    return [(calendar.day_of(pause.begun_at), calendar.day_of(pause.ended_at)) for pause in paused]


def _reasons(
    day_zero: date,
    limit: Limit,
    calendar: WorkingCalendar,
    pauses: list[_Pause],
    passed: date | None,
    not_before: date | None,
    planned: date,
    due_on: date,
) -> list[Reason]:
    reasons = rule_reasons(limit, day_zero)
    if limit.unit is Unit.WORKING:
        reasons += days_passed_over(day_zero, due_on, calendar)
    if passed is not None:
        message = N_(
            "By the changed rules the last day would have been %(passed)s. They came to this case on %(changed)s, "
            "and no earlier day counts."
        )
        reasons.append(Reason(ReasonKind.CHANGED, message, {"passed": passed, "changed": not_before}))
    reasons += [waited(*pause, limit.unit) for pause in pauses]
    if due_on != planned:
        reasons.append(moved_end(planned, due_on, calendar))
    if limit.repeats:
        reasons.append(further_rounds(limit.repeats, limit.unit))
    return reasons
