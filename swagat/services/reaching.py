"""When a disposal reached the complainant: only then does the window to confirm, refuse or appeal begin."""

from datetime import datetime

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import Session

from swagat.domain.rules import Rules
from swagat.domain.workflow import Action
from swagat.models import Grievance, GrievanceEvent, OptedOutNumber, SmsMessage
from swagat.services import scope
from swagat.services.redressal import apply_by_system

BY_TEXT = "sms"


def reached(
    session: Session, grievance_id: int, now: datetime, rules: Rules, by: str, message_id: int | None = None
) -> bool:
    """Record in the caller's transaction that a disposal was delivered, beginning the window; False when it had.

    A text, `message_id`, does not count once its number wants none, nor ever if reach was lost after it was queued.
    """
    if message_id is not None:
        # Whoever stops the number holds the case too: either they see the window begun here, or their stop is seen.
        scope.hold(session, Grievance.id == grievance_id)
        if session.scalar(_COUNTS, {"message_id": message_id}) is None:
            return False
    return apply_by_system(session, grievance_id, Action.HAND_OVER, now, rules, {"by": by})


_COUNTS = select(SmsMessage.id).where(
    SmsMessage.id == bindparam("message_id"),
    ~exists().where(OptedOutNumber.mobile == SmsMessage.to),
    ~exists().where(
        GrievanceEvent.grievance_id == SmsMessage.grievance_id,
        GrievanceEvent.action == Action.LOSE_REACH,
        GrievanceEvent.at >= SmsMessage.queued_at,
    ),
)
