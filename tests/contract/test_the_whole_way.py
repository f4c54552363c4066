"""A grievance from filing to closing while Twilio carries the texts: each step is told in Gujarati, each arrives."""

import re
from urllib.parse import urlencode

import pytest
from flask import Flask

from swagat.database import db
from swagat.domain.case import Confirmation, Outcome
from swagat.domain.workflow import Action, Need, Status
from swagat.models import SmsMessage
from swagat.services.outbox import dispatch
from tests.builders import KANTA, KANTAS_MOBILE, RULES, SECRET, TEXT, Cast, act, case, day, dholka
from tests.builders import sign_in as let_in
from tests.client import Client
from tests.contract.accounts import PUBLIC, gateway_to, settings_to
from tests.contract.twilio_stand_in import StandIn, sign
from tests.web.codes import newest_code
from tests.web.conftest import Time, time

__all__ = ["time"]

GUJARATI = re.compile(r"[\u0a80-\u0aff]")
WHO = {"name": "કાંતાબેન પરમાર", "mobile": "98765 43210", "language": "gu"}


class Way:
    """Kanta's phone and Twilio, with the texts that have arrived on it, oldest first."""

    def __init__(self, app: Flask, stand_in: StandIn, time: Time) -> None:
        self.phone: Client = app.test_client()  # type: ignore[assignment]
        self.stand_in, self.time = stand_in, time
        self.arrived: list[str] = []

    def on(self, days: float) -> None:
        """Let it be so many days after the story began."""
        self.time.now = day(days)

    def carry(self) -> list[str]:
        """Let what is queued leave and arrive, as Twilio reports it; return what came to Kanta's number."""
        before = len(self.stand_in.taken)
        dispatch(self.time.now, gateway_to(self.stand_in), RULES, secret=SECRET)
        new = self.stand_in.taken[before:]
        callbacks = [form["StatusCallback"] for form in self.stand_in.forms[before:]]
        for taken, callback in zip(new, callbacks, strict=True):
            for status in ("sent", "delivered", "sent"):
                self._report(callback.split("#")[0].removeprefix(PUBLIC), taken["sid"], taken["to"], status)
        own = [taken["body"] for taken in new if taken["to"] == KANTAS_MOBILE]
        self.arrived += own
        return own

    def _report(self, path: str, sid: str, to: str, status: str) -> None:
        form = {"MessageSid": sid, "MessageStatus": status, "To": to}
        answer = self.phone.post(
            path,
            data=urlencode(form),
            content_type="application/x-www-form-urlencoded",
            headers={"X-Twilio-Signature": sign(PUBLIC + path, form)},
            csrf=False,
        )
        assert answer.status_code == 204


@pytest.fixture
def way(app: Flask, stand_in: StandIn, time: Time, monkeypatch: pytest.MonkeyPatch) -> Way:
    stand_in.clock = lambda: time.now
    for name, value in settings_to(stand_in).items():
        monkeypatch.setitem(app.config, name.upper(), value)
    monkeypatch.setitem(app.config, "ASKS_FOR_CODES", True)
    return Way(app, stand_in, time)


def file_on(way: Way) -> tuple[str, str]:
    """File on Kanta's phone with the code that comes by text, and return number and tracking code."""
    way.phone.get("/file?lang=gu")
    place = dholka()
    what = {"text": TEXT, "category": "REV-712", "district": str(place.district_id), "taluka": str(place.id)}
    typing = way.phone.post(way.phone.post("/file", data=what).headers["Location"], data=WHO).headers["Location"]
    (said,) = way.carry()
    assert newest_code() in said
    check = way.phone.post(typing, data={"code": newest_code()}).headers["Location"]
    page = way.phone.get(way.phone.post(check).headers["Location"]).text
    number, code = re.findall(r'class="big-number">([^<]+)<', page)[:2]
    return number, code


def test_every_step_is_told_in_gujarati_and_every_text_is_seen_to_arrive(cast: Cast, way: Way, client: Client) -> None:
    number, code = file_on(way)
    told: list[tuple[str, list[str]]] = [("filed", way.carry())]

    def step(name: str, days: float, *acts: tuple[object, Action, dict[str, object]]) -> None:
        way.on(days)
        for actor, action, asked in acts:
            act(actor, number, action, days, **asked)  # type: ignore[arg-type]
        told.append((name, way.carry()))

    expected = {"expected_on": day(12).date(), "texts": {Need.REMARK: "માપણી બાકી છે."}}
    step("assigned", 0.1, (cast.bharat, Action.ASSIGN, {"officer_posting_id": cast.bharat.posting_id}))
    step("clarification_sought", 0.2, (cast.bharat, Action.SEEK_CLARIFICATION, {}))
    step("nothing", 0.3, (KANTA, Action.CLARIFY, {}))
    step("interim_reply", 1, (cast.bharat, Action.INTERIM_REPLY, expected))
    step("action_reported", 2, (cast.bharat, Action.REPORT_ACTION, {}))
    step("disposed", 3, (cast.meena, Action.DISPOSE, {"outcome": Outcome.REDRESSED}))
    assert case(number).reached_at == day(3)
    step("reopened", 4, (KANTA, Action.REFUSE, {}))
    step("assigned", 5, (cast.bharat, Action.ASSIGN, {"officer_posting_id": cast.bharat.posting_id}))
    step("action_reported", 6, (cast.bharat, Action.REPORT_ACTION, {}))
    reason = {Need.REASON: "ફરી તપાસ કરી નામ સુધારી નવી નકલ અરજદારને રૂબરૂ આપી છે."}
    above = cast.additional_collector
    step("disposed", 7, (above, Action.DISPOSE, {"outcome": Outcome.REDRESSED, "texts": reason}))

    way.on(8)
    way.phone.post("/track", data={"number": number, "code": code})
    answer = {"version": str(case(number).version), "rating": "5"}
    way.phone.post("/track/case/confirm", data=answer | {"do": "code"})
    (said,) = way.carry()
    assert newest_code() in said
    assert way.phone.post("/track/case/confirm", data=answer | {"code": newest_code()}).status_code == 303
    told.append(("closed", way.carry()))
    assert (case(number).status, case(number).confirmation) == (Status.CLOSED, Confirmation.CONFIRMED)

    for name, texts in told:
        assert len(texts) == (name != "nothing"), name
        for text in texts:
            assert GUJARATI.search(text)
            assert number in text
            assert code.replace(" ", "") not in text.replace(" ", "")
    _every_journey_is_on_the_case(client, cast, way, number)


def _every_journey_is_on_the_case(client: Client, cast: Cast, way: Way, number: str) -> None:
    db.session.commit()
    rows = db.session.query(SmsMessage).filter_by(grievance_id=case(number).id, to=KANTAS_MOBILE).all()
    assert {row.status.value for row in rows} == {"delivered"}
    assert len(rows) == len(way.arrived) - 2  # the two codes are about a number, not about the case
    let_in(client, cast.meena, way.time.now)
    page = client.get(f"/desk/{number}?lang=en").text
    for row in rows:
        assert row.body in page
    assert page.count("Delivered:") == len(rows)
