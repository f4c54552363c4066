"""Who wants no texts gets none, and no silence is held against them: their time to answer stands still."""

import logging
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, insert, select, update

from swagat.database import db, table_of, transaction
from swagat.domain.case import Confirmation, Outcome
from swagat.domain.deadlines import Clock
from swagat.domain.messages import MessageKey
from swagat.domain.roles import Role
from swagat.domain.workflow import Action, Need, Status
from swagat.models import (
    Deadline,
    DeliveryStatus,
    FilingMode,
    Grievance,
    GrievanceEvent,
    OptedOutNumber,
    RefusedNumber,
    SmsMessage,
)
from swagat.services import counter, desk, escalation, registers
from swagat.services.checks import check_timers
from swagat.services.delivery import Report, mark_number, record_report
from swagat.services.desk import Filters, Tab
from swagat.services.opt_outs import By, opted_out, start, stop
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
    post_cast,
    reported,
)
from tests.services.test_two_at_once import at_once

NEIGHBOUR = "+919876500000"


def answered(cast: Cast, key: str = "kanta", **more: Any) -> str:
    """Return the number of a case that is disposed of on the second day, the text about it being on its way."""
    number = reported(cast, key, **more)
    act(cast.meena, number, Action.DISPOSE, 1, outcome=Outcome.REDRESSED)
    with transaction() as session:
        theirs = SmsMessage.grievance_id == case(number).id
        session.execute(update(SmsMessage).where(theirs).values(status=DeliveryStatus.SENT))
    return number


def text_of(number: str) -> SmsMessage:
    """Return the newest text that tells the disposal of a case."""
    about = select(SmsMessage).where(SmsMessage.grievance_id == case(number).id)
    found = about.where(SmsMessage.template == MessageKey.DISPOSED).order_by(SmsMessage.id.desc())
    text = db.session.scalars(found.limit(1).execution_options(populate_existing=True)).one()
    db.session.commit()
    return text


def report(number: str, at: float, said: str = "delivered", message_id: int | None = None) -> None:
    """Let the provider say what became of the text about a case."""
    message_id = message_id or text_of(number).id
    record_report(Report(message_id, f"SM{message_id}", said), day(at), RULES)


def told(cast: Cast, key: str = "kanta", **more: Any) -> str:
    """Return the number of a case whose answer a text delivered on the third day."""
    number = answered(cast, key, **more)
    report(number, 2)
    assert (case(number).reached_at, live(number)) == (day(2), {Clock.CONFIRM})
    return number


def sent_once_more(number: str, at: float) -> int:
    """Put a text about the disposal beside the first, as when somebody has it sent again, and return its id."""
    table = table_of(SmsMessage)
    first = db.session.execute(select(table).where(table.c.id == text_of(number).id)).mappings().one()
    row = {name: value for name, value in first.items() if name not in ("id", "provider_id", "ended_at")}
    row |= {"cause": f"resend:{at}", "status": DeliveryStatus.SENT, "queued_at": day(at), "next_try_at": day(at)}
    with transaction() as session:
        session.execute(insert(table), row)
    return text_of(number).id


def live(number: str) -> set[Clock]:
    found = select(Deadline.clock).where(Deadline.grievance_id == case(number).id, Deadline.ended_at.is_(None))
    return set(db.session.scalars(found))


def losses(number: str) -> list[GrievanceEvent]:
    found = select(GrievanceEvent).where(GrievanceEvent.grievance_id == case(number).id)
    return list(db.session.scalars(found.where(GrievanceEvent.action == Action.LOSE_REACH)))


def listed() -> list[tuple[str, datetime, str]]:
    rows = db.session.execute(select(OptedOutNumber.mobile, OptedOutNumber.opted_out_at, OptedOutNumber.by)).all()
    return [tuple(row) for row in rows]


# Stopping


def test_who_stops_is_on_the_list_once_with_when_and_how(cast: Cast) -> None:
    assert stop(KANTAS_MOBILE, By.SMS, day(3), RULES)
    assert not stop(KANTAS_MOBILE, By.COMPLAINANT, day(4), RULES)
    assert listed() == [(KANTAS_MOBILE, day(3), "sms")]
    assert opted_out(db.session(), [KANTAS_MOBILE, NEIGHBOUR]) == {KANTAS_MOBILE}


@pytest.mark.parametrize("by", list(By))
def test_the_time_to_answer_a_texted_disposal_stands_still_in_every_case_of_the_number(cast: Cast, by: By) -> None:
    mine = [told(cast, "one"), told(cast, "two")]
    other = told(cast, "other", mobile=NEIGHBOUR)
    assert stop(KANTAS_MOBILE, by, day(3), RULES)
    for number in mine:
        (entry,) = losses(number)
        assert (entry.at, entry.role, entry.is_visible, entry.payload) == (day(3), Role.SYSTEM, True, {"by": by.value})
        assert (case(number).status, case(number).reached_at, live(number)) == (Status.DISPOSED, None, set())
    assert (losses(other), case(other).reached_at, live(other)) == ([], day(2), {Clock.CONFIRM})
    assert registers.verify().ok


def test_an_answer_that_was_handed_over_in_person_stays_handed_over(cast: Cast) -> None:
    number = disposed(cast)
    stop(KANTAS_MOBILE, By.SMS, day(3), RULES)
    assert (losses(number), case(number).reached_at, live(number)) == ([], day(0), {Clock.CONFIRM})


def test_an_answer_of_an_earlier_handling_that_was_texted_matters_no_more(cast: Cast) -> None:
    number = told(cast)
    act(KANTA, number, Action.REFUSE, 3)
    for actor, action, more in (
        (cast.bharat, Action.ASSIGN, {"officer_posting_id": cast.bharat.posting_id}),
        (cast.bharat, Action.REPORT_ACTION, {}),
    ):
        act(actor, number, action, 4, **more)
    reason = {Need.REASON: "ફરી સ્થળ તપાસ કરી, બીજી નોંધ પાડી અને નકલ આપી છે."}
    act(cast.additional_collector, number, Action.DISPOSE, 5, texts=reason, outcome=Outcome.REDRESSED)
    act(cast.bharat, number, Action.HAND_OVER, 6)
    stop(KANTAS_MOBILE, By.SMS, day(7), RULES)
    assert (losses(number), case(number).reached_at, live(number)) == ([], day(6), {Clock.CONFIRM})


def test_cases_in_hand_withdrawn_and_closed_stay_as_they_are(cast: Cast) -> None:
    in_hand, withdrawn = assigned(cast, "in hand"), file_case("withdrawn").number
    act(KANTA, withdrawn, Action.WITHDRAW, 1)
    closed = told(cast, "closed")
    act(KANTA, closed, Action.CONFIRM, 2.5)
    before = {number: (case(number).version, live(number)) for number in (in_hand, withdrawn, closed)}
    stop(KANTAS_MOBILE, By.SMS, day(3), RULES)
    assert {number: (case(number).version, live(number)) for number in before} == before


def test_stopping_again_writes_nothing_again(cast: Cast) -> None:
    number = told(cast)
    for at in (3, 4, 5):
        stop(KANTAS_MOBILE, By.SMS, day(at), RULES)
    assert len(losses(number)) == 1


# What follows from it


def test_no_silence_closes_a_case_whose_complainant_is_not_reached_any_more(cast: Cast) -> None:
    number = told(cast)
    stop(KANTAS_MOBILE, By.SMS, day(3), RULES)
    escalation.sweep(day(400), RULES)
    assert (case(number).status, case(number).confirmation) == (Status.DISPOSED, Confirmation.PENDING)
    assert (check_timers(day(401)).ok, check_timers(day(401)).numbers) == (True, [])


def test_the_desk_and_the_counter_list_it_among_those_to_be_reached(cast: Cast) -> None:
    number = told(cast, clerk=cast.ramila, mode=FilingMode.COUNTER)
    assert not unreached(cast)
    stop(KANTAS_MOBILE, By.SMS, day(3), RULES)
    assert unreached(cast) == {number}
    assert desk.counts(db.session(), cast.meena)[Tab.NOT_REACHED] == 1
    assert [row.number for row in counter.not_reached(db.session(), cast.ramila).rows] == [number]


def unreached(cast: Cast) -> set[str]:
    found = desk.page(db.session(), cast.meena, Tab.NOT_REACHED, Filters())
    return {row.number for row in found.rows}


@pytest.mark.parametrize(
    ("action", "status"),
    [
        (Action.CONFIRM, Status.CLOSED),
        (Action.REFUSE, Status.REGISTERED),
        (Action.LODGE_APPEAL, Status.UNDER_APPEAL),
    ],
)
def test_the_complainant_can_still_answer(cast: Cast, action: Action, status: Status) -> None:
    number = told(cast)
    stop(KANTAS_MOBILE, By.SMS, day(3), RULES)
    act(KANTA, number, action, 200)
    assert case(number).status is status
    assert check_timers(day(201)).ok


def test_who_hands_the_answer_over_begins_a_whole_new_window(cast: Cast) -> None:
    number = told(cast)
    stop(KANTAS_MOBILE, By.SMS, day(3), RULES)
    act(cast.bharat, number, Action.HAND_OVER, 50)
    assert (case(number).reached_at, live(number)) == (day(50), {Clock.CONFIRM})
    escalation.sweep(day(50 + RULES.confirm_window_days - 1), RULES)
    assert case(number).status is Status.DISPOSED
    escalation.sweep(day(50 + RULES.confirm_window_days + 5), RULES)
    assert (case(number).status, case(number).confirmation) == (Status.CLOSED, Confirmation.SILENT)


# Reports that come late


@pytest.mark.parametrize("is_started_again", [False, True])
def test_a_late_report_of_a_text_from_before_the_stop_begins_no_new_window(cast: Cast, is_started_again: bool) -> None:
    number = told(cast)
    again = sent_once_more(number, 2.5)
    stop(KANTAS_MOBILE, By.SMS, day(3), RULES)
    if is_started_again:
        start(KANTAS_MOBILE, By.SMS)
    report(number, 4, message_id=again)
    assert text_of(number).status is DeliveryStatus.DELIVERED
    assert (case(number).reached_at, live(number)) == (None, set())


def test_a_text_that_was_under_way_when_the_number_stopped_reaches_nobody(cast: Cast) -> None:
    number = answered(cast)
    stop(KANTAS_MOBILE, By.SMS, day(1.5), RULES)
    report(number, 2)
    assert text_of(number).status is DeliveryStatus.DELIVERED
    assert (case(number).reached_at, live(number), losses(number)) == (None, set(), [])


def test_a_text_that_is_sent_anew_after_the_number_started_again_begins_the_window(cast: Cast) -> None:
    number = told(cast)
    stop(KANTAS_MOBILE, By.SMS, day(3), RULES)
    start(KANTAS_MOBILE, By.SMS)
    again = sent_once_more(number, 5)
    assert case(number).reached_at is None
    report(number, 6, message_id=again)
    assert (case(number).reached_at, live(number)) == (day(6), {Clock.CONFIRM})
    escalation.sweep(day(60), RULES)
    assert case(number).confirmation is Confirmation.SILENT


def test_stopping_twice_takes_reach_away_twice(cast: Cast) -> None:
    number = told(cast)
    stop(KANTAS_MOBILE, By.SMS, day(3), RULES)
    start(KANTAS_MOBILE, By.SMS)
    report(number, 5, message_id=sent_once_more(number, 4))
    stop(KANTAS_MOBILE, By.COMPLAINANT, day(6), RULES)
    assert [entry.at for entry in losses(number)] == [day(3), day(6)]
    assert (case(number).reached_at, live(number)) == (None, set())


# Starting again


def test_starting_again_takes_the_number_off_the_list_and_begins_no_window(cast: Cast) -> None:
    number = told(cast)
    stop(KANTAS_MOBILE, By.SMS, day(3), RULES)
    before = case(number).version
    assert start(KANTAS_MOBILE, By.COMPLAINANT)
    assert listed() == []
    assert (case(number).version, case(number).reached_at, live(number)) == (before, None, set())


def test_starting_a_number_that_never_stopped_does_nothing(cast: Cast) -> None:
    assert not start(KANTAS_MOBILE, By.SMS)


@pytest.mark.parametrize(("code", "is_taken_off"), [("21610", True), ("30005", False), ("21614", False)])
def test_starting_again_takes_off_the_mark_of_a_stop_and_no_other(cast: Cast, code: str, is_taken_off: bool) -> None:
    with transaction() as session:
        mark_number(session, KANTAS_MOBILE, code, day(1))
        mark_number(session, NEIGHBOUR, code, day(1))
    assert start(KANTAS_MOBILE, By.SMS) is is_taken_off
    left = set(db.session.scalars(select(RefusedNumber.mobile)))
    assert left == ({NEIGHBOUR} if is_taken_off else {KANTAS_MOBILE, NEIGHBOUR})


def test_the_log_says_that_a_number_stopped_and_not_which(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    told(cast)
    with caplog.at_level(logging.INFO):
        stop(KANTAS_MOBILE, By.SMS, day(3), RULES)
        start(KANTAS_MOBILE, By.SMS)
    assert "a number wants no more texts, by sms; 1 answers wait to be handed over" in caplog.text
    assert "a number wants texts again, by sms" in caplog.text
    assert KANTAS_MOBILE[3:] not in caplog.text


# At the same moment


@pytest.mark.concurrency
def test_a_stop_and_a_report_at_once_never_leave_a_window_running_on_a_stopped_number(own_app: Flask) -> None:
    with own_app.app_context():
        cast = post_cast()
        for turn in range(4):
            number = answered(cast, f"case {turn}")
            message_id = text_of(number).id
            results = at_once(
                own_app,
                lambda: stop(KANTAS_MOBILE, By.SMS, day(3), RULES),
                lambda number=number, message_id=message_id: report(number, 3, message_id=message_id),
                lambda: stop(KANTAS_MOBILE, By.SMS, day(3) + timedelta(seconds=1), RULES),
            )
            assert not [one for one in results if isinstance(one, Exception)], results
            assert (case(number).reached_at, live(number)) == (None, set())
            assert db.session.scalar(select(func.count()).select_from(OptedOutNumber)) == 1
            db.session.commit()
            start(KANTAS_MOBILE, By.SMS)
        assert registers.verify().ok
        assert db.session.scalar(select(func.count()).where(Grievance.reached_at.is_not(None))) == 0
