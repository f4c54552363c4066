"""Working days and working hours of an office, found in an index of each year and never by walking days."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from itertools import accumulate
from typing import NamedTuple
from zoneinfo import ZoneInfo

from swagat.domain.errors import N_, Invalid
from swagat.domain.names import Name
from swagat.domain.office_hours import Frame, check_frames

INDIA = ZoneInfo("Asia/Kolkata")
FIRST_YEAR, LAST_YEAR = 1950, 2150
SATURDAY = 5

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_ONE_DAY = timedelta(days=1)

# What a day is called: in one language, or in all that are known.
DayName = str | Name


class DayOffKind(StrEnum):
    """Why an office is closed on a day."""

    WEEKLY_OFF = "weekly_off"
    OFF_SATURDAY = "off_saturday"
    HOLIDAY = "holiday"
    EXTRA_CLOSED = "extra_closed"


class DayOff(NamedTuple):
    """A day on which the office is closed; `name` is empty for a weekly off, whose weekday says it.

    `is_estimate` marks a holiday that no published list has confirmed yet.
    """

    date: date
    kind: DayOffKind
    name: DayName = ""
    is_estimate: bool = False


class ExtraDay(NamedTuple):
    """A day that was declared a working day, and why."""

    date: date
    reason: DayName


class _Days(NamedTuple):
    working: list[int]
    off: list[int]
    reasons: list[DayOff]


class _Hours(NamedTuple):
    """Frames of a year as microseconds since 1970; `before` and `after` add up the working time so far."""

    starts: list[int]
    ends: list[int]
    before: list[int]
    after: list[int]
    total: int


@dataclass(frozen=True)
class WorkingCalendar:
    """The days and hours an office works; raise Invalid when there is no working time at all.

    Weekdays count from 0, Monday. The first of these that names a day decides it: declared working, extra
    closed, holiday, weekly off, off Saturday. A half day replaces the hours of a working day and opens no
    closed one. The zone keeps one offset all year, as India's does: clock changes are not handled.
    """

    frames: tuple[Frame, ...]
    weekly_offs: Set[int] = frozenset({6})
    off_saturdays: Set[int] = frozenset()
    holidays: Mapping[date, DayName] = field(default_factory=dict)
    extra_closed: Mapping[date, DayName] = field(default_factory=dict)
    working_extra: Mapping[date, DayName] = field(default_factory=dict)
    half_days: Mapping[date, tuple[Frame, ...]] = field(default_factory=dict)
    estimated: Set[date] = frozenset()
    zone: tzinfo = INDIA
    _days_of: dict[int, _Days] = field(default_factory=dict, init=False, repr=False, compare=False)
    _hours_of: dict[int, _Hours] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # The index is built from these, so a later change by the caller must not reach them.
        for name in ("holidays", "extra_closed", "working_extra", "half_days"):
            object.__setattr__(self, name, dict(getattr(self, name)))
        for frames in (self.frames, *self.half_days.values()):
            check_frames(frames)
        if not self.weekly_offs <= set(range(7)) or not self.off_saturdays <= set(range(1, 6)):
            raise Invalid(N_("Weekdays count from 0 to 6, Saturdays of a month from 1 to 5."))
        open_weekdays = set(range(7)) - self.weekly_offs
        if len(self.off_saturdays) == 5:
            open_weekdays -= {SATURDAY}
        if not open_weekdays:
            raise Invalid(N_("This calendar has no working day. Leave at least one day of the week open."))

    def day_of(self, instant: datetime) -> date:
        """Return the calendar day of an instant in the office's zone; raise ValueError for a naive one."""
        return _aware(instant).astimezone(self.zone).date()

    def end_of_day(self, day: date) -> datetime:
        """Return the first instant after a day, in UTC: whatever happens before it happens on that day."""
        return datetime.combine(day + _ONE_DAY, time(), self.zone).astimezone(UTC)

    def day_off(self, day: date) -> DayOff | None:
        """Return why the office is closed on a day, or None when it works."""
        if day in self.working_extra:
            return None
        if day in self.extra_closed:
            return DayOff(day, DayOffKind.EXTRA_CLOSED, self.extra_closed[day], day in self.estimated)
        if day in self.holidays:
            return DayOff(day, DayOffKind.HOLIDAY, self.holidays[day], day in self.estimated)
        weekday = day.weekday()
        if weekday in self.weekly_offs:
            return DayOff(day, DayOffKind.WEEKLY_OFF)
        if weekday == SATURDAY and (day.day - 1) // 7 + 1 in self.off_saturdays:
            return DayOff(day, DayOffKind.OFF_SATURDAY)
        return None

    def is_working_day(self, day: date) -> bool:
        """Return whether the office works on a day, a half day included."""
        return self.day_off(day) is None

    def frames_on(self, day: date) -> tuple[Frame, ...]:
        """Return the hours of a day, none when it is closed."""
        return self.half_days.get(day, self.frames) if self.is_working_day(day) else ()

    def next_working_day(self, day: date) -> date:
        """Return the day itself when it is open, or else the first open day after it."""
        return self.add_working_days(day - _ONE_DAY, 1)

    def previous_working_day(self, day: date) -> date:
        """Return the day itself when it is open, or else the last open day before it."""
        year = day.year
        position = bisect_right(self._days(year).working, day.toordinal()) - 1
        while position < 0:
            year -= 1
            position += len(self._days(year).working)
        return date.fromordinal(self._days(year).working[position])

    def add_working_days(self, day: date, count: int) -> date:
        """Return the count-th working day after a day, which is never counted itself; 0 gives it back."""
        if count < 0:
            raise ValueError("working days are counted forwards")
        if count == 0:
            return day
        year = day.year
        working = self._days(year).working
        position = bisect_right(working, day.toordinal()) + count - 1
        while position >= len(working):
            position -= len(working)
            year += 1
            working = self._days(year).working
        return date.fromordinal(working[position])

    def working_days_between(self, first: date, last: date) -> int:
        """Return how many working days follow `first` up to and including `last`, negative when reversed."""
        if last < first:
            return -self.working_days_between(last, first)
        whole_years = sum(len(self._days(year).working) for year in range(first.year, last.year))
        return (
            whole_years
            + bisect_right(self._days(last.year).working, last.toordinal())
            - bisect_right(self._days(first.year).working, first.toordinal())
        )

    def days_off_between(self, first: date, last: date) -> list[DayOff]:
        """Return the closed days after `first` up to and including `last`, each with its reason."""
        found: list[DayOff] = []
        for year in range(first.year, last.year + 1):
            days = self._days(year)
            start = bisect_right(days.off, first.toordinal())
            found += days.reasons[start : bisect_right(days.off, last.toordinal())]
        return found

    def extra_days_between(self, first: date, last: date) -> list[ExtraDay]:
        """Return the days after `first` up to and including `last` that work only because it was declared."""
        return sorted(ExtraDay(day, why) for day, why in self.working_extra.items() if first < day <= last)

    def next_working_instant(self, instant: datetime) -> datetime:
        """Return the instant itself when the office is at work, or else when it next begins, in UTC."""
        year, at = self.day_of(instant).year, _microseconds(instant)
        hours = self._hours(year)
        while (position := bisect_right(hours.ends, at)) == len(hours.ends):
            year += 1
            hours = self._hours(year)
        return _instant(max(at, hours.starts[position]))

    def add(self, instant: datetime, working_time: timedelta) -> datetime:
        """Return the instant, in UTC, when this much working time has passed (negative: was still to pass).

        Counted forwards, time that ends with a frame ends then and not when the next frame begins; counted
        backwards, it begins with a frame and not when the one before ends: `between` gives back the same.
        """
        change = working_time // _MICROSECOND
        year, worked = self._position(instant)
        target = worked + change
        if change > 0:
            while target > (hours := self._hours(year)).total:
                target -= hours.total
                year += 1
            position = bisect_left(hours.after, target)
            return _instant(hours.ends[position] - hours.after[position] + target)
        if change < 0:
            while target < 0:
                year -= 1
                target += self._hours(year).total
            hours = self._hours(year)
            position = bisect_right(hours.before, target) - 1
            return _instant(hours.starts[position] - hours.before[position] + target)
        return instant.astimezone(UTC)

    def between(self, first: datetime, last: datetime) -> timedelta:
        """Return the working time from one instant to another; negative when the second is earlier."""
        if last < first:
            return -self.between(last, first)
        (first_year, worked_before), (last_year, worked) = self._position(first), self._position(last)
        whole_years = sum(self._hours(year).total for year in range(first_year, last_year))
        return timedelta(microseconds=whole_years + worked - worked_before)

    def _position(self, instant: datetime) -> tuple[int, int]:
        """Return the year of an instant and the working microseconds of that year before it."""
        year, at = self.day_of(instant).year, _microseconds(instant)
        hours = self._hours(year)
        position = bisect_right(hours.starts, at) - 1
        if position < 0:
            return year, 0
        return year, hours.before[position] + min(at, hours.ends[position]) - hours.starts[position]

    def _days(self, year: int) -> _Days:
        days = self._days_of.get(year)
        if days is None:
            # A bound on the years keeps a mistyped date, or years full of holidays, from searching for ever.
            if not FIRST_YEAR <= year <= LAST_YEAR:
                raise Invalid(N_("The year %(year)s is outside the calendar."), year=year)
            days = _Days([], [], [])
            for ordinal in range(date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal()):
                if (off := self.day_off(date.fromordinal(ordinal))) is None:
                    days.working.append(ordinal)
                else:
                    days.off.append(ordinal)
                    days.reasons.append(off)
            self._days_of[year] = days
        return days

    def _hours(self, year: int) -> _Hours:
        hours = self._hours_of.get(year)
        if hours is None:
            starts: list[int] = []
            ends: list[int] = []
            for ordinal in self._days(year).working:
                day = date.fromordinal(ordinal)
                for start, end in self.half_days.get(day, self.frames):
                    starts.append(_microseconds(datetime.combine(day, start, self.zone)))
                    last_day = day if end > start else day + _ONE_DAY
                    ends.append(_microseconds(datetime.combine(last_day, end, self.zone)))
            after = list(accumulate(end - start for start, end in zip(starts, ends, strict=True)))
            hours = _Hours(starts, ends, [0, *after[:-1]], after, after[-1] if after else 0)
            self._hours_of[year] = hours
        return hours


def _aware(instant: datetime) -> datetime:
    # A naive time would be read in the zone of whatever machine runs this.
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant


def _microseconds(instant: datetime) -> int:
    return (instant - _EPOCH) // _MICROSECOND


def _instant(microseconds: int) -> datetime:
    return _EPOCH + timedelta(microseconds=microseconds)
