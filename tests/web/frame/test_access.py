from dataclasses import replace

import pytest
from flask import Flask

from swagat.domain.roles import Actor, Role
from swagat.web import access
from swagat.web.access import UndeclaredAccess, requires
from tests.client import Client


def test_a_view_that_does_not_say_who_may_open_it_stops_the_start(pages: Flask) -> None:
    access.check_every_view(pages)
    pages.add_url_rule("/silent", "silent", lambda: "")
    with pytest.raises(UndeclaredAccess, match="silent"):
        access.check_every_view(pages)


def test_a_view_added_after_the_start_is_closed_too(pages: Flask, browser: Client) -> None:
    pages.add_url_rule("/silent", "silent", lambda: "open")
    assert browser.get("/silent").status_code == 500


def test_roles_cannot_be_forgotten() -> None:
    with pytest.raises(UndeclaredAccess):
        requires()


@pytest.mark.parametrize("path", ["/mine", "/office"])
def test_a_stranger_does_not_get_in(browser: Client, path: str) -> None:
    assert browser.get(path).status_code in (303, 401)


def test_a_form_of_somebody_signed_out_is_answered_with_a_way_back(browser: Client) -> None:
    page = browser.post("/office", headers={"Accept-Language": "en"})
    assert page.status_code == 401
    assert "what you typed is kept" in page.text


def test_only_the_declared_roles_open_a_page(pages: Flask, browser: Client, officer: Actor) -> None:
    opened = set()
    for role in Role:
        pages.config["ACTOR"] = replace(officer, role=role)
        assert browser.get("/mine").status_code == 200
        if browser.get("/office").status_code == 200:
            opened.add(role)
    assert opened == {Role.OFFICER, Role.SUPERVISOR}


def test_pages_behind_a_sign_in_and_secrets_stay_in_no_cache(pages: Flask, browser: Client, officer: Actor) -> None:
    pages.config["ACTOR"] = officer
    for path in ("/mine", "/office", "/secret"):
        assert browser.get(path).headers["Cache-Control"] == "no-store"
    assert browser.get("/plain/1").headers["Cache-Control"] == "private, no-cache"
