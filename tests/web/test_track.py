"""The complainant's own pages: what they show and offer, whom they refuse, and that no word that was typed is lost."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse

from swagat import clock
from swagat.database import db
from swagat.domain.case import Confirmation, Outcome
from swagat.domain.redressal import permitted
from swagat.domain.roles import Actor
from swagat.domain.workflow import Action, Need, Status
from swagat.models import DocumentKind
from swagat.services import scope
from swagat.services.facts import case_of
from swagat.services.filing import Acknowledgement
from tests.builders import (
    KANTA,
    PDF,
    REASON,
    RULES,
    TEXT,
    USUAL,
    Cast,
    act,
    add_paper,
    assigned,
    case,
    day,
    disposed,
    file_case,
    post_cast,
    proposed,
    reported,
    sign_in,
)
from tests.client import Client
from tests.files.pdfs import pdf

Counting = Callable[[], AbstractContextManager[list[str]]]
NOW = day(3)
WORDS = "હજુ નામ ખોટું જ છે, કૃપા કરી ફરી જુઓ."


class Hands:
    """The clock of a test: it shows what the test sets."""

    def __init__(self) -> None:
        self.at: datetime = NOW

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Hands:
    held = Hands()
    monkeypatch.setattr(clock, "now", held.now)
    return held


@pytest.fixture
def cast(app: Flask, hands: Hands) -> Cast:
    return post_cast()


def enter(client: Client, filed: Acknowledgement) -> TestResponse:
    return client.post("/track?lang=en", data={"number": filed.number, "code": filed.tracking_code})


def opened(app: Flask, number: str, hands: Hands | None = None) -> Client:
    """Return a browser whose door to a case is open, as number and code leave it."""
    client: Client = app.test_client()  # type: ignore[assignment]
    client.get("/track?lang=en")
    with client.session_transaction() as held:
        held["track"] = [number, int((hands.at if hands else NOW).timestamp())]
    return client


def offered(page: str) -> set[str]:
    """Return the actions whose pages a page links to."""
    return set(re.findall(r'href="/track/case/([a-z_]+)"', page))


# Getting in and out


def test_number_and_code_lead_to_the_case_and_stand_in_no_address(cast: Cast, client: Client) -> None:
    filed = file_case()
    answer = enter(client, filed)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/track/case")
    page = client.get("/track/case")
    assert page.status_code == 200
    assert filed.number in page.text
    assert filed.tracking_code not in page.text
    addresses = re.findall(r'(?:href|action|src)="([^"]*)"', page.text)
    digits = filed.number.removeprefix("GJ-2026-")
    assert addresses
    assert not [one for one in addresses if digits in one or filed.tracking_code in one]


def test_no_page_of_a_case_is_kept_by_a_browser(app: Flask, cast: Cast) -> None:
    number = disposed(cast)
    client = opened(app, number)
    for address in ("/track", "/track/case", "/track/case/refuse"):
        page = client.get(address)
        assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-store")
        assert page.headers["Referrer-Policy"] in ("no-referrer", "same-origin", "strict-origin")


def test_wrong_numbers_and_codes_are_answered_with_the_same_page_and_what_was_typed(cast: Cast, client: Client) -> None:
    filed, other = file_case(), file_case("other")
    pages = []
    for number, code in ((filed.number, other.tracking_code), (other.number, filed.tracking_code)):
        answer = client.post("/track?lang=en", data={"number": number, "code": code})
        assert answer.status_code == 422
        assert number in answer.text
        pages.append(answer.text.replace(number, "N").replace(code, "C"))
    pages = [re.sub(r'name="csrf_token"[^>]*', "", page) for page in pages]
    assert pages[0] == pages[1]
    assert "do not belong together" in pages[0]
    assert client.get("/track/case").status_code == 303


def test_an_empty_form_says_what_is_missing(cast: Cast, client: Client) -> None:
    answer = client.post("/track?lang=en", data={"number": "", "code": ""})
    assert answer.status_code == 422
    assert "Type the registration number." in answer.text
    assert "Type the tracking code." in answer.text


def test_too_many_tries_are_told_when_to_come_back(app: Flask, cast: Cast, client: Client) -> None:
    filed = file_case()
    for _step in range(app.config["TRACK_TRIES"]):
        assert client.post("/track", data={"number": filed.number, "code": "0" * 10}).status_code == 422
    answer = enter(client, filed)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert filed.number in answer.text


def test_an_expired_page_lets_nobody_in_and_keeps_the_number(cast: Cast, client: Client) -> None:
    filed = file_case()
    answer = client.post("/track?lang=en", data={"number": filed.number, "code": filed.tracking_code}, csrf=False)
    assert answer.status_code == 422
    assert filed.number in answer.text
    assert client.get("/track/case").status_code == 303


def test_the_door_closes_after_idle_minutes_and_stays_open_for_who_goes_on(
    app: Flask, cast: Cast, hands: Hands
) -> None:
    client = opened(app, assigned(cast))
    idle = timedelta(minutes=app.config["TRACK_IDLE_MINUTES"])
    for _step in range(3):
        hands.at += idle
        assert client.get("/track/case").status_code == 200
    hands.at += idle + timedelta(seconds=1)
    for address in ("/track/case", "/track/case/remind"):
        answer = client.get(address)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/track")
    assert client.get("/track/case/papers/1").status_code == 404


def test_an_action_after_the_idle_minutes_does_nothing(app: Flask, cast: Cast, hands: Hands) -> None:
    number = disposed(cast)
    client = opened(app, number)
    hands.at += timedelta(minutes=app.config["TRACK_IDLE_MINUTES"], seconds=1)
    assert client.post("/track/case/confirm").headers["Location"] == "/track"
    assert case(number).status is Status.DISPOSED


def test_finishing_on_a_phone_closes_the_door_there(app: Flask, cast: Cast) -> None:
    client = opened(app, assigned(cast))
    assert client.post("/track/finish").status_code == 303
    assert client.get("/track/case").headers["Location"] == "/track"
    assert "Finished on this phone" in client.get("/track?lang=en").text


def test_staff_who_are_signed_in_answer_for_nobody(app: Flask, cast: Cast) -> None:
    number = disposed(cast)
    client = opened(app, number)
    sign_in(client, cast.ramila, NOW)
    for action in ("confirm", "refuse", "lodge_appeal"):
        assert client.get(f"/track/case/{action}").status_code == 403
        answer = client.post(f"/track/case/{action}", data={"remark": WORDS, "grounds": WORDS})
        assert answer.status_code == 403
        assert "You are signed in as staff" in answer.text
    paper = FileStorage(BytesIO(PDF), "utaro.pdf", "application/pdf")
    assert client.post("/track/case/papers", data={"document": paper}).status_code == 403
    assert case(number).status is Status.DISPOSED


# The page


def withdrawn(cast: Cast) -> str:
    number = assigned(cast)
    act(KANTA, number, Action.WITHDRAW, 1)
    return number


def asked(cast: Cast) -> str:
    number = assigned(cast)
    act(cast.bharat, number, Action.SEEK_CLARIFICATION, 1)
    return number


def appealed(cast: Cast) -> str:
    number = disposed(cast)
    act(KANTA, number, Action.LODGE_APPEAL, 1)
    return number


def dismissed(cast: Cast) -> str:
    number = appealed(cast)
    act(cast.additional_collector, number, Action.DISMISS_APPEAL, 2)
    return number


def confirmed(cast: Cast) -> str:
    number = disposed(cast)
    act(KANTA, number, Action.CONFIRM, 1)
    return number


def refused(cast: Cast) -> str:
    number = disposed(cast)
    act(KANTA, number, Action.REFUSE, 1)
    return number


STAGES: dict[str, Callable[[Cast], str]] = {
    "registered": lambda cast: file_case().number,
    "assigned": assigned,
    "asked": asked,
    "proposed": proposed,
    "reported": reported,
    "disposed": disposed,
    "withdrawn": withdrawn,
    "refused": refused,
    "appealed": appealed,
    "dismissed": dismissed,
    "confirmed": confirmed,
}


def may(actor: Actor, number: str) -> set[str]:
    grievance = scope.load(db.session(), actor, number)
    found = {row.action.value for row in permitted(case_of(db.session(), grievance, RULES), actor)}
    db.session.rollback()
    return found


@pytest.mark.parametrize("stage", STAGES)
def test_the_page_offers_exactly_what_the_table_permits(app: Flask, cast: Cast, stage: str) -> None:
    number = STAGES[stage](cast)
    page = opened(app, number).get("/track/case")
    assert page.status_code == 200
    wanted = may(KANTA, number)
    assert offered(page.text) == wanted - {"add_document"}
    assert ('action="/track/case/papers"' in page.text) == ("add_document" in wanted)


@pytest.mark.parametrize("language", ["gu", "hi"])
@pytest.mark.parametrize("stage", ["asked", "proposed", "disposed", "withdrawn", "confirmed"])
def test_the_page_reads_in_other_languages_too(app: Flask, cast: Cast, stage: str, language: str) -> None:
    client = opened(app, STAGES[stage](cast))
    assert client.get(f"/track/case?lang={language}").status_code in (200, 303)
    page = client.get("/track/case")
    assert page.status_code == 200
    assert f'lang="{language}"' in page.text


@pytest.mark.parametrize("stage", STAGES)
def test_a_page_costs_at_most_ten_statements(app: Flask, cast: Cast, stage: str, count_statements: Counting) -> None:
    client = opened(app, STAGES[stage](cast))
    client.get("/track/case")
    with count_statements() as sent:
        assert client.get("/track/case").status_code == 200
    assert len(sent) <= 10, sent


def test_a_long_history_costs_no_more_statements_than_a_short_one(
    app: Flask, cast: Cast, count_statements: Counting
) -> None:
    number = assigned(cast)
    client = opened(app, number)
    act(KANTA, number, Action.CORRECT)
    add_paper(cast.bharat, number, 0, DocumentKind.EVIDENCE, pdf(b"<< /Own 99 >>"))
    client.get("/track/case")
    with count_statements() as short:
        client.get("/track/case")
    for at in range(12):
        act(KANTA, number, Action.CORRECT, at / 24)
        add_paper(cast.bharat, number, at / 24, DocumentKind.EVIDENCE, pdf(b"<< /Own %d >>" % at))
    with count_statements() as long:
        page = client.get("/track/case")
    assert page.text.count(USUAL[Action.CORRECT][Need.REMARK]) == 13
    assert len(long) <= len(short)


def test_the_questions_of_the_office_are_on_the_page_and_where_they_are_answered(app: Flask, cast: Cast) -> None:
    client = opened(app, asked(cast))
    for address in ("/track/case", "/track/case/clarify"):
        assert USUAL[Action.SEEK_CLARIFICATION][Need.QUESTIONS] in client.get(address).text


def test_a_proposal_is_on_the_page_with_its_reasons_and_until_when_to_object(app: Flask, cast: Cast) -> None:
    page = opened(app, proposed(cast)).get("/track/case").text
    assert USUAL[Action.PROPOSE][Need.REASON] in page
    assert "Ending it is proposed" in page
    assert "Until then you can object" in page


def test_after_an_answer_the_page_shows_the_reasons_and_the_three_ways_on(app: Flask, cast: Cast) -> None:
    page = opened(app, disposed(cast)).get("/track/case").text
    assert REASON in page
    assert "Your grievance is answered. Is it solved?" in page
    assert "You can answer until" in page
    assert {"confirm", "refuse", "lodge_appeal"} <= offered(page)


def test_a_withdrawn_case_says_until_when_that_can_be_taken_back(app: Flask, cast: Cast) -> None:
    number = proposed(cast)
    act(KANTA, number, Action.WITHDRAW, 1)
    page = opened(app, number).get("/track/case").text
    assert "You can take this back until" in page
    assert "Ending it is proposed" not in page


def test_an_appeal_names_the_office_that_decides_it_and_only_while_it_does(app: Flask, cast: Cast) -> None:
    said = "Resident Additional Collector, Ahmedabad decides the appeal in writing."
    number = appealed(cast)
    phone = opened(app, number)
    assert said in phone.get("/track/case").text
    act(cast.additional_collector, number, Action.DISMISS_APPEAL, 2)
    assert said not in phone.get("/track/case").text


def test_a_question_says_until_when_to_answer_it(app: Flask, cast: Cast) -> None:
    page = opened(app, asked(cast)).get("/track/case").text
    panel = page[page.index('id="asked"') : page.index('id="do"')]
    assert "You can answer until " in panel


def test_a_refusal_shows_which_higher_office_answers_from_then_on(app: Flask, cast: Cast) -> None:
    page = opened(app, refused(cast)).get("/track/case").text
    assert "Answers for it now: Resident Additional Collector, Ahmedabad" in page[page.index('id="all"') :]


def test_before_withdrawing_it_says_for_how_many_days_that_can_be_taken_back(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.extensions, "rules", replace(RULES, withdrawal_undo_days=9))
    page = opened(app, assigned(cast)).get("/track/case/withdraw").text
    assert "You can take this back within 9 days." in page


def test_what_the_office_keeps_to_itself_is_never_on_the_page(app: Flask, cast: Cast) -> None:
    disposed(cast, "first")
    number = assigned(cast)
    add_paper(cast.bharat, number, 1, DocumentKind.EVIDENCE, latitude=22.72, longitude=72.44)
    act(cast.hansa, number, Action.NOTE, 1)
    act(cast.bharat, number, Action.REPORT_ACTION, 1)
    done = act(cast.meena, number, Action.DISPOSE, 1, outcome=Outcome.REDRESSED)
    assert done.warnings
    page = opened(app, number).get("/track/case").text
    assert TEXT in page
    for secret in (USUAL[Action.NOTE][Need.REMARK], "Office only", "repeats_own_reply", "Bharat Solanki",
                   "Meena Parmar", "Hansa Rathod", "22.72", "72.44", "officer_posting_id"):  # fmt: skip
        assert secret not in page, secret


# Doing something

FORMS: dict[Action, tuple[str, dict[str, str]]] = {
    Action.CLARIFY: ("asked", {"remark": WORDS}),
    Action.OBJECT: ("proposed", {"remark": WORDS}),
    Action.CONFIRM: ("disposed", {"rating": "4", "remark": ""}),
    Action.REFUSE: ("disposed", {"remark": WORDS}),
    Action.LODGE_APPEAL: ("disposed", {"grounds": WORDS}),
    Action.WITHDRAW: ("assigned", {"remark": WORDS}),
    Action.UNDO_WITHDRAWAL: ("withdrawn", {}),
    Action.REMIND: ("assigned", {"remark": ""}),
    Action.CORRECT: ("assigned", {"remark": WORDS}),
    Action.MARK_IMMEDIATE: ("assigned", {"remark": WORDS}),
    Action.RATE: ("confirmed", {"rating": "2", "remark": WORDS}),
}


def seen_version(page: str) -> str:
    found = re.search(r'name="version"[^>]*value="(\d+)"', page)
    assert found
    return found[1]


@pytest.mark.parametrize("action", FORMS)
def test_each_action_has_a_page_that_does_it(app: Flask, cast: Cast, action: Action) -> None:
    stage, typed = FORMS[action]
    number = STAGES[stage](cast)
    client = opened(app, number)
    page = client.get(f"/track/case/{action.value}")
    assert page.status_code == 200
    before = case(number).last_seq
    answer = client.post(f"/track/case/{action.value}", data={"version": seen_version(page.text), **typed})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/track/case")
    assert case(number).last_seq == before + 1
    assert client.get("/track/case").status_code == 200


@pytest.mark.parametrize("action", [one for one, (_stage, typed) in FORMS.items() if typed])
def test_what_is_too_long_is_refused_and_kept(app: Flask, cast: Cast, action: Action) -> None:
    stage, typed = FORMS[action]
    number = STAGES[stage](cast)
    client = opened(app, number)
    before = case(number).last_seq
    field = "grounds" if "grounds" in typed else "remark"
    answer = client.post(f"/track/case/{action.value}", data=typed | {field: "અ" * 4001})
    assert answer.status_code == 422
    assert "અ" * 4001 in answer.text
    assert "Write at most 4000 characters." in answer.text
    assert case(number).last_seq == before


@pytest.mark.parametrize("action", [one for one, (_stage, typed) in FORMS.items() if WORDS in typed.values()])
def test_what_is_missing_is_said_on_its_field(app: Flask, cast: Cast, action: Action) -> None:
    stage, typed = FORMS[action]
    number = STAGES[stage](cast)
    client = opened(app, number)
    before = case(number).last_seq
    seen = {"version": str(case(number).version)}
    answer = client.post(f"/track/case/{action.value}", data=seen | dict.fromkeys(typed, ""))
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text or "Choose from 1 to 5." in answer.text
    assert case(number).last_seq == before


@pytest.mark.parametrize("rating", ["", "0", "6", "x", "²", "55"])
def test_a_rating_that_is_none_keeps_the_remark(app: Flask, cast: Cast, rating: str) -> None:
    answer = opened(app, disposed(cast)).post("/track/case/rate", data={"rating": rating, "remark": WORDS})
    assert answer.status_code == 422
    assert WORDS in answer.text


def test_a_second_reminder_on_a_day_keeps_the_words(app: Flask, cast: Cast) -> None:
    client = opened(app, assigned(cast))
    assert client.post("/track/case/remind", data={"remark": "once"}).status_code == 303
    answer = client.post("/track/case/remind", data={"remark": WORDS})
    assert answer.status_code == 422
    assert WORDS in answer.text
    assert "can be sent tomorrow" in answer.text


def test_who_answers_a_page_that_is_out_of_date_keeps_their_words_and_may_send_again(app: Flask, cast: Cast) -> None:
    number = disposed(cast)
    client = opened(app, number)
    seen = seen_version(client.get("/track/case/refuse").text)
    act(cast.hansa, number, Action.NOTE, 2)
    answer = client.post("/track/case/refuse", data={"version": seen, "remark": WORDS})
    assert answer.status_code == 409
    assert WORDS in answer.text
    assert case(number).status is Status.DISPOSED
    fresh = seen_version(answer.text)
    assert fresh != seen
    assert client.post("/track/case/refuse", data={"version": fresh, "remark": WORDS}).status_code == 303
    assert case(number).status is Status.REGISTERED


def test_an_expired_page_does_nothing_and_keeps_the_words(app: Flask, cast: Cast) -> None:
    number = disposed(cast)
    client = opened(app, number)
    answer = client.post("/track/case/refuse", data={"remark": WORDS}, csrf=False)
    assert answer.status_code == 422
    assert WORDS in answer.text
    assert "Nothing is lost" in answer.text
    assert case(number).status is Status.DISPOSED


def test_what_cannot_be_done_any_more_leads_back_to_the_case(app: Flask, cast: Cast) -> None:
    client = opened(app, assigned(cast))
    for send in (client.get, client.post):
        answer = send("/track/case/confirm")
        assert (answer.status_code, answer.headers["Location"]) == (303, "/track/case")


@pytest.mark.parametrize("action", ["dispose", "file", "note", "escalate", "add_document", "nothing"])
def test_what_is_not_the_complainants_has_no_page(app: Flask, cast: Cast, action: str) -> None:
    client = opened(app, assigned(cast))
    assert client.get(f"/track/case/{action}").status_code == 404
    assert client.post(f"/track/case/{action}").status_code == 404


def test_a_confirmation_with_a_rating_is_the_complainants_own(app: Flask, cast: Cast) -> None:
    number = disposed(cast)
    opened(app, number).post("/track/case/confirm", data={"version": str(case(number).version), "rating": "5"})
    row = case(number)
    assert (row.status, row.confirmation) == (Status.CLOSED, Confirmation.CONFIRMED)


# Papers


def send_paper(client: Client, data: bytes = PDF, name: str = "utaro.pdf", **more: Any) -> TestResponse:
    fields = {"document": FileStorage(BytesIO(data), name, "application/pdf")}
    return client.post("/track/case/papers", data=fields, **more)


def test_a_paper_is_added_and_fetched_again(app: Flask, cast: Cast) -> None:
    client = opened(app, assigned(cast))
    assert send_paper(client).headers["Location"] == "/track/case"
    page = client.get("/track/case").text
    address = re.search(r'href="(/track/case/papers/\d+)"', page)
    assert address
    got = client.get(address[1])
    assert (got.status_code, got.mimetype) == (200, "application/pdf")
    assert got.headers["Cache-Control"] == "no-store"
    assert got.data.startswith(b"%PDF")


def test_the_same_paper_twice_is_there_once(app: Flask, cast: Cast) -> None:
    number = assigned(cast)
    client = opened(app, number)
    assert [send_paper(client).status_code, send_paper(client).status_code] == [303, 303]
    assert client.get("/track/case").text.count("utaro.pdf") == 1


@pytest.mark.parametrize(("data", "name"), [(b"", "empty.pdf"), (b"MZ program", "a.pdf"), (b"", "")])
def test_what_is_no_paper_is_refused_in_words(app: Flask, cast: Cast, data: bytes, name: str) -> None:
    number = assigned(cast)
    before = case(number).last_seq
    answer = send_paper(opened(app, number), data, name)
    assert answer.status_code == 422
    assert "The paper was not added" in answer.text
    assert case(number).last_seq == before


def test_a_paper_from_an_expired_page_or_a_closed_door_is_not_added(app: Flask, cast: Cast, client: Client) -> None:
    number = assigned(cast)
    assert send_paper(client).status_code == 403
    assert send_paper(opened(app, number), csrf=False).status_code == 422
    assert case(number).last_seq == 2


def test_the_paper_of_another_case_is_not_there(app: Flask, cast: Cast) -> None:
    mine, theirs = assigned(cast), assigned(cast, "other")
    own = add_paper(KANTA, mine, 1)
    foreign = add_paper(KANTA, theirs, 1, data=pdf(b"<< /Own 3 >>"))
    client = opened(app, mine)
    assert client.get(f"/track/case/papers/{own}").status_code == 200
    assert client.get(f"/track/case/papers/{foreign}").status_code == 404
    assert client.get(f"/track/case/papers/{2**63}").status_code == 404
