"""What is shown of objectives: each with its months as they were published, and how they stood."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from swagat.domain.errors import NotFound
from swagat.domain.names import Name
from swagat.domain.objectives import NOT_YET, Judgement, Objective, Verdict
from swagat.domain.quality.figures import Figure, figure, together
from swagat.domain.quality.indicators import Tally
from swagat.models import ObjectiveMonth, Office, Person, PublishedTally, QualityObjective, Scope
from swagat.services.objectives import value_of
from swagat.services.quality_scopes import Whose
from swagat.services.tallies import Where, added

MOST_LISTED = 200


class MonthShown(NamedTuple):
    """One month of an objective: its figure as published, how it stood, and what was said of it where it was missed."""

    month: date
    figure: Figure | None
    judgement: Judgement
    reason: str
    nonconformity: str
    is_answered: bool

    @property
    def asks(self) -> bool:
        """Return whether a reason or an action is still asked for."""
        return self.judgement.verdict is Verdict.MISSED and not self.is_answered


@dataclass(frozen=True, slots=True)
class Shown:
    """An objective with its months and the whole of its period; `so_far` is the figure of the months published."""

    id: int
    version: int
    objective: Objective
    owner: Name
    months: Sequence[MonthShown]
    so_far: Figure | None
    judgement: Judgement

    @property
    def asked(self) -> int:
        """Return for how many missed months a reason or an action is asked."""
        return sum(one.asks for one in self.months)


class WithObjectives(NamedTuple):
    """An office that has objectives, and how many of its missed months wait for an answer."""

    code: str
    name: Name
    objectives: int
    asked: int


def offices_with_objectives(session: Session, state_id: int) -> list[WithObjectives]:
    """Return the offices of a state that have objectives, by name, in two statements."""
    asked = (
        select(ObjectiveMonth.objective_id)
        .join(QualityObjective, QualityObjective.id == ObjectiveMonth.objective_id)
        .where(ObjectiveMonth.verdict == Verdict.MISSED, ObjectiveMonth.answered_at.is_(None))
    )
    waiting: dict[int, int] = {}
    for objective_id in session.scalars(asked):
        waiting[objective_id] = waiting.get(objective_id, 0) + 1
    rows = session.execute(
        select(QualityObjective.id, Office.code, Office.name_en, Office.name_hi, Office.name_gu)
        .join(Office, Office.id == QualityObjective.office_id)
        .where(Office.state_id == state_id, QualityObjective.withdrawn_at.is_(None))
        .order_by(Office.name_en, Office.id)
    )
    found: dict[str, WithObjectives] = {}
    for row in rows:
        one = found.get(row.code, WithObjectives(row.code, Name.of(row), 0, 0))
        found[row.code] = one._replace(objectives=one.objectives + 1, asked=one.asked + waiting.get(row.id, 0))
    return list(found.values())


def shown_of(session: Session, whose: Whose, objective_id: int | None = None) -> list[Shown]:
    """Return the objectives of an office that stand, the newest period first, or one of them; four statements."""
    asked = (
        select(QualityObjective, Person.name_en, Person.name_local)
        .join(Person, Person.id == QualityObjective.owner_id)
        .where(QualityObjective.office_id == whose.where.scope_id, QualityObjective.withdrawn_at.is_(None))
        .order_by(QualityObjective.first_month.desc(), QualityObjective.id)
        .limit(MOST_LISTED)
    )
    if objective_id is not None:
        asked = asked.where(QualityObjective.id == objective_id)
    rows = session.execute(asked).all()
    if not rows:
        return []
    first, last = min(row[0].first_month for row in rows), max(row[0].last_month for row in rows)
    judged = _judged(session, [row[0].id for row in rows])
    published = _published(session, whose.where, first, last)
    return [
        _shown(row, Name(name_en, name_local, name_local), judged.get(row.id, {}), published)
        for row, name_en, name_local in rows
    ]


def one_of(session: Session, whose: Whose, objective_id: int) -> Shown:
    """Return one objective of an office, raising NotFound."""
    for shown in shown_of(session, whose, objective_id):
        return shown
    raise NotFound


def covering(session: Session, where: Where, first: date, last: date) -> list[Objective]:
    """Return the objectives of an office that cover these months; one statement."""
    rows = session.scalars(
        select(QualityObjective)
        .where(QualityObjective.office_id == where.scope_id, QualityObjective.withdrawn_at.is_(None))
        .where(QualityObjective.first_month <= first, QualityObjective.last_month >= last)
        .order_by(QualityObjective.id)
    )
    return [value_of(row) for row in rows]


def _judged(session: Session, objective_ids: Sequence[int]) -> dict[int, dict[date, ObjectiveMonth]]:
    found: dict[int, dict[date, ObjectiveMonth]] = {}
    for row in session.scalars(select(ObjectiveMonth).where(ObjectiveMonth.objective_id.in_(objective_ids))):
        found.setdefault(row.objective_id, {})[row.month] = row
    return found


def _published(session: Session, where: Where, first: date, last: date) -> dict[date, Tally]:
    """Return what an office counted in each month that is published: nothing where it was not listed then."""
    out = select(PublishedTally.month).where(
        PublishedTally.state_id == where.state_id,
        PublishedTally.scope == Scope.STATE,
        PublishedTally.scope_id == where.state_id,
        PublishedTally.revision == 0,
        PublishedTally.month.between(first, last),
    )
    found: dict[date, Tally] = {month: {} for month in session.scalars(out)}
    own = select(PublishedTally.month, PublishedTally.counts).where(
        PublishedTally.state_id == where.state_id,
        PublishedTally.scope == where.scope,
        PublishedTally.scope_id == where.scope_id,
        PublishedTally.revision == 0,
        PublishedTally.month.in_(found),
    )
    return found | {row.month: added([row.counts]) for row in session.execute(own)}


def _shown(
    row: QualityObjective, owner: Name, judged: Mapping[date, ObjectiveMonth], published: Mapping[date, Tally]
) -> Shown:
    objective = value_of(row)
    months = [
        MonthShown(
            month,
            figure(objective.of, published[month]) if month in published else None,
            Judgement(one.verdict, one.is_clear) if (one := judged.get(month)) else NOT_YET,
            one.reason if one else "",
            one.nonconformity or "" if one else "",
            bool(one and one.answered_at),
        )
        for month in objective.months
    ]
    out = [published[month] for month in objective.months if month in published]
    return Shown(
        row.id,
        row.version,
        objective,
        owner,
        months,
        figure(objective.of, together(out)) if out else None,
        objective.judge_period(published),
    )
