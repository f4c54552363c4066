"""Where a code is asked for, only the telephone that gets it lets anybody file or confirm with its number."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from config import Config
from swagat.database import db
from swagat.domain.case import Confirmation
from swagat.domain.roles import Proof
from swagat.domain.workflow import Action, Status
from swagat.models import Burst, BurstKind, Complainant, Feedback, FilingDraft, FilingMode, Grievance, SmsMessage
from tests.builders import BEGAN, KANTA, KANTAS_MOBILE, TEXT, Cast, act, case, day, dholka, disposed, post_cast
from tests.client import Client
from tests.conftest import SECRET
from tests.web.codes import newest_code, wrong_code
from tests.web.conftest import Time

WHO = {"name": "Kanta Makwana", "mobile": "98765 43210", "language": "gu"}


@pytest.fixture(autouse=True)
def asking(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "ASKS_FOR_CODES", True)


@pytest.fixture
def kanta(client: Client, time: Time) -> Client:
    """Kanta's phone, with the first page open in English."""
    client.get("/file?lang=en")
    return client


def to_code(browser: Client, **changes: str) -> str:
    """Go as far as the page where the code is typed, and return its address."""
    place = dholka()
    what = {"text": TEXT, "category": "REV-712", "district": str(place.district_id), "taluka": str(place.id)}
    answer = browser.post("/file", data=what)
    answer = browser.post(answer.headers["Location"], data=WHO | changes)
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("/code")
    address: str = answer.headers["Location"]
    return address


def texts() -> list[SmsMessage]:
    return list(db.session.scalars(select(SmsMessage).order_by(SmsMessage.id)))


def filed() -> int:
    return db.session.scalar(select(func.count()).select_from(Grievance)) or 0


# Filing


def test_the_code_from_the_text_lets_the_filing_go_on_and_the_number_counts_as_proved(kanta: Client) -> None:
    address = to_code(kanta)
    page = kanta.get(address)
    assert "+91 98765 43210" in page.text
    assert 'autocomplete="one-time-code"' in page.text
    answer = kanta.post(address, data={"code": newest_code()})
    check = answer.headers["Location"]
    assert check.endswith("/check")
    kanta.post(check)
    person = db.session.scalars(select(Complainant)).one()
    assert (person.mobile, person.mobile_proved_at) == (KANTAS_MOBILE, BEGAN)


def test_without_the_code_nothing_can_be_sent(kanta: Client) -> None:
    address = to_code(kanta)
    check = address.replace("/code", "/check")
    for answer in (kanta.get(check), kanta.post(check)):
        assert (answer.status_code, answer.headers["Location"]) == (303, address)
    assert filed() == 0


def test_a_wrong_code_says_how_many_tries_are_left_and_keeps_what_was_typed(kanta: Client) -> None:
    address = to_code(kanta)
    answer = kanta.post(address, data={"code": wrong_code()})
    assert answer.status_code == 422
    assert "Tries left: 4" in answer.text
    assert f'value="{wrong_code()}"' in answer.text
    assert filed() == 0


def test_looking_at_the_page_sends_no_text_and_pressing_for_a_new_one_sends_one(kanta: Client) -> None:
    address = to_code(kanta)
    for _ in range(3):
        kanta.get(address)
    assert len(texts()) == 1
    first = newest_code()
    assert kanta.post(address, data={"do": "again"}).headers["Location"] == address
    assert len(texts()) == 2
    assert "Only the newest one counts" in kanta.get(address).text
    if newest_code() != first:
        assert kanta.post(address, data={"code": first}).status_code == 422
    assert kanta.post(address, data={"code": newest_code()}).status_code == 303


def test_who_gets_no_code_files_without_a_number_and_is_told_what_that_means(kanta: Client) -> None:
    address = to_code(kanta, phone_is_shared="y")
    answer = kanta.post(address, data={"do": "without"})
    check = answer.headers["Location"]
    assert "none: no texts come" in kanta.get(check).text
    sent = kanta.get(kanta.post(check).headers["Location"])
    assert "Without a mobile number no texts come" in sent.text
    person = db.session.scalars(select(Complainant)).one()
    assert (person.mobile, person.phone_is_shared) == (None, False)
    assert [one.template.value for one in texts()] == ["asking_code"]


def test_a_number_that_is_changed_after_the_code_needs_a_code_of_its_own(kanta: Client) -> None:
    address = to_code(kanta)
    kanta.post(address, data={"code": newest_code()})
    who = address.replace("/code", "/who")
    assert kanta.post(who, data=WHO | {"mobile": "98000 00001"}).headers["Location"] == address
    assert [one.to for one in texts()] == [KANTAS_MOBILE, "+919800000001"]
    # And back: the first number's code had come back already.
    assert kanta.post(who, data=WHO).headers["Location"].endswith("/check")
    assert len(texts()) == 2


def test_a_limit_keeps_what_was_written_and_says_from_when_on(
    app: Flask, kanta: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "CODES_PER_NUMBER", 1)
    address = to_code(kanta)
    answer = kanta.post(address, data={"do": "again"})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert "What you wrote is kept" in answer.text
    assert kanta.post(address, data={"code": newest_code()}).status_code == 303


def test_no_code_stands_in_a_draft_a_cookie_or_an_address(kanta: Client) -> None:
    address = to_code(kanta)
    code = newest_code()
    kanta.post(address, data={"code": code})
    kept = db.session.scalars(select(FilingDraft.answers)).one()
    with kanta.session_transaction() as held:
        cookie = dict(held)
    assert code not in str(kept) + str(cookie) + address
    assert "98765" not in str(cookie)


def test_another_browser_cannot_use_the_page(app: Flask, kanta: Client) -> None:
    address = to_code(kanta)
    stranger: Client = app.test_client()  # type: ignore[assignment]
    assert stranger.post(address, data={"code": newest_code()}).status_code == 404


# Confirming


def opened(app: Flask, number: str) -> Client:
    client: Client = app.test_client()  # type: ignore[assignment]
    client.get("/track?lang=en")
    with client.session_transaction() as held:
        held["track"] = [number, int(day(3).timestamp())]
    return client


@pytest.fixture
def cast(app: Flask, time: Time) -> Cast:
    time.now = day(3)
    return post_cast()


def confirm(client: Client, number: str, **more: str) -> Any:
    typed = {"version": str(case(number).version), "rating": "4", "remark": "આભાર"}
    return client.post("/track/case/confirm", data=typed | more)


def test_confirming_needs_the_code_and_keeps_what_was_typed_until_it_came(app: Flask, cast: Cast) -> None:
    number = disposed(cast)
    client = opened(app, number)
    page = client.get("/track/case/confirm").text
    assert "XXXXXXX210" in page
    assert "98765" not in page
    answer = confirm(client, number)
    assert answer.status_code == 422
    assert "Ask for the code" in answer.text
    page = confirm(client, number, do="code")
    assert page.status_code == 200
    assert "આભાર" in page.text
    assert re.search(r'value="4" checked', page.text)
    assert confirm(client, number, code=wrong_code()).status_code == 422
    assert case(number).status is Status.DISPOSED
    assert confirm(client, number, code=newest_code()).status_code == 303
    assert (case(number).status, case(number).confirmation) == (Status.CLOSED, Confirmation.CONFIRMED)
    assert db.session.scalars(select(Feedback.proof)).one() is Proof.OWN_CODE


def test_a_code_is_spent_only_when_the_answer_is_recorded(app: Flask, cast: Cast) -> None:
    number = disposed(cast)
    client = opened(app, number)
    confirm(client, number, do="code")
    code = newest_code()
    stale = client.post("/track/case/confirm", data={"version": "1", "rating": "4", "code": code})
    assert stale.status_code == 409
    assert confirm(client, number, code=code).status_code == 303


def test_refusing_needs_no_code(app: Flask, cast: Cast) -> None:
    number = disposed(cast)
    client = opened(app, number)
    page = client.get("/track/case/refuse").text
    assert "one-time-code" not in page
    sent = {"version": str(case(number).version), "remark": "હજુ નામ ખોટું જ છે."}
    assert client.post("/track/case/refuse", data=sent).status_code == 303


@pytest.mark.parametrize("facts", [{"mobile": None}, {"phone_is_shared": True}])
def test_who_has_no_telephone_of_their_own_confirms_with_the_tracking_code(
    app: Flask, cast: Cast, facts: dict[str, Any]
) -> None:
    number = disposed(cast, **facts)
    client = opened(app, number)
    assert "one-time-code" not in client.get("/track/case/confirm").text
    assert confirm(client, number).status_code == 303


@pytest.mark.parametrize(
    ("with_code", "confirmation"), [(True, Confirmation.CONFIRMED), (False, Confirmation.ASSISTED)]
)
def test_what_a_counter_filed_is_confirmed_with_a_code_and_assisted_without(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch, with_code: bool, confirmation: Confirmation
) -> None:
    monkeypatch.setitem(app.config, "ASKS_FOR_CODES", False)
    number = disposed(cast, clerk=cast.ramila, mode=FilingMode.COUNTER)
    client = opened(app, number)
    assert "as given with help" in client.get("/track/case/confirm").text
    if with_code:
        confirm(client, number, do="code")
    confirm(client, number, **({"code": newest_code()} if with_code else {}))
    assert case(number).confirmation is confirmation


def test_what_a_counter_filed_is_withdrawn_only_with_a_code(app: Flask, cast: Cast) -> None:
    number = disposed(cast, clerk=cast.ramila, mode=FilingMode.COUNTER)
    act(KANTA, number, Action.REFUSE, 3)
    client = opened(app, number)
    sent = {"version": str(case(number).version), "remark": "કામ થઈ ગયું."}
    assert client.post("/track/case/withdraw", data=sent).status_code == 422
    client.post("/track/case/withdraw", data=sent | {"do": "code"})
    assert client.post("/track/case/withdraw", data=sent | {"code": newest_code()}).status_code == 303
    assert case(number).status is Status.DISPOSED


def test_confirmations_from_one_telephone_are_counted_together(app: Flask, cast: Cast) -> None:
    numbers = [disposed(cast, f"case {step}", phone_is_shared=True) for step in range(3)]
    client = opened(app, numbers[0])
    client.get("/my")
    with client.session_transaction() as held:
        held["browser"] = "one browser"
    for number in numbers:
        with client.session_transaction() as held:
            held["track"] = [number, int(day(3).timestamp())]
        assert confirm(client, number).status_code == 303
    counted = db.session.scalars(select(Burst.count).where(Burst.kind == BurstKind.CONFIRMATIONS)).all()
    assert counted == [3, 3]


def test_burst_size_is_how_many_in_an_hour_are_kept(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from swagat.jobs.schedule import JOBS

    confirm(opened(app, number := disposed(cast, phone_is_shared=True)), number)
    for size, kept in ((1, 1), (2, 0)):
        monkeypatch.setitem(app.config, "BURST_SIZE", size)
        JOBS["housekeeping"].run(day(3) + timedelta(hours=2))
        assert (db.session.scalar(select(func.count()).select_from(Burst)) or 0) == kept


# The setting


@pytest.mark.parametrize(
    ("verify_mobile", "sms_gateway", "asks"),
    [
        ("auto", "console", False),
        ("auto", "twilio", True),
        ("on", "console", True),
        ("off", "twilio", False),
    ],
)
def test_verify_mobile_says_where_codes_are_asked_for(verify_mobile: str, sms_gateway: str, asks: bool) -> None:
    config = Config(swagat_env="test", secret_key=SECRET, verify_mobile=verify_mobile, sms_gateway=sms_gateway)
    assert config.for_flask()["ASKS_FOR_CODES"] is asks


@pytest.mark.usefixtures("cast")
def test_where_no_codes_are_asked_for_the_way_is_as_short_as_before(
    app: Flask, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "ASKS_FOR_CODES", False)
    client.get("/file?lang=en")
    place = dholka()
    what = {"text": TEXT, "category": "REV-712", "district": str(place.district_id), "taluka": str(place.id)}
    answer = client.post(client.post("/file", data=what).headers["Location"], data=WHO)
    assert answer.headers["Location"].endswith("/check")
    assert texts() == []
