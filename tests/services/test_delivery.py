"""Reports come twice, late, in any order and for texts nobody knows; a text only ever moves forward."""

from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from swagat.database import db, transaction
from swagat.domain.deadlines import Clock
from swagat.domain.errors import Stale
from swagat.domain.messages import MessageKey as M
from swagat.domain.rules import Rules
from swagat.domain.workflow import Status
from swagat.models import Deadline, Grievance, RefusedNumber, SmsMessage, SmsReport
from swagat.models import DeliveryStatus as S
from swagat.services import delivery
from swagat.services.delivery import Report, marked_numbers, record_report
from tests.services.case_to_tell import GRIEVANCE, KANTA, change, make_case, only_text, queue, texts
from tests.staff import NOON

RULES = Rules()
LATER = NOON + timedelta(hours=1)
DOCUMENTED = {
    "accepted": S.SENT,
    "scheduled": S.SENT,
    "queued": S.SENT,
    "sending": S.SENT,
    "sent": S.SENT,
    "partially_delivered": S.SENT,
    "delivered": S.DELIVERED,
    "read": S.DELIVERED,
    "undelivered": S.UNDELIVERED,
    "failed": S.FAILED,
    "canceled": S.FAILED,
}


@pytest.fixture(autouse=True)
def case(app: Flask) -> None:
    make_case(Status.DISPOSED)
    queue(M.DISPOSED)
    change(status=S.SENT, provider_id="SM1")


def report(status: str, code: str = "", **more: Any) -> bool:
    told = {"provider_id": "SM1", "to": KANTA, "raw": f"MessageStatus={status}"} | more
    message_id = told.pop("message_id", None) or only_text().id
    return record_report(Report(message_id, status=status, code=code, **told), LATER, RULES)


def kept() -> list[tuple[str, str]]:
    rows = db.session.execute(select(SmsReport.status, SmsReport.raw).order_by(SmsReport.id)).all()
    return [(row.status, row.raw) for row in rows]


def windows() -> int:
    return db.session.scalar(select(func.count()).where(Deadline.clock == Clock.CONFIRM)) or 0


@pytest.mark.parametrize(("said", "status"), list(DOCUMENTED.items()))
def test_every_documented_status_moves_a_text_that_was_not_known_to_have_left(said: str, status: S) -> None:
    went_wrong = status in (S.FAILED, S.UNDELIVERED)
    for before in (S.QUEUED, S.SENDING, S.UNKNOWN):
        change(status=before, provider_id=None, failure="timed out", lease_until=NOON, ended_at=None)
        assert report(said, "30008" if went_wrong else "")
        text = only_text()
        assert (text.status, text.provider_id, text.lease_until) == (status, "SM1", None)
        assert text.failure == ("30008" if went_wrong else "")
        assert text.ended_at == (None if status is S.SENT else LATER)


@pytest.mark.parametrize("end", ["delivered", "undelivered", "failed", "canceled", "read"])
def test_an_end_is_final_and_the_first_one_counts(end: str) -> None:
    assert report(end, "30003")
    before = only_text()
    was = (before.status, before.failure, before.ended_at)
    for late in (*DOCUMENTED, "teleported"):
        assert not report(late, "30008")
        after = only_text()
        assert (after.status, after.failure, after.ended_at) == was
    assert len(kept()) == len(DOCUMENTED) + 1


@pytest.mark.parametrize("order", [*permutations(["queued", "sent", "delivered"])])
def test_in_whatever_order_they_come_a_delivered_text_is_delivered(order: tuple[str, ...]) -> None:
    for said in order:
        report(said)
    assert only_text().status is S.DELIVERED
    assert sorted(status for status, _ in kept()) == ["delivered", "queued", "sent"]
    assert windows() == 1


def test_an_unknown_status_is_kept_as_it_came_and_changes_nothing() -> None:
    assert not report("teleported")
    assert only_text().status is S.SENT
    assert kept() == [("teleported", "MessageStatus=teleported")]


def test_a_report_that_comes_again_is_kept_once_and_does_nothing_again() -> None:
    assert report("delivered")
    for _ in range(3):
        assert not report("delivered")
    assert len(kept()) == 1
    assert windows() == 1


def test_a_report_for_a_text_that_nobody_knows_is_kept() -> None:
    assert not report("delivered", message_id=9_999_999, provider_id="SM404")
    assert kept() == [("delivered", "MessageStatus=delivered")]
    assert only_text().status is S.SENT


def test_a_report_with_another_id_of_the_provider_is_kept_and_changes_nothing() -> None:
    assert not report("delivered", provider_id="SM2")
    assert only_text().status is S.SENT
    assert len(kept()) == 1


def test_a_report_about_a_text_of_this_id_before_a_restored_back_up_changes_nothing() -> None:
    change(provider_id=None)
    assert not report("delivered", to="+919000000000")
    assert only_text().status is S.SENT
    assert len(kept()) == 1


def test_of_two_texts_that_adopted_each_others_id_each_hears_of_its_own() -> None:
    queue(M.DISPOSED, seq=3)
    first, second = texts()
    with transaction() as session:
        session.execute(update(SmsMessage).where(SmsMessage.id == first.id).values(provider_id="SM2"))
        session.execute(update(SmsMessage).where(SmsMessage.id == second.id).values(provider_id="SM1", status=S.SENT))
    assert report("delivered", message_id=first.id, provider_id="SM1")
    assert [text.status for text in texts()] == [S.SENT, S.DELIVERED]
    assert report("undelivered", message_id=second.id, provider_id="SM2")
    assert [text.status for text in texts()] == [S.UNDELIVERED, S.DELIVERED]


def test_a_delivered_disposal_begins_the_window_to_answer() -> None:
    assert report("delivered")
    window = db.session.scalars(select(Deadline).where(Deadline.clock == Clock.CONFIRM)).one()
    assert (window.begun_at, window.ended_at) == (LATER, None)
    assert db.session.get_one(Grievance, GRIEVANCE).reached_at == LATER


@pytest.mark.parametrize("said", ["sent", "undelivered", "failed", "teleported"])
def test_a_disposal_that_was_not_delivered_begins_nothing(said: str) -> None:
    report(said)
    assert windows() == 0
    assert db.session.get_one(Grievance, GRIEVANCE).reached_at is None


def test_a_text_of_an_earlier_disposal_begins_nothing() -> None:
    with transaction() as session:
        session.execute(update(Grievance).where(Grievance.id == GRIEVANCE).values(disposed_at=LATER))
    assert report("delivered")
    assert windows() == 0


def test_a_case_that_moved_on_does_not_make_a_report_unkept(monkeypatch: pytest.MonkeyPatch) -> None:
    def stale(*_args: object, **_named: object) -> bool:
        raise Stale

    monkeypatch.setattr(delivery, "reached", stale)
    assert report("delivered")
    assert (only_text().status, len(kept())) == (S.DELIVERED, 1)


def test_a_fault_keeps_nothing_so_that_the_provider_comes_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object, **_named: object) -> bool:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(delivery, "reached", broken)
        with pytest.raises(ZeroDivisionError):
            report("delivered")
    assert (only_text().status, kept()) == (S.SENT, [])
    assert report("delivered")
    assert windows() == 1


@pytest.mark.parametrize(("code", "is_marked"), [("30005", True), ("21610", True), ("30003", False), ("", False)])
def test_a_number_that_no_text_reaches_is_marked(code: str, is_marked: bool) -> None:
    assert report("undelivered", code)
    assert only_text().failure == (code or "undelivered")
    assert marked_numbers(db.session(), [KANTA], LATER) == ({KANTA: code} if is_marked else {})
    db.session.commit()


def test_a_mark_is_renewed_and_not_doubled() -> None:
    for days, code in ((0, "30005"), (29, "21610")):
        with transaction() as session:
            delivery.mark_number(session, KANTA, code, NOON + timedelta(days=days))
    assert len(db.session.scalars(select(RefusedNumber)).all()) == 1
    assert marked_numbers(db.session(), [KANTA], NOON + timedelta(days=58)) == {KANTA: "21610"}
    assert marked_numbers(db.session(), [KANTA], NOON + timedelta(days=60)) == {}


def test_what_a_report_shows_of_itself_names_nobody() -> None:
    shown = repr(Report(1, "SM1", "sent", to=KANTA, raw=f"To={KANTA}"))
    assert KANTA not in shown
