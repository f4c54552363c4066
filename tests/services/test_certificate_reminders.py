"""Reminders of certificates: before each audit, the last day and the answer to a finding, until it is done."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from swagat.database import db
from swagat.domain.certification import AuditKind, CertificateState, StepKind
from swagat.domain.external_findings import FindingStep
from swagat.domain.roles import Actor
from swagat.models import (
    CertificateReminder,
)
from swagat.services import certificates, certification_audits, quality_duties
from swagat.services.certificate_lists import certified, still_waiting
from swagat.services.certificates import Step
from swagat.services.external_findings import Next, take
from tests.builders import RULES, Cast, day, gujarat
from tests.services.given_certificates import (
    ANSWER,
    ENTRY,
    SURVEYED,
    TODAY,
    VISIT,
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


def reminders() -> list[tuple[str, int]]:
    rows = db.session.execute(
        select(CertificateReminder.clock, CertificateReminder.days_before).order_by(CertificateReminder.id)
    ).all()
    db.session.commit()
    return [(row[0], row[1]) for row in rows]


def test_reminders_come_sixty_and_thirty_days_before_and_on_the_day_and_stop_once_it_is_done(
    cast: Cast, manager: Actor
) -> None:
    certificate_id = entered(manager, at=150)
    assert quality_duties.sweep(day(162), RULES).fired == 0
    # The eleventh of December lies sixty days before the ninth of February.
    assert quality_duties.sweep(day(163), RULES).fired == 1
    assert quality_duties.sweep(day(193), RULES).fired == 1
    assert reminders() == [("surveillance_1", 60), ("surveillance_1", 30)]
    certification_audits.record_audit(manager, certificate_id, SURVEYED, day(VISIT))
    assert quality_duties.sweep(day(240), RULES).fired == 0
    number = found(manager, certificate_id)
    quality_duties.sweep(day(300), RULES)
    assert reminders()[2:] == [("answer", 60), ("answer", 30), ("answer", 0)]
    take(manager, certificate_id, number, ANSWERED, day(300))
    take(manager, certificate_id, number, Next(FindingStep.ACCEPTED, 1, accepted_by="Vikram Rao"), day(300))
    assert [one.clock for one in shown(manager, certificate_id).reminders][:1] == ["answer"]


def test_nothing_reminds_of_a_certificate_that_was_withdrawn(cast: Cast, manager: Actor) -> None:
    certificate_id = surveyed(manager)
    found(manager, certificate_id)
    withdrawn = Step(StepKind.WITHDRAWN, TODAY, "The office asked for it.", 0)
    certificates.record_step(manager, certificate_id, withdrawn, day(VISIT))
    before = reminders()
    quality_duties.sweep(day(VISIT + 1000), RULES)
    assert reminders() == before


def test_who_keeps_certificates_sees_of_what_they_were_reminded_until_it_is_done(cast: Cast, manager: Actor) -> None:
    certificate_id = entered(manager, at=150)

    def waits(at: float) -> list[tuple[str, date]]:
        quality_duties.sweep(day(at), RULES)
        on = date(2026, 7, 1) + timedelta(days=at)
        rows = certified(db.session(), on, state_id=gujarat())
        found_rows = [(one.clock, one.due_on) for one in still_waiting(db.session(), rows, gujarat())]
        db.session.commit()
        return found_rows

    assert waits(160) == []
    assert waits(200) == [("surveillance_1", date(2027, 2, 9))]
    certification_audits.record_audit(manager, certificate_id, SURVEYED, day(VISIT))
    assert waits(VISIT) == []
    number = found(manager, certificate_id)
    assert waits(300) == [("answer", date(2027, 4, 20))]
    more = Next(FindingStep.EXTENDED, 0, due_on=date(2027, 6, 30))
    take(manager, certificate_id, number, more, day(300))
    assert waits(302) == []
    assert waits(305) == [("answer", date(2027, 6, 30))]
    take(manager, certificate_id, number, Next(FindingStep.ANSWERED, 1, answer=ANSWER), day(305))
    take(manager, certificate_id, number, Next(FindingStep.ACCEPTED, 2, accepted_by="Vikram Rao"), day(305))
    assert waits(400) == []


def test_three_years_of_a_certificate_and_the_renewal(cast: Cast, manager: Actor) -> None:
    certificate_id = entered(manager)
    cycle = (
        (AuditKind.SURVEILLANCE_1, date(2027, 1, 20), CertificateState.SURVEILLANCE_DUE),
        (AuditKind.SURVEILLANCE_2, date(2028, 1, 12), CertificateState.SURVEILLANCE_DUE),
        (AuditKind.RECERTIFICATION, date(2028, 12, 20), CertificateState.RECERTIFICATION_DUE),
    )
    for kind, on, before in cycle:
        at = (on - date(2026, 7, 1)).days
        quality_duties.sweep(day(at), RULES)
        assert state(certificate_id, on) is before
        certification_audits.record_audit(manager, certificate_id, replace(SURVEYED, kind=kind, done_on=on), day(at))
        assert state(certificate_id, on) is CertificateState.VALID
    assert state(certificate_id, date(2029, 2, 9)) is CertificateState.LAPSED
    renewed = replace(ENTRY, cycle=2, number="IN-4800", decided_on=date(2029, 1, 22), expires_on=date(2032, 2, 8))
    new = entered(manager, renewed, (date(2029, 1, 22) - date(2026, 7, 1)).days)
    assert [(one.id, one.state) for one in certified(db.session(), date(2029, 2, 9))] == [(new, CertificateState.VALID)]
    db.session.commit()
    said = [clock for clock, _days in reminders()]
    assert said.count("surveillance_2") == 2
    assert said.count("recertification") == 1
    assert said.count("expiry") == 1
    quality_duties.sweep(day(1000), RULES)
    assert [clock for clock, _days in reminders()].count("expiry") == 1
