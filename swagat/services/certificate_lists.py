"""All certified offices with the state of each: that one is certified, for what and until when, is for everybody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import Session

from swagat.domain.certification import (
    AuditKind,
    CertificateState,
    Cycle,
    Duty,
    Standing,
    StepKind,
    duties,
    standing,
)
from swagat.domain.external_findings import FindingStep
from swagat.domain.names import Name
from swagat.domain.standards import EDITIONS, family_of
from swagat.models import (
    Certificate,
    CertificateReminder,
    CertificateStep,
    CertificationAudit,
    ExternalFinding,
    ExternalFindingStep,
    Office,
    Place,
)
from swagat.services.certificate_reminders import ANSWER, EXPIRY
from swagat.services.certificates import ENDED


@dataclass(frozen=True, slots=True)
class Row:
    """One certificate as everybody sees it."""

    id: int
    state_id: int
    office_id: int
    office: Name
    office_code: str
    district_id: int | None
    standard: str
    edition_code: str
    edition: str
    number: str
    scope: Name
    body: str
    accreditation: str
    cycle: int
    days: Cycle
    is_invented: bool
    last_step: StepKind | None
    duties: Sequence[Duty]
    standing: Standing

    @property
    def state(self) -> CertificateState:
        """Return the state on the day of the page."""
        return self.standing.state


def certified(session: Session, day: date, *, state_id: int | None = None, district_id: int | None = None) -> list[Row]:
    """Return the newest certificate of every office and standard, in three statements, by district and office."""
    where = [true() if state_id is None else Certificate.state_id == state_id]
    if district_id is not None:
        where.append(Place.district_id == district_id)
    newest: dict[tuple[int, str], Row] = {}
    for row in sorted(rows(session, day, *where), key=lambda one: one.days.decided_on):
        if row.last_step is not StepKind.STRUCK:
            newest[row.office_id, row.standard] = row
    return sorted(newest.values(), key=lambda one: (one.state_id, one.district_id or 0, one.office.en, one.id))


class Waiting(NamedTuple):
    """What somebody was reminded of and is still not done; `running` is the number of a finding."""

    certificate_id: int
    office: Name
    clock: str
    due_on: date
    running: int | None


def still_waiting(session: Session, listed: Sequence[Row], state_id: int) -> list[Waiting]:
    """Return of what was reminded and what is not done yet, each once, the earliest last day first."""
    newest = {one.id: one for one in listed if one.state_id == state_id}
    reminder, step = CertificateReminder, ExternalFindingStep
    accepted = select(step.finding_id).where(step.kind == FindingStep.ACCEPTED)
    extended = (
        select(step.due_on)
        .where(step.finding_id == ExternalFinding.id, step.kind == FindingStep.EXTENDED)
        .order_by(step.seq.desc())
        .limit(1)
        .scalar_subquery()
    )
    is_last_day = reminder.due_on == func.coalesce(extended, ExternalFinding.due_on)
    asked = session.execute(
        select(reminder.certificate_id, reminder.clock, reminder.due_on, reminder.finding_id, ExternalFinding.running)
        .join(Certificate, Certificate.id == reminder.certificate_id)
        .outerjoin(ExternalFinding, ExternalFinding.id == reminder.finding_id)
        .where(Certificate.state_id == state_id)
        .where(or_(reminder.finding_id.is_(None), and_(reminder.finding_id.not_in(accepted), is_last_day)))
        .order_by(reminder.at, reminder.id)
    )
    found: dict[tuple[int, str, int | None], Waiting] = {}
    for one in asked:
        row = newest.get(one.certificate_id)
        if row is not None and _waits(row, one.clock, one.due_on):
            key = one.certificate_id, one.clock, one.finding_id
            found[key] = Waiting(row.id, row.office, one.clock, one.due_on, one.running)
    return sorted(found.values(), key=lambda one: (one.due_on, one.office.en, one.running or 0))


def _waits(row: Row, clock: str, due_on: date) -> bool:
    if row.last_step in ENDED:
        return False
    if clock == EXPIRY:
        return row.days.expires_on == due_on
    duty = row.standing.duty
    return clock == ANSWER or (duty is not None and (duty.kind, duty.due_on) == (clock, due_on))


def rows(session: Session, day: date, *conditions: ColumnElement[bool]) -> list[Row]:
    """Return certificates with their offices, audits and last steps, in three statements."""
    found = session.execute(
        select(Certificate, Office.code, Office.name_en, Office.name_hi, Office.name_gu, Place.district_id)
        .join(Office, Office.id == Certificate.office_id)
        .join(Place, Place.id == Office.place_id)
        .where(*conditions)
        .execution_options(populate_existing=True)
    ).all()
    ids = select(Certificate.id).join(Office, Office.id == Certificate.office_id)
    ids = ids.join(Place, Place.id == Office.place_id).where(*conditions)
    done: dict[int, dict[AuditKind, date]] = {}
    audits = select(CertificationAudit.certificate_id, CertificationAudit.kind, CertificationAudit.done_on)
    for one in session.execute(audits.where(CertificationAudit.certificate_id.in_(ids))):
        done.setdefault(one.certificate_id, {})[one.kind] = one.done_on
    steps = select(CertificateStep.certificate_id, CertificateStep.kind).order_by(CertificateStep.seq)
    last = {
        one.certificate_id: one.kind for one in session.execute(steps.where(CertificateStep.certificate_id.in_(ids)))
    }
    return [_row(one, done.get(one[0].id, {}), last.get(one[0].id), day) for one in found]


def _row(found: Any, done: Mapping[AuditKind, date], last: StepKind | None, day: date) -> Row:
    one: Certificate = found[0]
    days = Cycle(one.decided_on, one.expires_on)
    return Row(
        one.id,
        one.state_id,
        one.office_id,
        Name.of(found),
        found.code,
        found.district_id,
        family_of(one.edition),
        one.edition,
        EDITIONS[one.edition].name if one.edition in EDITIONS else one.edition,
        one.number,
        Name.of(one, "scope"),
        one.body,
        one.accreditation,
        one.cycle,
        days,
        one.is_invented,
        last,
        duties(days, done),
        standing(days, done, last, day),
    )
