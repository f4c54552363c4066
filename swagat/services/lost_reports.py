"""Asks the provider how far a text came when no report of it arrived: reports get lost, as texts do.

A text that is on its way is looked up an hour after it left, then after pauses that grow. When the hours in which a
report may come are over, nobody waits for one any more, and the text is plainly unknown; a report that comes all the
same still moves it forward.
"""

import logging
import secrets
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Update, bindparam, select, update

from swagat.database import UtcDateTime, table_of, transaction
from swagat.domain.errors import Refused
from swagat.domain.rules import Rules
from swagat.models import DeliveryStatus, SmsMessage
from swagat.services.claiming import stands
from swagat.services.delivery import ENDS, LOOKED_UP_AFTER, arrived, move_forward, status_after, written
from swagat.services.ended_texts import let_be_counted
from swagat.sms.gateway import Gateway, GatewayError, Sent

log = logging.getLogger(__name__)

# Between asking and writing down the answer; who died meanwhile is followed by another.
LEASE = timedelta(minutes=5)
# One after another before anything is sent, so few at a time.
MOST_LOOKED_UP = 10
LONGEST_PAUSE = timedelta(hours=12)
NOT_KNOWN = "the provider knows no such text"

S = DeliveryStatus
_table = table_of(SmsMessage)
_sms = _table.c


def look(now: datetime, gateway: Gateway, rules: Rules, report_hours: int) -> Counter[str]:
    """Look up the oldest texts whose time has come; return of how many the end was learned and how many are given up.

    The hours in which a report may come go on while the provider cannot be asked.
    """
    counts: Counter[str] = Counter()
    lease = secrets.token_hex(16)
    hours = timedelta(hours=report_hours)
    claimed = _claim(now, lease)
    for at, row in enumerate(claimed):
        try:
            found = gateway.look_up(row.provider_id) if row.provider_id else None
        except GatewayError as fault:
            # Nobody answers now, about those behind it neither.
            counts["no_report"] += sum(_wait_on(one, lease, now, hours) for one in claimed[at:])
            log.warning("text %s: the provider could not be asked: %s", row.id, fault)
            break
        if found is None:
            counts["no_report"] += _give_up(row, lease, now, NOT_KNOWN)
        elif status_after(found) in ENDS:
            counts["learned"] += _move_forward(row, found, lease, now, rules)
        else:
            counts["no_report"] += _wait_on(row, lease, now, hours)
    return counts


def _claim(now: datetime, lease: str) -> list[Any]:
    with transaction() as session:
        taking = {"now": now, "until": now + LEASE, "key": lease}
        return sorted(session.execute(_TAKE, taking).all(), key=lambda row: int(row.id))


def _move_forward(row: Any, found: Sent, lease: str, now: datetime, rules: Rules) -> int:
    """Write down how the text ended; a delivered disposal has reached the complainant in the same transaction."""
    mine = (_sms.id == row.id) & (_sms.lease == lease)
    try:
        with transaction() as session:
            moved = move_forward(session, mine, found, now)
            if moved is not None and status_after(found) is S.DELIVERED:
                arrived(session, moved, now, rules)
    except Refused as refusal:
        log.warning("text %s was delivered but is not counted as reached: %s", row.id, type(refusal).__name__)
        with transaction() as session:
            moved = move_forward(session, mine, found, now)
    return moved is not None


def _wait_on(row: Any, lease: str, now: datetime, hours: timedelta) -> int:
    """Look the text up later, or give it up when its hours are over; return whether it was given up."""
    until = (row.tried_at or row.queued_at) + hours
    if now >= until:
        return _give_up(row, lease, now, f"no report came within {hours // timedelta(hours=1)} hours")
    pause = min(LONGEST_PAUSE, LOOKED_UP_AFTER * 2.0 ** min(row.looks + 1, 10))
    with transaction() as session:
        session.execute(_mine(row.id, lease).values(looks=row.looks + 1, next_try_at=min(now + pause, until)))
    return 0


def _give_up(row: Any, lease: str, now: datetime, why: str) -> int:
    with transaction() as session:
        values = {"status": S.UNKNOWN, "ended_at": now, "failure": why}
        given_up = written(session.execute(_mine(row.id, lease).values(**values)))
        let_be_counted(session, [row.id])
        return given_up


def _mine(message_id: int, lease: str) -> Update:
    return update(_table).where(_sms.id == message_id, _sms.lease == lease, _sms.status == S.SENT)


_DUE = (
    select(_sms.id)
    .where(stands(S.SENT), _sms.next_try_at <= bindparam("now", type_=UtcDateTime()))
    .order_by(_sms.next_try_at, _sms.id)
    .limit(MOST_LOOKED_UP)
    .with_for_update(skip_locked=True)
    .cte("due")
)
_TAKE = (
    update(_table)
    .where(_sms.id.in_(select(_DUE.c.id)), stands(S.SENT))
    .values(lease=bindparam("key"), next_try_at=bindparam("until"))
    .returning(_sms.id, _sms.provider_id, _sms.tried_at, _sms.queued_at, _sms.looks)
)
