"""Findings of the certification body: recorded from its report, answered by the office, accepted or returned by it."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from swagat.database import transaction
from swagat.domain import nonconformities
from swagat.domain.errors import N_, AlreadyDone, Forbidden, Invalid, NotFound, Stale, Text
from swagat.domain.external_findings import (
    MAY_FOLLOW,
    Answer,
    FindingState,
    FindingStep,
    Severity,
    due_by_default,
    fault_of_due,
    fault_of_text,
    faults_of_answer,
    state_after,
)
from swagat.domain.nonconformities import Source
from swagat.domain.roles import Actor
from swagat.domain.rules import Rules
from swagat.domain.standards import is_clause
from swagat.models import Certificate, CertificationAudit, ExternalFinding, ExternalFindingStep
from swagat.services import catalogue, nonconformity_opening
from swagat.services.certificate_papers import keep_paper
from swagat.services.certificate_reminders import end_for_finding, held_certificate, set_for_finding
from swagat.services.certificates import LONGEST_BODY, WRITING, check_in_use, check_writes
from swagat.services.documents import Prepared
from swagat.services.scope import HEADING

LONGEST_CLAUSE = 24


@dataclass(frozen=True, slots=True)
class Found:
    """A finding as it is typed from the report; without a day it is due after the usual 90."""

    audit_id: int
    severity: Severity
    clause: str
    text: str
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Next:
    """What happened to a finding, with what its kind needs, and how many steps the person saw who enters it."""

    kind: FindingStep
    seen: int
    on_day: date | None = None
    answer: Answer = Answer("", "", "")
    note: str = ""
    accepted_by: str = ""
    due_on: date | None = None


def record(actor: Actor, certificate_id: int, found: Found, now: datetime, rules: Rules) -> int:
    """Record a finding of an audit and return its number within the certificate.

    A nonconformity is followed up here too: it is opened about the office, in the words of the body.

    Raises Forbidden, NotFound, Invalid by field, Refused for a certificate that ended, and AlreadyDone for the same
    finding once more.
    """
    check_writes(actor)
    with transaction() as session:
        certificate = held_certificate(session, certificate_id, actor.state_id or 0)
        check_in_use(session, certificate.id)
        audit = session.get(CertificationAudit, found.audit_id)
        if audit is None or audit.certificate_id != certificate.id:
            raise Invalid(errors={"audit": Text(N_("Choose the audit that found it."))})
        due_on = found.due_on or due_by_default(found.severity, audit.done_on)
        errors = faults_of(found.clause, found.text, certificate.edition)
        if due_on is not None and (fault := fault_of_due(audit.done_on, due_on)):
            errors["due_on"] = fault
        if errors:
            raise Invalid(errors=errors)
        rows = session.execute(
            select(ExternalFinding.running, ExternalFinding.audit_id, ExternalFinding.text).where(
                ExternalFinding.certificate_id == certificate.id
            )
        ).all()
        if any((row.audit_id, row.text) == (audit.id, found.text.strip()) for row in rows):
            raise AlreadyDone(N_("This finding is recorded already."))
        finding = ExternalFinding(
            certificate_id=certificate.id,
            running=len(rows) + 1,
            audit_id=audit.id,
            severity=found.severity,
            clause=found.clause.strip(),
            text=found.text.strip(),
            due_on=due_on,
            person_id=actor.person_id,
            recorded_at=now,
        )
        session.add(finding)
        session.flush()
        if due_on is not None:
            set_for_finding(session, finding.id, due_on, now)
        if found.severity is not Severity.OBSERVATION:
            finding.nonconformity = _follow_up(session, certificate, finding, now, rules)
        return finding.running


def _follow_up(
    session: Session, certificate: Certificate, finding: ExternalFinding, now: datetime, rules: Rules
) -> str:
    opened = nonconformity_opening.open_by_system(
        session,
        Source.EXTERNAL_AUDIT,
        certificate.office_id,
        f"finding {finding.id}",
        now,
        rules,
        severity=nonconformities.Severity(finding.severity),
        statement=f"{certificate.number}, {finding.clause}: {finding.text}",
    )
    return opened or ""


def take(
    actor: Actor,
    certificate_id: int,
    running: int,
    step: Next,
    now: datetime,
    paper: tuple[str, Prepared] | None = None,
) -> None:
    """Record the next step of a finding, with a stored paper as evidence where there is one.

    Raises Forbidden, NotFound, Invalid by field, and Stale when another page recorded something meanwhile.
    """
    with transaction() as session:
        certificate = held_certificate(session, certificate_id, actor.state_id or 0)
        if not may_take(actor, certificate.office_id, step.kind):
            raise Forbidden(N_("An answer is entered by the head of the office, all else by the quality manager."))
        finding, audit = _finding(session, certificate, running)
        steps = session.execute(
            select(ExternalFindingStep.kind, ExternalFindingStep.on_day)
            .where(ExternalFindingStep.finding_id == finding.id)
            .order_by(ExternalFindingStep.seq)
        ).all()
        if len(steps) != step.seen:
            raise Stale(N_("Something else was recorded of this finding meanwhile. Look at it again."))
        today = catalogue.calendar(certificate.state_id).day_of(now)
        step = replace(step, on_day=step.on_day or today)
        earliest = steps[-1].on_day if steps else audit.done_on
        errors = _faults_of_step(step, state_after(row.kind for row in steps), finding, audit)
        if step.on_day is not None and not earliest <= step.on_day <= today:
            errors["on_day"] = Text(N_("This day is before what was last recorded, or still to come."))
        if errors:
            raise Invalid(errors=errors)
        session.execute(insert(ExternalFindingStep), _row(step, finding.id, len(steps) + 1, actor, now))
        if paper is not None:
            keep_paper(session, actor, certificate.id, *paper, now, finding.id)
        if step.kind is FindingStep.ACCEPTED:
            end_for_finding(session, finding.id, now)
        elif step.kind is FindingStep.EXTENDED and step.due_on is not None:
            extended = sum(row.kind is FindingStep.EXTENDED for row in steps) + 1
            set_for_finding(session, finding.id, step.due_on, now, extended)


def may_take(actor: Actor, office_id: int, kind: FindingStep) -> bool:
    """Return whether somebody enters this kind of step: an answer also the head of the office itself."""
    is_own_head = actor.role in HEADING and actor.office_id == office_id
    return actor.role in WRITING or (kind is FindingStep.ANSWERED and is_own_head)


def _finding(session: Session, certificate: Certificate, running: int) -> tuple[ExternalFinding, CertificationAudit]:
    found = session.execute(
        select(ExternalFinding, CertificationAudit)
        .join(CertificationAudit, CertificationAudit.id == ExternalFinding.audit_id)
        .where(ExternalFinding.certificate_id == certificate.id, ExternalFinding.running == running)
    ).first()
    if found is None:
        raise NotFound
    return found[0], found[1]


def faults_of(clause: str, text: str, edition: str) -> dict[str, Text]:
    """Return what is wrong with the words of a finding."""
    errors: dict[str, Text] = {}
    if not 1 <= len(clause.strip()) <= LONGEST_CLAUSE or not is_clause(edition, clause.strip()):
        errors["clause"] = Text(N_("Give a clause of the standard, for example 9.1.2."))
    if fault := fault_of_text(text):
        errors["text"] = fault
    return errors


def _faults_of_step(
    step: Next, state: FindingState, finding: ExternalFinding, audit: CertificationAudit
) -> dict[str, Text]:
    if step.kind not in MAY_FOLLOW[state]:
        return {"step": Text(N_("This cannot follow what was last recorded of the finding."))}
    match step.kind:
        case FindingStep.ANSWERED:
            return faults_of_answer(step.answer, finding.severity)
        case FindingStep.ACCEPTED:
            if not 2 <= len(step.accepted_by.strip()) <= LONGEST_BODY:
                return {"accepted_by": Text(N_("Give the name of who accepted it for the certification body."))}
        case FindingStep.RETURNED:
            if fault := fault_of_text(step.note):
                return {"note": fault}
        case FindingStep.EXTENDED:
            if step.due_on is None:
                return {"due_on": Text(N_("Give the new last day."))}
            if fault := fault_of_due(audit.done_on, step.due_on):
                return {"due_on": fault}
    return {"note": fault} if (fault := fault_of_text(step.note, is_needed=False)) else {}


def _row(step: Next, finding_id: int, seq: int, actor: Actor, now: datetime) -> dict[str, Any]:
    answer = step.answer if step.kind is FindingStep.ANSWERED else Answer("", "", "")
    return {
        "finding_id": finding_id,
        "seq": seq,
        "kind": step.kind,
        "on_day": step.on_day,
        "due_on": step.due_on if step.kind is FindingStep.EXTENDED else None,
        "correction": answer.correction.strip(),
        "cause": answer.cause.strip(),
        "evidence": answer.evidence.strip(),
        "note": step.note.strip(),
        "accepted_by": step.accepted_by.strip() if step.kind is FindingStep.ACCEPTED else "",
        "person_id": actor.person_id,
        "at": now,
    }
