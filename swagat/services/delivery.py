"""What becomes of a text that a provider has: reports are kept as they come, and a text only moves forward.

Ends are final, and the first one counts: reports come twice, late and in any order.
"""

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, func, select, update
from sqlalchemy.orm import Session

from swagat.database import table_of, transaction
from swagat.domain.errors import Refused
from swagat.domain.messages import MessageKey
from swagat.domain.rules import Rules
from swagat.models import DeliveryStatus, Grievance, RefusedNumber, SmsMessage, SmsReport
from swagat.services.bulk import insert_rows
from swagat.services.ended_texts import let_be_counted
from swagat.services.reaching import reached
from swagat.sms.codes import is_of_number
from swagat.sms.gateway import Progress, Sent, progress_of

log = logging.getLogger(__name__)

S = DeliveryStatus
STATUS_OF: Mapping[Progress, DeliveryStatus] = {
    Progress.TAKEN: S.SENT,
    Progress.DELIVERED: S.DELIVERED,
    Progress.UNDELIVERED: S.UNDELIVERED,
    Progress.FAILED: S.FAILED,
}
ENDS = frozenset({S.DELIVERED, S.UNDELIVERED, S.FAILED})
_BEFORE_SENT = (S.QUEUED, S.SENDING, S.UNKNOWN)
# By then a report has come, or it got lost: the provider is asked.
LOOKED_UP_AFTER = timedelta(hours=1)
# A number may be given to somebody else, or its owner may have wanted texts again.
MARKED_FOR = timedelta(days=30)

_sms = table_of(SmsMessage).c
_numbers = table_of(RefusedNumber)


@dataclass(frozen=True, slots=True)
class Report:
    """One delivery report: our id for the text, the provider's, its own word for the status, and all that it sent."""

    message_id: int
    provider_id: str
    status: str
    code: str = ""
    to: str = field(default="", repr=False)
    raw: str = field(default="", repr=False)


def status_after(sent: Sent) -> DeliveryStatus:
    """Return the delivery status of a text that the provider has; an undocumented word says only that it has it."""
    return STATUS_OF[progress_of(sent.status) or Progress.TAKEN]


def record_report(report: Report, now: datetime, rules: Rules) -> bool:
    """Keep a report, and move its text forward; False when the text stays as it was.

    Returns only once the report is in the database, also when the text is not known.
    """
    try:
        with transaction() as session:
            moved = _take(session, report, now)
            if moved is not None and progress_of(report.status) is Progress.DELIVERED:
                arrived(session, moved, now, rules)
    except Refused as refusal:
        why = type(refusal).__name__
        log.warning("text %s was delivered but is not counted as reached: %s", report.message_id, why)
        with transaction() as session:
            moved = _take(session, report, now)
    return moved is not None


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
    return grievance_id is not None and reached(session, grievance_id, now, rules, "sms", message_id)


def mark_number(session: Session, mobile: str, code: str, now: datetime) -> None:
    """Remember that no text reaches this number, in the caller's transaction."""
    row = {"mobile": mobile, "code": code[:40], "refused_at": now}
    if not insert_rows(session, _numbers, [row], ("mobile",)):
        session.execute(update(_numbers).where(_numbers.c.mobile == mobile).values(code=row["code"], refused_at=now))


def marked_numbers(session: Session, mobiles: Collection[str], now: datetime) -> dict[str, str]:
    """Return which of these numbers no text reaches, each with the provider's code; a mark holds for thirty days."""
    found = select(_numbers.c.mobile, _numbers.c.code).where(
        _numbers.c.mobile.in_(set(mobiles)), _numbers.c.refused_at > now - MARKED_FOR
    )
    return {row.mobile: row.code for row in session.execute(found)}


def move_forward(session: Session, subject: Any, sent: Sent, now: datetime) -> int | None:
    """Move the text of this condition to where the provider says it is, if that lies ahead, and return its id."""
    progress = progress_of(sent.status)
    if progress is None:
        return None
    status = STATUS_OF[progress]
    values: dict[str, Any] = {"status": status, "provider_id": sent.provider_id, "lease_until": None}
    values["failure"] = "" if progress in (Progress.TAKEN, Progress.DELIVERED) else sent.code or sent.status
    values["ended_at"] = now if status in ENDS else None
    # Of what was waited for until now, only a text that was given up has an end.
    values["given_up_at"] = func.coalesce(_sms.given_up_at, _sms.ended_at)
    if status is S.SENT:
        values |= {"next_try_at": now + LOOKED_UP_AFTER, "looks": 0}
    moved = _forward(subject, status).values(**values).returning(_sms.id, _sms.to)
    text = session.execute(moved).one_or_none()
    if text is None:
        return None
    if status is not S.DELIVERED and is_of_number(sent.code):
        mark_number(session, text.to, sent.code, now)
    if status in ENDS:
        let_be_counted(session, [text.id])
    return int(text.id)


def _take(session: Session, report: Report, now: datetime) -> int | None:
    """Store the report and return the id of the text that it moved, if any."""
    insert_rows(session, table_of(SmsReport), [_row(report, now)], ("message_id", "provider_id", "status"))
    if progress_of(report.status) is None:
        return None
    return move_forward(session, _subject(session, report), Sent(report.provider_id, report.status, report.code), now)


def _subject(session: Session, report: Report) -> Any:
    """Return the condition for the text that a report is about.

    That is the one with the provider's id, for of two texts with the same words each may have adopted the other's; else
    the one with our id, if it has none of the provider's yet and went to that number: after a restored back-up the same
    id may be another text.
    """
    by_provider = _sms.provider_id == report.provider_id
    if session.scalar(select(_sms.id).where(by_provider)) is not None:
        return by_provider
    by_us = (_sms.id == report.message_id) & _sms.provider_id.is_(None)
    return by_us & (_sms.to == report.to) if report.to else by_us


def _forward(subject: Any, status: DeliveryStatus) -> Any:
    """Return an update of a text if the status lies ahead of the one it has."""
    ahead_of = (*_BEFORE_SENT, S.SENT) if status in ENDS else _BEFORE_SENT
    return update(table_of(SmsMessage)).where(subject, _sms.status.in_(ahead_of))


def _row(report: Report, now: datetime) -> dict[str, Any]:
    return {
        "message_id": report.message_id,
        "provider_id": report.provider_id,
        "status": report.status,
        "code": report.code,
        "raw": report.raw,
        "received_at": now,
    }


def written(result: Any) -> int:
    """Return how many rows an update changed."""
    return cast("CursorResult[Any]", result).rowcount
