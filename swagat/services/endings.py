"""What the complainant's word and the end of a window change: closing, reopening, appeal, withdrawal, escalation."""

from sqlalchemy import insert, update

from swagat.domain.deadlines import Basis, Clock, Limit, due_date, limit_after_reopening, next_step, window_end
from swagat.domain.errors import N_, Refused
from swagat.domain.policies import Unit
from swagat.domain.roles import Role
from swagat.domain.workflow import Action, Need, Status
from swagat.models import Appeal, BurstKind, DeadlineEnd, Feedback
from swagat.services import bursts, catalogue, clocks, directions, duties, routing
from swagat.services.disposal import drop_proposal
from swagat.services.effects import resume
from swagat.services.move import Effect, Move


def hand_over(move: Move) -> None:
    """Begin the window to confirm, refuse or appeal, now that the complainant was reached."""
    if move.actor.role is not Role.SYSTEM and not move.text(Need.REMARK):
        raise Refused(N_("Write how and to whom the order was handed over."))
    days = move.rules.confirm_window_days
    due = window_end(move.today, days, move.calendar)
    move.changes["reached_at"] = move.now
    move.duty(Clock.CONFIRM, due, Limit(days, Unit.CALENDAR, Basis.SETTING))
    move.payload["answer_by"] = due.due_on.isoformat()


def lose_reach(move: Move) -> None:
    """End the window without an answer: whom only a text had reached, texts reach no more."""
    clocks.end_live(move.session, move.grievance.id, DeadlineEnd.CANCELLED, move.now, [Clock.CONFIRM])
    move.changes["reached_at"] = None


def confirm(move: Move) -> None:
    """Close the case on the complainant's own word."""
    _feedback(move, "confirmed")
    sources = (move.actor.address_hash, move.actor.device_hash)
    bursts.count(move.session, BurstKind.CONFIRMATIONS, sources, move.now)
    close(move)


def close(move: Move) -> None:
    """End every live deadline: a closed case has none."""
    end = DeadlineEnd.FIRED if move.actor.role is Role.SYSTEM else DeadlineEnd.MET
    clocks.end_live(move.session, move.grievance.id, end, move.now)
    clocks.end_pause(move.session, move.grievance.id, move.now)
    drop_proposal(move)
    directions.end_direction(move)
    move.changes |= {"closed_at": move.now, "listed_office_id": None}
    if move.step.confirmation is not None:
        move.payload["confirmation"] = move.step.confirmation.value


def refuse(move: Move) -> None:
    """Open the case again one level above the office that disposed, or take the refusal as an appeal."""
    _feedback(move, "refused")
    clocks.end_live(move.session, move.grievance.id, DeadlineEnd.MET, move.now, [Clock.CONFIRM])
    if move.step.status is Status.UNDER_APPEAL:
        _bring_appeal(move)
        return
    _begin_one_level_up(move)


def reopen_on_check(move: Move) -> None:
    """Open the case again one level above the office that disposed: another office found that it is not so."""
    clocks.end_live(move.session, move.grievance.id, DeadlineEnd.CANCELLED, move.now, [Clock.CONFIRM])
    _begin_one_level_up(move)


def _begin_one_level_up(move: Move) -> None:
    above = routing.superior_of(
        move.session, move.case.answerable_office_id, move.grievance.ladder, move.case.accused_office_id
    )
    begin_cycle(move, *(above or (move.case.answerable_office_id, move.case.level)))


def begin_cycle(move: Move, answerable_office_id: int, level: int) -> None:
    """Begin the next handling: the same working office, a higher office that answers, that level's days."""
    policy = catalogue.policy(move.grievance.policy_version)
    limit = limit_after_reopening(level, policy, move.grievance.channel)
    due = due_date(move.today, limit, move.calendar)
    move.changes |= {
        "cycle": move.case.cycle + 1,
        "level": level,
        "answerable_office_id": answerable_office_id,
        "appellate_office_id": None,
        "deciding_office_id": None,
        "officer_posting_id": None,
        "reporter_id": None,
        "disposer_id": None,
        "ground_id": None,
        "duplicate_of_id": None,
        "disposed_at": None,
        "reached_at": None,
        "closed_at": None,
        "clarifications": 0,
        "transfers": 0,
        "transfer_is_final": False,
        "lapses": 0,
        "asked_after": 0,
        "listed_office_id": None,
    }
    duties.begin_answer(move, due, limit)
    duties.begin_assignment(move)


def lodge_appeal(move: Move) -> None:
    """Bring the disposal before the next office up."""
    clocks.end_live(move.session, move.grievance.id, DeadlineEnd.MET, move.now, [Clock.CONFIRM])
    _bring_appeal(move)


def _bring_appeal(move: Move) -> None:
    above = routing.superior_of(
        move.session, move.case.answerable_office_id, move.grievance.ladder, move.case.accused_office_id
    )
    # At the top of the ladder nobody stands above: the same office hears it, by another person than who disposed.
    office_id = above[0] if above else move.case.answerable_office_id
    move.changes["appellate_office_id"] = office_id
    assert move.actor.proof is not None or move.actor.is_staff
    move.session.execute(
        insert(Appeal),
        {
            "grievance_id": move.grievance.id,
            "cycle": move.case.cycle,
            "office_id": office_id,
            "lodged_at": move.now,
            "proof": move.actor.proof or "assisted",
        },
    )
    move.payload["appellate_office_id"] = office_id
    duties.begin_appeal(move)


def decide_appeal(move: Move) -> None:
    """Close the case, or open it again before the appellate office."""
    allowed = move.step.row.action is Action.ALLOW_APPEAL
    move.session.execute(
        update(Appeal)
        .where(Appeal.grievance_id == move.grievance.id, Appeal.decided_at.is_(None))
        .values(decided_at=move.now, decided_by_id=move.actor.person_id, is_allowed=allowed)
        .execution_options(synchronize_session=False)
    )
    office_id = move.case.appellate_office_id
    assert office_id is not None
    if not allowed:
        close(move)
        return
    move.end(DeadlineEnd.MET, Clock.APPEAL)
    steps = routing.steps_of(move.session, office_id)
    begin_cycle(move, office_id, steps.get(move.grievance.ladder, move.case.level))


def reopen(move: Move) -> None:
    """Open a closed case again by order of the office above."""
    assert move.actor.office_id is not None
    steps = routing.steps_of(move.session, move.actor.office_id)
    begin_cycle(move, move.actor.office_id, steps.get(move.grievance.ladder, move.case.level))


def withdraw(move: Move) -> None:
    """End the case on the complainant's wish, which can be undone for some days; that time is the complainant's."""
    clocks.end_live(move.session, move.grievance.id, DeadlineEnd.CANCELLED, move.now)
    clocks.end_pause(move.session, move.grievance.id, move.now)
    clocks.begin_pause(move.session, move.grievance.id, move.case.cycle, "withdrawal", move.now)
    days = move.rules.withdrawal_undo_days
    due = window_end(move.today, days, move.calendar)
    move.duty(Clock.WITHDRAWAL, due, Limit(days, Unit.CALENDAR, Basis.SETTING))
    directions.end_direction(move)
    move.changes |= {"disposed_at": move.now, "reached_at": move.now, "listed_office_id": None}
    move.payload["outcome"] = "withdrawn"
    move.variables["until"] = due.due_on.isoformat()


def undo_withdrawal(move: Move) -> None:
    """Take the case up again where it stood."""
    clocks.end_live(move.session, move.grievance.id, DeadlineEnd.CANCELLED, move.now, [Clock.WITHDRAWAL])
    move.changes |= {"disposed_at": None, "reached_at": None, "officer_posting_id": None, "reporter_id": None}
    resume(move)
    duties.begin_assignment(move)


def escalate(move: Move) -> None:
    """Let the next office up that has a head at their post answer; the office that does the work stays.

    At the top of the ladder the time begins again there, and the case is listed for that office's sitting.
    """
    policy, lapses = catalogue.policy(move.grievance.policy_version), move.case.lapses + 1
    _note_lapse(move, lapses)
    up = move.next_up()
    lapsed = policy.last_level if up is None else up.level - 1
    # The days of the office that answers from now on count.
    calendar = catalogue.calendar(move.grievance.state_id, up.office_id if up else move.case.answerable_office_id)
    step = next_step(move.grievance.due_at, lapsed, policy, move.grievance.channel, calendar, move.pauses())
    move.changes["lapses"] = lapses
    if up is not None:
        move.changes |= {"answerable_office_id": up.office_id, "level": max(up.level, move.case.level)}
        if up.passed_over:
            move.payload["passed_over"] = list(up.passed_over)
        if up.post:
            move.payload["post"] = up.post
    elif move.case.listed_office_id is None:
        move.changes["listed_office_id"] = move.case.answerable_office_id
        move.payload["listed_office_id"] = move.case.answerable_office_id
    days = policy.repeat_days if step.repeats else policy.days_after_step(move.grievance.channel, step.level)
    move.end(DeadlineEnd.CANCELLED, Clock.WARN)
    duties.begin_answer(move, step.due, Limit(days, policy.unit, Basis.CHANNEL), move.grievance.due_on)


def _note_lapse(move: Move, ordinal: int) -> None:
    """Keep who let the time run out: they are asked to say why."""
    case, grievance = move.case, move.grievance
    move.writes.lapses.append(
        {
            "grievance_id": grievance.id,
            "cycle": case.cycle,
            "ordinal": ordinal,
            "level": case.level,
            "due_on": grievance.due_on,
            "lapsed_at": grievance.due_at,
            "office_id": case.answerable_office_id,
            "working_office_id": case.office_id,
            "person_id": case.officer_person_id,
            "officer_seq": None,
            "head_seq": None,
        }
    )


def rate(move: Move) -> None:
    """Record how the complainant rates the handling."""
    _feedback(move, "rated")


def _feedback(move: Move, answer: str) -> None:
    move.payload |= {"answer": answer, "proof": move.actor.proof.value if move.actor.proof else "assisted"}
    if move.asked.rating is not None:
        move.payload["rating"] = move.asked.rating
    move.session.execute(
        insert(Feedback),
        {
            "grievance_id": move.grievance.id,
            "cycle": move.case.cycle,
            "seq": move.seq,
            "answer": answer,
            "rating": move.asked.rating,
            "proof": move.actor.proof or "assisted",
            "address_hash": move.actor.address_hash,
            "device_hash": move.actor.device_hash,
            "answered_at": move.now,
        },
    )


ENDINGS: dict[Action, Effect] = {
    Action.HAND_OVER: hand_over,
    Action.LOSE_REACH: lose_reach,
    Action.CONFIRM: confirm,
    Action.CLOSE: close,
    Action.REFUSE: refuse,
    Action.LODGE_APPEAL: lodge_appeal,
    Action.DISMISS_APPEAL: decide_appeal,
    Action.ALLOW_APPEAL: decide_appeal,
    Action.REOPEN: reopen,
    Action.REOPEN_ON_CHECK: reopen_on_check,
    Action.WITHDRAW: withdraw,
    Action.UNDO_WITHDRAWAL: undo_withdrawal,
    Action.ESCALATE: escalate,
    Action.RATE: rate,
}
