"""A date of a nonconformity passes: the next office up sees to it, as with cases, and the work stays where it is."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from swagat.database import is_sqlite
from swagat.domain.nonconformities import CLOCKS, Clock, Step
from swagat.domain.roles import SYSTEM
from swagat.domain.rules import Rules
from swagat.models import Grievance, Nonconformity
from swagat.services import catalogue, nonconformity_trail, quality_deadlines, routing
from swagat.services.posts import NextUp, Posts
from swagat.services.quality_deadlines import Due, Handler

LOOKED_AT = 200


def handler(rules: Rules) -> Handler:
    """Return what a missed date of a nonconformity does, by the rules of this installation."""

    def fire(session: Session, due: Due, now: datetime) -> None:
        escalate(session, due, now, rules)

    return Handler(fire, _hold)


def escalate(session: Session, due: Due, now: datetime, rules: Rules) -> None:
    """Let the next office up with a head present answer for it, inside the caller's transaction.

    The time given again counts from the date that passed and not from when the sweep ran. At the top of the ladder
    nobody is left to take it further: it stays late, and is shown so.
    """
    row = session.get_one(Nonconformity, due.subject_id, populate_existing=True)
    if CLOCKS.get(row.stage) != due.clock:
        return
    found = _next_up(session, row, now)
    row.escalations += 1
    payload: dict[str, Any] = {"due_on": row.due_on.isoformat(), "clock": due.clock}
    if found is not None:
        row.answerable_office_id = found.office_id
        payload["office_id"] = found.office_id
    nonconformity_trail.append(session, row, Step.ESCALATE, SYSTEM, row.stage, "", payload, now)
    if found is not None:
        later = due.due_at + timedelta(days=rules.nonconformity_late_days)
        quality_deadlines.set_deadline(
            session, nonconformity_trail.KIND, row.id, Clock(due.clock), later, now, ordinal=row.last_seq
        )


def _next_up(session: Session, row: Nonconformity, now: datetime) -> NextUp | None:
    ladders = routing.steps_of(session, row.office_id)
    if not ladders:
        return None
    today = catalogue.calendar(row.state_id).day_of(now)
    return Posts(session, now, today).next_up(row.answerable_office_id, _ladder_of(session, row.office_id, ladders))


def _ladder_of(session: Session, office_id: int, ladders: Mapping[str, int]) -> str:
    """Return the ladder on which most of the newest cases of an office climb; without any, the one it stands lowest on.

    A nonconformity has no subject that would name a ladder, and a Mamlatdar stands on several.
    """
    newest = (
        select(Grievance.ladder).where(Grievance.office_id == office_id).order_by(Grievance.id.desc()).limit(LOOKED_AT)
    )
    used = Counter(one for one in session.scalars(newest) if one in ladders)
    return min(ladders, key=lambda one: (-used[one], ladders[one], one))


def _hold(session: Session, nonconformity_id: int) -> None:
    if not is_sqlite(session):
        session.execute(select(Nonconformity.id).where(Nonconformity.id == nonconformity_id).with_for_update())
