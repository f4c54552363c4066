"""Who sits where: the tables of offices, ladders, regions and overrides, read and checked."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

from swagat.domain.names import Name
from swagat.domain.places import PlaceKind, Tier
from swagat.domain.policies import LAST_LEVEL
from swagat.services.reference_files import LANGUAGES, BadRow, FileReport, Row, Sheet, read, take
from swagat.services.reference_places import PlaceRef, ReadPlace, ReadPlaces
from swagat.services.reference_regions import Region, Regions, name_of, read_regions, region_of, states_of
from swagat.services.reference_subjects import ReadSubjects

REGION = "region"


@dataclass(frozen=True, slots=True)
class OfficeType:
    """One row of the table of who sits where; `kind` is a kind of place, or region."""

    code: str
    kind: str
    region: str
    only: tuple[str, ...]
    without: str
    department: str
    tier: Tier
    title: Name
    pattern: Name
    answers: tuple[str, ...]
    triage: tuple[str, ...]
    source: str
    line: int


@dataclass(frozen=True, slots=True)
class Rung:
    """Where a type of office stands on a ladder, and the types that may stand above it, the first found."""

    ladder: str
    level: int
    superiors: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class ReadOffice:
    """One office, made of its type and its place or region."""

    state: str
    code: str
    type: OfficeType
    place: PlaceRef
    region: Region | None
    name: Name

    def answers_at(self) -> tuple[PlaceRef, ...]:
        """Return the places for which the office answers."""
        return self.region.members if self.region and self.type.kind == REGION else (self.place,)


@dataclass(frozen=True, slots=True)
class Override:
    """A subject that another office than usual answers for at a place, and why."""

    state: str
    office: str
    place: PlaceRef
    subject: str
    reason: Name


@dataclass(slots=True)
class ReadOffices:
    """The tables of offices, and the offices that follow from them."""

    regions: Regions
    types: dict[tuple[str, str], OfficeType] = field(default_factory=dict)
    rungs: dict[tuple[str, str], list[Rung]] = field(default_factory=dict)
    offices: dict[tuple[str, str], ReadOffice] = field(default_factory=dict)
    overrides: list[Override] = field(default_factory=list)
    reports: dict[str, FileReport] = field(default_factory=dict)

    def sheet(self, folder: Path, name: str, columns: tuple[str, ...]) -> Sheet:
        """Read a file and keep its report."""
        sheet = read(folder, name, columns)
        self.reports[name] = sheet.report
        return sheet


_NAMES = tuple(f"name_{language}" for language in LANGUAGES)
_TITLES = tuple(f"title_{language}" for language in LANGUAGES)
_REASONS = tuple(f"reason_{language}" for language in LANGUAGES)
_TYPE_COLUMNS = (
    *("state", "type", "kind", "region", "only", "except", "department", "tier", "answers", "triage", "source"),
    *(_NAMES + _TITLES),
)


def read_offices(folder: Path, places: ReadPlaces, subjects: ReadSubjects) -> ReadOffices:
    """Read the tables of offices and make the offices, checking every row; superiors are checked when found."""
    regions, report = read_regions(folder, places)
    found = ReadOffices(regions, reports={report.name: report})
    _read_types(folder, found, places, subjects)
    _read_rungs(folder, found, places, subjects)
    _make_offices(found, places)
    _read_overrides(folder, found, places, subjects)
    return found


def _read_types(folder: Path, found: ReadOffices, places: ReadPlaces, subjects: ReadSubjects) -> None:
    sheet = found.sheet(folder, "office_types.csv", _TYPE_COLUMNS)
    kinds = {kind.value for kind in PlaceKind} | {REGION}
    answerable = {*subjects.departments, *subjects.categories}

    def one(row: Row) -> None:
        kind, region = row.known("kind", kinds, "kind of place"), row.text("region", 24, empty=True)
        if kind == REGION and not region:
            raise BadRow("an office of a region must name the kind of region")
        one_type = OfficeType(
            row.text("type", 24),
            kind,
            region,
            tuple(row.words("only")),
            row.text("except", 24, empty=True),
            row.known("department", {"", *subjects.departments}, "department"),
            row.member("tier", Tier),
            name_of(row, "title", 120),
            name_of(row, "name", 120),
            tuple(row.words("answers", answerable)),
            tuple(row.words("triage", subjects.categories)),
            row.text("source", 40),
            row.line,
        )
        for state in states_of(row, places):
            if (state, one_type.code) in found.types:
                raise BadRow(f"{one_type.code} is there twice for {state}")
            found.types[state, one_type.code] = one_type

    take(sheet, sheet.report, one)


def _read_rungs(folder: Path, found: ReadOffices, places: ReadPlaces, subjects: ReadSubjects) -> None:
    sheet = found.sheet(folder, "ladders.csv", ("ladder", "state", "type", "level", "superior"))
    rows: list[tuple[str, str, Rung]] = []

    def one(row: Row) -> None:
        superiors = tuple(row.values["superior"].strip().split("|")) if row.values["superior"].strip() else ()
        rung = Rung(row.text("ladder", 24), row.number("level", 1, LAST_LEVEL), superiors, row.line)
        code = row.text("type", 24)
        if bool(rung.superiors) is (rung.level == LAST_LEVEL):
            raise BadRow(f"the top of a ladder is level {LAST_LEVEL}, and only it has nobody above it")
        for state in states_of(row, places):
            if (state, code) not in found.types:
                raise BadRow(f"{code!r} is no type of office that is known in {state}")
            if any(known.ladder == rung.ladder for known in found.rungs.get((state, code), ())):
                raise BadRow(f"{code} stands twice on the ladder {rung.ladder} of {state}")
            found.rungs.setdefault((state, code), []).append(rung)
            rows.append((state, code, rung))

    take(sheet, sheet.report, one)
    levels = {(state, code, rung.ladder): rung.level for state, code, rung in rows}
    for state, code, rung in rows:
        # Each step up is one level, so no path can come back to where it began.
        for above in rung.superiors:
            level = levels.get((state, above, rung.ladder))
            if level is None and (len(rung.superiors) == 1 or (state, above) in found.types):
                sheet.report.refuse(rung.line, f"{above!r} above {code} does not stand on the ladder {rung.ladder}")
            elif level is not None and level != rung.level + 1:
                why = f"{above} above {code} must stand at level {rung.level + 1}, not {level}"
                sheet.report.refuse(rung.line, f"{why}: a ladder has no gaps and no cycles")
    used = {ladder for _, _, ladder in levels}
    for code, category in subjects.categories.items():
        if category["ladder"] not in used and sheet.rows:
            why = f"there is no ladder {category['ladder']}"
            subjects.reports["categories.csv"].refuse(subjects.category_lines[code], why)


def _make_offices(found: ReadOffices, places: ReadPlaces) -> None:
    by_kind: dict[tuple[str, str], list[ReadPlace]] = {}
    for place in places.places.values():
        if place.ref[1] is not PlaceKind.VILLAGE and places.is_served(place.ref):
            by_kind.setdefault((place.ref[0], place.ref[1].value), []).append(place)
    for (state, _), one_type in found.types.items():
        if one_type.kind == REGION:
            made = list(_of_regions(found, places, state, one_type))
        else:
            made = list(_of_places(found, places, state, one_type, by_kind.get((state, one_type.kind), [])))
        for office in made:
            found.offices[state, office.code] = office


def _of_regions(found: ReadOffices, places: ReadPlaces, state: str, kind: OfficeType) -> Iterator[ReadOffice]:
    for region in found.regions.get((state, kind.region), ()):
        name = _filled(kind, places, region.seat, region)
        yield ReadOffice(state, f"{kind.code}-{region.code}", kind, region.seat, region, name)


def _of_places(
    found: ReadOffices, places: ReadPlaces, state: str, kind: OfficeType, candidates: list[ReadPlace]
) -> Iterator[ReadOffice]:
    without = {ref for region in found.regions.get((state, kind.without), ()) for ref in region.members}
    for place in candidates:
        code = place.ref[2]
        if place.ref in without or (kind.only and not any(fnmatchcase(code, glob) for glob in kind.only)):
            continue
        region = region_of(found.regions, places, place.ref, kind.region) if kind.region else None
        own_code = kind.code if place.ref[1] is PlaceKind.STATE else f"{kind.code}-{code}"
        yield ReadOffice(state, own_code, kind, place.ref, region, _filled(kind, places, place.ref, region))


def _filled(kind: OfficeType, places: ReadPlaces, ref: PlaceRef, region: Region | None) -> Name:
    """Fill the pattern of a name; a place without a name in a language keeps its English one there."""
    place, town = places.places[ref], places.above(ref, PlaceKind.MUNICIPALITY)
    texts = [
        kind.pattern.in_language(language).format(
            title=kind.title.in_language(language),
            place=place.name.in_language(language),
            town=town.name.in_language(language) if town else "",
            region=region.name.in_language(language) if region else "",
        )
        for language in LANGUAGES
    ]
    return Name(*texts)


def _read_overrides(folder: Path, found: ReadOffices, places: ReadPlaces, subjects: ReadSubjects) -> None:
    columns = ("state", "office", "level", "code", "subject", *_REASONS)
    sheet = found.sheet(folder, "overrides.csv", columns)
    answerable = {*subjects.departments, *subjects.categories}
    known: set[tuple[PlaceRef, str]] = set()

    def one(row: Row) -> None:
        for state in states_of(row, places):
            place = (state, row.member("level", PlaceKind), row.text("code", 20))
            if place not in places.places:
                raise BadRow(f"{place[1]} {place[2]!r} is no place that is known")
            office, subject = row.text("office", 40), row.known("subject", answerable, "department or category")
            if (state, office) not in found.offices:
                raise BadRow(f"{office!r} is no office that is known")
            if (place, subject) in known:
                raise BadRow(f"{place[2]} has another office for {subject} twice")
            known.add((place, subject))
            found.overrides.append(Override(state, office, place, subject, name_of(row, "reason", 200)))

    take(sheet, sheet.report, one)
