"""Hours in which no telephone rings: they may pass midnight, and are those of India wherever the server stands."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swagat.domain.sending import INDIA, QuietHours, quiet_hours

NIGHT = QuietHours(time(21), time(8))
SIESTA = QuietHours(time(13, 30), time(15))
MINUTES = st.integers(0, 24 * 60 - 1).map(lambda minute: time(minute // 60, minute % 60))
INSTANTS = st.integers(0, 20 * 366 * 24 * 60).map(
    lambda minute: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
)


def at(clock: str) -> datetime:
    """Return an instant of 4 December 2026 by the clocks of India."""
    return datetime.combine(date(2026, 12, 4), time.fromisoformat(clock), INDIA)


@pytest.mark.parametrize(
    ("hours", "clock", "hold"),
    [
        (NIGHT, "20:59:59.999999", False),
        (NIGHT, "21:00", True),
        (NIGHT, "23:59:59.999999", True),
        (NIGHT, "00:00", True),
        (NIGHT, "07:59:59.999999", True),
        (NIGHT, "08:00", False),
        (NIGHT, "12:00", False),
        (SIESTA, "13:29:59", False),
        (SIESTA, "13:30", True),
        (SIESTA, "14:59:59", True),
        (SIESTA, "15:00", False),
        (SIESTA, "00:00", False),
    ],
)
def test_they_hold_from_their_beginning_and_end_before_their_end(hours: QuietHours, clock: str, hold: bool) -> None:
    assert hours.hold(at(clock)) is hold


def test_they_are_those_of_india_wherever_the_instant_was_read() -> None:
    half_past_nine_in_the_evening = datetime(2026, 12, 4, 16, 0, tzinfo=UTC)
    assert NIGHT.hold(half_past_nine_in_the_evening)
    assert NIGHT.hold(half_past_nine_in_the_evening.astimezone(ZoneInfo("America/New_York")))
    assert not NIGHT.hold(datetime(2026, 12, 4, 22, 0, tzinfo=UTC) + timedelta(hours=5))


@given(MINUTES, MINUTES, INSTANTS)
def test_an_instant_lies_in_hours_or_in_those_that_are_left_of_the_day(begin: time, end: time, now: datetime) -> None:
    if begin == end:
        return
    assert QuietHours(begin, end).hold(now) != QuietHours(end, begin).hold(now)


@given(MINUTES, MINUTES, st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_a_day_has_as_many_quiet_minutes_as_lie_between_beginning_and_end(begin: time, end: time, day: date) -> None:
    if begin == end:
        return
    hours = QuietHours(begin, end)
    midnight = datetime.combine(day, time(0), INDIA)
    held = sum(hours.hold(midnight + timedelta(minutes=15 * step)) for step in range(96))
    length = (end.hour * 60 + end.minute - begin.hour * 60 - begin.minute) % (24 * 60)
    assert abs(held - length / 15) < 1


@given(MINUTES, MINUTES)
def test_what_a_setting_names_is_read_as_it_is_written(begin: time, end: time) -> None:
    if begin == end:
        return
    assert quiet_hours(f"{begin:%H:%M}-{end:%H:%M}") == QuietHours(begin, end)


def test_off_means_none() -> None:
    assert quiet_hours("off") is None


@pytest.mark.parametrize("text", ["", "21-8", "21:00", "24:00-08:00", "21:60-08:00", "08:00-08:00", "21:00 - 08:00"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="must be like"):
        quiet_hours(text)
