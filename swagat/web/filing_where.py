"""The place of a grievance, from three short lists and what was typed; what is not known is asked, never guessed."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from swagat.domain.errors import Invalid, NotFound
from swagat.domain.jurisdiction import require_area
from swagat.domain.places import PlaceKind
from swagat.services import catalogue, places
from swagat.services.catalogue_views import CategoryView, PlaceView
from swagat.web.catalogue import gettext as _
from swagat.web.words import say

NONE = "none"
SPOTS = frozenset({PlaceKind.VILLAGE, PlaceKind.MUNICIPALITY, PlaceKind.WARD, PlaceKind.POLICE_STATION})
AREAS = (PlaceKind.MUNICIPALITY, PlaceKind.WARD, PlaceKind.POLICE_STATION)
"""The kinds that are asked for by a field of their own, after the subject is known."""
MOST_FOUND = 6


class Where(NamedTuple):
    """The place a grievance is routed by, and what was said of the place beyond it."""

    state_id: int
    place: PlaceView
    place_text: str
    none_of: frozenset[PlaceKind]


def number_of(typed: str | None) -> int | None:
    """Return an id that a form sent, or None when it cannot be one."""
    return int(typed) if typed and typed.isascii() and typed.isdecimal() and len(typed) < 16 else None


def place_of(typed: str | None, *kinds: PlaceKind) -> PlaceView | None:
    """Return the place that a form names by its id, when it is of one of these kinds and offices answer there."""
    number = number_of(typed)
    if number is None:
        return None
    try:
        found = places.place(number)
    except NotFound:
        return None
    return found if found.kind in kinds and found.district_id in catalogue.current().served else None


def district_of(form: Any) -> PlaceView | None:
    """Return the chosen district."""
    return place_of(form.district.data, PlaceKind.DISTRICT)


def taluka_of(form: Any, district: PlaceView | None) -> PlaceView | None:
    """Return the chosen taluka when it lies in the district."""
    found = place_of(form.taluka.data, PlaceKind.TALUKA)
    return found if found and district and found.parent_id == district.id else None


def matches(typed: str, district: PlaceView | None, taluka: PlaceView | None) -> list[PlaceView]:
    """Return villages, towns and wards whose name fits what was typed, those of the taluka first."""
    if district is None or not typed:
        return []
    near = taluka or district
    return places.search(typed[:120], district.state_id, near.id, SPOTS, MOST_FOUND)


def exactly(found: Sequence[PlaceView], typed: str, taluka: PlaceView | None) -> str:
    """Return the id of the only place of the chosen taluka with the very name that was typed, else nothing."""
    name = typed.strip().casefold()
    same = [
        one
        for one in found
        if taluka and one.parent_id == taluka.id and name in (one.name_en.casefold(), one.name_local)
    ]
    return str(same[0].id) if len(same) == 1 else ""


def locate(form: Any, category: CategoryView | None) -> Where | dict[str, str]:
    """Return where it is or, while that cannot be said yet, the questions by the fields that answer them."""
    district = district_of(form)
    if district is None:
        return {"district": _("Choose the district.")}
    if category is None:
        return {}
    taluka = taluka_of(form, district)
    spot = _spot(form, district)
    areas, none_of = _areas(form, district, taluka)
    wanted = _candidates(category, district, taluka, spot, areas)
    for candidate in wanted:
        if places.question(category.id, candidate.id, none_of) is None:
            return _where(form, candidate, district, taluka, spot, none_of)
    try:
        chain = places.routing_chain(places.chain(wanted[0].id))
        require_area(places.subject_of(category), chain, none_of)
    except Invalid as refusal:
        return {kind if kind in form else "near": say(text) for kind, text in refusal.errors.items()}
    return {}


def choices(kind: PlaceKind, form: Any) -> Sequence[PlaceView]:
    """Return what to choose from when a kind of area is asked for."""
    district = district_of(form)
    if district is None:
        return ()
    if kind is PlaceKind.POLICE_STATION:
        return places.police_stations(district.id)
    taluka = taluka_of(form, district)
    if kind is PlaceKind.MUNICIPALITY:
        return places.municipalities((taluka or district).id)
    town = place_of(form.municipality.data, PlaceKind.MUNICIPALITY)
    spot = town or place_of(form.place.data, PlaceKind.MUNICIPALITY)
    return places.wards(spot.id) if spot else ()


def _spot(form: Any, district: PlaceView) -> PlaceView | None:
    found = place_of(form.place.data, *SPOTS)
    return found if found and found.district_id == district.id else None


def _areas(
    form: Any, district: PlaceView, taluka: PlaceView | None
) -> tuple[dict[PlaceKind, PlaceView], frozenset[PlaceKind]]:
    known = {kind: place_of(form[kind.value].data, kind) for kind in AREAS}
    here = {kind: one for kind, one in known.items() if one and one.district_id == district.id}
    town = here.get(PlaceKind.MUNICIPALITY)
    if town and taluka and town.parent_id not in (taluka.id, district.id):
        # The taluka was changed after the town was chosen.
        del here[PlaceKind.MUNICIPALITY]
    return here, frozenset(kind for kind in AREAS if form[kind.value].data == NONE)


def _candidates(
    category: CategoryView,
    district: PlaceView,
    taluka: PlaceView | None,
    spot: PlaceView | None,
    areas: dict[PlaceKind, PlaceView],
) -> list[PlaceView]:
    station = areas.pop(PlaceKind.POLICE_STATION, None)
    if spot and spot.kind is PlaceKind.POLICE_STATION:
        station, spot = station or spot, None
    town, ward = areas.get(PlaceKind.MUNICIPALITY), areas.get(PlaceKind.WARD)
    if ward and town and ward.parent_id != town.id:
        ward = None
    # A town or station says more than a taluka only where the subject asks for one.
    asked = station if category.asks is PlaceKind.POLICE_STATION else None
    return [one for one in (asked, ward, town, spot, taluka, district) if one is not None]


def _where(
    form: Any,
    place: PlaceView,
    district: PlaceView,
    taluka: PlaceView | None,
    spot: PlaceView | None,
    none_of: frozenset[PlaceKind],
) -> Where:
    said = {one.id for one in places.chain(place.id)}
    beyond = [spot.name_local or spot.name_en] if spot and spot.id not in said else []
    if spot is None and form.near.data:
        beyond.append(form.near.data)
    if taluka and taluka.id not in said:
        beyond.append(taluka.name_local or taluka.name_en)
    return Where(district.state_id, place, ", ".join(beyond)[:120], none_of)
