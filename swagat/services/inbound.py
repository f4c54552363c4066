"""Texts that people send us: each is taken once, and what it is answered with goes out like every other text.

Of the text itself only what it asks for is kept.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from swagat.database import table_of, transaction
from swagat.domain.errors import Invalid, TooMany
from swagat.domain.inbound import Command, Wish, wish_of
from swagat.domain.messages import MessageKey
from swagat.domain.phone import parse_mobile
from swagat.domain.rules import Rules
from swagat.models import Complainant, Grievance, InboundSms, SmsMessage
from swagat.services import catalogue, opt_outs
from swagat.services.bulk import insert_rows
from swagat.services.limits import Limit, count_tries
from swagat.services.opt_outs import By
from swagat.services.telling import ONLY_NEWS, order_row

log = logging.getLogger(__name__)

HOUR = 3600
# Two machines that answer each other would never end; nobody asks so often.
MOST_ANSWERS = 10

_OUTBOX = table_of(SmsMessage)
_UNIQUE = ("cause", "recipient", "template")


@dataclass(frozen=True, slots=True)
class Received:
    """One text that somebody sent, under the provider's id for it."""

    provider_id: str
    sender: str = field(repr=False)
    words: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Installation:
    """What the answers depend on: the secret by which they are counted, the state typed by default, the languages."""

    secret: str = field(repr=False)
    state: str
    languages: tuple[str, ...]


def take(received: Received, now: datetime, rules: Rules, here: Installation) -> bool:
    """Keep a text and do what it asks for, in one transaction; False when it came before, and nothing is done again.

    A sender that is no mobile number is kept without it, and neither answered nor obeyed.
    """
    default_state = catalogue.state_named(here.state).short
    wish = wish_of(received.words, {one.short: one.lgd_code for one in catalogue.states()}, default_state)
    mobile = _mobile(received.sender)
    with transaction() as session:
        inbound_id = _keep(session, received.provider_id, mobile, wish.command, now)
        if inbound_id is None:
            return False
        if mobile:
            _obey(session, inbound_id, mobile, wish, now, rules, here)
    log.info("text %s asks for %s", inbound_id, wish.command.value)
    return True


def _mobile(sender: str) -> str:
    try:
        return parse_mobile(sender)
    except Invalid:
        return ""


def _keep(session: Session, provider_id: str, mobile: str, command: Command, now: datetime) -> int | None:
    row = {"provider_id": provider_id, "mobile": mobile, "command": command.value, "received_at": now}
    if not insert_rows(session, table_of(InboundSms), [row], ("provider_id",)):
        return None
    return session.scalar(select(InboundSms.id).where(InboundSms.provider_id == provider_id))


def _obey(
    session: Session, inbound_id: int, mobile: str, wish: Wish, now: datetime, rules: Rules, here: Installation
) -> None:
    if wish.command is Command.STOP:
        # The operator itself confirms it, and nothing may be sent to that number any more.
        opt_outs.stop_within(session, mobile, By.SMS, now, rules)
        return
    if wish.command is Command.START:
        opt_outs.start_within(session, mobile, By.SMS)
    elif opt_outs.opted_out(session, [mobile]):
        return
    try:
        count_tries(session, [Limit("inbound-answers", mobile, HOUR, MOST_ANSWERS)], now, here.secret)
    except TooMany:
        log.warning("text %s is not answered: its number had %s answers in this hour", inbound_id, MOST_ANSWERS)
        return
    insert_rows(session, _OUTBOX, [_answer(session, f"inbound:{inbound_id}", mobile, wish, now, here)], _UNIQUE)


def _answer(
    session: Session, cause: str, mobile: str, wish: Wish, now: datetime, here: Installation
) -> Mapping[str, Any]:
    """Return the order that answers; a number of somebody else's grievance is answered as one that nobody has."""
    own = session.execute(_OWN, {"number": wish.number, "mobile": mobile}).first() if wish.number else None
    if own is not None:
        variables = (
            {ONLY_NEWS: True} if own.phone_is_shared else {"due_on": own.due_on.isoformat(), "state": own.status}
        )
        recipient = f"complainant:{own.complainant_id}:{mobile}"
        return order_row(cause, MessageKey.ASKING_STATUS, recipient, mobile, own.language, variables, now, own.id)
    language = wish.language or session.scalar(_NEWEST, {"mobile": mobile}) or here.languages[0]
    key = MessageKey.ASKING_STARTED if wish.command is Command.START else MessageKey.ASKING_HELP
    return order_row(cause, key, f"asking:{mobile}", mobile, language, {}, now)


_OWN = (
    select(
        Grievance.id,
        Grievance.status,
        Grievance.due_on,
        Complainant.id.label("complainant_id"),
        Complainant.language,
        Complainant.phone_is_shared,
    )
    .join(Complainant, Complainant.id == Grievance.complainant_id)
    .where(Grievance.registration_number == bindparam("number"), Complainant.mobile == bindparam("mobile"))
)
_NEWEST = (
    select(Complainant.language)
    .join(Grievance, Grievance.complainant_id == Complainant.id)
    .where(Complainant.mobile == bindparam("mobile"))
    .order_by(Grievance.id.desc())
    .limit(1)
)
