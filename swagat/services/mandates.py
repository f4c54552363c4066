"""The mandates of auditors: given with a posting, read when its holder signs in, and never widened afterwards."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, false, insert, or_, select, true
from sqlalchemy.orm import Session

from swagat.domain.errors import N_, Invalid, Text
from swagat.domain.mandates import Mandate, faults_of
from swagat.domain.quality.measures import EVER
from swagat.domain.roles import Actor, Role
from swagat.models import AuditMandate, CaseCount, MandateOffice, Office


@dataclass(frozen=True, slots=True)
class Wanted:
    """A mandate as it is typed: offices by their codes, none for all of the state, and months."""

    codes: Sequence[str]
    first: date | None
    last: date | None


class Given(NamedTuple):
    """A mandate as it is shown: its months, and the codes of its offices, none for all of the state."""

    first: date
    last: date
    codes: list[str]


def office_ids(session: Session, state_id: int | None, wanted: Wanted, last_day: date | None) -> list[int]:
    """Return the offices of a mandate, raising Invalid with everything that is wrong with it."""
    errors = faults_of(wanted.first, wanted.last, last_day, len(wanted.codes))
    found = {}
    if "mandate_offices" not in errors:
        rows = select(Office.code, Office.id).where(Office.state_id == state_id, Office.code.in_(wanted.codes))
        found = {row.code: row.id for row in session.execute(rows)}
        if unknown := [code for code in wanted.codes if code not in found]:
            errors["mandate_offices"] = Text(N_("There is no office %(codes)s."), {"codes": ", ".join(unknown)[:200]})
    if errors:
        raise Invalid(errors=errors)
    return [found[code] for code in wanted.codes]


def give(session: Session, posting_id: int, mandate: Mandate) -> None:
    """Write down what a posting lets its holder read, inside the caller's transaction."""
    months = {"first_month": mandate.first, "last_month": mandate.last}
    session.execute(insert(AuditMandate), {"posting_id": posting_id} | months)
    rows = [{"posting_id": posting_id, "office_id": one} for one in sorted(mandate.office_ids or ())]
    if rows:
        session.execute(insert(MandateOffice), rows)


def of_posting(session: Session, posting_id: int) -> Mandate | None:
    """Return what a posting lets its holder read, None where nothing was ever given."""
    rows = session.execute(
        select(AuditMandate.first_month, AuditMandate.last_month, MandateOffice.office_id)
        .outerjoin(MandateOffice, MandateOffice.posting_id == AuditMandate.posting_id)
        .where(AuditMandate.posting_id == posting_id)
    ).all()
    if not rows:
        return None
    offices = frozenset(row.office_id for row in rows if row.office_id is not None)
    return Mandate(offices or None, rows[0].first_month, rows[0].last_month)


def given(session: Session, posting_ids: Collection[int]) -> dict[int, Given]:
    """Return what these postings let their holders read, by posting, in one statement."""
    rows = session.execute(
        select(AuditMandate, Office.code)
        .outerjoin(MandateOffice, MandateOffice.posting_id == AuditMandate.posting_id)
        .outerjoin(Office, Office.id == MandateOffice.office_id)
        .where(AuditMandate.posting_id.in_(posting_ids))
        .order_by(Office.code)
    )
    found: dict[int, Given] = {}
    for mandate, code in rows:
        one = found.setdefault(mandate.posting_id, Given(mandate.first_month, mandate.last_month, []))
        one.codes.extend([code] if code else [])
    return found


def offices_of(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on Office for who reads evidence: the state's, or those of an auditor's mandate."""
    of_state = Office.state_id == actor.state_id
    if actor.role is Role.QUALITY_MANAGER:
        return of_state
    if actor.role is not Role.AUDITOR or actor.mandate is None:
        return false()
    offices = actor.mandate.office_ids
    return of_state if offices is None else and_(of_state, Office.id.in_(offices))


def reads_office(actor: Actor, office_id: int) -> bool:
    """Return whether evidence of some month of an office of their state is this person's to read."""
    if actor.role is Role.AUDITOR:
        return actor.mandate is not None and actor.mandate.covers_office(office_id)
    return actor.role is Role.QUALITY_MANAGER


def counts_of(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on CaseCount for the lists of who reads evidence; what is open now belongs to no month."""
    dated = evidence_of(actor, CaseCount.office_id, CaseCount.month, CaseCount.month)
    if actor.role is not Role.AUDITOR or actor.mandate is None:
        return dated
    of_now = CaseCount.month == EVER
    if actor.mandate.office_ids is not None:
        of_now = and_(of_now, CaseCount.office_id.in_(actor.mandate.office_ids))
    return or_(dated, of_now)


def evidence_of(actor: Actor, office: Any, first: Any, last: Any) -> ColumnElement[bool]:
    """Return the condition on the columns of evidence, its office and months, for who reads evidence of the state.

    A quality manager reads all of it. An auditor reads what lies in their mandate, months that it touches included.
    """
    if actor.role is Role.QUALITY_MANAGER:
        return true()
    mandate = actor.mandate
    if actor.role is not Role.AUDITOR or mandate is None:
        return false()
    within = and_(first <= mandate.last, last >= mandate.first)
    return within if mandate.office_ids is None else and_(within, office.in_(mandate.office_ids))
