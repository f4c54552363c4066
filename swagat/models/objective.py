"""Quality objectives of offices, and how their months stood against them when they were published."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from swagat.database import Base, BigId, UtcDateTime, one_of
from swagat.domain.objectives import Unit, Verdict


class QualityObjective(Base):
    """What an office aims at in months to come; the row does not change any more when the first of them has begun."""

    __tablename__ = "quality_objectives"
    __table_args__ = (
        CheckConstraint("last_month >= first_month", name="ends_after_it_begins"),
        Index("ix_quality_objectives_office_id", "office_id", "first_month"),
        Index("ix_quality_objectives_last_month", "last_month"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    indicator: Mapped[str] = mapped_column(String(40))
    unit: Mapped[Unit] = mapped_column(one_of(Unit, "unit"))
    target_tenths: Mapped[int]
    first_month: Mapped[date]
    last_month: Mapped[date]
    owner_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    set_by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)


class ObjectiveMonth(Base):
    """How one month stood by the figures first published; a missed one waits for a reason or a nonconformity."""

    __tablename__ = "objective_months"

    objective_id: Mapped[int] = mapped_column(ForeignKey("quality_objectives.id"), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    verdict: Mapped[Verdict] = mapped_column(one_of(Verdict, "verdict"))
    is_clear: Mapped[bool]
    judged_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(Text, default="")
    # The number of a nonconformity that deals with it, as a person knows it.
    nonconformity: Mapped[str | None] = mapped_column(String(40))
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
