"""Quality objectives of an office: set, changed and withdrawn before they begin, and answered for when missed."""

from datetime import date, datetime

from sqlalchemy import Select, and_, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from swagat.database import transaction
from swagat.domain import objectives
from swagat.domain.errors import N_, AlreadyDone, Forbidden, Invalid, NotFound, Stale, Text
from swagat.domain.nonconformities import Source
from swagat.domain.objectives import Objective, Typed, Verdict
from swagat.domain.roles import Actor, Role
from swagat.domain.rules import Rules
from swagat.models import ObjectiveMonth, Office, QualityObjective, Scope
from swagat.services import catalogue, mandates, nonconformity_opening, quality_scopes
from swagat.services.posts import posted_at
from swagat.services.quality_scopes import Whose
from swagat.services.scope import READS_ALL_EVIDENCE

_COLUMNS = ("office_id", "indicator", "unit", "target_tenths", "first_month", "last_month", "owner_id")


def office_for(session: Session, actor: Actor, code: str) -> Whose:
    """Return the office of an address for whoever may see its objectives, raising NotFound for everybody else."""
    whose = quality_scopes.named(session, actor.state_id or 0, Scope.OFFICE, code)
    if not mandates.reads_office(actor, whose.where.scope_id) and not quality_scopes.sees_all_cases(actor, whose):
        raise NotFound
    return whose


def may_set(actor: Actor, whose: Whose) -> bool:
    """Return whether somebody sets the objectives of an office: its head, or a quality manager of its state."""
    if actor.role is Role.QUALITY_MANAGER:
        return actor.state_id == whose.where.state_id
    return actor.role is Role.SUPERVISOR and actor.office_id == whose.where.scope_id


def may_answer(actor: Actor, whose: Whose, objective: Objective) -> bool:
    """Return whether somebody says why a month was missed: the owner, or who sets the objectives."""
    return actor.person_id == objective.owner_id or may_set(actor, whose)


def own_code(session: Session, actor: Actor) -> str | None:
    """Return the code of the actor's office; None for who looks at the objectives of all."""
    if actor.role in READS_ALL_EVIDENCE:
        return None
    return session.scalar(select(Office.code).where(Office.id == actor.office_id))


def value_of(row: QualityObjective) -> Objective:
    """Return the objective that a row keeps."""
    return Objective(**{name: getattr(row, name) for name in _COLUMNS})


def set_objective(actor: Actor, code: str, typed: Typed, now: datetime) -> int:
    """Set a new objective of an office and return its id; AlreadyDone where the same stands there already."""
    with transaction() as session:
        whose = _office_to_set(session, actor, code)
        wanted = _wanted(session, whose, typed, now)
        _refuse_overlap(session, wanted)
        row = QualityObjective(**_columns(wanted), set_by_id=actor.person_id, set_at=now)
        session.add(row)
        session.flush()
        return row.id


def change_objective(actor: Actor, code: str, objective_id: int, typed: Typed, version: int, now: datetime) -> None:
    """Change an objective that has not begun; Refused once it has, Stale where somebody else changed it."""
    with transaction() as session:
        whose = _office_to_set(session, actor, code)
        _refuse_frozen(session, whose, objective_id, now)
        wanted = _wanted(session, whose, typed, now)
        _refuse_overlap(session, wanted, objective_id)
        values = _columns(wanted) | {"set_by_id": actor.person_id, "set_at": now, "version": version + 1}
        changed = session.execute(
            update(QualityObjective)
            .where(QualityObjective.id == objective_id, QualityObjective.version == version)
            .values(**values)
        )
        assert isinstance(changed, CursorResult)
        if not changed.rowcount:
            raise Stale(N_("Somebody changed this objective while you were writing."))


def withdraw_objective(actor: Actor, code: str, objective_id: int, now: datetime) -> None:
    """Withdraw an objective that has not begun; Refused once it has."""
    with transaction() as session:
        whose = _office_to_set(session, actor, code)
        _refuse_frozen(session, whose, objective_id, now)
        session.execute(
            update(QualityObjective)
            .where(QualityObjective.id == objective_id)
            .values(withdrawn_at=now, version=QualityObjective.version + 1)
        )


def answer_month(
    actor: Actor,
    code: str,
    objective_id: int,
    month: date,
    reason: str,
    reference: str,
    opens: bool,
    now: datetime,
    rules: Rules,
) -> None:
    """Keep why a month was missed or what deals with it; AlreadyDone where that was said before.

    `reference` is the number of a nonconformity about the office; with `opens` a new one is opened in these words.
    """
    with transaction() as session:
        whose = office_for(session, actor, code)
        row = session.scalar(_standing(whose, objective_id))
        if row is None:
            raise NotFound
        if not may_answer(actor, whose, value_of(row)):
            raise Forbidden(N_("The owner of the objective, the head of the office or a quality manager says this."))
        mine = and_(
            ObjectiveMonth.objective_id == objective_id,
            ObjectiveMonth.month == month,
            ObjectiveMonth.verdict == Verdict.MISSED,
        )
        if session.scalar(select(ObjectiveMonth.month).where(mine)) is None:
            raise NotFound
        given = objectives.answered(reason, reference)
        number = given.reference
        if opens:
            number = _opened(session, row, month, given.reason, now, rules)
        elif number and not nonconformity_opening.is_about(session, number, whose.where.scope_id):
            raise Invalid(errors={"reference": Text(N_("There is no such nonconformity about this office."))})
        values = {"reason": given.reason, "nonconformity": number or None}
        kept = session.execute(
            update(ObjectiveMonth)
            .where(mine, ObjectiveMonth.answered_at.is_(None))
            .values(**values, answered_by_id=actor.person_id, answered_at=now)
        )
        assert isinstance(kept, CursorResult)
        if not kept.rowcount:
            raise AlreadyDone(N_("What was said about this month is kept already."))


def _opened(session: Session, row: QualityObjective, month: date, statement: str, now: datetime, rules: Rules) -> str:
    if len(statement) < objectives.SHORTEST_REASON:
        raise Invalid(errors={"reason": Text(N_("Say what is not as it should be: the nonconformity begins with it."))})
    source, reference = Source.OBJECTIVE, f"objective {row.id} {month:%Y-%m}"
    made = nonconformity_opening.open_by_system(
        session, source, row.office_id, reference, now, rules, indicator=row.indicator, month=month, statement=statement
    )
    return made or nonconformity_opening.opened_from(session, source, reference)


def _columns(objective: Objective) -> dict[str, object]:
    return {name: getattr(objective, name) for name in _COLUMNS}


def _office_to_set(session: Session, actor: Actor, code: str) -> Whose:
    """Return the office and let others who set its objectives wait, so that two cannot set the same at once."""
    whose = office_for(session, actor, code)
    if not may_set(actor, whose):
        raise Forbidden(N_("The head of the office or a quality manager sets its objectives."))
    session.execute(select(Office.id).where(Office.id == whose.where.scope_id).with_for_update(key_share=True))
    return whose


def _today(whose: Whose, now: datetime) -> date:
    return catalogue.calendar(whose.where.state_id).day_of(now)


def _wanted(session: Session, whose: Whose, typed: Typed, now: datetime) -> Objective:
    known = [person_id for person_id, _name in posted_at(session, whose.where.scope_id, now)]
    return objectives.understood(typed, whose.where.scope_id, known, _today(whose, now))


def _refuse_overlap(session: Session, wanted: Objective, apart_from: int = 0) -> None:
    others = select(QualityObjective).where(
        QualityObjective.office_id == wanted.office_id,
        QualityObjective.withdrawn_at.is_(None),
        QualityObjective.id != apart_from,
    )
    for row in session.scalars(others):
        other = value_of(row)
        if other == wanted:
            raise AlreadyDone(N_("This objective is set already."))
        if other.overlaps(wanted):
            error = Text(N_("Another objective for this figure and unit runs in these months."))
            raise Invalid(errors={"first": error})


def _standing(whose: Whose, objective_id: int) -> Select[QualityObjective]:
    return select(QualityObjective).where(
        QualityObjective.id == objective_id,
        QualityObjective.office_id == whose.where.scope_id,
        QualityObjective.withdrawn_at.is_(None),
    )


def _refuse_frozen(session: Session, whose: Whose, objective_id: int, now: datetime) -> None:
    row = session.scalar(_standing(whose, objective_id))
    if row is None:
        raise NotFound
    objectives.refuse_frozen(value_of(row), _today(whose, now))
