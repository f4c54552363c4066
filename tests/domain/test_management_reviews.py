"""Management reviews: which inputs there are, what cannot be signed, and when a decision is late."""

from datetime import UTC, date, datetime

import pytest

from swagat.domain.management_reviews import (
    ASKED,
    INPUTS,
    DecisionKind,
    DecisionState,
    fault_of_period,
    faults_of_decision,
    faults_of_notes,
    faults_of_signing,
    state_of,
)
from swagat.domain.quality.indicators import INDICATORS

TODAY = date(2026, 8, 5)
DECIDED = "A board with the days stands at the door from September on."


def test_every_input_of_the_clause_is_there_once_and_in_its_order() -> None:
    parts = [one.part for one in INPUTS]
    assert parts == ["a", "b", "c 1", "c 2", "c 3", "c 4", "c 5", "c 6", "c 7", "d", "e", "f"]
    assert len({one.code for one in INPUTS}) == len(INPUTS)


def test_what_the_system_cannot_know_is_asked_for_and_nothing_else() -> None:
    assert {one.part for one in INPUTS if one.is_asked} == {"b", "c 7", "d", "e", "f"}
    assert not [one for one in INPUTS if one.is_asked and one.figures]


def test_every_figure_that_a_review_looks_at_is_one_of_the_program() -> None:
    assert {code for one in INPUTS for code in one.figures} <= set(INDICATORS)


@pytest.mark.parametrize(
    ("first", "last", "is_good"),
    [
        (date(2026, 7, 1), date(2026, 7, 1), True),
        (date(2025, 8, 1), date(2026, 7, 1), True),
        (date(2025, 7, 1), date(2026, 7, 1), False),
        (date(2026, 7, 1), date(2026, 6, 1), False),
        (date(2026, 7, 1), date(2026, 8, 1), False),
    ],
)
def test_a_review_looks_at_one_year_at_most_that_has_ended(first: date, last: date, is_good: bool) -> None:
    assert (fault_of_period(first, last, TODAY) is None) is is_good


def test_minutes_without_words_or_without_a_decision_are_not_signed() -> None:
    assert set(faults_of_signing("", 0)) == {"minutes", "text"}
    assert set(faults_of_signing("We talked about it.", 0)) == {"text"}
    assert faults_of_signing("We talked about it.", 1) == {}


def test_what_is_too_long_is_said_by_its_field() -> None:
    assert set(faults_of_notes({ASKED[0]: "x" * 2001, ASKED[1]: "x" * 2000}, "x" * 10_001)) == {
        f"input_{ASKED[0]}",
        "minutes",
    }


@pytest.mark.parametrize(
    ("text", "kind", "owner_id", "due_on", "fields"),
    [
        (DECIDED, DecisionKind.CHANGE, 1, TODAY, set()),
        ("", None, None, None, {"text", "kind", "owner", "due_on"}),
        ("x" * 2001, DecisionKind.CHANGE, 1, TODAY, {"text"}),
        (DECIDED, DecisionKind.CHANGE, 1, date(2026, 8, 4), {"due_on"}),
    ],
)
def test_a_decision_says_what_who_and_by_when(
    text: str, kind: DecisionKind | None, owner_id: int | None, due_on: date | None, fields: set[str]
) -> None:
    assert set(faults_of_decision(text, kind, owner_id, due_on, TODAY)) == fields


@pytest.mark.parametrize(
    ("due_on", "done_at", "state"),
    [
        (TODAY, None, DecisionState.OPEN),
        (date(2026, 8, 4), None, DecisionState.LATE),
        (date(2026, 8, 4), datetime(2026, 8, 5, tzinfo=UTC), DecisionState.CARRIED_OUT),
    ],
)
def test_a_decision_is_late_from_the_day_after_its_day(
    due_on: date, done_at: datetime | None, state: DecisionState
) -> None:
    assert state_of(due_on, done_at, TODAY) is state
