"""Reads a file of history from another system, and finds what its codes stand for, some hundred lines at a time."""

import csv
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from swagat.domain.errors import N_, Invalid, Refused, Text
from swagat.domain.importing import Line, check_head, check_line
from swagat.models import Grievance, LadderStep, Office, Place
from swagat.services import catalogue, routing
from swagat.services.catalogue_views import CategoryView, StateView

BATCH = 250


class Fault(NamedTuple):
    """What is wrong with one line of the file."""

    line_no: int
    text: Text

    def __str__(self) -> str:
        return f"line {self.line_no}: {self.text}"


class Read(NamedTuple):
    """One line as the file has it; `values` is None where it has not as many fields as the head."""

    line_no: int
    values: dict[str, str] | None


class Found(NamedTuple):
    """A line with the rows that its codes stand for."""

    line: Line
    key: str
    category: CategoryView
    place_id: int
    office_id: int
    level: int


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def batches(path: Path) -> Iterator[list[Read]]:
    """Yield the lines of a file in batches; raise Invalid where it is no table of the columns that are documented."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            if wrong := check_head(reader.fieldnames or ()):
                raise Invalid(" ".join(map(str, wrong)))
            lines = (_read(reader.line_num, values) for values in reader)
            while batch := list(islice(lines, BATCH)):
                yield batch
    except UnicodeDecodeError:
        raise Invalid(N_("The file is not UTF-8.")) from None
    except csv.Error as fault:
        raise Invalid(N_("The file is no table of comma-separated values: %(fault)s."), fault=fault) from None


def _read(line_no: int, values: dict[str, str]) -> Read:
    whole = None not in values and None not in values.values()
    return Read(line_no, values if whole else None)


@dataclass(slots=True)
class Reading:
    """What is known of the codes of one state while a file is read, so that each is looked up once."""

    session: Session
    state: StateView
    source: str
    today: date
    seen: set[str] = field(default_factory=set)
    offices: dict[str, tuple[int, int]] = field(default_factory=dict)
    levels: dict[tuple[int, str], int] = field(default_factory=dict)
    places: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    routes: dict[tuple[int, int], "tuple[int, int] | Text"] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read the offices of the state: all of them are fewer than the lines of a file."""
        offices = select(Office.id, Office.code, Office.place_id).where(Office.state_id == self.state.id)
        self.offices = {row.code: (row.id, row.place_id) for row in self.session.execute(offices)}
        steps = select(LadderStep.office_id, LadderStep.ladder, LadderStep.level)
        mine = steps.join(Office, Office.id == LadderStep.office_id).where(Office.state_id == self.state.id)
        self.levels = {(row.office_id, row.ladder): row.level for row in self.session.execute(mine)}

    def find(self, batch: Sequence[Read], new_from: int = 0) -> tuple[list[Found], list[Fault]]:
        """Return what the lines of a batch stand for, and all that is wrong with them.

        Those before `new_from` were written by an earlier run, so they are no second time of themselves.
        """
        found: list[Found] = []
        faults: list[Fault] = []
        lines: list[tuple[int, int, Line]] = []
        for at, (line_no, values) in enumerate(batch):
            if values is None:
                faults.append(Fault(line_no, Text(N_("It has more or fewer fields than the head of the table."))))
                continue
            line, wrong = check_line(values, self.today)
            faults += [Fault(line_no, text) for text in wrong]
            if line is not None:
                lines.append((at, line_no, line))
        self._look_up({line.place.rpartition(":")[2] for _at, _line_no, line in lines if line.place})
        there = self._there([self.key_of(line) for at, _line_no, line in lines if at >= new_from])
        for _at, line_no, line in lines:
            one = self._find(line)
            wrong = one if isinstance(one, list) else []
            key = self.key_of(line)
            if key in self.seen:
                wrong.append(Text(N_("The number %(number)s is in the file twice."), {"number": line.number}))
            elif key in there:
                wrong.append(Text(N_("The number %(number)s of this source is here already."), {"number": line.number}))
            self.seen.add(key)
            faults += [Fault(line_no, text) for text in wrong]
            if isinstance(one, Found):
                found.append(one)
        return found, sorted(faults)

    def key_of(self, line: Line) -> str:
        """Return what no second case may have: made of the source and its number."""
        return hashlib.sha256(f"import\0{self.state.id}\0{self.source}\0{line.number}".encode()).hexdigest()

    def _there(self, keys: Sequence[str]) -> set[str]:
        found = select(Grievance.submission_key).where(Grievance.submission_key.in_(keys))
        return set(self.session.scalars(found)) if keys else set()

    def _look_up(self, codes: set[str]) -> None:
        new = sorted(codes - self.places.keys())
        if not new:
            return
        self.places.update({code: [] for code in new})
        wanted = select(Place.id, Place.kind, Place.code).where(Place.state_id == self.state.id, Place.code.in_(new))
        for row in self.session.execute(wanted):
            self.places[row.code].append((row.id, row.kind.value))

    def _find(self, line: Line) -> Found | list[Text]:
        wrong: list[Text] = []
        category = catalogue.current().by_code.get(line.category)
        if category is None:
            wrong.append(Text(N_("There is no category %(code)s."), {"code": line.category}))
        office = self.offices.get(line.office) if line.office else None
        if line.office and office is None:
            wrong.append(Text(N_("There is no office %(code)s."), {"code": line.office}))
        place_id = office[1] if office else None
        if line.place:
            kind, _, code = line.place.rpartition(":")
            here = [place for place, its_kind in self.places[code] if kind in ("", its_kind)]
            place_id = here[0] if len(here) == 1 else None
            if not here:
                wrong.append(Text(N_("There is no place %(code)s."), {"code": line.place}))
            elif len(here) > 1:
                message = N_(
                    "Several places have the code %(code)s: write its kind before it, such as taluka:%(code)s."
                )
                wrong.append(Text(message, {"code": line.place}))
        if wrong or category is None or place_id is None:
            return wrong
        if office is not None:
            return self._found(line, category, place_id, (office[0], self.levels.get((office[0], category.ladder), 1)))
        routed = self._route(category.id, place_id)
        return [routed] if isinstance(routed, Text) else self._found(line, category, place_id, routed)

    def _found(self, line: Line, category: CategoryView, place_id: int, answers: tuple[int, int]) -> Found:
        return Found(line, self.key_of(line), category, place_id, *answers)

    def _route(self, category_id: int, place_id: int) -> "tuple[int, int] | Text":
        known = self.routes.get((category_id, place_id))
        if known is None:
            try:
                routed = routing.route(self.session, category_id, place_id)
                known = (routed.office_id, routed.level)
            except Refused as refusal:
                known = refusal.text
            self.routes[category_id, place_id] = known
        return known
