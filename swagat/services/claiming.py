"""What is due is claimed by one dispatcher, under a lease, and put into words before anything leaves the house."""

import logging
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, String, Update, bindparam, case, literal, select, text, update
from sqlalchemy.orm import Session

from swagat.database import UtcDateTime, table_of, transaction
from swagat.domain.messages import Unrendered
from swagat.domain.sending import SENT_ONCE, URGENT
from swagat.domain.sms_length import length_of
from swagat.models import DeliveryStatus, SmsMessage
from swagat.services.caps import Caps, Room, next_day
from swagat.services.delivery import marked_numbers, written
from swagat.services.ended_texts import let_be_counted
from swagat.services.opt_outs import WANTS_NONE, opted_out
from swagat.services.telling import Facts, Order, facts_for, kept_words_of, words_of

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
LONGEST_FAILURE = 200
TOO_LATE = "too late to be of use"

S = DeliveryStatus
_table = table_of(SmsMessage)
_sms = _table.c


@dataclass(frozen=True, slots=True)
class Ready:
    """A claimed text in its words, which are on its row too, but for a one-time code: there it is dots."""

    order: Order
    body: str = field(repr=False)
    claimed_at: datetime
    template_id: str = ""


class Claimed(NamedTuple):
    """What one dispatcher may send; how many rows that took, how many of them fail and how many are over a cap."""

    ready: Sequence[Ready]
    taken: int = 0
    failed: int = 0
    over_cap: int = 0
    is_day_full: bool = False


def claim(now: datetime, lease: str, limit: int, caps: Caps, secret: bytes, only_urgent: bool = False) -> Claimed:
    """Take at most `limit` texts that are due: what is urgent first, else the oldest, or nothing else."""
    with transaction() as session:
        given = {"now": now, "until": now + LEASE, "key": lease}
        rows = _taken(session, _TAKE_URGENT, given | {"most": limit}, _urgency)
        if not only_urgent and len(rows) < limit:
            rows += _taken(session, _TAKE_OLDEST, given | {"most": limit - len(rows)}, _age)
        if not rows:
            return Claimed([])
        texts, failures = _in_words(session, rows, now, secret)
        room = caps.take_room(session, [one.ready.order for one in texts], now)
        _write(session, texts, failures, room, now)
    ready = [one.ready for one in texts if one.ready.order.id not in room.over]
    return Claimed(ready, len(rows), len(failures), len(room.over), room.is_day_full)


def lapse(now: datetime) -> int:
    """Call unknown what a sender claimed and never recorded; the lease stays, in case that sender still lives."""
    with transaction() as session:
        return written(session.execute(_LAPSE, {"now": now}))


def put_back(texts: Collection[Ready], lease: str, caps: Caps) -> int:
    """Queue again what was claimed and not begun: it has certainly not been sent."""
    if not texts:
        return 0
    with transaction() as session:
        values = {"status": S.QUEUED, "tries": _sms.tries - 1, "lease": "", "lease_until": None, "failure": ""}
        give_room_back(session, texts, caps)
        return written(session.execute(held([one.order.id for one in texts], lease).values(**values)))


def give_room_back(session: Session, texts: Iterable[Ready], caps: Caps) -> None:
    """Let other texts have the room under the caps that these took when they were claimed."""
    by_claim: dict[datetime, list[Order]] = {}
    for one in texts:
        by_claim.setdefault(one.claimed_at, []).append(one.order)
    for claimed_at, orders in by_claim.items():
        caps.give_back(session, orders, claimed_at)


def held(ids: list[int], lease: str) -> Update:
    """Return an update of those rows that this lease holds, though it may have lapsed into unknown meanwhile."""
    return update(_table).where(_sms.id.in_(ids), _sms.lease == lease, _sms.status.in_((S.SENDING, S.UNKNOWN)))


def order_of(row: Row[Any]) -> Order:
    """Return the order of a row that begins with the columns of one."""
    return Order(*row[: len(ORDER)])


def stands(status: DeliveryStatus) -> ColumnElement[bool]:
    """Return the condition that a text is in this state, in words that fit a partial index, which a parameter cannot.

    Measured with 10,000 texts waiting: without the index each claim puts all of them in order.
    """
    return _sms.status == literal(status, _sms.status.type, literal_execute=True)


def _taking(due: Select[Any]) -> Update:
    """Return the statement that claims what is due and gives it back."""
    chosen = due.limit(bindparam("most")).with_for_update(skip_locked=True).cte("due")
    return (
        update(_table)
        .where(_sms.id.in_(select(chosen.c.id)), stands(S.QUEUED))
        .values(
            status=S.SENDING,
            tries=_sms.tries + 1,
            tried_at=bindparam("now"),
            lease=bindparam("key"),
            lease_until=bindparam("until"),
        )
        .returning(*ORDER, _sms.expires_at, _sms.next_try_at)
    )


ORDER = (_sms.id, _sms.grievance_id, _sms.template, _sms.language, _sms.to, _sms.variables, _sms.tries)
_DUE = select(_sms.id).where(stands(S.QUEUED), _sms.next_try_at <= bindparam("now", type_=UtcDateTime()))
# In the words of the partial index.
_IS_URGENT = text(f"template IN ({', '.join(repr(key.value) for key in URGENT)})")
_BY_URGENCY = case({key: at for at, key in enumerate(URGENT)}, value=_sms.template)
_TAKE_URGENT = _taking(_DUE.where(_IS_URGENT).order_by(_BY_URGENCY, _sms.next_try_at, _sms.id))
_TAKE_OLDEST = _taking(_DUE.order_by(_sms.next_try_at, _sms.id))
_LAPSE = (
    update(_table)
    .where(stands(S.SENDING), _sms.lease_until <= bindparam("now", type_=UtcDateTime()))
    .values(
        status=S.UNKNOWN,
        lease_until=None,
        next_try_at=bindparam("now"),
        failure="the sender stopped before it had an answer",
    )
)
_WRITE_WORDS = (
    update(_table).where(_sms.id == bindparam("row")).values(body=bindparam("words"), segments=bindparam("size"))
)
_FAIL = (
    update(_table)
    .where(_sms.id == bindparam("row"))
    .values(status=S.FAILED, failure=bindparam("why"), ended_at=bindparam("now"), lease_until=None)
)
_POSTPONE = (
    update(_table)
    .where(_sms.id == bindparam("row"))
    .values(
        status=S.QUEUED,
        tries=_sms.tries - 1,
        next_try_at=bindparam("until", type_=UtcDateTime()),
        lease="",
        lease_until=None,
        failure=bindparam("why", type_=String()),
    )
)


class _Worded(NamedTuple):
    """A text, the words that its row keeps, and the segments that it is sent in."""

    ready: Ready
    kept: str
    segments: int


def _taken(session: Session, taking: Update, given: dict[str, Any], turn: Any) -> list[Row[Any]]:
    return sorted(session.execute(taking, given), key=turn)


def _urgency(row: Any) -> tuple[int, datetime, int]:
    return URGENT.index(row.template), row.next_try_at, row.id


def _age(row: Any) -> tuple[datetime, int]:
    return row.next_try_at, row.id


def _in_words(
    session: Session, rows: Sequence[Row[Any]], now: datetime, secret: bytes
) -> tuple[list[_Worded], dict[int, str]]:
    """Return what can be sent, and why the others cannot."""
    numbers = {row.to for row in rows}
    marked, opted = marked_numbers(session, numbers, now), opted_out(session, numbers)
    orders = [order_of(row) for row in rows]
    facts = facts_for(session, orders, secret)
    texts: list[_Worded] = []
    failures: dict[int, str] = {}
    for row, order in zip(rows, orders, strict=True):
        if row.expires_at is not None and row.expires_at <= now:
            failures[order.id] = TOO_LATE
        elif order.to in opted:
            failures[order.id] = WANTS_NONE
        elif order.to in marked:
            failures[order.id] = f"no text reaches this number: {marked[order.to]}"
        else:
            try:
                texts.append(_worded(order, facts, now))
            except Unrendered as fault:
                log.error("text %s cannot be put into words: %s", order.id, fault)
                failures[order.id] = str(fault)[:LONGEST_FAILURE]
    return texts, failures


def _worded(order: Order, facts: Facts, now: datetime) -> _Worded:
    body = words_of(order, facts)
    kept = kept_words_of(order, facts) if order.template in SENT_ONCE else body
    return _Worded(Ready(order, body, now, facts.template_id(order)), kept, length_of(body).segments)


def _write(session: Session, texts: Sequence[_Worded], failures: dict[int, str], room: Room, now: datetime) -> None:
    words = [
        {"row": one.ready.order.id, "words": one.kept, "size": one.segments}
        for one in texts
        if one.ready.order.id not in room.over
    ]
    if words:
        session.execute(_WRITE_WORDS, words)
    if failures:
        session.execute(_FAIL, [{"row": id_, "why": why, "now": now} for id_, why in failures.items()])
        let_be_counted(session, failures)
    if room.over:
        until = next_day(now)
        session.execute(_POSTPONE, [{"row": id_, "why": why, "until": until} for id_, why in room.over.items()])
