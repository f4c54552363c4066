"""Reads the counts of a scope and period: as many rows as there are months, however many cases lie behind them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, Text, cast, func, select
from sqlalchemy.orm import Session

from swagat.domain.quality.indicators import Tally
from swagat.domain.quality.measures import EVER, Measure
from swagat.models import MonthTally, Scope, Uncounted

_MEASURES = {one.value: one for one in Measure}


@dataclass(frozen=True, slots=True)
class Where:
    """Whose figures: a state, or a district, department or office of it."""

    state_id: int
    scope: Scope
    scope_id: int


class Period(NamedTuple):
    """Months from the first to the last, each named by its first day."""

    first: date
    last: date


class AsOf(NamedTuple):
    """Until when things are counted, and how many register entries and ended texts are not counted yet."""

    counted_at: datetime | None
    uncounted: int


def tally(session: Session, where: Where, period: Period, *, with_imported: bool = True) -> Tally:
    """Return what happened in a period, and what is open now, of one scope."""
    return children(session, where.state_id, where.scope, [where.scope_id], period, with_imported=with_imported)[
        where.scope_id
    ]


def children(
    session: Session,
    state_id: int,
    scope: Scope,
    scope_ids: Collection[int],
    period: Period,
    *,
    with_imported: bool = True,
) -> dict[int, Tally]:
    """Return the same for several scopes of one kind with one statement; who has nothing counted has an empty tally."""
    found: dict[int, list[Mapping[str, Mapping[str, int]]]] = {one: [] for one in scope_ids}
    months = MonthTally.month.between(period.first, period.last) | (MonthTally.month == EVER)
    rows = select(MonthTally.scope_id, MonthTally.counts).where(
        MonthTally.state_id == state_id, MonthTally.scope == scope, MonthTally.scope_id.in_(found), months
    )
    if not with_imported:
        rows = rows.where(MonthTally.is_imported.is_(False))
    for row in session.execute(rows):
        found[row.scope_id].append(row.counts)
    return {one: added(counts) for one, counts in found.items()}


def months(session: Session, where: Where, period: Period, *, with_imported: bool = True) -> dict[date, Tally]:
    """Return what happened in each month of a period that has any count."""
    rows = _of_months([MonthTally.counts], where.state_id, where.scope, period, with_imported)
    found: dict[date, list[Mapping[str, Mapping[str, int]]]] = {}
    for row in session.execute(rows.where(MonthTally.scope_id == where.scope_id)):
        found.setdefault(row.month, []).append(row.counts)
    return {month: added(counts) for month, counts in found.items()}


def months_of_each(
    session: Session,
    state_id: int,
    scope: Scope,
    period: Period,
    measures: Collection[Measure],
    *,
    with_imported: bool = True,
) -> dict[int, dict[date, Tally]]:
    """Return some measures for every scope of one kind, for each month that has any count, with one statement."""
    # Of what is kept of a month most is for other figures, and reading it is most of the cost.
    columns = [MonthTally.counts[one.value] for one in measures]
    # A row stays, empty, when all that it counted has moved.
    rows = _of_months(columns, state_id, scope, period, with_imported).where(cast(MonthTally.counts, Text) != "{}")
    found: dict[int, dict[date, list[dict[str, dict[str, int]]]]] = {}
    for scope_id, month, *counts in session.execute(rows):
        kept = {one.value: keys for one, keys in zip(measures, counts, strict=True) if keys}
        found.setdefault(scope_id, {}).setdefault(month, []).append(kept)
    return {one: {month: added(counts) for month, counts in theirs.items()} for one, theirs in found.items()}


def _of_months(columns: Sequence[Any], state_id: int, scope: Scope, period: Period, with_imported: bool) -> Select[Any]:
    rows = select(MonthTally.scope_id, MonthTally.month, *columns).where(
        MonthTally.state_id == state_id,
        MonthTally.scope == scope,
        MonthTally.month.between(period.first, period.last),
    )
    if not with_imported:
        rows = rows.where(MonthTally.is_imported.is_(False))
    return rows.order_by(MonthTally.month)


def as_of(session: Session, state_id: int) -> AsOf:
    """Return until when the figures of a state are counted."""
    counted_at = select(func.max(MonthTally.counted_at)).where(
        MonthTally.state_id == state_id, MonthTally.scope == Scope.STATE, MonthTally.scope_id == state_id
    )
    waiting = select(func.count()).select_from(Uncounted)
    row = session.execute(select(counted_at.scalar_subquery(), waiting.scalar_subquery())).one()
    return AsOf(row[0], row[1])


def added(counts: Iterable[Mapping[str, Mapping[str, int]]]) -> dict[Measure, dict[str, int]]:
    """Return the sum of counts as they are kept, without what came to nothing."""
    total: dict[Measure, dict[str, int]] = {}
    for one in counts:
        for measure, keys in one.items():
            kept = total.get(_MEASURES[measure])
            # Most are counted in one month only: a page adds up hundreds of offices.
            if kept is None:
                total[_MEASURES[measure]] = dict(keys)
                continue
            for key, number in keys.items():
                kept[key] = kept.get(key, 0) + number
    return {
        measure: {key: n for key, n in keys.items() if n} if 0 in keys.values() else keys
        for measure, keys in total.items()
    }
