"""Papers and photos; the bytes lie under their digest outside static/."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from swagat.database import Base, BigId, UtcDateTime, one_of


class DocumentKind(StrEnum):
    """What a document is for."""

    COMPLAINT = "complaint"
    SCAN = "scan"
    EVIDENCE = "evidence"


class Document(Base):
    """One paper of a grievance; where and when evidence was captured is kept apart from the stripped file."""

    __tablename__ = "documents"
    __table_args__ = (UniqueConstraint("grievance_id", "digest"), Index("ix_documents_digest", "digest"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    grievance_id: Mapped[int] = mapped_column(ForeignKey("grievances.id"))
    seq: Mapped[int]
    kind: Mapped[DocumentKind] = mapped_column(one_of(DocumentKind, "kind"))
    digest: Mapped[str] = mapped_column(String(64))
    media_type: Mapped[str] = mapped_column(String(40))
    size: Mapped[int]
    name: Mapped[str] = mapped_column(String(120))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    captured_at: Mapped[str | None] = mapped_column(String(32))
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    is_held: Mapped[bool] = mapped_column(default=False)
    is_visible: Mapped[bool] = mapped_column(default=True)
