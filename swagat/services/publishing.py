"""A month is published once, on a fixed day; what changes later is appended as a revision, and the old figure kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from swagat.database import db, table_of, transaction
from swagat.domain.quality.indicators import Tally
from swagat.domain.quality.measures import EVER
from swagat.domain.quality.revisions import months_up_to, newest_due
from swagat.models import GrievanceEvent, MonthTally, PublishedTally, Scope, Uncounted
from swagat.services import catalogue, ended_texts
from swagat.services.bulk import insert_rows
from swagat.services.catalogue_views import StateView
from swagat.services.tallies import added, as_of

MONTHS = 24
"""Older months are not compared any more: they stay as they were published last."""
WAITS = timedelta(minutes=10)
"""What is not counted after so long is not on its way: a month published now would lack it."""

_KEY = ("state_id", "scope", "scope_id", "month", "revision")
_Whose = tuple[Scope, int]


class NotCountedYet(Exception):
    """Entries of the register wait to be counted, so nothing is published; the job is tried again."""


@dataclass(slots=True)
class PublishReport:
    """What one run published: months for the first time, and revisions of scopes in earlier ones."""

    months: int = 0
    tallies: int = 0
    revisions: int = 0


def publish(now: datetime, on_day: int) -> PublishReport:
    """Publish every month that is due and not published yet, and revise those of the last two years that changed.

    Cases from another system are left out. Raises NotCountedYet while the counting is behind.
    """
    waiting = _waiting(db.session(), now)
    if waiting:
        raise NotCountedYet(f"{waiting} entries of the register or ends of texts are not counted yet")
    report = PublishReport()
    for state in catalogue.states():
        last = newest_due(state.calendar.day_of(now), on_day)
        first = _first_month(db.session(), state.id)
        for month in months_up_to(last, MONTHS) if first is not None else ():
            if first is not None and month >= first:
                _publish_month(state, month, now, report)
    return report


def _waiting(session: Session, now: datetime) -> int:
    entry = and_(GrievanceEvent.grievance_id == Uncounted.grievance_id, GrievanceEvent.seq == Uncounted.seq)
    asked = select(func.count()).select_from(Uncounted).join(GrievanceEvent, entry)
    entries = session.scalar(asked.where(GrievanceEvent.at <= now - WAITS)) or 0
    return entries + ended_texts.waiting_since(session, now - WAITS)


def _first_month(session: Session, state_id: int) -> date | None:
    """Return the first month of which a state has any count of its own."""
    return session.scalar(
        select(func.min(MonthTally.month)).where(
            MonthTally.state_id == state_id,
            MonthTally.scope == Scope.STATE,
            MonthTally.scope_id == state_id,
            MonthTally.month > EVER,
            MonthTally.is_imported.is_(False),
        )
    )


def _publish_month(state: StateView, month: date, now: datetime, report: PublishReport) -> None:
    with transaction() as session:
        counted_at = as_of(session, state.id).counted_at or now
        tallies = _tallies(session, state.id, month)
        newest = _newest(session, state.id, month)
        is_first = (Scope.STATE, state.id) not in newest
        if is_first:
            # A month without any count is published too: what comes into it later is a revision.
            tallies.setdefault((Scope.STATE, state.id), {})
            new = {whose: (0, tally) for whose, tally in tallies.items()}
        else:
            new = {
                whose: (newest[whose][0] + 1 if whose in newest else 1, tallies.get(whose, {}))
                for whose in tallies.keys() | newest.keys()
                if tallies.get(whose, {}) != (newest[whose][1] if whose in newest else {})
            }
        rows = [
            _row(state.id, whose, month, revision, tally) | {"as_of": counted_at, "published_at": now}
            for whose, (revision, tally) in sorted(new.items())
        ]
        # Another process may be at the same month: what it wrote first stands.
        written = insert_rows(session, table_of(PublishedTally), rows, unique=_KEY)
    if is_first:
        report.months += bool(written)
        report.tallies += written
    else:
        report.revisions += written


def _row(state_id: int, whose: _Whose, month: date, revision: int, tally: Tally) -> dict[str, Any]:
    return {
        "state_id": state_id,
        "scope": whose[0],
        "scope_id": whose[1],
        "month": month,
        "revision": revision,
        "counts": {measure.value: dict(keys) for measure, keys in tally.items()},
    }


def _tallies(session: Session, state_id: int, month: date) -> dict[_Whose, Tally]:
    """Return what every scope of a state counts in a month now, in one statement: all of the same moment."""
    asked = select(MonthTally.scope, MonthTally.scope_id, MonthTally.counts).where(
        MonthTally.state_id == state_id, MonthTally.month == month, MonthTally.is_imported.is_(False)
    )
    return {(row.scope, row.scope_id): _without_nothing(row.counts) for row in session.execute(asked)}


def _newest(session: Session, state_id: int, month: date) -> dict[_Whose, tuple[int, Tally]]:
    columns = (PublishedTally.scope, PublishedTally.scope_id, PublishedTally.revision, PublishedTally.counts)
    asked = select(*columns).where(PublishedTally.state_id == state_id, PublishedTally.month == month)
    return {
        (row.scope, row.scope_id): (row.revision, _without_nothing(row.counts))
        for row in session.execute(asked.order_by(PublishedTally.revision))
    }


def _without_nothing(counts: Mapping[str, Mapping[str, int]]) -> Tally:
    """Return counts without what came to nothing, so that equal ones compare equal."""
    return {measure: keys for measure, keys in added([counts]).items() if keys}
