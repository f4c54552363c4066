"""The days a state works: rules stand on the state, exceptions here, each with its source."""

from datetime import date
from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from swagat.database import Base, BigId, one_of


class DayKind(StrEnum):
    """How a day differs from the weekly rule."""

    HOLIDAY = "holiday"
    EXTRA_CLOSED = "extra_closed"
    EXTRA_WORKING = "extra_working"


class CalendarDay(Base):
    """A holiday, an extra closed day, or a Saturday worked in exchange."""

    __tablename__ = "calendar_days"
    __table_args__ = (UniqueConstraint("state_id", "day", "kind"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state_id: Mapped[int] = mapped_column(ForeignKey("states.id"))
    day: Mapped[date]
    kind: Mapped[DayKind] = mapped_column(one_of(DayKind, "kind"))
    name_en: Mapped[str] = mapped_column(String(120))
    name_hi: Mapped[str] = mapped_column(String(120), default="")
    name_gu: Mapped[str] = mapped_column(String(120), default="")
    confirmed: Mapped[str] = mapped_column(String(12), default="yes")
    source: Mapped[str] = mapped_column(String(300), default="")
