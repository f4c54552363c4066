"""The proof that the figures are the sum of what the registers say; what is not is put right, and told."""

import random
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import inf
from typing import Any

from sqlalchemy import bindparam, exists, func, select
from sqlalchemy.orm import Session

from swagat.database import db, table_of, transaction
from swagat.domain.quality.measures import Count
from swagat.models import FilingMode, Grievance, Office, Scope
from swagat.services import catalogue
from swagat.services.bulk import among, insert_rows
from swagat.services.case_counts import CASE_COUNTS, differences, kept, wait_for_turn, worked_out
from swagat.services.counting import UNCOUNTED, count_all
from swagat.services.tallies import Where
from swagat.services.tally_rows import TALLIES, Counts, Moved, Row, merged, summed, wheres, write

OFFICES, CASES = 50, 500
# How long a night's look at the cases may take; the tallies are all looked at.
SECONDS = 600.0
MOST_SHOWN = 20
_CASES, _OFFICES = table_of(Grievance), table_of(Office)

_SUMS = (
    select(
        CASE_COUNTS.c.measure, CASE_COUNTS.c.office_id, CASE_COUNTS.c.month, CASE_COUNTS.c.key,
        (_CASES.c.mode == FilingMode.IMPORTED).label("is_imported"), func.sum(CASE_COUNTS.c.number).label("number"),
    )
    .join_from(CASE_COUNTS, _CASES, _CASES.c.id == CASE_COUNTS.c.grievance_id)
    .where(among(CASE_COUNTS.c.office_id))
    .group_by(CASE_COUNTS.c.measure, CASE_COUNTS.c.office_id, CASE_COUNTS.c.month, CASE_COUNTS.c.key, "is_imported")
)  # fmt: skip
_WITH_COUNTS = (
    select(_OFFICES.c.id)
    .where(
        exists().where(CASE_COUNTS.c.office_id == _OFFICES.c.id)
        | exists().where(
            TALLIES.c.state_id == _OFFICES.c.state_id,
            TALLIES.c.scope == Scope.OFFICE,
            TALLIES.c.scope_id == _OFFICES.c.id,
        )
    )
    .order_by(_OFFICES.c.id)
)
_OF_OFFICES = select(TALLIES).where(TALLIES.c.scope == Scope.OFFICE, among(TALLIES.c.scope_id))
_OF_MONTH = select(TALLIES).where(TALLIES.c.month == bindparam("month"))
_NEXT_CASES = select(_CASES.c.id).where(_CASES.c.id > bindparam("after")).order_by(_CASES.c.id).limit(CASES)
_WAITING = select(UNCOUNTED.c.grievance_id).where(among(UNCOUNTED.c.grievance_id))


@dataclass(slots=True)
class RecountReport:
    """How many tallies and cases were counted anew, and which were not as they were kept."""

    tallies: int = 0
    cases: int = 0
    is_whole: bool = False
    wrong_tallies: list[Row] = field(default_factory=list)
    wrong_cases: list[int] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Return whether nothing differed."""
        return not self.wrong_tallies and not self.wrong_cases

    def figures(self) -> dict[str, Any]:
        """Return the report for the record of the run, with the first that differed by name."""
        return {
            "tallies": self.tallies,
            "cases": self.cases,
            "wrong": len(self.wrong_tallies) + len(self.wrong_cases),
            "which": self._which()[:MOST_SHOWN],
        }

    def lines(self) -> list[str]:
        """Return the report as lines for a terminal."""
        seen = f"{self.tallies} tallies and {self.cases} cases counted anew"
        wrong = f"{len(self.wrong_tallies)} tallies and {len(self.wrong_cases)} cases differed and were put right"
        return [*self._which(), f"{seen}, {'nothing differed' if self.ok else wrong}"]

    def _which(self) -> list[str]:
        imported = {True: ", imported", False: ""}
        return [
            *(f"tally of {one.scope} {one.scope_id}, {one.month}{imported[one.is_imported]}"
              for one in self.wrong_tallies),
            *(f"grievance {one}" for one in self.wrong_cases),
        ]  # fmt: skip


def recount(now: datetime, seconds: float = SECONDS) -> RecountReport:
    """Count anew: every tally from what cases count for, and cases from their registers until a time is over.

    Each day begins with another case, drawn by the date, so that all are looked at in some nights. What differs is
    written again or counted again at once; between its batches the counting goes on.
    """
    report = RecountReport()
    _check_offices(now, report)
    _check_above(now, report)
    _check_cases(now, seconds, report)
    count_all(now)
    return report


def recount_all(now: datetime) -> RecountReport:
    """Count every tally and every case anew, however long it takes."""
    return recount(now, inf)


def _check_offices(now: datetime, report: RecountReport) -> None:
    """Compare the tallies of offices with what cases count for there."""
    offices = db.session.scalars(_WITH_COUNTS).all()
    above = wheres(db.session())
    for begin in range(0, len(offices), OFFICES):
        some = offices[begin : begin + OFFICES]
        own = {office_id: [one for one in above[office_id] if one.scope is Scope.OFFICE] for office_id in some}
        with transaction() as session:
            wait_for_turn(session)
            right = summed(_sums(session, some), own)
            _put_right(session, right, session.execute(_OF_OFFICES, {"ids": some}), now, report)


def _sums(session: Session, office_ids: Sequence[int]) -> dict[Moved, int]:
    rows = session.execute(_SUMS, {"ids": office_ids})
    return {
        Moved(Count(row.measure, row.office_id, row.month, row.key), bool(row.is_imported)): int(row.number)
        for row in rows
    }


def _check_above(now: datetime, report: RecountReport) -> None:
    """Compare the tallies of states, districts and departments with those of their offices, month by month."""
    above = wheres(db.session())
    months = db.session.scalars(select(TALLIES.c.month).distinct().order_by(TALLIES.c.month)).all()
    for month in months:
        with transaction() as session:
            wait_for_turn(session)
            rows = session.execute(_OF_MONTH, {"month": month}).all()
            right: dict[Row, Counts] = {}
            for row in rows:
                if row.scope is Scope.OFFICE:
                    _add_to(right, above.get(row.scope_id, ()), row)
            _put_right(session, right, (row for row in rows if row.scope is not Scope.OFFICE), now, report)


def _add_to(right: dict[Row, Counts], above: Iterable[Where], row: Any) -> None:
    for where in above:
        if where.scope is Scope.OFFICE:
            continue
        key = Row(where.state_id, where.scope, where.scope_id, row.month, row.is_imported)
        right[key] = merged(right.get(key, {}), row.counts)


def _put_right(
    session: Session, right: dict[Row, Counts], rows: Iterable[Any], now: datetime, report: RecountReport
) -> None:
    """Write those rows again that are not what they should be."""
    there = {Row(row.state_id, row.scope, row.scope_id, row.month, row.is_imported): row.counts for row in rows}
    every = sorted(there.keys() | right.keys())
    wrong = {key: right.get(key, {}) for key in every if right.get(key, {}) != there.get(key, {})}
    write(session, wrong, now)
    report.tallies += len(every)
    report.wrong_tallies += wrong


def _check_cases(now: datetime, seconds: float, report: RecountReport) -> None:
    """Compare what cases count for with their registers, and let those that differ be counted again."""
    until = time.monotonic() + seconds
    for some in _all_cases(now):
        if time.monotonic() > until:
            return
        with transaction() as session, catalogue.held():
            wait_for_turn(session)
            before = kept(session, some)
            worked = list(worked_out(session, some))
            # Read last: a case that somebody acted on since is not wrong, it waits.
            waiting = set(session.scalars(_WAITING, {"ids": some}))
            wrong = [
                {"grievance_id": one.grievance_id, "seq": one.last_seq}
                for one in worked
                if one.grievance_id not in waiting and any(differences(before.get(one.grievance_id, {}), one.counts))
            ]
            insert_rows(session, UNCOUNTED, wrong, tuple(UNCOUNTED.primary_key.columns.keys()))
        report.cases += len(some)
        report.wrong_cases += [row["grievance_id"] for row in wrong]
    report.is_whole = True


def _all_cases(now: datetime) -> Iterator[list[int]]:
    """Yield the ids of all cases in batches, from one drawn by the date to the last, and then from the first to it."""
    session = db.session()
    oldest, newest = session.execute(select(func.min(_CASES.c.id), func.max(_CASES.c.id))).one()
    if oldest is None:
        return
    begin = random.Random(now.date().isoformat()).randrange(oldest, newest + 1)
    for after, last in ((begin - 1, newest), (oldest - 1, begin - 1)):
        while some := [one for one in session.scalars(_NEXT_CASES, {"after": after}) if one <= last]:
            yield some
            after = some[-1]
