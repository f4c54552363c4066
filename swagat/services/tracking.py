"""The complainant looks up and answers: number and code let in, and everything their page shows is read here."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from swagat.database import transaction
from swagat.domain.case import Case, Owing, Waiting
from swagat.domain.deadlines import Clock, DaysLeft, DueDate, days_left
from swagat.domain.errors import N_, Invalid
from swagat.domain.redressal import permitted
from swagat.domain.registration import parse_registration_number, parse_tracking_code, tracking_code_hash
from swagat.domain.roles import Proof, complainant
from swagat.domain.rules import Rules
from swagat.domain.workflow import Action, Status, Transition
from swagat.models import Grievance, Office, RemarkKind
from swagat.services import case_texts, catalogue, dating, scope
from swagat.services.case_texts import CaseText
from swagat.services.dating import ClockDate
from swagat.services.directions import Hearing, hearing
from swagat.services.facts import case_of
from swagat.services.history import Happening, History, history
from swagat.services.limits import Limit, await_turn, count_tries, network
from swagat.services.texting import Texting

HOUR = 3600
REOPENINGS = frozenset(
    {Action.REFUSE, Action.ALLOW_APPEAL, Action.REOPEN, Action.REOPEN_ON_CHECK, Action.UNDO_WITHDRAWAL}
)
NOT_TOGETHER = N_("This number and code do not belong together. Compare both with your slip.")


@dataclass(frozen=True, slots=True)
class Opened:
    """A case that was opened with its number and code."""

    grievance_id: int
    number: str


def open_case(
    number: str, code: str, address: str, now: datetime, secret: str, tries: int, default_state: str
) -> Opened:
    """Return the case that number and code open together, raising Invalid or TooMany.

    A wrong number and a wrong code are answered alike. Tries arriving together take turns, so that each wrong one
    is counted before the next is looked at; a right one writes nothing.
    """
    states = {state.short: state.lgd_code for state in catalogue.states()}
    try:
        wanted, digits = parse_registration_number(number, states, default_state), parse_tracking_code(code)
    except Invalid:
        wanted, digits = "", ""
    limits = [Limit("track-address", network(address), HOUR, tries)]
    if wanted:
        limits.append(Limit("track-number", wanted, HOUR, tries))
    given = tracking_code_hash(secret.encode(), digits)
    with transaction() as session:
        await_turn(session, limits, now, secret)
        row = session.execute(_CODE, {"number": wanted}).first()
        fits = hmac.compare_digest(given, row.tracking_hash if row else "0" * 64)
        if not fits:
            count_tries(session, limits, now, secret)
    if row is None or not fits:
        raise Invalid(NOT_TOGETHER)
    return Opened(row.id, row.registration_number)


_CODE = select(Grievance.id, Grievance.registration_number, Grievance.tracking_hash).where(
    Grievance.registration_number == bindparam("number")
)


@dataclass(frozen=True, slots=True)
class Answer:
    """A disposal as the complainant reads it: how it ended, the reasons in full, and until when to answer."""

    happening: Happening
    reasons: Sequence[str]
    answer_by: date | None
    days: DaysLeft | None


@dataclass(frozen=True, slots=True)
class DateAsked:
    """A dated answer that the complainant asked for, and the interim reply that gave it, if one did."""

    at: datetime
    reply: Happening | None
    expected_on: date | None


@dataclass(frozen=True, slots=True)
class CaseView:
    """Everything the tracking page shows."""

    grievance: Grievance
    case: Case
    actions: list[Transition]
    history: History
    due: DueDate | None
    clocks: Sequence[ClockDate]
    days: DaysLeft
    answer: Answer | None
    waiting: Waiting | None
    proposal_reason: str
    date_asked: DateAsked | None
    today: date
    appellate: Office | None
    own_mobile: str = field(repr=False)
    texting: Texting
    hearing: Hearing | None
    texts: Sequence[CaseText]


def view(session: Session, number: str, now: datetime, rules: Rules) -> CaseView:
    """Return what the page of a proven complainant shows, in at most ten statements."""
    grievance = scope.load(session, complainant(Proof.TRACKING_CODE), number)
    own_mobile = _own_mobile(grievance)
    # With a number of their own they can prove more than the tracking code does: what that allows is offered too.
    actor = complainant(Proof.OWN_CODE if own_mobile else Proof.TRACKING_CODE)
    calendar = catalogue.calendar(grievance.state_id, grievance.office_id)
    today = calendar.day_of(now)
    past = history(session, grievance.id, now, calendar, for_citizen=True)
    case = case_of(session, grievance, rules, was_proposed=past.was_proposed, owing=Owing())
    # Of a withdrawn grievance nobody decides the proposal: there is nothing to object to.
    waiting = case.waiting if grievance.is_open else None
    dates = dating.dates(session, grievance, now, past)
    window = dates.of(Clock.CONFIRM, Clock.WITHDRAWAL) if grievance.status is Status.DISPOSED else None
    by = window.due_on if window else None
    texts, fares = case_texts.texts_of(session, grievance, now, for_citizen=True)
    return CaseView(
        grievance,
        case,
        permitted(case, actor),
        past,
        dates.due,
        [one for one in dates.others if one.clock is not Clock.DIRECTION],
        days_left(grievance.due_on, today, calendar),
        _answer(past, by, days_left(by, today, calendar) if by else None),
        waiting,
        _proposal_reason(past) if waiting else "",
        date_asked(past) if grievance.is_open else None,
        today,
        session.get(Office, grievance.appellate_office_id) if grievance.status is Status.UNDER_APPEAL else None,
        own_mobile,
        fares,
        hearing(grievance, past, today),
        texts,
    )


def _own_mobile(grievance: Grievance) -> str:
    """Return the number that only the complainant reads, or nothing."""
    known = scope.identity_of(complainant(Proof.TRACKING_CODE), grievance)
    return known.mobile if known and not grievance.complainant.phone_is_shared else ""


def date_asked(past: History) -> DateAsked | None:
    """Return the newest dated answer that was asked for in this handling, with the interim reply that came after."""
    reply: Happening | None = None
    for happening in reversed(past.happenings):
        if happening.cycle != past.happenings[-1].cycle:
            break
        if happening.action is Action.INTERIM_REPLY:
            reply = reply or happening
        elif happening.action is Action.ASK_DATE:
            return DateAsked(happening.at, reply, date.fromisoformat(reply.payload["expected_on"]) if reply else None)
    return None


def _answer(past: History, by: date | None, days: DaysLeft | None) -> Answer | None:
    ending = {Action.DISPOSE, Action.APPROVE, Action.DISMISS_APPEAL, Action.WITHDRAW}
    for happening in reversed(past.happenings):
        if happening.action in REOPENINGS:
            if happening.status_after is Status.REGISTERED:
                return None
        elif happening.action in ending:
            reasons = [text for kind, text in happening.texts if kind in (RemarkKind.REASON, RemarkKind.CHECKED)]
            return Answer(happening, reasons, by, days)
    return None


def _proposal_reason(past: History) -> str:
    for happening in reversed(past.happenings):
        if happening.action is Action.PROPOSE:
            return "\n".join(text for kind, text in happening.texts if kind is RemarkKind.REASON)
    return ""


@dataclass(frozen=True, slots=True)
class Door:
    """What lets a browser back into a case: it ends after idle minutes and says which case it opened."""

    number: str
    seen_at: datetime

    def is_open(self, now: datetime, idle: timedelta) -> bool:
        """Return whether the browser was seen within the idle time."""
        return timedelta(0) <= now - self.seen_at <= idle
