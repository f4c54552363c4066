"""Nonconformities, what was done about them, and the cases they are about."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from swagat.database import Base, BigId, Json, UtcDateTime, one_of
from swagat.domain.nonconformities import Severity, Source, Stage, Step
from swagat.domain.roles import Role


class Nonconformity(Base):
    """Something that is not as it should be, and how far its correction has come.

    `reference` names what it was opened from and is unique for its source: opened twice, it is one.
    """

    __tablename__ = "nonconformities"
    __table_args__ = (
        UniqueConstraint("state_id", "number"),
        UniqueConstraint("office_id", "year", "running"),
        UniqueConstraint("source", "reference"),
        CheckConstraint("(ended_at IS NULL) = (stage NOT IN ('closed', 'cancelled'))", name="ended_has_end"),
        Index("ix_nonconformities_office_id", "office_id", "ended_at"),
        Index(
            "ix_nonconformities_open_due_on",
            "state_id",
            "due_on",
            postgresql_where=text("ended_at IS NULL"),
            sqlite_where=text("ended_at IS NULL"),
        ),
        Index(
            "ix_nonconformities_open_owner_posting_id",
            "owner_posting_id",
            postgresql_where=text("ended_at IS NULL"),
            sqlite_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state_id: Mapped[int] = mapped_column(ForeignKey("states.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    year: Mapped[int]
    running: Mapped[int]
    number: Mapped[str] = mapped_column(String(64))
    source: Mapped[Source] = mapped_column(one_of(Source, "source"))
    reference: Mapped[str] = mapped_column(String(120))
    severity: Mapped[Severity] = mapped_column(one_of(Severity, "severity"))
    # In the words of who opened it; empty where the program did, whose words are those of the reader's language.
    statement: Mapped[str] = mapped_column(Text, default="")
    facts: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    indicator: Mapped[str] = mapped_column(String(40), default="")
    month: Mapped[date | None]
    stage: Mapped[Stage] = mapped_column(one_of(Stage, "stage"))
    # Who answers for it now: the office itself, and after each missed date the next one up.
    answerable_office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    owner_posting_id: Mapped[int | None] = mapped_column(ForeignKey("postings.id"))
    due_on: Mapped[date]
    done_on: Mapped[date | None]
    escalations: Mapped[int] = mapped_column(default=0)
    proposer_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_seq: Mapped[int]
    last_digest: Mapped[bytes] = mapped_column(LargeBinary(32))


class NonconformityEntry(Base):
    """One step of the trail: who did what when. No use case changes an entry, and each seals the one before."""

    __tablename__ = "nonconformity_entries"

    nonconformity_id: Mapped[int] = mapped_column(ForeignKey("nonconformities.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    step: Mapped[Step] = mapped_column(one_of(Step, "step"))
    role: Mapped[Role] = mapped_column(one_of(Role, "role"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    posting_id: Mapped[int | None] = mapped_column(ForeignKey("postings.id"))
    stage_before: Mapped[Stage | None] = mapped_column(one_of(Stage, "stage_before"))
    stage_after: Mapped[Stage] = mapped_column(one_of(Stage, "stage_after"))
    text: Mapped[str] = mapped_column(Text)
    payload: Mapped[dict[str, Any]] = mapped_column(Json)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))


class NonconformityCase(Base):
    """A grievance that a nonconformity is about."""

    __tablename__ = "nonconformity_cases"
    __table_args__ = (Index("ix_nonconformity_cases_grievance_id", "grievance_id"),)

    nonconformity_id: Mapped[int] = mapped_column(ForeignKey("nonconformities.id"), primary_key=True)
    grievance_id: Mapped[int] = mapped_column(ForeignKey("grievances.id"), primary_key=True)
