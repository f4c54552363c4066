"""Whether the texts about a case reach its complainant, and if not, why."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import bindparam, literal, select, true
from sqlalchemy.orm import Session

from swagat.domain.case import Outcome
from swagat.domain.workflow import Status
from swagat.models import DeliveryStatus, Grievance, OptedOutNumber, RefusedNumber, SmsMessage
from swagat.services.delivery import MARKED_FOR

NOT_ARRIVED = frozenset({DeliveryStatus.FAILED, DeliveryStatus.UNDELIVERED, DeliveryStatus.UNKNOWN})


class Why(StrEnum):
    """Why no text reaches the complainant of a case; the first that holds."""

    NO_NUMBER = "no_number"
    STOPPED = "stopped"
    REFUSED = "refused"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Texting:
    """How a complainant fares with texts: their number, since when they want none, and what stands in the way.

    `code` is the provider's for a number that no text reaches, else for the newest text about the case when that
    ended without arriving.
    """

    mobile: str = field(repr=False)
    language: str
    is_shared: bool
    why: Why | None = None
    stopped_at: datetime | None = None
    code: str = ""


def texting(session: Session, grievance: Grievance, now: datetime) -> Texting:
    """Return how the complainant of this case fares with texts, in one statement, without a number in none."""
    if not grievance.complainant.mobile:
        return fares(grievance, None, None)
    row = session.execute(_FARES, asked_of(grievance, now)).one()
    return fares(grievance, row, row)


def asked_of(grievance: Grievance, now: datetime) -> dict[str, Any]:
    """Return what the statements that read the marks of a number and the texts to it are given."""
    return {
        "mobile": grievance.complainant.mobile,
        "since": now - MARKED_FOR,
        "grievance_id": grievance.id,
        "recipient": recipient_of(grievance),
    }


def recipient_of(grievance: Grievance) -> str:
    """Return under what the outbox keeps the texts to the complainant of a case."""
    return f"complainant:{grievance.complainant_id}:{grievance.complainant.mobile}"


def fares(grievance: Grievance, marks: Any, newest: Any) -> Texting:
    """Return how the complainant fares by the marks of their number and the newest text to it, where there is one."""
    person = grievance.complainant
    known = Texting(person.mobile or "", person.language, person.phone_is_shared)
    if not known.mobile:
        return replace(known, why=Why.NO_NUMBER)
    if marks.stopped_at is not None:
        return replace(known, why=Why.STOPPED, stopped_at=marks.stopped_at)
    if marks.refused is not None:
        return replace(known, why=Why.REFUSED, code=marks.refused)
    if newest is not None and newest.ended_at is not None and newest.status in NOT_ARRIVED:
        return replace(known, why=Why.LOST, code=newest.failure)
    return known


def waits_to_be_told(grievance: Grievance) -> bool:
    """Return whether the complainant still has to be told something: a case under way, or an answer not handed over.

    Who withdrew a grievance knows that it ended.
    """
    if grievance.status is Status.DISPOSED:
        return grievance.reached_at is None and grievance.outcome is not Outcome.WITHDRAWN
    return grievance.is_open


_NEWEST = (
    select(SmsMessage.status, SmsMessage.failure, SmsMessage.ended_at)
    .where(SmsMessage.grievance_id == bindparam("grievance_id"), SmsMessage.recipient == bindparam("recipient"))
    .order_by(SmsMessage.id.desc())
    .limit(1)
    .subquery()
)
_ONE = select(literal(1).label("one")).subquery()
_STOPPED = select(OptedOutNumber.opted_out_at).where(OptedOutNumber.mobile == bindparam("mobile"))
_REFUSED = select(RefusedNumber.code).where(
    RefusedNumber.mobile == bindparam("mobile"), RefusedNumber.refused_at > bindparam("since")
)
# Beside whatever is read of a number anyway.
MARKS = (_STOPPED.scalar_subquery().label("stopped_at"), _REFUSED.scalar_subquery().label("refused"))
_FARES = select(
    *MARKS,
    _NEWEST.c.status,
    _NEWEST.c.failure,
    _NEWEST.c.ended_at,
).select_from(_ONE.outerjoin(_NEWEST, true()))
