"""Whether a month differs from the one before by more than chance, judged against a baseline that is named."""

from collections.abc import Mapping, Sequence
from datetime import date
from math import sqrt
from typing import NamedTuple

from swagat.domain.quality.control_charts import (
    LEAST_BASELINE,
    Limits,
    Rule,
    individuals,
    proportion,
    share_of,
    signals,
)
from swagat.domain.quality.figures import Figure
from swagat.domain.quality.indicators import Better, Kind

# The first year of the months shown; later months are judged by it, so that a slow decline cannot move the limits.
BASELINE_MONTHS = 12
# The other rules of a control chart say that the months vary in an odd way, not that they went up or down.
SHIFTS = frozenset({Rule.BEYOND, Rule.NINE_ON_ONE_SIDE, Rule.SIX_IN_A_ROW, Rule.TWO_OF_THREE, Rule.FOUR_OF_FIVE})


class Point(NamedTuple):
    """One month of a control chart: its figure, the limits it is judged by, and the rules it broke."""

    month: date
    figure: Figure
    limits: Limits
    rules: frozenset[Rule]


class Change(NamedTuple):
    """A figure in the month named and in the one before; `rules` is empty where the difference is what chance brings.

    `baseline` are the first and last month by which it was judged, and None where there are too few to judge.
    """

    month: Figure
    before: Figure
    rules: frozenset[Rule]
    months: tuple[date, date]
    baseline: tuple[date, date] | None

    @property
    def is_better(self) -> bool | None:
        """Return whether it went the better way; None where it did not move, or no way is better."""
        now, then, better = self.month.value, self.before.value, self.month.indicator.better
        if now is None or then is None or now == then or better is Better.NEITHER:
            return None
        return (now > then) == (better is Better.UP)


def control_points(figures: Mapping[date, Figure], months: Sequence[date]) -> Sequence[Point]:
    """Return the months that have a value, each with its limits; nothing where the baseline is too short.

    A share is judged by a p chart, whose limits are wider in a month of fewer cases; a number or days by an XmR chart.
    """
    there = [one for one in months if one in figures and figures[one].value is not None]
    baseline = [figures[one] for one in there if one in months[:BASELINE_MONTHS]]
    if len(baseline) < LEAST_BASELINE:
        return []
    shown = [figures[one] for one in there]
    if shown[0].indicator.kind is Kind.SHARE:
        centre = share_of([(one.part, one.whole) for one in baseline])
        limits = [proportion(centre, one.whole) for one in shown]
    else:
        limits = [individuals([one.value or 0.0 for one in baseline], floor=0.0)] * len(shown)
    broken = signals([one.value or 0.0 for one in shown], limits)
    return [Point(*one) for one in zip(there, shown, limits, broken, strict=True)]


def change(figures: Mapping[date, Figure], months: Sequence[date]) -> Change | None:
    """Return how the last month compares with the one before; None where one of them has no value."""
    if len(months) < 2:
        return None
    now, before = figures.get(months[-1]), figures.get(months[-2])
    if now is None or before is None or now.value is None or before.value is None:
        return None
    points = control_points(figures, months)
    in_baseline = [one.month for one in points if one.month in months[:BASELINE_MONTHS]]
    named = (in_baseline[0], in_baseline[-1]) if in_baseline else None
    is_moved = points and now.value != before.value
    return Change(now, before, points[-1].rules & SHIFTS if is_moved else frozenset(), (months[-1], months[-2]), named)


def change_of_year(figures: Mapping[date, Figure], months: Sequence[date]) -> Change | None:
    """Return how the last month compares with the same month a year before; None where one of them has no value.

    More than chance is a difference of over three standard deviations of a difference between two such months.
    """
    points = {one.month: one for one in control_points(figures, months)}
    if len(months) <= BASELINE_MONTHS:
        return None
    now, before = points.get(months[-1]), points.get(months[-1 - BASELINE_MONTHS])
    if now is None or before is None or now.figure.value is None or before.figure.value is None:
        return None
    sigma = sqrt(now.limits.sigma**2 + before.limits.sigma**2)
    is_moved = abs(now.figure.value - before.figure.value) > 3 * sigma
    in_baseline = [one for one in points if one in months[:BASELINE_MONTHS]]
    rules = frozenset({Rule.BEYOND}) if is_moved else frozenset[Rule]()
    return Change(now.figure, before.figure, rules, (now.month, before.month), (in_baseline[0], in_baseline[-1]))


class Moved(NamedTuple):
    """How often something was counted in a month and in the one before."""

    key: str
    now: int
    before: int


def counts_moved(now: Mapping[str, int], before: Mapping[str, int]) -> Sequence[Moved]:
    """Return what was counted more or less often by more than chance, the largest differences first.

    Of counts that come by chance the difference varies by the root of their sum; three times that is more than chance.
    """
    moved = [Moved(key, now[key], before[key]) for key in now.keys() & before.keys()]
    moved = [one for one in moved if abs(one.now - one.before) > 3 * sqrt(one.now + one.before)]
    return sorted(moved, key=lambda one: (-abs(one.now - one.before), one.key))
