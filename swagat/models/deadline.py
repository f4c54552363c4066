"""One timed duty of a grievance, fired, met or cancelled exactly once."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from swagat.database import Base, BigId, UtcDateTime, one_of
from swagat.domain.deadlines import Clock


class DeadlineEnd(StrEnum):
    """How a deadline ended."""

    MET = "met"
    FIRED = "fired"
    CANCELLED = "cancelled"


class Deadline(Base):
    """The due instant of a (grievance, clock, cycle, level, ordinal), which the database keeps unique."""

    __tablename__ = "deadlines"
    __table_args__ = (
        UniqueConstraint("grievance_id", "clock", "cycle", "level", "ordinal"),
        CheckConstraint("(ended_at IS NULL) = (ended_as IS NULL)", name="ended_has_end"),
        Index(
            "ix_deadlines_live_fire",
            "fire_at",
            "id",
            postgresql_where=text("ended_at IS NULL"),
            sqlite_where=text("ended_at IS NULL"),
        ),
        # Deadlines that could not fire: few or none, and counted at every look at the figures.
        Index(
            "ix_deadlines_failed",
            "id",
            postgresql_where=text("ended_at IS NULL AND tries > 0"),
            sqlite_where=text("ended_at IS NULL AND tries > 0"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    grievance_id: Mapped[int] = mapped_column(ForeignKey("grievances.id"))
    clock: Mapped[Clock] = mapped_column(one_of(Clock, "clock"))
    cycle: Mapped[int]
    level: Mapped[int]
    ordinal: Mapped[int] = mapped_column(default=1)
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # Day zero, which is not counted: a step counts from the day that lapsed, whenever the sweep ran.
    counted_from: Mapped[date]
    due_on: Mapped[date]
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # The due instant, pushed forward only when firing failed; the sweep reads by it.
    fire_at: Mapped[datetime] = mapped_column(UtcDateTime)
    days: Mapped[int]
    unit: Mapped[str] = mapped_column(String(12))
    basis: Mapped[str] = mapped_column(String(16))
    policy_version: Mapped[int]
    # The day on which changed rules came to it: they make no case late that was not.
    not_before: Mapped[date | None]
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_as: Mapped[DeadlineEnd | None] = mapped_column(one_of(DeadlineEnd, "ended_as"))
    tries: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str] = mapped_column(String(300), default="")
