"""The whole way of a text through the real library to the stand-in and back, with several dispatchers at once."""

import socket
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from flask import Flask

from swagat.database import db
from swagat.domain.messages import MessageKey as M
from swagat.domain.rules import Rules
from swagat.domain.sending import SendingRules
from swagat.models import DeliveryStatus as S
from swagat.services.asking import FIRST_ASKED_AFTER
from swagat.services.outbox import DispatchReport, dispatch
from swagat.sms.gateway import Sent
from swagat.sms.twilio_gateway import TwilioGateway
from tests.contract.accounts import account_of, gateway_to
from tests.contract.twilio_stand_in import HANGS, RESETS_AFTER_TAKING, RESETS_BEFORE_TAKING, StandIn, refuses
from tests.services.case_to_tell import KANTA, make_case, only_text, queue, queue_many, texts
from tests.staff import NOON

RULES = Rules()


@pytest.fixture
def case(app: Flask) -> None:
    make_case()


@pytest.fixture
def stand_in(stand_in: StandIn) -> StandIn:
    """Twilio on the day of the story, an hour later than every dispatcher thinks."""
    stand_in.clock = lambda: NOON + timedelta(hours=1)
    return stand_in


def test_a_text_is_at_twilio_under_the_id_that_its_row_has(case: None, stand_in: StandIn) -> None:
    queue(M.ASSIGNED)
    assert dispatch(NOON, gateway_to(stand_in), RULES).sent == 1
    text = only_text()
    (taken,) = stand_in.taken
    assert (taken["to"], taken["body"], taken["sid"]) == (KANTA, text.body, text.provider_id)
    assert stand_in.forms[0]["StatusCallback"].split("#")[0].endswith(f"/hooks/twilio/status/{text.id}")


@pytest.mark.parametrize("mood", [RESETS_AFTER_TAKING, HANGS, RESETS_BEFORE_TAKING, refuses(503, None)])
def test_a_text_whose_answer_was_lost_is_at_twilio_once_in_the_end(case: None, stand_in: StandIn, mood: object) -> None:
    queue(M.ASSIGNED)
    gateway = gateway_to(stand_in, (2.0, 0.2))
    stand_in.moods.append(mood)  # type: ignore[arg-type]
    assert dispatch(NOON, gateway, RULES).unknown == 1
    dispatch(NOON + FIRST_ASKED_AFTER, gateway, RULES)
    text = only_text()
    assert text.status is S.SENT
    assert [one["sid"] for one in stand_in.taken] == [text.provider_id]


def test_too_many_requests_stop_the_pass_for_as_long_as_twilio_says(case: None, stand_in: StandIn) -> None:
    queue_many(4)
    stand_in.moods.append(refuses(429, 20429, Retry_After="45"))
    gateway = gateway_to(stand_in)
    one_by_one = SendingRules(parallel_calls=1)
    assert dispatch(NOON, gateway, RULES, sending=one_by_one) == DispatchReport(postponed=1, put_back=3)
    assert dispatch(NOON + timedelta(seconds=44), gateway, RULES) == DispatchReport()
    assert len(stand_in.forms) == 1
    assert dispatch(NOON + timedelta(seconds=45), gateway, RULES).sent == 4
    assert len(stand_in.taken) == 4


@pytest.mark.concurrency
def test_four_dispatchers_at_once_send_each_text_once_though_answers_are_lost(
    own_app: Flask, stand_in: StandIn
) -> None:
    with own_app.app_context():
        make_case()
        queue_many(60)
        db.session.remove()
    start = Barrier(4)
    stand_in.moods.extend([*[refuses(429, 20429), RESETS_AFTER_TAKING, RESETS_BEFORE_TAKING, refuses(500, None)] * 2])

    def work() -> None:
        gateway: TwilioGateway = gateway_to(stand_in)
        with own_app.app_context():
            start.wait(30)
            for step in range(9):
                dispatch(NOON + timedelta(minutes=3 * step), gateway, RULES, limit=11)
            db.session.remove()

    with ThreadPoolExecutor(4) as pool:
        for future in [pool.submit(work) for _ in range(4)]:
            future.result()
    with own_app.app_context():
        for step in range(9, 15):
            dispatch(NOON + timedelta(minutes=3 * step), gateway_to(stand_in), RULES)
        rows = texts()
    assert {row.status for row in rows} == {S.SENT}
    assert sorted(one["sid"] for one in stand_in.taken) == sorted(row.provider_id or "" for row in rows)
    assert len(stand_in.taken) == 60


def test_twilio_is_away_for_an_hour_and_nothing_is_lost_and_nobody_storms(case: None, stand_in: StandIn) -> None:
    queue_many(500)
    ids = [text.id for text in texts()]
    tried: Counter[int] = Counter()
    begun: list[timedelta] = []

    class Counting(TwilioGateway):
        def send(self, to: str, body: str, message_id: int, **named: Any) -> Sent:
            tried[message_id] += 1
            begun.append(now)
            return super().send(to, body, message_id, **named)

    nobody = StandIn.__new__(StandIn)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody.address = f"http://127.0.0.1:{free.getsockname()[1]}"
        away = Counting(account_of(nobody))
        for seconds in range(0, 3600, 20):
            now = timedelta(seconds=seconds)
            dispatch(NOON + now, away, RULES)
    # Four calls at a time, after pauses that grow from half a minute to an hour.
    assert max(tried.values()) <= 8
    assert len(begun) <= 4 * 8
    rounds = sorted(set(begun))
    assert rounds[-1] - rounds[-2] > rounds[1] - rounds[0]
    assert {text.status for text in texts()} == {S.QUEUED}

    queue(M.CLOSED, seq=3)
    back = gateway_to(stand_in)
    one_by_one = SendingRules(parallel_calls=1)
    for step in range(3):
        dispatch(NOON + timedelta(hours=1, seconds=20 * step), back, RULES, sending=one_by_one)
    order = [int(form["StatusCallback"].split("#")[0].rpartition("/")[2]) for form in stand_in.forms]
    # The text that is new finds Twilio there again; then the oldest leave first.
    assert order == [texts()[-1].id, *ids]
    assert sorted(one["sid"] for one in stand_in.taken) == sorted(text.provider_id or "" for text in texts())


def test_a_report_that_got_lost_is_made_up_for_by_looking_the_text_up(case: None, stand_in: StandIn) -> None:
    queue(M.ASSIGNED)
    gateway = gateway_to(stand_in)
    dispatch(NOON, gateway, RULES)
    stand_in.move(only_text().provider_id or "", "undelivered", 30003)
    assert dispatch(NOON + timedelta(hours=1), gateway, RULES) == DispatchReport(learned=1)
    assert (only_text().status, only_text().failure) == (S.UNDELIVERED, "30003")
    assert len(stand_in.forms) == 1
