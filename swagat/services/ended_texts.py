"""How the texts to complainants ended, for the figures: read when a case is counted, and marked when one ends.

A text keeps its row and its end for good, so that counting anew finds every one again.
"""

from collections.abc import Collection
from datetime import datetime
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Executable, and_, case, func, not_, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from swagat.database import is_sqlite, table_of
from swagat.domain.quality.counting import Ended
from swagat.models import DeliveryStatus, SmsMessage, Uncounted
from swagat.services.bulk import among
from swagat.services.opt_outs import SAID_STOP, WANTS_NONE

_sms = table_of(SmsMessage).c
_uncounted = table_of(Uncounted)
_HAS_ENDED = and_(
    _sms.recipient.startswith("complainant:"), or_(_sms.ended_at.is_not(None), _sms.given_up_at.is_not(None))
)
# What the holder of the number stopped is no text, whether we kept it back or the operator did.
_WAS_STOPPED = or_(_sms.failure == WANTS_NONE, _sms.failure.endswith(SAID_STOP))
_OF_CASES = select(_sms.grievance_id, _sms.queued_at, _sms.status, _sms.ended_at, _sms.given_up_at).where(
    among(_sms.grievance_id), _HAS_ENDED, not_(_WAS_STOPPED)
)


def ended_texts(
    session: Session, grievance_ids: Collection[int], until: datetime | None = None
) -> dict[int, list[Ended]]:
    """Return by case the texts to its complainant that have ended, or had by an instant; one statement."""
    found: dict[int, list[Ended]] = {}
    for row in session.execute(_OF_CASES, {"ids": sorted(grievance_ids)}):
        ending = _ending(row, until)
        if ending is not None:
            found.setdefault(row.grievance_id, []).append(Ended(row.queued_at, ending.value))
    return found


def let_be_counted(session: Session, message_ids: Collection[int]) -> None:
    """Have those of these texts counted that have ended, in the transaction that wrote it; one statement."""
    if message_ids:
        session.execute(_mark(is_sqlite(session)), {"ids": sorted(message_ids)})


def waiting_since(session: Session, at: datetime) -> int:
    """Return how many texts that ended until this instant are not counted yet."""
    text_id = -_uncounted.c.seq // 2
    asked = select(func.count()).select_from(_uncounted).join(table_of(SmsMessage), _sms.id == text_id)
    return session.scalar(asked.where(_uncounted.c.seq < 0, func.coalesce(_sms.ended_at, _sms.given_up_at) <= at)) or 0


def _ending(row: Any, until: datetime | None) -> DeliveryStatus | None:
    """Return how a text had ended by then; one that was given up stays unknown until a report says more."""
    if row.ended_at is not None and (until is None or row.ended_at <= until):
        return DeliveryStatus(row.status)
    if row.given_up_at is not None and (until is None or row.given_up_at <= until):
        return DeliveryStatus.UNKNOWN
    return None


@lru_cache(maxsize=2)
def _mark(on_sqlite: bool) -> Executable:
    # One row for being given up and another for the end that a late report brings: neither may take the place of one
    # that is being counted and goes away with that.
    seq = -(2 * _sms.id + case((_sms.status == DeliveryStatus.UNKNOWN, 1), else_=0))
    ended = select(_sms.grievance_id, seq).where(among(_sms.id), _sms.grievance_id.is_not(None), _HAS_ENDED)
    insert: Any = (sqlite if on_sqlite else postgresql).insert(_uncounted)
    marking = insert.from_select(["grievance_id", "seq"], ended.order_by(_sms.grievance_id)).on_conflict_do_nothing()
    return cast(Executable, marking)
