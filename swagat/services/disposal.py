"""Disposals, and the proposals that need a second person: what they change beyond the status."""

from sqlalchemy import insert, select, update

from swagat.domain.case import Outcome, Proposed
from swagat.domain.deadlines import Clock, window_end
from swagat.domain.errors import N_, Invalid, Text
from swagat.domain.registration import registration_numbers
from swagat.domain.replies import check_reason, repeats_own
from swagat.domain.workflow import IN_HAND, Action, Need, Status
from swagat.models import DeadlineEnd, Grievance, Proposal, Remark, RemarkKind
from swagat.services import catalogue, clocks, directions, routing
from swagat.services.move import Effect, Move

RECENT_REPLIES = 50


def dispose(move: Move) -> None:
    """End the matter in this office, provisionally: the window begins when the complainant was reached."""
    _check_reason(move)
    if move.case.status is not Status.ACTION_REPORTED:
        move.payload["without_report"] = True
    _dispose_as(move, move.step.outcome)


def _dispose_as(move: Move, outcome: Outcome | None) -> None:
    move.end(DeadlineEnd.MET, Clock.ACKNOWLEDGE, Clock.RESOLVE, Clock.WARN)
    clocks.end_live(move.session, move.grievance.id, DeadlineEnd.CANCELLED, move.now)
    clocks.end_pause(move.session, move.grievance.id, move.now)
    directions.end_direction(move)
    move.changes |= {"listed_office_id": None}
    move.changes |= {"disposer_id": move.actor.person_id, "disposed_at": move.now, "reached_at": None}
    move.payload["outcome"] = outcome.value if outcome else None
    # The window begins at delivery, so it ends on this day or later: the text may promise this day.
    until = window_end(move.today, move.rules.confirm_window_days, move.calendar).due_on
    move.variables["until"] = until.isoformat()
    if move.warnings:
        move.payload["warned"] = list(move.warnings)


def _check_reason(move: Move) -> None:
    reason = move.text(Need.REASON)
    said = move.session.scalars(
        select(Remark.text).where(
            Remark.grievance_id == move.grievance.id, Remark.kind.in_([RemarkKind.REASON, RemarkKind.CHECKED])
        )
    )
    check_reason(reason, move.grievance.language, said)
    recent = move.session.scalars(
        select(Remark.text)
        .where(Remark.author_id == move.actor.person_id, Remark.kind == RemarkKind.REASON)
        .order_by(Remark.id.desc())
        .limit(RECENT_REPLIES)
    )
    if repeats_own(reason, recent):
        move.warnings.append("repeats_own_reply")


def propose(move: Move) -> None:
    """Put a proposal beside the status and give the complainant time to object; the clock runs on."""
    asked, until = move.asked, window_end(move.today, move.rules.objection_days, move.calendar).due_on
    assert asked.proposed is not None
    duplicate_of_id = None
    if asked.proposed is Proposed.NOT_MAINTAINABLE:
        _check_ground(asked.ground_id)
    if asked.proposed is Proposed.OTHER_FORUM and not (asked.handed_over_to and asked.handed_over_reference):
        raise Invalid(errors={"handed_over_to": Text(N_("Hand it over first: name the authority and its reference."))})
    if asked.proposed is Proposed.DUPLICATE:
        duplicate_of_id = _same_persons_open_grievance(move)
    check_reason(move.text(Need.REASON), move.grievance.language, ())
    move.session.execute(
        insert(Proposal),
        {
            "grievance_id": move.grievance.id,
            "proposed": asked.proposed,
            "proposer_id": move.actor.person_id,
            "proposed_at": move.now,
            "objection_until": until,
            "ground_id": asked.ground_id if asked.proposed is Proposed.NOT_MAINTAINABLE else None,
            "duplicate_of_id": duplicate_of_id,
            "handed_over_to": asked.handed_over_to,
            "handed_over_reference": asked.handed_over_reference,
        },
    )
    move.payload |= {"proposed": asked.proposed.value, "objection_until": until.isoformat()}
    if asked.proposed is Proposed.NOT_MAINTAINABLE:
        move.payload["ground_id"] = asked.ground_id
    if duplicate_of_id is not None:
        move.payload["duplicate_of_id"] = duplicate_of_id
    if asked.handed_over_to:
        move.payload |= {"handed_over_to": asked.handed_over_to, "reference": asked.handed_over_reference}
    move.variables["until"] = until.isoformat()


def _same_persons_open_grievance(move: Move) -> int:
    """Return the id of the earlier grievance; only an open one of the same complainant makes a duplicate."""
    mine = move.grievance.complainant
    found = move.session.scalars(select(Grievance).where(Grievance.registration_number.in_(_numbers(move)))).first()
    refusal = Invalid(errors={"duplicate_of": Text(N_("Give the number of an open grievance of the same person."))})
    if found is None or found.id == move.grievance.id or found.status not in IN_HAND:
        raise refusal
    # Whoever could try the numbers of others would learn here whose a hidden grievance is.
    if found.is_identity_hidden or move.grievance.is_identity_hidden:
        raise refusal
    theirs = move.session.get(type(mine), found.complainant_id)
    if theirs is None or mine.mobile is None or theirs.mobile != mine.mobile:
        raise refusal
    return found.id


def _numbers(move: Move) -> list[str]:
    states = {one.short: one.lgd_code for one in catalogue.states()}
    try:
        return registration_numbers(move.asked.duplicate_of, states, catalogue.state(move.grievance.state_id).short)
    except Invalid:
        return []


def _check_ground(ground_id: int | None) -> None:
    if ground_id not in {one.id for one in catalogue.grounds()}:
        raise Invalid(errors={"ground": Text(N_("Choose the published ground."))})


def object_(move: Move) -> None:
    """Record that the complainant objects to what is proposed."""
    assert move.waiting is not None
    _update_proposal(move, {"objected_at": move.now})


def approve(move: Move) -> None:
    """Carry out what was proposed; a second person decides, after the objection date."""
    waiting = move.waiting
    assert waiting is not None
    _check_reason(move)
    _update_proposal(move, {"decided_by_id": move.actor.person_id, "decided_at": move.now, "is_approved": True})
    _dispose_as(move, move.step.outcome)
    if move.actor.office_id is not None and move.actor.office_id != move.case.answerable_office_id:
        # The office above decided it: a refusal or an appeal goes to who stands above that one.
        level = routing.steps_of(move.session, move.actor.office_id).get(move.grievance.ladder, move.case.level)
        move.changes |= {"answerable_office_id": move.actor.office_id, "level": max(level, move.case.level)}
    move.changes |= {"ground_id": waiting.ground_id, "duplicate_of_id": waiting.duplicate_of_id}
    move.payload["proposed"] = waiting.proposed.value


def decline(move: Move) -> None:
    """Turn the proposal down; the case goes on."""
    _update_proposal(move, {"decided_by_id": move.actor.person_id, "decided_at": move.now, "is_approved": False})


def drop_proposal(move: Move) -> None:
    """End a proposal that nobody decided: the case closed before, and a new handling begins without it."""
    if move.waiting is not None:
        _update_proposal(move, {"decided_at": move.now, "is_approved": False})


def _update_proposal(move: Move, values: dict[str, object]) -> None:
    assert move.waiting is not None
    statement = update(Proposal).where(Proposal.id == move.waiting.id).values(**values)
    move.session.execute(statement.execution_options(synchronize_session=False))


DISPOSALS: dict[Action, Effect] = {
    Action.DISPOSE: dispose,
    Action.PROPOSE: propose,
    Action.OBJECT: object_,
    Action.APPROVE: approve,
    Action.DECLINE: decline,
}
