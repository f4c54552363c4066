"""The table of steps of a nonconformity, walked whole: who may do what when, and that every way leads to an end."""

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swagat.domain.errors import Forbidden, Refused
from swagat.domain.nonconformities import (
    CLOCKS,
    ENDED,
    ROWS,
    RUNNING,
    STEPS,
    Party,
    Position,
    Stage,
    Standing,
    Step,
    after,
    checked,
    offered,
    parties_of,
    replayed,
)
from swagat.domain.roles import SYSTEM, Actor, Role
from tests.cast import COLLECTOR_AHMEDABAD, EVERYBODY, MAMLATDAR_DHOLKA, SECRETARY_REVENUE

TODAY = date(2026, 12, 4)
QUALITY_HERE = Actor(Role.QUALITY_MANAGER, person_id=9, posting_id=9, office_id=MAMLATDAR_DHOLKA, state_id=1)
QUALITY_ELSEWHERE = Actor(Role.QUALITY_MANAGER, person_id=10, posting_id=10, office_id=11, state_id=1)
PEOPLE = EVERYBODY | {"quality manager here": QUALITY_HERE, "quality manager elsewhere": QUALITY_ELSEWHERE}
# Dholka's Mamlatdar stands below the Collector and the Secretary; Bharat owns the action.
ABOVE = (COLLECTOR_AHMEDABAD, SECRETARY_REVENUE)


def standing(stage: Stage, **more: object) -> Standing:
    facts: dict[str, object] = {"owner_posting_id": 2, "owner_person_id": 2, "check_from": TODAY}
    return Standing(stage, MAMLATDAR_DHOLKA, MAMLATDAR_DHOLKA, **(facts | more))  # type: ignore[arg-type]


def position(actor: Actor) -> Position:
    return Position(is_above=actor.office_id in ABOVE)


def steps_of(actor: Actor, how: Standing) -> set[Step]:
    return {row.step for row in offered(actor, how, position(actor), TODAY)}


MEENA, BHARAT = {"head Meena"}, {"officer Bharat"}
JUDGES = {"collector Ravi", "secretary Asha", "quality manager here"}
ANY_HEAD = MEENA | JUDGES
WHO: dict[Stage, dict[Step, set[str]]] = {
    Stage.OPENED: {Step.CORRECT: MEENA, Step.PROPOSE_CANCEL: ANY_HEAD},
    Stage.CORRECTED: {Step.FIND_CAUSE: MEENA, Step.PROPOSE_CANCEL: ANY_HEAD},
    Stage.CAUSE_FOUND: {Step.PLAN: MEENA, Step.PROPOSE_CANCEL: ANY_HEAD},
    Stage.ACTION_PLANNED: {
        Step.REPORT_DONE: BHARAT,
        Step.REPLAN: MEENA | {"collector Ravi", "secretary Asha"},
        Step.PROPOSE_CANCEL: ANY_HEAD,
    },
    Stage.ACTION_DONE: {
        Step.FIND_EFFECTIVE: JUDGES,
        Step.FIND_NOT_EFFECTIVE: JUDGES,
        Step.PROPOSE_CANCEL: ANY_HEAD,
    },
    Stage.EFFECTIVE: {Step.CLOSE: JUDGES},
    Stage.CLOSED: {},
    Stage.CANCELLED: {},
}


@pytest.mark.parametrize("stage", list(Stage))
@pytest.mark.parametrize("name", list(PEOPLE))
def test_at_each_stage_each_person_is_offered_what_the_table_says_and_no_more(stage: Stage, name: str) -> None:
    actor = PEOPLE[name]
    wanted = {step for step, who in WHO[stage].items() if name in who}
    if actor is SYSTEM and stage in RUNNING:
        wanted = {Step.ESCALATE}
    assert steps_of(actor, standing(stage)) == wanted


@pytest.mark.parametrize(("stage", "step", "name"), list(product(Stage, Step, PEOPLE)))
def test_what_is_not_offered_is_refused_and_what_is_offered_is_taken(stage: Stage, step: Step, name: str) -> None:
    actor, how = PEOPLE[name], standing(stage)
    if step in steps_of(actor, how):
        assert checked(step, actor, how, position(actor), TODAY).step is step
        return
    with pytest.raises(Refused):
        checked(step, actor, how, position(actor), TODAY)


def test_an_office_that_it_came_up_to_takes_the_steps_of_the_head_and_the_office_itself_still_may() -> None:
    risen = Standing(Stage.OPENED, MAMLATDAR_DHOLKA, COLLECTOR_AHMEDABAD)
    for name in ("head Meena", "collector Ravi"):
        assert Step.CORRECT in steps_of(PEOPLE[name], risen)
    assert Step.CORRECT not in steps_of(PEOPLE["secretary Asha"], risen)


def test_a_quality_manager_of_the_whole_state_acts_for_every_office_and_one_elsewhere_for_none() -> None:
    how = standing(Stage.EFFECTIVE)
    assert parties_of(QUALITY_ELSEWHERE, how, Position()) == frozenset()
    assert parties_of(QUALITY_ELSEWHERE, how, Position(is_of_state=True)) == {Party.QUALITY}


def test_the_owner_does_not_judge_whether_it_helped_in_whatever_post() -> None:
    owner = Actor(Role.SUPERVISOR, person_id=2, posting_id=77, office_id=COLLECTOR_AHMEDABAD, state_id=1)
    assert steps_of(owner, standing(Stage.ACTION_DONE)) == {Step.PROPOSE_CANCEL}
    with pytest.raises(Refused, match="somebody else than who did it"):
        checked(Step.FIND_EFFECTIVE, owner, standing(Stage.ACTION_DONE), position(owner), TODAY)


def test_before_its_months_have_ended_nobody_judges() -> None:
    early = standing(Stage.ACTION_DONE, check_from=TODAY + timedelta(days=1))
    assert steps_of(QUALITY_HERE, early) == {Step.PROPOSE_CANCEL}
    assert Step.FIND_EFFECTIVE in steps_of(QUALITY_HERE, standing(Stage.ACTION_DONE, check_from=None))


@pytest.mark.parametrize("stage", sorted(RUNNING - {Stage.EFFECTIVE}))
def test_while_a_cancellation_is_proposed_only_a_second_person_decides_and_nothing_else_goes_on(stage: Stage) -> None:
    proposed = standing(stage, proposer_id=QUALITY_HERE.person_id)
    assert steps_of(QUALITY_HERE, proposed) == set()
    assert steps_of(PEOPLE["head Meena"], proposed) == set()
    assert steps_of(PEOPLE["officer Bharat"], proposed) == set()
    assert steps_of(PEOPLE["collector Ravi"], proposed) == {Step.CANCEL, Step.KEEP}
    with pytest.raises(Refused, match="second person"):
        checked(Step.CANCEL, QUALITY_HERE, proposed, position(QUALITY_HERE), TODAY)


def test_a_step_of_another_is_forbidden_and_one_at_the_wrong_moment_refused() -> None:
    with pytest.raises(Forbidden):
        checked(Step.CORRECT, PEOPLE["auditor Falguni"], standing(Stage.OPENED), Position(), TODAY)
    with pytest.raises(Refused) as refusal:
        checked(Step.PLAN, PEOPLE["head Meena"], standing(Stage.OPENED), Position(), TODAY)
    assert not isinstance(refusal.value, Forbidden)


# The table as a whole


def test_every_step_has_one_row_and_every_stage_that_runs_has_a_date() -> None:
    assert sorted(row.step for row in STEPS) == sorted(Step)
    assert set(CLOCKS) == RUNNING


def test_every_stage_is_reached_and_every_one_that_runs_leads_to_the_end() -> None:
    ways = {(source, row.target) for row in STEPS for source in row.sources if row.target is not None}
    reached = {Stage.OPENED}
    while more := {target for source, target in ways if source in reached} - reached:
        reached |= more
    assert reached == set(Stage)
    ends = set(ENDED)
    while more := {source for source, target in ways if target in ends} - ends:
        ends |= more
    assert ends == set(Stage)


def test_nothing_leads_out_of_the_end() -> None:
    assert not [row.step for row in STEPS if row.sources & ENDED]


@given(st.lists(st.integers(0, 100), max_size=40))
def test_a_trail_replayed_gives_how_it_stands(choices: list[int]) -> None:
    trail, stage = [Step.OPEN], Stage.OPENED
    for choice in choices:
        rows = [row for row in STEPS if stage in row.sources]
        if not rows:
            break
        row = rows[choice % len(rows)]
        trail.append(row.step)
        stage = after(row, stage)
    assert replayed(trail) is stage
    assert replayed([]) is None


def test_a_trail_that_leaves_out_a_step_is_none() -> None:
    with pytest.raises(Refused):
        replayed([Step.OPEN, Step.FIND_CAUSE])
    assert after(ROWS[Step.CORRECT], Stage.OPENED) is Stage.CORRECTED
