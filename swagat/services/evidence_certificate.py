"""The certificate of an office as an evidence pack shows it, and what the certification body found last."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from swagat.domain.certification import StepKind
from swagat.domain.errors import N_
from swagat.domain.external_findings import FindingStep, Severity
from swagat.domain.quality import labels
from swagat.domain.quality.sections import Block, Heading, Note, Paragraph, Table
from swagat.domain.standards import EDITIONS
from swagat.models import Certificate, CertificateStep, CertificationAudit, ExternalFinding, ExternalFindingStep
from swagat.paper.words import Words
from swagat.services.certificate_lists import Row, rows

ISO_9001 = "iso9001"


class Found(NamedTuple):
    """A finding with what had happened to it by some instant, and the day by which it is to be closed."""

    finding: ExternalFinding
    steps: Sequence[ExternalFindingStep]

    @property
    def due_on(self) -> date | None:
        """Return the day by which it is to be closed, None where the body named none."""
        later = [step.due_on for step in self.steps if step.kind is FindingStep.EXTENDED]
        return later[-1] if later else self.finding.due_on

    def last(self, kind: FindingStep) -> ExternalFindingStep | None:
        """Return the newest step of a kind."""
        return next((step for step in reversed(self.steps) if step.kind is kind), None)


def has_certificate(office_id: Any) -> Any:
    """Return the condition that an office holds or held a certificate, those entered by mistake apart."""
    step = CertificateStep
    struck = exists().where(step.certificate_id == Certificate.id, step.kind == StepKind.STRUCK)
    return exists().where(Certificate.office_id == office_id, ~struck)


def certified(session: Session, office_id: int, today: date) -> Row | None:
    """Return the newest certificate of an office, that to ISO 9001 where it has several, in three statements."""
    held = rows(session, today, Certificate.office_id == office_id, Certificate.decided_on <= today)
    standing = [one for one in held if one.last_step is not StepKind.STRUCK]
    return max(standing, key=lambda one: (one.standard == ISO_9001, one.days.decided_on, one.id), default=None)


def facts(words: Words, found: Row | None, clauses: str, today: date) -> list[tuple[str, str]]:
    """Return what the first page says of the certificate, and by which edition the report is ordered."""
    ordered_by = EDITIONS[clauses].name
    if found is None:
        return [
            (words.say(N_("Clauses")), ordered_by),
            (words.say(N_("Certificate")), words.say(N_("none is recorded for this office"))),
        ]
    told = [(words.say(N_("Standard")), found.edition)]
    if found.edition != ordered_by:
        said = N_("%(known)s: the clauses of %(standard)s are not verified here")
        told.append((words.say(N_("Clauses")), words.say(said, known=ordered_by, standard=found.edition)))
    number = words.say(N_("%(number)s, cycle %(cycle)s"), number=found.number, cycle=words.number(found.cycle))
    first, last = (words.day(one) for one in found.days)
    body = f"{found.body} ({found.accreditation})" if found.accreditation else found.body
    told += [
        (words.say(N_("Certificate")), number),
        (words.say(N_("Certification body")), body),
        (words.say(N_("Holds")), words.say(N_("%(first)s to %(last)s"), first=first, last=last)),
        (
            words.say(N_("How it stands on %(day)s"), day=words.day(today)),
            words.say(labels.CERTIFICATE_STATES[found.state]),
        ),
    ]
    if found.is_invented:
        invented = words.say(N_("This certificate is an invented example. It was given to nobody."))
        told.append((words.say(N_("Note")), invented))
    return told


def last_audit(session: Session, words: Words, office_id: int, as_of: datetime, today: date) -> list[Block]:
    """Return the last audit of the certification body and each of its findings, in three statements."""
    audit = session.scalars(
        select(CertificationAudit)
        .join(Certificate, Certificate.id == CertificationAudit.certificate_id)
        .where(Certificate.office_id == office_id, has_certificate(office_id))
        .where(CertificationAudit.done_on <= today, CertificationAudit.recorded_at <= as_of)
        .order_by(CertificationAudit.done_on.desc(), CertificationAudit.id.desc())
        .limit(1)
    ).first()
    if audit is None:
        return [Paragraph(words.say(N_("No audit by a certification body is recorded for this office.")))]
    said = words.say(
        N_("%(audit)s on %(day)s."), audit=words.say(labels.EXTERNAL_AUDITS[audit.kind]), day=words.day(audit.done_on)
    )
    result = words.say(labels.EXTERNAL_RESULTS[audit.result])
    blocks: list[Block] = [
        Paragraph(said),
        Note(words.say(N_("Result")), f"{result}. {audit.summary}" if audit.summary else result),
    ]
    found = _findings(session, audit.id, as_of)
    if not found:
        return [*blocks, Paragraph(words.say(N_("It found nothing that is to be closed or thought about.")))]
    return [*blocks, _overview(words, found, today), *_in_full(words, found)]


def _findings(session: Session, audit_id: int, as_of: datetime) -> list[Found]:
    findings = session.scalars(
        select(ExternalFinding)
        .where(ExternalFinding.audit_id == audit_id, ExternalFinding.recorded_at <= as_of)
        .order_by(ExternalFinding.running)
    ).all()
    step = ExternalFindingStep
    steps: dict[int, list[ExternalFindingStep]] = {}
    for one in session.scalars(
        select(step)
        .where(step.finding_id.in_([finding.id for finding in findings]), step.at <= as_of)
        .order_by(step.finding_id, step.seq)
    ):
        steps.setdefault(one.finding_id, []).append(one)
    return [Found(finding, steps.get(finding.id, [])) for finding in findings]


def _overview(words: Words, found: Sequence[Found], today: date) -> Table:
    names = (N_("Number"), N_("How grave it is"), N_("Clause"), N_("To be closed by"), N_("Closed"))
    shown = [
        (words.number(one.finding.running), words.say(labels.EXTERNAL_FINDINGS[one.finding.severity]),
         one.finding.clause, words.day(one.due_on) if one.due_on else "", _closed(words, one, today))
        for one in found
    ]  # fmt: skip
    title = words.say(N_("What it found"))
    return Table(title, [words.say(name) for name in names], shown, (14, 28, 12, 22, 24), numbers=5)


def _closed(words: Words, one: Found, today: date) -> str:
    accepted = one.last(FindingStep.ACCEPTED)
    if accepted is not None:
        return words.day(accepted.on_day)
    if one.finding.severity is Severity.OBSERVATION:
        return words.say(N_("need not be closed"))
    is_late = one.due_on is not None and one.due_on < today
    return words.say(N_("Late")) if is_late else words.say(N_("Open"))


def _in_full(words: Words, found: Sequence[Found]) -> list[Block]:
    blocks: list[Block] = []
    for one in found:
        answered, accepted = one.last(FindingStep.ANSWERED), one.last(FindingStep.ACCEPTED)
        blocks += [
            Heading(words.say(N_("Finding %(number)s"), number=words.number(one.finding.running))),
            Note(words.say(N_("What was found")), one.finding.text),
        ]
        if one.finding.severity is Severity.OBSERVATION and answered is None:
            continue
        told: Mapping[str, str] = {
            N_("Cause"): answered.cause if answered else "",
            N_("Correction"): answered.correction if answered else "",
            N_("Evidence"): answered.evidence if answered else "",
            N_("Accepted by"): accepted.accepted_by if accepted else "",
        }
        blocks += [Note(words.say(name), text or words.say(N_("Not given"))) for name, text in told.items()]
    return blocks


def has_changed(session: Session, office_id: int, since: datetime) -> bool:
    """Return whether anything was recorded about the certificates of an office after an instant."""
    ids = select(Certificate.id).where(Certificate.office_id == office_id)
    findings = select(ExternalFinding.id).where(ExternalFinding.certificate_id.in_(ids))
    later = (
        exists().where(Certificate.office_id == office_id, Certificate.entered_at > since),
        exists().where(CertificateStep.certificate_id.in_(ids), CertificateStep.at > since),
        exists().where(CertificationAudit.certificate_id.in_(ids), CertificationAudit.recorded_at > since),
        exists().where(ExternalFinding.certificate_id.in_(ids), ExternalFinding.recorded_at > since),
        exists().where(ExternalFindingStep.finding_id.in_(findings), ExternalFindingStep.at > since),
    )
    return bool(session.scalar(select(or_(*later))))
