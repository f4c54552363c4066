"""States and the places in them, each with the key its source gave it."""

from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from swagat.database import Base, BigId, Json, one_of
from swagat.domain.places import PlaceKind


class State(Base):
    """A state that this installation serves, with everything that belongs to a state: calendar, languages, numbers."""

    __tablename__ = "states"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    short: Mapped[str] = mapped_column(String(4), unique=True)
    lgd_code: Mapped[str] = mapped_column(String(8), unique=True)
    name_en: Mapped[str] = mapped_column(String(80))
    name_hi: Mapped[str] = mapped_column(String(80))
    name_gu: Mapped[str] = mapped_column(String(80))
    letterhead_en: Mapped[str] = mapped_column(String(160))
    letterhead_hi: Mapped[str] = mapped_column(String(160))
    letterhead_gu: Mapped[str] = mapped_column(String(160))
    languages: Mapped[list[str]] = mapped_column(Json)
    local_language: Mapped[str] = mapped_column(String(2))
    weekly_offs: Mapped[list[int]] = mapped_column(Json)
    off_saturdays: Mapped[list[int]] = mapped_column(Json)
    frames: Mapped[list[list[str]]] = mapped_column(Json)
    helplines: Mapped[list[dict[str, Any]]] = mapped_column(Json)


class Place(Base):
    """A place of a state; a missing local name stays missing and is shown in English."""

    __tablename__ = "places"
    __table_args__ = (
        UniqueConstraint("state_id", "kind", "source", "code"),
        Index("ix_places_parent_id_kind", "parent_id", "kind"),
        Index("ix_places_district_id_kind", "district_id", "kind"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state_id: Mapped[int] = mapped_column(ForeignKey("states.id"))
    kind: Mapped[PlaceKind] = mapped_column(one_of(PlaceKind, "kind"))
    source: Mapped[str] = mapped_column(String(16))
    code: Mapped[str] = mapped_column(String(20))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"))
    district_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"))
    name_en: Mapped[str] = mapped_column(String(120))
    name_local: Mapped[str] = mapped_column(String(120), default="")
    name_local_source: Mapped[str] = mapped_column(String(16), default="")
    keys: Mapped[str] = mapped_column(String(400), default="")
    is_active: Mapped[bool] = mapped_column(default=True)

    state: Mapped[State] = relationship(lazy="raise")
    parent: Mapped["Place | None"] = relationship(remote_side=[id], foreign_keys=[parent_id], lazy="raise")


class PlaceKey(Base):
    """One searchable spelling or sound of a place, so that typing a few letters costs an index range."""

    __tablename__ = "place_keys"
    __table_args__ = (Index("ix_place_keys_district_id_key", "district_id", "key"),)

    place_id: Mapped[int] = mapped_column(ForeignKey("places.id", ondelete="CASCADE"), primary_key=True)
    # Compared letter by letter: in a language's own order a range of beginnings is not a range of the index.
    key: Mapped[str] = mapped_column(String(60).with_variant(String(60, collation="C"), "postgresql"), primary_key=True)
    district_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"))
