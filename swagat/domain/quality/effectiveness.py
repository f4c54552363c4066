"""Whether an action changed a figure: the months before against as many after, and how sure that is.

A difference is taken for one only where the 95 % ranges of the two periods do not touch. That is stricter than a test
of the difference, and it can be seen with the eye: an auditor needs no statistics to follow it.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from enum import StrEnum
from math import sqrt
from typing import NamedTuple

from swagat.domain.quality.figures import figure
from swagat.domain.quality.indicators import INDICATORS, Better, Indicator, Kind, Of, Tally
from swagat.domain.quality.intervals import Z95, Interval, wilson
from swagat.domain.quality.measures import Measure, month_of
from swagat.domain.quality.periods import months_after


class Verdict(StrEnum):
    """What the two periods say by themselves; a person judges all the same."""

    BETTER = "better"
    WORSE = "worse"
    NOT_CLEAR = "not_clear"
    NO_CASES = "no_cases"


class Period(NamedTuple):
    """Whole months, by the first days of the first and the last."""

    first: date
    last: date


class Measured(NamedTuple):
    """A figure of one period with the range in which it surely lies; None where there was no case."""

    value: float | None
    low: float | None
    high: float | None
    cases: int


class Effect(NamedTuple):
    """A figure before and after an action, over which months, and what that says."""

    before: Measured
    after: Measured
    months_before: Period
    months_after: Period
    verdict: Verdict


def periods_around(opened_on: date, done_on: date, months: int) -> tuple[Period, Period]:
    """Return so many whole months before the day of opening, and as many after the month of the action."""
    opened, done = month_of(opened_on), month_of(done_on)
    return Period(months_after(opened, -months), months_after(opened, -1)), Period(
        months_after(done, 1), months_after(done, months)
    )


def indicator_of(code: str, category_id: int | None = None) -> Indicator | None:
    """Return the figure by which an effect is judged: an indicator, or for a hot-spot what comes about its subject.

    What an office receives in all says nothing about it; that one subject comes less often is what the action was for.
    """
    if category_id is None:
        return INDICATORS.get(code)
    key = str(category_id)
    about = Of(Measure.RECEIVED, lambda parts: parts[0] == key)
    return replace(INDICATORS["received"], better=Better.DOWN, whole=(about,))


def measured(indicator: Indicator, tally: Tally) -> Measured:
    """Return the value of an indicator with its 95 % range."""
    found = figure(indicator, tally)
    if found.value is None:
        return Measured(None, None, None, 0)
    match indicator.kind:
        case Kind.SHARE:
            low, high = wilson(found.part, found.whole) or Interval(0.0, 1.0)
        case Kind.NUMBER:
            low, high = _of_count(found.part)
        case Kind.DAYS:
            low, high = _of_median(indicator.days(tally))
    return Measured(found.value, low, high, found.whole)


def judged(indicator: Indicator, before: Measured, after: Measured) -> Verdict:
    """Return what two periods say: better or worse only where their ranges do not touch."""
    if before.low is None or before.high is None or after.low is None or after.high is None:
        return Verdict.NO_CASES
    if after.low <= before.high and before.low <= after.high:
        return Verdict.NOT_CLEAR
    if indicator.better is Better.NEITHER:
        return Verdict.NOT_CLEAR
    return Verdict.BETTER if (after.low > before.high) == (indicator.better is Better.UP) else Verdict.WORSE


def _of_count(number: int) -> Interval:
    """Return the range of a number of events that come by chance (Poisson, by the square root of Anscombe)."""
    root = sqrt(number + 3 / 8)
    return Interval(max(0.0, (max(0.0, root - Z95 / 2)) ** 2 - 3 / 8), (root + Z95 / 2) ** 2 - 3 / 8)


def _of_median(days: Mapping[int, int]) -> Interval:
    """Return the range of a median: the values at the ranks between which half the cases lie with 95 %."""
    whole = sum(days.values())
    reach = Z95 * sqrt(whole) / 2
    lowest, highest = max(1, int(whole / 2 - reach)), min(whole, int(whole / 2 + reach) + 1)
    return Interval(_at_rank(days, lowest), _at_rank(days, highest))


def _at_rank(days: Mapping[int, int], rank: int) -> float:
    seen = 0
    for value in sorted(days):
        seen += days[value]
        if seen >= rank:
            return float(value)
    raise ValueError("a rank beyond the last case")
