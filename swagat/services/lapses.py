"""Who let the time of a grievance run out, and whether they have said why."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.orm import Session

from swagat.domain.case import Owing
from swagat.domain.names import Name
from swagat.domain.roles import Actor, Role
from swagat.models import Grievance, Lapse, Office, Person
from swagat.services.history import PersonName


@dataclass(frozen=True, slots=True)
class Lapsed:
    """A date that passed: the office that answered then, who had the case, and the entries in which each says why."""

    level: int
    due_on: date
    office_id: int
    office: Name
    person_id: int | None
    person: PersonName | None
    head_seq: int | None
    officer_seq: int | None


def were_any(grievance: Grievance) -> bool:
    """Return whether a date of this grievance may have passed: each new handling counts its lapses anew."""
    return grievance.lapses > 0 or grievance.cycle > 1


def lapsed(session: Session, grievance_id: int) -> list[Lapsed]:
    """Return every date of a grievance that passed, oldest first, in one statement."""
    return [
        Lapsed(
            row.level,
            row.due_on,
            row.office_id,
            Name(row.office_en, row.office_hi, row.office_gu),
            row.person_id,
            PersonName(row.name_en, row.name_local) if row.name_en else None,
            row.head_seq,
            row.officer_seq,
        )
        for row in session.execute(_LAPSED, {"grievance_id": grievance_id})
    ]


_LAPSED = (
    select(Lapse.level, Lapse.due_on, Lapse.office_id, Lapse.person_id, Lapse.head_seq, Lapse.officer_seq)
    .add_columns(Office.name_en.label("office_en"), Office.name_hi.label("office_hi"))
    .add_columns(Office.name_gu.label("office_gu"), Person.name_en, Person.name_local)
    .join(Office, Office.id == Lapse.office_id)
    .outerjoin(Person, Person.id == Lapse.person_id)
    .where(Lapse.grievance_id == bindparam("grievance_id"))
    .order_by(Lapse.id)
)


def owing_of(lapsed: Iterable[Lapsed]) -> Owing:
    """Return the offices and officers among these that have not said why."""
    rows = list(lapsed)
    return Owing(
        frozenset(row.office_id for row in rows if row.head_seq is None),
        frozenset(row.person_id for row in rows if row.officer_seq is None and row.person_id is not None),
    )


def owing(session: Session, grievance_id: int) -> Owing:
    """Return the offices and officers that let the time run out and have not said why."""
    rows = session.execute(_OWING, {"grievance_id": grievance_id}).all()
    return Owing(
        frozenset(row.office_id for row in rows if row.head_seq is None),
        frozenset(row.person_id for row in rows if row.officer_seq is None and row.person_id is not None),
    )


_OWING = select(Lapse.office_id, Lapse.person_id, Lapse.head_seq, Lapse.officer_seq).where(
    Lapse.grievance_id == bindparam("grievance_id"),
    or_(Lapse.head_seq.is_(None), Lapse.officer_seq.is_(None)),
)


def explain(session: Session, grievance_id: int, actor: Actor, seq: int) -> None:
    """Let a register entry be the reason that the actor owes for this case, as head of an office and as the officer."""
    mine = update(Lapse).where(Lapse.grievance_id == grievance_id).execution_options(synchronize_session=False)
    if actor.role in (Role.SUPERVISOR, Role.PRESIDING_OFFICER):
        session.execute(mine.where(Lapse.office_id == actor.office_id, Lapse.head_seq.is_(None)).values(head_seq=seq))
    session.execute(mine.where(Lapse.person_id == actor.person_id, Lapse.officer_seq.is_(None)).values(officer_seq=seq))
