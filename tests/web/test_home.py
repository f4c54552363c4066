"""The first page: what this is, two ways in, three figures that are true; and who runs it."""

from datetime import timedelta

import pytest
from flask import Flask

from swagat import clock
from swagat.domain.case import Outcome
from swagat.domain.workflow import Action, Need
from swagat.services import catalogue, figures
from swagat.services.figures import Figures
from tests.builders import BEGAN, KANTA, act, day, disposed, file_case, gujarat, post_cast
from tests.client import Client


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "SECONDS_KEPT", 0.0)
    monkeypatch.setattr(clock, "now", lambda: BEGAN)


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "File a grievance"), ("hi", 'lang="hi"'), ("gu", 'lang="gu"')],
)
def test_it_offers_to_file_and_to_track_in_every_language(client: Client, language: str, said: str) -> None:
    page = client.get(f"/?lang={language}").text
    assert said in page
    assert 'href="/file"' in page
    assert 'href="/track"' in page
    for line in catalogue.helplines(gujarat()):
        assert f'href="tel:{line.number}"' in page


def test_the_language_is_remembered_and_a_link_on_every_page(client: Client) -> None:
    client.get("/?lang=hi")
    for url in ("/", "/about", "/file", "/track"):
        page = client.get(url).text
        assert '<html lang="hi">' in page
        assert f'href="{url}?lang=gu"' in page


def test_an_empty_installation_says_so_and_shows_no_zero(client: Client) -> None:
    page = client.get("/?lang=en").text
    assert "Nothing received yet this month" in page
    assert "No answer confirmed yet this month" in page
    assert "Too few answers yet" in page


def test_the_figures_are_those_of_the_month(app: Flask, client: Client) -> None:
    cast = post_cast()
    file_case(key="in june", at=-1)
    solved = disposed(cast, key="solved")
    act(KANTA, solved, Action.CONFIRM, 1)
    disposed(cast, key="not answered yet")
    assert figures.this_month(day(2), gujarat()) == Figures(2, 1, None)
    assert figures.this_month(day(31), gujarat()) == Figures(None, None, None)


def test_the_median_counts_working_days_from_the_day_of_receipt(app: Flask) -> None:
    cast = post_cast()
    # The story begins on a Wednesday; Saturday 4 July is no second or fourth one, Sunday is closed.
    for key, taken in zip("abcde", (1, 2, 3, 5, 6), strict=True):
        number = file_case(key=key).number
        act(cast.bharat, number, Action.ASSIGN, officer_posting_id=cast.bharat.posting_id)
        act(cast.bharat, number, Action.REPORT_ACTION)
        text = {Need.REASON: f"રેકર્ડની તપાસ પછી {key} નો ઉતારો સુધારીને અરજદારને આપ્યો છે."}
        act(cast.meena, number, Action.DISPOSE, taken, texts=text, outcome=Outcome.REDRESSED)
    calendar = catalogue.calendar(gujarat())
    began = calendar.day_of(BEGAN)
    taken_days = sorted(calendar.working_days_between(began, calendar.day_of(day(taken))) for taken in (1, 2, 3, 5, 6))
    found = figures.this_month(day(7), gujarat())
    assert found.received == 5
    assert found.median_days == taken_days[2] == 3


def test_counting_again_is_spared_for_some_minutes(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "SECONDS_KEPT", 300.0)
    figures._kept.clear()
    assert figures.this_month(BEGAN, gujarat()).received is None
    file_case()
    assert figures.this_month(BEGAN, gujarat()).received is None
    # Another month is never answered with this one's figures.
    assert figures.this_month(BEGAN + timedelta(days=40), gujarat()).received is None
    assert figures.this_month(BEGAN, gujarat()).received == 1
    figures._kept.clear()


def test_who_runs_it_is_said_with_contact_privacy_accessibility_and_source(client: Client) -> None:
    page = client.get("/about?lang=en").text
    for anchor in ("contact", "accessibility", "privacy", "source"):
        assert f'id="{anchor}"' in page
        assert f'href="/about#{anchor}"' in page
    assert "48 hours" in page
