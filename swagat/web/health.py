"""Whether the program lives, whether it can work, and its gauges as Prometheus text."""

import hmac
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import Any, NamedTuple

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, Response, abort, current_app, request
from sqlalchemy import func, select, text, union_all
from sqlalchemy.exc import SQLAlchemyError

import swagat
from swagat import clock
from swagat.database import db
from swagat.domain.working_time import INDIA
from swagat.models import Deadline, JobRun, QualityDeadline
from swagat.services import text_counts
from swagat.services.text_counts import Figures
from swagat.web.access import no_store, public

blueprint = Blueprint("health", __name__)
PLAIN = "text/plain; charset=utf-8"
A_DAY = timedelta(days=1)
DEADLINES: tuple[Any, ...] = (Deadline, QualityDeadline)


class Gauge(NamedTuple):
    """One figure of the running program: its help line and where its values by label come from."""

    help: str
    read: Callable[[], dict[str, float]]


GAUGES: dict[str, Gauge] = {}


def gauge(name: str, help: str) -> Callable[[Callable[[], dict[str, float]]], Callable[[], dict[str, float]]]:
    """Add a figure to /metrics: the function returns its values, by label text such as job="sweep"."""

    def add(read: Callable[[], dict[str, float]]) -> Callable[[], dict[str, float]]:
        GAUGES[name] = Gauge(help, read)
        return read

    return add


@blueprint.get("/health/live")
@public
@no_store
def live() -> Response:
    """Answer that this process serves."""
    return Response("live\n", content_type=PLAIN)


@blueprint.get("/health/ready")
@public
@no_store
def ready() -> Response:
    """Answer 200 when the database is reachable, holds this version's tables and no deadline lags, else 503 and why."""
    fault = _unready() or _late()
    return Response(f"{fault or 'ready'}\n", 503 if fault else 200, content_type=PLAIN)


@blueprint.get("/metrics")
@public
@no_store
def metrics() -> Response:
    """Answer the gauges, to whoever has the token; without one set, to this machine alone."""
    _check_reader()
    lines: list[str] = []
    for name, (help_line, read) in GAUGES.items():
        lines += [f"# HELP {name} {help_line}", f"# TYPE {name} gauge"]
        try:
            values = read()
        except SQLAlchemyError:
            db.session.rollback()
            continue
        lines += [f"{name}{'{' + label + '}' if label else ''} {value:g}" for label, value in values.items()]
    return Response("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4; charset=utf-8")


@gauge("swagat_build_info", "The version that runs.")
def _build() -> dict[str, float]:
    return {f'version="{swagat.__version__}"': 1}


@gauge("swagat_database_up", "Whether the database can be used by this version.")
def _database_up() -> dict[str, float]:
    return {"": 0 if _unready() else 1}


@gauge("swagat_job_age_seconds", "Seconds since a job last ended well.")
def _job_ages() -> dict[str, float]:
    now = clock.now()
    ended = select(JobRun.job, func.max(JobRun.ended_at)).where(JobRun.outcome == "done").group_by(JobRun.job)
    return {f'job="{job}"': (now - at).total_seconds() for job, at in db.session.execute(ended) if at}


@gauge("swagat_job_failed", "Whether the last run of a job failed.")
def _job_failures() -> dict[str, float]:
    newest = select(JobRun.job, func.max(JobRun.slot).label("slot")).group_by(JobRun.job).subquery()
    runs = select(JobRun.job, JobRun.outcome).join(
        newest, (newest.c.job == JobRun.job) & (newest.c.slot == JobRun.slot)
    )
    return {f'job="{job}"': float(outcome == "failed") for job, outcome in db.session.execute(runs)}


@gauge("swagat_deadline_lag_seconds", "How late the oldest deadline is that has not fired yet.")
def _deadline_lag() -> dict[str, float]:
    return {"": _lag()}


def _lag() -> float:
    live = [select(func.min(one.fire_at).label("oldest")).where(one.ended_at.is_(None)) for one in DEADLINES]
    oldest = db.session.scalar(select(func.min(union_all(*live).subquery().c.oldest)))
    return max(0.0, (clock.now() - oldest).total_seconds()) if oldest else 0


@gauge("swagat_deadlines_failed", "Deadlines that could not fire and were put off.")
def _deadline_failures() -> dict[str, float]:
    failed = [select(func.count()).where(one.ended_at.is_(None), one.tries > 0) for one in DEADLINES]
    return {"": sum(db.session.scalar(one) or 0 for one in failed)}


@gauge("swagat_timers_wrong", "Cases that the last nightly check found without their timer, or closed with one.")
def _timers_wrong() -> dict[str, float]:
    report = _report_of("checks")
    return {"": report.get("closed_with_timer", 0) + report.get("open_without_timer", 0)}


@gauge("swagat_counts_wrong", "Tallies and cases that the last recount found other than the registers say.")
def _counts_wrong() -> dict[str, float]:
    return {"": _report_of("recount").get("wrong", 0)}


def _report_of(job: str) -> dict[str, Any]:
    newest = select(JobRun.report).where(JobRun.job == job, JobRun.outcome == "done")
    return db.session.scalar(newest.order_by(JobRun.slot.desc()).limit(1)) or {}


@gauge("swagat_messages", "Texts by where they stand; those that ended are of the last 24 hours.")
def _messages() -> dict[str, float]:
    return {f'status="{one.value}"': count for one, count in _texts().counts.items()}


@gauge("swagat_message_oldest_waiting_seconds", "How long the oldest text has waited that is not sent yet.")
def _oldest_text() -> dict[str, float]:
    oldest = _texts().oldest_waiting
    return {"": max(0.0, (clock.now() - oldest).total_seconds()) if oldest else 0}


@gauge("swagat_messages_failed", "Texts of the last 24 hours that did not arrive, by the provider's code.")
def _texts_failed() -> dict[str, float]:
    found: Counter[str] = Counter()
    for failure in text_counts.failures(db.session(), clock.now() - A_DAY):
        # Only codes are labels: what else is written there may be any sentence.
        known = failure.cause.isalnum() and failure.cause.isascii()
        found[failure.cause if known else "other"] += failure.texts
    return {f'code="{code}"': count for code, count in found.items()}


@gauge("swagat_messages_segments", "Segments that the provider took today.")
def _segments() -> dict[str, float]:
    now = clock.now()
    begins = text_counts.first_instant(now.astimezone(INDIA).date())
    return {"": sum(one.segments for one in text_counts.spent(db.session(), begins, begins + A_DAY))}


def _texts() -> Figures:
    return text_counts.figures(db.session(), clock.now() - A_DAY)


def _unready() -> str:
    try:
        db.session.execute(text("SELECT 1"))
        found = MigrationContext.configure(db.session.connection()).get_current_heads()
    except SQLAlchemyError:
        db.session.rollback()
        return "the database cannot be reached"
    if found != _heads():
        return "the database is not migrated to this version"
    return ""


def _late() -> str:
    minutes = int(_lag() // 60)
    return f"deadlines lag by {minutes} minutes" if minutes > current_app.config["SWEEP_LAG_MINUTES"] else ""


@cache
def _heads() -> tuple[str, ...]:
    return tuple(ScriptDirectory(current_app.extensions["migrate"].directory).get_heads())


def _check_reader() -> None:
    token = current_app.config["METRICS_TOKEN"]
    if token:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if hmac.compare_digest(given.encode(), token.encode()):
            return
    elif request.remote_addr in ("127.0.0.1", "::1") and not any(
        name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP")
    ):
        return
    abort(404)
