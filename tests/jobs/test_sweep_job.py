"""The sweep as a job: run by hand at an instant it says what it did, and by itself it never runs over itself."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from swagat import clock
from swagat.database import db
from swagat.domain.workflow import Action
from swagat.jobs import runner
from swagat.jobs.runner import DONE, FAILED, run_slot
from swagat.jobs.schedule import JOBS
from swagat.models import GrievanceEvent, JobRun
from swagat.services import escalation
from tests.builders import case, file_case, post_cast


def escalations() -> int:
    statement = select(func.count()).select_from(GrievanceEvent).where(GrievanceEvent.action == Action.ESCALATE)
    return db.session.scalar(statement) or 0


def test_a_sweep_by_hand_prints_what_it_did_at_that_instant(app: Flask) -> None:
    post_cast()
    number = file_case().number
    due_at = case(number).due_at.isoformat()
    before = (case(number).due_at - timedelta(seconds=1)).isoformat()
    said = [app.test_cli_runner().invoke(args=["jobs", "once", "sweep", "--at", at]) for at in (before, due_at, due_at)]
    assert [one.exit_code for one in said] == [0, 0, 0]
    assert [one.output.startswith("sweep done: fired ") for one in said] == [True, True, True]
    assert said[1].output == "sweep done: fired 1, lapsed 0, failed 0, oldest_lag_s 0\n"
    assert said[2].output == "sweep done: fired 0, lapsed 0, failed 0, oldest_lag_s 0\n"
    assert (case(number).level, escalations()) == (2, 1)


def test_a_sweep_in_its_slot_is_run_once_and_what_is_due_later_in_the_next(app: Flask) -> None:
    post_cast()
    number = file_case().number
    job, due_at = JOBS["sweep"], case(number).due_at
    early = due_at - job.every
    assert [run_slot(job, early) is None, run_slot(job, early) is None] == [False, True]
    run = run_slot(job, due_at)
    assert run is not None
    assert (run.outcome, run.report["fired"], escalations()) == (DONE, 1, 1)


def test_a_database_that_is_away_fails_the_run_and_the_next_slot_does_its_work(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    post_cast()
    number = file_case().number
    job, due_at = JOBS["sweep"], case(number).due_at
    run_slot(job, due_at - timedelta(hours=1))

    def away(*_args: Any) -> Any:
        raise ConnectionError

    monkeypatch.setattr(escalation, "_due", away)
    run = run_slot(job, due_at)
    assert run is not None
    assert run.outcome == FAILED
    monkeypatch.undo()
    again = run_slot(job, due_at + job.every)
    assert again is not None
    assert (again.report["fired"], again.report["oldest_lag_s"]) == (1, 30)
    assert db.session.scalar(select(func.count()).select_from(JobRun)) == 3


def test_the_scheduler_makes_one_of_missed_runs_and_never_runs_a_job_over_itself(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[dict[str, Any]] = []
    added: list[dict[str, Any]] = []

    class Scheduler:
        def __init__(self, **settings: Any) -> None:
            made.append(settings)

        def add_job(self, _work: Any, trigger: Any, **settings: Any) -> None:
            added.append(settings | {"every": trigger.interval})

        def start(self) -> None:
            raise SystemExit

        def shutdown(self, wait: bool) -> None:
            assert wait

    monkeypatch.setattr(runner, "BlockingScheduler", Scheduler)
    monkeypatch.setattr(runner, "spare_what_is_loaded", lambda: None)
    monkeypatch.setattr(runner.signal, "signal", lambda *_args: None)
    runner.run_for_ever(app)
    [settings] = made
    defaults = settings["job_defaults"]
    assert (defaults["coalesce"], defaults["max_instances"]) == (True, 1)
    # A run that comes late is run all the same: the default of one second would skip it.
    assert defaults["misfire_grace_time"] >= 60
    assert {one["id"]: one["every"] for one in added} == {name: job.every for name, job in JOBS.items()}
    assert all(one["next_run_time"] <= clock.now() for one in added)
