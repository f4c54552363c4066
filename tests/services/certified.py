"""Certificates, audits and findings of the certification body, for tests of what is built on them."""

from datetime import date, datetime, timedelta

from sqlalchemy import select

from swagat.database import db
from swagat.domain.certification import AuditKind, AuditResult, usual_expiry
from swagat.domain.external_findings import Answer, FindingStep, Severity
from swagat.domain.names import Name
from swagat.models import CertificationAudit, ExternalFinding
from swagat.services import certificates, certification_audits, external_findings
from swagat.services.certificates import Entry
from swagat.services.certification_audits import Audited
from swagat.services.external_findings import Found, Next
from tests.builders import RULES, Cast

DECIDED_ON = date(2026, 5, 4)
FOUND_TEXT = "Three of ten acknowledgements had no date."
ANSWER = Answer("The three were told.", "A list hung at one counter only.", "Order 9 hangs at both counters.")


def certify(cast: Cast, now: datetime, code: str = "MAM-3783", edition: str = "iso9001-2015") -> int:
    """Record a certificate of an office and return its id."""
    days = DECIDED_ON, usual_expiry(DECIDED_ON)
    entry = Entry(code, edition, f"Q-{code}", Name("Grievances"), "Bureau of Tests", "", 2, *days)
    return certificates.enter(cast.administrator, entry, now)


def audited(cast: Cast, certificate_id: int, done_on: date, now: datetime) -> int:
    """Record a surveillance with one minor finding, and return the finding."""
    audit = Audited(AuditKind.SURVEILLANCE_1, done_on, "Lead auditor", AuditResult.AFTER_CORRECTION, "It conforms.")
    certification_audits.record_audit(cast.administrator, certificate_id, audit, now)
    audit_id = db.session.scalars(select(CertificationAudit.id)).one()
    db.session.commit()
    found = Found(audit_id, Severity.MINOR, "7.5", FOUND_TEXT)
    return external_findings.record(cast.administrator, certificate_id, found, now, RULES)


def closed(cast: Cast, running: int, now: datetime) -> None:
    """Record how the finding was answered and accepted, on the day before."""
    certificate_id = db.session.scalars(select(ExternalFinding.certificate_id)).one()
    db.session.commit()
    on = (now - timedelta(days=1)).date()
    for step in (
        Next(FindingStep.ANSWERED, 0, on, answer=ANSWER),
        Next(FindingStep.ACCEPTED, 1, on, accepted_by="Lead auditor"),
    ):
        external_findings.take(cast.administrator, certificate_id, running, step, now)
