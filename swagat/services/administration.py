"""What an administrator watches: offices with nobody in them, jobs, texts on their way, and the check of routing."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from swagat.database import transaction
from swagat.domain.names import Name
from swagat.domain.roles import Actor, Role
from swagat.models import JobRun, Jurisdiction, LadderStep, Office, Person, Posting
from swagat.services import catalogue, routing, text_counts
from swagat.services.text_counts import Figures

log = logging.getLogger(__name__)

MOST_OFFICES = 50
MOST_PROBLEMS = 50
ROUTING_CHECK = "routing check"
HEADS = (Role.SUPERVISOR, Role.PRESIDING_OFFICER)


class Vacancy(NamedTuple):
    """An office in which nobody is posted whom it needs."""

    office_id: int
    name: Name
    needs_officer: bool
    needs_head: bool


class Run(NamedTuple):
    """The newest run of a job."""

    job: str
    started_at: datetime
    ended_at: datetime | None
    outcome: str
    report: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Attention:
    """What the first page of the administration shows; `routing` is the newest check of this state's routing.

    Texts that ended are counted since `texts_since`, the beginning of yesterday.
    """

    vacancies: Sequence[Vacancy]
    vacancy_count: int
    runs: Sequence[Run]
    routing: Run | None
    texts: Figures
    texts_since: datetime


def attention(session: Session, actor: Actor, now: datetime) -> Attention:
    """Return what needs attention in the administrator's state, in four statements."""
    vacancies, count = _vacancies(session, actor, now)
    runs = _newest_runs(session)
    mine = _check_name(actor)
    since = text_counts.since_yesterday(now)
    return Attention(
        vacancies,
        count,
        [run for run in runs if not run.job.startswith(ROUTING_CHECK)],
        next((run for run in runs if run.job == mine), None),
        text_counts.figures(session, since, text_counts.kept_to_state_of(session, actor)),
        since,
    )


def posted(now: datetime, *roles: Role) -> ColumnElement[bool]:
    """Return the condition on Office that somebody who may sign in is posted there in one of these roles."""
    return (
        exists()
        .where(Posting.office_id == Office.id, Posting.role.in_(roles), in_force(now))
        .where(Person.id == Posting.person_id, Person.is_active)
    )


def in_force(now: datetime) -> ColumnElement[bool]:
    """Return the condition that a posting has begun and has not ended."""
    return and_(Posting.begins_at <= now, or_(Posting.ends_at.is_(None), Posting.ends_at > now))


def _vacancies(session: Session, actor: Actor, now: datetime) -> tuple[list[Vacancy], int]:
    """Return offices without the people they need: a head on every ladder, an officer where cases begin."""
    begins_here = exists().where(Jurisdiction.office_id == Office.id)
    on_ladder = exists().where(LadderStep.office_id == Office.id)
    needs_officer = and_(begins_here, ~posted(now, Role.OFFICER))
    needs_head = and_(or_(begins_here, on_ladder), ~posted(now, *HEADS))
    statement = (
        select(Office.id, Office.name_en, Office.name_hi, Office.name_gu)
        .add_columns(needs_officer.label("officer"), needs_head.label("head"), func.count().over().label("all"))
        .where(Office.state_id == actor.state_id, Office.is_active, or_(needs_officer, needs_head))
        .order_by(Office.name_en, Office.id)
        .limit(MOST_OFFICES)
    )
    rows = session.execute(statement).all()
    found = [Vacancy(row.id, Name.of(row), bool(row.officer), bool(row.head)) for row in rows]
    return found, rows[0].all if rows else 0


def _newest_runs(session: Session) -> list[Run]:
    """Return the newest run of each job; a week holds many runs, so each name and its last slot is one index probe."""
    names = select(func.min(JobRun.job).label("job")).cte("names", recursive=True)
    following = select(func.min(JobRun.job)).where(JobRun.job > names.c.job).correlate(names).scalar_subquery()
    names = names.union_all(select(following).where(names.c.job.is_not(None)))
    last = select(func.max(JobRun.slot)).where(JobRun.job == names.c.job).correlate(names).scalar_subquery()
    statement = (
        select(JobRun.job, JobRun.started_at, JobRun.ended_at, JobRun.outcome, JobRun.report)
        .join(names, and_(JobRun.job == names.c.job, JobRun.slot == last))
        .order_by(JobRun.job)
    )
    return [Run._make(row) for row in session.execute(statement)]


def check_routing(actor: Actor, now: datetime) -> bool:
    """Walk the routing of the administrator's state, keep the result for the first page and return whether it passes.

    It is kept as a run of a job, which every process reads and housekeeping erases after a week.
    """
    report = routing.check(now, _state_short(actor))
    figures = {
        "walked": report.walked,
        "offices": report.offices,
        "problems": len(report.problems),
        "first": list(report.problems[:MOST_PROBLEMS]),
    }
    with transaction() as session:
        session.merge(
            JobRun(
                job=_check_name(actor),
                slot=now,
                started_at=now,
                ended_at=now,
                outcome="done" if report.ok else "failed",
                report=figures,
            )
        )
    log.info("administration: person %s checked the routing, problems: %s", actor.person_id, len(report.problems))
    return report.ok


def _state_short(actor: Actor) -> str:
    return catalogue.state(actor.state_id or 0).short


def _check_name(actor: Actor) -> str:
    return f"{ROUTING_CHECK} {_state_short(actor)}"
