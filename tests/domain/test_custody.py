"""Days are attributed to the office that held the case, net of the complainant's own time."""

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from swagat.domain.custody import Moment, custody
from swagat.domain.workflow import ClockState
from swagat.domain.working_time import WorkingCalendar

CALENDAR = WorkingCalendar(frames=((time(10, 30), time(18, 10)),), weekly_offs={6}, off_saturdays={2, 4})
RUNS, PAUSED, STOPPED = ClockState.RUNS, ClockState.PAUSED, ClockState.STOPPED
MAMLATDAR, TDO = 10, 11


def noon(day: int) -> datetime:
    return datetime(2026, 7, day, 6, 30, tzinfo=UTC)


def test_a_transfer_and_a_clarification_are_split_between_offices_and_complainant() -> None:
    moments = [
        Moment(noon(1), MAMLATDAR, RUNS),  # Wednesday
        Moment(noon(6), TDO, RUNS),  # Monday: Thursday, Friday, Saturday (first), Monday for the Mamlatdar
        Moment(noon(8), TDO, PAUSED),  # Wednesday: two days for the TDO
        Moment(noon(10), TDO, RUNS),  # Friday: two days of waiting
        Moment(noon(14), TDO, STOPPED),  # Tuesday: Monday and Tuesday (11th is a second Saturday)
    ]
    held = custody(moments, noon(20), CALENDAR)
    assert [(one.office_id, one.working_days, one.waited_working_days) for one in held] == [
        (MAMLATDAR, 4, 0),
        (TDO, 4, 2),
    ]


@given(st.lists(st.tuples(st.integers(0, 60), st.sampled_from([10, 11, 12])), min_size=1, max_size=12))
def test_no_day_is_lost_or_counted_twice(changes: list[tuple[int, int]]) -> None:
    start = noon(1)
    moments = [Moment(start + timedelta(days=days), office, RUNS) for days, office in sorted(changes)]
    until = start + timedelta(days=90)
    held = custody(moments, until, CALENDAR)
    first, last = CALENDAR.day_of(moments[0].at), CALENDAR.day_of(until)
    assert sum(one.calendar_days for one in held) == (last - first).days
    assert sum(one.working_days for one in held) == CALENDAR.working_days_between(first, last)
    assert all(one.office_id != after.office_id for one, after in pairwise(held))
