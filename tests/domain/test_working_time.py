import os
import time as clock
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swagat.domain.errors import Invalid
from swagat.domain.names import Name
from swagat.domain.office_hours import Frame, parse_frames, parse_hours
from swagat.domain.working_time import INDIA, DayOff, DayOffKind, ExtraDay, WorkingCalendar

OFFICE_HOURS = ((time(10, 30), time(14, 0)), (time(14, 30), time(18, 10)))

# Gujarat's rule, with the days around Diwali 2025 as they were ordered.
DIWALI_2025 = WorkingCalendar(
    frames=OFFICE_HOURS,
    weekly_offs={6},
    off_saturdays={2, 4},
    holidays={
        date(2025, 10, 20): "Diwali",
        date(2025, 10, 22): "New Year",
        date(2025, 10, 23): "Bhai Bij",
        date(2025, 10, 31): "Sardar Patel Jayanti",
        date(2025, 11, 5): "Guru Nanak Jayanti",
    },
    extra_closed={date(2025, 10, 21): "extra day at Diwali", date(2025, 10, 24): "extra day at Diwali"},
    working_extra={date(2025, 11, 8): "in exchange for 21 October"},
    half_days={date(2025, 11, 7): ((time(10, 30), time(13, 0)),)},
)

FIRST, LAST = date(2025, 1, 1), date(2026, 12, 31)
NAIVE = datetime.combine(FIRST, time())
days = st.dates(FIRST, LAST)
instants = st.datetimes(NAIVE, NAIVE.replace(year=2027), timezones=st.just(INDIA))
# Bounded, because an office may open for a quarter of an hour on the four or five fifth Saturdays of a year.
durations = st.timedeltas(timedelta(hours=-20), timedelta(hours=20))
names = st.sampled_from(["a holiday", "an order"])


@st.composite
def frames_of_a_day(draw: st.DrawFn) -> tuple[Frame, ...]:
    quarters = sorted(draw(st.sets(st.integers(0, 24 * 4), min_size=2, max_size=6)))
    ends = [time(quarter // 4 % 24, quarter % 4 * 15) for quarter in quarters[: len(quarters) // 2 * 2]]
    return tuple(zip(ends[::2], ends[1::2], strict=True))


@st.composite
def calendars(draw: st.DrawFn) -> WorkingCalendar:
    return WorkingCalendar(
        frames=draw(frames_of_a_day()),
        weekly_offs=draw(st.sets(st.integers(0, 6), max_size=6)),
        off_saturdays=draw(st.sets(st.integers(1, 5), max_size=4)),
        holidays=draw(st.dictionaries(days, names, max_size=30)),
        extra_closed=draw(st.dictionaries(days, names, max_size=5)),
        working_extra=draw(st.dictionaries(days, names, max_size=5)),
        half_days=draw(st.dictionaries(days, frames_of_a_day(), max_size=5)),
    )


def walked_frames(calendar: WorkingCalendar, first: date, last: date) -> Iterator[tuple[datetime, datetime]]:
    day = first
    while day <= last:
        for start, end in calendar.frames_on(day):
            end_day = day + timedelta(days=1) if end == time() else day
            yield datetime.combine(day, start, INDIA), datetime.combine(end_day, end, INDIA)
        day += timedelta(days=1)


def walked_time(calendar: WorkingCalendar, first: datetime, last: datetime) -> timedelta:
    frames = walked_frames(calendar, first.date() - timedelta(days=1), last.date())
    return sum((max(min(last, end) - max(first, start), timedelta()) for start, end in frames), timedelta())


def walked_working_days(calendar: WorkingCalendar, first: date, last: date) -> list[date]:
    every = (first + timedelta(days=step) for step in range(1, (last - first).days + 1))
    return [day for day in every if calendar.is_working_day(day)]


@pytest.mark.parametrize(
    ("day", "off"),
    [
        (date(2025, 10, 11), DayOff(date(2025, 10, 11), DayOffKind.OFF_SATURDAY)),
        (date(2025, 10, 12), DayOff(date(2025, 10, 12), DayOffKind.WEEKLY_OFF)),
        (date(2025, 10, 18), None),
        (date(2025, 10, 20), DayOff(date(2025, 10, 20), DayOffKind.HOLIDAY, "Diwali")),
        (date(2025, 10, 21), DayOff(date(2025, 10, 21), DayOffKind.EXTRA_CLOSED, "extra day at Diwali")),
        (date(2025, 10, 25), DayOff(date(2025, 10, 25), DayOffKind.OFF_SATURDAY)),
        (date(2025, 11, 1), None),
        (date(2025, 11, 8), None),
        (date(2025, 11, 22), DayOff(date(2025, 11, 22), DayOffKind.OFF_SATURDAY)),
        (date(2025, 11, 29), None),
    ],
)
def test_second_and_fourth_saturdays_holidays_and_orders_close_and_open_days(day: date, off: DayOff | None) -> None:
    assert DIWALI_2025.day_off(day) == off
    assert DIWALI_2025.is_working_day(day) == (off is None)


def test_a_declared_working_day_wins_over_everything_and_keeps_its_half_day_hours() -> None:
    day = date(2025, 11, 9)
    half = ((time(10, 30), time(13, 0)),)
    calendar = WorkingCalendar(
        frames=OFFICE_HOURS,
        weekly_offs={6},
        holidays={day: "a holiday"},
        extra_closed={day: "an order"},
        working_extra={day: "a later order"},
        half_days={day: half},
    )
    assert calendar.frames_on(day) == half


def test_a_half_day_opens_no_closed_day() -> None:
    sunday = date(2025, 11, 9)
    calendar = WorkingCalendar(frames=OFFICE_HOURS, half_days={sunday: OFFICE_HOURS[:1]})
    assert calendar.frames_on(sunday) == ()


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        # Thursday 6 November 2025 works 10:30-14:00 and 14:30-18:10: 3 h 30 and 3 h 40.
        ((6, 9, 0), 2, (6, 12, 30)),  # before the office opens: 10:30 and two hours
        ((6, 13, 0), 2, (6, 15, 30)),  # one hour before the break, one after it
        ((6, 14, 10), 1, (6, 15, 30)),  # filed in the break
        ((6, 10, 30), 3.5, (6, 14, 0)),  # ends with the frame, not when the next begins
        # Friday 7 November is a half day, 10:30-13:00; Saturday 8 works in exchange; Sunday 9 is closed.
        ((6, 17, 10), 2, (7, 11, 30)),  # one hour on Thursday, one on Friday
        ((7, 12, 0), 2, (8, 11, 30)),  # one hour on the half day, one on the exchange Saturday
        ((8, 18, 10), 1, (10, 11, 30)),  # nothing left of Saturday, Sunday passed over
        ((9, 12, 0), 0, (9, 12, 0)),
    ],
)
def test_working_hours_are_added_over_breaks_half_days_and_closed_days(
    start: tuple[int, int, int], hours: float, end: tuple[int, int, int]
) -> None:
    begun = datetime(2025, 11, *start, tzinfo=INDIA)
    ended = datetime(2025, 11, *end, tzinfo=INDIA)
    assert DIWALI_2025.add(begun, timedelta(hours=hours)) == ended
    assert DIWALI_2025.between(begun, ended) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("due", "hours", "warned"),
    [
        ((6, 15, 30), 2, (6, 13, 0)),  # a level before the due instant on a split day
        ((6, 14, 30), 1, (6, 13, 0)),
        ((7, 11, 30), 2, (6, 17, 10)),
        ((8, 14, 0), 3.5, (8, 10, 30)),  # begins with the frame, not when the one before ended
    ],
)
def test_working_hours_are_taken_away_by_the_same_calendar(
    due: tuple[int, int, int], hours: float, warned: tuple[int, int, int]
) -> None:
    instant = datetime(2025, 11, *due, tzinfo=INDIA)
    assert DIWALI_2025.add(instant, -timedelta(hours=hours)) == datetime(2025, 11, *warned, tzinfo=INDIA)


@given(calendars(), instants, durations)
def test_between_gives_back_exactly_what_add_was_given(
    calendar: WorkingCalendar, instant: datetime, working_time: timedelta
) -> None:
    assert calendar.between(instant, calendar.add(instant, working_time)) == working_time


@given(calendars(), instants, instants)
def test_add_gives_back_exactly_the_working_instant_that_between_was_given(
    calendar: WorkingCalendar, one: datetime, other: datetime
) -> None:
    first, last = sorted((one, other))
    forwards = calendar.add(first, calendar.between(first, last))
    backwards = calendar.add(last, calendar.between(last, first))
    frames = list(walked_frames(calendar, first.date() - timedelta(days=1), last.date()))
    if calendar.between(first, last):
        # Out of hours nothing passes: forwards it is still the last frame's end, backwards the next one's start.
        assert forwards == max(min(end, last) for start, end in frames if start < last)
        assert backwards == min(max(start, first) for start, end in frames if end > first)
        assert calendar.next_working_instant(forwards) == calendar.next_working_instant(last)
    else:
        assert (forwards, backwards) == (first, last)


@given(calendars(), instants, st.timedeltas(timedelta(), timedelta(days=200)))
def test_between_agrees_with_walking_every_frame(calendar: WorkingCalendar, first: datetime, span: timedelta) -> None:
    last = first + span
    assert calendar.between(first, last) == walked_time(calendar, first, last)
    assert calendar.between(last, first) == -walked_time(calendar, first, last)


@given(calendars(), instants, instants, durations)
def test_a_later_start_never_gives_an_earlier_end(
    calendar: WorkingCalendar, one: datetime, other: datetime, working_time: timedelta
) -> None:
    first, last = sorted((one, other))
    assert calendar.add(first, working_time) <= calendar.add(last, working_time)


@given(calendars(), instants, durations, durations)
def test_more_working_time_never_gives_an_earlier_end(
    calendar: WorkingCalendar, instant: datetime, one: timedelta, other: timedelta
) -> None:
    less, more = sorted((one, other))
    assert calendar.add(instant, less) <= calendar.add(instant, more)


@given(calendars(), days, instants, st.timedeltas(timedelta(), timedelta(hours=20)), days, st.integers(0, 90))
def test_adding_a_holiday_never_makes_anything_due_earlier(
    calendar: WorkingCalendar, holiday: date, begun: datetime, working_time: timedelta, day: date, count: int
) -> None:
    with_it = replace(calendar, holidays={**calendar.holidays, holiday: "a new holiday"})
    assert with_it.add(begun, working_time) >= calendar.add(begun, working_time)
    assert with_it.add_working_days(day, count) >= calendar.add_working_days(day, count)
    assert with_it.next_working_day(day) >= calendar.next_working_day(day)


@given(calendars(), days, days)
def test_counting_working_days_agrees_with_walking_them(calendar: WorkingCalendar, one: date, other: date) -> None:
    first, last = sorted((one, other))
    walked = walked_working_days(calendar, first, last)
    assert calendar.working_days_between(first, last) == len(walked)
    assert calendar.working_days_between(last, first) == -len(walked)
    off = calendar.days_off_between(first, last)
    assert len(off) + len(walked) == (last - first).days
    assert all(calendar.day_off(closed.date) == closed for closed in off)
    assert calendar.days_off_between(last, first) == []


@given(calendars(), days, st.integers(1, 400))
def test_the_nth_working_day_is_open_and_counts_back_to_n(calendar: WorkingCalendar, day: date, count: int) -> None:
    reached = calendar.add_working_days(day, count)
    assert calendar.is_working_day(reached)
    assert calendar.working_days_between(day, reached) == count


@given(calendars(), days)
def test_the_next_and_the_previous_working_day_are_the_day_itself_when_it_is_open(
    calendar: WorkingCalendar, day: date
) -> None:
    following, preceding = calendar.next_working_day(day), calendar.previous_working_day(day)
    assert (following == day) == (preceding == day) == calendar.is_working_day(day)
    assert preceding <= day <= following
    assert calendar.is_working_day(following)
    assert calendar.is_working_day(preceding)
    assert not walked_working_days(calendar, preceding, following - timedelta(days=1))


@given(st.sets(st.integers(0, 6), min_size=1), days, st.integers(1, 30))
def test_any_set_of_open_weekdays_works(open_weekdays: set[int], day: date, count: int) -> None:
    calendar = WorkingCalendar(frames=OFFICE_HOURS, weekly_offs=set(range(7)) - open_weekdays)
    reached = calendar.add_working_days(day, count)
    assert reached.weekday() in open_weekdays
    assert len(walked_working_days(calendar, day, reached)) == count


def test_an_office_may_open_only_on_fifth_saturdays() -> None:
    calendar = WorkingCalendar(frames=OFFICE_HOURS, weekly_offs={0, 1, 2, 3, 4, 6}, off_saturdays={1, 2, 3, 4})
    # Saturday 29 November 2025 is the month's fifth; the next are 31 January and 30 May 2026.
    assert calendar.next_working_day(date(2025, 11, 1)) == date(2025, 11, 29)
    assert calendar.add_working_days(date(2025, 11, 29), 2) == date(2026, 5, 30)


def test_round_the_clock_hours_run_through_midnight_and_the_new_year() -> None:
    calendar = WorkingCalendar(frames=((time(), time()),), weekly_offs=frozenset())
    begun = datetime(2025, 12, 31, 23, 0, tzinfo=INDIA)
    assert calendar.add(begun, timedelta(hours=2)) == datetime(2026, 1, 1, 1, 0, tzinfo=INDIA)
    assert calendar.add(begun, timedelta(hours=1)) == datetime(2026, 1, 1, tzinfo=INDIA)
    assert calendar.add(begun, timedelta(days=-365)) == datetime(2024, 12, 31, 23, 0, tzinfo=INDIA)
    assert calendar.between(begun, datetime(2027, 1, 1, tzinfo=INDIA)) == timedelta(days=365, hours=1)


def test_a_day_ends_at_midnight_in_india_and_not_in_greenwich() -> None:
    assert DIWALI_2025.end_of_day(date(2025, 12, 31)) == datetime(2025, 12, 31, 18, 30, tzinfo=UTC)
    assert DIWALI_2025.day_of(datetime(2025, 12, 31, 18, 29, 59, tzinfo=UTC)) == date(2025, 12, 31)
    assert DIWALI_2025.day_of(datetime(2025, 12, 31, 18, 30, tzinfo=UTC)) == date(2026, 1, 1)


def test_working_days_are_counted_over_the_new_year() -> None:
    # Wednesday 31 December 2025 and Friday 2 January 2026, with Thursday between, all open.
    assert DIWALI_2025.working_days_between(date(2025, 12, 30), date(2026, 1, 2)) == 3
    assert DIWALI_2025.add_working_days(date(2025, 12, 30), 3) == date(2026, 1, 2)
    assert DIWALI_2025.previous_working_day(date(2026, 1, 1)) == date(2026, 1, 1)


def test_declared_working_days_are_told_in_the_order_of_their_dates() -> None:
    calendar = replace(
        DIWALI_2025, working_extra={date(2025, 12, 13): "second order", date(2025, 11, 8): "first order"}
    )
    assert calendar.extra_days_between(date(2025, 11, 7), date(2025, 12, 13)) == [
        ExtraDay(date(2025, 11, 8), "first order"),
        ExtraDay(date(2025, 12, 13), "second order"),
    ]
    assert calendar.extra_days_between(date(2025, 11, 8), date(2025, 12, 12)) == []


def test_a_year_without_a_working_day_is_passed_over() -> None:
    closed = {date(2026, 1, 1) + timedelta(days=step): "closed" for step in range(365)}
    calendar = WorkingCalendar(frames=OFFICE_HOURS, holidays=closed)
    assert calendar.add_working_days(date(2025, 12, 31), 1) == date(2027, 1, 1)
    assert calendar.previous_working_day(date(2026, 6, 1)) == date(2025, 12, 31)
    begun = datetime(2025, 12, 31, 18, 10, tzinfo=INDIA)
    assert calendar.add(begun, timedelta(hours=1)) == datetime(2027, 1, 1, 11, 30, tzinfo=INDIA)
    assert calendar.next_working_instant(begun) == datetime(2027, 1, 1, 10, 30, tzinfo=INDIA)
    assert calendar.add(datetime(2027, 1, 1, tzinfo=INDIA), timedelta(hours=-1)) == datetime(
        2025, 12, 31, 17, 10, tzinfo=INDIA
    )


@pytest.mark.parametrize(
    ("frames", "weekly_offs", "off_saturdays"),
    [
        ((), {6}, set()),
        (OFFICE_HOURS, {0, 1, 2, 3, 4, 5, 6}, set()),
        (OFFICE_HOURS, {0, 1, 2, 3, 4, 6}, {1, 2, 3, 4, 5}),
        (OFFICE_HOURS, {7}, set()),
        (OFFICE_HOURS, {6}, {0}),
        (((time(14, 0), time(10, 30)),), {6}, set()),
        (((time(10, 30), time(10, 30)),), {6}, set()),
        (((time(14, 30), time(18, 0)), (time(10, 30), time(14, 0))), {6}, set()),
        (((time(10, 30), time(14, 30)), (time(14, 0), time(18, 0))), {6}, set()),
        (((time(10, 30), time()), (time(10, 30), time(18, 0))), {6}, set()),
    ],
)
def test_a_calendar_without_working_time_or_with_impossible_hours_is_refused(
    frames: tuple[Frame, ...], weekly_offs: set[int], off_saturdays: set[int]
) -> None:
    with pytest.raises(Invalid):
        WorkingCalendar(frames=frames, weekly_offs=weekly_offs, off_saturdays=off_saturdays)


def test_a_half_day_without_hours_is_refused() -> None:
    with pytest.raises(Invalid):
        WorkingCalendar(frames=OFFICE_HOURS, half_days={date(2026, 1, 1): ()})


def test_every_search_ends_at_the_bounds_of_the_calendar() -> None:
    calendar = WorkingCalendar(frames=OFFICE_HOURS)
    for search in (
        lambda: calendar.add_working_days(date(2026, 1, 1), 10**6),
        lambda: calendar.add(datetime(2026, 1, 1, tzinfo=UTC), timedelta(days=10**6)),
        lambda: calendar.add(datetime(2026, 1, 1, tzinfo=UTC), timedelta(days=-(10**6))),
        lambda: calendar.next_working_day(date(1, 1, 2)),
        lambda: calendar.between(datetime(1, 1, 2, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)),
        lambda: calendar.working_days_between(date(2026, 1, 1), date(9999, 12, 31)),
    ):
        with pytest.raises(Invalid, match="outside the calendar"):
            search()


def test_working_days_are_only_counted_forwards() -> None:
    with pytest.raises(ValueError, match="forwards"):
        DIWALI_2025.add_working_days(date(2026, 1, 1), -1)


def test_an_instant_without_a_zone_is_refused() -> None:
    for use in (DIWALI_2025.day_of, DIWALI_2025.next_working_instant):
        with pytest.raises(ValueError, match="zone"):
            use(NAIVE)
    with pytest.raises(ValueError, match="zone"):
        DIWALI_2025.add(NAIVE, timedelta(0))


def test_the_holidays_of_a_calendar_cannot_be_changed_behind_its_back() -> None:
    holidays = {date(2026, 1, 26): "Republic Day"}
    calendar = WorkingCalendar(frames=OFFICE_HOURS, holidays=holidays)
    holidays.clear()
    assert not calendar.is_working_day(date(2026, 1, 26))


@pytest.fixture
def local_zones() -> Iterator[list[str]]:
    before = os.environ.get("TZ")
    yield sorted(available_timezones())
    if before is None:
        os.environ.pop("TZ", None)
    else:
        os.environ["TZ"] = before
    clock.tzset()


def test_the_zone_of_the_machine_changes_nothing(local_zones: list[str]) -> None:
    begun = datetime(2025, 11, 8, 12, 0, tzinfo=UTC)
    seen = set()
    for zone in local_zones:
        os.environ["TZ"] = zone
        clock.tzset()
        calendar = replace(DIWALI_2025)
        due = calendar.add(begun, timedelta(hours=5))
        day = calendar.day_of(begun)
        seen.add(
            (
                due.isoformat(),
                calendar.between(begun, due),
                day,
                calendar.add_working_days(day, 14),
                calendar.end_of_day(day).isoformat(),
                calendar.next_working_instant(begun).isoformat(),
            )
        )
    # 12:00 in Greenwich is 17:30 in India: 40 minutes on the exchange Saturday, then 3 h 30 and 50 minutes.
    assert seen == {
        (
            "2025-11-10T09:50:00+00:00",
            timedelta(hours=5),
            date(2025, 11, 8),
            date(2025, 11, 26),
            "2025-11-08T18:30:00+00:00",
            "2025-11-08T12:00:00+00:00",
        )
    }
    assert len(local_zones) > 300


def test_hours_are_read_as_pairs_of_times() -> None:
    assert parse_frames([["10:30", "14:00"], ["14:30", "18:10"]]) == OFFICE_HOURS
    assert parse_frames([("00:00", "00:00")]) == ((time(), time()),)


@pytest.mark.parametrize("rows", [[["10:30"]], [["10:30", "25:00"]], [["ten", "six"]], [["10:30", "14:00", "18:00"]]])
def test_hours_that_are_no_pairs_of_times_are_refused(rows: list[list[str]]) -> None:
    with pytest.raises(Invalid):
        parse_frames(rows)


def test_hours_of_a_half_day_are_read_as_a_clerk_writes_them() -> None:
    assert parse_hours("10:30-14:00 14:30-18:10") == OFFICE_HOURS
    for wrong in ("", "noon", "10:30", "10:30-14:00-18:00", "14:00-10:30", "10:30-14:00 13:00-15:00"):
        with pytest.raises(Invalid):
            parse_hours(wrong)


def test_a_closed_day_that_is_an_estimate_says_so_and_keeps_its_name_in_every_language() -> None:
    diwali, order = date(2026, 11, 8), date(2026, 11, 9)
    name = Name("Diwali", "दीपावली", "દિવાળી")
    calendar = WorkingCalendar(
        frames=OFFICE_HOURS, holidays={diwali: name}, extra_closed={order: "an order"}, estimated=frozenset({diwali})
    )
    assert calendar.day_off(diwali) == DayOff(diwali, DayOffKind.HOLIDAY, name, is_estimate=True)
    assert calendar.day_off(order) == DayOff(order, DayOffKind.EXTRA_CLOSED, "an order")
