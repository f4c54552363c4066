"""What an administrator changes of a person: where they are posted, whether they may sign in, their first password.

Nobody does any of it to themself: an administrator who posts themself as an officer would decide cases alone.
"""

import logging
import secrets
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from swagat.database import db, transaction
from swagat.domain.errors import N_, Forbidden, Invalid, NotFound, Refused, Text
from swagat.domain.mandates import Mandate
from swagat.domain.roles import STAFF, Actor, Role
from swagat.models import Office, Person, Posting
from swagat.services import accounts, catalogue, mandates, staff
from swagat.services.mandates import Wanted

log = logging.getLogger(__name__)

ONE_DAY = timedelta(days=1)
# No letter or digit that looks like another one: the password is read from a sheet of paper.
LEGIBLE = "abcdefghjkmnpqrstuvwxyz23456789"
GROUPS, GROUP = 4, 4

ONESELF = N_("You cannot do this to yourself. Another administrator has to do it.")
NO_OFFICE = N_("Choose an office from the list.")
NO_ROLE = N_("Choose a role.")
POSTED_ALREADY = N_("This person is posted there in this role in that time already.")
ENDS_FIRST = N_("The last day cannot lie before the first.")
TOO_FAR = N_("Give a day within ten years.")
IS_OVER = N_("This posting has ended already.")


def post(
    actor: Actor,
    person_id: int,
    office_id: int | None,
    role: Role | None,
    first_day: date | None,
    last_day: date | None,
    is_acting: bool,
    now: datetime,
    mandate: Wanted | None = None,
) -> int:
    """Post a person to an office from one day to another, both worked, and return the posting's id.

    Without a first day it begins today, without a last one it does not end. An auditor is given a mandate with it.
    Raises Invalid, NotFound, Forbidden.
    """
    _not_oneself(actor, person_id)
    calendar = catalogue.calendar(actor.state_id or 0)
    today = calendar.day_of(now)
    first_day = first_day or today
    errors: dict[str, Text] = {}
    if role not in STAFF:
        errors["role"] = Text(NO_ROLE)
    if last_day is not None and last_day < first_day:
        errors["last_day"] = Text(ENDS_FIRST)
    for field, day in (("first_day", first_day), ("last_day", last_day)):
        if day is not None and abs(day.year - today.year) > 10:
            errors[field] = Text(TOO_FAR)
    if errors:
        raise Invalid(errors=errors)
    begins_at = calendar.end_of_day(first_day - ONE_DAY)
    ends_at = calendar.end_of_day(last_day) if last_day is not None else None
    with transaction() as session:
        _locked(session, actor, person_id)
        if not _is_office_of(session, actor, office_id):
            raise Invalid(errors={"office": Text(NO_OFFICE)})
        _refuse_overlap(session, person_id, office_id, role, begins_at, ends_at)
        given = _mandate(session, actor, mandate, last_day) if role is Role.AUDITOR else None
        made = Posting(
            person_id=person_id,
            office_id=office_id,
            role=role,
            begins_at=begins_at,
            ends_at=ends_at,
            is_acting=is_acting,
        )
        session.add(made)
        session.flush()
        posting_id = made.id
        if given is not None:
            mandates.give(session, posting_id, given)
    log.info(
        "administration: person %s posted person %s to office %s, posting %s",
        actor.person_id, person_id, office_id, posting_id,
    )  # fmt: skip
    return posting_id


def _mandate(session: Session, actor: Actor, wanted: Wanted | None, last_day: date | None) -> Mandate:
    wanted = wanted or Wanted((), None, None)
    offices = mandates.office_ids(session, actor.state_id, wanted, last_day)
    # What is missing was refused above.
    assert wanted.first is not None
    assert wanted.last is not None
    return Mandate(frozenset(offices) or None, wanted.first, wanted.last)


def end_posting(actor: Actor, person_id: int, posting_id: int, now: datetime) -> None:
    """End a posting now; one that has not begun never begins. Raises NotFound, Forbidden, Refused."""
    _not_oneself(actor, person_id)
    with transaction() as session:
        _locked(session, actor, person_id)
        held = session.scalars(
            select(Posting)
            .join(Office, Office.id == Posting.office_id)
            .where(Posting.id == posting_id, Posting.person_id == person_id, Office.state_id == actor.state_id)
            .with_for_update(of=Posting)
        ).first()
        if held is None:
            raise NotFound
        if held.ends_at is not None and held.ends_at <= now:
            raise Refused(IS_OVER)
        # A posting keeps some length in the table, so that what happened in it stays explained.
        held.ends_at = max(now, held.begins_at + timedelta(seconds=1))
    log.info("administration: person %s ended posting %s of person %s", actor.person_id, posting_id, person_id)


def disable(actor: Actor, person_id: int, now: datetime) -> None:
    """Let a person sign in no more and end their sessions; raises NotFound, Forbidden."""
    _not_oneself(actor, person_id)
    staff.person(db.session(), actor, person_id)
    accounts.disable_person(person_id, now)
    log.info("administration: person %s disabled person %s", actor.person_id, person_id)


def enable(actor: Actor, person_id: int) -> None:
    """Let a disabled person sign in again; raises NotFound, Forbidden."""
    _not_oneself(actor, person_id)
    with transaction() as session:
        _locked(session, actor, person_id).is_active = True
    log.info("administration: person %s enabled person %s", actor.person_id, person_id)


def give_password(actor: Actor, person_id: int, now: datetime) -> str:
    """Give a person a password that we made, end their sessions, and return it: it is shown once and kept nowhere."""
    _not_oneself(actor, person_id)
    staff.person(db.session(), actor, person_id)
    made = "-".join("".join(secrets.choice(LEGIBLE) for _ in range(GROUP)) for _ in range(GROUPS))
    accounts.set_password(person_id, made, now)
    log.info("administration: person %s gave person %s a first key", actor.person_id, person_id)
    return made


def _not_oneself(actor: Actor, person_id: int) -> None:
    if actor.person_id == person_id:
        raise Forbidden(ONESELF)


def _locked(session: Session, actor: Actor, person_id: int) -> Person:
    """Return the person, locked so that two postings at once see each other; raises NotFound outside the scope."""
    staff.person(session, actor, person_id)
    return session.scalars(
        select(Person).where(Person.id == person_id).with_for_update().execution_options(populate_existing=True)
    ).one()


def _is_office_of(session: Session, actor: Actor, office_id: int | None) -> bool:
    found = select(Office.id).where(Office.id == office_id, Office.state_id == actor.state_id, Office.is_active)
    return office_id is not None and session.scalar(found) is not None


def _refuse_overlap(
    session: Session,
    person_id: int,
    office_id: int | None,
    role: Role | None,
    begins_at: datetime,
    ends_at: datetime | None,
) -> None:
    same = select(func.count()).where(
        Posting.person_id == person_id,
        Posting.office_id == office_id,
        Posting.role == role,
        Posting.ends_at.is_(None) | (Posting.ends_at > begins_at),
    )
    if ends_at is not None:
        same = same.where(Posting.begins_at < ends_at)
    if session.scalar(same):
        raise Invalid(errors={"office": Text(POSTED_ALREADY)})
