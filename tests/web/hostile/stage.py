"""Seven visitors with everything that each of them can open, so that every route can be walked by each of them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any, TypeVar
from urllib.parse import quote

from flask import Flask
from sqlalchemy import Connection, func, select, update
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from swagat.database import db, transaction
from swagat.domain.messages import MessageKey
from swagat.domain.names import Name
from swagat.domain.objectives import Typed
from swagat.domain.workflow import Action
from swagat.models import (
    DayKind,
    DeliveryStatus,
    Document,
    Grievance,
    GrievanceEvent,
    Person,
    Posting,
    SmsMessage,
)
from swagat.services import catalogue, objectives, places, rule_changes
from swagat.services.rule_previews import DayChange
from tests.builders import (
    BEGAN,
    KANTA,
    TEXT,
    Cast,
    act,
    add_paper,
    assigned,
    dholka,
    disposed,
    file_case,
    gujarat,
    post_cast,
    proposed,
    reported,
    sign_in,
)
from tests.client import Client
from tests.services.checked_disposals import check_of, draw
from tests.web.hostile.forms import Form, forms_on, links_on
from tests.web.hostile.values import REACHING

Value = TypeVar("Value")

NOW = BEGAN + timedelta(minutes=5)
NAME, MOBILE = "Kanta Makwana", "9876543210"
# What lies elsewhere: filed about another taluka, so that nobody of the cast answers for it.
ELSEWHERE = "elsewhere"
# Who can do most on the routes that begin so; the first that fits.
FURTHEST = {
    "/desk/assign": "supervisor",
    "/desk": "officer",
    "/counter": "clerk",
    "/admin": "administrator",
    "/quality/checks": "checker",
    "/quality/objectives": "supervisor",
    "/posting": "supervisor",
    "/password": "supervisor",
    "/sign-out": "supervisor",
    "/file": "complainant, filed",
    "/track": "complainant, filed",
    "/acknowledgement": "complainant, filed",
    "/": "stranger",
}
# Where the forms are that each can send; what everybody can send is the stranger's.
WALKS: dict[str, tuple[str, ...]] = {
    "stranger": ("/",),
    "complainant": ("/file", "/track", "/acknowledgement"),
    "officer": ("/desk",),
    "supervisor": ("/desk", "/posting", "/password", "/quality/objectives"),
    "clerk": ("/counter",),
    "administrator": ("/admin",),
    "checker": ("/quality/checks",),
}
# Pages that lead to the pages of actions; those are too many to be tried one after the other.
LEADING_ON = frozenset({"case.show", "track.case", "counter_case.show"})
ACTIONS = frozenset({"case.act", "track.answer", "counter_case.act"})


@dataclass
class Visitor:
    """One browser, and the values that make an address one that it may open."""

    name: str
    client: Client
    known: dict[str, list[str]] = field(default_factory=dict)

    def addresses(self, rule: Rule, with_actions: bool = False) -> list[str]:
        """Return every address of a route that this visitor may know, of actions only if that is asked for."""
        found = [rule.rule]
        for part in sorted(rule.arguments - (set() if with_actions else {"action"})):
            marks = [f"<{part}>", f"<int:{part}>"]
            values = self.known.get(part) or ["1" if f"<int:{part}>" in rule.rule else "GJ-24-2026-000001"]
            found = [
                address.replace(marks[0], quote(value)).replace(marks[1], quote(value))
                for address in found
                for value in values
            ]
        return found


@dataclass
class Stage:
    """All visitors, and the numbers of the cases by the status they stand in."""

    app: Flask
    cast: Cast
    visitors: dict[str, Visitor]
    numbers: dict[str, str]
    code: str
    paper_id: int
    # Whether this is the database on which everything is tried; the other gets what reaches it.
    is_whole: bool = True

    def fed(self, values: Mapping[str, Value]) -> dict[str, Value]:
        """Return what to feed on this database: all of it on one, what only databases choke on on the other."""
        return {label: value for label, value in values.items() if self.is_whole or label in REACHING}

    def furthest(self, rule: Rule) -> Visitor:
        """Return who gets furthest on a route."""
        return self.visitors[next(name for start, name in FURTHEST.items() if rule.rule.startswith(start))]

    @cached_property
    def forms(self) -> list[tuple[Visitor, Form]]:
        """Return every form that the pages hold, each once, with a visitor whose page it is on."""
        found: dict[Any, tuple[Visitor, Form]] = {}
        for visitor in self.visitors.values():
            own = [rule for rule in routes(self.app, "GET") if rule.rule.startswith(WALKS[visitor.name])]
            waiting = [one for rule in own for one in visitor.addresses(rule) if "<" not in one]
            seen: set[str] = set()
            actions: set[str] = set()
            while waiting:
                address = waiting.pop()
                # The pages of actions are those that a page leads to.
                if address in seen or (endpoint := self.endpoint(address)) is None:
                    continue
                seen.add(address)
                page = visitor.client.get(address)
                if page.mimetype != "text/html":
                    continue
                if endpoint in LEADING_ON:
                    leading = [one for one in links_on(page.text) if self.endpoint(one) in ACTIONS]
                    # The page of an action asks for the same whatever the case.
                    waiting += [one for one in leading if one.rpartition("/")[2] not in actions]
                    actions.update(one.rpartition("/")[2] for one in leading)
                for form in forms_on(page.text, address):
                    found.setdefault(self._kind(form), (visitor, form))
        return [*found.values()]

    def endpoint(self, address: str, method: str = "GET") -> str | None:
        """Return the endpoint that answers at an address, None where there is none."""
        path = address.split("?")[0].split("#")[0]
        try:
            endpoint, _values = self.app.url_map.bind("localhost").match(path, method=method)
        except HTTPException:
            return None
        return str(endpoint)

    def _kind(self, form: Form) -> Any:
        path = form.action.split("?")[0]
        endpoint, given = self.app.url_map.bind("localhost").match(path, method=form.method.upper())
        return endpoint, given.get("action"), (*sorted({*form.fields, *form.files}), form.button)


def routes(app: Flask, method: str = "") -> list[Rule]:
    """Return every route of ours, or those that take a method; static files are not ours to walk."""
    every = sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)
    return [rule for rule in every if "static" not in rule.endpoint and (not method or method in (rule.methods or ()))]


def build(app: Flask, is_whole: bool = True) -> Stage:
    """Set everything up through services and pages."""
    cast = post_cast()
    first = file_case("first", name=NAME)
    numbers = {
        "filed": first.number,
        "assigned": assigned(cast, "assigned"),
        "reported": reported(cast, "reported"),
        "disposed": disposed(cast, "disposed"),
        "proposed": proposed(cast, "proposed"),
        "clarification": assigned(cast, "clarification"),
        ELSEWHERE: file_case(ELSEWHERE, category="REV-712", place_id=_other_taluka()).number,
        "from the counter": file_case("counter", clerk=cast.ramila).number,
    }
    act(cast.bharat, numbers["clarification"], Action.SEEK_CLARIFICATION)
    paper_id = add_paper(KANTA, numbers["filed"])
    visitors = {"stranger": Visitor("stranger", browser(app))}
    stage = Stage(app, cast, visitors, numbers, first.tracking_code, paper_id, is_whole)
    actions = [one.value for one in Action]
    desk_numbers = [value for name, value in numbers.items() if name not in (ELSEWHERE, "from the counter")]
    for name, actor in (("officer", cast.bharat), ("supervisor", cast.meena)):
        known = {"number": desk_numbers, "action": actions, "document_id": [str(paper_id)]}
        visitors[name] = Visitor(name, browser(app), known)
        sign_in(visitors[name].client, actor, NOW)
    visitors["supervisor"].known |= {"code": ["MAM-3783"], "objective_id": [str(_objective(cast))]}
    visitors["clerk"] = _clerk(stage, actions)
    visitors["administrator"] = Visitor("administrator", browser(app))
    sign_in(visitors["administrator"].client, cast.administrator, NOW)
    visitors["administrator"].known = {
        "person_id": [str(cast.bharat.person_id)],
        "posting_id": [str(cast.bharat.posting_id)],
        "day_id": [str(next(day.id for day in catalogue.state(gujarat()).calendars.days if day.is_estimate))],
        "change_id": [str(_change(cast))],
        "template": ["filed"],
        "message_id": [str(_text_that_failed())],
    }
    visitors["checker"] = _checker(stage)
    for status in ("filed", "clarification", "disposed", "proposed"):
        visitors[f"complainant, {status}"] = _complainant(stage, numbers[status], actions)
    return stage


def _checker(stage: Stage) -> Visitor:
    """Let the case that is disposed be drawn, and return who has to check it."""
    draw()
    client = browser(stage.app)
    sign_in(client, stage.cast.development_officer, NOW)
    return Visitor("checker", client, {"check_id": [str(check_of(stage.numbers["disposed"]).id)]})


def _change(cast: Cast) -> int:
    """Let a day of next year be declared, and return the id of that change."""
    day = DayChange(
        state_id=gujarat(), day=date(2027, 12, 15), kind=DayKind.HOLIDAY, name=Name("A new day"), source="Order 7"
    )
    return rule_changes.apply(cast.administrator, day, True, "Order 7 of the department of 2026.", NOW)


def _objective(cast: Cast) -> int:
    """Set an objective for next year, and return its id: its page has the form to change it."""
    wanted = Typed("on_time", "80", "percent", "2027-01", "2027-12", str(cast.bharat.person_id))
    return objectives.set_objective(cast.meena, "MAM-3783", wanted, NOW)


def _text_that_failed() -> int:
    """Let the newest text of a case fail, and return its id: its page has the form to send it again."""
    text_id = db.session.scalars(select(func.max(SmsMessage.id)).where(SmsMessage.template == MessageKey.FILED)).one()
    with transaction() as session:
        session.execute(
            update(SmsMessage)
            .where(SmsMessage.id == text_id)
            .values(status=DeliveryStatus.FAILED, failure="30003", ended_at=NOW)
        )
    return int(text_id or 0)


def browser(app: Flask) -> Client:
    """Return a new browser that reads English."""
    client: Client = app.test_client()  # type: ignore[assignment]
    client.set_cookie("lang", "en")
    return client


def filled_in() -> dict[str, str]:
    """Return what somebody types in the first step of a filing."""
    place = dholka()
    return {"text": TEXT, "category": "REV-712", "district": str(place.district_id), "taluka": str(place.id)}


def _complainant(stage: Stage, number: str, actions: list[str]) -> Visitor:
    client = browser(stage.app)
    if number == stage.numbers["filed"]:
        assert client.post("/track", data={"number": number, "code": stage.code}).status_code == 303
    with client.session_transaction() as held:
        held["track"] = [number, int(NOW.timestamp())]
        held["filed"] = {number: int(NOW.timestamp())}
    key = _drafted(client, "/file", filled_in())
    with client.session_transaction() as held:
        assert held["track"][0] == number
    known = {"number": [number], "key": [key], "action": actions, "document_id": [str(stage.paper_id)]}
    who = {"name": NAME, "mobile": MOBILE, "language": "gu"}
    assert client.post(f"/file/{key}/who", data=who).status_code == 303
    return Visitor("complainant", client, known)


def _clerk(stage: Stage, actions: list[str]) -> Visitor:
    client = browser(stage.app)
    sign_in(client, stage.cast.ramila, NOW)
    with client.session_transaction() as held:
        person = stage.cast.ramila.person_id
        held["counter_case"] = [stage.numbers["filed"], person, "slip", int(NOW.timestamp())]
    key = _drafted(client, "/counter/file", filled_in() | {"mode": "counter", "name": NAME, "language": "gu"})
    return Visitor("clerk", client, {"number": [stage.numbers["from the counter"]], "key": [key], "action": actions})


def _drafted(client: Client, address: str, typed: dict[str, str]) -> str:
    sent = client.post(address, data=typed)
    assert sent.status_code == 303, sent.text
    return sent.location.removeprefix(f"{address}/").split("/")[0]


def _other_taluka() -> int:
    other = next(one for one in places.districts(gujarat()) if one.name_en == "Surat")
    return places.talukas(other.id)[0].id


@contextmanager
def undone(client: Client) -> Iterator[None]:
    """Undo what a request does, in the database and in the browser's cookies."""
    connection: Any = db.engines[None]
    assert isinstance(connection, Connection)
    db.session.rollback()
    cookies = dict(client._cookies or {})
    savepoint = connection.begin_nested()
    try:
        yield
    finally:
        db.session.rollback()
        if savepoint.is_active:
            savepoint.rollback()
        client._cookies = cookies


def kept() -> tuple[int, ...]:
    """Return the sizes and versions of what a refused request must leave as it is."""
    return tuple(db.session.execute(COUNTS).one())


COUNTS = select(
    *(
        select(func.count()).select_from(one).scalar_subquery()
        for one in (Grievance, GrievanceEvent, Document, Person, Posting)
    ),
    select(func.sum(Grievance.version)).scalar_subquery(),
)
