"""Why the dates of a grievance are those dates: worked out again from their rules, their calendar and their pauses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.orm import Session

from swagat.domain.deadlines import (
    Basis,
    Clock,
    DueDate,
    Interval,
    Limit,
    due_date,
    hours_due,
    limit_after_reopening,
    limit_for,
    next_step,
)
from swagat.domain.duties import is_in_hours
from swagat.domain.errors import N_, Text
from swagat.domain.policies import Unit
from swagat.domain.reasons import Reason, ReasonKind
from swagat.domain.workflow import Action
from swagat.domain.working_time import WorkingCalendar
from swagat.models import Deadline, DeadlineEnd, Grievance
from swagat.services import catalogue, clocks
from swagat.services.history import History
from swagat.services.posts import ABSENT, ACCUSED, VACANT

PASSED_OVER = {
    VACANT: N_("Passed over on the way up, because nobody headed it: %(office)s."),
    ABSENT: N_("Passed over on the way up, because its head was away: %(office)s."),
    ACCUSED: N_("Passed over on the way up, because the grievance is about it: %(office)s."),
}
GIVEN_WITH_DIRECTION = N_("A higher office gave this date with its direction.")


@dataclass(frozen=True, slots=True)
class ClockDate:
    """The date of one clock that runs beside the time to answer, and why it is that date."""

    clock: Clock
    due_on: date
    due_at: datetime
    is_in_hours: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Dates:
    """The due date with its reasons, None before the first deadline is written, and the other clocks that run."""

    due: DueDate | None
    others: tuple[ClockDate, ...]

    def of(self, *clocks_: Clock) -> ClockDate | None:
        """Return the first of these clocks that runs."""
        return next((one for one in self.others if one.clock in clocks_), None)


def why(session: Session, grievance: Grievance, now: datetime, past: History | None = None) -> DueDate | None:
    """Return the present due date with its reasons, or None before the first deadline is written."""
    return dates(session, grievance, now, past).due


def dates(session: Session, grievance: Grievance, now: datetime, past: History | None = None) -> Dates:
    """Return every date that runs with its reasons, in at most two statements.

    Where the history shows that the clock never stood still, no pause is looked for; it tells whom a step passed over.
    """
    rows = session.execute(_ROWS, {"grievance_id": grievance.id, "cycle": grievance.cycle}).all()
    office_id = grievance.answerable_office_id if grievance.lapses else grievance.office_id
    calendar = catalogue.calendar(grievance.state_id, office_id)
    steps = [row for row in rows if row.clock is Clock.RESOLVE]
    others = [_other(row, calendar) for row in rows if row.clock not in (Clock.RESOLVE, Clock.WARN)]
    if not steps:
        return Dates(None, tuple(others))
    was_paused = past is None or past.was_paused
    paused = clocks.pauses(session, grievance.id, grievance.cycle, now) if was_paused else []
    # What was declared since is for new cases, unless this one was dated anew.
    known_then = catalogue.calendar(grievance.state_id, office_id, steps[-1].begun_at)
    due = _answer(grievance, steps, known_then, paused)
    more = [*_redated(steps), *(_passed_over(steps, past) if past else ())]
    return Dates(DueDate(due.due_on, due.due_at, lambda: [*due.reasons, *more]), tuple(others))


_ROWS = (
    select(
        Deadline.clock,
        Deadline.level,
        Deadline.begun_at,
        Deadline.counted_from,
        Deadline.due_on,
        Deadline.due_at,
        Deadline.days,
        Deadline.unit,
        Deadline.basis,
        Deadline.policy_version,
        Deadline.not_before,
        Deadline.ended_at,
        Deadline.ended_as,
    )
    .where(
        Deadline.grievance_id == bindparam("grievance_id"),
        or_(
            Deadline.ended_at.is_(None),
            and_(Deadline.clock == Clock.RESOLVE, Deadline.cycle == bindparam("cycle")),
        ),
    )
    .order_by(Deadline.id)
)


def _answer(
    grievance: Grievance, steps: Sequence[Any], calendar: WorkingCalendar, paused: Sequence[Interval]
) -> DueDate:
    """Return the date of the newest row, worked out by the rule that began it.

    What runs keeps its date: where the rule gives another today, the numbers that were kept with the row explain it.
    """
    row = steps[-1]
    found = _by_rule(grievance, steps, calendar, paused)
    if row.ended_at is not None or found.due_on == row.due_on:
        return found
    limit = Limit(row.days, Unit(row.unit), Basis(row.basis))
    kept = due_date(row.counted_from, limit, calendar, paused, row.not_before)
    return DueDate(row.due_on, row.due_at, lambda: list(kept.reasons))


def _by_rule(
    grievance: Grievance, steps: Sequence[Any], calendar: WorkingCalendar, paused: Sequence[Interval]
) -> DueDate:
    row, channel = steps[-1], grievance.channel
    not_before = _changed_on(steps, calendar)
    if row.basis == Basis.GIVEN:
        limit = Limit(row.days, Unit(row.unit), Basis.GIVEN, rule=_given_rule(steps))
        return due_date(row.counted_from, limit, calendar, paused, row.not_before)
    policy = catalogue.policy(row.policy_version)
    lapsed = _lapsed(steps)
    if lapsed is not None and not_before is None:
        repeats = lapsed.level >= policy.last_level
        below = policy.last_level if repeats else row.level - 1
        return next_step(calendar.end_of_day(row.counted_from), below, policy, channel, calendar, paused).due
    if lapsed is not None:
        limit = Limit(row.days, Unit(row.unit), Basis(row.basis))
    elif grievance.cycle > 1:
        limit = limit_after_reopening(steps[0].level, policy, channel)
    else:
        category = catalogue.category(grievance.filed_category_id)
        limit = limit_for(category.sla_days, category.sla_basis, channel, steps[0].level, policy, category.sla_source)
    return due_date(row.counted_from, limit, calendar, paused, row.not_before)


def _lapsed(steps: Sequence[Any]) -> Any:
    """Return the row whose lapse began the time that runs now, or None: that time counts from the day it was due."""
    began = steps[-1].counted_from
    return next((one for one in steps if one.ended_as is DeadlineEnd.FIRED and one.due_on == began), None)


def _given_rule(steps: Sequence[Any]) -> Text | None:
    """Return the sentence that tells of more time: when it was given, and which date it moved."""
    before = next((one for one in reversed(steps) if one.basis != Basis.GIVEN), None)
    if before is None:
        return None
    given = next(one for one in steps if one.basis == Basis.GIVEN)
    message = N_("More time was given on %(day)s, once, with a reason. Before, the last day was %(before)s.")
    return Text(message, {"day": given.counted_from, "before": before.due_on})


def _redating(steps: Sequence[Any]) -> Any:
    """Return the row with which changed rules came to the time that runs now, or None.

    A pause lies between the end of a row and the next; more time and a lapsed step count from another day.
    """
    found = None
    for before, row in pairwise(steps):
        if row.counted_from != steps[-1].counted_from:
            continue
        follows_at_once = before.ended_as is DeadlineEnd.CANCELLED and before.ended_at == row.begun_at
        # While the clock stands still, a new date is only kept: its row ends as it begins.
        if (follows_at_once or row.ended_at == row.begun_at) and (
            row.basis != Basis.GIVEN or before.basis == Basis.GIVEN
        ):
            found = row
    return found


def _changed_on(steps: Sequence[Any], calendar: WorkingCalendar) -> date | None:
    row = _redating(steps)
    return calendar.day_of(row.begun_at) if row is not None else None


def _redated(steps: Sequence[Any]) -> list[Reason]:
    row = _redating(steps)
    if row is None:
        return []
    message = N_("Worked out again on %(day)s, because the rules or the calendar changed.")
    return [Reason(ReasonKind.CHANGED, message, {"day": row.begun_at})]


def _passed_over(steps: Sequence[Any], past: History) -> list[Reason]:
    """Return which offices the last step up passed over, and why."""
    raised = next((one for one in reversed(past.happenings) if one.action is Action.ESCALATE), None)
    passed = raised.payload.get("passed_over", ()) if raised and _lapsed(steps) is not None else ()
    return [
        Reason(ReasonKind.RULE, PASSED_OVER[one["why"]], {"office": past.office_names[one["office_id"]]})
        for one in passed
    ]


def _other(row: Any, calendar: WorkingCalendar) -> ClockDate:
    in_hours = row.clock is Clock.ACKNOWLEDGE and is_in_hours(row.due_on, row.due_at, calendar)
    if in_hours:
        found = hours_due(row.begun_at, row.days, calendar)
    else:
        rule = Text(GIVEN_WITH_DIRECTION) if row.basis == Basis.GIVEN else None
        found = due_date(row.counted_from, Limit(row.days, Unit(row.unit), Basis(row.basis), rule=rule), calendar)
    return ClockDate(row.clock, row.due_on, row.due_at, in_hours, found.reasons)
