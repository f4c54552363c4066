"""Who holds a telephone sees which grievances were filed with its number: numbers and dates, and nothing else."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from swagat.database import db
from swagat.models import SmsMessage
from tests.builders import BEGAN, KANTAS_MOBILE, TEXT, Cast, file_case, post_cast, sign_in
from tests.client import Client
from tests.web.codes import newest_code, wrong_code
from tests.web.conftest import Time

Counting = Callable[[], AbstractContextManager[list[str]]]
NUMBER = "98765 43210"


@pytest.fixture(autouse=True)
def cast(app: Flask, time: Time) -> Cast:
    return post_cast()


@pytest.fixture
def kanta(client: Client) -> Client:
    client.get("/my?lang=en")
    return client


def prove(browser: Client, mobile: str = NUMBER) -> TestResponse:
    assert browser.post("/my", data={"mobile": mobile}).status_code == 200
    answer = browser.post("/my/code", data={"mobile": mobile, "code": newest_code()})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/my")
    return browser.get("/my")


def texts() -> list[SmsMessage]:
    return list(db.session.scalars(select(SmsMessage).where(SmsMessage.template == "asking_code")))


def plain(answer: TestResponse) -> str:
    """Return a page without what is different each time it is made."""
    return re.sub(r'name="csrf_token" value="[^"]*"', "", answer.text)


def test_numbers_and_dates_are_listed_newest_first_and_nothing_else(kanta: Client) -> None:
    first, second = file_case("one").number, file_case("two").number
    page = prove(kanta).text
    assert page.index(second) < page.index(first)
    for told in (TEXT, "Kanta", "Mamlatdar", "98765"):
        assert told not in page


def test_the_list_leads_to_the_door_that_asks_for_the_code_of_the_grievance(kanta: Client) -> None:
    number = file_case().number
    prove(kanta)
    page = kanta.get(f"/track?number={number}")
    assert f'value="{number}"' in page.text
    assert kanta.get("/track/case").status_code == 303


def test_grievances_of_others_of_shared_phones_and_of_hidden_people_are_not_listed(kanta: Client) -> None:
    mine = file_case("mine").number
    others = [
        file_case("other", mobile="+919800000001").number,
        file_case("shared", phone_is_shared=True).number,
        file_case("hidden", is_identity_hidden=True).number,
    ]
    page = prove(kanta).text
    assert mine in page
    assert not [number for number in others if number in page]


def test_the_answer_is_the_same_whether_the_number_is_known_and_no_text_goes_to_a_stranger(kanta: Client) -> None:
    file_case()
    known = kanta.post("/my", data={"mobile": NUMBER})
    assert [one.to for one in texts()] == [KANTAS_MOBILE]
    unknown = kanta.post("/my", data={"mobile": "98765 43219"})
    assert len(texts()) == 1
    assert plain(known) == plain(unknown).replace("43219", "43210")
    for mobile in (NUMBER, "98765 43219"):
        kanta.post("/my", data={"mobile": mobile})
        wrong = kanta.post("/my/code", data={"mobile": mobile, "code": wrong_code()})
        assert "Tries left: 4" in wrong.text


def test_a_wrong_code_opens_nothing_and_the_number_stays_in_the_form(kanta: Client) -> None:
    file_case()
    kanta.post("/my", data={"mobile": NUMBER})
    answer = kanta.post("/my/code", data={"mobile": NUMBER, "code": wrong_code()})
    assert answer.status_code == 422
    assert 'name="mobile" value="98765 43210"' in answer.text
    assert "Send me a code" in kanta.get("/my").text


@pytest.mark.parametrize(
    ("typed", "said"),
    [("", "Write your mobile number."), ("123", "has 10 digits"), ("022 2345 6789", "landline"), ("9" * 41, "at most")],
)
def test_a_number_that_is_none_is_explained_and_kept(kanta: Client, typed: str, said: str) -> None:
    answer = kanta.post("/my", data={"mobile": typed})
    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{typed}"' in answer.text


@pytest.mark.parametrize("broken", [{}, {"mobile": "12"}, {"mobile": NUMBER, "code": "1" * 50}, {"mobile": NUMBER}])
def test_a_code_without_its_number_or_of_endless_length_is_no_fault_of_ours(
    kanta: Client, broken: dict[str, str]
) -> None:
    assert kanta.post("/my/code", data=broken).status_code == 422


def test_the_list_closes_after_idle_minutes_and_at_the_button(kanta: Client, time: Time) -> None:
    number = file_case().number
    assert number in prove(kanta).text
    time.now = BEGAN + timedelta(minutes=10)
    assert number in kanta.get("/my").text
    time.now += timedelta(minutes=14)
    assert number in kanta.get("/my").text
    time.now += timedelta(minutes=16)
    assert number not in kanta.get("/my").text
    assert number in prove(kanta).text
    kanta.post("/my/finish")
    assert number not in kanta.get("/my").text


def test_the_cookie_holds_neither_number_nor_code(kanta: Client) -> None:
    file_case()
    kanta.post("/my", data={"mobile": NUMBER})
    code = newest_code()
    kanta.post("/my/code", data={"mobile": NUMBER, "code": code})
    with kanta.session_transaction() as held:
        assert not any(secret in str(dict(held)) for secret in (code, "98765", "43210"))


def test_staff_are_sent_to_their_own_pages(kanta: Client, cast: Cast) -> None:
    sign_in(kanta, cast.meena, BEGAN)
    assert kanta.get("/my").status_code == 403


def test_the_list_costs_one_statement_however_long_it_is(kanta: Client, count_statements: Counting) -> None:
    for step in range(5):
        file_case(str(step))
    prove(kanta)
    with count_statements() as sent:
        kanta.get("/my")
    assert len(sent) <= 1, sent


@pytest.mark.parametrize("codes_per_number", [1, 3])
def test_codes_per_number_are_how_often_one_is_sent_in_an_hour(
    app: Flask, kanta: Client, monkeypatch: pytest.MonkeyPatch, codes_per_number: int
) -> None:
    monkeypatch.setitem(app.config, "CODES_PER_NUMBER", codes_per_number)
    answers = [kanta.post("/my", data={"mobile": NUMBER}).status_code for _ in range(codes_per_number + 1)]
    assert answers == [200] * codes_per_number + [429]


@pytest.mark.parametrize("setting", ["CODES_PER_ADDRESS", "CODES_PER_DAY"])
def test_codes_per_address_and_per_day_hold_whatever_the_number(
    app: Flask, kanta: Client, monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    monkeypatch.setitem(app.config, setting, 2)
    answers = [kanta.post("/my", data={"mobile": f"98000 0000{step}"}) for step in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[2].headers["Retry-After"]) > 0
    assert "98000 00002" in answers[2].text
