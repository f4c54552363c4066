"""The numbers whose holders want no texts: every sender asks here first, and here they stop and start again."""

import logging
from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import CursorResult, bindparam, delete, select
from sqlalchemy.orm import Session

from swagat.database import table_of, transaction
from swagat.domain.case import NEVER_ASKED
from swagat.domain.roles import Role
from swagat.domain.rules import Rules
from swagat.domain.workflow import Action, Status
from swagat.models import Complainant, Grievance, GrievanceEvent, OptedOutNumber, RefusedNumber
from swagat.services import scope
from swagat.services.bulk import insert_rows
from swagat.services.reaching import BY_TEXT
from swagat.services.redressal import apply_by_system

log = logging.getLogger(__name__)

# The operator's own code for a number whose holder told it to stop.
SAID_STOP = "21610"
# Why a text to such a number does not leave.
WANTS_NONE = "the holder of this number wants no texts"


class By(StrEnum):
    """How the holder of a number said it: by a text, or on the page that the tracking code opens."""

    SMS = "sms"
    COMPLAINANT = "complainant"


def opted_out(session: Session, mobiles: Collection[str]) -> set[str]:
    """Return which of these numbers want no texts."""
    return set(session.scalars(select(OptedOutNumber.mobile).where(OptedOutNumber.mobile.in_(set(mobiles)))))


def stop(mobile: str, by: By, now: datetime, rules: Rules) -> bool:
    """Let a number get no more texts; False when it got none already."""
    with transaction() as session:
        return stop_within(session, mobile, by, now, rules)


def stop_within(session: Session, mobile: str, by: By, now: datetime, rules: Rules) -> bool:
    """Do the same inside the caller's transaction.

    Where the time to answer a disposal runs on a text to this number, it stands still: silence is no answer of who
    wants no texts. What was handed over in person stays as it is.
    """
    answered = session.scalars(_ANSWERED, {"mobile": mobile}).all()
    for grievance_id in answered:
        scope.hold(session, Grievance.id == grievance_id)
    row = {"mobile": mobile, "opted_out_at": now, "by": by.value}
    is_new = bool(insert_rows(session, table_of(OptedOutNumber), [row], ("mobile",)))
    told = {row.id for row in session.execute(_HANDED_OVER, {"mobile": mobile}) if row.payload.get("by") == BY_TEXT}
    for grievance_id in sorted(told.intersection(answered)):
        apply_by_system(session, grievance_id, Action.LOSE_REACH, now, rules, {"by": by.value})
    if is_new:
        log.info("a number wants no more texts, by %s; %s answers wait to be handed over", by.value, len(told))
    return is_new


def start(mobile: str, by: By) -> bool:
    """Let a number get texts again; False when it got them already. No time to answer begins by that alone."""
    with transaction() as session:
        return start_within(session, mobile, by)


def start_within(session: Session, mobile: str, by: By) -> bool:
    """Do the same inside the caller's transaction."""
    taken = session.execute(delete(OptedOutNumber).where(OptedOutNumber.mobile == mobile))
    marked = delete(RefusedNumber).where(RefusedNumber.mobile == mobile, RefusedNumber.code == SAID_STOP)
    gone = _count(taken) + _count(session.execute(marked))
    if gone:
        log.info("a number wants texts again, by %s", by.value)
    return bool(gone)


def _count(result: Any) -> int:
    return cast("CursorResult[Any]", result).rowcount


_OF_NUMBER = (
    Complainant.mobile == bindparam("mobile"),
    Grievance.status == Status.DISPOSED,
    Grievance.outcome.not_in(sorted(NEVER_ASKED)),
)
# In the order in which everybody takes them, so that no two wait for each other.
_ANSWERED = (
    select(Grievance.id)
    .join(Complainant, Complainant.id == Grievance.complainant_id)
    .where(*_OF_NUMBER)
    .order_by(Grievance.id)
)
_HANDED_OVER = (
    select(Grievance.id, GrievanceEvent.payload)
    .join(Complainant, Complainant.id == Grievance.complainant_id)
    .join(GrievanceEvent, GrievanceEvent.grievance_id == Grievance.id)
    .where(
        *_OF_NUMBER,
        GrievanceEvent.action == Action.HAND_OVER,
        GrievanceEvent.role == Role.SYSTEM,
        GrievanceEvent.at == Grievance.reached_at,
    )
)
