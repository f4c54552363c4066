"""Everything a page of figures shows of one scope and period, and which of it must be withheld.

As many rows are read at ten million cases as at ten thousand: one for each month, scope and part of a scope.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, partial
from typing import NamedTuple

from sqlalchemy.orm import Session

from swagat.domain.quality import periods
from swagat.domain.quality.figures import Figure, figure, rest, together
from swagat.domain.quality.indicators import INDICATORS, Indicator, Of, Tally
from swagat.domain.quality.measures import Measure, month_of
from swagat.domain.quality.notable import LOOKED_AT, MONTHS_TOGETHER, Notable, stands_out
from swagat.domain.quality.periods import Span, months_after, trend_of
from swagat.domain.quality.withholding import FEWEST, Group, withheld
from swagat.domain.roles import Actor
from swagat.models import Scope
from swagat.services import quality_scopes, small_cells, small_months, tallies
from swagat.services.quality_scopes import Whose
from swagat.services.tallies import AsOf, Period

NOW = "now"
"""What is open now belongs to no period."""


class Member(NamedTuple):
    """A part of a scope and what is counted for it."""

    whose: Whose
    tally: Tally


class Family(NamedTuple):
    """A scope with its parts of one kind; `rest` is what lies in none of them, so that they add up."""

    total: Member
    kind: Scope
    members: Sequence[Member]
    rest: Tally


@dataclass(frozen=True)
class Overview:
    """The figures of one scope: of a period and of what is open now, month by month, and part by part.

    `everywhere` says which cells of all pages of the period are withheld for an indicator, by its code.
    """

    whose: Whose
    span: Span
    tally: Tally
    months: Mapping[date, Tally]
    families: Sequence[Family]
    everywhere: Callable[[str], frozenset[Hashable]]
    as_of: AsOf
    is_whole: bool
    is_trend_whole: bool
    _withheld: dict[tuple[tuple[Of, ...], bool], frozenset[Hashable]] = field(default_factory=dict)
    _trends: dict[str, tuple[dict[date, Figure], frozenset[date]]] = field(default_factory=dict)

    def figure(self, code: str) -> Figure | None:
        """Return a figure of the period, or None where it is withheld."""
        indicator = INDICATORS[code]
        return None if self._cell(self.whose, indicator) in self._hidden(indicator) else figure(indicator, self.tally)

    def figure_of(self, code: str, member: Member) -> Figure | None:
        """Return the same of a part of the scope."""
        indicator = INDICATORS[code]
        if self._cell(member.whose, indicator) in self._hidden(indicator):
            return None
        found = figure(indicator, member.tally)
        # What was worked out some minutes ago may not know that this one has become small.
        return None if not self.is_whole and 0 < found.whole < FEWEST else found

    def figure_of_rest(self, code: str, family: Family) -> Figure | None:
        """Return the same of what lies in no part of a family."""
        indicator = INDICATORS[code]
        return None if _rest_cell(family) in self._hidden(indicator) else figure(indicator, family.rest)

    def trend(self, code: str) -> tuple[dict[date, Figure], frozenset[date]]:
        """Return a figure month by month over two years, and the months in which it is withheld."""
        if code not in self._trends:
            self._trends[code] = self._trend(code)
        return self._trends[code]

    def _trend(self, code: str) -> tuple[dict[date, Figure], frozenset[date]]:
        indicator, wanted = INDICATORS[code], trend_of(self.span)
        hidden = self._hidden(indicator, all_years=True)
        left_out = frozenset(
            one for one in wanted if small_months.time_cell(self.whose.where, periods.month(one)) in hidden
        )
        shown = {one: figure(indicator, self.months[one]) for one in wanted if one in self.months}
        return {month: found for month, found in shown.items() if month not in left_out}, left_out

    def stands_out(self, peers: Tally, months: Sequence[date]) -> Sequence[Notable]:
        """Return what stands out in these months and against peers, from figures that are shown alone."""
        year_before = [months_after(one, -12) for one in months]
        return stands_out(self._shown_of(months), self._shown_of(year_before), peers)

    def of_months(self, months: Sequence[date]) -> Tally:
        """Return some months of the trend together."""
        return together(self.months[one] for one in months if one in self.months)

    def _shown_of(self, months: Sequence[date]) -> dict[str, Tally]:
        """Return some months together for each figure that none of them withholds."""
        all_of_them = self.of_months(months)
        return {code: all_of_them for code in LOOKED_AT if not self.trend(code)[1] & set(months)}

    @cached_property
    def two_years(self) -> Tally:
        """Return what happened in the months of the trend together."""
        return self.of_months(trend_of(self.span))

    def _cell(self, whose: Whose, indicator: Indicator) -> Hashable:
        period = NOW if is_of_now(indicator) else self.span.code
        return small_cells.cell(whose.where.scope, whose.where.scope_id, period)

    def _hidden(self, indicator: Indicator, all_years: bool = False) -> frozenset[Hashable]:
        if self.is_trend_whole if all_years else self.is_whole:
            return frozenset()
        # Figures about the same cases withhold the same; a third of all are about the answers to which people speak.
        key = (indicator.whole, all_years)
        if key not in self._withheld:
            self._withheld[key] = self._work_out(indicator, all_years)
        return self._withheld[key]

    def _work_out(self, indicator: Indicator, all_years: bool) -> frozenset[Hashable]:
        """Return what is withheld of an indicator on this page, from other pages or other months."""
        own = self._cell(self.whose, indicator)
        counts: dict[Hashable, int] = {own: indicator.count_whole(self.tally)}
        already = self.everywhere(indicator.code)
        groups: list[Group] = []
        for family in self.families:
            counts[_rest_cell(family)] = indicator.count_whole(family.rest)
        if not is_of_now(indicator):
            already |= self._begun(indicator)
            self._add_time(indicator, all_years, counts, groups)
        return already | withheld(counts, groups, already)

    def _begun(self, indicator: Indicator) -> frozenset[Hashable]:
        newest = max((one for one, tally in self.months.items() if tally), default=None)
        if newest is None:
            return frozenset()
        return small_months.begun(self.whose.where, newest, indicator.count_whole(self.months[newest]))

    def _add_time(
        self, indicator: Indicator, all_years: bool, counts: dict[Hashable, int], groups: list[Group]
    ) -> None:
        first = trend_of(self.span)[0].year if all_years else self.span.last.year
        by_month = {month: indicator.count_whole(tally) for month, tally in self.months.items()}
        more, adding_up = small_months.add_up(self.whose.where, by_month, range(first, self.span.last.year + 1))
        counts |= more
        groups += adding_up


def months_compared(span: Span, today: date) -> Sequence[date]:
    """Return the last months of a trend that have ended, which are held against those of a year before.

    There are none where the trend has too few of them.
    """
    ended = [one for one in trend_of(span) if one < month_of(today)]
    return ended[-MONTHS_TOGETHER:] if len(ended) >= MONTHS_TOGETHER else []


def peers_of(
    session: Session, shown: Overview, months: Sequence[date], *, with_imported: bool = True
) -> tuple[Whose | None, Tally]:
    """Return in what a scope lies, and what is counted there for the others in some months, in one statement at most.

    The others of an office are those of its district, or of the state for one that lies in none.
    """
    above = next(iter(quality_scopes.parents_of(shown.whose)), None)
    if above is None:
        return None, {}
    all_of_it = tallies.months(session, above.where, Period(months[0], months[-1]), with_imported=with_imported)
    return above, rest(together(all_of_it.values()), [shown.of_months(months)])


def is_of_now(indicator: Indicator) -> bool:
    """Return whether a figure is about what is open now, whatever the period."""
    return any(one.measure is Measure.OPEN for one in indicator.whole)


def _rest_cell(family: Family) -> Hashable:
    where = family.total.whose.where
    return small_cells.rest_cell(family.kind, where.scope, where.scope_id)


def overview(
    session: Session, whose: Whose, span: Span, actor: Actor | None, *, with_imported: bool = True
) -> Overview:
    """Return the figures of a scope and period as somebody may see them, in five statements for a state."""
    first = date(trend_of(span)[0].year, 1, 1)
    months = tallies.months(
        session, whose.where, Period(first, date(span.last.year, 12, 1)), with_imported=with_imported
    )
    own = Member(whose, tallies.tally(session, whose.where, Period(span.first, span.last), with_imported=with_imported))
    trend = trend_of(span)
    is_whole = quality_scopes.may_see_whole(actor, whose, span)
    is_trend_whole = quality_scopes.may_see_whole(actor, whose, Span(span.code, trend[0], trend[-1]))
    families = _families(session, own, span, with_imported)
    return Overview(
        whose=whose,
        span=span,
        tally=own.tally,
        months=months,
        families=families,
        everywhere=partial(_everywhere, session, whose, span, with_imported),
        as_of=tallies.as_of(session, whose.where.state_id),
        is_whole=is_whole,
        is_trend_whole=is_trend_whole,
    )


def _everywhere(session: Session, whose: Whose, span: Span, with_imported: bool, code: str) -> frozenset[Hashable]:
    indicator = INDICATORS[code]
    period = NOW if is_of_now(indicator) else span.code
    return small_cells.hidden(session, whose.where.state_id, span, indicator, period, with_imported=with_imported)


def _families(session: Session, total: Member, span: Span, with_imported: bool) -> list[Family]:
    found = []
    for kind, members in quality_scopes.members_of(session, total.whose):
        counted = tallies.children(
            session,
            total.whose.where.state_id,
            kind,
            [one.where.scope_id for one in members],
            Period(span.first, span.last),
            with_imported=with_imported,
        )
        # Who has nothing counted is no row: a department has hundreds of offices that nobody has written to.
        there = [Member(one, counted[one.where.scope_id]) for one in members if counted[one.where.scope_id]]
        found.append(Family(total, kind, there, rest(total.tally, (one.tally for one in there))))
    return found
