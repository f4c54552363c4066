"""How many texts stand where, why some did not arrive, and what was spent: counted by indexes, never from them all.

What is on its way is counted whole, because there are few. What has ended is counted since an instant, because a year
of texts is millions.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, String, func, literal, null, or_, select, type_coerce, union_all
from sqlalchemy.orm import Session, aliased

from swagat.domain.messages import MessageKey
from swagat.domain.roles import Actor
from swagat.domain.working_time import INDIA
from swagat.models import DeliveryStatus, Grievance, SmsMessage

LISTED_DAYS = 30
# Stands in an address and in a figure's label for a text that failed and says nothing of why.
NO_CAUSE = "none"

S = DeliveryStatus
Conditions = Sequence[ColumnElement[bool]]


class Standing(StrEnum):
    """Where a text stands; an unknown one is unsettled while the provider is still asked about it."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    UNSETTLED = "unsettled"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    UNKNOWN = "unknown"


LIVE = (Standing.QUEUED, Standing.SENDING, Standing.SENT, Standing.UNSETTLED)
ENDED = (Standing.DELIVERED, Standing.UNDELIVERED, Standing.FAILED, Standing.UNKNOWN)
NOT_ARRIVED = (Standing.UNDELIVERED, Standing.FAILED, Standing.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Figures:
    """How many texts stand where; those that ended are counted since an instant, those on their way are all."""

    counts: dict[Standing, int]
    oldest_waiting: datetime | None

    @property
    def not_arrived(self) -> int:
        """Return how many ended without being known to have arrived."""
        return sum(self.counts[one] for one in NOT_ARRIVED)


class Failure(NamedTuple):
    """Why texts did not arrive, a provider's code or a sentence of ours, and how many."""

    cause: str
    texts: int


class Spent(NamedTuple):
    """What one template cost: how many texts the provider took, and of how many segments."""

    template: MessageKey
    texts: int
    segments: int


def standing_of(status: DeliveryStatus, ended_at: datetime | None) -> Standing:
    """Return where a text stands."""
    return Standing.UNSETTLED if status is S.UNKNOWN and ended_at is None else Standing(status.value)


def cause_of(failure: str) -> str:
    """Return why a text did not arrive: what a provider's code was put into words around, or the words themselves."""
    return failure.rpartition(": ")[2] or NO_CAUSE


def first_instant(day: date) -> datetime:
    """Return when a day begins in India."""
    return datetime.combine(day, time(), INDIA)


def listed_since(now: datetime) -> datetime:
    """Return the instant from which texts that have ended are counted and listed."""
    return first_instant(now.astimezone(INDIA).date() - timedelta(days=LISTED_DAYS))


def since_yesterday(now: datetime) -> datetime:
    """Return when yesterday began in India."""
    return first_instant(now.astimezone(INDIA).date() - timedelta(days=1))


def stands_at(standing: Standing, since: datetime) -> ColumnElement[bool]:
    """Return the condition that a text stands there, and has ended since then where it has ended."""
    # Written out and not as a parameter: only so does a database know that a partial index holds all of them.
    status = S.UNKNOWN if standing is Standing.UNSETTLED else S(standing.value)
    here = SmsMessage.status == literal(status, SmsMessage.status.type, literal_execute=True)
    if standing is Standing.UNSETTLED:
        return here & SmsMessage.ended_at.is_(None)
    return here if standing in LIVE else here & (SmsMessage.ended_at >= since)


def did_not_arrive(since: datetime) -> ColumnElement[bool]:
    """Return the condition that a text has ended since then and is not known to have arrived."""
    return SmsMessage.status.in_([S(one.value) for one in NOT_ARRIVED]) & (SmsMessage.ended_at >= since)


def failed_by(cause: str) -> ColumnElement[bool]:
    """Return the condition that a text has this `cause_of` its failure."""
    if cause == NO_CAUSE:
        return SmsMessage.failure == ""
    return or_(SmsMessage.failure == cause, SmsMessage.failure.endswith(f": {cause}", autoescape=True))


def kept_to_state_of(session: Session, actor: Actor) -> Conditions:
    """Return what keeps texts to the administrator's state; a text about no case belongs to every one.

    That is nothing where no other state has a case: then no text has to be asked which state its case is of.
    """
    states = (select(one(Grievance.state_id)).scalar_subquery() for one in (func.min, func.max))
    if set(session.execute(select(*states)).one()) <= {actor.state_id, None}:
        return ()
    one = aliased(Grievance)
    mine = select(one.id).where(one.id == SmsMessage.grievance_id, one.state_id == actor.state_id).correlate(SmsMessage)
    return (or_(SmsMessage.grievance_id.is_(None), mine.exists()),)


def figures(session: Session, since: datetime, only: Conditions = ()) -> Figures:
    """Return how many texts stand where, in one statement."""
    live: list[Any] = [
        select(
            literal(one.value).label("standing"),
            func.count().label("texts"),
            func.min(SmsMessage.queued_at).label("oldest"),
        )
        .where(stands_at(one, since), *only)
        .select_from(SmsMessage)
        for one in LIVE
    ]
    ended: Any = (
        select(type_coerce(SmsMessage.status, String), func.count(), null())
        .where(SmsMessage.ended_at >= since, *only)
        .group_by(SmsMessage.status)
    )
    counts = dict.fromkeys(Standing, 0)
    oldest = None
    for row in session.execute(union_all(*live, ended)):
        counts[Standing(row.standing)] = row.texts
        if row.standing == Standing.QUEUED:
            oldest = row.oldest
    return Figures(counts, oldest)


def failures(session: Session, since: datetime, only: Conditions = ()) -> list[Failure]:
    """Return why texts that ended since then did not arrive, the most frequent cause first; one statement."""
    statement = (
        select(SmsMessage.failure, func.count()).where(did_not_arrive(since), *only).group_by(SmsMessage.failure)
    )
    counted: Counter[str] = Counter()
    for failure, count in session.execute(statement):
        counted[cause_of(failure)] += count
    return [Failure(*one) for one in sorted(counted.items(), key=lambda one: (-one[1], one[0]))]


def spent(session: Session, begins: datetime, ends: datetime, only: Conditions = ()) -> list[Spent]:
    """Return what each template cost in a stretch of time, by when its texts were last tried; one statement.

    What the provider never took costs nothing.
    """
    statement = (
        select(SmsMessage.template, func.count(), func.sum(SmsMessage.segments))
        .where(SmsMessage.tried_at >= begins, SmsMessage.tried_at < ends, SmsMessage.provider_id.is_not(None), *only)
        .group_by(SmsMessage.template)
    )
    found = [Spent(template, texts, int(segments)) for template, texts, segments in session.execute(statement)]
    return sorted(found, key=lambda one: (-one.segments, one.template.value))
