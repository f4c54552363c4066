"""Whether a month differs by more than chance from a baseline: Shewhart's charts and the rules of Nelson (1984)."""

from collections.abc import Sequence
from enum import StrEnum
from itertools import pairwise
from math import sqrt
from statistics import fmean
from typing import NamedTuple

# The range of two values of a normal distribution is 1.128 standard deviations on average (d2 for n = 2).
D2 = 1.128
LEAST_BASELINE = 2


class Limits(NamedTuple):
    """Where the values of a stable process lie; `sigma` is the distance of one zone, and 0 where nothing varied."""

    low: float
    centre: float
    high: float
    sigma: float


class Rule(StrEnum):
    """Why a point is more than chance; the numbers are Nelson's."""

    BEYOND = "1"
    NINE_ON_ONE_SIDE = "2"
    SIX_IN_A_ROW = "3"
    FOURTEEN_ALTERNATING = "4"
    TWO_OF_THREE = "5"
    FOUR_OF_FIVE = "6"
    FIFTEEN_NEAR = "7"
    EIGHT_FAR = "8"


def individuals(baseline: Sequence[float], floor: float | None = None) -> Limits:
    """Return the limits of an XmR chart over a baseline, raising ValueError for fewer than two values.

    They lie 2.66 mean moving ranges from the mean, which is three standard deviations of what changes month by month.
    `floor` is the least value there can be, such as 0 days: no limit lies below it.
    """
    if len(baseline) < LEAST_BASELINE:
        raise ValueError("a baseline has at least two values")
    centre = fmean(baseline)
    sigma = fmean(abs(later - earlier) for earlier, later in pairwise(baseline)) / D2
    low = centre - 3 * sigma
    return Limits(low if floor is None else max(floor, low), centre, centre + 3 * sigma, sigma)


def share_of(baseline: Sequence[tuple[int, int]]) -> float:
    """Return the centre of a p chart: all parts over all wholes; raise ValueError when there is no case."""
    whole = sum(whole for _part, whole in baseline)
    if not whole:
        raise ValueError("a baseline has at least one case")
    return sum(part for part, _whole in baseline) / whole


def proportion(centre: float, whole: int) -> Limits:
    """Return the limits of a p chart for a month of so many cases; fewer cases lie wider apart."""
    if whole < 1 or not 0 <= centre <= 1:
        raise ValueError("a month of no cases has no share")
    sigma = sqrt(centre * (1 - centre) / whole)
    return Limits(max(0.0, centre - 3 * sigma), centre, min(1.0, centre + 3 * sigma), sigma)


def signals(values: Sequence[float], limits: Sequence[Limits]) -> list[frozenset[Rule]]:
    """Return for each point which of Nelson's eight rules it completes; each point has limits of its own."""
    if len(values) != len(limits):
        raise ValueError("each point has its limits")
    return [_rules_at(values[: at + 1], limits[: at + 1]) for at in range(len(values))]


def _rules_at(values: Sequence[float], limits: Sequence[Limits]) -> frozenset[Rule]:
    zones = [_zone(value, limit) for value, limit in zip(values, limits, strict=True)]
    steps = [_sign(later - earlier) for earlier, later in pairwise(values)]
    held = {
        Rule.BEYOND: abs(zones[-1]) > 3,
        Rule.NINE_ON_ONE_SIDE: _on_one_side(zones[-9:], 9, 9, 0),
        Rule.SIX_IN_A_ROW: len(steps) >= 5 and steps[-1] != 0 and len(set(steps[-5:])) == 1,
        Rule.FOURTEEN_ALTERNATING: len(steps) >= 13 and _alternates(steps[-13:]),
        Rule.TWO_OF_THREE: _on_one_side(zones[-3:], 3, 2, 2),
        Rule.FOUR_OF_FIVE: _on_one_side(zones[-5:], 5, 4, 1),
        Rule.FIFTEEN_NEAR: len(zones) >= 15 and limits[-1].sigma > 0 and all(abs(zone) < 1 for zone in zones[-15:]),
        Rule.EIGHT_FAR: len(zones) >= 8 and all(abs(zone) > 1 for zone in zones[-8:]),
    }
    return frozenset(rule for rule, holds in held.items() if holds)


def _zone(value: float, limits: Limits) -> float:
    """Return how many sigmas a value lies from the centre; where nothing ever varied any change is beyond all zones."""
    distance = value - limits.centre
    if limits.sigma:
        return distance / limits.sigma
    return _sign(distance) * float("inf") if distance else 0.0


def _on_one_side(zones: Sequence[float], of: int, least: int, beyond: float) -> bool:
    """Return whether the newest and at least so many of the last points lie beyond a zone, on the newest one's side."""
    side = _sign(zones[-1])
    there = [zone * side > beyond for zone in zones]
    return len(zones) >= of and side != 0 and there[-1] and sum(there) >= least


def _alternates(steps: Sequence[int]) -> bool:
    return all(step != 0 for step in steps) and all(a == -b for a, b in pairwise(steps))


def _sign(value: float) -> int:
    return (value > 0) - (value < 0)
