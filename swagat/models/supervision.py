"""What superiors do about late cases: directions, common causes, and the record of who let the time run out."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from swagat.database import Base, BigId, UtcDateTime


class Direction(Base):
    """What a superior orders an office to do by a date; at most one of a grievance is open."""

    __tablename__ = "directions"
    __table_args__ = (
        UniqueConstraint("grievance_id", "ordinal"),
        Index(
            "uq_directions_open_grievance_id",
            "grievance_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
            sqlite_where=text("ended_at IS NULL"),
        ),
        Index(
            "ix_directions_open_office_id",
            "office_id",
            "due_on",
            postgresql_where=text("ended_at IS NULL"),
            sqlite_where=text("ended_at IS NULL"),
        ),
        CheckConstraint("complied_on IS NULL OR ended_at IS NOT NULL", name="complied_has_ended"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    grievance_id: Mapped[int] = mapped_column(ForeignKey("grievances.id"))
    ordinal: Mapped[int]
    # The register entry that gave it; its words are the remark beside that entry.
    seq: Mapped[int]
    # Who sees to it now: the office that gave it, and after each missed date the next one up.
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    given_by_office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    given_by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_on: Mapped[date]
    reported_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    returned: Mapped[int] = mapped_column(default=0)
    missed: Mapped[int] = mapped_column(default=0)
    complied_on: Mapped[date | None]
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Lapse(Base):
    """A due date that passed: which office answered then, who had the case, and whether each has said why."""

    __tablename__ = "lapses"
    __table_args__ = (
        UniqueConstraint("grievance_id", "cycle", "ordinal"),
        Index(
            "ix_lapses_owing_office_id",
            "office_id",
            "grievance_id",
            postgresql_where=text("head_seq IS NULL"),
            sqlite_where=text("head_seq IS NULL"),
        ),
        Index(
            "ix_lapses_owing_person_id",
            "person_id",
            "grievance_id",
            postgresql_where=text("officer_seq IS NULL AND person_id IS NOT NULL"),
            sqlite_where=text("officer_seq IS NULL AND person_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    grievance_id: Mapped[int] = mapped_column(ForeignKey("grievances.id"))
    cycle: Mapped[int]
    # Counts the lapses of a cycle from 1.
    ordinal: Mapped[int]
    level: Mapped[int]
    due_on: Mapped[date]
    lapsed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    working_office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    # The officer who had it then, if somebody had.
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    # The register entries in which the officer and the head of the office say why.
    officer_seq: Mapped[int | None]
    head_seq: Mapped[int | None]


class CommonCause(Base):
    """One cause behind several people's grievances, with an owner and a date; nobody sees another's case."""

    __tablename__ = "common_causes"
    __table_args__ = (Index("ix_common_causes_office_id", "office_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state_id: Mapped[int] = mapped_column(ForeignKey("states.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    title: Mapped[str] = mapped_column(String(160))
    owner_posting_id: Mapped[int | None] = mapped_column(ForeignKey("postings.id"))
    expected_on: Mapped[date]
    begun_by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
