"""History from another system is brought over: all lines are checked first, then written batch by batch.

Nothing that is written here knows of a text to send or of a date to keep: a case that was imported has ended.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from swagat.database import db, table_of, transaction
from swagat.domain.errors import N_, Invalid, Refused
from swagat.models import Complainant, Grievance, ImportRun
from swagat.services import catalogue, registers
from swagat.services.bulk import insert_rows
from swagat.services.catalogue_views import StateView
from swagat.services.import_lines import BATCH, Fault, Found, Reading, batches, digest_of
from swagat.services.import_rows import rows_of

MOST_SHOWN = 50
LONGEST_SOURCE = 40
LONGEST_NAME = 150
TOLD_EVERY = 4 * BATCH


@dataclass(slots=True)
class ImportReport:
    """What became of a file: how many cases it holds, how many this run wrote, and what is wrong with it."""

    lines_read: int = 0
    written: int = 0
    was_done: bool = False
    faults: list[Fault] = field(default_factory=list)
    fault_count: int = 0

    @property
    def ok(self) -> bool:
        """Return whether every case of the file is here now."""
        return not self.fault_count

    def lines(self) -> list[str]:
        """Return what to print."""
        if self.was_done:
            return [f"This file was imported before: its {self.lines_read} cases are here, and nothing was changed."]
        if self.ok:
            return [f"{self.written} of {self.lines_read} cases were imported now; all are here."]
        more = self.fault_count - len(self.faults)
        shown = [str(fault) for fault in self.faults] + ([f"... and {more} more"] if more else [])
        return [*shown, f"{self.fault_count} faults in {self.lines_read} lines: nothing was imported."]


def import_cases(path: Path, state: str, source: str, now: datetime, tell: Callable[[str], None]) -> ImportReport:
    """Import the cases of a file, or go on where an earlier run of the same file was stopped.

    `tell` is told how far it has come. Raises Invalid for a file or a source that cannot be used, and NotFound for an
    unknown state.
    """
    source = source.strip()
    if not source or len(source) > LONGEST_SOURCE or not source.isprintable():
        raise Invalid(N_("Name the source with at most %(most)s characters."), most=LONGEST_SOURCE)
    with catalogue.held():
        found = catalogue.state_named(state)
        digest = digest_of(path)
        run = _run_of(found.id, digest)
        name = f"{source}: {path.name[:LONGEST_NAME]}"
        if run is not None and not run.name.startswith(f"{source}: "):
            begun_as = run.name.partition(": ")[0]
            raise Invalid(N_("This file was begun as history of %(source)s. Name the same source."), source=begun_as)
        if run is not None and run.ended_at is not None:
            return ImportReport(run.lines, was_done=True)
        report = _check(path, found, source, now, run.done if run else 0, tell)
        while not report.ok and (newer := _run_of(found.id, digest)) is not None and newer != run:
            # Somebody else imports the same file now: what came in meanwhile is no second time of itself.
            run = newer
            report = _check(path, found, source, now, run.done, tell)
        if report.ok:
            run_id = run.id if run else _begin(found.id, digest, name, report.lines_read, now)
            report.written = _write(path, found, source, now, run_id, tell)
    return report


class _Run(NamedTuple):
    """How far a file had come when it was looked at."""

    id: int
    name: str
    lines: int
    done: int
    ended_at: datetime | None


def _run_of(state_id: int, digest: str) -> _Run | None:
    columns = (ImportRun.id, ImportRun.name, ImportRun.lines, ImportRun.done, ImportRun.ended_at)
    wanted = select(*columns).where(ImportRun.state_id == state_id, ImportRun.digest == digest)
    row = db.session().execute(wanted).first()
    return _Run._make(row) if row is not None else None


def _check(
    path: Path, state: StateView, source: str, now: datetime, done: int, tell: Callable[[str], None]
) -> ImportReport:
    """Read the whole file and write nothing; `done` lines of it were written before."""
    report = ImportReport()
    reading = Reading(db.session(), state, source, state.calendar.day_of(now))
    for batch in batches(path):
        _found, faults = reading.find(batch, max(0, done - report.lines_read))
        report.lines_read += len(batch)
        report.fault_count += len(faults)
        report.faults += faults[: MOST_SHOWN - len(report.faults)]
        if report.lines_read % TOLD_EVERY == 0:
            tell(f"{report.lines_read} lines checked")
    if not report.lines_read:
        raise Invalid(N_("The file has no lines below its head."))
    return report


def _begin(state_id: int, digest: str, name: str, lines: int, now: datetime) -> int:
    try:
        with transaction() as session:
            run = ImportRun(state_id=state_id, digest=digest, name=name, lines=lines, done=0, began_at=now)
            session.add(run)
            session.flush()
            return run.id
    except IntegrityError:
        # Somebody began the same file at this moment: both go on together, batch by batch.
        begun = _run_of(state_id, digest)
        if begun is None:
            raise
        return begun.id


def _write(path: Path, state: StateView, source: str, now: datetime, run_id: int, tell: Callable[[str], None]) -> int:
    """Write what is not there yet, and return how many cases this run wrote."""
    reading = Reading(db.session(), state, source, state.calendar.day_of(now))
    start = written = 0
    for batch in batches(path):
        found, faults = reading.find(batch, len(batch))
        if faults:
            raise Refused(N_("The tables were changed meanwhile: %(fault)s"), fault=faults[0])
        written += _write_batch(run_id, state, source, start, found, now)
        start += len(batch)
        if start % TOLD_EVERY == 0:
            tell(f"{start} cases are here")
    return written


def _write_batch(run_id: int, state: StateView, source: str, start: int, found: Sequence[Found], now: datetime) -> int:
    """Write the lines of a batch that no run has written, and how far the file has come, in one transaction."""
    try:
        with transaction() as session:
            run = session.scalars(
                select(ImportRun)
                .where(ImportRun.id == run_id)
                .with_for_update()
                .execution_options(populate_existing=True)
            ).one()
            new = found[max(0, run.done - start) :]
            if new:
                _write_cases(session, state, source, new, now)
                run.done = start + len(found)
            if run.done == run.lines and run.ended_at is None:
                run.ended_at = now
            return len(new)
    except IntegrityError:
        raise Refused(
            N_("Another file brought a number of this one meanwhile. Run it again: its line will be named.")
        ) from None


def _write_cases(session: Session, state: StateView, source: str, new: Sequence[Found], now: datetime) -> None:
    rows = rows_of(session, state, source, new, now)
    insert_rows(session, table_of(Complainant), rows.complainants)
    insert_rows(session, table_of(Grievance), rows.cases)
    registers.write(session, rows.entries, ())
