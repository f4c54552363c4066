"""The rows of tallies: which of them an office's counts belong to, and how they are written."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from swagat.database import table_of
from swagat.domain.quality.measures import Count
from swagat.models import MonthTally, Office, Place, Scope
from swagat.services.bulk import among, find_rows, write_over
from swagat.services.tallies import Where

TALLIES = table_of(MonthTally)
_OFFICES, _PLACES = table_of(Office), table_of(Place)
_PLACED = select(
    _OFFICES.c.id, _OFFICES.c.state_id, _OFFICES.c.department_id, _PLACES.c.district_id
).join_from(_OFFICES, _PLACES, _PLACES.c.id == _OFFICES.c.place_id)  # fmt: skip
_PLACED_AMONG = _PLACED.where(among(_OFFICES.c.id))

Counts = dict[str, dict[str, int]]


class Moved(NamedTuple):
    """A count of which there are more or fewer, of cases from here or from another system."""

    one: Count
    is_imported: bool


class Row(NamedTuple):
    """Which row of the tallies."""

    state_id: int
    scope: Scope
    scope_id: int
    month: date
    is_imported: bool


KEY = Row._fields


def wheres(session: Session, office_ids: Collection[int] | None = None) -> dict[int, tuple[Where, ...]]:
    """Return whose figures the counts of each office are; without ids of every office; one statement.

    An office that lies in no district counts for its state and department only, and some have no department.
    """
    rows = session.execute(_PLACED if office_ids is None else _PLACED_AMONG, {"ids": sorted(office_ids or ())})
    return {
        row.id: tuple(
            Where(row.state_id, scope, scope_id)
            for scope, scope_id in (
                (Scope.STATE, row.state_id),
                (Scope.DISTRICT, row.district_id),
                (Scope.DEPARTMENT, row.department_id),
                (Scope.OFFICE, row.id),
            )
            if scope_id is not None
        )
        for row in rows
    }


def offices_in(session: Session, where: Where) -> set[int]:
    """Return the offices whose counts are in the figures of a scope."""
    return {office_id for office_id, theirs in wheres(session).items() if where in theirs}


def add(session: Session, moved: Counter[Moved], now: datetime) -> None:
    """Add what moved to every row that it belongs to, inside the caller's turn to count; three statements."""
    changes = summed({one: number for one, number in moved.items() if number}, wheres(session, _offices(moved)))
    found = find_rows(session, TALLIES, [row._asdict() for row in changes])
    there = {Row(*(getattr(row, name) for name in KEY)): row.counts for row in found}
    write(session, {row: merged(there.get(row, {}), more) for row, more in changes.items()}, now)


def _offices(moved: Iterable[Moved]) -> set[int]:
    return {each.one.office_id for each in moved}


def summed(numbers: Mapping[Moved, int], of_office: Mapping[int, Iterable[Where]]) -> dict[Row, Counts]:
    """Return numbers added up for every row that they belong to, the rows in a fixed order."""
    found: dict[Row, Counts] = {}
    for (one, is_imported), number in numbers.items():
        for where in of_office[one.office_id]:
            row = Row(where.state_id, where.scope, where.scope_id, one.month, is_imported)
            keys = found.setdefault(row, {}).setdefault(one.measure.value, {})
            keys[one.key] = keys.get(one.key, 0) + number
    return dict(sorted(found.items()))


def merged(counts: Mapping[str, Mapping[str, int]], more: Mapping[str, Mapping[str, int]]) -> Counts:
    """Return the sum of two rows' counts, without what came to nothing."""
    total: Counts = {}
    for measure in counts.keys() | more.keys():
        one, other = counts.get(measure, {}), more.get(measure, {})
        keys = {key: number for key in one.keys() | other.keys() if (number := one.get(key, 0) + other.get(key, 0))}
        if keys:
            total[measure] = keys
    return total


def write(session: Session, rows: Mapping[Row, Counts], now: datetime) -> None:
    """Write whole rows, over those that are there; one statement."""
    values: list[dict[str, Any]] = [row._asdict() | {"counts": one, "counted_at": now} for row, one in rows.items()]
    write_over(session, TALLIES, values, KEY)
