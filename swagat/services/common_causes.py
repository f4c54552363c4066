"""One cause behind several people's grievances: its owner and date, its cases, and what is done for all at once.

A complainant sees only their own case; the cause itself is shown to the offices alone.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, insert, or_, select, update
from sqlalchemy.orm import Session

from swagat.database import transaction
from swagat.domain.errors import N_, Forbidden, Invalid, NotFound, Refused, Text
from swagat.domain.names import Name
from swagat.domain.roles import Actor
from swagat.domain.rules import Rules
from swagat.domain.workflow import Action
from swagat.models import CommonCause, Grievance, Office, Person, Posting
from swagat.services import branches, catalogue, redressal
from swagat.services.desk_pages import LEAST_TIME_FIRST, Page, read_page, statement_of
from swagat.services.move import Asked
from swagat.services.scope import HEADING, grievances_visible_to
from swagat.services.selections import Acted

log = logging.getLogger(__name__)

LONGEST_TITLE, SHORTEST_TITLE = 160, 5
MOST_LINKED = 500
# A disposal keeps its own reason in each case, so it is never among these.
FOR_ALL = (Action.DIRECT, Action.INTERIM_REPLY)
ENDED = N_("This common cause has ended.")


class CauseRow(NamedTuple):
    """A common cause with its owner and how many of its cases are open."""

    id: int
    title: str
    office_id: int
    office: Name
    owner: Name | None
    expected_on: date
    begun_at: datetime
    ended_at: datetime | None
    cases: int


@dataclass(frozen=True, slots=True)
class CauseView:
    """A common cause with a page of those of its cases that the actor may see."""

    cause: CauseRow
    page: Page
    is_ours: bool


def causes_of(session: Session, actor: Actor, most: int = 50) -> list[CauseRow]:
    """Return the common causes that have not ended, of the actor's office and of those above it, in one statement."""
    return _rows(session, and_(_reaches(actor), CommonCause.ended_at.is_(None)), most)


def _reaches(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that a cause belongs to the actor's office or to one above it."""
    return and_(
        CommonCause.state_id == actor.state_id,
        CommonCause.office_id.in_({actor.office_id, *branches.offices_above(actor.office_id or 0)}),
    )


def _rows(session: Session, where: ColumnElement[bool], most: int) -> list[CauseRow]:
    linked = select(func.count()).where(Grievance.cause_id == CommonCause.id, Grievance.is_open)
    statement = (
        select(CommonCause.id, CommonCause.title, CommonCause.office_id, CommonCause.expected_on)
        .add_columns(CommonCause.begun_at, CommonCause.ended_at, Office.name_en, Office.name_hi, Office.name_gu)
        .add_columns(Person.name_en, Person.name_local, linked.scalar_subquery())
        .join(Office, Office.id == CommonCause.office_id)
        .outerjoin(Posting, Posting.id == CommonCause.owner_posting_id)
        .outerjoin(Person, Person.id == Posting.person_id)
        .where(where)
        .order_by(CommonCause.expected_on, CommonCause.id)
        .limit(most)
    )
    return [
        CauseRow(
            row[0], row[1], row[2], Name(*row[6:9]), Name(row[9], row[10], row[10]) if row[9] else None,
            row[3], row[4], row[5], row[11],
        )
        for row in session.execute(statement)
    ]  # fmt: skip


def cause_view(session: Session, actor: Actor, cause_id: int, key: str = "") -> CauseView:
    """Return a common cause with a page of its cases in two statements; raises NotFound where it does not reach."""
    found = _rows(session, and_(_reaches(actor), CommonCause.id == cause_id), 1)
    if not found:
        raise NotFound
    conditions = [Grievance.cause_id == cause_id, grievances_visible_to(actor)]

    def make(turned: str) -> Any:
        return statement_of(conditions, LEAST_TIME_FIRST, turned)

    page = read_page(session, make, LEAST_TIME_FIRST, key, {})
    return CauseView(found[0], page, found[0].office_id == actor.office_id and actor.role in HEADING)


def begin(actor: Actor, title: str, owner_posting_id: int | None, expected_on: date | None, now: datetime) -> int:
    """Make a common cause of the actor's office and return its id; raises Forbidden and Invalid."""
    if actor.role not in HEADING or actor.office_id is None:
        raise Forbidden(N_("Only the head of an office makes a common cause."))
    title = " ".join(title.split())
    today = catalogue.calendar(actor.state_id or 0).day_of(now)
    errors: dict[str, Text] = {}
    if len(title) < SHORTEST_TITLE:
        errors["title"] = Text(N_("Say what the cause is, in a few words and without anybody's name."))
    elif len(title) > LONGEST_TITLE:
        errors["title"] = Text(N_("Write at most %(count)s characters."), {"count": LONGEST_TITLE})
    if expected_on is None or expected_on <= today:
        errors["expected_on"] = Text(N_("Give a day after today."))
    with transaction() as session:
        if owner_posting_id is not None and not _may_own(session, actor, owner_posting_id, now):
            errors["owner"] = Text(N_("This officer is not posted there now. Choose another."))
        if errors:
            raise Invalid(errors=errors)
        made = session.scalars(
            insert(CommonCause).returning(CommonCause.id),
            {
                "state_id": actor.state_id,
                "office_id": actor.office_id,
                "title": title,
                "owner_posting_id": owner_posting_id or actor.posting_id,
                "expected_on": expected_on,
                "begun_by_id": actor.person_id,
                "begun_at": now,
            },
        ).one()
    log.info("common causes: person %s began %s at office %s", actor.person_id, made, actor.office_id)
    return made


def _may_own(session: Session, actor: Actor, posting_id: int, now: datetime) -> bool:
    """Return whether a posting is held now at the actor's office or at one directly below."""
    offices = {actor.office_id, *branches.directly_below(actor.office_id or 0)}
    held = select(Posting.id).where(
        Posting.id == posting_id,
        Posting.office_id.in_(offices),
        Posting.begins_at <= now,
        or_(Posting.ends_at.is_(None), Posting.ends_at > now),
    )
    return session.scalar(held) is not None


def end(actor: Actor, cause_id: int, now: datetime) -> None:
    """End a common cause of the actor's office: its cases keep it, no case is added any more."""
    with transaction() as session:
        _ours(session, actor, cause_id)
        session.execute(update(CommonCause).where(CommonCause.id == cause_id).values(ended_at=now))
    log.info("common causes: person %s ended %s", actor.person_id, cause_id)


def _ours(session: Session, actor: Actor, cause_id: int) -> None:
    """Lock a cause of the actor's office, raising NotFound for another's and Refused when it has ended."""
    if actor.role not in HEADING:
        raise NotFound
    row = session.execute(
        select(CommonCause.ended_at)
        .where(CommonCause.id == cause_id, CommonCause.office_id == actor.office_id)
        .with_for_update()
    ).first()
    if row is None:
        raise NotFound
    if row.ended_at is not None:
        raise Refused(ENDED)


def act_for_all(actor: Actor, cause_id: int, action: Action, asked: Asked, now: datetime, rules: Rules) -> Acted:
    """Give one direction or one interim reply in every open linked case, in one transaction.

    Each case gets its own register entry and message; those in which the actor may not do it are named with the
    reason. Raises Invalid when what was written is refused in all of them.
    """
    if action not in FOR_ALL:
        raise Forbidden(N_("This is decided case by case, with reasons of its own for each."))
    found = Acted()
    with transaction() as session:
        _ours(session, actor, cause_id)
        for number in _linked(session, actor, cause_id):
            try:
                with session.begin_nested():
                    redressal.act_within(session, actor, number, action, asked, None, now, rules)
            except Invalid:
                # What was written is the same everywhere.
                raise
            except Refused as refusal:
                found.refused.append((number, refusal.text))
            else:
                found.done.append(number)
    return found


def _linked(session: Session, actor: Actor, cause_id: int) -> Sequence[str]:
    statement = (
        select(Grievance.registration_number)
        .where(Grievance.cause_id == cause_id, Grievance.is_open, grievances_visible_to(actor))
        .order_by(Grievance.id)
        .limit(MOST_LINKED)
    )
    return [number for number in session.scalars(statement) if number is not None]
