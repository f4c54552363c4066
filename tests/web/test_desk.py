"""The desk in a browser: lists, search, and a selection given to an officer."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from sqlalchemy import update

from swagat import clock
from swagat.database import transaction
from swagat.domain.workflow import Action, Status
from swagat.models import Grievance
from swagat.services import catalogue, desk, desk_pages
from tests.builders import (
    KANTA,
    Cast,
    act,
    assigned,
    case,
    copies,
    day,
    dholka,
    disposed,
    file_case,
    post_cast,
    sign_in,
)
from tests.client import Client

Counting = Callable[[], AbstractContextManager[list[str]]]
NOW = day(3)


@pytest.fixture
def cast(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Cast:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return post_cast()


@pytest.fixture
def meena(client: Client, cast: Cast) -> Client:
    """The browser of the head of the office, who reads English."""
    sign_in(client, cast.meena, NOW)
    client.get("/desk?lang=en")
    return client


def browser(app: Flask, actor: object) -> Client:
    """Return another browser, signed in as somebody."""
    client: Client = app.test_client()  # type: ignore[assignment]
    sign_in(client, actor, NOW)  # type: ignore[arg-type]
    client.get("/desk?lang=en")
    return client


def numbers_on(page: str) -> list[str]:
    """Return the registration numbers of the lines of a list, in their order."""
    return re.findall(r'class="main code"><a href="/desk/([^"]+)"', page)


# Lists


def test_the_desk_opens_with_what_has_least_time_left_and_says_what_it_is(cast: Cast, meena: Client) -> None:
    late, calm = file_case("late").number, assigned(cast, "calm", 2)
    act(KANTA, calm, Action.MARK_IMMEDIATE, 2)
    page = meena.get("/desk").text
    assert numbers_on(page) == [calm, late]
    for said in ("In our office", "Danger to life or safety", "Copy of or error in 7/12", "Dholka", "Bharat Solanki",
                 "nobody yet", "With an officer", "Registered", "L1"):  # fmt: skip
        assert said in page


@pytest.mark.parametrize("tab", [one.value for one in desk.Tab])
def test_an_empty_list_says_why_it_is_empty(cast: Cast, meena: Client, tab: str) -> None:
    page = meena.get(f"/desk?tab={tab}").text
    assert 'class="empty"' in page
    assert 'aria-current="page"' in page


def test_the_count_of_a_tab_is_the_number_of_its_lines(cast: Cast, meena: Client) -> None:
    copies(file_case().number, 6)
    page = meena.get("/desk").text
    assert re.search(r"In our office <b>7</b>", page)
    assert len(numbers_on(page)) == 7


def test_a_long_count_is_said_as_more_than(cast: Cast, meena: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "MOST_COUNTED", 5)
    copies(file_case().number, 6)
    assert "In our office <b>5+</b>" in meena.get("/desk").text


def test_pages_lead_on_and_back(cast: Cast, meena: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk_pages, "PAGE", 3)
    copies(file_case().number, 7)
    first = meena.get("/desk")
    following = re.search(r'href="([^"]+)" rel="next"', first.text)
    assert following is not None
    second = meena.get(following[1].replace("&amp;", "&"))
    assert len(set(numbers_on(first.text) + numbers_on(second.text))) == 6
    before = re.search(r'href="([^"]+)" rel="prev"', second.text)
    assert before is not None
    assert numbers_on(meena.get(before[1].replace("&amp;", "&")).text) == numbers_on(first.text)


def test_a_page_of_nobodys_making_leads_to_the_first_one(cast: Cast, meena: Client) -> None:
    answer = meena.get("/desk?tab=mine&page=f1.2.x", follow_redirects=True)
    assert (answer.status_code, answer.request.full_path) == (200, "/desk?tab=mine")
    assert "Begin at its first page" in answer.text


def test_what_narrows_a_list_is_offered_on_demand_and_kept(cast: Cast, meena: Client) -> None:
    number = file_case().number
    assert 'name="category"' not in meena.get("/desk").text
    assert 'name="category"' in meena.get("/desk?tab=office&filter=1").text
    category = catalogue.category_named("REV-712").id
    page = meena.get(f"/desk?tab=office&category={category}&status=registered&place={dholka().id}").text
    assert numbers_on(page) == [number]
    assert page.count(" selected>") == 2
    assert numbers_on(meena.get("/desk?tab=office&status=assigned").text) == []


def test_places_of_a_district_are_its_talukas(app: Flask, cast: Cast) -> None:
    file_case()
    page = browser(app, cast.collector).get("/desk?tab=office&filter=1").text
    assert "Sanand" in page
    assert ">Dholka</option>" in page


def test_cases_of_other_offices_name_the_office_that_works(app: Flask, cast: Cast) -> None:
    number = disposed(cast, "up")
    act(KANTA, number, Action.REFUSE, 1)
    page = browser(app, cast.additional_collector).get("/desk?tab=came_up").text
    assert numbers_on(page) == [number]
    assert "Mamlatdar, Dholka" in page


def test_an_officer_is_offered_no_selection(app: Flask, cast: Cast) -> None:
    file_case()
    page = browser(app, cast.bharat).get("/desk").text
    assert 'type="checkbox" name="case"' not in page
    assert "data-desk" in page


@pytest.mark.parametrize("who", ["ramila", "auditor", "administrator"])
def test_the_desk_is_for_those_who_handle_cases(app: Flask, cast: Cast, who: str) -> None:
    client: Client = app.test_client()  # type: ignore[assignment]
    sign_in(client, getattr(cast, who), NOW)
    number = file_case().number
    for address in ("/desk", f"/desk/{number}", "/desk/nothing"):
        assert client.get(address).status_code == 403


def test_whoever_is_not_signed_in_is_asked_to_and_no_search_travels_along(client: Client, app: Flask) -> None:
    answer = client.get("/desk?tab=office&q=Kanta")
    assert answer.status_code == 303
    assert "Kanta" not in answer.headers["Location"]
    assert client.post("/desk/search", data={"q": "Kanta"}).status_code == 401


# Search


@pytest.mark.parametrize(
    "typed", ["ઉતારો", "Kanta", "98765 43210", "૯૮૭૬૫૪૩૨૧૦", "{number}", "{short}", "{running}", "{digits}"]
)
def test_one_box_finds_by_words_name_mobile_and_number(cast: Cast, meena: Client, typed: str) -> None:
    number = file_case().number
    file_case("other", text="શેરીમાં અંધારું છે.", name="Jivan", mobile="+919000000000", at=1)
    running = number.split("-")[2]
    typed = typed.format(number=number, short=number[3:], running=int(running), digits=number[3:].replace("-", ""))
    answer = meena.post("/desk/search", data={"q": typed})
    assert (answer.status_code, numbers_on(answer.text)) == (200, [number])


def test_what_was_looked_for_stays_in_the_box_and_out_of_every_address(cast: Cast, meena: Client) -> None:
    file_case()
    page = meena.post("/desk/search", data={"q": "Kanta"}).text
    assert 'value="Kanta"' in page
    assert not re.search(r'(href|action)="[^"]*Kanta', page)


def test_a_hidden_identity_is_found_neither_by_name_nor_by_number(cast: Cast, meena: Client) -> None:
    file_case(is_identity_hidden=True, name="Jivan Chauhan")
    for typed in ("Jivan", "Chauhan", "98765 43210"):
        assert numbers_on(meena.post("/desk/search", data={"q": typed}).text) == []


def test_nothing_found_says_so_and_keeps_what_was_typed(cast: Cast, meena: Client) -> None:
    page = meena.post("/desk/search", data={"q": "nowhere"}).text
    assert "Nothing fits" in page
    assert 'value="nowhere"' in page


def test_search_pages_are_asked_for_without_an_address(
    cast: Cast, meena: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_pages, "PAGE", 3)
    copies(file_case().number, 6)
    first = meena.post("/desk/search", data={"q": "ઉતારો"})
    key = re.search(r'name="page" value="(f[^"]+)"', first.text)
    assert key is not None
    second = meena.post("/desk/search", data={"q": "ઉતારો", "page": key[1]})
    assert len(set(numbers_on(first.text) + numbers_on(second.text))) == 6


@pytest.mark.parametrize("address", ["/desk/search", "/desk/assign", "/desk/search?lang=hi"])
def test_an_answer_to_a_form_that_is_asked_for_again_leads_to_the_desk(cast: Cast, meena: Client, address: str) -> None:
    answer = meena.get(address)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/desk")


def test_a_search_whose_token_is_too_old_keeps_what_was_typed(cast: Cast, meena: Client) -> None:
    answer = meena.post("/desk/search", data={"q": "Kanta"}, csrf=False)
    assert answer.status_code == 422
    assert 'value="Kanta"' in answer.text
    assert "send it again" in answer.text


# A selection


def ticked(*numbers: str) -> list[str]:
    return [f"{number}.{case(number).version}" for number in numbers]


def test_a_selection_is_given_to_one_officer(cast: Cast, meena: Client) -> None:
    numbers = [file_case(f"case {step}").number for step in range(3)]
    answer = meena.post(
        "/desk/assign",
        data={"tab": "unassigned", "officer": cast.hansa.posting_id, "case": ticked(*numbers[:2])},
    )
    assert answer.status_code == 200
    assert "2 cases were given to the officer." in answer.text
    assert numbers_on(answer.text) == numbers[2:]
    assert [case(number).officer_posting_id for number in numbers] == [cast.hansa.posting_id] * 2 + [None]


def test_what_could_not_be_given_is_named_with_the_reason_and_stays_ticked(cast: Cast, meena: Client) -> None:
    good, changed = file_case("good").number, file_case("changed").number
    values = ticked(good, changed)
    act(cast.bharat, changed, Action.ASSIGN, officer_posting_id=cast.bharat.posting_id)
    answer = meena.post(
        "/desk/assign",
        data={"tab": "office", "officer": cast.hansa.posting_id, "case": [*values, "GJ-2026-9999999-0.1"]},
    )
    assert answer.status_code == 200
    assert "1 case was given to the officer." in answer.text
    refused = answer.text[answer.text.index("Not given to the officer") :]
    assert changed in refused
    assert "GJ-2026-9999999-0" in refused
    assert re.search(rf'value="{changed}\.\d+" checked', answer.text)
    assert case(changed).officer_posting_id == cast.bharat.posting_id


def test_a_hundred_refusals_fit_into_one_answer(cast: Cast, meena: Client) -> None:
    """Kept in the cookie they would not fit, and the browser would be signed out."""
    values = [f"GJ-2026-{step:07}-0.1" for step in range(120)]
    answer = meena.post("/desk/assign", data={"officer": cast.hansa.posting_id, "case": values})
    assert answer.status_code == 422
    assert answer.text.count("There is nothing here that you may see.") == 100
    assert meena.get("/desk").status_code == 200


@pytest.mark.parametrize(
    "data",
    [{}, {"officer": "1"}, {"case": ["GJ-2026-0000001-7.1"]}, {"officer": "x", "case": ["a.1"]},
     {"officer": "", "case": ["a"]}, {"officer": "9" * 30, "case": ["a.1"]}, {"officer": "-1", "case": ["a.1"]},
     {"officer": "1", "case": [".1", "a.", "a.x", "a.1e5", "a.-1", "a." + "9" * 40]}],
)  # fmt: skip
def test_without_cases_or_an_officer_the_list_is_shown_again(cast: Cast, meena: Client, data: dict[str, str]) -> None:
    file_case()
    answer = meena.post("/desk/assign", data=data)
    assert answer.status_code == 422
    assert "Select cases and an officer." in answer.text


def test_a_selection_whose_token_is_too_old_stays_ticked_and_gives_nothing(cast: Cast, meena: Client) -> None:
    number = file_case().number
    data = {"tab": "office", "officer": str(cast.hansa.posting_id), "case": ticked(number)[0]}
    answer = meena.post("/desk/assign", data=data, csrf=False)
    assert answer.status_code == 422
    assert f'value="{ticked(number)[0]}" checked' in answer.text
    assert f'value="{cast.hansa.posting_id}" selected' in answer.text
    assert case(number).status is Status.REGISTERED


def test_only_heads_give_cases_to_others(app: Flask, cast: Cast) -> None:
    number = file_case().number
    data = {"officer": cast.hansa.posting_id, "case": ticked(number)}
    assert browser(app, cast.bharat).post("/desk/assign", data=data).status_code == 403
    assert case(number).status is Status.REGISTERED


# What it costs


def test_the_desk_costs_at_most_eight_statements_and_no_more_with_more_cases(
    cast: Cast, meena: Client, count_statements: Counting
) -> None:
    number = file_case().number
    meena.get("/desk")
    spent = []
    for more in (0, 150):
        if more:
            copies(number, more)
        for address in ("/desk", "/desk?tab=unassigned&filter=1", "/desk?tab=came_up"):
            with count_statements() as sent:
                assert meena.get(address).status_code == 200
            spent.append(len(sent))
        with count_statements() as sent:
            meena.post("/desk/search", data={"q": "ઉતારો"})
        spent.append(len(sent))
    assert max(spent) <= 8
    assert spent[:4] == spent[4:]


def test_the_page_of_the_desk_does_not_grow_with_what_narrows_it(cast: Cast, meena: Client) -> None:
    copies(file_case().number, 60)
    with transaction() as session:
        session.execute(update(Grievance).values(place_text="Near the lake"))
    assert len(meena.get("/desk").data) < 60_000
