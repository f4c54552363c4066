"""Changes of days and time limits: looked at without writing, then followed by new cases, or by those under way too."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, insert, select
from sqlalchemy.exc import DBAPIError

from swagat.database import db, read_only, transaction
from swagat.domain.deadlines import Clock
from swagat.domain.errors import Invalid, NotFound, Stale
from swagat.domain.names import Name
from swagat.domain.policies import SHIPPED_POLICY, Channel, Unit
from swagat.domain.workflow import Action, Status
from swagat.models import (
    CalendarDay,
    DayKind,
    Deadline,
    DeadlineEnd,
    Grievance,
    GrievanceEvent,
    Person,
    PolicyVersion,
    RuleChange,
    SmsMessage,
)
from swagat.services import catalogue, dating, places, redating, rule_changes
from swagat.services.escalation import sweep
from swagat.services.rule_changes import apply, change_of, day_of, removal_of
from swagat.services.rule_previews import DayChange, PolicyChange, preview
from tests.builders import (
    KANTA,
    RULES,
    Cast,
    act,
    assigned,
    case,
    copies,
    day,
    disposed,
    file_case,
    gujarat,
    office,
    post_cast,
)

REASON = "Order of the General Administration Department of 2 July 2026."
LATER = redating.SETTLED + timedelta(seconds=1)


@pytest.fixture(autouse=True)
def cast(app: Flask) -> Any:
    catalogue.clear()
    yield post_cast()
    catalogue.clear()


def closing(day_: date, **more: Any) -> DayChange:
    values: dict[str, Any] = {
        "state_id": gujarat(),
        "day": day_,
        "kind": DayKind.HOLIDAY,
        "name": Name("A new holiday", "नई छुट्टी", "નવી રજા"),
        "source": "Order 7 of 2026",
    }
    return DayChange(**values | more)


def shorter(days: int, unit: Unit = Unit.CALENDAR, begins: date = date(2026, 7, 1)) -> PolicyChange:
    every = dict.fromkeys(range(1, 7), days)
    policy = replace(
        SHIPPED_POLICY,
        version=0,
        effective_from=begins,
        unit=unit,
        start_days=dict.fromkeys(Channel, every),
        step_days=dict.fromkeys(Channel, every),
    )
    return PolicyChange(state_id=gujarat(), policy=policy)


def resolve(number: str) -> list[Deadline]:
    db.session.commit()
    rows = select(Deadline).where(Deadline.grievance_id == case(number).id, Deadline.clock == Clock.RESOLVE)
    found = list(db.session.scalars(rows.order_by(Deadline.id).execution_options(populate_existing=True)))
    db.session.commit()
    return found


def live(number: str) -> list[Deadline]:
    return [row for row in resolve(number) if row.ended_at is None]


def note(note_id: int) -> RuleChange:
    db.session.commit()
    found = db.session.scalars(
        select(RuleChange).where(RuleChange.id == note_id).execution_options(populate_existing=True)
    ).one()
    db.session.commit()
    return found


def follow(at: datetime) -> redating.RedatingReport:
    return redating.redate(at, RULES)


def entries(number: str) -> list[GrievanceEvent]:
    db.session.commit()
    found = select(GrievanceEvent).where(GrievanceEvent.grievance_id == case(number).id).order_by(GrievanceEvent.seq)
    return list(db.session.scalars(found))


def other_taluka() -> int:
    district = next(one for one in places.districts(gujarat()) if one.name_en == "Surat")
    return places.talukas(district.id)[0].id


def told(number: str) -> list[str]:
    db.session.commit()
    found = select(SmsMessage.template).where(SmsMessage.grievance_id == case(number).id)
    return sorted(one.value for one in db.session.scalars(found))


class TestPreview:
    def test_a_holiday_on_the_last_day_moves_it_and_nothing_is_written(self) -> None:
        number = file_case().number
        due_on = case(number).due_on
        before = db.session.scalar(select(func.count()).select_from(Deadline))
        seen = preview(closing(due_on), day(1))
        assert (seen.looked_at, seen.earlier, seen.later, seen.escalating) == (1, 0, 1, 0)
        expected = catalogue.calendar(gujarat()).next_working_day(due_on + timedelta(days=1))
        assert [(one.number, one.was, one.becomes) for one in seen.examples] == [(number, due_on, expected)]
        assert case(number).due_on == due_on
        assert db.session.scalar(select(func.count()).select_from(Deadline)) == before

    def test_a_holiday_that_no_count_looks_at_touches_nobody(self) -> None:
        number = file_case().number
        assert preview(closing(case(number).due_on + timedelta(days=30)), day(1)).looked_at == 0
        assert preview(closing(date(2026, 6, 30)), day(1)).looked_at == 0

    def test_the_database_refuses_to_write_while_a_change_is_looked_at(self) -> None:
        number = file_case().number
        with pytest.raises(DBAPIError), read_only() as session:
            session.connection().exec_driver_sql("UPDATE deadlines SET tries = 9")
        assert {row.tries for row in resolve(number)} == {0}
        with transaction() as session:
            session.connection().exec_driver_sql("UPDATE deadlines SET tries = 1")
        assert {row.tries for row in resolve(number)} == {1}

    def test_shorter_limits_say_what_would_escalate_at_the_next_midnight(self) -> None:
        numbers = [file_case("a").number, file_case("b", at=9).number]
        seen = preview(shorter(7, begins=date(2026, 7, 13)), day(12))
        # After 12 days the first has had its 7 already: its last day is today. The second was filed 3 days ago.
        assert (seen.looked_at, seen.earlier, seen.later, seen.escalating) == (2, 2, 0, 1)
        assert [one.number for one in seen.examples] == numbers
        assert seen.examples[0].becomes == date(2026, 7, 13)

    def test_cases_that_wait_for_the_complainant_are_counted_apart(self, cast: Cast) -> None:
        number = assigned(cast)
        act(cast.bharat, number, Action.SEEK_CLARIFICATION, 1)
        seen = preview(shorter(7, begins=date(2026, 7, 3)), day(2))
        assert (seen.looked_at, seen.waiting) == (0, 1)

    def test_its_statements_do_not_grow_with_the_cases(
        self, count_statements: Callable[[], AbstractContextManager[list[str]]]
    ) -> None:
        number = file_case().number
        copies_that_run(number, 300)
        change = closing(case(number).due_on)
        with count_statements() as sent:
            seen = preview(change, day(1))
        assert seen.looked_at == 301
        assert len(sent) <= 6


def copies_that_run(number: str, count: int) -> list[str]:
    """Put copies of a case beside it whose time to answer runs as its does."""
    base, row = case(number), live(number)[0]
    made = copies(number, count, lambda _step: {"due_on": base.due_on, "due_at": base.due_at})
    values = {column.name: getattr(row, column.name) for column in Deadline.__table__.columns if column.name != "id"}
    with transaction() as session:
        ids = session.scalars(select(Grievance.id).where(Grievance.registration_number.in_(made))).all()
        session.execute(insert(Deadline), [values | {"grievance_id": one} for one in ids])
    return made


class TestNewCasesOnly:
    def test_new_cases_follow_at_once_and_open_ones_keep_their_dates(self, cast: Cast) -> None:
        number = file_case("a").number
        due_on = case(number).due_on
        note_id = apply(cast.administrator, closing(due_on), False, REASON, day(0))
        assert case(file_case("b").number).due_on > due_on
        follow(day(0) + LATER)
        assert case(number).due_on == due_on
        assert note(note_id).ended_at == day(0)

    def test_the_date_of_an_open_case_is_explained_by_the_calendar_it_was_set_by(self, cast: Cast) -> None:
        number = file_case("a").number
        due_on = case(number).due_on
        apply(cast.administrator, closing(due_on), False, REASON, day(1))
        assert not catalogue.calendar(gujarat()).is_working_day(due_on)
        assert catalogue.calendar(gujarat(), at=day(0)).is_working_day(due_on)
        why = dating.why(db.session(), case(number), day(2))
        assert why is not None
        assert why.due_on == due_on

    def test_a_new_version_of_the_limits_is_for_whoever_files_from_its_first_day(self, cast: Cast) -> None:
        old = file_case("a").number
        apply(cast.administrator, shorter(7, begins=date(2026, 7, 3)), False, REASON, day(0))
        early, late = file_case("b", at=1).number, file_case("c", at=2).number
        assert [case(one).policy_version for one in (old, early, late)] == [1, 1, 2]
        assert case(late).due_on == date(2026, 7, 10)
        assert [catalogue.policy(version).version for version in (1, 2)] == [1, 2]


class TestOpenCases:
    def test_they_wait_until_every_process_counts_by_the_new_calendar(self, cast: Cast) -> None:
        file_case()
        apply(cast.administrator, closing(date(2026, 7, 22)), True, REASON, day(0))
        assert follow(day(0) + LATER - timedelta(seconds=2)).seen == 0
        assert follow(day(0) + LATER).seen == 1

    def test_a_holiday_moves_the_last_day_and_both_sides_are_told_once(self, cast: Cast) -> None:
        number = assigned(cast)
        with transaction() as session:
            session.query(Person).filter(Person.id == cast.bharat.person_id).update({"mobile": "+919825000001"})
        due_on, level = case(number).due_on, case(number).level
        note_id = apply(cast.administrator, closing(due_on), True, REASON, day(1))
        report = follow(day(1) + LATER)
        after = case(number)
        assert (report.seen, report.changed, report.failed, report.ended) == (1, 1, 0, 1)
        assert after.due_on > due_on
        assert after.level == level
        assert told(number).count("date_changed") == 1
        assert told(number).count("officer_date_changed") == 1
        first, second = resolve(number)
        assert (first.ended_as, second.ordinal, second.due_on) == (DeadlineEnd.CANCELLED, 2, after.due_on)
        assert second.counted_from == first.counted_from
        entry = entries(number)[-1]
        assert (entry.action, entry.payload["rule_change"], entry.is_visible) == (Action.REDATE, note_id, True)
        done = note(note_id)
        assert (done.seen, done.changed, done.failed, done.ended_at is not None) == (1, 1, 0, True)
        why = dating.why(db.session(), after, day(2))
        assert why is not None
        assert why.due_on == after.due_on

    def test_its_warnings_begin_anew(self, cast: Cast) -> None:
        number = assigned(cast)
        apply(cast.administrator, closing(case(number).due_on), True, REASON, day(1))
        follow(day(1) + LATER)
        warnings = select(Deadline).where(Deadline.grievance_id == case(number).id, Deadline.clock == Clock.WARN)
        rows = list(db.session.scalars(warnings.order_by(Deadline.id)))
        assert [row.ended_as for row in rows] == [DeadlineEnd.CANCELLED, None]

    def test_following_twice_changes_nothing_more(self, cast: Cast) -> None:
        number = file_case().number
        apply(cast.administrator, closing(case(number).due_on), True, REASON, day(0))
        follow(day(0) + LATER)
        before = case(number).last_seq
        assert follow(day(1)).seen == 0
        assert case(number).last_seq == before

    def test_a_pass_that_dies_in_the_middle_is_taken_up_where_it_ended(
        self, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        number = file_case().number
        numbers = [number, *copies_that_run(number, 5)]
        note_id = apply(cast.administrator, closing(case(number).due_on), True, REASON, day(0))
        monkeypatch.setattr(redating, "BATCH", 2)
        real, count = redating._next, iter(range(9))

        def dies(*given: Any) -> Any:
            if next(count) == 2:
                raise MemoryError
            return real(*given)

        monkeypatch.setattr(redating, "_next", dies)
        with pytest.raises(MemoryError):
            follow(day(0) + LATER)
        assert (note(note_id).seen, note(note_id).changed, note(note_id).ended_at) == (4, 4, None)
        assert follow(day(0) + LATER).changed == 2
        assert [[row.ordinal for row in live(one)] for one in numbers] == [[2]] * 6
        assert (note(note_id).seen, note(note_id).changed) == (6, 6)

    def test_a_case_that_fails_keeps_its_date_and_does_not_stop_the_rest(
        self, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        number = file_case().number
        bad, good = copies_that_run(number, 2)
        due_on, bad_id = case(number).due_on, case(bad).id
        note_id = apply(cast.administrator, closing(due_on), True, REASON, day(0))
        real = redating.apply_by_system

        def fails(session: Any, grievance_id: int, *rest: Any) -> bool:
            done = real(session, grievance_id, *rest)
            if grievance_id == bad_id:
                raise RuntimeError("broken row")
            return done

        monkeypatch.setattr(redating, "apply_by_system", fails)
        report = follow(day(0) + LATER)
        assert (report.seen, report.changed, report.failed) == (3, 2, 1)
        assert [case(one).due_on == due_on for one in (number, bad, good)] == [False, True, False]
        assert (note(note_id).failed, note(note_id).ended_at is not None) == (1, True)

    @pytest.mark.parametrize("first", range(0, 28, 4))
    def test_a_new_holiday_never_makes_a_date_earlier(self, cast: Cast, first: int) -> None:
        numbers = [file_case("a").number, file_case("b", at=3).number, assigned(cast, "c", at=4)]
        act(cast.bharat, numbers[2], Action.SEEK_CLARIFICATION, 5)
        act(KANTA, numbers[2], Action.CLARIFY, 7)
        before = [case(one).due_on for one in numbers]
        for step in range(first, first + 4):
            with_it = closing(date(2026, 7, 9) + timedelta(days=step))
            apply(cast.administrator, with_it, True, REASON, day(7) + timedelta(minutes=step))
            follow(day(7) + timedelta(minutes=step) + LATER)
            after = [case(one).due_on for one in numbers]
            assert all(new >= old for new, old in zip(after, before, strict=True))
            assert all(catalogue.calendar(gujarat()).is_working_day(one) for one in after)
            before = after

    def test_a_holiday_taken_out_again_gives_the_date_it_took(self, cast: Cast) -> None:
        number = file_case().number
        due_on = case(number).due_on
        apply(cast.administrator, closing(due_on), True, REASON, day(0))
        follow(day(0) + LATER)
        added = next(one for one in catalogue.state(gujarat()).calendars.days if one.day == due_on and one.is_known)
        change = removal_of(gujarat(), day_of(gujarat(), added.id))
        assert (preview(change, day(1)).earlier, preview(change, day(1)).later) == (1, 0)
        apply(cast.administrator, change, True, REASON, day(1))
        follow(day(1) + LATER)
        assert case(number).due_on == due_on
        with pytest.raises(NotFound):
            day_of(gujarat(), added.id)
        with pytest.raises(Stale):
            apply(cast.administrator, change, True, REASON, day(2))

    def test_shorter_limits_make_nobody_late_before_the_day_they_came(self, cast: Cast) -> None:
        number = file_case().number
        apply(cast.administrator, shorter(7, begins=date(2026, 7, 13)), True, REASON, day(12))
        follow(day(12) + LATER)
        row = live(number)[0]
        assert (case(number).due_on, row.due_on, row.not_before) == (date(2026, 7, 13),) * 3
        assert (case(number).policy_version, row.policy_version, row.days) == (2, 2, 7)
        why = dating.why(db.session(), case(number), day(12))
        assert why is not None
        assert why.due_on == date(2026, 7, 13)

    def test_a_version_of_a_later_day_is_followed_on_that_day(self, cast: Cast) -> None:
        number = file_case().number
        apply(cast.administrator, shorter(14, begins=date(2026, 7, 6)), True, REASON, day(0))
        assert follow(day(4)).seen == 0
        assert follow(day(5)).changed == 1
        assert case(number).due_on == date(2026, 7, 15)

    def test_a_new_version_leaves_no_timer_of_the_old_one(self, cast: Cast) -> None:
        numbers = [file_case("a").number, assigned(cast, "b")]
        apply(cast.administrator, shorter(14), True, REASON, day(0))
        follow(day(0) + LATER)
        for number in numbers:
            assert [(row.policy_version, row.days) for row in live(number)] == [(2, 14)]
        running = select(Deadline.policy_version).where(
            Deadline.ended_at.is_(None), Deadline.clock.in_([Clock.RESOLVE, Clock.WARN])
        )
        assert set(db.session.scalars(running)) == {2}

    def test_a_case_that_waits_for_an_answer_goes_on_under_the_new_version(self, cast: Cast) -> None:
        number = assigned(cast)
        act(cast.bharat, number, Action.SEEK_CLARIFICATION, 1)
        apply(cast.administrator, shorter(14, begins=date(2026, 7, 2)), True, REASON, day(1))
        follow(day(1) + LATER)
        assert live(number) == []
        assert (case(number).status, case(number).policy_version) == (Status.CLARIFICATION_SOUGHT, 2)
        assert "date_changed" not in told(number)
        act(KANTA, number, Action.CLARIFY, 3)
        # 14 days after 1 July are 15 July; the question waited from the 2nd to the 4th.
        assert (case(number).due_on, live(number)[0].days) == (date(2026, 7, 17), 14)

    def test_a_new_version_with_the_same_days_is_noted_and_nobody_is_told(self, cast: Cast) -> None:
        number = file_case().number
        change = PolicyChange(state_id=gujarat(), policy=replace(SHIPPED_POLICY, effective_from=date(2026, 7, 1)))
        apply(cast.administrator, change, True, REASON, day(0))
        follow(day(0) + LATER)
        assert case(number).policy_version == 2
        assert "date_changed" not in told(number)
        assert not entries(number)[-1].is_visible

    def test_closed_and_answered_cases_are_left_alone(self, cast: Cast) -> None:
        number = disposed(cast)
        apply(cast.administrator, shorter(7, begins=date(2026, 7, 2)), True, REASON, day(1))
        follow(day(1) + LATER)
        assert case(number).policy_version == 1
        assert entries(number)[-1].action is not Action.REDATE


class TestOffices:
    def test_a_day_of_one_office_moves_its_cases_and_no_others(self, cast: Cast) -> None:
        here, there = file_case("a").number, file_case("b", place_id=other_taluka()).number
        due_on = case(here).due_on
        assert case(there).due_on == due_on
        change = closing(due_on, kind=DayKind.EXTRA_CLOSED, office_id=office("MAM-3783"))
        assert preview(change, day(0)).looked_at == 1
        apply(cast.administrator, change, True, REASON, day(0))
        follow(day(0) + LATER)
        assert case(here).due_on > due_on
        assert case(there).due_on == due_on
        assert case(file_case("c").number).due_on > due_on
        assert case(file_case("d", place_id=other_taluka()).number).due_on == due_on

    def test_what_an_office_says_of_a_day_stands_above_what_the_state_says(self, cast: Cast) -> None:
        mine = office("MAM-3783")
        holiday, exchange = date(2026, 8, 28), date(2026, 8, 22)
        actor = cast.administrator
        apply(actor, closing(exchange, kind=DayKind.EXTRA_WORKING), False, REASON, day(0))
        apply(actor, closing(exchange, kind=DayKind.EXTRA_CLOSED, office_id=mine), False, REASON, day(1))
        apply(actor, closing(holiday, kind=DayKind.EXTRA_WORKING, office_id=mine), False, REASON, day(2))
        state, own = catalogue.calendar(gujarat()), catalogue.calendar(gujarat(), mine)
        assert [state.is_working_day(one) for one in (exchange, holiday)] == [True, False]
        assert [own.is_working_day(one) for one in (exchange, holiday)] == [False, True]
        assert catalogue.calendar(gujarat(), office("COLL-438")) is state

    def test_after_a_step_the_days_of_the_office_that_answers_count(self, cast: Cast) -> None:
        number = file_case().number
        lapsed = case(number).due_on
        planned = catalogue.calendar(gujarat()).next_working_day(lapsed + timedelta(days=14))
        above = closing(planned, kind=DayKind.EXTRA_CLOSED, office_id=office("RAC-438"))
        apply(cast.administrator, above, False, REASON, day(1))
        sweep(catalogue.calendar(gujarat()).end_of_day(lapsed), RULES)
        found = case(number)
        assert (found.level, found.due_on > planned) == (2, True)
        why = dating.why(db.session(), found, day(22))
        assert why is not None
        assert why.due_on == found.due_on
        removal = next(one for one in catalogue.state(gujarat()).calendars.days if one.office_id == office("RAC-438"))
        change = removal_of(gujarat(), removal)
        assert preview(change, day(22)).earlier == 1
        apply(cast.administrator, change, True, REASON, day(22))
        follow(day(22) + LATER)
        assert (case(number).level, case(number).due_on) == (2, planned)

    def test_a_half_day_has_its_hours(self, cast: Cast) -> None:
        some = date(2026, 7, 7)
        apply(cast.administrator, closing(some, kind=DayKind.HALF_DAY, hours="10:30-13:00"), True, REASON, day(0))
        calendar = catalogue.calendar(gujarat())
        assert [(start.isoformat("minutes"), end.isoformat("minutes")) for start, end in calendar.frames_on(some)] == [
            ("10:30", "13:00")
        ]


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "a day long ago": ({"day": date(2020, 1, 1)}, "day"),
    "a day far ahead": ({"day": date(2040, 1, 1)}, "day"),
    "no name": ({"name": Name("")}, "name"),
    "a long name": ({"name": Name("x" * 121)}, "name"),
    "no source": ({"source": ""}, "source"),
    "a half day without hours": ({"kind": DayKind.HALF_DAY}, "hours"),
    "hours that are none": ({"kind": DayKind.HALF_DAY, "hours": "noon"}, "hours"),
    "hours that end before they begin": ({"kind": DayKind.HALF_DAY, "hours": "14:00-10:30"}, "hours"),
    "a day that is there": ({"day": date(2026, 8, 15)}, "day"),
    "an office that is none": ({"office_id": 10**9}, "office"),
}


@pytest.mark.parametrize(("changes", "field"), WRONG.values(), ids=WRONG)
def test_a_day_that_cannot_be_is_refused_at_its_field(cast: Cast, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        apply(cast.administrator, closing(date(2026, 7, 22), **changes), True, REASON, day(0))
    assert field in refusal.value.errors
    assert db.session.scalar(select(func.count()).select_from(RuleChange)) == 0


def test_a_change_needs_a_reason_and_a_choice(cast: Cast) -> None:
    with pytest.raises(Invalid) as refusal:
        apply(cast.administrator, closing(date(2026, 7, 22)), None, "short", day(0))
    assert set(refusal.value.errors) == {"reason", "applies_to_open"}


@pytest.mark.parametrize("begins", [date(2026, 6, 30), date(2028, 1, 1)])
def test_limits_do_not_begin_in_the_past_nor_far_ahead(cast: Cast, begins: date) -> None:
    with pytest.raises(Invalid) as refusal:
        apply(cast.administrator, shorter(7, begins=begins), False, REASON, day(0))
    assert set(refusal.value.errors) == {"effective_from"}


def test_nobody_changes_the_days_of_another_state(cast: Cast) -> None:
    with pytest.raises(NotFound):
        apply(replace(cast.administrator, state_id=9001), closing(date(2026, 7, 22)), False, REASON, day(0))


def test_a_calendar_in_which_no_working_day_can_be_found_is_refused(cast: Cast) -> None:
    with transaction() as session:
        rows = [row_of_day(date(2026, 7, 1) + timedelta(days=step)) for step in range(365 * 125)]
        session.execute(insert(CalendarDay), [row for row in rows if row["day"] != date(2026, 7, 22)])
    catalogue.clear()
    with pytest.raises(Invalid):
        rule_changes.check(closing(date(2026, 7, 22)), day(0))


def row_of_day(some: date) -> dict[str, Any]:
    return {
        "state_id": gujarat(),
        "day": some,
        "kind": DayKind.EXTRA_CLOSED,
        "name_en": "Closed",
        "name_hi": "",
        "name_gu": "",
        "confirmed": "yes",
        "source": "",
        "hours": "",
    }


def test_an_estimate_says_so_until_a_list_confirms_it(cast: Cast) -> None:
    estimated = next(one for one in catalogue.state(gujarat()).calendars.days if one.is_estimate)
    off = catalogue.calendar(gujarat()).day_off(estimated.day)
    assert off is not None
    assert off.is_estimate
    with pytest.raises(Invalid):
        rule_changes.confirm_day(cast.administrator, estimated.id, " ", day(0))
    rule_changes.confirm_day(cast.administrator, estimated.id, "List of 2026", day(0))
    off = catalogue.calendar(gujarat()).day_off(estimated.day)
    assert off is not None
    assert not off.is_estimate
    assert day_of(gujarat(), estimated.id).source == "List of 2026"


def test_the_note_gives_the_change_back(cast: Cast) -> None:
    change = closing(date(2026, 7, 22), office_id=office("MAM-3783"))
    found = change_of(note(apply(cast.administrator, change, True, REASON, day(0))))
    assert found == replace(change, source="", confirmed="yes")
    found = change_of(note(apply(cast.administrator, shorter(9), True, REASON, day(0))))
    assert isinstance(found, PolicyChange)
    assert found.policy == replace(shorter(9).policy, version=2)
    assert db.session.scalar(select(func.max(PolicyVersion.version))) == 2
