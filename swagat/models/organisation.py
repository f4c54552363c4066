"""Who answers: offices, the ladders they stand on, and the places and subjects they answer for."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from swagat.database import Base, BigId
from swagat.models.places import Place, State


class Office(Base):
    """A unit that holds posts; its titles in three languages are data, never code."""

    __tablename__ = "offices"
    __table_args__ = (UniqueConstraint("state_id", "code"), Index("ix_offices_place_id", "place_id"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state_id: Mapped[int] = mapped_column(ForeignKey("states.id"))
    code: Mapped[str] = mapped_column(String(40))
    type_code: Mapped[str] = mapped_column(String(24))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"))
    tier: Mapped[str] = mapped_column(String(12))
    name_en: Mapped[str] = mapped_column(String(200))
    name_hi: Mapped[str] = mapped_column(String(200))
    name_gu: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(120))
    title_hi: Mapped[str] = mapped_column(String(120))
    title_gu: Mapped[str] = mapped_column(String(120))
    source: Mapped[str] = mapped_column(String(40), default="ours")
    is_active: Mapped[bool] = mapped_column(default=True)

    state: Mapped[State] = relationship(lazy="raise")
    place: Mapped[Place] = relationship(lazy="raise")


class LadderStep(Base):
    """The level of an office on one ladder and the office above it; the top of a ladder is L6 and has none above."""

    __tablename__ = "ladder_steps"
    __table_args__ = (
        CheckConstraint("level BETWEEN 1 AND 6", name="level_range"),
        CheckConstraint("(superior_id IS NULL) = (level = 6)", name="only_top_has_no_superior"),
        CheckConstraint("superior_id <> office_id", name="not_its_own_superior"),
        Index("ix_ladder_steps_superior_id", "superior_id", "ladder"),
    )

    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), primary_key=True)
    ladder: Mapped[str] = mapped_column(String(24), primary_key=True)
    level: Mapped[int]
    superior_id: Mapped[int | None] = mapped_column(ForeignKey("offices.id"))


class Jurisdiction(Base):
    """An office answers for a subject at a place: for a category, a group, or all of a department (none given: all)."""

    __tablename__ = "jurisdictions"
    __table_args__ = (
        Index("ix_jurisdictions_place_id", "place_id"),
        UniqueConstraint("office_id", "place_id", "department_id", "category_id", "is_triage"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    category_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id"))
    is_triage: Mapped[bool] = mapped_column(default=False)
    is_override: Mapped[bool] = mapped_column(default=False)
    reason_en: Mapped[str] = mapped_column(String(200), default="")
    reason_hi: Mapped[str] = mapped_column(String(200), default="")
    reason_gu: Mapped[str] = mapped_column(String(200), default="")
