"""Writes down what became of texts that were sent, each under the lease of its sender, several in one transaction."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, String, Update, bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from swagat.database import UtcDateTime, table_of, transaction
from swagat.domain.errors import Refused
from swagat.domain.messages import MessageKey
from swagat.domain.rules import Rules
from swagat.models import DeliveryStatus, SmsMessage
from swagat.services.answers import Answer
from swagat.services.caps import Caps
from swagat.services.claiming import LONGEST_FAILURE, Ready, give_room_back, stands
from swagat.services.delivery import ENDS, LOOKED_UP_AFTER, arrived, mark_number, written
from swagat.services.ended_texts import let_be_counted

log = logging.getLogger(__name__)

AWAY = "the provider was not reached"

S = DeliveryStatus
_table = table_of(SmsMessage)
_sms = _table.c
Answered = tuple[Ready, Answer]


def record(answered: Sequence[Answered], lease: str, rules: Rules, caps: Caps) -> None:
    """Write what is known by now in one transaction, or each in its own where one of them does not let the others.

    Raises the first fault, once everything that can be written is.
    """
    if not answered:
        return
    try:
        with transaction() as session:
            _write(session, answered, lease, rules, caps)
        return
    except Exception as fault:
        log.warning("%s answers are written down one by one: %s", len(answered), type(fault).__name__)
    faults = [_record_alone(one, lease, rules, caps) for one in answered]
    for found in faults:
        if found is not None:
            raise found


def hold(until: datetime, why: str | None = None) -> None:
    """Let everything that waits go on waiting, in the order it has, and say why where there is something to say."""
    values: dict[str, Any] = {"next_try_at": until} | ({"failure": why} if why else {})
    with transaction() as session:
        session.execute(_of_waiting(_sms.next_try_at <= until).values(**values))


def release(now: datetime) -> None:
    """Let those go on that wait only because the provider was not reached: it is there again."""
    with transaction() as session:
        session.execute(_of_waiting(_sms.failure == AWAY).values(next_try_at=now, failure=""))


def _of_waiting(condition: ColumnElement[bool]) -> Update:
    """Return an update of texts that wait, but for those that somebody else is at: they are spared a deadlock."""
    waiting = select(_sms.id).where(stands(S.QUEUED), condition).with_for_update(skip_locked=True).cte("waiting")
    return update(_table).where(_sms.id.in_(select(waiting.c.id)), stands(S.QUEUED))


def _record_alone(one: Answered, lease: str, rules: Rules, caps: Caps) -> Exception | None:
    try:
        with transaction() as session:
            _write(session, [one], lease, rules, caps)
    except Exception as fault:
        if not _may_reach(one):
            return fault
        # The text is out all the same; the case stays among those to be reached.
        log.warning("text %s was delivered but is not counted as reached: %s", one[0].order.id, type(fault).__name__)
        with transaction() as session:
            session.execute(_RECORD, _row(one, lease))
            let_be_counted(session, [one[0].order.id])
        return None if isinstance(fault, Refused) else fault
    return None


def _write(session: Session, answered: Sequence[Answered], lease: str, rules: Rules, caps: Caps) -> None:
    """Write the answers under the lease; a delivered disposal has reached the complainant in the same transaction."""
    # In one order everywhere, or two dispatchers could wait for each other.
    ordered = sorted(answered, key=lambda one: one[0].order.id)
    rows = [_row(one, lease) for one in ordered if not _may_reach(one)]
    if rows and written(session.execute(_RECORD, rows)) < len(rows):
        log.info("of %s texts some moved on before the answer about them came", len(rows))
    for one in ordered:
        text, answer = one
        if _may_reach(one) and written(session.execute(_RECORD, _row(one, lease))):
            arrived(session, text.order.id, text.claimed_at, rules)
        if answer.is_of_number:
            mark_number(session, text.order.to, answer.failure, text.claimed_at)
    let_be_counted(session, [text.order.id for text, answer in ordered if answer.status in ENDS])
    give_room_back(session, [text for text, answer in ordered if answer.certainly_stayed], caps)


def _may_reach(one: Answered) -> bool:
    text, answer = one
    return text.order.template is MessageKey.DISPOSED and answer.status is S.DELIVERED


def _row(one: Answered, lease: str) -> dict[str, Any]:
    text, answer = one
    pause = {S.QUEUED: answer.pause, S.UNKNOWN: answer.pause, S.SENT: LOOKED_UP_AFTER.total_seconds()}
    again = pause.get(answer.status)
    return {
        "row": text.order.id,
        "key": lease,
        "became": answer.status,
        "why": answer.failure[:LONGEST_FAILURE],
        "theirs": answer.provider_id,
        "again": None if again is None else text.claimed_at + timedelta(seconds=again),
        "end": text.claimed_at if answer.status in ENDS else None,
        "untried": int(answer.is_of_account),
    }


_RECORD = (
    update(_table)
    .where(
        _sms.id == bindparam("row"),
        _sms.lease == bindparam("key"),
        or_(_sms.status == S.SENDING, _sms.status == S.UNKNOWN),
    )
    .values(
        status=bindparam("became"),
        failure=bindparam("why"),
        lease_until=None,
        provider_id=func.coalesce(bindparam("theirs", type_=String()), _sms.provider_id),
        next_try_at=func.coalesce(bindparam("again", type_=UtcDateTime()), _sms.next_try_at),
        ended_at=bindparam("end", type_=UtcDateTime()),
        tries=_sms.tries - bindparam("untried", type_=Integer()),
    )
)
