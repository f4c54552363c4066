"""A setting that is flipped has an effect, and none is without a test."""

import logging
import re
from contextlib import nullcontext
from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from flask import Flask
from sqlalchemy import func, select

from config import SETTINGS, Config
from swagat import clock, create_app
from swagat.database import db, transaction
from swagat.domain.case import Proposed
from swagat.domain.deadlines import Clock
from swagat.domain.errors import Invalid, Refused
from swagat.domain.rules import Rules
from swagat.domain.workflow import Action, Need, Status
from swagat.jobs import serve
from swagat.jobs.schedule import JOBS
from swagat.models import Deadline, FilingDraft, FilingMode, GrievanceEvent, Proposal
from swagat.services import catalogue, escalation
from swagat.services.outbox import dispatch
from swagat.sms.console_gateway import ConsoleGateway
from tests.builders import (
    BEGAN,
    KANTA,
    RULES,
    act,
    assigned,
    case,
    day,
    disposed,
    file_case,
    office,
    post_cast,
    sign_in,
)
from tests.client import Client
from tests.conftest import SECRET, settings_for
from tests.services.fake_gateway import FakeGateway

TESTS = Path(__file__).parents[1]


class Stop(Exception):
    """The program got as far as the test wanted."""


def test_every_setting_is_flipped_in_a_test() -> None:
    tests = "\n".join(file.read_text("utf-8") for file in TESTS.rglob("*.py"))
    flipped = {one.name for one in SETTINGS if re.search(rf'"{one.name}"|\b{one.field}\s*=|"{one.field}"', tests)}
    assert {one.name for one in SETTINGS} - flipped == set()


@pytest.mark.parametrize("field", [rule.name for rule in fields(Rules)])
def test_a_rule_is_what_its_setting_says(tmp_path: Path, field: str) -> None:
    app = create_app(settings_for(f"sqlite:///{tmp_path}/none.db", tmp_path, **{field: 4}))
    assert getattr(app.extensions["rules"], field) == 4


def test_clarification_working_days_are_how_long_an_answer_is_waited_for(app: Flask) -> None:
    cast, ends = post_cast(), []
    for days in (2, 9):
        number = assigned(cast, f"asked {days}")
        rules = replace(RULES, clarification_working_days=days)
        act(cast.bharat, number, Action.SEEK_CLARIFICATION, 1, rules=rules)
        clarify = select(Deadline.days).where(Deadline.clock == Clock.CLARIFY).order_by(Deadline.id.desc())
        ends.append(db.session.scalars(clarify).first())
    assert ends == [2, 9]


def test_withdrawal_undo_days_are_the_days_to_take_it_back(app: Flask) -> None:
    cast = post_cast()
    for undo_days, days_later, comes_back in ((5, 8, False), (20, 8, True)):
        number, rules = assigned(cast, f"undo {undo_days}"), replace(RULES, withdrawal_undo_days=undo_days)
        act(KANTA, number, Action.WITHDRAW, 1, rules=rules)
        escalation.sweep(day(1 + days_later), rules)
        assert (case(number).status is Status.DISPOSED) is comes_back


def test_transfer_limit_is_how_often_an_office_may_pass_it_on(app: Flask) -> None:
    cast = post_cast()
    number, rules = assigned(cast), replace(RULES, transfer_limit=0)
    with pytest.raises(Refused, match="0 times"):
        act(cast.meena, number, Action.TRANSFER, 1, rules=rules, office_id=office("TDO-3783"))
    act(cast.meena, number, Action.TRANSFER, 1, rules=RULES, office_id=office("TDO-3783"))


@pytest.mark.parametrize(("late_entry_days", "is_late"), [(2, True), (9, False)])
def test_late_entry_days_decide_when_a_receipt_needs_a_reason(app: Flask, late_entry_days: int, is_late: bool) -> None:
    cast, rules = post_cast(), replace(RULES, late_entry_days=late_entry_days)
    received = {"mode": FilingMode.POST, "received_on": BEGAN.date() - timedelta(days=5)}
    with pytest.raises(Invalid) if is_late else nullcontext():
        file_case(clerk=cast.ramila, rules=rules, **received)


def test_draft_hours_are_how_long_an_unfinished_filing_is_kept(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    for draft_hours, kept in ((100, 1), (10, 0)):
        monkeypatch.setitem(app.config, "DRAFT_HOURS", draft_hours)
        with transaction() as session:
            session.merge(FilingDraft(key="k", browser_digest=b"d" * 32, answers={}, touched_at=BEGAN))
        JOBS["housekeeping"].run(BEGAN + timedelta(hours=50))
        assert db.session.scalar(select(func.count()).select_from(FilingDraft)) == kept


@pytest.mark.parametrize("sign_in_tries", [1, 3])
def test_wrong_passwords_pause_after_sign_in_tries(
    app: Flask, client: Client, monkeypatch: pytest.MonkeyPatch, sign_in_tries: int
) -> None:
    monkeypatch.setitem(app.config, "SIGN_IN_TRIES", sign_in_tries)
    monkeypatch.setattr(clock, "now", lambda: BEGAN)
    wrong = {"login": "nobody", "password": "not this one"}
    answers = [client.post("/sign-in", data=wrong).status_code for _ in range(sign_in_tries + 1)]
    assert answers == [422] * sign_in_tries + [429]


@pytest.mark.parametrize(("sign_in_idle_minutes", "status"), [(5, 303), (60, 200)])
def test_staff_sign_in_again_after_sign_in_idle_minutes(
    app: Flask, client: Client, monkeypatch: pytest.MonkeyPatch, sign_in_idle_minutes: int, status: int
) -> None:
    monkeypatch.setitem(app.config, "SIGN_IN_IDLE_MINUTES", sign_in_idle_minutes)
    sign_in(client, post_cast().meena, BEGAN)
    monkeypatch.setattr(clock, "now", lambda: BEGAN + timedelta(minutes=30))
    assert client.get("/desk").status_code == status


def test_objection_days_move_the_last_day_to_object(app: Flask) -> None:
    cast, ends = post_cast(), []
    ground = next(one.id for one in catalogue.grounds() if one.code == "court")
    for days in (7, 40):
        number, rules = assigned(cast, str(days)), replace(RULES, objection_days=days)
        asked = {"proposed": Proposed.NOT_MAINTAINABLE, "ground_id": ground}
        act(cast.bharat, number, Action.PROPOSE, 0, rules=rules, **asked)
        ends.append(db.session.scalars(select(Proposal.objection_until).order_by(Proposal.id.desc())).first())
    assert ends[0] < ends[1]


@pytest.mark.parametrize("clarifications_per_cycle", [1, 3])
def test_an_office_asks_back_as_often_as_the_setting_says(app: Flask, clarifications_per_cycle: int) -> None:
    cast, rules = post_cast(), replace(RULES, clarifications_per_cycle=clarifications_per_cycle)
    number = assigned(cast)
    for step in range(clarifications_per_cycle):
        act(cast.bharat, number, Action.SEEK_CLARIFICATION, 2 * step, rules=rules)
        act(KANTA, number, Action.CLARIFY, 2 * step + 1, rules=rules)
    with pytest.raises(Refused, match="times"):
        act(cast.bharat, number, Action.SEEK_CLARIFICATION, 9, rules=rules)


@pytest.mark.parametrize(("track_idle_minutes", "status"), [(5, 303), (20, 200)])
def test_tracking_closes_after_track_idle_minutes(
    app: Flask, client: Client, monkeypatch: pytest.MonkeyPatch, track_idle_minutes: int, status: int
) -> None:
    monkeypatch.setitem(app.config, "TRACK_IDLE_MINUTES", track_idle_minutes)
    monkeypatch.setattr(clock, "now", lambda: BEGAN + timedelta(minutes=10))
    with client.session_transaction() as held:
        held["track"] = [file_case().number, int(BEGAN.timestamp())]
    assert client.get("/track/case").status_code == status


@pytest.mark.parametrize("track_tries", [1, 3])
def test_wrong_codes_pause_after_track_tries(
    app: Flask, client: Client, monkeypatch: pytest.MonkeyPatch, track_tries: int
) -> None:
    monkeypatch.setitem(app.config, "TRACK_TRIES", track_tries)
    monkeypatch.setattr(clock, "now", lambda: BEGAN)
    typed = {"number": file_case().number, "code": "0000000000"}
    answers = [client.post("/track", data=typed).status_code for _ in range(track_tries + 1)]
    assert answers == [422] * track_tries + [429]


@pytest.mark.parametrize(("worker_processes", "worker_threads"), [(3, 7), (1, 5)])
def test_serve_starts_worker_processes_and_threads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, worker_processes: int, worker_threads: int
) -> None:
    given: list[Any] = []

    def stop(*args: Any) -> None:
        given.extend(args)
        raise Stop

    monkeypatch.setattr(serve, "check_port", lambda *_: None)
    monkeypatch.setattr("swagat.cli._prepare", list)
    monkeypatch.setattr(serve, "Together", Mock)
    monkeypatch.setattr(serve, "web_command", stop)
    more = {"worker_processes": worker_processes, "worker_threads": worker_threads, "host": "0.0.0.0", "port": 8123}
    app = create_app(settings_for(f"sqlite:///{tmp_path}/none.db", tmp_path, **more))
    app.test_cli_runner().invoke(args=["serve"])
    assert given == ["0.0.0.0", 8123, worker_processes, worker_threads]


@pytest.mark.parametrize("log_level", ["DEBUG", "ERROR"])
def test_log_level_is_the_least_that_is_logged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, log_level: str) -> None:
    seen: list[Any] = []
    monkeypatch.setattr(logging, "basicConfig", lambda **given: seen.append(given["level"]))
    create_app(settings_for(f"sqlite:///{tmp_path}/none.db", tmp_path, log_level=log_level, swagat_env="development"))
    assert seen == [log_level]


@pytest.mark.parametrize("assign_working_days", [1, 6])
def test_assign_working_days_are_how_long_a_case_may_be_without_an_officer(
    app: Flask, assign_working_days: int
) -> None:
    post_cast()
    row = case(file_case(rules=replace(RULES, assign_working_days=assign_working_days)).number)
    duty = db.session.scalars(select(Deadline).where(Deadline.clock == Clock.ACKNOWLEDGE)).one()
    calendar = catalogue.calendar(row.state_id, row.office_id)
    assert calendar.working_days_between(BEGAN.date(), duty.due_on) == assign_working_days


@pytest.mark.parametrize("immediate_working_hours", [1, 5])
def test_immediate_working_hours_are_how_long_a_danger_may_be_without_one(
    app: Flask, immediate_working_hours: int
) -> None:
    post_cast()
    file_case(immediate_reason="A live wire.", rules=replace(RULES, immediate_working_hours=immediate_working_hours))
    due_at = db.session.scalars(select(Deadline.due_at).where(Deadline.clock == Clock.ACKNOWLEDGE)).one()
    calendar = catalogue.calendar(catalogue.state_named("GJ").id)
    assert due_at == calendar.add(BEGAN, timedelta(hours=immediate_working_hours))


@pytest.mark.parametrize(("warn_percents", "warnings"), [((50, 75), 2), ((90,), 1), ((), 0)])
def test_warn_percents_are_when_the_officer_is_warned(
    app: Flask, warn_percents: tuple[int, ...], warnings: int
) -> None:
    cast, rules = post_cast(), replace(RULES, warn_percents=warn_percents)
    number = assigned(cast, rules=rules)
    ends = (case(number).due_at - BEGAN).days
    for days in range(ends):
        escalation.sweep(BEGAN + timedelta(days=days), rules)
    entries = select(func.count()).select_from(GrievanceEvent).where(GrievanceEvent.action == Action.WARN)
    assert db.session.scalar(entries) == warnings


@pytest.mark.parametrize("appeal_days", [10, 45])
def test_appeal_days_are_how_long_an_office_has_to_decide_an_appeal(app: Flask, appeal_days: int) -> None:
    cast, rules = post_cast(), replace(RULES, appeal_days=appeal_days)
    number = disposed(cast)
    act(KANTA, number, Action.LODGE_APPEAL, 1, rules=rules)
    duty = db.session.scalars(select(Deadline).where(Deadline.clock == Clock.APPEAL)).one()
    assert duty.days == appeal_days
    escalation.sweep(duty.due_at, rules)
    assert case(number).appellate_office_id == cast.collector.office_id


@pytest.mark.parametrize(("more_time_days", "is_refused"), [(5, True), (20, False)])
def test_more_time_days_are_the_most_that_a_superior_gives(app: Flask, more_time_days: int, is_refused: bool) -> None:
    cast, rules = post_cast(), replace(RULES, more_time_days=more_time_days)
    number = assigned(cast)
    new, why = case(number).due_on + timedelta(days=12), {Need.REMARK: "The survey is late."}
    with pytest.raises(Invalid) if is_refused else nullcontext():
        act(cast.additional_collector, number, Action.GIVE_TIME, 1, rules=rules, expected_on=new, texts=why)


@pytest.mark.parametrize("direction_days", [2, 14])
def test_direction_days_are_given_again_when_a_direction_is_late(app: Flask, direction_days: int) -> None:
    cast, rules = post_cast(), replace(RULES, direction_days=direction_days)
    number, order = assigned(cast), {Need.REMARK: "Give the copy."}
    act(cast.additional_collector, number, Action.DIRECT, 1, expected_on=day(5).date(), texts=order)
    escalation.sweep(day(6), rules)
    found = select(Deadline).where(Deadline.clock == Clock.DIRECTION).order_by(Deadline.id)
    first, again = db.session.scalars(found).all()
    calendar = catalogue.calendar(case(number).state_id)
    assert again.due_on == calendar.next_working_day(first.due_on + timedelta(days=direction_days))


@pytest.mark.parametrize(("quiet_hours", "leaves"), [("21:00-08:00", 0), ("off", 1), ("01:00-02:00", 1)])
def test_quiet_hours_hold_texts_back_that_would_wake_people(app: Flask, quiet_hours: str, leaves: int) -> None:
    sending = Config(swagat_env="test", secret_key=SECRET, quiet_hours=quiet_hours).sending_rules
    file_case()
    night = BEGAN + timedelta(hours=16)
    assert dispatch(night, FakeGateway(), RULES, sending=sending).sent == leaves


def test_nothing_rings_where_texts_stay_in_the_house_so_nothing_is_quiet_there(app: Flask) -> None:
    sending = Config(swagat_env="test", secret_key=SECRET).sending_rules
    file_case()
    assert dispatch(BEGAN + timedelta(hours=16), ConsoleGateway(), RULES, sending=sending).delivered == 1


@pytest.mark.parametrize("quiet_hours", ["21-8", "25:00-08:00", "08:00-08:00", "always", "21:00-08:60"])
def test_quiet_hours_that_are_none_stop_the_start(quiet_hours: str) -> None:
    found = Config(swagat_env="test", secret_key=SECRET, quiet_hours=quiet_hours).faults({})
    assert found == ["QUIET_HOURS must be like 21:00-08:00, or off"]
