"""The whole demo tells three stories that anybody can see: an office that improves, one that games, one that drowns."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import func, select

from config import ROOT
from swagat import create_app
from swagat.database import db
from swagat.domain.nonconformities import Stage
from swagat.domain.quality import periods
from swagat.domain.quality.effectiveness import Verdict
from swagat.domain.quality.notable import What
from swagat.models import (
    CheckResult,
    DeliveryStatus,
    DisposalCheck,
    Grievance,
    Nonconformity,
    Office,
    Scope,
    SmsMessage,
)
from swagat.services import (
    catalogue,
    count_checks,
    demo,
    indicators,
    nonconformities,
    published_months,
    quality_scopes,
    reference,
    registers,
)
from swagat.services.demo_people import SIGN_INS
from swagat.services.tallies import Where
from tests.conftest import settings_for

NOON = datetime(2026, 12, 1, 6, 30, tzinfo=UTC)
SEPTEMBER, OCTOBER, NOVEMBER = date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1)
BAVLA, SANAND, DHANDHUKA = "MAM-3784", "MAM-3780", "MAM-3787"

# Twelve days of the same demo are built on both databases by the tests of the demo.
pytestmark = [pytest.mark.xdist_group("demo"), pytest.mark.parametrize("backend", ["sqlite"], indirect=True)]


@pytest.fixture(scope="module")
def built(
    backend: str, template: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Flask, demo.DemoReport]]:
    """An app on a database with the whole demo, which its tests only read, and the report of the building."""
    app = create_app(settings_for(template("whole_demo"), tmp_path_factory.mktemp("whole_demo")))
    with app.app_context():
        assert reference.load(ROOT / "swagat" / "reference", NOON, villages=False).ok
        report = demo.build(NOON, app.extensions["rules"], b"k" * 40)
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


def stands_out(code: str) -> set[What]:
    """Return what the public reads of an office in November."""
    session, span = db.session(), periods.month(NOVEMBER)
    whose = quality_scopes.named(session, catalogue.state_named("GJ").id, Scope.OFFICE, code)
    shown = indicators.overview(session, whose, span, None)
    months = indicators.months_compared(span, NOON.date())
    return {one.what for one in shown.stands_out(indicators.peers_of(session, shown, months)[1], months)}


def open_cases(code: str) -> list[int]:
    """Return the levels of the open cases with which an office works."""
    office_id = quality_scopes.named(db.session(), catalogue.state_named("GJ").id, Scope.OFFICE, code).where.scope_id
    levels = select(Grievance.level).where(Grievance.office_id == office_id, Grievance.is_open)
    return list(db.session.scalars(levels))


def test_whatever_the_offices_do_the_rules_allow_and_the_register_holds(report: demo.DemoReport) -> None:
    assert report.refused == []
    assert registers.verify().ok
    assert count_checks.recount_all(NOON).ok


def test_the_office_that_improves_is_seen_to(report: demo.DemoReport) -> None:
    assert What.QUICKER in stands_out(BAVLA)
    assert not stands_out(BAVLA) & {What.BACKLOG_GROWS, What.ANSWERS_FALL, What.LATE, What.SLOWER}
    assert len(open_cases(BAVLA)) < 10


def test_the_office_that_games_is_seen_to_and_not_praised_for_being_punctual(report: demo.DemoReport) -> None:
    assert stands_out(SANAND) == {What.ANSWERS_FALL}


def test_the_office_that_drowns_is_seen_to_and_most_of_its_cases_have_climbed(report: demo.DemoReport) -> None:
    assert {What.BACKLOG_GROWS, What.LATE} <= stands_out(DHANDHUKA)
    levels = open_cases(DHANDHUKA)
    assert 60 <= len(levels) <= 90
    assert sum(level > 1 for level in levels) > len(levels) / 2
    assert max(levels) >= 5


def test_each_month_was_published_on_its_day_and_what_came_later_is_a_revision(report: demo.DemoReport) -> None:
    state_id = catalogue.state_named("GJ").id
    state = Where(state_id, Scope.STATE, state_id)
    for month, on in ((SEPTEMBER, date(2026, 10, 10)), (OCTOBER, date(2026, 11, 10))):
        versions = published_months.history(db.session(), state, month)
        first, later = versions[0], published_months.revisions_of(versions)
        assert catalogue.calendar(state_id).day_of(first.published_at) == on
        assert later
        assert all(one.changes and one.published_at > first.published_at for one in later)
    assert published_months.history(db.session(), state, NOVEMBER) == []


def test_other_offices_checked_what_was_disposed_and_found_some_of_it_false(report: demo.DemoReport) -> None:
    results = select(DisposalCheck.result, func.count().label("checks")).group_by(DisposalCheck.result)
    found = {row.result: row.checks for row in db.session.execute(results)}
    assert set(CheckResult) <= set(found)
    assert found[CheckResult.TRUE] > found[CheckResult.FALSE]
    assert db.session.scalar(select(func.count(DisposalCheck.reopened_seq)))
    # Somebody who can sign in has some left to look at.
    waits = select(Office.code).join(DisposalCheck, DisposalCheck.checker_office_id == Office.id)
    left = set(db.session.scalars(waits.where(DisposalCheck.checked_at.is_(None))))
    assert left & {one.office for one in SIGN_INS}


def test_what_the_office_that_improves_did_about_its_delays_is_seen_to_have_helped(
    built: tuple[Flask, demo.DemoReport], report: demo.DemoReport
) -> None:
    judged = db.session.scalars(select(Nonconformity).where(Nonconformity.stage == Stage.ACTION_DONE)).one()
    effect = nonconformities.effect_of(db.session(), judged, built[0].extensions["rules"])
    assert effect is not None
    assert effect.verdict is Verdict.BETTER


def test_no_text_of_the_demo_waits_or_went_to_a_provider(report: demo.DemoReport) -> None:
    statuses = set(db.session.scalars(select(SmsMessage.status).distinct()))
    assert DeliveryStatus.DELIVERED in statuses
    assert not statuses & {DeliveryStatus.SENDING, DeliveryStatus.SENT, DeliveryStatus.UNKNOWN}
    assert db.session.scalar(select(func.count()).where(~SmsMessage.provider_id.like("console-%"))) == 0
