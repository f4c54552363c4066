"""When the duties beside the answer are due: naming an officer, warnings, appeals, dates that superiors give."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swagat.domain.deadlines import Basis
from swagat.domain.duties import (
    again_from,
    by_date,
    is_in_hours,
    next_warning,
    to_assign,
    to_assign_from,
    to_decide_appeal,
)
from swagat.domain.errors import Invalid
from swagat.domain.policies import Unit
from swagat.domain.rules import Rules
from tests.domain.test_deadlines import GUJARAT as CALENDAR

RULES = Rules()
# A Wednesday, half past eleven in the morning in India.
NOW = datetime(2026, 7, 1, 6, 0, tzinfo=UTC)
WEDNESDAY = date(2026, 7, 1)
days_of_july = st.dates(date(2026, 7, 1), date(2026, 8, 31))


def test_an_ordinary_case_has_three_working_days_to_find_an_officer() -> None:
    timed = to_assign(NOW, False, RULES, CALENDAR)
    # Thursday, Friday and the first Saturday of July, which is worked.
    assert (timed.due.due_on, timed.limit.days, timed.limit.unit) == (date(2026, 7, 4), 3, Unit.WORKING)
    assert timed.due.due_at == CALENDAR.end_of_day(timed.due.due_on)
    assert not is_in_hours(timed.due.due_on, timed.due.due_at, CALENDAR)


def test_a_danger_has_two_working_hours_wherever_they_fall() -> None:
    timed = to_assign(NOW, True, RULES, CALENDAR)
    assert timed.due.due_at == NOW + timedelta(hours=2)
    assert is_in_hours(timed.due.due_on, timed.due.due_at, CALENDAR)
    at_night = to_assign(NOW + timedelta(hours=12), True, RULES, CALENDAR)
    assert at_night.due.due_at == CALENDAR.add(NOW + timedelta(hours=12), timedelta(hours=2))
    assert at_night.due.due_on == WEDNESDAY + timedelta(days=1)


def test_the_next_date_counts_from_the_missed_one() -> None:
    first = to_assign_from(WEDNESDAY, RULES, CALENDAR).due.due_on
    again = to_assign_from(first, RULES, CALENDAR)
    assert CALENDAR.working_days_between(first, again.due.due_on) == 3
    assert again_from(WEDNESDAY, 7, CALENDAR).due.due_on == CALENDAR.next_working_day(date(2026, 7, 8))
    assert to_decide_appeal(WEDNESDAY, RULES, CALENDAR).due.due_on == date(2026, 7, 31)


@given(days_of_july, st.integers(1, 60), st.lists(st.integers(1, 99), max_size=4), st.integers(0, 70))
def test_warnings_come_one_after_the_other_inside_the_time_they_warn_of(
    counted_from: date, length: int, percents: list[int], later: int
) -> None:
    due_on = CALENDAR.next_working_day(counted_from + timedelta(days=length))
    after, came = CALENDAR.end_of_day(counted_from - timedelta(days=1)) + timedelta(days=later), []
    while (warning := next_warning(counted_from, due_on, percents, after, CALENDAR)) is not None:
        assert after < warning.due.due_at < CALENDAR.end_of_day(due_on)
        assert warning.due.due_at > CALENDAR.end_of_day(counted_from - timedelta(days=1))
        came.append(warning.due.due_at)
        after = warning.due.due_at
    assert came == sorted(set(came))
    assert len(came) <= len(set(percents))


def test_a_warning_comes_on_the_morning_of_the_day_by_which_the_share_is_used() -> None:
    due_on = date(2026, 7, 22)
    first = next_warning(WEDNESDAY, due_on, (75, 50), NOW, CALENDAR)
    assert first is not None
    used = CALENDAR.working_days_between(WEDNESDAY, first.due.due_on + timedelta(days=1))
    whole = CALENDAR.working_days_between(WEDNESDAY, due_on)
    assert used == -(-whole // 2)
    second = next_warning(WEDNESDAY, due_on, (75, 50), first.due.due_at, CALENDAR)
    assert second is not None
    assert second.due.due_on > first.due.due_on
    assert next_warning(WEDNESDAY, due_on, (75, 50), second.due.due_at, CALENDAR) is None
    assert next_warning(WEDNESDAY, due_on, (), NOW, CALENDAR) is None


@given(days_of_july, st.integers(1, 400))
def test_a_date_that_a_superior_gives_is_that_day_or_the_next_working_day(today: date, ahead: int) -> None:
    wanted = today + timedelta(days=ahead)
    timed = by_date(today, wanted, CALENDAR)
    assert timed.due.due_on == CALENDAR.next_working_day(wanted)
    assert (timed.limit.basis, timed.counted_from) == (Basis.GIVEN, today)


def test_no_superior_gives_a_date_that_is_not_ahead() -> None:
    for day in (WEDNESDAY, WEDNESDAY - timedelta(days=1)):
        with pytest.raises(Invalid):
            by_date(WEDNESDAY, day, CALENDAR)
