"""Evidence packs that were asked for: how far each is made, where its files lie, and who took them."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from swagat.database import Base, BigId, UtcDateTime, one_of


class PackState(StrEnum):
    """How far a pack is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class PackFile(StrEnum):
    """What there is to take of a pack."""

    PDF = "pdf"
    ZIP = "zip"


class EvidencePack(Base):
    """A pack of one office, period and language as everything stood when it was asked for; at most one is not ended."""

    __tablename__ = "evidence_packs"
    __table_args__ = (
        CheckConstraint("first <= last", name="first_before_last"),
        CheckConstraint(
            "(state = 'done') = (zip_digest IS NOT NULL AND pdf_digest IS NOT NULL AND manifest IS NOT NULL)",
            name="done_has_its_files",
        ),
        Index(
            "uq_evidence_packs_not_ended", "office_id", "first", "last", "language", unique=True,
            postgresql_where=text("ended_at IS NULL"), sqlite_where=text("ended_at IS NULL"),
        ),
        Index("ix_evidence_packs_office_id_asked_at", "office_id", "asked_at"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    first: Mapped[date]
    last: Mapped[date]
    language: Mapped[str] = mapped_column(String(2))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    state: Mapped[PackState] = mapped_column(one_of(PackState, "state"), default=PackState.WAITING)
    percent: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int] = mapped_column(default=0)
    # Who makes it now, and until when nobody else may.
    lease: Mapped[str | None] = mapped_column(String(32))
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failure: Mapped[str] = mapped_column(String(200), default="")
    cases: Mapped[int] = mapped_column(default=0)
    manifest: Mapped[str | None] = mapped_column(String(64))
    zip_digest: Mapped[str | None] = mapped_column(String(64))
    zip_size: Mapped[int] = mapped_column(default=0)
    pdf_digest: Mapped[str | None] = mapped_column(String(64))
    pdf_size: Mapped[int] = mapped_column(default=0)


class PackDownload(Base):
    """Somebody took a file of a pack."""

    __tablename__ = "pack_downloads"
    __table_args__ = (Index("ix_pack_downloads_pack_id", "pack_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    pack_id: Mapped[int] = mapped_column(ForeignKey("evidence_packs.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    file: Mapped[PackFile] = mapped_column(one_of(PackFile, "file"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
