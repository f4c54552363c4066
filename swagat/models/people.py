"""The people of the offices, where they are posted, and their signed-in sessions."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from swagat.database import Base, BigId, UtcDateTime, one_of
from swagat.domain.roles import Role
from swagat.models.organisation import Office


class Person(Base):
    """A member of staff; without a password hash nobody can sign in as this person."""

    __tablename__ = "persons"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    login: Mapped[str] = mapped_column(String(60), unique=True)
    name_en: Mapped[str] = mapped_column(String(120))
    name_local: Mapped[str] = mapped_column(String(120), default="")
    mobile: Mapped[str | None] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(2), default="gu")
    password_hash: Mapped[str | None] = mapped_column(String(200))
    is_active: Mapped[bool] = mapped_column(default=True)


class Posting(Base):
    """A person in an office in a role for a time; `is_acting` holds the post of somebody absent."""

    __tablename__ = "postings"
    __table_args__ = (
        CheckConstraint("ends_at IS NULL OR ends_at > begins_at", name="ends_after_it_begins"),
        Index("ix_postings_office_id_role", "office_id", "role"),
        Index("ix_postings_person_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    role: Mapped[Role] = mapped_column(one_of(Role, "role"))
    begins_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_acting: Mapped[bool] = mapped_column(default=False)

    person: Mapped[Person] = relationship(lazy="raise")
    office: Mapped[Office] = relationship(lazy="raise")


class Absence(Base):
    """Days on which the holder of a posting is away; meanwhile the acting holder answers, else the office above."""

    __tablename__ = "absences"
    __table_args__ = (
        CheckConstraint("ends_on >= begins_on", name="ends_after_it_begins"),
        Index("ix_absences_posting_id", "posting_id", "ends_on"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    posting_id: Mapped[int] = mapped_column(ForeignKey("postings.id"))
    begins_on: Mapped[date]
    ends_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(120), default="")
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class StaffSession(Base):
    """A sign-in that can be ended from the server: the cookie holds a token, this row its digest."""

    __tablename__ = "staff_sessions"
    __table_args__ = (Index("ix_staff_sessions_person_id", "person_id"),)

    token_digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    posting_id: Mapped[int] = mapped_column(ForeignKey("postings.id"))
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
