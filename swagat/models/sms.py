"""The outbox: every text is a row before it leaves the house."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from swagat.database import Base, BigId, Json, UtcDateTime, one_of
from swagat.domain.messages import MessageKey


class DeliveryStatus(StrEnum):
    """How far a text has come."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    UNKNOWN = "unknown"


class SmsMessage(Base):
    """One text to one number for one cause; the database lets no second one be queued."""

    __tablename__ = "sms_messages"
    __table_args__ = (
        UniqueConstraint("cause", "recipient", "template"),
        UniqueConstraint("provider_id"),
        Index("ix_sms_messages_grievance_id", "grievance_id"),
        Index(
            "ix_sms_messages_sending",
            "lease_until",
            postgresql_where=text("status = 'sending'"),
            sqlite_where=text("status = 'sending'"),
        ),
        Index(
            "ix_sms_messages_waiting",
            "next_try_at",
            "id",
            postgresql_where=text("status = 'queued'"),
            sqlite_where=text("status = 'queued'"),
        ),
        Index(
            "ix_sms_messages_unknown",
            "next_try_at",
            "id",
            postgresql_where=text("status = 'unknown' AND ended_at IS NULL"),
            sqlite_where=text("status = 'unknown' AND ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    cause: Mapped[str] = mapped_column(String(60))
    recipient: Mapped[str] = mapped_column(String(40))
    template: Mapped[MessageKey] = mapped_column(one_of(MessageKey, "template"))
    grievance_id: Mapped[int | None] = mapped_column(ForeignKey("grievances.id"))
    to: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(2))
    variables: Mapped[dict[str, Any]] = mapped_column(Json)
    body: Mapped[str] = mapped_column(Text, default="")
    status: Mapped[DeliveryStatus] = mapped_column(one_of(DeliveryStatus, "status"))
    queued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    next_try_at: Mapped[datetime] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    tried_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    looks: Mapped[int] = mapped_column(default=0, server_default="0")
    lease: Mapped[str] = mapped_column(String(32), default="")
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    provider_id: Mapped[str | None] = mapped_column(String(64))
    failure: Mapped[str] = mapped_column(String(200), default="")
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SmsReport(Base):
    """One delivery report of the provider, kept as it came; the text it is about need not be known to us."""

    __tablename__ = "sms_reports"
    __table_args__ = (UniqueConstraint("message_id", "provider_id", "status"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    message_id: Mapped[int] = mapped_column(BigId)
    provider_id: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(40))
    code: Mapped[str] = mapped_column(String(40), default="")
    raw: Mapped[str] = mapped_column(Text)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RefusedNumber(Base):
    """A number that the provider said no text can reach, and its code for why."""

    __tablename__ = "refused_numbers"

    mobile: Mapped[str] = mapped_column(String(16), primary_key=True)
    code: Mapped[str] = mapped_column(String(40))
    refused_at: Mapped[datetime] = mapped_column(UtcDateTime)
