"""The calendars of a state and of its offices, as they are and as they were known at an earlier instant."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from swagat.domain.names import Name
from swagat.domain.office_hours import Frame, parse_hours
from swagat.domain.working_time import WorkingCalendar
from swagat.models import DayKind

CLOSING = frozenset({DayKind.HOLIDAY, DayKind.EXTRA_CLOSED})
CERTAIN = "yes"


@dataclass(frozen=True, slots=True)
class DayView:
    """A day that differs from the weekly rule, of the state or of one office, and since when until when it stood."""

    id: int
    day: date
    kind: DayKind
    name: Name
    office_id: int | None = None
    hours: str = ""
    confirmed: str = CERTAIN
    source: str = ""
    declared_at: datetime | None = None
    withdrawn_at: datetime | None = None

    @property
    def is_estimate(self) -> bool:
        """Return whether no published list has confirmed it yet."""
        return self.confirmed != CERTAIN

    @property
    def is_known(self) -> bool:
        """Return whether it is in the list now."""
        return self.withdrawn_at is None

    def stood(self, at: datetime) -> bool:
        """Return whether it was in the list at an instant."""
        begun = self.declared_at is None or self.declared_at <= at
        return begun and (self.withdrawn_at is None or at < self.withdrawn_at)


def day_view(row: Any) -> DayView:
    """Return the view of a stored day."""
    names = Name(row["name_en"], row["name_hi"], row["name_gu"])
    own = {name: row[name] for name in DayView.__slots__ if name not in ("name", "kind")}
    return DayView(**own, kind=DayKind(row["kind"]), name=names)


@dataclass(frozen=True, slots=True)
class Calendars:
    """The weekly rule of a state and every day that differs; what is made of it is kept with it."""

    frames: tuple[Frame, ...]
    weekly_offs: frozenset[int]
    off_saturdays: frozenset[int]
    days: tuple[DayView, ...] = ()
    _moments: list[datetime] = field(default_factory=list, init=False, repr=False, compare=False)
    _offices: set[int] = field(default_factory=set, init=False, repr=False, compare=False)
    _made: dict[tuple[int | None, int], WorkingCalendar] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        changes = {at for day in self.days for at in (day.declared_at, day.withdrawn_at) if at is not None}
        self._moments.extend(sorted(changes))
        self._offices.update(day.office_id for day in self.days if day.office_id is not None)

    def of(self, office_id: int | None = None, at: datetime | None = None) -> WorkingCalendar:
        """Return the calendar of an office, or the state's own: as it is now, or as it was known at an instant."""
        office = office_id if office_id in self._offices else None
        passed = len(self._moments) if at is None else bisect_right(self._moments, at)
        made = self._made.get((office, passed))
        if made is None:
            made = self._make(office, self._moments[passed - 1] if passed else None)
            self._made[office, passed] = made
        return made

    def _make(self, office_id: int | None, at: datetime | None) -> WorkingCalendar:
        some = [day for day in self.days if (day.stood(at) if at is not None else day.declared_at is None)]
        own = [day for day in some if day.office_id == office_id] if office_id is not None else []
        # What the office says of a day stands above what the state says of it.
        said = {day.day for day in own if day.kind is not DayKind.HALF_DAY}
        rest = [
            day for day in some if day.office_id is None and not (day.kind is DayKind.EXTRA_WORKING and day.day in said)
        ]
        return self._calendar([*rest, *own])

    def _calendar(self, days: Iterable[DayView]) -> WorkingCalendar:
        by_kind: dict[DayKind, dict[date, DayView]] = {kind: {} for kind in DayKind}
        for day in days:
            by_kind[day.kind][day.day] = day
        names = {kind: {at: day.name for at, day in some.items()} for kind, some in by_kind.items()}
        return WorkingCalendar(
            self.frames,
            self.weekly_offs,
            self.off_saturdays,
            names[DayKind.HOLIDAY],
            names[DayKind.EXTRA_CLOSED],
            names[DayKind.EXTRA_WORKING],
            {at: parse_hours(day.hours) for at, day in by_kind[DayKind.HALF_DAY].items()},
            frozenset(at for kind in CLOSING for at, day in by_kind[kind].items() if day.is_estimate),
        )
