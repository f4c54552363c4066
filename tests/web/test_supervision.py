"""The pages of a head: numbers that lead to their cases, one action on a selection, common causes and absences."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from swagat import clock
from swagat.database import db
from swagat.domain.roles import Role
from swagat.domain.workflow import Action
from swagat.models import CommonCause, Direction
from swagat.services import common_causes
from swagat.web.desk import HEADS
from tests.builders import BEGAN, KANTA, Cast, act, assigned, case, copies, day, disposed, file_case, sign_in
from tests.client import Client
from tests.supervised import escalated_now

Counting = Callable[[], AbstractContextManager[list[str]]]
NUMBER = re.compile(r'href="/desk/(GJ-2026-\d+-\d)"')


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """A function that lets the pages live so many days after the story began."""

    def move(days: float) -> None:
        monkeypatch.setattr(clock, "now", lambda: day(days))

    move(1)
    return move


def page(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path, headers={"Accept-Language": "en"})
    assert response.status_code == status, response.get_data(as_text=True)[:500]
    return response.get_data(as_text=True)


def test_only_heads_open_supervision(cast: Cast, client: Client, at: Callable[[float], None]) -> None:
    assert client.get("/supervision").status_code == 303
    for actor in (cast.bharat, cast.ramila, cast.auditor, cast.administrator):
        sign_in(client, actor, day(1))
        for path in ("/supervision", "/supervision/cases?list=open", "/supervision/causes", "/supervision/absences"):
            assert client.get(path).status_code == 403, (actor.role, path)
    assert set(HEADS) == {Role.SUPERVISOR, Role.PRESIDING_OFFICER}


def test_an_empty_office_is_told_why_nothing_is_there(cast: Cast, client: Client, at: Callable[[float], None]) -> None:
    sign_in(client, cast.collector, day(1))
    found = page(client, "/supervision")
    assert "Nothing came up to this office" in found
    assert "No open case is in this office or in one below it." in found


def test_each_number_of_the_page_is_one_click_from_as_many_cases(
    cast: Cast, client: Client, at: Callable[[float], None]
) -> None:
    for key in ("one", "two"):
        file_case(key)
    assigned(cast, "three")
    refused = disposed(cast, "refused")
    act(KANTA, refused, Action.REFUSE, 1)
    at(19)
    sign_in(client, cast.additional_collector, day(19))
    found = page(client, "/supervision")
    links = re.findall(r'href="(/supervision/cases\?[^"]+)">([\d,]+)<', found)
    assert links
    for path, number in links:
        listed = set(NUMBER.findall(page(client, path.replace("&amp;", "&"))))
        assert len(listed) == int(number.replace(",", "")), path
    assert refused in found


@pytest.mark.parametrize(
    "path", ["/supervision/cases", "/supervision/cases?list=nothing", "/supervision/cases?list=open"]
)
def test_a_list_that_there_is_not_leads_back(
    cast: Cast, client: Client, at: Callable[[float], None], path: str
) -> None:
    sign_in(client, cast.meena, day(1))
    response = client.get(path)
    assert (response.status_code, response.location) == (303, "/supervision")


def test_an_office_outside_the_branch_does_not_exist(cast: Cast, client: Client, at: Callable[[float], None]) -> None:
    sign_in(client, cast.meena, day(1))
    above = cast.collector.office_id
    assert client.get(f"/supervision/offices/{above}").status_code == 404
    assert client.get(f"/supervision/cases?list=open&office={above}").status_code == 404
    assert client.get("/supervision/offices/99999999999999999999").status_code == 404


def test_what_the_rules_do_not_allow_in_a_selection_is_named_and_the_rest_is_done(
    cast: Cast, client: Client, at: Callable[[float], None]
) -> None:
    good, bad = assigned(cast, "good"), assigned(cast, "bad")
    act(cast.additional_collector, bad, Action.NOTE)
    stale = f"{bad}.1"
    sign_in(client, cast.additional_collector, day(1))
    client.get("/supervision?lang=en")
    fields = {"action": "list_for_sitting", "list": "open", "office": str(cast.meena.office_id)}
    cases = [f"{good}.{case(good).version}", stale]
    asked = client.post("/supervision/selected", data=fields | {"case": cases}).get_data(as_text=True)
    assert 'name="remark"' in asked
    assert re.search(r'<label for="expected_on">Date of the sitting', asked)
    typed = fields | {"case": cases, "do": "y", "remark": "સાંભળવું."}
    for no_day in ("", day(1).date().isoformat()):
        again = client.post("/supervision/selected", data=typed | {"expected_on": no_day})
        assert again.status_code == 422
        assert "Give a day after today." in again.text
        assert "સાંભળવું." in again.text
    response = client.post("/supervision/selected", data=typed | {"expected_on": day(9).date().isoformat()})
    text = response.get_data(as_text=True)
    assert response.status_code == 200
    done, _sep, refused = text.partition('role="alert"')
    assert good in done
    assert bad in refused
    assert case(good).listed_office_id == cast.additional_collector.office_id
    assert case(bad).listed_office_id is None


def test_a_report_is_asked_for_with_a_ready_text_and_a_date(
    cast: Cast, client: Client, at: Callable[[float], None]
) -> None:
    number = assigned(cast)
    sign_in(client, cast.additional_collector, day(1))
    fields = {
        "action": "ask_report",
        "list": "open",
        "office": str(cast.meena.office_id),
        "case": [f"{number}.{case(number).version}"],
    }
    asked = client.post("/supervision/selected", data=fields, headers={"Accept-Language": "en"})
    assert "Report what was done" in asked.get_data(as_text=True)
    again = client.post("/supervision/selected", data=fields | {"do": "y", "remark": "x", "expected_on": "2020-01-01"})
    assert again.status_code == 422
    done = client.post(
        "/supervision/selected", data=fields | {"do": "y", "remark": "શું થયું?", "expected_on": "2026-07-20"}
    )
    assert done.status_code == 200
    assert case(number).directing_office_id == cast.additional_collector.office_id
    assert db.session.query(Direction).filter_by(grievance_id=case(number).id).count() == 1
    found = page(client, "/supervision")
    assert number in found


def test_a_selection_for_disposal_opens_each_cases_own_form(
    cast: Cast, client: Client, at: Callable[[float], None]
) -> None:
    number = assigned(cast)
    sign_in(client, cast.additional_collector, day(1))
    fields = {"action": "dispose", "list": "open", "office": str(cast.meena.office_id), "case": [f"{number}.2"]}
    found = client.post("/supervision/selected", data=fields | {"do": "y"}).get_data(as_text=True)
    assert f'href="/desk/{number}/dispose"' in found
    assert case(number).is_open


def test_a_common_cause_is_made_linked_answered_and_ended(
    cast: Cast, client: Client, at: Callable[[float], None]
) -> None:
    numbers = [assigned(cast, key) for key in ("one", "two")]
    sign_in(client, cast.meena, day(1))
    wrong = client.post("/supervision/causes", data={"title": "x", "expected_on": "2020-01-01"})
    assert wrong.status_code == 422
    made = client.post(
        "/supervision/causes",
        data={"title": "Server of the record office is down", "expected_on": "2026-08-01",
              "owner": str(cast.bharat.posting_id)},
    )  # fmt: skip
    assert made.status_code == 303
    cause = db.session.query(CommonCause).one()
    assert made.location == f"/supervision/causes/{cause.id}"
    fields = {"action": "link", "list": "open", "office": str(cast.meena.office_id), "cause": str(cause.id)}
    client.post(
        "/supervision/selected",
        data=fields | {"do": "y", "case": [f"{number}.{case(number).version}" for number in numbers]},
    )
    shown = page(client, made.location)
    assert set(numbers) <= set(NUMBER.findall(shown))
    form = {"interim_reply-remark": "સર્વર બંધ છે.", "interim_reply-expected_on": "2026-08-01"}
    answered = client.post(f"{made.location}/interim_reply", data=form)
    assert answered.status_code == 200
    assert all(number in answered.get_data(as_text=True) for number in numbers)
    assert client.post(f"{made.location}/interim_reply", data={}).status_code == 422
    assert client.post(f"{made.location}/dispose", data=form).status_code == 404
    client.post(f"{made.location}/end")
    assert common_causes.causes_of(db.session(), cast.meena) == []
    assert "Ended" in page(client, made.location)


def test_an_absence_is_recorded_shown_and_ended(cast: Cast, client: Client, at: Callable[[float], None]) -> None:
    sign_in(client, cast.meena, day(1))
    form = {"posting": str(cast.bharat.posting_id), "begins_on": "2026-07-02", "ends_on": "2026-07-05"}
    assert client.post("/supervision/absences", data=form | {"ends_on": "2026-07-01"}).status_code == 422
    assert client.post("/supervision/absences", data={}).status_code == 422
    assert client.post("/supervision/absences", data=form).status_code == 303
    found = page(client, "/supervision/absences")
    (ending,) = re.findall(r'action="(/supervision/absences/\d+/end)"', found)
    assert "Away today" in found
    assert client.post(ending).status_code == 303
    assert "Nobody is away" in page(client, "/supervision/absences")
    assert client.post(ending).status_code == 404


def test_an_administrator_records_and_ends_an_absence_on_the_page_of_the_person(
    cast: Cast, client: Client, at: Callable[[float], None]
) -> None:
    sign_in(client, cast.administrator, day(1))
    path = f"/admin/people/{cast.meena.person_id}"
    form = {"posting": str(cast.meena.posting_id), "begins_on": "2026-07-02", "ends_on": "2026-07-05"}
    assert client.post(f"{path}/absences", data=form | {"posting": str(cast.bharat.posting_id)}).status_code == 422
    assert client.post(f"{path}/absences", data=form | {"ends_on": "x"}).status_code == 422
    assert client.post(f"{path}/absences", data=form).status_code == 303
    found = page(client, path)
    assert "Away today" in found
    (ending,) = re.findall(rf'action="({path}/absences/\d+/end)"', found)
    assert client.post(ending).status_code == 303
    assert "Away today" not in page(client, path)


def test_above_the_cap_of_a_day_the_page_groups_and_says_so(
    cast: Cast, client: Client, at: Callable[[float], None], app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers, now = escalated_now(cast, 3)
    at((now - BEGAN) / timedelta(days=1))
    sign_in(client, cast.additional_collector, now)
    assert "so they are grouped" not in page(client, "/supervision")
    monkeypatch.setitem(app.extensions, "rules", replace(app.extensions["rules"], came_up_cap=2))
    found = page(client, "/supervision")
    assert "That is more than 2, so they are grouped by office and subject." in found
    (path,) = re.findall(r'href="(/supervision/cases\?list=came_up_today&amp;from=[^"]+)"', found)
    assert set(NUMBER.findall(page(client, path.replace("&amp;", "&")))) == set(numbers)


def test_the_page_costs_at_most_twelve_statements(
    cast: Cast, client: Client, at: Callable[[float], None], count_statements: Counting
) -> None:
    number = assigned(cast)
    copies(number, 60, lambda step: {"lapses": step % 2, "due_on": BEGAN.date() + timedelta(days=step)})
    act(cast.additional_collector, number, Action.NOTE)
    sign_in(client, cast.additional_collector, day(1))
    client.get("/supervision")
    with count_statements() as sent:
        client.get("/supervision")
    assert len(sent) <= 12, sent
