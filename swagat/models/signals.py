"""Signals of gaming that wait for a person's judgement: what was seen, in which cases, and what people said of it."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from swagat.database import Base, BigId, Json, UtcDateTime, one_of
from swagat.domain.quality.signals import SignalKind


class SignalState(StrEnum):
    """How a signal stands: not judged yet, explained by something innocent, or judged to be gaming."""

    OPEN = "open"
    EXPLAINED = "explained"
    CONFIRMED = "confirmed"


class Signal(Base):
    """Something about an office that chance hardly brings, for a person to judge; what was seen never changes.

    `seen` holds numbers only. `key` tells apart several of a kind in one month, and names no person. `version` counts
    what was said of it.
    """

    __tablename__ = "signals"
    __table_args__ = (
        UniqueConstraint("office_id", "kind", "month", "key"),
        Index("ix_signals_month", "month", "office_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    kind: Mapped[SignalKind] = mapped_column(one_of(SignalKind, "kind"))
    month: Mapped[date]
    key: Mapped[str] = mapped_column(String(40), default="")
    seen: Mapped[dict[str, Any]] = mapped_column(Json)
    found_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[SignalState] = mapped_column(one_of(SignalState, "state"), default=SignalState.OPEN)
    version: Mapped[int] = mapped_column(default=0)


class SignalCase(Base):
    """A case that a signal is about, and when what was seen happened in it: it was answered, filed or confirmed."""

    __tablename__ = "signal_cases"

    signal_id: Mapped[int] = mapped_column(ForeignKey("signals.id"), primary_key=True)
    grievance_id: Mapped[int] = mapped_column(ForeignKey("grievances.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class SignalRemark(Base):
    """What somebody said of a signal, never changed: the office's explanation, or how a person above judged it."""

    __tablename__ = "signal_remarks"

    signal_id: Mapped[int] = mapped_column(ForeignKey("signals.id"), primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    # Empty for the office's own explanation, which judges nothing.
    judged: Mapped[SignalState | None] = mapped_column(one_of(SignalState, "judged"))
    reason: Mapped[str] = mapped_column(Text)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
