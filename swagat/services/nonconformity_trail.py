"""The trail of a nonconformity: each step is one sealed entry, and brings the date by which the next one is due."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from swagat.domain.nonconformities import CLOCKS, ENDED, Clock, Stage, Step
from swagat.domain.quality.effectiveness import periods_around
from swagat.domain.quality.measures import next_month
from swagat.domain.register import FIRST, entry_digest
from swagat.domain.roles import Actor
from swagat.domain.rules import Rules
from swagat.models import Nonconformity, NonconformityEntry
from swagat.services import catalogue, quality_deadlines

KIND = "nonconformity"
_SEALED = ("nonconformity_id", "seq", "at", "step", "role", "person_id", "posting_id", "stage_before", "stage_after",
           "text", "payload")  # fmt: skip


def append(
    session: Session,
    row: Nonconformity,
    step: Step,
    actor: Actor,
    before: Stage | None,
    text: str,
    payload: Mapping[str, Any],
    now: datetime,
) -> NonconformityEntry:
    """Add an entry to the trail of a row that is locked and stands as it does after the step."""
    seq = row.last_seq + 1 if before is not None else 1
    entry = NonconformityEntry(
        nonconformity_id=row.id,
        seq=seq,
        at=now,
        step=step,
        role=actor.role,
        person_id=actor.person_id,
        posting_id=actor.posting_id,
        stage_before=before,
        stage_after=row.stage,
        text=text,
        payload=dict(payload),
        digest=b"",
    )
    entry.digest = _digest(row.last_digest if before is not None else FIRST, entry)
    row.last_seq, row.last_digest = seq, entry.digest
    session.add(entry)
    return entry


def is_whole(session: Session, row: Nonconformity) -> bool:
    """Return whether nothing of a trail was changed, taken out or put in, and the row says what its trail says."""
    asked = select(NonconformityEntry).where(NonconformityEntry.nonconformity_id == row.id)
    trail = session.scalars(asked.order_by(NonconformityEntry.seq)).all()
    previous = FIRST
    for seq, entry in enumerate(trail, start=1):
        if entry.seq != seq or _digest(previous, entry) != entry.digest:
            return False
        previous = entry.digest
    if not trail or (len(trail), previous) != (row.last_seq, row.last_digest):
        return False
    return (trail[0].text, trail[-1].stage_after) == (row.statement, row.stage)


def _digest(previous: bytes, entry: NonconformityEntry) -> bytes:
    return entry_digest(previous, {name: getattr(entry, name) for name in _SEALED})


def check_from(row: Nonconformity, rules: Rules) -> date | None:
    """Return the first day on which the effect may be judged; None before the action was done."""
    if row.done_on is None or not row.indicator:
        return row.done_on
    calendar = catalogue.calendar(row.state_id)
    _before, after = periods_around(calendar.day_of(row.opened_at), row.done_on, rules.nonconformity_effect_months)
    return next_month(after.last)


def set_date(session: Session, row: Nonconformity, before: Stage | None, rules: Rules, now: datetime) -> None:
    """Let the date of the duty before end and that of the next one begin, as the stage now asks."""
    clock, was = CLOCKS.get(row.stage), CLOCKS.get(before) if before else None
    if was is not None and was is not clock:
        quality_deadlines.meet(session, KIND, row.id, was, now)
    if row.stage in ENDED or clock is None:
        quality_deadlines.cancel(session, KIND, row.id, now)
        return
    # The cause and the plan share one date; closing has as long as judging had.
    if clock is not was or row.stage is Stage.EFFECTIVE:
        row.due_on = _due_on(row, clock, rules, now)
        begin(session, row, clock, row.due_on, now)


def begin(session: Session, row: Nonconformity, clock: Clock, due_on: date, now: datetime) -> None:
    """Let a duty run until the end of a day, in place of any other."""
    quality_deadlines.cancel(session, KIND, row.id, now)
    due_at = catalogue.calendar(row.state_id).end_of_day(due_on)
    # The entry that set it tells one date from another of the same duty.
    quality_deadlines.set_deadline(session, KIND, row.id, clock, due_at, now, ordinal=row.last_seq)


def _due_on(row: Nonconformity, clock: Clock, rules: Rules, now: datetime) -> date:
    calendar = catalogue.calendar(row.state_id)
    today = calendar.day_of(now)
    match clock:
        case Clock.CORRECT:
            due_on = today + timedelta(days=rules.nonconformity_correct_days)
        case Clock.ANALYSE:
            due_on = today + timedelta(days=rules.nonconformity_analyse_days)
        case Clock.ACT:
            return row.due_on
        case Clock.CHECK:
            first = max(check_from(row, rules) or today, today)
            due_on = first + timedelta(days=rules.nonconformity_check_days)
    return calendar.next_working_day(due_on)
