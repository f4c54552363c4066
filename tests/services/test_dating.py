"""Every date of a case says why it is that date, whatever happened before, on both databases."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any

import pytest

from swagat.database import db, transaction
from swagat.domain.case import Proposed
from swagat.domain.deadlines import Clock
from swagat.domain.reasons import ReasonKind
from swagat.domain.workflow import Action, Need
from swagat.models import Posting
from swagat.services import catalogue, dating, escalation
from swagat.services.dating import Dates
from swagat.services.history import history
from swagat.services.rule_changes import apply
from swagat.services.sheet import sheet
from swagat.services.tracking import view
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
    proposed,
)
from tests.services.test_rule_changes import LATER, REASON, closing, follow, shorter

Counting = Callable[[], AbstractContextManager[list[str]]]
WHY = {Need.REMARK: "માપણી કરનાર બીમાર હતા, તેથી સ્થળ તપાસ મોડી થઈ."}


def dates(number: str, at: float) -> Dates:
    """Return the dates of a case, having compared the one that it shows with the one that its rule gives."""
    row = case(number)
    past = history(db.session(), row.id, day(at), catalogue.calendar(row.state_id), for_citizen=False)
    found = dating.dates(db.session(), row, day(at), past)
    assert found.due is not None
    assert (found.due.due_on, found.due.due_at) == (row.due_on, row.due_at)
    assert found.due.reasons
    db.session.rollback()
    return found


def said(found: Dates) -> str:
    assert found.due is not None
    return "\n".join(str(reason.message) % dict(reason.params) for reason in found.due.reasons)


def test_more_time_says_when_it_was_given_and_what_the_date_was_before(cast: Cast) -> None:
    number = assigned(cast)
    before = case(number).due_on
    act(cast.additional_collector, number, Action.GIVE_TIME, 5, expected_on=before + timedelta(days=9), texts=WHY)
    found = said(dates(number, 6))
    assert "More time was given on 2026-07-06" in found
    assert str(before) in found
    act(cast.bharat, number, Action.SEEK_CLARIFICATION, 6)
    act(KANTA, number, Action.CLARIFY, 8)
    resumed = said(dates(number, 9))
    assert "More time was given on 2026-07-06" in resumed
    assert "Waited from 2026-07-07 to 2026-07-09" in resumed
    due_at = case(number).due_at
    escalation.sweep(due_at, RULES)
    later = said(dates(number, 50))
    assert "More time" not in later
    assert "level L2" in later


def test_a_step_names_the_offices_that_it_passed_over_and_why(cast: Cast) -> None:
    number = assigned(cast)
    with transaction() as session:
        session.get_one(Posting, cast.additional_collector.posting_id).ends_at = day(1)
    escalation.sweep(day(25), RULES)
    assert case(number).answerable_office_id == cast.collector.office_id
    found = dates(number, 26)
    assert found.due is not None
    passed = [one for one in found.due.reasons if one.message == dating.PASSED_OVER["vacant"]]
    assert len(passed) == 1
    assert "level L3" in said(found)
    act(cast.bharat, number, Action.SEEK_CLARIFICATION, 26)
    act(KANTA, number, Action.CLARIFY, 28)
    assert dating.PASSED_OVER["vacant"].split(":")[0] in said(dates(number, 29))
    escalation.sweep(case(number).due_at, RULES)
    assert "Passed over" not in said(dates(number, 50))


def test_at_the_top_each_round_says_that_it_is_another(cast: Cast) -> None:
    number = file_case().number
    for at in range(20, 200, 5):
        escalation.sweep(day(at), RULES)
        dates(number, at)
    assert "another round begins" in said(dates(number, 200))


def test_a_reopened_case_says_so_and_its_next_step_too(cast: Cast) -> None:
    number = disposed(cast)
    act(KANTA, number, Action.REFUSE, 3)
    assert "Reopened." in said(dates(number, 4))
    escalation.sweep(case(number).due_at, RULES)
    assert "Reopened." not in said(dates(number, 40))


def test_while_the_complainant_is_asked_the_wait_is_told(cast: Cast) -> None:
    number = assigned(cast)
    act(cast.bharat, number, Action.SEEK_CLARIFICATION, 2)
    row = case(number)
    found = dating.why(db.session(), row, day(6))
    assert found is not None
    assert ReasonKind.PAUSE in {one.kind for one in found.reasons}


@pytest.mark.parametrize("is_paused", [False, True])
def test_a_date_that_follows_changed_rules_says_when_it_was_worked_out_again(cast: Cast, is_paused: bool) -> None:
    catalogue.clear()
    number = assigned(cast)
    due_on = case(number).due_on
    assert "Worked out again" not in said(dates(number, 1))
    if is_paused:
        act(cast.bharat, number, Action.SEEK_CLARIFICATION, 1)
    change = shorter(14, begins=date(2026, 7, 3)) if is_paused else closing(due_on)
    apply(cast.administrator, change, True, REASON, day(1))
    follow(day(2) + LATER)
    if is_paused:
        act(KANTA, number, Action.CLARIFY, 2.5)
    assert case(number).due_on != due_on
    assert "Worked out again on 2026-07-03" in said(dates(number, 3))
    escalation.sweep(case(number).due_at, RULES)
    assert "Worked out again" not in said(dates(number, 30))
    catalogue.clear()


STAGES: dict[str, tuple[Clock, Callable[[Cast], str]]] = {}


def stage(clock: Clock) -> Callable[[Callable[[Cast], str]], Callable[[Cast], str]]:
    def keep(make: Callable[[Cast], str]) -> Callable[[Cast], str]:
        STAGES[make.__name__] = clock, make
        return make

    return keep


@stage(Clock.ACKNOWLEDGE)
def without_an_officer(_cast: Cast) -> str:
    return file_case().number


@stage(Clock.ACKNOWLEDGE)
def in_danger(_cast: Cast) -> str:
    return file_case(immediate_reason="વીજ તાર લટકે છે.").number


@stage(Clock.CLARIFY)
def asked(cast: Cast) -> str:
    number = assigned(cast)
    act(cast.bharat, number, Action.SEEK_CLARIFICATION, 0)
    return number


@stage(Clock.CONFIRM)
def answered(cast: Cast) -> str:
    return disposed(cast)


@stage(Clock.APPEAL)
def appealed(cast: Cast) -> str:
    number = disposed(cast)
    act(KANTA, number, Action.LODGE_APPEAL, 0)
    return number


@stage(Clock.DIRECTION)
def directed(cast: Cast) -> str:
    number = assigned(cast)
    act(cast.additional_collector, number, Action.DIRECT, 0, expected_on=date(2026, 7, 5), texts=WHY)
    return number


@stage(Clock.WITHDRAWAL)
def withdrawn(cast: Cast) -> str:
    number = assigned(cast)
    act(KANTA, number, Action.WITHDRAW, 0)
    return number


@pytest.mark.parametrize("name", list(STAGES))
def test_every_clock_that_runs_beside_the_answer_says_why_its_date_is_that_date(cast: Cast, name: str) -> None:
    clock, make = STAGES[name]
    number = make(cast)
    row = case(number)
    found = dating.dates(db.session(), row, day(0)).of(clock)
    assert found is not None
    assert found.reasons
    assert found.is_in_hours is (name == "in_danger")
    days = {"without_an_officer": 3, "in_danger": 2, "asked": 10, "answered": 30, "appealed": 30, "withdrawn": 15}
    figures = [one.params.get("days", one.params.get("hours")) for one in found.reasons]
    assert days.get(name, 4) in figures
    moved = [one for one in found.reasons if one.kind is ReasonKind.MOVED]
    assert bool(moved) is (found.due_on != found_without_closed_days(found.due_on, row, days.get(name, 4), name))


def found_without_closed_days(due_on: date, row: Any, days: int, name: str) -> date:
    """Return the day on which the same count ends when no closed day moves it: only calendar days are moved."""
    if name in ("without_an_officer", "in_danger", "asked"):
        return due_on
    return catalogue.calendar(row.state_id).day_of(day(0)) + timedelta(days=days)


def test_a_case_with_everything_costs_twelve_statements_on_the_desk_and_ten_for_its_complainant(
    cast: Cast, count_statements: Counting
) -> None:
    file_case("before", at=-1)
    number = proposed(cast, text="મારા 7/12 ના ઉતારામાં નામ ખોટું છે. ત્રણ વાર અરજી કરી છતાં સુધારો થયો નથી, ફરી.")
    with transaction() as session:
        session.get_one(Posting, cast.additional_collector.posting_id).ends_at = day(2)
    act(cast.meena, number, Action.DECLINE, 1)
    act(cast.bharat, number, Action.SEEK_CLARIFICATION, 1)
    act(KANTA, number, Action.CLARIFY, 4)
    escalation.sweep(day(30), RULES)
    act(KANTA, number, Action.ASK_DATE, 31)
    act(cast.collector, number, Action.DIRECT, 31, expected_on=day(36).date(), texts=WHY)
    act(cast.collector, number, Action.LIST_FOR_SITTING, 31, expected_on=day(40).date(), texts=WHY)
    act(cast.bharat, number, Action.PROPOSE, 32, **again(number))
    act(cast.bharat, number, Action.EXPLAIN_LAPSE, 32, texts=WHY)
    act(cast.collector, number, Action.NOTE, 32)
    for actor in (cast.meena, cast.bharat, cast.collector):
        with count_statements() as sent:
            seen = sheet(db.session(), actor, number, day(33), RULES)
        assert len(sent) <= 12, sent
        assert seen.steered.direction is not None
        assert seen.steered.listed is not None
        assert len(seen.lapsed) == 1
    with count_statements() as sent:
        shown = view(db.session(), number, day(33), RULES)
    assert len(sent) <= 10, sent
    assert shown.date_asked is not None


def again(number: str) -> dict[str, Any]:
    ground = next(one.id for one in catalogue.grounds() if one.code == "court")
    return {"proposed": Proposed.NOT_MAINTAINABLE, "ground_id": ground}
