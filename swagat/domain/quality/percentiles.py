"""Exact medians and percentiles of durations that are counted by whole days."""

from collections.abc import Mapping
from fractions import Fraction
from math import ceil, floor, sqrt

from swagat.domain.quality.intervals import Z95, Interval

MEDIAN, NINETIETH = Fraction(1, 2), Fraction(9, 10)


def percentile(counts: Mapping[int, int], share: Fraction) -> int | None:
    """Return the least number of days within which at least this share of the cases ended; None for no case.

    That is the inverse of the empirical distribution function, so it is always a number of days that occurred and
    needs no rounding. `counts` maps days to cases; raise ValueError for a negative count or a share outside 0 to 1.
    """
    if not 0 < share <= 1:
        raise ValueError(f"a share lies above 0 and at most at 1, not at {share}")
    if any(count < 0 for count in counts.values()):
        raise ValueError("fewer than no cases took some number of days")
    # Whole numbers, because comparing fractions takes ten times as long and a page asks this of every office.
    wanted, seen = share.numerator * sum(counts.values()), 0
    for days in sorted(counts):
        seen += counts[days]
        if seen * share.denominator >= wanted and seen:
            return days
    return None


def median_interval(counts: Mapping[int, int]) -> Interval | None:
    """Return the days between which the median of all such cases lies with 95 % confidence; None for too few cases.

    It is counted out by ranks (Conover, 1999), so it holds however the days are spread.
    """
    cases = sum(counts.values())
    half = Z95 / 2 * sqrt(cases)
    low, high = floor(cases / 2 - half), ceil(cases / 2 + half) + 1
    if low < 1:
        return None
    return Interval(_at_rank(counts, low), _at_rank(counts, high))


def _at_rank(counts: Mapping[int, int], rank: int) -> int:
    seen = 0
    for days in sorted(counts):
        seen += counts[days]
        if seen >= rank:
            return days
    raise ValueError(f"there is no rank {rank} in {seen} cases")


def mean(counts: Mapping[int, int]) -> Fraction | None:
    """Return the mean number of days, or None for no case."""
    cases = sum(counts.values())
    return Fraction(sum(days * count for days, count in counts.items()), cases) if cases else None
