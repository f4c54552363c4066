"""A certificate of Dholka's office, given in February: what tests of certificates begin from."""

from datetime import date

from sqlalchemy import func, select

from swagat.database import db
from swagat.domain.certification import AuditKind, AuditResult
from swagat.domain.external_findings import Answer, Severity
from swagat.domain.names import Name
from swagat.domain.roles import Actor
from swagat.services import certificates, certification_audits, external_findings
from swagat.services.certificate_pages import Whole, whole
from swagat.services.certificates import Entry
from swagat.services.certification_audits import Audited
from swagat.services.external_findings import Found
from tests.builders import RULES, day

# The thirtieth of January 2027: the story begins on the first of July 2026.
VISIT = 213
TODAY = date(2027, 1, 30)
ENTRY = Entry(
    "MAM-3783",
    "iso9001-2015",
    "IN-4711",
    Name("Handling of grievances and of revenue records"),
    "Quality Certification India",
    "NABCB QM 001",
    1,
    date(2026, 2, 9),
    date(2029, 2, 8),
)
SURVEYED = Audited(AuditKind.SURVEILLANCE_1, date(2027, 1, 20), "Vikram Rao", AuditResult.AFTER_CORRECTION, "Good.")
ANSWER = Answer("The board at the door was changed.", "Nobody was told to change it.", "A photograph of the new board.")
TEXT = "The board at the door shows the days of last year."


def entered(manager: Actor, entry: Entry = ENTRY, at: float = VISIT) -> int:
    """Enter the certificate and return its id."""
    return certificates.enter(manager, entry, day(at))


def surveyed(manager: Actor, entry: Entry = ENTRY) -> int:
    """Enter the certificate with its first surveillance audit and return its id."""
    certificate_id = entered(manager, entry)
    certification_audits.record_audit(manager, certificate_id, SURVEYED, day(VISIT))
    return certificate_id


def shown(actor: Actor | None, certificate_id: int, on: date = TODAY) -> Whole:
    """Return the certificate as its page shows it to somebody."""
    db.session.commit()
    found = whole(db.session(), actor, certificate_id, on)
    db.session.commit()
    return found


def found(manager: Actor, certificate_id: int, severity: Severity = Severity.MINOR, text: str = TEXT) -> int:
    """Record a finding of the last audit and return its number."""
    audit_id = shown(manager, certificate_id).audits[-1].id
    return external_findings.record(
        manager, certificate_id, Found(audit_id, severity, "8.2.1", text), day(VISIT), RULES
    )


def count(table: type) -> int:
    """Return how many rows a table has."""
    rows = db.session.scalar(select(func.count()).select_from(table))
    db.session.commit()
    return rows or 0
