"""What cases count for: worked out from their registers and texts, and as it was written down when last counted."""

import logging
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from swagat.database import UtcDateTime, is_sqlite, table_of
from swagat.domain.quality.counting import Entry, counts_of
from swagat.domain.quality.measures import Count
from swagat.models import CaseCount, FilingMode, Grievance, GrievanceEvent
from swagat.services import catalogue
from swagat.services.bulk import among
from swagat.services.ended_texts import ended_texts

log = logging.getLogger(__name__)

CASE_COUNTS = table_of(CaseCount)
_ENTRIES, _CASES = table_of(GrievanceEvent).c, table_of(Grievance).c
# Two numbers, which PostgreSQL keeps apart from the locks that are named by one.
_TURN = (7, 1)

_REGISTERS = (
    select(
        _ENTRIES.grievance_id, _ENTRIES.at, _ENTRIES.action, _ENTRIES.status_before, _ENTRIES.status_after,
        _ENTRIES.office_before_id, _ENTRIES.office_after_id, _ENTRIES.answerable_before_id,
        _ENTRIES.answerable_after_id, _ENTRIES.level_before, _ENTRIES.level_after, _ENTRIES.clock_after,
        _ENTRIES.payload, _ENTRIES.seq, _CASES.state_id, _CASES.category_id, _CASES.received_on, _CASES.mode,
    )
    .join_from(table_of(GrievanceEvent), table_of(Grievance), _CASES.id == _ENTRIES.grievance_id)
    .where(among(_ENTRIES.grievance_id))
    .order_by(_ENTRIES.grievance_id, _ENTRIES.seq)
)  # fmt: skip
_REGISTERS_UNTIL = _REGISTERS.where(_ENTRIES.at <= bindparam("until", type_=UtcDateTime()))
_KEPT = select(CASE_COUNTS).where(among(CASE_COUNTS.c.grievance_id))


class Worked(NamedTuple):
    """What a case counts for by its register, and the number of the newest entry that was read for it.

    `failure` is why it could not be worked out.
    """

    grievance_id: int
    is_imported: bool
    last_seq: int
    counts: Counter[Count]
    failure: str = ""


def wait_for_turn(session: Session) -> None:
    """Let one transaction at a time count: two that took different entries of one case would both add what it changed.

    On SQLite whoever writes is alone anyway.
    """
    if not is_sqlite(session):
        session.execute(select(func.pg_advisory_xact_lock(*_TURN)))


def worked_out(session: Session, grievance_ids: Collection[int], until: datetime | None = None) -> Iterator[Worked]:
    """Yield what each case counts for, by its register or by what stood there at an instant; two statements.

    Days are worked or not as it was known when the newest of these entries was written, so that nobody's days change
    by what is declared about them afterwards.
    """
    values = {"ids": sorted(grievance_ids), "until": until}
    # Read first, so that the entry which a text tells of is among those read after.
    texts = ended_texts(session, grievance_ids, until)
    found = session.execute(_REGISTERS if until is None else _REGISTERS_UNTIL, values)
    for grievance_id, rows in groupby(found, attrgetter("grievance_id")):
        some = list(rows)
        last = some[-1]
        counts, failure = Counter[Count](), ""
        try:
            entries = [Entry(*row[1:13]) for row in some]
            calendar = catalogue.calendar(last.state_id, entries[-1].office_id, last.at)
            counts = counts_of(entries, last.received_on, last.category_id, calendar, texts.get(grievance_id, ()))
        except Exception as error:  # One case with a register like no other must not keep the rest from being counted.
            log.error("grievance %s cannot be counted: %s", grievance_id, type(error).__name__)
            failure = type(error).__name__
        yield Worked(grievance_id, last.mode is FilingMode.IMPORTED, last.seq, counts, failure)


def kept(session: Session, grievance_ids: Collection[int]) -> dict[int, dict[Count, int]]:
    """Return what cases counted for when they were last counted; one statement."""
    found: dict[int, dict[Count, int]] = {}
    for row in session.execute(_KEPT, {"ids": sorted(grievance_ids)}):
        found.setdefault(row.grievance_id, {})[Count(row.measure, row.office_id, row.month, row.key)] = row.number
    return found


def differences(before: Mapping[Count, int], now: Mapping[Count, int]) -> Iterator[tuple[Count, int, int]]:
    """Yield each count that changed with its number before and now, 0 where there is none, in a fixed order."""
    for one in sorted(before.keys() | now.keys()):
        was, is_now = before.get(one, 0), now.get(one, 0)
        if was != is_now:
            yield one, was, is_now
