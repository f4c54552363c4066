"""Cases under way follow a change of rules: walked in batches, each case whole, repeatable after a crash."""

import logging
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from swagat.database import db, transaction
from swagat.domain.rules import Rules
from swagat.domain.workflow import IN_HAND, Action, Status
from swagat.models import Grievance, RuleChange
from swagat.services import catalogue, scope
from swagat.services.recounting import Rule, Running, recounted, running
from swagat.services.redressal import apply_by_system
from swagat.services.rule_changes import change_of
from swagat.services.rule_previews import Change, PolicyChange, touched

log = logging.getLogger(__name__)

BATCH = 100
# Until then some process may still count by what it read of the calendars before, and file a case by it.
SETTLED = timedelta(seconds=catalogue.SECONDS_KEPT + 30)


@dataclass(slots=True)
class RedatingReport:
    """What one pass did: cases looked at, changed, failed, and changes brought to their end."""

    seen: int = 0
    changed: int = 0
    failed: int = 0
    ended: int = 0

    def lines(self) -> list[str]:
        """Return the report as lines for a terminal."""
        return [
            f"{self.seen} cases looked at, {self.changed} changed, {self.failed} failed; {self.ended} changes ended"
        ]

    def figures(self) -> dict[str, Any]:
        """Return the report as figures for the log and the health page."""
        return asdict(self)

    @property
    def ok(self) -> bool:
        """Return whether nothing failed."""
        return self.failed == 0


def redate(now: datetime, rules: Rules) -> RedatingReport:
    """Let the open cases follow every change that waits for them; any number of processes may do it together."""
    report = RedatingReport()
    waiting = _waiting(now)
    if waiting:
        # What this process read before may be older than the change.
        catalogue.clear()
    for change_id in waiting:
        while _batch(change_id, now, rules, report):
            pass
    return report


def _waiting(now: datetime) -> list[int]:
    statement = select(RuleChange).where(RuleChange.ended_at.is_(None), RuleChange.made_at <= now - SETTLED)
    found = [note.id for note in db.session.scalars(statement.order_by(RuleChange.id)) if _has_begun(note, now)]
    db.session.rollback()
    return found


def _has_begun(note: RuleChange, now: datetime) -> bool:
    begins = note.what.get("effective_from")
    return begins is None or date.fromisoformat(begins) <= catalogue.calendar(note.state_id).day_of(now)


def _batch(change_id: int, now: datetime, rules: Rules, report: RedatingReport) -> bool:
    """Walk the next cases of a change in one transaction, and return whether more may follow."""
    with transaction() as session:
        note = session.scalars(
            select(RuleChange)
            .where(RuleChange.id == change_id, RuleChange.ended_at.is_(None))
            .with_for_update(skip_locked=True)
            .execution_options(populate_existing=True)
        ).first()
        if note is None:
            return False
        change = change_of(note)
        ids, following = _next(session, change, note, now)
        ends = [_follow(session, grievance_id, change, note, now, rules) for grievance_id in following]
        changed, failed = ends.count(True), ends.count(None)
        note.seen += len(ids)
        note.changed += changed
        note.failed += failed
        if ids:
            note.last_grievance_id = ids[-1]
        if len(ids) < BATCH:
            note.ended_at = now
            report.ended += 1
    report.seen += len(ids)
    report.changed += changed
    report.failed += failed
    return len(ids) == BATCH


def _next(session: Session, change: Change, note: RuleChange, now: datetime) -> tuple[list[int], list[int]]:
    """Return the next cases in the order of their ids, and which of them change."""
    rule = _rule(change, now)
    if isinstance(change, PolicyChange):
        rows = session.execute(
            select(Grievance.id, Grievance.status)
            .where(
                Grievance.id > note.last_grievance_id,
                Grievance.state_id == note.state_id,
                Grievance.is_open,
                Grievance.status.in_(sorted(IN_HAND)),
                Grievance.policy_version != change.policy.version,
            )
            .order_by(Grievance.id)
            .limit(BATCH)
        ).all()
        ids = [row.id for row in rows]
        paused = [row.id for row in rows if row.status is Status.CLARIFICATION_SOUGHT]
        some = _running(session, note, now, ids)
    else:
        paused = []
        statement = running(note.state_id, now, Grievance.id > note.last_grievance_id, *touched(change)).limit(BATCH)
        some = [Running._make(row) for row in session.execute(statement)]
        ids = [case.grievance_id for case in some]
    changing = [case.grievance_id for case, _new in recounted(session, some, rule, now)]
    return ids, sorted([*changing, *paused])


def _running(session: Session, note: RuleChange, now: datetime, ids: Collection[int]) -> list[Running]:
    statement = running(note.state_id, now, Grievance.id.in_(ids))
    return [Running._make(row) for row in session.execute(statement)]


def _rule(change: Change, now: datetime) -> Rule:
    state = catalogue.state(change.state_id)
    today = state.calendar.day_of(now)
    if isinstance(change, PolicyChange):
        return Rule(state.calendars, today, change.policy)
    return Rule(state.calendars, today, never_earlier=change.closes, never_later=change.opens)


def _follow(
    session: Session, grievance_id: int, change: Change, note: RuleChange, now: datetime, rules: Rules
) -> bool | None:
    """Let one case follow and return whether it had to; None for one that fails, which does not stop the rest."""
    payload: dict[str, Any] = {"rule_change": note.id}
    if isinstance(change, PolicyChange):
        payload["policy_version"] = change.policy.version
    else:
        payload |= {"never_earlier": change.closes, "never_later": change.opens}
    try:
        with session.begin_nested():
            scope.hold(session, Grievance.id == grievance_id)
            return apply_by_system(session, grievance_id, Action.REDATE, now, rules, payload)
    except Exception:
        log.exception("grievance %s could not follow change %s", grievance_id, note.id)
        return None
