"""What a case counts for, worked out by hand; and what must hold however a case goes."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swagat.domain.quality.counting import counts_of, days_open
from swagat.domain.quality.measures import EVER, FELL, Count, Measure, Standing
from swagat.domain.workflow import OPEN, ROWS, TRANSITIONS, Action, Status
from tests.domain.quality.tales import CALENDAR, COLLECTOR, MAMLATDAR, TDO, WATER, Tale

A, M = Action, Measure
JULY, AUGUST = date(2026, 7, 1), date(2026, 8, 1)


def counted(tale: Tale) -> dict[tuple[str, int, str], int]:
    """Return the counts of a tale all of which falls into July, by measure, office and key."""
    found = counts_of(tale.entries, tale.received_on, WATER, CALENDAR, tale.texts)
    assert {count.month for count in found} <= {JULY, EVER}
    return {(count.measure.value, count.office_id, count.key): number for count, number in found.items()}


def test_a_case_that_is_solved_and_confirmed() -> None:
    tale = (
        Tale()
        .then(A.ASSIGN, 3)
        .then(A.REPORT_ACTION, 8)
        .then(A.DISPOSE, 10)
        .then(A.HAND_OVER, 11)
        .then(A.CONFIRM, 15, rating=4)
    )
    assert counted(tale) == {
        ("received", MAMLATDAR, "7"): 1,
        ("acknowledged", MAMLATDAR, "2"): 1,  # Thursday and Friday
        ("first_action", MAMLATDAR, "6"): 1,  # without Sunday the 5th
        ("disposed", MAMLATDAR, "1|in_time"): 1,
        ("answered", MAMLATDAR, "redressed|confirmed"): 1,
        ("working_days", MAMLATDAR, "stood|8"): 1,
        ("calendar_days", MAMLATDAR, "stood|9"): 1,
        ("confirmed_days", MAMLATDAR, "14"): 1,
        ("held", MAMLATDAR, "8"): 1,
        ("rated", MAMLATDAR, "4"): 1,
    }


def test_a_case_that_nobody_touched_counts_as_open_and_not_at_all_as_quick() -> None:
    assert counted(Tale()) == {("received", MAMLATDAR, "7"): 1, ("open", MAMLATDAR, "2026-07-01|0"): 1}


def test_time_that_is_the_complainants_is_nobodys() -> None:
    tale = Tale().then(A.ASSIGN, 2).then(A.SEEK_CLARIFICATION, 3)
    assert counted(tale)["open", MAMLATDAR, "=2"] == 1
    tale.then(A.CLARIFY, 8)
    # Saturday 4, Monday 6, Tuesday 7 and Wednesday 8 were theirs.
    assert counted(tale)["open", MAMLATDAR, "2026-07-01|4"] == 1
    tale.then(A.REPORT_ACTION, 10).then(A.DISPOSE, 10)
    found = counted(tale)
    assert found["working_days", MAMLATDAR, "so_far|4"] == 1
    assert found["calendar_days", MAMLATDAR, "so_far|4"] == 1
    assert found["held", MAMLATDAR, "4"] == 1


def test_a_transfer_is_counted_for_who_gave_it_away_and_each_answers_for_its_own_days() -> None:
    tale = (
        Tale()
        .then(A.TRANSFER, 4, office=TDO, transfer=1)
        .then(A.ASSIGN, 6)
        .then(A.REPORT_ACTION, 9)
        .then(A.DISPOSE, 10)
    )
    found = counted(tale)
    assert found["transferred", MAMLATDAR, "1"] == 1
    assert found["first_action", MAMLATDAR, "3"] == 1
    assert (found["held", MAMLATDAR, "3"], found["held", TDO, "5"]) == (1, 1)
    assert found["acknowledged", TDO, "4"] == 1
    assert found["working_days", TDO, "so_far|8"] == 1
    assert found["disposed", TDO, "1|in_time"] == 1


def test_a_refused_disposal_falls_and_the_next_one_counts_from_the_beginning_without_the_complainants_days() -> None:
    tale = (
        Tale()
        .then(A.ASSIGN, 1)
        .then(A.REPORT_ACTION, 3)
        .then(A.DISPOSE, 3)
        .then(A.HAND_OVER, 4)
        .then(A.REFUSE, 8, target=Status.REGISTERED, answerable=COLLECTOR, level=2)
    )
    found = counted(tale)
    assert found["answered", MAMLATDAR, "redressed|refused"] == 1
    assert found["open", MAMLATDAR, "2026-07-01|4"] == 1
    assert not [key for key in found if key[0] == "working_days"]
    tale.then(A.ASSIGN, 9).then(A.REPORT_ACTION, 11).then(A.DISPOSE, 13).then(A.HAND_OVER, 13).then(A.CLOSE, 20)
    found = counted(tale)
    assert found["answered", MAMLATDAR, "redressed|refused"] == 1
    assert found["answered", COLLECTOR, "redressed|silent"] == 1
    assert found["working_days", COLLECTOR, "stood|6"] == 1  # 2 and 3; 9, 10, 11 and 13 July
    assert (found["disposed", MAMLATDAR, "1|in_time"], found["disposed", COLLECTOR, "2|in_time"]) == (1, 1)
    assert (found["held", MAMLATDAR, "2"], found["held", MAMLATDAR, "4"]) == (1, 1)


def test_a_date_that_passed_is_counted_for_who_answered_then_and_the_disposal_is_late() -> None:
    tale = Tale().then(A.ASSIGN, 2).then(A.ESCALATE, 22, answerable=COLLECTOR, level=2)
    assert counted(tale)["lapsed", MAMLATDAR, "1|first|unexplained"] == 1
    tale.then(A.EXPLAIN_LAPSE, 23, office_id=COLLECTOR)
    assert counted(tale)["lapsed", MAMLATDAR, "1|first|unexplained"] == 1
    tale.then(A.EXPLAIN_LAPSE, 24, office_id=MAMLATDAR).then(A.REPORT_ACTION, 25).then(A.DISPOSE, 25)
    found = counted(tale)
    assert found["lapsed", MAMLATDAR, "1|first|explained"] == 1
    assert found["disposed", COLLECTOR, "2|late"] == 1


def test_an_appeal_that_is_allowed_overturns_and_one_that_is_dismissed_upholds() -> None:
    for end, standing, ended in ((A.ALLOW_APPEAL, "overturned", "allowed"), (A.DISMISS_APPEAL, "upheld", "dismissed")):
        tale = Tale().then(A.ASSIGN, 1).then(A.REPORT_ACTION, 2).then(A.DISPOSE, 2).then(A.HAND_OVER, 2)
        tale.then(A.LODGE_APPEAL, 4, appellate_office_id=COLLECTOR)
        assert counted(tale)["answered", MAMLATDAR, "redressed|appealed"] == 1
        assert counted(tale)["appealed", MAMLATDAR, "pending"] == 1
        tale.then(end, 8)
        found = counted(tale)
        assert found["answered", MAMLATDAR, f"redressed|{standing}"] == 1
        assert found["appealed", MAMLATDAR, ended] == 1
        # Saturday the 4th was the complainant's last day; Monday, Tuesday and Wednesday the appellate office had it.
        assert found["held", COLLECTOR, "3"] == 1


def test_a_check_that_finds_it_not_so_lets_the_disposal_fall_to_the_debit_of_who_disposed() -> None:
    for silent in (False, True):
        tale = Tale().then(A.ASSIGN, 1).then(A.REPORT_ACTION, 3).then(A.DISPOSE, 3).then(A.HAND_OVER, 4)
        if silent:
            tale.then(A.CLOSE, 6)
            assert counted(tale)["answered", MAMLATDAR, "redressed|silent"] == 1
        tale.then(A.REOPEN_ON_CHECK, 8, answerable=COLLECTOR, level=2)
        found = counted(tale)
        assert found["answered", MAMLATDAR, "redressed|reopened"] == 1
        assert found["disposed", MAMLATDAR, "1|in_time"] == 1
        assert not [key for key in found if key[0] in ("working_days", "calendar_days")]
        # The 4th, 6th, 7th and 8th were nobody's; the office that works has it again.
        assert found["open", MAMLATDAR, "2026-07-01|4"] == 1
        tale.then(A.ASSIGN, 9).then(A.REPORT_ACTION, 10).then(A.DISPOSE, 10).then(A.HAND_OVER, 10).then(A.CONFIRM, 11)
        found = counted(tale)
        assert found["answered", MAMLATDAR, "redressed|reopened"] == 1
        assert found["answered", COLLECTOR, "redressed|confirmed"] == 1


def test_closed_against_the_complainant_is_forced_and_never_silent() -> None:
    tale = Tale().then(A.ASSIGN, 1).then(A.PROPOSE, 2)
    tale.then(A.APPROVE, 15, outcome="not_established", proposed="close_against").then(A.HAND_OVER, 15).then(
        A.CLOSE, 20
    )
    assert counted(tale)["answered", MAMLATDAR, "not_established|forced"] == 1


def test_what_could_not_be_heard_is_counted_by_its_ground() -> None:
    tale = Tale().then(A.ASSIGN, 1).then(A.PROPOSE, 2, ground_id=5).then(A.APPROVE, 15)
    assert counted(tale)["ground", MAMLATDAR, "5"] == 1


def test_a_withdrawal_is_no_disposal_of_the_office_and_can_be_taken_back() -> None:
    tale = Tale().then(A.ASSIGN, 1).then(A.WITHDRAW, 4)
    found = counted(tale)
    assert found["answered", MAMLATDAR, "withdrawn|pending"] == 1
    assert not [key for key in found if key[0] in ("disposed", "working_days")]
    tale.then(A.UNDO_WITHDRAWAL, 8)
    found = counted(tale)
    assert not [key for key in found if key[0] == "answered"]
    assert found["open", MAMLATDAR, "2026-07-01|3"] == 1


def test_who_was_not_reached_is_not_pending_and_who_is_not_reached_any_more_neither() -> None:
    tale = Tale().then(A.ASSIGN, 1).then(A.REPORT_ACTION, 2).then(A.DISPOSE, 2)
    assert counted(tale)["answered", MAMLATDAR, "redressed|not_reached"] == 1
    tale.then(A.HAND_OVER, 3)
    assert counted(tale)["answered", MAMLATDAR, "redressed|pending"] == 1
    tale.then(A.LOSE_REACH, 4)
    assert counted(tale)["answered", MAMLATDAR, "redressed|not_reached"] == 1


def test_a_receipt_that_is_dated_back_counts_from_its_day() -> None:
    tale = Tale(day=6, received=1).then(A.ASSIGN, 6)
    assert counted(tale)["acknowledged", MAMLATDAR, "4"] == 1


def test_a_repeat_is_counted() -> None:
    assert counted(Tale(like=[4, 5]))["repeated", MAMLATDAR, ""] == 1


def test_a_disposal_counts_in_its_own_month_whenever_it_is_confirmed() -> None:
    tale = Tale(day=28).then(A.ASSIGN, 29).then(A.REPORT_ACTION, 30).then(A.DISPOSE, 31).then(A.HAND_OVER, 31)
    tale.then(A.CONFIRM, 40)
    found = counts_of(tale.entries, tale.received_on, WATER, CALENDAR, tale.texts)
    assert found[Count(M.ANSWERED, MAMLATDAR, JULY, "redressed|confirmed")] == 1
    assert found[Count(M.CONFIRMED_DAYS, MAMLATDAR, AUGUST, "12")] == 1


@pytest.mark.parametrize(
    ("key", "days"), [("2026-07-01|0", 8), ("2026-07-01|3", 5), ("=2", 2), ("2026-07-10|0", 0), ("2026-07-09|4", 0)]
)
def test_an_open_case_grows_older_by_working_days_unless_the_complainant_is_asked(key: str, days: int) -> None:
    assert days_open(key, date(2026, 7, 10), CALENDAR) == days


def test_a_text_counts_for_the_office_that_worked_on_the_case_when_it_was_written() -> None:
    tale = Tale(day=28).then(A.TRANSFER, 30, office=TDO, transfer=1).then(A.ASSIGN, 40)
    # At one instant the office has it already; before anything happened it is the first office's.
    for day, ending in ((28, "delivered"), (29, "failed"), (30, "delivered"), (40, "unknown"), (27, "undelivered")):
        tale.texted(day, ending)
    found = counts_of(tale.entries, tale.received_on, WATER, CALENDAR, tale.texts)
    texted = {count[1:]: number for count, number in found.items() if count.measure is M.TEXTED}
    assert texted == {
        (MAMLATDAR, JULY, "delivered"): 1,
        (MAMLATDAR, JULY, "failed"): 1,
        (MAMLATDAR, JULY, "undelivered"): 1,
        (TDO, JULY, "delivered"): 1,
        (TDO, AUGUST, "unknown"): 1,
    }


# However a case goes

ENDINGS = ("delivered", "undelivered", "failed", "unknown")
_BY_STATUS = {status: sorted({row.action for row in TRANSITIONS if status in row.sources}) for status in Status}


@st.composite
def tales(draw: st.DrawFn) -> Tale:
    """Draw any way through the workflow table, with days in between and offices that change."""
    day = draw(st.integers(min_value=1, max_value=5))
    tale = Tale(day=day)
    for _ in range(draw(st.integers(min_value=0, max_value=14))):
        last = tale.entries[-1]
        # What follows a disposal asks for one, which a case that jumps has not.
        action = draw(st.sampled_from(_BY_STATUS[last.status]))
        targets = [row.target for row in ROWS[action] if last.status in row.sources]
        if action is A.UNDO_WITHDRAWAL and last.action is not A.WITHDRAW:
            continue
        day += draw(st.integers(min_value=0, max_value=6))
        office = draw(st.sampled_from([MAMLATDAR, TDO])) if action is A.TRANSFER else None
        tale.then(action, day, target=draw(st.sampled_from(targets)), office=office)
    for _ in range(draw(st.integers(min_value=0, max_value=4))):
        tale.texted(draw(st.integers(min_value=1, max_value=90)), draw(st.sampled_from(ENDINGS)))
    return tale


def of(counts: Counter[Count], measure: Measure) -> list[str]:
    return [count.key for count, number in counts.items() for _ in range(number) if count.measure is measure]


@given(tale=tales())
def test_every_case_is_received_once_and_open_or_answered(tale: Tale) -> None:
    found = counts_of(tale.entries, tale.received_on, WATER, CALENDAR, tale.texts)
    assert all(number > 0 for number in found.values())
    assert len(of(found, M.RECEIVED)) == 1
    assert len(of(found, M.OPEN)) == (tale.entries[-1].status in OPEN)
    assert len(of(found, M.ACKNOWLEDGED)) <= 1
    assert len(of(found, M.FIRST_ACTION)) <= 1


@given(tale=tales())
def test_every_disposal_stands_in_one_way_and_has_days_unless_it_fell_or_was_withdrawn(tale: Tale) -> None:
    found = counts_of(tale.entries, tale.received_on, WATER, CALENDAR, tale.texts)
    made = [entry for entry in tale.entries if entry.action in (A.DISPOSE, A.APPROVE, A.WITHDRAW)]
    undone = sum(entry.action is A.UNDO_WITHDRAWAL for entry in tale.entries)
    answered = of(found, M.ANSWERED)
    assert len(answered) == len(made) - undone
    keeps_days = [key for key in answered if Standing(key.split("|")[1]) not in FELL and "withdrawn" not in key]
    assert len(of(found, M.WORKING_DAYS)) == len(of(found, M.CALENDAR_DAYS)) == len(keeps_days)
    assert len(of(found, M.DISPOSED)) == sum(entry.action is not A.WITHDRAW for entry in made)


@given(tale=tales())
def test_no_office_is_given_more_days_than_passed_and_none_is_lost_between_them(tale: Tale) -> None:
    found = counts_of(tale.entries, tale.received_on, WATER, CALENDAR, tale.texts)
    held = sum(int(key) for key in of(found, M.HELD))
    last = CALENDAR.day_of(tale.entries[-1].at)
    passed = CALENDAR.working_days_between(tale.received_on, last)
    assert held <= passed
    opened = [days_open(key, last, CALENDAR) for key in of(found, M.OPEN)]
    assert not opened or held <= opened[0] <= passed


@given(tale=tales())
def test_every_text_that_ended_is_counted_once_by_its_end(tale: Tale) -> None:
    found = counts_of(tale.entries, tale.received_on, WATER, CALENDAR, tale.texts)
    assert sorted(of(found, M.TEXTED)) == sorted(text.ending for text in tale.texts)
