"""Findings of the certification body: who has the next word, until when, and what they do to a certificate."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swagat.domain.external_findings import (
    MAY_FOLLOW,
    Answer,
    Effect,
    FindingState,
    FindingStep,
    Severity,
    Weighed,
    due_by_default,
    effect_of,
    fault_of_due,
    faults_of_answer,
    is_late,
    state_after,
)

FOUND = date(2027, 1, 20)
DUE = date(2027, 4, 20)
OPEN, ANSWERED, CLOSED = FindingState
MAJOR, MINOR, OBSERVATION = Severity
WHOLE = Answer("The board at the door was changed.", "Nobody was told to change it.", "A photograph of the board.")


@pytest.mark.parametrize(("severity", "due_on"), [(MAJOR, DUE), (MINOR, DUE), (OBSERVATION, None)])
def test_a_nonconformity_is_answered_within_ninety_days(severity: Severity, due_on: date | None) -> None:
    assert due_by_default(severity, FOUND) == due_on


@pytest.mark.parametrize(
    ("steps", "state"),
    [
        ((), OPEN),
        ((FindingStep.EXTENDED,), OPEN),
        ((FindingStep.ANSWERED,), ANSWERED),
        ((FindingStep.ANSWERED, FindingStep.EXTENDED), ANSWERED),
        ((FindingStep.ANSWERED, FindingStep.RETURNED), OPEN),
        ((FindingStep.ANSWERED, FindingStep.RETURNED, FindingStep.ANSWERED, FindingStep.ACCEPTED), CLOSED),
    ],
)
def test_who_has_the_next_word(steps: Sequence[FindingStep], state: FindingState) -> None:
    assert state_after(steps) is state


def test_what_is_closed_stays_closed_and_everything_else_has_a_way_on() -> None:
    assert MAY_FOLLOW[CLOSED] == ()
    assert all(MAY_FOLLOW[state] for state in (OPEN, ANSWERED))


@pytest.mark.parametrize(
    ("findings", "effect"),
    [
        ([], Effect.NONE),
        ([Weighed(OBSERVATION, OPEN, None)], Effect.NONE),
        ([Weighed(OBSERVATION, OPEN, DUE - timedelta(days=2))], Effect.AT_RISK),
        ([Weighed(MINOR, OPEN, DUE)], Effect.WATCHED),
        ([Weighed(MINOR, ANSWERED, DUE - timedelta(days=2))], Effect.AT_RISK),
        ([Weighed(MAJOR, ANSWERED, DUE)], Effect.AT_RISK),
        ([Weighed(MAJOR, CLOSED, DUE - timedelta(days=2))], Effect.NONE),
        ([Weighed(MAJOR, CLOSED, DUE), Weighed(MINOR, OPEN, DUE)], Effect.WATCHED),
    ],
)
def test_what_findings_mean_for_the_certificate(findings: list[Weighed], effect: Effect) -> None:
    assert effect_of(findings, DUE - timedelta(days=1)) is effect


@given(st.lists(st.builds(Weighed, st.sampled_from(Severity), st.sampled_from(FindingState), st.dates())), st.dates())
def test_a_certificate_without_open_findings_is_never_at_risk(findings: list[Weighed], day: date) -> None:
    closed = [one._replace(state=CLOSED) for one in findings]
    assert effect_of(closed, day) is Effect.NONE
    if any(is_late(one, day) for one in findings):
        assert effect_of(findings, day) is Effect.AT_RISK


@pytest.mark.parametrize(
    ("due_on", "is_wrong"),
    [(FOUND, False), (FOUND - timedelta(days=1), True), (DUE, False), (FOUND + timedelta(days=367), True)],
)
def test_the_last_day_of_a_finding_is_checked(due_on: date, is_wrong: bool) -> None:
    assert (fault_of_due(FOUND, due_on) is not None) is is_wrong


@pytest.mark.parametrize(
    ("answer", "severity", "fields"),
    [
        (WHOLE, MAJOR, set()),
        (Answer("", "", ""), MINOR, {"correction", "cause", "evidence"}),
        (Answer(WHOLE.correction, "", ""), OBSERVATION, set()),
        (Answer("short", "", ""), OBSERVATION, {"correction"}),
        (Answer(WHOLE.correction, "x" * 2001, WHOLE.evidence), MINOR, {"cause"}),
        (Answer(WHOLE.correction, WHOLE.cause, "x" * 2001), OBSERVATION, {"evidence"}),
    ],
)
def test_what_an_answer_needs(answer: Answer, severity: Severity, fields: set[str]) -> None:
    assert set(faults_of_answer(answer, severity)) == fields
