"""Sends what is queued: each text is claimed, sent outside any transaction, and recorded under its lease.

A text leaves `sending` only by the answer of the gateway. When that answer was lost, or the sender died, the text
becomes `unknown`: it may have arrived, so the provider is asked before it is sent again.
"""

import logging
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from swagat.database import table_of, transaction
from swagat.domain.errors import Refused
from swagat.domain.messages import MessageKey
from swagat.domain.rules import Rules
from swagat.domain.sending import SendingRules
from swagat.models import DeliveryStatus, SmsMessage
from swagat.services import asking
from swagat.services.claiming import LONGEST_FAILURE, Ready, claim, held, put_back
from swagat.services.delivery import ENDS, arrived, mark_number, status_after, written
from swagat.services.pauses import MOST_TRIES, Pace, pause_after
from swagat.services.telling import Order
from swagat.sms.gateway import Ambiguous, Gateway, Rejected, Sent, TryAgain

log = logging.getLogger(__name__)

# A pass ends long before its lease does: what it has not begun by then goes back into the queue.
SENDING_SECONDS = 20.0
# What the account refuses it refuses for every text: all of them wait, and none is blamed.
ACCOUNT_PAUSE = 300.0

S = DeliveryStatus
_sms = table_of(SmsMessage).c
_table = table_of(SmsMessage)


@dataclass(frozen=True, slots=True)
class DispatchReport:
    """What one pass did; `lapsed` texts were left by a sender that died, `put_back` ones were claimed but not begun.

    The provider was asked about `found` and `not_found` ones; the latter are queued again. `unsettled` ones are asked
    about once more.
    """

    sent: int = 0
    delivered: int = 0
    failed: int = 0
    postponed: int = 0
    unknown: int = 0
    lapsed: int = 0
    put_back: int = 0
    found: int = 0
    not_found: int = 0
    unsettled: int = 0

    def lines(self) -> list[str]:
        """Return the report as lines for a terminal."""
        return [
            f"{self.delivered} delivered, {self.sent} sent, {self.postponed} to be tried again, {self.failed} failed, "
            f"{self.unknown + self.lapsed} unknown, {self.put_back} put back, {self.found} found with the provider, "
            f"{self.not_found} not found there"
        ]

    def figures(self) -> dict[str, int]:
        """Return the report as figures for the log and the health page."""
        return asdict(self)

    @property
    def ok(self) -> bool:
        """Return whether no text ended other than with the provider."""
        return not (self.failed or self.unknown or self.lapsed)


@dataclass(frozen=True, slots=True)
class _Answer:
    """What became of one try; `is_over` ends the pass, because the provider is not to be pressed now.

    `pause` is in seconds, for this text alone; for `hold` seconds every text that waits goes on waiting.
    """

    status: DeliveryStatus
    provider_id: str | None = None
    failure: str = ""
    pause: float = 0.0
    hold: float = 0.0
    is_over: bool = False
    is_of_number: bool = False
    is_of_account: bool = False


_COUNTED = {
    S.QUEUED: "postponed",
    S.SENT: "sent",
    S.DELIVERED: "delivered",
    S.UNDELIVERED: "failed",
    S.FAILED: "failed",
    S.UNKNOWN: "unknown",
}


def dispatch(
    now: datetime,
    gateway: Gateway,
    rules: Rules,
    limit: int = 200,
    sending: SendingRules = SendingRules(),
    secret: bytes = b"",
) -> DispatchReport:
    """Ask about what is unknown, then send at most `limit` texts that are due, the oldest first.

    A provider that answers badly ends the pass.
    """
    began = monotonic()
    lease = secrets.token_hex(16)
    counts = asking.ask(now, gateway, rules)
    ready, counts["failed"], counts["lapsed"] = claim(now, lease, limit)
    pace, hold = Pace(gateway.per_second), 0.0
    try:
        while ready and monotonic() - began < SENDING_SECONDS:
            pace.wait()
            text = ready.popleft()
            answer = _send(gateway, text, now, lease, rules)
            counts[_COUNTED[answer.status]] += 1
            if answer.is_over:
                hold = answer.hold
                break
    finally:
        counts["put_back"] = put_back(ready, lease)
    if hold:
        _hold(now + timedelta(seconds=hold))
    return DispatchReport(**counts)


def _send(gateway: Gateway, text: Ready, now: datetime, lease: str, rules: Rules) -> _Answer:
    order = text.order
    try:
        answer = _ask(gateway, text)
    except BaseException as fault:
        # A fault of ours: whether the text left before it is not known.
        _record(order, _unknown(type(fault).__name__), now, lease, rules)
        raise
    if answer.status is S.QUEUED and order.tries >= MOST_TRIES and not answer.is_of_account:
        answer = _Answer(S.FAILED, failure=f"given up after {order.tries} tries: {answer.failure}", is_over=True)
    _record(order, answer, now, lease, rules)
    return answer


def _ask(gateway: Gateway, text: Ready) -> _Answer:
    order = text.order
    try:
        sent = gateway.send(order.to, text.body, order.id, template=order.template.value, language=order.language)
    except Rejected as refusal:
        return _rejected(refusal, order.tries)
    except TryAgain as later:
        hold = later.retry_after or 0.0
        pause = max(hold, pause_after(order.tries))
        return _Answer(S.QUEUED, failure=later.reason, pause=pause, hold=hold, is_over=True)
    except Ambiguous as lost:
        return _unknown(lost.reason)
    return _taken(sent)


def _unknown(why: str) -> _Answer:
    return _Answer(S.UNKNOWN, failure=why, pause=asking.FIRST_ASKED_AFTER.total_seconds(), is_over=True)


def _rejected(refusal: Rejected, tries: int) -> _Answer:
    if refusal.permanent:
        return _Answer(S.FAILED, failure=refusal.code, is_of_number=refusal.is_of_number)
    if refusal.is_of_account:
        hold = ACCOUNT_PAUSE
        return _Answer(S.QUEUED, failure=refusal.code, pause=hold, hold=hold, is_over=True, is_of_account=True)
    return _Answer(S.QUEUED, failure=refusal.code, pause=pause_after(tries))


def _taken(sent: Sent) -> _Answer:
    status = status_after(sent)
    failure = sent.code or sent.status if status in (S.FAILED, S.UNDELIVERED) else ""
    return _Answer(status, provider_id=sent.provider_id, failure=failure)


def _record(order: Order, answer: _Answer, now: datetime, lease: str, rules: Rules) -> None:
    """Write the answer under the lease; a delivered disposal has reached the complainant in the same transaction."""
    if order.template is not MessageKey.DISPOSED or answer.status is not S.DELIVERED:
        with transaction() as session:
            _write(session, order, answer, now, lease)
            if answer.is_of_number:
                mark_number(session, order.to, answer.failure, now)
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


def _hold(until: datetime) -> None:
    """Let everything that waits go on waiting, in the order it has."""
    waits = update(_table).where(_sms.status == S.QUEUED, _sms.next_try_at < until)
    with transaction() as session:
        session.execute(waits.values(next_try_at=until))


def _write(session: Session, order: Order, answer: _Answer, now: datetime, lease: str) -> bool:
    values: dict[str, Any] = {
        "status": answer.status,
        "failure": answer.failure[:LONGEST_FAILURE],
        "lease_until": None,
    }
    if answer.provider_id is not None:
        values["provider_id"] = answer.provider_id
    if answer.status in (S.QUEUED, S.UNKNOWN):
        values["next_try_at"] = now + timedelta(seconds=answer.pause)
    if answer.is_of_account:
        values["tries"] = _sms.tries - 1
    if answer.status in ENDS:
        values["ended_at"] = now
    is_written = bool(written(session.execute(held([order.id], lease).values(**values))))
    if not is_written:
        log.info("text %s moved on before the answer about it came", order.id)
    return is_written
