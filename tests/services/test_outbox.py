"""What is queued leaves once: by one sender, outside any transaction, and is never sent again on a guess."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import timedelta
from threading import Barrier, Event
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from swagat import database
from swagat.database import db, transaction
from swagat.domain.deadlines import Clock
from swagat.domain.errors import Stale
from swagat.domain.messages import MessageKey as M
from swagat.domain.rules import Rules
from swagat.domain.sending import SendingRules
from swagat.domain.workflow import Status
from swagat.models import Deadline, Grievance
from swagat.models import DeliveryStatus as S
from swagat.services import delivery, outbox, pauses
from swagat.services.calls import Calls
from swagat.services.claiming import LEASE
from swagat.services.delivery import MARKED_FOR
from swagat.services.outbox import DispatchReport, dispatch
from swagat.services.pauses import LONGEST_PAUSE, MOST_TRIES, pause_after
from swagat.services.recording import AWAY
from swagat.sms import gateway_from
from swagat.sms.console_gateway import ConsoleGateway
from swagat.sms.gateway import DELIVERED, Ambiguous, Gateway, Rejected, TryAgain
from tests.services.case_to_tell import (
    DUE_ON,
    GRIEVANCE,
    KANTA,
    MEENAS,
    NO_OFFICE,
    NUMBER,
    change,
    make_case,
    only_text,
    queue,
    queue_many,
    texts,
)
from tests.services.fake_gateway import FakeGateway
from tests.staff import NOON, TALUKA

CountStatements = Callable[[], AbstractContextManager[list[str]]]
RULES = Rules()
DAY = timedelta(days=1)


@pytest.fixture
def case(app: Flask) -> None:
    make_case()


@pytest.fixture
def disposed_case(app: Flask) -> None:
    make_case(Status.DISPOSED)


@pytest.fixture
def reachings(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, str]]:
    """The grievances whose complainant was reached, and how; each inside the transaction that records it."""
    found: list[tuple[int, str]] = []

    def reached(session: Session, grievance_id: int, _now: object, rules: Rules, by: str, _id: int) -> bool:
        assert database._writing.get()
        assert session.in_transaction()
        assert rules is RULES
        found.append((grievance_id, by))
        return True

    monkeypatch.setattr(delivery, "reached", reached)
    return found


def case_now() -> Grievance:
    """Return the case as the database has it."""
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Grievance, GRIEVANCE)


def send(gateway: Gateway, after: timedelta = timedelta(), limit: int = 200) -> DispatchReport:
    """Send one text after another, so that a test can say which of them the provider answered how."""
    return dispatch(NOON + after, gateway, RULES, limit, SendingRules(parallel_calls=1))


def test_without_an_account_a_text_is_delivered_at_once_and_its_words_stay(case: None) -> None:
    queue(M.ASSIGNED)
    assert send(ConsoleGateway()) == DispatchReport(delivered=1)
    text = only_text()
    assert text.body == f"સ્વાગત: તમારી ફરિયાદ {NUMBER} પર હવે એક અધિકારી કામ કરે છે."
    assert (text.status, text.ended_at, text.tries) == (S.DELIVERED, NOON, 1)
    assert text.provider_id == f"console-{text.id}"
    assert send(ConsoleGateway(), DAY) == DispatchReport()


def test_a_text_that_the_provider_took_is_sent_and_not_yet_ended(case: None) -> None:
    queue(M.ASSIGNED)
    gateway = FakeGateway()
    assert send(gateway).sent == 1
    text = only_text()
    assert (text.status, text.ended_at, text.provider_id) == (S.SENT, None, f"SM{text.id}")
    assert gateway.sent == [(text.id, KANTA, text.body, "assigned", "gu")]


@pytest.mark.concurrency
def test_the_gateway_is_called_outside_any_transaction_when_the_row_says_what_is_sent(own_app: Flask) -> None:
    with own_app.app_context():
        make_case()
        queue(M.ASSIGNED)
    seen: list[tuple[Any, ...]] = []

    def look() -> None:
        with own_app.app_context():
            # Nobody holds the row: else this would wait until the database loses patience.
            change(resend_reason="seen")
            text = only_text()
            seen.append((text.status, text.lease_until, text.body == gateway.sent[0][2]))
            db.session.remove()

    gateway = FakeGateway(then=look)
    with own_app.app_context():
        send(gateway)
        assert seen == [(S.SENDING, NOON + LEASE, True)]
        assert (only_text().status, only_text().resend_reason) == (S.SENT, "seen")


def test_the_oldest_leave_first_and_no_more_than_the_limit(case: None) -> None:
    queue_many(5)
    gateway = FakeGateway()
    ids = [text.id for text in texts()]
    assert send(gateway, limit=3).sent == 3
    assert [row[0] for row in gateway.sent] == ids[:3]
    assert send(gateway, limit=3).sent == 2
    assert [row[0] for row in gateway.sent] == ids


def test_what_is_not_due_waits(case: None) -> None:
    queue(M.ASSIGNED)
    change(next_try_at=NOON + timedelta(seconds=1))
    assert send(FakeGateway()) == DispatchReport()
    assert send(FakeGateway(), timedelta(seconds=1)).sent == 1


def test_a_text_refused_for_good_has_failed_and_the_others_go_on(case: None) -> None:
    queue_many(2)
    assert send(FakeGateway(Rejected("21211", permanent=True))) == DispatchReport(failed=2)
    assert {(text.status, text.failure, text.ended_at) for text in texts()} == {(S.FAILED, "21211", NOON)}
    assert send(FakeGateway(), DAY) == DispatchReport()


def test_a_provider_that_cannot_now_is_not_pressed_and_costs_one_text_one_try(case: None) -> None:
    queue_many(3)
    assert send(FakeGateway(TryAgain("429"))) == DispatchReport(postponed=1, put_back=2)
    first, *others = texts()
    assert (first.status, first.tries, first.lease_until) == (S.QUEUED, 1, None)
    assert first.failure == "429"
    assert NOON + timedelta(seconds=15) <= first.next_try_at <= NOON + timedelta(seconds=30)
    assert [(text.status, text.tries, text.lease, text.lease_until) for text in others] == [(S.QUEUED, 0, "", None)] * 2
    assert send(FakeGateway(), timedelta(seconds=1)).sent == 2
    assert send(FakeGateway(), timedelta(seconds=30)).sent == 1
    assert {text.failure for text in texts()} == {""}


def test_a_text_refused_for_now_waits_alone_and_its_code_is_kept(case: None) -> None:
    queue_many(3)
    gateway = FakeGateway(Rejected("21612", permanent=False))
    assert send(gateway) == DispatchReport(postponed=3)
    assert {(text.status, text.failure, text.tries) for text in texts()} == {(S.QUEUED, "21612", 1)}
    assert send(FakeGateway(), timedelta(seconds=30)).sent == 3


def test_an_account_that_is_not_right_stops_every_text_and_blames_none(case: None) -> None:
    queue_many(3)
    change(tries=MOST_TRIES)
    closed = FakeGateway(Rejected("20003", permanent=False, is_of_account=True))
    for step in range(5):
        assert send(closed, timedelta(minutes=5 * step)) == DispatchReport(postponed=1, put_back=2)
        assert send(closed, timedelta(minutes=5 * step + 4)) == DispatchReport()
    assert {(text.status, text.tries) for text in texts()} == {(S.QUEUED, MOST_TRIES)}
    assert texts()[0].failure == "20003"
    opened = FakeGateway()
    assert send(opened, timedelta(minutes=25)).sent == 3
    assert [row[0] for row in opened.sent] == [text.id for text in texts()]


def test_a_pause_that_the_provider_asks_for_is_one_for_all(case: None) -> None:
    queue_many(5)
    assert send(FakeGateway(TryAgain("429", retry_after=90.0)), limit=2) == DispatchReport(postponed=1, put_back=1)
    assert send(FakeGateway(), timedelta(seconds=89)) == DispatchReport()
    gateway = FakeGateway()
    assert send(gateway, timedelta(seconds=90)).sent == 5
    assert [row[0] for row in gateway.sent] == [text.id for text in texts()]


def test_no_more_texts_begin_in_a_second_than_the_gateway_says(case: None, monkeypatch: pytest.MonkeyPatch) -> None:
    queue_many(5)
    clock = [100.0]
    monkeypatch.setattr(pauses, "monotonic", lambda: clock[0])
    monkeypatch.setattr(pauses, "sleep", lambda seconds: clock.__setitem__(0, clock[0] + seconds))
    begun: list[float] = []
    gateway = FakeGateway(per_second=4.0, then=lambda: begun.append(clock[0]))
    assert send(gateway).sent == 5
    assert begun == [100.0, 100.25, 100.5, 100.75, 101.0]


def test_a_number_that_no_text_reaches_is_marked_and_left_alone_for_a_month(case: None) -> None:
    queue_many(1)
    queue(M.OFFICE_RECEIVED)
    assert send(FakeGateway(Rejected("21614", permanent=True, is_of_number=True)), limit=1).failed == 1
    queue(M.CLOSED)
    queue(M.DISPOSED, seq=3)
    change_other = FakeGateway()
    assert send(change_other, timedelta(minutes=1)) == DispatchReport(sent=1, failed=2)
    assert {row[1] for row in change_other.sent} == {MEENAS}
    assert {text.failure for text in texts() if text.to == KANTA} == {
        "21614",
        "no text reaches this number: 21614",
    }
    queue(M.CLOSED, seq=4)
    assert send(FakeGateway(), MARKED_FOR + timedelta(seconds=1)).sent == 1


def test_what_cannot_wait_leaves_before_what_waited_longer(case: None) -> None:
    queue_many(3)
    queue(M.OFFICE_IMMEDIATE, answerable_office_id=TALUKA)
    gateway = FakeGateway()
    send(gateway, limit=2)
    assert [row[3] for row in gateway.sent] == ["office_immediate", "assigned"]
    send(gateway)
    assert [row[3] for row in gateway.sent[2:]] == ["assigned", "assigned"]


def test_a_provider_that_is_away_is_asked_by_one_text_and_the_others_wait_for_its_answer(case: None) -> None:
    queue_many(12)
    away, back = FakeGateway(TryAgain("ConnectTimeout", is_away=True)), FakeGateway()
    passes = [send(away, timedelta(minutes=minute)) for minute in range(60)]
    assert sum(one.failed for one in passes) == 0
    first, *others = texts()
    assert len(away.sent) == first.tries <= 8
    assert {(text.status, text.tries) for text in others} == {(S.QUEUED, 0)}
    assert {text.failure for text in texts()} == {AWAY}
    assert send(back, timedelta(hours=2)).sent == 12
    assert [row[0] for row in back.sent] == [text.id for text in texts()]


def test_the_first_text_that_is_taken_again_lets_all_the_others_go(case: None) -> None:
    queue_many(3)
    for step in range(6):
        send(FakeGateway(TryAgain("refused", is_away=True)), timedelta(minutes=15 * step))
    assert send(FakeGateway(), timedelta(minutes=76)) == DispatchReport()
    queue(M.CLOSED)
    back = FakeGateway()
    assert send(back, timedelta(minutes=77), limit=1).sent == 1
    assert send(back, timedelta(minutes=77)).sent == 3
    assert [row[3] for row in back.sent] == ["closed", "assigned", "assigned", "assigned"]


def test_the_pause_a_provider_asks_for_is_kept(case: None) -> None:
    queue(M.ASSIGNED)
    send(FakeGateway(TryAgain("429", retry_after=600.0)))
    assert only_text().next_try_at == NOON + timedelta(seconds=600)


def test_a_text_is_given_up_after_many_tries_and_says_so(case: None) -> None:
    queue(M.ASSIGNED)
    change(tries=MOST_TRIES - 2)
    assert send(FakeGateway(TryAgain("refused"))).postponed == 1
    assert send(FakeGateway(TryAgain("refused")), DAY).failed == 1
    text = only_text()
    assert (text.status, text.failure) == (S.FAILED, f"given up after {MOST_TRIES} tries: refused")


def test_a_text_whose_answer_was_lost_is_unknown_and_never_simply_sent_again(case: None) -> None:
    queue_many(2)
    assert send(FakeGateway(Ambiguous("timed out"))) == DispatchReport(unknown=1, put_back=1)
    first, second = texts()
    assert (first.status, first.failure, first.ended_at) == (S.UNKNOWN, "timed out", None)
    deaf = FakeGateway(has=TryAgain("away"))
    send(deaf, DAY)
    assert deaf.asked == [(first.id, KANTA, first.body)]
    assert [row[0] for row in deaf.sent] == [second.id]


def test_a_fault_of_the_gateway_leaves_its_text_unknown_and_harms_no_other(case: None) -> None:
    queue_many(3)
    with pytest.raises(ZeroDivisionError):
        send(FakeGateway(ZeroDivisionError("a number in the message " + KANTA)))
    assert [(text.status, text.failure) for text in texts()] == [
        (S.UNKNOWN, "ZeroDivisionError"),
        (S.QUEUED, ""),
        (S.QUEUED, ""),
    ]


def test_what_a_dead_sender_left_is_unknown_once_its_lease_is_over_and_not_before(case: None) -> None:
    queue(M.ASSIGNED)
    change(status=S.SENDING, lease="dead", lease_until=NOON + LEASE)
    gateway = FakeGateway(has=TryAgain("away"))
    assert send(gateway, LEASE - timedelta(seconds=1)) == DispatchReport()
    assert send(gateway, LEASE) == DispatchReport(lapsed=1)
    assert send(gateway, DAY) == DispatchReport()
    assert only_text().status is S.UNKNOWN
    assert gateway.sent == []


@pytest.mark.concurrency
def test_an_answer_that_comes_after_the_lease_still_tells_what_became_of_the_text(own_app: Flask) -> None:
    other = FakeGateway()

    def another() -> None:
        with own_app.app_context():
            send(other, LEASE)
            db.session.remove()

    with own_app.app_context():
        make_case()
        queue(M.ASSIGNED)
        assert send(FakeGateway(DELIVERED, then=another)) == DispatchReport(delivered=1)
        assert other.sent == []
        text = only_text()
        assert (text.status, text.failure) == (S.DELIVERED, "")


@pytest.mark.concurrency
def test_a_sender_that_lost_its_lease_to_another_writes_nothing(
    own_app: Flask, reachings: list[tuple[int, str]]
) -> None:
    def taken_over() -> None:
        with own_app.app_context():
            change(lease="another", failure="being looked up")
            db.session.remove()

    with own_app.app_context():
        make_case(Status.DISPOSED)
        queue(M.DISPOSED)
        send(FakeGateway(DELIVERED, then=taken_over))
        text = only_text()
        assert (text.status, text.lease, text.failure) == (S.SENDING, "another", "being looked up")
    assert reachings == []


def test_a_pass_that_takes_too_long_puts_back_what_it_has_not_begun(
    case: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue_many(3)
    ended, clock = Event(), [0.0]
    monkeypatch.setattr(outbox, "monotonic", lambda: clock[0])

    class Ending(Calls):
        def stop(self) -> None:
            super().stop()
            ended.set()

    monkeypatch.setattr(outbox, "Calls", Ending)

    def slowly() -> None:
        clock[0] = 3600.0
        if len(gateway.sent) == 2:
            ended.wait(30)

    gateway = FakeGateway(then=slowly)
    assert send(gateway) == DispatchReport(sent=2, put_back=1)
    assert [(text.status, text.tries) for text in texts()] == [(S.SENT, 1), (S.SENT, 1), (S.QUEUED, 0)]


@pytest.mark.parametrize(
    "variables", [{}, {"office": NO_OFFICE, "due_on": DUE_ON}, {"office": TALUKA, "due_on": "24.12."}, {"who": "Kanta"}]
)
def test_an_unresolved_placeholder_is_never_sent(case: None, variables: dict[str, Any]) -> None:
    queue(M.FILED)
    change(variables=variables)
    gateway = FakeGateway()
    assert send(gateway) == DispatchReport(failed=1)
    assert gateway.sent == []
    text = only_text()
    assert (text.status, text.ended_at, text.body) == (S.FAILED, NOON, "")
    assert text.failure


def test_a_delivered_disposal_has_reached_the_complainant(
    disposed_case: None, reachings: list[tuple[int, str]]
) -> None:
    queue(M.DISPOSED, M.CLOSED, M.OFFICE_REPORTED)
    assert send(ConsoleGateway()).delivered == 2
    assert reachings == [(GRIEVANCE, "sms")]


def test_a_text_of_an_earlier_disposal_does_not_count_for_the_new_one(
    disposed_case: None, reachings: list[tuple[int, str]]
) -> None:
    queue(M.DISPOSED)
    with transaction() as session:
        session.execute(update(Grievance).where(Grievance.id == GRIEVANCE).values(disposed_at=NOON + DAY))
    assert send(ConsoleGateway(), 2 * DAY).delivered == 1
    assert reachings == []


def test_the_window_to_answer_begins_when_the_disposal_is_delivered_and_only_once(disposed_case: None) -> None:
    queue(M.DISPOSED)
    queue(M.DISPOSED, seq=3)
    assert send(FakeGateway()).sent == 2
    assert case_now().reached_at is None
    change(status=S.QUEUED)
    assert send(ConsoleGateway(), DAY).delivered == 2
    assert case_now().reached_at == NOON + DAY
    window = db.session.scalars(select(Deadline).where(Deadline.clock == Clock.CONFIRM)).one()
    assert (window.begun_at, window.ended_at) == (NOON + DAY, None)


@pytest.mark.parametrize("answer", ["accepted", Ambiguous("timed out"), Rejected("21610", permanent=True)])
def test_a_disposal_that_may_not_have_arrived_has_reached_nobody(
    disposed_case: None, reachings: list[tuple[int, str]], answer: str | Exception
) -> None:
    queue(M.DISPOSED)
    send(FakeGateway(answer))
    assert reachings == []


def test_a_case_that_moved_on_meanwhile_does_not_make_a_delivered_text_unknown(
    disposed_case: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stale(*_args: object, **_named: object) -> bool:
        raise Stale

    monkeypatch.setattr(delivery, "reached", stale)
    queue(M.DISPOSED)
    assert send(ConsoleGateway()).delivered == 1
    assert only_text().status is S.DELIVERED


def test_a_fault_while_reaching_is_heard_of_and_the_text_stays_delivered(
    disposed_case: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object, **_named: object) -> bool:
        raise ZeroDivisionError

    monkeypatch.setattr(delivery, "reached", broken)
    queue(M.DISPOSED)
    with pytest.raises(ZeroDivisionError):
        send(ConsoleGateway())
    assert only_text().status is S.DELIVERED


def test_a_handful_of_texts_costs_as_many_statements_as_one_of_them(
    case: None, count_statements: CountStatements
) -> None:
    rules = SendingRules(parallel_calls=4, per_number=100, per_day=100)
    costs = []
    for texts_at_once in (1, 8):
        for seq in range(texts_at_once):
            queue(M.FILED, seq=100 * texts_at_once + seq)
        together = Barrier(min(texts_at_once, 4))
        with count_statements() as sent:
            gateway = FakeGateway(then=lambda together=together: together.wait(30))
            assert dispatch(NOON, gateway, RULES, sending=rules).sent == texts_at_once
        costs.append(len(sent))
    # Each answer is written by itself when it comes alone.
    assert costs[1] <= costs[0] + 8, costs
    assert costs[0] <= 17
    with count_statements() as sent:
        send(FakeGateway())
        assert len(sent) == 5, sent


def test_the_log_of_the_console_names_neither_number_nor_text(case: None, caplog: pytest.LogCaptureFixture) -> None:
    queue(M.FILED, M.OFFICE_RECEIVED)
    with caplog.at_level(logging.DEBUG, logger="swagat"):
        send(ConsoleGateway())
    first, _ = texts()
    assert f"text {first.id}: filed in gu stays in the outbox" in caplog.messages
    assert not any(secret in line for line in caplog.messages for secret in (KANTA, KANTA[3:], NUMBER, "Dholka"))


def test_four_senders_at_once_send_each_text_exactly_once(own_app: Flask) -> None:
    with own_app.app_context():
        make_case()
        queue_many(60)
    gateway, start = FakeGateway(), Barrier(4)

    def work() -> DispatchReport:
        with own_app.app_context():
            start.wait()
            reports = [send(gateway, limit=7) for _ in range(9)]
            db.session.remove()
        return DispatchReport(**{name: sum(r.figures()[name] for r in reports) for name in reports[0].figures()})

    with ThreadPoolExecutor(4) as pool:
        done = [future.result() for future in [pool.submit(work) for _ in range(4)]]
    with own_app.app_context():
        rows = texts()
    assert sorted(row[0] for row in gateway.sent) == [row.id for row in rows]
    assert sum(report.sent for report in done) == 60
    assert {(row.status, row.tries) for row in rows} == {(S.SENT, 1)}


@given(st.integers(1, 200))
def test_pauses_grow_to_an_hour_and_differ_by_chance(tries: int) -> None:
    longest = min(LONGEST_PAUSE, 30 * 2 ** (tries - 1))
    assert longest / 2 <= pause_after(tries) <= longest


def test_the_gateway_is_the_one_the_settings_name() -> None:
    assert isinstance(gateway_from({"SMS_GATEWAY": "console"}), ConsoleGateway)
    with pytest.raises(LookupError, match="pigeon"):
        gateway_from({"SMS_GATEWAY": "pigeon"})


def test_a_report_says_in_a_line_what_was_done() -> None:
    report = DispatchReport(sent=1, delivered=2, failed=3, postponed=4, unknown=5, lapsed=6, put_back=7, found=8)
    assert report.lines() == [
        "2 delivered, 1 sent, 4 to be tried again, 3 failed, 11 unknown, 7 put back, 8 found with the provider, "
        "0 not found there, 0 codes given up, 0 over a cap, 0 ended without a report, 0 without a report given up"
    ]
    assert not report.ok
    assert DispatchReport(sent=1, postponed=1).ok
