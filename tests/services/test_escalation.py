"""What late cases do by themselves, on both databases: each level on its day, once, to whoever is at their post."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, insert, select, update

from swagat.database import db, transaction
from swagat.domain.case import Outcome
from swagat.domain.deadlines import Clock
from swagat.domain.messages import MessageKey
from swagat.domain.policies import SHIPPED_POLICY, Unit
from swagat.domain.roles import Actor, Role
from swagat.domain.workflow import IN_HAND, Action, ClockState, Need, Status
from swagat.models import (
    Absence,
    CalendarDay,
    DayKind,
    Deadline,
    DeadlineEnd,
    Grievance,
    GrievanceEvent,
    Lapse,
    Person,
    PolicyVersion,
    Posting,
    SmsMessage,
)
from swagat.services import catalogue, dating, escalation, registers
from swagat.services.policies import values_of
from tests.builders import (
    KANTA,
    RULES,
    Cast,
    act,
    assigned,
    case,
    day,
    disposed,
    file_case,
    gujarat,
    office,
    post_again,
    post_cast,
    reported,
)

MINUTE = timedelta(minutes=1)
FAR = day(5000)
REASONS = (
    "બીજી તપાસમાં રેકર્ડ ફરી જોયું અને નોંધ સુધારી નવી નકલ ટપાલથી મોકલી.",
    "કલેક્ટર કચેરીએ મૂળ રજિસ્ટર મંગાવી ચકાસ્યું અને ભૂલ સુધારી આપી છે.",
    "અંતિમ તપાસ બાદ અરજદારનું નામ હક્કપત્રકમાં ચડાવી દીધું છે.",
)


@pytest.fixture
def cast(app: Flask) -> Cast:
    everybody = post_cast()
    with transaction() as session:
        for number, person in enumerate(session.scalars(select(Person).order_by(Person.id))):
            person.mobile = f"+91980000{number:04}"
    return everybody


@pytest.fixture(autouse=True)
def whole_register(app: Flask) -> Iterator[None]:
    """Every sweep leaves a register whose chain is whole."""
    yield
    db.session.rollback()
    assert registers.verify().ok


def sweep(at: datetime) -> escalation.SweepReport:
    return escalation.sweep(at, RULES)


def midnight_after(last_day: date) -> datetime:
    """Return the instant at which a day ends in India."""
    return catalogue.calendar(gujarat()).end_of_day(last_day)


def entries(number: str, *actions: Action) -> list[GrievanceEvent]:
    """Return the register of a case, or its entries of some actions."""
    statement = select(GrievanceEvent).join(Grievance, Grievance.id == GrievanceEvent.grievance_id)
    found = db.session.scalars(statement.where(Grievance.registration_number == number).order_by(GrievanceEvent.seq))
    return [one for one in found if not actions or one.action in actions]


def deadlines(number: str, *clocks: Clock) -> list[Deadline]:
    """Return the deadlines of a case, or those of some clocks, in the order in which they began."""
    statement = select(Deadline).join(Grievance, Grievance.id == Deadline.grievance_id)
    found = db.session.scalars(statement.where(Grievance.registration_number == number).order_by(Deadline.id))
    return [one for one in found if not clocks or one.clock in clocks]


def live(number: str) -> set[Clock]:
    return {one.clock for one in deadlines(number) if one.ended_at is None}


def told(number: str, since: datetime) -> list[tuple[str, MessageKey]]:
    """Return who is told what of a case since an instant, by mobile number."""
    statement = select(SmsMessage.to, SmsMessage.template).join(Grievance, Grievance.id == SmsMessage.grievance_id)
    statement = statement.where(Grievance.registration_number == number, SmsMessage.queued_at >= since)
    return sorted((row[0], row[1]) for row in db.session.execute(statement))


def mobile_of(actor: Actor) -> str:
    return db.session.scalars(select(Person.mobile).where(Person.id == actor.person_id)).one() or ""


# The published ladder


def climbs(number: str, last_days: list[tuple[int, date]]) -> None:
    """Check that a case is at each level up to the end of its last day there, and one level up right after."""
    for level, last_day in last_days:
        before = case(number)
        assert (before.level, before.due_on, before.due_at) == (level, last_day, midnight_after(last_day))
        sweep(midnight_after(last_day) - timedelta(seconds=1))
        assert case(number).level == level
        sweep(midnight_after(last_day))
        assert case(number).level == level + 1


def test_a_green_case_climbs_after_days_21_35_49_and_63(cast: Cast) -> None:
    number = file_case().number
    assert case(number).received_on == date(2026, 7, 1)
    climbs(
        number,
        [
            (1, date(2026, 7, 22)),  # 1 July + 21, a Wednesday
            (2, date(2026, 8, 5)),  # + 35
            (3, date(2026, 8, 19)),  # + 49
            (4, date(2026, 9, 2)),  # + 63
        ],
    )
    climbed = entries(number, Action.ESCALATE)
    assert [(one.level_before, one.level_after) for one in climbed] == [(1, 2), (2, 3), (3, 4), (4, 5)]
    assert [one.answerable_after_id for one in climbed] == [head.office_id for head in cast.heads[1:5]]
    assert {one.office_after_id for one in climbed} == {cast.meena.office_id}


def exchange_a_saturday() -> None:
    """Let the Monday after Diwali of 2026 be closed, and the second Saturday of November be worked in exchange."""
    days = {date(2026, 11, 9): DayKind.EXTRA_CLOSED, date(2026, 11, 14): DayKind.EXTRA_WORKING}
    with transaction() as session:
        for one, kind in days.items():
            session.add(CalendarDay(state_id=gujarat(), day=one, kind=kind, name_en="Diwali"))
    catalogue.clear()


def count_working_days() -> None:
    """Let the ladder's days be working days from 2026 on."""
    with transaction() as session:
        ours = replace(SHIPPED_POLICY, version=99, unit=Unit.WORKING, effective_from=date(2026, 1, 1))
        session.execute(insert(PolicyVersion), values_of(ours) | {"note": ""})
    catalogue.clear()


def at_noon(one: date) -> float:
    """Return noon of a day in India as the builders count days."""
    return (midnight_after(one) - timedelta(hours=12) - day(0)) / timedelta(days=1)


def test_working_days_pass_over_saturdays_off_holidays_a_pause_and_a_transfer(cast: Cast) -> None:
    exchange_a_saturday()
    count_working_days()
    # 16 September 2026 is a Wednesday and day zero. 21 working days without 20, 27 September, 4, 11 October (Sundays),
    # 26 September (4th Saturday), 2 October (Gandhi Jayanti) and 10 October (2nd Saturday) end on Wednesday 14 October.
    number = assigned(cast, at=at_noon(date(2026, 9, 16)))
    assert case(number).due_on == date(2026, 10, 14)
    # Asked on Monday the 5th, answered on Thursday the 8th: three working days, so 15, 16 and 17 (3rd Saturday).
    act(cast.bharat, number, Action.SEEK_CLARIFICATION, at_noon(date(2026, 10, 5)))
    act(KANTA, number, Action.CLARIFY, at_noon(date(2026, 10, 8)))
    act(cast.bharat, number, Action.TRANSFER, at_noon(date(2026, 10, 12)), office_id=office("MAM-3784"))
    climbs(
        number,
        [
            (1, date(2026, 10, 17)),
            # 19, 21, 22, 23, 26 to 30 October, 2 to 6 November; without 20 (Dussehra), 24 (4th Saturday), 31 (Patel).
            (2, date(2026, 11, 6)),
            # 7 (1st Saturday), 12, 13, 14 (exchanged), 16 to 21, 23, 25 to 27 November; without 8 (Diwali), 9 (closed
            # in exchange), 10 (New Year), 11 (Bhai Bij) and 24 (Guru Nanak).
            (3, date(2026, 11, 27)),
            # 30 November, 1 to 5, 7 to 11, 14 to 16 December; without 28 (4th Saturday) and 12 (2nd Saturday).
            (4, date(2026, 12, 16)),
        ],
    )
    assert [one.counted_from for one in deadlines(number, Clock.RESOLVE) if one.level > 1] == [
        date(2026, 10, 17), date(2026, 11, 6), date(2026, 11, 27), date(2026, 12, 16),
    ]  # fmt: skip


def test_a_false_disposal_on_day_20_three_times_finds_the_case_climbing(cast: Cast) -> None:
    number, began = file_case().number, 0.0
    for turn, reason in enumerate(REASONS, start=1):
        decides = cast.heads[turn - 1]
        assert (case(number).cycle, case(number).level) == (turn, turn)
        act(cast.meena, number, Action.ASSIGN, began + 1, officer_posting_id=cast.bharat.posting_id)
        act(cast.bharat, number, Action.REPORT_ACTION, began + 2)
        at = began + (20 if turn == 1 else 13)
        act(decides, number, Action.DISPOSE, at, texts={Need.REASON: reason}, outcome=Outcome.REDRESSED)
        act(cast.bharat, number, Action.HAND_OVER, at)
        act(KANTA, number, Action.REFUSE, at + 0.5)
        began = at + 0.5
    # The third refusal is an appeal, before the office above the one that disposed last.
    row = case(number)
    assert (row.status, row.appellate_office_id) == (Status.UNDER_APPEAL, cast.heads[3].office_id)
    assert live(number) == {Clock.APPEAL}


# Once each, in order, whatever was missed


def test_after_a_stop_the_missed_levels_fire_in_order_and_each_person_is_told_once(cast: Cast) -> None:
    number = file_case().number
    now = day(70)
    report = sweep(now)
    assert [one.level_after for one in entries(number, Action.ESCALATE)] == [2, 3, 4, 5]
    assert [one.at for one in entries(number, Action.ESCALATE)] == [now] * 4
    heads = [mobile_of(head) for head in (cast.meena, cast.secretary)]
    assert [to for to, _key in told(number, now)] == sorted({*heads, case_mobile(number)})
    assert (case_mobile(number), MessageKey.ESCALATED) in told(number, now)
    assert (mobile_of(cast.secretary), MessageKey.OFFICE_ESCALATED) in told(number, now)
    assert report.fired == len([one for one in deadlines(number) if one.ended_as is DeadlineEnd.FIRED])
    assert sweep(now).fired == 0
    assert sweep(now + MINUTE).fired == 0


def case_mobile(number: str) -> str:
    return "+919876543210"


def test_what_a_message_says_is_how_the_case_stands_after_the_last_step(cast: Cast) -> None:
    number = file_case().number
    sweep(day(70))
    row = case(number)
    [variables] = db.session.scalars(
        select(SmsMessage.variables).where(SmsMessage.template == MessageKey.ESCALATED)
    ).all()
    assert variables == {"answerable": row.answerable_office_id, "due_on": row.due_on.isoformat()}


def test_a_clock_that_jumps_forward_and_back_fires_nothing_twice(cast: Cast) -> None:
    number = file_case().number
    sweep(day(40))
    ahead = (case(number).level, case(number).due_at, len(entries(number)))
    for at in (20, 0, 39, 22, 40):
        assert sweep(day(at)).fired == 0
    assert (case(number).level, case(number).due_at, len(entries(number))) == ahead
    sweep(case(number).due_at)
    assert case(number).level == ahead[0] + 1


def test_nothing_is_due_when_a_case_is_filed(cast: Cast) -> None:
    number = file_case().number
    assert sweep(day(0)).fired == 0
    assert [one.action for one in entries(number)] == [Action.FILE]


def test_what_people_write_touches_no_clock(cast: Cast) -> None:
    written, silent = assigned(cast, "written"), assigned(cast, "silent")
    act(cast.bharat, written, Action.NOTE, 5)
    act(KANTA, written, Action.CORRECT, 9)
    act(KANTA, written, Action.REMIND, 12)
    act(cast.meena, written, Action.ASSIGN, 15, officer_posting_id=cast.hansa.posting_id)
    act(cast.hansa, written, Action.INTERIM_REPLY, 20, expected_on=date(2026, 9, 1))
    sweep(case(silent).due_at)
    assert [case(one).level for one in (written, silent)] == [2, 2]
    assert case(written).due_at == case(silent).due_at


def test_a_case_that_nobody_took_climbs_too_and_its_office_is_told_until_somebody_does(cast: Cast) -> None:
    number = file_case().number
    ends = next(one for one in deadlines(number, Clock.ACKNOWLEDGE)).due_at
    sweep(ends)
    [entry] = entries(number, Action.LAPSE_ASSIGNMENT)
    assert (entry.level_before, entry.level_after, entry.is_visible) == (1, 1, False)
    assert told(number, ends) == [(mobile_of(cast.meena), MessageKey.OFFICE_UNASSIGNED)]
    assert [one.ordinal for one in deadlines(number, Clock.ACKNOWLEDGE)] == [1, 2]
    act(cast.meena, number, Action.ASSIGN, 6, officer_posting_id=cast.bharat.posting_id)
    assert Clock.ACKNOWLEDGE not in live(number)


def test_at_the_last_level_the_time_begins_again_and_the_case_is_listed_for_the_sitting(cast: Cast) -> None:
    number = file_case().number
    sweep(day(100))
    row = case(number)
    assert (row.level, row.answerable_office_id) == (6, cast.chief_secretary.office_id)
    for turn in (1, 2, 3):
        due_at = case(number).due_at
        sweep(due_at)
        row = case(number)
        assert (row.level, row.listed_office_id) == (6, cast.chief_secretary.office_id)
        assert (row.due_at - due_at).days in (14, 15, 16, 17, 18), turn
    listed = [one.payload.get("listed_office_id") for one in entries(number, Action.ESCALATE)]
    assert [one for one in listed if one] == [cast.chief_secretary.office_id]
    last = [one for one in deadlines(number, Clock.RESOLVE) if one.level == 6]
    assert [one.ordinal for one in last] == list(range(1, len(last) + 1))
    assert len(last) >= 4


@pytest.mark.parametrize("stage", ["registered", "assigned", "reported", "climbed"])
def test_closing_or_withdrawing_ends_every_live_deadline(cast: Cast, stage: str) -> None:
    make = {"registered": file_case_number, "assigned": assigned, "reported": reported, "climbed": assigned}[stage]
    number = make(cast, "withdrawn")
    if stage == "climbed":
        sweep(day(30))
    act(KANTA, number, Action.WITHDRAW, 31)
    assert live(number) == {Clock.WITHDRAWAL}
    sweep(day(60))
    assert (case(number).status, live(number)) == (Status.CLOSED, set())
    assert sweep(FAR).fired == 0


def file_case_number(_cast: Cast, key: str) -> str:
    return file_case(key).number


def test_a_confirmed_or_silent_end_leaves_no_deadline(cast: Cast) -> None:
    confirmed, silent = disposed(cast, "confirmed"), disposed(cast, "silent")
    act(KANTA, confirmed, Action.CONFIRM, 3)
    sweep(day(60))
    for number in (confirmed, silent):
        assert (case(number).status, live(number)) == (Status.CLOSED, set())
        assert case(number).clock_state is ClockState.STOPPED


# To whoever is at their post


def leave(*actors: Actor) -> None:
    """End the postings of these people before the story begins."""
    with transaction() as session:
        for actor in actors:
            session.execute(update(Posting).where(Posting.id == actor.posting_id).values(ends_at=day(-1)))


def away(actor: Actor, first: date, last: date) -> None:
    with transaction() as session:
        session.add(
            Absence(
                posting_id=actor.posting_id,
                begins_on=first,
                ends_on=last,
                recorded_by_id=actor.person_id,
                recorded_at=day(0),
            )
        )


JULY = (date(2026, 7, 20), date(2026, 7, 31))


def test_a_vacant_and_an_absent_post_are_passed_over_and_the_register_says_so(cast: Cast) -> None:
    number = file_case().number
    leave(cast.additional_collector)
    away(cast.collector, *JULY)
    sweep(case(number).due_at)
    row = case(number)
    assert (row.answerable_office_id, row.level) == (cast.commissioner.office_id, 4)
    [entry] = entries(number, Action.ESCALATE)
    assert entry.payload["passed_over"] == [
        {"office_id": cast.additional_collector.office_id, "why": "vacant"},
        {"office_id": cast.collector.office_id, "why": "absent"},
    ]
    assert row.due_on == date(2026, 8, 5)
    explained = dating.why(db.session(), row, day(30))
    assert explained is not None
    assert explained.due_on == row.due_on


def test_whoever_acts_in_the_post_of_somebody_absent_takes_it(cast: Cast) -> None:
    number = file_case().number
    away(cast.additional_collector, *JULY)
    with transaction() as session:
        assert cast.development_officer.person_id is not None
        assert cast.additional_collector.office_id is not None
        post_again(session, cast.development_officer.person_id, cast.additional_collector.office_id, Role.SUPERVISOR)
    now = case(number).due_at
    sweep(now)
    assert case(number).answerable_office_id == cast.additional_collector.office_id
    assert "passed_over" not in entries(number, Action.ESCALATE)[0].payload
    assert (mobile_of(cast.development_officer), MessageKey.OFFICE_ESCALATED) in told(number, now)


def test_back_from_leave_the_next_case_comes_to_them_again(cast: Cast) -> None:
    first, second = file_case("first").number, file_case("second", 12).number
    away(cast.additional_collector, *JULY)
    sweep(case(first).due_at)
    sweep(case(second).due_at)
    assert [case(one).level for one in (first, second)] == [3, 2]


def test_where_nobody_above_is_present_the_next_office_up_takes_it_all_the_same(cast: Cast) -> None:
    number = file_case().number
    leave(*cast.heads[1:])
    sweep(case(number).due_at)
    row = case(number)
    assert (row.answerable_office_id, row.level) == (cast.additional_collector.office_id, 2)
    assert entries(number, Action.ESCALATE)[0].payload["post"] == "vacant"


def test_neither_the_office_nor_the_person_complained_against_is_climbed_to(cast: Cast) -> None:
    about_office = file_case("office", accused_office_id=cast.additional_collector.office_id).number
    about_person = file_case("person", accused_person_id=cast.additional_collector.person_id).number
    sweep(day(25))
    for number, why in ((about_office, "accused"), (about_person, "vacant")):
        assert case(number).answerable_office_id == cast.collector.office_id
        passed_over = entries(number, Action.ESCALATE)[0].payload["passed_over"]
        assert passed_over == [{"office_id": cast.additional_collector.office_id, "why": why}]


def test_a_waiting_report_goes_to_the_office_that_answers_now(cast: Cast) -> None:
    number = reported(cast)
    sweep(day(30))
    row = case(number)
    assert (row.status, row.answerable_office_id) == (Status.ACTION_REPORTED, cast.additional_collector.office_id)
    act(cast.additional_collector, number, Action.DISPOSE, 31, outcome=Outcome.REDRESSED)
    assert case(number).disposer_id == cast.additional_collector.person_id


def test_each_lapse_keeps_which_office_answered_and_who_had_the_case(cast: Cast) -> None:
    number = assigned(cast)
    sweep(day(40))
    rows = db.session.scalars(select(Lapse).order_by(Lapse.ordinal)).all()
    assert [(one.ordinal, one.level, one.office_id, one.due_on) for one in rows] == [
        (1, 1, cast.meena.office_id, date(2026, 7, 22)),
        (2, 2, cast.additional_collector.office_id, date(2026, 8, 5)),
    ]
    assert {(one.working_office_id, one.person_id) for one in rows} == {(cast.meena.office_id, cast.bharat.person_id)}
    assert (case(number).lapses, case(number).office_id) == (2, cast.meena.office_id)


def test_every_status_in_hand_climbs_while_its_time_runs(cast: Cast) -> None:
    numbers: dict[Status, str] = {
        Status.REGISTERED: file_case("registered").number,
        Status.ASSIGNED: assigned(cast, "assigned"),
        Status.ACTION_REPORTED: reported(cast, "reported"),
        Status.CLARIFICATION_SOUGHT: assigned(cast, "asked"),
    }
    assert set(numbers) == IN_HAND
    act(cast.bharat, numbers[Status.CLARIFICATION_SOUGHT], Action.SEEK_CLARIFICATION, 1)
    sweep(day(60))
    for status, number in numbers.items():
        assert case(number).level > 1, status


# When one of many fails


class Broken(RuntimeError):
    """What a case does that cannot be escalated."""


def break_some(monkeypatch: pytest.MonkeyPatch, broken: set[str]) -> None:
    """Let escalating these cases fail."""
    from swagat.services import redressal

    escalate: Any = redressal.ALL_EFFECTS[Action.ESCALATE]

    def effect(move: Any) -> None:
        if move.grievance.registration_number in broken:
            raise Broken
        escalate(move)

    monkeypatch.setitem(redressal.ALL_EFFECTS, Action.ESCALATE, effect)


def test_a_case_that_fails_is_put_off_and_shown_and_stops_no_other(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = [file_case(f"case {step}").number for step in range(5)]
    sweep(day(20))
    now = case(numbers[0]).due_at
    break_some(monkeypatch, {numbers[2]})
    report = sweep(now)
    assert (report.failed, report.ok) == (1, False)
    assert [case(one).level for one in numbers] == [2, 2, 1, 2, 2]
    [row] = [one for one in deadlines(numbers[2], Clock.RESOLVE) if one.ended_at is None]
    assert (row.tries, row.failure, row.fire_at, row.due_at) == (1, "Broken", now + escalation.FIRST_RETRY, now)
    assert sweep(now + MINUTE).failed == 0
    assert sweep(now + escalation.FIRST_RETRY).failed == 1
    monkeypatch.undo()
    db.session.expire_all()
    sweep(now + 10 * escalation.FIRST_RETRY)
    assert case(numbers[2]).level == 2
    assert [one.payload["due_at"] for one in entries(numbers[2], Action.ESCALATE)] == [now.isoformat()]
    assert case(numbers[2]).due_on == case(numbers[1]).due_on


def test_more_failing_cases_than_a_batch_holds_starve_no_other(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(escalation, "BATCH", 3)
    broken = [file_case(f"broken {step}", step / 100).number for step in range(8)]
    whole = [file_case(f"whole {step}", 1).number for step in range(4)]
    sweep(day(20))
    break_some(monkeypatch, set(broken))
    report = sweep(day(25))
    assert report.failed == len(broken)
    assert [case(one).level for one in whole] == [2] * len(whole)
    assert {case(one).level for one in broken} == {1}


def test_a_failing_batch_leaves_nothing_of_its_first_try(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = [file_case(f"case {step}").number for step in range(3)]
    sweep(day(20))
    break_some(monkeypatch, {numbers[1]})
    sweep(day(25))
    for number, count in zip(numbers, (1, 0, 1), strict=True):
        assert len(entries(number, Action.ESCALATE)) == count
        assert len({(one.clock, one.cycle, one.level, one.ordinal) for one in deadlines(number)}) == len(
            deadlines(number)
        )
    count = db.session.scalar(select(func.count()).select_from(Lapse))
    assert count == 2


def test_a_deadline_whose_action_the_table_does_not_allow_any_more_ends_without_an_entry(cast: Cast) -> None:
    number = assigned(cast)
    with transaction() as session:
        session.execute(update(Deadline).where(Deadline.clock == Clock.WARN).values(clock=Clock.APPEAL, fire_at=day(1)))
    before = len(entries(number))
    report = sweep(day(2))
    assert (report.fired, report.lapsed, len(entries(number))) == (0, 1, before)
    assert [one.ended_as for one in deadlines(number, Clock.APPEAL)] == [DeadlineEnd.CANCELLED]


def test_many_cases_are_written_with_one_statement_for_each_table(cast: Cast, count_statements: Any) -> None:
    for step in range(12):
        file_case(f"case {step}")
    sweep(day(20))
    with count_statements() as sent:
        report = sweep(day(25))
    # Each case lapses once, and waits for an officer once more: two steps for all of them together.
    assert report.fired == 24
    for table in ("grievance_events", "lapses"):
        count = len([one for one in sent if one.startswith(f"INSERT INTO {table} ")])
        assert count == {"grievance_events": 2, "lapses": 1}[table]
    assert len([one for one in sent if one.startswith("INSERT INTO sms_messages ")]) == 1
    assert len([one for one in sent if "INTO deadlines" not in one and "max(deadlines" not in one]) <= 30, sent
