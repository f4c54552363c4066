"""What is counted for the figures of quality: per case, summed up per scope and month, and as it was published."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from swagat.database import Base, BigId, Json, UtcDateTime, one_of
from swagat.domain.quality.measures import Measure


class Uncounted(Base):
    """A register entry or an ended text that the figures do not contain yet; taken away with the counting.

    A row for each of them and not for each case: one that comes while the case is being counted is counted after it.
    Of a text `seq` is a number below 0 (services/ended_texts.py).
    """

    __tablename__ = "uncounted"

    grievance_id: Mapped[int] = mapped_column(ForeignKey("grievances.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(BigId, primary_key=True)


class CaseCount(Base):
    """What one case counts for now: the rows of a figure's list, and what a recount adds up."""

    __tablename__ = "case_counts"
    __table_args__ = (Index("ix_case_counts_listed", "office_id", "measure", "month", "key"),)

    grievance_id: Mapped[int] = mapped_column(ForeignKey("grievances.id"), primary_key=True)
    measure: Mapped[Measure] = mapped_column(one_of(Measure, "measure"), primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    number: Mapped[int]


class Scope(StrEnum):
    """Whose figures they are."""

    STATE = "state"
    DISTRICT = "district"
    DEPARTMENT = "department"
    OFFICE = "office"


class MonthTally(Base):
    """The counts of a scope in a month, by measure and key; what is open now stands under the month of 1970.

    One row holds all of them, so that a page reads as many rows at ten million cases as at ten thousand.
    """

    __tablename__ = "month_tallies"

    state_id: Mapped[int] = mapped_column(ForeignKey("states.id"), primary_key=True)
    scope: Mapped[Scope] = mapped_column(one_of(Scope, "scope"), primary_key=True)
    scope_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    month: Mapped[date] = mapped_column(primary_key=True)
    is_imported: Mapped[bool] = mapped_column(primary_key=True, default=False)
    counts: Mapped[dict[str, Any]] = mapped_column(Json)
    counted_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PublishedTally(Base):
    """The counts of a scope and month as they were published; a later revision is a row of its own."""

    __tablename__ = "published_tallies"

    state_id: Mapped[int] = mapped_column(ForeignKey("states.id"), primary_key=True)
    scope: Mapped[Scope] = mapped_column(one_of(Scope, "scope"), primary_key=True)
    scope_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    month: Mapped[date] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    counts: Mapped[dict[str, Any]] = mapped_column(Json)
    as_of: Mapped[datetime] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ImportRun(Base):
    """One file of history from another system: how far it has come, and who brought it."""

    __tablename__ = "import_runs"
    __table_args__ = (UniqueConstraint("state_id", "digest"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state_id: Mapped[int] = mapped_column(ForeignKey("states.id"))
    digest: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200))
    lines: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CheckResult(StrEnum):
    """What a checker of another office found of a disposal; counted apart from what the complainant said."""

    TRUE = "true"
    FALSE = "false"
    NOT_REACHED = "not_reached"


class CheckWay(StrEnum):
    """How a disposal was checked."""

    CALL = "call"
    VISIT = "visit"


class DisposalCheck(Base):
    """One disposal drawn for a check, by a seed that anyone can draw with again, and what was found."""

    __tablename__ = "disposal_checks"
    __table_args__ = (
        UniqueConstraint("grievance_id", "disposed_seq"),
        Index("ix_disposal_checks_checker", "checker_office_id", "checked_at"),
        Index("ix_disposal_checks_office_month", "office_id", "month"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    grievance_id: Mapped[int] = mapped_column(ForeignKey("grievances.id"))
    disposed_seq: Mapped[int]
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    month: Mapped[date]
    seed: Mapped[str] = mapped_column(String(64))
    checker_office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    drawn_at: Mapped[datetime] = mapped_column(UtcDateTime)
    way: Mapped[CheckWay | None] = mapped_column(one_of(CheckWay, "way"))
    result: Mapped[CheckResult | None] = mapped_column(one_of(CheckResult, "result"))
    evidence: Mapped[str] = mapped_column(Text, default="")
    checker_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reopened_seq: Mapped[int | None]
