"""The clocks beside the answer: who is told when no officer is named, time runs out or an appeal waits; more time."""

from datetime import date, datetime, timedelta

from sqlalchemy import select, update

from swagat.domain.deadlines import Clock, DueDate, Limit
from swagat.domain.duties import Timed, by_date, next_warning, to_assign, to_assign_from, to_decide_appeal
from swagat.domain.workflow import Action, Status
from swagat.models import Appeal, Deadline, DeadlineEnd
from swagat.services import clocks, lapses, routing
from swagat.services.move import Effect, Move


def begin_answer(move: Move, due: DueDate, limit: Limit, counted_from: date | None = None) -> None:
    """Begin the time to answer with the first warning that lies ahead, and let the case show its date."""
    move.duty(Clock.RESOLVE, due, limit, counted_from)
    move.due(due)
    begin_warning(move, counted_from or move.today, due.due_on)


def begin_warning(move: Move, counted_from: date, due_on: date) -> None:
    """Begin the next warning of the time to answer, if one lies ahead."""
    _begin(move, Clock.WARN, next_warning(counted_from, due_on, move.rules.warn_percents, move.now, move.calendar))


def begin_assignment(move: Move) -> None:
    """Begin the time in which the office names an officer; one that runs is taken back."""
    if move.case.status is Status.REGISTERED:
        move.end(DeadlineEnd.CANCELLED, Clock.ACKNOWLEDGE)
    _begin(move, Clock.ACKNOWLEDGE, to_assign(move.now, _is_immediate(move), move.rules, move.calendar))


def meet_assignment(move: Move) -> None:
    """End the time in which the office names an officer: one is named."""
    if move.case.status is Status.REGISTERED:
        move.end(DeadlineEnd.MET, Clock.ACKNOWLEDGE)


def begin_appeal(move: Move) -> None:
    """Begin the time in which the appeal is decided."""
    _begin(move, Clock.APPEAL, to_decide_appeal(move.today, move.rules, move.calendar))


def lapse_assignment(move: Move) -> None:
    """Begin the time to name an officer again; the head of the office is told, and the level stays."""
    fired_at = _fired_at(move, Clock.ACKNOWLEDGE)
    if _is_immediate(move):
        again = to_assign(fired_at, True, move.rules, move.calendar)
    else:
        again = to_assign_from(_last_day(move, fired_at), move.rules, move.calendar)
    _begin(move, Clock.ACKNOWLEDGE, again)


def warn(move: Move) -> None:
    """Begin the next warning of the same time."""
    counted_from = move.session.scalar(
        select(Deadline.counted_from)
        .where(Deadline.grievance_id == move.grievance.id, Deadline.clock == Clock.RESOLVE)
        .order_by(Deadline.id.desc())
        .limit(1)
    )
    if counted_from is not None:
        begin_warning(move, counted_from, move.grievance.due_on)


def lapse_appeal(move: Move) -> None:
    """Bring an appeal that nobody decided before the next office up; at the top the same office goes on."""
    here = move.case.appellate_office_id
    assert here is not None
    above = routing.superior_of(move.session, here, move.grievance.ladder, move.case.accused_office_id)
    office_id = above[0] if above else here
    move.changes["appellate_office_id"] = office_id
    move.payload["appellate_office_id"] = office_id
    move.session.execute(
        update(Appeal)
        .where(Appeal.grievance_id == move.grievance.id, Appeal.decided_at.is_(None))
        .values(office_id=office_id)
        .execution_options(synchronize_session=False)
    )
    lapsed_on = _last_day(move, _fired_at(move, Clock.APPEAL))
    _begin(move, Clock.APPEAL, to_decide_appeal(lapsed_on, move.rules, move.calendar))


def give_time(move: Move) -> None:
    """Move the due date on, once a case; the level stays, and what follows counts from the new date."""
    assert move.asked.expected_on is not None
    given = by_date(move.today, move.asked.expected_on, move.calendar)
    move.end(DeadlineEnd.CANCELLED, Clock.RESOLVE, Clock.WARN)
    begin_answer(move, given.due, given.limit)
    move.changes["time_given"] = True
    move.payload |= {"due_before": move.grievance.due_on.isoformat(), "due_on": given.due.due_on.isoformat()}


def ask_date(move: Move) -> None:
    """Remember after which missed date the complainant asked; the next one may be asked about again."""
    move.changes["asked_after"] = move.case.lapses


def explain_lapse(move: Move) -> None:
    """Let this entry stand as the reason of the officer, or of the head, for every date that they let pass."""
    lapses.explain(move.session, move.grievance.id, move.actor, move.seq)
    move.payload["office_id"] = move.actor.office_id


def _begin(move: Move, clock: Clock, timed: Timed | None) -> None:
    if timed is not None:
        move.duty(clock, timed.due, timed.limit, timed.counted_from)


def _is_immediate(move: Move) -> bool:
    return bool(move.changes.get("urgency", move.grievance.urgency) == 0)


def _fired_at(move: Move, clock: Clock) -> datetime:
    """Return when the deadline that fires was due, however late the sweep came."""
    due_at = move.payload.get("due_at")
    found = datetime.fromisoformat(due_at) if due_at else clocks.last_due(move.session, move.grievance.id, clock)
    return found or move.now


def _last_day(move: Move, due_at: datetime) -> date:
    # The instant at which a day ends belongs to the next one.
    return move.calendar.day_of(due_at - timedelta(microseconds=1))


DUTIES: dict[Action, Effect] = {
    Action.LAPSE_ASSIGNMENT: lapse_assignment,
    Action.WARN: warn,
    Action.LAPSE_APPEAL: lapse_appeal,
    Action.GIVE_TIME: give_time,
    Action.ASK_DATE: ask_date,
    Action.EXPLAIN_LAPSE: explain_lapse,
}
