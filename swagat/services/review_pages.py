"""What the pages of management reviews show: the list, one review with its inputs, and the decisions still open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from swagat.domain.errors import NotFound
from swagat.domain.management_reviews import DecisionKind, DecisionState, number_of, state_of
from swagat.domain.names import Name
from swagat.domain.quality.indicators import Tally
from swagat.domain.roles import Actor
from swagat.models import ManagementReview, Office, Person, ReviewDecision
from swagat.services import catalogue, review_inputs
from swagat.services.history import PersonName
from swagat.services.management_reviews import may_carry_out, may_read, may_write
from swagat.services.posts import posted_at
from swagat.services.scope import HEADING
from swagat.services.tallies import added

MOST_LISTED = 200


class Row(NamedTuple):
    """One review as the list shows it."""

    id: int
    number: str
    office_id: int
    office_code: str
    office: Name
    first: date
    last: date
    held_on: date
    signed_at: datetime | None


class Decided(NamedTuple):
    """One decision, with what became of it so far."""

    id: int
    kind: DecisionKind
    text: str
    owner: PersonName
    due_on: date
    state: DecisionState
    what_was_done: str
    done_at: datetime | None
    may_carry_out: bool


@dataclass(frozen=True, slots=True)
class ReviewView:
    """One review; `given` is what the system gives to it, of the moment in which it was signed or of now."""

    row: Row
    notes: Mapping[str, str]
    minutes: str
    given: Mapping[str, Any]
    decisions: Sequence[Decided]
    owners: Sequence[tuple[int, Name]]
    version: int
    writes: bool
    signs: bool

    @property
    def tally(self) -> Tally:
        """Return the counts of the office and period."""
        return added([self.given["counts"]])

    @property
    def as_of(self) -> datetime:
        """Return of which moment the counts are."""
        return datetime.fromisoformat(self.given["as_of"])


def reviews(session: Session, actor: Actor) -> Sequence[Row]:
    """Return the reviews that somebody may read, the newest first, in one statement."""
    order = (ManagementReview.held_on.desc(), ManagementReview.id.desc())
    return [_row(one) for one in session.execute(_rows(actor).order_by(*order).limit(MOST_LISTED))]


def open_decisions(session: Session, actor: Actor, now: datetime) -> Sequence[tuple[Row, Decided]]:
    """Return the decisions that somebody may read and that are not carried out, the most urgent first."""
    asked = (
        _rows(actor)
        .join(ReviewDecision, ReviewDecision.review_id == ManagementReview.id)
        .join(Person, Person.id == ReviewDecision.owner_id)
        .add_columns(ReviewDecision, Person.name_en.label("owner_en"), Person.name_local.label("owner_local"))
        .where(ManagementReview.signed_at.is_not(None), ReviewDecision.done_at.is_(None))
        .order_by(ReviewDecision.due_on, ReviewDecision.id)
        .limit(MOST_LISTED)
    )
    today = catalogue.calendar(actor.state_id or 0).day_of(now)
    return [(_row(one), _decided(one, actor, today)) for one in session.execute(asked)]


def review_view(session: Session, actor: Actor, review_id: int, now: datetime) -> ReviewView:
    """Return one review, raising NotFound for who may not read it: in three statements once it is signed."""
    found = session.execute(_rows(actor).where(ManagementReview.id == review_id)).first()
    if found is None:
        raise NotFound
    review, row = found[0], _row(found)
    writes = review.signed_at is None and may_write(actor, review.office_id)
    today = catalogue.calendar(review.state_id).day_of(now)
    decisions = session.execute(
        select(ReviewDecision, Person.name_en.label("owner_en"), Person.name_local.label("owner_local"))
        .join(Person, Person.id == ReviewDecision.owner_id)
        .where(ReviewDecision.review_id == review.id)
        .order_by(ReviewDecision.due_on, ReviewDecision.id)
        .execution_options(populate_existing=True)
    )
    owners = posted_at(session, review.office_id, now) if writes else []
    return ReviewView(
        row,
        review.notes,
        review.minutes,
        review.given or review_inputs.given_to(session, review, now),
        [_decided(one, actor, today) for one in decisions],
        owners,
        review.version,
        writes,
        writes and actor.role in HEADING and actor.office_id == review.office_id,
    )


def _rows(actor: Actor) -> Select[Any]:
    return (
        select(ManagementReview, Office.code, Office.name_en)
        .add_columns(Office.name_hi, Office.name_gu)
        .join(Office, Office.id == ManagementReview.office_id)
        .where(may_read(actor))
        .execution_options(populate_existing=True)
    )


def _row(found: Any) -> Row:
    review = found[0]
    return Row(
        review.id,
        number_of(review.year, review.running),
        review.office_id,
        found.code,
        Name.of(found),
        review.first_month,
        review.last_month,
        review.held_on,
        review.signed_at,
    )


def _decided(found: Any, actor: Actor, today: date) -> Decided:
    row: ReviewDecision = found.ReviewDecision
    return Decided(
        row.id,
        row.kind,
        row.text,
        PersonName(found.owner_en, found.owner_local),
        row.due_on,
        state_of(row.due_on, row.done_at, today),
        row.what_was_done,
        row.done_at,
        may_carry_out(actor, row.owner_id, row.office_id),
    )
