"""What each action in an office changes beyond the status: custody, clock, proposals, disposal."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select, update

from swagat.domain.deadlines import Basis, Clock, Limit, due_date
from swagat.domain.errors import N_, AlreadyDone, Invalid, Refused, Text
from swagat.domain.names import to_plain
from swagat.domain.policies import Unit
from swagat.domain.roles import Role
from swagat.domain.workflow import Action, Status
from swagat.models import DeadlineEnd, Document, DocumentKind, GrievanceEvent, Office, Posting
from swagat.services import catalogue, clocks, directions, documents, duties, places, routing
from swagat.services.move import Effect, Move

GENERAL = "general"


def assign(move: Move) -> None:
    """Give the case to an officer of the office that has it."""
    duties.meet_assignment(move)
    move.changes["officer_posting_id"] = move.asked.officer_posting_id
    move.payload["officer_posting_id"] = move.asked.officer_posting_id


def transfer(move: Move) -> None:
    """Move the work to another office; the clock, the days consumed and the level stay as they are."""
    office_id = move.asked.office_id
    assert office_id is not None
    by_superior = move.case.transfers >= move.rules.transfer_limit
    _hand_to(move, office_id, move.grievance.ladder)
    move.changes |= {
        "transfers": move.case.transfers + 1,
        "transfer_is_final": by_superior,
        "deciding_office_id": None if by_superior else _deciding_office(move, office_id),
    }
    move.payload |= {"transfer": move.case.transfers + 1, "final": by_superior}
    duties.begin_assignment(move)


def _deciding_office(move: Move, office_id: int) -> int | None:
    """Return who decides from now on, when this is the last transfer that the offices have among themselves."""
    if move.case.transfers + 1 < move.rules.transfer_limit:
        return None
    held = move.session.scalars(
        select(GrievanceEvent.office_after_id).where(GrievanceEvent.grievance_id == move.grievance.id).distinct()
    )
    return routing.common_superior(move.session, {*held, office_id}, move.case.accused_office_id)


def _hand_to(move: Move, office_id: int, wanted_ladder: str) -> None:
    steps = routing.steps_of(move.session, office_id)
    if not steps:
        raise Invalid(errors={"office": Text(N_("This office stands on no ladder. Choose another."))})
    ladder = wanted_ladder if wanted_ladder in steps else _own_ladder(move, office_id, steps)
    answerable, level = office_id, steps[ladder]
    while level < move.case.level:
        above = routing.superior_of(move.session, answerable, ladder, move.case.accused_office_id)
        if above is None:
            break
        answerable, level = above
    move.changes |= {
        "office_id": office_id,
        "answerable_office_id": answerable,
        "ladder": ladder,
        "level": max(level, move.case.level),
        "officer_posting_id": None,
    }


def _own_ladder(move: Move, office_id: int, steps: Collection[str]) -> str:
    """Return the ladder of the office's own department; the general one, on which nearly all stand, comes last."""
    department_id = move.session.scalar(select(Office.department_id).where(Office.id == office_id))
    own = {group.ladder for group in catalogue.groups() if group.department_id == department_id}
    return min(steps, key=lambda ladder: (ladder not in own, ladder == GENERAL, ladder))


def seek_clarification(move: Move) -> None:
    """Ask the complainant; the resolve deadline waits for the answer, which has a deadline of its own."""
    move.end(DeadlineEnd.CANCELLED, Clock.RESOLVE, Clock.WARN)
    clocks.begin_pause(move.session, move.grievance.id, move.case.cycle, "clarification", move.now)
    left = move.rules.clarification_working_days - _days_paused(move)
    if left < 1:
        raise Refused(N_("The days to wait for the complainant are used up. Decide on what there is."))
    limit = Limit(left, Unit.WORKING, Basis.SETTING)
    due = due_date(move.today, limit, move.calendar)
    move.duty(Clock.CLARIFY, due, limit)
    move.changes["clarifications"] = move.case.clarifications + 1
    move.payload["answer_by"] = due.due_on.isoformat()
    move.variables["until"] = due.due_on.isoformat()


def _days_paused(move: Move) -> int:
    day = move.calendar.day_of
    intervals = clocks.pauses(move.session, move.grievance.id, move.case.cycle, move.now)
    return sum(move.calendar.working_days_between(day(one.begun_at), day(one.ended_at)) for one in intervals)


def clarify(move: Move) -> None:
    """Let the clock run again, the due date moved on by the pause."""
    end = DeadlineEnd.FIRED if move.actor.role is Role.SYSTEM else DeadlineEnd.MET
    clocks.end_live(move.session, move.grievance.id, end, move.now, [Clock.CLARIFY])
    resume(move, clocks.last_due(move.session, move.grievance.id, Clock.CLARIFY))


def resume(move: Move, at_latest: datetime | None = None) -> None:
    """Close the pause and begin the resolve deadline again where it stood.

    The pause ends `at_latest` when the answer was due, or a sweep that comes late would give the office more days.
    """
    clocks.end_pause(move.session, move.grievance.id, min(move.now, at_latest or move.now))
    # A case that climbed counts by the days of the office that answers.
    office_id = move.case.answerable_office_id if move.case.lapses else move.case.office_id
    calendar = catalogue.calendar(move.grievance.state_id, office_id)
    resumed = clocks.resume(move.session, move.grievance.id, move.case.cycle, calendar, move.now)
    if resumed is not None:
        move.due(resumed.due)
        duties.begin_warning(move, resumed.counted_from, resumed.due.due_on)


def interim_reply(move: Move) -> None:
    """Record the date by which an answer is expected; it moves no deadline."""
    expected = move.asked.expected_on
    assert expected is not None
    move.payload["expected_on"] = expected.isoformat()
    move.variables["until"] = expected.isoformat()


def report_action(move: Move) -> None:
    """Hand the report to the answerable office; a one-person office has its reports disposed by the office above."""
    move.changes["reporter_id"] = move.actor.person_id
    upward = routing.ladder_of(move.session, move.case.answerable_office_id, move.grievance.ladder)
    offices = [post.office_id for post in upward if post.office_id != move.case.accused_office_id]
    headed = _headed_by_another(move, {move.case.answerable_office_id, *offices})
    decides = next((one for one in [move.case.answerable_office_id, *offices] if one in headed), None)
    if decides is None:
        raise Refused(N_("Nobody else is posted here who could decide on your report. Ask the administrator."))
    if decides != move.case.answerable_office_id:
        move.changes["answerable_office_id"] = decides
        move.payload["one_person_office"] = True


def _headed_by_another(move: Move, office_ids: Collection[int]) -> set[int]:
    """Return which offices have a head now who is neither the reporter nor the person complained against."""
    heads = select(Posting.office_id).where(
        Posting.office_id.in_(office_ids),
        Posting.role.in_([Role.SUPERVISOR, Role.PRESIDING_OFFICER]),
        Posting.person_id != move.actor.person_id,
        Posting.person_id.is_distinct_from(move.case.accused_person_id),
        Posting.begins_at <= move.now,
        Posting.ends_at.is_(None) | (Posting.ends_at > move.now),
    )
    return set(move.session.scalars(heads.distinct()))


def return_report(move: Move) -> None:
    """Send the report back to the officer; with a date it is a direction to the office."""
    move.changes["reporter_id"] = None
    if move.asked.expected_on is not None:
        directions.direct(move)


def regrade(move: Move) -> None:
    """Give the case another category without touching its clock; one filed as not sure goes to its right office."""
    assert move.asked.category_id is not None
    category = catalogue.category(move.asked.category_id)
    was = catalogue.category(move.grievance.category_id)
    move.changes |= {"category_id": category.id}
    move.payload |= {"category_before": was.code, "category_after": category.code}
    if was.is_group:
        # Nobody can be asked for a ward or a station here: the office above such areas takes it.
        routed = routing.route(
            move.session, category.id, move.grievance.place_id, move.case.accused_office_id, places.AREAS
        )
        move.payload["why"] = to_plain(routed.explanation)
        _hand_to(move, routed.office_id, category.ladder)
        duties.begin_assignment(move)


def mark_immediate(move: Move) -> None:
    """Put the case at the top of the desk, and give the office hours instead of days to name an officer."""
    move.changes["urgency"] = 0
    if move.case.status is Status.REGISTERED:
        duties.begin_assignment(move)


def unmark_immediate(move: Move) -> None:
    """Take the case from the top of the desk; the office has days again to name an officer."""
    move.changes["urgency"] = 1
    if move.case.status is Status.REGISTERED:
        duties.begin_assignment(move)


def remind(move: Move) -> None:
    """Record a reminder; one a day is enough to be seen."""
    last = move.session.scalar(
        select(GrievanceEvent.at)
        .where(GrievanceEvent.grievance_id == move.grievance.id, GrievanceEvent.action == Action.REMIND)
        .order_by(GrievanceEvent.seq.desc())
        .limit(1)
    )
    if last is not None and move.calendar.day_of(last) == move.today:
        raise Refused(N_("A reminder went to the office today. The next one can be sent tomorrow."))


def add_document(move: Move) -> None:
    """Attach a paper; papers of a person who hides their identity wait for release by the office above."""
    paper = move.asked.paper
    if paper is None:
        raise Invalid(errors={"document": Text(N_("Choose a photo or a PDF."))})
    if documents.find(move.session, move.grievance.id, paper.digest) is not None:
        raise AlreadyDone(N_("This paper is here already."))
    held = move.grievance.is_identity_hidden and paper.kind is not DocumentKind.EVIDENCE
    document = documents.attach(
        move.session,
        paper.digest,
        move.grievance.id,
        move.seq,
        paper.prepared,
        paper.kind,
        move.actor.person_id,
        is_held=held,
        is_visible=True,
        now=move.now,
    )
    move.payload |= {"document": document.digest, "kind": paper.kind.value}


def release_documents(move: Move) -> None:
    """Let the office see the papers of a person who hides their identity."""
    statement = update(Document).where(Document.grievance_id == move.grievance.id).values(is_held=False)
    move.session.execute(statement.execution_options(synchronize_session=False))


EFFECTS: dict[Action, Effect] = {
    Action.ASSIGN: assign,
    Action.FORWARD: assign,
    Action.TRANSFER: transfer,
    Action.SEEK_CLARIFICATION: seek_clarification,
    Action.CLARIFY: clarify,
    Action.LAPSE_CLARIFICATION: clarify,
    Action.INTERIM_REPLY: interim_reply,
    Action.REPORT_ACTION: report_action,
    Action.RETURN_REPORT: return_report,
    Action.REGRADE: regrade,
    Action.MARK_IMMEDIATE: mark_immediate,
    Action.UNMARK_IMMEDIATE: unmark_immediate,
    Action.REMIND: remind,
    Action.ADD_DOCUMENT: add_document,
    Action.RELEASE_DOCUMENTS: release_documents,
    **duties.DUTIES,
    **directions.DIRECTIONS,
}
