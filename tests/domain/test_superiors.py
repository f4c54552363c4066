"""What superiors and those who let the time run out may do, and when a complainant may ask for a date."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from swagat.domain.case import Case, Owing, conditions, parties
from swagat.domain.conditions import When
from swagat.domain.errors import Forbidden, Invalid, Refused
from swagat.domain.redressal import Given, decide, permitted
from swagat.domain.roles import Actor, Party, Role
from swagat.domain.workflow import Action, Need, Status
from tests.cast import (
    CLERK_RAMILA,
    COLLECTOR_AHMEDABAD,
    COLLECTOR_RAVI,
    HEAD_MEENA,
    KANTA,
    OFFICER_BHARAT,
    OFFICER_HANSA,
    SECRETARY_ASHA,
    SECRETARY_REVENUE,
    STRANGER_TDO,
)
from tests.domain.days import TODAY
from tests.domain.test_workflow import case_in, filled

DUE = TODAY + timedelta(days=10)
UP = {"answerable_office_id": COLLECTOR_AHMEDABAD, "office_above_id": SECRETARY_REVENUE}


def actions(case: Case, actor: Actor) -> set[Action]:
    return {row.action for row in permitted(case, actor)}


def given_on(day: date | None) -> Given:
    return replace(filled(), expected_on=day)


@pytest.mark.parametrize(
    ("when", "facts", "opposite"),
    [
        (When.CAME_UP, {"answerable_office_id": COLLECTOR_AHMEDABAD}, {}),
        (When.CAME_UP_NO_PROPOSAL, {"answerable_office_id": COLLECTOR_AHMEDABAD}, {}),
        (When.TIME_NOT_GIVEN, {}, {"time_given": True}),
        (When.CAME_UP_TIME_NOT_GIVEN, UP, UP | {"time_given": True}),
        (When.CAME_UP_TIME_NOT_GIVEN, UP, {}),
        (When.DATE_MISSED, {"lapses": 1}, {"lapses": 1, "asked_after": 1}),
        (When.DATE_MISSED, {"lapses": 2, "asked_after": 1}, {}),
        (When.NO_DIRECTION, {}, {"directing_office_id": COLLECTOR_AHMEDABAD}),
        (When.DIRECTION_OPEN, {"directing_office_id": COLLECTOR_AHMEDABAD}, {}),
        (
            When.DIRECTION_REPORTED,
            {"directing_office_id": COLLECTOR_AHMEDABAD, "direction_is_reported": True},
            {"directing_office_id": COLLECTOR_AHMEDABAD},
        ),
        (When.LISTED, {"listed_office_id": COLLECTOR_AHMEDABAD}, {}),
        (When.NOT_LISTED, {}, {"listed_office_id": COLLECTOR_AHMEDABAD}),
        (When.LINKED, {"cause_id": 1}, {}),
        (When.NOT_LINKED, {}, {"cause_id": 1}),
    ],
)
def test_each_condition_holds_for_what_it_says_and_not_for_its_opposite(
    when: When, facts: Mapping[str, Any], opposite: Mapping[str, Any]
) -> None:
    assert when in conditions(case_in(Status.ASSIGNED, **facts))
    assert when not in conditions(case_in(Status.ASSIGNED, **opposite))


@pytest.mark.parametrize(
    ("owing", "actor", "owes"),
    [
        (Owing(office_ids=frozenset({COLLECTOR_AHMEDABAD})), COLLECTOR_RAVI, True),
        (Owing(office_ids=frozenset({COLLECTOR_AHMEDABAD})), HEAD_MEENA, False),
        (Owing(office_ids=frozenset({HEAD_MEENA.office_id or 0})), OFFICER_BHARAT, False),
        (Owing(person_ids=frozenset({OFFICER_BHARAT.person_id or 0})), OFFICER_BHARAT, True),
        (Owing(person_ids=frozenset({OFFICER_BHARAT.person_id or 0})), OFFICER_HANSA, False),
        (Owing(), HEAD_MEENA, False),
    ],
)
def test_who_let_the_time_run_out_says_why_and_nobody_else(owing: Owing, actor: Actor, owes: bool) -> None:
    for status in Status:
        case = case_in(status, owing=owing)
        assert (Party.LAPSED in parties(case, actor)) is owes
        assert (Action.EXPLAIN_LAPSE in actions(case, actor)) is owes


def test_the_office_that_sees_to_a_direction_is_its_own_party() -> None:
    case = case_in(Status.ASSIGNED, directing_office_id=SECRETARY_REVENUE)
    assert Party.DIRECTING in parties(case, SECRETARY_ASHA)
    assert Party.DIRECTING not in parties(case, COLLECTOR_RAVI)
    assert Party.DIRECTING not in parties(case, replace(SECRETARY_ASHA, role=Role.OFFICER))


# More time


@pytest.mark.parametrize(
    ("expected", "message"),
    [
        (DUE - timedelta(days=1), "after the present one"),
        (DUE, "after the present one"),
        (DUE + timedelta(days=1), None),
        (DUE + timedelta(days=30), None),
        (DUE + timedelta(days=31), "at the latest"),
        (TODAY, "after today"),
        (None, "new date"),
    ],
)
def test_more_time_lies_after_the_due_date_and_at_most_thirty_days_after_it(
    expected: date | None, message: str | None
) -> None:
    case = case_in(Status.ASSIGNED, due_on=DUE)
    if message is None:
        assert decide(case, Action.GIVE_TIME, COLLECTOR_RAVI, given_on(expected), TODAY).status is Status.ASSIGNED
        return
    with pytest.raises(Invalid) as refusal:
        decide(case, Action.GIVE_TIME, COLLECTOR_RAVI, given_on(expected), TODAY)
    assert set(refusal.value.errors) == {"expected_on"}
    assert message in str(refusal.value.errors["expected_on"])


def test_the_most_more_time_is_a_setting() -> None:
    case = case_in(Status.ASSIGNED, due_on=DUE, more_time_days=5)
    with pytest.raises(Invalid):
        decide(case, Action.GIVE_TIME, COLLECTOR_RAVI, given_on(DUE + timedelta(days=6)), TODAY)
    assert decide(case, Action.GIVE_TIME, COLLECTOR_RAVI, given_on(DUE + timedelta(days=5)), TODAY)


def test_no_time_is_given_after_the_date_has_passed_before_the_case_has_climbed() -> None:
    case = case_in(Status.ASSIGNED, due_on=TODAY - timedelta(days=1))
    with pytest.raises(Refused, match="goes up"):
        decide(case, Action.GIVE_TIME, COLLECTOR_RAVI, given_on(TODAY + timedelta(days=5)), TODAY)
    # The officer has the whole due day, and so has who gives time.
    today = case_in(Status.ASSIGNED, due_on=TODAY)
    assert decide(today, Action.GIVE_TIME, COLLECTOR_RAVI, given_on(TODAY + timedelta(days=5)), TODAY)


@pytest.mark.parametrize(
    ("facts", "actor", "may"),
    [
        ({}, COLLECTOR_RAVI, True),
        ({}, HEAD_MEENA, False),
        ({}, OFFICER_BHARAT, False),
        ({}, STRANGER_TDO, False),
        (UP, COLLECTOR_RAVI, True),
        (UP, SECRETARY_ASHA, True),
        (UP, HEAD_MEENA, False),
        ({"time_given": True}, COLLECTOR_RAVI, False),
        (UP | {"time_given": True}, SECRETARY_ASHA, False),
    ],
)
def test_more_time_is_given_once_and_never_by_the_office_that_needs_it(
    facts: Mapping[str, Any], actor: Actor, may: bool
) -> None:
    for status in (Status.REGISTERED, Status.ASSIGNED, Status.ACTION_REPORTED):
        assert (Action.GIVE_TIME in actions(case_in(status, due_on=DUE, **facts), actor)) is may
    assert Action.GIVE_TIME not in actions(case_in(Status.CLARIFICATION_SOUGHT, due_on=DUE, **facts), actor)


# Directions


@pytest.mark.parametrize("expected", [None, TODAY, TODAY - timedelta(days=1)])
def test_a_direction_has_words_and_a_date_after_today(expected: date | None) -> None:
    case = case_in(Status.ASSIGNED)
    with pytest.raises(Invalid) as refusal:
        decide(case, Action.DIRECT, COLLECTOR_RAVI, replace(given_on(expected), texts={}), TODAY)
    assert set(refusal.value.errors) == {"remark", "expected_on"}
    assert decide(case, Action.DIRECT, COLLECTOR_RAVI, given_on(TODAY + timedelta(days=1)), TODAY)


def test_a_report_is_returned_with_a_date_only_while_no_direction_is_open() -> None:
    reported = case_in(Status.ACTION_REPORTED, reporter_id=OFFICER_BHARAT.person_id)
    assert decide(reported, Action.RETURN_REPORT, HEAD_MEENA, given_on(None), TODAY).status is Status.ASSIGNED
    assert decide(reported, Action.RETURN_REPORT, HEAD_MEENA, given_on(DUE), TODAY).status is Status.ASSIGNED
    directed = replace(reported, directing_office_id=COLLECTOR_AHMEDABAD)
    with pytest.raises(Invalid) as refusal:
        decide(directed, Action.RETURN_REPORT, HEAD_MEENA, given_on(DUE), TODAY)
    assert set(refusal.value.errors) == {"expected_on"}
    assert decide(directed, Action.RETURN_REPORT, HEAD_MEENA, given_on(None), TODAY)


def test_a_direction_is_reported_by_the_office_and_ended_by_who_sees_to_it() -> None:
    opened = case_in(Status.ASSIGNED, directing_office_id=COLLECTOR_AHMEDABAD)
    assert Action.REPORT_DIRECTION in actions(opened, OFFICER_BHARAT) & actions(opened, HEAD_MEENA)
    assert {Action.ACCEPT_DIRECTION, Action.RETURN_DIRECTION}.isdisjoint(actions(opened, COLLECTOR_RAVI))
    reported = replace(opened, direction_is_reported=True)
    assert Action.REPORT_DIRECTION not in actions(reported, OFFICER_BHARAT)
    assert {Action.ACCEPT_DIRECTION, Action.RETURN_DIRECTION} <= actions(reported, COLLECTOR_RAVI)
    assert {Action.ACCEPT_DIRECTION, Action.RETURN_DIRECTION}.isdisjoint(actions(reported, HEAD_MEENA))
    with pytest.raises(Forbidden):
        decide(reported, Action.ACCEPT_DIRECTION, OFFICER_BHARAT, filled(), TODAY)


# Deciding oneself


def test_the_office_it_came_up_to_decides_without_a_report_when_it_says_what_was_checked() -> None:
    came_up = case_in(Status.ASSIGNED, **UP)
    step = decide(came_up, Action.DISPOSE, COLLECTOR_RAVI, filled(), TODAY)
    assert step.status is Status.DISPOSED
    unchecked = replace(filled(), texts={Need.REASON: "The record was compared and corrected."})
    with pytest.raises(Invalid) as refusal:
        decide(came_up, Action.DISPOSE, COLLECTOR_RAVI, unchecked, TODAY)
    assert set(refusal.value.errors) == {"checked"}


def test_nobody_decides_a_case_without_a_report_that_did_not_come_up_or_that_is_their_own() -> None:
    assert Action.DISPOSE not in actions(case_in(Status.ASSIGNED), HEAD_MEENA)
    came_up = case_in(Status.ASSIGNED, **UP)
    assert Action.DISPOSE not in actions(came_up, HEAD_MEENA) | actions(came_up, SECRETARY_ASHA)
    own = replace(came_up, officer_person_id=COLLECTOR_RAVI.person_id)
    with pytest.raises(Forbidden, match="second person"):
        decide(own, Action.DISPOSE, COLLECTOR_RAVI, filled(), TODAY)


# The complainant's question


def test_a_dated_answer_is_asked_for_once_for_each_missed_date() -> None:
    for actor in (KANTA, CLERK_RAMILA):
        assert Action.ASK_DATE not in actions(case_in(Status.ASSIGNED), actor)
        assert Action.ASK_DATE in actions(case_in(Status.ASSIGNED, lapses=1), actor)
        assert Action.ASK_DATE not in actions(case_in(Status.ASSIGNED, lapses=1, asked_after=1), actor)
        assert Action.ASK_DATE in actions(case_in(Status.ASSIGNED, lapses=2, asked_after=1), actor)
    assert Action.ASK_DATE not in actions(case_in(Status.ASSIGNED, lapses=1), OFFICER_BHARAT)
