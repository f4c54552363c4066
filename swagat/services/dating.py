"""Why the due date of a grievance is that date: computed again from its rule, its calendar and its pauses."""

from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from swagat.database import table_of
from swagat.domain.deadlines import Clock, DueDate, due_date, limit_after_reopening, limit_for, next_step
from swagat.models import Deadline, Grievance
from swagat.services import catalogue, clocks


def why(session: Session, grievance: Grievance, now: datetime, was_paused: bool = True) -> DueDate | None:
    """Return the present due date with its reasons, or None before the first deadline is written.

    Where the register shows that the clock never stood still, no pause is looked for.
    """
    steps = session.execute(_STEPS, {"grievance_id": grievance.id, "cycle": grievance.cycle}).all()
    if not steps:
        return None
    begun, level = steps[-1]
    calendar = catalogue.calendar(grievance.state_id)
    policy = catalogue.policy(grievance.policy_version)
    paused = clocks.pauses(session, grievance.id, grievance.cycle, now) if was_paused else []
    # A deadline that was resumed counts from the same day; one that a step began counts from the day that lapsed.
    lapsed = [step.level for step in steps if step.counted_from != begun]
    if lapsed:
        return next_step(calendar.end_of_day(begun), lapsed[-1], policy, grievance.channel, calendar, paused).due
    if grievance.cycle > 1:
        return due_date(begun, limit_after_reopening(level, policy, grievance.channel), calendar, paused)
    category = catalogue.category(grievance.filed_category_id)
    limit = limit_for(category.sla_days, category.sla_basis, grievance.channel, level, policy, category.sla_source)
    return due_date(begun, limit, calendar, paused)


_DEADLINES = table_of(Deadline).c
_STEPS = (
    select(_DEADLINES.counted_from, _DEADLINES.level)
    .where(
        _DEADLINES.grievance_id == bindparam("grievance_id"),
        _DEADLINES.clock == Clock.RESOLVE,
        _DEADLINES.cycle == bindparam("cycle"),
    )
    .order_by(_DEADLINES.id)
)
