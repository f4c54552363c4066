"""Versions of the ladder's days, and changes of rules or calendars on their way through the open cases."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from swagat.database import Base, BigId, Json, UtcDateTime, one_of


class PolicyVersion(Base):
    """One version of the days at each level, in force from a day; a grievance keeps the one it began under."""

    __tablename__ = "policies"
    __table_args__ = (CheckConstraint("repeat_days >= 1", name="repeats_after_a_day"),)

    version: Mapped[int] = mapped_column(BigId, primary_key=True)
    # Empty: of every state.
    state_id: Mapped[int | None] = mapped_column(ForeignKey("states.id"))
    effective_from: Mapped[date]
    unit: Mapped[str] = mapped_column(String(12))
    # By channel: days at each level where a case begins, days at each level it climbs to, and whether they are ours.
    start_days: Mapped[dict[str, Any]] = mapped_column(Json)
    step_days: Mapped[dict[str, Any]] = mapped_column(Json)
    ours: Mapped[dict[str, Any]] = mapped_column(Json)
    repeat_days: Mapped[int]
    note: Mapped[str] = mapped_column(String(300), default="")
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    made_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RuleChangeKind(StrEnum):
    """What was changed."""

    POLICY = "policy"
    CALENDAR = "calendar"


class RuleChange(Base):
    """A change of rules or calendar: whether open cases follow it, and how far that has come."""

    __tablename__ = "rule_changes"
    __table_args__ = (
        Index("ix_rule_changes_ended_at", "ended_at"),
        CheckConstraint("changed + failed <= seen", name="changed_were_seen"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state_id: Mapped[int] = mapped_column(ForeignKey("states.id"))
    kind: Mapped[RuleChangeKind] = mapped_column(one_of(RuleChangeKind, "kind"))
    what: Mapped[dict[str, Any]] = mapped_column(Json)
    reason: Mapped[str] = mapped_column(String(300))
    applies_to_open: Mapped[bool]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # The case up to which the open ones were looked at, in the order of their ids.
    last_grievance_id: Mapped[int] = mapped_column(BigId, default=0)
    total: Mapped[int] = mapped_column(default=0)
    seen: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    # Cases that could not be changed and keep their dates.
    failed: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
