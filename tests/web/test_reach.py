"""Texts on the pages: the complainant stops and starts them, and the office sees whom none reaches and what to do."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from swagat.database import db, transaction
from swagat.domain.workflow import Action, Status
from swagat.models import DeliveryStatus, FilingMode, OptedOutNumber, RefusedNumber
from swagat.services.delivery import mark_number
from swagat.services.opt_outs import By, stop
from tests.builders import (
    KANTA,
    KANTAS_MOBILE,
    RULES,
    Cast,
    act,
    assigned,
    case,
    day,
    disposed,
    file_case,
    sign_in,
)
from tests.client import Client
from tests.services.test_opt_outs import answered, live, told
from tests.services.test_texting import text_ends
from tests.web.conftest import Time
from tests.web.test_track import Counting, offered, opened

NOTICE = "No text reaches the complainant"
STOP_AT, CHANGE_AT = "/track/case/texts/stop", "/track/case/texts"
STOPPING, STARTING = {"wish": "stop"}, {"wish": "start"}


@pytest.fixture(autouse=True)
def third_day(time: Time) -> None:
    time.now = day(3)


def stopped() -> list[tuple[str, str]]:
    db.session.commit()
    rows = db.session.execute(select(OptedOutNumber.mobile, OptedOutNumber.by)).all()
    db.session.commit()
    return [(row.mobile, row.by) for row in rows]


def section(page: str) -> str:
    """Return what a page says under the heading Texts."""
    found = re.search(r'<section aria-labelledby="texts">.*?</section>', page, re.DOTALL)
    assert found is not None
    return found[0]


# The complainant


def test_the_page_says_to_which_number_and_in_which_language_texts_go(app: Flask, cast: Cast) -> None:
    texts = section(opened(app, file_case().number).get("/track/case").text)
    assert "XXXXXXX210" in texts
    assert "ગુજરાતી" in texts
    assert KANTAS_MOBILE[3:] not in texts
    assert f'href="{STOP_AT}"' in texts
    assert 'value="start"' not in texts


def test_a_case_without_a_number_says_so_and_has_no_button(app: Flask, cast: Cast) -> None:
    number = file_case(mobile=None, clerk=cast.ramila, mode=FilingMode.COUNTER).number
    client = opened(app, number)
    texts = section(client.get("/track/case").text)
    assert "No mobile number was given with this grievance" in texts
    assert "texts/stop" not in texts
    assert "<form" not in texts
    for answer in (client.get(STOP_AT), client.post(CHANGE_AT, data=STOPPING), client.post(CHANGE_AT, data=STARTING)):
        assert answer.status_code == 422
        assert "there are no texts to stop" in answer.text
    assert stopped() == []


def test_a_shared_phone_is_told_that_its_texts_say_only_that_there_is_news(app: Flask, cast: Cast) -> None:
    shared, own = file_case(phone_is_shared=True).number, file_case("own").number
    assert "only that there is news" in section(opened(app, shared).get("/track/case").text)
    assert "only that there is news" not in section(opened(app, own).get("/track/case").text)


def test_before_stopping_the_page_says_what_follows(app: Flask, cast: Cast) -> None:
    page = opened(app, file_case().number).get(STOP_AT)
    assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-store")
    for said in (
        "You get no more texts on this number, also about other grievances.",
        "The answer then waits until somebody hands it to you or you look here.",
        "XXXXXXX210",
        f'action="{CHANGE_AT}"',
        'name="wish" value="stop"',
    ):
        assert said in page.text
    assert KANTAS_MOBILE[3:] not in page.text
    assert stopped() == []


def test_stopping_and_starting_again(app: Flask, cast: Cast) -> None:
    number = told(cast)
    client = opened(app, number)
    answer = client.post(CHANGE_AT, data=STOPPING)
    assert (answer.status_code, answer.location) == (303, "/track/case")
    assert stopped() == [(KANTAS_MOBILE, "complainant")]
    assert (case(number).reached_at, live(number)) == (None, set())
    page = client.get("/track/case").text
    texts = section(page)
    assert "No more texts come to this number." in page
    assert "Saturday, 4 July 2026" in texts
    assert "No longer reached by text: the time to answer stands still" in page
    assert "texts/stop" not in texts
    assert 'name="wish" value="start"' in texts
    assert {"confirm", "refuse", "lodge_appeal"} <= offered(page)
    assert client.post(CHANGE_AT, data=STARTING).status_code == 303
    page = client.get("/track/case").text
    assert stopped() == []
    assert "Texts come to this number again." in page
    assert f'href="{STOP_AT}"' in section(page)
    assert case(number).reached_at is None


@pytest.mark.parametrize("wish", [STOPPING, STARTING])
def test_pressing_twice_is_answered_like_pressing_once(app: Flask, cast: Cast, wish: dict[str, str]) -> None:
    client = opened(app, file_case().number)
    answers = [client.post(CHANGE_AT, data=wish) for _ in range(2)]
    assert [(one.status_code, one.location) for one in answers] == [(303, "/track/case")] * 2
    assert len(stopped()) == (1 if wish is STOPPING else 0)


@pytest.mark.parametrize("wish", [{}, {"wish": ""}, {"wish": "STOP"}, {"wish": "x" * 5000}])
def test_whoever_asks_for_neither_is_told_how(app: Flask, cast: Cast, wish: dict[str, str]) -> None:
    answer = opened(app, file_case().number).post(CHANGE_AT, data=wish)
    assert answer.status_code == 422
    assert "Use one of the two buttons" in answer.text
    assert stopped() == []


def test_without_an_open_door_nothing_stops(client: Client, cast: Cast) -> None:
    file_case()
    client.get("/track?lang=en")
    for answer in (client.get(STOP_AT), client.post(CHANGE_AT, data=STOPPING)):
        assert (answer.status_code, answer.location) == (303, "/track")
    assert stopped() == []


def test_a_door_that_shut_by_itself_stops_nothing(app: Flask, cast: Cast, time: Time) -> None:
    client = opened(app, file_case().number)
    time.now = day(3.1)
    assert client.post(CHANGE_AT, data=STOPPING).location == "/track"
    assert stopped() == []


def test_without_our_token_nothing_stops(app: Flask, cast: Cast) -> None:
    client = opened(app, file_case().number)
    assert client.post(CHANGE_AT, data=STOPPING, csrf=False).status_code == 400
    assert client.post(CHANGE_AT, data=STOPPING, headers={"Origin": "https://evil.example"}).status_code == 403
    assert stopped() == []


def test_nobody_signed_in_stops_a_complainants_texts(app: Flask, cast: Cast) -> None:
    client = opened(app, file_case().number)
    sign_in(client, cast.bharat, day(3))
    assert client.post(CHANGE_AT, data=STOPPING).status_code == 403
    assert client.get(STOP_AT).status_code == 403
    assert stopped() == []


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("21614", "This number is not a mobile number."),
        ("30005", "The network knows no such number."),
        ("21214", "This number is not a mobile number."),
        ("99999", "The operator&#39;s code is 99999."),
    ],
)
def test_a_number_that_no_text_reaches_is_said_in_words(app: Flask, cast: Cast, code: str, words: str) -> None:
    number = file_case().number
    with transaction() as session:
        mark_number(session, KANTAS_MOBILE, code, day(2))
    texts = section(opened(app, number).get("/track/case").text)
    assert "No text reaches this number." in texts
    assert words in texts
    assert (code in texts) == (code == "99999")


def test_who_told_the_operator_to_stop_can_start_again_here(app: Flask, cast: Cast) -> None:
    number = file_case().number
    with transaction() as session:
        mark_number(session, KANTAS_MOBILE, "21610", day(2))
    client = opened(app, number)
    texts = section(client.get("/track/case").text)
    assert "The owner of the number wants no texts: they answered STOP." in texts
    assert 'name="wish" value="start"' in texts
    client.post(CHANGE_AT, data=STARTING)
    assert db.session.scalars(select(RefusedNumber)).all() == []
    db.session.commit()
    assert "they answered STOP" not in section(client.get("/track/case").text)


@pytest.mark.parametrize("language", ["gu", "hi"])
def test_the_pages_read_in_other_languages_too(app: Flask, cast: Cast, language: str) -> None:
    client = opened(app, told(cast))
    client.get(f"/track/case?lang={language}")
    assert f'lang="{language}"' in client.get(STOP_AT).text
    client.post(CHANGE_AT, data=STOPPING)
    assert client.get("/track/case").status_code == 200


def test_a_stopped_number_costs_the_page_no_more_than_ten_statements(
    app: Flask, cast: Cast, count_statements: Counting
) -> None:
    client = opened(app, told(cast))
    client.post(CHANGE_AT, data=STOPPING)
    client.get("/track/case")
    with count_statements() as sent:
        assert client.get("/track/case").status_code == 200
    assert len(sent) <= 10, sent


# The office


def desk(app: Flask, cast: Cast, number: str) -> str:
    client: Client = app.test_client()  # type: ignore[assignment]
    sign_in(client, cast.bharat, day(3))
    client.get("/desk?lang=en")
    page = client.get(f"/desk/{number}")
    assert page.status_code == 200
    return page.text


def at_counter(app: Flask, cast: Cast, number: str, opened_by: str = "slip") -> str:
    client: Client = app.test_client()  # type: ignore[assignment]
    sign_in(client, cast.ramila, day(3))
    client.get("/counter?lang=en")
    with client.session_transaction() as held:
        held["counter_case"] = [number, cast.ramila.person_id, opened_by, int(day(3).timestamp())]
    page = client.get("/counter/case/open")
    assert page.status_code == 200
    return page.text


PAGES: dict[str, Callable[[Flask, Cast, str], str]] = {"desk": desk, "counter": at_counter}


@pytest.mark.parametrize("page", PAGES)
def test_the_office_sees_that_the_number_was_stopped_and_what_to_do(app: Flask, cast: Cast, page: str) -> None:
    number = told(cast)
    assert NOTICE not in PAGES[page](app, cast, number)
    stop(KANTAS_MOBILE, By.SMS, day(3), RULES)
    shown = PAGES[page](app, cast, number)
    for said in (
        NOTICE,
        "The holder of the number wants no more texts, since",
        "Hand the answer over at the counter or by post, and record it",
        "No longer reached by text: the time to answer stands still",
    ):
        assert said in shown, said
    assert "hand_over" in shown


@pytest.mark.parametrize("page", PAGES)
def test_the_office_sees_that_there_is_no_number(app: Flask, cast: Cast, page: str) -> None:
    number = assigned(cast, mobile=None, clerk=cast.ramila, mode=FilingMode.COUNTER)
    shown = PAGES[page](app, cast, number)
    assert NOTICE in shown
    assert "No mobile number was given." in shown
    assert "What the complainant has to know must be told at the counter or by post." in shown


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("21614", "This number is not a mobile number."),
        ("21610", "The owner of the number wants no texts: they answered STOP."),
        ("77777", "The operator&#39;s code is 77777."),
        ("landline", "The operator takes no text for this number."),
    ],
)
def test_the_office_sees_why_the_operator_refuses_the_number(
    app: Flask, cast: Cast, page: str, code: str, words: str
) -> None:
    number = answered(cast)
    with transaction() as session:
        mark_number(session, KANTAS_MOBILE, code, day(2))
    shown = PAGES[page](app, cast, number)
    assert NOTICE in shown
    assert words in shown


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("status", "failure", "words"),
    [
        (DeliveryStatus.UNDELIVERED, "30003", "The phone was switched off, without signal, or cannot take texts."),
        (DeliveryStatus.FAILED, "30007", "Held back by the network as unwanted or not registered."),
        (DeliveryStatus.FAILED, "given up after 24 tries: timed out", "did not arrive, as far as is known.</p>"),
        (DeliveryStatus.UNKNOWN, "nobody can say whether it was sent", "did not arrive, as far as is known.</p>"),
    ],
)
def test_the_office_sees_that_the_newest_text_did_not_arrive(
    app: Flask, cast: Cast, page: str, status: DeliveryStatus, failure: str, words: str
) -> None:
    number = answered(cast)
    text_ends(number, status, failure)
    shown = PAGES[page](app, cast, number)
    assert NOTICE in shown
    assert words in shown
    assert "given up" not in shown


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("stands", ["handed over", "withdrawn", "closed"])
def test_where_nothing_is_to_be_told_any_more_nothing_is_said(app: Flask, cast: Cast, page: str, stands: str) -> None:
    if stands == "withdrawn":
        number = file_case().number
        act(KANTA, number, Action.WITHDRAW, 1)
    else:
        number = disposed(cast)
        if stands == "closed":
            act(KANTA, number, Action.CONFIRM, 1)
    stop(KANTAS_MOBILE, By.SMS, day(2), RULES)
    assert NOTICE not in PAGES[page](app, cast, number)


@pytest.mark.parametrize("page", PAGES)
def test_a_hidden_identity_shows_no_number_with_it(app: Flask, cast: Cast, page: str) -> None:
    number = assigned(cast, is_identity_hidden=True)
    stop(KANTAS_MOBILE, By.SMS, day(2), RULES)
    shown = PAGES[page](app, cast, number)
    assert NOTICE in shown
    assert "XXXX" not in shown
    assert KANTAS_MOBILE[3:] not in shown


@pytest.mark.parametrize("opened_by", ["slip", "paper", "own"])
def test_the_clerk_who_filed_it_is_led_to_the_slip_and_no_other(app: Flask, cast: Cast, opened_by: str) -> None:
    own = assigned(cast, "own", mobile=None, clerk=cast.ramila, mode=FilingMode.COUNTER)
    web = assigned(cast, "web")
    stop(KANTAS_MOBILE, By.SMS, day(2), RULES)
    assert f'href="/counter/slip/{own}"' in at_counter(app, cast, own, opened_by)
    if opened_by != "own":
        page = at_counter(app, cast, web, opened_by)
        assert NOTICE in page
        assert "/counter/slip/" not in page


def test_the_answer_handed_over_ends_the_notice_and_begins_the_window(app: Flask, cast: Cast) -> None:
    number = told(cast)
    stop(KANTAS_MOBILE, By.SMS, day(3), RULES)
    client: Client = app.test_client()  # type: ignore[assignment]
    sign_in(client, cast.bharat, day(3))
    client.get("/desk?lang=en")
    sent = client.post(f"/desk/{number}/hand_over", data={"version": str(case(number).version), "remark": "રૂબરૂ આપ્યો."})
    assert sent.status_code == 303
    assert (case(number).status, case(number).reached_at) == (Status.DISPOSED, day(3))
    assert NOTICE not in client.get(f"/desk/{number}").text


@pytest.mark.parametrize("page", ["/desk?tab=not_reached", "/counter"])
def test_the_lists_of_those_to_be_reached_hold_it(app: Flask, cast: Cast, page: str) -> None:
    number = told(cast, clerk=cast.ramila, mode=FilingMode.COUNTER)
    actor = cast.ramila if page == "/counter" else cast.meena
    client: Client = app.test_client()  # type: ignore[assignment]
    sign_in(client, actor, day(3))
    assert number not in client.get(page).text.split('id="today"')[0]
    stop(KANTAS_MOBILE, By.SMS, day(3), RULES)
    assert number in client.get(page).text.split('id="today"')[0]
