"""Load the reference tables: everything is read and checked first, and then all of it is written, or nothing."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from swagat.database import transaction
from swagat.services import catalogue, policies
from swagat.services.reference_files import FileReport
from swagat.services.reference_ladders import Ids, find_steps, write_offices
from swagat.services.reference_offices import read_offices
from swagat.services.reference_places import read_places, write_places
from swagat.services.reference_subjects import missing_years, read_subjects, write_subjects


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What became of every row of every file; with a single refused row nothing was written."""

    files: tuple[FileReport, ...]
    notes: tuple[str, ...] = field(default=())

    @property
    def ok(self) -> bool:
        """Return whether the tables were taken."""
        return not any(report.refused for report in self.files)

    @property
    def added(self) -> int:
        """Return how many rows are new."""
        return sum(report.added for report in self.files)

    @property
    def changed(self) -> int:
        """Return how many rows were changed or removed."""
        return sum(report.changed + report.removed for report in self.files)

    def lines(self) -> list[str]:
        """Return the figures of each file, every refused line, and what else is to be known."""
        found = [line for report in self.files for line in report.lines()]
        if not self.ok:
            found.append("Nothing was changed: correct the refused lines and load again.")
        return found + list(self.notes)


def load(folder: Path, now: datetime, states: Collection[str] | None = None, villages: bool = True) -> LoadReport:
    """Load every reference table of a folder in one transaction; the second time only differences are written.

    `states` narrows it to some states by their short names; without villages it takes a fraction of the time.
    """
    places = read_places(folder, states, villages)
    subjects = read_subjects(folder, places)
    offices = read_offices(folder, places, subjects)
    reports = (*places.reports, *subjects.reports.values(), *offices.reports.values())
    # Who stands above whom is asked only of sound tables: one bad row would be said again for every office.
    steps = {} if any(report.refused for report in reports) else find_steps(offices, places)
    if any(report.refused for report in reports):
        return LoadReport(reports)
    with transaction() as session:
        state_ids, place_ids = write_places(session, places)
        department_ids, category_ids = write_subjects(session, subjects, state_ids, now)
        write_offices(session, offices, steps, Ids(state_ids, place_ids, department_ids, category_ids))
        limits = policies.write_shipped(session)
    catalogue.clear()
    written = (*places.reports, *subjects.reports.values(), *offices.reports.values(), limits)
    return LoadReport(written, tuple(missing_years(subjects, places, now)))
