"""The desk of an office: lists by tab, least time left first, counts that agree with them, and search."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, false, func, literal, or_, select, text, tuple_, union_all
from sqlalchemy.orm import Session, aliased

from swagat.database import is_sqlite
from swagat.domain.errors import N_, Invalid
from swagat.domain.roles import Actor
from swagat.domain.search import NumberPart, Sought
from swagat.domain.text import search_query
from swagat.domain.workflow import ClockState, Status
from swagat.models import Complainant, Counter, Grievance, Office, Person, Place, Posting
from swagat.services import catalogue, places
from swagat.services.catalogue_views import PlaceView
from swagat.services.scope import HANDLING, grievances_visible_to, not_accused

PAGE = 50
MOST_COUNTED = 999
LARGEST = 2**62
KEY = re.compile(r"[bf](-?[0-9]{1,18}(?:\.-?[0-9]{1,18})*)")
NO_SUCH_PAGE = N_("This page of the list does not exist. Begin at its first page.")


class Tab(StrEnum):
    """One list of the desk."""

    OFFICE = "office"
    MINE = "mine"
    UNASSIGNED = "unassigned"
    CAME_UP = "came_up"
    APPEALS = "appeals"
    TO_PLACE = "to_place"
    WAITING = "waiting"
    NOT_REACHED = "not_reached"
    DISPOSED = "disposed"


class Row(NamedTuple):
    """One line of a list, as plain values."""

    id: int
    number: str
    urgency: int
    due_at: datetime
    due_on: date
    status: Status
    level: int
    cycle: int
    clock_state: ClockState
    category_id: int
    place_en: str
    place_local: str
    place_text: str
    received_on: date
    officer_en: str | None
    officer_local: str | None
    version: int
    office_id: int
    office_en: str
    office_hi: str
    office_gu: str


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


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list and the keys of the pages beside it."""

    rows: Sequence[Row]
    earlier: str
    later: str


def condition_of(tab: Tab, actor: Actor) -> ColumnElement[bool]:
    """Return which grievances a tab lists; each is one range of one index."""
    if actor.role not in HANDLING or actor.office_id is None:
        return false()
    mine = Grievance.office_id == actor.office_id
    match tab:
        case Tab.OFFICE:
            return and_(mine, Grievance.is_open.is_(True))
        case Tab.MINE:
            return and_(Grievance.officer_posting_id == actor.posting_id, Grievance.is_open.is_(True))
        case Tab.UNASSIGNED:
            return and_(mine, Grievance.status == Status.REGISTERED)
        case Tab.CAME_UP:
            return and_(
                Grievance.answerable_office_id == actor.office_id,
                Grievance.is_open.is_(True),
                Grievance.answerable_office_id != Grievance.office_id,
            )
        case Tab.APPEALS:
            return and_(Grievance.appellate_office_id == actor.office_id, Grievance.is_open.is_(True))
        case Tab.TO_PLACE:
            return and_(Grievance.deciding_office_id == actor.office_id, Grievance.is_open.is_(True))
        case Tab.WAITING:
            return and_(mine, Grievance.status == Status.CLARIFICATION_SOUGHT)
        case Tab.NOT_REACHED:
            return and_(mine, Grievance.status == Status.DISPOSED, Grievance.reached_at.is_(None))
        case Tab.DISPOSED:
            return and_(mine, Grievance.status == Status.DISPOSED)


def counts(session: Session, actor: Actor) -> dict[Tab, int]:
    """Return how many cases each tab lists, counted to 999 and no further, in one statement."""
    parts = [
        select(literal(tab.value).label("tab"), func.count().label("n")).select_from(
            select(Grievance.id)
            .where(condition_of(tab, actor), not_accused(actor))
            .limit(MOST_COUNTED + 1)
            .subquery(f"of_{tab.value}")
        )
        for tab in Tab
    ]
    return {Tab(tab): number for tab, number in session.execute(union_all(*parts))}


def page(session: Session, actor: Actor, tab: Tab, filters: Filters, key: str = "") -> Page:
    """Return a page of a tab in one statement, immediate cases first and then by the time left.

    `key` is what a page beside it gave; raises Invalid for one that is not of our making.
    """
    statement = _columns().where(condition_of(tab, actor), not_accused(actor), *_narrowed(filters))
    position = _read_key(key, 3)
    here = position and (position[0], _instant(position[1]), position[2])
    order = (Grievance.urgency, Grievance.due_at, Grievance.id)
    return _page(session, statement, order, key[:1] == "b", here, _key_of_place_in_list)


def search(session: Session, actor: Actor, sought: Sought, key: str = "") -> Page:
    """Return what fits, the newest first, among everything that the actor may see, open or not."""
    statement = _columns().where(grievances_visible_to(actor), _fits(session, actor, sought))
    position = _read_key(key, 1)
    return _page(session, statement, (-Grievance.id,), key[:1] == "b", position, lambda row: str(-row.id))


def _columns() -> Any:
    officer = aliased(Person)
    statement: Any = (
        select(
            Grievance.id,
            Grievance.registration_number,
            Grievance.urgency,
            Grievance.due_at,
            Grievance.due_on,
            Grievance.status,
            Grievance.level,
            Grievance.cycle,
            Grievance.clock_state,
            Grievance.category_id,
            Place.name_en,
            Place.name_local,
            Grievance.place_text,
            Grievance.received_on,
            officer.name_en,
            officer.name_local,
            Grievance.version,
            Grievance.office_id,
            Office.name_en,
            Office.name_hi,
            Office.name_gu,
        )
        .join(Place, Place.id == Grievance.place_id)
        .join(Office, Office.id == Grievance.office_id)
        .outerjoin(Posting, Posting.id == Grievance.officer_posting_id)
        .outerjoin(officer, officer.id == Posting.person_id)
    )
    return statement


def _page(
    session: Session,
    statement: Any,
    order: Sequence[Any],
    backwards: bool,
    position: Sequence[Any] | None,
    key_of: Callable[[Row], str],
) -> Page:
    if position is not None:
        here = tuple_(*(literal(value, column.type) for value, column in zip(position, order, strict=True)))
        statement = statement.where(tuple_(*order) < here if backwards else tuple_(*order) > here)
    ordered = statement.order_by(*(column.desc() if backwards else column for column in order))
    rows = [Row._make(row) for row in session.execute(ordered.limit(PAGE + 1))]
    more, rows = len(rows) > PAGE, rows[:PAGE]
    if backwards:
        rows.reverse()
    has_earlier, has_later = (more, True) if backwards else (position is not None, more)
    return Page(
        rows,
        f"b{key_of(rows[0])}" if rows and has_earlier else "",
        f"f{key_of(rows[-1])}" if rows and has_later else "",
    )


def _key_of_place_in_list(row: Row) -> str:
    return f"{row.urgency}.{int(row.due_at.timestamp())}.{row.id}"


def _read_key(key: str, length: int) -> list[int] | None:
    """Return the numbers of a key: its first letter says whether the page before or after it is wanted."""
    if not key:
        return None
    match = KEY.fullmatch(key)
    numbers = [int(part) for part in match[1].split(".")] if match else []
    if len(numbers) != length or any(abs(one) > LARGEST for one in numbers) or (length == 3 and numbers[0] > 1):
        raise Invalid(NO_SUCH_PAGE)
    return numbers


def _instant(seconds: int) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError) as error:
        raise Invalid(NO_SUCH_PAGE) from error


def _narrowed(filters: Filters) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if filters.category_id is not None:
        wanted.append(Grievance.category_id == filters.category_id)
    if filters.status is not None:
        wanted.append(Grievance.status == filters.status)
    if filters.place_id is not None:
        here = filters.place_id
        inside = or_(Place.id == here, Place.parent_id == here, Place.district_id == here)
        wanted.append(inside)
    return wanted


def _fits(session: Session, actor: Actor, sought: Sought) -> ColumnElement[bool]:
    if sought.numbers:
        return or_(*(_number_is(actor, one) for one in sought.numbers))
    if sought.mobile:
        return _mobile_is(sought.mobile)
    return _words_in(session, sought.words)


def _number_is(actor: Actor, part: NumberPart) -> ColumnElement[bool]:
    """Return the condition for a running number; its unique index begins with state and year, so a year is named."""
    years = select(Counter.year).where(Counter.state_id == actor.state_id)
    return and_(
        Grievance.state_id == actor.state_id,
        Grievance.year.in_(years) if part.year is None else Grievance.year == part.year,
        Grievance.running == part.running,
    )


def _mobile_is(mobile: str) -> ColumnElement[bool]:
    """Return the condition for a mobile number; a hidden identity is never found by it."""
    of_mobile = select(Complainant.id).where(Complainant.mobile == mobile)
    return and_(Grievance.complainant_id.in_(of_mobile), Grievance.is_identity_hidden.is_(False))


def _words_in(session: Session, typed: str) -> ColumnElement[bool]:
    """Return the condition that all words stand in the searchable text, in whichever form they are written."""
    stems = [stem for stem in search_query(typed) if stem]
    if not stems:
        return false()
    if is_sqlite(session):
        quoted = " ".join(f'"{stem}"' for stem in stems)
        found = text("SELECT rowid FROM grievance_search WHERE grievance_search MATCH :words").bindparams(words=quoted)
        return Grievance.id.in_(found.columns(Grievance.id).scalar_subquery())
    return func.to_tsvector(text("'simple'"), Grievance.search_text).op("@@")(
        func.plainto_tsquery(text("'simple'"), " ".join(stems))
    )


def places_below(session: Session, office_id: int) -> list[PlaceView]:
    """Return the places directly inside the place of an office, by which its list can be narrowed."""
    place_id = session.scalar(select(Office.place_id).where(Office.id == office_id))
    if place_id is None:
        return []
    known = catalogue.current().children.get(place_id, ())
    return [*known, *places.villages(place_id)] if places.place(place_id).kind.value == "taluka" else list(known)
