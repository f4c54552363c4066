"""The texts of one case as its pages show them: to whom, in which words, and how far each has come."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, and_, bindparam, case, cast, func, select
from sqlalchemy.orm import Session, aliased

from swagat.domain.messages import VARIABLES, Audience, MessageKey, VariableKind, audience_of
from swagat.domain.phone import masked_mobile
from swagat.models import Grievance, Office, Person, SmsMessage
from swagat.services.history import PersonName
from swagat.services.telling import Order
from swagat.services.text_counts import NOT_ARRIVED, Standing, standing_of
from swagat.services.text_words import Wordless, names_of, words_by_id
from swagat.services.texting import MARKS, Texting, asked_of, fares, recipient_of, texting

# A case that had more was mostly reminded; the newest say where it stands.
MOST_TEXTS = 100
# Both go to a number of the complainant, so that neither may tell it where it is hidden.
_TO_THE_COMPLAINANT = frozenset({Audience.COMPLAINANT, Audience.ASKING})
_STAFF = "person:"


class Journey(NamedTuple):
    """How far a text has come and when; `handed_at` is when the provider took it."""

    standing: Standing
    written_at: datetime
    handed_at: datetime | None
    ended_at: datetime | None
    failure: str


class CaseText(NamedTuple):
    """One text of a case; `to` is masked, and empty where the complainant hides who they are.

    `resent_by` had it sent once more, for `reason`.
    """

    id: int
    template: MessageKey
    audience: Audience
    person: PersonName | None
    to: str
    language: str
    words: str
    journey: Journey
    resent_by: PersonName | None
    reason: str


def texts_of(
    session: Session, grievance: Grievance, now: datetime, for_citizen: bool = False
) -> tuple[list[CaseText], Texting]:
    """Return the texts of a case, newest first, for a citizen only their own, and how its complainant fares with them.

    That is one statement, and one more where no text was ever written. The number is masked in any case; it is left
    out for an office where the identity is hidden.
    """
    every = session.execute(_TEXTS, asked_of(grievance, now)).all()
    if every:
        own = recipient_of(grievance)
        newest = next((row for row in every if row.recipient == own), None)
        how = fares(grievance, every[0], newest)
    else:
        how = texting(session, grievance, now)
    shown = [row for row in every if not for_citizen or audience_of(row.template) is Audience.COMPLAINANT]
    return _in_words(session, grievance, shown, for_citizen), how


def _in_words(session: Session, grievance: Grievance, rows: Sequence[Any], for_citizen: bool) -> list[CaseText]:
    number = grievance.registration_number or ""
    wordless = [
        Wordless(Order(row.id, grievance.id, row.template, row.language, row.to, row.variables, row.tries), number)
        for row in rows
        if not row.body
    ]
    words = words_by_id(session, wordless, {row.office_id: row for row in rows if row.office_id})
    hides = grievance.is_identity_hidden and not for_citizen
    found: list[CaseText] = []
    for row in rows:
        audience = audience_of(row.template)
        found.append(
            CaseText(
                row.id,
                row.template,
                audience,
                PersonName(row.to_en, row.to_local) if row.to_en else None,
                "" if hides and audience in _TO_THE_COMPLAINANT else masked_mobile(row.to),
                row.language,
                row.body or words[row.id],
                Journey(
                    standing_of(row.status, row.ended_at),
                    row.queued_at,
                    row.tried_at if row.provider_id else None,
                    row.ended_at,
                    row.failure,
                ),
                PersonName(row.by_en, row.by_local) if row.by_en else None,
                row.resend_reason,
            )
        )
    return found


def newest_did_not_arrive(texts: Sequence[CaseText]) -> bool:
    """Return whether the newest text to the complainant has ended without being known to have arrived."""
    own = (text for text in texts if text.audience is Audience.COMPLAINANT)
    newest = next(own, None)
    return newest is not None and newest.journey.standing in NOT_ARRIVED


_to, _by, _named = aliased(Person), aliased(Person), aliased(Office)
# A text to staff names its reader in what makes it unique: person:12:+919800000001.
_digits = func.length(SmsMessage.recipient) - func.length(SmsMessage.to) - len(_STAFF) - 1
_reader = case(
    (
        SmsMessage.recipient.startswith(_STAFF),
        cast(func.substr(SmsMessage.recipient, len(_STAFF) + 1, _digits), BigInteger),
    )
)
# No text names more than one office; what has its words needs none.
_office_id = func.coalesce(
    *(SmsMessage.variables[name].as_integer() for name, kind in VARIABLES.items() if kind is VariableKind.OFFICE)
)
_TEXTS = (
    select(SmsMessage.id, SmsMessage.template, SmsMessage.to, SmsMessage.language, SmsMessage.body)
    .add_columns(SmsMessage.variables, SmsMessage.tries, SmsMessage.status, SmsMessage.failure)
    .add_columns(SmsMessage.queued_at, SmsMessage.tried_at, SmsMessage.ended_at, SmsMessage.provider_id)
    .add_columns(SmsMessage.recipient, *MARKS)
    .add_columns(SmsMessage.resend_reason, _to.name_en.label("to_en"), _to.name_local.label("to_local"))
    .add_columns(_by.name_en.label("by_en"), _by.name_local.label("by_local"))
    .add_columns(_named.id.label("office_id"), *names_of(_named))
    .outerjoin(_to, _to.id == _reader)
    .outerjoin(_by, _by.id == SmsMessage.resent_by_id)
    .outerjoin(_named, and_(SmsMessage.body == "", _named.id == _office_id))
    .where(SmsMessage.grievance_id == bindparam("grievance_id"))
    .order_by(SmsMessage.id.desc())
    .limit(MOST_TEXTS)
)
