"""Whether texts reach a complainant: the first thing that stands in the way is named, and nothing that is over."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from swagat.database import db, transaction
from swagat.domain.messages import MessageKey
from swagat.domain.workflow import Action
from swagat.models import DeliveryStatus, OptedOutNumber, SmsMessage
from swagat.services import scope
from swagat.services.delivery import MARKED_FOR, mark_number
from swagat.services.opt_outs import By, start, stop
from swagat.services.telling import order_row
from swagat.services.texting import Texting, Why, texting, waits_to_be_told
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
)
from tests.services.test_opt_outs import NEIGHBOUR, answered, told

S = DeliveryStatus
Counting = Callable[[], AbstractContextManager[list[str]]]


def fares(number: str, at: datetime = day(3)) -> Texting:
    found = texting(db.session(), scope.load(db.session(), KANTA, number), at)
    db.session.commit()
    return found


def text_ends(number: str, status: DeliveryStatus, failure: str = "", at: datetime | None = day(1)) -> None:
    """Let every text about a case that is to the complainant end in this way."""
    mine = SmsMessage.grievance_id == case(number).id, SmsMessage.recipient.startswith("complainant:")
    with transaction() as session:
        session.execute(update(SmsMessage).where(*mine).values(status=status, failure=failure, ended_at=at))


def test_texts_that_arrive_leave_nothing_to_say(cast: Cast) -> None:
    number = file_case(phone_is_shared=True).number
    for status in (S.QUEUED, S.SENDING, S.SENT, S.DELIVERED):
        text_ends(number, status, at=day(1) if status is S.DELIVERED else None)
        assert fares(number) == Texting(KANTAS_MOBILE, "gu", True)


def test_without_a_number_there_are_no_texts_and_nothing_is_asked(cast: Cast, count_statements: Counting) -> None:
    grievance = scope.load(db.session(), KANTA, file_case(mobile=None, clerk=cast.ramila).number)
    with count_statements() as sent:
        found = texting(db.session(), grievance, day(3))
    assert (found.why, found.mobile, sent) == (Why.NO_NUMBER, "", [])


def test_it_costs_one_statement(cast: Cast, count_statements: Counting) -> None:
    number = told(cast)
    stop(KANTAS_MOBILE, By.SMS, day(3), RULES)
    grievance = scope.load(db.session(), KANTA, number)
    with count_statements() as sent:
        assert texting(db.session(), grievance, day(4)).why is Why.STOPPED
    assert len(sent) == 1


def test_a_stopped_number_says_since_when(cast: Cast) -> None:
    number, other = file_case().number, file_case("other", mobile=NEIGHBOUR).number
    stop(KANTAS_MOBILE, By.SMS, day(2), RULES)
    assert (fares(number).why, fares(number).stopped_at) == (Why.STOPPED, day(2))
    assert fares(other).why is None
    start(KANTAS_MOBILE, By.SMS)
    assert fares(number).why is None


def test_a_refused_number_says_by_which_code_until_the_mark_is_over(cast: Cast) -> None:
    number = file_case().number
    with transaction() as session:
        mark_number(session, KANTAS_MOBILE, "21614", day(1))
    assert (fares(number).why, fares(number).code) == (Why.REFUSED, "21614")
    assert fares(number, day(1) + MARKED_FOR).why is None
    assert fares(number, day(1) + MARKED_FOR - timedelta(seconds=1)).why is Why.REFUSED


@pytest.mark.parametrize(
    ("status", "has_ended", "why"),
    [
        (S.FAILED, True, Why.LOST),
        (S.UNDELIVERED, True, Why.LOST),
        (S.UNKNOWN, True, Why.LOST),
        # It is still being asked about.
        (S.UNKNOWN, False, None),
        (S.DELIVERED, True, None),
    ],
)
def test_the_newest_text_says_how_it_ended(
    cast: Cast, status: DeliveryStatus, has_ended: bool, why: Why | None
) -> None:
    number = file_case().number
    text_ends(number, status, "30003", day(1) if has_ended else None)
    assert (fares(number).why, fares(number).code) == (why, "30003" if why else "")


def test_a_newer_text_counts_and_one_to_the_staff_or_about_another_case_does_not(cast: Cast) -> None:
    number, other = assigned(cast), assigned(cast, "other")
    text_ends(number, S.FAILED, "30003")
    text_ends(other, S.DELIVERED)
    grievance = case(number)
    mobile = "+919800000001"
    to_staff = order_row(
        "event:x:9", MessageKey.OFFICER_REMINDED, f"person:1:{mobile}", mobile, "gu", {}, day(2), grievance.id
    )
    with transaction() as session:
        session.add(SmsMessage(**to_staff | {"status": S.DELIVERED, "ended_at": day(2)}))
    assert fares(number).why is Why.LOST
    recipient = f"complainant:{grievance.complainant_id}:{KANTAS_MOBILE}"
    newer = order_row("event:x:10", MessageKey.INTERIM_REPLY, recipient, KANTAS_MOBILE, "gu", {}, day(2), grievance.id)
    with transaction() as session:
        session.add(SmsMessage(**newer))
    assert fares(number).why is None


def test_what_the_holder_wants_is_named_before_what_the_operator_says_and_that_before_a_lost_text(cast: Cast) -> None:
    number = file_case().number
    text_ends(number, S.UNDELIVERED, "30003")
    with transaction() as session:
        mark_number(session, KANTAS_MOBILE, "30005", day(1))
        session.add(OptedOutNumber(mobile=KANTAS_MOBILE, opted_out_at=day(1), by="sms"))
    assert fares(number).why is Why.STOPPED
    start(KANTAS_MOBILE, By.SMS)
    assert (fares(number).why, fares(number).code) == (Why.REFUSED, "30005")


def test_what_it_shows_of_itself_names_nobody(cast: Cast) -> None:
    assert KANTAS_MOBILE not in repr(fares(file_case().number))


CASES: dict[str, tuple[Callable[[Cast], str], bool]] = {
    "under way": (assigned, True),
    "answered": (answered, True),
    "reached by text": (told, False),
    "handed over": (disposed, False),
    "withdrawn": (lambda cast: withdrawn(cast), False),
    "closed": (lambda cast: closed(cast), False),
}


def withdrawn(cast: Cast) -> str:
    number = file_case().number
    act(KANTA, number, Action.WITHDRAW, 1)
    return number


def closed(cast: Cast) -> str:
    number = disposed(cast)
    act(KANTA, number, Action.CONFIRM, 1)
    return number


@pytest.mark.parametrize("stands", CASES)
def test_somebody_is_to_be_told_while_it_is_under_way_or_the_answer_reached_nobody(cast: Cast, stands: str) -> None:
    make, waits = CASES[stands]
    found: Any = scope.load(db.session(), KANTA, make(cast))
    assert waits_to_be_told(found) is waits
