"""The table of jobs: what runs by itself, and in which slots of time."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app

from swagat.services import (
    checks,
    count_checks,
    counting,
    digests,
    disposal_draws,
    escalation,
    evidence_work,
    housekeeping,
    nonconformity_signals,
    objective_judging,
    outbox,
    publishing,
    quality_duties,
    redating,
    signal_search,
)
from swagat.sms import gateway_from
from swagat.storage import Storage

INDIA = ZoneInfo("Asia/Kolkata")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# A daily job is looked for this often, so that one missed at its hour runs soon after a restart.
LOOK_FOR_DAILY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Job:
    """One job: `run` does everything due at an instant and may be repeated; `at` makes it daily."""

    name: str
    run: Callable[[datetime], dict[str, Any]]
    every: timedelta = LOOK_FOR_DAILY
    at: time | None = None

    def slot(self, now: datetime) -> datetime:
        """Return the beginning of the slot that an instant falls in; a slot is run once by all processes."""
        if self.at is None:
            return now.astimezone(UTC) - (now - EPOCH) % self.every
        local = now.astimezone(INDIA)
        today = datetime.combine(local.date(), self.at, INDIA)
        return (today if today <= local else today - timedelta(days=1)).astimezone(UTC)


def _sweep(now: datetime) -> dict[str, Any]:
    return asdict(escalation.sweep(now, current_app.extensions["rules"]))


def _outbox(now: datetime) -> dict[str, Any]:
    config, extensions = current_app.config, current_app.extensions
    gateway, secret = gateway_from(config), config["SECRET_KEY"].encode()
    return asdict(outbox.dispatch(now, gateway, extensions["rules"], sending=extensions["sending"], secret=secret))


def _housekeeping(now: datetime) -> dict[str, Any]:
    config = current_app.config
    return asdict(housekeeping.tidy(Storage(config["UPLOAD_FOLDER"]), config["DRAFT_HOURS"], config["BURST_SIZE"], now))


def _checks(now: datetime) -> dict[str, Any]:
    return checks.check_timers(now).figures()


def _checks_of_disposals(now: datetime) -> dict[str, Any]:
    return disposal_draws.draw_month(now, current_app.extensions["rules"]).figures()


def _quality_deadlines(now: datetime) -> dict[str, Any]:
    return quality_duties.sweep(now, current_app.extensions["rules"]).figures()


def _nonconformities(now: datetime) -> dict[str, Any]:
    return nonconformity_signals.look(now, current_app.extensions["rules"]).figures()


def _signals(now: datetime) -> dict[str, Any]:
    return signal_search.find(now, current_app.extensions["rules"], current_app.config["BURST_SIZE"]).figures()


def _redating(now: datetime) -> dict[str, Any]:
    return redating.redate(now, current_app.extensions["rules"]).figures()


def _publishing(now: datetime) -> dict[str, Any]:
    return asdict(publishing.publish(now, current_app.config["PUBLISH_ON_DAY"]))


def _objectives(now: datetime) -> dict[str, Any]:
    return objective_judging.judge(now).figures()


def _digests(now: datetime) -> dict[str, Any]:
    return digests.send(now).figures()


def _counting(now: datetime) -> dict[str, Any]:
    return counting.count(now).figures()


def _recount(now: datetime) -> dict[str, Any]:
    return count_checks.recount(now).figures()


def _evidence(now: datetime) -> dict[str, Any]:
    return asdict(evidence_work.work(now, Storage(current_app.config["UPLOAD_FOLDER"])))


JOBS: dict[str, Job] = {
    job.name: job
    for job in (
        Job("sweep", _sweep, every=timedelta(seconds=30)),
        Job("redating", _redating, every=timedelta(seconds=30)),
        Job("quality_deadlines", _quality_deadlines, every=timedelta(minutes=1)),
        Job("outbox", _outbox, every=timedelta(seconds=5)),
        Job("counting", _counting, every=timedelta(seconds=30)),
        Job("evidence", _evidence, every=timedelta(seconds=10)),
        Job("housekeeping", _housekeeping, at=time(2, 30)),
        Job("checks", _checks, at=time(3, 0)),
        Job("publishing", _publishing, at=time(4, 0)),
        # By what was published before it; where that failed and comes late, the next night judges it.
        Job("objectives", _objectives, at=time(4, 30)),
        # Looked for every day: it draws from a fixed day of the month on, and once.
        Job("checks_of_disposals", _checks_of_disposals, at=time(3, 30)),
        # After the housekeeping, which erases the counts that are no bursts.
        Job("signals", _signals, at=time(3, 15)),
        Job("recount", _recount, at=time(3, 30)),
        # After the publishing, whose figures it reads.
        Job("nonconformities", _nonconformities, at=time(5, 0)),
        Job("digests", _digests, at=digests.FIRST_AT),
    )
}
