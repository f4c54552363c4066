"""Counts for the figures: what each case changed is added to the tallies of its offices and of what is above them."""

import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import datetime
from math import inf

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from swagat.database import table_of, transaction
from swagat.domain.quality.indicators import Tally
from swagat.domain.quality.measures import EVER, Count
from swagat.models import Uncounted
from swagat.services import catalogue
from swagat.services.bulk import among, delete_rows, insert_rows
from swagat.services.case_counts import CASE_COUNTS, differences, kept, wait_for_turn, worked_out
from swagat.services.tallies import Period, Where, added
from swagat.services.tally_rows import Moved, add, offices_in

BATCH = 500
# A run gives way to the next before that one is due.
SECONDS = 25.0
UNCOUNTED = table_of(Uncounted)


@dataclass(slots=True)
class CountReport:
    """What one run counted: register entries, the cases they are of, and how many counts of cases changed.

    `failed` are cases whose register cannot be read as it stands: they keep what they counted for, and go on waiting.
    """

    entries: int = 0
    cases: int = 0
    changed: int = 0
    batches: int = 0
    failed: set[int] = field(default_factory=set)

    def figures(self) -> dict[str, int]:
        """Return the report as figures for the record of the run."""
        return asdict(self) | {"failed": len(self.failed)}


def count(now: datetime, most: int = BATCH, seconds: float = SECONDS) -> CountReport:
    """Count every register entry that is not counted yet, in batches of at most `most`, until a time is over.

    Each batch is one transaction: killed at any moment, it has counted its entries or has left them to the next.
    """
    report, until = CountReport(), time.monotonic() + seconds
    while _count_batch(now, most, report) == most and time.monotonic() < until:
        continue
    return report


def count_all(now: datetime) -> CountReport:
    """Count whatever is not counted yet, however long it takes."""
    return count(now, seconds=inf)


def _count_batch(now: datetime, most: int, report: CountReport) -> int:
    """Count the entries of the oldest cases, and return how many there were."""
    with transaction() as session, catalogue.held():
        wait_for_turn(session)
        # By case, so that all entries of one cost its reading once.
        order = UNCOUNTED.c.grievance_id, UNCOUNTED.c.seq
        next_rows = select(*order).where(~among(order[0])).order_by(*order).limit(most)
        taken = session.execute(next_rows, {"ids": sorted(report.failed)}).all()
        if not taken:
            return 0
        grievance_ids = {row.grievance_id for row in taken}
        moved, failed = Counter[Moved](), set[int]()
        changed = _write_cases(session, grievance_ids, moved, failed)
        add(session, moved, now)
        done = [dict(row._mapping) for row in taken if row.grievance_id not in failed]
        delete_rows(session, UNCOUNTED, done)
    report.entries += len(done)
    report.cases += len(grievance_ids - failed)
    report.changed += changed
    report.failed |= failed
    report.batches += 1
    return len(taken)


def _write_cases(session: Session, grievance_ids: set[int], moved: Counter[Moved], failed: set[int]) -> int:
    """Write down what these cases count for now, note what that moves, and return how many rows differ."""
    before = kept(session, grievance_ids)
    gone, fresh = [], []
    for case in worked_out(session, grievance_ids):
        if case.failure:
            failed.add(case.grievance_id)
            continue
        for one, was, now in differences(before.get(case.grievance_id, {}), case.counts):
            row = {"grievance_id": case.grievance_id, **one._asdict()}
            gone += [row] if was else []
            fresh += [row | {"number": now}] if now else []
            moved[Moved(one, case.is_imported)] += now - was
    delete_rows(session, CASE_COUNTS, gone)
    insert_rows(session, CASE_COUNTS, fresh)
    return len(gone) + len(fresh)


def known_on(session: Session, where: Where, period: Period, at: datetime, *, with_imported: bool = True) -> Tally:
    """Return the tally of a scope as it would have been counted at an instant, from the registers as they stood then.

    Slow: it reads the register of every case that ever counted there. The subject of a case is the one it has now.
    """
    offices = offices_in(session, where)
    theirs = select(CASE_COUNTS.c.grievance_id).where(among(CASE_COUNTS.c.office_id))
    which = union(theirs, select(UNCOUNTED.c.grievance_id))
    grievance_ids = session.scalars(which, {"ids": sorted(offices)}).all()
    total = Counter[Count]()
    with catalogue.held():
        for begin in range(0, len(grievance_ids), BATCH):
            for case in worked_out(session, grievance_ids[begin : begin + BATCH], at):
                if with_imported or not case.is_imported:
                    total.update(case.counts)
    return added(
        {one.measure: {one.key: number}}
        for one, number in total.items()
        if one.office_id in offices and (one.month == EVER or period.first <= one.month <= period.last)
    )
