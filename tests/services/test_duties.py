"""The clocks beside the answer, on both databases: an officer to name, warnings, appeals, more time, a date asked."""

import random
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from swagat.database import db, transaction
from swagat.domain.case import Outcome
from swagat.domain.deadlines import Clock
from swagat.domain.errors import Forbidden, Invalid, Refused
from swagat.domain.roles import Role
from swagat.domain.workflow import Action, ClockState, Need, Status
from swagat.models import Appeal, Deadline, DeadlineEnd, GrievanceEvent, Lapse, Person, SmsMessage
from swagat.services import catalogue, escalation, registers
from tests.builders import (
    KANTA,
    RULES,
    USUAL,
    Cast,
    act,
    assigned,
    case,
    day,
    disposed,
    file_case,
    office,
    post_again,
    reported,
)

WHY = {Need.REMARK: "માપણી કરનાર બીમાર હતા, તેથી સ્થળ તપાસ મોડી થઈ."}


@pytest.fixture(autouse=True)
def whole_register(app: Flask) -> Any:
    """Every way through the clocks leaves a register whose chain is whole."""
    yield
    db.session.rollback()
    assert registers.verify().ok


def rows(number: str, clock: Clock) -> list[Deadline]:
    """Return the deadlines of one clock of a case, oldest first."""
    return [one for one in deadlines(number) if one.clock is clock]


def deadlines(number: str) -> list[Deadline]:
    wanted = select(Deadline).where(Deadline.grievance_id == case(number).id).order_by(Deadline.id)
    return list(db.session.scalars(wanted.execution_options(populate_existing=True)))


def ends(number: str, clock: Clock) -> list[str | None]:
    return [one.ended_as.value if one.ended_as else None for one in rows(number, clock)]


def running(number: str) -> dict[Clock, Deadline]:
    """Return the one deadline that runs for each clock of a case."""
    found = [one for one in deadlines(number) if one.ended_at is None]
    assert len(found) == len({one.clock for one in found})
    return {one.clock: one for one in found}


def told(number: str, template: str) -> list[SmsMessage]:
    wanted = select(SmsMessage).where(SmsMessage.grievance_id == case(number).id, SmsMessage.template == template)
    return list(db.session.scalars(wanted.order_by(SmsMessage.id)))


def entries(number: str, action: Action) -> list[GrievanceEvent]:
    wanted = select(GrievanceEvent).where(GrievanceEvent.grievance_id == case(number).id)
    return list(db.session.scalars(wanted.where(GrievanceEvent.action == action).order_by(GrievanceEvent.seq)))


def working(number: str) -> Any:
    row = case(number)
    return catalogue.calendar(row.state_id, row.office_id)


def another_subject() -> int:
    """Return a subject of the same group as the story's own."""
    own = catalogue.category_named("REV-712")
    return next(one.id for one in catalogue.leaves(own.group_id or 0) if one.id != own.id and one.asks is None)


# An officer is to be named


def test_a_new_case_is_to_have_an_officer_within_three_working_days_and_has_one_in_time(cast: Cast) -> None:
    number = file_case().number
    duty = running(number)[Clock.ACKNOWLEDGE]
    # Filed on a Wednesday: Thursday, Friday, and the first Saturday of the month.
    assert (duty.due_on, duty.days) == (date(2026, 7, 4), 3)
    assert duty.due_at == working(number).end_of_day(duty.due_on)
    act(cast.meena, number, Action.ASSIGN, 1, officer_posting_id=cast.bharat.posting_id)
    assert ends(number, Clock.ACKNOWLEDGE) == ["met"]
    assert set(running(number)) == {Clock.RESOLVE, Clock.WARN}
    act(cast.meena, number, Action.ASSIGN, 2, officer_posting_id=cast.hansa.posting_id)
    assert ends(number, Clock.ACKNOWLEDGE) == ["met"]


def test_without_an_officer_the_head_is_told_each_time_and_the_level_stays(cast: Cast) -> None:
    number = file_case("late").number
    first = running(number)[Clock.ACKNOWLEDGE]
    escalation.sweep(first.due_at - timedelta(seconds=1), RULES)
    assert not entries(number, Action.LAPSE_ASSIGNMENT)
    escalation.sweep(first.due_at, RULES)
    again = running(number)[Clock.ACKNOWLEDGE]
    assert (again.ordinal, again.counted_from) == (2, first.due_on)
    assert working(number).working_days_between(first.due_on, again.due_on) == 3
    row = case(number)
    assert (row.level, row.status, row.answerable_office_id) == (1, Status.REGISTERED, cast.meena.office_id)
    [entry] = entries(number, Action.LAPSE_ASSIGNMENT)
    assert not entry.is_visible
    escalation.sweep(again.due_at, RULES)
    assert ends(number, Clock.ACKNOWLEDGE) == ["fired", "fired", None]


def test_a_sweep_that_comes_late_counts_from_the_day_that_was_missed(cast: Cast) -> None:
    late, in_time = file_case("late").number, file_case("in time").number
    due = running(late)[Clock.ACKNOWLEDGE].due_at
    escalation.sweep(due + timedelta(hours=30), RULES)
    dates = [[(one.counted_from, one.due_on) for one in rows(number, Clock.ACKNOWLEDGE)] for number in (late, in_time)]
    assert dates[0] == dates[1]
    assert dates[0][1][0] == dates[0][0][1]


def test_a_danger_is_to_have_an_officer_within_two_working_hours(cast: Cast) -> None:
    number = file_case(immediate_reason="વીજ તાર લટકે છે.").number
    assert running(number)[Clock.ACKNOWLEDGE].due_at == day(0) + timedelta(hours=2)
    escalation.sweep(day(0) + timedelta(hours=2), RULES)
    again = running(number)[Clock.ACKNOWLEDGE]
    assert again.due_at == working(number).add(day(0) + timedelta(hours=2), timedelta(hours=2))
    act(cast.meena, number, Action.UNMARK_IMMEDIATE, 0.1)
    calm = running(number)[Clock.ACKNOWLEDGE]
    assert calm.due_at == working(number).end_of_day(date(2026, 7, 4))
    act(KANTA, number, Action.MARK_IMMEDIATE, 0.15)
    assert running(number)[Clock.ACKNOWLEDGE].due_at == working(number).add(day(0.15), timedelta(hours=2))
    act(cast.meena, number, Action.ASSIGN, 0.16, officer_posting_id=cast.bharat.posting_id)
    act(cast.meena, number, Action.UNMARK_IMMEDIATE, 0.17)
    act(KANTA, number, Action.MARK_IMMEDIATE, 0.18)
    assert Clock.ACKNOWLEDGE not in running(number)
    assert ends(number, Clock.ACKNOWLEDGE) == ["fired", "cancelled", "cancelled", "met"]


def test_wherever_a_case_comes_new_that_office_has_its_own_time_to_name_an_officer(cast: Cast) -> None:
    number = assigned(cast)
    act(cast.bharat, number, Action.TRANSFER, 5, office_id=office("TDO-3783"))
    assert running(number)[Clock.ACKNOWLEDGE].counted_from == day(5).date()
    act(cast.development_officer, number, Action.TRANSFER, 6, office_id=office("MAM-3783"))
    assert running(number)[Clock.ACKNOWLEDGE].counted_from == day(6).date()
    assert ends(number, Clock.ACKNOWLEDGE) == ["met", "cancelled", None]
    act(KANTA, number, Action.WITHDRAW, 7)
    assert set(running(number)) == {Clock.WITHDRAWAL}
    act(KANTA, number, Action.UNDO_WITHDRAWAL, 8)
    assert set(running(number)) == {Clock.RESOLVE, Clock.WARN, Clock.ACKNOWLEDGE}
    assert running(number)[Clock.ACKNOWLEDGE].counted_from == day(8).date()


def test_a_case_of_nobody_knew_what_begins_the_time_of_its_right_office(cast: Cast) -> None:
    number = file_case(category="GRP-GAD").number
    village = next(
        leaf.id
        for group in catalogue.groups()
        for leaf in catalogue.leaves(group.id)
        if leaf.ladder == "panchayat" and leaf.asks is None
    )
    act(cast.meena, number, Action.REGRADE, 2, category_id=village)
    assert case(number).office_id != cast.meena.office_id
    assert running(number)[Clock.ACKNOWLEDGE].counted_from == day(2).date()
    assert ends(number, Clock.ACKNOWLEDGE) == ["cancelled", None]


# Warnings


def test_an_officer_is_warned_twice_before_the_date_and_nobody_after_it(cast: Cast) -> None:
    with transaction() as session:
        session.get_one(Person, cast.bharat.person_id).mobile = "+919811111111"
    number = assigned(cast)
    due_at, seen = case(number).due_at, []
    while Clock.WARN in running(number):
        at = running(number)[Clock.WARN].due_at
        assert at < due_at
        seen.append(at)
        escalation.sweep(at, RULES)
    assert len(seen) == len(RULES.warn_percents) == len(told(number, "officer_warned"))
    whole = working(number).working_days_between(day(0).date(), case(number).due_on)
    used = [working(number).working_days_between(day(0).date(), working(number).day_of(at)) for at in seen]
    assert used == [-(-whole * percent // 100) for percent in RULES.warn_percents]
    assert {one.to for one in told(number, "officer_warned")} == {"+919811111111"}
    assert all(not one.is_visible for one in entries(number, Action.WARN))
    assert case(number).level == 1
    escalation.sweep(due_at, RULES)
    assert running(number)[Clock.WARN].level == 2
    assert running(number)[Clock.WARN].counted_from == rows(number, Clock.RESOLVE)[0].due_on


def test_no_warning_comes_while_the_complainant_is_asked_and_the_next_ones_follow_the_moved_date(cast: Cast) -> None:
    number = assigned(cast)
    first = running(number)[Clock.WARN].due_at
    act(cast.bharat, number, Action.SEEK_CLARIFICATION, 2)
    assert set(running(number)) == {Clock.CLARIFY}
    act(KANTA, number, Action.CLARIFY, 9)
    moved = running(number)[Clock.WARN]
    assert moved.due_at > first
    assert ends(number, Clock.WARN) == ["cancelled", None]


def test_an_answer_ends_the_warnings(cast: Cast) -> None:
    number = disposed(cast)
    assert ends(number, Clock.WARN) == ["met"]
    assert set(running(number)) == {Clock.CONFIRM}


# Appeals


def test_an_appeal_that_nobody_decides_goes_to_the_next_office_and_on_to_the_top(cast: Cast) -> None:
    number = disposed(cast)
    act(KANTA, number, Action.LODGE_APPEAL, 1)
    first = running(number)[Clock.APPEAL]
    assert (set(running(number)), first.due_on) == ({Clock.APPEAL}, date(2026, 8, 1))
    heard_by = []
    for step in range(6):
        heard_by.append(case(number).appellate_office_id)
        duty = running(number)[Clock.APPEAL]
        assert duty.ordinal == step + 1
        escalation.sweep(duty.due_at, RULES)
        assert running(number)[Clock.APPEAL].counted_from == duty.due_on
    above = [head.office_id for head in cast.heads[1:]]
    assert heard_by == [*above, above[-1]]
    row = case(number)
    assert (row.status, row.answerable_office_id) == (Status.UNDER_APPEAL, cast.meena.office_id)
    appeal = db.session.scalars(select(Appeal).where(Appeal.grievance_id == row.id)).one()
    assert appeal.office_id == cast.chief_secretary.office_id
    act(cast.chief_secretary, number, Action.DISMISS_APPEAL, 300)
    assert running(number) == {}
    assert ends(number, Clock.APPEAL)[-1] == "met"


def test_a_decided_appeal_is_in_time_and_the_case_begins_anew(cast: Cast) -> None:
    number = disposed(cast)
    act(KANTA, number, Action.LODGE_APPEAL, 1)
    act(cast.additional_collector, number, Action.ALLOW_APPEAL, 5)
    assert ends(number, Clock.APPEAL) == ["met"]
    assert set(running(number)) == {Clock.RESOLVE, Clock.WARN, Clock.ACKNOWLEDGE}


def test_the_office_an_appeal_rises_to_is_told(cast: Cast) -> None:
    with transaction() as session:
        session.get_one(Person, cast.collector.person_id).mobile = "+919822222222"
    number = disposed(cast)
    act(KANTA, number, Action.LODGE_APPEAL, 1)
    escalation.sweep(running(number)[Clock.APPEAL].due_at, RULES)
    assert [one.to for one in told(number, "office_appeal")] == ["+919822222222"]


# More time


def test_a_superior_gives_more_time_once_and_the_next_level_counts_from_the_new_date(cast: Cast) -> None:
    number = assigned(cast)
    before = case(number).due_on
    new = before + timedelta(days=8)
    act(cast.additional_collector, number, Action.GIVE_TIME, 5, expected_on=new, texts=WHY)
    row = case(number)
    assert row.due_on == working(number).next_working_day(new)
    assert (row.level, row.status, row.time_given, row.clock_state) == (1, Status.ASSIGNED, True, ClockState.RUNS)
    assert ends(number, Clock.RESOLVE) == ["cancelled", None]
    duty = running(number)[Clock.RESOLVE]
    assert (duty.level, duty.ordinal, duty.basis, duty.counted_from) == (1, 2, "given", day(5).date())
    assert ends(number, Clock.WARN) == ["cancelled", None]
    [entry] = entries(number, Action.GIVE_TIME)
    assert entry.payload["due_before"] == before.isoformat()
    assert entry.payload["due_on"] == row.due_on.isoformat()
    [message] = told(number, "date_changed")
    assert message.variables["due_on"] == row.due_on.isoformat()
    for head in (cast.additional_collector, cast.collector):
        with pytest.raises((Refused, Forbidden)):
            act(head, number, Action.GIVE_TIME, 6, expected_on=new + timedelta(days=5), texts=WHY)
    given_on, given_at = row.due_on, row.due_at
    escalation.sweep(given_at - timedelta(seconds=1), RULES)
    assert case(number).level == 1
    escalation.sweep(given_at, RULES)
    assert case(number).level == 2
    assert running(number)[Clock.RESOLVE].counted_from == given_on
    with pytest.raises(Refused):
        act(cast.additional_collector, number, Action.GIVE_TIME, 40, expected_on=new + timedelta(days=30), texts=WHY)


def test_a_pause_after_more_time_moves_the_given_date(cast: Cast) -> None:
    number = assigned(cast)
    new = case(number).due_on + timedelta(days=7)
    act(cast.additional_collector, number, Action.GIVE_TIME, 2, expected_on=new, texts=WHY)
    given = case(number).due_on
    act(cast.bharat, number, Action.SEEK_CLARIFICATION, 3)
    act(KANTA, number, Action.CLARIFY, 6)
    assert case(number).due_on == working(number).next_working_day(given + timedelta(days=3))


def test_time_that_ran_out_is_not_given_back_before_the_sweep_came(cast: Cast) -> None:
    number = assigned(cast)
    late = (case(number).due_at - day(0)) / timedelta(days=1) + 0.01
    with pytest.raises(Refused, match="goes up"):
        act(cast.additional_collector, number, Action.GIVE_TIME, late, expected_on=day(40).date(), texts=WHY)
    escalation.sweep(day(late), RULES)
    assert (case(number).level, ends(number, Clock.RESOLVE)) == (2, ["fired", None])


# A date is asked for


def test_after_a_missed_date_the_complainant_asks_once_and_an_interim_reply_answers(cast: Cast) -> None:
    with transaction() as session:
        session.get_one(Person, cast.additional_collector.person_id).mobile = "+919833333333"
    number = assigned(cast)
    with pytest.raises(Refused):
        act(KANTA, number, Action.ASK_DATE, 1)
    escalation.sweep(day(25), RULES)
    before = case(number)
    kept = (before.due_on, before.level, before.answerable_office_id)
    act(KANTA, number, Action.ASK_DATE, 26)
    assert [one.to for one in told(number, "office_date_asked")] == ["+919833333333"]
    with pytest.raises(Refused):
        act(cast.ramila, number, Action.ASK_DATE, 27)
    act(cast.additional_collector, number, Action.INTERIM_REPLY, 27, expected_on=day(60).date())
    row = case(number)
    assert (row.due_on, row.level, row.answerable_office_id) == kept
    escalation.sweep(day(45), RULES)
    act(KANTA, number, Action.ASK_DATE, 46)
    assert (case(number).asked_after, case(number).level) == (2, 3)


# Who let it lapse says why


def lapses(number: str) -> list[Lapse]:
    wanted = select(Lapse).where(Lapse.grievance_id == case(number).id).order_by(Lapse.id)
    return list(db.session.scalars(wanted.execution_options(populate_existing=True)))


def test_head_and_officer_each_say_why_the_time_ran_out_and_only_for_themselves(cast: Cast) -> None:
    number = assigned(cast)
    escalation.sweep(day(25), RULES)
    [lapse] = lapses(number)
    assert (lapse.office_id, lapse.person_id, lapse.head_seq) == (cast.meena.office_id, cast.bharat.person_id, None)
    with pytest.raises(Invalid):
        act(cast.meena, number, Action.EXPLAIN_LAPSE, 26, texts={})
    for stranger in (cast.hansa, cast.collector):
        with pytest.raises(Forbidden):
            act(stranger, number, Action.EXPLAIN_LAPSE, 26, texts=WHY)
    head = act(cast.meena, number, Action.EXPLAIN_LAPSE, 26, texts=WHY)
    [lapse] = lapses(number)
    assert (lapse.head_seq, lapse.officer_seq) == (head.seq, None)
    with pytest.raises(Forbidden):
        act(cast.meena, number, Action.EXPLAIN_LAPSE, 27, texts=WHY)
    officer = act(cast.bharat, number, Action.EXPLAIN_LAPSE, 27, texts=WHY)
    [lapse] = lapses(number)
    assert (lapse.head_seq, lapse.officer_seq) == (head.seq, officer.seq)
    assert all(not one.is_visible for one in entries(number, Action.EXPLAIN_LAPSE))


def test_one_explanation_covers_what_somebody_owes_and_a_reopening_forgets_nothing(cast: Cast) -> None:
    number = assigned(cast)
    escalation.sweep(day(45), RULES)
    assert [one.office_id for one in lapses(number)] == [cast.meena.office_id, cast.additional_collector.office_id]
    act(cast.bharat, number, Action.EXPLAIN_LAPSE, 46, texts=WHY)
    assert [one.officer_seq is None for one in lapses(number)] == [False, False]
    act(cast.bharat, number, Action.REPORT_ACTION, 46)
    act(cast.collector, number, Action.DISPOSE, 47, outcome=Outcome.REDRESSED)
    act(KANTA, number, Action.REFUSE, 48)
    assert (case(number).lapses, case(number).cycle) == (0, 2)
    act(cast.meena, number, Action.EXPLAIN_LAPSE, 49, texts=WHY)
    act(cast.additional_collector, number, Action.EXPLAIN_LAPSE, 49, texts=WHY)
    assert all(one.head_seq is not None for one in lapses(number))


# Deciding oneself


def test_what_came_up_is_decided_without_a_report_and_says_so(cast: Cast) -> None:
    number = file_case().number
    escalation.sweep(day(25), RULES)
    texts = USUAL[Action.DISPOSE] | {Need.CHECKED: "રેકર્ડ અને સ્થળ તપાસ્યાં."}
    with pytest.raises(Invalid):
        act(cast.additional_collector, number, Action.DISPOSE, 26, outcome=Outcome.REDRESSED)
    act(cast.additional_collector, number, Action.DISPOSE, 26, outcome=Outcome.REDRESSED, texts=texts)
    row = case(number)
    assert (row.status, row.disposer_id, row.reporter_id) == (
        Status.DISPOSED,
        cast.additional_collector.person_id,
        None,
    )
    assert entries(number, Action.DISPOSE)[0].payload["without_report"] is True
    assert ends(number, Clock.ACKNOWLEDGE)[-1] == "met"
    assert running(number) == {}


def test_two_persons_stay_two_persons_when_the_officer_also_heads_the_office_above(cast: Cast) -> None:
    number = assigned(cast)
    escalation.sweep(day(25), RULES)
    with transaction() as session:
        above = cast.additional_collector.office_id or 0
        also = post_again(session, cast.bharat.person_id or 0, above, Role.SUPERVISOR)
    texts = USUAL[Action.DISPOSE] | {Need.CHECKED: "રેકર્ડ અને સ્થળ તપાસ્યાં."}
    with pytest.raises(Forbidden, match="second person"):
        act(also, number, Action.DISPOSE, 26, outcome=Outcome.REDRESSED, texts=texts)


def test_the_office_it_came_up_to_gives_it_to_an_officer_of_the_office_that_works(cast: Cast) -> None:
    number = file_case().number
    escalation.sweep(day(25), RULES)
    with pytest.raises(Invalid):
        act(cast.additional_collector, number, Action.ASSIGN, 26, officer_posting_id=cast.hansa.posting_id)
    own = cast.additional_collector.posting_id
    with pytest.raises(Invalid) as refusal:
        act(cast.additional_collector, number, Action.ASSIGN, 26, officer_posting_id=own, texts=WHY)
    assert set(refusal.value.errors) == {"officer"}
    act(cast.additional_collector, number, Action.ASSIGN, 26, officer_posting_id=cast.hansa.posting_id, texts=WHY)
    row = case(number)
    assert (row.status, row.officer_posting_id) == (Status.ASSIGNED, cast.hansa.posting_id)
    assert ends(number, Clock.ACKNOWLEDGE)[-1] == "met"


# What never touches a clock


def kept_dates(number: str) -> tuple[datetime, list[tuple[datetime, int, int]]]:
    answer = [(one.due_at, one.level, one.ordinal) for one in rows(number, Clock.RESOLVE)]
    return case(number).due_at, answer


@pytest.mark.parametrize("seed", range(6))
def test_no_transfer_edit_note_or_new_officer_moves_the_date_of_the_answer(cast: Cast, seed: int) -> None:
    chance = random.Random(seed)
    number = assigned(cast, rules=RULES)
    act(cast.additional_collector, number, Action.DIRECT, 0.1, expected_on=day(12).date(), texts=WHY)
    kept, direction = kept_dates(number), running(number)[Clock.DIRECTION].due_at
    with transaction() as session:
        officers = {
            cast.meena.office_id: (cast.meena, [cast.bharat, cast.hansa]),
            cast.development_officer.office_id: (
                cast.development_officer,
                [post_again(session, cast.hansa.person_id or 0, office("TDO-3783"), Role.OFFICER)],
            ),
        }
    rules = {"rules": RULES}
    for step in range(1, 25):
        at = step / 3
        head, staff = officers[case(number).office_id]
        other = next(one for one in officers if one != head.office_id)
        officer = chance.choice(staff)
        subject = chance.choice([catalogue.category_named("REV-712").id, another_subject()])
        tries: list[tuple[Any, Action, dict[str, Any]]] = [
            (head, Action.TRANSFER, {"office_id": other, **rules}),
            (head, Action.ASSIGN, {"officer_posting_id": officer.posting_id}),
            (officer, Action.FORWARD, {"officer_posting_id": chance.choice(staff).posting_id}),
            (head, Action.NOTE, {}),
            (KANTA, Action.CORRECT, {}),
            (KANTA, Action.REMIND, {"texts": {}}),
            (head, Action.INTERIM_REPLY, {"expected_on": day(at + 3).date()}),
            (head, Action.REGRADE, {"category_id": subject}),
            (KANTA, Action.MARK_IMMEDIATE, {}),
            (head, Action.UNMARK_IMMEDIATE, {}),
            (cast.collector, Action.LIST_FOR_SITTING, {"expected_on": day(at + 9).date(), "texts": WHY}),
        ]
        actor, action, asked = chance.choice(tries)
        try:
            act(actor, number, action, at, **asked)
        except Refused:
            continue
    assert kept_dates(number) == kept
    assert running(number)[Clock.DIRECTION].due_at == direction
    assert len(entries(number, Action.TRANSFER)) + len(entries(number, Action.ASSIGN)) > 1


def test_no_closed_case_has_a_clock_that_runs(cast: Cast) -> None:
    number = reported(cast)
    act(cast.additional_collector, number, Action.DIRECT, 1, expected_on=day(5).date(), texts=WHY)
    act(cast.meena, number, Action.DISPOSE, 2, outcome=Outcome.REDRESSED)
    act(cast.bharat, number, Action.HAND_OVER, 2)
    act(KANTA, number, Action.CONFIRM, 3)
    assert running(number) == {}
    assert DeadlineEnd.CANCELLED in {one.ended_as for one in rows(number, Clock.DIRECTION)}
