"""What must be withheld of a period over all pages together: offices stand in a district and in a department.

Whoever has every page open must not be able to take one from another, so it is worked out over all offices of a state
at once, and kept for some minutes. A published month stays readable as it was published and as it was revised, so
what was too small in any of these is withheld of the month for good, on every page: else the number of today, where
nothing has changed, would give away the one that was withheld.
"""

import time
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy.orm import Session

from swagat.database import source_of
from swagat.domain.quality.indicators import Indicator, Of, Tally
from swagat.domain.quality.periods import Span
from swagat.domain.quality.withholding import FEWEST, Group, withheld
from swagat.models import Scope
from swagat.services import published_months, quality_scopes, tallies
from swagat.services.published_months import OverTime
from swagat.services.quality_scopes import Whose
from swagat.services.tallies import Period

SECONDS_KEPT = 300.0
MOST_KEPT = 12


class Key(NamedTuple):
    """One state and period, with imported history or without."""

    state_id: int
    period: str
    with_imported: bool


class Stands(NamedTuple):
    """What an office counts in a period at each moment at which anything of it was published, and now, in this order.

    The tallies are the same object where nothing changed.
    """

    whose: Whose
    tallies: Sequence[Tally]


@dataclass
class _Kept:
    at: float
    offices: Sequence[Stands]
    hidden: dict[tuple[Of, ...], frozenset[Hashable]] = field(default_factory=dict)


_kept: WeakKeyDictionary[Any, dict[Key, _Kept]] = WeakKeyDictionary()


def clear() -> None:
    """Forget what was worked out, so that the next page works it out again."""
    _kept.clear()


def cell(scope: Scope, scope_id: int, period: str) -> Hashable:
    """Return the name of a number about a scope in a period."""
    return (scope.value, scope_id, period)


def rest_cell(kind: Scope, scope: Scope, scope_id: int) -> Hashable:
    """Return the name of a number about what lies in no part of a kind."""
    return ("rest", kind.value, scope.value, scope_id)


def hidden(
    session: Session, state_id: int, span: Span, indicator: Indicator, period: str, *, with_imported: bool
) -> frozenset[Hashable]:
    """Return the cells of all pages of a period that must not show an indicator; `period` is how cells name it."""
    known = _kept.setdefault(source_of(session), {})
    key = Key(state_id, span.code, with_imported)
    found = known.get(key)
    if found is None or time.monotonic() - found.at > SECONDS_KEPT:
        known.pop(key, None)
        while len(known) >= MOST_KEPT:
            known.pop(next(iter(known)))
        found = known[key] = _Kept(time.monotonic(), _offices(session, state_id, span, with_imported))
    # Figures about the same cases withhold the same; a third of all are about the answers to which people speak.
    if indicator.whole not in found.hidden:
        # What is open now is in no publication.
        since = 0 if period == span.code else -1
        found.hidden[indicator.whole] = _work_out(found.offices, state_id, indicator, period, since)
    return found.hidden[indicator.whole]


def _offices(session: Session, state_id: int, span: Span, with_imported: bool) -> Sequence[Stands]:
    every = quality_scopes.offices(session, state_id)
    counted = tallies.children(
        session,
        state_id,
        Scope.OFFICE,
        [one.where.scope_id for one in every],
        Period(span.first, span.last),
        with_imported=with_imported,
    )
    # Months are published, quarters and years are not.
    published = published_months.offices_over_time(session, state_id, span.first) if span.is_month else OverTime(0, {})
    nothing: Sequence[Tally] = ({},) * published.moments
    found = [
        Stands(one, [*published.of_office.get(one.where.scope_id, nothing), counted[one.where.scope_id]])
        for one in every
    ]
    return [one for one in found if any(one.tallies)]


def _work_out(
    offices: Sequence[Stands], state_id: int, indicator: Indicator, period: str, since: int
) -> frozenset[Hashable]:
    numbers: dict[Hashable, list[int]] = {}
    parts: dict[Hashable, list[Hashable]] = {}
    state = cell(Scope.STATE, state_id, period)
    for whose, over_time in offices:
        own = cell(Scope.OFFICE, whose.where.scope_id, period)
        numbers[own] = _counted(indicator, over_time[since:])
        _add(numbers, state, numbers[own])
        for kind, scope_id in ((Scope.DISTRICT, whose.district_id), (Scope.DEPARTMENT, whose.department_id)):
            above = rest_cell(kind, Scope.STATE, state_id) if scope_id is None else cell(kind, scope_id, period)
            _add(numbers, above, numbers[own])
            parts.setdefault(above, []).append(own)
    groups = [Group(total, some) for total, some in parts.items()]
    for kind in (Scope.DISTRICT, Scope.DEPARTMENT) if offices else ():
        groups.append(Group(state, [one for one in parts if _is_of(one, kind)]))
    # Withheld at one moment is withheld at all. With the fewest that a cell ever had, enough stays hidden at each.
    small = {one for one, known in numbers.items() if any(0 < number < FEWEST for number in known)}
    return withheld({one: min(known) for one, known in numbers.items()}, groups, small)


def _counted(indicator: Indicator, over_time: Sequence[Tally]) -> list[int]:
    """Return of how many cases a figure is at each moment; what did not change is not counted again."""
    found: list[int] = []
    for at, tally in enumerate(over_time):
        same = at and tally is over_time[at - 1]
        found.append(found[-1] if same else indicator.count_whole(tally))
    return found


def _add(numbers: dict[Hashable, list[int]], above: Hashable, more: Sequence[int]) -> None:
    numbers[above] = [one + other for one, other in zip(numbers.get(above, [0] * len(more)), more, strict=True)]


def _is_of(name: Hashable, kind: Scope) -> bool:
    return isinstance(name, tuple) and (name[0] == kind.value or name[:2] == ("rest", kind.value))
