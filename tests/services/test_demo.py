"""The demo is made of real use cases: what it shows could have happened, and its register holds."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import func, select

from config import ROOT
from swagat import create_app
from swagat.cli import demo as demo_command
from swagat.database import db, transaction
from swagat.domain.certification import CertificateState
from swagat.domain.external_findings import FindingStep
from swagat.domain.nonconformities import Source, Stage
from swagat.domain.quality.measures import Measure
from swagat.domain.quality.signals import SignalKind
from swagat.domain.redressal import permitted
from swagat.domain.workflow import Action
from swagat.models import (
    Absence,
    Certificate,
    ExternalFinding,
    ExternalFindingStep,
    Grievance,
    GrievanceEvent,
    InternalAudit,
    ManagementReview,
    Nonconformity,
    Office,
    Person,
    QualityObjective,
    ReviewDecision,
    Scope,
    Signal,
)
from swagat.services import (
    catalogue,
    count_checks,
    demo,
    grading_adoptions,
    nonconformities,
    nonconformity_trail,
    reference,
    registers,
    routing_check,
    scope,
    tallies,
)
from swagat.services.certificate_lists import certified
from swagat.services.demo_certificates import AHMEDABAD
from swagat.services.demo_ladder import send_on_leave
from swagat.services.demo_people import staff
from swagat.services.facts import case_of
from swagat.services.tallies import Period, Where
from tests.builders import Cast, office
from tests.conftest import settings_for

NOON = datetime(2026, 7, 15, 6, 30, tzinfo=UTC)

# A process that runs some of these tests builds the demo for them: so all of them are left to one.
pytestmark = pytest.mark.xdist_group("demo")


@pytest.fixture(scope="module")
def built(
    backend: str, template: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Flask, demo.DemoReport]]:
    """An app on a database with twelve days of the demo, which its tests only read, and the report of the building."""
    app = create_app(settings_for(template("demo"), tmp_path_factory.mktemp("demo")))
    with app.app_context():
        assert reference.load(ROOT / "swagat" / "reference", NOON, villages=False).ok
        report = demo.build(NOON, app.extensions["rules"], b"k" * 40, days=12)
        db.session.remove()
    yield app, report
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def report(built: tuple[Flask, demo.DemoReport]) -> Iterator[demo.DemoReport]:
    """The report of the building, in the context of the app on that database."""
    with built[0].app_context():
        yield built[1]
        db.session.remove()


def test_the_demo_drives_people_and_offices_through_the_real_use_cases(report: demo.DemoReport) -> None:
    assert report.ok
    assert report.refused == []
    actions = set(db.session.scalars(select(GrievanceEvent.action).distinct()))
    assert {Action.FILE, Action.ASSIGN, Action.REPORT_ACTION, Action.DISPOSE} <= actions
    assert registers.verify().ok
    assert report.imported > 2000
    assert db.session.scalar(select(func.count()).select_from(Grievance)) == report.cases + report.imported


def test_the_demo_has_figures_that_are_the_sum_of_its_register(report: demo.DemoReport) -> None:
    received = 0
    for state in catalogue.states():
        period = Period(date(2000, 1, 1), date(2100, 1, 1))
        tally = tallies.tally(db.session(), Where(state.id, Scope.STATE, state.id), period)
        received += sum(tally.get(Measure.RECEIVED, {}).values())
        assert tallies.as_of(db.session(), state.id).uncounted == 0
    assert received == report.cases + report.imported
    assert count_checks.recount_all(NOON).ok


def test_the_demo_has_nonconformities_at_different_stages_one_late_and_one_that_helped(
    report: demo.DemoReport, built: tuple[Flask, demo.DemoReport]
) -> None:
    session, rules = db.session(), built[0].extensions["rules"]
    rows = session.scalars(select(Nonconformity).where(Nonconformity.source == Source.BY_HAND)).all()
    assert {one.stage for one in rows} == {Stage.OPENED, Stage.ACTION_PLANNED, Stage.ACTION_DONE}
    assert [one.escalations for one in rows if one.stage is Stage.OPENED] == [2]
    judged = next(one for one in rows if one.stage is Stage.ACTION_DONE)
    effect = nonconformities.effect_of(session, judged, rules)
    assert effect is not None
    assert all(nonconformity_trail.is_whole(session, one) for one in rows)


def test_the_demo_asks_the_office_that_games_and_no_other(report: demo.DemoReport) -> None:
    found = db.session.execute(select(Office.code, Signal.kind).join(Office, Office.id == Signal.office_id)).all()
    assert len(found) >= 3
    assert {tuple(one) for one in found} == {("MAM-3780", SignalKind.BUNCHED)}


def test_the_demo_has_the_certified_police_of_balaghat_and_a_cmo_and_marks_them_as_invented(
    report: demo.DemoReport,
) -> None:
    rows = certified(db.session(), NOON.date())
    assert report.certified == len(rows) == 33 + len(AHMEDABAD)
    assert all(one.is_invented for one in rows)
    police = [one for one in rows if one.number.startswith("NSC-IN-26-")]
    assert len(police) == 32
    assert {one.days.decided_on for one in police} == {date(2026, 2, 9)}
    cmo = next(one for one in rows if one.office_code == "DEMO-CMO")
    assert (cmo.cycle, cmo.state) == (6, CertificateState.RECERTIFICATION_DUE)


def test_only_the_printed_people_of_the_demo_can_sign_in(report: demo.DemoReport) -> None:
    can = set(db.session.scalars(select(Person.login).where(Person.password_hash.is_not(None))))
    printed = " ".join(demo.sign_ins())
    assert can
    assert all(login in printed for login in can)
    assert demo.PASSWORD in printed


def test_in_the_demo_every_category_of_every_taluka_reaches_one_office_with_people(report: demo.DemoReport) -> None:
    check = routing_check.check(NOON)
    assert check.ok, check.lines()[:10]


def test_in_the_demo_a_head_at_every_level_above_has_cases_to_decide_and_direct(
    report: demo.DemoReport, built: tuple[Flask, demo.DemoReport]
) -> None:
    heads = staff(db.session()).heads
    can: dict[int, set[Action]] = {}
    for grievance in db.session.scalars(
        select(Grievance).where(Grievance.is_open, Grievance.answerable_office_id != Grievance.office_id)
    ):
        head = heads[grievance.answerable_office_id]
        seen = scope.load(db.session(), head, str(grievance.registration_number))
        rows = permitted(case_of(db.session(), seen, built[0].extensions["rules"]), head)
        can.setdefault(grievance.level, set()).update(row.action for row in rows)
    assert set(can) == {2, 3, 4, 5, 6}
    for level, actions in can.items():
        wanted = {Action.DISPOSE, Action.DIRECT, Action.ASSIGN, Action.ACCEPT_DIRECTION, Action.GIVE_TIME}
        assert {Action.DISPOSE} <= actions, level
        assert len(wanted & actions) > 1, level


def test_a_head_goes_on_leave_also_while_it_is_still_yesterday_in_greenwich(cast: Cast) -> None:
    after_midnight = datetime(2026, 7, 15, 20, 0, tzinfo=UTC)
    send_on_leave(db.session(), "MAM-3783", {office("MAM-3783"): cast.meena}, after_midnight)
    (kept,) = db.session.scalars(select(Absence)).all()
    assert kept.begins_on == date(2026, 7, 16)


def test_without_a_demo_no_sign_in_is_printed(app: Flask) -> None:
    assert demo.sign_ins() == []


def test_the_command_refuses_a_database_in_which_somebody_is(app: Flask) -> None:
    with transaction() as session:
        session.add(Person(login="first", name_en="First"))
    result = app.test_cli_runner().invoke(demo_command)
    assert result.exit_code == 1
    assert "not empty" in result.output


def test_the_command_refuses_a_production_installation(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "SWAGAT_ENV", "production")
    result = app.test_cli_runner().invoke(demo_command)
    assert result.exit_code == 1
    assert "production" in result.output


@pytest.mark.usefixtures("report")
def test_the_offices_of_the_demo_are_graded_by_a_formula_adopted_before_its_months() -> None:
    state_id = catalogue.state_named("GJ").id
    adopted = grading_adoptions.history(db.session(), state_id)
    assert grading_adoptions.in_force(adopted, NOON.date().replace(day=1)) == adopted[0]
    assert adopted[0].view is not None
    assert adopted[0].adopted_at.date() < adopted[0].first_month == date(2025, 1, 1)


def test_dholka_has_a_certificate_a_closed_finding_objectives_an_audit_and_a_signed_review(
    report: demo.DemoReport,
) -> None:
    session, dholka = db.session(), office("MAM-3783")
    certificate = session.scalars(select(Certificate).where(Certificate.office_id == dholka)).one()
    assert (certificate.is_invented, certificate.expires_on > NOON.date()) == (True, True)
    finding = session.scalars(select(ExternalFinding).where(ExternalFinding.certificate_id == certificate.id)).one()
    steps = session.scalars(select(ExternalFindingStep).where(ExternalFindingStep.finding_id == finding.id)).all()
    assert [one.kind for one in steps] == [FindingStep.ANSWERED, FindingStep.ACCEPTED]
    assert finding.due_on is not None
    assert steps[-1].on_day <= finding.due_on
    assert len(session.scalars(select(QualityObjective).where(QualityObjective.office_id == dholka)).all()) == 2
    audit = session.scalars(select(InternalAudit).where(InternalAudit.office_id == dholka)).one()
    assert audit.reported_at is not None
    review = session.scalars(select(ManagementReview).where(ManagementReview.office_id == dholka)).one()
    assert review.signed_at is not None
    done = [one.done_at for one in session.scalars(select(ReviewDecision).order_by(ReviewDecision.due_on))]
    assert [one is not None for one in done] == [True, False]
