"""What keeps the program honest in operation: drafts, tries against secrets, and runs of jobs."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from swagat.database import Base, BigId, Json, UtcDateTime


class FilingDraft(Base):
    """A filing in progress: one per tab, bound to the browser by a cookie, erased at filing or after 48 hours."""

    __tablename__ = "filing_drafts"
    __table_args__ = (Index("ix_filing_drafts_touched_at", "touched_at"),)

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    browser_digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    answers: Mapped[dict[str, Any]] = mapped_column(Json)
    touched_at: Mapped[datetime] = mapped_column(UtcDateTime)


class TryCount(Base):
    """How often a secret or a sender was tried in a window; counted by one atomic statement on both databases."""

    __tablename__ = "try_counts"
    __table_args__ = (Index("ix_try_counts_window_ends_at", "window_ends_at"),)

    scope: Mapped[str] = mapped_column(String(24), primary_key=True)
    subject: Mapped[str] = mapped_column(String(64), primary_key=True)
    window: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    count: Mapped[int]
    window_ends_at: Mapped[datetime] = mapped_column(UtcDateTime)


class JobRun(Base):
    """One run of a job in its slot; the key lets only one of many schedulers begin it."""

    __tablename__ = "job_runs"

    job: Mapped[str] = mapped_column(String(40), primary_key=True)
    slot: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str] = mapped_column(String(24), default="running")
    report: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)


class Opening(Base):
    """One opening of what staff do not see otherwise, a hidden identity or a case in a list of evidence, and why."""

    __tablename__ = "openings"
    __table_args__ = (Index("ix_openings_grievance_id", "grievance_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    grievance_id: Mapped[int]
    person_id: Mapped[int]
    what: Mapped[str] = mapped_column(String(24))
    reason: Mapped[str] = mapped_column(String(300))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
