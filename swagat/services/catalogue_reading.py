"""Reading everything that changes rarely at once, in ten statements."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from swagat.domain.office_hours import parse_frames
from swagat.domain.places import PlaceKind, Tier
from swagat.domain.suggestions import CategoryIndex, CategoryWords
from swagat.models import (
    CalendarDay,
    Category,
    Department,
    Ground,
    Jurisdiction,
    Place,
    PolicyVersion,
    SavedReply,
    State,
)
from swagat.services.calendars import Calendars, DayView, day_view
from swagat.services.catalogue_views import (
    CategoryView,
    DepartmentView,
    GroundView,
    Helpline,
    PlaceView,
    ReplyView,
    StateView,
)
from swagat.services.policies import PolicyView, policy_view

View = TypeVar("View")

MOST_VILLAGES = 4000

GROUP_SHARE = 0.5
"""What a group's words count beside a leaf's: the group is the answer only where no leaf fits."""


@dataclass(frozen=True)
class Catalogue:
    """One reading of everything; nothing in it changes, it only becomes more."""

    states: Mapping[int, StateView]
    departments: Mapping[int, DepartmentView]
    categories: Mapping[int, CategoryView]
    grounds: Mapping[int, GroundView]
    replies: Mapping[int, ReplyView]
    places: Mapping[int, PlaceView]
    served: frozenset[int]
    """The districts in which offices answer; in others nothing can be filed yet."""
    words: tuple[CategoryWords, ...]
    policies: Mapping[int, PolicyView]
    ladders: dict[tuple[int, str], list[tuple[int, int]]] = field(default_factory=dict, compare=False)
    """Who stands above an office on a ladder, with their levels; filled in as it is asked for."""
    villages: dict[int, PlaceView] = field(default_factory=dict, compare=False)
    """The villages that were asked for, a filing asks for its own up to eight times; at most MOST_VILLAGES."""

    @cached_property
    def by_code(self) -> Mapping[str, CategoryView]:
        """Return categories by their codes."""
        return {category.code: category for category in self.categories.values()}

    @cached_property
    def index(self) -> CategoryIndex:
        """Return the index that suggests categories; made when it is first asked for."""
        return _index(self.words)

    @cached_property
    def children(self) -> Mapping[int, tuple[PlaceView, ...]]:
        """Return the places directly inside a place, without villages, in the order of their names."""
        found: dict[int, list[PlaceView]] = {}
        for place in sorted(self.places.values(), key=lambda one: (len(one.code), one.code)):
            if place.parent_id is not None:
                found.setdefault(place.parent_id, []).append(place)
        # Wards go by number, which is the order of their codes; the rest by name.
        return {
            parent: tuple(sorted(some, key=lambda one: "" if one.kind is PlaceKind.WARD else one.name_en))
            for parent, some in found.items()
        }


@lru_cache(maxsize=4)
def _index(words: tuple[CategoryWords, ...]) -> CategoryIndex:
    # Reading again every minute seldom brings other words, and the index costs more than all the rest.
    return CategoryIndex.build(words)


def read(session: Session, before: Mapping[int, StateView]) -> Catalogue:
    """Return everything as it stands, keeping of the states read before those that did not change."""
    # A state that did not change keeps its calendar, and with it the years that were worked out already.
    read_states = {key: before[key] if before.get(key) == one else one for key, one in _states(session).items()}
    departments_, categories_, words = _subjects(session)
    grounds_ = session.execute(select(Ground.__table__).where(Ground.is_active.is_(True)).order_by(Ground.id))
    replies_ = session.execute(select(SavedReply.__table__).order_by(SavedReply.id))
    return Catalogue(
        read_states,
        departments_,
        categories_,
        {row["id"]: _view(GroundView, row) for row in grounds_.mappings()},
        {row["id"]: _view(ReplyView, row) for row in replies_.mappings()},
        _places(session, read_states),
        _served(session),
        words,
        {row["version"]: policy_view(row) for row in session.execute(select(PolicyVersion.__table__)).mappings()},
    )


def _view(view: type[View], row: Any, **more: Any) -> View:
    names = view.__dataclass_fields__  # type: ignore[attr-defined]
    return view(**{name: row[name] for name in names if name not in more} | more)


def _states(session: Session) -> dict[int, StateView]:
    days: dict[int, list[DayView]] = {}
    for day in session.execute(select(CalendarDay.__table__).order_by(CalendarDay.id)).mappings():
        days.setdefault(day["state_id"], []).append(day_view(day))
    return {
        row["id"]: _view(
            StateView,
            row,
            languages=tuple(row["languages"]),
            helplines=tuple(_view(Helpline, line) for line in row["helplines"]),
            calendars=Calendars(
                parse_frames(row["frames"]),
                frozenset(row["weekly_offs"]),
                frozenset(row["off_saturdays"]),
                tuple(days.get(row["id"], ())),
            ),
        )
        for row in session.execute(select(State.__table__).order_by(State.id)).mappings()
    }


def _subjects(
    session: Session,
) -> tuple[dict[int, DepartmentView], dict[int, CategoryView], tuple[CategoryWords, ...]]:
    departments_ = {
        row["id"]: _view(DepartmentView, row) for row in session.execute(select(Department.__table__)).mappings()
    }
    rows = session.execute(select(Category.__table__).order_by(Category.id)).mappings().all()
    categories_ = {
        row["id"]: _view(CategoryView, row, group_id=row["parent_id"], tier=Tier(row["tier"])) for row in rows
    }
    words = tuple(
        CategoryWords(
            row["code"],
            (row["name_en"], row["name_hi"], row["name_gu"], *row["keywords"].values()),
            1.0 if row["parent_id"] else GROUP_SHARE,
        )
        for row in rows
        if row["is_active"]
    )
    return departments_, categories_, words


def _places(session: Session, read_states: Mapping[int, StateView]) -> dict[int, PlaceView]:
    """Read every place but villages, of which there are too many to keep."""
    table = Place.__table__
    statement = select(table).where(table.c.kind != PlaceKind.VILLAGE, table.c.is_active.is_(True))
    return {
        row["id"]: place_view(row, read_states[row["state_id"]].local_language)
        for row in session.execute(statement).mappings()
    }


def _served(session: Session) -> frozenset[int]:
    districts = select(Place.id).where(Place.kind == PlaceKind.DISTRICT)
    return frozenset(
        session.scalars(select(Jurisdiction.place_id).where(Jurisdiction.place_id.in_(districts)).distinct())
    )


def place_view(row: Any, local_language: str) -> PlaceView:
    """Return the view of a stored place; its local name stands under the language of its state."""
    local = {f"name_{code}": row["name_local"] if code == local_language else "" for code in ("hi", "gu")}
    return _view(PlaceView, row, **local)
