"""The lists behind the numbers of a head: one list for each number, by the same condition, page by page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, bindparam, exists, func, select
from sqlalchemy.orm import Session

from swagat.domain.errors import NotFound
from swagat.domain.names import Name
from swagat.domain.roles import Actor
from swagat.models import Grievance, Lapse, Office
from swagat.services import branches
from swagat.services.branch_numbers import OfficerNumbers, officer_numbers
from swagat.services.desk_pages import LEAST_TIME_FIRST, Page, read_page, statement_of
from swagat.services.supervised import (
    HORIZONS,
    OF_AN_OFFICE,
    Measure,
    comes_by,
    condition_of,
    last_lapse,
    not_about_me,
)
from swagat.services.supervision import names_of


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which list: a measure, and what it is narrowed to; `posting_id` 0 asks for what no officer has."""

    measure: Measure
    office_id: int | None = None
    posting_id: int | None = None
    days: int = max(HORIZONS)
    category_id: int | None = None
    from_office_id: int | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of a list and how many cases it has in all, as its number says."""

    page: Page
    cases: int


def listed(session: Session, actor: Actor, wanted: Wanted, now: datetime, key: str = "") -> Listed:
    """Return a page of a list in two statements, the least time left first.

    Raises NotFound for an office that does not stand below the actor, and Invalid for a page not of our making.
    """
    values = _values(actor, wanted, now)
    names = frozenset(values)
    found = read_page(session, lambda turned: _list(wanted.measure, names, turned), LEAST_TIME_FIRST, key, values)
    return Listed(found, session.scalar(_number(wanted.measure, names), values) or 0)


def _values(actor: Actor, wanted: Wanted, now: datetime) -> dict[str, Any]:
    values = names_of(actor, now)
    values["comes_by"] = comes_by(values["today"], wanted.days)
    if wanted.measure in OF_AN_OFFICE:
        values |= {"of_office": wanted.office_id, "ladders": ladders_of(actor, wanted.office_id)}
        if wanted.posting_id is not None:
            values["of_posting"] = wanted.posting_id
    if wanted.category_id is not None:
        values["category"] = wanted.category_id
    if wanted.from_office_id is not None:
        values["from_office"] = wanted.from_office_id
    return values


def ladders_of(actor: Actor, office_id: int | None) -> list[str]:
    """Return on which ladders an office stands in the branch of a head, raising NotFound where on none."""
    ladders = branches.ladders_within(actor.office_id or 0, office_id or 0)
    if not ladders:
        raise NotFound
    return sorted(ladders)


def _narrowed(names: frozenset[str]) -> list[Any]:
    posting = bindparam("of_posting", type_=BigInteger)
    conditions = {
        "of_office": Grievance.office_id == bindparam("of_office", type_=BigInteger),
        "ladders": Grievance.ladder.in_(bindparam("ladders", expanding=True)),
        "of_posting": func.coalesce(Grievance.officer_posting_id, 0) == posting,
        "category": Grievance.category_id == bindparam("category", type_=BigInteger),
        "from_office": exists().where(last_lapse(Lapse), Lapse.office_id == bindparam("from_office", type_=BigInteger)),
    }
    return [conditions[name] for name in sorted(names & conditions.keys())]


@cache
def _list(measure: Measure, names: frozenset[str], turned: str) -> Any:
    return statement_of([condition_of(measure), not_about_me(), *_narrowed(names)], LEAST_TIME_FIRST, turned)


@cache
def _number(measure: Measure, names: frozenset[str]) -> Any:
    found = select(func.count()).select_from(Grievance)
    return found.where(condition_of(measure), not_about_me(), *_narrowed(names))


@dataclass(frozen=True, slots=True)
class OfficeView:
    """One office of the branch with its officers' numbers."""

    office_id: int
    name: Name
    officers: Sequence[OfficerNumbers]


def office_view(session: Session, actor: Actor, office_id: int, now: datetime) -> OfficeView:
    """Return how the officers of an office of the branch stand, in two statements; raises NotFound outside it."""
    ladders = ladders_of(actor, office_id)
    named: Mapping[str, Any] = names_of(actor, now)
    row = session.execute(select(Office.name_en, Office.name_hi, Office.name_gu).where(Office.id == office_id)).one()
    return OfficeView(office_id, Name(*row), officer_numbers(session, named, office_id, ladders, now))
