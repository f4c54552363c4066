"""The sweep: what is due fires once, oldest first, each grievance whole or not at all."""

import logging
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from swagat.database import db, transaction
from swagat.domain.deadlines import Clock
from swagat.domain.rules import Rules
from swagat.domain.workflow import Action
from swagat.models import Deadline, DeadlineEnd, Grievance
from swagat.services import scope
from swagat.services.redressal import apply_by_system

log = logging.getLogger(__name__)

FIRES = {
    Clock.CLARIFY: Action.LAPSE_CLARIFICATION,
    Clock.CONFIRM: Action.CLOSE,
    Clock.WITHDRAWAL: Action.CLOSE,
    Clock.RESOLVE: Action.ESCALATE,
}
BATCH = 200
FIRST_RETRY = timedelta(minutes=5)


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
    """Fire every deadline that is due at `now`, also those that firing makes due: missed levels fire in order."""
    report = SweepReport()
    while rows := _due(now):
        if not report.oldest_lag_s:
            report.oldest_lag_s = int((now - min(due_at for _, _, _, due_at in rows)).total_seconds())
        for deadline_id, grievance_id, clock, due_at in rows:
            _fire(deadline_id, grievance_id, clock, due_at, now, rules, report)
    return report


def _due(now: datetime) -> list[tuple[int, int, Clock, datetime]]:
    statement = (
        select(Deadline.id, Deadline.grievance_id, Deadline.clock, Deadline.due_at)
        .where(Deadline.ended_at.is_(None), Deadline.fire_at <= now)
        .order_by(Deadline.fire_at, Deadline.id)
        .limit(BATCH)
    )
    rows = [(row[0], row[1], row[2], row[3]) for row in db.session.execute(statement)]
    db.session.rollback()
    return rows


def _fire(
    deadline_id: int,
    grievance_id: int,
    clock: Clock,
    due_at: datetime,
    now: datetime,
    rules: Rules,
    report: SweepReport,
) -> None:
    try:
        with transaction() as session:
            scope.hold(session, Grievance.id == grievance_id)
            if not _claim(session, deadline_id, now):
                return
            payload = {"due_at": due_at.isoformat(), "clock": clock.value}
            applied = apply_by_system(
                session, grievance_id, FIRES[clock], now, rules, payload, window_over=clock is Clock.CONFIRM
            )
            if not applied:
                session.execute(
                    update(Deadline)
                    .where(Deadline.id == deadline_id)
                    .values(ended_as=DeadlineEnd.CANCELLED)
                    .execution_options(synchronize_session=False)
                )
        report.fired += applied
        report.lapsed += not applied
    except Exception as error:  # One bad case must not stop the rest: it is put off, counted and shown.
        log.exception("deadline %s could not fire", deadline_id)
        report.failed += 1
        _put_off(deadline_id, now, type(error).__name__)


def _claim(session: Session, deadline_id: int, now: datetime) -> bool:
    result = session.execute(
        update(Deadline)
        .where(Deadline.id == deadline_id, Deadline.ended_at.is_(None))
        .values(ended_at=now, ended_as=DeadlineEnd.FIRED)
        .execution_options(synchronize_session=False)
    )
    return bool(result.rowcount == 1)  # type: ignore[attr-defined]


def _put_off(deadline_id: int, now: datetime, failure: str) -> None:
    with transaction() as session:
        row = session.get(Deadline, deadline_id, populate_existing=True)
        if row is not None and row.ended_at is None:
            row.tries += 1
            row.failure = failure
            row.fire_at = now + FIRST_RETRY * 2 ** min(row.tries, 8)
