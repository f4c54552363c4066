"""The sweep: what is due fires once, oldest first, each grievance whole or not at all."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import literal, select, tuple_, update

from swagat.database import BigId, UtcDateTime, db, table_of, transaction
from swagat.domain.rules import Rules
from swagat.models import Deadline
from swagat.services import catalogue
from swagat.services.firing import fire

log = logging.getLogger(__name__)

BATCH = 200
FIRST_RETRY = timedelta(minutes=5)
LAST_RETRY = timedelta(days=1)
_DEADLINES = table_of(Deadline)


@dataclass(slots=True)
class SweepReport:
    """What one pass did; `oldest_lag_s` is how late the oldest due row was, in seconds."""

    fired: int = 0
    lapsed: int = 0
    failed: int = 0
    oldest_lag_s: int = 0

    def lines(self) -> list[str]:
        """Return the report as lines for a terminal."""
        return [
            f"{self.fired} fired, {self.lapsed} no longer needed, {self.failed} failed and put off, "
            f"oldest {self.oldest_lag_s} s late"
        ]

    def figures(self) -> dict[str, int]:
        """Return the report as figures for the log and the health page."""
        return asdict(self)

    @property
    def ok(self) -> bool:
        """Return whether nothing failed."""
        return self.failed == 0


def sweep(now: datetime, rules: Rules) -> SweepReport:
    """Fire every deadline that is due at `now`, also those that firing makes due: missed levels fire in order.

    Grievances are taken in batches. When one fails, its batch is undone and done again one by one, and what fails
    then is put off and counted; the rest go on. What somebody else holds at the moment is theirs, or the next sweep's.
    """
    report = SweepReport()
    for grievance_ids in _batches(now, report):
        try:
            _fire(grievance_ids, now, rules, report, wait=False)
        except Exception as error:
            log.warning("a batch of %d is done again one by one: %s", len(grievance_ids), type(error).__name__)
            for grievance_id in grievance_ids:
                _fire_alone(grievance_id, now, rules, report)
    return report


def _batches(now: datetime, report: SweepReport) -> Iterator[list[int]]:
    """Yield the grievances that have something due, the longest due first, each once."""
    seen: set[int] = set()
    last: tuple[datetime, int] | None = None
    while rows := _due(now, last):
        if last is None:
            report.oldest_lag_s = int((now - rows[0][0]).total_seconds())
        last = rows[-1][0], rows[-1][1]
        fresh = list(dict.fromkeys(row[2] for row in rows if row[2] not in seen))
        seen.update(fresh)
        if fresh:
            yield fresh


def _due(now: datetime, after: tuple[datetime, int] | None = None) -> Sequence[tuple[datetime, int, int]]:
    """Return instant, id and grievance of the next rows that are due, in the order of the index."""
    key = (_DEADLINES.c.fire_at, _DEADLINES.c.id)
    statement = select(*key, _DEADLINES.c.grievance_id).where(
        _DEADLINES.c.ended_at.is_(None), _DEADLINES.c.fire_at <= now
    )
    if after is not None:
        fire_at, id_ = after
        statement = statement.where(tuple_(*key) > tuple_(literal(fire_at, UtcDateTime()), literal(id_, BigId)))
    rows = db.session.execute(statement.order_by(*key).limit(BATCH)).all()
    db.session.rollback()
    return [(row[0], row[1], row[2]) for row in rows]


def _fire(grievance_ids: Sequence[int], now: datetime, rules: Rules, report: SweepReport, wait: bool) -> None:
    with transaction() as session, catalogue.held():
        done = fire(session, grievance_ids, now, rules, wait)
    report.fired += done.fired
    report.lapsed += done.lapsed


def _fire_alone(grievance_id: int, now: datetime, rules: Rules, report: SweepReport) -> None:
    try:
        _fire([grievance_id], now, rules, report, wait=True)
    except Exception as error:  # One bad case must not stop the rest: it is put off, counted and shown.
        log.exception("what is due of grievance %s could not fire", grievance_id)
        report.failed += 1
        _put_off(grievance_id, now, type(error).__name__)


def _put_off(grievance_id: int, now: datetime, failure: str) -> None:
    """Let all that is due of a grievance fire later, each time after twice as long, up to a day."""
    with transaction() as session:
        for row in session.execute(
            select(_DEADLINES.c.id, _DEADLINES.c.tries).where(
                _DEADLINES.c.grievance_id == grievance_id,
                _DEADLINES.c.ended_at.is_(None),
                _DEADLINES.c.fire_at <= now,
            )
        ).all():
            session.execute(
                update(_DEADLINES)
                .where(_DEADLINES.c.id == row.id, _DEADLINES.c.ended_at.is_(None), _DEADLINES.c.fire_at <= now)
                .values(
                    tries=row.tries + 1,
                    failure=failure,
                    fire_at=now + min(FIRST_RETRY * 2 ** min(row.tries, 12), LAST_RETRY),
                )
            )
