import pytest

from tests.client import Client


def language(browser: Client, path: str = "/nowhere", **headers: str) -> str:
    return browser.get(path, headers=headers).text.split('<html lang="')[1][:2]


def test_a_language_asked_for_is_used_and_remembered(browser: Client) -> None:
    assert language(browser, "/nowhere?lang=hi") == "hi"
    assert language(browser) == "hi"
    assert language(browser, "/nowhere?lang=en") == "en"
    assert language(browser) == "en"


@pytest.mark.parametrize("asked", ["fr", "", "gu'--", "../gu"])
def test_a_language_we_do_not_have_changes_nothing(browser: Client, asked: str) -> None:
    page = browser.get("/nowhere", query_string={"lang": asked})
    assert 'lang="gu"' in page.text
    assert "lang=" not in page.headers.get("Set-Cookie", "")


@pytest.mark.parametrize(
    ("preferred", "used"),
    [("hi-IN,hi;q=0.9,en;q=0.8", "hi"), ("en-IN,en", "en"), ("fr-FR", "gu"), ("", "gu")],
)
def test_without_a_choice_the_browser_decides_and_then_the_installation(
    browser: Client, preferred: str, used: str
) -> None:
    assert language(browser, **{"Accept-Language": preferred}) == used


def test_a_cache_keeps_languages_apart(browser: Client) -> None:
    assert {"Accept-Language", "Cookie"} <= set(browser.get("/long").vary)
