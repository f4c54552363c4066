"""The days a state works: rules stand on the state, exceptions here, each with its source."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from swagat.database import Base, BigId, UtcDateTime, one_of


class DayKind(StrEnum):
    """How a day differs from the weekly rule."""

    HOLIDAY = "holiday"
    EXTRA_CLOSED = "extra_closed"
    EXTRA_WORKING = "extra_working"
    HALF_DAY = "half_day"


class CalendarDay(Base):
    """A holiday, an extra closed day, a half day, or a Saturday worked in exchange; of a state, or of one office."""

    __tablename__ = "calendar_days"
    __table_args__ = (
        # A day that was taken out keeps its row, so that dates set before still have their reason.
        Index(
            "uq_calendar_days_of_state",
            "state_id",
            "day",
            "kind",
            unique=True,
            postgresql_where=text("office_id IS NULL AND withdrawn_at IS NULL"),
            sqlite_where=text("office_id IS NULL AND withdrawn_at IS NULL"),
        ),
        Index(
            "uq_calendar_days_of_office",
            "office_id",
            "day",
            "kind",
            unique=True,
            postgresql_where=text("office_id IS NOT NULL AND withdrawn_at IS NULL"),
            sqlite_where=text("office_id IS NOT NULL AND withdrawn_at IS NULL"),
        ),
        CheckConstraint("(kind = 'half_day') = (hours <> '')", name="half_day_has_hours"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state_id: Mapped[int] = mapped_column(ForeignKey("states.id"))
    office_id: Mapped[int | None] = mapped_column(ForeignKey("offices.id"))
    day: Mapped[date]
    kind: Mapped[DayKind] = mapped_column(one_of(DayKind, "kind"))
    name_en: Mapped[str] = mapped_column(String(120))
    name_hi: Mapped[str] = mapped_column(String(120), default="")
    name_gu: Mapped[str] = mapped_column(String(120), default="")
    confirmed: Mapped[str] = mapped_column(String(12), default="yes")
    source: Mapped[str] = mapped_column(String(300), default="")
    # The hours of a half day, such as 10:30-14:00.
    hours: Mapped[str] = mapped_column(String(60), default="")
    # Empty: known since before anything was filed.
    declared_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Who declared, confirmed or withdrew it by hand: the reference tables change it no more.
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
