"""A text that did not arrive is sent once more: while its words are true, and once however often it is pressed."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from swagat.database import db, transaction
from swagat.domain.case import Outcome
from swagat.domain.errors import AlreadyDone, Invalid, NotFound, Refused
from swagat.domain.messages import MessageKey as M
from swagat.domain.roles import Actor, Role
from swagat.domain.workflow import Action, Need
from swagat.models import DeliveryStatus as S
from swagat.models import OptedOutNumber, Person, RefusedNumber, SmsMessage
from swagat.services import outbox, resending
from swagat.services.telling import order_row
from swagat.sms.console_gateway import ConsoleGateway
from tests.builders import (
    KANTA,
    KANTAS_MOBILE,
    RULES,
    Cast,
    act,
    assigned,
    case,
    day,
    file_case,
    office,
    post_cast,
    proposed,
    reported,
)
from tests.services.test_two_at_once import at_once

WHY = "The phone was switched off, she says."


def newest(key: M) -> Any:
    """Return the newest text of this kind, as the database has it."""
    db.session.commit()
    statement = select(SmsMessage).where(SmsMessage.template == key).order_by(SmsMessage.id.desc()).limit(1)
    found = db.session.scalars(statement.execution_options(populate_existing=True)).one()
    db.session.commit()
    return found


def ended(key: M, status: S = S.FAILED, failure: str = "30003", **more: Any) -> int:
    """Let the newest text of this kind end like that, and return its id."""
    text_id: int = newest(key).id
    values = {"status": status, "failure": failure, "ended_at": day(0.1), "provider_id": None, **more}
    with transaction() as session:
        session.execute(update(SmsMessage).where(SmsMessage.id == text_id).values(**values))
    return text_id


def again(cast: Cast, text_id: int, reason: str = WHY, at: float = 0.2, checked: bool = False) -> str:
    return resending.resend(cast.administrator, text_id, reason, checked, day(at))


def count_of_texts() -> int:
    found: int = db.session.scalar(select(func.count()).select_from(SmsMessage)) or 0
    db.session.commit()
    return found


@pytest.mark.parametrize("status", [S.FAILED, S.UNDELIVERED, S.UNKNOWN])
def test_a_text_that_did_not_arrive_is_queued_once_more_with_who_and_why(cast: Cast, status: S) -> None:
    number = file_case().number
    first = ended(M.FILED, status)
    assert again(cast, first, f"  {WHY} ") == number
    old, new = db.session.get(SmsMessage, first), newest(M.FILED)
    assert old
    assert (new.to, new.language, new.variables, new.recipient) == (old.to, old.language, old.variables, old.recipient)
    assert (new.status, new.queued_at, new.next_try_at, new.tries) == (S.QUEUED, day(0.2), day(0.2), 0)
    assert (new.resend_of_id, new.resent_by_id, new.resend_reason) == (first, cast.administrator.person_id, WHY)
    assert old.status is status


def test_the_answer_sent_again_reaches_the_complainant_when_it_arrives(cast: Cast) -> None:
    number = reported(cast)
    act(cast.meena, number, Action.DISPOSE, 0, outcome=Outcome.REDRESSED)
    again(cast, ended(M.DISPOSED))
    assert case(number).reached_at is None
    outbox.dispatch(day(0.3), ConsoleGateway(), RULES)
    assert newest(M.DISPOSED).status is S.DELIVERED
    assert case(number).reached_at == day(0.3)


@pytest.mark.parametrize(
    ("status", "values", "why"),
    [
        (S.DELIVERED, {}, "has arrived"),
        (S.QUEUED, {"ended_at": None}, "still on its way"),
        (S.SENDING, {"ended_at": None}, "still on its way"),
        (S.SENT, {"ended_at": None}, "still on its way"),
        (S.UNKNOWN, {"ended_at": None}, "still on its way"),
    ],
)
def test_a_text_that_arrived_or_may_still_arrive_is_not_sent_again(
    cast: Cast, status: S, values: dict[str, Any], why: str
) -> None:
    file_case()
    text_id = ended(M.FILED, status, **values)
    with pytest.raises(Refused, match=why):
        again(cast, text_id)
    assert count_of_texts() == 1


def test_a_one_time_code_is_never_sent_again(cast: Cast) -> None:
    row = order_row("code:1", M.ASKING_CODE, "asking:1", KANTAS_MOBILE, "gu", {"code": 1}, day(0))
    with transaction() as session:
        session.add(SmsMessage(**row))
    text_id = ended(M.ASKING_CODE)
    with pytest.raises(Refused, match="one-time code"):
        again(cast, text_id)
    assert count_of_texts() == 1


def test_what_staff_were_told_is_not_sent_again(cast: Cast) -> None:
    with transaction() as session:
        session.execute(update(Person).values(mobile="+919800000001"))
    reported(cast)
    text_id = ended(M.OFFICE_REPORTED)
    with pytest.raises(Refused, match="stands on their desk"):
        again(cast, text_id)


def test_who_wants_no_texts_gets_none(cast: Cast) -> None:
    file_case()
    text_id = ended(M.FILED, failure="21610")
    with transaction() as session:
        session.add(OptedOutNumber(mobile=KANTAS_MOBILE, opted_out_at=day(0.1), by="text"))
    with pytest.raises(Refused, match="wants no texts"):
        again(cast, text_id, checked=True)


def test_a_number_that_no_text_reached_has_to_be_checked_first(cast: Cast) -> None:
    file_case()
    text_id = ended(M.FILED, failure="30005")
    with transaction() as session:
        session.add(RefusedNumber(mobile=KANTAS_MOBILE, code="30005", refused_at=day(0.1)))
        session.add(RefusedNumber(mobile="+919800000009", code="30005", refused_at=day(0.1)))
    with pytest.raises(Invalid) as refused:
        again(cast, text_id)
    assert set(refused.value.errors) == {"checked"}
    again(cast, text_id, checked=True)
    assert list(db.session.scalars(select(RefusedNumber.mobile))) == ["+919800000009"]
    outbox.dispatch(day(0.3), ConsoleGateway(), RULES)
    assert newest(M.FILED).status is S.DELIVERED


@pytest.mark.parametrize("reason", ["", "  ab ", "x" * 201])
def test_a_reason_has_three_to_two_hundred_characters(cast: Cast, reason: str) -> None:
    file_case()
    text_id = ended(M.FILED)
    with pytest.raises(Invalid) as refused:
        again(cast, text_id, reason)
    assert set(refused.value.errors) == {"reason"}
    assert count_of_texts() == 1
    again(cast, text_id, "x" * 200)


def test_pressing_twice_makes_one_and_its_copy_can_be_sent_again_once_it_failed_too(cast: Cast) -> None:
    file_case()
    first = ended(M.FILED)
    again(cast, first)
    with pytest.raises(AlreadyDone):
        again(cast, first)
    copy = newest(M.FILED).id
    with pytest.raises(Refused, match="still on its way"):
        again(cast, copy)
    assert ended(M.FILED) == copy
    again(cast, copy, at=0.3)
    assert newest(M.FILED).resend_of_id == copy
    assert count_of_texts() == 3


@pytest.mark.concurrency
def test_four_who_press_in_the_same_moment_make_one(own_app: Flask) -> None:
    with own_app.app_context():
        cast = post_cast()
        file_case()
        text_id = ended(M.FILED)
        results = at_once(own_app, *[lambda: again(cast, text_id)] * 4)
        assert sorted(type(one).__name__ for one in results) == ["AlreadyDone"] * 3 + ["str"]
        assert count_of_texts() == 2


@pytest.mark.parametrize("message_id", ["another state's", 0, 2**62])
def test_the_text_of_another_state_does_not_exist(cast: Cast, message_id: Any) -> None:
    file_case()
    own = ended(M.FILED)
    stranger = Actor(Role.ADMINISTRATOR, cast.administrator.person_id, 1, office("PS-GAD"), state_id=9001)
    actor, wanted = (stranger, own) if message_id == "another state's" else (cast.administrator, message_id)
    with pytest.raises(NotFound):
        resending.resend(actor, wanted, WHY, False, day(0.2))
    with pytest.raises(NotFound):
        resending.shown(db.session(), actor, wanted, day(0.2))


# Whether the words are still true


def reopened(cast: Cast) -> M:
    number = reported(cast)
    act(cast.meena, number, Action.DISPOSE, 0, outcome=Outcome.REDRESSED)
    ended(M.DISPOSED)
    act(cast.bharat, number, Action.HAND_OVER, 0.1)
    act(KANTA, number, Action.REFUSE, 0.1)
    return M.DISPOSED


def handled_anew(cast: Cast) -> M:
    number = reported(cast)
    ended(M.ASSIGNED)
    act(cast.meena, number, Action.DISPOSE, 0, outcome=Outcome.REDRESSED)
    act(cast.bharat, number, Action.HAND_OVER, 0.1)
    act(KANTA, number, Action.REFUSE, 0.1)
    return M.ASSIGNED


def answered_since(cast: Cast) -> M:
    number = reported(cast)
    ended(M.ASSIGNED)
    act(cast.meena, number, Action.DISPOSE, 0.1, outcome=Outcome.REDRESSED)
    return M.ASSIGNED


def withdrawal_taken_back(cast: Cast) -> M:
    number = assigned(cast)
    act(KANTA, number, Action.WITHDRAW, 0)
    ended(M.WITHDRAWN)
    act(KANTA, number, Action.UNDO_WITHDRAWAL, 0.1)
    return M.WITHDRAWN


def another_due_date(cast: Cast) -> M:
    number = assigned(cast)
    ended(M.FILED)
    later, texts = case(number).due_on + timedelta(days=5), {Need.REMARK: "The survey is late."}
    act(cast.additional_collector, number, Action.GIVE_TIME, 0.1, expected_on=later, texts=texts)
    return M.FILED


@pytest.mark.parametrize(
    "happens",
    [reopened, handled_anew, answered_since, withdrawal_taken_back, another_due_date],
    ids=lambda one: str(one.__name__),
)
def test_words_that_would_be_wrong_now_are_not_sent(cast: Cast, happens: Callable[[Cast], M]) -> None:
    text_id = ended(happens(cast))
    with pytest.raises(Refused, match="moved on"):
        again(cast, text_id)
    refusal = resending.shown(db.session(), cast.administrator, text_id, day(0.2)).refusal
    assert refusal is not None
    assert refusal.message == resending.MOVED_ON


def test_words_of_a_date_that_has_passed_are_not_sent(cast: Cast) -> None:
    proposed(cast)
    text_id = ended(M.PROPOSED)
    with pytest.raises(Refused, match="moved on"):
        again(cast, text_id, at=30)
    again(cast, text_id, at=3)


def test_words_that_stay_true_while_work_goes_on_are_sent(cast: Cast) -> None:
    reported(cast)
    again(cast, ended(M.FILED))


def test_that_there_is_news_is_true_whatever_happened_since(cast: Cast) -> None:
    number = reported(cast, phone_is_shared=True)
    text_id = ended(M.FILED)
    act(cast.meena, number, Action.DISPOSE, 0.1, outcome=Outcome.REDRESSED)
    again(cast, text_id)


def test_it_is_logged_without_number_words_or_reason(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    number = file_case().number
    text_id = ended(M.FILED)
    caplog.set_level(logging.INFO, "swagat")
    caplog.clear()
    again(cast, text_id)
    said = f"administration: person {cast.administrator.person_id} had text {text_id} sent again"
    assert [one.getMessage() for one in caplog.records] == [said]
    assert not any(secret in caplog.text for secret in (number, KANTAS_MOBILE, WHY))
