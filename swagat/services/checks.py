"""The nightly proof that no timer is orphaned: a closed case has no live deadline, an open one has its own."""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, or_, select

from swagat.database import db
from swagat.domain.deadlines import Clock
from swagat.domain.workflow import RUNNING, Status
from swagat.models import Deadline, Grievance

MOST_SHOWN = 20
# Which clocks keep a case moving in each status; one that answers in none of them would wait for ever.
KEEPS_MOVING: tuple[tuple[frozenset[Status], frozenset[Clock]], ...] = (
    (RUNNING, frozenset({Clock.RESOLVE})),
    (frozenset({Status.CLARIFICATION_SOUGHT}), frozenset({Clock.CLARIFY})),
    (frozenset({Status.UNDER_APPEAL}), frozenset({Clock.APPEAL})),
    (frozenset({Status.DISPOSED}), frozenset({Clock.CONFIRM, Clock.WITHDRAWAL})),
)


@dataclass(frozen=True, slots=True)
class TimersReport:
    """How many cases break the rule of timers, and the numbers of the first of them."""

    closed_with_timer: int
    open_without_timer: int
    numbers: list[str] = field(default_factory=list)

    def figures(self) -> dict[str, Any]:
        """Return the report for the record of the run."""
        return asdict(self)

    def lines(self) -> list[str]:
        """Return the report as lines for a terminal."""
        return [
            f"{self.closed_with_timer} closed cases with a live deadline, "
            f"{self.open_without_timer} open cases without one",
            *self.numbers,
        ]

    @property
    def ok(self) -> bool:
        """Return whether every case has the timers it must have, and no other."""
        return not self.closed_with_timer and not self.open_without_timer


def check_timers(now: datetime) -> TimersReport:
    """Walk all cases; one that was acted on at this very moment is looked at the next night."""
    session = db.session()
    closed = session.scalars(_with_timer(now)).all()
    waiting = [number for statement in _without_timer(now) for number in session.scalars(statement)]
    return TimersReport(len(closed), len(waiting), [str(number) for number in [*closed, *waiting][:MOST_SHOWN]])


def _with_timer(now: datetime) -> Select[Any]:
    live = exists().where(Deadline.grievance_id == Grievance.id, Deadline.ended_at.is_(None))
    return _numbers(Grievance.status == Status.CLOSED, live, now)


def _without_timer(now: datetime) -> list[Select[Any]]:
    found = []
    for statuses, clocks in KEEPS_MOVING:
        live = exists().where(
            Deadline.grievance_id == Grievance.id, Deadline.ended_at.is_(None), Deadline.clock.in_(clocks)
        )
        # Nobody has told the complainant yet: their window begins when somebody has.
        reached = or_(Grievance.status != Status.DISPOSED, Grievance.reached_at.is_not(None))
        found.append(_numbers(Grievance.status.in_(statuses) & reached, ~live, now))
    return found


def _numbers(which: ColumnElement[bool], timer: ColumnElement[bool], now: datetime) -> Select[Any]:
    statement = select(Grievance.registration_number).where(which, timer, Grievance.updated_at < now)
    return statement.order_by(Grievance.id)
