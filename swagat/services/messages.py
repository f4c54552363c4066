"""The outbox as an administrator reads it: every text with its state and its words, and no number that tells who."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from swagat.domain.errors import Invalid
from swagat.domain.messages import Audience, MessageKey, Unrendered, audience_of
from swagat.domain.phone import masked_mobile
from swagat.domain.registration import parse_registration_number
from swagat.domain.roles import Actor
from swagat.models import Grievance, Person, SmsMessage
from swagat.services import catalogue
from swagat.services.history import PersonName
from swagat.services.resending import may_be_resent
from swagat.services.telling import Order, facts_for, words_of
from swagat.services.text_counts import (
    LIVE,
    Conditions,
    Standing,
    did_not_arrive,
    failed_by,
    standing_of,
    stands_at,
)
from swagat.services.text_words import Wordless, words_by_id

PAGE = 50
ALL_NOT_ARRIVED = "not_arrived"


class TextRow(NamedTuple):
    """One text; `to` is masked, and empty where the complainant hides who they are.

    `resent_by` had it sent once more, for `reason`.
    """

    id: int
    number: str
    template: MessageKey
    audience: Audience
    language: str
    standing: Standing
    body: str
    to: str
    tries: int
    failure: str
    queued_at: datetime
    ended_at: datetime | None
    may_be_resent: bool
    resent_by: PersonName | None
    reason: str


@dataclass(frozen=True, slots=True)
class TextPage:
    """Texts, newest first, and the ids beside which the newer and the older page begin."""

    rows: Sequence[TextRow]
    newer: int | None
    older: int | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which texts a page lists: of one case, at one standing or `not_arrived`, for one cause.

    Those that have ended are listed since an instant, as they are counted, unless the case is given: a case has few.
    """

    since: datetime
    case: str = ""
    state: str = ""
    cause: str = ""

    @property
    def has_ended(self) -> bool:
        """Return whether all that is asked for has ended, so that the list is in the order of the ends."""
        return not self.case and (bool(self.cause) or self.state not in ("", *LIVE))

    @property
    def id_in_order(self) -> Any:
        """Return the id that a list is in the order of.

        What is on its way is few among many: in the order of the ids as they are, all that ended would be read as well.
        """
        return SmsMessage.id + 0 if self.state in LIVE else SmsMessage.id


def texts(
    session: Session,
    actor: Actor,
    only: Conditions,
    wanted: Wanted,
    newer_than: int | None = None,
    older_than: int | None = None,
    codes_until: tuple[bytes, datetime] | None = None,
) -> TextPage:
    """Return a page of the texts that are wanted, kept to what `only` lets through.

    With the installation's secret and the time it shows the one-time codes that still hold. Raises Invalid when a
    registration number cannot be one.
    """
    statement = _TEXTS.where(*only, *_conditions(wanted, actor))
    ended = wanted.has_ended
    key = newer_than if newer_than is not None else older_than
    backwards = newer_than is not None
    if key is not None:
        statement = statement.where(_beside(session, key, backwards, wanted))
    order = [SmsMessage.ended_at, SmsMessage.id] if ended else [wanted.id_in_order]
    statement = statement.order_by(*(one.asc() if backwards else one.desc() for one in order))
    rows = session.execute(statement.limit(PAGE + 1)).all()
    more, rows = len(rows) > PAGE, rows[:PAGE]
    if backwards:
        rows = rows[::-1]
    has_newer, has_older = (more, True) if backwards else (older_than is not None, more)
    shown = _in_words(session, rows, codes_until)
    return TextPage(
        shown,
        shown[0].id if shown and has_newer else None,
        shown[-1].id if shown and has_older else None,
    )


def _conditions(wanted: Wanted, actor: Actor) -> Conditions:
    since = datetime.min.replace(tzinfo=wanted.since.tzinfo) if wanted.case else wanted.since
    found = []
    if wanted.case:
        found.append(Grievance.registration_number == _whole(wanted.case, actor))
        found.append(Grievance.state_id == actor.state_id)
    if wanted.state in list(Standing):
        found.append(stands_at(Standing(wanted.state), since))
    if wanted.state == ALL_NOT_ARRIVED or wanted.cause:
        found.append(did_not_arrive(since))
    if wanted.cause:
        found.append(failed_by(wanted.cause))
    return found


def _beside(session: Session, key: int, backwards: bool, wanted: Wanted) -> Any:
    """Return the condition that a text stands before or after the one with this id in the order of the list."""
    by_id = wanted.id_in_order > key if backwards else wanted.id_in_order < key
    at = session.scalar(select(SmsMessage.ended_at).where(SmsMessage.id == key)) if wanted.has_ended else None
    if at is None:
        return by_id
    column = SmsMessage.ended_at
    if backwards:
        return and_(column >= at, or_(column > at, by_id))
    return and_(column <= at, or_(column < at, by_id))


def _whole(typed: str, actor: Actor) -> str:
    states = {one.short: one.lgd_code for one in catalogue.states()}
    try:
        return parse_registration_number(typed, states, catalogue.state(actor.state_id or 0).short)
    except Invalid as fault:
        raise Invalid(fault.text.message, errors={"case": fault.text}, **fault.text.params) from fault


_TEXTS: Select[Any] = (
    select(SmsMessage.id, Grievance.registration_number, SmsMessage.template, SmsMessage.language, SmsMessage.status)
    .add_columns(SmsMessage.body, SmsMessage.to, SmsMessage.tries, SmsMessage.failure, SmsMessage.queued_at)
    .add_columns(SmsMessage.ended_at, SmsMessage.expires_at, SmsMessage.grievance_id, SmsMessage.variables)
    .add_columns(SmsMessage.resend_reason, Grievance.is_identity_hidden, Person.name_en, Person.name_local)
    .outerjoin(Grievance, Grievance.id == SmsMessage.grievance_id)
    .outerjoin(Person, Person.id == SmsMessage.resent_by_id)
)


def _order(row: Any) -> Order:
    return Order(row.id, row.grievance_id, row.template, row.language, row.to, row.variables, row.tries)


def _in_words(session: Session, rows: Sequence[Any], codes_until: tuple[bytes, datetime] | None) -> list[TextRow]:
    """Return the rows with their words: those that still wait are put into words as they would be sent."""
    words = words_by_id(session, [Wordless(_order(row), row.registration_number or "") for row in rows if not row.body])
    if codes_until is not None:
        words |= _codes(session, rows, *codes_until)
    found: list[TextRow] = []
    for row in rows:
        audience, standing = audience_of(row.template), standing_of(row.status, row.ended_at)
        is_hidden = audience in (Audience.COMPLAINANT, Audience.ASKING) and row.is_identity_hidden
        found.append(
            TextRow(
                row.id,
                row.registration_number or "",
                row.template,
                audience,
                row.language,
                standing,
                words.get(row.id, row.body),
                "" if is_hidden else masked_mobile(row.to),
                row.tries,
                row.failure,
                row.queued_at,
                row.ended_at,
                may_be_resent(audience, standing),
                PersonName(row.name_en, row.name_local) if row.name_en else None,
                row.resend_reason,
            )
        )
    return found


def _codes(session: Session, rows: Sequence[Any], secret: bytes, now: datetime) -> dict[int, str]:
    """Return the words of the texts whose one-time code still holds, with the code."""
    orders = [
        _order(row)
        for row in rows
        if row.template is MessageKey.ASKING_CODE and row.expires_at is not None and row.expires_at > now
    ]
    if not orders:
        return {}
    facts = facts_for(session, orders, secret)
    found: dict[int, str] = {}
    for order in orders:
        try:
            found[order.id] = words_of(order, facts)
        except Unrendered:
            # The code itself is gone: what was kept of the text stays.
            continue
    return found
