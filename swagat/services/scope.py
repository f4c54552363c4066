"""What an actor may see: outside it a grievance does not exist, in lists, counts, search and documents alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, false, insert, or_, select, union_all
from sqlalchemy.orm import Session, aliased, joinedload

from swagat.database import is_sqlite
from swagat.domain.errors import N_, Forbidden, Invalid, NotFound, Text
from swagat.domain.roles import Actor, Role
from swagat.models import Complainant, DisposalCheck, Grievance, GrievanceEvent, LadderStep, Lapse, Opening, State
from swagat.models.people import Posting
from swagat.services import routing

HANDLING = frozenset({Role.OFFICER, Role.SUPERVISOR, Role.PRESIDING_OFFICER})
CHECKING = frozenset({Role.OFFICER, Role.SUPERVISOR, Role.QUALITY_MANAGER})
HEADING = frozenset({Role.SUPERVISOR, Role.PRESIDING_OFFICER})
READS_ALL_EVIDENCE = frozenset({Role.QUALITY_MANAGER, Role.AUDITOR})
OPENS_IDENTITY_FROM_LEVEL = 4
HIGHEST_LEVEL = 6
SHORTEST_REASON, LONGEST_REASON = 10, 300


def not_accused(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that the grievance is not about this person or their office."""
    return not_about(actor.office_id, actor.person_id)


def not_about(office_id: Any, person_id: Any) -> ColumnElement[bool]:
    """Return the same for an office and a person given as ids or as parameters yet to be filled."""
    return and_(
        Grievance.accused_office_id.is_distinct_from(office_id),
        Grievance.accused_person_id.is_distinct_from(person_id),
    )


def grievances_visible_to(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on Grievance that holds exactly for what this actor may see; nothing by default."""
    if actor.role is Role.CLERK:
        return and_(Grievance.filed_by_id == actor.person_id, not_accused(actor))
    if actor.role not in HANDLING or actor.office_id is None:
        return false()
    mine = [
        Grievance.office_id == actor.office_id,
        Grievance.answerable_office_id == actor.office_id,
        Grievance.appellate_office_id == actor.office_id,
        Grievance.deciding_office_id == actor.office_id,
        owes_explanation(actor.office_id if actor.role in HEADING else None, actor.person_id),
    ]
    if actor.role in HEADING:
        mine += [
            Grievance.directing_office_id == actor.office_id,
            stands_below(Grievance.answerable_office_id, actor.office_id),
            stands_below(Grievance.office_id, actor.office_id),
        ]
    return and_(or_(*mine), not_accused(actor))


def grievances_listed_to(actor: Actor) -> ColumnElement[bool]:
    """Return the same for the list behind a figure, which names nobody: there who reads all evidence sees the state's.

    It opens the list and not the cases, which stay outside `grievances_visible_to`.
    """
    if actor.role in READS_ALL_EVIDENCE and actor.state_id is not None:
        return and_(Grievance.state_id == actor.state_id, not_accused(actor))
    return grievances_visible_to(actor)


def note_listing(session: Session, actor: Actor, grievance_ids: Sequence[int], reason: str, now: datetime) -> None:
    """Log inside the caller's transaction which cases a list showed to who reads all evidence."""
    opened = {"person_id": actor.person_id, "what": "list of a figure", "reason": reason, "opened_at": now}
    if grievance_ids:
        session.execute(insert(Opening), [opened | {"grievance_id": one} for one in grievance_ids])


def disposal_checks_of(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on DisposalCheck and its Grievance that holds for the checks this actor makes or has made.

    It opens the check and not the case, which stays outside `grievances_visible_to`. Who acted in the case, or has it
    now, checks nothing of it in any posting.
    """
    if actor.role not in CHECKING or actor.office_id is None:
        return false()
    entry, posting = aliased(GrievanceEvent), aliased(Posting)
    acted = exists().where(entry.grievance_id == DisposalCheck.grievance_id, entry.person_id == actor.person_id)
    has_it = exists().where(posting.id == Grievance.officer_posting_id, posting.person_id == actor.person_id)
    return and_(DisposalCheck.checker_office_id == actor.office_id, not_accused(actor), ~acted, ~has_it)


def owes_explanation(office_id: Any, person_id: Any) -> ColumnElement[bool]:
    """Return the condition that the head of an office, or an officer, let the time run out and has not said why."""
    head = select(Lapse.grievance_id).where(Lapse.office_id == office_id, Lapse.head_seq.is_(None))
    officer = select(Lapse.grievance_id).where(Lapse.person_id == person_id, Lapse.officer_seq.is_(None))
    # Two ranges of two small indexes; asked as one condition, SQLite would ask it of every case.
    return Grievance.id.in_(union_all(head, officer))


def stands_below(office: Any, superior_id: int) -> ColumnElement[bool]:
    """Return the condition that an office of the case stands below this one on the ladder of the case.

    Each step up is a row found by its key: a ladder has six levels.
    """
    steps = [aliased(LadderStep) for _level in range(HIGHEST_LEVEL - 1)]
    found = select(steps[0].office_id).where(steps[0].office_id == office, steps[0].ladder == Grievance.ladder)
    for lower, upper in pairwise(steps):
        found = found.outerjoin(upper, and_(upper.office_id == lower.superior_id, upper.ladder == lower.ladder))
    return exists(found.where(or_(*(step.superior_id == superior_id for step in steps))).correlate(Grievance))


def hold(session: Session, which: ColumnElement[bool]) -> None:
    """Let everybody else who acts on this grievance wait until the caller's transaction ends, and then see its result.

    Whoever also writes other rows takes the grievance first, so that no two wait for each other. On SQLite the
    transaction itself lets nobody else write.
    """
    if not is_sqlite(session):
        session.execute(select(Grievance.id).where(which).with_for_update(key_share=True))


def hold_state(session: Session, state_id: int) -> None:
    """Let whoever else writes what a state has once, such as its next number, wait until the transaction ends.

    Who files a grievance does not wait: the row is held against changes, not against being referred to.
    """
    if not is_sqlite(session):
        session.execute(select(State.id).where(State.id == state_id).with_for_update(key_share=True))


def load(session: Session, actor: Actor, number: str) -> Grievance:
    """Return the grievance to act on with complainant, officer and offices, raising NotFound outside the scope.

    Complainants were let in by their code before, clerks by the slip: for them the number decides.
    """
    grievance = session.scalars(_whole(actor if actor.is_staff else None), {"number": number}).first()
    if grievance is None:
        raise NotFound
    return grievance


# Made once for each actor: putting it together costs as much as running it.
@lru_cache(maxsize=1024)
def _whole(staff: Actor | None) -> Select[Grievance]:
    statement = (
        select(Grievance)
        .where(Grievance.registration_number == bindparam("number"))
        .options(
            joinedload(Grievance.complainant),
            joinedload(Grievance.place),
            joinedload(Grievance.office),
            joinedload(Grievance.answerable_office),
            joinedload(Grievance.officer_posting).joinedload(Posting.person),
        )
        .execution_options(populate_existing=True)
    )
    if staff is None:
        return statement
    if staff.role is Role.CLERK:
        return statement.where(Grievance.state_id == staff.state_id, not_accused(staff))
    return statement.where(grievances_visible_to(staff))


@dataclass(frozen=True, slots=True)
class Identity:
    """Who brought a grievance, as far as this actor may know it."""

    name: str
    mobile: str
    address: str
    mobile_is_proved: bool = False


def identity_of(actor: Actor, grievance: Grievance) -> Identity | None:
    """Return who brought it, or None where they hide their identity from the offices."""
    if grievance.is_identity_hidden and actor.role is not Role.COMPLAINANT:
        return None
    return _identity(grievance.complainant)


def may_open_identity(session: Session, actor: Actor, grievance: Grievance) -> bool:
    """Return whether a hidden identity may be opened to this actor: a head high on the ladder, never who works on it.

    Their own level counts: the level of a case rises with time, and would open it to the office that let it lapse.
    """
    if not grievance.is_identity_hidden or actor.role not in HEADING or actor.office_id is None:
        return False
    if actor.office_id == grievance.office_id:
        return False
    return routing.steps_of(session, actor.office_id).get(grievance.ladder, 0) >= OPENS_IDENTITY_FROM_LEVEL


def open_identity(session: Session, actor: Actor, grievance: Grievance, reason: str, now: datetime) -> Identity:
    """Return a hidden identity to who may open it and log the reason, inside the caller's transaction.

    Raises Forbidden for everybody else, and Invalid without a reason of ten characters.
    """
    if not may_open_identity(session, actor, grievance):
        raise Forbidden(N_("A hidden identity is opened only high on the ladder, with a reason that is kept."))
    if len(reason.strip()) < SHORTEST_REASON:
        raise Invalid(errors={"reason": Text(N_("Write why the identity has to be known."))})
    session.execute(
        insert(Opening),
        {
            "grievance_id": grievance.id,
            "person_id": actor.person_id,
            "what": "identity",
            "reason": reason.strip()[:LONGEST_REASON],
            "opened_at": now,
        },
    )
    return _identity(grievance.complainant)


def open_for_check(
    session: Session, actor: Actor, check: DisposalCheck, grievance: Grievance, now: datetime
) -> Identity:
    """Return who is to be called or visited, to who checks, and log it, inside the caller's transaction.

    Raises Forbidden where the complainant hides who they are, and where the check has been made.
    """
    if check.checked_at is not None:
        raise Forbidden(N_("This check has been made. Whom it concerns is not shown any more."))
    found = identity_of(actor, grievance)
    if found is None:
        raise Forbidden(N_("The complainant hides who they are from the offices. Check by a visit to the place."))
    session.execute(
        insert(Opening),
        {
            "grievance_id": grievance.id,
            "person_id": actor.person_id,
            "what": "check of disposal",
            "reason": f"check {check.id}",
            "opened_at": now,
        },
    )
    return found


def _identity(complainant: Complainant) -> Identity:
    is_proved = complainant.mobile_proved_at is not None
    return Identity(complainant.name, complainant.mobile or "", complainant.address, is_proved)
