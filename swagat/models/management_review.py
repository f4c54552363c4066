"""Management reviews: what was looked at, the minutes, and the decisions with owner and day."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from swagat.database import Base, BigId, Json, UtcDateTime, one_of
from swagat.domain.management_reviews import DecisionKind


class ManagementReview(Base):
    """One review of one office; `given` is what the system gave to it, frozen when its head signed the minutes."""

    __tablename__ = "management_reviews"
    __table_args__ = (
        UniqueConstraint("state_id", "year", "running"),
        UniqueConstraint("office_id", "first_month", "last_month"),
        CheckConstraint("last_month >= first_month", name="ends_after_it_begins"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state_id: Mapped[int] = mapped_column(ForeignKey("states.id"))
    year: Mapped[int]
    running: Mapped[int]
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    first_month: Mapped[date]
    last_month: Mapped[date]
    held_on: Mapped[date]
    begun_by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    notes: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    minutes: Mapped[str] = mapped_column(Text, default="")
    given: Mapped[dict[str, Any] | None] = mapped_column(Json)
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)


class ReviewDecision(Base):
    """One decision of a review; what was done about it is written once."""

    __tablename__ = "review_decisions"
    __table_args__ = (
        CheckConstraint("(done_at IS NULL) = (done_by_id IS NULL)", name="done_by_somebody"),
        Index("ix_review_decisions_office_id", "office_id"),
        Index("ix_review_decisions_review_id", "review_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("management_reviews.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    kind: Mapped[DecisionKind] = mapped_column(one_of(DecisionKind, "kind"))
    text: Mapped[str] = mapped_column(Text)
    owner_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    due_on: Mapped[date]
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)
    what_was_done: Mapped[str] = mapped_column(Text, default="")
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
