"""Plain values of what changes rarely: safe to keep between requests, to share between threads and to show."""

from dataclasses import dataclass

from swagat.domain.names import Name
from swagat.domain.places import PlaceKind, Tier
from swagat.domain.policies import Channel
from swagat.domain.working_time import WorkingCalendar
from swagat.services.calendars import Calendars


class _Named:
    """Gives the names kept in three columns as one name."""

    __slots__ = ()
    name_en: str
    name_hi: str
    name_gu: str

    @property
    def name(self) -> Name:
        """Return the name in every language it has."""
        return Name(self.name_en, self.name_hi, self.name_gu)


@dataclass(frozen=True, slots=True)
class Helpline(_Named):
    """A number to dial now, and the topic it helps with."""

    number: str
    topic: str
    name_en: str
    name_hi: str
    name_gu: str


@dataclass(frozen=True, slots=True)
class StateView(_Named):
    """A state with what belongs to it."""

    id: int
    short: str
    lgd_code: str
    name_en: str
    name_hi: str
    name_gu: str
    letterhead_en: str
    letterhead_hi: str
    letterhead_gu: str
    languages: tuple[str, ...]
    local_language: str
    helplines: tuple[Helpline, ...]
    calendars: Calendars

    @property
    def calendar(self) -> WorkingCalendar:
        """Return the days and hours that the state works, which every office follows but for its own exceptions."""
        return self.calendars.of()


@dataclass(frozen=True, slots=True)
class DepartmentView(_Named):
    """A line department."""

    id: int
    code: str
    name_en: str
    name_hi: str
    name_gu: str


@dataclass(frozen=True, slots=True)
class CategoryView(_Named):
    """A subject; `group_id` is empty for a group, which takes what fits none of its leaves."""

    id: int
    code: str
    group_id: int | None
    department_id: int
    name_en: str
    name_hi: str
    name_gu: str
    tier: Tier
    ladder: str
    channel: Channel
    sla_days: int
    sla_basis: str
    sla_source: str
    asks: PlaceKind | None
    emergency: str
    is_active: bool

    @property
    def is_group(self) -> bool:
        """Return whether this stands for all of its group: nobody has said yet what exactly it is."""
        return self.group_id is None


@dataclass(frozen=True, slots=True)
class GroundView(_Named):
    """A ground on which a grievance cannot be heard here, and where to go instead."""

    id: int
    code: str
    name_en: str
    name_hi: str
    name_gu: str
    instead_en: str
    instead_hi: str
    instead_gu: str
    source: str


@dataclass(frozen=True, slots=True)
class ReplyView:
    """A reply to begin from; its blanks stand in braces and must be filled before it is sent."""

    id: int
    code: str
    action: str
    title_en: str
    title_hi: str
    title_gu: str
    text_en: str
    text_hi: str
    text_gu: str


@dataclass(frozen=True, slots=True)
class PlaceView(_Named):
    """A place; a language in which it has no name of its own is empty."""

    id: int
    state_id: int
    kind: PlaceKind
    source: str
    code: str
    parent_id: int | None
    district_id: int | None
    name_en: str
    name_hi: str
    name_gu: str
    name_local: str
