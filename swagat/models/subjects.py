"""What grievances are about: departments, categories, and what may not be filed."""

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from swagat.database import Base, BigId, Json, one_of
from swagat.domain.places import PlaceKind
from swagat.domain.policies import Channel


class Department(Base):
    """A line department."""

    __tablename__ = "departments"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    name_en: Mapped[str] = mapped_column(String(160))
    name_hi: Mapped[str] = mapped_column(String(160))
    name_gu: Mapped[str] = mapped_column(String(160))
    source: Mapped[str] = mapped_column(String(200))


class Category(Base):
    """A subject under a department; a group has no parent and takes what fits no leaf."""

    __tablename__ = "categories"
    __table_args__ = (CheckConstraint("sla_days > 0", name="sla_days_positive"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code: Mapped[str] = mapped_column(String(24), unique=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id"))
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))
    name_en: Mapped[str] = mapped_column(String(160))
    name_hi: Mapped[str] = mapped_column(String(160))
    name_gu: Mapped[str] = mapped_column(String(160))
    keywords: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    tier: Mapped[str] = mapped_column(String(12))
    ladder: Mapped[str] = mapped_column(String(24))
    channel: Mapped[Channel] = mapped_column(one_of(Channel, "channel"))
    sla_days: Mapped[int]
    sla_basis: Mapped[str] = mapped_column(String(12))
    sla_source: Mapped[str] = mapped_column(String(200), default="")
    asks: Mapped[PlaceKind | None] = mapped_column(one_of(PlaceKind, "asks"))
    emergency: Mapped[str] = mapped_column(String(24), default="")
    is_active: Mapped[bool] = mapped_column(default=True)

    parent: Mapped["Category | None"] = relationship(remote_side=[id], lazy="raise")
    department: Mapped[Department] = relationship(lazy="raise")


class Ground(Base):
    """A published ground on which a grievance may not be heard, with where to go instead."""

    __tablename__ = "grounds"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code: Mapped[str] = mapped_column(String(32), unique=True)
    name_en: Mapped[str] = mapped_column(String(200))
    name_hi: Mapped[str] = mapped_column(String(200))
    name_gu: Mapped[str] = mapped_column(String(200))
    instead_en: Mapped[str] = mapped_column(Text)
    instead_hi: Mapped[str] = mapped_column(Text)
    instead_gu: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(String(200))
    is_active: Mapped[bool] = mapped_column(default=True)


class SavedReply(Base):
    """A reply with blanks in braces that must be filled before it can be sent."""

    __tablename__ = "saved_replies"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code: Mapped[str] = mapped_column(String(32), unique=True)
    action: Mapped[str] = mapped_column(String(40))
    title_en: Mapped[str] = mapped_column(String(120))
    title_hi: Mapped[str] = mapped_column(String(120))
    title_gu: Mapped[str] = mapped_column(String(120))
    text_en: Mapped[str] = mapped_column(Text)
    text_hi: Mapped[str] = mapped_column(Text)
    text_gu: Mapped[str] = mapped_column(Text)
