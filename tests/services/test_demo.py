"""The demo is made of real use cases: what it shows could have happened, and its register holds."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import func, select

from config import ROOT
from swagat.cli import demo as demo_command
from swagat.database import db, transaction
from swagat.domain.workflow import Action
from swagat.models import Grievance, GrievanceEvent, Person
from swagat.services import demo, reference, registers, routing_check

NOON = datetime(2026, 7, 15, 6, 30, tzinfo=UTC)


def build(app: Flask) -> demo.DemoReport:
    assert reference.load(ROOT / "swagat" / "reference", NOON, villages=False).ok
    return demo.build(NOON, app.extensions["rules"], b"k" * 40, days=12)


def test_the_demo_drives_people_and_offices_through_the_real_use_cases(app: Flask) -> None:
    report = build(app)
    assert report.ok
    assert report.refused == []
    actions = set(db.session.scalars(select(GrievanceEvent.action).distinct()))
    assert {Action.FILE, Action.ASSIGN, Action.REPORT_ACTION, Action.DISPOSE} <= actions
    assert registers.verify().ok
    assert db.session.scalar(select(func.count()).select_from(Grievance)) == report.cases


def test_only_the_printed_people_of_the_demo_can_sign_in(app: Flask) -> None:
    build(app)
    can = set(db.session.scalars(select(Person.login).where(Person.password_hash.is_not(None))))
    printed = " ".join(demo.sign_ins())
    assert can
    assert all(login in printed for login in can)
    assert demo.PASSWORD in printed


def test_without_a_demo_no_sign_in_is_printed(app: Flask) -> None:
    assert demo.sign_ins() == []


def test_in_the_demo_every_category_of_every_taluka_reaches_one_office_with_people(app: Flask) -> None:
    build(app)
    report = routing_check.check(NOON)
    assert report.ok, report.lines()[:10]


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
