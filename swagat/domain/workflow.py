"""The workflow is one table: who may do what, from where to where, with which needs, clock and messages.

The buttons, the required fields, the permission checks, the messages, the automatic moves and the diagram in
docs/workflow.md all come from `TRANSITIONS`; nothing else in the program changes a status.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from swagat.domain.conditions import When
from swagat.domain.deadlines import Clock
from swagat.domain.messages import MessageKey as M
from swagat.domain.roles import Party as P


class Status(StrEnum):
    """Where a grievance stands; how it ended is the outcome, how high it has climbed is the level."""

    REGISTERED = "registered"
    ASSIGNED = "assigned"
    CLARIFICATION_SOUGHT = "clarification_sought"
    ACTION_REPORTED = "action_reported"
    DISPOSED = "disposed"
    UNDER_APPEAL = "under_appeal"
    CLOSED = "closed"


S = Status
OPEN = frozenset(S) - {S.DISPOSED, S.CLOSED}
IN_HAND = frozenset({S.REGISTERED, S.ASSIGNED, S.CLARIFICATION_SOUGHT, S.ACTION_REPORTED})
RUNNING = IN_HAND - {S.CLARIFICATION_SOUGHT}


class Action(StrEnum):
    """One thing that can happen to a grievance; the register keeps one entry for each that did."""

    FILE = "file"
    ASSIGN = "assign"
    FORWARD = "forward"
    TRANSFER = "transfer"
    SEEK_CLARIFICATION = "seek_clarification"
    CLARIFY = "clarify"
    LAPSE_CLARIFICATION = "lapse_clarification"
    INTERIM_REPLY = "interim_reply"
    REPORT_ACTION = "report_action"
    RETURN_REPORT = "return_report"
    DISPOSE = "dispose"
    PROPOSE = "propose"
    OBJECT = "object"
    APPROVE = "approve"
    DECLINE = "decline"
    HAND_OVER = "hand_over"
    LOSE_REACH = "lose_reach"
    CONFIRM = "confirm"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    UNDO_WITHDRAWAL = "undo_withdrawal"
    LODGE_APPEAL = "lodge_appeal"
    DISMISS_APPEAL = "dismiss_appeal"
    ALLOW_APPEAL = "allow_appeal"
    CLOSE = "close"
    REOPEN = "reopen"
    REOPEN_ON_CHECK = "reopen_on_check"
    ESCALATE = "escalate"
    REGRADE = "regrade"
    MARK_IMMEDIATE = "mark_immediate"
    UNMARK_IMMEDIATE = "unmark_immediate"
    REMIND = "remind"
    RATE = "rate"
    NOTE = "note"
    CORRECT = "correct"
    ADD_DOCUMENT = "add_document"
    RELEASE_DOCUMENTS = "release_documents"
    LAPSE_ASSIGNMENT = "lapse_assignment"
    WARN = "warn"
    LAPSE_APPEAL = "lapse_appeal"
    ASK_DATE = "ask_date"
    EXPLAIN_LAPSE = "explain_lapse"
    GIVE_TIME = "give_time"
    REDATE = "redate"
    DIRECT = "direct"
    REPORT_DIRECTION = "report_direction"
    ACCEPT_DIRECTION = "accept_direction"
    RETURN_DIRECTION = "return_direction"
    LAPSE_DIRECTION = "lapse_direction"
    LIST_FOR_SITTING = "list_for_sitting"
    UNLIST = "unlist"
    LINK = "link"
    UNLINK = "unlink"


A = Action


class Need(StrEnum):
    """A field that the form of an action must fill."""

    REMARK = "remark"
    OFFICER = "officer"
    OFFICE = "office"
    REPORT = "report"
    EVIDENCE = "evidence"
    QUESTIONS = "questions"
    EXPECTED_ON = "expected_on"
    OUTCOME = "outcome"
    REASON = "reason"
    PROPOSED = "proposed"
    CATEGORY = "category"
    RATING = "rating"
    CHECKED = "checked"
    GROUNDS = "grounds"
    CAUSE = "cause"


class ClockEffect(StrEnum):
    """What an action does to the clock that the citizen sees."""

    KEEPS = "keeps"
    PAUSES = "pauses"
    RUNS = "runs"
    STOPS = "stops"


class ClockState(StrEnum):
    """Whether the time of the office runs."""

    RUNS = "runs"
    PAUSED = "paused"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table; `target` is None where the status stays as it is."""

    action: Action
    sources: frozenset[Status]
    target: Status | None
    who: frozenset[P]
    needs: tuple[Need, ...] = ()
    clock: ClockEffect = ClockEffect.KEEPS
    tells: tuple[M, ...] = ()
    when: When = When.ALWAYS
    after: Clock | None = None
    visible: bool = True
    new_cycle: bool = False
    strong_proof: bool = False
    optional: tuple[Need, ...] = field(default=())


def _row(
    action: Action,
    sources: frozenset[Status] | set[Status],
    target: Status | None,
    who: set[P],
    **rest: object,
) -> Transition:
    return Transition(action, frozenset(sources), target, frozenset(who), **rest)  # type: ignore[arg-type]


CITIZEN = {P.COMPLAINANT, P.CLERK}
HEADS = {P.OFFICE_SUPERVISOR, P.ANSWERABLE}
SUPERIORS = {P.ANSWERABLE, P.OFFICE_ABOVE}
HANDLERS = {P.OFFICER, P.OFFICE_SUPERVISOR, P.ANSWERABLE}
KEEPS, PAUSES, RUNS, STOPS = ClockEffect.KEEPS, ClockEffect.PAUSES, ClockEffect.RUNS, ClockEffect.STOPS

TRANSITIONS: tuple[Transition, ...] = (
    _row(A.FILE, set(), S.REGISTERED, CITIZEN, clock=RUNS, tells=(M.FILED,)),
    _row(A.ASSIGN, {S.REGISTERED, S.ASSIGNED}, S.ASSIGNED, {P.OFFICE_SUPERVISOR, P.OFFICE_STAFF},
         needs=(Need.OFFICER,), optional=(Need.REMARK,), tells=(M.ASSIGNED, M.OFFICER_ASSIGNED)),
    _row(A.ASSIGN, {S.REGISTERED, S.ASSIGNED}, S.ASSIGNED, {P.ANSWERABLE},
         needs=(Need.OFFICER, Need.REMARK), tells=(M.ASSIGNED, M.OFFICER_ASSIGNED), when=When.CAME_UP),
    _row(A.LAPSE_ASSIGNMENT, {S.REGISTERED}, None, {P.SYSTEM}, tells=(M.OFFICE_UNASSIGNED,),
         after=Clock.ACKNOWLEDGE, visible=False),
    _row(A.FORWARD, {S.ASSIGNED}, S.ASSIGNED, {P.OFFICER},
         needs=(Need.OFFICER, Need.REMARK), tells=(M.OFFICER_ASSIGNED,)),
    _row(A.TRANSFER, {S.REGISTERED, S.ASSIGNED}, S.REGISTERED, HANDLERS,
         needs=(Need.OFFICE, Need.REMARK), tells=(M.TRANSFERRED, M.OFFICE_RECEIVED), when=When.TRANSFERS_LEFT),
    _row(A.TRANSFER, {S.REGISTERED, S.ASSIGNED}, S.REGISTERED, {P.COMMON_SUPERIOR},
         needs=(Need.OFFICE, Need.REMARK), tells=(M.TRANSFERRED, M.OFFICE_RECEIVED), when=When.TRANSFERS_SPENT),
    _row(A.SEEK_CLARIFICATION, {S.ASSIGNED}, S.CLARIFICATION_SOUGHT, {P.OFFICER},
         needs=(Need.QUESTIONS,), clock=PAUSES, tells=(M.CLARIFICATION_SOUGHT,)),
    _row(A.CLARIFY, {S.CLARIFICATION_SOUGHT}, S.ASSIGNED, CITIZEN,
         needs=(Need.REMARK,), clock=RUNS, tells=(M.OFFICER_CLARIFIED,)),
    _row(A.LAPSE_CLARIFICATION, {S.CLARIFICATION_SOUGHT}, S.ASSIGNED, {P.SYSTEM},
         clock=RUNS, tells=(M.OFFICER_CLARIFIED,), after=Clock.CLARIFY),
    _row(A.INTERIM_REPLY, IN_HAND, None, HANDLERS,
         needs=(Need.REMARK, Need.EXPECTED_ON), tells=(M.INTERIM_REPLY,)),
    _row(A.REPORT_ACTION, {S.ASSIGNED}, S.ACTION_REPORTED, {P.OFFICER},
         needs=(Need.REPORT,), optional=(Need.EVIDENCE,), tells=(M.ACTION_REPORTED, M.OFFICE_REPORTED)),
    _row(A.RETURN_REPORT, {S.ACTION_REPORTED}, S.ASSIGNED, {P.ANSWERABLE},
         needs=(Need.REMARK,), optional=(Need.EXPECTED_ON,), tells=(M.OFFICER_RETURNED,)),
    _row(A.DISPOSE, {S.ACTION_REPORTED}, S.DISPOSED, {P.ANSWERABLE},
         needs=(Need.OUTCOME, Need.REASON), clock=STOPS, tells=(M.DISPOSED,), when=When.NO_PROPOSAL),
    _row(A.DISPOSE, {S.REGISTERED, S.ASSIGNED}, S.DISPOSED, {P.ANSWERABLE},
         needs=(Need.OUTCOME, Need.REASON, Need.CHECKED), clock=STOPS, tells=(M.DISPOSED,),
         when=When.CAME_UP_NO_PROPOSAL),
    _row(A.PROPOSE, IN_HAND, None, HANDLERS,
         needs=(Need.PROPOSED, Need.REASON), tells=(M.PROPOSED,), when=When.NO_PROPOSAL),
    _row(A.OBJECT, IN_HAND, None, CITIZEN,
         needs=(Need.REMARK,), tells=(M.OFFICE_OBJECTED,), when=When.PROPOSAL_WAITS),
    _row(A.APPROVE, IN_HAND, S.DISPOSED, SUPERIORS,
         needs=(Need.REASON,), clock=STOPS, tells=(M.DISPOSED,), when=When.PROPOSAL_WAITS),
    _row(A.DECLINE, IN_HAND, None, SUPERIORS,
         needs=(Need.REMARK,), tells=(M.PROPOSAL_DECLINED,), when=When.PROPOSAL_WAITS),
    _row(A.HAND_OVER, {S.DISPOSED}, None, {P.CLERK, P.OFFICER, P.OFFICE_SUPERVISOR, P.ANSWERABLE},
         needs=(Need.REMARK,), when=When.NOT_REACHED),
    _row(A.HAND_OVER, {S.DISPOSED}, None, {P.SYSTEM}, when=When.NOT_REACHED),
    _row(A.LOSE_REACH, {S.DISPOSED}, None, {P.SYSTEM}, when=When.REACHED),
    _row(A.CONFIRM, {S.DISPOSED}, S.CLOSED, {P.COMPLAINANT},
         optional=(Need.RATING, Need.REMARK), tells=(M.CLOSED,), when=When.NOT_WITHDRAWN, strong_proof=True),
    _row(A.REFUSE, {S.DISPOSED}, S.REGISTERED, CITIZEN,
         needs=(Need.REMARK,), clock=RUNS, tells=(M.REOPENED, M.OFFICE_REOPENED), when=When.MAY_REFUSE, new_cycle=True),
    _row(A.REFUSE, {S.DISPOSED}, S.UNDER_APPEAL, CITIZEN,
         needs=(Need.REMARK,), tells=(M.APPEAL_LODGED, M.OFFICE_APPEAL), when=When.MUST_APPEAL),
    _row(A.LODGE_APPEAL, {S.DISPOSED}, S.UNDER_APPEAL, CITIZEN,
         needs=(Need.GROUNDS,), tells=(M.APPEAL_LODGED, M.OFFICE_APPEAL), when=When.NOT_WITHDRAWN),
    _row(A.DISMISS_APPEAL, {S.UNDER_APPEAL}, S.CLOSED, {P.APPELLATE},
         needs=(Need.REASON, Need.CHECKED), tells=(M.APPEAL_DECIDED,)),
    _row(A.ALLOW_APPEAL, {S.UNDER_APPEAL}, S.REGISTERED, {P.APPELLATE},
         needs=(Need.REASON, Need.CHECKED), clock=RUNS, tells=(M.APPEAL_DECIDED, M.OFFICE_REOPENED), new_cycle=True),
    _row(A.WITHDRAW, IN_HAND, S.DISPOSED, {P.COMPLAINANT},
         needs=(Need.REMARK,), clock=STOPS, tells=(M.WITHDRAWN,), strong_proof=True),
    _row(A.UNDO_WITHDRAWAL, {S.DISPOSED}, S.REGISTERED, CITIZEN,
         clock=RUNS, tells=(M.WITHDRAWAL_UNDONE, M.OFFICE_RECEIVED), when=When.WITHDRAWN),
    _row(A.CLOSE, {S.DISPOSED}, S.CLOSED, {P.SYSTEM},
         tells=(M.CLOSED,), when=When.IDLE_WINDOW, after=Clock.CONFIRM),
    _row(A.CLOSE, {S.DISPOSED}, S.CLOSED, {P.SYSTEM}, when=When.WITHDRAWN, after=Clock.WITHDRAWAL),
    _row(A.REOPEN, {S.CLOSED}, S.REGISTERED, {P.OFFICE_ABOVE},
         needs=(Need.REASON,), clock=RUNS, tells=(M.REOPENED, M.OFFICE_REOPENED), new_cycle=True),
    _row(A.REOPEN_ON_CHECK, {S.DISPOSED, S.CLOSED}, S.REGISTERED, {P.SYSTEM},
         needs=(Need.REMARK,), clock=RUNS, tells=(M.REOPENED, M.OFFICE_REOPENED), when=When.NOT_UPHELD,
         new_cycle=True),
    _row(A.ESCALATE, IN_HAND, None, {P.SYSTEM}, tells=(M.ESCALATED, M.OFFICE_ESCALATED), after=Clock.RESOLVE),
    _row(A.WARN, IN_HAND, None, {P.SYSTEM}, tells=(M.OFFICER_WARNED,), after=Clock.WARN, visible=False),
    _row(A.LAPSE_APPEAL, {S.UNDER_APPEAL}, None, {P.SYSTEM}, tells=(M.OFFICE_APPEAL,), after=Clock.APPEAL),
    _row(A.EXPLAIN_LAPSE, frozenset(S), None, {P.LAPSED}, needs=(Need.REMARK,), visible=False),
    _row(A.ASK_DATE, IN_HAND, None, CITIZEN, optional=(Need.REMARK,), tells=(M.OFFICE_DATE_ASKED,),
         when=When.DATE_MISSED),
    _row(A.GIVE_TIME, RUNNING, None, {P.OFFICE_ABOVE},
         needs=(Need.EXPECTED_ON, Need.REMARK), tells=(M.DATE_CHANGED, M.OFFICER_DATE_CHANGED),
         when=When.TIME_NOT_GIVEN),
    _row(A.GIVE_TIME, RUNNING, None, {P.ANSWERABLE},
         needs=(Need.EXPECTED_ON, Need.REMARK), tells=(M.DATE_CHANGED, M.OFFICER_DATE_CHANGED),
         when=When.CAME_UP_TIME_NOT_GIVEN),
    _row(A.REDATE, IN_HAND, None, {P.SYSTEM}, tells=(M.DATE_CHANGED, M.OFFICER_DATE_CHANGED)),
    _row(A.DIRECT, IN_HAND, None, SUPERIORS,
         needs=(Need.REMARK, Need.EXPECTED_ON), tells=(M.OFFICE_DIRECTED,), when=When.NO_DIRECTION),
    _row(A.REPORT_DIRECTION, OPEN, None, {P.OFFICER, P.OFFICE_SUPERVISOR},
         needs=(Need.REPORT,), tells=(M.OFFICE_DIRECTION_REPORTED,), when=When.DIRECTION_OPEN),
    _row(A.ACCEPT_DIRECTION, OPEN, None, {P.DIRECTING}, optional=(Need.REMARK,), when=When.DIRECTION_REPORTED),
    _row(A.RETURN_DIRECTION, OPEN, None, {P.DIRECTING},
         needs=(Need.REMARK, Need.EXPECTED_ON), tells=(M.OFFICE_DIRECTED,), when=When.DIRECTION_REPORTED),
    _row(A.LAPSE_DIRECTION, OPEN, None, {P.SYSTEM}, tells=(M.OFFICE_DIRECTION_LATE,), after=Clock.DIRECTION),
    _row(A.LIST_FOR_SITTING, OPEN, None, SUPERIORS,
         needs=(Need.EXPECTED_ON, Need.REMARK), tells=(M.HEARING,), when=When.NOT_LISTED),
    _row(A.UNLIST, OPEN, None, SUPERIORS, needs=(Need.REMARK,), tells=(M.HEARING_OFF,), when=When.LISTED),
    _row(A.LINK, OPEN, None, HEADS | {P.OFFICE_ABOVE}, needs=(Need.CAUSE,), when=When.NOT_LINKED, visible=False),
    _row(A.UNLINK, OPEN, None, HEADS | {P.OFFICE_ABOVE}, needs=(Need.REMARK,), when=When.LINKED, visible=False),
    _row(A.REGRADE, {S.REGISTERED, S.ASSIGNED}, S.REGISTERED, HEADS | {P.OFFICER},
         needs=(Need.CATEGORY, Need.REMARK), tells=(M.REGRADED, M.OFFICE_RECEIVED), when=When.UNSORTED),
    _row(A.REGRADE, {S.REGISTERED, S.ASSIGNED}, None, HEADS | {P.OFFICER},
         needs=(Need.CATEGORY, Need.REMARK), tells=(M.REGRADED,), when=When.SORTED),
    _row(A.MARK_IMMEDIATE, OPEN, None, CITIZEN | {P.OFFICER, P.OFFICE_SUPERVISOR, P.ANSWERABLE},
         needs=(Need.REMARK,), tells=(M.OFFICE_IMMEDIATE,), when=When.NOT_IMMEDIATE),
    _row(A.UNMARK_IMMEDIATE, OPEN, None, HEADS, needs=(Need.REMARK,), when=When.IMMEDIATE),
    _row(A.REMIND, OPEN, None, CITIZEN, optional=(Need.REMARK,), tells=(M.OFFICER_REMINDED,)),
    _row(A.RATE, {S.DISPOSED, S.CLOSED}, None, {P.COMPLAINANT},
         needs=(Need.RATING,), optional=(Need.REMARK,), when=When.NOT_WITHDRAWN),
    _row(A.NOTE, frozenset(S), None, {P.OFFICER, P.OFFICE_STAFF, P.OFFICE_SUPERVISOR, P.ANSWERABLE, P.APPELLATE,
                                      P.OFFICE_ABOVE},
         needs=(Need.REMARK,), visible=False),
    _row(A.CORRECT, OPEN, None, CITIZEN, needs=(Need.REMARK,), tells=(M.OFFICER_CLARIFIED,)),
    _row(A.ADD_DOCUMENT, OPEN | {S.DISPOSED}, None, CITIZEN | {P.OFFICER, P.OFFICE_SUPERVISOR, P.ANSWERABLE}),
    _row(A.RELEASE_DOCUMENTS, OPEN | {S.DISPOSED}, None, {P.OFFICE_ABOVE}, needs=(Need.REMARK,),
         when=When.PAPERS_HELD, visible=False),
)  # fmt: skip

ROWS: dict[Action, tuple[Transition, ...]] = {
    action: tuple(row for row in TRANSITIONS if row.action is action) for action in Action
}
ROWS_FROM: dict[Status, tuple[Transition, ...]] = {
    status: tuple(row for row in TRANSITIONS if status in row.sources) for status in Status
}
