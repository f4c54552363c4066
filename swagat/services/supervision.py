"""What a head has to see today: what came up, what is about to, and how the offices below stand.

Every number is counted by the condition of services/supervised.py that its list is read by. A case about the head or
their own office is in neither.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.orm import Session

from swagat.domain.names import Name
from swagat.domain.roles import Actor
from swagat.domain.rules import Rules
from swagat.domain.workflow import Action
from swagat.models import Direction, Grievance, GrievanceEvent, Lapse, Office
from swagat.services import catalogue
from swagat.services.branch_numbers import OfficeNumbers, office_numbers
from swagat.services.desk_pages import LEAST_TIME_FIRST, Row, statement_of
from swagat.services.supervised import (
    HORIZONS,
    OFFICE,
    Measure,
    comes_by,
    condition_of,
    days_of,
    is_about_me,
    last_lapse,
    not_about_me,
)

SHOWN = 10
OF_MY_OFFICE = (
    Measure.CAME_UP,
    Measure.CAME_UP_TODAY,
    Measure.DIRECTED,
    Measure.DIRECTION_REPORTED,
    Measure.DIRECTION_LATE,
    Measure.APPEALS,
    Measure.OWED,
)
_COUNT = func.count()


class Why(NamedTuple):
    """Why a case came up: by which action, from which office, when, and how often its time ran out."""

    action: Action
    office: Name
    at: datetime


class CameUp(NamedTuple):
    """One case that came up, and why; a case that was given to the office in another way has no reason."""

    row: Row
    lapses: int
    why: Why | None


class Group(NamedTuple):
    """Cases that came up today from one office about one subject."""

    office_id: int
    office: Name
    category_id: int
    cases: int


class Given(NamedTuple):
    """A direction that the office gave or sees to."""

    number: str
    category_id: int
    office: Name
    given_at: datetime
    due_on: date
    is_reported: bool
    missed: int


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything the first page of a head shows, as of one instant."""

    numbers: Mapping[Measure, int]
    coming: Mapping[int, int]
    came_up: Sequence[CameUp]
    groups: Sequence[Group]
    is_grouped: bool
    directions: Sequence[Given]
    offices: Sequence[OfficeNumbers]
    more_offices: bool


def overview(session: Session, actor: Actor, now: datetime, rules: Rules, offices_from: int = 0) -> Overview:
    """Return the page of a head in at most eight statements."""
    named = names_of(actor, now)
    numbers = _own_numbers(session, named)
    is_grouped = numbers[Measure.CAME_UP_TODAY] > rules.came_up_cap
    offices, more = office_numbers(session, named, offices_from)
    return Overview(
        numbers=numbers,
        coming=_coming(session, named),
        came_up=() if is_grouped or not numbers[Measure.CAME_UP] else came_up(session, named),
        groups=_groups(session, named) if is_grouped else (),
        is_grouped=is_grouped,
        directions=_directions(session, named) if numbers[Measure.DIRECTED] else (),
        offices=offices,
        more_offices=more,
    )


def names_of(actor: Actor, now: datetime) -> dict[str, Any]:
    """Return the values of the conditions: who asks, and the days as they are now."""
    days = days_of(catalogue.calendar(actor.state_id or 0), now)
    return {"my_office": actor.office_id, "my_person": actor.person_id, **days}


def _own_numbers(session: Session, named: Mapping[str, Any]) -> dict[Measure, int]:
    return dict(zip(OF_MY_OFFICE, session.execute(_own_statement(), named).one(), strict=True))


@cache
def _own_statement() -> Any:
    # Each number a value of one row: several put under one another, PostgreSQL starts processes to count a few cases.
    return select(
        *(
            select(_COUNT).select_from(Grievance).where(condition_of(one), not_about_me()).scalar_subquery()
            for one in OF_MY_OFFICE
        )
    )


def _coming(session: Session, named: Mapping[str, Any]) -> dict[int, int]:
    """Return how many cases come up within each horizon, in days."""
    asked = {**named, "comes_by": comes_by(named["today"], max(HORIZONS))}
    # All are counted from an index alone; the few that are about the head are taken off again.
    by_day = Counter(dict(map(tuple, session.execute(_coming_statement(about_me=False), asked))))
    by_day.subtract(dict(map(tuple, session.execute(_coming_statement(about_me=True), asked))))
    ends = {days: comes_by(named["today"], days) for days in HORIZONS}
    return {days: sum(cases for due_on, cases in by_day.items() if due_on <= end) for days, end in ends.items()}


@cache
def _coming_statement(about_me: bool) -> Any:
    conditions = [condition_of(Measure.COMING), *([is_about_me()] if about_me else [])]
    return select(Grievance.due_on, _COUNT).where(*conditions).group_by(Grievance.due_on)


def came_up(session: Session, named: Mapping[str, Any]) -> list[CameUp]:
    """Return the cases that came up and have least time left, each with the reason, in two statements."""
    rows = [Row._make(row) for row in session.execute(_came_up_statement(), {**named, "most": SHOWN})]
    known = whys(session, named["my_office"], [row.id for row in rows])
    return [CameUp(row, *known.get(row.id, (0, None))) for row in rows]


@cache
def _came_up_statement() -> Any:
    return statement_of([condition_of(Measure.CAME_UP), not_about_me()], LEAST_TIME_FIRST, "")


def whys(session: Session, office_id: int, case_ids: Sequence[int]) -> dict[int, tuple[int, Why | None]]:
    """Return for each case how often its time ran out and why it came to an office, in one statement."""
    if not case_ids:
        return {}
    rows = session.execute(_why_statement(), {"my_office": office_id, "case_ids": list(case_ids)})
    return {
        row.id: (row.lapses, Why(row.action, Name(row.name_en, row.name_hi, row.name_gu), row.at) if row.at else None)
        for row in rows
    }


@cache
def _why_statement() -> Any:
    came = and_(
        GrievanceEvent.grievance_id == Grievance.id,
        GrievanceEvent.answerable_after_id == OFFICE,
        GrievanceEvent.answerable_before_id != OFFICE,
    )
    newest = select(func.max(GrievanceEvent.seq)).where(came).correlate(Grievance).scalar_subquery()
    return (
        select(Grievance.id, Grievance.lapses, GrievanceEvent.action, GrievanceEvent.at)
        .add_columns(Office.name_en, Office.name_hi, Office.name_gu)
        .outerjoin(GrievanceEvent, and_(GrievanceEvent.grievance_id == Grievance.id, GrievanceEvent.seq == newest))
        .outerjoin(Office, Office.id == GrievanceEvent.answerable_before_id)
        .where(Grievance.id.in_(bindparam("case_ids", expanding=True)))
    )


def _groups(session: Session, named: Mapping[str, Any]) -> list[Group]:
    return [
        Group(row.office_id, Name(row.name_en, row.name_hi, row.name_gu), row.category_id, row.cases)
        for row in session.execute(_groups_statement(), named)
    ]


@cache
def _groups_statement() -> Any:
    cases = _COUNT.label("cases")
    return (
        select(Lapse.office_id, Grievance.category_id, Office.name_en, Office.name_hi, Office.name_gu, cases)
        .join(Grievance, last_lapse(Lapse))
        .join(Office, Office.id == Lapse.office_id)
        .where(condition_of(Measure.CAME_UP_TODAY), not_about_me())
        .group_by(Lapse.office_id, Grievance.category_id, Office.name_en, Office.name_hi, Office.name_gu)
        .order_by(cases.desc(), Lapse.office_id, Grievance.category_id)
        .limit(100)
    )


def _directions(session: Session, named: Mapping[str, Any]) -> list[Given]:
    return [
        Given(row[0], row[1], Name(*row[2:5]), row[5], row[6], row[7] is not None, row[8])
        for row in session.execute(_directions_statement(), named)
    ]


@cache
def _directions_statement() -> Any:
    return (
        select(Grievance.registration_number, Grievance.category_id, Office.name_en, Office.name_hi, Office.name_gu)
        .add_columns(Direction.given_at, Direction.due_on, Direction.reported_at, Direction.missed)
        .join(Direction, and_(Direction.grievance_id == Grievance.id, Direction.ended_at.is_(None)))
        .join(Office, Office.id == Grievance.office_id)
        .where(condition_of(Measure.DIRECTED), not_about_me())
        .order_by(Direction.due_on, Direction.id)
        .limit(SHOWN)
    )
