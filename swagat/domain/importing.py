"""History from another system: what a line of the file must be, and the register entries that it stands for."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

from swagat.domain.case import NEVER_ASKED, Confirmation, Outcome
from swagat.domain.errors import N_, Text
from swagat.domain.redressal import clock_after
from swagat.domain.workflow import ROWS, Action, ClockState, Status

NEEDED = ("number", "category", "filed_on", "due_on", "disposed_on", "outcome")
COLUMNS = (*NEEDED, "place", "office", "first_action_on", "confirmation", "confirmed_on", "reopened_on", "closed_on")
LONGEST = {"number": 80, "category": 40, "place": 40, "office": 40}
FIRST_DAY = date(2000, 1, 1)
LONGEST_LIMIT = timedelta(days=3653)
SAID = (Confirmation.CONFIRMED, Confirmation.ASSISTED, Confirmation.REFUSED)
CONFIRMATIONS = (*SAID, Confirmation.SILENT)
_A_DAY = timedelta(days=1)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# In the order in which they happen; a due date is a promise and no event.
_EVENTS = ("filed_on", "first_action_on", "disposed_on", "confirmed_on", "reopened_on", "closed_on")


@dataclass(frozen=True, slots=True)
class Line:
    """One case that the other system ended; codes are ours, and who it was about or from is not in it."""

    number: str
    category: str
    place: str
    office: str
    filed_on: date
    due_on: date
    disposed_on: date
    outcome: Outcome
    confirmation: Confirmation | None = None
    first_action_on: date | None = None
    confirmed_on: date | None = None
    reopened_on: date | None = None
    closed_on: date | None = None


class Checked(NamedTuple):
    """What became of a line: the case, or all that is wrong with it."""

    line: Line | None
    faults: list[Text]


class Imported(NamedTuple):
    """One entry of the register that a line stands for."""

    day: date
    action: Action
    status_before: Status | None
    status: Status
    clock_state: ClockState
    cycle: int
    is_visible: bool
    payload: dict[str, Any]


def check_head(columns: Iterable[str | None]) -> list[Text]:
    """Return what is wrong with the names of the columns; those that may be empty may be left out."""
    found = list(columns)
    faults = [Text(N_("The column %(column)s is missing."), {"column": one}) for one in NEEDED if one not in found]
    if not {"place", "office"} & set(found):
        faults.append(Text(N_("There is neither a column place nor a column office.")))
    faults += [
        Text(N_("The column %(column)s is not known here."), {"column": repr(one)[:60]})
        for one in found
        if one not in COLUMNS
    ]
    faults += [
        Text(N_("The column %(column)s is there twice."), {"column": one}) for one in COLUMNS if found.count(one) > 1
    ]
    return faults


def check_line(values: Mapping[str, str], today: date) -> Checked:
    """Return the case of a line, or every fault of it; columns that are left out count as empty."""
    given = {column: values.get(column, "").strip() for column in COLUMNS}
    unread: list[Text] = []
    days = {column: _day(given, column, unread) for column in (*_EVENTS, "due_on")}
    outcome = _one_of(given, "outcome", [one.value for one in Outcome], unread)
    confirmation = _one_of(given, "confirmation", [one.value for one in CONFIRMATIONS], unread)
    faults = [*_faults_of_codes(given), *unread, *_faults_of_days(days, today)]
    if not unread:
        # How it ended cannot be judged where a part of that could not be read.
        faults += _faults_of_the_end(days, outcome, confirmation)
    filed_on, due_on, disposed_on = days["filed_on"], days["due_on"], days["disposed_on"]
    if faults or filed_on is None or due_on is None or disposed_on is None:
        return Checked(None, faults)
    line = Line(
        given["number"],
        given["category"],
        given["place"],
        given["office"],
        filed_on,
        due_on,
        disposed_on,
        Outcome(outcome),
        Confirmation(confirmation) if confirmation else None,
        days["first_action_on"],
        days["confirmed_on"],
        days["reopened_on"],
        days["closed_on"],
    )
    return Checked(line, [])


def _faults_of_codes(given: Mapping[str, str]) -> Iterable[Text]:
    for column in NEEDED:
        # Whatever else has not ended yet is said in one sentence of its own.
        if not given[column] and column not in ("disposed_on", "outcome"):
            yield Text(N_("%(column)s is empty."), {"column": column})
    if not given["place"] and not given["office"]:
        yield Text(N_("place and office are both empty: give one of them."))
    for column, most in LONGEST.items():
        if len(given[column]) > most:
            yield Text(N_("%(column)s is longer than %(most)s characters."), {"column": column, "most": most})
        if not given[column].isprintable():
            yield Text(N_("%(column)s has characters that cannot be printed."), {"column": column})


def _day(given: Mapping[str, str], column: str, faults: list[Text]) -> date | None:
    text = given[column]
    if not text:
        return None
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    message = N_("%(column)s is %(value)s and must be a day such as 2026-12-04.")
    faults.append(Text(message, {"column": column, "value": repr(text[:40])}))
    return None


def _one_of(given: Mapping[str, str], column: str, allowed: Iterable[str], faults: list[Text]) -> str:
    value = given[column]
    if value and value not in allowed:
        message = N_("%(column)s is %(value)s and must be one of %(allowed)s.")
        faults.append(Text(message, {"column": column, "value": repr(value[:40]), "allowed": ", ".join(allowed)}))
    return value


def _faults_of_days(days: Mapping[str, date | None], today: date) -> Iterable[Text]:
    events = [(column, day) for column in _EVENTS if (day := days[column]) is not None]
    for column, day in events:
        if day > today:
            yield Text(N_("%(column)s, %(day)s, lies in the future."), {"column": column, "day": day})
        if day < FIRST_DAY:
            yield Text(N_("%(column)s, %(day)s, is before %(first)s."), {"column": column, "day": day,
                                                                         "first": FIRST_DAY})  # fmt: skip
    for (earlier, earlier_day), (column, day) in pairwise(events):
        if day < earlier_day:
            yield _before(column, day, earlier, earlier_day)
    filed_on, due_on = days["filed_on"], days["due_on"]
    if filed_on is not None and due_on is not None:
        if due_on < filed_on:
            yield _before("due_on", due_on, "filed_on", filed_on)
        if due_on - filed_on > LONGEST_LIMIT:
            yield Text(N_("due_on, %(day)s, is more than ten years after filed_on."), {"day": due_on})


def _before(column: str, day: date, earlier: str, earlier_day: date) -> Text:
    message = N_("%(column)s, %(day)s, is before %(earlier)s, %(earlier_day)s.")
    return Text(message, {"column": column, "day": day, "earlier": earlier, "earlier_day": earlier_day})


def _faults_of_the_end(days: Mapping[str, date | None], outcome: str, confirmation: str) -> Iterable[Text]:
    answered = confirmation in SAID
    if days["disposed_on"] is None:
        if outcome or confirmation or days["confirmed_on"] or days["reopened_on"]:
            yield Text(N_("disposed_on is empty, but something is said that only follows a disposal."))
        else:
            yield Text(N_("The case is still open: file it here, or import it once it has ended."))
        return
    if not outcome:
        yield Text(N_("outcome is empty, but the case was disposed."))
    if outcome in NEVER_ASKED and confirmation:
        yield Text(N_("confirmation is given, but nobody is asked about the outcome %(outcome)s."),
                   {"outcome": outcome})  # fmt: skip
    if answered and days["confirmed_on"] is None:
        yield Text(N_("confirmed_on is empty: say when the complainant answered."))
    if not answered and days["confirmed_on"] is not None:
        yield Text(N_("confirmed_on is given, but confirmation does not say that anybody answered."))
    if days["closed_on"] is not None:
        return
    if confirmation == Confirmation.REFUSED or days["reopened_on"] is not None:
        yield Text(N_("closed_on is empty: a case that was opened again is imported once it has ended again."))
    elif confirmation == Confirmation.SILENT:
        yield Text(N_("closed_on is empty: say when the time to answer was over."))


def entries_of(line: Line) -> list[Imported]:
    """Return the register of a case as the workflow table would have written it, in the order of days.

    A date that passed is one entry and moves nobody up, because the file tells of no levels. What ended a second time
    ended with the same outcome, and nobody was asked about it, because the file tells of one answer alone.
    """
    tale = _Tale(line.outcome)
    tale.then(Action.FILE, line.filed_on)
    lapsed_on = line.due_on + _A_DAY if line.disposed_on > line.due_on else None
    first_action_on = line.first_action_on
    if lapsed_on is not None and (first_action_on is None or lapsed_on <= first_action_on):
        tale.then(Action.ESCALATE, lapsed_on)
        lapsed_on = None
    if first_action_on is not None:
        tale.then(Action.ASSIGN, first_action_on)
        tale.then(Action.INTERIM_REPLY, first_action_on)
    if lapsed_on is not None:
        tale.then(Action.ESCALATE, lapsed_on)
    tale.dispose(line.disposed_on)
    if line.confirmation is not None:
        tale.then(Action.HAND_OVER, line.disposed_on)
    again_on = line.confirmed_on if line.confirmation is Confirmation.REFUSED else line.reopened_on
    match line.confirmation, line.confirmed_on:
        case Confirmation.REFUSED, date() as day:
            tale.then(Action.REFUSE, day)
        case (Confirmation.CONFIRMED | Confirmation.ASSISTED) as said, date() as day:
            tale.then(Action.CONFIRM, day, confirmation=said.value)
        case said, _:
            ended_on = line.reopened_on or line.closed_on or line.disposed_on
            tale.then(Action.CLOSE, ended_on, confirmation=(said or Confirmation.NOT_ASKED).value)
    if again_on is not None and line.closed_on is not None:
        if line.confirmation is not Confirmation.REFUSED:
            tale.then(Action.REOPEN, again_on)
        tale.dispose(line.closed_on)
        tale.then(Action.CLOSE, line.closed_on, confirmation=Confirmation.NOT_ASKED.value)
    return tale.entries


class _Tale:
    """A register that grows by rows of the workflow table."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        self.entries: list[Imported] = []

    def dispose(self, day: date) -> None:
        """End it the way its outcome asks for: who withdraws ends it alone."""
        action = Action.WITHDRAW if self.outcome is Outcome.WITHDRAWN else Action.DISPOSE
        self.then(action, day, outcome=self.outcome.value)

    def then(self, action: Action, day: date, **payload: Any) -> None:
        """Append an entry with the status, the clock and the handling that the table gives it."""
        last = self.entries[-1] if self.entries else None
        # An answer of the complainant opens the case again; it is no appeal, of which the file says nothing.
        row = next(
            row
            for row in ROWS[action]
            if (last is None or last.status in row.sources) and row.target is not Status.UNDER_APPEAL
        )
        status = row.target or (last.status if last else Status.REGISTERED)
        clock_state = clock_after(row.clock, last.clock_state if last else ClockState.RUNS)
        cycle = (last.cycle if last else 1) + row.new_cycle
        entry = Imported(
            day,
            action,
            last.status if last else None,
            status,
            clock_state,
            cycle,
            row.visible,
            {"imported": True} | payload,
        )
        self.entries.append(entry)
