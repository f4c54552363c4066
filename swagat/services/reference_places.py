"""States and places of the reference tables: read and checked first, then written from the state downward."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import delete, insert, update
from sqlalchemy.orm import Session

from swagat.domain.names import Name
from swagat.domain.place_names import place_keys
from swagat.domain.places import PARENT_KINDS, PlaceKind
from swagat.models import Place, PlaceKey, State
from swagat.services.reference_files import BadRow, FileReport, Row, Sheet, read, take
from swagat.services.reference_states import ReadState, read_states
from swagat.services.reference_write import Stored

# From the top down: a place is written after the place above it.
STAGES = (
    (PlaceKind.STATE,),
    (PlaceKind.DISTRICT,),
    (PlaceKind.TALUKA,),
    (PlaceKind.MUNICIPALITY, PlaceKind.VILLAGE, PlaceKind.POLICE_STATION),
    (PlaceKind.WARD,),
)

PlaceRef = tuple[str, PlaceKind, str]
"""How the tables name a place: the state's short name, the kind, the code."""


@dataclass(slots=True)
class ReadPlace:
    """A place as its row says, with its file and line for what is found out later."""

    ref: PlaceRef
    parent: PlaceRef | None
    name: Name
    values: dict[str, Any]
    report: FileReport
    line: int


@dataclass(slots=True)
class ReadPlaces:
    """All states and places that were read, and the reports on their files."""

    states: dict[str, ReadState] = field(default_factory=dict)
    places: dict[PlaceRef, ReadPlace] = field(default_factory=dict)
    reports: list[FileReport] = field(default_factory=list)
    is_narrowed: bool = False
    """Whether only some of the states were asked for, so that rows of others are passed over."""

    def chain(self, ref: PlaceRef) -> Iterator[ReadPlace]:
        """Yield the place and everything above it."""
        here: PlaceRef | None = ref
        while here is not None:
            place = self.places[here]
            yield place
            here = place.parent

    def above(self, ref: PlaceRef, kind: PlaceKind) -> ReadPlace | None:
        """Return the place of a kind that this place is or lies in."""
        return next((place for place in self.chain(ref) if place.ref[1] is kind), None)

    def is_served(self, ref: PlaceRef) -> bool:
        """Return whether offices of this installation answer there; a state itself always is."""
        district = self.above(ref, PlaceKind.DISTRICT)
        served = self.states[ref[0]].served
        return district is None or not served or district.ref[2] in served


def read_places(folder: Path, states: Collection[str] | None, villages: bool) -> ReadPlaces:
    """Read states, helplines and every file of places, checking each row against those above it."""
    known, reports = read_states(folder, states)
    found = ReadPlaces(known, reports=reports, is_narrowed=states is not None)
    sheets: list[tuple[Sheet, bool]] = []
    for path in sorted(folder.glob("places_*.csv")):
        if villages or not path.stem.endswith("_villages"):
            sheets.append((read(folder, path.name, _LGD_COLUMNS), True))
    sheets.append((read(folder, "local_places.csv", _LOCAL_COLUMNS), False))
    found.reports += [sheet.report for sheet, _ in sheets]
    wanted = {state.values["lgd_code"]: short for short, state in found.states.items()}
    for kinds in STAGES:
        for sheet, is_lgd in sheets:
            if PlaceKind.VILLAGE in kinds and not villages:
                here: Collection[str] = {kind.value for kind in kinds if kind is not PlaceKind.VILLAGE}
            else:
                here = {kind.value for kind in kinds}
            rows = [row for row in sheet if row.values["level"].strip() in here]
            one = _lgd_place if is_lgd else _local_place
            take(rows, sheet.report, partial(one, report=sheet.report, found=found, wanted=wanted, only=states))
    levels = {kind.value for kind in PlaceKind}
    for sheet, _ in sheets:
        take([row for row in sheet if row.values["level"].strip() not in levels], sheet.report, _bad_level)
    return found


_LGD_COLUMNS = ("lgd_code", "level", "parent_code", "name_en", "name_local", "name_local_source", "as_of")
_LOCAL_COLUMNS = ("state", "code", "level", "parent_level", "parent_code", "name_en", "name_local", "source")
# The directory of places has codes that are unique in a kind, so a parent's kind and code are enough.
_LGD_PARENT = {
    PlaceKind.DISTRICT: PlaceKind.STATE,
    PlaceKind.TALUKA: PlaceKind.DISTRICT,
    PlaceKind.MUNICIPALITY: PlaceKind.TALUKA,
    PlaceKind.VILLAGE: PlaceKind.TALUKA,
    PlaceKind.WARD: PlaceKind.MUNICIPALITY,
    PlaceKind.POLICE_STATION: PlaceKind.DISTRICT,
}


def _bad_level(row: Row) -> None:
    row.member("level", PlaceKind)


def _lgd_place(
    row: Row,
    report: FileReport,
    found: ReadPlaces,
    wanted: dict[str, str],
    only: Collection[str] | None,
) -> None:
    kind = row.member("level", PlaceKind)
    code = row.text("lgd_code", 20)
    if kind is PlaceKind.STATE:
        if code not in wanted and only is not None:
            return
        short = wanted[row.known("lgd_code", wanted, "state")]
        parent = None
    else:
        above, parent_code = _LGD_PARENT[kind], row.values["parent_code"].strip()
        refs = ((short, above, parent_code) for short in found.states)
        parent = next((ref for ref in refs if ref in found.places), None)
        if parent is None:
            if only is not None:
                return
            raise BadRow(f"lies in {above} {parent_code!r}, which is not known")
        short = parent[0]
    # A code that is no number was invented for a place without one, and a village file tells the census by its year.
    source = "ours" if not code.isdigit() else "census" if row.values["as_of"].strip() == "2011" else "lgd"
    _add(row, report, found, (short, kind, code), parent, source, row.text("name_local_source", 16, empty=True))


def _local_place(
    row: Row,
    report: FileReport,
    found: ReadPlaces,
    wanted: dict[str, str],
    only: Collection[str] | None,
) -> None:
    if only is not None and row.values["state"] not in only:
        return
    short = row.known("state", found.states, "state")
    kind = row.member("level", PlaceKind)
    above = row.member("parent_level", PlaceKind)
    if above not in PARENT_KINDS[kind]:
        raise BadRow(f"a {kind} cannot lie in a {above}")
    parent = (short, above, row.text("parent_code", 20))
    if parent not in found.places:
        raise BadRow(f"lies in {above} {parent[2]!r}, which is not known")
    source = row.text("source", 16)
    _add(row, report, found, (short, kind, row.text("code", 20)), parent, source, source)


def _add(
    row: Row,
    report: FileReport,
    found: ReadPlaces,
    ref: PlaceRef,
    parent: PlaceRef | None,
    source: str,
    local_source: str,
) -> None:
    if ref in found.places:
        raise BadRow(f"{ref[1]} {ref[2]} is there twice")
    english, local = row.text("name_en", 120), row.text("name_local", 120, empty=True)
    language = found.states[ref[0]].values["local_language"]
    values = {
        "kind": ref[1],
        "source": source,
        "code": ref[2],
        "name_en": english,
        "name_local": local,
        "name_local_source": local_source,
        "is_active": True,
    }
    names = {"en": english} | ({language: local} if local else {})
    found.places[ref] = ReadPlace(ref, parent, Name(**names), values, report, row.line)


def write_places(session: Session, found: ReadPlaces) -> tuple[dict[str, int], dict[PlaceRef, int]]:
    """Write states, places and the keys they are found by; return the ids of states and of places."""
    reports = {report.name: report for report in found.reports}
    states = Stored(session, State, ("short",))
    states.write((reports["states.csv"], state.values) for state in found.states.values())
    state_ids = {short: states.id_of({"short": short}) for short in found.states}
    places = Stored(session, Place, ("state_id", "kind", "source", "code"))
    ids: dict[PlaceRef, int] = {}
    by_kind: dict[PlaceKind, list[ReadPlace]] = {kind: [] for kind in PlaceKind}
    for place in found.places.values():
        by_kind[place.ref[1]].append(place)
    touched: list[dict[str, Any]] = []
    keys_hold = _keys_hold(places)
    for kinds in STAGES:
        stage = [place for kind in kinds for place in by_kind[kind]]
        for place in stage:
            place.values["state_id"] = state_ids[place.ref[0]]
            place.values["parent_id"] = ids[place.parent] if place.parent else None
            district = found.above(place.ref, PlaceKind.DISTRICT)
            if district is not None and district is not place:
                place.values["district_id"] = ids[district.ref]
            place.values["keys"] = _keys(place.values, places.find(place.values) if keys_hold else None)
        touched += places.write((place.report, place.values) for place in stage)
        for place in stage:
            ids[place.ref] = places.id_of(place.values)
    # A district is its own district, so that one condition finds everything in it; its id is known only now.
    session.execute(
        update(Place).where(Place.kind == PlaceKind.DISTRICT, Place.district_id.is_(None)).values(district_id=Place.id),
        execution_options={"synchronize_session": False},
    )
    _write_keys(session, touched)
    return state_ids, ids


def _keys_hold(places: Stored) -> bool:
    """Return whether stored keys are still made the way they are made now, seen on districts and talukas."""
    kinds = (PlaceKind.DISTRICT, PlaceKind.TALUKA)
    return all(row["keys"] == _keys(row, None) for row in places.rows() if row["kind"] in kinds)


def _keys(names: dict[str, Any], stored: dict[str, Any] | None) -> str:
    """Return the keys of a place, taken from its stored row when it is named the same there: making them costs most."""
    same = stored is not None and all(stored[name] == names[name] for name in ("name_en", "name_local"))
    return str(stored["keys"]) if stored and same else place_keys(names["name_en"], names["name_local"])


def _write_keys(session: Session, places: list[dict[str, Any]]) -> None:
    if not places:
        return
    keys = [
        {
            "place_id": place["id"],
            "key": key,
            "district_id": place["id"] if place["kind"] is PlaceKind.DISTRICT else place.get("district_id"),
        }
        for place in places
        for key in place["keys"].split()
    ]
    table = PlaceKey.__table__
    for start in range(0, len(places), 500):
        some = [place["id"] for place in places[start : start + 500]]
        session.execute(delete(table).where(table.c.place_id.in_(some)))  # type: ignore[arg-type]
    session.execute(insert(table), keys)  # type: ignore[arg-type]
