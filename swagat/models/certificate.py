"""Certificates of offices, what their certification body audited and found, and what was done about it.

A row is written once. What happens later to a certificate or a finding is another row beside it.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from swagat.database import Base, BigId, UtcDateTime, one_of
from swagat.domain.certification import AuditKind, AuditResult, StepKind
from swagat.domain.external_findings import FindingStep, Severity


class Certificate(Base):
    """One cycle of the certificate of one office; the next cycle is another row."""

    __tablename__ = "certificates"
    __table_args__ = (
        CheckConstraint("expires_on > decided_on", name="ends_after_it_begins"),
        CheckConstraint("cycle >= 1", name="cycle_counts_from_one"),
        Index("ix_certificates_office_id", "office_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state_id: Mapped[int] = mapped_column(ForeignKey("states.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    edition: Mapped[str] = mapped_column(String(24))
    number: Mapped[str] = mapped_column(String(60))
    scope_en: Mapped[str] = mapped_column(String(500))
    scope_hi: Mapped[str] = mapped_column(String(500), default="")
    scope_gu: Mapped[str] = mapped_column(String(500), default="")
    body: Mapped[str] = mapped_column(String(120))
    accreditation: Mapped[str] = mapped_column(String(120), default="")
    cycle: Mapped[int]
    decided_on: Mapped[date]
    expires_on: Mapped[date]
    is_invented: Mapped[bool] = mapped_column(default=False)
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CertificateStep(Base):
    """One thing that happened to a certificate after the decision, in the order in which it was entered."""

    __tablename__ = "certificate_steps"

    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificates.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[StepKind] = mapped_column(one_of(StepKind, "kind"))
    on_day: Mapped[date]
    reason: Mapped[str] = mapped_column(String(300))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class CertificationAudit(Base):
    """One audit of the certification body that was done; `due_on` is the last day it had when it was recorded."""

    __tablename__ = "certification_audits"
    __table_args__ = (UniqueConstraint("certificate_id", "kind", "done_on"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificates.id"))
    kind: Mapped[AuditKind] = mapped_column(one_of(AuditKind, "kind"))
    due_on: Mapped[date | None]
    done_on: Mapped[date]
    # The first day of its month: the mandates of auditors are in months.
    month: Mapped[date]
    auditor: Mapped[str] = mapped_column(String(120))
    result: Mapped[AuditResult] = mapped_column(one_of(AuditResult, "result"))
    summary: Mapped[str] = mapped_column(Text, default="")
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ExternalFinding(Base):
    """What an audit found, as the certification body wrote it; `nonconformity` names what was opened about it here."""

    __tablename__ = "external_findings"
    __table_args__ = (
        UniqueConstraint("certificate_id", "running"),
        Index("ix_external_findings_audit_id", "audit_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificates.id"))
    running: Mapped[int]
    audit_id: Mapped[int] = mapped_column(ForeignKey("certification_audits.id"))
    severity: Mapped[Severity] = mapped_column(one_of(Severity, "severity"))
    clause: Mapped[str] = mapped_column(String(24))
    text: Mapped[str] = mapped_column(Text)
    due_on: Mapped[date | None]
    nonconformity: Mapped[str] = mapped_column(String(64), default="")
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ExternalFindingStep(Base):
    """One thing that happened to a finding: an answer, the body's word on it, or more time."""

    __tablename__ = "external_finding_steps"
    __table_args__ = (CheckConstraint("(kind = 'extended') = (due_on IS NOT NULL)", name="more_time_has_a_day"),)

    finding_id: Mapped[int] = mapped_column(ForeignKey("external_findings.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[FindingStep] = mapped_column(one_of(FindingStep, "kind"))
    on_day: Mapped[date]
    due_on: Mapped[date | None]
    correction: Mapped[str] = mapped_column(Text, default="")
    cause: Mapped[str] = mapped_column(Text, default="")
    evidence: Mapped[str] = mapped_column(Text, default="")
    note: Mapped[str] = mapped_column(Text, default="")
    accepted_by: Mapped[str] = mapped_column(String(120), default="")
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class CertificatePaper(Base):
    """A paper kept with a certificate or with one of its findings; the bytes lie under their digest."""

    __tablename__ = "certificate_papers"
    __table_args__ = (
        UniqueConstraint("certificate_id", "digest"),
        Index("ix_certificate_papers_digest", "digest"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificates.id"))
    finding_id: Mapped[int | None] = mapped_column(ForeignKey("external_findings.id"))
    digest: Mapped[str] = mapped_column(String(64))
    media_type: Mapped[str] = mapped_column(String(40))
    size: Mapped[int]
    name: Mapped[str] = mapped_column(String(120))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CertificateReminder(Base):
    """That somebody had to be reminded: of an audit, of the last day of a certificate, or of a finding."""

    __tablename__ = "certificate_reminders"
    __table_args__ = (Index("ix_certificate_reminders_certificate_id", "certificate_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificates.id"))
    finding_id: Mapped[int | None] = mapped_column(ForeignKey("external_findings.id"))
    clock: Mapped[str] = mapped_column(String(24))
    days_before: Mapped[int]
    due_on: Mapped[date]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
