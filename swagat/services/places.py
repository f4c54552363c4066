"""Places to choose from, and the way from one place up to its state; only villages are looked up in the database."""

from collections.abc import Collection, Sequence

from sqlalchemy import bindparam, func, or_, select

from swagat.database import db
from swagat.domain.errors import NotFound
from swagat.domain.jurisdiction import PlaceStep, Subject, asks_for
from swagat.domain.place_names import MOST_CANDIDATES, PlaceCandidate, place_query, rank_places
from swagat.domain.places import PlaceKind
from swagat.models import Place, PlaceKey
from swagat.services import catalogue
from swagat.services.catalogue_reading import MOST_VILLAGES, place_view
from swagat.services.catalogue_views import CategoryView, PlaceView

AREAS = frozenset({PlaceKind.MUNICIPALITY, PlaceKind.WARD, PlaceKind.POLICE_STATION})
"""Kinds that are asked for only where some are known; `none_of=AREAS` says that the person lives in none of them."""

_PLACES = Place.__table__
_ONE = select(_PLACES).where(_PLACES.c.id == bindparam("place_id"))
_BEYOND = "\U0010ffff"


def state_places() -> list[PlaceView]:
    """Return the places that are whole states."""
    return [place for place in catalogue.current().places.values() if place.kind is PlaceKind.STATE]


def state_place(state_id: int) -> PlaceView:
    """Return the place that is the whole state, raising NotFound."""
    for place in catalogue.current().places.values():
        if place.kind is PlaceKind.STATE and place.state_id == state_id:
            return place
    raise NotFound


def inside(place_id: int, kind: PlaceKind) -> list[PlaceView]:
    """Return the places of a kind directly inside a place, in their order; villages cost one statement."""
    if kind is not PlaceKind.VILLAGE:
        return [place for place in catalogue.current().children.get(place_id, ()) if place.kind is kind]
    statement = (
        select(_PLACES)
        .where(_PLACES.c.parent_id == place_id, _PLACES.c.kind == kind, _PLACES.c.is_active.is_(True))
        .order_by(_PLACES.c.name_en, _PLACES.c.id)
    )
    return [view_of(row) for row in db.session.execute(statement).mappings()]


def districts(state_id: int) -> list[PlaceView]:
    """Return the districts of a state, by name."""
    return inside(state_place(state_id).id, PlaceKind.DISTRICT)


def talukas(district_id: int) -> list[PlaceView]:
    """Return the talukas of a district, by name."""
    return inside(district_id, PlaceKind.TALUKA)


def municipalities(taluka_id: int) -> list[PlaceView]:
    """Return the towns of a taluka or district; for a taluka also the corporations that cover several of them."""
    known = catalogue.current().places
    found = inside(taluka_id, PlaceKind.MUNICIPALITY)
    above = known[taluka_id].parent_id if taluka_id in known else None
    if above is not None and known[taluka_id].kind is PlaceKind.TALUKA:
        found = found + inside(above, PlaceKind.MUNICIPALITY)
    return found


def wards(municipality_id: int) -> list[PlaceView]:
    """Return the wards of a town, by number."""
    return inside(municipality_id, PlaceKind.WARD)


def police_stations(district_id: int) -> list[PlaceView]:
    """Return the police-station areas of a district, by name."""
    return inside(district_id, PlaceKind.POLICE_STATION)


def villages(taluka_id: int) -> list[PlaceView]:
    """Return the villages of a taluka as of 2011, by name; newer talukas may have none."""
    return inside(taluka_id, PlaceKind.VILLAGE)


def place(place_id: int) -> PlaceView:
    """Return a place, raising NotFound; only a village costs a statement, when it is first asked for."""
    known = catalogue.current()
    found = known.places.get(place_id) or known.villages.get(place_id)
    if found is not None:
        return found
    row = db.session.execute(_ONE, {"place_id": place_id}).mappings().first()
    if row is None:
        raise NotFound
    if len(known.villages) >= MOST_VILLAGES:
        known.villages.clear()
    known.villages[place_id] = found = view_of(row)
    return found


def chain(place_id: int) -> list[PlaceView]:
    """Return the place and all that it lies in, up to the state, raising NotFound."""
    found = [place(place_id)]
    known = catalogue.current().places
    while (above := found[-1].parent_id) is not None:
        found.append(known.get(above) or place(above))
    return found


def within(place_id: int, kind: PlaceKind) -> PlaceView | None:
    """Return the place of a kind that a place is or lies in."""
    return next((one for one in chain(place_id) if one.kind is kind), None)


def is_served(place_id: int) -> bool:
    """Return whether offices answer there; a whole state is served when any of its districts is."""
    here = place(place_id)
    served = catalogue.current().served
    if here.kind is PlaceKind.STATE:
        return any(one.id in served for one in inside(here.id, PlaceKind.DISTRICT))
    return here.district_id in served


def routing_chain(views: Sequence[PlaceView]) -> tuple[PlaceStep, ...]:
    """Return a chain as routing reads it, with the kinds of areas that are known inside each place."""
    children = catalogue.current().children
    return tuple(
        PlaceStep(view.id, view.kind, view.name, frozenset(child.kind for child in children.get(view.id, ())) & AREAS)
        for view in views
    )


def subject_of(category: CategoryView) -> Subject:
    """Return a category as routing reads it."""
    return Subject(category.id, category.group_id, category.department_id, category.tier, category.asks, category.name)


def question(category_id: int, place_id: int, none_of: Collection[PlaceKind] = frozenset()) -> PlaceKind | None:
    """Return the kind of place to ask for before this can be routed, or None when enough is known."""
    subject = subject_of(catalogue.category(category_id))
    return asks_for(subject, routing_chain(chain(place_id)), none_of)


def search(
    query: str,
    state_id: int,
    near_id: int | None = None,
    kinds: Collection[PlaceKind] = frozenset(PlaceKind),
    limit: int = 20,
) -> list[PlaceView]:
    """Return the places that fit what was typed, in any of the scripts, best first; one statement.

    With `near_id`, a district or a place in one, only its district is searched, and what lies in that place comes
    first. The whole district, because a village may stand under the taluka it belonged to before it was divided.
    """
    beginnings = place_query(query)
    if not beginnings:
        return []
    near = within(near_id, PlaceKind.DISTRICT) if near_id is not None else None
    districts_ = [near.id] if near else [one.id for one in districts(state_id)]
    fits = or_(*((PlaceKey.key >= start) & (PlaceKey.key < start + _BEYOND) for start in beginnings))
    statement = (
        select(_PLACES)
        .where(
            _PLACES.c.id.in_(select(PlaceKey.place_id).where(PlaceKey.district_id.in_(districts_), fits)),
            _PLACES.c.kind.in_(list(kinds)),
            _PLACES.c.is_active.is_(True),
        )
        .order_by(func.length(_PLACES.c.name_en), _PLACES.c.id)
        .limit(MOST_CANDIDATES)
    )
    found = {row["id"]: view_of(row) for row in db.session.execute(statement).mappings()}
    candidates = [
        PlaceCandidate(one.id, one.name_en, one.name_local, 0 if near_id in (one.id, one.parent_id) else 1)
        for one in found.values()
    ]
    return [found[one.id] for one in rank_places(query, candidates, limit)]


def view_of(row: object) -> PlaceView:
    """Return the view of a stored place."""
    state_id = row["state_id"]  # type: ignore[index]
    return place_view(row, catalogue.state(state_id).local_language)
