"""Codes and confirmations that come in a burst from one address or device: one hand may have spoken for many."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from sqlalchemy import CursorResult, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from swagat.database import is_sqlite, table_of, transaction
from swagat.models import Burst, BurstKind

HOUR = timedelta(hours=1)
_table = table_of(Burst)


def count(session: Session, kind: BurstKind, sources: Iterable[str], now: datetime) -> None:
    """Count one more of a kind under each source, in the caller's transaction; a source is a keyed hash, or empty."""
    begins_at = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    # In one order everywhere, or two requests that share two sources could wait for each other.
    rows = [
        {"kind": kind, "source": source, "begins_at": begins_at, "count": 1}
        for source in sorted(set(sources))
        if source
    ]
    if not rows:
        return
    insert = sqlite.insert if is_sqlite(session) else postgresql.insert
    session.execute(
        insert(_table)
        .values(rows)
        .on_conflict_do_update(index_elements=["kind", "source", "begins_at"], set_={"count": _table.c.count + 1})
    )


def sweep_bursts(size: int, now: datetime) -> int:
    """Erase the counts below this size whose hour is over, and return how many: what stays was a burst."""
    with transaction() as session:
        gone = session.execute(delete(_table).where(_table.c.begins_at <= now - HOUR, _table.c.count < size))
        assert isinstance(gone, CursorResult)
        return gone.rowcount
