"""Directions of superiors and listings for a sitting, from the order to its end, on both databases."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from swagat.database import db, transaction
from swagat.domain.case import Outcome
from swagat.domain.deadlines import Clock
from swagat.domain.errors import Forbidden, Invalid, NotFound, Refused
from swagat.domain.messages import MessageKey
from swagat.domain.workflow import Action, Need, Status
from swagat.models import Direction, Office, Person, SmsMessage
from swagat.services import catalogue, escalation, registers
from swagat.services.directions import Hearing, hearing
from swagat.services.history import history
from swagat.services.telling import Order, facts_for, words_of
from tests.builders import (
    KANTA,
    REPORT,
    RULES,
    USUAL,
    Cast,
    act,
    assigned,
    case,
    day,
    disposed,
    file_case,
    reported,
)
from tests.services.test_duties import ends, entries, running, told, working

ORDER = {Need.REMARK: "સ્થળ તપાસ કરી નકલ અરજદારને આપો."}
HEARD_ON = day(9).date()
STILL = {Need.REMARK: "નકલ હજુ અપાઈ નથી."}
REPORTED = {Need.REPORT: REPORT}


@pytest.fixture(autouse=True)
def whole_register(app: Flask) -> Iterator[None]:
    """Every way of a direction leaves a register whose chain is whole."""
    yield
    db.session.rollback()
    assert registers.verify().ok


def directed(cast: Cast, by: date = day(9).date()) -> str:
    """Return the number of a case in which the office above ordered something on the second day."""
    number = assigned(cast)
    act(cast.additional_collector, number, Action.DIRECT, 1, expected_on=by, texts=ORDER)
    return number


def directions(number: str) -> list[Direction]:
    wanted = select(Direction).where(Direction.grievance_id == case(number).id).order_by(Direction.ordinal)
    return list(db.session.scalars(wanted.execution_options(populate_existing=True)))


def reach(actor_id: int | None, mobile: str) -> None:
    with transaction() as session:
        session.get_one(Person, actor_id).mobile = mobile


def test_a_direction_is_given_reported_on_and_accepted(cast: Cast) -> None:
    reach(cast.meena.person_id, "+919811111111")
    reach(cast.additional_collector.person_id, "+919822222222")
    number = directed(cast)
    [order] = directions(number)
    above = cast.additional_collector
    assert (order.office_id, order.given_by_office_id, order.given_by_id) == (
        above.office_id,
        above.office_id,
        above.person_id,
    )
    assert (order.ordinal, order.due_on, order.seq) == (1, date(2026, 7, 10), case(number).last_seq)
    duty = running(number)[Clock.DIRECTION]
    assert (duty.due_on, duty.due_at) == (order.due_on, working(number).end_of_day(order.due_on))
    assert [(one.to, one.variables["until"]) for one in told(number, "office_directed")] == [
        ("+919811111111", "2026-07-10")
    ]
    act(cast.bharat, number, Action.REPORT_DIRECTION, 4, texts=REPORTED)
    assert ends(number, Clock.DIRECTION) == ["met"]
    assert [one.to for one in told(number, "office_direction_reported")] == ["+919822222222"]
    [order] = directions(number)
    assert (order.reported_at, order.ended_at, case(number).direction_is_reported) == (day(4), None, True)
    with pytest.raises(Refused):
        act(cast.bharat, number, Action.REPORT_DIRECTION, 5, texts=REPORTED)
    with pytest.raises(Forbidden):
        act(cast.meena, number, Action.ACCEPT_DIRECTION, 5)
    act(above, number, Action.ACCEPT_DIRECTION, 5)
    [order] = directions(number)
    assert (order.complied_on, order.ended_at, order.missed, order.returned) == (day(5).date(), day(5), 0, 0)
    row = case(number)
    assert (row.directing_office_id, row.direction_is_reported, row.status) == (None, False, Status.ASSIGNED)
    act(above, number, Action.DIRECT, 6, expected_on=day(12).date(), texts=ORDER)
    assert [one.ordinal for one in directions(number)] == [1, 2]
    assert Clock.DIRECTION in running(number)


def test_a_date_on_a_closed_day_moves_to_the_next_working_day(cast: Cast) -> None:
    # 5 July 2026 is a Sunday.
    number = directed(cast, by=date(2026, 7, 5))
    assert directions(number)[0].due_on == date(2026, 7, 6)
    assert entries(number, Action.DIRECT)[0].payload["carry_out_by"] == "2026-07-06"


def test_a_report_that_does_not_do_is_returned_with_a_new_date(cast: Cast) -> None:
    number = directed(cast)
    act(cast.meena, number, Action.REPORT_DIRECTION, 3, texts=REPORTED)
    with pytest.raises(Invalid) as refusal:
        act(cast.additional_collector, number, Action.RETURN_DIRECTION, 4, texts=STILL)
    assert set(refusal.value.errors) == {"expected_on"}
    act(cast.additional_collector, number, Action.RETURN_DIRECTION, 4, expected_on=date(2026, 7, 16), texts=STILL)
    [order] = directions(number)
    assert (order.due_on, order.returned, order.reported_at) == (date(2026, 7, 16), 1, None)
    assert not case(number).direction_is_reported
    assert ends(number, Clock.DIRECTION) == ["met", None]
    assert running(number)[Clock.DIRECTION].due_on == date(2026, 7, 16)


def test_a_direction_that_is_not_carried_out_goes_up_step_by_step_and_stays_open(cast: Cast) -> None:
    reach(cast.collector.person_id, "+919833333333")
    number = directed(cast)
    seen = []
    for step in range(6):
        duty = running(number)[Clock.DIRECTION]
        escalation.sweep(duty.due_at - timedelta(seconds=1), RULES)
        assert directions(number)[0].missed == step
        escalation.sweep(duty.due_at, RULES)
        [order] = directions(number)
        seen.append(order.office_id)
        again = running(number)[Clock.DIRECTION]
        assert (order.missed, order.due_on, case(number).directing_office_id) == (
            step + 1,
            again.due_on,
            order.office_id,
        )
        assert again.due_on == working(number).next_working_day(duty.due_on + timedelta(days=RULES.direction_days))
    upward = [head.office_id for head in cast.heads[2:]]
    assert seen == [*upward, upward[-1], upward[-1]]
    first = db.session.scalars(
        select(SmsMessage.to).where(SmsMessage.template == "office_direction_late").order_by(SmsMessage.id)
    ).first()
    assert first == "+919833333333"
    # It is one matter, and the level of the case is another: that rose by its own clock alone.
    assert len(entries(number, Action.LAPSE_DIRECTION)) == 6
    with pytest.raises((Forbidden, Refused)):
        act(cast.additional_collector, number, Action.ACCEPT_DIRECTION, 60)
    act(cast.bharat, number, Action.REPORT_DIRECTION, 60, texts=REPORTED)
    act(cast.chief_secretary, number, Action.ACCEPT_DIRECTION, 61)
    assert directions(number)[0].complied_on is not None


def test_a_report_in_time_is_not_late_however_long_it_waits_to_be_accepted(cast: Cast) -> None:
    number = directed(cast)
    act(cast.bharat, number, Action.REPORT_DIRECTION, 9.4, texts=REPORTED)
    escalation.sweep(day(15), RULES)
    assert directions(number)[0].missed == 0
    assert not entries(number, Action.LAPSE_DIRECTION)


def test_a_report_returned_with_a_date_is_a_direction(cast: Cast) -> None:
    number = reported(cast)
    act(cast.meena, number, Action.RETURN_REPORT, 2)
    assert directions(number) == []
    act(cast.bharat, number, Action.REPORT_ACTION, 3)
    act(cast.meena, number, Action.RETURN_REPORT, 4, expected_on=date(2026, 7, 10))
    [order] = directions(number)
    assert (order.office_id, order.due_on, order.seq) == (
        cast.meena.office_id,
        date(2026, 7, 10),
        case(number).last_seq,
    )
    act(cast.bharat, number, Action.REPORT_ACTION, 5)
    with pytest.raises(Invalid):
        act(cast.meena, number, Action.RETURN_REPORT, 6, expected_on=date(2026, 7, 15))
    act(cast.meena, number, Action.RETURN_REPORT, 6)
    assert len(directions(number)) == 1


@pytest.mark.parametrize("ending", ["disposal", "withdrawal"])
def test_a_direction_and_a_listing_end_with_the_handling(cast: Cast, ending: str) -> None:
    number = directed(cast)
    act(cast.additional_collector, number, Action.LIST_FOR_SITTING, 2, expected_on=HEARD_ON, texts=ORDER)
    if ending == "withdrawal":
        act(KANTA, number, Action.WITHDRAW, 3)
    else:
        act(cast.bharat, number, Action.REPORT_ACTION, 3)
        act(cast.meena, number, Action.DISPOSE, 3, outcome=Outcome.REDRESSED)
    [order] = directions(number)
    assert (order.ended_at, order.complied_on) == (day(3), None)
    assert ends(number, Clock.DIRECTION) == ["cancelled"]
    row = case(number)
    assert (row.directing_office_id, row.direction_is_reported, row.listed_office_id) == (None, False, None)
    escalation.sweep(day(14), RULES)
    assert not entries(number, Action.LAPSE_DIRECTION)


def test_an_open_case_has_one_direction_at_a_time(cast: Cast) -> None:
    number = directed(cast)
    with pytest.raises(Refused):
        act(cast.meena, number, Action.DIRECT, 2, expected_on=day(12).date(), texts=ORDER)
    with pytest.raises((Forbidden, NotFound)):
        act(cast.development_officer, number, Action.DIRECT, 2, expected_on=day(12).date(), texts=ORDER)


def test_a_case_is_listed_for_the_sitting_of_who_lists_it_and_taken_off_again(cast: Cast) -> None:
    number = assigned(cast)
    with pytest.raises(Invalid):
        act(cast.additional_collector, number, Action.LIST_FOR_SITTING, 1, expected_on=HEARD_ON, texts={})
    for no_day in (None, day(1).date(), day(0).date()):
        with pytest.raises(Invalid) as refused:
            act(cast.additional_collector, number, Action.LIST_FOR_SITTING, 1, expected_on=no_day, texts=ORDER)
        assert set(refused.value.errors) == {"expected_on"}
    act(cast.additional_collector, number, Action.LIST_FOR_SITTING, 1, expected_on=HEARD_ON, texts=ORDER)
    assert case(number).listed_office_id == cast.additional_collector.office_id
    with pytest.raises(Refused):
        act(cast.meena, number, Action.LIST_FOR_SITTING, 2, expected_on=HEARD_ON, texts=ORDER)
    act(cast.additional_collector, number, Action.UNLIST, 2, texts=STILL)
    assert case(number).listed_office_id is None


def heard(number: str, at: float) -> Hearing | None:
    row = case(number)
    past = history(db.session(), row.id, day(at), catalogue.calendar(row.state_id), for_citizen=True)
    found = hearing(row, past, day(at).date())
    db.session.rollback()
    return found


def test_the_complainant_is_told_on_which_day_and_in_whose_sitting(cast: Cast) -> None:
    number = assigned(cast)
    act(cast.additional_collector, number, Action.LIST_FOR_SITTING, 1, expected_on=HEARD_ON, texts=ORDER)
    [entry] = entries(number, Action.LIST_FOR_SITTING)
    assert entry.payload["hearing_on"] == HEARD_ON.isoformat()
    row = db.session.scalars(select(SmsMessage).where(SmsMessage.template == MessageKey.HEARING)).one()
    assert row.variables == {"hearing_on": HEARD_ON.isoformat(), "listed": cast.additional_collector.office_id}
    order = Order(row.id, row.grievance_id, row.template, "en", row.to, row.variables, 1)
    said = words_of(order, facts_for(db.session(), [order]))
    assert f"{number} will be heard on {HEARD_ON.day}.{HEARD_ON.month}.{HEARD_ON.year}. SWAGAT sitting: " in said
    assert str(db.session.get_one(Office, cast.additional_collector.office_id).name_en)[:20] in said


def test_the_day_of_the_hearing_is_known_until_it_is_over_or_the_case_is_taken_off(cast: Cast) -> None:
    number = assigned(cast)
    assert heard(number, 1) is None
    act(cast.additional_collector, number, Action.LIST_FOR_SITTING, 1, expected_on=HEARD_ON, texts=ORDER)
    found = heard(number, 9)
    assert found is not None
    assert found.on == HEARD_ON
    assert found.office.en == db.session.get_one(Office, cast.additional_collector.office_id).name_en
    assert heard(number, 10) is None
    act(cast.additional_collector, number, Action.UNLIST, 2, texts=STILL)
    assert heard(number, 3) is None
    act(cast.additional_collector, number, Action.LIST_FOR_SITTING, 3, expected_on=day(16).date(), texts=ORDER)
    again = heard(number, 10)
    assert again is not None
    assert again.on == day(16).date()


def test_what_is_listed_by_itself_at_the_last_level_has_no_day_and_tells_none(cast: Cast) -> None:
    number = file_case().number
    for at in range(20, 200, 5):
        escalation.sweep(day(at), RULES)
    assert case(number).listed_office_id is not None
    assert heard(number, 200) is None
    assert db.session.scalars(select(SmsMessage).where(SmsMessage.template == MessageKey.HEARING)).all() == []


def test_a_listing_of_an_appeal_ends_with_its_decision(cast: Cast) -> None:
    for action in (Action.ALLOW_APPEAL, Action.DISMISS_APPEAL):
        number = disposed(cast, action.value)
        act(KANTA, number, Action.LODGE_APPEAL, 1)
        act(cast.additional_collector, number, Action.LIST_FOR_SITTING, 2, expected_on=HEARD_ON, texts=ORDER)
        act(cast.additional_collector, number, action, 3, texts=USUAL[action])
        assert case(number).listed_office_id is None
