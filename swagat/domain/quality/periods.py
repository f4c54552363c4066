"""The months, quarters and years for which figures are shown, as an address names them: 2026-11, 2026-q4, 2026."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from swagat.domain.errors import N_, Invalid
from swagat.domain.quality.measures import month_of

FIRST_YEAR, LAST_YEAR = 1990, 2099
MONTHS_SHOWN = 24
NO_MONTH = N_("Write a month as 2026-11.")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_CODE = re.compile(r"(\d{4})(?:-(?:(\d{2})|q([1-4])))?", re.ASCII)


class Span(NamedTuple):
    """A month, a quarter or a year: how an address names it, and its first and last month by their first days."""

    code: str
    first: date
    last: date

    @property
    def months(self) -> Sequence[date]:
        """Return its months."""
        return months_between(self.first, self.last)

    @property
    def is_month(self) -> bool:
        """Return whether it is one month: the only kind of period that is published."""
        return self.first == self.last


def month(day: date) -> Span:
    """Return the month of a day."""
    return Span(f"{day.year:04}-{day.month:02}", month_of(day), month_of(day))


def quarter(day: date) -> Span:
    """Return the quarter of a day; quarters are those of the calendar, the first begins in January."""
    number = (day.month - 1) // 3
    return Span(f"{day.year:04}-q{number + 1}", date(day.year, 3 * number + 1, 1), date(day.year, 3 * number + 3, 1))


def year(day: date) -> Span:
    """Return the calendar year of a day."""
    return Span(f"{day.year:04}", date(day.year, 1, 1), date(day.year, 12, 1))


def last_whole_month(today: date) -> Span:
    """Return the month before that of today."""
    return month(month_of(today) - timedelta(days=1))


def named(code: str) -> Span:
    """Return what an address names, raising Invalid where that is no month, quarter or year."""
    found = _CODE.fullmatch(code.strip().lower())
    if found is None or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR or not 1 <= int(found[2] or 1) <= 12:
        raise Invalid(N_("Write a month as 2026-11, a quarter as 2026-q4, or a year as 2026."))
    in_year = int(found[1])
    if found[2]:
        return month(date(in_year, int(found[2]), 1))
    return quarter(date(in_year, 3 * int(found[3]), 1)) if found[3] else year(date(in_year, 1, 1))


def day_named(code: str, today: date) -> date:
    """Return the day that an address names, raising Invalid where it is none or is still to come."""
    try:
        day = date.fromisoformat(code.strip() if _DAY.fullmatch(code.strip()) else "")
    except ValueError:
        raise Invalid(N_("Write a day as 2026-11-15.")) from None
    if day > today:
        raise Invalid(N_("That day is still to come."))
    if day.year < FIRST_YEAR:
        raise Invalid(N_("Write a day as 2026-11-15."))
    return day


def beside(span: Span) -> tuple[Span, Span]:
    """Return what came before and what comes after, of the same length."""
    make = {1: month, 3: quarter, 12: year}[len(span.months)]
    return make(span.first - timedelta(days=1)), make(span.last + timedelta(days=31))


def months_between(first: date, last: date) -> Sequence[date]:
    """Return the first days of all months from one to another."""
    count = 12 * (last.year - first.year) + last.month - first.month + 1
    return [months_after(first, number) for number in range(max(0, count))]


def months_after(day: date, count: int) -> date:
    """Return the first day of the month so many months after that of a day, or before it for a negative count."""
    number = 12 * day.year + day.month - 1 + count
    return date(number // 12, number % 12 + 1, 1)


def trend_of(span: Span) -> Sequence[date]:
    """Return the months of a trend that ends with a period."""
    return months_between(months_after(span.last, 1 - MONTHS_SHOWN), span.last)
