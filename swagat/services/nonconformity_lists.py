"""Nonconformities as pages show them: lists with their counts, and one with its whole trail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_, select
from sqlalchemy.orm import Session, aliased

from swagat.domain.names import Name
from swagat.domain.nonconformities import HEADS, Row, Severity, Source, Stage, Step, offered
from swagat.domain.quality.effectiveness import Effect
from swagat.domain.roles import Actor, Role
from swagat.domain.rules import Rules
from swagat.models import Grievance, Nonconformity, NonconformityCase, NonconformityEntry, Office, Person, Posting
from swagat.services import catalogue, nonconformities, nonconformity_trail
from swagat.services.nonconformities import Owner, visible_to

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


class Entry(NamedTuple):
    """One step of the trail, with who took it; nobody where the program did."""

    seq: int
    at: datetime
    step: Step
    person: Name | None
    post: Name | None
    role: Role
    stage: Stage
    text: str
    payload: Mapping[str, Any]
    owner: Name | None


@dataclass(frozen=True, slots=True)
class View:
    """One nonconformity with all that its page shows; `effect` is there once its figure can be judged."""

    line: Line
    last_seq: int
    entries: Sequence[Entry]
    cases: Sequence[str]
    steps: Sequence[Row]
    owners: Sequence[Owner]
    effect: Effect | None
    check_from: date | None
    is_proposed: bool
    is_whole: bool


def page(session: Session, actor: Actor, filters: Filters, number: int, now: datetime) -> Page:
    """Return a page of the list, what is due first on top, in two statements."""
    today = catalogue.calendar(actor.state_id or 0).day_of(now)
    narrowed = [visible_to(actor), *_narrowed(filters)]
    sums = [func.sum(case((_in_tab(tab, today), 1), else_=0)) for tab in Tab]
    counts = session.execute(select(*sums).select_from(Nonconformity).where(*narrowed)).one()
    asked = _lines(today).where(*narrowed, _in_tab(filters.tab, today))
    rows = session.execute(asked.limit(PAGE + 1).offset(PAGE * number)).all()
    return Page(
        [_line(row) for row in rows[:PAGE]],
        {tab: int(count or 0) for tab, count in zip(Tab, counts, strict=True)},
        len(rows) > PAGE,
    )


def everything(session: Session, actor: Actor, filters: Filters, now: datetime) -> list[Line]:
    """Return the whole list as it is taken along."""
    today = catalogue.calendar(actor.state_id or 0).day_of(now)
    asked = _lines(today).where(visible_to(actor), *_narrowed(filters), _in_tab(filters.tab, today))
    return [_line(row) for row in session.execute(asked.limit(MOST_TAKEN_ALONG))]


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


def view(session: Session, actor: Actor, number: str, now: datetime, rules: Rules) -> View:
    """Return one nonconformity with its trail and what the actor can do, raising NotFound for whom it is not there."""
    row = nonconformities.load(session, actor, number)
    today = catalogue.calendar(row.state_id).day_of(now)
    line = session.execute(_lines(today).where(Nonconformity.id == row.id)).one()
    standing = nonconformities.standing_of(session, row, rules)
    steps = offered(actor, standing, nonconformities.place_of(session, actor, row), today)
    needs_owner = any(one.step in (Step.PLAN, Step.REPLAN) for one in steps)
    judges = any(one.not_by == "owner" for one in steps)
    return View(
        _line(line),
        row.last_seq,
        _entries(session, row.id),
        _cases(session, row.id),
        steps,
        nonconformities.owners(session, row.office_id, now) if needs_owner else (),
        nonconformities.effect_of(session, row, rules) if judges else None,
        standing.check_from if row.stage is Stage.ACTION_DONE else None,
        row.proposer_id is not None,
        nonconformity_trail.is_whole(session, row),
    )


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


def _lines(today: date) -> Select[Any]:
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
        # What has ended comes newest first, what is open by its date.
        .order_by(Nonconformity.ended_at.desc(), Nonconformity.due_on, Nonconformity.id)
    )


def _line(row: Any) -> Line:
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
        _person(row.owner_en, row.owner_local),
        one.due_on,
        bool(row.is_late),
        one.opened_at,
        one.ended_at,
        one.escalations,
        row.cases,
    )


def _entries(session: Session, nonconformity_id: int) -> list[Entry]:
    rows = session.execute(
        select(NonconformityEntry, Person.name_en, Person.name_local)
        .add_columns(Office.title_en, Office.title_hi, Office.title_gu, Office.name_en.label("office_en"))
        .add_columns(Office.name_hi.label("office_hi"), Office.name_gu.label("office_gu"))
        .outerjoin(Posting, Posting.id == NonconformityEntry.posting_id)
        .outerjoin(Office, Office.id == Posting.office_id)
        .outerjoin(Person, Person.id == NonconformityEntry.person_id)
        .where(NonconformityEntry.nonconformity_id == nonconformity_id)
        .order_by(NonconformityEntry.seq)
    ).all()
    named = {one for row in rows if (one := row[0].payload.get("owner_posting_id"))}
    owners = _names_at(session, named)
    return [
        Entry(
            row[0].seq,
            row[0].at,
            row[0].step,
            _person(row.name_en, row.name_local),
            Name(row.office_en, row.office_hi, row.office_gu) if row.office_en else None,
            row[0].role,
            row[0].stage_after,
            row[0].text,
            row[0].payload,
            owners.get(row[0].payload.get("owner_posting_id")),
        )
        for row in rows
    ]


def _names_at(session: Session, posting_ids: set[int]) -> dict[int | None, Name]:
    if not posting_ids:
        return {}
    asked = select(Posting.id, Person.name_en, Person.name_local).join(Person, Person.id == Posting.person_id)
    rows = session.execute(asked.where(Posting.id.in_(posting_ids)))
    return {row.id: Name(row.name_en, row.name_local, row.name_local) for row in rows}


def _cases(session: Session, nonconformity_id: int) -> list[str]:
    asked = (
        select(Grievance.registration_number)
        .join(NonconformityCase, NonconformityCase.grievance_id == Grievance.id)
        .where(NonconformityCase.nonconformity_id == nonconformity_id)
        .order_by(Grievance.id)
    )
    return [number for number in session.scalars(asked) if number]


def _person(english: str | None, local: str | None) -> Name | None:
    return Name(english, local or "", local or "") if english else None
