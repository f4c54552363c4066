"""Who is away from their post and until when; meanwhile whoever acts in it answers, else the office above.

The head of an office records it for the people of their own office, the head of an office above for those below, and
the administrator for everybody of the state.
"""

import logging
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, delete, exists, func, insert, or_, select, update
from sqlalchemy.orm import Session

from swagat.database import transaction
from swagat.domain.errors import N_, Forbidden, Invalid, NotFound, Text
from swagat.domain.names import Name
from swagat.domain.roles import Actor, Role
from swagat.domain.working_time import INDIA
from swagat.models import Absence, Office, Person, Posting
from swagat.services import branches, catalogue
from swagat.services.scope import HEADING

log = logging.getLogger(__name__)

LONGEST_DAYS = 366
LONGEST_REASON = 120
ONE_DAY = timedelta(days=1)


def day_in_india(now: datetime) -> date:
    """Return the day on which somebody is away or not: the states of this program share one time zone."""
    return now.astimezone(INDIA).date()


def is_away(day: Any, posting_id: Any = Posting.id) -> ColumnElement[bool]:
    """Return the condition that the holder of a posting is away on a day, given as a value or as a parameter."""
    return exists().where(Absence.posting_id == posting_id, Absence.begins_on <= day, Absence.ends_on >= day)


def held(now: Any) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions under which a posting has begun and not ended."""
    return Posting.begins_at <= now, or_(Posting.ends_at.is_(None), Posting.ends_at > now)


def offices_with_a_head(
    session: Session, office_ids: Collection[int], now: datetime, accused_person_id: int | None = None
) -> set[int]:
    """Return which of these offices have a head who is there today and is not the person complained against."""
    found = (
        select(Posting.office_id)
        .join(Person, Person.id == Posting.person_id)
        .where(
            Posting.office_id.in_(office_ids),
            Posting.role.in_(HEADING),
            Posting.person_id.is_distinct_from(accused_person_id),
            Person.is_active,
            *held(now),
            ~is_away(day_in_india(now)),
        )
    )
    return set(session.scalars(found.distinct()))


class AbsenceRow(NamedTuple):
    """An absence with the names of whoever is away and where."""

    id: int
    posting_id: int
    person_id: int
    role: Role
    name: Name
    office_id: int
    office: Name
    begins_on: date
    ends_on: date
    reason: str


def absences(session: Session, where: ColumnElement[bool], day: date, most: int = 50) -> list[AbsenceRow]:
    """Return the absences of these postings that are not over on a day, the next to begin first."""
    statement = (
        select(Absence.id, Absence.posting_id, Posting.person_id, Posting.role, Posting.office_id)
        .add_columns(Absence.begins_on, Absence.ends_on, Absence.reason)
        .add_columns(Person.name_en, Person.name_local, Office.name_en, Office.name_hi, Office.name_gu)
        .join(Posting, Posting.id == Absence.posting_id)
        .join(Person, Person.id == Posting.person_id)
        .join(Office, Office.id == Posting.office_id)
        .where(Absence.ends_on >= day, where)
        .order_by(Absence.begins_on, Absence.id)
        .limit(most)
    )
    return [
        AbsenceRow(
            row[0], row[1], row[2], row[3], Name(row[8], row[9], row[9]), row[4], Name(row[10], row[11], row[12]),
            row[5], row[6], row[7],
        )
        for row in session.execute(statement)
    ]  # fmt: skip


def absences_near(session: Session, actor: Actor, day: date) -> list[AbsenceRow]:
    """Return the absences, not over on a day, of a head's own office and of the heads directly below."""
    below = Posting.office_id.in_(branches.directly_below(actor.office_id or 0)) & Posting.role.in_(HEADING)
    return absences(session, or_(Posting.office_id == actor.office_id, below), day)


def absences_of(session: Session, person_id: int, day: date) -> list[AbsenceRow]:
    """Return the absences of one person that are not over on a day."""
    return absences(session, Posting.person_id == person_id, day)


class Holder(NamedTuple):
    """A posting somebody holds, offered where an absence is recorded."""

    posting_id: int
    name: Name
    role: Role
    office: Name


def holders(session: Session, actor: Actor, now: datetime, most: int = 500) -> Sequence[Holder]:
    """Return the postings of the actor's own office and the heads directly below, by office and name."""
    at_home = Posting.office_id == actor.office_id
    below = Posting.office_id.in_(branches.directly_below(actor.office_id or 0)) & Posting.role.in_(HEADING)
    statement = (
        select(Posting.id, Posting.role, Person.name_en, Person.name_local, Office.name_en, Office.name_hi)
        .add_columns(Office.name_gu)
        .join(Person, Person.id == Posting.person_id)
        .join(Office, Office.id == Posting.office_id)
        .where(or_(at_home, below), *held(now))
        .order_by((Posting.office_id != actor.office_id), Office.name_en, Person.name_en)
        .limit(most)
    )
    return [Holder(row[0], Name(row[2], row[3], row[3]), row[1], Name(*row[4:7])) for row in session.execute(statement)]


def record(
    actor: Actor, posting_id: int, begins_on: date | None, ends_on: date | None, reason: str, now: datetime
) -> int:
    """Record that the holder of a posting is away on these days, both included, and return the absence's id.

    Raises Invalid, NotFound for a posting that nobody holds then, and Forbidden for whoever does not head it.
    """
    today = catalogue.calendar(actor.state_id or 0).day_of(now)
    errors: dict[str, Text] = {}
    if begins_on is None:
        errors["begins_on"] = Text(N_("Give the first day."))
    elif begins_on < today:
        errors["begins_on"] = Text(N_("The first day cannot lie before today."))
    if ends_on is None:
        errors["ends_on"] = Text(N_("Give the last day."))
    elif begins_on is not None and ends_on < begins_on:
        errors["ends_on"] = Text(N_("The last day cannot lie before the first."))
    elif begins_on is not None and (ends_on - begins_on).days >= LONGEST_DAYS:
        errors["ends_on"] = Text(N_("Give at most a year."))
    if errors:
        raise Invalid(errors=errors)
    with transaction() as session:
        _held_below(session, actor, posting_id, now)
        overlapping = select(func.count()).where(
            Absence.posting_id == posting_id, Absence.begins_on <= ends_on, Absence.ends_on >= begins_on
        )
        if session.scalar(overlapping):
            raise Invalid(errors={"begins_on": Text(N_("Some of these days are recorded already."))})
        made = session.scalars(
            insert(Absence).returning(Absence.id),
            {
                "posting_id": posting_id,
                "begins_on": begins_on,
                "ends_on": ends_on,
                "reason": " ".join(reason.split())[:LONGEST_REASON],
                "recorded_by_id": actor.person_id,
                "recorded_at": now,
            },
        ).one()
    log.info("absences: person %s recorded absence %s of posting %s", actor.person_id, made, posting_id)
    return made


def end_early(actor: Actor, absence_id: int, now: datetime) -> None:
    """End an absence: its holder is back today; one that never began is taken out. Raises NotFound, Forbidden."""
    today = catalogue.calendar(actor.state_id or 0).day_of(now)
    with transaction() as session:
        row = session.execute(
            select(Absence.posting_id, Absence.begins_on, Absence.ends_on).where(Absence.id == absence_id)
        ).first()
        if row is None or row.ends_on < today:
            raise NotFound
        _held_below(session, actor, row.posting_id, now)
        if row.begins_on >= today:
            session.execute(delete(Absence).where(Absence.id == absence_id))
        else:
            session.execute(update(Absence).where(Absence.id == absence_id).values(ends_on=today - ONE_DAY))
    log.info("absences: person %s ended absence %s", actor.person_id, absence_id)


def _held_below(session: Session, actor: Actor, posting_id: int, now: datetime) -> None:
    """Lock a posting that somebody holds or will hold, raising NotFound or Forbidden when it is not the actor's."""
    row = session.execute(
        select(Posting.office_id, Posting.role, Office.state_id)
        .join(Office, Office.id == Posting.office_id)
        .where(Posting.id == posting_id, or_(Posting.ends_at.is_(None), Posting.ends_at > now))
        .with_for_update(of=Posting)
    ).first()
    if row is None or row.state_id != actor.state_id:
        raise NotFound
    if actor.role is Role.ADMINISTRATOR:
        return
    heads_it = actor.role in HEADING and (
        row.office_id == actor.office_id or row.office_id in branches.directly_below(actor.office_id or 0)
    )
    if not heads_it:
        raise Forbidden(N_("Only the head of the office, the office above it or an administrator records absences."))
