"""Grievances that are held to be acted on together: locked in one order, and read with all that deciding needs."""

from collections import namedtuple
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import Text, bindparam, select
from sqlalchemy.orm import Session

from swagat.database import is_sqlite, table_of
from swagat.domain.deadlines import Clock
from swagat.domain.working_time import INDIA
from swagat.models import Complainant, Deadline, Document, Grievance, Pause, Posting, Proposal
from swagat.services.bulk import among
from swagat.services.facts import Known
from swagat.services.posts import Posts

_DEADLINES, _GRIEVANCES, _PAUSES = table_of(Deadline), table_of(Grievance), table_of(Pause)
_DOCUMENTS, _PROPOSALS = table_of(Document), table_of(Proposal)
_COMPLAINANTS, _POSTS = table_of(Complainant), table_of(Posting)


class Due(NamedTuple):
    """A deadline that runs."""

    id: int
    clock: Clock
    due_at: datetime
    fire_at: datetime


@dataclass(slots=True)
class Running:
    """The deadlines that run for a grievance, and the one of them that fires."""

    live: list[Due] = field(default_factory=list)
    fires: Due | None = None

    @property
    def due(self) -> Due:
        """Return the deadline that fires; only after `first_due` has found one."""
        assert self.fires is not None
        return self.fires

    def first_due(self, now: datetime) -> Due | None:
        """Return the deadline that fires first of those that are due, or None."""
        due = [one for one in self.live if one.fire_at <= now]
        self.fires = min(due, key=lambda one: (one.due_at, one.id), default=None)
        return self.fires


def hold(session: Session, grievance_ids: Collection[int], wait: bool) -> list[int]:
    """Lock grievances in the order of their ids, and return those that nobody else holds, or all when it waits.

    On SQLite the transaction itself lets nobody else write.
    """
    ids = sorted(grievance_ids)
    if is_sqlite(session):
        return ids
    return list(session.scalars(_HOLD[wait], {"ids": ids}))


_HOLD = {
    wait: select(_GRIEVANCES.c.id)
    .where(among(_GRIEVANCES.c.id))
    .order_by(_GRIEVANCES.c.id)
    .with_for_update(key_share=True, skip_locked=not wait)
    for wait in (False, True)
}


def read_running(session: Session, grievance_ids: Collection[int]) -> dict[int, Running]:
    """Return what runs for each of these grievances."""
    found = {grievance_id: Running() for grievance_id in grievance_ids}
    for grievance_id, *one in session.execute(_RUNNING, {"ids": list(grievance_ids)}):
        found[grievance_id].live.append(Due(*one))
    return found


_RUNNING = select(
    _DEADLINES.c.grievance_id, _DEADLINES.c.id, _DEADLINES.c.clock, _DEADLINES.c.due_at, _DEADLINES.c.fire_at
).where(among(_DEADLINES.c.grievance_id), _DEADLINES.c.ended_at.is_(None))


def still_due(session: Session, grievance_ids: Collection[int], now: datetime) -> list[int]:
    """Return which of these grievances have something due."""
    return list(session.scalars(_STILL_DUE, {"ids": list(grievance_ids), "now": now}))


_STILL_DUE = (
    select(_DEADLINES.c.grievance_id)
    .where(among(_DEADLINES.c.grievance_id), _DEADLINES.c.ended_at.is_(None), _DEADLINES.c.fire_at <= bindparam("now"))
    .distinct()
)


def read_cases(session: Session, running: Mapping[int, Running], now: datetime) -> Iterator[tuple[Grievance, Known]]:
    """Yield each of these grievances with what is known of it, in the order of their ids."""
    ids = sorted(running)
    grievances = sorted(_grievances(session, ids), key=lambda one: one.id)
    posts = Posts(session, now, now.astimezone(INDIA).date())
    posts.read((one.answerable_office_id, one.ladder) for one in grievances)
    pauses: dict[int, list[tuple[int, datetime, datetime | None]]] = {}
    for grievance_id, cycle, begun_at, ended_at in session.execute(_PAUSED, {"ids": ids}):
        pauses.setdefault(grievance_id, []).append((cycle, begun_at, ended_at))
    waiting = {one.grievance_id: one for one in session.scalars(_WAITING, {"ids": ids})}
    hidden = [one.id for one in grievances if one.is_identity_hidden]
    papers_held = set(session.scalars(_PAPERS, {"ids": hidden})) if hidden else set()
    for grievance in grievances:
        key = grievance.id
        mine = running[key]
        live = [(one.clock, one.id) for one in mine.live if one is not mine.fires]
        yield grievance, Known(posts, waiting.get(key), key in papers_held, live, pauses.get(key, []))


def _grievances(session: Session, ids: Sequence[int]) -> list[Grievance]:
    """Return rows that read like grievances: objects that follow their changes would cost as much as all the rest."""
    rows = session.execute(_CASES, {"ids": ids}).all()
    people = {row.id: row for row in session.execute(_PEOPLE, {"ids": [row.complainant_id for row in rows]})}
    taken = {row.officer_posting_id for row in rows} - {None}
    postings = {row.id: row for row in session.execute(_POSTINGS, {"ids": list(taken)})} if taken else {}
    return [
        cast(Grievance, _Case._make((*row, people[row.complainant_id], postings.get(row.officer_posting_id))))
        for row in rows
    ]


# All but the texts, which nothing that the system does reads.
_COLUMNS = [column for column in _GRIEVANCES.c if not isinstance(column.type, Text)]
_names = [*(column.name for column in _COLUMNS), "complainant", "officer_posting"]
_Row: Any = namedtuple("_Row", _names)  # type: ignore[misc]  # The names are those of the table.


class _Case(_Row):
    __slots__ = ()

    @property
    def is_immediate(self) -> bool:
        return bool(cast(Any, self).urgency == 0)


_CASES = select(*_COLUMNS).where(among(_GRIEVANCES.c.id))
_PEOPLE = select(
    _COMPLAINANTS.c.id, _COMPLAINANTS.c.mobile, _COMPLAINANTS.c.phone_is_shared, _COMPLAINANTS.c.language
).where(among(_COMPLAINANTS.c.id))
_POSTINGS = select(_POSTS.c.id, _POSTS.c.person_id, _POSTS.c.office_id).where(among(_POSTS.c.id))
_PAUSED = (
    select(_PAUSES.c.grievance_id, _PAUSES.c.cycle, _PAUSES.c.begun_at, _PAUSES.c.ended_at)
    .where(among(_PAUSES.c.grievance_id))
    .order_by(_PAUSES.c.begun_at)
)
# Of several the newest, which comes last.
_WAITING = select(Proposal).where(among(_PROPOSALS.c.grievance_id), Proposal.decided_at.is_(None)).order_by(Proposal.id)
_PAPERS = (
    select(_DOCUMENTS.c.grievance_id).where(among(_DOCUMENTS.c.grievance_id), _DOCUMENTS.c.is_held.is_(True)).distinct()
)
