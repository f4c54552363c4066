"""Kinds of places and tiers of administration; both are data's words, so every layer shares them."""

from enum import StrEnum


class PlaceKind(StrEnum):
    """What kind of place it is; town wards and police-station areas stand beside the revenue ladder."""

    STATE = "state"
    DISTRICT = "district"
    TALUKA = "taluka"
    VILLAGE = "village"
    MUNICIPALITY = "municipality"
    WARD = "ward"
    POLICE_STATION = "police_station"


class Tier(StrEnum):
    """Where the office stands that answers for a subject; the ladder's steps are levels."""

    GRAM = "gram"
    TALUKA = "taluka"
    DISTRICT = "district"
    STATE = "state"


TIER_PLACE = {
    Tier.GRAM: PlaceKind.VILLAGE,
    Tier.TALUKA: PlaceKind.TALUKA,
    Tier.DISTRICT: PlaceKind.DISTRICT,
    Tier.STATE: PlaceKind.STATE,
}

# The kinds that may stand directly above a place of a kind. A corporation that covers several talukas hangs on
# its district, because a place has one parent and a taluka would be a guess.
PARENT_KINDS = {
    PlaceKind.STATE: frozenset[PlaceKind](),
    PlaceKind.DISTRICT: frozenset({PlaceKind.STATE}),
    PlaceKind.TALUKA: frozenset({PlaceKind.DISTRICT}),
    PlaceKind.VILLAGE: frozenset({PlaceKind.TALUKA}),
    PlaceKind.MUNICIPALITY: frozenset({PlaceKind.TALUKA, PlaceKind.DISTRICT}),
    PlaceKind.WARD: frozenset({PlaceKind.MUNICIPALITY}),
    PlaceKind.POLICE_STATION: frozenset({PlaceKind.DISTRICT}),
}
