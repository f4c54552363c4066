"""How many texts leave in a day: any number of dispatchers together keep the caps, and what is over one waits."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select

from swagat.database import db, transaction
from swagat.domain.messages import MessageKey as M
from swagat.domain.rules import Rules
from swagat.domain.sending import SendingRules
from swagat.models import DeliveryStatus as S
from swagat.models import OptedOutNumber, SmsMessage, TryCount
from swagat.services.opt_outs import WANTS_NONE
from swagat.services.outbox import DispatchReport, dispatch
from swagat.sms.gateway import Ambiguous, Gateway, Rejected, TryAgain
from tests.conftest import settings_for
from tests.services.case_to_tell import KANTA, MEENAS, change, make_case, queue, queue_many, texts
from tests.services.fake_gateway import FakeGateway
from tests.staff import NOON, TALUKA

RULES = Rules()
MIDNIGHT = datetime(2026, 12, 5, tzinfo=UTC)


@pytest.fixture
def case(app: Flask) -> None:
    make_case()


def send(gateway: Gateway, now: datetime = NOON, limit: int = 1000, **rules: int) -> DispatchReport:
    return dispatch(now, gateway, RULES, limit, SendingRules(**{"parallel_calls": 1} | rules), b"a secret")


def counted() -> int:
    """Return how much room is taken under all caps."""
    db.session.rollback()
    return db.session.scalar(select(func.sum(TryCount.count))) or 0


def test_what_is_too_much_for_one_number_waits_for_the_next_day_and_costs_no_try(case: None) -> None:
    queue_many(5)
    queue(M.OFFICE_RECEIVED)
    gateway = FakeGateway()
    assert send(gateway, per_number=3) == DispatchReport(sent=4, over_cap=2)
    assert Counter(row[1] for row in gateway.sent) == {KANTA: 3, MEENAS: 1}
    waiting = [text for text in texts() if text.status is S.QUEUED]
    assert [text.id for text in waiting] == [text.id for text in texts()][3:5]
    assert {(text.tries, text.lease, text.lease_until, text.next_try_at) for text in waiting} == {
        (0, "", None, MIDNIGHT)
    }
    assert {text.failure for text in waiting} == {"more than 3 texts to one number in a day"}
    assert send(gateway, MIDNIGHT - timedelta(seconds=1), per_number=3) == DispatchReport()
    assert send(gateway, MIDNIGHT, per_number=3).sent == 2


def test_what_is_too_much_for_a_day_waits_for_the_next_in_its_order(case: None) -> None:
    queue_many(7)
    gateway = FakeGateway()
    assert send(gateway, per_day=3) == DispatchReport(sent=3, over_cap=4)
    waiting = [text for text in texts() if text.status is S.QUEUED]
    assert {(text.tries, text.next_try_at, text.failure) for text in waiting} == {
        (0, MIDNIGHT, "more than 3 texts in a day")
    }
    for day in range(3):
        send(gateway, MIDNIGHT + timedelta(days=day), per_day=3)
    assert [row[0] for row in gateway.sent] == [text.id for text in texts()]


def test_a_full_day_costs_one_claim_however_many_wait(case: None) -> None:
    queue_many(300)
    assert send(FakeGateway(), per_day=10).over_cap <= 200
    assert Counter(text.next_try_at for text in texts() if text.status is S.QUEUED) == {MIDNIGHT: 290}


def test_danger_is_counted_and_no_number_is_too_full_for_it_but_a_day_is(case: None) -> None:
    for seq in range(2, 6):
        queue(M.OFFICE_IMMEDIATE, seq=seq, answerable_office_id=TALUKA)
    assert send(FakeGateway(), per_number=2, per_day=3) == DispatchReport(sent=3, over_cap=1)
    queue(M.OFFICE_RECEIVED)
    assert send(FakeGateway(), per_number=3) == DispatchReport(over_cap=1)


def test_a_cap_of_nought_is_none(case: None) -> None:
    queue_many(30)
    assert send(FakeGateway(), per_number=0, per_day=0).sent == 30
    assert counted() == 0


@pytest.mark.parametrize(
    "answer",
    [
        TryAgain("429", retry_after=1.0),
        TryAgain("refused", is_away=True),
        Rejected("20003", permanent=False, is_of_account=True),
    ],
)
def test_what_certainly_did_not_leave_takes_no_room(case: None, answer: Exception) -> None:
    queue_many(6)
    for step in range(10):
        send(FakeGateway(answer), NOON + timedelta(hours=step), per_number=6, per_day=6)
    assert counted() == 0
    assert send(FakeGateway(), NOON + timedelta(hours=11), per_number=6, per_day=6).sent == 6
    assert counted() == 2 * 6


def test_what_is_refused_for_good_takes_no_room_either(case: None) -> None:
    queue_many(3)
    assert send(FakeGateway(Rejected("21211", permanent=True)), per_number=9, per_day=9).failed == 3
    assert counted() == 0


def test_a_text_that_may_have_left_keeps_its_room(case: None) -> None:
    queue_many(3)
    assert send(FakeGateway(Ambiguous("timed out")), per_number=3, per_day=3) == DispatchReport(unknown=1, put_back=2)
    assert counted() == 2


def test_what_fails_before_it_is_sent_takes_no_room(case: None) -> None:
    queue_many(2)
    change(variables={"unknown": "1"})
    assert send(FakeGateway(), per_number=3, per_day=3).failed == 2
    assert counted() == 0


def test_what_is_counted_names_no_number(case: None) -> None:
    queue_many(2)
    send(FakeGateway(), per_number=3)
    stored = db.session.scalars(select(TryCount.subject)).all()
    assert [len(one) for one in stored] == [64]
    assert KANTA[3:] not in stored[0]


def test_a_number_that_wants_no_texts_gets_none(case: None) -> None:
    queue(M.ASSIGNED, M.OFFICE_RECEIVED)
    with transaction() as session:
        session.add(OptedOutNumber(mobile=KANTA, opted_out_at=NOON, by="staff"))
    gateway = FakeGateway()
    assert send(gateway) == DispatchReport(sent=1, failed=1)
    assert [row[1] for row in gateway.sent] == [MEENAS]
    (unsent,) = [text for text in texts() if text.to == KANTA]
    assert (unsent.status, unsent.failure, unsent.ended_at, unsent.body) == (S.FAILED, WANTS_NONE, NOON, "")


@pytest.mark.concurrency
@pytest.mark.parametrize("refused", [0, 24])
@pytest.mark.parametrize("rules", [SendingRules(per_number=23), SendingRules(per_day=23)])
def test_four_dispatchers_at_once_never_exceed_a_cap(own_app: Flask, rules: SendingRules, refused: int) -> None:
    with own_app.app_context():
        make_case()
        queue_many(80)
        db.session.remove()
    # Of three two are refused for now, so that room is given back and taken again meanwhile.
    gateway = FakeGateway(first=[TryAgain("429") if step % 3 else "accepted" for step in range(refused)])
    start = Barrier(4)

    def work() -> None:
        with own_app.app_context():
            start.wait(30)
            # The clocks of the four lie less than a lease apart.
            for step in range(12):
                dispatch(NOON + timedelta(seconds=20 * step), gateway, RULES, 7, rules, b"a secret")
            db.session.remove()

    with ThreadPoolExecutor(4) as pool:
        for future in [pool.submit(work) for _ in range(4)]:
            future.result()
    with own_app.app_context():
        for hours in range(1, 5):
            dispatch(NOON + timedelta(hours=hours), gateway, RULES, 100, rules, b"a secret")
        sent = db.session.scalar(select(func.count()).where(SmsMessage.status == S.SENT))
        # Who came while it seemed full waits for the next day, even if room is given back later.
        assert sent is not None
        assert sent <= 23
        assert sent == 23 or refused
        assert {row.status for row in texts()} == {S.SENT, S.QUEUED}


def test_the_caps_are_those_of_the_settings(tmp_path: object) -> None:
    config = settings_for("sqlite://", tmp_path, sms_per_number=7, sms_per_day=99)  # type: ignore[arg-type]
    assert (config.sending_rules.per_number, config.sending_rules.per_day) == (7, 99)
