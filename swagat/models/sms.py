"""The outbox: every text is a row before it leaves the house, and so is what comes back about it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, SmallInteger, String, Text, UniqueConstraint, text
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


_URGENT_WAITS = "status = 'queued' AND template IN ('asking_code', 'office_immediate')"


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
        # What cannot wait is looked for before each handful of the others.
        Index(
            "ix_sms_messages_urgent",
            "next_try_at",
            "id",
            postgresql_where=text(_URGENT_WAITS),
            sqlite_where=text(_URGENT_WAITS),
        ),
        Index(
            "ix_sms_messages_unknown",
            "next_try_at",
            "id",
            postgresql_where=text("status = 'unknown' AND ended_at IS NULL"),
            sqlite_where=text("status = 'unknown' AND ended_at IS NULL"),
        ),
        Index(
            "ix_sms_messages_sent",
            "next_try_at",
            "id",
            postgresql_where=text("status = 'sent'"),
            sqlite_where=text("status = 'sent'"),
        ),
        # What a page counts and lists of the last weeks, however many years lie behind them.
        Index("ix_sms_messages_ended_at", "ended_at", "status"),
        Index("ix_sms_messages_tried_at", "tried_at"),
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
    segments: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    status: Mapped[DeliveryStatus] = mapped_column(one_of(DeliveryStatus, "status"))
    queued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    next_try_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # After this instant a text is of no use any more and is not sent.
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    tried_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    looks: Mapped[int] = mapped_column(default=0, server_default="0")
    lease: Mapped[str] = mapped_column(String(32), default="")
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    provider_id: Mapped[str | None] = mapped_column(String(64))
    failure: Mapped[str] = mapped_column(String(200), default="")
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # When nobody waited for a report any more, of a text of which one came all the same.
    given_up_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # A text that somebody had sent once more, who that was and why.
    resend_of_id: Mapped[int | None] = mapped_column(ForeignKey("sms_messages.id"))
    resent_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    resend_reason: Mapped[str] = mapped_column(String(200), default="", server_default="")


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


class OptedOutNumber(Base):
    """A number whose holder wants no texts; every sender passes it by until they want them again."""

    __tablename__ = "opted_out_numbers"

    mobile: Mapped[str] = mapped_column(String(16), primary_key=True)
    opted_out_at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(String(16))


class InboundSms(Base):
    """One text that somebody sent us, once however often it is reported: what it asked for, never its words."""

    __tablename__ = "inbound_sms"
    __table_args__ = (UniqueConstraint("provider_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    provider_id: Mapped[str] = mapped_column(String(64))
    mobile: Mapped[str] = mapped_column(String(16))
    command: Mapped[str] = mapped_column(String(16))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RegisteredTemplate(Base):
    """A text as it is registered with the telecom operators (DLT) for one state; the digest is of the words then."""

    __tablename__ = "registered_templates"

    state_id: Mapped[int] = mapped_column(ForeignKey("states.id"), primary_key=True)
    template: Mapped[str] = mapped_column(String(40), primary_key=True)
    language: Mapped[str] = mapped_column(String(2), primary_key=True)
    template_id: Mapped[str] = mapped_column(String(30))
    header: Mapped[str] = mapped_column(String(11))
    words_digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    registered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    registered_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))


class CodePurpose(StrEnum):
    """What a one-time code proves a number for; a code for one of them is worth nothing for another."""

    FILING = "filing"
    CONFIRMING = "confirming"
    OWN_GRIEVANCES = "own_grievances"


class OneTimeCode(Base):
    """A code on its way to a number; it is worked out from the nonce and the installation's secret, never kept.

    `subject` is a keyed hash of number and purpose, `holder` one of the browser that asked: in another the code is
    worth nothing.
    """

    __tablename__ = "one_time_codes"
    __table_args__ = (
        Index("ix_one_time_codes_subject", "subject", "holder", "made_at"),
        Index("ix_one_time_codes_expires_at", "expires_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    purpose: Mapped[CodePurpose] = mapped_column(one_of(CodePurpose, "purpose"))
    subject: Mapped[str] = mapped_column(String(64))
    holder: Mapped[str] = mapped_column(String(64))
    nonce: Mapped[bytes] = mapped_column(LargeBinary(16))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(SmallInteger, default=0)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class BurstKind(StrEnum):
    """What came in a burst."""

    CODES = "codes"
    CONFIRMATIONS = "confirmations"


class Burst(Base):
    """How many codes or confirmations came from one address or device in an hour, for the signals of quality.

    `source` is a keyed hash: the address itself is not kept. Few in an hour are no burst, and are erased after it.
    """

    __tablename__ = "bursts"
    __table_args__ = (UniqueConstraint("kind", "source", "begins_at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[BurstKind] = mapped_column(one_of(BurstKind, "kind"))
    source: Mapped[str] = mapped_column(String(64))
    begins_at: Mapped[datetime] = mapped_column(UtcDateTime)
    count: Mapped[int]
