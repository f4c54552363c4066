"""Audits of certification bodies, recorded from their reports; the reminders of a certificate follow them."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from swagat.database import transaction
from swagat.domain.certification import AuditKind, AuditResult, Cycle, duties, fault_of_audit
from swagat.domain.errors import N_, AlreadyDone, Invalid, Text
from swagat.domain.external_findings import fault_of_text
from swagat.domain.quality.measures import month_of
from swagat.domain.roles import Actor
from swagat.domain.standards import family_of
from swagat.models import Certificate, CertificateStep, CertificationAudit
from swagat.services import catalogue
from swagat.services.certificate_reminders import held_certificate, set_for_certificate
from swagat.services.certificates import ENDED, LONGEST_BODY, check_in_use, check_writes


@dataclass(frozen=True, slots=True)
class Audited:
    """An audit of the certification body as it is typed from its report."""

    kind: AuditKind
    done_on: date
    auditor: str
    result: AuditResult
    summary: str


def record_audit(actor: Actor, certificate_id: int, audited: Audited, now: datetime) -> None:
    """Record an audit that the certification body has done.

    Raises Forbidden, NotFound, Invalid by field, Refused for a certificate that ended, and AlreadyDone for the same
    audit once more.
    """
    check_writes(actor)
    today = catalogue.calendar(actor.state_id or 0).day_of(now)
    with transaction() as session:
        certificate = held_certificate(session, certificate_id, actor.state_id or 0)
        check_in_use(session, certificate.id)
        rows = session.execute(
            select(CertificationAudit.kind, CertificationAudit.done_on).where(
                CertificationAudit.certificate_id == certificate.id
            )
        ).all()
        if (audited.kind, audited.done_on) in {(row.kind, row.done_on) for row in rows}:
            raise AlreadyDone(N_("This audit is recorded already."))
        cycle, done = Cycle(certificate.decided_on, certificate.expires_on), {row.kind: row.done_on for row in rows}
        errors = faults_of(audited.auditor, audited.summary)
        if fault := fault_of_audit(audited.kind, audited.done_on, cycle, done, today):
            errors[fault[0]] = fault[1]
        if errors:
            raise Invalid(errors=errors)
        due = {one.kind: one.due_on for one in duties(cycle, done)}
        session.add(
            CertificationAudit(
                certificate_id=certificate.id,
                kind=audited.kind,
                due_on=due.get(audited.kind),
                done_on=audited.done_on,
                month=month_of(audited.done_on),
                auditor=audited.auditor.strip(),
                result=audited.result,
                summary=audited.summary.strip(),
                person_id=actor.person_id,
                recorded_at=now,
            )
        )
        if not _is_followed(session, certificate):
            done[audited.kind] = audited.done_on
            set_for_certificate(session, certificate.id, cycle, duties(cycle, done), now)


def faults_of(auditor: str, summary: str) -> dict[str, Text]:
    """Return what is wrong with the words of an audit."""
    errors: dict[str, Text] = {}
    if not 2 <= len(auditor.strip()) <= LONGEST_BODY:
        errors["auditor"] = Text(N_("Give the name of the lead auditor."))
    if too_long := fault_of_text(summary, is_needed=False):
        errors["summary"] = too_long
    return errors


def _is_followed(session: Session, certificate: Certificate) -> bool:
    later = select(func.count()).where(
        Certificate.office_id == certificate.office_id,
        Certificate.edition.like(f"{family_of(certificate.edition)}-%"),
        Certificate.decided_on > certificate.decided_on,
        Certificate.id.not_in(select(CertificateStep.certificate_id).where(CertificateStep.kind.in_(ENDED))),
    )
    return bool(session.scalar(later))
