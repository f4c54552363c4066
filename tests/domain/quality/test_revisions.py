"""On which day a month is due to be published, and what a revision says of each figure."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swagat.domain.quality.indicators import INDICATORS, Tally
from swagat.domain.quality.measures import Measure, next_month
from swagat.domain.quality.revisions import Value, changes, months_up_to, newest_due

M = Measure
BEFORE: Tally = {
    M.RECEIVED: {"7": 4},
    M.DISPOSED: {"1|in_time": 2, "1|late": 1},
    M.ANSWERED: {"redressed|confirmed": 2, "redressed|pending": 1},
    M.WORKING_DAYS: {"stood|5": 2, "so_far|20": 1},
}
AFTER: Tally = {
    M.RECEIVED: {"7": 4},
    M.DISPOSED: {"1|in_time": 2, "1|late": 1},
    M.ANSWERED: {"redressed|confirmed": 1, "redressed|reopened": 1, "redressed|silent": 1},
    M.WORKING_DAYS: {"stood|5": 1, "stood|20": 1},
}


@pytest.mark.parametrize(
    ("today", "on_day", "newest"),
    [
        (date(2026, 8, 9), 10, date(2026, 6, 1)),
        (date(2026, 8, 10), 10, date(2026, 7, 1)),
        (date(2026, 8, 31), 10, date(2026, 7, 1)),
        (date(2026, 1, 9), 10, date(2025, 11, 1)),
        (date(2026, 1, 10), 10, date(2025, 12, 1)),
        (date(2026, 3, 1), 1, date(2026, 2, 1)),
        (date(2026, 2, 28), 28, date(2026, 1, 1)),
    ],
)
def test_a_month_is_due_from_its_day_on(today: date, on_day: int, newest: date) -> None:
    assert newest_due(today, on_day) == newest


@given(st.dates(date(2001, 1, 1), date(2100, 1, 1)), st.integers(1, 28))
def test_every_month_becomes_due_and_none_before_it_is_over(today: date, on_day: int) -> None:
    due = newest_due(today, on_day)
    assert next_month(due) <= today
    assert newest_due(today + timedelta(days=31), on_day) > due


@given(st.dates(date(2001, 1, 1), date(2100, 1, 1)).map(lambda day: day.replace(day=1)), st.integers(1, 40))
def test_months_follow_one_another_up_to_the_last(last: date, count: int) -> None:
    months = months_up_to(last, count)
    assert (len(months), months[-1]) == (count, last)
    assert [next_month(month) for month in months[:-1]] == months[1:]


def test_a_revision_names_each_figure_that_changed_with_both_values() -> None:
    found = {one.indicator.code: (one.before, one.after) for one in changes(BEFORE, AFTER)}
    assert found == {
        "closure_days": (Value(2, 2, 5, 5), Value(2, 2, 5, 20)),
        "answer_days": (Value(3, 3, 5, 20), Value(2, 2, 5, 20)),
        "confirmed": (Value(2, 3), Value(1, 3)),
        "silent": (Value(0, 3), Value(1, 3)),
        "waiting": (Value(1, 3), Value(0, 3)),
        "fell": (Value(0, 3), Value(1, 3)),
    }


def test_what_stays_alike_is_no_change_and_what_begins_at_nothing_is_one() -> None:
    assert changes(BEFORE, BEFORE) == []
    assert {one.indicator.code for one in changes({}, {M.RECEIVED: {"7": 1}})} == {"received"}


def test_changes_stand_in_the_order_of_the_registry() -> None:
    codes = [one.indicator.code for one in changes({}, AFTER)]
    assert codes == [code for code in INDICATORS if code in codes]
