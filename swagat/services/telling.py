"""Whom an event tells: one order in the outbox for each person, and the words of an order when it is sent."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import CursorResult, bindparam, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from swagat.database import is_sqlite, table_of
from swagat.domain.messages import (
    LANGUAGES,
    LONGEST_VALUE,
    NUMBER,
    VARIABLES,
    Audience,
    MessageKey,
    Unrendered,
    VariableKind,
    audience_of,
    render,
    render_news,
    variables_of,
)
from swagat.domain.roles import Role
from swagat.domain.sms_length import plain
from swagat.models import DeliveryStatus, Grievance, Office, Person, Posting, SmsMessage

HEADS = (Role.SUPERVISOR, Role.PRESIDING_OFFICER)
CUT = "..."
# Marks an order to a phone that others read too: it says only that there is news.
ONLY_NEWS = "only_news"


@dataclass(frozen=True, slots=True)
class Telling:
    """One register entry and whom it concerns, as it stands after the entry.

    `variables` holds ISO dates by the names in domain/messages.py; numbers and names of offices are not among
    them, since both are looked up when the text is sent. The accused person is never told.
    """

    cause: str
    grievance_id: int
    complainant_id: int
    complainant_mobile: str | None = field(repr=False)
    complainant_language: str
    phone_is_shared: bool
    officer_posting_id: int | None
    office_id: int
    answerable_office_id: int
    variables: Mapping[str, Any] = field(default_factory=dict)
    accused_person_id: int | None = None


class _Addressee(NamedTuple):
    recipient: str
    mobile: str
    language: str


class _Post(NamedTuple):
    """A posting held now by somebody who can be reached."""

    id: int
    office_id: int
    role: Role
    person_id: int
    mobile: str
    language: str


_STAFF = (
    select(Posting.id, Posting.office_id, Posting.role, Person.id, Person.mobile, Person.language)
    .join(Person, Person.id == Posting.person_id)
    .where(
        or_(
            Posting.id == bindparam("posting_id"),
            Posting.office_id.in_(bindparam("office_ids", expanding=True)) & Posting.role.in_(HEADS),
        ),
        Posting.begins_at <= bindparam("now"),
        or_(Posting.ends_at.is_(None), Posting.ends_at > bindparam("now")),
        Person.is_active,
        Person.mobile > "",
        Person.id != bindparam("accused_person_id"),
    )
)
_TABLE = table_of(SmsMessage)
_UNIQUE = ("cause", "recipient", "template")


def _queue(dialect: Any) -> Any:
    # Inline: nothing asks back for the ids, so that several orders are one executemany whose rows are counted.
    insert = dialect.insert(_TABLE).on_conflict_do_nothing(index_elements=_UNIQUE)
    return insert.inline().execution_options(preserve_rowcount=True)


_QUEUE = {True: _queue(sqlite), False: _queue(postgresql)}


def tell(session: Session, keys: Sequence[MessageKey], about: Telling, now: datetime) -> int:
    """Queue what these keys tell, inside the caller's transaction, and return how many orders are new.

    Raises Unrendered when a date that a text needs is missing or is none: such an order could never be sent.
    """
    staff = _staff(session, keys, about, now)
    orders = {(to.recipient, key): _order(key, to, about, now) for key in keys for to in _addressees(key, about, staff)}
    if not orders:
        return 0
    result = session.execute(_QUEUE[is_sqlite(session)], list(orders.values()))
    return cast("CursorResult[Any]", result).rowcount


def _staff(session: Session, keys: Sequence[MessageKey], about: Telling, now: datetime) -> list[_Post]:
    audiences = {audience_of(key) for key in keys} - {Audience.COMPLAINANT}
    if not audiences:
        return []
    found = session.execute(
        _STAFF,
        {
            "posting_id": about.officer_posting_id if Audience.OFFICER in audiences else None,
            "office_ids": list({_office_of(audience, about) for audience in audiences} - {None}),
            "accused_person_id": about.accused_person_id or 0,
            "now": now,
        },
    )
    return [_Post._make(row) for row in found]


def _office_of(audience: Audience, about: Telling) -> int | None:
    """Return the office whose heads an audience means; while no officer has the case, its office's heads."""
    if audience is Audience.ANSWERABLE:
        return about.answerable_office_id
    if audience is Audience.OFFICE or about.officer_posting_id is None:
        return about.office_id
    return None


def _addressees(key: MessageKey, about: Telling, staff: list[_Post]) -> list[_Addressee]:
    audience = audience_of(key)
    if audience is Audience.COMPLAINANT:
        mobile = about.complainant_mobile
        if not mobile:
            return []
        return [_Addressee(f"complainant:{about.complainant_id}:{mobile}", mobile, about.complainant_language)]
    office_id = _office_of(audience, about)
    return [
        _Addressee(f"person:{post.person_id}:{post.mobile}", post.mobile, post.language)
        for post in staff
        if (post.office_id == office_id and post.role in HEADS)
        or (office_id is None and post.id == about.officer_posting_id)
    ]


def _order(key: MessageKey, to: _Addressee, about: Telling, now: datetime) -> dict[str, Any]:
    return {
        "cause": about.cause,
        "recipient": to.recipient,
        "template": key,
        "grievance_id": about.grievance_id,
        "to": to.mobile,
        "language": to.language if to.language in LANGUAGES else LANGUAGES[0],
        "variables": _variables(key, about),
        "status": DeliveryStatus.QUEUED,
        "queued_at": now,
        "next_try_at": now,
    }


def _variables(key: MessageKey, about: Telling) -> dict[str, Any]:
    if about.phone_is_shared and audience_of(key) is Audience.COMPLAINANT:
        return {ONLY_NEWS: True}
    known = {**about.variables, "office": about.office_id, "answerable": about.answerable_office_id}
    wanted = variables_of(key) - {NUMBER}
    if missing := sorted(name for name in wanted if not known.get(name)):
        raise Unrendered(f"{key.value}: no value for {', '.join(missing)}")
    for name in wanted:
        if VARIABLES[name] is VariableKind.DATE:
            day_in_words(known[name])
    return {name: known[name] for name in sorted(wanted)}


@dataclass(frozen=True, slots=True)
class Order:
    """A row of the outbox on its way out; its representation names nobody."""

    id: int
    grievance_id: int | None
    template: MessageKey
    language: str
    to: str = field(repr=False)
    variables: Mapping[str, Any]
    tries: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What the words of some orders need from the database: registration numbers and names of offices, by id."""

    numbers: Mapping[int, str | None]
    offices: Mapping[int, Any]


def facts_for(session: Session, orders: Collection[Order]) -> Facts:
    """Return the registration numbers and offices that these orders speak of, in at most two statements."""
    grievance_ids = {order.grievance_id for order in orders} - {None}
    office_ids = {
        value
        for order in orders
        for name, value in order.variables.items()
        if VARIABLES.get(name) is VariableKind.OFFICE
    }
    numbers: dict[int, str | None] = {}
    offices: dict[int, Any] = {}
    if grievance_ids:
        found = session.execute(
            select(Grievance.id, Grievance.registration_number).where(Grievance.id.in_(grievance_ids))
        )
        numbers = {row.id: row.registration_number for row in found}
    if office_ids:
        names = [getattr(Office, f"{kind}_{language}") for kind in ("name", "title") for language in LANGUAGES]
        named = session.execute(select(Office.id, *names).where(Office.id.in_(office_ids)))
        offices = {row.id: row for row in named}
    return Facts(numbers, offices)


def words_of(order: Order, facts: Facts) -> str:
    """Return the text of an order in its language, raising Unrendered when something it names is not there."""
    if order.language not in LANGUAGES:
        raise Unrendered(f"no texts in language {order.language!r}")
    number = facts.numbers.get(order.grievance_id or 0) or ""
    if order.variables.get(ONLY_NEWS):
        return render_news(order.language, number)
    values = {name: _value(name, value, order.language, facts) for name, value in order.variables.items()}
    return render(order.template, order.language, values | {NUMBER: number})


def _value(name: str, value: Any, language: str, facts: Facts) -> str:
    match VARIABLES.get(name):
        case VariableKind.DATE:
            return day_in_words(value)
        case VariableKind.OFFICE:
            return _office_name(facts.offices.get(value), language)
        case _:
            raise Unrendered(f"unknown variable {name}")


def day_in_words(iso: str) -> str:
    """Return a day as texts write it, such as 4.12.2026, raising Unrendered when it is not an ISO date."""
    try:
        day = date.fromisoformat(iso)
    except (TypeError, ValueError) as error:
        raise Unrendered(f"not a date: {iso!r}") from error
    return f"{day.day}.{day.month}.{day.year}"


def _office_name(office: Any, language: str) -> str:
    """Return the office's name in a language, or its title where the registry's limit lets no such name through."""
    if office is None:
        return ""
    name, title = (
        plain(getattr(office, f"{kind}_{language}") or getattr(office, f"{kind}_en")) for kind in ("name", "title")
    )
    shown = name if len(name) <= LONGEST_VALUE or not title else title
    if len(shown) <= LONGEST_VALUE:
        return shown
    room = LONGEST_VALUE - len(CUT)
    end = shown.rfind(" ", 0, room + 1)
    return shown[: end if end > 0 else room].rstrip(" ,") + CUT
