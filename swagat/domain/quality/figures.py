"""What a figure comes to, from the counts of a scope and a period: its value, how sure it is, and what it rests on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from swagat.domain.quality.counting import days_open
from swagat.domain.quality.indicators import INDICATORS, Indicator, Kind, Tally
from swagat.domain.quality.intervals import Interval, wilson
from swagat.domain.quality.measures import Measure
from swagat.domain.quality.percentiles import MEDIAN, NINETIETH, percentile
from swagat.domain.quality.survival import Step, survival
from swagat.domain.working_time import WorkingCalendar

# How a disposal stands is always shown with the time it took: fast and refused is not good.
BESIDE_CLOSURE = ("confirmed", "assisted", "refused", "silent", "waiting", "not_reached", "forced")
# Ages of open cases in working days, each up to its end; the last has none.
AGES = (5, 10, 15, 30, 60)


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure; median and ninetieth percentile are those of a figure of days, the interval that of a share."""

    indicator: Indicator
    part: int
    whole: int
    interval: Interval | None = None
    median: int | None = None
    ninetieth: int | None = None

    @property
    def share(self) -> float | None:
        """Return the part of the whole, None where there is no case."""
        return self.part / self.whole if self.whole else None

    @property
    def value(self) -> float | None:
        """Return what the figure says: the number, the share or the median; None where there is nothing to say."""
        match self.indicator.kind:
            case Kind.NUMBER:
                return self.part
            case Kind.SHARE:
                return self.share
            case Kind.DAYS:
                return self.median


def figure(indicator: Indicator, tally: Tally) -> Figure:
    """Return what an indicator comes to."""
    part, whole = indicator.count_part(tally), indicator.count_whole(tally)
    if indicator.kind is Kind.SHARE:
        return Figure(indicator, part, whole, interval=wilson(part, whole))
    if indicator.kind is Kind.NUMBER:
        return Figure(indicator, part, whole)
    days = indicator.days(tally)
    return Figure(indicator, part, whole, median=percentile(days, MEDIAN), ninetieth=percentile(days, NINETIETH))


def open_days(tally: Tally, today: date, calendar: WorkingCalendar) -> dict[int, int]:
    """Return for how many working days the open cases are open, as days to cases."""
    found: dict[int, int] = {}
    for key, number in tally.get(Measure.OPEN, {}).items():
        days = days_open(key, today, calendar)
        found[days] = found.get(days, 0) + number
    return found


def closure_curve(tally: Tally, still_open: Mapping[int, int]) -> Sequence[Step]:
    """Return which share had no answer that stood after how many working days, those open now counted too."""
    return survival(INDICATORS["closure_days"].days(tally), still_open)


class Age(NamedTuple):
    """How many cases are open for longer than `above` and up to `up_to` working days; the oldest have no end."""

    above: int
    up_to: int | None
    cases: int


def ageing(still_open: Mapping[int, int]) -> Sequence[Age]:
    """Return how old the open cases are, in steps."""
    ends = (-1, *AGES)
    steps = [
        Age(above, up_to, sum(cases for days, cases in still_open.items() if above < days <= up_to))
        for above, up_to in pairwise(ends)
    ]
    oldest = sum(cases for days, cases in still_open.items() if days > AGES[-1])
    return [*steps, Age(AGES[-1], None, oldest)]


def together(some: Iterable[Tally]) -> dict[Measure, dict[str, int]]:
    """Return the sum of tallies."""
    total: dict[Measure, dict[str, int]] = {}
    for one in some:
        for measure, keys in one.items():
            kept = total.setdefault(measure, {})
            for key, number in keys.items():
                kept[key] = kept.get(key, 0) + number
    return total


def rest(total: Tally, parts: Iterable[Tally]) -> dict[Measure, dict[str, int]]:
    """Return what of a total lies in none of its parts, so that a table adds up."""
    left = {measure: dict(keys) for measure, keys in total.items()}
    for measure, inside in together(parts).items():
        kept = left.setdefault(measure, {})
        for key, number in inside.items():
            kept[key] = kept.get(key, 0) - number
    return {measure: found for measure, keys in left.items() if (found := {key: n for key, n in keys.items() if n})}
