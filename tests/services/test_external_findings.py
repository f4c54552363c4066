"""Findings of the certification body: recorded, answered, sent back, accepted, and read by who may."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from swagat.database import db, transaction
from swagat.domain.errors import AlreadyDone, Invalid
from swagat.domain.external_findings import Effect, FindingState, FindingStep, Severity
from swagat.domain.mandates import Mandate
from swagat.domain.nonconformities import Source
from swagat.domain.roles import Actor, Role
from swagat.models import ExternalFinding, ExternalFindingStep, Nonconformity
from swagat.services import documents, external_findings
from swagat.services.external_findings import Found, Next, take
from tests.builders import RULES, Cast, day, post
from tests.conftest import statements
from tests.files.pdfs import pdf
from tests.services.given_certificates import (
    ANSWER,
    SURVEYED,
    TEXT,
    VISIT,
    count,
    found,
    shown,
    surveyed,
)
from tests.services.planned_audits import post_manager

FEBRUARY_2027, DECEMBER_2026 = date(2027, 2, 1), date(2026, 12, 1)
ANSWERED = Next(FindingStep.ANSWERED, 0, answer=ANSWER)


@pytest.fixture
def manager(cast: Cast) -> Actor:
    return post_manager()


def test_a_finding_from_the_audit_to_its_acceptance(cast: Cast, manager: Actor) -> None:
    certificate_id = surveyed(manager)
    number = found(manager, certificate_id)
    one = shown(manager, certificate_id).finding(number)
    assert (one.due_on, one.state) == (date(2027, 4, 20), FindingState.OPEN)
    assert shown(manager, certificate_id).effect is Effect.WATCHED
    assert shown(manager, certificate_id, date(2027, 4, 21)).effect is Effect.AT_RISK
    paper = documents.prepare(pdf(), "board.pdf", is_evidence=False)
    take(cast.meena, certificate_id, number, ANSWERED, day(VISIT), ("a" * 64, paper))
    take(manager, certificate_id, number, Next(FindingStep.RETURNED, 1, note="The photograph is old."), day(VISIT))
    take(manager, certificate_id, number, Next(FindingStep.EXTENDED, 2, due_on=date(2027, 5, 1)), day(VISIT))
    take(cast.meena, certificate_id, number, replace(ANSWERED, seen=3), day(VISIT))
    take(manager, certificate_id, number, Next(FindingStep.ACCEPTED, 4, accepted_by="Vikram Rao"), day(VISIT))
    one = shown(cast.auditor, certificate_id).finding(number)
    assert one.state is FindingState.CLOSED
    assert one.due_on == date(2027, 5, 1)
    assert [paper.name for paper in one.papers] == ["board.pdf"]
    assert [step.kind for step in one.steps][-1] is FindingStep.ACCEPTED
    assert shown(manager, certificate_id).effect is Effect.NONE


@pytest.mark.parametrize(
    ("step", "fields"),
    [
        (Next(FindingStep.ANSWERED, 0), {"correction", "cause", "evidence"}),
        (Next(FindingStep.ACCEPTED, 0, accepted_by="Vikram Rao"), {"step"}),
        (Next(FindingStep.EXTENDED, 0), {"due_on"}),
        (Next(FindingStep.EXTENDED, 0, due_on=date(2027, 1, 19)), {"due_on"}),
        (replace(ANSWERED, on_day=date(2027, 1, 19)), {"on_day"}),
        (replace(ANSWERED, on_day=date(2027, 1, 31)), {"on_day"}),
    ],
)
def test_a_step_that_cannot_be_is_said_by_field(cast: Cast, manager: Actor, step: Next, fields: set[str]) -> None:
    certificate_id = surveyed(manager)
    number = found(manager, certificate_id)
    with pytest.raises(Invalid) as refusal:
        take(manager, certificate_id, number, step, day(VISIT))
    assert set(refusal.value.errors) == fields
    assert count(ExternalFindingStep) == 0


def test_a_finding_names_an_audit_of_its_certificate_and_a_clause_and_comes_once(cast: Cast, manager: Actor) -> None:
    certificate_id = surveyed(manager)
    audit_id = shown(manager, certificate_id).audits[0].id
    for wrong, field in (
        ({"audit_id": 99}, "audit"),
        ({"clause": "42"}, "clause"),
        ({"text": "short"}, "text"),
        ({"due_on": date(2027, 1, 1)}, "due_on"),
    ):
        one = replace(Found(audit_id, Severity.MINOR, "8.2.1", TEXT), **wrong)
        with pytest.raises(Invalid) as refusal:
            external_findings.record(manager, certificate_id, one, day(VISIT), RULES)
        assert set(refusal.value.errors) == {field}
    assert found(manager, certificate_id) == 1
    with pytest.raises(AlreadyDone):
        found(manager, certificate_id)
    assert found(manager, certificate_id, text="The register lies open.") == 2
    assert count(ExternalFinding) == 2


def test_the_facts_are_for_everybody_and_the_findings_for_who_reads_the_evidence(cast: Cast, manager: Actor) -> None:
    certificate_id = surveyed(manager)
    found(manager, certificate_id)
    with transaction() as session:
        mehsana = post(session, "mehsana", "MAM-3787", Role.SUPERVISOR)
    narrow = replace(cast.auditor, mandate=Mandate(None, date(2026, 3, 1), DECEMBER_2026))
    for reader in (manager, cast.administrator, cast.auditor, cast.meena, cast.collector):
        page = shown(reader, certificate_id)
        assert [one.text for one in page.findings] == [TEXT]
        assert page.audits[0].auditor == "Vikram Rao"
    elsewhere = replace(manager, state_id=(manager.state_id or 0) + 1)
    for stranger in (None, elsewhere, cast.bharat, cast.ramila, mehsana, cast.development_officer, narrow):
        page = shown(stranger, certificate_id)
        assert page.findings == []
        assert page.audits[0].auditor == ""
        assert page.audits[0].done_on == SURVEYED.done_on


def test_the_page_of_a_certificate_costs_as_much_with_many_findings_as_with_one(cast: Cast, manager: Actor) -> None:
    certificate_id = surveyed(manager)
    numbers = [found(manager, certificate_id)]
    costs = []
    for text in ("The register lies open.", "The bell does not ring."):
        take(manager, certificate_id, numbers[-1], ANSWERED, day(VISIT))
        with statements() as asked:
            shown(manager, certificate_id)
        costs.append(len(asked))
        numbers.append(found(manager, certificate_id, text=text))
    assert costs == [10, 10]
    with statements() as asked:
        shown(None, certificate_id)
    assert len(asked) == 5


@pytest.mark.parametrize(
    ("severity", "opened"), [(Severity.MAJOR, True), (Severity.MINOR, True), (Severity.OBSERVATION, False)]
)
def test_what_does_not_conform_is_followed_up_here_in_the_words_of_the_body(
    manager: Actor, severity: Severity, opened: bool
) -> None:
    found(manager, surveyed(manager), severity)
    rows = db.session.scalars(select(Nonconformity)).all()
    assert [(one.source, one.severity.value) for one in rows] == [(Source.EXTERNAL_AUDIT, severity.value)] * opened
    finding = db.session.scalars(select(ExternalFinding)).one()
    assert finding.nonconformity == (rows[0].number if rows else "")
    assert all(finding.text in one.statement for one in rows)
