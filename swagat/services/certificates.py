"""Certificates of offices: entered once, audited by their body, suspended, restored or withdrawn; nothing is changed.

What was entered by mistake is struck off with a reason and entered again.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from swagat.database import is_sqlite, transaction
from swagat.domain.certification import (
    LAST_CYCLE,
    Cycle,
    StepKind,
    duties,
    fault_of_cycle,
    fault_of_step,
)
from swagat.domain.errors import N_, AlreadyDone, Forbidden, Invalid, Refused, Stale, Text
from swagat.domain.external_findings import FindingStep, Severity
from swagat.domain.names import Name
from swagat.domain.roles import Actor, Role
from swagat.domain.standards import EDITIONS, family_of
from swagat.models import (
    Certificate,
    CertificateStep,
    ExternalFinding,
    ExternalFindingStep,
    Office,
)
from swagat.services import catalogue
from swagat.services.certificate_reminders import end_for_certificate, held_certificate, set_for_certificate

WRITING = frozenset({Role.QUALITY_MANAGER, Role.ADMINISTRATOR})
LONGEST_NUMBER, LONGEST_BODY, LONGEST_SCOPE, LONGEST_REASON, SHORTEST = 60, 120, 500, 300, 10
ENDED = frozenset({StepKind.WITHDRAWN, StepKind.STRUCK})


@dataclass(frozen=True, slots=True)
class Entry:
    """A certificate as it is typed from the paper: the office by its code, the edition by its code."""

    office: str
    edition: str
    number: str
    scope: Name
    body: str
    accreditation: str
    cycle: int
    decided_on: date
    expires_on: date


@dataclass(frozen=True, slots=True)
class Step:
    """What happened to a certificate, and how many steps the person saw who enters it."""

    kind: StepKind
    on_day: date
    reason: str
    seen: int


def enter(actor: Actor, entry: Entry, now: datetime, *, is_invented: bool = False) -> int:
    """Enter a certificate and return its id.

    Raises Forbidden, Invalid with all that is wrong by field, and AlreadyDone for the same certificate once more.
    """
    check_writes(actor)
    state_id = actor.state_id or 0
    today = catalogue.calendar(state_id).day_of(now)
    with transaction() as session:
        errors = faults_of(entry)
        office_id = _held_office(session, state_id, entry.office)
        if office_id is None:
            errors["office"] = Text(N_("There is no office with this code."))
        others = _others(session, office_id or 0, entry)
        if any(one.number == entry.number.strip() and one.decided_on == entry.decided_on for one in others):
            raise AlreadyDone(N_("This certificate is entered already."))
        before = max((one for one in others if one.decided_on < entry.decided_on), key=_decided, default=None)
        if any(one.cycle == entry.cycle and one.expires_on >= entry.decided_on for one in others):
            errors.setdefault("cycle", Text(N_("A certificate of this office with this cycle is entered already.")))
        elif before is not None and _has_open_major(session, before.id):
            errors.setdefault("cycle", Text(N_("A major finding of the last cycle is not closed. Close it first.")))
        cycle = Cycle(entry.decided_on, entry.expires_on)
        if fault := fault_of_cycle(cycle, before.expires_on if before else None, today):
            errors[fault[0]] = fault[1]
        if errors or office_id is None:
            raise Invalid(errors=errors)
        certificate = Certificate(
            state_id=state_id,
            office_id=office_id,
            edition=entry.edition,
            number=entry.number.strip(),
            scope_en=entry.scope.en.strip(),
            scope_hi=entry.scope.hi.strip(),
            scope_gu=entry.scope.gu.strip(),
            body=entry.body.strip(),
            accreditation=entry.accreditation.strip(),
            cycle=entry.cycle,
            decided_on=entry.decided_on,
            expires_on=entry.expires_on,
            is_invented=is_invented,
            entered_by_id=actor.person_id,
            entered_at=now,
        )
        session.add(certificate)
        session.flush()
        if before is not None:
            end_for_certificate(session, before.id, now)
        if not any(one.decided_on > entry.decided_on for one in others):
            set_for_certificate(session, certificate.id, cycle, duties(cycle, {}), now)
        return certificate.id


def record_step(actor: Actor, certificate_id: int, step: Step, now: datetime) -> None:
    """Record that a certificate was suspended, restored or withdrawn, or strike off one entered by mistake.

    Raises Forbidden, NotFound, Invalid by field, and Stale when another page recorded something meanwhile.
    """
    check_writes(actor)
    today = catalogue.calendar(actor.state_id or 0).day_of(now)
    with transaction() as session:
        certificate = held_certificate(session, certificate_id, actor.state_id or 0)
        steps = session.execute(
            select(CertificateStep.kind, CertificateStep.on_day)
            .where(CertificateStep.certificate_id == certificate.id)
            .order_by(CertificateStep.seq)
        ).all()
        if len(steps) != step.seen:
            raise Stale(N_("Something else was recorded of this certificate meanwhile. Look at it again."))
        errors = faults_of_reason(step.reason)
        if fault := fault_of_step(step.kind, steps[-1].kind if steps else None):
            errors["step"] = fault
        earliest = steps[-1].on_day if steps else certificate.decided_on
        if not earliest <= step.on_day <= today:
            errors["on_day"] = Text(N_("This day is before what was last recorded, or still to come."))
        if errors:
            raise Invalid(errors=errors)
        session.add(
            CertificateStep(
                certificate_id=certificate.id,
                seq=len(steps) + 1,
                kind=step.kind,
                on_day=step.on_day,
                reason=step.reason.strip(),
                person_id=actor.person_id,
                at=now,
            )
        )
        if step.kind in ENDED:
            end_for_certificate(session, certificate.id, now, with_findings=True)


def faults_of_reason(reason: str) -> dict[str, Text]:
    """Return what is wrong with the reason that is given for a step."""
    if SHORTEST <= len(reason.strip()) <= LONGEST_REASON:
        return {}
    return {"reason": Text(N_("Write why, in 10 to 300 characters."))}


def check_writes(actor: Actor) -> None:
    """Raise Forbidden for everybody but quality managers and administrators."""
    if actor.role not in WRITING:
        raise Forbidden(N_("Certificates are kept by the quality manager and the administrator."))


def check_in_use(session: Session, certificate_id: int) -> None:
    """Raise Refused for a certificate that was withdrawn or struck off."""
    if last_step(session, certificate_id) in ENDED:
        raise Refused(N_("This certificate was withdrawn or struck off: nothing more is recorded of it."))


def last_step(session: Session, certificate_id: int) -> StepKind | None:
    """Return what last happened to a certificate since the decision."""
    steps = select(CertificateStep.kind).where(CertificateStep.certificate_id == certificate_id)
    return session.scalar(steps.order_by(CertificateStep.seq.desc()).limit(1))


def _decided(one: Certificate) -> date:
    return one.decided_on


def _held_office(session: Session, state_id: int, code: str) -> int | None:
    """Return an office for whose certificates others wait until the transaction ends, None where there is none."""
    asked = select(Office.id).where(Office.state_id == state_id, Office.code == code.strip()[:40])
    asked = asked.where(Office.is_active.is_(True))
    return session.scalar(asked if is_sqlite(session) else asked.with_for_update(key_share=True))


def _others(session: Session, office_id: int, entry: Entry) -> list[Certificate]:
    """Return the certificates of an office for the same standard that were neither withdrawn nor struck off."""
    ended = select(CertificateStep.certificate_id).where(CertificateStep.kind.in_(ENDED))
    found = session.scalars(select(Certificate).where(Certificate.office_id == office_id, Certificate.id.not_in(ended)))
    return [one for one in found if family_of(one.edition) == family_of(entry.edition)]


def _has_open_major(session: Session, certificate_id: int) -> bool:
    accepted = select(ExternalFindingStep.finding_id).where(ExternalFindingStep.kind == FindingStep.ACCEPTED)
    left = select(func.count()).where(
        ExternalFinding.certificate_id == certificate_id,
        ExternalFinding.severity == Severity.MAJOR,
        ExternalFinding.id.not_in(accepted),
    )
    return bool(session.scalar(left))


def faults_of(entry: Entry) -> dict[str, Text]:
    """Return what is wrong with a certificate as it is typed, its office and its days apart."""
    errors: dict[str, Text] = {}
    if entry.edition not in EDITIONS:
        errors["edition"] = Text(N_("Choose the standard."))
    if not 1 <= len(entry.number.strip()) <= LONGEST_NUMBER:
        errors["number"] = Text(N_("Give the number that stands on the certificate."))
    if not 2 <= len(entry.body.strip()) <= LONGEST_BODY:
        errors["body"] = Text(N_("Give the name of the certification body."))
    if len(entry.accreditation) > LONGEST_BODY:
        errors["accreditation"] = Text(N_("Write at most %(count)s characters."), {"count": LONGEST_BODY})
    if len(entry.scope.en.strip()) < SHORTEST:
        errors["scope_en"] = Text(N_("Write for what the office is certified, as the certificate says it."))
    for language in Name._fields:
        if len(getattr(entry.scope, language)) > LONGEST_SCOPE:
            errors[f"scope_{language}"] = Text(N_("Write at most %(count)s characters."), {"count": LONGEST_SCOPE})
    if not 1 <= entry.cycle <= LAST_CYCLE:
        errors["cycle"] = Text(N_("Give the cycle as a number: 1 for a first certificate."))
    return errors
