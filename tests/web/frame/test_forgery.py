import pytest
from flask import Flask

from tests.client import Client

OWN = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
TYPED = {"word": "road"}


def test_a_form_of_ours_is_taken(browser: Client) -> None:
    assert browser.post("/act", data=TYPED, headers=OWN).status_code == 200


@pytest.mark.parametrize("token", [{}, {"csrf_token": "made-up"}])
def test_a_post_without_our_token_is_refused(browser: Client, token: dict[str, str]) -> None:
    assert browser.post("/act", data=TYPED | token, csrf=False).status_code == 400


def test_a_token_of_another_browser_is_refused(pages: Flask, browser: Client) -> None:
    browser.get("/plain/1")
    foreign = pages.test_client().csrf_token()  # type: ignore[attr-defined]
    browser.csrf_token()
    assert browser.post("/act", data=TYPED | {"csrf_token": foreign}, csrf=False).status_code == 400


def test_an_old_token_shows_the_form_again_with_what_was_typed(browser: Client) -> None:
    page = browser.post("/keep", data=TYPED, csrf=False)
    assert page.status_code == 422
    assert "again: road" in page.text
    assert "done" in browser.post("/keep", data=TYPED).text


def test_a_view_that_acts_without_asking_for_the_token_is_found_out(browser: Client) -> None:
    assert browser.post("/careless", data=TYPED, csrf=False).status_code == 500
    assert browser.post("/careless", data=TYPED).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost.evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_form_from_another_site_is_refused_even_with_our_token(browser: Client, headers: dict[str, str]) -> None:
    assert browser.post("/act", data=TYPED, headers=headers).status_code == 403
    assert browser.post("/keep", data=TYPED, headers=headers).status_code == 403


def test_a_machine_that_is_checked_otherwise_needs_no_token(browser: Client) -> None:
    foreign = {"Origin": "https://gateway.example"}
    assert browser.post("/machine", data=TYPED, csrf=False, headers=foreign).status_code == 200


def test_reading_needs_no_token(browser: Client) -> None:
    assert browser.get("/plain/1", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200
