"""The duties beside the answer itself: to name an officer, to be warned in time, to decide an appeal, more time."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from swagat.domain.deadlines import Basis, DueDate, Limit, due_date, hours_due, warn_on, window_end
from swagat.domain.errors import Text
from swagat.domain.policies import Unit
from swagat.domain.rules import Rules
from swagat.domain.working_time import WorkingCalendar

ONE_DAY = timedelta(days=1)


class Timed(NamedTuple):
    """A duty's date, the limit it came from, and day zero, which is not counted."""

    due: DueDate
    limit: Limit
    counted_from: date


def to_assign(begun_at: datetime, is_immediate: bool, rules: Rules, calendar: WorkingCalendar) -> Timed:
    """Return by when a case is given to an officer: working days, or working hours where there is danger."""
    if is_immediate:
        hours = rules.immediate_working_hours
        due = hours_due(begun_at, hours, calendar)
        return Timed(due, Limit(hours, Unit.WORKING, Basis.SETTING), calendar.day_of(begun_at))
    return to_assign_from(calendar.day_of(begun_at), rules, calendar)


def to_assign_from(day: date, rules: Rules, calendar: WorkingCalendar) -> Timed:
    """Return by when an ordinary case is given to an officer, counted from a day."""
    limit = Limit(rules.assign_working_days, Unit.WORKING, Basis.SETTING)
    return Timed(due_date(day, limit, calendar), limit, day)


def is_in_hours(due_on: date, due_at: datetime, calendar: WorkingCalendar) -> bool:
    """Return whether a duty was given in working hours: one in days ends with its last day."""
    return due_at != calendar.end_of_day(due_on)


def next_warning(
    counted_from: date, due_on: date, percents: Iterable[int], after: datetime, calendar: WorkingCalendar
) -> Timed | None:
    """Return the first warning that lies after an instant, on the morning of its day; None when none is left."""
    for percent in sorted(percents):
        day = warn_on(counted_from, due_on, percent, calendar)
        if day is None or calendar.end_of_day(day - ONE_DAY) <= after:
            continue
        eve = day - ONE_DAY
        limit = Limit((day - counted_from).days, Unit.CALENDAR, Basis.SETTING)
        return Timed(DueDate(eve, calendar.end_of_day(eve), list), limit, counted_from)
    return None


def to_decide_appeal(counted_from: date, rules: Rules, calendar: WorkingCalendar) -> Timed:
    """Return by when an appeal is decided."""
    due = window_end(counted_from, rules.appeal_days, calendar)
    return Timed(due, Limit(rules.appeal_days, Unit.CALENDAR, Basis.SETTING), counted_from)


def by_date(today: date, last: date, calendar: WorkingCalendar, rule: Text | None = None) -> Timed:
    """Return a date that a superior gave, moved to a working day; raise Invalid unless it lies after today."""
    limit = Limit((last - today).days, Unit.CALENDAR, Basis.GIVEN, rule=rule)
    return Timed(due_date(today, limit, calendar), limit, today)


def again_from(counted_from: date, days: int, calendar: WorkingCalendar) -> Timed:
    """Return the next date of a duty that was missed, some calendar days after the day it was due."""
    return Timed(window_end(counted_from, days, calendar), Limit(days, Unit.CALENDAR, Basis.SETTING), counted_from)
