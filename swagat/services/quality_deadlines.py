"""Deadlines of the quality system: a duty is set, and it is met, cancelled, or fires once with all its effects.

What a deadline does when it fires is its handler's, by the kind of its subject. The handlers stand in one table,
`quality_duties.handlers`, and come here as an argument, so that the services behind them may set deadlines themselves.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import NamedTuple, cast

from sqlalchemy import CursorResult, Executable, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from swagat.database import db, is_sqlite, table_of, transaction
from swagat.models import DeadlineEnd, QualityDeadline
from swagat.services.escalation import FIRST_RETRY, LAST_RETRY

log = logging.getLogger(__name__)

BATCH = 200
_table = table_of(QualityDeadline)
_KEY = ("kind", "subject_id", "clock", "ordinal")


class Due(NamedTuple):
    """A deadline that fires: whose duty it was, which, and since when it is due."""

    kind: str
    subject_id: int
    clock: str
    ordinal: int
    due_at: datetime


class Handler(NamedTuple):
    """What a deadline of one kind does, inside the sweep's transaction.

    `hold` locks the subject before the deadline is claimed, in the order in which people's own steps lock the two.
    """

    fire: Callable[[Session, Due, datetime], None]
    hold: Callable[[Session, int], object]


Handlers = Mapping[str, Handler]


@dataclass(slots=True)
class SweepReport:
    """What one pass did; `oldest_lag_s` is how late the oldest due deadline was, in seconds."""

    fired: int = 0
    failed: int = 0
    oldest_lag_s: int = 0

    def figures(self) -> dict[str, int]:
        """Return the report as figures for the log and the health page."""
        return asdict(self)

    def lines(self) -> list[str]:
        """Return the report as lines for a terminal."""
        return [f"{self.fired} fired, {self.failed} failed and put off, oldest {self.oldest_lag_s} s late"]

    @property
    def ok(self) -> bool:
        """Return whether nothing failed."""
        return self.failed == 0


def set_deadline(
    session: Session, kind: str, subject_id: int, clock: str, due_at: datetime, now: datetime, ordinal: int = 1
) -> bool:
    """Set a deadline, or move a live one to another instant; return False for one that has ended already."""
    insert = (sqlite.insert if is_sqlite(session) else postgresql.insert)(_table).values(
        kind=kind, subject_id=subject_id, clock=clock, ordinal=ordinal,
        set_at=now, due_at=due_at, fire_at=due_at, tries=0, failure="",
    )  # fmt: skip
    moved = insert.on_conflict_do_update(
        index_elements=_KEY,
        set_={"due_at": due_at, "fire_at": due_at, "tries": 0, "failure": ""},
        where=_table.c.ended_at.is_(None),
    )
    return session.execute(moved.returning(_table.c.id)).first() is not None


def meet(session: Session, kind: str, subject_id: int, clock: str, now: datetime) -> bool:
    """End the live deadlines of a duty that was done, and return whether there was one."""
    return _end(session, kind, subject_id, clock, DeadlineEnd.MET, now) > 0


def cancel(session: Session, kind: str, subject_id: int, now: datetime, clock: str | None = None) -> int:
    """End the live deadlines of a subject, or of one of its duties, that nobody waits for; return how many."""
    return _end(session, kind, subject_id, clock, DeadlineEnd.CANCELLED, now)


def sweep(now: datetime, handlers: Handlers) -> SweepReport:
    """Fire every deadline that is due at `now`, oldest first, also those that firing sets in the past.

    Each is claimed and does all it does in one transaction of its own. One that fails is undone, put off and counted,
    and the rest go on.
    """
    report = SweepReport()
    while due := _due(now):
        if not report.oldest_lag_s:
            report.oldest_lag_s = int((now - due[0][1].due_at).total_seconds())
        for deadline_id, one in due:
            try:
                report.fired += _fire(deadline_id, one, now, handlers)
            except Exception as error:  # One bad row must not stop the rest.
                log.exception("the deadline %s of %s %s could not fire", one.clock, one.kind, one.subject_id)
                report.failed += 1
                _put_off(deadline_id, now, type(error).__name__)
    return report


def _due(now: datetime) -> list[tuple[int, Due]]:
    """Return the next rows that are due; each is fired or put off before this is asked again, so none comes twice."""
    statement = (
        select(_table.c.id, *(_table.c[name] for name in _KEY), _table.c.due_at)
        .where(_table.c.ended_at.is_(None), _table.c.fire_at <= now)
        .order_by(_table.c.fire_at, _table.c.id)
        .limit(BATCH)
    )
    rows = db.session.execute(statement).all()
    db.session.rollback()
    return [(row[0], Due._make(row[1:])) for row in rows]


def _fire(deadline_id: int, due: Due, now: datetime, handlers: Handlers) -> bool:
    """Claim one deadline and fire it, or return False when somebody else ended or moved it meanwhile."""
    handler = handlers[due.kind]
    with transaction() as session:
        handler.hold(session, due.subject_id)
        claim = update(_table).where(
            _table.c.id == deadline_id, _table.c.ended_at.is_(None), _table.c.due_at == due.due_at
        )
        if not _changed(session, claim.values(ended_at=now, ended_as=DeadlineEnd.FIRED)):
            return False
        handler.fire(session, due, now)
    return True


def _put_off(deadline_id: int, now: datetime, failure: str) -> None:
    """Let a deadline fire later, each time after twice as long, up to a day."""
    with transaction() as session:
        live = (_table.c.id == deadline_id, _table.c.ended_at.is_(None))
        tries = session.scalar(select(_table.c.tries).where(*live)) or 0
        later = now + min(FIRST_RETRY * 2 ** min(tries, 12), LAST_RETRY)
        session.execute(update(_table).where(*live).values(tries=tries + 1, failure=failure, fire_at=later))


def _end(session: Session, kind: str, subject_id: int, clock: str | None, ended_as: DeadlineEnd, now: datetime) -> int:
    live = update(_table).where(_table.c.kind == kind, _table.c.subject_id == subject_id, _table.c.ended_at.is_(None))
    if clock is not None:
        live = live.where(_table.c.clock == clock)
    return _changed(session, live.values(ended_at=now, ended_as=ended_as))


def _changed(session: Session, statement: Executable) -> int:
    return cast("CursorResult[object]", session.execute(statement)).rowcount
