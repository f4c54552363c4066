"""What the pages of internal audits show, and to whom: who reads all evidence, the auditor, and the audited heads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, false, insert, or_, select
from sqlalchemy.orm import Session, aliased

from swagat.database import transaction
from swagat.domain.case import Outcome
from swagat.domain.errors import NotFound
from swagat.domain.internal_audits import CHECKLIST, Answer, AuditState, Finding, number_of, state_of
from swagat.domain.names import Name
from swagat.domain.nonconformities import Source
from swagat.domain.roles import Actor
from swagat.models import AuditAnswer, AuditedCase, Grievance, GrievanceEvent, InternalAudit, Office, Opening, Person
from swagat.services import branches, catalogue, nonconformity_opening
from swagat.services.history import History, PersonName, history
from swagat.services.internal_audits import reference_of
from swagat.services.mandates import evidence_of
from swagat.services.scope import HEADING

MOST_LISTED = 500


class Row(NamedTuple):
    """One audit as the programme lists it."""

    id: int
    number: str
    office_id: int
    office: Name
    auditor: PersonName
    auditor_office: Name
    first: date
    last: date
    planned_on: date
    state: AuditState
    reported_at: datetime | None
    is_own: bool


class Drawn(NamedTuple):
    """One case of the draw, with what was noted of it."""

    place: int
    number: str
    category_id: int
    outcome: Outcome
    disposed_at: datetime
    answer: Answer


@dataclass(frozen=True, slots=True)
class AuditView:
    """One audit with the answers to every question; `opened` are the nonconformities that its report opened."""

    row: Row
    seed: str
    population: int
    sample_size: int
    drawn_at: datetime | None
    answers: Mapping[str, Answer]
    cases: Sequence[Drawn]
    conclusion: str
    cancelled_because: str
    version: int
    opened: Mapping[str, str] = field(default_factory=dict)

    @property
    def findings(self) -> dict[Finding, int]:
        """Return how many questions were answered in each way."""
        return {one: sum(answer.finding == one for answer in self.answers.values()) for one in Finding}


def programme(session: Session, actor: Actor, year: int) -> Sequence[Row]:
    """Return the audits of a year that the actor may read, in the order in which they are planned, in one statement."""
    rows = _rows(actor).where(InternalAudit.year == year)
    found = session.execute(rows.order_by(InternalAudit.planned_on, InternalAudit.id).limit(MOST_LISTED))
    return [_row(one, actor) for one in found]


def audit_view(session: Session, actor: Actor, audit_id: int) -> AuditView:
    """Return one audit in four statements at most, raising NotFound for who may not read it.

    What the auditor has noted is theirs until it is reported.
    """
    found = session.execute(_rows(actor).where(InternalAudit.id == audit_id)).first()
    if found is None:
        raise NotFound
    audit, row = found[0], _row(found, actor)
    view = AuditView(
        row,
        audit.seed,
        audit.population,
        audit.sample_size,
        audit.drawn_at,
        {one.code: Answer(None, "") for one in CHECKLIST},
        [],
        "",
        audit.cancelled_because,
        audit.version,
    )
    if not (row.is_own or row.state is AuditState.REPORTED):
        return view
    noted = session.scalars(select(AuditAnswer).where(AuditAnswer.audit_id == audit.id))
    answers = {one.question: Answer(one.finding.value if one.finding else None, one.evidence) for one in noted}
    cases = [_drawn(one) for one in session.execute(_cases(audit.id))]
    opened = _opened(session, audit.id) if row.state is AuditState.REPORTED else {}
    return replace(view, answers={**view.answers, **answers}, cases=cases, conclusion=audit.conclusion, opened=opened)


def _opened(session: Session, audit_id: int) -> dict[str, str]:
    codes = {reference_of(audit_id, one.code): one.code for one in CHECKLIST}
    found = nonconformity_opening.opened_from_each(session, Source.INTERNAL_AUDIT, list(codes))
    return {codes[reference]: number for reference, number in found.items()}


def open_case(actor: Actor, audit_id: int, place: int, now: datetime) -> tuple[AuditView, Drawn, History]:
    """Return what happened to a case that was drawn, without whom it is from, and log that it was opened.

    Only its auditor opens it, and only until the report; raises NotFound for everybody else.
    """
    with transaction() as session:
        view = audit_view(session, actor, audit_id)
        found = session.execute(_cases(audit_id).where(AuditedCase.place == place)).first()
        if found is None or not view.row.is_own or view.row.state is not AuditState.DRAWN:
            raise NotFound
        opened = {"what": "internal audit", "reason": view.row.number, "opened_at": now}
        session.execute(insert(Opening), opened | {"grievance_id": found.grievance_id, "person_id": actor.person_id})
        calendar = catalogue.calendar(actor.state_id or 0)
        return view, _drawn(found), history(session, found.grievance_id, now, calendar, for_citizen=False)


def may_read(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on InternalAudit that holds for what this actor may read."""
    if actor.state_id is None:
        return false()
    audit = InternalAudit
    mine = [
        audit.auditor_id == actor.person_id,
        evidence_of(actor, audit.office_id, audit.first_month, audit.last_month),
    ]
    if actor.role in HEADING and actor.office_id is not None:
        below = {office_id for office_id, _ladder in branches.branch_of(actor.office_id)}
        mine.append(InternalAudit.office_id.in_(below | {actor.office_id}))
    return and_(InternalAudit.state_id == actor.state_id, or_(*mine))


def _rows(actor: Actor) -> Select[Any]:
    auditors_office = aliased(Office)
    return (
        select(InternalAudit, Office.name_en, Office.name_hi, Office.name_gu)
        .add_columns(auditors_office.name_en.label("their_en"), auditors_office.name_hi.label("their_hi"))
        .add_columns(auditors_office.name_gu.label("their_gu"))
        .add_columns(Person.name_en.label("person_en"), Person.name_local.label("person_local"))
        .join(Office, Office.id == InternalAudit.office_id)
        .join(auditors_office, auditors_office.id == InternalAudit.auditor_office_id)
        .join(Person, Person.id == InternalAudit.auditor_id)
        .where(may_read(actor))
        .execution_options(populate_existing=True)
    )


def _row(found: Any, actor: Actor) -> Row:
    audit = found[0]
    return Row(
        audit.id,
        number_of(audit.year, audit.running),
        audit.office_id,
        Name.of(found),
        PersonName(found.person_en, found.person_local),
        Name(found.their_en, found.their_hi, found.their_gu),
        audit.first_month,
        audit.last_month,
        audit.planned_on,
        state_of(audit.drawn_at, audit.reported_at, audit.cancelled_at),
        audit.reported_at,
        audit.auditor_id == actor.person_id,
    )


def _cases(audit_id: int) -> Select[Any]:
    entry = GrievanceEvent
    return (
        select(AuditedCase.place, AuditedCase.finding, AuditedCase.evidence, AuditedCase.grievance_id)
        .add_columns(Grievance.registration_number, Grievance.category_id, entry.at, entry.payload)
        .join(Grievance, Grievance.id == AuditedCase.grievance_id)
        .join(entry, and_(entry.grievance_id == AuditedCase.grievance_id, entry.seq == AuditedCase.disposed_seq))
        .where(AuditedCase.audit_id == audit_id)
        .order_by(AuditedCase.place)
    )


def _drawn(one: Any) -> Drawn:
    return Drawn(
        one.place,
        one.registration_number or "",
        one.category_id,
        Outcome(one.payload["outcome"]),
        one.at,
        Answer(one.finding.value if one.finding else None, one.evidence),
    )
