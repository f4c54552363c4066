"""Asks the provider about texts of which nobody knows whether they left, before any of them is sent again.

What the provider has is adopted, what it has not is queued again, unless it carries a one-time code: that is never sent
again by itself. A provider that cannot be asked is asked later, and after a day of that the text stays unknown for
good.
"""

import logging
import secrets
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from swagat.database import UtcDateTime, table_of, transaction
from swagat.domain.errors import Refused
from swagat.domain.messages import Unrendered
from swagat.domain.rules import Rules
from swagat.domain.sending import SENT_ONCE
from swagat.models import DeliveryStatus, SmsMessage
from swagat.services.claiming import ORDER, order_of, stands
from swagat.services.delivery import ENDS, LOOKED_UP_AFTER, arrived, status_after, written
from swagat.services.ended_texts import let_be_counted
from swagat.services.pauses import MOST_TRIES, pause_after
from swagat.services.telling import facts_for, words_of
from swagat.sms.gateway import Gateway, GatewayError, Sent

log = logging.getLogger(__name__)

# Until then what was on its way to the provider has arrived there, or never will.
FIRST_ASKED_AFTER = timedelta(minutes=2)
# Between asking and writing down the answer; who died meanwhile is followed by another.
LEASE = timedelta(minutes=5)
# Two clocks differ.
SKEW = timedelta(minutes=5)
MOST_ASKED = 20
GIVEN_UP = "nobody can say whether it was sent"
NOT_FOUND = "the provider has not got it, and a code is not sent again by itself"

S = DeliveryStatus
_table = table_of(SmsMessage)
_sms = _table.c


class _Asked(NamedTuple):
    """A claimed row, and the words to ask for; none where they can never be known again."""

    row: Any
    words: str | None


def ask(now: datetime, gateway: Gateway, rules: Rules, secret: bytes = b"") -> Counter[str]:
    """Ask about the oldest texts that are unknown and whose time has come; return how many were found and not found."""
    counts: Counter[str] = Counter()
    lease = secrets.token_hex(16)
    claimed = _claim(now, lease, secret)
    for at, (row, words) in enumerate(claimed):
        if words is None:
            counts[_give_up(row, lease, now)] += 1
            continue
        try:
            found = gateway.find(row.to, words, row.id, (row.tried_at or row.queued_at) - SKEW)
        except GatewayError as fault:
            # What is true of this one is true of those behind it: nobody answers now.
            _put_off([one.row for one in claimed[at:]], lease, now)
            log.warning("text %s: the provider could not be asked: %s", row.id, fault)
            break
        counts[_settle(row, found, lease, now, rules)] += 1
    return counts


def _claim(now: datetime, lease: str, secret: bytes) -> list[_Asked]:
    with transaction() as session:
        taking = {"now": now, "until": now + LEASE, "key": lease}
        rows = sorted(session.execute(_TAKE, taking).all(), key=lambda row: int(row.id))
        return _in_words(session, rows, secret)


def _in_words(session: Session, rows: Sequence[Any], secret: bytes) -> list[_Asked]:
    """Return the words that the provider was given: those of a one-time code are on no row."""
    codes = {row.id: order_of(row) for row in rows if row.template in SENT_ONCE}
    if not codes:
        return [_Asked(row, row.body) for row in rows]
    facts = facts_for(session, codes.values(), secret)
    found = []
    for row in rows:
        try:
            words = words_of(codes[row.id], facts) if row.id in codes else row.body
        except Unrendered:
            words = None
        found.append(_Asked(row, words))
    return found


def _settle(row: Any, found: Sequence[Sent], lease: str, now: datetime, rules: Rules) -> str:
    """Write down the answer and return what it is counted as; two texts never adopt the same one."""
    try:
        with transaction() as session:
            if _has_twin_on_its_way(session, row):
                # What was found may be the twin's, whose sender has not written it down yet.
                return "unsettled"
            one = _free(session, found)
            if _write(session, row, one, lease, now) is S.DELIVERED:
                arrived(session, row.id, now, rules)
    except IntegrityError:
        # Another dispatcher adopted the same one in this moment; the next question finds what is left.
        return "unsettled"
    except Refused as refusal:
        log.warning("text %s was delivered but is not counted as reached: %s", row.id, type(refusal).__name__)
        with transaction() as session:
            one = _free(session, found)
            _write(session, row, one, lease, now)
    if one is not None:
        return "found"
    return "given_up" if row.template in SENT_ONCE else "not_found"


def _write(session: Session, row: Any, one: Sent | None, lease: str, now: datetime) -> DeliveryStatus | None:
    """Adopt what the provider has, or queue the text again; None when it has moved on meanwhile."""
    values: dict[str, Any] = {"lease": "", "failure": ""}
    if one is not None:
        status = status_after(one)
        values |= {"status": status, "provider_id": one.provider_id}
        if status is S.SENT:
            values |= {"next_try_at": now + LOOKED_UP_AFTER, "looks": 0}
        if status in (S.FAILED, S.UNDELIVERED):
            values["failure"] = one.code or one.status
    elif row.template in SENT_ONCE:
        status = S.UNKNOWN
        values |= {"ended_at": now, "failure": NOT_FOUND}
    elif row.tries >= MOST_TRIES:
        status = S.FAILED
        values |= {"status": status, "failure": f"given up after {row.tries} tries"}
    else:
        status = S.QUEUED
        values |= {"status": status, "next_try_at": now}
    if status in ENDS:
        values["ended_at"] = now
    is_mine = written(session.execute(_mine(row.id, lease).values(**values)))
    if is_mine and status in ENDS:
        let_be_counted(session, [row.id])
    return status if is_mine else None


def _give_up(row: Any, lease: str, now: datetime) -> str:
    with transaction() as session:
        session.execute(_mine(row.id, lease).values(lease="", ended_at=now, failure=GIVEN_UP))
    return "given_up"


def _has_twin_on_its_way(session: Session, row: Any) -> bool:
    """Return whether the same words are being sent to the same number; asked before what is adopted, never after."""
    twin = select(_sms.id).where(_sms.status == S.SENDING, _sms.to == row.to, _sms.body == row.body)
    return session.scalar(twin.limit(1)) is not None


def _free(session: Session, found: Sequence[Sent]) -> Sent | None:
    """Return the newest that no other text has adopted."""
    ids = [one.provider_id for one in found]
    adopted = set(session.scalars(select(_sms.provider_id).where(_sms.provider_id.in_(ids)))) if ids else set()
    return next((one for one in found if one.provider_id not in adopted), None)


def _put_off(rows: Sequence[Any], lease: str, now: datetime) -> None:
    with transaction() as session:
        for row in rows:
            values: dict[str, Any] = {"looks": row.looks + 1}
            if values["looks"] >= MOST_TRIES:
                log.error("text %s: %s", row.id, GIVEN_UP)
                values |= {"ended_at": now, "failure": GIVEN_UP}
            else:
                values["next_try_at"] = now + timedelta(seconds=pause_after(values["looks"]))
            session.execute(_mine(row.id, lease).values(**values))
        let_be_counted(session, [row.id for row in rows if row.looks + 1 >= MOST_TRIES])


def _mine(message_id: int, lease: str) -> Any:
    return update(_table).where(_sms.id == message_id, _sms.lease == lease, _sms.status == S.UNKNOWN)


_DUE = (
    select(_sms.id)
    .where(stands(S.UNKNOWN), _sms.ended_at.is_(None), _sms.next_try_at <= bindparam("now", type_=UtcDateTime()))
    .order_by(_sms.next_try_at, _sms.id)
    .limit(MOST_ASKED)
    .with_for_update(skip_locked=True)
    .cte("due")
)
_TAKE = (
    update(_table)
    .where(_sms.id.in_(select(_DUE.c.id)), stands(S.UNKNOWN))
    .values(lease=bindparam("key"), next_try_at=bindparam("until"))
    .returning(*ORDER, _sms.body, _sms.tried_at, _sms.queued_at, _sms.looks)
)
