"""One nonconformity as its page shows it: its whole trail, and what the reader can do now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from swagat.domain.names import Name
from swagat.domain.nonconformities import Row, Stage, Step, offered
from swagat.domain.quality.effectiveness import Effect
from swagat.domain.roles import Actor, Role
from swagat.domain.rules import Rules
from swagat.models import Grievance, Nonconformity, NonconformityCase, NonconformityEntry, Office, Person, Posting
from swagat.services import catalogue, nonconformities, nonconformity_trail
from swagat.services.nonconformities import Owner
from swagat.services.nonconformity_lists import Line, line_of, lines, person_name


class Entry(NamedTuple):
    """One step of the trail, with who took it; nobody where the program did.

    `owner` and `answerable` are whom the step made the owner of the action and the office that answers.
    """

    seq: int
    at: datetime
    step: Step
    person: Name | None
    post: Name | None
    role: Role
    stage: Stage
    text: str
    payload: Mapping[str, Any]
    owner: Name | None
    answerable: Name | None


@dataclass(frozen=True, slots=True)
class View:
    """One nonconformity with all that its page shows; `effect` is there once its figure can be judged."""

    line: Line
    last_seq: int
    entries: Sequence[Entry]
    cases: Sequence[str]
    steps: Sequence[Row]
    owners: Sequence[Owner]
    effect: Effect | None
    check_from: date | None
    is_proposed: bool
    is_whole: bool


def view(session: Session, actor: Actor, number: str, now: datetime, rules: Rules) -> View:
    """Return one nonconformity with its trail and what the actor can do, raising NotFound for whom it is not there."""
    row = nonconformities.load(session, actor, number)
    today = catalogue.calendar(row.state_id).day_of(now)
    line = session.execute(lines(today).where(Nonconformity.id == row.id)).one()
    standing = nonconformities.standing_of(session, row, rules)
    steps = offered(actor, standing, nonconformities.position_of(session, actor, row), today)
    needs_owner = any(one.step in (Step.PLAN, Step.REPLAN) for one in steps)
    judges = any(one.not_by == "owner" for one in steps)
    return View(
        line_of(line),
        row.last_seq,
        _entries(session, row.id),
        _cases(session, row.id),
        steps,
        nonconformities.owners(session, row.office_id, now) if needs_owner else (),
        nonconformities.effect_of(session, row, rules) if judges else None,
        standing.check_from if row.stage is Stage.ACTION_DONE else None,
        row.proposer_id is not None,
        nonconformity_trail.is_whole(session, row),
    )


def _entries(session: Session, nonconformity_id: int) -> list[Entry]:
    rows = session.execute(
        select(NonconformityEntry, Person.name_en, Person.name_local)
        .add_columns(Office.name_en.label("office_en"), Office.name_hi.label("office_hi"))
        .add_columns(Office.name_gu.label("office_gu"))
        .outerjoin(Posting, Posting.id == NonconformityEntry.posting_id)
        .outerjoin(Office, Office.id == Posting.office_id)
        .outerjoin(Person, Person.id == NonconformityEntry.person_id)
        .where(NonconformityEntry.nonconformity_id == nonconformity_id)
        .order_by(NonconformityEntry.seq)
    ).all()
    owners = _people_at(session, {one for row in rows if (one := row[0].payload.get("owner_posting_id"))})
    offices = names_of(session, {one for row in rows if (one := row[0].payload.get("office_id"))})
    return [
        Entry(
            row[0].seq,
            row[0].at,
            row[0].step,
            person_name(row.name_en, row.name_local),
            Name(row.office_en, row.office_hi, row.office_gu) if row.office_en else None,
            row[0].role,
            row[0].stage_after,
            row[0].text,
            row[0].payload,
            owners.get(row[0].payload.get("owner_posting_id")),
            offices.get(row[0].payload.get("office_id")),
        )
        for row in rows
    ]


def _people_at(session: Session, posting_ids: set[int]) -> dict[int | None, Name]:
    if not posting_ids:
        return {}
    asked = select(Posting.id, Person.name_en, Person.name_local).join(Person, Person.id == Posting.person_id)
    rows = session.execute(asked.where(Posting.id.in_(posting_ids)))
    return {row.id: Name(row.name_en, row.name_local, row.name_local) for row in rows}


def names_of(session: Session, office_ids: set[int]) -> dict[int | None, Name]:
    """Return what these offices are called, in one statement."""
    if not office_ids:
        return {}
    asked = select(Office.id, Office.name_en, Office.name_hi, Office.name_gu).where(Office.id.in_(office_ids))
    return {row.id: Name.of(row) for row in session.execute(asked)}


def _cases(session: Session, nonconformity_id: int) -> list[str]:
    asked = (
        select(Grievance.registration_number)
        .join(NonconformityCase, NonconformityCase.grievance_id == Grievance.id)
        .where(NonconformityCase.nonconformity_id == nonconformity_id)
        .order_by(Grievance.id)
    )
    return [number for number in session.scalars(asked) if number]
