"""How the offices below a head stand, the worst first, and the officers of one of them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Date, Integer, String, bindparam, case, cast, exists, func, select
from sqlalchemy.orm import Session

from swagat.database import is_sqlite
from swagat.domain.names import Name
from swagat.models import Absence, Grievance, Office, Person, Posting
from swagat.services import branches
from swagat.services.absences import held, is_away
from swagat.services.scope import HEADING
from swagat.services.supervised import OF_AN_OFFICE, Measure, condition_of, is_about_me, not_about_me

OFFICES_SHOWN = 10
VACANCIES_SHOWN = 10
_COUNT = func.count()


@dataclass(frozen=True, slots=True)
class OfficeNumbers:
    """How one office stands: its numbers, and the day on which its oldest open case was received."""

    office_id: int
    name: Name
    numbers: Mapping[Measure, int]
    oldest: date | None


def _counted_in(pair: Any, measure: Measure) -> Any:
    return _of_pair(select(_COUNT), pair, condition_of(measure))


def _of_pair(wanted: Any, pair: Any, *conditions: Any) -> Any:
    here = wanted.select_from(Grievance).where(
        Grievance.office_id == pair.office_id, Grievance.ladder == pair.ladder, *conditions
    )
    return here.correlate(pair.office_id.table).scalar_subquery()


@cache
def _offices_statement(on_sqlite: bool) -> Any:
    # The worst offices are found by the number that decides; only those of the page are counted in full.
    pair = branches.rows(on_sqlite).c
    has_cases = exists().where(
        Grievance.office_id == pair.office_id, Grievance.ladder == pair.ladder, condition_of(Measure.OPEN)
    )
    counted = (
        select(pair.office_id, pair.ladder, _counted_in(pair, Measure.LATE).label("late"))
        .where(has_cases)
        .cte("counted")
    )
    late = func.sum(counted.c.late).label("late")
    page = (
        select(counted.c.office_id, late)
        .group_by(counted.c.office_id)
        .order_by(late.desc(), counted.c.office_id)
        .limit(bindparam("most", type_=Integer))
        .offset(bindparam("skipped", type_=Integer))
        .subquery("worst")
    )
    # How many and since when in one value: asked for apart, the largest of the counts would be made twice.
    both = cast(_COUNT, String).concat(" ").concat(cast(func.min(Grievance.received_on), String))
    return (
        select(counted.c.office_id, counted.c.ladder, Office.name_en, Office.name_hi, Office.name_gu)
        .add_columns(_of_pair(select(both), counted.c, condition_of(Measure.OPEN)), counted.c.late)
        .add_columns(*(_counted_in(counted.c, one) for one in _OTHERS))
        .join(page, page.c.office_id == counted.c.office_id)
        .join(Office, Office.id == counted.c.office_id)
        .order_by(page.c.late.desc(), counted.c.office_id)
    )


_OTHERS = tuple(one for one in OF_AN_OFFICE if one not in (Measure.OPEN, Measure.LATE))
_ORDER = (Measure.OPEN, Measure.LATE, *_OTHERS)


@cache
def _mine_statement() -> Any:
    sums = [func.sum(case((condition_of(one), 1), else_=0)) for one in _ORDER]
    return (
        select(Grievance.office_id, Grievance.ladder, *sums)
        .where(condition_of(Measure.OPEN), is_about_me())
        .group_by(Grievance.office_id, Grievance.ladder)
    )


def office_numbers(session: Session, named: Mapping[str, Any], skipped: int = 0) -> tuple[list[OfficeNumbers], bool]:
    """Return the offices of the branch that have open cases, the worst first, and whether there are more of them."""
    asked = {**named, "most": OFFICES_SHOWN + 1, "skipped": skipped, "branch": branches.as_json(named["my_office"])}
    rows = session.execute(_offices_statement(is_sqlite(session)), asked).all()
    mine = {(row[0], row[1]): row[2:] for row in session.execute(_mine_statement(), named)} if rows else {}
    names: dict[int, Name] = {}
    oldest: dict[int, date] = {}
    numbers: dict[int, Counter[Measure]] = {}
    for office_id, ladder, english, hindi, gujarati, both, *counts in rows:
        names[office_id] = Name(english, hindi, gujarati)
        # Empty where the last case was closed while the database counted.
        is_open, _space, first = (both or "0 ").partition(" ")
        if first:
            oldest[office_id] = min(date.fromisoformat(first), oldest.get(office_id, date.max))
        less = mine.get((office_id, ladder), (0,) * len(_ORDER))
        of_office = numbers.setdefault(office_id, Counter(dict.fromkeys(_ORDER, 0)))
        for measure, cases, hidden in zip(_ORDER, (int(is_open), *counts), less, strict=True):
            of_office[measure] += cases - (hidden or 0)
    shown = [OfficeNumbers(one, names[one], dict(numbers[one]), oldest.get(one)) for one in names]
    return shown[:OFFICES_SHOWN], len(shown) > OFFICES_SHOWN


@dataclass(frozen=True, slots=True)
class OfficerNumbers:
    """How the cases of one officer stand, or, without a posting, those that nobody has."""

    posting_id: int | None
    name: Name | None
    is_posted: bool
    numbers: Mapping[Measure, int]
    oldest: date


def officer_numbers(
    session: Session, named: Mapping[str, Any], office_id: int, ladders: Sequence[str], now: datetime
) -> list[OfficerNumbers]:
    """Return how the officers of one office stand, in one statement; cases that nobody has come first."""
    asked = {**named, "of_office": office_id, "ladders": list(ladders), "now": now}
    rows = session.execute(_officers_statement(), asked)
    return [
        OfficerNumbers(
            row[0],
            Name(row[1], row[2], row[2]) if row[0] is not None else None,
            bool(row[3]),
            {measure: int(cases) for measure, cases in zip(_ORDER, row[5:], strict=True)},
            row[4],
        )
        for row in rows
    ]


@cache
def _officers_statement() -> Any:
    sums = [func.sum(case((condition_of(one), 1), else_=0)) for one in _ORDER]
    held = case(
        (Posting.ends_at.is_(None) | (Posting.ends_at > bindparam("now", type_=Posting.ends_at.type)), 1), else_=0
    )
    return (
        select(Grievance.officer_posting_id, Person.name_en, Person.name_local, held)
        .add_columns(func.min(Grievance.received_on), *sums)
        .outerjoin(Posting, Posting.id == Grievance.officer_posting_id)
        .outerjoin(Person, Person.id == Posting.person_id)
        .where(
            Grievance.office_id == bindparam("of_office"),
            Grievance.ladder.in_(bindparam("ladders", expanding=True)),
            condition_of(Measure.OPEN),
            not_about_me(),
        )
        .group_by(Grievance.officer_posting_id, Person.name_en, Person.name_local, held)
        .order_by(Grievance.officer_posting_id.is_not(None), Person.name_en, Grievance.officer_posting_id)
    )


class Vacancy(NamedTuple):
    """An office of the branch without a head at the post, and the open cases that wait there."""

    office_id: int
    name: Name
    cases: int
    away_until: date | None


def vacancies(session: Session, named: Mapping[str, Any], now: datetime, day: date) -> list[Vacancy]:
    """Return the offices of the branch that have open cases and no head present, most cases first, in one statement.

    `away_until` is the last day of an absence; none where nobody holds the post.
    """
    asked = {**named, "branch": branches.as_json(named["my_office"]), "now": now, "day": day, "most": VACANCIES_SHOWN}
    rows = session.execute(_vacancies_statement(is_sqlite(session)), asked)
    return [Vacancy(row[0], Name(*row[1:4]), int(row[5]), row[4]) for row in rows]


@cache
def _vacancies_statement(on_sqlite: bool) -> Any:
    pair = branches.rows(on_sqlite).c
    day = bindparam("day", type_=Date)
    head = (
        Posting.office_id == Office.id,
        Posting.role.in_(HEADING),
        *held(bindparam("now", type_=Posting.begins_at.type)),
    )
    present = exists().where(*head, Person.id == Posting.person_id, Person.is_active, ~is_away(day))
    until = (
        select(func.max(Absence.ends_on))
        .join(Posting, Posting.id == Absence.posting_id)
        .where(*head, Absence.begins_on <= day)
        .correlate(Office)
        .scalar_subquery()
    )
    waiting = (
        select(
            pair.office_id, _of_pair(select(_COUNT), pair, condition_of(Measure.OPEN), not_about_me()).label("cases")
        )
        .join(Office, Office.id == pair.office_id)
        .where(~present)
        .cte("waiting")
    )
    cases = func.sum(waiting.c.cases)
    return (
        select(Office.id, Office.name_en, Office.name_hi, Office.name_gu, until, cases)
        .join(waiting, waiting.c.office_id == Office.id)
        .group_by(Office.id, Office.name_en, Office.name_hi, Office.name_gu)
        .having(cases > 0)
        .order_by(cases.desc(), Office.id)
        .limit(bindparam("most", type_=Integer))
    )
