"""Regions of the reference tables: places that one office answers for together, such as a range of the police."""

from dataclasses import dataclass
from pathlib import Path

from swagat.domain.names import Name
from swagat.domain.places import PlaceKind
from swagat.services.reference_files import LANGUAGES, BadRow, FileReport, Row, read, take
from swagat.services.reference_places import PlaceRef, ReadPlaces

EVERY_STATE = "*"


@dataclass(frozen=True, slots=True)
class Region:
    """Places that one office answers for together, and the place where that office sits."""

    state: str
    kind: str
    code: str
    name: Name
    seat: PlaceRef
    members: tuple[PlaceRef, ...]


Regions = dict[tuple[str, str], list[Region]]
"""The regions of a state and kind."""


def states_of(row: Row, places: ReadPlaces) -> list[str]:
    """Return the states a row is for: all of them for a star, none when its state was not asked for."""
    state = row.text("state", 4)
    if state == EVERY_STATE:
        return list(places.states)
    if state in places.states:
        return [state]
    if places.is_narrowed:
        return []
    raise BadRow(f"{state!r} is no state that is known")


def name_of(row: Row, column: str, most: int) -> Name:
    """Return the name a row keeps in three languages."""
    return Name(*(row.text(f"{column}_{language}", most) for language in LANGUAGES))


def read_regions(folder: Path, places: ReadPlaces) -> tuple[Regions, FileReport]:
    """Read the regions of every state, checking that no place lies in two of a kind."""
    columns = (
        "state",
        "kind",
        "code",
        "seat_level",
        "seat_code",
        "member_level",
        "members",
        *(f"name_{language}" for language in LANGUAGES),
    )
    sheet = read(folder, "regions.csv", columns)
    found: Regions = {}
    members: set[tuple[str, PlaceRef]] = set()

    def one(row: Row) -> None:
        for state in states_of(row, places):
            kind, level = row.text("kind", 24), row.member("member_level", PlaceKind)
            refs = tuple((state, level, code) for code in row.words("members"))
            seat = (state, row.member("seat_level", PlaceKind), row.text("seat_code", 20))
            for ref in (seat, *refs):
                if ref not in places.places:
                    raise BadRow(f"{ref[1]} {ref[2]!r} is no place that is known")
            for ref in refs:
                if (kind, ref) in members:
                    raise BadRow(f"{ref[1]} {ref[2]} lies in two regions of the kind {kind}")
                members.add((kind, ref))
            region = Region(state, kind, row.text("code", 20), name_of(row, "name", 80), seat, refs)
            found.setdefault((state, kind), []).append(region)
            # A region is stored as the places its offices answer for, so that is where a change is counted.
        sheet.report.unchanged += 1

    take(sheet, sheet.report, one)
    return found, sheet.report


def region_of(regions: Regions, places: ReadPlaces, ref: PlaceRef, kind: str) -> Region | None:
    """Return the region of a kind in which a place, or a place above it, lies."""
    above = {place.ref for place in places.chain(ref)}
    some = regions.get((ref[0], kind), ())
    return next((region for region in some if above & set(region.members)), None)
