"""What a head counts of the offices below, one condition for each measure: the number and its list ask the same.

Every value that an index is made for stands in the statement itself: a database that plans before it knows the
values would not use that index.
"""

from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Date, Integer, and_, bindparam, exists, literal_column, or_
from sqlalchemy.orm import aliased

from swagat.domain.working_time import WorkingCalendar
from swagat.models import Direction, Grievance, LadderStep, Lapse, Pause
from swagat.services.scope import not_about, owes_explanation

AT_RISK_WORKING_DAYS = 3
PAUSED_TOO_LONG_WORKING_DAYS = 5
HORIZONS = (1, 3, 7)

OFFICE, PERSON = (bindparam(name, type_=BigInteger) for name in ("my_office", "my_person"))
TODAY, RISK_DAY, COMES_BY = (bindparam(name, type_=Date) for name in ("today", "risk_day", "comes_by"))
PAUSED_SINCE, DAY_BEGAN = (bindparam(name, type_=Pause.begun_at.type) for name in ("paused_since", "day_began"))


class Measure(StrEnum):
    """One number of the page and the list behind it."""

    OPEN = "open"
    UNASSIGNED = "unassigned"
    AT_RISK = "at_risk"
    LATE = "late"
    PAUSED = "paused"
    BOUNCED = "bounced"
    REOPENED = "reopened"
    CAME_UP = "came_up"
    CAME_UP_TODAY = "came_up_today"
    COMING = "coming"
    DIRECTED = "directed"
    DIRECTION_REPORTED = "direction_reported"
    DIRECTION_LATE = "direction_late"
    APPEALS = "appeals"
    OWED = "owed"


# These are counted for each office that works on cases; the others are about the head's own office.
OF_AN_OFFICE = (
    Measure.OPEN,
    Measure.UNASSIGNED,
    Measure.AT_RISK,
    Measure.LATE,
    Measure.PAUSED,
    Measure.BOUNCED,
    Measure.REOPENED,
)

_ZERO, _ONE = literal_column("0", Integer), literal_column("1", Integer)
_IS_OPEN = and_(Grievance.is_open)
_RUNS = Grievance.clock_state == literal_column("'runs'")
_REGISTERED = Grievance.status == literal_column("'registered'")
_PAUSED = Grievance.status == literal_column("'clarification_sought'")


def condition_of(measure: Measure) -> ColumnElement[bool]:
    """Return which grievances a measure counts, the head's office and person and the days yet to be named."""
    return _conditions()[measure]


def not_about_me() -> ColumnElement[bool]:
    """Return the condition that a case is not about the head's office or person, which every number leaves out."""
    return not_about(OFFICE, PERSON)


def is_about_me() -> ColumnElement[bool]:
    """Return the condition that a case is about the head's office or person."""
    return or_(Grievance.accused_office_id == OFFICE, Grievance.accused_person_id == PERSON)


@cache
def _conditions() -> dict[Measure, ColumnElement[bool]]:
    came_up = and_(
        Grievance.answerable_office_id == OFFICE, _IS_OPEN, Grievance.answerable_office_id != Grievance.office_id
    )
    directed = and_(_IS_OPEN, Grievance.directing_office_id == OFFICE)
    return {
        Measure.OPEN: _IS_OPEN,
        Measure.UNASSIGNED: _REGISTERED,
        Measure.AT_RISK: and_(_IS_OPEN, _RUNS, Grievance.due_on <= RISK_DAY),
        Measure.LATE: and_(_IS_OPEN, Grievance.lapses > _ZERO),
        Measure.PAUSED: and_(_PAUSED, _paused_too_long()),
        Measure.BOUNCED: and_(_IS_OPEN, Grievance.transfers > _ONE),
        Measure.REOPENED: and_(_IS_OPEN, Grievance.cycle > _ONE),
        Measure.CAME_UP: came_up,
        Measure.CAME_UP_TODAY: and_(came_up, _came_up_today()),
        Measure.COMING: and_(_IS_OPEN, _RUNS, Grievance.due_on <= COMES_BY, _comes_to_me()),
        Measure.DIRECTED: directed,
        Measure.DIRECTION_REPORTED: and_(directed, Grievance.direction_is_reported),
        Measure.DIRECTION_LATE: and_(directed, ~Grievance.direction_is_reported, _direction_is_late()),
        Measure.APPEALS: and_(_IS_OPEN, Grievance.appellate_office_id == OFFICE),
        Measure.OWED: owes_explanation(OFFICE, PERSON),
    }


def _paused_too_long() -> ColumnElement[bool]:
    return exists().where(Pause.grievance_id == Grievance.id, Pause.ended_at.is_(None), Pause.begun_at <= PAUSED_SINCE)


def last_lapse(lapse: Any) -> ColumnElement[bool]:
    """Return the condition that a lapse is the last one of a case in its cycle."""
    return and_(lapse.grievance_id == Grievance.id, lapse.cycle == Grievance.cycle, lapse.ordinal == Grievance.lapses)


def _came_up_today() -> ColumnElement[bool]:
    lapse = aliased(Lapse)
    return exists().where(last_lapse(lapse), lapse.office_id != OFFICE, lapse.lapsed_at >= DAY_BEGAN)


def _comes_to_me() -> ColumnElement[bool]:
    """Return the condition that the office which answers now stands directly below on the ladder of the case."""
    step = aliased(LadderStep)
    return exists().where(
        step.office_id == Grievance.answerable_office_id,
        step.ladder == Grievance.ladder,
        step.superior_id == OFFICE,
    )


def _direction_is_late() -> ColumnElement[bool]:
    return exists().where(
        Direction.grievance_id == Grievance.id,
        Direction.ended_at.is_(None),
        (Direction.due_on < TODAY) | (Direction.missed > _ZERO),
    )


def days_of(calendar: WorkingCalendar, now: datetime) -> dict[str, Any]:
    """Return the days and instants that the conditions compare with, as they are at this moment."""
    today = calendar.day_of(now)
    return {
        "today": today,
        "risk_day": calendar.add_working_days(today, AT_RISK_WORKING_DAYS),
        "paused_since": calendar.end_of_day(_working_days_back(calendar, today, PAUSED_TOO_LONG_WORKING_DAYS)),
        "day_began": calendar.end_of_day(today - timedelta(days=1)),
    }


def comes_by(today: date, days: int) -> date:
    """Return the last due date of what comes up within so many days: it comes up at the end of its last day."""
    return today + timedelta(days=days - 1)


def _working_days_back(calendar: WorkingCalendar, day: date, count: int) -> date:
    for _step in range(count):
        day = calendar.previous_working_day(day - timedelta(days=1))
    return day
