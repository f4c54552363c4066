"""Sends what is queued: each text is claimed, sent outside any transaction, and recorded under its lease.

A text leaves `sending` only by the answer of the gateway. When that answer was lost, or the sender died, the text
becomes `unknown`: it may have arrived, so it is never simply sent again.
"""

import logging
import random
import secrets
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, cast

from sqlalchemy import CursorResult, bindparam, func, select, update
from sqlalchemy.orm import Session

from swagat.database import table_of, transaction
from swagat.domain.errors import Refused
from swagat.domain.messages import MessageKey, Unrendered
from swagat.domain.rules import Rules
from swagat.models import DeliveryStatus, Grievance, SmsMessage
from swagat.services.reaching import reached
from swagat.services.telling import Order, facts_for, words_of
from swagat.sms.gateway import DELIVERED, Ambiguous, Gateway, Rejected, TryAgain

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
# A pass ends long before its lease does: what it has not begun by then goes back into the queue.
SENDING_SECONDS = 20.0
FIRST_PAUSE, LONGEST_PAUSE = 30.0, 3600.0
# With the pauses above, a little more than a day.
MOST_TRIES = 30
LONGEST_FAILURE = 200

S = DeliveryStatus
_sms = table_of(SmsMessage).c
_table = table_of(SmsMessage)


@dataclass(frozen=True, slots=True)
class DispatchReport:
    """What one pass did; `lapsed` texts were left by a sender that died, `put_back` ones were claimed but not begun."""

    sent: int = 0
    delivered: int = 0
    failed: int = 0
    postponed: int = 0
    unknown: int = 0
    lapsed: int = 0
    put_back: int = 0

    def lines(self) -> list[str]:
        """Return the report as lines for a terminal."""
        return [
            f"{self.delivered} delivered, {self.sent} sent, {self.postponed} to be tried again, {self.failed} failed, "
            f"{self.unknown + self.lapsed} unknown, {self.put_back} put back"
        ]

    def figures(self) -> dict[str, int]:
        """Return the report as figures for the log and the health page."""
        return asdict(self)

    @property
    def ok(self) -> bool:
        """Return whether no text ended other than with the provider."""
        return not (self.failed or self.unknown or self.lapsed)


@dataclass(frozen=True, slots=True)
class _Ready:
    order: Order
    body: str


@dataclass(frozen=True, slots=True)
class _Answer:
    """What became of one try; `is_over` ends the pass, because the provider is not to be pressed now."""

    status: DeliveryStatus
    provider_id: str | None = None
    failure: str = ""
    pause: float = 0.0
    is_over: bool = False


_COUNTED = {
    S.QUEUED: "postponed",
    S.SENT: "sent",
    S.DELIVERED: "delivered",
    S.FAILED: "failed",
    S.UNKNOWN: "unknown",
}


def dispatch(now: datetime, gateway: Gateway, rules: Rules, limit: int = 200) -> DispatchReport:
    """Send at most `limit` texts that are due, oldest first; a provider that answers badly ends the pass."""
    began = monotonic()
    lease = secrets.token_hex(16)
    counts: Counter[str] = Counter()
    ready = _claim(now, lease, limit, counts)
    try:
        while ready and monotonic() - began < SENDING_SECONDS:
            text = ready.popleft()
            answer = _send(gateway, text, now, lease, rules)
            counts[_COUNTED[answer.status]] += 1
            if answer.is_over:
                break
    finally:
        counts["put_back"] = _put_back(ready, lease)
    return DispatchReport(**counts)


def waiting(session: Session) -> dict[DeliveryStatus, int]:
    """Return how many texts there are in each state, also where there is none."""
    found = session.execute(select(_sms.status, func.count()).group_by(_sms.status)).all()
    return dict.fromkeys(S, 0) | dict(found)


def _claim(now: datetime, lease: str, limit: int, counts: Counter[str]) -> deque[_Ready]:
    """Take what is due and put it into words; the words are on the row before anything leaves the house."""
    due = (
        select(_sms.id)
        .where(_sms.status == S.QUEUED, _sms.next_try_at <= now)
        .order_by(_sms.next_try_at, _sms.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    claim = (
        update(_table)
        .where(_sms.id.in_(select(due.c.id)), _sms.status == S.QUEUED)
        .values(status=S.SENDING, tries=_sms.tries + 1, lease=lease, lease_until=now + LEASE)
        .returning(_sms.id, _sms.grievance_id, _sms.template, _sms.language, _sms.to, _sms.variables, _sms.tries)
    )
    with transaction() as session:
        counts["lapsed"] = _lapse(session, now)
        orders = sorted((Order(*row) for row in session.execute(claim)), key=lambda order: order.id)
        ready, failures = _in_words(session, orders)
        if ready:
            rows = [{"row": text.order.id, "words": text.body} for text in ready]
            session.execute(_WRITE_BODY, rows)
        if failures:
            session.execute(_FAIL, [{"row": id_, "why": why, "now": now} for id_, why in failures.items()])
    counts["failed"] = len(failures)
    return ready


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
        .values(status=S.UNKNOWN, lease_until=None, failure="the sender stopped before it had an answer")
    )
    return _count(session.execute(lapsed))


def _in_words(session: Session, orders: list[Order]) -> tuple[deque[_Ready], dict[int, str]]:
    facts = facts_for(session, orders)
    ready: deque[_Ready] = deque()
    failures: dict[int, str] = {}
    for order in orders:
        try:
            ready.append(_Ready(order, words_of(order, facts)))
        except Unrendered as fault:
            log.error("text %s cannot be put into words: %s", order.id, fault)
            failures[order.id] = str(fault)[:LONGEST_FAILURE]
    return ready, failures


def _send(gateway: Gateway, text: _Ready, now: datetime, lease: str, rules: Rules) -> _Answer:
    order = text.order
    try:
        answer = _ask(gateway, text)
    except BaseException as fault:
        # A fault of ours: whether the text left before it is not known.
        _record(order, _Answer(S.UNKNOWN, failure=type(fault).__name__), now, lease, rules)
        raise
    if answer.status is S.QUEUED and order.tries >= MOST_TRIES:
        answer = _Answer(S.FAILED, failure=f"given up after {order.tries} tries: {answer.failure}", is_over=True)
    _record(order, answer, now, lease, rules)
    return answer


def _ask(gateway: Gateway, text: _Ready) -> _Answer:
    order = text.order
    try:
        sent = gateway.send(order.to, text.body, order.id, template=order.template.value, language=order.language)
    except Rejected as refusal:
        if refusal.permanent:
            return _Answer(S.FAILED, failure=refusal.code)
        return _Answer(S.QUEUED, failure=refusal.code, pause=pause_after(order.tries), is_over=True)
    except TryAgain as later:
        pause = max(later.retry_after or 0.0, pause_after(order.tries))
        return _Answer(S.QUEUED, failure=later.reason, pause=pause, is_over=True)
    except Ambiguous as lost:
        return _Answer(S.UNKNOWN, failure=lost.reason, is_over=True)
    return _Answer(S.DELIVERED if sent.status == DELIVERED else S.SENT, provider_id=sent.provider_id)


def pause_after(tries: int) -> float:
    """Return the seconds to wait after so many tries: doubled each time up to an hour, less up to half by chance."""
    longest = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(tries - 1, 10))
    return random.uniform(longest / 2, longest)


def _record(order: Order, answer: _Answer, now: datetime, lease: str, rules: Rules) -> None:
    """Write the answer under the lease; a delivered disposal has reached the complainant in the same transaction."""
    if order.template is not MessageKey.DISPOSED or answer.status is not S.DELIVERED:
        with transaction() as session:
            _write(session, order, answer, now, lease)
        return
    try:
        with transaction() as session:
            if _write(session, order, answer, now, lease):
                arrived(session, order.id, now, rules)
    except Exception as fault:
        # The text is out all the same; the case stays among those to be reached.
        log.warning("text %s was delivered but is not counted as reached: %s", order.id, type(fault).__name__)
        with transaction() as session:
            _write(session, order, answer, now, lease)
        if not isinstance(fault, Refused):
            raise


def arrived(session: Session, message_id: int, now: datetime, rules: Rules) -> bool:
    """Let a delivered text count as reaching the complainant, in the caller's transaction, if it tells the disposal.

    A text of an earlier disposal, delivered after the case was disposed of anew, does not begin the new window.
    """
    grievance_id = session.scalar(
        select(Grievance.id)
        .join(SmsMessage, SmsMessage.grievance_id == Grievance.id)
        .where(
            SmsMessage.id == message_id,
            SmsMessage.template == MessageKey.DISPOSED,
            SmsMessage.queued_at >= Grievance.disposed_at,
        )
    )
    return grievance_id is not None and reached(session, grievance_id, now, rules, by="sms")


def _write(session: Session, order: Order, answer: _Answer, now: datetime, lease: str) -> bool:
    values: dict[str, Any] = {
        "status": answer.status,
        "failure": answer.failure[:LONGEST_FAILURE],
        "lease_until": None,
    }
    if answer.provider_id is not None:
        values["provider_id"] = answer.provider_id
    if answer.status is S.QUEUED:
        values["next_try_at"] = now + timedelta(seconds=answer.pause)
    if answer.status in (S.DELIVERED, S.FAILED):
        values["ended_at"] = now
    written = _count(session.execute(_mine([order.id], lease).values(**values)))
    if not written:
        log.warning("text %s: the lease was lost before the answer came", order.id)
    return bool(written)


def _put_back(ready: Iterable[_Ready], lease: str) -> int:
    """Queue again what was claimed and not begun: it has certainly not been sent."""
    ids = [text.order.id for text in ready]
    if not ids:
        return 0
    with transaction() as session:
        values = {"status": S.QUEUED, "tries": _sms.tries - 1, "lease": "", "lease_until": None, "failure": ""}
        return _count(session.execute(_mine(ids, lease).values(**values)))


def _mine(ids: list[int], lease: str) -> Any:
    """Return an update of rows that this lease holds, though it may have lapsed into unknown meanwhile."""
    return update(_table).where(_sms.id.in_(ids), _sms.lease == lease, _sms.status.in_((S.SENDING, S.UNKNOWN)))


def _count(result: Any) -> int:
    return cast("CursorResult[Any]", result).rowcount
