"""What the search for signals of gaming reads of a month: the cost follows what was disposed and received in it.

The cases of a month are found by what they count for in the figures, whose index leads from office and month to them.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, bindparam, or_, select
from sqlalchemy.orm import Session

from swagat.database import table_of
from swagat.domain.case import NEVER_ASKED
from swagat.domain.deadlines import Clock
from swagat.domain.quality.measures import Measure, next_month
from swagat.domain.quality.signals import Burst, Concerned, Disposed, Filed, days_left, is_outside
from swagat.domain.rules import Rules
from swagat.domain.text import words
from swagat.domain.workflow import Action
from swagat.domain.working_time import INDIA
from swagat.models import Burst as BurstRow
from swagat.models import (
    BurstKind,
    CaseCount,
    Complainant,
    Deadline,
    Feedback,
    FilingMode,
    Grievance,
    GrievanceEvent,
    Office,
    Remark,
    RemarkKind,
)
from swagat.services import catalogue
from swagat.services.bulk import among

OFFICES, CASES = 100, 1000
AN_HOUR = timedelta(hours=1)

_COUNTED = select(CaseCount.grievance_id).where(
    among(table_of(CaseCount).c.office_id),
    CaseCount.measure == bindparam("measure"),
    CaseCount.month == bindparam("month"),
)
_ENTRIES = (
    select(
        GrievanceEvent.grievance_id, GrievanceEvent.seq, GrievanceEvent.at, GrievanceEvent.action,
        GrievanceEvent.cycle, GrievanceEvent.payload, GrievanceEvent.office_after_id.label("office_id"),
        GrievanceEvent.answerable_after_id.label("answerable_id"), Grievance.mode, Grievance.cause_id,
        Grievance.received_on, Grievance.due_on,
    )
    .join(Grievance, Grievance.id == GrievanceEvent.grievance_id)
    .where(
        among(table_of(GrievanceEvent).c.grievance_id),
        GrievanceEvent.action.in_([Action.ASSIGN, Action.DISPOSE, Action.APPROVE]),
    )
    .order_by(GrievanceEvent.grievance_id, GrievanceEvent.seq)
)  # fmt: skip
_DATES = (
    select(Deadline.grievance_id, Deadline.cycle, Deadline.counted_from, Deadline.due_on)
    .add_columns(Deadline.begun_at, Deadline.ended_at)
    .where(among(table_of(Deadline).c.grievance_id), Deadline.clock == Clock.RESOLVE)
    .order_by(Deadline.begun_at, Deadline.id)
)
_REASONS = select(Remark.grievance_id, Remark.seq, Remark.text).where(
    among(table_of(Remark).c.grievance_id), Remark.kind == RemarkKind.REASON
)
# A shared telephone speaks for many; and who hides who they are is not to be recognised by what they brought.
_FILED = (
    select(CaseCount.office_id, Complainant.mobile, CaseCount.grievance_id, Grievance.filed_at)
    .join(Grievance, Grievance.id == CaseCount.grievance_id)
    .join(Complainant, Complainant.id == Grievance.complainant_id)
    .where(
        among(table_of(CaseCount).c.office_id),
        CaseCount.measure == Measure.RECEIVED,
        CaseCount.month == bindparam("month"),
        Grievance.mode != FilingMode.IMPORTED,
        Grievance.is_identity_hidden.is_(False),
        Complainant.mobile.is_not(None),
        Complainant.phone_is_shared.is_(False),
    )
)


def offices_of(session: Session, state_id: int) -> list[int]:
    """Return every office of a state."""
    return list(session.scalars(select(Office.id).where(Office.state_id == state_id).order_by(Office.id)))


def disposals(
    session: Session, state_id: int, office_ids: Sequence[int], month: date, rules: Rules
) -> dict[int, list[Disposed]]:
    """Return the disposals of a month by the office that answered for them; three statements for a thousand cases."""
    begins, ends = (datetime.combine(day, time(), INDIA) for day in (month, next_month(month)))
    found: dict[int, list[Disposed]] = defaultdict(list)
    for case_ids in _counted(session, office_ids, Measure.DISPOSED, month):
        values = {"ids": case_ids}
        dates, replies = _dates(session, values), _replies(session, values)
        given: dict[tuple[int, int, int], datetime] = {}
        for entry in session.execute(_ENTRIES, values):
            in_office = (entry.grievance_id, entry.cycle, entry.office_id)
            if entry.action is Action.ASSIGN:
                given.setdefault(in_office, entry.at)
            elif begins <= entry.at < ends:
                one = _disposed(state_id, entry, given.get(in_office), dates, replies, rules)
                found[entry.answerable_id].append(one)
    return found


def _counted(session: Session, office_ids: Sequence[int], measure: Measure, month: date) -> Iterator[list[int]]:
    """Yield the cases that count for a measure in a month, a thousand at a time, none twice."""
    ids: set[int] = set()
    for some in pieces(office_ids, OFFICES):
        ids.update(session.scalars(_COUNTED, {"ids": some, "measure": measure, "month": month}))
    yield from pieces(sorted(ids), CASES)


def pieces(some: Sequence[int], size: int) -> Iterator[list[int]]:
    """Yield so many at a time."""
    for at in range(0, len(some), size):
        yield list(some[at : at + size])


def _dates(session: Session, values: dict[str, Any]) -> dict[tuple[int, int], list[Any]]:
    found: dict[tuple[int, int], list[Any]] = defaultdict(list)
    for row in session.execute(_DATES, values):
        found[row.grievance_id, row.cycle].append(row)
    return found


def _replies(session: Session, values: dict[str, Any]) -> dict[tuple[int, int], bytes]:
    found = ((row.grievance_id, row.seq, _digest(row.text)) for row in session.execute(_REASONS, values))
    return {(case_id, seq): digest for case_id, seq, digest in found if digest is not None}


def _digest(text: str) -> bytes | None:
    """Return what two replies share that differ in nothing but their numbers; nothing for an erased one."""
    said = "".join(word for word in words(text) if not word.isdecimal())
    return hashlib.sha256(said.encode()).digest() if said else None


def _disposed(
    state_id: int,
    entry: Any,
    given_at: datetime | None,
    dates: dict[tuple[int, int], list[Any]],
    replies: dict[tuple[int, int], bytes],
    rules: Rules,
) -> Disposed:
    """Return a disposal as far as it says something.

    An imported one has a day and no hour, and one date, that of its first handling. What waited for a second person,
    what was withdrawn or is a duplicate was not answered in minutes; cases of one cause rightly have one answer.
    """
    calendar = catalogue.calendar(state_id, entry.answerable_id)
    day, is_imported = calendar.day_of(entry.at), entry.mode is FilingMode.IMPORTED
    left = None
    if is_imported:
        left = days_left(day, entry.received_on, entry.due_on, rules) if entry.cycle == 1 else None
    else:
        for row in dates[entry.grievance_id, entry.cycle]:
            if row.begun_at <= entry.at and (row.ended_at is None or row.ended_at >= entry.at):
                left = days_left(day, row.counted_from, row.due_on, rules)
    if is_imported:
        return Disposed(entry.grievance_id, entry.at, left)
    is_answer = entry.action is Action.DISPOSE and entry.payload.get("outcome") not in NEVER_ASKED
    minutes = (entry.at - given_at).total_seconds() / 60 if is_answer and given_at is not None else None
    reply = replies.get((entry.grievance_id, entry.seq)) if is_answer and entry.cause_id is None else None
    return Disposed(entry.grievance_id, entry.at, left, minutes, is_outside(entry.at, calendar), reply)


def filings(session: Session, office_ids: Sequence[int], month: date) -> list[Filed]:
    """Return how many cases each person brought to each office in a month; no number of theirs leaves this."""
    found: dict[tuple[int, str], list[Concerned]] = defaultdict(list)
    for some in pieces(office_ids, OFFICES):
        for row in session.execute(_FILED, {"ids": some, "month": month}):
            found[row.office_id, row.mobile].append(Concerned(row.grievance_id, row.filed_at))
    return [Filed(office_id, tuple(cases)) for (office_id, _mobile), cases in found.items()]


def confirmed(session: Session, office_ids: Collection[int], since: datetime, until: datetime) -> dict[int, int]:
    """Return how many confirmations each office had in some time."""
    offices, found = set(office_ids), dict[int, int]()
    for row in session.execute(_confirmations(since, until)):
        if row.office_id in offices:
            found[row.office_id] = found.get(row.office_id, 0) + 1
    return found


def bursts(
    session: Session, office_ids: Collection[int], burst_size: int, since: datetime, until: datetime
) -> list[Burst]:
    """Return the confirmations that came in bursts in hours that have passed, by the office that had answered."""
    offices = set(office_ids)
    rows = session.execute(
        select(BurstRow.source, BurstRow.begins_at)
        .where(
            BurstRow.kind == BurstKind.CONFIRMATIONS,
            BurstRow.begins_at >= since,
            BurstRow.begins_at <= until - AN_HOUR,
            BurstRow.count >= burst_size,
        )
        .order_by(BurstRow.begins_at, BurstRow.source)
    ).all()
    found = []
    for row in rows:
        own = or_(Feedback.address_hash == row.source, Feedback.device_hash == row.source)
        cases: dict[int, list[Concerned]] = defaultdict(list)
        for one in session.execute(_confirmations(row.begins_at, row.begins_at + AN_HOUR).where(own)):
            if one.office_id in offices:
                cases[one.office_id].append(Concerned(one.grievance_id, one.answered_at))
        found += [Burst(office_id, row.begins_at, tuple(some)) for office_id, some in sorted(cases.items())]
    return found


def _confirmations(since: datetime, until: datetime) -> Select[Any]:
    """Return the statement for who confirmed in some time, each with the office whose answer it was."""
    entry = GrievanceEvent
    office: Any = entry.answerable_after_id.label("office_id")
    return (
        select(Feedback.grievance_id, Feedback.answered_at, office)
        .join(entry, (entry.grievance_id == Feedback.grievance_id) & (entry.seq == Feedback.seq))
        .where(Feedback.answered_at >= since, Feedback.answered_at < until, Feedback.answer == "confirmed")
    )
