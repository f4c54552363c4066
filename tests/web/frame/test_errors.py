import pytest
from flask import Flask

from tests.client import Client

ENGLISH = {"Accept-Language": "en"}


@pytest.mark.parametrize(
    ("kind", "status", "said"),
    [
        ("invalid", 422, "Please correct the mobile number."),
        ("forbidden", 403, "Not yours."),
        ("missing", 404, "nothing here that you may see"),
        ("stale", 409, "Somebody acted on this case"),
        ("many", 429, "Wait."),
        ("413", 413, "at most 5 MB"),
        ("418", 418, "could not read"),
        ("away", 503, "nothing is lost"),
        ("broken", 500, "Something went wrong on our side"),
    ],
)
def test_every_no_is_a_page_in_plain_words(browser: Client, kind: str, status: int, said: str) -> None:
    page = browser.get(f"/raise/{kind}", headers=ENGLISH)
    assert page.status_code == status
    assert said in page.text
    assert "secret" not in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_who_tried_too_often_is_told_when_to_come_back(browser: Client) -> None:
    assert browser.get("/raise/many").headers["Retry-After"] == "17"
    assert int(browser.get("/raise/away").headers["Retry-After"]) > 0


def test_a_failure_has_a_mark_that_is_in_the_log_too(browser: Client, caplog: pytest.LogCaptureFixture) -> None:
    page = browser.get("/raise/broken", headers=ENGLISH)
    mark = page.text.split("give us this mark: ")[1].split("<")[0]
    assert any(mark in record.getMessage() for record in caplog.records)


def test_an_error_page_that_fails_itself_still_leaves_words(pages: Flask, browser: Client) -> None:
    del pages.jinja_env.globals["static_url"]
    page = browser.get("/raise/broken", headers=ENGLISH)
    assert page.status_code == 500
    assert "Something went wrong on our side" in page.text


def test_a_wrong_method_is_told_the_right_ones(browser: Client) -> None:
    page = browser.get("/act")
    assert page.status_code == 405
    assert "POST" in page.headers["Allow"]
