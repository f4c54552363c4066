"""A report that never comes is asked for, with pauses that grow, and in the end the text is plainly unknown."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from swagat.database import db
from swagat.domain.deadlines import Clock
from swagat.domain.errors import Stale
from swagat.domain.messages import MessageKey as M
from swagat.domain.rules import Rules
from swagat.domain.sending import SendingRules
from swagat.domain.workflow import Status
from swagat.models import Deadline, Grievance
from swagat.models import DeliveryStatus as S
from swagat.services import delivery
from swagat.services.asking import FIRST_ASKED_AFTER
from swagat.services.delivery import LOOKED_UP_AFTER, Report, marked_numbers, record_report
from swagat.services.lost_reports import LEASE, LONGEST_PAUSE, MOST_LOOKED_UP, NOT_KNOWN
from swagat.services.outbox import DispatchReport, dispatch
from swagat.sms.console_gateway import ConsoleGateway
from swagat.sms.gateway import Ambiguous, Gateway, Sent, TryAgain
from tests.conftest import settings_for
from tests.services.case_to_tell import GRIEVANCE, KANTA, make_case, only_text, queue, queue_many, texts
from tests.services.fake_gateway import FakeGateway
from tests.staff import NOON

RULES = Rules()
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def case(app: Flask) -> None:
    make_case(Status.DISPOSED)


def send(gateway: Gateway, after: timedelta = timedelta(), report_hours: int = 72) -> DispatchReport:
    return dispatch(NOON + after, gateway, RULES, sending=SendingRules(report_hours=report_hours))


def ended(said: str, code: str = "") -> FakeGateway:
    """Return a provider that says so of every text."""
    return FakeGateway(looked_up=Sent(f"SM{only_text().id}", said, code))


def test_a_text_without_a_report_is_looked_up_an_hour_after_it_left_and_not_before() -> None:
    queue(M.ASSIGNED)
    gateway = FakeGateway()
    send(gateway)
    assert send(gateway, LOOKED_UP_AFTER - timedelta(seconds=1)) == DispatchReport()
    assert gateway.looks == []
    send(gateway, LOOKED_UP_AFTER)
    assert gateway.looks == [only_text().provider_id]


@pytest.mark.parametrize(
    ("said", "code", "status", "failure"),
    [
        ("delivered", "", S.DELIVERED, ""),
        ("read", "", S.DELIVERED, ""),
        ("undelivered", "30005", S.UNDELIVERED, "30005"),
        ("failed", "", S.FAILED, "failed"),
    ],
)
def test_what_had_ended_has_ended(said: str, code: str, status: S, failure: str) -> None:
    queue(M.ASSIGNED)
    send(FakeGateway())
    assert send(ended(said, code), HOUR) == DispatchReport(learned=1)
    text = only_text()
    assert (text.status, text.failure, text.ended_at) == (status, failure, NOON + HOUR)
    assert marked_numbers(db.session(), [KANTA], NOON + HOUR) == ({KANTA: code} if code else {})
    assert send(ended("failed"), timedelta(days=30)) == DispatchReport()


def test_a_disposal_that_turns_out_delivered_has_reached_the_complainant() -> None:
    queue(M.DISPOSED)
    send(FakeGateway())
    send(ended("delivered"), HOUR)
    window = db.session.scalars(select(Deadline).where(Deadline.clock == Clock.CONFIRM)).one()
    assert (window.begun_at, window.ended_at) == (NOON + HOUR, None)
    assert db.session.get_one(Grievance, GRIEVANCE).reached_at == NOON + HOUR


def test_a_case_that_moved_on_meanwhile_does_not_keep_the_text_from_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    def stale(*_args: object, **_named: object) -> bool:
        raise Stale

    monkeypatch.setattr(delivery, "reached", stale)
    queue(M.DISPOSED)
    send(FakeGateway())
    assert send(ended("delivered"), HOUR).learned == 1
    assert only_text().status is S.DELIVERED


def test_while_it_is_on_its_way_it_is_looked_up_after_pauses_that_grow_and_then_nobody_waits_any_more() -> None:
    queue(M.ASSIGNED)
    gateway = FakeGateway()
    looked: list[int] = []
    for hour in range(100):
        before = len(gateway.looks)
        done = send(gateway, hour * HOUR)
        looked += [hour] * (len(gateway.looks) - before)
        assert done.no_report == (hour == 72)
    assert looked == [1, 3, 7, 15, 27, 39, 51, 63, 72]
    assert timedelta(hours=12) == LONGEST_PAUSE
    text = only_text()
    assert (text.status, text.ended_at) == (S.UNKNOWN, NOON + 72 * HOUR)
    assert text.failure == "no report came within 72 hours"
    assert len(gateway.sent) == 1


def test_how_long_a_report_is_waited_for_is_a_setting(tmp_path: Path) -> None:
    rules = settings_for("sqlite://", tmp_path, sms_report_hours=5).sending_rules
    queue(M.ASSIGNED)
    gateway = FakeGateway()
    for hour in range(6):
        assert only_text().ended_at is None
        dispatch(NOON + hour * HOUR, gateway, RULES, sending=rules)
    assert (only_text().status, only_text().failure) == (S.UNKNOWN, "no report came within 5 hours")


@pytest.mark.parametrize(
    ("said", "status"), [("delivered", S.DELIVERED), ("undelivered", S.UNDELIVERED), ("sent", S.SENT)]
)
def test_a_report_that_comes_later_still_moves_the_text_forward(said: str, status: S) -> None:
    queue(M.ASSIGNED)
    gateway = FakeGateway()
    for hour in (0, 1, 72):
        send(gateway, hour * HOUR)
    text = only_text()
    assert text.status is S.UNKNOWN
    later = NOON + 80 * HOUR
    assert record_report(Report(text.id, text.provider_id or "", said, to=KANTA), later, RULES)
    text = only_text()
    assert (text.status, text.ended_at) == (status, None if status is S.SENT else later)


def test_a_text_that_the_provider_does_not_know_is_plainly_unknown_at_once_and_not_sent_again() -> None:
    queue(M.ASSIGNED)
    gateway = FakeGateway(looked_up=None)
    send(gateway)
    assert send(gateway, HOUR) == DispatchReport(no_report=1)
    text = only_text()
    assert (text.status, text.failure, text.ended_at) == (S.UNKNOWN, NOT_KNOWN, NOON + HOUR)
    for days in range(1, 5):
        send(gateway, timedelta(days=days))
    assert (len(gateway.sent), len(gateway.looks), gateway.asked) == (1, 1, [])


def test_a_provider_that_cannot_be_asked_is_asked_for_one_text_only_and_the_hours_go_on() -> None:
    queue_many(3)
    gateway = FakeGateway()
    send(gateway)
    gateway.looked_up = TryAgain("away")
    assert send(gateway, HOUR) == DispatchReport()
    assert len(gateway.looks) == 1
    assert {(text.status, text.looks) for text in texts()} == {(S.SENT, 1)}
    assert send(gateway, 72 * HOUR) == DispatchReport(no_report=3)
    assert {text.status for text in texts()} == {S.UNKNOWN}


def test_a_pass_looks_up_only_a_few_the_oldest_first() -> None:
    queue_many(MOST_LOOKED_UP + 3)
    gateway = FakeGateway()
    send(gateway)
    send(gateway, 2 * HOUR)
    assert len(gateway.looks) == MOST_LOOKED_UP
    send(gateway, 2 * HOUR)
    assert sorted(gateway.looks) == sorted(text.provider_id or "" for text in texts())


def test_who_died_while_looking_is_followed_by_another() -> None:
    queue(M.ASSIGNED)
    send(FakeGateway())
    with pytest.raises(ZeroDivisionError):
        send(FakeGateway(looked_up=ZeroDivisionError()), HOUR)
    gateway = FakeGateway()
    send(gateway, HOUR + LEASE - timedelta(seconds=1))
    assert gateway.looks == []
    send(gateway, HOUR + LEASE)
    assert len(gateway.looks) == 1


def test_what_was_adopted_is_looked_up_too() -> None:
    queue(M.ASSIGNED)
    send(FakeGateway(Ambiguous("timed out")))
    gateway = FakeGateway(has=[Sent("SM7", "queued")])
    send(gateway, FIRST_ASKED_AFTER)
    send(gateway, FIRST_ASKED_AFTER + LOOKED_UP_AFTER)
    assert gateway.looks == ["SM7"]


def test_a_report_that_overtakes_the_answer_lets_the_text_be_looked_up_an_hour_later() -> None:
    queue(M.ASSIGNED)
    record_report(Report(only_text().id, "SM7", "sent", to=KANTA), NOON, RULES)
    gateway = FakeGateway()
    send(gateway, LOOKED_UP_AFTER - timedelta(seconds=1))
    assert gateway.looks == []
    send(gateway, LOOKED_UP_AFTER)
    assert gateway.looks == ["SM7"]


def test_a_text_that_left_by_twilio_is_not_delivered_because_the_account_is_gone() -> None:
    queue(M.ASSIGNED)
    send(FakeGateway())
    assert send(ConsoleGateway(), HOUR) == DispatchReport(no_report=1)
    assert only_text().status is S.UNKNOWN
