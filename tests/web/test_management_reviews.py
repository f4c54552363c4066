"""The pages of management reviews: what is looked at, what is decided, the signature, and what came of it."""

import re

import pytest
from flask import Flask

from swagat.domain.roles import Actor
from tests.builders import Cast, day, disposed, post_cast, sign_in
from tests.client import Client
from tests.services.planned_audits import VISIT, count, post_manager
from tests.web.conftest import Time

BEGIN = {"office": "MAM-3783", "first": "2026-07", "last": "2026-07", "held_on": "2026-08-05"}
MINUTES = "The head and both officers went through the figures of July."
BOARD = "A board with the days stands at the door from September on."


@pytest.fixture
def cast(app: Flask) -> Cast:
    return post_cast()


@pytest.fixture
def manager(cast: Cast) -> Actor:
    return post_manager()


@pytest.fixture
def browser(cast: Cast, client: Client, time: Time) -> Client:
    """The browser of the head of Dholka's office, in August."""
    time.now = day(VISIT)
    client.set_cookie("lang", "en")
    sign_in(client, cast.meena, day(VISIT))
    return client


def begun(browser: Client) -> str:
    address: str = browser.post("/management-reviews/new", data=BEGIN).location
    return address


def filled(page: str, cast: Cast, **more: str) -> dict[str, str]:
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version is not None
    decision = {"text": BOARD, "kind": "change", "owner": str(cast.bharat.person_id), "due_on": "2026-09-01"}
    return {"version": version[1], "minutes": MINUTES, "input_resources": "One officer is missing."} | decision | more


def test_a_review_from_its_beginning_to_what_came_of_it(cast: Cast, browser: Client, time: Time) -> None:
    disposed(cast, "kanta", 2)
    count()
    address = begun(browser)
    page = browser.get(address).text
    for words in (
        "9.3.2 c 7",
        "Answered in time",
        "100.0",
        "No internal audit has been reported",
        "nothing left to carry",
    ):
        assert words in page, words
    assert browser.post(address, data=filled(page, cast, decide="1")).status_code == 303
    page = browser.get(address).text
    assert f"<h3>{BOARD}</h3>" in page
    assert "One officer is missing." in page
    assert browser.post(address, data=filled(page, cast, text="", sign="1")).status_code == 303
    page = browser.get(address).text
    assert "Signed" in page
    assert "Not given" in page
    assert 'name="minutes"' not in page

    decision = re.search(r"/decisions/(\d+)/done", page)
    assert decision is not None
    sign_in(browser, cast.bharat, day(VISIT))
    assert BOARD in browser.get("/management-reviews").text
    done = f"{address}/decisions/{decision[1]}/done"
    answer = browser.post(done, data={"what": "short"})
    assert (answer.status_code, ">\nshort</textarea>" in answer.text) == (422, True)
    assert browser.post(done, data={"what": "The board stands since Monday."}).status_code == 303
    page = browser.get(address).text
    assert "Carried out" in page
    assert "The board stands since Monday." in page
    assert browser.post(done, data={"what": "The board stands since Monday."}).status_code == 303


def test_what_is_missing_is_said_and_what_was_typed_is_kept(cast: Cast, browser: Client) -> None:
    address = begun(browser)
    given = filled(browser.get(address).text, cast, decide="1", text="short", kind="", due_on="soon")
    answer = browser.post(address, data=given)
    assert answer.status_code == 422
    for field in ("text", "kind", "due_on"):
        assert f'href="#{field}"' in answer.text, field
    for words in (MINUTES, "One officer is missing.", ">\nshort</textarea>"):
        assert words in answer.text
    assert f'value="{cast.bharat.person_id}" selected' in answer.text


def test_minutes_without_a_decision_are_not_signed(cast: Cast, browser: Client) -> None:
    address = begun(browser)
    answer = browser.post(address, data=filled(browser.get(address).text, cast, text="", sign="1"))
    assert answer.status_code == 422
    assert "A review decides something" in answer.text
    assert MINUTES in answer.text


def test_kept_from_two_pages_the_second_is_told_and_still_has_its_words(cast: Cast, browser: Client) -> None:
    address = begun(browser)
    given = filled(browser.get(address).text, cast)
    assert browser.post(address, data=given).status_code == 303
    answer = browser.post(address, data=given | {"minutes": "What I typed in the other window."})
    assert answer.status_code == 409
    assert "What I typed in the other window." in answer.text


def test_the_quality_manager_prepares_and_is_offered_no_signature(cast: Cast, manager: Actor, browser: Client) -> None:
    sign_in(browser, manager, day(VISIT))
    address = begun(browser)
    page = browser.get(address).text
    assert 'name="sign"' not in page
    assert browser.post(address, data=filled(page, cast, sign="1")).status_code == 409


def test_a_decision_is_taken_out_again(cast: Cast, browser: Client) -> None:
    address = begun(browser)
    browser.post(address, data=filled(browser.get(address).text, cast, decide="1"))
    decision = re.search(r"(/decisions/\d+/drop)", browser.get(address).text)
    assert decision is not None
    assert browser.post(f"{address}{decision[1]}", data={}).status_code == 303
    assert f"<h3>{BOARD}</h3>" not in browser.get(address).text


@pytest.mark.parametrize(
    "wrong",
    [
        {"office": "MAM-0000"},
        {"office": "x" * 300},
        {"first": "July"},
        {"last": ""},
        {"last": "2026-08"},
        {"held_on": "soon"},
    ],
)
def test_a_review_that_cannot_begin_says_why_and_keeps_what_was_typed(browser: Client, wrong: dict[str, str]) -> None:
    answer = browser.post("/management-reviews/new", data=BEGIN | wrong)
    assert answer.status_code == 422
    for field, value in (BEGIN | wrong).items():
        assert re.search(rf'name="{field}"[^>]* value="{re.escape(value)}"', answer.text), field


def test_a_head_of_another_office_is_told_whose_it_is(browser: Client) -> None:
    answer = browser.post("/management-reviews/new", data=BEGIN | {"office": "TDO-3783"})
    assert answer.status_code == 403
    assert "A review is held by the head of the office" in answer.text
    assert "TDO-3783" in answer.text


def test_begun_a_second_time_it_leads_to_the_list(browser: Client) -> None:
    begun(browser)
    answer = browser.post("/management-reviews/new", data=BEGIN)
    assert (answer.status_code, answer.location) == (303, "/management-reviews")
    assert browser.get("/management-reviews").text.count("MR-2026-0") == 1


def test_a_form_whose_token_is_too_old_keeps_what_was_typed(cast: Cast, browser: Client) -> None:
    address = begun(browser)
    answer = browser.post(address, data=filled(browser.get(address).text, cast), csrf=False)
    assert (answer.status_code, MINUTES in answer.text) == (422, True)
    answer = browser.post("/management-reviews/new", data=BEGIN, csrf=False)
    assert (answer.status_code, "MAM-3783" in answer.text) == (422, True)
    assert browser.post(f"{address}/decisions/1/done", data={"what": "x"}, csrf=False).status_code == 422


def test_what_is_not_there_is_not_found(browser: Client) -> None:
    for path in ("/99", "/99999999999999999999"):
        assert browser.get(f"/management-reviews{path}").status_code == 404
    assert browser.post("/management-reviews/99", data={}).status_code == 404
    assert browser.post("/management-reviews/99/decisions/1/drop", data={}).status_code == 404


@pytest.mark.parametrize("path", ["", "/new", "/1"])
def test_nobody_reads_a_review_without_signing_in(client: Client, path: str) -> None:
    assert client.get(f"/management-reviews{path}").status_code == 303
