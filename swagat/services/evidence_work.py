"""Makes the evidence packs that wait, one at a time, under a lease that a killed process loses."""

import logging
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.orm import Session

from swagat.database import db, is_sqlite, transaction
from swagat.domain.errors import N_, Refused
from swagat.domain.names import Name
from swagat.domain.quality.periods import Span
from swagat.models import EvidencePack, Office, PackState, Scope
from swagat.services.evidence_making import made
from swagat.services.evidence_zip import Asked
from swagat.services.quality_scopes import Whose
from swagat.services.tallies import Where
from swagat.storage import Storage

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
MOST_TRIES = 3
# Two numbers, which PostgreSQL keeps apart from the locks that are named by one.
_TURN = (7, 2)
BROKE = N_("It could not be made. Ask the administrator to look at the log.")
GAVE_UP = N_("It was begun three times and never finished. Ask the administrator to look at the log.")


class LeaseLost(Exception):
    """Another process makes the pack now."""


@dataclass(slots=True)
class WorkReport:
    """What one run made, and what failed."""

    made: int = 0
    failed: int = 0
    cases: int = 0


@dataclass(frozen=True, slots=True)
class _Job:
    pack_id: int
    lease: str
    asked: Asked


def work(now: datetime, storage: Storage) -> WorkReport:
    """Make every pack that waits, the oldest first, unless another process is making one."""
    report, begun = WorkReport(), time.monotonic()

    def moment() -> datetime:
        return now + timedelta(seconds=time.monotonic() - begun)

    while job := _claim(moment()):
        _make(job, storage, report, moment)
    return report


def _claim(now: datetime) -> _Job | None:
    with transaction() as session:
        if not is_sqlite(session):
            session.execute(select(func.pg_advisory_xact_lock(*_TURN)))
        _give_up(session, now)
        one = EvidencePack
        if session.scalar(select(one.id).where(one.state == PackState.RUNNING, one.lease_until > now).limit(1)):
            return None
        lost = and_(one.state == PackState.RUNNING, one.lease_until <= now)
        waiting = or_(one.state == PackState.WAITING, lost)
        pack = session.scalars(select(one).where(waiting).order_by(one.id).limit(1)).one_or_none()
        if pack is None:
            return None
        pack.state, pack.tries, pack.percent = PackState.RUNNING, pack.tries + 1, 0
        pack.lease, pack.lease_until = secrets.token_hex(16), now + LEASE
        office = session.get_one(Office, pack.office_id)
        whose = Whose(Where(office.state_id, Scope.OFFICE, office.id), office.code, Name.of(office))
        return _Job(pack.id, pack.lease, Asked(whose, Span("", pack.first, pack.last), pack.asked_at, pack.language))


def _give_up(session: Session, now: datetime) -> None:
    one = EvidencePack
    often = (one.state == PackState.RUNNING) & (one.lease_until <= now) & (one.tries >= MOST_TRIES)
    session.execute(update(one).where(often).values(state=PackState.FAILED, ended_at=now, failure=GAVE_UP, lease=None))


def _make(job: _Job, storage: Storage, report: WorkReport, moment: Callable[[], datetime]) -> None:
    told = -1

    def progress(done: int, whole: int) -> None:
        nonlocal told
        percent = min(99, 100 * done // max(1, whole))
        if percent != told:
            told = percent
            _write(job, percent=percent, lease_until=moment() + LEASE)

    try:
        with made(job.asked, progress) as files:
            zip_digest, pdf_digest = storage.put_file(files.zip_file), storage.put_file(files.pdf_file)
            _write(
                job, state=PackState.DONE, percent=100, ended_at=moment(), lease=None, lease_until=None,
                cases=files.cases, manifest=files.manifest, zip_digest=zip_digest, pdf_digest=pdf_digest,
                zip_size=files.zip_file.stat().st_size, pdf_size=files.pdf_file.stat().st_size,
            )  # fmt: skip
            report.made += 1
            report.cases += files.cases
    except LeaseLost:
        log.warning("evidence pack %s is made by another process now", job.pack_id)
    except Refused as refusal:
        _fail(job, refusal.text.message, moment(), report)
    except Exception:
        log.exception("evidence pack %s could not be made", job.pack_id)
        db.session.rollback()
        _fail(job, BROKE, moment(), report)


def _fail(job: _Job, why: str, now: datetime, report: WorkReport) -> None:
    report.failed += 1
    _write(job, state=PackState.FAILED, ended_at=now, failure=why, lease=None, lease_until=None)


def _write(job: _Job, **values: object) -> None:
    """Write down how far a pack is, as long as it is ours."""
    with transaction() as session:
        ours = (EvidencePack.id == job.pack_id) & (EvidencePack.lease == job.lease)
        written = session.execute(update(EvidencePack).where(ours).values(**values))
        if not written.rowcount:  # type: ignore[attr-defined]
            raise LeaseLost
