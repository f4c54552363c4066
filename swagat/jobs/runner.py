"""Runs the jobs: a slot is claimed in the database first, so that many processes together run it once."""

import gc
import logging
import signal
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.interval import IntervalTrigger
from flask import Flask
from sqlalchemy import or_, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from swagat import clock
from swagat.database import db, transaction
from swagat.jobs.schedule import INDIA, JOBS, Job
from swagat.models import JobRun

log = logging.getLogger(__name__)
RUNNING, DONE, FAILED = "running", "done", "failed"
# A run that has said nothing for this long died with its process; jobs may be repeated, so it is run again.
STALE = timedelta(hours=1)
# A failed run of a daily slot is tried again after this pause.
AGAIN = timedelta(minutes=9)


class Run(NamedTuple):
    """How one run ended, and its figures."""

    outcome: str
    report: dict[str, Any]


def run_slot(job: Job, now: datetime) -> Run | None:
    """Run a job for the slot of this instant, or return None when another process has it."""
    slot = job.slot(now)
    return _run(job, now, slot) if _claim(job.name, slot, now) else None


def run_once(job: Job, now: datetime) -> Run:
    """Run a job now whatever its slot, because somebody asked for it."""
    with transaction() as session:
        session.merge(JobRun(job=job.name, slot=now, started_at=now, ended_at=None, outcome=RUNNING, report={}))
    return _run(job, now, now)


def run_for_ever(app: Flask) -> None:
    """Run every job in its slots until the process is told to stop; runs that have begun are finished."""
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    scheduler = BlockingScheduler(
        timezone=INDIA,
        executors={"default": ThreadPoolExecutor(len(JOBS))},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": 300},
    )
    for job in JOBS.values():
        every = IntervalTrigger(seconds=int(job.every.total_seconds()), timezone=INDIA)
        scheduler.add_job(partial(_tick, app, job), every, id=job.name, next_run_time=clock.now())
    signal.signal(signal.SIGTERM, _stop)
    spare_what_is_loaded()
    log.info("jobs: %s", ", ".join(JOBS))
    try:
        scheduler.start()
    except (KeyboardInterrupt, SystemExit):
        scheduler.shutdown(wait=True)


def spare_what_is_loaded() -> None:
    """Let the garbage collector pass over the program itself, which stays: a sweep makes it look at everything often.

    Measured, a tenth of the CPU of a sweep over 1,000 due cases went into looking at modules again.
    """
    gc.collect()
    gc.freeze()


def _stop(_signal: int, _frame: object) -> None:
    raise SystemExit(0)


def _tick(app: Flask, job: Job) -> None:
    with app.app_context():
        try:
            run_slot(job, clock.now())
        except SQLAlchemyError as fault:
            # The next slot tries again; one line, because a database that is away stays away for many slots.
            log.error("job %s: %s", job.name, type(getattr(fault, "orig", None) or fault).__name__)


def _claim(name: str, slot: datetime, now: datetime) -> bool:
    if db.session.get(JobRun, (name, slot)) is not None:
        return _take_over(name, slot, now)
    try:
        with transaction() as session:
            session.add(JobRun(job=name, slot=slot, started_at=now, outcome=RUNNING, report={}))
    except IntegrityError:
        return False
    return True


def _take_over(name: str, slot: datetime, now: datetime) -> bool:
    died = (JobRun.outcome == RUNNING) & (JobRun.started_at < now - STALE)
    failed = (JobRun.outcome == FAILED) & (JobRun.started_at < now - AGAIN)
    with transaction() as session:
        taken = session.execute(
            update(JobRun)
            .where(JobRun.job == name, JobRun.slot == slot, or_(died, failed))
            .values(started_at=now, ended_at=None, outcome=RUNNING)
        )
    return bool(taken.rowcount)  # type: ignore[attr-defined]


def _run(job: Job, now: datetime, slot: datetime) -> Run:
    try:
        run = Run(DONE, job.run(now))
    except Exception as fault:
        log.exception("job %s failed", job.name)
        db.session.rollback()
        run = Run(FAILED, {"error": type(fault).__name__})
    with transaction() as session:
        session.execute(
            update(JobRun)
            .where(JobRun.job == job.name, JobRun.slot == slot)
            .values(ended_at=clock.now(), outcome=run.outcome, report=run.report)
        )
    if any(run.report.values()):
        log.info("job %s %s: %s", job.name, run.outcome, " ".join(f"{k}={v}" for k, v in run.report.items()))
    return run
