"""Texts from outside: taken only where that is switched on, only from Twilio, each once, and never with a 5xx."""

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from config import Config
from swagat import create_app
from swagat.database import db
from swagat.domain.errors import Stale
from swagat.models import InboundSms, OptedOutNumber, SmsMessage
from swagat.web import webhooks
from tests.builders import KANTAS_MOBILE, assigned, post_cast
from tests.client import Client
from tests.conftest import settings_for
from tests.contract.accounts import PUBLIC
from tests.contract.twilio_stand_in import ACCOUNT, SERVICE, TOKEN, sign
from tests.web.hostile.answers import faults_of
from tests.web.hostile.test_bodies import BODIES
from tests.web.hostile.values import TEXTS

PATH = "/hooks/twilio/inbound"
FORM = {
    "AccountSid": ACCOUNT,
    "ApiVersion": "2010-04-01",
    "Body": "STOP",
    "From": KANTAS_MOBILE,
    "FromCountry": "IN",
    "MessageSid": "SM1",
    "NumMedia": "0",
    "NumSegments": "1",
    "SmsMessageSid": "SM1",
    "SmsSid": "SM1",
    "SmsStatus": "received",
    "To": "+15005550006",
}
BY_SERVICE = FORM | {"MessagingServiceSid": SERVICE, "OptOutType": "STOP"}
SETTINGS = {"SMS_GATEWAY": "twilio", "TWILIO_AUTH_TOKEN": TOKEN, "PUBLIC_URL": PUBLIC, "INBOUND_SMS": "on"}
ENCODED = "application/x-www-form-urlencoded"


@pytest.fixture
def twilio(app: Flask, client: Client, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Twilio, for an installation that takes texts."""
    for name, value in SETTINGS.items():
        monkeypatch.setitem(app.config, name, value)
    return client


def post(
    client: Any, form: dict[str, str], signature: str | None = None, query: str = "", **headers: str
) -> TestResponse:
    """Send a text as Twilio does, signed for the public address unless another signature is given."""
    at = PATH + query
    signed = sign(PUBLIC + at, form) if signature is None else signature
    given = {"X-Twilio-Signature": signed} if signed else {}
    answer: TestResponse = client.post(
        at, data=urlencode(form), content_type=ENCODED, headers=given | headers, csrf=False
    )
    return answer


def sent(client: Any, form: dict[str, str], *more: Any, **headers: str) -> int:
    return post(client, form, *more, **headers).status_code


def counted() -> tuple[int, int, int]:
    """Return how many texts were taken, how many numbers are stopped, and how many answers are queued."""
    found = tuple(
        db.session.scalar(select(func.count()).select_from(table)) or 0
        for table in (InboundSms, OptedOutNumber, SmsMessage)
    )
    db.session.commit()
    return found  # type: ignore[return-value]


# Whether anything is taken


def test_by_default_nothing_is_taken_by_text() -> None:
    assert Config().inbound_sms == "off"


@pytest.mark.parametrize("flipped", [{"INBOUND_SMS": "off"}, {"SMS_GATEWAY": "console"}])
def test_switched_off_or_without_twilio_there_is_nothing_here(
    app: Flask, twilio: Client, monkeypatch: pytest.MonkeyPatch, flipped: dict[str, str]
) -> None:
    for name, value in flipped.items():
        monkeypatch.setitem(app.config, name, value)
    assert sent(twilio, FORM) == 404
    assert counted() == (0, 0, 0)


def test_the_setting_of_the_environment_switches_it_on(tmp_path: Path) -> None:
    given = {
        "sms_gateway": "twilio",
        "twilio_account_sid": ACCOUNT,
        "twilio_auth_token": TOKEN,
        "twilio_from": "+15005550006",
        "public_url": PUBLIC,
        "flood_limit": "2 per minute",
    }
    answers = []
    for switch in ("off", "on"):
        app = create_app(settings_for(f"sqlite:///{tmp_path}/none.db", tmp_path, inbound_sms=switch, **given))
        # As many texts come as people send, whatever floods are slowed; each has to prove where it comes from.
        answers.append([app.test_client().post(PATH).status_code for _ in range(4)])
    assert answers == [[404] * 4, [403] * 4]


@pytest.mark.parametrize("form", [FORM, BY_SERVICE])
def test_a_text_is_taken_and_its_sender_obeyed(twilio: Client, form: dict[str, str]) -> None:
    answer = post(twilio, form)
    assert (answer.status_code, answer.data) == (204, b"")
    assert counted() == (1, 1, 0)
    row = db.session.scalars(select(InboundSms)).one()
    assert (row.provider_id, row.mobile, row.command) == ("SM1", KANTAS_MOBILE, "stop")


def test_a_status_is_answered_by_the_outbox_and_not_in_the_answer_to_twilio(twilio: Client) -> None:
    number = assigned(post_cast())
    before = counted()[2]
    answer = post(twilio, FORM | {"Body": f"STATUS {number}"})
    assert (answer.status_code, answer.data) == (204, b"")
    assert counted() == (1, 0, before + 1)
    newest = db.session.scalars(select(SmsMessage).order_by(SmsMessage.id.desc()).limit(1)).one()
    inbound_id = db.session.scalar(select(InboundSms.id))
    assert (newest.template, newest.cause) == ("asking_status", f"inbound:{inbound_id}")


def test_the_languages_of_the_installation_decide_how_who_never_filed_is_answered(
    app: Flask, twilio: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "LANGUAGES", ("hi", "gu", "en"))
    post(twilio, FORM | {"Body": "?"})
    assert db.session.scalar(select(SmsMessage.language)) == "hi"


# Who sent it


@pytest.mark.parametrize("signature", ["", "x", "\u00e9", "A" * 28, "A" * 5000])
def test_a_signature_that_is_none_is_refused(twilio: Client, signature: str) -> None:
    assert sent(twilio, FORM, signature) == 403
    assert counted() == (0, 0, 0)


@pytest.mark.parametrize(
    ("address", "token"),
    [("http://localhost", TOKEN), (PUBLIC, "another"), (PUBLIC, ""), ("https://elsewhere.example", TOKEN)],
)
def test_a_forged_text_is_refused_and_has_no_effect(twilio: Client, address: str, token: str) -> None:
    assert sent(twilio, FORM, sign(address + PATH, FORM, token)) == 403
    assert counted() == (0, 0, 0)


@pytest.mark.parametrize("changed", [{"Body": "START"}, {"From": "+919000000000"}, {"MessageSid": "SM2"}, {"X": ""}])
def test_a_text_that_was_changed_on_its_way_is_refused(twilio: Client, changed: dict[str, str]) -> None:
    assert sent(twilio, FORM | changed, sign(PUBLIC + PATH, FORM)) == 403
    assert counted() == (0, 0, 0)


def test_a_signature_of_a_delivery_report_does_not_fit_a_text(twilio: Client) -> None:
    assert sent(twilio, FORM, sign(f"{PUBLIC}/hooks/twilio/status/1", FORM)) == 403


@pytest.mark.parametrize(
    "seen", [{"Host": "swagat.example.in"}, {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "elsewhere.example"}]
)
def test_what_a_proxy_makes_of_the_address_does_not_matter(twilio: Client, seen: dict[str, str]) -> None:
    assert sent(twilio, FORM, **seen) == 204
    assert sent(twilio, FORM | {"MessageSid": "SM2"}, sign(f"{PUBLIC}:443{PATH}", FORM | {"MessageSid": "SM2"})) == 204


def test_a_query_is_part_of_what_is_signed(twilio: Client) -> None:
    assert post(twilio, FORM, query="?a=%41").status_code == 204
    assert post(twilio, FORM, sign(PUBLIC + PATH, FORM), query="?a=1").status_code == 403


def test_without_a_public_address_nothing_is_believed(
    app: Flask, twilio: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "PUBLIC_URL", "")
    assert sent(twilio, FORM, sign(PATH, FORM)) == 403


# Once, and never lost


def test_a_text_that_comes_again_is_acknowledged_alike_and_does_nothing_again(twilio: Client) -> None:
    form = FORM | {"Body": "hello"}
    answers = [post(twilio, form) for _ in range(3)]
    assert {(one.status_code, one.data) for one in answers} == {(204, b"")}
    assert counted() == (1, 0, 1)


@pytest.mark.parametrize("fault", [OperationalError("INSERT", {}, Exception("disk full")), Stale()])
def test_a_text_that_cannot_be_kept_is_not_acknowledged(
    twilio: Client, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    def away(*_given: object) -> bool:
        raise fault

    with monkeypatch.context() as patch:
        patch.setattr(webhooks, "take", away)
        answer = post(twilio, FORM)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert counted() == (0, 0, 0)
    assert sent(twilio, FORM) == 204
    assert counted() == (1, 1, 0)


def test_half_of_a_text_is_never_done(twilio: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_given: object) -> bool:
        raise OperationalError("INSERT", {}, Exception("disk full"))

    with monkeypatch.context() as patch:
        patch.setattr("swagat.services.opt_outs.insert_rows", away)
        assert sent(twilio, FORM) == 503
    assert counted() == (0, 0, 0)


# Hostile


def test_a_text_without_an_id_is_refused(twilio: Client) -> None:
    form = {name: value for name, value in FORM.items() if name not in ("MessageSid", "SmsSid")}
    assert sent(twilio, form) == 400
    assert counted() == (0, 0, 0)


def test_a_text_that_is_far_too_long_is_not_read(twilio: Client) -> None:
    assert sent(twilio, FORM | {"Body": "x" * 40_000}) == 413
    assert counted() == (0, 0, 0)


def test_the_longest_text_that_can_be_sent_is_taken(twilio: Client) -> None:
    assert sent(twilio, FORM | {"Body": "ક્ષ" * 533}) == 204


@pytest.mark.parametrize("field", ["Body", "From", "MessageSid"])
def test_no_signed_value_breaks_it(twilio: Client, field: str) -> None:
    faults = []
    for label, value in TEXTS.items():
        text = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
        # Only its length, or an id that is none, is a reason to refuse what Twilio signed.
        allowed = {413} if len(text) > 30_000 else {204, 400} if field == "MessageSid" else {204}
        status = sent(twilio, FORM | {"MessageSid": f"SM {label}"} | {field: text})
        faults += [] if status in allowed else [f"{label}: {status}"]
    assert not faults


@pytest.mark.parametrize("kind", BODIES)
def test_no_kind_of_body_breaks_it_whether_it_is_signed_or_not(twilio: Client, kind: str) -> None:
    twilio.set_cookie("lang", "en")
    faults = []
    for signature in ("x", sign(PUBLIC + PATH, {})):
        headers = {"X-Twilio-Signature": signature} | BODIES[kind].get("headers", {})
        answer = twilio.post(PATH, **(BODIES[kind] | {"headers": headers}), csrf=False)
        faults += faults_of(answer, PATH, "POST")
        assert 400 <= answer.status_code < 500
    assert not faults
    assert counted() == (0, 0, 0)


def test_an_address_for_texts_shows_nothing(twilio: Client) -> None:
    assert twilio.get(PATH).status_code == 405


def test_the_log_names_nobody(twilio: Client, caplog: pytest.LogCaptureFixture) -> None:
    form = FORM | {"Body": "Kanta asks about survey 9191"}
    with caplog.at_level("DEBUG"):
        post(twilio, form, "forged")
        post(twilio, form)
    assert "text from outside refused: not signed by the provider" in caplog.text
    assert not any(one in caplog.text for one in (KANTAS_MOBILE[3:], TOKEN, "forged", "Kanta", "9191", "SM1"))
