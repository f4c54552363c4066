"""What is listed for a mobile number that was proved: numbers and dates, never what a matter is about.

Left out is whatever somebody else with the telephone in their hand should not learn of: grievances with a shared
phone, and those whose complainant hides who they are.
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from swagat.models import Complainant, Grievance

MOST_LISTED = 100


class OwnGrievance(NamedTuple):
    """One grievance of a number; the due date counts while it is open."""

    number: str
    received_on: date
    due_on: date
    is_open: bool


_listed = (
    Complainant.phone_is_shared.is_(False),
    Grievance.is_identity_hidden.is_(False),
    Grievance.registration_number.is_not(None),
)
_NEWEST = (
    select(Complainant.id)
    .join(Grievance, Grievance.complainant_id == Complainant.id)
    .where(Complainant.mobile == bindparam("mobile"), *_listed)
    .order_by(Complainant.id.desc())
    .limit(1)
)
_OF_SAME_NUMBER = (
    select(Grievance.registration_number, Grievance.received_on, Grievance.due_on, Grievance.is_open)
    .join(Complainant, Complainant.id == Grievance.complainant_id)
    .where(
        Complainant.mobile
        == select(Complainant.mobile).where(Complainant.id == bindparam("complainant")).scalar_subquery(),
        *_listed,
    )
    .order_by(Grievance.id.desc())
    .limit(MOST_LISTED)
)


def newest_of(session: Session, mobile: str) -> int | None:
    """Return the id of the newest complainant with this number whose grievance is listed, or None.

    A browser keeps the id and not the number, which a cookie would show.
    """
    return session.scalar(_NEWEST, {"mobile": mobile})


def of_same_number(session: Session, complainant_id: int) -> Sequence[OwnGrievance]:
    """Return the grievances of that complainant's number, newest first, at most a hundred."""
    rows = session.execute(_OF_SAME_NUMBER, {"complainant": complainant_id})
    return [OwnGrievance._make(row) for row in rows]
