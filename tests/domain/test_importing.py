"""A line of another system's history: what is wrong with it, or the register that it stands for."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swagat.domain.case import NEVER_ASKED, Confirmation, Outcome
from swagat.domain.importing import COLUMNS, CONFIRMATIONS, NEEDED, SAID, Line, check_head, check_line, entries_of
from swagat.domain.quality.counting import Entry, counts_of
from swagat.domain.quality.measures import STOOD, Measure, Standing
from swagat.domain.workflow import ROWS, Action, ClockState, Status
from tests.domain.quality.tales import CALENDAR, MAMLATDAR, WATER

A, M = Action, Measure
TODAY = date(2026, 12, 1)
GOOD = {
    "number": "RAJ/2026/17",
    "category": "REV-712",
    "place": "",
    "office": "MAM-3783",
    "filed_on": "2026-07-01",
    "due_on": "2026-07-20",
    "first_action_on": "2026-07-06",
    "disposed_on": "2026-07-10",
    "outcome": "redressed",
    "confirmation": "confirmed",
    "confirmed_on": "2026-07-15",
    "reopened_on": "",
    "closed_on": "",
}


def july(day: int) -> date:
    return date(2026, 7, day)


def line(**changed: str) -> Line:
    checked = check_line(GOOD | changed, TODAY)
    assert checked.line is not None, checked.faults
    return checked.line


def told(of: Line) -> list[tuple[Action, int]]:
    return [(entry.action, entry.day.day) for entry in entries_of(of)]


def counted(of: Line) -> Counter[tuple[str, str]]:
    """Return what the line counts for, by measure and key."""
    entries, before = [], None
    for seq, one in enumerate(entries_of(of)):
        at = datetime.combine(one.day, time(6, 30), UTC) + timedelta(seconds=seq)
        entries.append(
            Entry(at, one.action, one.status_before, one.status, before, MAMLATDAR, before, MAMLATDAR,
                  1 if before else None, 1, one.clock_state, one.payload)
        )  # fmt: skip
        before = MAMLATDAR
    found = counts_of(entries, of.filed_on, WATER, CALENDAR)
    keys = Counter[tuple[str, str]]()
    for count, number in found.items():
        keys[count.measure.value, count.key] += number
    return keys


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"number": " "}, ["number is empty."]),
        ({"number": "7" * 81}, ["number is longer than 80 characters."]),
        ({"number": "17\x00"}, ["number has characters that cannot be printed."]),
        ({"category": ""}, ["category is empty."]),
        ({"office": ""}, ["place and office are both empty: give one of them."]),
        ({"filed_on": ""}, ["filed_on is empty."]),
        ({"due_on": ""}, ["due_on is empty."]),
        ({"filed_on": "1/7/2026"}, ["filed_on is '1/7/2026' and must be a day such as 2026-12-04."]),
        ({"filed_on": "2026-02-30"}, ["filed_on is '2026-02-30' and must be a day such as 2026-12-04."]),
        ({"filed_on": "20260701"}, ["filed_on is '20260701' and must be a day such as 2026-12-04."]),
        ({"filed_on": "1999-12-31", "due_on": "2000-01-20"}, ["filed_on, 1999-12-31, is before 2000-01-01."]),
        ({"due_on": "2026-06-30"}, ["due_on, 2026-06-30, is before filed_on, 2026-07-01."]),
        ({"due_on": "9999-12-31"}, ["due_on, 9999-12-31, is more than ten years after filed_on."]),
        ({"first_action_on": "2026-06-30"}, ["first_action_on, 2026-06-30, is before filed_on, 2026-07-01."]),
        ({"disposed_on": "2026-07-05"}, ["disposed_on, 2026-07-05, is before first_action_on, 2026-07-06."]),
        ({"confirmed_on": "2026-07-09"}, ["confirmed_on, 2026-07-09, is before disposed_on, 2026-07-10."]),
        ({"confirmed_on": "2026-12-02"}, ["confirmed_on, 2026-12-02, lies in the future."]),
        ({"outcome": "done"}, ["outcome is 'done' and must be one of redressed, partly_redressed, other_relief, "
                               "not_established, not_maintainable, other_forum, withdrawn, duplicate."]),
        ({"outcome": ""}, ["outcome is empty, but the case was disposed."]),
        ({"confirmation": "happy"},
         ["confirmation is 'happy' and must be one of confirmed, assisted, refused, silent."]),
        ({"confirmed_on": ""}, ["confirmed_on is empty: say when the complainant answered."]),
        ({"confirmation": ""}, ["confirmed_on is given, but confirmation does not say that anybody answered."]),
        ({"confirmation": "silent", "confirmed_on": ""}, ["closed_on is empty: say when the time to answer was over."]),
        ({"confirmation": "refused"},
         ["closed_on is empty: a case that was opened again is imported once it has ended again."]),
        ({"reopened_on": "2026-08-01"},
         ["closed_on is empty: a case that was opened again is imported once it has ended again."]),
        ({"reopened_on": "2026-08-03", "closed_on": "2026-08-02"},
         ["closed_on, 2026-08-02, is before reopened_on, 2026-08-03."]),
        ({"outcome": "withdrawn"},
         ["confirmation is given, but nobody is asked about the outcome withdrawn."]),
        ({"disposed_on": ""}, ["disposed_on is empty, but something is said that only follows a disposal."]),
        ({"disposed_on": "", "outcome": "", "confirmation": "", "confirmed_on": ""},
         ["The case is still open: file it here, or import it once it has ended."]),
        ({"number": "", "office": "", "filed_on": "soon", "confirmed_on": "2026-07-09"},
         ["number is empty.", "place and office are both empty: give one of them.",
          "filed_on is 'soon' and must be a day such as 2026-12-04.",
          "confirmed_on, 2026-07-09, is before disposed_on, 2026-07-10."]),
    ],
)  # fmt: skip
def test_every_fault_of_a_line_is_said(changed: dict[str, str], said: list[str]) -> None:
    checked = check_line(GOOD | changed, TODAY)
    assert checked.line is None
    assert [str(fault) for fault in checked.faults] == said


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (list(COLUMNS), []),
        ([*NEEDED, "office"], []),
        ([*NEEDED, "place"], []),
        (list(NEEDED), ["There is neither a column place nor a column office."]),
        (list(COLUMNS[1:]), ["The column number is missing."]),
        ([*COLUMNS, "name"], ["The column 'name' is not known here."]),
        ([*COLUMNS, "place"], ["The column place is there twice."]),
        ([*COLUMNS, None], ["The column None is not known here."]),
    ],
)
def test_a_head_has_the_columns_that_are_documented(columns: list[str | None], said: list[str]) -> None:
    assert [str(fault) for fault in check_head(columns)] == said


@pytest.mark.parametrize(
    ("changed", "entries"),
    [
        ({}, [(A.FILE, 1), (A.ASSIGN, 6), (A.INTERIM_REPLY, 6), (A.DISPOSE, 10), (A.HAND_OVER, 10), (A.CONFIRM, 15)]),
        ({"first_action_on": "", "confirmation": "", "confirmed_on": ""},
         [(A.FILE, 1), (A.DISPOSE, 10), (A.CLOSE, 10)]),
        ({"first_action_on": "", "confirmation": "silent", "confirmed_on": "", "closed_on": "2026-07-30"},
         [(A.FILE, 1), (A.DISPOSE, 10), (A.HAND_OVER, 10), (A.CLOSE, 30)]),
        ({"first_action_on": "", "due_on": "2026-07-08"},
         [(A.FILE, 1), (A.ESCALATE, 9), (A.DISPOSE, 10), (A.HAND_OVER, 10), (A.CONFIRM, 15)]),
        ({"due_on": "2026-07-05"},
         [(A.FILE, 1), (A.ESCALATE, 6), (A.ASSIGN, 6), (A.INTERIM_REPLY, 6), (A.DISPOSE, 10), (A.HAND_OVER, 10),
          (A.CONFIRM, 15)]),
        ({"due_on": "2026-07-10"},
         [(A.FILE, 1), (A.ASSIGN, 6), (A.INTERIM_REPLY, 6), (A.DISPOSE, 10), (A.HAND_OVER, 10), (A.CONFIRM, 15)]),
        ({"first_action_on": "", "confirmation": "refused", "closed_on": "2026-07-25"},
         [(A.FILE, 1), (A.DISPOSE, 10), (A.HAND_OVER, 10), (A.REFUSE, 15), (A.DISPOSE, 25), (A.CLOSE, 25)]),
        ({"first_action_on": "", "reopened_on": "2026-07-20", "closed_on": "2026-07-25"},
         [(A.FILE, 1), (A.DISPOSE, 10), (A.HAND_OVER, 10), (A.CONFIRM, 15), (A.REOPEN, 20), (A.DISPOSE, 25),
          (A.CLOSE, 25)]),
        ({"first_action_on": "", "outcome": "withdrawn", "confirmation": "", "confirmed_on": ""},
         [(A.FILE, 1), (A.WITHDRAW, 10), (A.CLOSE, 10)]),
    ],
)  # fmt: skip
def test_a_line_stands_for_these_entries(changed: dict[str, str], entries: list[tuple[Action, int]]) -> None:
    assert told(line(**changed)) == entries


def test_a_case_that_was_confirmed_counts_as_one_of_our_own_would() -> None:
    assert counted(line()) == {
        ("received", str(WATER)): 1,
        ("acknowledged", "4"): 1,  # 2, 3, 4 and 6 July: the 5th is a Sunday
        ("first_action", "4"): 1,
        ("disposed", "1|in_time"): 1,
        ("answered", "redressed|confirmed"): 1,
        ("working_days", "stood|8"): 1,
        ("calendar_days", "stood|9"): 1,
        ("confirmed_days", "14"): 1,
        ("held", "8"): 1,
    }


def test_a_late_case_that_was_refused_debits_the_answer_that_fell() -> None:
    late = line(due_on="2026-07-08", first_action_on="", confirmation="refused", closed_on="2026-07-25")
    assert counted(late) == {
        ("received", str(WATER)): 1,
        ("first_action", "8"): 1,
        ("lapsed", "1|first|unexplained"): 1,
        ("disposed", "1|late"): 1,
        ("disposed", "1|in_time"): 1,  # of the second handling no date is known
        ("answered", "redressed|refused"): 1,
        ("answered", "redressed|not_asked"): 1,
        ("working_days", "stood|17"): 1,  # 8 until the 10th, and 9 from the 15th to the 25th
        ("calendar_days", "stood|19"): 1,
        ("held", "8"): 1,
        ("held", "9"): 1,
    }


gaps = st.integers(0, 40).map(lambda days: timedelta(days=days))


@st.composite
def lines(draw: st.DrawFn) -> Line:
    """Return any line that would be taken."""
    filed_on = draw(st.dates(date(2026, 1, 1), date(2026, 3, 1)))
    first_action_on = draw(st.none() | gaps.map(lambda gap: filed_on + gap))
    disposed_on = (first_action_on or filed_on) + draw(gaps)
    outcome = draw(st.sampled_from(Outcome))
    confirmation = draw(st.none() if outcome in NEVER_ASKED else st.none() | st.sampled_from(CONFIRMATIONS))
    confirmed_on = disposed_on + draw(gaps) if confirmation in SAID else None
    reopened_on = (confirmed_on or disposed_on) + draw(gaps) if draw(st.booleans()) else None
    closed_on = (reopened_on or confirmed_on or disposed_on) + draw(gaps)
    days = [first_action_on, disposed_on, confirmed_on, reopened_on, closed_on]
    names = ["first_action_on", "disposed_on", "confirmed_on", "reopened_on", "closed_on"]
    given_days = {name: day.isoformat() for name, day in zip(names, days, strict=True) if day}
    values = GOOD | dict.fromkeys(names, "") | given_days
    values |= {"filed_on": filed_on.isoformat(), "due_on": (filed_on + draw(gaps)).isoformat()}
    values |= {"outcome": outcome.value, "confirmation": confirmation.value if confirmation else ""}
    checked = check_line(values, TODAY)
    assert checked.line is not None, checked.faults
    return checked.line


@given(lines())
def test_every_entry_is_a_row_of_the_workflow_table_after_the_one_before(one: Line) -> None:
    entries = entries_of(one)
    assert [entry.day for entry in entries] == sorted(entry.day for entry in entries)
    status = None
    for entry in entries:
        assert entry.status_before is status
        assert entry.payload["imported"] is True
        if status is not None:
            assert any(status in row.sources and (row.target or status) is entry.status for row in ROWS[entry.action])
        status = entry.status
    assert (status, entries[-1].clock_state) == (Status.CLOSED, ClockState.STOPPED)
    assert Confirmation(entries[-1].payload["confirmation"]) is not Confirmation.PENDING


@given(lines())
def test_an_imported_case_is_received_once_and_ended_and_its_last_answer_stood(one: Line) -> None:
    found = counted(one)
    of = Counter[str]()
    for (measure, _key), number in found.items():
        of[measure] += number
    again = one.reopened_on is not None or one.confirmation is Confirmation.REFUSED
    assert of["received"] == 1
    assert of["open"] == 0
    assert of["answered"] == 1 + again
    assert of["disposed"] == (0 if one.outcome is Outcome.WITHDRAWN else 1 + again)
    assert of["lapsed"] == (one.disposed_on > one.due_on)
    stood = {standing.value for standing in STOOD}
    standings = {key.split("|")[1]: n for (measure, key), n in found.items() if measure == "answered"}
    assert sum(number for standing, number in standings.items() if standing in stood) == 1
    if again:
        fell = Standing.REFUSED if one.confirmation is Confirmation.REFUSED else Standing.REOPENED
        assert standings[fell.value] == 1
