"""The desk of an office: lists by tab, least time left first, and counts that agree with them."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, bindparam, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from swagat.domain.roles import Actor
from swagat.domain.workflow import Status
from swagat.models import Grievance, Office, Place
from swagat.services import catalogue, places
from swagat.services.catalogue_views import PlaceView
from swagat.services.desk_pages import LEAST_TIME_FIRST, NOTHING, Page, read_page, statement_of
from swagat.services.scope import HANDLING, HEADING, not_about, owes_explanation

MOST_COUNTED = 999
# Made once with these names left open: putting a statement together costs more than sending it.
_OFFICE, _POSTING, _PERSON, _HEADED = (
    bindparam(name, type_=BigInteger) for name in ("office", "posting", "person", "headed")
)


class Tab(StrEnum):
    """One list of the desk."""

    OFFICE = "office"
    MINE = "mine"
    UNASSIGNED = "unassigned"
    CAME_UP = "came_up"
    APPEALS = "appeals"
    TO_PLACE = "to_place"
    WAITING = "waiting"
    DIRECTIONS = "directions"
    OWED = "owed"
    NOT_REACHED = "not_reached"
    DISPOSED = "disposed"


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to; empty fields ask for nothing."""

    category_id: int | None = None
    place_id: int | None = None
    status: Status | None = None

    @property
    def chosen(self) -> int:
        """Return how many filters are set."""
        return sum(bool(value) for value in (self.category_id, self.place_id, self.status))


def condition_of(tab: Tab) -> ColumnElement[bool]:
    """Return which grievances a tab lists, of the office, posting and person yet to be named; a range of one index."""
    ours, is_open = Grievance.office_id == _OFFICE, Grievance.is_open.is_(True)
    conditions: dict[Tab, tuple[ColumnElement[bool], ...]] = {
        Tab.OFFICE: (ours, is_open),
        Tab.MINE: (Grievance.officer_posting_id == _POSTING, is_open),
        Tab.UNASSIGNED: (ours, Grievance.status == Status.REGISTERED),
        Tab.CAME_UP: (
            Grievance.answerable_office_id == _OFFICE,
            is_open,
            Grievance.answerable_office_id != Grievance.office_id,
        ),
        Tab.APPEALS: (Grievance.appellate_office_id == _OFFICE, is_open),
        Tab.TO_PLACE: (Grievance.deciding_office_id == _OFFICE, is_open),
        Tab.WAITING: (ours, Grievance.status == Status.CLARIFICATION_SOUGHT),
        Tab.DIRECTIONS: (ours, is_open, Grievance.directing_office_id.is_not(None)),
        Tab.OWED: (owes_explanation(_HEADED, _PERSON),),
        Tab.NOT_REACHED: (
            ours,
            Grievance.status == Status.DISPOSED,
            Grievance.disposed_at.is_not(None),
            Grievance.reached_at.is_(None),
        ),
        Tab.DISPOSED: (ours, Grievance.status == Status.DISPOSED),
    }
    return and_(*conditions[tab], not_about(_OFFICE, _PERSON))


def counts(session: Session, actor: Actor) -> dict[Tab, int]:
    """Return how many cases each tab lists, counted to 1000 and no further, in one statement."""
    if not _has_a_desk(actor):
        return dict.fromkeys(Tab, 0)
    found = session.execute(_counts(), _named(actor) | {"most": MOST_COUNTED + 1})
    return {Tab(tab): number for tab, number in found}


@cache
def _counts() -> Any:
    # In the order of the index, or PostgreSQL may look for the first thousand among all that ever was.
    parts = [
        select(literal(tab.value).label("tab"), func.count().label("n")).select_from(
            select(Grievance.id)
            .where(condition_of(tab))
            .order_by(*LEAST_TIME_FIRST.columns(Grievance))
            .limit(bindparam("most"))
            .subquery(f"of_{tab.value}")
        )
        for tab in Tab
    ]
    return union_all(*parts)


def page(session: Session, actor: Actor, tab: Tab, filters: Filters, key: str = "") -> Page:
    """Return a page of a tab in one statement, immediate cases first and then by the time left.

    `key` is what a page beside it gave; raises Invalid for one that is not of our making.
    """
    if not _has_a_desk(actor):
        return NOTHING
    values = _named(actor) | _chosen(filters)
    names = frozenset(_chosen(filters))
    return read_page(session, lambda turned: _list(tab, names, turned), LEAST_TIME_FIRST, key, values)


@cache
def _list(tab: Tab, chosen: frozenset[str], turned: str) -> Any:
    narrowed = {
        "category": Grievance.category_id == bindparam("category", type_=BigInteger),
        "status": Grievance.status == bindparam("status", type_=Grievance.status.type),
        "place": Grievance.place_id.in_(_inside(bindparam("place", type_=BigInteger))),
    }
    return statement_of([condition_of(tab), *(narrowed[name] for name in sorted(chosen))], LEAST_TIME_FIRST, turned)


def _inside(place: Any) -> Any:
    return select(Place.id).where(or_(Place.id == place, Place.parent_id == place, Place.district_id == place))


def _chosen(filters: Filters) -> dict[str, Any]:
    chosen = {"category": filters.category_id, "status": filters.status, "place": filters.place_id}
    return {name: value for name, value in chosen.items() if value is not None}


def _has_a_desk(actor: Actor) -> bool:
    return actor.role in HANDLING and actor.office_id is not None


def _named(actor: Actor) -> dict[str, Any]:
    headed = actor.office_id if actor.role in HEADING else None
    return {"office": actor.office_id, "posting": actor.posting_id, "person": actor.person_id, "headed": headed}


def places_below(session: Session, office_id: int) -> list[PlaceView]:
    """Return the places directly inside the place of an office, by which its list can be narrowed."""
    place_id = session.scalar(select(Office.place_id).where(Office.id == office_id))
    if place_id is None:
        return []
    known = catalogue.current().children.get(place_id, ())
    return [*known, *places.villages(place_id)] if places.place(place_id).kind.value == "taluka" else list(known)
