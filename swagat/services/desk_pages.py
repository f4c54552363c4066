"""One page of cases with the names a list shows: by the key of the page beside it, never by counting past rows."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Integer, bindparam, select, tuple_
from sqlalchemy.orm import Session, aliased

from swagat.domain.errors import N_, Invalid
from swagat.domain.workflow import ClockState, Status
from swagat.models import Grievance, Office, Person, Place, Posting

PAGE = 50
KEY = re.compile(r"[bf](-?[0-9]{1,17}(?:\.-?[0-9]{1,17})*)")
NO_SUCH_PAGE = N_("This page of the list does not exist. Begin at its first page.")


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
    place_text: str
    received_on: date
    version: int
    office_id: int
    place_en: str
    place_local: str
    officer_en: str | None
    officer_local: str | None
    office_en: str
    office_hi: str
    office_gu: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list and the keys of the pages beside it."""

    rows: Sequence[Row]
    earlier: str
    later: str


NOTHING = Page((), "", "")
OWN = (
    Grievance.id, Grievance.registration_number, Grievance.urgency, Grievance.due_at, Grievance.due_on,
    Grievance.status, Grievance.level, Grievance.cycle, Grievance.clock_state, Grievance.category_id,
    Grievance.place_text, Grievance.received_on, Grievance.version, Grievance.office_id,
)  # fmt: skip


class Order(NamedTuple):
    """How a list stands: its columns, the numbers of a row's key, and the values that such numbers stand for."""

    columns: Callable[[Any], tuple[Any, ...]]
    numbers: Callable[[Row], tuple[int, ...]]
    values: Callable[[Sequence[int]], tuple[Any, ...]]


def _instant(seconds: int) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError) as error:
        raise Invalid(NO_SUCH_PAGE) from error


LEAST_TIME_FIRST = Order(
    lambda case: (case.urgency, case.due_at, case.id),
    lambda row: (row.urgency, int(row.due_at.timestamp()), row.id),
    lambda key: (key[0], _instant(key[1]), key[2]),
)
NEWEST_FIRST = Order(lambda case: (-case.id,), lambda row: (-row.id,), tuple)


def statement_of(conditions: Sequence[Any], order: Order, turned: str) -> Any:
    """Return the statement of a page; `turned` is b or f for the page before or after a key, empty for the first.

    The cases are found first, by one range of one index, and only those of the page get their names: asked for all
    at once, PostgreSQL would rather read every case of the office and sort them.
    """
    columns = order.columns(Grievance)
    found = select(*OWN, Grievance.place_id, Grievance.officer_posting_id).where(*conditions)
    if turned:
        here = tuple_(*(bindparam(f"key_{at}", type_=column.type) for at, column in enumerate(columns)))
        found = found.where(tuple_(*columns) < here if turned == "b" else tuple_(*columns) > here)
    page = found.order_by(*_turned(columns, turned)).limit(bindparam("most", type_=Integer)).subquery("page")
    officer, shown = aliased(Person), page.c
    return (
        select(*(shown[column.key] for column in OWN), Place.name_en, Place.name_local)
        .add_columns(officer.name_en, officer.name_local, Office.name_en, Office.name_hi, Office.name_gu)
        .select_from(page)
        .join(Place, Place.id == shown.place_id)
        .join(Office, Office.id == shown.office_id)
        .outerjoin(Posting, Posting.id == shown.officer_posting_id)
        .outerjoin(officer, officer.id == Posting.person_id)
        .order_by(*_turned(order.columns(shown), turned))
    )


def _turned(columns: tuple[Any, ...], turned: str) -> list[Any]:
    return [column.desc() if turned == "b" else column for column in columns]


def read_page(session: Session, make: Callable[[str], Any], order: Order, key: str, values: Mapping[str, Any]) -> Page:
    """Return the page that a key asks for in one statement, raising Invalid for a key that is not of our making."""
    bound: dict[str, Any] = dict(values) | {"most": PAGE + 1}
    turned = key[:1]
    if turned:
        bound |= {f"key_{at}": value for at, value in enumerate(_position(key, order))}
    rows = [Row._make(row) for row in session.execute(make(turned), bound)]
    more, rows = len(rows) > PAGE, rows[:PAGE]
    if turned == "b":
        rows.reverse()
    has_earlier, has_later = (more, True) if turned == "b" else (bool(turned), more)
    return Page(
        rows,
        _key("b", order, rows[0]) if rows and has_earlier else "",
        _key("f", order, rows[-1]) if rows and has_later else "",
    )


def _key(turned: str, order: Order, row: Row) -> str:
    return turned + ".".join(map(str, order.numbers(row)))


def _position(key: str, order: Order) -> tuple[Any, ...]:
    """Return the values of a key: its first letter says whether the page before or after it is wanted."""
    match = KEY.fullmatch(key)
    numbers = [int(part) for part in match[1].split(".")] if match else []
    wanted = len(order.columns(Grievance))
    # The urgency is 0 or 1, and nothing else fits its column.
    if len(numbers) != wanted or (wanted > 1 and numbers[0] not in (0, 1)):
        raise Invalid(NO_SUCH_PAGE)
    return order.values(numbers)
