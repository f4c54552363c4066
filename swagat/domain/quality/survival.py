"""How long cases stay open when those still open count too: the estimator of Kaplan and Meier (1958).

A backlog cannot flatter it: a case that has been open for ninety days says that it took more than ninety.
"""

from collections.abc import Mapping, Sequence
from math import exp, log, sqrt
from typing import NamedTuple

from swagat.domain.quality.intervals import Z95, Interval

# Products of floats miss a plain half by their last digit.
LAST_DIGIT = 1e-12


class Step(NamedTuple):
    """The curve from a day on: how many could have ended then, how many did, and the share still open after it."""

    days: int
    at_risk: int
    ended: int
    open_share: float
    interval: Interval


def survival(ended: Mapping[int, int], still_open: Mapping[int, int]) -> Sequence[Step]:
    """Return the share of cases that is still open after each number of days on which one ended.

    Both arguments map days to cases. Whoever has been open for as many days as another took could have ended then. The
    95 % interval is Greenwood's on the log-log scale (Kalbfleisch and Prentice), which stays within 0 and 1.
    """
    if any(count < 0 for counts in (ended, still_open) for count in counts.values()):
        raise ValueError("fewer than no cases took some number of days")
    at_risk = sum(ended.values()) + sum(still_open.values())
    share, variance, steps = 1.0, 0.0, []
    for days in sorted({*ended, *still_open}):
        ends = ended.get(days, 0)
        if ends:
            share *= 1 - ends / at_risk
            if at_risk > ends:
                variance += ends / (at_risk * (at_risk - ends))
            steps.append(Step(days, at_risk, ends, share, _interval(share, variance)))
        at_risk -= ends + still_open.get(days, 0)
    return steps


def _interval(share: float, variance: float) -> Interval:
    if share in (0.0, 1.0):
        # The scale has no end there: nothing can be said beyond what was seen.
        return Interval(share, share)
    spread = Z95 * sqrt(variance) / log(share)
    low, high = sorted((exp(log(share) * exp(spread)), exp(log(share) * exp(-spread))))
    return Interval(low, high)


def days_until(steps: Sequence[Step], share: float) -> int | None:
    """Return after how many days at most this share is still open, or None where more than that is open to the end."""
    return next((step.days for step in steps if step.open_share <= share + LAST_DIGIT), None)


class Median(NamedTuple):
    """Days until half of the cases ended, with the range in which that lies; None is later than anybody knows."""

    days: int | None
    low: int | None
    high: int | None


def median(steps: Sequence[Step]) -> Median:
    """Return the median of a curve with its 95 % interval (Brookmeyer and Crowley, 1982)."""
    low = next((step.days for step in steps if step.interval.low <= 0.5 + LAST_DIGIT), None)
    high = next((step.days for step in steps if step.interval.high <= 0.5 + LAST_DIGIT), None)
    return Median(days_until(steps, 0.5), low, high)
