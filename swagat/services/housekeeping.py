"""What has served its time is erased: abandoned drafts, papers nobody refers to, old tries, sessions and runs."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.engine import CursorResult

from swagat.database import db, transaction
from swagat.models import FilingDraft, JobRun
from swagat.services import evidence_packs
from swagat.services.bursts import sweep_bursts
from swagat.services.documents import referenced_digests
from swagat.services.limits import sweep_tries
from swagat.services.one_time_codes import sweep_codes
from swagat.services.sessions import sweep_sessions
from swagat.storage import SWEEP_AFTER, Storage

RUNS_KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Tidied:
    """How much of each kind was erased."""

    drafts: int
    papers: int
    tries: int
    sessions: int
    runs: int
    codes: int
    bursts: int


def tidy(storage: Storage, draft_hours: int, burst_size: int, now: datetime) -> Tidied:
    """Erase what has served its time, each kind in a transaction of its own, and return the counts."""
    return Tidied(
        drafts=sweep_drafts(timedelta(hours=draft_hours), now),
        papers=storage.sweep(_referenced, SWEEP_AFTER, now),
        tries=sweep_tries(now),
        sessions=sweep_sessions(now),
        runs=sweep_runs(now),
        codes=sweep_codes(now),
        bursts=sweep_bursts(burst_size, now),
    )


def sweep_drafts(older_than: timedelta, now: datetime) -> int:
    """Erase the filings that nobody has touched for so long, and return how many."""
    with transaction() as session:
        gone = session.execute(delete(FilingDraft).where(FilingDraft.touched_at < now - older_than))
        assert isinstance(gone, CursorResult)
        return gone.rowcount


def sweep_runs(now: datetime) -> int:
    """Erase the records of runs that ended a week ago, and return how many."""
    with transaction() as session:
        gone = session.execute(delete(JobRun).where(JobRun.ended_at < now - RUNS_KEPT))
        assert isinstance(gone, CursorResult)
        return gone.rowcount


def _referenced(digests: Collection[str]) -> set[str]:
    return referenced_digests(db.session(), digests) | evidence_packs.referenced_digests(db.session(), digests)
