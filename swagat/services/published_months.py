"""Reads what was published of a month: first, as revised, and as it was in force on a day; nothing of it changes."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from swagat.domain.quality.indicators import Tally
from swagat.domain.quality.revisions import Change, changes
from swagat.models import PublishedTally, Scope
from swagat.services import catalogue
from swagat.services.tallies import Where, added


class Published(NamedTuple):
    """The counts of a scope and month as they were published: 0 for the first time, then revision by revision."""

    revision: int
    tally: Tally
    as_of: datetime
    published_at: datetime


class Revision(NamedTuple):
    """A later publication of a month: which figures changed, from what to what."""

    number: int
    as_of: datetime
    published_at: datetime
    changes: list[Change]


class Summary(NamedTuple):
    """When a month was first published, and how many revisions there are since."""

    published_at: datetime
    revisions: int


class OverTime(NamedTuple):
    """What each office counted in a month at every moment at which anything of it was published."""

    moments: int
    of_office: Mapping[int, Sequence[Tally]]


def history(session: Session, where: Where, month: date) -> list[Published]:
    """Return a month as it was first published and as it was revised, oldest first; empty where it never was.

    Who had nothing to count when the month was published has an empty tally of that moment.
    """
    asked = select(PublishedTally).where(_of_month(where, month)).order_by(PublishedTally.revision)
    found: dict[int, Published] = {}
    for row in session.scalars(asked):
        if (row.scope, row.scope_id) == (where.scope, where.scope_id):
            found[row.revision] = Published(row.revision, added([row.counts]), row.as_of, row.published_at)
        else:
            found.setdefault(0, Published(0, {}, row.as_of, row.published_at))
    return [found[revision] for revision in sorted(found)]


def summary(session: Session, where: Where, month: date) -> Summary | None:
    """Return when a month was published and how often it was revised since, without reading what; one statement."""
    asked = select(func.min(PublishedTally.published_at), func.max(PublishedTally.revision))
    published_at, revisions = session.execute(asked.where(_of_month(where, month))).one()
    return None if published_at is None else Summary(published_at, revisions)


def revisions_of(versions: Sequence[Published]) -> list[Revision]:
    """Return what each revision changed, oldest first."""
    return [
        Revision(after.revision, after.as_of, after.published_at, changes(before.tally, after.tally))
        for before, after in pairwise(versions)
    ]


def end_of(state_id: int, day: date) -> datetime:
    """Return the last instant of a day in a state: what is known or in force on a day is so at its end."""
    return catalogue.calendar(state_id).end_of_day(day) - timedelta(microseconds=1)


def in_force(versions: Sequence[Published], at: datetime) -> Published | None:
    """Return what had been published last at an instant, None where nothing had."""
    return next((one for one in reversed(versions) if one.published_at <= at), None)


def offices_over_time(session: Session, state_id: int, month: date) -> OverTime:
    """Return what every office counted in a month at each moment of its publication and revisions; one statement."""
    asked = select(PublishedTally).where(PublishedTally.state_id == state_id, PublishedTally.month == month)
    at: set[datetime] = set()
    known: dict[int, dict[datetime, Tally]] = {}
    columns = (PublishedTally.scope, PublishedTally.scope_id, PublishedTally.published_at, PublishedTally.counts)
    for row in session.execute(asked.with_only_columns(*columns)):
        at.add(row.published_at)
        if row.scope is Scope.OFFICE:
            known.setdefault(row.scope_id, {})[row.published_at] = added([row.counts])
    moments = sorted(at)
    return OverTime(len(moments), {office_id: _filled(theirs, moments) for office_id, theirs in known.items()})


def _filled(known: Mapping[datetime, Tally], moments: Sequence[datetime]) -> Sequence[Tally]:
    """Return what stood at every moment: what was published last before it, and nothing before anything was."""
    found: list[Tally] = []
    last: Tally = {}
    for moment in moments:
        last = known.get(moment, last)
        found.append(last)
    return found


def _of_month(where: Where, month: date) -> ColumnElement[bool]:
    mine = and_(PublishedTally.scope == where.scope, PublishedTally.scope_id == where.scope_id)
    # The first publication of a state is that of all its months, whoever had nothing to count then.
    first = and_(
        PublishedTally.scope == Scope.STATE, PublishedTally.scope_id == where.state_id, PublishedTally.revision == 0
    )
    return and_(PublishedTally.state_id == where.state_id, PublishedTally.month == month, or_(mine, first))
