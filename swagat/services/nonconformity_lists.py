"""Nonconformities in lists: what somebody may see, narrowed and counted."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_, select
from sqlalchemy.orm import Session, aliased

from swagat.domain.names import Name
from swagat.domain.nonconformities import HEADS, Severity, Source, Stage
from swagat.domain.roles import Actor
from swagat.models import Nonconformity, NonconformityCase, Office, Person, Posting
from swagat.services import catalogue
from swagat.services.nonconformities import visible_to

PAGE = 50
MOST_TAKEN_ALONG = 5000
MOST_COUNTED = 100
OFFICES_STEPS = (Stage.OPENED, Stage.CORRECTED, Stage.CAUSE_FOUND)


class Tab(StrEnum):
    """Which of them a list shows."""

    OPEN = "open"
    LATE = "late"
    ENDED = "ended"


class Filters(NamedTuple):
    """What a list is narrowed to; empty is everything."""

    tab: Tab = Tab.OPEN
    stage: Stage | None = None
    source: Source | None = None
    office_id: int | None = None


class Line(NamedTuple):
    """One nonconformity in a list."""

    number: str
    office: Name
    source: Source
    severity: Severity
    stage: Stage
    statement: str
    facts: Mapping[str, Any]
    indicator: str
    month: date | None
    answerable: Name
    owner: Name | None
    due_on: date
    is_late: bool
    opened_at: datetime
    ended_at: datetime | None
    escalations: int
    cases: int


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines of a list, and how many there are in each tab."""

    lines: Sequence[Line]
    counts: Mapping[Tab, int]
    has_more: bool


def page(session: Session, actor: Actor, filters: Filters, number: int, now: datetime) -> Page:
    """Return a page of the list, what is due first on top, in two statements."""
    today = catalogue.calendar(actor.state_id or 0).day_of(now)
    narrowed = [visible_to(actor), *_narrowed(filters)]
    sums = [func.sum(case((_in_tab(tab, today), 1), else_=0)) for tab in Tab]
    counts = session.execute(select(*sums).select_from(Nonconformity).where(*narrowed)).one()
    asked = lines(today).where(*narrowed, _in_tab(filters.tab, today))
    rows = session.execute(asked.limit(PAGE + 1).offset(PAGE * number)).all()
    return Page(
        [line_of(row) for row in rows[:PAGE]],
        {tab: int(count or 0) for tab, count in zip(Tab, counts, strict=True)},
        len(rows) > PAGE,
    )


def everything(session: Session, actor: Actor, filters: Filters, now: datetime) -> list[Line]:
    """Return the whole list as it is taken along."""
    today = catalogue.calendar(actor.state_id or 0).day_of(now)
    asked = lines(today).where(visible_to(actor), *_narrowed(filters), _in_tab(filters.tab, today))
    return [line_of(row) for row in session.execute(asked.limit(MOST_TAKEN_ALONG))]


def open_of_office(session: Session, actor: Actor, office_id: int) -> int:
    """Return how many about one office are open, as far as the actor may see them."""
    asked = select(func.count()).select_from(Nonconformity)
    found = asked.where(visible_to(actor), Nonconformity.office_id == office_id, Nonconformity.ended_at.is_(None))
    return session.scalar(found) or 0


def waiting_count(session: Session, actor: Actor) -> int:
    """Return how many wait for a step of the actor's own, counted to a hundred and no further."""
    waits = [and_(Nonconformity.owner_posting_id == actor.posting_id, Nonconformity.stage == Stage.ACTION_PLANNED)]
    if actor.role in HEADS:
        here = or_(Nonconformity.office_id == actor.office_id, Nonconformity.answerable_office_id == actor.office_id)
        waits.append(and_(here, Nonconformity.stage.in_(OFFICES_STEPS)))
    mine = select(Nonconformity.id).where(Nonconformity.state_id == actor.state_id, or_(*waits)).limit(MOST_COUNTED)
    return session.scalar(select(func.count()).select_from(mine.subquery())) or 0


def offices_of(session: Session, actor: Actor) -> Sequence[tuple[str, Name, int]]:
    """Return the offices about which there is any that the actor may see: code, name and id, by name."""
    asked = (
        select(Office.code, Office.name_en, Office.name_hi, Office.name_gu, Office.id)
        .where(Office.id.in_(select(Nonconformity.office_id).where(visible_to(actor))))
        .order_by(Office.name_en, Office.id)
    )
    return [(row.code, Name.of(row), row.id) for row in session.execute(asked)]


def cases_of(session: Session, nonconformity_ids: Collection[int]) -> dict[int, int]:
    """Return how many cases each of these is about, where it is about any."""
    one = NonconformityCase.nonconformity_id
    rows = session.execute(select(one, func.count()).where(one.in_(nonconformity_ids)).group_by(one))
    return {number: count for number, count in rows}  # noqa: C416  (rows are not pairs for the type checker)


def _in_tab(tab: Tab, today: date) -> ColumnElement[bool]:
    is_open = Nonconformity.ended_at.is_(None)
    match tab:
        case Tab.OPEN:
            return is_open
        case Tab.LATE:
            return and_(is_open, Nonconformity.due_on < today)
        case Tab.ENDED:
            return ~is_open


def _narrowed(filters: Filters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.stage is not None:
        found.append(Nonconformity.stage == filters.stage)
    if filters.source is not None:
        found.append(Nonconformity.source == filters.source)
    if filters.office_id is not None:
        found.append(Nonconformity.office_id == filters.office_id if filters.office_id else false())
    return found


_ANSWERS, _POSTING, _PERSON = aliased(Office), aliased(Posting), aliased(Person)


def lines(today: date) -> Select[Any]:
    """Return the statement of lists, to be narrowed: what has ended newest first, what is open by its date."""
    cases = select(func.count()).where(NonconformityCase.nonconformity_id == Nonconformity.id).scalar_subquery()
    is_late = and_(Nonconformity.ended_at.is_(None), Nonconformity.due_on < today)
    return (
        select(Nonconformity, is_late.label("is_late"), cases.label("cases"))
        .add_columns(Office.name_en, Office.name_hi, Office.name_gu)
        .add_columns(_ANSWERS.name_en.label("answers_en"), _ANSWERS.name_hi.label("answers_hi"))
        .add_columns(_ANSWERS.name_gu.label("answers_gu"))
        .add_columns(_PERSON.name_en.label("owner_en"), _PERSON.name_local.label("owner_local"))
        .join(Office, Office.id == Nonconformity.office_id)
        .join(_ANSWERS, _ANSWERS.id == Nonconformity.answerable_office_id)
        .outerjoin(_POSTING, _POSTING.id == Nonconformity.owner_posting_id)
        .outerjoin(_PERSON, _PERSON.id == _POSTING.person_id)
        .order_by(Nonconformity.ended_at.desc(), Nonconformity.due_on, Nonconformity.id)
    )


def line_of(row: Any) -> Line:
    """Return a row of `lines` as pages show it."""
    one: Nonconformity = row[0]
    return Line(
        one.number,
        Name.of(row),
        one.source,
        one.severity,
        one.stage,
        one.statement,
        one.facts,
        one.indicator,
        one.month,
        Name(row.answers_en, row.answers_hi, row.answers_gu),
        person_name(row.owner_en, row.owner_local),
        one.due_on,
        bool(row.is_late),
        one.opened_at,
        one.ended_at,
        one.escalations,
        row.cases,
    )


def person_name(english: str | None, local: str | None) -> Name | None:
    """Return what somebody is called, None where there is nobody."""
    return Name(english, local or "", local or "") if english else None
