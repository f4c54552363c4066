"""One timed duty of a thing of the quality system, fired, met or cancelled exactly once."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from swagat.database import Base, BigId, UtcDateTime, one_of
from swagat.models.deadline import DeadlineEnd


class QualityDeadline(Base):
    """The due instant of a (kind, subject, clock, ordinal), which the database keeps unique.

    The kind names whose duty it is and which handler fires it; a new kind needs no other table.
    """

    __tablename__ = "quality_deadlines"
    __table_args__ = (
        UniqueConstraint("kind", "subject_id", "clock", "ordinal"),
        CheckConstraint("(ended_at IS NULL) = (ended_as IS NULL)", name="ended_has_end"),
        Index(
            "ix_quality_deadlines_live_fire",
            "fire_at",
            "id",
            postgresql_where=text("ended_at IS NULL"),
            sqlite_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(24))
    subject_id: Mapped[int] = mapped_column(BigId)
    clock: Mapped[str] = mapped_column(String(24))
    ordinal: Mapped[int] = mapped_column(default=1)
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # The due instant, pushed forward only when firing failed; the sweep reads by it.
    fire_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_as: Mapped[DeadlineEnd | None] = mapped_column(one_of(DeadlineEnd, "ended_as"))
    tries: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str] = mapped_column(String(300), default="")
