"""Departments, categories, grounds, saved replies and calendar days of the reference tables."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from swagat.domain.places import PlaceKind, Tier
from swagat.domain.policies import Channel
from swagat.domain.workflow import Action
from swagat.domain.working_time import INDIA
from swagat.models import CalendarDay, Category, DayKind, Department, Ground, SavedReply
from swagat.services.reference_files import LANGUAGES, BadRow, FileReport, Row, Sheet, read, take
from swagat.services.reference_places import ReadPlaces
from swagat.services.reference_write import Stored

BLANK = re.compile(r"\{[^{}]+\}")
KEYWORD_LANGUAGES = (*LANGUAGES, "latn")
_NAMES = tuple(f"name_{language}" for language in LANGUAGES)

Values = dict[str, Any]


@dataclass(slots=True)
class ReadSubjects:
    """What the tables say of subjects; a category names department and group by their codes."""

    departments: dict[str, Values] = field(default_factory=dict)
    categories: dict[str, Values] = field(default_factory=dict)
    category_lines: dict[str, int] = field(default_factory=dict)
    grounds: dict[str, Values] = field(default_factory=dict)
    replies: dict[str, Values] = field(default_factory=dict)
    days: list[tuple[str, Values]] = field(default_factory=list)
    reports: dict[str, FileReport] = field(default_factory=dict)

    def sheet(self, folder: Path, name: str, columns: Collection[str]) -> Sheet:
        """Read a file and keep its report."""
        sheet = read(folder, name, columns)
        self.reports[name] = sheet.report
        return sheet


def _new_code(row: Row, known: Collection[str], most: int) -> str:
    code = row.text("code", most)
    if code in known:
        raise BadRow(f"{code} is there twice")
    return code


def read_subjects(folder: Path, places: ReadPlaces) -> ReadSubjects:
    """Read every table of subjects and the calendar, checking each row."""
    found = ReadSubjects()
    _read_departments(folder, found)
    _read_categories(folder, found)
    _read_keywords(folder, found)
    _read_grounds(folder, found)
    _read_replies(folder, found)
    _read_days(folder, found, places)
    return found


def _read_departments(folder: Path, found: ReadSubjects) -> None:
    sheet = found.sheet(folder, "departments.csv", ("code", "source", *_NAMES))

    def one(row: Row) -> None:
        code = _new_code(row, found.departments, 12)
        found.departments[code] = {"code": code, **row.names("name", 160), "source": row.text("source", 200)}

    take(sheet, sheet.report, one)


def _read_categories(folder: Path, found: ReadSubjects) -> None:
    columns = ("code", "parent_code", "department_code", "tier", "ladder", "channel", "sla_days", "sla_basis")
    sheet = found.sheet(folder, "categories.csv", (*columns, "source", "asks", "emergency", *_NAMES))
    topics = {"emergency", "police", "ambulance", "fire", "women", "child", "disaster", "cyber", "cm_helpline"}

    def one(row: Row) -> None:
        code = _new_code(row, found.categories, 24)
        parent = row.values["parent_code"].strip()
        if parent and found.categories.get(parent, {"parent": parent})["parent"]:
            raise BadRow(f"{parent!r} is no group that stands above it in the table")
        found.category_lines[code] = row.line
        found.categories[code] = {
            "code": code,
            "parent": parent,
            "department": row.known("department_code", found.departments, "department"),
            **row.names("name", 160),
            "keywords": {},
            "tier": row.member("tier", Tier),
            "ladder": row.text("ladder", 24),
            "channel": row.member("channel", Channel),
            "sla_days": row.number("sla_days", 1, 3650),
            "sla_basis": row.text("sla_basis", 12),
            "sla_source": row.text("source", 200),
            "asks": row.optional("asks", PlaceKind),
            "emergency": row.known("emergency", {"", *topics}, "topic of a helpline"),
            "is_active": True,
        }

    take(sheet, sheet.report, one)


def _read_keywords(folder: Path, found: ReadSubjects) -> None:
    sheet = found.sheet(folder, "category_keywords.csv", ("code", "language", "words"))

    def one(row: Row) -> None:
        keywords = found.categories[row.known("code", found.categories, "category")]["keywords"]
        language = row.known("language", KEYWORD_LANGUAGES, "language")
        if language in keywords:
            raise BadRow(f"{row.values['code']} has words in {language} twice")
        keywords[language] = row.text("words", 4000)
        # Words are stored with their category, so that is where a change is counted.
        sheet.report.unchanged += 1

    take(sheet, sheet.report, one)


def _read_grounds(folder: Path, found: ReadSubjects) -> None:
    instead = tuple(f"instead_{language}" for language in LANGUAGES)
    sheet = found.sheet(folder, "grounds.csv", ("code", "source", *_NAMES, *instead))

    def one(row: Row) -> None:
        code = _new_code(row, found.grounds, 32)
        texts = {**row.names("name", 200), **row.names("instead", 1000)}
        found.grounds[code] = {"code": code, **texts, "source": row.text("source", 200), "is_active": True}

    take(sheet, sheet.report, one)


def _read_replies(folder: Path, found: ReadSubjects) -> None:
    texts = tuple(f"{name}_{language}" for name in ("title", "text") for language in LANGUAGES)
    sheet = found.sheet(folder, "saved_replies.csv", ("code", "action", *texts))

    def one(row: Row) -> None:
        code = _new_code(row, found.replies, 32)
        values = {"code": code, "action": row.member("action", Action).value}
        values |= row.names("title", 120) | row.names("text", 4000)
        if len({len(BLANK.findall(values[f"text_{language}"])) for language in LANGUAGES}) > 1:
            raise BadRow(f"{code} has more blanks in one language than in another")
        found.replies[code] = values

    take(sheet, sheet.report, one)


def _read_days(folder: Path, found: ReadSubjects, places: ReadPlaces) -> None:
    sheet = found.sheet(folder, "calendar_days.csv", ("state", "date", "kind", *_NAMES, "confirmed", "source"))
    known: set[tuple[str, Any, DayKind]] = set()

    def one(row: Row) -> None:
        short = row.text("state", 4)
        if short not in places.states:
            if places.is_narrowed:
                return
            raise BadRow(f"{short!r} is no state that is known")
        day, kind = row.day("date"), row.member("kind", DayKind)
        if (short, day, kind) in known:
            raise BadRow(f"{day} is there twice for {short} as {kind}")
        known.add((short, day, kind))
        values = {
            "day": day,
            "kind": kind,
            **row.names("name", 120),
            "confirmed": row.known("confirmed", ("yes", "partly", "no"), "degree of certainty"),
            "source": row.text("source", 300),
        }
        found.days.append((short, values))

    take(sheet, sheet.report, one)


def missing_years(found: ReadSubjects, places: ReadPlaces, now: datetime) -> list[str]:
    """Return a sentence for each state and year, this one and the next, of which no holiday is known."""
    this_year = now.astimezone(INDIA).year
    years = {(short, values["day"].year) for short, values in found.days if values["kind"] is DayKind.HOLIDAY}
    return [
        f"No holidays of {short} are known for {year}: dates that far ahead only leave out weekly offs."
        for short in places.states
        for year in (this_year, this_year + 1)
        if (short, year) not in years
    ]


def write_subjects(
    session: Session, found: ReadSubjects, state_ids: dict[str, int], now: datetime
) -> tuple[dict[str, int], dict[str, int]]:
    """Write every table of subjects and the calendar; return the ids of departments and of categories."""
    reports = found.reports
    departments = Stored(session, Department, ("code",))
    departments.write((reports["departments.csv"], values) for values in found.departments.values())
    department_ids = {code: departments.id_of({"code": code}) for code in found.departments}
    categories = Stored(session, Category, ("code",))
    category_ids: dict[str, int] = {}
    for is_group in (True, False):
        some = [values for values in found.categories.values() if bool(values["parent"]) is not is_group]
        rows: list[Values] = []
        for values in some:
            row = {name: value for name, value in values.items() if name not in ("parent", "department")}
            row["parent_id"] = category_ids[values["parent"]] if values["parent"] else None
            row["department_id"] = department_ids[values["department"]]
            rows.append(row)
        categories.write((reports["categories.csv"], row) for row in rows)
        category_ids |= {values["code"]: categories.id_of(values) for values in some}
    reports["categories.csv"].kept = len(categories.unseen())
    reports["departments.csv"].kept = len(departments.unseen())
    for table, name, texts in (
        (Ground, "grounds.csv", found.grounds),
        (SavedReply, "saved_replies.csv", found.replies),
    ):
        stored = Stored(session, table, ("code",))
        stored.write((reports[name], values) for values in texts.values())
        reports[name].kept = len(stored.unseen())
    _write_days(session, found, state_ids, now)
    return department_ids, category_ids


def _write_days(session: Session, found: ReadSubjects, state_ids: dict[str, int], now: datetime) -> None:
    """Write the days of states; what an administrator decided of a day stands above what the file says of it."""
    report, columns = found.reports["calendar_days.csv"], CalendarDay.__table__.c
    of_states, listed = columns.office_id.is_(None), columns.withdrawn_at.is_(None)
    days = Stored(session, CalendarDay, ("state_id", "day", "kind"), of_states & listed)
    by_hand = select(columns.state_id, columns.day, columns.kind).where(of_states, columns.decided_by_id.is_not(None))
    decided = {tuple(row) for row in session.execute(by_hand)}
    begun = {values["state_id"] for values in days.rows()}

    def rows() -> Iterator[tuple[FileReport, Values]]:
        for short, values in found.days:
            row = {"state_id": state_ids[short], **values}
            if days.key_of(row) in decided:
                report.unchanged += 1
            elif days.find(row) is not None:
                yield report, row
            else:
                # Dates may have been set already that knew nothing of it.
                yield report, row | {"declared_at": now if row["state_id"] in begun else None}

    days.write(rows())
    report.kept = sum(values["state_id"] in state_ids.values() for values in days.unseen())
