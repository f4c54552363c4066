"""The outbox as an administrator reads it: every text with its state and its words, and no number that tells who."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from swagat.domain.errors import Invalid
from swagat.domain.messages import Audience, MessageKey, Unrendered, audience_of
from swagat.domain.phone import masked_mobile
from swagat.domain.registration import parse_registration_number
from swagat.domain.roles import Actor
from swagat.models import DeliveryStatus, Grievance, SmsMessage
from swagat.services import catalogue
from swagat.services.telling import Order, facts_for, words_of

PAGE = 50


class TextRow(NamedTuple):
    """One text; `to` is masked, and empty where the complainant hides who they are."""

    id: int
    number: str
    template: MessageKey
    audience: Audience
    language: str
    status: DeliveryStatus
    body: str
    to: str
    tries: int
    failure: str
    queued_at: datetime


@dataclass(frozen=True, slots=True)
class TextPage:
    """Texts, newest first, and the ids beside which the newer and the older page begin."""

    rows: Sequence[TextRow]
    newer: int | None
    older: int | None


def texts(
    session: Session,
    actor: Actor,
    number: str = "",
    newer_than: int | None = None,
    older_than: int | None = None,
    state: str = "",
) -> TextPage:
    """Return a page of the texts of the administrator's state, of one case where its number is given.

    Raises Invalid when that cannot be a registration number.
    """
    sms = SmsMessage
    statement: Any = (
        select(sms.id, Grievance.registration_number, sms.template, sms.language, sms.status, sms.body, sms.to)
        .add_columns(sms.tries, sms.failure, sms.queued_at, sms.grievance_id, sms.variables)
        .add_columns(Grievance.is_identity_hidden)
        .outerjoin(Grievance, Grievance.id == sms.grievance_id)
        .where(or_(sms.grievance_id.is_(None), Grievance.state_id == actor.state_id))
    )
    if number:
        statement = statement.where(Grievance.registration_number == _whole(number, actor))
    if state in list(DeliveryStatus):
        statement = statement.where(sms.status == DeliveryStatus(state))
    backwards = newer_than is not None
    if newer_than is not None:
        statement = statement.where(sms.id > newer_than).order_by(sms.id)
    else:
        if older_than is not None:
            statement = statement.where(sms.id < older_than)
        statement = statement.order_by(sms.id.desc())
    rows = session.execute(statement.limit(PAGE + 1)).all()
    more, rows = len(rows) > PAGE, rows[:PAGE]
    if backwards:
        rows = rows[::-1]
    has_newer, has_older = (more, True) if backwards else (older_than is not None, more)
    shown = _in_words(session, rows)
    return TextPage(
        shown,
        shown[0].id if shown and has_newer else None,
        shown[-1].id if shown and has_older else None,
    )


def _whole(typed: str, actor: Actor) -> str:
    states = {one.short: one.lgd_code for one in catalogue.states()}
    try:
        return parse_registration_number(typed, states, catalogue.state(actor.state_id or 0).short)
    except Invalid as fault:
        raise Invalid(fault.text.message, errors={"case": fault.text}, **fault.text.params) from fault


def _in_words(session: Session, rows: Sequence[Any]) -> list[TextRow]:
    """Return the rows with their words: those that still wait are put into words as they would be sent."""
    orders = {
        row.id: Order(row.id, row.grievance_id, row.template, row.language, row.to, row.variables, row.tries)
        for row in rows
        if not row.body
    }
    facts = facts_for(session, list(orders.values())) if orders else None
    found: list[TextRow] = []
    for row in rows:
        body = row.body
        if not body and facts is not None:
            try:
                body = words_of(orders[row.id], facts)
            except Unrendered:
                body = ""
        audience = audience_of(row.template)
        is_hidden = audience is Audience.COMPLAINANT and row.is_identity_hidden
        found.append(
            TextRow(
                row.id,
                row.registration_number or "",
                row.template,
                audience,
                row.language,
                row.status,
                body,
                "" if is_hidden else masked_mobile(row.to),
                row.tries,
                row.failure,
                row.queued_at,
            )
        )
    return found
