"""Management reviews: begun for an ended period, noted and decided, and signed by the head of the office.

What was signed stays as it was signed, with the figures of that moment; only what became of a decision is added.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import Session

from swagat.database import is_sqlite, transaction
from swagat.domain.errors import N_, AlreadyDone, Forbidden, Invalid, NotFound, Refused, Stale, Text
from swagat.domain.management_reviews import (
    ASKED,
    LONGEST_TEXT,
    SHORTEST_TEXT,
    DecisionKind,
    fault_of_period,
    faults_of_decision,
    faults_of_notes,
    faults_of_signing,
)
from swagat.domain.roles import Actor, Role
from swagat.models import ManagementReview, Office, ReviewDecision
from swagat.services import branches, catalogue, review_inputs
from swagat.services.mandates import evidence_of
from swagat.services.posts import posted_at
from swagat.services.scope import HEADING, hold_state

WRITING = HEADING | {Role.QUALITY_MANAGER}
SIGNED = N_("The minutes of this review are signed and stay as they are.")


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision as it is typed; `owner_id` is a person posted at the office."""

    kind: DecisionKind | None
    text: str
    owner_id: int | None
    due_on: date | None


def begin(actor: Actor, office_code: str, first: date, last: date, held_on: date, now: datetime) -> int:
    """Begin the review of an office and return its id.

    Raises Forbidden for whoever neither heads the office nor runs the quality system, Invalid for what cannot be, and
    AlreadyDone where this office and period has one.
    """
    state_id = actor.state_id or 0
    today = catalogue.calendar(state_id).day_of(now)
    with transaction() as session:
        office_id = session.scalar(
            select(Office.id).where(Office.state_id == state_id, Office.code == office_code.strip()[:40])
        )
        errors: dict[str, Text] = {}
        if office_id is None:
            errors["office"] = Text(N_("There is no office with this code."))
        elif not may_write(actor, office_id):
            raise Forbidden(
                N_("A review is held by the head of the office, and prepared by them or the quality manager.")
            )
        if (fault := fault_of_period(first, last, today)) is not None:
            errors["last"] = fault
        if errors or office_id is None:
            raise Invalid(errors=errors)
        hold_state(session, state_id)
        same = select(ManagementReview.id).where(
            ManagementReview.office_id == office_id,
            ManagementReview.first_month == first,
            ManagementReview.last_month == last,
        )
        if session.scalar(same) is not None:
            raise AlreadyDone(N_("There is a review of this office and period already."))
        newest = select(func.max(ManagementReview.running)).where(
            ManagementReview.state_id == state_id, ManagementReview.year == held_on.year
        )
        review = ManagementReview(
            state_id=state_id,
            year=held_on.year,
            running=(session.scalar(newest) or 0) + 1,
            office_id=office_id,
            first_month=first,
            last_month=last,
            held_on=held_on,
            begun_by_id=actor.person_id,
            begun_at=now,
        )
        session.add(review)
        session.flush()
        return review.id


def keep(actor: Actor, review_id: int, notes: Mapping[str, str], minutes: str, version: int) -> None:
    """Keep what was noted so far.

    Raises NotFound for who may not write it, Stale when it was kept from another page meanwhile, Invalid for what is
    too long, and Refused once it is signed.
    """
    with transaction() as session:
        _write(_own(session, actor, review_id, version), notes, minutes)


def decide(actor: Actor, review_id: int, decision: Decision, now: datetime) -> int:
    """Add a decision and return its id, raising as `keep` does, and AlreadyDone for the same once more."""
    with transaction() as session:
        review = _own(session, actor, review_id)
        today = catalogue.calendar(review.state_id).day_of(now)
        owners = dict(posted_at(session, review.office_id, now))
        owner_id = decision.owner_id if decision.owner_id in owners else None
        errors = faults_of_decision(decision.text, decision.kind, owner_id, decision.due_on, today)
        if errors:
            raise Invalid(errors=errors)
        text = decision.text.strip()
        same = select(ReviewDecision.id).where(ReviewDecision.review_id == review.id, ReviewDecision.text == text)
        if session.scalar(same) is not None:
            raise AlreadyDone(N_("This decision is there already."))
        row = ReviewDecision(
            review_id=review.id,
            office_id=review.office_id,
            kind=decision.kind,
            text=text,
            owner_id=owner_id,
            due_on=decision.due_on,
            decided_by_id=actor.person_id,
            decided_at=now,
        )
        session.add(row)
        session.flush()
        return row.id


def drop(actor: Actor, review_id: int, decision_id: int) -> None:
    """Take a decision out again while the minutes are not signed, raising as `keep` does."""
    with transaction() as session:
        review = _own(session, actor, review_id)
        row = session.get(ReviewDecision, decision_id)
        if row is None or row.review_id != review.id:
            raise NotFound
        session.delete(row)


def sign(actor: Actor, review_id: int, notes: Mapping[str, str], minutes: str, version: int, now: datetime) -> None:
    """Sign the minutes: what the system gave is kept with them, and nothing of the review changes any more.

    Raises Forbidden for everybody but a head of that office, Invalid for what is missing, and as `keep` does.
    """
    with transaction() as session:
        review = _own(session, actor, review_id, version)
        if actor.role not in HEADING or actor.office_id != review.office_id:
            raise Forbidden(N_("The minutes are signed by the head of the office."))
        _write(review, notes, minutes)
        decisions = select(func.count()).where(ReviewDecision.review_id == review.id)
        errors = faults_of_signing(minutes, session.scalar(decisions) or 0)
        if errors:
            raise Invalid(errors=errors)
        review.given = review_inputs.given_to(session, review, now)
        review.signed_by_id, review.signed_at = actor.person_id, now


def carry_out(actor: Actor, decision_id: int, what: str, now: datetime) -> None:
    """Keep what was done about a decision, once.

    Raises NotFound for everybody but its owner and a head of the office, Refused before the minutes are signed,
    Invalid without a text, and AlreadyDone once it was kept.
    """
    with transaction() as session:
        asked = select(ReviewDecision, ManagementReview.signed_at).join(ManagementReview)
        asked = asked.where(ReviewDecision.id == decision_id, ManagementReview.state_id == actor.state_id)
        if not is_sqlite(session):
            asked = asked.with_for_update(key_share=True, of=ReviewDecision)
        found = session.execute(asked.execution_options(populate_existing=True)).first()
        if found is None or not may_carry_out(actor, found[0].owner_id, found[0].office_id):
            raise NotFound
        decision, signed_at = found
        if signed_at is None:
            raise Refused(N_("The minutes are not signed yet."))
        if decision.done_at is not None:
            raise AlreadyDone(N_("What was done about this decision is written down already."))
        if not SHORTEST_TEXT <= len(what.strip()) <= LONGEST_TEXT:
            raise Invalid(errors={f"done_{decision_id}": Text(N_("Write what was done, in 10 to 2000 characters."))})
        decision.what_was_done, decision.done_by_id, decision.done_at = what.strip(), actor.person_id, now


def may_carry_out(actor: Actor, owner_id: int, office_id: int) -> bool:
    """Return whether somebody may say what was done about a decision of an office."""
    return actor.person_id == owner_id or (actor.role in HEADING and actor.office_id == office_id)


def may_read(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on ManagementReview that holds for what this actor may read."""
    if actor.state_id is None:
        return false()
    of_state = ManagementReview.state_id == actor.state_id
    owned = select(ReviewDecision.review_id).where(ReviewDecision.owner_id == actor.person_id)
    review = ManagementReview
    mine = [
        and_(review.signed_at.is_not(None), review.id.in_(owned)),
        evidence_of(actor, review.office_id, review.first_month, review.last_month),
    ]
    if actor.role in HEADING and actor.office_id is not None:
        below = {office_id for office_id, _ladder in branches.branch_of(actor.office_id)}
        mine.append(ManagementReview.office_id.in_(below | {actor.office_id}))
    return and_(of_state, or_(*mine))


def may_write(actor: Actor, office_id: int) -> bool:
    """Return whether somebody prepares and notes the reviews of an office."""
    if actor.role is Role.QUALITY_MANAGER:
        return True
    return actor.role in HEADING and actor.office_id == office_id


def _own(session: Session, actor: Actor, review_id: int, version: int | None = None) -> ManagementReview:
    asked = select(ManagementReview).where(
        ManagementReview.id == review_id, ManagementReview.state_id == actor.state_id
    )
    if not is_sqlite(session):
        asked = asked.with_for_update(key_share=True)
    review = session.scalars(asked.execution_options(populate_existing=True)).first()
    if review is None or not may_write(actor, review.office_id):
        raise NotFound
    if review.signed_at is not None:
        raise Refused(SIGNED)
    if version is not None and review.version != version:
        raise Stale(N_("This review was kept from another page after this one was opened. Look at it again."))
    return review


def _write(review: ManagementReview, notes: Mapping[str, str], minutes: str) -> None:
    errors = faults_of_notes(notes, minutes)
    if errors:
        raise Invalid(errors=errors)
    review.notes = {code: notes[code].strip() for code in ASKED if notes.get(code, "").strip()}
    review.minutes, review.version = minutes.strip(), review.version + 1
