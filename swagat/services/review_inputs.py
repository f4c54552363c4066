"""What the system gives to a management review: counts, checks, audits and earlier decisions, as plain values.

All of it can be kept as JSON, so that signed minutes show what was known then; the counts are those of
`month_tallies`, from which every figure can be worked out again.
"""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from swagat.domain.internal_audits import NONCONFORMITIES
from swagat.domain.internal_audits import number_of as audit_number
from swagat.domain.working_time import INDIA
from swagat.models import AuditAnswer, InternalAudit, ManagementReview, Person, ReviewDecision, Scope
from swagat.services import catalogue, check_figures, tallies
from swagat.services.tallies import Period, Where


def given_to(session: Session, review: ManagementReview, now: datetime) -> dict[str, Any]:
    """Return what is known of the office and period of a review, in four statements."""
    where = Where(review.state_id, Scope.OFFICE, review.office_id)
    tally = tallies.tally(session, where, Period(review.first_month, review.last_month))
    checks = check_figures.counted(session, [review.office_id], review.first_month, review.last_month)
    return {
        "as_of": now.isoformat(),
        "counts": {measure.value: keys for measure, keys in tally.items()},
        "checks": asdict(checks[review.office_id]),
        "audits": _audits(session, review),
        "earlier": _earlier(session, review),
    }


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
    begins = datetime.combine(review.first_month, datetime.min.time(), INDIA)
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
