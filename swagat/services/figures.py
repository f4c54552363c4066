"""The three figures of the first page: received, confirmed as solved, and how long an answer took, this month."""

import time
from datetime import date, datetime, timedelta
from statistics import median
from threading import Lock
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from swagat.database import db, source_of
from swagat.domain.case import Confirmation, Outcome
from swagat.models import Grievance
from swagat.services import catalogue

SECONDS_KEPT = 300.0
FEWEST = 5
"""With fewer answers than this their median says nothing."""
NEWEST = 5_000
"""The median is taken over at most so many answers, the newest of the month, so that its cost has a bound."""
ANSWERS = (Outcome.REDRESSED, Outcome.PARTLY_REDRESSED, Outcome.OTHER_RELIEF, Outcome.NOT_ESTABLISHED)


class Figures(NamedTuple):
    """Counts of the calendar month in India so far, and the median of working days; None where there is nothing."""

    received: int | None
    confirmed: int | None
    median_days: float | None


class _Kept(NamedTuple):
    at: float
    month: date
    figures: Figures


_lock = Lock()
_kept: WeakKeyDictionary[Any, _Kept] = WeakKeyDictionary()


def this_month(now: datetime, state_id: int) -> Figures:
    """Return the figures of the month in all states together, counted at most five minutes ago."""
    session = db.session()
    calendar = catalogue.calendar(state_id)
    month = calendar.day_of(now).replace(day=1)
    kept = _kept.get(source_of(session))
    if kept and kept.month == month and time.monotonic() - kept.at < SECONDS_KEPT:
        return kept.figures
    if not _lock.acquire(blocking=kept is None or kept.month != month):
        # Somebody counts already; until then the older figures are true enough.
        return kept.figures if kept else Figures(None, None, None)
    try:
        begins = calendar.end_of_day(month - timedelta(days=1))
        figures = count(session, month, begins)
        _kept[source_of(session)] = _Kept(time.monotonic(), month, figures)
    finally:
        _lock.release()
    return figures


def count(session: Session, month: date, begins: datetime) -> Figures:
    """Return the figures since the first of a month, which begins at this instant."""
    received, confirmed = session.execute(
        select(
            func.count().filter(Grievance.received_on >= month),
            func.count().filter(Grievance.closed_at >= begins, Grievance.confirmation == Confirmation.CONFIRMED),
        ).select_from(Grievance)
    ).one()
    answered = session.execute(
        select(Grievance.state_id, Grievance.received_on, Grievance.disposed_at)
        .where(Grievance.disposed_at >= begins, Grievance.outcome.in_(ANSWERS))
        .order_by(Grievance.disposed_at.desc())
        .limit(NEWEST)
    )
    taken = [_working_days(state_id, first, last) for state_id, first, last in answered if last is not None]
    return Figures(received or None, confirmed or None, median(taken) if len(taken) >= FEWEST else None)


def _working_days(state_id: int, received_on: date, at: datetime) -> int:
    calendar = catalogue.calendar(state_id)
    return calendar.working_days_between(received_on, calendar.day_of(at))
