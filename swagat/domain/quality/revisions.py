"""When a month is published, and what a later revision of it changed, figure by figure."""

from datetime import date, timedelta
from typing import NamedTuple

from swagat.domain.quality.indicators import INDICATORS, Indicator, Kind, Tally
from swagat.domain.quality.measures import month_of, next_month
from swagat.domain.quality.percentiles import MEDIAN, NINETIETH, percentile

_A_DAY = timedelta(days=1)


class Value(NamedTuple):
    """What a figure shows: the part of a whole, and of a figure of days its median and 90th percentile."""

    part: int
    whole: int
    median: int | None = None
    ninetieth: int | None = None


class Change(NamedTuple):
    """A figure that a revision changed, and from what to what."""

    indicator: Indicator
    before: Value
    after: Value


def value_of(indicator: Indicator, tally: Tally) -> Value:
    """Return what a figure shows for these counts."""
    part, whole = indicator.count_part(tally), indicator.count_whole(tally)
    if indicator.kind is not Kind.DAYS:
        return Value(part, whole)
    days = indicator.days(tally)
    return Value(part, whole, percentile(days, MEDIAN), percentile(days, NINETIETH))


def changes(before: Tally, after: Tally) -> list[Change]:
    """Return the figures that differ between two counts, in the order of the registry."""
    pairs = (Change(one, value_of(one, before), value_of(one, after)) for one in INDICATORS.values())
    return [pair for pair in pairs if pair.before != pair.after]


def newest_due(today: date, on_day: int) -> date:
    """Return the newest month that is to be published: from its day on, the one before this month."""
    before = month_of(month_of(today) - _A_DAY)
    return before if today.day >= on_day else month_of(before - _A_DAY)


def due_on(month: date, on_day: int) -> date:
    """Return the day on which a month is to be published."""
    return next_month(month).replace(day=on_day)


def months_up_to(last: date, count: int) -> list[date]:
    """Return so many months that end with this one, oldest first."""
    found = [last]
    while len(found) < count:
        found.append(month_of(found[-1] - _A_DAY))
    return found[::-1]
