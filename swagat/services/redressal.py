"""A grievance is acted on: load it in scope, ask the domain, write everything that follows, in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from swagat.database import transaction
from swagat.domain.case import Confirmation
from swagat.domain.errors import N_, Invalid, NotFound, Stale, Text
from swagat.domain.redressal import Given, decide, permitted
from swagat.domain.roles import SYSTEM, Actor, Role
from swagat.domain.rules import Rules
from swagat.domain.workflow import OPEN, Action, Need, Status
from swagat.models import Grievance, Office, Posting, RemarkKind
from swagat.services import catalogue, registers, scope
from swagat.services.disposal import DISPOSALS
from swagat.services.effects import EFFECTS
from swagat.services.endings import ENDINGS
from swagat.services.facts import case_of, waiting_proposal
from swagat.services.linking import LINKING
from swagat.services.move import Asked, Move
from swagat.services.recounting import REDATING
from swagat.services.registers import Entry, Standing
from swagat.services.telling import Telling, tell

KIND_OF = {
    Need.REMARK: RemarkKind.REMARK,
    Need.REPORT: RemarkKind.REPORT,
    Need.QUESTIONS: RemarkKind.QUESTIONS,
    Need.REASON: RemarkKind.REASON,
    Need.GROUNDS: RemarkKind.GROUNDS,
    Need.CHECKED: RemarkKind.CHECKED,
}
ALL_EFFECTS = EFFECTS | DISPOSALS | ENDINGS | REDATING | LINKING


@dataclass(frozen=True, slots=True)
class Done:
    """What an action led to; `warnings` name what the officer should know and the register keeps."""

    number: str
    seq: int
    version: int
    warnings: tuple[str, ...] = ()


def act(
    actor: Actor,
    number: str,
    action: Action,
    asked: Asked,
    version: int | None,
    now: datetime,
    rules: Rules,
) -> Done:
    """Carry out one action in one transaction, raising NotFound, Forbidden, Invalid, Refused or Stale.

    `version` is the one the person saw; None for those who add without having seen (a reminder, a paper).
    """
    with transaction() as session:
        return act_within(session, actor, number, action, asked, version, now, rules)


def act_within(
    session: Session,
    actor: Actor,
    number: str,
    action: Action,
    asked: Asked,
    version: int | None,
    now: datetime,
    rules: Rules,
) -> Done:
    """Do the same inside the caller's transaction, for what is done in several cases at once."""
    scope.hold(session, Grievance.registration_number == number)
    grievance = scope.load(session, actor, number)
    if version is not None and grievance.version != version:
        raise Stale
    return _apply(session, grievance, action, actor, asked, now, rules)


def apply_by_system(
    session: Session,
    grievance_id: int,
    action: Action,
    now: datetime,
    rules: Rules,
    payload: Mapping[str, Any] | None = None,
    asked: Asked | None = None,
) -> bool:
    """Apply a row of the system inside the caller's transaction; False when the table does not allow it any more."""
    scope.hold(session, Grievance.id == grievance_id)
    number = session.scalar(select(Grievance.registration_number).where(Grievance.id == grievance_id))
    if number is None:
        return False
    grievance = scope.load(session, SYSTEM, number)
    if not any(row.action is action for row in permitted(case_of(session, grievance, rules), SYSTEM)):
        return False
    _apply(session, grievance, action, SYSTEM, asked or Asked(), now, rules, payload)
    return True


def _apply(
    session: Session,
    grievance: Grievance,
    action: Action,
    actor: Actor,
    asked: Asked,
    now: datetime,
    rules: Rules,
    payload: Mapping[str, Any] | None = None,
) -> Done:
    case = case_of(session, grievance, rules)
    calendar = catalogue.calendar(grievance.state_id, grievance.office_id)
    today = calendar.day_of(now)
    given = _given(session, grievance, asked, now)
    step = decide(case, action, actor, given, today)
    waiting = waiting_proposal(session, grievance.id) if case.waiting else None
    move = Move(session, grievance, case, step, actor, asked, given, now, today, rules, calendar, waiting)
    move.payload |= payload or {}
    move.texts += [
        (RemarkKind.NOTE if action is Action.NOTE else KIND_OF[need], text.strip())
        for need, text in asked.texts.items()
        if need in KIND_OF and text.strip()
    ]
    about = carry_out(move)
    move.writes.flush(session, now)
    tell(session, move.step.row.tells, about, now)
    return Done(grievance.registration_number or "", move.seq, grievance.version + 1, tuple(move.warnings))


def carry_out(move: Move) -> Telling:
    """Apply what the action changes and gather its register entry and the case as it is after; return whom it concerns.

    Some effects write at once, the rest is written by the flush.
    """
    effect = ALL_EFFECTS.get(move.step.row.action)
    if effect is not None:
        effect(move)
    return _gather(move)


def _given(session: Session, grievance: Grievance, asked: Asked, now: datetime) -> Given:
    officer: tuple[int, int] | None = None
    if asked.officer_posting_id is not None:
        found = session.execute(
            select(Posting.person_id, Posting.office_id).where(
                Posting.id == asked.officer_posting_id,
                Posting.role.in_([Role.OFFICER, Role.SUPERVISOR]),
                Posting.begins_at <= now,
                Posting.ends_at.is_(None) | (Posting.ends_at > now),
            )
        ).first()
        if found is None:
            raise Invalid(errors={"officer": Text(N_("This officer is not posted there now. Choose another."))})
        officer = (found[0], found[1])
    if asked.office_id is not None and not _is_office_of(session, asked.office_id, grievance.state_id):
        raise Invalid(errors={"office": Text(N_("Choose an office from the list."))})
    if asked.category_id is not None:
        try:
            catalogue.category(asked.category_id)
        except NotFound as error:
            raise Invalid(errors={"category": Text(N_("Choose a category from the list."))}) from error
    return Given(
        texts=asked.texts,
        outcome=asked.outcome,
        proposed=asked.proposed,
        office_id=asked.office_id,
        officer_person_id=officer[0] if officer else None,
        officer_office_id=officer[1] if officer else None,
        category_id=asked.category_id,
        expected_on=asked.expected_on,
        rating=asked.rating,
        cause_id=asked.cause_id,
    )


def _is_office_of(session: Session, office_id: int, state_id: int) -> bool:
    """Return whether an office is at work in this state: another's calendar, ladders and numbers are not the case's."""
    found = select(Office.id).where(Office.id == office_id, Office.state_id == state_id, Office.is_active.is_(True))
    return session.scalar(found) is not None


def _gather(move: Move) -> Telling:
    grievance, step, case = move.grievance, move.step, move.case
    before = Standing(case.status, case.office_id, case.answerable_office_id, case.level, case.clock_state)
    changes = move.changes | {
        "status": step.status,
        "is_open": step.status in OPEN,
        "clock_state": step.clock_state,
        "outcome": step.outcome,
        "is_closed_against": step.is_closed_against,
    }
    if step.confirmation is not None:
        changes["confirmation"] = step.confirmation
    elif step.row.action is Action.UNDO_WITHDRAWAL:
        changes["confirmation"] = Confirmation.PENDING
    after = Standing(
        step.status,
        changes.get("office_id", case.office_id),
        changes.get("answerable_office_id", case.answerable_office_id),
        changes.get("level", case.level),
        step.clock_state,
    )
    entry = Entry(
        grievance.id,
        move.seq,
        move.now,
        changes.get("due_at", grievance.due_at),
        step.row.action,
        move.actor,
        before,
        after,
        changes.get("cycle", case.cycle),
        step.row.visible,
        move.payload,
        move.texts,
    )
    row, remarks = registers.rows_of(entry, grievance.last_digest)
    move.writes.entries.append(row)
    move.writes.remarks += remarks
    changes |= {
        "id": grievance.id,
        "last_seq": move.seq,
        "last_digest": row["digest"],
        "version": grievance.version + 1,
        "updated_at": move.now,
    }
    move.writes.grievances.append(changes)
    return _telling(move, changes)


def _telling(move: Move, changes: Mapping[str, Any]) -> Telling:
    grievance, complainant = move.grievance, move.grievance.complainant
    heard_by = grievance.appellate_office_id if move.step.status is Status.UNDER_APPEAL else None
    answerable = changes.get("appellate_office_id") or heard_by or changes.get("answerable_office_id")
    return Telling(
        cause=f"event:{grievance.id}:{move.seq}",
        grievance_id=grievance.id,
        complainant_id=complainant.id,
        complainant_mobile=complainant.mobile,
        complainant_language=complainant.language,
        phone_is_shared=complainant.phone_is_shared,
        officer_posting_id=changes.get("officer_posting_id", grievance.officer_posting_id),
        office_id=changes.get("office_id", grievance.office_id),
        answerable_office_id=answerable or grievance.answerable_office_id,
        variables={"due_on": changes.get("due_on", grievance.due_on).isoformat(), **move.variables},
        accused_person_id=grievance.accused_person_id,
        directing_office_id=changes.get("directing_office_id", grievance.directing_office_id),
    )
