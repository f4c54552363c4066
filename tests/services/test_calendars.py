"""Calendars of a state and its offices: what each says of a day, and what was known of it at an earlier instant."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swagat.domain.names import Name
from swagat.models import DayKind
from swagat.services.calendars import Calendars, DayView

HOURS = ((time(10, 30), time(18, 10)),)
MINE, OTHER = 10, 20
# A Wednesday, an ordinary working day.
DAY = date(2026, 7, 22)
SUNDAY = date(2026, 7, 26)
T0 = datetime(2026, 7, 1, tzinfo=UTC)
K = DayKind


def view(kind: DayKind, day: date = DAY, office_id: int | None = None, **more: object) -> DayView:
    hours = "10:30-13:00" if kind is K.HALF_DAY else ""
    return DayView(0, day, kind, Name("A day"), office_id, hours, **more)  # type: ignore[arg-type]


def calendars(*days: DayView) -> Calendars:
    return Calendars(HOURS, frozenset({6}), frozenset({2, 4}), days)


@pytest.mark.parametrize(
    ("of_state", "of_office", "works"),
    [
        ((), (), True),
        ((K.HOLIDAY,), (), False),
        ((K.HOLIDAY,), (K.EXTRA_WORKING,), True),
        ((K.EXTRA_CLOSED,), (K.EXTRA_WORKING,), True),
        ((K.EXTRA_WORKING,), (K.EXTRA_CLOSED,), False),
        ((K.EXTRA_WORKING,), (K.HOLIDAY,), False),
        ((), (K.EXTRA_CLOSED,), False),
        ((K.HOLIDAY,), (K.HALF_DAY,), False),
        ((K.HALF_DAY,), (K.EXTRA_CLOSED,), False),
        ((K.HOLIDAY, K.EXTRA_WORKING), (), True),
    ],
)
def test_what_an_office_says_of_a_day_stands_above_what_its_state_says(
    of_state: tuple[DayKind, ...], of_office: tuple[DayKind, ...], works: bool
) -> None:
    found = calendars(*map(view, of_state), *(view(kind, office_id=MINE) for kind in of_office))
    assert found.of(MINE).is_working_day(DAY) is works
    assert found.of(OTHER) is found.of()
    assert found.of().is_working_day(DAY) is calendars(*map(view, of_state)).of().is_working_day(DAY)


def test_a_half_day_of_an_office_has_the_offices_hours() -> None:
    found = calendars(view(K.HALF_DAY), DayView(0, DAY, K.HALF_DAY, Name("Half"), MINE, "14:00-16:00"))
    assert found.of().frames_on(DAY) == ((time(10, 30), time(13, 0)),)
    assert found.of(MINE).frames_on(DAY) == ((time(14, 0), time(16, 0)),)


def test_a_calendar_is_made_once_and_kept() -> None:
    found = calendars(view(K.HOLIDAY, office_id=MINE))
    assert found.of() is found.of()
    assert found.of(MINE) is found.of(MINE)
    assert found == calendars(view(K.HOLIDAY, office_id=MINE))


def test_a_calendar_can_be_asked_what_was_known_at_an_instant() -> None:
    hour = timedelta(hours=1)
    found = calendars(
        view(K.HOLIDAY, declared_at=T0 + hour, withdrawn_at=T0 + 3 * hour),
        view(K.EXTRA_WORKING, SUNDAY, declared_at=T0 + 2 * hour),
    )
    asked = [found.of(at=T0 + step * hour) for step in range(5)]
    assert [one.is_working_day(DAY) for one in asked] == [True, False, False, True, True]
    assert [one.is_working_day(SUNDAY) for one in asked] == [False, False, True, True, True]
    assert found.of().is_working_day(DAY)
    assert found.of().is_working_day(SUNDAY)
    assert found.of(at=T0 + 9 * hour) is found.of()


instants = st.integers(0, 20).map(lambda hours: T0 + timedelta(hours=hours))


@st.composite
def stored_days(draw: st.DrawFn) -> DayView:
    declared = draw(st.none() | instants)
    lasted = draw(st.none() | st.integers(1, 9))
    withdrawn = None if lasted is None else (declared or T0) + timedelta(hours=lasted)
    kind = draw(st.sampled_from([K.HOLIDAY, K.EXTRA_CLOSED, K.EXTRA_WORKING]))
    return view(kind, DAY + timedelta(days=draw(st.integers(0, 6))), declared_at=declared, withdrawn_at=withdrawn)


@given(st.lists(stored_days(), max_size=8), instants)
def test_what_was_known_at_an_instant_are_the_days_that_stood_then(days: list[DayView], at: datetime) -> None:
    standing = [view(one.kind, one.day) for one in days if one.stood(at)]
    seen, wanted = calendars(*days).of(at=at), calendars(*standing).of()
    for step in range(7):
        day = DAY + timedelta(days=step)
        assert seen.is_working_day(day) == wanted.is_working_day(day)
