"""Whom an event tells: one order in the outbox for each person, and the words of an order when it is sent."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from swagat.database import table_of
from swagat.domain.messages import (
    LANGUAGES,
    LONGEST_VALUE,
    NEWS_NAME,
    NUMBER,
    VARIABLES,
    Audience,
    MessageKey,
    Unrendered,
    VariableKind,
    audience_of,
    render,
    render_news,
    state_in_words,
    variables_of,
)
from swagat.domain.one_time_codes import DOTS, code_of
from swagat.domain.sms_length import plain
from swagat.models import DeliveryStatus, Grievance, Office, OneTimeCode, RegisteredTemplate, SmsMessage
from swagat.services.addressees import News, Staff, staff_for
from swagat.services.addressees import Telling as Telling
from swagat.services.bulk import Rows, insert_rows

CUT = "..."
# Marks an order to a phone that others read too: it says only that there is news.
ONLY_NEWS = "only_news"


class _Addressee(NamedTuple):
    recipient: str
    mobile: str
    language: str


_TABLE = table_of(SmsMessage)
_UNIQUE = ("cause", "recipient", "template")


def tell(session: Session, keys: Sequence[MessageKey], about: Telling, now: datetime) -> int:
    """Queue what these keys tell, inside the caller's transaction, and return how many orders are new.

    Raises Unrendered when a date that a text needs is missing or is none: such an order could never be sent.
    """
    return insert_rows(session, *orders(session, keys, about, now))


def orders(session: Session, keys: Sequence[MessageKey], about: Telling, now: datetime) -> Rows:
    """Return what `tell` queues as rows that are not written yet."""
    staff = staff_for(session, [(keys, about)], now)
    found = {(to.recipient, key): _order(key, to, about, now) for key in keys for to in _addressees(key, about, staff)}
    return Rows(_TABLE, list(found.values()), _UNIQUE)


def tell_last(session: Session, news: Sequence[News], now: datetime) -> int:
    """Do the same for many cases at once, each person being told only the last of what there is to tell of a case."""
    staff = staff_for(session, news, now)
    orders = {
        (about.grievance_id, to.recipient): _order(key, to, about, now)
        for keys, about in news
        for key in keys
        for to in _addressees(key, about, staff)
    }
    return insert_rows(session, _TABLE, list(orders.values()), _UNIQUE)


def _addressees(key: MessageKey, about: Telling, staff: Staff) -> list[_Addressee]:
    audience = audience_of(key)
    if audience is Audience.COMPLAINANT:
        mobile = about.complainant_mobile
        if not mobile:
            return []
        return [_Addressee(f"complainant:{about.complainant_id}:{mobile}", mobile, about.complainant_language)]
    return [
        _Addressee(f"person:{post.person_id}:{post.mobile}", post.mobile, post.language)
        for post in staff.found(audience, about)
        if post.mobile and post.person_id != about.accused_person_id
    ]


def _order(key: MessageKey, to: _Addressee, about: Telling, now: datetime) -> dict[str, Any]:
    variables = _variables(key, about)
    return order_row(about.cause, key, to.recipient, to.mobile, to.language, variables, now, about.grievance_id)


def order_row(
    cause: str,
    key: MessageKey,
    recipient: str,
    mobile: str,
    language: str,
    variables: Mapping[str, Any],
    now: datetime,
    grievance_id: int | None = None,
) -> dict[str, Any]:
    """Return the row of an order that waits to be sent, in the reader's language where there are texts in it."""
    return {
        "cause": cause,
        "recipient": recipient,
        "template": key,
        "grievance_id": grievance_id,
        "to": mobile,
        "language": language if language in LANGUAGES else LANGUAGES[0],
        "variables": variables,
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
    codes: Mapping[int, str] = field(default_factory=dict, repr=False)
    states: Mapping[int, int] = field(default_factory=dict)
    registered: Mapping[tuple[str, str], Mapping[int, str]] = field(default_factory=dict)

    def template_id(self, order: Order) -> str:
        """Return the id under which the text is registered in the state of its case, nothing where it is not.

        A text about no case goes out under the id of the first state that has one.
        """
        name = NEWS_NAME if order.variables.get(ONLY_NEWS) else order.template.value
        ids = self.registered.get((name, order.language), {})
        if order.grievance_id is None:
            return ids[min(ids)] if ids else ""
        return ids.get(self.states.get(order.grievance_id, 0), "")


def facts_for(session: Session, orders: Collection[Order], secret: bytes = b"") -> Facts:
    """Return what these orders speak of, in at most four statements; one-time codes only to who has the secret."""
    grievance_ids = {order.grievance_id for order in orders} - {None}
    office_ids = {
        value
        for order in orders
        for name, value in order.variables.items()
        if VARIABLES.get(name) is VariableKind.OFFICE
    }
    numbers: dict[int, str | None] = {}
    states: dict[int, int] = {}
    offices: dict[int, Any] = {}
    if grievance_ids:
        found = session.execute(
            select(Grievance.id, Grievance.registration_number, Grievance.state_id).where(
                Grievance.id.in_(grievance_ids)
            )
        ).all()
        numbers = {row.id: row.registration_number for row in found}
        states = {row.id: row.state_id for row in found}
    if office_ids:
        names = [getattr(Office, f"{kind}_{language}") for kind in ("name", "title") for language in LANGUAGES]
        named = session.execute(select(Office.id, *names).where(Office.id.in_(office_ids)))
        offices = {row.id: row for row in named}
    return Facts(numbers, offices, _codes(session, orders, secret), states, _registered(session, orders))


def _codes(session: Session, orders: Collection[Order], secret: bytes) -> dict[int, str]:
    ids = {order.variables["code"] for order in orders if "code" in order.variables}
    if not ids or not secret:
        return {}
    found = session.execute(select(OneTimeCode.id, OneTimeCode.nonce).where(OneTimeCode.id.in_(ids)))
    return {row.id: code_of(secret, row.nonce) for row in found}


def _registered(session: Session, orders: Collection[Order]) -> dict[tuple[str, str], dict[int, str]]:
    one = RegisteredTemplate
    names = {order.template.value for order in orders} | {NEWS_NAME}
    ids: dict[tuple[str, str], dict[int, str]] = {}
    for row in session.execute(select(one).where(one.template.in_(names))).scalars():
        ids.setdefault((row.template, row.language), {})[row.state_id] = row.template_id
    return ids


def kept_words_of(order: Order, facts: Facts) -> str:
    """Return the text as it may be kept and shown: a one-time code is dots."""
    return words_of(order, replace(facts, codes={order.variables["code"]: DOTS} if "code" in order.variables else {}))


def words_of(order: Order, facts: Facts) -> str:
    """Return the text of an order in its language, raising Unrendered when something it names is not there."""
    if order.language not in LANGUAGES:
        raise Unrendered(f"no texts in language {order.language!r}")
    number = facts.numbers.get(order.grievance_id or 0) or ""
    if order.variables.get(ONLY_NEWS):
        return render_news(order.language, number)
    values = {name: _value(name, value, order.language, facts) for name, value in order.variables.items()}
    if NUMBER in variables_of(order.template):
        values[NUMBER] = number
    return render(order.template, order.language, values)


def _value(name: str, value: Any, language: str, facts: Facts) -> str:
    match VARIABLES.get(name):
        case VariableKind.DATE:
            return day_in_words(value)
        case VariableKind.OFFICE:
            return _office_name(facts.offices.get(value), language)
        case VariableKind.COUNT:
            return str(value)
        case VariableKind.CODE:
            return facts.codes.get(value, "")
        case VariableKind.STATE:
            return state_in_words(value, language)
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
