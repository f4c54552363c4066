"""A text that did not arrive is sent once more, by an administrator and with a reason."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from swagat.database import table_of, transaction
from swagat.domain.errors import N_, AlreadyDone, Invalid, NotFound, Refused, Text
from swagat.domain.messages import VARIABLES, Audience, VariableKind, audience_of
from swagat.domain.phone import masked_mobile
from swagat.domain.roles import Actor
from swagat.domain.workflow import OPEN
from swagat.domain.working_time import INDIA
from swagat.models import Grievance, GrievanceEvent, RefusedNumber, SmsMessage
from swagat.services import scope
from swagat.services.bulk import insert_rows
from swagat.services.delivery import marked_numbers
from swagat.services.opt_outs import opted_out
from swagat.services.telling import ONLY_NEWS, Order, order_row
from swagat.services.text_counts import NOT_ARRIVED, Standing, standing_of
from swagat.services.text_words import Wordless, words_by_id

log = logging.getLogger(__name__)

SHORTEST_REASON, LONGEST_REASON = 3, 200

SENT_AGAIN = N_("This text was sent again already.")
NOT_OF_A_CASE = N_("Only texts to complainants are sent again. What staff are told stands on their desk.")
A_CODE = N_("What somebody asked for by telephone, such as a one-time code, is never sent again: they can ask anew.")
ON_ITS_WAY = N_("This text is still on its way. Wait until it has ended.")
ARRIVED = N_("This text has arrived.")
WANTS_NONE = N_("The owner of this number wants no texts. Reach the person in another way.")
MOVED_ON = N_("The case has moved on since this text was written: its words would be wrong now.")


@dataclass(frozen=True, slots=True)
class Resendable:
    """A text as the page shows it before it is sent again, and why it cannot be, if it cannot.

    `refused_code` is why the number counts as one that no text reaches; `to` is empty for a hidden identity.
    """

    id: int
    number: str
    language: str
    words: str
    to: str
    standing: Standing
    failure: str
    ended_at: datetime | None
    refusal: Text | None
    refused_code: str


def may_be_resent(audience: Audience, standing: Standing) -> bool:
    """Return whether a text is of those that can be sent again: to the complainant, and ended without arriving."""
    return audience is Audience.COMPLAINANT and standing in NOT_ARRIVED


def shown(session: Session, actor: Actor, message_id: int, now: datetime) -> Resendable:
    """Return a text of the administrator's state or of no case, raising NotFound for every other."""
    row = _row(session, actor, message_id)
    order = Order(row.id, row.grievance_id, row.template, row.language, row.to, row.variables, row.tries)
    words = row.body or words_by_id(session, [Wordless(order, row.registration_number or "")])[row.id]
    return Resendable(
        row.id,
        row.registration_number or "",
        row.language,
        words,
        "" if row.is_identity_hidden else masked_mobile(row.to),
        standing_of(row.status, row.ended_at),
        row.failure,
        row.ended_at,
        _refusal(session, row, now),
        marked_numbers(session, [row.to], now).get(row.to, ""),
    )


def resend(actor: Actor, message_id: int, reason: str, number_was_checked: bool, now: datetime) -> str:
    """Queue a text once more and return the number of its case; each text is sent again once, its copy again after it.

    The words are those of the event. They are wrong once the case was answered, reopened or handled anew since, or its
    due date is another, or a date in them has passed: then it is Refused. A number that no text reached needs somebody
    who has checked it, which lifts the mark. Raises Invalid for the form and AlreadyDone for a second press.
    """
    with transaction() as session:
        row = _row(session, actor, message_id)
        # Whoever acts on the case waits: the words are still true when they are queued.
        scope.hold(session, Grievance.id == row.grievance_id)
        row = _row(session, actor, message_id)
        if refusal := _refusal(session, row, now):
            kind = AlreadyDone if refusal.message == SENT_AGAIN else Refused
            raise kind(refusal.message)
        is_marked = row.to in marked_numbers(session, [row.to], now)
        _check(reason, is_marked, number_was_checked)
        if is_marked:
            session.execute(delete(RefusedNumber).where(RefusedNumber.mobile == row.to))
        again = order_row(
            _cause(message_id), row.template, row.recipient, row.to, row.language, row.variables, now, row.grievance_id
        )
        again |= {"resend_of_id": message_id, "resent_by_id": actor.person_id, "resend_reason": reason.strip()}
        if not insert_rows(session, table_of(SmsMessage), [again], ("cause", "recipient", "template")):
            raise AlreadyDone(SENT_AGAIN)
    log.info("administration: person %s had text %s sent again", actor.person_id, message_id)
    return str(row.registration_number)


def _cause(message_id: int) -> str:
    return f"resend:{message_id}"


def _row(session: Session, actor: Actor, message_id: int) -> Any:
    own = or_(SmsMessage.grievance_id.is_(None), Grievance.state_id == actor.state_id)
    row = session.execute(_TEXT.where(SmsMessage.id == message_id, own)).first()
    if row is None:
        raise NotFound
    return row


_TEXT = (
    select(SmsMessage.id, SmsMessage.template, SmsMessage.recipient, SmsMessage.to, SmsMessage.language)
    .add_columns(SmsMessage.variables, SmsMessage.body, SmsMessage.tries, SmsMessage.status, SmsMessage.failure)
    .add_columns(SmsMessage.queued_at, SmsMessage.ended_at, SmsMessage.grievance_id)
    .add_columns(Grievance.registration_number, Grievance.is_identity_hidden, Grievance.status.label("case_status"))
    .add_columns(Grievance.cycle, Grievance.due_on, Grievance.disposed_at)
    .outerjoin(Grievance, Grievance.id == SmsMessage.grievance_id)
)


def _refusal(session: Session, row: Any, now: datetime) -> Text | None:
    """Return why a text is not sent again, whatever is typed."""
    audience, standing = audience_of(row.template), standing_of(row.status, row.ended_at)
    if audience is Audience.ASKING:
        return Text(A_CODE)
    if audience is not Audience.COMPLAINANT:
        return Text(NOT_OF_A_CASE)
    if standing is Standing.DELIVERED:
        return Text(ARRIVED)
    if standing not in NOT_ARRIVED:
        return Text(ON_ITS_WAY)
    if session.scalar(select(SmsMessage.id).where(SmsMessage.cause == _cause(row.id)).limit(1)) is not None:
        return Text(SENT_AGAIN)
    if opted_out(session, [row.to]):
        return Text(WANTS_NONE)
    return Text(MOVED_ON) if _moved_on(session, row, now) else None


def _moved_on(session: Session, row: Any, now: datetime) -> bool:
    """Return whether the case stands otherwise than when the text was written, as far as its words can tell.

    That a shared phone is told there is news is never wrong.
    """
    if row.variables.get(ONLY_NEWS):
        return False
    then = session.execute(
        select(GrievanceEvent.cycle, GrievanceEvent.status_after)
        .where(GrievanceEvent.grievance_id == row.grievance_id, GrievanceEvent.at <= row.queued_at)
        .order_by(GrievanceEvent.seq.desc())
        .limit(1)
    ).first()
    if then is None or then.cycle != row.cycle or (then.status_after in OPEN) != (row.case_status in OPEN):
        return True
    if row.disposed_at is not None and row.disposed_at > row.queued_at:
        return True
    today = now.astimezone(INDIA).date()
    return row.variables.get("due_on", row.due_on.isoformat()) != row.due_on.isoformat() or any(
        day < today for day in _dates(row.variables)
    )


def _dates(variables: Mapping[str, Any]) -> list[date]:
    return [date.fromisoformat(value) for name, value in variables.items() if VARIABLES.get(name) is VariableKind.DATE]


def _check(reason: str, is_marked: bool, number_was_checked: bool) -> None:
    errors: dict[str, Text] = {}
    if len(reason.strip()) < SHORTEST_REASON:
        errors["reason"] = Text(N_("Write why it is sent again."))
    elif len(reason.strip()) > LONGEST_REASON:
        errors["reason"] = Text(N_("Write at most %(count)s characters."), {"count": LONGEST_REASON})
    if is_marked and not number_was_checked:
        errors["checked"] = Text(N_("No text reached this number. Check it with the person first, then tick this."))
    if errors:
        raise Invalid(errors=errors)
