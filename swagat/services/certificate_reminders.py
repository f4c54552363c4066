"""Reminders of what a certificate waits for, as deadlines: 60 and 30 days before the last day, and on it.

A deadline of a certificate bears the name of the audit, or of the expiry; its ordinal is the place in `REMINDERS`,
which is gone through again for a finding that is given more time.
"""

from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from swagat.database import is_sqlite
from swagat.domain.certification import REMINDERS, Cycle, Duty
from swagat.domain.errors import NotFound
from swagat.domain.working_time import INDIA
from swagat.models import Certificate, CertificateReminder, ExternalFinding
from swagat.services import quality_deadlines
from swagat.services.quality_deadlines import Due, Handler

CERTIFICATE, FINDING = "certificate", "external_finding"
EXPIRY, ANSWER = "expiry", "answer"


def held_certificate(session: Session, certificate_id: int, state_id: int | None = None) -> Certificate:
    """Return a certificate that nobody else acts on until the transaction ends, raising NotFound."""
    asked = select(Certificate).where(Certificate.id == certificate_id)
    if state_id is not None:
        asked = asked.where(Certificate.state_id == state_id)
    if not is_sqlite(session):
        asked = asked.with_for_update(key_share=True)
    found = session.scalars(asked.execution_options(populate_existing=True)).first()
    if found is None:
        raise NotFound
    return found


def set_for_certificate(session: Session, certificate_id: int, cycle: Cycle, asked: list[Duty], now: datetime) -> None:
    """Set or move the reminders of a certificate, and end those of audits that are done."""
    _set(session, CERTIFICATE, certificate_id, EXPIRY, cycle.expires_on, now)
    for duty in asked:
        if duty.done_on is not None:
            quality_deadlines.meet(session, CERTIFICATE, certificate_id, duty.kind, now)
        else:
            _set(session, CERTIFICATE, certificate_id, duty.kind, duty.due_on, now)


def set_for_finding(session: Session, finding_id: int, due_on: date, now: datetime, extended: int = 0) -> None:
    """Set the reminders of a finding; each time it was given more time they begin anew."""
    quality_deadlines.cancel(session, FINDING, finding_id, now)
    _set(session, FINDING, finding_id, ANSWER, due_on, now, extended * len(REMINDERS))


def end_for_certificate(session: Session, certificate_id: int, now: datetime, *, with_findings: bool = False) -> None:
    """End what reminds of a certificate for which nothing is waited any more, and if asked of its findings."""
    quality_deadlines.cancel(session, CERTIFICATE, certificate_id, now)
    if with_findings:
        findings = select(ExternalFinding.id).where(ExternalFinding.certificate_id == certificate_id)
        for finding_id in session.scalars(findings).all():
            quality_deadlines.cancel(session, FINDING, finding_id, now)


def end_for_finding(session: Session, finding_id: int, now: datetime) -> None:
    """End what reminds of a finding that is closed."""
    quality_deadlines.meet(session, FINDING, finding_id, ANSWER, now)


def _set(
    session: Session, kind: str, subject_id: int, clock: str, due_on: date, now: datetime, earlier: int = 0
) -> None:
    for ordinal, days in enumerate(REMINDERS, earlier + 1):
        at = datetime.combine(due_on - timedelta(days=days), time(), INDIA)
        # A day that was over when it was entered reminds nobody: the pages say so already.
        if at > now:
            quality_deadlines.set_deadline(session, kind, subject_id, clock, at, now, ordinal)


def _hold_finding(session: Session, finding_id: int) -> None:
    certificate_id = session.scalar(select(ExternalFinding.certificate_id).where(ExternalFinding.id == finding_id))
    held_certificate(session, certificate_id or 0)


def _remind_of_certificate(session: Session, due: Due, now: datetime) -> None:
    _remind(session, due, now, certificate_id=due.subject_id)


def _remind_of_finding(session: Session, due: Due, now: datetime) -> None:
    certificate_id = session.scalar(select(ExternalFinding.certificate_id).where(ExternalFinding.id == due.subject_id))
    _remind(session, due, now, certificate_id=certificate_id, finding_id=due.subject_id)


def _remind(session: Session, due: Due, now: datetime, **whose: Any) -> None:
    days = REMINDERS[(due.ordinal - 1) % len(REMINDERS)]
    due_on = due.due_at.astimezone(INDIA).date() + timedelta(days=days)
    row = {"clock": due.clock, "days_before": days, "due_on": due_on, "at": now}
    session.execute(insert(CertificateReminder), row | whose)


HANDLERS = {
    CERTIFICATE: Handler(_remind_of_certificate, held_certificate),
    FINDING: Handler(_remind_of_finding, _hold_finding),
}
