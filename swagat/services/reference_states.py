"""States of the reference tables, with what belongs to a state: languages, office days and hours, helplines."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from swagat.domain.errors import Invalid
from swagat.domain.office_hours import parse_frames
from swagat.domain.working_time import WorkingCalendar
from swagat.services.reference_files import LANGUAGES, BadRow, FileReport, Row, read, take

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_STATE_COLUMNS = (
    *("short", "lgd_code", "languages", "weekly_offs", "off_saturdays", "frames", "served_districts"),
    *(f"{name}_{language}" for name in ("name", "letterhead") for language in LANGUAGES),
)


@dataclass(slots=True)
class ReadState:
    """A state as its row says, and the districts that have offices here (none named: all)."""

    values: dict[str, Any]
    served: frozenset[str]


def read_states(folder: Path, only: Collection[str] | None) -> tuple[dict[str, ReadState], list[FileReport]]:
    """Read states and their helplines, `only` those when some are named; return them by short name."""
    found: dict[str, ReadState] = {}
    sheet = read(folder, "states.csv", _STATE_COLUMNS)

    def one(row: Row) -> None:
        short = row.text("short", 4)
        if only is not None and short not in only:
            return
        if short in found:
            raise BadRow(f"the state {short} is there twice")
        languages = row.words("languages", LANGUAGES)
        values: dict[str, Any] = {
            "short": short,
            "lgd_code": row.text("lgd_code", 8),
            **row.names("name", 80),
            **row.names("letterhead", 160),
            "languages": languages,
            "local_language": languages[0] if languages else "en",
            "weekly_offs": [WEEKDAYS.index(day) for day in row.words("weekly_offs", WEEKDAYS)],
            "off_saturdays": [int(number) for number in row.words("off_saturdays", tuple("12345"))],
            "frames": [frame.split("-") for frame in row.words("frames")],
            "helplines": [],
        }
        try:
            WorkingCalendar(
                parse_frames(values["frames"]),
                frozenset(values["weekly_offs"]),
                frozenset(values["off_saturdays"]),
            )
        except (Invalid, ValueError) as fault:
            raise BadRow(str(fault)) from None
        served = frozenset(row.words("served_districts"))
        found[short] = ReadState(values, frozenset() if "*" in served else served)

    take(sheet, sheet.report, one)
    return found, [sheet.report, _read_helplines(folder, found, only)]


def _read_helplines(folder: Path, found: dict[str, ReadState], only: Collection[str] | None) -> FileReport:
    columns = ("state", "number", "topic", "name_en", "name_hi", "name_gu")
    sheet = read(folder, "helplines.csv", columns)

    def one(row: Row) -> None:
        if only is not None and row.values["state"] not in only:
            return
        short = row.known("state", found, "state")
        number = row.text("number", 12)
        if not number.isdigit():
            raise BadRow(f"{number!r} is no telephone number")
        line = {"number": number, "topic": row.text("topic", 24), **row.names("name", 80)}
        lines = found[short].values["helplines"]
        if any((known["number"], known["topic"]) == (number, line["topic"]) for known in lines):
            raise BadRow(f"{number} stands there twice for {line['topic']}")
        lines.append(line)
        # Helplines are stored with their state, so that is where a change is counted.
        sheet.report.unchanged += 1

    take(sheet, sheet.report, one)
    return sheet.report
