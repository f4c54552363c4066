"""The grievance and the person who brought it."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from swagat.database import Base, BigId, UtcDateTime, one_of
from swagat.domain.case import Confirmation, Outcome
from swagat.domain.policies import Channel
from swagat.domain.workflow import ClockState, Status
from swagat.models.organisation import Office
from swagat.models.people import Posting
from swagat.models.places import Place
from swagat.models.subjects import Category


class FilingMode(StrEnum):
    """How the grievance reached us."""

    WEB = "web"
    COUNTER = "counter"
    POST = "post"
    TELEPHONE = "telephone"
    SITTING = "sitting"
    API = "api"
    IMPORTED = "imported"


class Complainant(Base):
    """Who brings one grievance; read only through services/scope.identity_of."""

    __tablename__ = "complainants"
    __table_args__ = (Index("ix_complainants_mobile", "mobile"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    mobile: Mapped[str | None] = mapped_column(String(16))
    # When a code sent to the number came back; never where no code was asked for.
    mobile_proved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    phone_is_shared: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str] = mapped_column(String(2))
    address: Mapped[str] = mapped_column(Text, default="")


class Counter(Base):
    """The last running number of a state in a year; taken last in the filing transaction, so numbers have no gaps."""

    __tablename__ = "counters"

    state_id: Mapped[int] = mapped_column(ForeignKey("states.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


# Of whom a case complains, nobody may count it: with this in the index too, a desk counts without reading any case.
WHOM_IT_ACCUSES = ["accused_office_id", "accused_person_id"]


def _few(name: str, *columns: str, where: str) -> Index:
    """Return an index of those rows alone for which a condition holds; SQLite wants it word for word as it is asked."""
    on_sqlite = where.replace("is_open", "is_open = 1")
    return Index(name, *columns, postgresql_where=text(where), sqlite_where=text(on_sqlite))


class Grievance(Base):
    """One matter brought by one person; status, offices, level and dates as the newest register entry left them."""

    __tablename__ = "grievances"
    __table_args__ = (
        UniqueConstraint("registration_number"),
        UniqueConstraint("submission_key"),
        UniqueConstraint("state_id", "year", "running"),
        CheckConstraint("level BETWEEN 1 AND 6", name="level_range"),
        CheckConstraint("urgency IN (0, 1)", name="urgency_known"),
        CheckConstraint("cycle >= 1", name="cycle_from_one"),
        CheckConstraint("status <> 'disposed' OR outcome IS NOT NULL", name="disposed_has_outcome"),
        CheckConstraint("status <> 'closed' OR confirmation <> 'pending'", name="closed_is_answered"),
        CheckConstraint("reporter_id IS NULL OR disposer_id IS NULL OR reporter_id <> disposer_id",
                        name="two_persons"),
        Index("ix_grievances_office_open_due", "office_id", "is_open", "urgency", "due_at", "id",
              postgresql_include=WHOM_IT_ACCUSES),
        Index("ix_grievances_office_status_due", "office_id", "status", "urgency", "due_at", "id",
              postgresql_include=WHOM_IT_ACCUSES),
        # Only what came up: at the level where a case begins, the office that works is the one that answers.
        _few("ix_grievances_came_up_due", "answerable_office_id", "is_open", "urgency", "due_at", "id",
             where="answerable_office_id <> office_id"),
        Index("ix_grievances_officer_open_due", "officer_posting_id", "is_open", "urgency", "due_at", "id",
              postgresql_include=WHOM_IT_ACCUSES),
        # Few cases are appealed or handed round, so these cost the others nothing.
        _few("ix_grievances_appellate_open_due", "appellate_office_id", "is_open", "urgency", "due_at", "id",
             where="appellate_office_id IS NOT NULL"),
        _few("ix_grievances_deciding_open_due", "deciding_office_id", "is_open", "urgency", "due_at", "id",
             where="deciding_office_id IS NOT NULL"),
        _few("ix_grievances_directing_open_due", "directing_office_id", "is_open", "urgency", "due_at", "id",
             where="directing_office_id IS NOT NULL"),
        _few("ix_grievances_listed_office_id", "listed_office_id", where="listed_office_id IS NOT NULL"),
        _few("ix_grievances_cause_id", "cause_id", where="cause_id IS NOT NULL"),
        _few("ix_grievances_not_reached_due", "office_id", "status", "urgency", "due_at", "id",
             where="disposed_at IS NOT NULL AND reached_at IS NULL"),
        # What superiors count, office by office: answered from these alone, and all but two are small.
        _few("ix_grievances_supervised", "office_id", "ladder", "clock_state", "due_on", "received_on",
             where="is_open"),
        _few("ix_grievances_coming_up", "answerable_office_id", "ladder", "due_on",
             where="is_open AND clock_state = 'runs'"),
        _few("ix_grievances_unassigned", "office_id", "ladder", where="status = 'registered'"),
        _few("ix_grievances_paused", "office_id", "ladder", "id", where="status = 'clarification_sought'"),
        _few("ix_grievances_late", "office_id", "ladder", where="is_open AND lapses > 0"),
        _few("ix_grievances_bounced", "office_id", "ladder", where="is_open AND transfers > 1"),
        _few("ix_grievances_reopened", "office_id", "ladder", where="is_open AND cycle > 1"),
        _few("ix_grievances_directed_due", "office_id", "is_open", "urgency", "due_at", "id",
             where="directing_office_id IS NOT NULL"),
        _few("ix_grievances_accused_office_id", "accused_office_id", where="is_open AND accused_office_id IS NOT NULL"),
        _few("ix_grievances_accused_person_id", "accused_person_id", where="is_open AND accused_person_id IS NOT NULL"),
        Index("ix_grievances_complainant_id", "complainant_id"),
        # What a counter filed: most grievances are filed by nobody but the complainant.
        _few("ix_grievances_filed_by", "filed_by_id", "filed_at", where="filed_by_id IS NOT NULL"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state_id: Mapped[int] = mapped_column(ForeignKey("states.id"))
    # Empty only inside the transaction that files it: the number is taken last.
    registration_number: Mapped[str | None] = mapped_column(String(24))
    year: Mapped[int | None]
    running: Mapped[int | None]
    submission_key: Mapped[str] = mapped_column(String(64))
    tracking_hash: Mapped[str] = mapped_column(String(64))

    complainant_id: Mapped[int] = mapped_column(ForeignKey("complainants.id"))
    is_identity_hidden: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str] = mapped_column(String(2))
    mode: Mapped[FilingMode] = mapped_column(one_of(FilingMode, "mode"))
    source: Mapped[str] = mapped_column(String(40), default="")
    source_reference: Mapped[str] = mapped_column(String(80), default="")
    received_on: Mapped[date]
    filed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    filed_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))

    category_id: Mapped[int] = mapped_column(ForeignKey("categories.id"))
    filed_category_id: Mapped[int] = mapped_column(ForeignKey("categories.id"))
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"))
    place_text: Mapped[str] = mapped_column(String(120), default="")
    landmark: Mapped[str] = mapped_column(String(200), default="")
    text: Mapped[str] = mapped_column(Text)
    relief_sought: Mapped[str] = mapped_column(Text, default="")
    approached_office: Mapped[str] = mapped_column(String(160), default="")
    approached_on: Mapped[date | None]
    approached_reference: Mapped[str] = mapped_column(String(80), default="")
    approached_reply: Mapped[str] = mapped_column(Text, default="")
    accused_office_id: Mapped[int | None] = mapped_column(ForeignKey("offices.id"))
    accused_person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    accused_note: Mapped[str] = mapped_column(String(200), default="")
    search_text: Mapped[str] = mapped_column(Text, default="")

    status: Mapped[Status] = mapped_column(one_of(Status, "status"))
    is_open: Mapped[bool] = mapped_column(default=True)
    # 0 immediate, 1 ordinary: so that one ascending index gives the desk its order.
    urgency: Mapped[int] = mapped_column(SmallInteger, default=1)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    answerable_office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    appellate_office_id: Mapped[int | None] = mapped_column(ForeignKey("offices.id"))
    # The common superior of the offices that held it, once it was transferred as often as allowed.
    deciding_office_id: Mapped[int | None] = mapped_column(ForeignKey("offices.id"))
    officer_posting_id: Mapped[int | None] = mapped_column(ForeignKey("postings.id"))
    ladder: Mapped[str] = mapped_column(String(24))
    level: Mapped[int]
    start_level: Mapped[int]
    channel: Mapped[Channel] = mapped_column(one_of(Channel, "channel"))
    policy_version: Mapped[int]
    cycle: Mapped[int] = mapped_column(default=1)
    clock_state: Mapped[ClockState] = mapped_column(one_of(ClockState, "clock_state"))
    due_on: Mapped[date]
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    transfers: Mapped[int] = mapped_column(default=0)
    transfer_is_final: Mapped[bool] = mapped_column(default=False)
    clarifications: Mapped[int] = mapped_column(default=0)
    reporter_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    disposer_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    # How often the time ran out in this cycle, and how often it had when a dated answer was last asked for.
    lapses: Mapped[int] = mapped_column(default=0)
    asked_after: Mapped[int] = mapped_column(default=0)
    time_given: Mapped[bool] = mapped_column(default=False)
    directing_office_id: Mapped[int | None] = mapped_column(ForeignKey("offices.id"))
    direction_is_reported: Mapped[bool] = mapped_column(default=False)
    # The office in whose sitting it is to be heard.
    listed_office_id: Mapped[int | None] = mapped_column(ForeignKey("offices.id"))
    cause_id: Mapped[int | None] = mapped_column(ForeignKey("common_causes.id"))
    outcome: Mapped[Outcome | None] = mapped_column(one_of(Outcome, "outcome"))
    ground_id: Mapped[int | None] = mapped_column(ForeignKey("grounds.id"))
    duplicate_of_id: Mapped[int | None] = mapped_column(ForeignKey("grievances.id"))
    is_closed_against: Mapped[bool] = mapped_column(default=False)
    confirmation: Mapped[Confirmation] = mapped_column(one_of(Confirmation, "confirmation"))
    disposed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reached_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seq: Mapped[int] = mapped_column(default=1)
    last_digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    version: Mapped[int] = mapped_column(default=1)

    complainant: Mapped[Complainant] = relationship(lazy="raise")
    category: Mapped[Category] = relationship(foreign_keys=[category_id], lazy="raise")
    place: Mapped[Place] = relationship(lazy="raise")
    office: Mapped[Office] = relationship(foreign_keys=[office_id], lazy="raise")
    answerable_office: Mapped[Office] = relationship(foreign_keys=[answerable_office_id], lazy="raise")
    officer_posting: Mapped[Posting | None] = relationship(foreign_keys=[officer_posting_id], lazy="raise")

    @property
    def is_immediate(self) -> bool:
        """Return whether somebody marked it as a danger to life or safety."""
        return self.urgency == 0
