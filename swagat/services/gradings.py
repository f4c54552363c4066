"""The grades of all offices of a state for a period, and whose must be withheld because a figure of theirs is.

As many statements are sent for three hundred offices as for three; what was worked out is kept for some minutes.
"""

import time
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy.orm import Session

from swagat.database import source_of
from swagat.domain.quality.figures import together
from swagat.domain.quality.grading import Formula, Grade, Group, Rank, Score, ranks, score, without
from swagat.domain.quality.indicators import INDICATORS, Indicator, Of, Tally
from swagat.domain.quality.measures import month_of
from swagat.domain.quality.periods import Span
from swagat.domain.quality.withholding import FEWEST
from swagat.domain.roles import Actor
from swagat.models import Scope
from swagat.services import quality_scopes, small_cells, small_months, tallies
from swagat.services.quality_scopes import Whose
from swagat.services.tallies import AsOf, Period

SECONDS_KEPT = 300.0
MOST_KEPT = 12


class Graded(NamedTuple):
    """The score of an office, and the same with nothing left out; no rank where the score is not for everybody."""

    whose: Whose
    group: Group
    score: Score
    full: Score
    grade: Grade | None
    rank: Rank | None


@dataclass(frozen=True, slots=True)
class Grading:
    """The offices of a state as a formula grades them: with a score, with too few cases for one, or withheld."""

    graded: Sequence[Graded]
    too_few: Sequence[Whose]
    withheld: Sequence[Whose]
    as_of: AsOf


class Key(NamedTuple):
    """One state, period and formula, with imported history or without."""

    state_id: int
    period: str
    digest: str
    with_imported: bool


class _Kept(NamedTuple):
    at: float
    graded: Sequence[Graded]
    withheld: Sequence[Graded]
    too_few: Sequence[Whose]
    as_of: AsOf


class _Counted(NamedTuple):
    """What an office counts in each month of the year of a period, and in the period."""

    whose: Whose
    months: Mapping[date, Tally]
    tally: Tally


_kept: WeakKeyDictionary[Any, dict[Key, _Kept]] = WeakKeyDictionary()


def clear() -> None:
    """Forget what was worked out, so that the next page works it out again."""
    _kept.clear()


def grading(
    session: Session,
    state_id: int,
    span: Span,
    formula: Formula,
    today: date,
    actor: Actor | None,
    *,
    with_imported: bool = True,
) -> Grading:
    """Return the grades of a period as somebody may see them; a withheld score of their own has no rank."""
    key = Key(state_id, span.code, formula.digest, with_imported)
    known = _kept.setdefault(source_of(session), {})
    found = known.get(key)
    if found is None or time.monotonic() - found.at > SECONDS_KEPT:
        known.pop(key, None)
        while len(known) >= MOST_KEPT:
            known.pop(next(iter(known)))
        found = known[key] = _work_out(session, state_id, span, formula, today, with_imported)
    seen, hidden = [], []
    for one in found.withheld:
        if quality_scopes.may_see_whole(actor, one.whose, span):
            seen.append(one)
        else:
            hidden.append(one.whose)
    return Grading([*found.graded, *seen], found.too_few, hidden, found.as_of)


def _work_out(session: Session, state_id: int, span: Span, formula: Formula, today: date, with_imported: bool) -> _Kept:
    counted = _counted(session, state_id, span, formula, with_imported)
    months = sum(1 for one in span.months if one <= month_of(today)) or 1
    scored, too_few = [], []
    for one in counted:
        found = _graded(one, formula, months)
        if found is None:
            too_few.append(one.whose)
        else:
            scored.append(found)
    hidden = _withheld(session, state_id, span, formula, scored, counted, with_imported) if scored else frozenset()
    shown = [one for one in scored if one.whose.where.scope_id not in hidden]
    withheld = [one for one in scored if one.whose.where.scope_id in hidden]
    as_of = tallies.as_of(session, state_id)
    return _Kept(time.monotonic(), _ranked(shown, formula), withheld, too_few, as_of)


def _counted(session: Session, state_id: int, span: Span, formula: Formula, with_imported: bool) -> list[_Counted]:
    """Return the offices that have anything counted in the period for the formula or their group."""
    wanted = [INDICATORS["received"], *(INDICATORS[one.indicator] for one in formula.components)]
    measures = list(dict.fromkeys(of.measure for one in wanted for of in one.whole))
    # A month gives way to the others of its year, so the year is read for each.
    year = Period(date(span.first.year, 1, 1), date(span.first.year, 12, 1))
    months = tallies.months_of_each(session, state_id, Scope.OFFICE, year, measures, with_imported=with_imported)
    found = []
    for one in quality_scopes.offices_among(session, state_id, months):
        theirs = months[one.where.scope_id]
        inside = [tally for month in span.months if (tally := theirs.get(month))]
        if inside:
            found.append(_Counted(one, theirs, inside[0] if len(inside) == 1 else together(inside)))
    return found


def _graded(counted: _Counted, formula: Formula, months: int) -> Graded | None:
    found = score(formula, without(counted.tally, formula.exclusions))
    full = score(formula, counted.tally)
    if found is None or full is None:
        return None
    group = formula.group(INDICATORS["received"].count_whole(counted.tally), months)
    return Graded(counted.whose, group, found, full, formula.grade(found.value), None)


def _ranked(shown: Sequence[Graded], formula: Formula) -> list[Graded]:
    found: list[Graded] = []
    for group in formula.groups:
        mine = [one for one in shown if one.group == group]
        rank_of = ranks({one.whose.where.scope_id: one.score for one in mine})
        found += [one._replace(rank=rank_of[one.whose.where.scope_id]) for one in mine]
    return found


def _withheld(
    session: Session,
    state_id: int,
    span: Span,
    formula: Formula,
    scored: Sequence[Graded],
    counted: Sequence[_Counted],
    with_imported: bool,
) -> frozenset[int]:
    """Return the offices of which a figure of the formula is withheld on its own page, or rests on too few cases."""
    months_of = {one.whose.where.scope_id: one.months for one in counted}
    hidden = {
        one.whose.where.scope_id
        for one in scored
        if any(0 < points.cases < FEWEST for points in (*one.score.points, *one.full.points))
    }
    # Figures about the same cases withhold the same.
    figures: dict[tuple[Of, ...], Indicator] = {}
    for component in formula.components:
        figures.setdefault(INDICATORS[component.indicator].whole, INDICATORS[component.indicator])
    for figure in figures.values():
        cells: frozenset[Hashable] = small_cells.hidden(
            session, state_id, span, figure, span.code, with_imported=with_imported
        )
        for one in scored:
            where = one.whose.where
            if where.scope_id in hidden:
                continue
            by_month = {month: figure.count_whole(tally) for month, tally in months_of[where.scope_id].items()}
            if small_months.time_cell(where, span) in cells or small_months.is_withheld(where, span, by_month):
                hidden.add(where.scope_id)
    return frozenset(hidden)
