"""What the system gives to a management review: counts, checks, objectives, findings and decisions, as plain values.

All of it can be kept as JSON, so that signed minutes show what was known then; the counts are those of
`month_tallies`, from which every figure can be worked out again.
"""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from swagat.domain.external_findings import FindingStep
from swagat.domain.internal_audits import NONCONFORMITIES
from swagat.domain.internal_audits import number_of as audit_number
from swagat.domain.objectives import Verdict
from swagat.domain.quality.measures import next_month
from swagat.domain.working_time import INDIA
from swagat.models import (
    AuditAnswer,
    Certificate,
    CertificationAudit,
    ExternalFinding,
    ExternalFindingStep,
    InternalAudit,
    ManagementReview,
    Nonconformity,
    ObjectiveMonth,
    Person,
    QualityObjective,
    ReviewDecision,
    Scope,
)
from swagat.services import catalogue, check_figures, tallies
from swagat.services.tallies import Period, Where


def given_to(session: Session, review: ManagementReview, now: datetime) -> dict[str, Any]:
    """Return what is known of the office and period of a review, in seven statements."""
    where = Where(review.state_id, Scope.OFFICE, review.office_id)
    tally = tallies.tally(session, where, Period(review.first_month, review.last_month))
    checks = check_figures.counted(session, [review.office_id], review.first_month, review.last_month)
    return {
        "as_of": now.isoformat(),
        "counts": {measure.value: keys for measure, keys in tally.items()},
        "checks": asdict(checks[review.office_id]),
        "objectives": _objectives(session, review),
        "nonconformities": _nonconformities(session, review),
        "audits": _audits(session, review),
        "external": _external(session, review),
        "earlier": _earlier(session, review),
    }


def _objectives(session: Session, review: ManagementReview) -> list[dict[str, Any]]:
    """Return each objective of the period, and how many of its published months stood how."""
    row = QualityObjective
    months = (
        select(row.id, row.indicator, row.unit, row.target_tenths, ObjectiveMonth.verdict, func.count().label("months"))
        .join(ObjectiveMonth, ObjectiveMonth.objective_id == row.id)
        .where(row.office_id == review.office_id, row.withdrawn_at.is_(None))
        .where(ObjectiveMonth.month.between(review.first_month, review.last_month))
        .group_by(row.id, row.indicator, row.unit, row.target_tenths, ObjectiveMonth.verdict)
        .order_by(row.id)
    )
    found: dict[int, dict[str, Any]] = {}
    for one in session.execute(months):
        target = {"indicator": one.indicator, "unit": one.unit.value, "target_tenths": one.target_tenths}
        found.setdefault(one.id, target | {verdict.value: 0 for verdict in Verdict})[one.verdict.value] = one.months
    return list(found.values())


def _nonconformities(session: Session, review: ManagementReview) -> list[dict[str, Any]]:
    """Return what was open at any time of the period and how far it has come, the oldest first."""
    begins, ends = _instants(review)
    rows = session.execute(
        select(Nonconformity.number, Nonconformity.stage, Nonconformity.due_on, Nonconformity.ended_at)
        .where(Nonconformity.office_id == review.office_id, Nonconformity.opened_at < ends)
        .where(Nonconformity.ended_at.is_(None) | (Nonconformity.ended_at >= begins))
        .order_by(Nonconformity.id)
    )
    return [
        {
            "number": row.number,
            "stage": row.stage.value,
            "due_on": None if row.ended_at else row.due_on.isoformat(),
        }
        for row in rows
    ]


def _external(session: Session, review: ManagementReview) -> list[dict[str, Any]]:
    """Return what the certification body has found since the period began, and what is closed of it."""
    accepted = and_(
        ExternalFindingStep.finding_id == ExternalFinding.id, ExternalFindingStep.kind == FindingStep.ACCEPTED
    )
    rows = session.execute(
        select(ExternalFinding.clause, ExternalFinding.severity, ExternalFinding.text)
        .add_columns(CertificationAudit.done_on, ExternalFindingStep.on_day)
        .join(CertificationAudit, CertificationAudit.id == ExternalFinding.audit_id)
        .join(Certificate, Certificate.id == CertificationAudit.certificate_id)
        .outerjoin(ExternalFindingStep, accepted)
        .where(Certificate.office_id == review.office_id, CertificationAudit.done_on >= review.first_month)
        .order_by(CertificationAudit.done_on, ExternalFinding.id)
    )
    return [
        {
            "clause": row.clause,
            "severity": row.severity.value,
            "text": row.text,
            "found_on": row.done_on.isoformat(),
            "closed_on": row.on_day.isoformat() if row.on_day else None,
        }
        for row in rows
    ]


def _instants(review: ManagementReview) -> tuple[datetime, datetime]:
    begins, ends = (
        datetime.combine(day, datetime.min.time(), INDIA) for day in (review.first_month, next_month(review.last_month))
    )
    return begins, ends


def _audits(session: Session, review: ManagementReview) -> list[dict[str, Any]]:
    """Return the internal audits reported since the period began, and how many nonconformities each found."""
    zone = catalogue.calendar(review.state_id)
    found = (
        select(InternalAudit.year, InternalAudit.running, InternalAudit.reported_at, InternalAudit.conclusion)
        .add_columns(func.count(AuditAnswer.question).label("nonconformities"))
        .outerjoin(
            AuditAnswer,
            (AuditAnswer.audit_id == InternalAudit.id) & AuditAnswer.finding.in_(sorted(NONCONFORMITIES)),
        )
        .where(InternalAudit.office_id == review.office_id, InternalAudit.reported_at.is_not(None))
        .group_by(InternalAudit.id)
        .order_by(InternalAudit.reported_at)
    )
    return [
        {
            "number": audit_number(row.year, row.running),
            "reported_on": zone.day_of(row.reported_at).isoformat(),
            "nonconformities": row.nonconformities,
            "conclusion": row.conclusion,
        }
        for row in session.execute(found)
        if zone.day_of(row.reported_at) >= review.first_month
    ]


def _earlier(session: Session, review: ManagementReview) -> list[dict[str, Any]]:
    """Return the decisions of earlier reviews that were open when this period began or were made since."""
    begins, _ends = _instants(review)
    rows = session.execute(
        select(ReviewDecision, Person.name_en, Person.name_local)
        .join(ManagementReview, ManagementReview.id == ReviewDecision.review_id)
        .join(Person, Person.id == ReviewDecision.owner_id)
        .where(
            ReviewDecision.office_id == review.office_id,
            ManagementReview.signed_at.is_not(None),
            ManagementReview.last_month < review.last_month,
            (ReviewDecision.done_at.is_(None)) | (ReviewDecision.done_at >= begins),
        )
        .order_by(ReviewDecision.due_on, ReviewDecision.id)
    )
    return [
        {
            "text": row[0].text,
            "owner_en": row.name_en,
            "owner_local": row.name_local,
            "due_on": row[0].due_on.isoformat(),
            "done_on": row[0].done_at.astimezone(INDIA).date().isoformat() if row[0].done_at else None,
            "what_was_done": row[0].what_was_done,
        }
        for row in rows
    ]
