"""The movement register and the texts beside it; no use case updates or deletes an entry."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from swagat.database import Base, BigId, Json, UtcDateTime, one_of
from swagat.domain.case import Proposed
from swagat.domain.roles import Proof, Role
from swagat.domain.workflow import Action, ClockState, Status


class GrievanceEvent(Base):
    """One entry of the register: who did what when, and how the grievance stood before and after."""

    __tablename__ = "grievance_events"
    __table_args__ = (UniqueConstraint("grievance_id", "seq"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    grievance_id: Mapped[int] = mapped_column(ForeignKey("grievances.id"))
    seq: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    action: Mapped[Action] = mapped_column(one_of(Action, "action"))
    role: Mapped[Role] = mapped_column(one_of(Role, "role"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    posting_id: Mapped[int | None] = mapped_column(ForeignKey("postings.id"))
    status_before: Mapped[Status | None] = mapped_column(one_of(Status, "status_before"))
    status_after: Mapped[Status] = mapped_column(one_of(Status, "status_after"))
    office_before_id: Mapped[int | None] = mapped_column(ForeignKey("offices.id"))
    office_after_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    answerable_before_id: Mapped[int | None] = mapped_column(ForeignKey("offices.id"))
    answerable_after_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    level_before: Mapped[int | None]
    level_after: Mapped[int]
    clock_before: Mapped[ClockState | None] = mapped_column(one_of(ClockState, "clock_before"))
    clock_after: Mapped[ClockState] = mapped_column(one_of(ClockState, "clock_after"))
    cycle: Mapped[int]
    is_visible: Mapped[bool]
    payload: Mapped[dict[str, Any]] = mapped_column(Json)
    payload_version: Mapped[int] = mapped_column(default=1)
    previous_digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))


class RemarkKind(StrEnum):
    """What a text beside a register entry is."""

    REMARK = "remark"
    REPORT = "report"
    REASON = "reason"
    QUESTIONS = "questions"
    GROUNDS = "grounds"
    CHECKED = "checked"
    NOTE = "note"


class Remark(Base):
    """Free text of one entry; the entry keeps only a salted digest, so erasing a text leaves the chain whole."""

    __tablename__ = "remarks"
    __table_args__ = (
        Index("ix_remarks_grievance_id", "grievance_id"),
        # What staff wrote: an officer's last reasons are compared with a new one.
        Index(
            "ix_remarks_author_kind",
            "author_id",
            "kind",
            "id",
            postgresql_where=text("author_id IS NOT NULL"),
            sqlite_where=text("author_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    grievance_id: Mapped[int] = mapped_column(ForeignKey("grievances.id"))
    seq: Mapped[int]
    kind: Mapped[RemarkKind] = mapped_column(one_of(RemarkKind, "kind"))
    text: Mapped[str] = mapped_column(Text)
    salt: Mapped[bytes] = mapped_column(LargeBinary(16))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Proposal(Base):
    """An action against the complainant's wish that waits for a second person."""

    __tablename__ = "proposals"
    __table_args__ = (
        Index("ix_proposals_grievance_id", "grievance_id"),
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> proposer_id", name="two_persons"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    grievance_id: Mapped[int] = mapped_column(ForeignKey("grievances.id"))
    proposed: Mapped[Proposed] = mapped_column(one_of(Proposed, "proposed"))
    proposer_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    objection_until: Mapped[date]
    objected_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ground_id: Mapped[int | None] = mapped_column(ForeignKey("grounds.id"))
    duplicate_of_id: Mapped[int | None] = mapped_column(ForeignKey("grievances.id"))
    handed_over_to: Mapped[str] = mapped_column(String(200), default="")
    handed_over_reference: Mapped[str] = mapped_column(String(80), default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_approved: Mapped[bool | None]


class Pause(Base):
    """An interval in which the clock stood still for the complainant's answer; open while `ended_at` is empty."""

    __tablename__ = "pauses"
    __table_args__ = (
        UniqueConstraint("grievance_id", "begun_at"),
        CheckConstraint("ended_at IS NULL OR ended_at >= begun_at", name="ends_after_it_begins"),
        Index(
            "ix_pauses_open",
            "grievance_id",
            "begun_at",
            postgresql_where=text("ended_at IS NULL"),
            sqlite_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    grievance_id: Mapped[int] = mapped_column(ForeignKey("grievances.id"))
    cycle: Mapped[int]
    reason: Mapped[str] = mapped_column(String(24))
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Feedback(Base):
    """What the complainant said of a disposal, and how that word was proved."""

    __tablename__ = "feedback"
    __table_args__ = (
        Index("ix_feedback_grievance_id", "grievance_id"),
        # The answers of the last days are looked at for bursts.
        Index("ix_feedback_answered_at", "answered_at"),
        CheckConstraint("rating IS NULL OR rating BETWEEN 1 AND 5", name="rating_range"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    grievance_id: Mapped[int] = mapped_column(ForeignKey("grievances.id"))
    cycle: Mapped[int]
    seq: Mapped[int]
    answer: Mapped[str] = mapped_column(String(24))
    rating: Mapped[int | None]
    proof: Mapped[Proof] = mapped_column(one_of(Proof, "proof"))
    address_hash: Mapped[str] = mapped_column(String(64), default="")
    device_hash: Mapped[str | None] = mapped_column(String(64))
    answered_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Appeal(Base):
    """An appeal against a disposal, before the next office up."""

    __tablename__ = "appeals"
    __table_args__ = (Index("ix_appeals_grievance_id", "grievance_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    grievance_id: Mapped[int] = mapped_column(ForeignKey("grievances.id"))
    cycle: Mapped[int]
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    lodged_at: Mapped[datetime] = mapped_column(UtcDateTime)
    proof: Mapped[Proof] = mapped_column(one_of(Proof, "proof"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    is_allowed: Mapped[bool | None]
