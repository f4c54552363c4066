"""What the rules refuse, and what an action leads to."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from swagat.domain.case import Case, Confirmation, Outcome, Proposed, Waiting, parties
from swagat.domain.errors import Forbidden, Invalid, Refused
from swagat.domain.redressal import DISPOSABLE, Given, decide, permitted
from swagat.domain.roles import SYSTEM, Actor, Role
from swagat.domain.workflow import Action, ClockState, Need, Status
from tests.cast import (
    CLERK_RAMILA,
    COLLECTOR_AHMEDABAD,
    COLLECTOR_RAVI,
    HEAD_MEENA,
    KANTA,
    KANTA_BY_CODE,
    MAMLATDAR_DHOLKA,
    OFFICER_BHARAT,
    OFFICER_HANSA,
    TDO_DHOLKA,
)
from tests.domain.days import TODAY
from tests.domain.test_workflow import case_in, filled


def actions(case: Case, actor: Actor) -> set[Action]:
    return {row.action for row in permitted(case, actor)}


@pytest.mark.parametrize(
    ("accused", "actor"),
    [
        ({"accused_office_id": MAMLATDAR_DHOLKA}, HEAD_MEENA),
        ({"accused_office_id": MAMLATDAR_DHOLKA}, OFFICER_BHARAT),
        ({"accused_person_id": OFFICER_BHARAT.person_id}, OFFICER_BHARAT),
        ({"accused_person_id": COLLECTOR_RAVI.person_id}, COLLECTOR_RAVI),
        ({"accused_office_id": MAMLATDAR_DHOLKA}, CLERK_RAMILA),
    ],
)
def test_whoever_is_complained_against_is_nobody_to_the_case(accused: dict[str, int], actor: Actor) -> None:
    case = case_in(Status.ASSIGNED, **accused)
    assert parties(case, actor) == frozenset()
    assert permitted(case, actor) == []


def test_the_accused_cannot_escape_by_a_second_posting() -> None:
    elsewhere = replace(OFFICER_BHARAT, posting_id=99, office_id=COLLECTOR_AHMEDABAD, role=Role.SUPERVISOR)
    assert parties(case_in(Status.ASSIGNED, accused_person_id=OFFICER_BHARAT.person_id), elsewhere) == frozenset()


def test_who_reports_does_not_dispose_even_from_another_posting() -> None:
    also_head = replace(OFFICER_BHARAT, role=Role.SUPERVISOR, posting_id=77)
    case = case_in(Status.ACTION_REPORTED, reporter_id=OFFICER_BHARAT.person_id)
    assert Action.DISPOSE not in actions(case, also_head)
    with pytest.raises(Forbidden, match="second person"):
        decide(case, Action.DISPOSE, also_head, filled(), TODAY)
    assert Action.DISPOSE in actions(case, HEAD_MEENA)


def test_who_proposes_does_not_approve_and_nobody_approves_before_the_objection_date() -> None:
    waiting = Waiting(Proposed.NOT_MAINTAINABLE, HEAD_MEENA.person_id or 0, TODAY)
    case = case_in(Status.ASSIGNED, waiting=waiting)
    assert Action.APPROVE not in actions(case, HEAD_MEENA)
    with pytest.raises(Refused, match="objection date"):
        decide(case, Action.APPROVE, COLLECTOR_RAVI, filled(), TODAY)
    step = decide(case, Action.APPROVE, COLLECTOR_RAVI, filled(), TODAY + timedelta(days=1))
    assert (step.status, step.outcome) == (Status.DISPOSED, Outcome.NOT_MAINTAINABLE)


@pytest.mark.parametrize("outcome", [one for one in Outcome if one not in DISPOSABLE])
def test_an_outcome_against_the_complainants_wish_cannot_be_had_by_a_plain_disposal(outcome: Outcome) -> None:
    case = case_in(Status.ACTION_REPORTED, reporter_id=OFFICER_BHARAT.person_id)
    with pytest.raises(Invalid):
        decide(case, Action.DISPOSE, HEAD_MEENA, replace(filled(), outcome=outcome), TODAY)


@pytest.mark.parametrize(
    ("proof", "self_filed", "told"),
    [
        (KANTA_BY_CODE, True, Confirmation.CONFIRMED),
        (KANTA_BY_CODE, False, Confirmation.CONFIRMED),
        (KANTA, True, Confirmation.CONFIRMED),
        (KANTA, False, Confirmation.ASSISTED),
    ],
    ids=["own code, web", "own code, counter", "tracking code, web", "slip's code, counter"],
)
def test_only_the_complainants_own_proved_word_makes_it_confirmed(
    proof: Actor, self_filed: bool, told: Confirmation
) -> None:
    step = decide(case_in(Status.DISPOSED, is_self_filed=self_filed), Action.CONFIRM, proof, Given(), TODAY)
    assert (step.status, step.confirmation) == (Status.CLOSED, told)


def test_the_code_of_a_counter_slip_does_not_withdraw() -> None:
    with pytest.raises(Forbidden):
        decide(case_in(Status.ASSIGNED, is_self_filed=False), Action.WITHDRAW, KANTA, filled(), TODAY)
    assert decide(case_in(Status.ASSIGNED), Action.WITHDRAW, KANTA, filled(), TODAY).outcome is Outcome.WITHDRAWN


@pytest.mark.parametrize(
    ("cycle", "against", "leads_to"),
    [
        (1, False, Status.REGISTERED),
        (2, False, Status.REGISTERED),
        (3, False, Status.UNDER_APPEAL),
        (1, True, Status.UNDER_APPEAL),
    ],
)
def test_a_refusal_reopens_twice_and_is_an_appeal_from_then_on(cycle: int, against: bool, leads_to: Status) -> None:
    case = case_in(Status.DISPOSED, cycle=cycle, is_closed_against=against)
    for actor in (KANTA, CLERK_RAMILA):
        step = decide(case, Action.REFUSE, actor, filled(), TODAY)
        assert (step.status, step.confirmation) == (leads_to, Confirmation.REFUSED)


def test_silence_closes_only_whoever_was_reached_and_only_after_the_window() -> None:
    for reached, over, closes in [(True, True, True), (False, True, False), (True, False, False)]:
        case = case_in(Status.DISPOSED, was_reached=reached, window_over=over)
        assert (Action.CLOSE in actions(case, SYSTEM)) is closes


def test_transfers_end_with_the_common_superior_who_decides_once() -> None:
    third = case_in(Status.ASSIGNED, transfers=3, common_superior_id=COLLECTOR_AHMEDABAD)
    with pytest.raises(Refused, match="3 times"):
        decide(third, Action.TRANSFER, HEAD_MEENA, filled(), TODAY)
    assert decide(third, Action.TRANSFER, COLLECTOR_RAVI, filled(), TODAY).status is Status.REGISTERED
    final = replace(third, transfers=4, transfer_is_final=True)
    with pytest.raises(Refused, match="finally"):
        decide(final, Action.TRANSFER, COLLECTOR_RAVI, filled(), TODAY)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"office_id": MAMLATDAR_DHOLKA}, "office"),
        ({"office_id": TDO_DHOLKA}, "office"),
        ({"office_id": None}, "office"),
    ],
    ids=["to itself", "to the accused office", "to nowhere"],
)
def test_a_transfer_goes_to_another_office_that_is_not_complained_against(
    given: dict[str, int | None], field: str
) -> None:
    case = case_in(Status.ASSIGNED, accused_office_id=TDO_DHOLKA)
    with pytest.raises(Invalid) as refused:
        decide(case, Action.TRANSFER, HEAD_MEENA, replace(filled(), **given), TODAY)  # type: ignore[arg-type]
    assert field in refused.value.errors


def test_an_officer_may_take_a_case_but_not_give_it_to_another() -> None:
    mine = replace(filled(), officer_person_id=OFFICER_HANSA.person_id)
    case = case_in(Status.REGISTERED, officer_person_id=None)
    assert decide(case, Action.ASSIGN, OFFICER_HANSA, mine, TODAY).status is Status.ASSIGNED
    with pytest.raises(Forbidden):
        decide(case, Action.ASSIGN, OFFICER_HANSA, filled(), TODAY)


def test_a_clarification_pauses_the_clock_and_may_be_asked_twice_a_cycle() -> None:
    case = case_in(Status.ASSIGNED)
    step = decide(case, Action.SEEK_CLARIFICATION, OFFICER_BHARAT, filled(), TODAY)
    assert step.clock_state is ClockState.PAUSED
    with pytest.raises(Refused, match="2 times"):
        decide(replace(case, clarifications=2), Action.SEEK_CLARIFICATION, OFFICER_BHARAT, filled(), TODAY)
    waiting = case_in(Status.CLARIFICATION_SOUGHT, clock_state=ClockState.PAUSED)
    assert decide(waiting, Action.CLARIFY, KANTA, filled(), TODAY).clock_state is ClockState.RUNS


def test_what_is_missing_is_named_field_by_field_and_all_at_once() -> None:
    case = case_in(Status.ACTION_REPORTED, reporter_id=OFFICER_BHARAT.person_id)
    with pytest.raises(Invalid) as refused:
        decide(case, Action.DISPOSE, HEAD_MEENA, Given(texts={Need.REASON: "done"}), TODAY)
    assert set(refused.value.errors) == {"outcome", "reason"}


@pytest.mark.parametrize("expected", [TODAY, date(2020, 1, 1)])
def test_an_interim_reply_expects_an_answer_after_today(expected: date) -> None:
    with pytest.raises(Invalid) as refused:
        decide(
            case_in(Status.ASSIGNED),
            Action.INTERIM_REPLY,
            OFFICER_BHARAT,
            replace(filled(), expected_on=expected),
            TODAY,
        )
    assert set(refused.value.errors) == {"expected_on"}


def test_who_disposed_does_not_decide_the_appeal() -> None:
    case = case_in(Status.UNDER_APPEAL, disposer_id=COLLECTOR_RAVI.person_id)
    assert Action.ALLOW_APPEAL not in actions(case, COLLECTOR_RAVI)
    with pytest.raises(Forbidden):
        decide(case, Action.DISMISS_APPEAL, COLLECTOR_RAVI, filled(), TODAY)


def test_closing_against_the_complainant_needs_a_reopened_case() -> None:
    asked = replace(filled(), proposed=Proposed.CLOSE_AGAINST)
    with pytest.raises(Invalid):
        decide(case_in(Status.ASSIGNED), Action.PROPOSE, HEAD_MEENA, asked, TODAY)
    assert decide(case_in(Status.ASSIGNED, cycle=2), Action.PROPOSE, HEAD_MEENA, asked, TODAY)
