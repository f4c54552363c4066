"""What must be withheld of a period over all pages together: offices stand in a district and in a department.

Whoever has every page open must not be able to take one from another, so it is worked out over all offices of a state
at once, and kept for some minutes.
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
from swagat.domain.quality.withholding import Group, withheld
from swagat.models import Scope
from swagat.services import quality_scopes, tallies
from swagat.services.quality_scopes import Whose
from swagat.services.tallies import Period

SECONDS_KEPT = 300.0
MOST_KEPT = 12


class Key(NamedTuple):
    """One state and period, with imported history or without."""

    state_id: int
    period: str
    with_imported: bool


@dataclass
class _Kept:
    at: float
    offices: Sequence[tuple[Whose, Tally]]
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
        found.hidden[indicator.whole] = _work_out(found.offices, state_id, indicator, period)
    return found.hidden[indicator.whole]


def _offices(session: Session, state_id: int, span: Span, with_imported: bool) -> Sequence[tuple[Whose, Tally]]:
    every = quality_scopes.offices(session, state_id)
    counted = tallies.children(
        session,
        state_id,
        Scope.OFFICE,
        [one.where.scope_id for one in every],
        Period(span.first, span.last),
        with_imported=with_imported,
    )
    return [(one, counted[one.where.scope_id]) for one in every if counted[one.where.scope_id]]


def _work_out(
    offices: Sequence[tuple[Whose, Tally]], state_id: int, indicator: Indicator, period: str
) -> frozenset[Hashable]:
    counts: dict[Hashable, int] = {}
    parts: dict[Hashable, list[Hashable]] = {}
    state = cell(Scope.STATE, state_id, period)
    for whose, tally in offices:
        number = indicator.count_whole(tally)
        own = cell(Scope.OFFICE, whose.where.scope_id, period)
        counts[own] = number
        for kind, scope_id in ((Scope.DISTRICT, whose.district_id), (Scope.DEPARTMENT, whose.department_id)):
            above = rest_cell(kind, Scope.STATE, state_id) if scope_id is None else cell(kind, scope_id, period)
            counts[above] = counts.get(above, 0) + number
            parts.setdefault(above, []).append(own)
    groups = [Group(total, some) for total, some in parts.items()]
    counts[state] = sum(counts[cell(Scope.OFFICE, whose.where.scope_id, period)] for whose, _tally in offices)
    for kind in (Scope.DISTRICT, Scope.DEPARTMENT):
        groups.append(Group(state, [one for one in parts if _is_of(one, kind)]))
    return withheld(counts, groups)


def _is_of(name: Hashable, kind: Scope) -> bool:
    return isinstance(name, tuple) and (name[0] == kind.value or name[:2] == ("rest", kind.value))
