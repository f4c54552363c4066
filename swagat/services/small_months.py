"""What must be withheld of one scope over time: months add up to quarters and quarters to a year, all of them shown."""

from collections.abc import Hashable, Iterable, Mapping
from datetime import date

from swagat.domain.quality import periods
from swagat.domain.quality.periods import Span
from swagat.domain.quality.withholding import FEWEST, Group, withheld
from swagat.services import small_cells
from swagat.services.tallies import Where


def time_cell(where: Where, span: Span) -> Hashable:
    """Return the name of a number about a scope in a month, quarter or year."""
    return small_cells.cell(where.scope, where.scope_id, span.code)


def begun(where: Where, newest: date, cases: int) -> frozenset[Hashable]:
    """Return the quarter and year of the newest month where that has few cases yet.

    Somebody must give way to a month that has hardly begun, and the whole months before it are read more.
    """
    if not 0 < cases < FEWEST:
        return frozenset()
    return frozenset(time_cell(where, one) for one in (periods.quarter(newest), periods.year(newest)))


def add_up(where: Where, by_month: Mapping[date, int], years: Iterable[int]) -> tuple[dict[Hashable, int], list[Group]]:
    """Return of how many cases each month, quarter and year is, and which of them add up to which."""
    counts: dict[Hashable, int] = {}
    groups: list[Group] = []
    for year in years:
        quarters = [periods.quarter(date(year, month, 1)) for month in (1, 4, 7, 10)]
        for whole, parts in [
            *((quarter, [periods.month(one) for one in quarter.months]) for quarter in quarters),
            (periods.year(date(year, 1, 1)), quarters),
        ]:
            for span in (whole, *parts):
                counts[time_cell(where, span)] = sum(by_month.get(month, 0) for month in span.months)
            groups.append(Group(time_cell(where, whole), [time_cell(where, one) for one in parts]))
    return counts, groups


def is_withheld(where: Where, span: Span, by_month: Mapping[date, int]) -> bool:
    """Return whether a period must give way to another of its year; `by_month` holds the months with any count."""
    # Nothing gives way where no month is small, which is quickly seen; most offices are such.
    if not any(0 < number < FEWEST for number in by_month.values()):
        return False
    newest = max(by_month)
    counts, groups = add_up(where, by_month, [span.last.year])
    return time_cell(where, span) in withheld(counts, groups, begun(where, newest, by_month[newest]))
