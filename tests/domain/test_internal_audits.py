"""Internal audits: who may not make one, what a report needs, and the lot by which cases are drawn."""

import hashlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swagat.domain.internal_audits import (
    CHECKLIST,
    CODES,
    Answer,
    CaseFinding,
    Finding,
    Paper,
    Posted,
    fault_of_period,
    faults_of_draft,
    faults_of_report,
    seed_for,
    why_not_impartial,
)

APRIL, JUNE = date(2026, 4, 1), date(2026, 6, 1)
DHOLKA, BAVLA, SANAND = 1, 2, 3
SHOWN = "The board at the door still has the old days."
WHOLE = Paper(
    {code: Answer("conforms", "") for code in CODES}, {1: Answer("conforms", "")}, "All is well in this office."
)


@pytest.mark.parametrize(
    ("posted", "may"),
    [
        ([], True),
        ([Posted(SANAND, date(2020, 1, 1), None)], True),
        ([Posted(DHOLKA, date(2020, 1, 1), None)], False),
        ([Posted(DHOLKA, date(2020, 1, 1), date(2026, 3, 31))], True),
        ([Posted(DHOLKA, date(2020, 1, 1), date(2026, 4, 1))], False),
        ([Posted(DHOLKA, date(2026, 6, 30), None)], False),
        ([Posted(DHOLKA, date(2026, 7, 1), None)], True),
    ],
)
def test_who_was_posted_there_in_the_period_would_audit_their_own_work(posted: list[Posted], may: bool) -> None:
    assert (why_not_impartial(DHOLKA, BAVLA, posted, APRIL, JUNE) is None) is may


def test_nobody_audits_the_office_in_which_they_sit_whatever_the_period() -> None:
    assert why_not_impartial(DHOLKA, DHOLKA, [], APRIL, JUNE) is not None


@pytest.mark.parametrize(
    ("first", "last", "is_good"),
    [
        (APRIL, APRIL, True),
        (APRIL, JUNE, True),
        (JUNE, APRIL, False),
        (date(2023, 7, 1), JUNE, True),
        (date(2023, 6, 1), JUNE, False),
    ],
)
def test_a_period_runs_forward_and_is_three_years_at_most(first: date, last: date, is_good: bool) -> None:
    assert (fault_of_period(first, last) is None) is is_good


def test_the_checklist_names_each_question_once_and_asks_about_every_clause_an_auditor_looks_at() -> None:
    assert len(set(CODES)) == len(CODES)
    assert {"6.2", "7.5", "9.1.2", "9.1.3", "9.2", "9.3", "10.2"} <= {one.clause for one in CHECKLIST}


def test_a_whole_paper_can_be_reported() -> None:
    assert faults_of_report(WHOLE, 1) == {}


def test_an_empty_paper_can_be_kept_and_not_reported() -> None:
    empty = Paper({}, {}, "")
    assert faults_of_draft(empty) == {}
    assert set(faults_of_report(empty, 2)) == {
        *(f"finding_{code}" for code in CODES),
        "finding_case_1",
        "finding_case_2",
        "conclusion",
    }


@pytest.mark.parametrize("finding", list(Finding))
def test_what_is_not_as_it_should_be_needs_something_that_shows_it(finding: Finding) -> None:
    needs = finding not in (Finding.CONFORMS, Finding.NOT_APPLICABLE)
    for evidence, is_good in (("", not needs), ("too short", not needs), (SHOWN, True)):
        paper = Paper({**WHOLE.answers, "told": Answer(finding, evidence)}, WHOLE.cases, WHOLE.conclusion)
        assert (faults_of_report(paper, 1) == {}) is is_good
        assert is_good or set(faults_of_report(paper, 1)) == {"evidence_told"}


@pytest.mark.parametrize("finding", list(CaseFinding))
def test_a_case_that_does_not_conform_needs_it_too(finding: CaseFinding) -> None:
    paper = Paper(WHOLE.answers, {1: Answer(finding, "")}, WHOLE.conclusion)
    assert (faults_of_report(paper, 1) == {}) is (finding is CaseFinding.CONFORMS)


@pytest.mark.parametrize(
    ("paper", "field"),
    [
        (Paper({"told": Answer("splendid", "")}, {}, ""), "finding_told"),
        (Paper({"told": Answer("does_not", "")}, {}, ""), "finding_told"),
        (Paper({}, {3: Answer("minor", "")}, ""), "finding_case_3"),
        (Paper({"told": Answer(None, "x" * 2001)}, {}, ""), "evidence_told"),
        (Paper({}, {3: Answer(None, "x" * 2001)}, ""), "evidence_case_3"),
        (Paper({}, {}, "x" * 2001), "conclusion"),
    ],
)
def test_what_no_form_of_ours_sends_is_not_even_kept(paper: Paper, field: str) -> None:
    assert set(faults_of_draft(paper)) == {field}


@given(st.lists(st.binary(min_size=32, max_size=32)), st.randoms())
def test_the_seed_is_that_of_the_two_commands_whatever_order_the_digests_come_in(
    digests: list[bytes], chance: object
) -> None:
    lines = "".join(f"{line}\n" for line in ["swagat audit GJ IA-2026-001", *sorted(one.hex() for one in digests)])
    shuffled = list(digests)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert seed_for("GJ", "IA-2026-001", shuffled) == hashlib.sha256(lines.encode()).hexdigest()
