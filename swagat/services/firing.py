"""Firing what is due of some grievances in one transaction: each in the order of its dates, then one message a person.

However many the grievances are, each step of all of them reads and writes each table with one statement.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from swagat.domain.deadlines import Clock
from swagat.domain.errors import Refused
from swagat.domain.messages import MessageKey
from swagat.domain.redressal import Given, decide
from swagat.domain.roles import SYSTEM
from swagat.domain.rules import Rules
from swagat.domain.workflow import Action
from swagat.models import DeadlineEnd, Grievance
from swagat.services import catalogue
from swagat.services.facts import Known, case_of
from swagat.services.held import Running, hold, read_cases, read_running, still_due
from swagat.services.move import Asked, Move
from swagat.services.redressal import carry_out
from swagat.services.telling import Telling, tell_last
from swagat.services.writes import Writes, cancel_fired, end_deadlines

FIRES = {
    Clock.ACKNOWLEDGE: Action.LAPSE_ASSIGNMENT,
    Clock.RESOLVE: Action.ESCALATE,
    Clock.WARN: Action.WARN,
    Clock.CLARIFY: Action.LAPSE_CLARIFICATION,
    Clock.CONFIRM: Action.CLOSE,
    Clock.WITHDRAWAL: Action.CLOSE,
    Clock.APPEAL: Action.LAPSE_APPEAL,
    Clock.DIRECTION: Action.LAPSE_DIRECTION,
}
NOTHING_ASKED, NOTHING_GIVEN = Asked(), Given()


class Lost(RuntimeError):
    """A deadline that was read as running had ended when it was claimed."""


class Fired(NamedTuple):
    """How many deadlines fired, and how many ended because the table has no such action for the case any more."""

    fired: int
    lapsed: int


@dataclass(slots=True)
class _News:
    """What firing one grievance has to tell: the keys in their order, and the case as it stands after the last."""

    keys: dict[MessageKey, None] = field(default_factory=dict)
    about: Telling | None = None

    def add(self, keys: Iterable[MessageKey], about: Telling) -> None:
        for key in keys:
            if key is MessageKey.ESCALATED:
                # That its time runs out is no news of a level whose time is over.
                self.keys.pop(MessageKey.OFFICER_WARNED, None)
            self.keys.pop(key, None)
            self.keys[key] = None
        before = self.about.variables if self.about else {}
        self.about = replace(about, variables={**before, **about.variables})


def fire(session: Session, grievance_ids: Collection[int], now: datetime, rules: Rules, wait: bool) -> Fired:
    """Fire all that is due of these grievances at `now`, also what firing makes due, inside the caller's transaction.

    On PostgreSQL a grievance that somebody else holds is left to them, or with `wait` waited for. Raises what an
    action raises, and Lost or Stale when somebody else was at it after all: then nothing may be committed.
    """
    held = hold(session, grievance_ids, wait)
    news: dict[int, _News] = {}
    done = Fired(0, 0)
    while held:
        running = read_running(session, held)
        due = {key: one for key, some in running.items() if (one := some.first_due(now)) is not None}
        if not due:
            break
        if end_deadlines(session, [one.id for one in due.values()], DeadlineEnd.FIRED, now) != len(due):
            raise Lost
        held = sorted(due)
        fired = _fire_each(session, {key: running[key] for key in held}, now, rules, news)
        done = Fired(done.fired + fired, done.lapsed + len(due) - fired)
        held = still_due(session, held, now)
    tell_last(session, [(tuple(one.keys), one.about) for one in news.values() if one.about], now)
    return done


def _fire_each(
    session: Session, running: dict[int, Running], now: datetime, rules: Rules, news: dict[int, _News]
) -> int:
    """Fire the first deadline of each grievance, which is claimed already, and return how many did fire."""
    writes = Writes()
    over: list[int] = []
    for grievance, known in read_cases(session, running, now):
        move = _move(session, grievance, known, running[grievance.id], now, rules, writes)
        if move is None:
            over.append(running[grievance.id].due.id)
            continue
        about = carry_out(move)
        news.setdefault(grievance.id, _News()).add(move.step.row.tells, about)
    writes.flush(session, now)
    cancel_fired(session, over)
    return len(running) - len(over)


def _move(
    session: Session, grievance: Grievance, known: Known, running: Running, now: datetime, rules: Rules, writes: Writes
) -> Move | None:
    """Return the move of a due deadline, or None when the table does not allow its action any more."""
    clock, due_at = running.due.clock, running.due.due_at
    case = case_of(session, grievance, rules, window_over=clock is Clock.CONFIRM, known=known)
    calendar = catalogue.calendar(grievance.state_id, grievance.office_id)
    today = calendar.day_of(now)
    try:
        step = decide(case, FIRES[clock], SYSTEM, NOTHING_GIVEN, today)
    except Refused:
        return None
    move = Move(
        session, grievance, case, step, SYSTEM, NOTHING_ASKED, NOTHING_GIVEN, now, today, rules, calendar,
        known.waiting, known=known, writes=writes,
    )  # fmt: skip
    move.payload |= {"due_at": due_at.isoformat(), "clock": clock.value}
    return move
