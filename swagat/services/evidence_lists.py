"""The lists of an evidence pack: what each case of an office counted for at an instant, and its register until then.

Everything is read in batches and written on at once, so that an office of any size needs the same memory.
"""

import csv
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam, select, union
from sqlalchemy.orm import Session, aliased

from swagat.database import UtcDateTime, db, table_of
from swagat.domain.quality import evidence_files as files
from swagat.domain.quality.measures import EVER, Measure
from swagat.models import Category, Grievance, GrievanceEvent, Office, Posting, Uncounted
from swagat.services import catalogue
from swagat.services.bulk import among
from swagat.services.case_counts import CASE_COUNTS, Worked, worked_out
from swagat.services.registers import chained

BATCH = 500
Progress = Callable[[int, int], None]

_CASES = table_of(Grievance)
_ENTRIES = table_of(GrievanceEvent)
_UNCOUNTED = table_of(Uncounted)
_NUMBERS = (
    select(_CASES.c.id, _CASES.c.registration_number, _CASES.c.office_id, Category.code)
    .join_from(_CASES, table_of(Category), Category.id == _CASES.c.category_id)
    .where(among(_CASES.c.id))
)
_POST = aliased(Office)
_REGISTER = (
    select(_ENTRIES, _POST.title_en.label("post"))
    .select_from(_ENTRIES)
    .outerjoin(Posting, Posting.id == _ENTRIES.c.posting_id)
    .outerjoin(_POST, _POST.id == Posting.office_id)
    .where(among(_ENTRIES.c.grievance_id), _ENTRIES.c.at <= bindparam("until", type_=UtcDateTime()))
    .order_by(_ENTRIES.c.grievance_id, _ENTRIES.c.seq)
)


class CannotBeCounted(Exception):
    """A case whose register cannot be read as it stands: a pack without it would not be true."""


@dataclass
class Gathered:
    """What the lists add up to by month, and what was read for them."""

    months: dict[str, dict[Measure, dict[str, int]]] = field(default_factory=dict)
    cases: int = 0
    entries: int = 0
    broken: int = 0

    def add(self, month: str, measure: Measure, key: str, number: int) -> None:
        """Add a count to its month."""
        keys = self.months.setdefault(month, {}).setdefault(measure, {})
        keys[key] = keys.get(key, 0) + number


def gather(office_id: int, months: Sequence[date], as_of: datetime, folder: Path, progress: Progress) -> Gathered:
    """Write the lists and the register of an office into a folder, telling after each batch how far it has come.

    It opens no transaction: what stood in the registers at an instant does not change any more.
    """
    wanted, found = {*months, EVER}, Gathered()
    ids = _cases_of(db.session(), office_id)
    offices = {row.id: row.code for row in db.session().execute(select(Office.id, Office.code))}
    with ExitStack() as open_files:
        lists = {one: _table(open_files, folder / files.list_of(one), files.LIST_COLUMNS) for one in Measure}
        register = _table(open_files, folder / files.REGISTER, files.REGISTER_COLUMNS)
        for begin in range(0, len(ids), BATCH):
            batch = ids[begin : begin + BATCH]
            progress(begin, len(ids))
            numbers = {row.id: row for row in db.session().execute(_NUMBERS, {"ids": batch})}
            listed = set()
            with catalogue.held():
                for case in worked_out(db.session(), batch, as_of):
                    if _list(case, numbers[case.grievance_id], office_id, wanted, lists, found):
                        listed.add(case.grievance_id)
            found.cases += len(listed)
            for row in _register(sorted(listed), as_of, numbers, offices, found):
                register.writerow(row)
        progress(len(ids), len(ids))
    return found


def _cases_of(session: Session, office_id: int) -> list[int]:
    """Return the cases that count for an office, or of which something is not counted yet."""
    counted = select(CASE_COUNTS.c.grievance_id).where(CASE_COUNTS.c.office_id == office_id)
    return sorted(session.scalars(union(counted, select(_UNCOUNTED.c.grievance_id))))


def _table(open_files: ExitStack, path: Path, columns: Sequence[str]) -> Any:
    path.parent.mkdir(exist_ok=True)
    writer = csv.writer(open_files.enter_context(path.open("w", encoding="utf-8", newline="")), lineterminator="\n")
    writer.writerow(columns)
    return writer


def _list(
    case: Worked, about: Any, office_id: int, wanted: set[date], lists: Mapping[Measure, Any], found: Gathered
) -> bool:
    """Write what a case counts for, and return whether that is anything."""
    if case.failure and about.office_id == office_id:
        raise CannotBeCounted(case.failure)
    counts = _of_office(case.counts, office_id, wanted)
    for one, number in counts:
        month = files.month_code(one.month)
        found.add(month, one.measure, one.key, number)
        lists[one.measure].writerow((about.registration_number or "", about.code, month, one.key, number))
    return bool(counts)


def _of_office(counts: Counter[Any], office_id: int, wanted: set[date]) -> list[tuple[Any, int]]:
    return sorted((one, n) for one, n in counts.items() if n and one.office_id == office_id and one.month in wanted)


def _register(
    batch: list[int], as_of: datetime, numbers: Mapping[int, Any], offices: Mapping[int, str], found: Gathered
) -> Iterator[tuple[object, ...]]:
    rows = db.session().execute(_REGISTER, {"ids": batch, "until": as_of})
    for row, fits in chained(rows):
        found.entries += 1
        found.broken += not fits
        yield (
            numbers[row.grievance_id].registration_number or "", row.seq, _instant(row.at), _instant(row.due_at),
            row.action, row.role, row.post or "", row.status_before or "", row.status_after,
            offices.get(row.office_before_id, ""), offices.get(row.office_after_id, ""),
            offices.get(row.answerable_before_id, ""), offices.get(row.answerable_after_id, ""),
            "" if row.level_before is None else row.level_before, row.level_after,
            row.clock_before or "", row.clock_after, row.cycle, row.previous_digest.hex(), row.digest.hex(),
        )  # fmt: skip


def _instant(at: datetime | None) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds") if at else ""
