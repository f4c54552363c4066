from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from swagat.database import db, transaction
from swagat.jobs.runner import AGAIN, DONE, FAILED, RUNNING, STALE, run_once, run_slot
from swagat.jobs.schedule import Job
from swagat.models import JobRun

NOW = datetime(2026, 12, 4, 6, 0, 5, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class Counting:
    """A job that counts its runs and can be told to fail."""

    def __init__(self) -> None:
        self.runs: list[datetime] = []
        self.fails = False

    def __call__(self, now: datetime) -> dict[str, Any]:
        self.runs.append(now)
        if self.fails:
            raise RuntimeError("broken")
        return {"fired": len(self.runs)}


def runs_of(job: Job) -> list[JobRun]:
    return list(db.session.scalars(select(JobRun).where(JobRun.job == job.name)))


def test_a_slot_is_run_once_and_the_next_one_again(app: Flask) -> None:
    work = Counting()
    job = Job("often", work, every=MINUTE)
    assert run_slot(job, NOW) is not None
    assert run_slot(job, NOW + timedelta(seconds=50)) is None
    assert run_slot(job, NOW + MINUTE) is not None
    assert work.runs == [NOW, NOW + MINUTE]


def test_a_run_leaves_what_it_did(app: Flask) -> None:
    job = Job("often", Counting(), every=MINUTE)
    run_slot(job, NOW)
    [row] = runs_of(job)
    assert (row.slot, row.outcome, row.report) == (job.slot(NOW), DONE, {"fired": 1})
    assert row.ended_at is not None


def test_a_job_that_fails_stops_nothing_and_is_tried_again_in_its_slot(app: Flask) -> None:
    work = Counting()
    work.fails = True
    job = Job("nightly", work, at=time(2, 30))
    run = run_slot(job, NOW)
    assert run is not None
    assert run.outcome == FAILED
    assert run_slot(job, NOW + AGAIN / 2) is None
    work.fails = False
    assert run_slot(job, NOW + AGAIN + timedelta(seconds=1)) is not None
    assert [row.outcome for row in runs_of(job)] == [DONE]


def test_a_run_whose_process_died_is_taken_over_and_a_living_one_is_not(app: Flask) -> None:
    work = Counting()
    job = Job("nightly", work, at=time(2, 30))
    begun = JobRun(job=job.name, slot=job.slot(NOW), started_at=NOW, outcome=RUNNING, report={})
    with transaction() as session:
        session.add(begun)
    assert run_slot(job, NOW + STALE / 2) is None
    assert run_slot(job, NOW + STALE + timedelta(seconds=1)) is not None
    assert len(work.runs) == 1


def test_a_job_that_somebody_asks_for_runs_whatever_its_slot(app: Flask) -> None:
    work = Counting()
    job = Job("often", work, every=MINUTE)
    run_slot(job, NOW)
    assert run_once(job, NOW).outcome == DONE
    assert run_once(job, NOW).outcome == DONE
    assert len(work.runs) == 3


@pytest.mark.concurrency
def test_of_many_processes_one_runs_a_slot(own_app: Flask) -> None:
    work = Counting()
    job = Job("often", work, every=MINUTE)
    together = Barrier(8)

    def tick(_number: int) -> bool:
        with own_app.app_context():
            together.wait()
            return run_slot(job, NOW) is not None

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(tick, range(8))) == 1
    assert len(work.runs) == 1
