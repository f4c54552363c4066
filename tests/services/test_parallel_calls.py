"""Several calls of the provider under way at once: what one of them brings harms none of the others."""

from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier, Event, Lock

import pytest
from flask import Flask
from sqlalchemy import insert

from swagat.database import db, table_of, transaction
from swagat.domain.messages import MessageKey as M
from swagat.domain.rules import Rules
from swagat.domain.sending import SendingRules
from swagat.domain.sms_length import length_of
from swagat.models import DeliveryStatus as S
from swagat.models import RegisteredTemplate, SmsMessage
from swagat.services import delivery, pauses
from swagat.services.outbox import DispatchReport, dispatch
from swagat.sms.gateway import DELIVERED, Ambiguous, Gateway, Rejected, TryAgain
from tests.conftest import settings_for
from tests.services.case_to_tell import GRIEVANCE, KANTA, make_case, queue, queue_many, texts
from tests.services.fake_gateway import FakeGateway
from tests.staff import NOON, STATE

RULES = Rules()


@pytest.fixture(autouse=True)
def case(app: Flask) -> None:
    make_case()


def send(gateway: Gateway, calls: int = 4, after: timedelta = timedelta()) -> DispatchReport:
    return dispatch(NOON + after, gateway, RULES, sending=SendingRules(parallel_calls=calls))


class Together(FakeGateway):
    """Lets no call return before so many are under way, and notes the most that were."""

    def __init__(self, calls: int, **told: object) -> None:
        super().__init__(**told)  # type: ignore[arg-type]
        self.most = self._under_way = 0
        self._all_here, self._counting = Event(), Lock()
        self._calls = calls
        self.then = self._wait

    def _wait(self) -> None:
        with self._counting:
            self._under_way += 1
            self.most = max(self.most, self._under_way)
            if self._under_way == self._calls:
                self._all_here.set()
        self._all_here.wait(30)
        with self._counting:
            self._under_way -= 1


@pytest.mark.parametrize("calls", [1, 2, 5])
def test_as_many_calls_are_under_way_at_once_as_the_setting_says_and_no_more(tmp_path: Path, calls: int) -> None:
    queue_many(20)
    rules = settings_for("sqlite://", tmp_path, sms_parallel_calls=calls).sending_rules
    gateway = Together(calls)
    assert dispatch(NOON, gateway, RULES, sending=rules).sent == 20
    assert gateway.most == calls
    assert sorted(row[0] for row in gateway.sent) == [text.id for text in texts()]


@pytest.mark.parametrize(
    ("answer", "counted"),
    [
        (TryAgain("429", retry_after=30.0), "postponed"),
        (Rejected("20003", permanent=False, is_of_account=True), "postponed"),
        (Ambiguous("timed out"), "unknown"),
    ],
)
def test_an_answer_that_ends_the_pass_begins_nothing_more_and_waits_for_what_is_under_way(
    answer: Exception, counted: str
) -> None:
    queue_many(20)
    bad, ids = Event(), [text.id for text in texts()]

    class OneIsRefused(FakeGateway):
        def send(self, *given: object, **named: object) -> object:  # type: ignore[override]
            if given[2] == ids[0]:
                together.wait(30)
                bad.set()
                raise answer
            together.wait(30)
            assert bad.wait(30)
            return super().send(*given, **named)  # type: ignore[arg-type]

    together = Barrier(4)
    gateway = OneIsRefused()
    done = asdict(send(gateway))
    assert done[counted] == 1
    assert 0 < done["sent"] == len(gateway.sent) < 20
    rows = texts()
    assert sum(row.status is S.SENT for row in rows) == done["sent"]
    back = [row for row in rows if row.status is S.QUEUED and row.id != ids[0]]
    assert {(row.tries, row.lease, row.lease_until) for row in back} == {(0, "", None)}
    assert len(back) == 19 - done["sent"]


def test_a_fault_in_one_call_loses_none_of_the_others_and_is_heard_of() -> None:
    queue_many(4)
    gateway = Together(4, first=[ZeroDivisionError(KANTA)])
    with pytest.raises(ZeroDivisionError):
        send(gateway)
    assert sorted(row.status for row in texts()) == [S.SENT, S.SENT, S.SENT, S.UNKNOWN]
    assert {row.failure for row in texts()} == {"", "ZeroDivisionError"}


def test_an_answer_that_cannot_be_written_down_keeps_none_of_the_others_from_it() -> None:
    queue_many(4)
    with transaction() as session:
        taken = {"cause": "x", "recipient": "x", "template": M.CLOSED, "to": KANTA, "language": "gu", "variables": {}}
        taken |= {"status": S.DELIVERED, "queued_at": NOON, "next_try_at": NOON}
        session.execute(insert(table_of(SmsMessage)), taken | {"provider_id": f"SM{texts()[1].id}"})
    with pytest.raises(Exception, match="provider_id"):
        send(Together(4))
    assert [row.status for row in texts()] == [S.SENT, S.SENDING, S.SENT, S.SENT, S.DELIVERED]


def test_a_fault_while_one_disposal_counts_as_reached_harms_no_other_text(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object, **_named: object) -> bool:
        raise ZeroDivisionError

    monkeypatch.setattr(delivery, "arrived", broken)
    monkeypatch.setattr("swagat.services.recording.arrived", broken)
    queue_many(3)
    queue(M.DISPOSED)
    with pytest.raises(ZeroDivisionError):
        send(Together(4, answer=DELIVERED))
    assert {row.status for row in texts()} == {S.DELIVERED}


def test_the_pace_is_one_for_all_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    queue_many(5)
    waits: list[float] = []
    monkeypatch.setattr(pauses, "monotonic", lambda: 100.0)
    monkeypatch.setattr(pauses, "sleep", waits.append)
    assert send(FakeGateway(per_second=4.0)).sent == 5
    assert sorted(waits) == [0.25, 0.5, 0.75, 1.0]


def test_the_row_says_in_how_many_segments_the_words_left() -> None:
    queue(M.ASSIGNED, M.CLOSED)
    gateway = FakeGateway()
    send(gateway)
    said = {row[0]: length_of(row[2]).segments for row in gateway.sent}
    assert {row.id: row.segments for row in texts()} == said
    assert set(said.values()) != {0}


def test_a_text_leaves_under_the_id_it_is_registered_with_in_the_state_of_its_case() -> None:
    def registered(template: M, id_: str, language: str = "gu") -> RegisteredTemplate:
        return RegisteredTemplate(
            state_id=STATE,
            template=template,
            language=language,
            template_id=id_,
            header="SWAGAT",
            words_digest=b"\0" * 32,
            registered_at=datetime(2026, 1, 1, tzinfo=NOON.tzinfo),
        )

    with transaction() as session:
        session.add_all([registered(M.ASSIGNED, "1107001"), registered(M.CLOSED, "1107002", "hi")])
    queue(M.ASSIGNED)
    queue(M.CLOSED)
    gateway = FakeGateway()
    send(gateway, calls=1)
    assert gateway.template_ids == ["1107001", ""]


def test_threads_are_gone_once_the_pass_is_over() -> None:
    from threading import active_count

    queue_many(9)
    before = active_count()
    send(Together(4))
    assert active_count() == before
    assert db.session.get_one(SmsMessage, texts()[0].id).grievance_id == GRIEVANCE
