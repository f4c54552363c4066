"""Deadlines as rows: begun with the duty, ended once, and the pause ledger beside them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from swagat.database import is_sqlite, table_of
from swagat.domain.deadlines import Basis, Clock, DueDate, Interval, Limit, due_date
from swagat.domain.policies import Unit
from swagat.domain.working_time import WorkingCalendar
from swagat.models import Deadline, DeadlineEnd, Pause
from swagat.services.bulk import insert_rows


@dataclass(frozen=True, slots=True)
class Duty:
    """A timed duty that begins now."""

    clock: Clock
    cycle: int
    level: int
    due: DueDate
    limit: Limit
    policy_version: int
    begun_at: datetime
    counted_from: date
    ordinal: int = 1
    not_before: date | None = None


def begin(session: Session, grievance_id: int, duties: Iterable[Duty]) -> None:
    """Insert the deadlines of these duties in one statement."""
    write(session, [row_of(grievance_id, duty) for duty in duties])


def write(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Insert deadlines that were made by `row_of`, of many grievances; the ordinal NEXT becomes the next one."""
    if len(rows) < 2 or is_sqlite(session):
        for row in rows:
            if row["ordinal"] == NEXT:
                key = row["grievance_id"], row["clock"], row["cycle"], row["level"]
                row["ordinal"] = next_ordinal(session, *key)
    insert_rows(session, table_of(Deadline), rows, computed=_ORDINAL)


NEXT = 0
# The same for many rows, `r`, on PostgreSQL.
_ORDINAL = {
    "ordinal": "coalesce(nullif(r.ordinal, 0), 1 + coalesce((SELECT max(o.ordinal) FROM deadlines o"
    " WHERE o.grievance_id = r.grievance_id AND o.clock = r.clock AND o.cycle = r.cycle AND o.level = r.level), 0))"
}


def row_of(grievance_id: int, duty: Duty) -> dict[str, Any]:
    """Return the deadline of a duty as a row."""
    return {
        "grievance_id": grievance_id,
        "clock": duty.clock,
        "cycle": duty.cycle,
        "level": duty.level,
        "ordinal": duty.ordinal,
        "begun_at": duty.begun_at,
        "counted_from": duty.counted_from,
        "due_on": duty.due.due_on,
        "due_at": duty.due.due_at,
        "fire_at": duty.due.due_at,
        "days": duty.limit.days,
        "unit": duty.limit.unit,
        "basis": duty.limit.basis,
        "policy_version": duty.policy_version,
        "not_before": duty.not_before,
        "tries": 0,
        "failure": "",
    }


def next_ordinal(session: Session, grievance_id: int, clock: Clock, cycle: int, level: int) -> int:
    """Return the ordinal that the next deadline of this clock, cycle and level takes."""
    found = session.scalar(
        select(func.max(Deadline.ordinal)).where(
            Deadline.grievance_id == grievance_id,
            Deadline.clock == clock,
            Deadline.cycle == cycle,
            Deadline.level == level,
        )
    )
    return (found or 0) + 1


def end_live(
    session: Session,
    grievance_id: int,
    end: DeadlineEnd,
    now: datetime,
    clocks: Iterable[Clock] | None = None,
) -> None:
    """End the live deadlines of a grievance: all of them, or those of some clocks."""
    statement = update(Deadline).where(Deadline.grievance_id == grievance_id, Deadline.ended_at.is_(None))
    if clocks is not None:
        statement = statement.where(Deadline.clock.in_(list(clocks)))
    session.execute(statement.values(ended_at=now, ended_as=end).execution_options(synchronize_session=False))


def last_due(session: Session, grievance_id: int, clock: Clock) -> datetime | None:
    """Return the due instant of the newest deadline of a clock."""
    statement = select(Deadline.due_at).where(Deadline.grievance_id == grievance_id, Deadline.clock == clock)
    return session.scalar(statement.order_by(Deadline.id.desc()).limit(1))


def begin_pause(session: Session, grievance_id: int, cycle: int, reason: str, now: datetime) -> None:
    """Open an interval in which the clock stands still."""
    session.execute(insert(Pause), {"grievance_id": grievance_id, "cycle": cycle, "reason": reason, "begun_at": now})


def end_pause(session: Session, grievance_id: int, now: datetime) -> None:
    """Close the open interval, if there is one."""
    session.execute(
        update(Pause)
        .where(Pause.grievance_id == grievance_id, Pause.ended_at.is_(None))
        .values(ended_at=now)
        .execution_options(synchronize_session=False)
    )


def pauses(session: Session, grievance_id: int, cycle: int, now: datetime) -> list[Interval]:
    """Return the pauses of a cycle, an open one ending now, oldest first."""
    rows = session.execute(_PAUSES, {"grievance_id": grievance_id, "cycle": cycle})
    return [Interval(begun_at, ended_at or now) for begun_at, ended_at in rows]


_PAUSES = (
    select(Pause.begun_at, Pause.ended_at)
    .where(Pause.grievance_id == bindparam("grievance_id"), Pause.cycle == bindparam("cycle"))
    .order_by(Pause.begun_at)
)


def resume(session: Session, grievance_id: int, cycle: int, calendar: WorkingCalendar, now: datetime) -> Duty | None:
    """Begin the newest resolve deadline of a cycle again, moved on by the pauses since; None when it has none."""
    last = session.scalars(
        select(Deadline)
        .where(Deadline.grievance_id == grievance_id, Deadline.clock == Clock.RESOLVE, Deadline.cycle == cycle)
        .order_by(Deadline.id.desc())
        .limit(1)
    ).first()
    if last is None:
        return None
    limit = Limit(last.days, Unit(last.unit), Basis(last.basis))
    paused = pauses(session, grievance_id, cycle, now)
    due = due_date(last.counted_from, limit, calendar, paused, last.not_before)
    duty = Duty(
        Clock.RESOLVE,
        cycle,
        last.level,
        due,
        limit,
        last.policy_version,
        now,
        last.counted_from,
        last.ordinal + 1,
        last.not_before,
    )
    begin(session, grievance_id, [duty])
    return duty
