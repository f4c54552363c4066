"""Days of work and time limits in the administrator's browser: looked at first, then made, then followed."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict

from swagat import clock
from swagat.database import db
from swagat.domain.policies import Channel
from swagat.models import CalendarDay, PolicyVersion, RuleChange
from swagat.services import catalogue, redating, rule_changes
from tests.builders import BEGAN, RULES, Cast, case, file_case, gujarat, office, post_cast, sign_in
from tests.client import Client

Counting = Callable[[], AbstractContextManager[list[str]]]
REASON = "Order 7 of the General Administration Department."
PAGES = [
    "/admin/calendar",
    "/admin/calendar/new",
    "/admin/calendar/1/remove",
    "/admin/calendar/1/confirm",
    "/admin/limits",
    "/admin/limits/new",
    "/admin/changes",
    "/admin/changes/1",
]


@pytest.fixture
def cast(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cast]:
    monkeypatch.setattr(clock, "now", lambda: BEGAN)
    catalogue.clear()
    yield post_cast()
    catalogue.clear()


@pytest.fixture
def umesh(client: Client, cast: Cast) -> Client:
    """The browser of the administrator, in English."""
    sign_in(client, cast.administrator, BEGAN)
    client.get("/admin?lang=en")
    return client


def said(text: str) -> list[str]:
    """Return the mistakes that a page names beside its fields."""
    return re.findall(r'class="error"[^>]*><span class="unseen">[^<]*</span> ([^<]*)</p>', text)


def kept(text: str) -> dict[str, str]:
    """Return what a page carries along hidden, as the browser sends it again."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', text)
    return {name: value for name, value in found if name != "csrf_token"}


def figures(text: str) -> list[str]:
    return re.findall(r'<span class="value">([^<]*)</span>', text)


def count(table: Any) -> int:
    db.session.commit()
    found = db.session.scalar(select(func.count()).select_from(table)) or 0
    db.session.commit()
    return found


def a_day(on: date, **more: str) -> dict[str, str]:
    typed = {
        "day": f"{on:%d-%m-%Y}",
        "kind": "holiday",
        "name": "A new holiday",
        "name_gu": "નવી રજા",
        "source": "Order 7 of 2026",
    }
    return typed | more


@pytest.mark.parametrize("actor", ["bharat", "collector", "ramila", "auditor"])
@pytest.mark.parametrize("path", PAGES)
def test_nobody_but_an_administrator_opens_these_pages(client: Client, cast: Cast, actor: str, path: str) -> None:
    assert client.get(path).status_code == 303
    sign_in(client, getattr(cast, actor), BEGAN)
    assert client.get(path).status_code == 403


def test_the_days_of_a_year_say_their_kind_their_source_and_whether_they_are_estimates(umesh: Client) -> None:
    page = umesh.get("/admin/calendar").text
    assert "Days of work in 2026" in page
    assert "Closed every week: Sunday." in page
    assert "10:30–18:10" in page
    assert "Republic Day" in page
    assert "Estimate" in page
    assert 'href="/admin/calendar?year=2027" rel="next"' in page
    year_before = umesh.get("/admin/calendar?year=2025").text
    assert "chitralekha.com 2025-10-08" in year_before
    assert "Extra working day" in year_before
    assert "No day of this year is known" in umesh.get("/admin/calendar?year=2050").text


@pytest.mark.parametrize("year", ["x", "0000", "9999", "%00", "२०२६", "-1"])
def test_a_made_up_year_is_answered_without_a_fault(umesh: Client, year: str) -> None:
    assert umesh.get(f"/admin/calendar?year={year}").status_code in (200, 400)


def test_a_holiday_is_looked_at_made_and_followed(umesh: Client, cast: Cast) -> None:
    number = file_case().number
    due_on = case(number).due_on
    page = umesh.post("/admin/calendar/new", data=a_day(due_on))
    assert page.status_code == 200
    assert figures(page.text) == ["1", "1", "0", "0"]
    assert number in page.text
    assert (count(RuleChange), case(number).due_on) == (0, due_on)
    typed = kept(page.text) | {"applies_to_open": "open", "reason": REASON, "apply": "y"}
    made = umesh.post("/admin/calendar/new", data=typed)
    assert made.status_code == 303
    page = umesh.get(made.location).text
    assert "A new holiday" in page
    assert "Waits" in page
    assert "Look again" in page
    redating.redate(BEGAN + redating.SETTLED + timedelta(seconds=1), RULES)
    page = umesh.get(made.location).text
    assert "Every open case has followed" in page
    assert figures(page) == ["1", "1", "0"]
    assert case(number).due_on > due_on
    assert "A new holiday" in umesh.get("/admin/calendar").text
    assert REASON in umesh.get("/admin/changes").text


def test_the_name_of_a_holiday_is_told_in_the_readers_language_and_an_estimate_says_so(
    umesh: Client, cast: Cast, app: Flask
) -> None:
    first = file_case("a").number
    typed = a_day(case(first).due_on, is_estimate="y", applies_to_open="new", reason=REASON, apply="y")
    assert umesh.post("/admin/calendar/new", data=typed).status_code == 303
    number = file_case("b").number
    bharat: Client = app.test_client()  # type: ignore[assignment]
    sign_in(bharat, cast.bharat, BEGAN)
    assert "A new holiday, an estimate that no list has confirmed yet" in bharat.get(f"/desk/{number}?lang=en").text
    assert "નવી રજા" in bharat.get(f"/desk/{number}?lang=gu").text


def test_what_was_typed_stays_when_the_choice_or_the_reason_is_missing(umesh: Client) -> None:
    looked = umesh.post("/admin/calendar/new", data=a_day(date(2026, 7, 22)))
    page = umesh.post("/admin/calendar/new", data=kept(looked.text) | {"apply": "y", "reason": "too short"})
    assert page.status_code == 422
    assert said(page.text) == [rule_changes.NO_CHOICE, rule_changes.NO_REASON]
    assert 'value="too short"' in page.text
    assert kept(page.text) == kept(looked.text)
    assert count(RuleChange) == 0
    page = umesh.post("/admin/calendar/new", data=kept(looked.text) | {"back": "y"})
    assert 'value="A new holiday"' in page.text


MISTAKES = {
    "no day": ({"day": ""}, rule_changes.NO_DAY),
    "a day that is none": ({"day": "31-02-2026"}, rule_changes.NO_DAY),
    "a day long ago": ({"day": "01-01-2020"}, rule_changes.FAR_DAY),
    "no kind": ({"kind": "x"}, rule_changes.NO_KIND),
    "no name": ({"name": " "}, rule_changes.NO_NAME),
    "no source": ({"source": ""}, rule_changes.NO_SOURCE),
    "a half day without hours": ({"kind": "half_day"}, rule_changes.NO_HOURS),
    "a day that is there": ({"day": "15-08-2026"}, rule_changes.THERE_ALREADY),
    "an office that was not chosen": ({"words": "dholka"}, rule_changes.NO_OFFICE),
    "an office that is none": ({"words": "dholka", "office": "99999999", "apply": "y"}, rule_changes.NO_OFFICE),
}


@pytest.mark.parametrize(("changes", "message"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_in_a_day_is_said_at_its_field(umesh: Client, changes: dict[str, str], message: str) -> None:
    typed = a_day(date(2026, 7, 22)) | {"applies_to_open": "new", "reason": REASON} | changes
    page = umesh.post("/admin/calendar/new", data=typed)
    assert page.status_code == 422
    assert said(page.text) == [message]
    assert count(RuleChange) == 0


def test_every_mistake_in_a_day_is_said_at_once(umesh: Client) -> None:
    page = umesh.post("/admin/calendar/new", data={"kind": "half_day", "words": "dholka"})
    wanted = {"NO_DAY", "NO_HOURS", "NO_NAME", "NO_SOURCE", "NO_OFFICE"}
    assert set(said(page.text)) == {getattr(rule_changes, name) for name in wanted}


def test_a_day_of_one_office_is_found_by_words_of_its_name(umesh: Client, cast: Cast) -> None:
    typed = a_day(date(2026, 7, 22), kind="extra_closed", words="mamlatdar dholka")
    page = umesh.post("/admin/calendar/new", data=typed | {"find": "y"}).text
    mine = office("MAM-3783")
    assert f'value="{mine}"' in page
    page = umesh.post("/admin/calendar/new", data=typed | {"office": str(mine)}).text
    assert "only for Mamlatdar" in page
    made = umesh.post(
        "/admin/calendar/new", data=kept(page) | {"apply": "y", "applies_to_open": "new", "reason": REASON}
    )
    assert made.status_code == 303
    assert "Mamlatdar" in umesh.get("/admin/calendar").text
    assert not catalogue.calendar(gujarat(), mine).is_working_day(date(2026, 7, 22))
    assert catalogue.calendar(gujarat()).is_working_day(date(2026, 7, 22))


def test_a_day_is_taken_out_after_a_look_and_stays_in_the_books(umesh: Client) -> None:
    found = next(one for one in catalogue.state(gujarat()).calendars.days if one.day == date(2026, 8, 28))
    before = count(CalendarDay)
    url = f"/admin/calendar/{found.id}/remove"
    page = umesh.get(url).text
    assert "Taken out of the calendar" in page
    assert umesh.post(url, data={"reason": REASON}).status_code == 422
    assert umesh.post(url, data={"reason": REASON, "applies_to_open": "open"}).status_code == 303
    assert count(CalendarDay) == before
    assert url not in umesh.get("/admin/calendar").text
    assert umesh.get(url).status_code == 404


def test_an_estimate_is_confirmed_with_the_list_that_says_so(umesh: Client) -> None:
    found = next(one for one in catalogue.state(gujarat()).calendars.days if one.is_estimate and one.day.year == 2026)
    url = f"/admin/calendar/{found.id}/confirm"
    assert url in umesh.get("/admin/calendar").text
    assert said(umesh.post(url, data={"source": ""}).text) == [rule_changes.NO_SOURCE]
    assert umesh.post(url, data={"source": "Gazette of 2026"}).location == "/admin/calendar?year=2026"
    page = umesh.get("/admin/calendar").text
    assert url not in page
    assert "Gazette of 2026" in page


def test_the_limits_stand_as_channels_by_levels_and_say_which_are_ours(umesh: Client) -> None:
    page = umesh.get("/admin/limits").text
    assert "Version 1 is in force" in page
    assert page.count("Our default: no source") == 2
    assert re.findall(r'data-label="L1" class="number">([^<]*)<', page) == ["21", "–", "45", "–", "60", "–"]


def limits_typed(page: str) -> dict[str, str]:
    """Return what the form of a new version holds, as a browser sends it."""
    fields = dict(re.findall(r'<input class="[^"]*" id="[^"]*" name="([^"]+)" type="[a-z]+" value="([^"]*)"', page))
    return fields | {"unit": "calendar", "is_published_green": "y"}


def test_a_new_version_begins_with_the_numbers_in_force_and_is_made_after_a_look(umesh: Client, cast: Cast) -> None:
    number = file_case().number
    typed = limits_typed(umesh.get("/admin/limits/new").text)
    assert len(typed) == 3 * 11 + 5
    typed |= {"start_green_1": "૧૪", "note": "Resolution 3"}
    page = umesh.post("/admin/limits/new", data=typed)
    assert figures(page.text) == ["1", "0", "1", "0"]
    assert count(PolicyVersion) == 1
    made = umesh.post(
        "/admin/limits/new", data=kept(page.text) | {"applies_to_open": "open", "reason": REASON, "apply": "y"}
    )
    assert made.status_code == 303
    policy = catalogue.policy(2)
    assert (policy.days_at_start(Channel.GREEN, 1), policy.days_at_start(Channel.GREEN, 2)) == (14, 21)
    assert (policy.ours[Channel.GREEN], policy.ours[Channel.RED]) == (False, True)
    redating.redate(BEGAN + redating.SETTLED + timedelta(seconds=1), RULES)
    assert (case(number).policy_version, case(number).due_on) == (2, date(2026, 7, 15))
    page = umesh.get("/admin/limits").text
    assert "Version 2 is in force" in page
    assert "Resolution 3" in page


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"start_red_3": "0"}, "Give a whole number of days between 1 and 3650."),
        ({"step_red_6": "soon"}, "Give a whole number of days between 1 and 3650."),
        ({"repeat_days": ""}, "Give a whole number of days between 1 and 3650."),
        ({"effective_from": "30-06-2026"}, rule_changes.PAST_BEGINNING),
        ({"effective_from": ""}, rule_changes.NO_DAY),
        ({"unit": "weeks"}, rule_changes.NO_UNIT),
    ],
)
def test_a_mistake_in_the_limits_is_said_at_its_field_and_nothing_typed_is_lost(
    umesh: Client, changes: dict[str, str], message: str
) -> None:
    typed = limits_typed(umesh.get("/admin/limits/new").text) | {"start_green_1": "17"} | changes
    page = umesh.post("/admin/limits/new", data=typed)
    assert page.status_code == 422
    assert said(page.text) == [message]
    assert 'name="start_green_1" type="text" value="17"' in page.text


@pytest.mark.parametrize("path", ["/admin/calendar/new", "/admin/limits/new"])
def test_a_token_that_is_old_keeps_what_was_typed(umesh: Client, path: str) -> None:
    typed = limits_typed(umesh.get("/admin/limits/new").text) if "limits" in path else a_day(date(2026, 7, 22))
    typed |= {"note": "kept", "name": "kept", "csrf_token": "old", "apply": "y", "applies_to_open": "new"}
    page = umesh.post(path, data=MultiDict(typed | {"reason": REASON}))
    assert page.status_code == 422
    assert 'value="kept"' in page.text
    assert count(RuleChange) == 0


def test_a_change_of_another_state_does_not_exist(umesh: Client) -> None:
    for path in ("/admin/changes/99999999999999999999", "/admin/changes/0", "/admin/calendar/999999/remove"):
        assert umesh.get(path).status_code == 404


def test_the_pages_cost_few_statements(umesh: Client, cast: Cast, count_statements: Counting) -> None:
    for step in range(3):
        file_case(f"case {step}")
    umesh.post(
        "/admin/calendar/new",
        data=a_day(date(2026, 7, 22)) | {"applies_to_open": "open", "reason": REASON, "apply": "y"},
    )
    umesh.get("/admin/calendar")
    for path, most in (
        ("/admin/calendar", 4),
        ("/admin/limits", 4),
        ("/admin/changes", 5),
        ("/admin/calendar/new", 4),
    ):
        with count_statements() as sent:
            assert umesh.get(path).status_code == 200
        assert len(sent) <= most, (path, sent)
    with count_statements() as sent:
        umesh.post("/admin/calendar/new", data=a_day(date(2026, 7, 23)))
    assert len(sent) <= 8


def test_every_page_is_there_in_every_language(umesh: Client) -> None:
    for language in ("en", "hi", "gu"):
        for path in ("/admin/calendar", "/admin/calendar/new", "/admin/limits", "/admin/limits/new", "/admin/changes"):
            assert umesh.get(f"{path}?lang={language}").status_code == 200
