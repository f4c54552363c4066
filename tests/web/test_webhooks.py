"""Delivery reports: only Twilio's are believed, and none that was acknowledged is lost."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from swagat import create_app
from swagat.database import db
from swagat.domain.messages import MessageKey as M
from swagat.domain.workflow import Status
from swagat.models import DeliveryStatus as S
from swagat.models import Grievance, SmsMessage, SmsReport
from swagat.web import webhooks
from tests.client import Client
from tests.conftest import settings_for
from tests.contract.accounts import PUBLIC
from tests.contract.twilio_stand_in import ACCOUNT, SERVICE, TOKEN, sign
from tests.services.case_to_tell import GRIEVANCE, KANTA, change, make_case, queue

FORM = {
    "AccountSid": ACCOUNT,
    "ApiVersion": "2010-04-01",
    "From": "+15005550006",
    "MessageSid": "SM1",
    "MessageStatus": "delivered",
    "SmsSid": "SM1",
    "SmsStatus": "delivered",
    "To": KANTA,
}
BY_SERVICE = FORM | {"MessagingServiceSid": SERVICE, "RawDlrDoneDate": "2611211112", "ErrorMessage": ""}
TWILIO = {"SMS_GATEWAY": "twilio", "TWILIO_AUTH_TOKEN": TOKEN, "PUBLIC_URL": PUBLIC}


@pytest.fixture
def text(app: Flask, monkeypatch: pytest.MonkeyPatch) -> int:
    """The id of a text that Twilio has."""
    for name, value in TWILIO.items():
        monkeypatch.setitem(app.config, name, value)
    make_case(Status.DISPOSED)
    queue(M.DISPOSED)
    change(status=S.SENT, provider_id="SM1")
    return told().id


def told() -> SmsMessage:
    """Return the text as the database has it; a reading that is open would take back what a request does."""
    db.session.commit()
    found = db.session.scalars(select(SmsMessage).execution_options(populate_existing=True)).one()
    db.session.commit()
    return found


def path(message_id: int) -> str:
    return f"/hooks/twilio/status/{message_id}"


def post(
    client: Any, message_id: int, form: dict[str, str], signature: str | None = None, query: str = "", **headers: str
) -> int:
    """Send a report as Twilio does, signed for the public address unless another signature is given."""
    at = path(message_id) + query
    signed = sign(PUBLIC + at, form) if signature is None else signature
    given = {"X-Twilio-Signature": signed} if signed else {}
    body, kind = urlencode(form), "application/x-www-form-urlencoded"
    answer = client.post(at, data=body, content_type=kind, headers=given | headers, csrf=False)
    return int(answer.status_code)


def reports() -> int:
    count = db.session.scalar(select(func.count()).select_from(SmsReport)) or 0
    db.session.commit()
    return count


@pytest.mark.parametrize("form", [FORM, BY_SERVICE])
def test_a_report_of_twilio_is_kept_and_moves_the_text(client: Client, text: int, form: dict[str, str]) -> None:
    assert post(client, text, form) == 204
    assert told().status is S.DELIVERED
    kept = db.session.scalars(select(SmsReport)).one()
    assert (kept.message_id, kept.provider_id, kept.status, kept.code) == (text, "SM1", "delivered", "")
    assert kept.raw == urlencode(form)
    assert db.session.get_one(Grievance, GRIEVANCE).reached_at is not None


def test_twilio_may_sign_the_fragment_that_tells_it_to_come_again(client: Client, text: int) -> None:
    assert post(client, text, FORM, sign(f"{PUBLIC}{path(text)}#rc=5&rp=all", FORM)) == 204


def test_the_signature_is_over_the_public_address_with_or_without_its_port(client: Client, text: int) -> None:
    assert post(client, text, FORM, sign(f"{PUBLIC}:443{path(text)}", FORM)) == 204


def test_a_query_is_part_of_what_is_signed(client: Client, text: int) -> None:
    assert post(client, text, FORM, query="?a=%41") == 204
    assert post(client, text, FORM, sign(PUBLIC + path(text), FORM), query="?a=1") == 403


@pytest.mark.parametrize(
    "seen", [{"Host": "swagat.example.in"}, {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "elsewhere.example"}]
)
def test_what_a_proxy_makes_of_the_address_does_not_matter(client: Client, text: int, seen: dict[str, str]) -> None:
    assert post(client, text, FORM, **seen) == 204


@pytest.mark.parametrize(
    ("address", "token"),
    [("http://localhost", TOKEN), (PUBLIC, "another"), (PUBLIC, ""), ("https://elsewhere.example", TOKEN)],
)
def test_a_forged_report_is_refused_and_has_no_effect(client: Client, text: int, address: str, token: str) -> None:
    assert post(client, text, FORM, sign(address + path(text), FORM, token)) == 403
    assert (told().status, reports()) == (S.SENT, 0)


@pytest.mark.parametrize("signature", ["", "x", "\u00e9", "A" * 28, "A" * 5000])
def test_a_signature_that_is_none_is_refused(client: Client, text: int, signature: str) -> None:
    assert post(client, text, FORM, signature) == 403
    assert reports() == 0


@pytest.mark.parametrize(
    "changed", [{"MessageStatus": "failed"}, {"To": "+919000000000"}, {"Extra": ""}, {"MessageSid": "SM2"}]
)
def test_a_report_that_was_changed_on_its_way_is_refused(client: Client, text: int, changed: dict[str, str]) -> None:
    assert post(client, text, FORM | changed, sign(PUBLIC + path(text), FORM)) == 403
    assert reports() == 0


def test_a_signature_of_another_text_does_not_fit_this_one(client: Client, text: int) -> None:
    assert post(client, text, FORM, sign(PUBLIC + path(text + 1), FORM)) == 403


def test_the_sender_does_not_choose_how_it_is_checked(client: Client, text: int) -> None:
    chosen = {"X-Twilio-Webhooks-Signature-Settings": "key=none,algorithm=HMAC_SHA256"}
    assert post(client, text, FORM, **chosen) == 204
    assert post(client, text, FORM, "AAAA", **chosen) == 403


@pytest.mark.parametrize("settings", [{"TWILIO_AUTH_TOKEN": ""}, {"SMS_GATEWAY": "console"}, {"PUBLIC_URL": ""}])
def test_without_an_account_nothing_is_believed(
    app: Flask, client: Client, text: int, monkeypatch: pytest.MonkeyPatch, settings: dict[str, str]
) -> None:
    for name, value in settings.items():
        monkeypatch.setitem(app.config, name, value)
    address = app.config["PUBLIC_URL"] + path(text)
    assert post(client, text, FORM, sign(address, FORM, app.config["TWILIO_AUTH_TOKEN"])) == 403
    assert reports() == 0


def test_a_report_for_a_text_that_nobody_knows_is_kept_and_acknowledged(client: Client, text: int) -> None:
    assert post(client, 9_999_999, FORM | {"MessageSid": "SM404"}) == 204
    assert (reports(), told().status) == (1, S.SENT)


def test_a_status_that_nobody_documented_is_kept_and_acknowledged(client: Client, text: int) -> None:
    assert post(client, text, FORM | {"MessageStatus": "teleported"}) == 204
    assert (reports(), told().status) == (1, S.SENT)


def test_a_report_that_comes_again_is_acknowledged_again(client: Client, text: int) -> None:
    assert [post(client, text, FORM) for _ in range(3)] == [204] * 3
    assert reports() == 1


def test_an_undelivered_text_says_why(client: Client, text: int) -> None:
    assert post(client, text, FORM | {"MessageStatus": "undelivered", "ErrorCode": "30003"}) == 204
    assert (told().status, told().failure) == (S.UNDELIVERED, "30003")


@pytest.mark.parametrize("missing", ["MessageSid", "MessageStatus"])
def test_a_signed_report_that_says_nothing_is_refused(client: Client, text: int, missing: str) -> None:
    form = {name: value for name, value in FORM.items() if name not in (missing, missing.replace("Message", "Sms"))}
    assert post(client, text, form) == 400
    assert reports() == 0


def test_a_report_that_cannot_be_kept_is_not_acknowledged(
    client: Client, text: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_given: object) -> bool:
        raise OperationalError("INSERT", {}, Exception("disk full"))

    with monkeypatch.context() as patch:
        patch.setattr(webhooks, "record_report", away)
        assert post(client, text, FORM) == 503
    assert reports() == 0
    assert post(client, text, FORM) == 204


def test_a_report_that_is_far_too_long_is_not_read(client: Client, text: int) -> None:
    assert post(client, text, FORM | {"Extra": "x" * 40_000}) == 413


def test_an_address_for_reports_shows_nothing(client: Client, text: int) -> None:
    assert client.get(path(text)).status_code == 405


def test_the_log_names_nobody(client: Client, text: int, caplog: pytest.LogCaptureFixture) -> None:
    post(client, text, FORM, "forged")
    post(client, text, FORM)
    assert f"delivery report for text {text} refused" in caplog.text
    assert not any(secret in caplog.text for secret in (KANTA, KANTA[3:], TOKEN, "forged"))


def test_as_many_reports_come_as_texts_were_sent_whatever_floods_are_slowed(tmp_path: Path) -> None:
    folder = f"sqlite:///{tmp_path}/none.db"
    app = create_app(settings_for(folder, tmp_path, flood_limit="2 per minute"))
    answers = [app.test_client().post(path(1)).status_code for _ in range(5)]
    assert answers == [403] * 5
    assert [app.test_client().get("/health/live").status_code for _ in range(3)] == [200, 200, 429]


@pytest.mark.concurrency
def test_many_reports_at_once_in_any_order_are_all_kept_and_every_text_ends_once(own_app: Flask) -> None:
    own_app.config.update(TWILIO)
    with own_app.app_context():
        make_case(Status.DISPOSED)
        for seq in range(2, 12):
            queue(M.DISPOSED, seq=seq)
        change(status=S.SENT)
        ids = [row.id for row in db.session.scalars(select(SmsMessage))]
        db.session.remove()
    said = ["sent", "delivered", "delivered", "queued", "undelivered"]
    work = [(id_, status) for status in said for id_ in ids]

    def tell(one: tuple[int, str]) -> int:
        id_, status = one
        form = FORM | {"MessageSid": f"SM{id_}", "MessageStatus": status}
        return post(own_app.test_client(), id_, form)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(tell, work))
    assert answers == [204] * len(work)
    with own_app.app_context():
        assert reports() == len(ids) * len(set(said))
        rows = db.session.scalars(select(SmsMessage)).all()
        assert {row.status for row in rows} <= {S.DELIVERED, S.UNDELIVERED}
        assert all(row.provider_id == f"SM{row.id}" and row.ended_at for row in rows)
        assert S.DELIVERED in {row.status for row in rows}
        assert db.session.get_one(Grievance, GRIEVANCE).reached_at is not None
