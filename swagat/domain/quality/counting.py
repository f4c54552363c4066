"""What one grievance counts for in the figures, read from its register entries and, for texts, from how they ended.

Each count names the office that answers for it: the one that disposed, let the time run out, or held the case. The
figures of an office and a month are the sum of the counts of all cases, so that whoever adds them up again gets the
same.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from swagat.domain.case import Confirmation, Outcome, Proposed
from swagat.domain.quality.measures import EVER, FELL, STOOD, Count, Measure, Standing, month_of
from swagat.domain.workflow import OPEN, Action, ClockState, Status
from swagat.domain.working_time import WorkingCalendar

_CLOSED_AS = {
    Confirmation.CONFIRMED: Standing.CONFIRMED,
    Confirmation.ASSISTED: Standing.ASSISTED,
    Confirmation.NOT_ASKED: Standing.NOT_ASKED,
    Confirmation.SILENT: Standing.SILENT,
}
_FIRST_ACTIONS = frozenset(
    {Action.INTERIM_REPLY, Action.SEEK_CLARIFICATION, Action.REPORT_ACTION, Action.TRANSFER, Action.PROPOSE,
     Action.DISPOSE, Action.APPROVE}
)  # fmt: skip


class Entry(NamedTuple):
    """One entry of the register, as far as it counts; offices, level and clock are those after it."""

    at: datetime
    action: Action
    status_before: Status | None
    status: Status
    office_before_id: int | None
    office_id: int
    answerable_before_id: int | None
    answerable_id: int
    level_before: int | None
    level: int
    clock_state: ClockState
    payload: Mapping[str, Any] = {}


class Ended(NamedTuple):
    """A text to the complainant that has ended: when it was written, and how far it is known to have come."""

    written_at: datetime
    ending: str


@dataclass
class _Disposal:
    """A disposal and what has become of it."""

    office_id: int
    month: date
    outcome: str
    is_forced: bool
    working_days: int
    calendar_days: int
    standing: Standing = Standing.NOT_REACHED


@dataclass
class _Tale:
    """What is known of a case after the entries read so far."""

    received_on: date
    calendar: WorkingCalendar
    counts: Counter[Count] = field(default_factory=Counter)
    disposals: list[_Disposal] = field(default_factory=list)
    lapses: list[list[Any]] = field(default_factory=list)
    appeals: list[list[Any]] = field(default_factory=list)
    working_days: int = 0
    calendar_days: int = 0
    theirs: int = 0
    held_days: int = 0
    holder: int = 0
    in_cycle: int = 0
    acknowledged: bool = False
    acted: bool = False
    ground: str = ""

    def note(self, measure: Measure, office_id: int, day: date, *key: object) -> None:
        """Count one more."""
        self.counts[Count(measure, office_id, month_of(day), "|".join(map(str, key)))] += 1


def counts_of(
    entries: Sequence[Entry],
    received_on: date,
    category_id: int,
    calendar: WorkingCalendar,
    texts: Sequence[Ended] = (),
) -> Counter[Count]:
    """Return what a case counts for after these entries, which are all of its register in order up to some moment.

    The texts are those to its complainant that had ended by then.

    Days are days in India; day zero, the day of receipt, is not counted. The complainant's own time is what passes
    while a question waits for them and while they may answer a disposal.
    """
    tale = _Tale(received_on, calendar)
    before: Entry | None = None
    for entry in entries:
        day = calendar.day_of(entry.at)
        if before is None:
            _begin(tale, entry, category_id)
        else:
            _pass_time(tale, before, day)
            _happen(tale, entry, day)
        before = entry
    if before is not None:
        _end(tale, before)
        for text in texts:
            _note_text(tale, entries, text)
    return tale.counts


def _begin(tale: _Tale, entry: Entry, category_id: int) -> None:
    tale.note(Measure.RECEIVED, entry.office_id, tale.received_on, category_id)
    if entry.payload.get("like"):
        tale.note(Measure.REPEATED, entry.office_id, tale.received_on)
    # A receipt may be dated back: the days since are the office's.
    filed_on = tale.calendar.day_of(entry.at)
    tale.working_days = tale.calendar.working_days_between(tale.received_on, filed_on)
    tale.calendar_days = (filed_on - tale.received_on).days
    tale.held_days = tale.working_days
    tale.holder = entry.office_id


def _pass_time(tale: _Tale, before: Entry, day: date) -> None:
    """Let the time until this day be whose it is."""
    since = tale.calendar.day_of(before.at)
    working = tale.calendar.working_days_between(since, day)
    if before.status in OPEN and before.clock_state is not ClockState.PAUSED:
        tale.working_days += working
        tale.calendar_days += (day - since).days
        tale.held_days += working
    else:
        tale.theirs += working


def _happen(tale: _Tale, entry: Entry, day: date) -> None:
    if entry.action is Action.ASSIGN and not tale.acknowledged:
        tale.acknowledged = True
        tale.note(Measure.ACKNOWLEDGED, entry.office_id, day, tale.working_days)
    if entry.action in _FIRST_ACTIONS and not tale.acted:
        tale.acted = True
        tale.note(Measure.FIRST_ACTION, entry.office_before_id or entry.office_id, day, tale.working_days)
    match entry.action:
        case Action.PROPOSE:
            tale.ground = str(entry.payload.get("ground_id") or "")
        case Action.TRANSFER:
            tale.note(Measure.TRANSFERRED, entry.office_before_id or 0, day, entry.payload.get("transfer", 1))
        case Action.ESCALATE:
            tale.in_cycle += 1
            order = "first" if tale.in_cycle == 1 else "later"
            tale.lapses.append([entry.answerable_before_id, day, f"{entry.level_before}|{order}", False])
        case Action.EXPLAIN_LAPSE:
            for lapse in tale.lapses:
                lapse[3] = lapse[3] or lapse[0] == entry.payload.get("office_id")
        case Action.DISPOSE | Action.APPROVE | Action.WITHDRAW:
            _dispose(tale, entry, day)
        case Action.UNDO_WITHDRAWAL:
            tale.disposals.pop()
        case _:
            if tale.disposals:
                _answer(tale, tale.disposals[-1], entry, day)
    if entry.status_before not in OPEN and entry.status in OPEN - {Status.UNDER_APPEAL}:
        tale.in_cycle = 0
    _hand_on(tale, entry, day)


def _dispose(tale: _Tale, entry: Entry, day: date) -> None:
    outcome = str(entry.payload.get("outcome") or "")
    is_forced = entry.payload.get("proposed") == Proposed.CLOSE_AGAINST
    disposal = _Disposal(entry.answerable_id, month_of(day), outcome, is_forced, tale.working_days, tale.calendar_days)
    tale.disposals.append(disposal)
    if entry.action is Action.WITHDRAW:
        disposal.standing = Standing.PENDING
        return
    tale.note(Measure.DISPOSED, disposal.office_id, day, entry.level, "late" if tale.in_cycle else "in_time")
    if outcome == Outcome.NOT_MAINTAINABLE:
        tale.note(Measure.GROUND, disposal.office_id, day, tale.ground)


def _answer(tale: _Tale, disposal: _Disposal, entry: Entry, day: date) -> None:
    """Let what the complainant or an appellate office said become of the newest disposal."""
    if (stars := entry.payload.get("rating")) is not None:
        tale.note(Measure.RATED, disposal.office_id, day, stars)
    match entry.action:
        case Action.HAND_OVER:
            disposal.standing = Standing.PENDING
        case Action.LOSE_REACH:
            disposal.standing = Standing.NOT_REACHED
        case Action.CONFIRM:
            disposal.standing = _CLOSED_AS[Confirmation(entry.payload["confirmation"])]
            elapsed = (day - tale.received_on).days
            tale.note(Measure.CONFIRMED_DAYS, disposal.office_id, day, elapsed)
        case Action.CLOSE:
            said = _CLOSED_AS[Confirmation(entry.payload["confirmation"])]
            disposal.standing = Standing.FORCED if disposal.is_forced and said is Standing.SILENT else said
        case Action.REFUSE | Action.LODGE_APPEAL if entry.status is Status.UNDER_APPEAL:
            disposal.standing = Standing.APPEALED
            tale.appeals.append([disposal.office_id, day, "pending"])
        case Action.REFUSE:
            disposal.standing = Standing.REFUSED
        case Action.DISMISS_APPEAL:
            disposal.standing = Standing.UPHELD
            tale.appeals[-1][2] = "dismissed"
        case Action.ALLOW_APPEAL:
            disposal.standing = Standing.OVERTURNED
            tale.appeals[-1][2] = "allowed"
        case Action.REOPEN | Action.REOPEN_ON_CHECK:
            disposal.standing = Standing.REOPENED


def _hand_on(tale: _Tale, entry: Entry, day: date) -> None:
    """Count the days of the office that had it, when another has it now or nobody works on it any more."""
    now = int(entry.payload.get("appellate_office_id") or tale.holder) if entry.status is Status.UNDER_APPEAL else 0
    if entry.status in OPEN and not now:
        now = entry.office_id
    if now == tale.holder:
        return
    if tale.holder:
        tale.note(Measure.HELD, tale.holder, day, tale.held_days)
    tale.holder, tale.held_days = now, 0


def _end(tale: _Tale, last: Entry) -> None:
    """Count what depends on all that came: how each disposal stands, which lapses were explained, what is open."""
    for disposal in tale.disposals:
        tale.note(Measure.ANSWERED, disposal.office_id, disposal.month, disposal.outcome, disposal.standing.value)
        if disposal.standing in FELL or disposal.outcome == Outcome.WITHDRAWN:
            continue
        firm = "stood" if disposal.standing in STOOD else "so_far"
        tale.note(Measure.WORKING_DAYS, disposal.office_id, disposal.month, firm, disposal.working_days)
        tale.note(Measure.CALENDAR_DAYS, disposal.office_id, disposal.month, firm, disposal.calendar_days)
    for office_id, day, which, is_explained in tale.lapses:
        tale.note(Measure.LAPSED, office_id, day, which, "explained" if is_explained else "unexplained")
    for office_id, day, ended in tale.appeals:
        tale.note(Measure.APPEALED, office_id, day, ended)
    if last.status in OPEN:
        key = f"={tale.working_days}" if last.clock_state is ClockState.PAUSED else f"{tale.received_on}|{tale.theirs}"
        tale.counts[Count(Measure.OPEN, last.office_id, EVER, key)] += 1


def _note_text(tale: _Tale, entries: Sequence[Entry], text: Ended) -> None:
    """Count a text for the office that worked on the case once what happened in that moment had happened."""
    by_then = [entry for entry in entries if entry.at <= text.written_at]
    office_id = (by_then or entries[:1])[-1].office_id
    tale.note(Measure.TEXTED, office_id, tale.calendar.day_of(text.written_at), text.ending)


def days_open(key: str, today: date, calendar: WorkingCalendar) -> int:
    """Return for how many working days, the complainant's own apart, a case counted under this key of OPEN is open."""
    if key.startswith("="):
        return int(key[1:])
    received_on, theirs = key.split("|")
    return max(0, calendar.working_days_between(date.fromisoformat(received_on), today) - int(theirs))
