"""The programme of internal audits: which office is audited when, by whom, over which months."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from swagat.database import transaction
from swagat.domain.errors import N_, AlreadyDone, Forbidden, Invalid, Refused, Text
from swagat.domain.internal_audits import (
    LARGEST_SAMPLE,
    SHORTEST_EVIDENCE,
    SMALLEST_SAMPLE,
    Posted,
    fault_of_period,
    why_not_impartial,
)
from swagat.domain.quality.measures import month_of, next_month
from swagat.domain.roles import Actor, Role
from swagat.domain.working_time import INDIA
from swagat.models import InternalAudit, Office, Person, Posting
from swagat.services import catalogue
from swagat.services.absences import held
from swagat.services.internal_audits import held_audit
from swagat.services.scope import CHECKING, hold_state

LONGEST_REASON = 300
LONGEST_LOGIN = 60
PLANNING = frozenset({Role.QUALITY_MANAGER})


@dataclass(frozen=True, slots=True)
class Plan:
    """An audit as it is typed: an office by its code, an auditor by sign-in name, the months, and how many cases."""

    office: str
    auditor: str
    first: date
    last: date
    planned_on: date
    sample_size: int


def plan(actor: Actor, wanted: Plan, now: datetime) -> int:
    """Plan an audit and return its id.

    Raises Forbidden for whoever runs no quality system, Invalid for what cannot be planned, and AlreadyDone for the
    same audit once more.
    """
    if actor.role not in PLANNING:
        raise Forbidden(N_("Audits are planned by the quality manager."))
    state_id = actor.state_id or 0
    today = catalogue.calendar(state_id).day_of(now)
    with transaction() as session:
        office_id = _office(session, state_id, wanted.office)
        auditor = _auditor(session, state_id, wanted.auditor, office_id, now)
        errors = _faults(session, wanted, office_id, auditor, today)
        if errors or auditor is None or office_id is None:
            raise Invalid(errors=errors)
        hold_state(session, state_id)
        same = select(InternalAudit.id).where(
            InternalAudit.state_id == state_id,
            InternalAudit.office_id == office_id,
            InternalAudit.first_month == wanted.first,
            InternalAudit.last_month == wanted.last,
            InternalAudit.auditor_id == auditor.person_id,
            InternalAudit.cancelled_at.is_(None),
        )
        if session.scalar(same) is not None:
            raise AlreadyDone(N_("This audit is planned already."))
        year = wanted.planned_on.year
        last = select(func.max(InternalAudit.running)).where(
            InternalAudit.state_id == state_id, InternalAudit.year == year
        )
        audit = InternalAudit(
            state_id=state_id,
            year=year,
            running=(session.scalar(last) or 0) + 1,
            office_id=office_id,
            first_month=wanted.first,
            last_month=wanted.last,
            planned_on=wanted.planned_on,
            sample_size=wanted.sample_size,
            auditor_id=auditor.person_id,
            auditor_office_id=auditor.office_id,
            planned_by_id=actor.person_id,
            planned_at=now,
        )
        session.add(audit)
        session.flush()
        return audit.id


def cancel(actor: Actor, audit_id: int, reason: str, now: datetime) -> None:
    """Take an audit off the programme; it stays listed with the reason.

    Raises NotFound, Forbidden, Invalid without a reason, and Refused once it is reported.
    """
    if actor.role not in PLANNING:
        raise Forbidden(N_("Audits are planned by the quality manager."))
    with transaction() as session:
        audit = held_audit(session, actor.state_id or 0, audit_id)
        if audit.cancelled_at is not None:
            raise AlreadyDone(N_("This audit was taken off the programme before."))
        if audit.reported_at is not None:
            raise Refused(N_("This audit has been reported and stays as it is."))
        if not SHORTEST_EVIDENCE <= len(reason.strip()) <= LONGEST_REASON:
            raise Invalid(errors={"reason": Text(N_("Write why, in 10 to 300 characters."))})
        audit.cancelled_at, audit.cancelled_by_id = now, actor.person_id
        audit.cancelled_because = reason.strip()


def _office(session: Session, state_id: int, code: str) -> int | None:
    found = select(Office.id).where(Office.state_id == state_id, Office.code == code.strip()[:40])
    return session.scalar(found.where(Office.is_active.is_(True)))


def _auditor(session: Session, state_id: int, login: str, audited_office_id: int | None, now: datetime) -> Any:
    """Return where somebody is posted who may check; where in several offices, one of the others."""
    postings = session.execute(
        select(Posting.person_id, Posting.office_id)
        .join(Person, Person.id == Posting.person_id)
        .join(Office, Office.id == Posting.office_id)
        .where(
            Person.login == login.strip()[:LONGEST_LOGIN],
            Person.is_active.is_(True),
            Office.state_id == state_id,
            Posting.role.in_(CHECKING),
            *held(now),
        )
        .order_by(Posting.id)
    ).all()
    return min(postings, key=lambda one: one.office_id == audited_office_id, default=None)


def _faults(session: Session, wanted: Plan, office_id: int | None, auditor: Any, today: date) -> dict[str, Text]:
    errors: dict[str, Text] = {}
    if office_id is None:
        errors["office"] = Text(N_("There is no office with this code."))
    if auditor is None:
        errors["auditor"] = Text(
            N_("Nobody with this sign-in name is posted as officer, head or quality manager in this state.")
        )
    elif office_id is not None:
        rows = session.execute(
            select(Posting.office_id, Posting.begins_at, Posting.ends_at).where(Posting.person_id == auditor.person_id)
        )
        posted = [
            Posted(
                row.office_id,
                row.begins_at.astimezone(INDIA).date(),
                row.ends_at.astimezone(INDIA).date() if row.ends_at else None,
            )
            for row in rows
        ]
        why_not = why_not_impartial(office_id, auditor.office_id, posted, wanted.first, wanted.last)
        if why_not is not None:
            errors["auditor"] = why_not
    if (fault := fault_of_period(wanted.first, wanted.last)) is not None:
        errors["last"] = fault
    elif wanted.planned_on < next_month(wanted.last):
        errors["planned_on"] = Text(N_("The audit is planned before the period that it looks at has ended."))
    elif wanted.planned_on < month_of(today):
        errors["planned_on"] = Text(N_("This day is over. Plan an audit for a day to come."))
    if not SMALLEST_SAMPLE <= wanted.sample_size <= LARGEST_SAMPLE:
        errors["sample_size"] = Text(
            N_("Draw %(smallest)s to %(largest)s cases."), {"smallest": SMALLEST_SAMPLE, "largest": LARGEST_SAMPLE}
        )
    return errors
