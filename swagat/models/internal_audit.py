"""Internal audits: what is planned, which cases were drawn, and what was found."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from swagat.database import Base, BigId, UtcDateTime, one_of
from swagat.domain.internal_audits import CaseFinding, Finding


class InternalAudit(Base):
    """One audit of one office by somebody of another; `seed` and `population` are there once cases are drawn."""

    __tablename__ = "internal_audits"
    __table_args__ = (
        UniqueConstraint("state_id", "year", "running"),
        CheckConstraint("auditor_office_id <> office_id", name="never_of_their_own_office"),
        CheckConstraint("last_month >= first_month", name="ends_after_it_begins"),
        Index("ix_internal_audits_office_id", "office_id"),
        Index("ix_internal_audits_auditor_id", "auditor_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state_id: Mapped[int] = mapped_column(ForeignKey("states.id"))
    year: Mapped[int]
    running: Mapped[int]
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    first_month: Mapped[date]
    last_month: Mapped[date]
    planned_on: Mapped[date]
    sample_size: Mapped[int]
    auditor_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    auditor_office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    planned_by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    planned_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seed: Mapped[str] = mapped_column(String(64), default="")
    population: Mapped[int] = mapped_column(default=0)
    drawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    conclusion: Mapped[str] = mapped_column(Text, default="")
    reported_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancelled_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    cancelled_because: Mapped[str] = mapped_column(String(300), default="")
    version: Mapped[int] = mapped_column(default=1)


class AuditAnswer(Base):
    """What was found for one question of the checklist."""

    __tablename__ = "audit_answers"

    audit_id: Mapped[int] = mapped_column(ForeignKey("internal_audits.id"), primary_key=True)
    question: Mapped[str] = mapped_column(String(24), primary_key=True)
    finding: Mapped[Finding | None] = mapped_column(one_of(Finding, "finding"))
    evidence: Mapped[str] = mapped_column(Text, default="")


class AuditedCase(Base):
    """One case that was drawn, by its place in the draw, and what its papers showed."""

    __tablename__ = "audited_cases"
    __table_args__ = (UniqueConstraint("audit_id", "grievance_id"),)

    audit_id: Mapped[int] = mapped_column(ForeignKey("internal_audits.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    grievance_id: Mapped[int] = mapped_column(ForeignKey("grievances.id"))
    disposed_seq: Mapped[int]
    finding: Mapped[CaseFinding | None] = mapped_column(one_of(CaseFinding, "finding"))
    evidence: Mapped[str] = mapped_column(Text, default="")
