"""One certificate whole, as its page shows it.

That an office is certified is for everybody. What auditors found is for who reads
the evidence of the office: quality managers, administrators, the heads of the office and above it, and an auditor
within their mandate.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, false, func, literal, or_, select, true
from sqlalchemy.orm import Session

from swagat.domain.certification import (
    AuditKind,
    AuditResult,
    StepKind,
)
from swagat.domain.errors import NotFound
from swagat.domain.external_findings import (
    Effect,
    FindingState,
    FindingStep,
    Severity,
    Weighed,
    effect_of,
    is_late,
    state_after,
)
from swagat.domain.quality.measures import month_of
from swagat.domain.roles import Actor, Role
from swagat.models import (
    Certificate,
    CertificatePaper,
    CertificateReminder,
    CertificateStep,
    CertificationAudit,
    ExternalFinding,
    ExternalFindingStep,
    Person,
)
from swagat.services import branches
from swagat.services.certificate_lists import Row, rows
from swagat.services.documents import UNREADABLE, Download
from swagat.services.history import PersonName
from swagat.services.mandates import evidence_of
from swagat.services.scope import HEADING
from swagat.storage import Storage


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One audit that was done; who may not read what it found sees its kind and day alone."""

    id: int
    kind: AuditKind
    done_on: date
    due_on: date | None
    auditor: str
    result: AuditResult | None
    summary: str


@dataclass(frozen=True, slots=True)
class StepRow:
    """One thing that happened to a certificate."""

    kind: StepKind
    on_day: date
    reason: str


@dataclass(frozen=True, slots=True)
class FindingStepRow:
    """One step of a finding, with who entered it."""

    kind: FindingStep
    on_day: date
    due_on: date | None
    correction: str
    cause: str
    evidence: str
    note: str
    accepted_by: str
    person: PersonName
    at: datetime


@dataclass(frozen=True, slots=True)
class FindingRow:
    """One finding with all that was done about it, and the day that counts now."""

    id: int
    running: int
    audit_id: int
    found_on: date
    severity: Severity
    clause: str
    text: str
    nonconformity: str
    due_on: date | None
    state: FindingState
    is_late: bool
    steps: Sequence[FindingStepRow]
    papers: Sequence["PaperRow"]

    @property
    def weighed(self) -> Weighed:
        """Return the finding as it weighs on the certificate."""
        return Weighed(self.severity, self.state, self.due_on)


@dataclass(frozen=True, slots=True)
class PaperRow:
    """One paper kept with a certificate."""

    id: int
    finding_id: int | None
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class ReminderRow:
    """Of what somebody was reminded, and how many days before its last day."""

    clock: str
    finding_id: int | None
    days_before: int
    due_on: date
    at: datetime


@dataclass(frozen=True, slots=True)
class Whole:
    """One certificate with everything the reader may see of it; `reads` says whether that is the findings too."""

    row: Row
    audits: Sequence[AuditRow]
    steps: Sequence[StepRow]
    findings: Sequence[FindingRow]
    papers: Sequence[PaperRow]
    reminders: Sequence[ReminderRow]
    reads: bool
    effect: Effect

    def finding(self, running: int) -> FindingRow:
        """Return one finding by its number, raising NotFound."""
        for one in self.findings:
            if one.running == running:
                return one
        raise NotFound


def whole(session: Session, actor: Actor | None, certificate_id: int, day: date) -> Whole:
    """Return one certificate, raising NotFound; one that was struck off is there for its readers alone."""
    row = next(iter(rows(session, day, Certificate.id == certificate_id)), None)
    if row is None:
        raise NotFound
    reads = actor is not None and actor.state_id == row.state_id and _reads(session, actor, row)
    if row.last_step is StepKind.STRUCK and not reads:
        raise NotFound
    steps = session.scalars(
        select(CertificateStep).where(CertificateStep.certificate_id == row.id).order_by(CertificateStep.seq)
    )
    kept = _papers(session, row.id) if reads else []
    findings = _findings(session, actor, row, kept, day) if reads and actor else []
    return Whole(
        row,
        _audits(session, actor, row, reads=reads),
        [StepRow(one.kind, one.on_day, one.reason if reads else "") for one in steps],
        findings,
        [one for one in kept if one.finding_id is None],
        _reminders(session, row.id) if reads else [],
        reads,
        effect_of((one.weighed for one in findings), day),
    )


def open_paper(
    session: Session, storage: Storage, actor: Actor, certificate_id: int, paper_id: int, day: date
) -> Download:
    """Open a paper of a certificate for who reads it, raising NotFound for everybody else."""
    found = whole(session, actor, certificate_id, day)
    shown = {one.id for one in found.papers} | {one.id for finding in found.findings for one in finding.papers}
    paper = session.get(CertificatePaper, paper_id) if paper_id in shown else None
    if paper is None:
        raise NotFound
    try:
        return Download(storage.open(paper.digest), paper.media_type, paper.name, paper.size)
    except OSError as fault:
        raise NotFound(UNREADABLE) from fault


def _reads(session: Session, actor: Actor, row: Row) -> bool:
    """Return whether somebody reads what is kept of a certificate, in any month of its cycle."""
    if actor.role is Role.ADMINISTRATOR or _heads(actor, row.office_id):
        return True
    months = literal(month_of(row.days.decided_on)), literal(row.days.expires_on)
    return session.scalar(select(func.count()).where(evidence_of(actor, literal(row.office_id), *months))) == 1


def _heads(actor: Actor, office_id: int) -> bool:
    if actor.role not in HEADING or actor.office_id is None:
        return False
    return actor.office_id == office_id or office_id in {one for one, _ladder in branches.branch_of(actor.office_id)}


def _audited(actor: Actor, row: Row) -> ColumnElement[bool]:
    """Return the condition on CertificationAudit for what this reader of a certificate reads of its audits."""
    if actor.role is Role.ADMINISTRATOR or _heads(actor, row.office_id):
        return true()
    return evidence_of(actor, literal(row.office_id), CertificationAudit.month, CertificationAudit.month)


def _audits(session: Session, actor: Actor | None, row: Row, *, reads: bool) -> list[AuditRow]:
    audit = CertificationAudit
    is_read = _audited(actor, row) if reads and actor else false()
    found = session.execute(
        select(audit, or_(is_read, false()).label("is_read"))
        .where(audit.certificate_id == row.id)
        .order_by(audit.done_on, audit.id)
    )
    return [
        AuditRow(one.id, one.kind, one.done_on, one.due_on, one.auditor, one.result, one.summary)
        if may
        else AuditRow(one.id, one.kind, one.done_on, one.due_on, "", None, "")
        for one, may in found
    ]


def _findings(session: Session, actor: Actor, row: Row, papers: list[PaperRow], day: date) -> list[FindingRow]:
    finding = ExternalFinding
    found = session.execute(
        select(finding, CertificationAudit.done_on)
        .join(CertificationAudit, CertificationAudit.id == finding.audit_id)
        .where(finding.certificate_id == row.id, _audited(actor, row))
        .order_by(CertificationAudit.done_on.desc(), finding.running)
    ).all()
    steps: dict[int, list[FindingStepRow]] = {}
    step = ExternalFindingStep
    for one, name_en, local in session.execute(
        select(step, Person.name_en, Person.name_local)
        .join(Person, Person.id == step.person_id)
        .join(finding, and_(finding.id == step.finding_id, finding.certificate_id == row.id))
        .order_by(step.finding_id, step.seq)
    ):
        steps.setdefault(one.finding_id, []).append(
            FindingStepRow(
                one.kind,
                one.on_day,
                one.due_on,
                one.correction,
                one.cause,
                one.evidence,
                one.note,
                one.accepted_by,
                PersonName(name_en, local),
                one.at,
            )
        )
    return [_finding(one, done_on, steps.get(one.id, []), papers, day) for one, done_on in found]


def _finding(
    one: ExternalFinding, found_on: date, steps: list[FindingStepRow], papers: list[PaperRow], day: date
) -> FindingRow:
    due_on = next((step.due_on for step in reversed(steps) if step.due_on is not None), one.due_on)
    state = state_after(step.kind for step in steps)
    return FindingRow(
        one.id,
        one.running,
        one.audit_id,
        found_on,
        one.severity,
        one.clause,
        one.text,
        one.nonconformity,
        due_on,
        state,
        is_late(Weighed(one.severity, state, due_on), day),
        steps,
        [paper for paper in papers if paper.finding_id == one.id],
    )


def _papers(session: Session, certificate_id: int) -> list[PaperRow]:
    paper = CertificatePaper
    found = select(paper.id, paper.finding_id, paper.name, paper.size).where(paper.certificate_id == certificate_id)
    return [PaperRow(*one) for one in session.execute(found.order_by(paper.id))]


def _reminders(session: Session, certificate_id: int) -> list[ReminderRow]:
    one = CertificateReminder
    found = select(one.clock, one.finding_id, one.days_before, one.due_on, one.at)
    found = found.where(one.certificate_id == certificate_id).order_by(one.at.desc(), one.id.desc()).limit(20)
    return [ReminderRow(*row) for row in session.execute(found)]
