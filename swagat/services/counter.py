"""What a clerk needs at the counter: today's filings, who is still to be reached, the slip, and a person's case."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from swagat.database import db
from swagat.domain.case import Outcome
from swagat.domain.errors import N_, Invalid, NotFound, Text
from swagat.domain.redressal import permitted
from swagat.domain.registration import parse_registration_number
from swagat.domain.roles import Actor
from swagat.domain.rules import Rules
from swagat.domain.workflow import Action, Status, Transition
from swagat.models import Complainant, FilingMode, Grievance, Place
from swagat.services import acknowledgements, catalogue, redressal, scope, tracking
from swagat.services.acknowledgements import Sent
from swagat.services.move import Asked, Paper
from swagat.services.tracking import CaseView

MOST_LISTED = 50
ONE_DAY = timedelta(days=1)
MODES = (FilingMode.COUNTER, FilingMode.POST, FilingMode.TELEPHONE)
SOURCES = (
    "Lok Fariyad",
    "Write to CM",
    "CPGRAMS",
    "VMS",
    "Gram SWAGAT",
    "Taluka SWAGAT",
    "District SWAGAT",
    "State SWAGAT",
    "CM Helpline",
)
"""Where a grievance may have come from before it reached the counter; proper names, kept as they are."""

NOT_HERE = N_("No case with this number can be opened at this counter. Compare it with the paper.")


class OpenedBy(StrEnum):
    """What let a clerk into a case: the slip's code, a signed paper that was scanned, or their own filing."""

    SLIP = "slip"
    PAPER = "paper"
    OWN = "own"


# Without the person or a paper of theirs a clerk speaks for nobody: they hand over, scan and correct their typing.
FOR_OWN = frozenset({Action.HAND_OVER, Action.ADD_DOCUMENT, Action.CORRECT})


class FiledRow(NamedTuple):
    """One grievance that this clerk filed."""

    number: str
    filed_at: datetime
    disposed_at: datetime | None
    category_id: int
    place_en: str
    place_local: str
    mode: FilingMode
    due_on: date
    status: Status
    has_mobile: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """The first rows of a list, and how many there are in all."""

    rows: Sequence[FiledRow]
    count: int


@dataclass(frozen=True, slots=True)
class Slip:
    """What is printed for the person: all that was written down, and what they need to follow it."""

    sent: Sent
    text: str
    relief_sought: str
    landmark: str
    place_text: str
    place_id: int
    mode: FilingMode
    source: str
    source_reference: str
    received_on: date
    filed_at: datetime
    language: str
    name: str


@dataclass(frozen=True, slots=True)
class AtCounter:
    """A case as it may be seen and acted on at the counter."""

    view: CaseView
    actions: list[Transition]
    opened_by: OpenedBy


def filed_today(session: Session, actor: Actor, now: datetime) -> Listed:
    """Return what this clerk filed today, newest first; one statement."""
    calendar = catalogue.calendar(actor.state_id or 0)
    begins = calendar.end_of_day(calendar.day_of(now) - ONE_DAY)
    return _listed(session, actor, Grievance.filed_at >= begins, Grievance.filed_at.desc())


def not_reached(session: Session, actor: Actor) -> Listed:
    """Return what this clerk filed and whose answer reached nobody yet, oldest answer first; one statement.

    A withdrawn grievance is not among them: whoever withdrew it knows.
    """
    waits = (
        (Grievance.status == Status.DISPOSED)
        & Grievance.reached_at.is_(None)
        & Grievance.outcome.is_distinct_from(Outcome.WITHDRAWN)
    )
    return _listed(session, actor, waits, Grievance.disposed_at)


def _listed(session: Session, actor: Actor, wanted: Any, order: Any) -> Listed:
    statement = (
        select(Grievance.registration_number, Grievance.filed_at, Grievance.disposed_at, Grievance.category_id)
        .add_columns(Place.name_en, Place.name_local, Grievance.mode, Grievance.due_on, Grievance.status)
        .add_columns(Complainant.mobile.is_not(None), func.count().over())
        .join(Place, Place.id == Grievance.place_id)
        .join(Complainant, Complainant.id == Grievance.complainant_id)
        .where(scope.grievances_visible_to(actor), wanted)
        .order_by(order, Grievance.id.desc())
        .limit(MOST_LISTED)
    )
    rows = session.execute(statement).all()
    return Listed([FiledRow._make(row[:-1]) for row in rows], rows[0][-1] if rows else 0)


def slip(session: Session, actor: Actor, number: str, secret: bytes, with_code: bool) -> Slip:
    """Return the slip of a grievance that this clerk filed, raising NotFound for any other; four statements."""
    row = session.execute(
        select(
            Grievance.text, Grievance.relief_sought, Grievance.landmark, Grievance.place_text, Grievance.place_id,
            Grievance.mode, Grievance.source, Grievance.source_reference, Grievance.received_on, Grievance.filed_at,
            Grievance.language, Grievance.is_identity_hidden, Complainant.name,
        )
        .join(Complainant, Complainant.id == Grievance.complainant_id)
        .where(Grievance.registration_number == number, scope.grievances_visible_to(actor))
    ).first()  # fmt: skip
    sent = acknowledgements.sent(session, number, secret, with_code) if row else None
    if row is None or sent is None:
        raise NotFound
    said = row._asdict()
    if said.pop("is_identity_hidden"):
        # A slip lies about in houses and pockets: a hidden name does not stand on it.
        said["name"] = ""
    return Slip(sent, **said)


def open_with_slip(
    actor: Actor, number: str, code: str, address: str, now: datetime, secret: str, tries: int, default_state: str
) -> str:
    """Return the number of the case that number and code of a slip open for this clerk, raising Invalid or TooMany.

    A case of another state, or about the clerk's own office, is answered like a wrong code.
    """
    opened = tracking.open_case(number, code, address, now, secret, tries, default_state)
    try:
        scope.load(db.session(), actor, opened.number)
    except NotFound as fault:
        raise Invalid(tracking.NOT_TOGETHER) from fault
    return opened.number


def whole_number(actor: Actor, typed: str) -> str:
    """Return the registration number that was typed, in its proper form, raising Invalid on the field."""
    states = {state.short: state.lgd_code for state in catalogue.states()}
    try:
        return parse_registration_number(typed, states, catalogue.state(actor.state_id or 0).short)
    except Invalid as fault:
        raise Invalid(errors={"number": fault.text}) from fault


def open_with_paper(actor: Actor, number: str, paper: Paper, now: datetime, rules: Rules) -> str:
    """Keep a signed paper with its case, which opens it for this clerk, and return the number.

    The paper stays in the register as what the clerk acted on; raises Invalid, or Refused where the case takes none.
    """
    try:
        redressal.act(actor, number, Action.ADD_DOCUMENT, Asked(paper=paper), None, now, rules)
    except NotFound as fault:
        raise Invalid(errors={"number": Text(NOT_HERE)}) from fault
    return number


def open_own(session: Session, actor: Actor, number: str) -> str:
    """Return the number of a case that this clerk filed, raising NotFound for any other."""
    found = session.scalar(
        select(Grievance.registration_number).where(
            Grievance.registration_number == number, scope.grievances_visible_to(actor)
        )
    )
    if found is None:
        raise NotFound
    return found


def at_counter(
    session: Session, actor: Actor, number: str, opened_by: OpenedBy, now: datetime, rules: Rules
) -> AtCounter:
    """Return an opened case with the rows that the table permits a clerk, raising NotFound outside the scope."""
    scope.load(session, actor, number)
    view = tracking.view(session, number, now, rules)
    rows = permitted(view.case, actor)
    if opened_by is OpenedBy.OWN:
        rows = [row for row in rows if row.action in FOR_OWN]
    return AtCounter(view, rows, opened_by)
