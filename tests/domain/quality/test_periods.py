"""Months, quarters and years as an address names them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swagat.domain.errors import Invalid
from swagat.domain.quality import periods
from swagat.domain.quality.periods import beside, last_whole_month, months_between, named, trend_of

DAYS = st.dates(min_value=date(1995, 1, 1), max_value=date(2090, 12, 31))


@pytest.mark.parametrize(
    ("code", "first", "last"),
    [
        ("2026-11", date(2026, 11, 1), date(2026, 11, 1)),
        ("2026-q4", date(2026, 10, 1), date(2026, 12, 1)),
        (" 2026-Q1 ", date(2026, 1, 1), date(2026, 3, 1)),
        ("2026", date(2026, 1, 1), date(2026, 12, 1)),
    ],
)
def test_an_address_names_a_period(code: str, first: date, last: date) -> None:
    span = named(code)
    assert (span.first, span.last) == (first, last)
    assert named(span.code) == span


@pytest.mark.parametrize(
    "code", ["", "2026-13", "2026-00", "2026-q5", "2026-1", "26", "0000", "9999", "2026-11-01", "૨૦૨૬", "²026", "now"]
)
def test_what_is_no_period_is_refused_with_how_to_write_one(code: str) -> None:
    with pytest.raises(Invalid, match="2026-q4"):
        named(code)


@given(day=DAYS)
def test_a_day_lies_in_its_month_quarter_and_year(day: date) -> None:
    for make, months in ((periods.month, 1), (periods.quarter, 3), (periods.year, 12)):
        span = make(day)
        assert day.replace(day=1) in span.months
        assert len(span.months) == months
        earlier, later = beside(span)
        assert beside(earlier)[1] == span == beside(later)[0]
        assert [*earlier.months, *span.months, *later.months] == months_between(earlier.first, later.last)


def test_a_trend_is_two_years_and_ends_with_the_period() -> None:
    months = trend_of(named("2026-q4"))
    assert (months[0], months[-1], len(months)) == (date(2025, 1, 1), date(2026, 12, 1), 24)


@pytest.mark.parametrize(
    ("today", "code"), [(date(2026, 12, 1), "2026-11"), (date(2026, 12, 31), "2026-11"), (date(2027, 1, 1), "2026-12")]
)
def test_the_last_whole_month_is_the_one_before(today: date, code: str) -> None:
    assert last_whole_month(today).code == code
