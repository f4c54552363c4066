"""What is due is claimed by one dispatcher, under a lease, and put into words before anything leaves the house."""

import logging
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import bindparam, case, select, update
from sqlalchemy.orm import Session

from swagat.database import table_of, transaction
from swagat.domain.messages import MessageKey, Unrendered
from swagat.models import DeliveryStatus, SmsMessage
from swagat.services.delivery import marked_numbers, written
from swagat.services.telling import Order, facts_for, words_of

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
LONGEST_FAILURE = 200
# Of no use when they come late: these go before all that waited longer.
URGENT = (MessageKey.OFFICE_IMMEDIATE,)

S = DeliveryStatus
_table = table_of(SmsMessage)
_sms = _table.c


@dataclass(frozen=True, slots=True)
class Ready:
    """A claimed text in its words, which are on its row too."""

    order: Order
    body: str


class Claimed(NamedTuple):
    """What one dispatcher may send, how many it cannot, and how many it found left by one that died."""

    ready: deque[Ready]
    failed: int
    lapsed: int


def claim(now: datetime, lease: str, limit: int) -> Claimed:
    """Take at most `limit` texts that are due: what is urgent first, else the oldest."""
    due = (
        select(_sms.id)
        .where(_sms.status == S.QUEUED, _sms.next_try_at <= now)
        .order_by(_BY_URGENCY, _sms.next_try_at, _sms.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    taking = (
        update(_table)
        .where(_sms.id.in_(select(due.c.id)), _sms.status == S.QUEUED)
        .values(status=S.SENDING, tries=_sms.tries + 1, tried_at=now, lease=lease, lease_until=now + LEASE)
        .returning(_sms.id, _sms.grievance_id, _sms.template, _sms.language, _sms.to, _sms.variables, _sms.tries)
    )
    with transaction() as session:
        lapsed = _lapse(session, now)
        orders = sorted((Order(*row) for row in session.execute(taking)), key=_turn)
        ready, failures = _in_words(session, orders, now)
        if ready:
            rows = [{"row": text.order.id, "words": text.body} for text in ready]
            session.execute(_WRITE_BODY, rows)
        if failures:
            session.execute(_FAIL, [{"row": id_, "why": why, "now": now} for id_, why in failures.items()])
    return Claimed(ready, len(failures), lapsed)


_BY_URGENCY = case((_sms.template.in_(URGENT), 0), else_=1)


def _turn(order: Order) -> tuple[bool, int]:
    return order.template not in URGENT, order.id


_WRITE_BODY = update(_table).where(_sms.id == bindparam("row")).values(body=bindparam("words"))
_FAIL = (
    update(_table)
    .where(_sms.id == bindparam("row"))
    .values(status=S.FAILED, failure=bindparam("why"), ended_at=bindparam("now"), lease_until=None)
)


def _lapse(session: Session, now: datetime) -> int:
    """Call unknown what a sender claimed and never recorded; the lease stays, in case that sender still lives."""
    lapsed = (
        update(_table)
        .where(_sms.status == S.SENDING, _sms.lease_until <= now)
        .values(
            status=S.UNKNOWN,
            lease_until=None,
            next_try_at=now,
            failure="the sender stopped before it had an answer",
        )
    )
    return written(session.execute(lapsed))


def _in_words(session: Session, orders: list[Order], now: datetime) -> tuple[deque[Ready], dict[int, str]]:
    """Return what can be sent, and why the others cannot."""
    ready: deque[Ready] = deque()
    failures: dict[int, str] = {}
    if not orders:
        return ready, failures
    marked = marked_numbers(session, {order.to for order in orders}, now)
    facts = facts_for(session, orders)
    for order in orders:
        if order.to in marked:
            failures[order.id] = f"no text reaches this number: {marked[order.to]}"
            continue
        try:
            ready.append(Ready(order, words_of(order, facts)))
        except Unrendered as fault:
            log.error("text %s cannot be put into words: %s", order.id, fault)
            failures[order.id] = str(fault)[:LONGEST_FAILURE]
    return ready, failures


def put_back(ready: Iterable[Ready], lease: str) -> int:
    """Queue again what was claimed and not begun: it has certainly not been sent."""
    ids = [text.order.id for text in ready]
    if not ids:
        return 0
    with transaction() as session:
        values = {"status": S.QUEUED, "tries": _sms.tries - 1, "lease": "", "lease_until": None, "failure": ""}
        return written(session.execute(held(ids, lease).values(**values)))


def held(ids: list[int], lease: str) -> Any:
    """Return an update of those rows that this lease holds, though it may have lapsed into unknown meanwhile."""
    return update(_table).where(_sms.id.in_(ids), _sms.lease == lease, _sms.status.in_((S.SENDING, S.UNKNOWN)))
