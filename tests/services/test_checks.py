"""Every night: no closed case has a live deadline, no open one lacks its own."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, update

from swagat import clock
from swagat.database import transaction
from swagat.domain.workflow import Action
from swagat.models import Deadline, Grievance
from swagat.services.checks import check_timers
from tests.builders import BEGAN, KANTA, Cast, act, assigned, disposed, file_case, reported
from tests.client import Client

NIGHT = BEGAN + timedelta(days=300)

pytestmark = pytest.mark.usefixtures("app")


def without_deadlines(number: str) -> None:
    with transaction() as session:
        grievance = session.query(Grievance).filter_by(registration_number=number).one()
        session.execute(delete(Deadline).where(Deadline.grievance_id == grievance.id))


def test_whatever_is_done_through_the_program_leaves_every_case_with_its_timers(cast: Cast) -> None:
    file_case("filed")
    assigned(cast, "assigned")
    act(cast.bharat, assigned(cast, "asked"), Action.SEEK_CLARIFICATION)
    reported(cast, "reported")
    disposed(cast, "disposed")
    act(KANTA, disposed(cast, "confirmed"), Action.CONFIRM, 5)
    act(KANTA, disposed(cast, "refused"), Action.REFUSE, 5)
    act(KANTA, disposed(cast, "appealed"), Action.LODGE_APPEAL, 5)
    act(KANTA, file_case("withdrawn").number, Action.WITHDRAW, 5)
    report = check_timers(NIGHT)
    assert (report.ok, report.numbers) == (True, [])


def test_an_open_case_without_its_timer_is_found(cast: Cast) -> None:
    number = assigned(cast)
    without_deadlines(number)
    report = check_timers(NIGHT)
    assert (report.open_without_timer, report.closed_with_timer, report.numbers) == (1, 0, [number])
    assert report.lines()[0] == "0 closed cases with a live deadline, 1 open cases without one"


def test_an_appeal_that_no_deadline_moves_is_found(cast: Cast) -> None:
    number = disposed(cast)
    act(KANTA, number, Action.LODGE_APPEAL, 5)
    without_deadlines(number)
    assert check_timers(NIGHT).numbers == [number]


def test_a_closed_case_with_a_live_timer_is_found(cast: Cast) -> None:
    number = disposed(cast)
    act(KANTA, number, Action.CONFIRM, 5)
    with transaction() as session:
        session.execute(update(Deadline).values(ended_at=None, ended_as=None))
    report = check_timers(NIGHT)
    assert (report.closed_with_timer, report.open_without_timer, report.numbers) == (1, 0, [number])


def test_a_deadline_that_lags_or_could_not_fire_is_seen_from_outside(
    app: Flask, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    due_at = BEGAN + timedelta(days=30)
    file_case()
    with transaction() as session:
        session.execute(update(Deadline).values(fire_at=due_at, tries=1))
    monkeypatch.setattr(clock, "now", lambda: due_at + timedelta(minutes=16))
    unready = client.get("/health/ready")
    assert (unready.status_code, unready.text) == (503, "deadlines lag by 16 minutes\n")
    page = client.get("/metrics").text
    assert "swagat_deadline_lag_seconds 960\n" in page
    assert "swagat_deadlines_failed 0\n" not in page
    monkeypatch.setitem(app.config, "SWEEP_LAG_MINUTES", 16)
    assert client.get("/health/ready").status_code == 200
