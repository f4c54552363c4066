"""Offices, their ladders and what they answer for, worked out from the tables and written."""

from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from swagat.domain.names import Name
from swagat.domain.places import PlaceKind
from swagat.models import Jurisdiction, LadderStep, Office
from swagat.services.reference_files import FileReport
from swagat.services.reference_offices import REGION, ReadOffice, ReadOffices
from swagat.services.reference_places import PlaceRef, ReadPlaces
from swagat.services.reference_regions import region_of
from swagat.services.reference_write import Stored

OfficeKey = tuple[str, str]
"""The state's short name and the office's code."""

Step = tuple[str, int, ReadOffice | None]
"""A ladder, the level of an office on it, and the office above it."""


def find_steps(found: ReadOffices, places: ReadPlaces) -> dict[OfficeKey, list[Step]]:
    """Return the steps of every office; an office that nobody stands above is refused in the report of ladders.csv."""
    report = found.reports["ladders.csv"]
    steps: dict[OfficeKey, list[Step]] = {}
    missing: set[tuple[int, str]] = set()
    for key, office in found.offices.items():
        mine = steps.setdefault(key, [])
        for rung in found.rungs.get((office.state, office.type.code), ()):
            above = _above(found, places, office, rung.superiors)
            if above is None and rung.superiors:
                if (rung.line, office.code) not in missing and len(missing) < 20:
                    report.refuse(rung.line, f"no {' or '.join(rung.superiors)} stands above {office.code}")
                missing.add((rung.line, office.code))
            mine.append((rung.ladder, rung.level, above))
    return steps


def _above(found: ReadOffices, places: ReadPlaces, office: ReadOffice, superiors: tuple[str, ...]) -> ReadOffice | None:
    for code in superiors:
        kind = found.types.get((office.state, code))
        if kind is None:
            continue
        if kind.kind == REGION:
            at = office.place if office.region is None or office.type.kind != REGION else office.region.members[0]
            region = region_of(found.regions, places, at, kind.region)
            above = found.offices.get((office.state, f"{code}-{region.code}")) if region else None
        else:
            place = places.above(office.place, PlaceKind(kind.kind))
            own = f"{code}-{place.ref[2]}" if place and place.ref[1] is not PlaceKind.STATE else code
            above = found.offices.get((office.state, own)) if place else None
        if above is not None:
            return above
    return None


class Ids(NamedTuple):
    """The ids of what offices refer to, by its code or place."""

    states: dict[str, int]
    places: dict[PlaceRef, int]
    departments: dict[str, int]
    categories: dict[str, int]


def write_offices(session: Session, found: ReadOffices, steps: dict[OfficeKey, list[Step]], ids: Ids) -> None:
    """Write offices, steps and jurisdictions; of the offices in the tables, what no longer follows is removed."""
    stored = Stored(session, Office, ("state_id", "code"))
    report = found.reports["office_types.csv"]
    stored.write((report, _office(office, ids)) for office in found.offices.values())
    report.kept = sum(values["state_id"] in ids.states.values() for values in stored.unseen())
    office_ids = {key: stored.id_of({"state_id": ids.states[key[0]], "code": key[1]}) for key in found.offices}
    _write_steps(session, found.reports["ladders.csv"], steps, office_ids)
    _write_jurisdictions(session, found, office_ids, ids)


def _office(office: ReadOffice, ids: Ids) -> dict[str, Any]:
    kind = office.type
    return {
        "state_id": ids.states[office.state],
        "code": office.code,
        "type_code": kind.code,
        "department_id": ids.departments[kind.department] if kind.department else None,
        "place_id": ids.places[office.place],
        "tier": kind.tier,
        **_texts("name", office.name),
        **_texts("title", kind.title),
        "source": kind.source,
    }


def _texts(column: str, name: Name) -> dict[str, str]:
    return {f"{column}_{language}": text for language, text in name._asdict().items()}


def _write_steps(
    session: Session, report: FileReport, steps: dict[OfficeKey, list[Step]], office_ids: dict[OfficeKey, int]
) -> None:
    stored = Stored(session, LadderStep, ("office_id", "ladder"))
    stored.write(
        (
            report,
            {
                "office_id": office_ids[key],
                "ladder": ladder,
                "level": level,
                "superior_id": office_ids[above.state, above.code] if above else None,
            },
        )
        for key, mine in steps.items()
        for ladder, level, above in mine
    )
    _remove(stored, report, office_ids)


def _remove(stored: Stored, report: FileReport, office_ids: dict[OfficeKey, int]) -> None:
    """Remove what stands for an office of the tables and no longer follows from them; overrides made by hand stay."""
    own = set(office_ids.values())
    gone = [values for values in stored.unseen() if values["office_id"] in own and not values.get("is_override", False)]
    report.removed += stored.remove(gone)


def _write_jurisdictions(session: Session, found: ReadOffices, office_ids: dict[OfficeKey, int], ids: Ids) -> None:
    report = FileReport("jurisdictions (from office_types.csv and regions.csv)")
    found.reports[report.name] = report

    def row(office: OfficeKey, place: PlaceRef, subject: str, **more: Any) -> dict[str, Any]:
        return {
            "office_id": office_ids[office],
            "place_id": ids.places[place],
            "department_id": None if subject in ids.categories else ids.departments[subject],
            "category_id": ids.categories.get(subject),
            "is_triage": False,
            "is_override": False,
            **_texts("reason", Name("")),
        } | more

    key = ("office_id", "place_id", "department_id", "category_id", "is_triage", "is_override")
    stored = Stored(session, Jurisdiction, key)
    stored.write(
        (report, row(one, place, subject, is_triage=subject in office.type.triage))
        for one, office in found.offices.items()
        for place in office.answers_at()
        for subject in dict.fromkeys((*office.type.answers, *office.type.triage))
    )
    stored.write(
        (
            found.reports["overrides.csv"],
            row((one.state, one.office), one.place, one.subject, is_override=True, **_texts("reason", one.reason)),
        )
        for one in found.overrides
    )
    _remove(stored, report, office_ids)
