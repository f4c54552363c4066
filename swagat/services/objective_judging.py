"""Judges the months of objectives by what was published, once and for good."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import aliased

from swagat.database import table_of, transaction
from swagat.domain.quality.figures import figure
from swagat.models import ObjectiveMonth, Office, PublishedTally, QualityObjective, Scope
from swagat.services.bulk import insert_rows
from swagat.services.objectives import value_of
from swagat.services.tallies import added


@dataclass(slots=True)
class JudgeReport:
    """What one run judged, month by month."""

    met: int = 0
    missed: int = 0
    too_few: int = 0

    def figures(self) -> dict[str, int]:
        """Return the counts by name."""
        return asdict(self)


def judge(now: datetime) -> JudgeReport:
    """Judge every month of an objective that is published and not judged yet, by the figures first published.

    Two statements, whatever the number of offices; repeated, it judges nothing twice.
    """
    report = JudgeReport()
    whole, own = aliased(PublishedTally), aliased(PublishedTally)
    is_out = and_(
        whole.state_id == Office.state_id,
        whole.scope == Scope.STATE,
        whole.scope_id == Office.state_id,
        whole.revision == 0,
        whole.month.between(QualityObjective.first_month, QualityObjective.last_month),
    )
    is_own = and_(
        own.state_id == Office.state_id,
        own.scope == Scope.OFFICE,
        own.scope_id == Office.id,
        own.revision == 0,
        own.month == whole.month,
    )
    is_judged = and_(ObjectiveMonth.objective_id == QualityObjective.id, ObjectiveMonth.month == whole.month)
    waiting = (
        select(QualityObjective, whole.month, own.counts)
        .join(Office, Office.id == QualityObjective.office_id)
        .join(whole, is_out)
        .outerjoin(own, is_own)
        .outerjoin(ObjectiveMonth, is_judged)
        .where(QualityObjective.withdrawn_at.is_(None), ObjectiveMonth.objective_id.is_(None))
    )
    with transaction() as session:
        rows = []
        for row, month, counts in session.execute(waiting):
            objective = value_of(row)
            verdict, is_clear = objective.judge(figure(objective.of, added([counts] if counts else [])))
            rows.append(
                {"objective_id": row.id, "month": month, "verdict": verdict, "is_clear": is_clear, "judged_at": now,
                 "reason": ""}
            )  # fmt: skip
            setattr(report, verdict.value, getattr(report, verdict.value) + 1)
        insert_rows(session, table_of(ObjectiveMonth), rows, unique=("objective_id", "month"))
    return report
