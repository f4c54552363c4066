"""A one-time code: its words are on no row, it goes before all others, and it is never sent again by itself."""

from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, insert, text

from swagat.database import db, table_of, transaction
from swagat.domain.messages import MessageKey as M
from swagat.domain.one_time_codes import DOTS, GOOD_FOR, code_of
from swagat.domain.rules import Rules
from swagat.domain.sending import QuietHours, SendingRules, quiet_hours
from swagat.models import CodePurpose, OneTimeCode, SmsMessage
from swagat.models import DeliveryStatus as S
from swagat.services.asking import FIRST_ASKED_AFTER, GIVEN_UP, NOT_FOUND
from swagat.services.claiming import LEASE, TOO_LATE
from swagat.services.outbox import DispatchReport, dispatch
from swagat.services.telling import order_row
from swagat.sms.gateway import Ambiguous, Gateway, Rejected, Sent, TryAgain
from tests.services.case_to_tell import KANTA, change, make_case, only_text, queue, queue_many, texts
from tests.services.fake_gateway import FakeGateway, Said
from tests.staff import NOON, TALUKA

RULES = Rules()
SECRET = b"only for tests of codes"
NONCE = b"0123456789abcdef"
CODE = code_of(SECRET, NONCE)
NIGHT: QuietHours | None = quiet_hours("11:00-13:00")


@pytest.fixture(autouse=True)
def case(app: Flask) -> None:
    make_case()


def queue_code(now: datetime = NOON) -> None:
    """Queue a code to Kanta's number, as whoever asks for one does."""
    with transaction() as session:
        made = OneTimeCode(
            purpose=CodePurpose.FILING,
            subject="s",
            holder="h",
            nonce=NONCE,
            made_at=now,
            expires_at=now + GOOD_FOR,
        )
        session.add(made)
        session.flush()
        row = order_row(f"code:{made.id}", M.ASKING_CODE, f"asking:{KANTA}", KANTA, "en", {"code": made.id}, now)
        session.execute(insert(table_of(SmsMessage)), row | {"expires_at": now + GOOD_FOR})


def send(gateway: Gateway, after: timedelta = timedelta(), secret: bytes = SECRET, **rules: object) -> DispatchReport:
    sending = SendingRules(parallel_calls=1, **rules)  # type: ignore[arg-type]
    return dispatch(NOON + after, gateway, RULES, sending=sending, secret=secret)


def words_in_the_database() -> str:
    """Return every row of the outbox as the database writes it out."""
    db.session.rollback()
    return "\n".join(str(tuple(row)) for row in db.session.execute(text("SELECT * FROM sms_messages")))


def test_the_telephone_gets_the_code_and_the_row_dots() -> None:
    queue_code()
    gateway = FakeGateway()
    assert send(gateway).sent == 1
    assert CODE in gateway.sent[0][2]
    assert only_text().body == gateway.sent[0][2].replace(CODE, DOTS)
    assert CODE not in words_in_the_database()


@pytest.mark.parametrize(
    "answer", [Ambiguous("timed out"), TryAgain("429"), Rejected("21211", permanent=True), ZeroDivisionError(CODE)]
)
def test_however_the_sending_ends_the_code_is_on_no_row_and_in_no_log(
    answer: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    queue_code()
    with caplog.at_level("DEBUG", logger="swagat"), suppress(ZeroDivisionError):
        send(FakeGateway(answer))
    assert DOTS in only_text().body
    assert CODE not in words_in_the_database()
    assert CODE not in caplog.text


def test_a_code_whose_answer_was_lost_is_asked_for_in_its_true_words_and_adopted() -> None:
    queue_code()
    send(FakeGateway(Ambiguous("timed out")))
    gateway = FakeGateway(has=[Sent("SM7", "delivered")])
    assert send(gateway, FIRST_ASKED_AFTER) == DispatchReport(found=1)
    assert CODE in gateway.asked[0][2]
    assert (only_text().status, only_text().provider_id) == (S.DELIVERED, "SM7")


@pytest.mark.parametrize("lost", ["answer", "sender"])
def test_a_code_that_the_provider_has_not_got_is_never_sent_again(lost: str) -> None:
    queue_code()
    if lost == "answer":
        send(FakeGateway(Ambiguous("timed out")))
    else:
        change(status=S.SENDING, lease="dead", lease_until=NOON, tries=1, tried_at=NOON)
        assert send(FakeGateway()).lapsed == 1
    gateway = FakeGateway()
    assert send(gateway, FIRST_ASKED_AFTER) == DispatchReport(given_up=1)
    code = only_text()
    assert (code.status, code.failure, code.ended_at) == (S.UNKNOWN, NOT_FOUND, NOON + FIRST_ASKED_AFTER)
    for hours in range(1, 30):
        send(gateway, timedelta(hours=hours))
    assert gateway.sent == []
    assert len(gateway.asked) == 1


def test_once_nobody_knows_its_words_any_more_the_provider_is_not_asked_and_the_code_stays_unknown() -> None:
    queue_code()
    send(FakeGateway(Ambiguous("timed out")))
    with transaction() as session:
        session.execute(delete(OneTimeCode))
    gateway = FakeGateway(has=[Sent("SM7", "delivered")])
    assert send(gateway, FIRST_ASKED_AFTER) == DispatchReport(given_up=1)
    code = only_text()
    assert (code.status, code.failure, code.ended_at) == (S.UNKNOWN, GIVEN_UP, NOON + FIRST_ASKED_AFTER)
    assert (gateway.asked, gateway.sent) == ([], [])


def test_other_texts_are_asked_for_beside_a_code_each_in_its_own_words() -> None:
    queue(M.ASSIGNED)
    queue_code()
    for _ in range(2):
        send(FakeGateway(Ambiguous("timed out")))
    words = {row.template: row.body for row in texts()}
    gateway = FakeGateway()
    assert send(gateway, FIRST_ASKED_AFTER) == DispatchReport(given_up=1, not_found=1, sent=1)
    assert [asked[2] for asked in gateway.asked] == [words[M.ASSIGNED], words[M.ASKING_CODE].replace(DOTS, CODE)]


@pytest.mark.parametrize("refused", [TryAgain("429"), TryAgain("refused", is_away=True)])
def test_a_code_that_certainly_stayed_is_tried_again_while_it_is_of_use(refused: Said) -> None:
    queue_code()
    assert send(FakeGateway(refused)).postponed == 1
    gateway = FakeGateway()
    assert send(gateway, GOOD_FOR - timedelta(seconds=1)).sent == 1
    assert CODE in gateway.sent[0][2]


@pytest.mark.parametrize("left", [timedelta(0), timedelta(hours=1)])
def test_a_code_that_comes_too_late_is_not_sent_and_says_so(left: timedelta) -> None:
    queue_code()
    gateway = FakeGateway()
    assert send(gateway, GOOD_FOR + left) == DispatchReport(failed=1)
    code = only_text()
    assert (code.status, code.failure, code.ended_at) == (S.FAILED, TOO_LATE, NOON + GOOD_FOR + left)
    assert gateway.sent == []


def test_any_text_that_is_of_no_use_any_more_is_not_sent() -> None:
    queue(M.ASSIGNED)
    change(expires_at=NOON)
    assert send(FakeGateway()) == DispatchReport(failed=1)
    assert only_text().failure == TOO_LATE


def test_who_has_not_the_secret_sends_no_code() -> None:
    queue_code()
    gateway = FakeGateway()
    assert send(gateway, secret=b"") == DispatchReport(failed=1)
    assert gateway.sent == []


def test_codes_leave_first_then_danger_then_the_oldest() -> None:
    queue_many(2)
    queue(M.OFFICE_IMMEDIATE, answerable_office_id=TALUKA)
    queue_code()
    gateway = FakeGateway()
    send(gateway)
    assert [row[3] for row in gateway.sent] == ["asking_code", "office_immediate", "assigned", "assigned"]


def test_a_code_that_is_asked_for_while_a_long_queue_empties_does_not_wait_for_its_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    queue_many(60)
    clock = [0.0]
    monkeypatch.setattr("swagat.services.outbox.monotonic", lambda: clock[0])

    def a_fifth_of_a_second() -> None:
        clock[0] += 0.2

    gateway = FakeGateway(then=a_fifth_of_a_second)
    # It is queued a second after the pass began, and so is not yet due when that claims for the first time.
    queue_code(NOON + timedelta(seconds=1))
    assert send(gateway).sent == 61
    at = [row[3] for row in gateway.sent].index("asking_code")
    assert 5 <= at <= 5 + 2 / 0.2


def test_in_quiet_hours_only_codes_and_danger_leave_and_the_others_simply_wait() -> None:
    queue_many(3)
    queue_code()
    queue(M.OFFICE_IMMEDIATE, answerable_office_id=TALUKA)
    gateway = FakeGateway()
    assert send(gateway, quiet=NIGHT) == DispatchReport(sent=2)
    assert [row[3] for row in gateway.sent] == ["asking_code", "office_immediate"]
    waiting = [row for row in texts() if row.template is M.ASSIGNED]
    assert {(row.status, row.tries, row.failure) for row in waiting} == {(S.QUEUED, 0, "")}
    assert send(FakeGateway(), timedelta(hours=1) - timedelta(microseconds=1), quiet=NIGHT) == DispatchReport()
    assert send(FakeGateway(), timedelta(hours=1), quiet=NIGHT).sent == 3


def test_where_no_telephone_rings_no_hour_is_quiet() -> None:
    queue_many(3)
    assert send(FakeGateway(is_audible=False), quiet=NIGHT).sent == 3


def test_a_lease_that_another_took_over_does_not_make_a_code_leave_twice() -> None:
    queue_code()
    change(status=S.SENDING, lease="dead", lease_until=NOON + LEASE, tries=1, tried_at=NOON)
    gateway = FakeGateway()
    for minutes in range(20):
        send(gateway, timedelta(minutes=minutes))
    assert gateway.sent == []
    assert only_text().status is S.UNKNOWN
