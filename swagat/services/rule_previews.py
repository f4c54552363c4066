"""What a change of days or of time limits would do to the cases under way, worked out without writing."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from swagat.database import read_only
from swagat.domain.names import Name
from swagat.domain.policies import Policy
from swagat.domain.workflow import Status
from swagat.models import DayKind, Deadline, Grievance
from swagat.services import catalogue
from swagat.services.calendars import CERTAIN, CLOSING, DayView
from swagat.services.catalogue_views import StateView
from swagat.services.recounting import Rule, Running, counted_by, recounted, running

EXAMPLES = 20
READ_AT_ONCE = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class DayChange:
    """A day that is put into the calendar of a state or of one office, or taken out of it (`day_id` is then known)."""

    state_id: int
    day: date
    kind: DayKind
    name: Name
    office_id: int | None = None
    hours: str = ""
    confirmed: str = CERTAIN
    source: str = ""
    day_id: int | None = None

    @property
    def is_removal(self) -> bool:
        """Return whether the day is taken out."""
        return self.day_id is not None

    @property
    def closes(self) -> bool:
        """Return whether offices work less after it."""
        return self.kind in CLOSING if not self.is_removal else self.kind is DayKind.EXTRA_WORKING

    @property
    def opens(self) -> bool:
        """Return whether offices work on more days after it."""
        return self.kind in CLOSING if self.is_removal else self.kind is DayKind.EXTRA_WORKING


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyChange:
    """A new version of the time limits of a state; its number is given when it is written."""

    state_id: int
    policy: Policy
    note: str = ""


Change = DayChange | PolicyChange


@dataclass(frozen=True, slots=True)
class Example:
    """One case whose date changes."""

    number: str
    level: int
    was: date
    becomes: date


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change does to the cases under way, if they follow it.

    `looked_at` are those it can touch, `escalating` those whose last day would be today, `waiting` those that wait
    for the complainant: their date is worked out when they go on. The examples are those due soonest.
    """

    looked_at: int
    earlier: int
    later: int
    escalating: int
    waiting: int
    examples: tuple[Example, ...]

    @property
    def changed(self) -> int:
        """Return how many cases get another date."""
        return self.earlier + self.later


def preview(change: Change, now: datetime) -> Preview:
    """Return what a change would do, in a transaction in which the database lets nothing be written."""
    state = catalogue.state(change.state_id)
    rule = rule_of(change, state, now)
    looked_at = earlier = later = escalating = 0
    soonest: list[tuple[date, int, Example]] = []
    with read_only() as session:
        statement = running(change.state_id, now, *touched(change), Deadline.due_on >= rule.today)
        for some in _in_parts(session, statement):
            looked_at += len(some)
            for case, new in recounted(session, some, rule, now):
                becomes = new.due.due_on
                earlier += becomes < case.due_on
                later += becomes > case.due_on
                escalating += becomes <= rule.today < case.due_on
                if becomes != case.due_on:
                    example = Example(case.number, case.level, case.due_on, becomes)
                    soonest.append((becomes, case.grievance_id, example))
            soonest = heapq.nsmallest(EXAMPLES, soonest)
        waiting = _waiting(session, change)
    return Preview(looked_at, earlier, later, escalating, waiting, tuple(example for _, _, example in soonest))


def _in_parts(session: Session, statement: Select[Any]) -> Iterator[list[Running]]:
    result = session.execute(statement.execution_options(yield_per=READ_AT_ONCE))
    for rows in result.partitions():
        yield [Running._make(row) for row in rows]


def rule_of(change: Change, state: StateView, now: datetime) -> Rule:
    """Return by what is counted once a change is made."""
    today = state.calendar.day_of(now)
    if isinstance(change, PolicyChange):
        return Rule(state.calendars, max(today, change.policy.effective_from), change.policy)
    days = [day for day in state.calendars.days if day.id != change.day_id]
    if not change.is_removal:
        days.append(DayView(0, change.day, change.kind, change.name, change.office_id, change.hours, change.confirmed))
    calendars = replace(state.calendars, days=tuple(days))
    return Rule(calendars, today, never_earlier=change.closes, never_later=change.opens)


def touched(change: Change) -> list[ColumnElement[bool]]:
    """Return the conditions that hold for every running case whose date a change can move, and for few others."""
    if isinstance(change, PolicyChange):
        return []
    # Counting looks at no day up to day zero and at none after the last day; an opened day may have moved that.
    found: list[ColumnElement[bool]] = [Deadline.counted_from < change.day, Deadline.due_on >= change.day]
    if change.office_id is not None:
        found.append(counted_by(change.office_id))
    return found


def _waiting(session: Session, change: Change) -> int:
    statement = select(func.count()).where(
        Grievance.state_id == change.state_id,
        Grievance.is_open,
        Grievance.status == Status.CLARIFICATION_SOUGHT,
    )
    if isinstance(change, DayChange) and change.office_id is not None:
        statement = statement.where(counted_by(change.office_id))
    return session.scalar(statement) or 0
