"""Certificates: entered once, audited, suspended and struck off."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from swagat.database import db
from swagat.domain.certification import AuditKind, CertificateState, StepKind
from swagat.domain.errors import AlreadyDone, Forbidden, Invalid, NotFound, Refused, Stale
from swagat.domain.external_findings import FindingStep, Severity
from swagat.domain.roles import Actor
from swagat.models import (
    Certificate,
    CertificatePaper,
)
from swagat.services import certificates, certification_audits, documents
from swagat.services.certificate_lists import certified
from swagat.services.certificate_papers import add_paper
from swagat.services.certificates import Step
from swagat.services.external_findings import Next, take
from tests.builders import Cast, day, gujarat
from tests.conftest import statements
from tests.files.pdfs import pdf
from tests.services.given_certificates import (
    ANSWER,
    ENTRY,
    SURVEYED,
    TODAY,
    VISIT,
    count,
    entered,
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


def state(certificate_id: int, on: date = TODAY) -> CertificateState:
    return shown(None, certificate_id, on).row.state


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"office": "MAM-0000"}, "office"),
        ({"edition": "iso9001-1887"}, "edition"),
        ({"number": " "}, "number"),
        ({"number": "x" * 61}, "number"),
        ({"scope": ENTRY.scope._replace(en="all")}, "scope_en"),
        ({"scope": ENTRY.scope._replace(gu="x" * 501)}, "scope_gu"),
        ({"body": ""}, "body"),
        ({"accreditation": "x" * 121}, "accreditation"),
        ({"cycle": 0}, "cycle"),
        ({"cycle": 41}, "cycle"),
        ({"expires_on": date(2026, 2, 8)}, "expires_on"),
        ({"expires_on": date(2029, 3, 1)}, "expires_on"),
        ({"decided_on": date(2027, 2, 28)}, "decided_on"),
    ],
)
def test_what_is_wrong_is_said_by_field_and_nothing_is_half_made(
    cast: Cast, manager: Actor, wrong: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        entered(manager, replace(ENTRY, **wrong))
    assert set(refusal.value.errors) == {field}
    assert count(Certificate) == 0


def test_a_certificate_is_entered_once_however_often_it_is_sent(cast: Cast, manager: Actor) -> None:
    entered(manager)
    with pytest.raises(AlreadyDone):
        entered(manager)
    with pytest.raises(Invalid) as refusal:
        entered(manager, replace(ENTRY, number="IN-4712"))
    assert set(refusal.value.errors) == {"cycle"}
    assert count(Certificate) == 1


def test_nobody_but_quality_managers_and_administrators_keeps_certificates(cast: Cast, manager: Actor) -> None:
    certificate_id = surveyed(manager)
    number = found(manager, certificate_id)
    for actor in (cast.meena, cast.bharat, cast.auditor, cast.ramila):
        with pytest.raises(Forbidden):
            entered(actor)
        with pytest.raises(Forbidden):
            certification_audits.record_audit(actor, certificate_id, SURVEYED, day(VISIT))
        with pytest.raises(Forbidden):
            certificates.record_step(
                actor, certificate_id, Step(StepKind.SUSPENDED, TODAY, "Asked for it.", 0), day(VISIT)
            )
        with pytest.raises(Forbidden):
            found(actor, certificate_id)
        with pytest.raises(Forbidden):
            take(actor, certificate_id, number, Next(FindingStep.EXTENDED, 0, due_on=TODAY), day(VISIT))


def test_the_first_surveillance_makes_a_certificate_valid_again(cast: Cast, manager: Actor) -> None:
    certificate_id = entered(manager)
    assert state(certificate_id) is CertificateState.SURVEILLANCE_DUE
    assert state(certificate_id, date(2027, 2, 10)) is CertificateState.SURVEILLANCE_MISSED
    certification_audits.record_audit(manager, certificate_id, SURVEYED, day(VISIT))
    assert state(certificate_id, date(2027, 2, 10)) is CertificateState.VALID
    audit = shown(manager, certificate_id).audits[0]
    assert (audit.due_on, audit.done_on) == (date(2027, 2, 9), date(2027, 1, 20))


def test_an_audit_is_recorded_once(cast: Cast, manager: Actor) -> None:
    certificate_id = surveyed(manager)
    with pytest.raises(AlreadyDone):
        certification_audits.record_audit(manager, certificate_id, SURVEYED, day(VISIT))
    with pytest.raises(Invalid) as refusal:
        certification_audits.record_audit(
            manager, certificate_id, replace(SURVEYED, done_on=date(2027, 1, 21)), day(VISIT)
        )
    assert set(refusal.value.errors) == {"kind"}
    with pytest.raises(Invalid) as refusal:
        certification_audits.record_audit(
            manager,
            certificate_id,
            replace(SURVEYED, kind=AuditKind.SPECIAL, auditor="", summary="x" * 2001),
            day(VISIT),
        )
    assert set(refusal.value.errors) == {"auditor", "summary"}


def test_a_certificate_is_suspended_restored_and_withdrawn_step_by_step(cast: Cast, manager: Actor) -> None:
    certificate_id = entered(manager)

    def step(kind: StepKind, seen: int, on: date = TODAY) -> None:
        certificates.record_step(manager, certificate_id, Step(kind, on, "The body wrote so.", seen), day(VISIT))

    step(StepKind.SUSPENDED, 0)
    assert state(certificate_id) is CertificateState.SUSPENDED
    with pytest.raises(Stale):
        step(StepKind.RESTORED, 0)
    with pytest.raises(Invalid):
        step(StepKind.RESTORED, 1, TODAY - timedelta(days=1))
    with pytest.raises(Invalid):
        step(StepKind.RESTORED, 1, TODAY + timedelta(days=1))
    with pytest.raises(Invalid):
        step(StepKind.SUSPENDED, 1)
    step(StepKind.RESTORED, 1)
    assert state(certificate_id) is CertificateState.SURVEILLANCE_DUE
    step(StepKind.WITHDRAWN, 2)
    assert state(certificate_id) is CertificateState.WITHDRAWN
    with pytest.raises(Refused):
        certification_audits.record_audit(manager, certificate_id, SURVEYED, day(VISIT))


def test_what_was_entered_by_mistake_is_struck_off_and_entered_again(cast: Cast, manager: Actor) -> None:
    certificate_id = entered(manager)
    struck = Step(StepKind.STRUCK, TODAY, "It is of another office.", 0)
    certificates.record_step(manager, certificate_id, struck, day(VISIT))
    with pytest.raises(NotFound):
        shown(None, certificate_id)
    assert shown(manager, certificate_id).steps[0].reason == "It is of another office."
    assert certified(db.session(), TODAY) == []
    db.session.commit()
    again = entered(manager)
    assert [one.id for one in certified(db.session(), TODAY)] == [again]


def test_the_next_cycle_takes_the_place_of_the_last(cast: Cast, manager: Actor) -> None:
    old = entered(manager, replace(ENTRY, decided_on=date(2023, 12, 1), expires_on=date(2026, 11, 30)))
    new = entered(
        manager, replace(ENTRY, number="IN-4800", cycle=2, decided_on=date(2026, 11, 2), expires_on=date(2029, 11, 30))
    )
    assert [one.id for one in certified(db.session(), TODAY)] == [new]
    db.session.commit()
    assert shown(None, old).row.cycle == 1


def test_a_major_finding_bars_the_next_cycle_until_it_is_closed(cast: Cast, manager: Actor) -> None:
    certificate_id = surveyed(manager, replace(ENTRY, decided_on=date(2025, 1, 30), expires_on=date(2028, 1, 29)))
    number = found(manager, certificate_id, Severity.MAJOR)
    following = replace(ENTRY, cycle=2, decided_on=TODAY, expires_on=date(2030, 1, 29), number="IN-4800")
    with pytest.raises(Invalid) as refusal:
        entered(manager, replace(following, cycle=2))
    assert set(refusal.value.errors) == {"cycle"}
    take(manager, certificate_id, number, ANSWERED, day(VISIT))
    take(manager, certificate_id, number, Next(FindingStep.ACCEPTED, 1, accepted_by="Vikram Rao"), day(VISIT))
    entered(manager, following)


def test_papers_of_certificates_are_kept_from_the_sweep_and_come_once(cast: Cast, manager: Actor) -> None:
    certificate_id = entered(manager)
    paper = documents.prepare(pdf(), "certificate.pdf", is_evidence=False)
    for _press in range(2):
        add_paper(manager, certificate_id, "b" * 64, paper, day(VISIT))
    assert count(CertificatePaper) == 1
    assert documents.referenced_digests(db.session(), ["b" * 64, "c" * 64]) == {"b" * 64}


def test_the_list_costs_three_statements_however_long_it_is(cast: Cast, manager: Actor) -> None:
    for number, office in enumerate(("MAM-3783", "MAM-3784", "COLL-438")):
        entered(manager, replace(ENTRY, office=office, number=f"IN-{number}"))
    with statements() as asked:
        found_rows = certified(db.session(), TODAY, state_id=gujarat())
    assert len(found_rows) == 3
    assert len(asked) == 3
