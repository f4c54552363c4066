"""Lateness in a browser: what superiors do about it on the desk, and what the complainant sees and asks."""

import re
from typing import Any

import pytest
from flask import Flask

from swagat import clock
from swagat.database import db, transaction
from swagat.domain.case import Outcome
from swagat.domain.deadlines import Clock
from swagat.domain.registration import tracking_code
from swagat.domain.roles import Actor
from swagat.domain.workflow import Action, Need, Status
from swagat.models import CommonCause, Direction, Grievance, Lapse, Posting
from swagat.services import escalation
from swagat.web.words import CLOCKS
from tests.builders import (
    KANTA,
    REASON,
    REPORT,
    RULES,
    SECRET,
    Cast,
    act,
    assigned,
    case,
    day,
    disposed,
    file_case,
    post_cast,
    reported,
    sign_in,
)
from tests.client import Client

WORDS = "સ્થળ તપાસ કરી નકલ અરજદારને આપો."
WHY = {Need.REMARK: WORDS}


class Hands:
    """The clock of a test: it shows what the test sets."""

    def __init__(self) -> None:
        self.at = day(3)


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Hands:
    held = Hands()
    monkeypatch.setattr(clock, "now", lambda: held.at)
    return held


@pytest.fixture
def cast(app: Flask, hands: Hands) -> Cast:
    return post_cast()


def browser(app: Flask, actor: Actor, language: str = "en") -> Client:
    client: Client = app.test_client()  # type: ignore[assignment]
    sign_in(client, actor, clock.now())
    client.get(f"/desk?lang={language}")
    return client


def kanta(app: Flask, number: str) -> Client:
    """Return the complainant's browser, its door to the case open."""
    client: Client = app.test_client()  # type: ignore[assignment]
    client.get("/track?lang=en")
    with client.session_transaction() as held:
        held["track"] = [number, int(clock.now().timestamp())]
    return client


def send(client: Client, number: str, action: Action, **typed: str) -> Any:
    return client.post(
        f"/desk/{number}/{action.value}", data={"version": str(case(number).version), **typed}, follow_redirects=True
    )


def words_of(page: str) -> str:
    """Return what is read on a page, without its marks."""
    return re.sub(r"<[^>]+>", "", page)


def came_up(cast: Cast, hands: Hands) -> str:
    """Return the number of a case with an officer that came up to the office above."""
    number = assigned(cast)
    hands.at = day(25)
    escalation.sweep(hands.at, RULES)
    return number


# The forms of the desk


def test_more_time_is_given_on_the_page_within_its_bounds(app: Flask, cast: Cast) -> None:
    number = assigned(cast)
    client = browser(app, cast.additional_collector)
    page = client.get(f"/desk/{number}").text
    assert "More time can be given once in a case." in page
    form = page[page.index(f'action="/desk/{number}/give_time"') :]
    # Due on 22 July and at most thirty days more.
    assert 'max="2026-08-21"' in form[: form.index("</form>")]
    assert "New date" in form[: form.index("</form>")]
    late = send(client, number, Action.GIVE_TIME, expected_on="2026-08-22", remark=WORDS)
    assert late.status_code == 422
    assert "at the latest." in late.text
    assert WORDS in late.text
    done = send(client, number, Action.GIVE_TIME, expected_on="30-07-2026", remark=WORDS)
    assert done.status_code == 200
    assert "More time was given" in done.text
    assert case(number).due_on.isoformat() == "2026-07-30"
    assert f'action="/desk/{number}/give_time"' not in done.text
    citizen = kanta(app, number).get("/track/case").text
    assert WORDS in citizen
    assert "More time given" in citizen


def test_a_direction_goes_from_its_order_to_its_acceptance_on_the_pages(app: Flask, cast: Cast, hands: Hands) -> None:
    number = assigned(cast)
    above = browser(app, cast.additional_collector)
    empty = send(above, number, Action.DIRECT, remark=WORDS)
    assert (empty.status_code, "Give the date by which it is to be carried out." in empty.text) == (422, True)
    assert "Carry it out by" in empty.text
    page = send(above, number, Action.DIRECT, remark=WORDS, expected_on="2026-07-10").text
    assert "A direction, to be carried out by" in page
    assert "Not reported on yet." in page
    officer = browser(app, cast.bharat)
    page = officer.get(f"/desk/{number}").text
    assert page.count(WORDS) >= 1
    assert "Nilesh Trivedi" in page
    page = send(officer, number, Action.REPORT_DIRECTION, report=REPORT).text
    assert "Reported on" in page
    assert REPORT in page
    back = send(above, number, Action.RETURN_DIRECTION, remark="હજુ સહી બાકી છે.", expected_on="2026-07-17").text
    assert "Returned, because this is still to be done" in back
    hands.at = day(20)
    escalation.sweep(hands.at, RULES)
    page = browser(app, cast.bharat).get(f"/desk/{number}").text
    assert "Not carried out in time: 1 times." in page
    assert "Collector, Ahmedabad" in page
    send(browser(app, cast.bharat), number, Action.REPORT_DIRECTION, report=REPORT)
    page = send(browser(app, cast.collector), number, Action.ACCEPT_DIRECTION, remark="").text
    assert "Direction carried out" in page
    assert "A direction, to be carried out by" not in page
    assert db.session.query(Direction).one().complied_on is not None


def test_the_complainant_sees_that_a_direction_was_given_but_not_its_words(app: Flask, cast: Cast) -> None:
    number = assigned(cast)
    act(cast.additional_collector, number, Action.DIRECT, 1, expected_on=day(9).date(), texts=WHY)
    act(cast.bharat, number, Action.REPORT_DIRECTION, 2, texts={Need.REPORT: REPORT})
    page = kanta(app, number).get("/track/case").text
    assert "Direction given" in page
    assert "To be carried out by" in page
    assert WORDS not in page
    assert REPORT not in page
    desk = browser(app, cast.additional_collector).get(f"/desk/{number}").text
    assert "The complainant sees that it was done and by when, not the words." in desk


def test_a_report_may_be_returned_with_or_without_a_date(app: Flask, cast: Cast) -> None:
    number = reported(cast)
    client = browser(app, cast.meena)
    page = client.get(f"/desk/{number}").text
    assert "With a date it becomes a direction" in page
    form = page[page.index(f'action="/desk/{number}/return_report"') :]
    form = form[: form.index("</form>")]
    assert re.search(r"Carry it out by.*?\(optional\)", form, re.DOTALL)
    page = send(client, number, Action.RETURN_REPORT, remark=WORDS, expected_on="2026-07-10").text
    assert "A direction, to be carried out by" in page


def test_those_who_let_the_time_run_out_say_why_and_the_page_shows_who_has_not(
    app: Flask, cast: Cast, hands: Hands
) -> None:
    number = came_up(cast, hands)
    page = browser(app, cast.additional_collector).get(f"/desk/{number}").text
    assert "Where the time ran out" in page
    assert page.count("not said yet") == 2
    assert f'action="/desk/{number}/explain_lapse"' not in page
    page = send(browser(app, cast.meena), number, Action.EXPLAIN_LAPSE, remark=WORDS).text
    assert page.count("not said yet") == 1
    page = send(browser(app, cast.bharat), number, Action.EXPLAIN_LAPSE, remark="માપણી મોડી આવી.").text
    assert "not said yet" not in page
    assert WORDS in page
    citizen = kanta(app, number).get("/track/case").text
    assert WORDS not in citizen
    assert "Raised to the next level, because time ran out" in citizen
    assert db.session.query(Lapse).one().head_seq is not None


def test_the_office_it_came_up_to_decides_by_itself_but_nobody_presses_it_to(
    app: Flask, cast: Cast, hands: Hands
) -> None:
    number = came_up(cast, hands)
    client = browser(app, cast.additional_collector)
    page = client.get(f"/desk/{number}").text
    panel = page[: page.index(f'action="/desk/{number}/dispose"')].rpartition("<details")[2]
    assert " open" not in panel.partition(">")[0]
    typed = {"outcome": Outcome.REDRESSED.value, "reason": REASON}
    assert send(client, number, Action.DISPOSE, **typed).status_code == 422
    page = send(client, number, Action.DISPOSE, checked="રેકર્ડ તપાસ્યું.", **typed).text
    assert case(number).status is Status.DISPOSED
    assert "by the office it came up to, without a report" in page
    assert "by the office it came up to, without a report" in kanta(app, number).get("/track/case").text


def test_a_case_is_listed_for_a_sitting_and_taken_off(app: Flask, cast: Cast) -> None:
    number = assigned(cast)
    client = browser(app, cast.additional_collector)
    again = send(client, number, Action.LIST_FOR_SITTING, remark=WORDS)
    assert again.status_code == 422
    assert "Give the date of the sitting." in again.text
    assert WORDS in again.text
    assert "Date of the sitting" in again.text
    page = send(client, number, Action.LIST_FOR_SITTING, remark=WORDS, expected_on="2026-07-14").text
    assert "To be heard on Tue 14 Jul 2026 in the sitting of: Resident Additional Collector" in words_of(page)
    citizen = kanta(app, number).get("/track/case").text
    sentence = "It is to be heard on Tuesday, 14 July 2026 in the SWAGAT sitting of: Resident Additional Collector"
    assert sentence in words_of(citizen)
    assert "It is listed to be heard in a SWAGAT sitting." not in citizen
    assert "Date of the sitting" in citizen
    page = send(client, number, Action.UNLIST, remark=WORDS).text
    assert "To be heard on" not in page
    assert "It is to be heard on" not in kanta(app, number).get("/track/case").text


def test_once_the_day_of_the_sitting_is_over_no_page_says_that_it_is_to_come(
    app: Flask, cast: Cast, hands: Hands
) -> None:
    number = assigned(cast)
    act(cast.additional_collector, number, Action.LIST_FOR_SITTING, 3, expected_on=day(8).date(), texts=WHY)
    hands.at = day(9)
    assert "Listed for the sitting of:" in browser(app, cast.additional_collector).get(f"/desk/{number}").text
    citizen = kanta(app, number).get("/track/case").text
    assert "It is listed to be heard in a SWAGAT sitting." in citizen
    assert "It is to be heard on" not in citizen


def test_a_case_is_linked_to_a_common_cause_on_a_page_of_its_own(app: Flask, cast: Cast) -> None:
    number = assigned(cast)
    client = browser(app, cast.meena)
    page = client.get(f"/desk/{number}/link").text
    assert "No common cause is open here." in page
    with transaction() as session:
        session.add(
            CommonCause(
                state_id=cast.meena.state_id, office_id=cast.meena.office_id, title="Flood of July",
                owner_posting_id=cast.bharat.posting_id, expected_on=day(30).date(),
                begun_by_id=cast.meena.person_id, begun_at=day(1),
            )
        )  # fmt: skip
    page = client.get(f"/desk/{number}/link").text
    assert "No common cause is open here." not in page
    cause = re.search(r'<option value="(\d+)">Flood of July', page)
    assert cause is not None
    page = send(client, number, Action.LINK, cause=cause.group(1)).text
    assert "Common cause: Flood of July" in page
    assert case(number).cause_id == int(cause.group(1))
    assert "Flood of July" not in kanta(app, number).get("/track/case").text


@pytest.mark.parametrize("language", ["gu", "hi", "en"])
def test_a_page_with_everything_on_it_opens_in_every_language(
    app: Flask, cast: Cast, hands: Hands, language: str
) -> None:
    number = assigned(cast)
    with transaction() as session:
        session.get_one(Posting, cast.additional_collector.posting_id).ends_at = day(2)
    act(cast.bharat, number, Action.SEEK_CLARIFICATION, 1)
    hands.at = day(45)
    escalation.sweep(hands.at, RULES)
    assert case(number).level == 3
    act(KANTA, number, Action.ASK_DATE, 45)
    act(cast.collector, number, Action.DIRECT, 45, expected_on=day(52).date(), texts=WHY)
    act(cast.collector, number, Action.LIST_FOR_SITTING, 45, expected_on=day(52).date(), texts=WHY)
    client = browser(app, cast.collector, language)
    page = client.get(f"/desk/{number}")
    assert page.status_code == 200
    citizen = kanta(app, number)
    assert citizen.get(f"/track/case?lang={language}").status_code == 200
    if language == "en":
        assert "nobody heads it" in page.text
        assert "Passed over on the way up, because nobody headed it" in page.text
        assert "The direction is to be carried out by" in page.text
        assert "The complainant asked on" in page.text
        assert "A question without an answer is no reason to end the grievance." in page.text


def test_a_question_that_nobody_answered_is_named_as_no_reason_where_it_would_be_used(
    app: Flask, cast: Cast, hands: Hands
) -> None:
    number = assigned(cast)
    act(cast.bharat, number, Action.SEEK_CLARIFICATION, 1)
    hands.at = day(18)
    escalation.sweep(hands.at, RULES)
    assert case(number).status is Status.ASSIGNED
    page = browser(app, cast.bharat).get(f"/desk/{number}/propose").text
    assert "That a question was not answered is no reason to end the grievance." in page


# The complainant's side


def test_after_a_missed_date_the_complainant_asks_for_another_and_reads_the_answer(
    app: Flask, cast: Cast, hands: Hands
) -> None:
    number = came_up(cast, hands)
    client = kanta(app, number)
    page = client.get("/track/case").text
    assert 'href="/track/case/ask_date"' in page
    assert "You can ask once for each date that was missed." in client.get("/track/case/ask_date").text
    sent = client.post("/track/case/ask_date", data={"remark": "ક્યારે?"}, follow_redirects=True).text
    assert "You asked for a dated answer" in sent
    assert "The office has not answered this yet." in sent
    assert 'href="/track/case/ask_date"' not in sent
    desk = browser(app, cast.additional_collector)
    assert "An interim reply gives it." in desk.get(f"/desk/{number}").text
    page = send(desk, number, Action.INTERIM_REPLY, remark="માપણી સોમવારે છે.", expected_on="2026-08-04").text
    assert "An interim reply gives it." not in page
    page = client.get("/track/case").text
    assert "The office expects to answer by" in page
    assert "માપણી સોમવારે છે." in page
    assert case(number).due_on.isoformat() not in ("2026-08-04",)


def test_a_case_in_time_offers_no_such_question(app: Flask, cast: Cast) -> None:
    number = assigned(cast)
    client = kanta(app, number)
    assert "ask_date" not in client.get("/track/case").text
    assert client.get("/track/case/ask_date").status_code == 303


def test_the_tracking_page_says_why_its_other_dates_are_those_dates(app: Flask, cast: Cast) -> None:
    number = file_case().number
    page = kanta(app, number).get("/track/case").text
    assert "An officer is to be named by" in page
    act(cast.meena, number, Action.ASSIGN, 1, officer_posting_id=cast.bharat.posting_id)
    assert "An officer is to be named by" not in kanta(app, number).get("/track/case").text
    answered = disposed(cast, "answered")
    assert "The complainant can answer until" in kanta(app, answered).get("/track/case").text


def test_the_counter_asks_for_a_date_for_who_stands_there(app: Flask, cast: Cast, hands: Hands) -> None:
    number = file_case(clerk=cast.ramila).number
    hands.at = day(25)
    escalation.sweep(hands.at, RULES)
    code = tracking_code(SECRET, "kanta")
    ramila = browser(app, cast.ramila)
    ramila.post("/counter/case", data={"number": number, "code": code})
    page = ramila.get("/counter/case/open").text
    assert 'href="/counter/case/open/ask_date"' in page
    done = ramila.post(
        "/counter/case/open/ask_date", data={"version": str(case(number).version)}, follow_redirects=True
    )
    assert done.status_code == 200
    row = db.session.get_one(Grievance, case(number).id)
    assert row.asked_after == row.lapses == 1


def test_the_clocks_shown_have_a_word_each() -> None:
    shown = {one.value for one in Clock} - {Clock.RESOLVE.value, Clock.WARN.value, Clock.OBJECTION.value}
    assert set(CLOCKS) == shown
