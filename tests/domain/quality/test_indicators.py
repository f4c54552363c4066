"""Every figure says what it is, and no part is larger than its whole, whatever was counted."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swagat.domain.quality.counting import counts_of
from swagat.domain.quality.indicators import INDICATORS, Indicator, Kind, Tally
from swagat.domain.quality.measures import Measure
from swagat.domain.workflow import Action as A
from swagat.domain.workflow import Status
from tests.domain.quality.tales import CALENDAR, COLLECTOR, MAMLATDAR, TDO, WATER, Tale
from tests.domain.quality.test_counting import tales

EVERY = pytest.mark.parametrize("indicator", list(INDICATORS.values()), ids=list(INDICATORS))


def tally_of(*told: Tale) -> Tally:
    """Return what these cases count for, of all offices and months together."""
    tally: dict[Measure, Counter[str]] = {}
    for tale in told:
        for count, number in counts_of(tale.entries, tale.received_on, WATER, CALENDAR, tale.texts).items():
            tally.setdefault(count.measure, Counter())[count.key] += number
    return tally


@EVERY
def test_a_figure_says_what_it_is(indicator: Indicator) -> None:
    assert INDICATORS[indicator.code] is indicator
    assert indicator.definition.endswith(".")
    assert indicator.cohort.endswith(".")
    assert not indicator.name.endswith(".")
    assert (indicator.part is not None) == (indicator.kind is Kind.SHARE)
    assert indicator.clause in {"8.2.1", "9.1.2", "9.1.3", "10.2"}


def test_no_two_figures_have_one_name() -> None:
    assert len({one.name for one in INDICATORS.values()}) == len(INDICATORS)


@given(told=st.lists(tales(), max_size=6))
def test_no_part_is_larger_than_its_whole(told: list[Tale]) -> None:
    tally = tally_of(*told)
    for indicator in INDICATORS.values():
        assert 0 <= indicator.count_part(tally) <= indicator.count_whole(tally)
        if indicator.kind is Kind.DAYS:
            assert sum(indicator.days(tally).values()) == indicator.count_whole(tally)


@given(told=st.lists(tales(), max_size=6))
def test_every_disposal_is_in_exactly_one_of_the_shares_that_stand_beside_the_closure_time(told: list[Tale]) -> None:
    tally = tally_of(*told)
    shares = ("confirmed", "assisted", "silent", "refused", "forced", "waiting", "not_reached")
    parts = sum(INDICATORS[code].count_part(tally) for code in shares)
    upheld_or_overturned = sum(
        number
        for key, number in tally.get(Measure.ANSWERED, {}).items()
        if key.split("|")[1] in ("upheld", "overturned", "reopened", "not_asked") and "withdrawn" not in key
    )
    assert parts + upheld_or_overturned == INDICATORS["confirmed"].count_whole(tally)


@given(told=st.lists(tales(), max_size=4))
def test_what_a_figure_counts_is_what_it_picks(told: list[Tale]) -> None:
    tally = tally_of(*told)
    for indicator in INDICATORS.values():
        picked = sum(
            number for measure, keys in tally.items() for key, number in keys.items() if indicator.picks(measure, key)
        )
        assert picked == indicator.count_part(tally)


# Worked out by hand. July 2026 begins on a Wednesday; the 5th, 12th, 19th and 26th are Sundays, on which nobody works.
JULY = (
    # Received on the 1st, as all: 2 days to an officer, 6 to the report, 8 to the answer (9 by the calendar).
    Tale().then(A.ASSIGN, 3).then(A.REPORT_ACTION, 8).then(A.DISPOSE, 10).then(A.HAND_OVER, 11)
    .then(A.CONFIRM, 15, rating=4).texted(1, "delivered").texted(3, "delivered").texted(10, "undelivered")
    .texted(11, "delivered"),
    # Answered after 3 days, and silence.
    Tale().then(A.ASSIGN, 2).then(A.REPORT_ACTION, 4).then(A.DISPOSE, 4).then(A.HAND_OVER, 4).then(A.CLOSE, 20),
    # Answered after 2 days, refused, and answered again after 3 more at the next level: the window still runs.
    Tale().then(A.ASSIGN, 2).then(A.REPORT_ACTION, 3).then(A.DISPOSE, 3).then(A.HAND_OVER, 4)
    .then(A.REFUSE, 6, target=Status.REGISTERED, answerable=COLLECTOR, level=2)
    .then(A.ASSIGN, 7).then(A.REPORT_ACTION, 8).then(A.DISPOSE, 9).then(A.HAND_OVER, 9),
    # The first date passed, and the office said why: 19 days to an officer, 20 to an answer that reached nobody yet.
    Tale().then(A.ESCALATE, 22, answerable=COLLECTOR, level=2).then(A.EXPLAIN_LAPSE, 23, office_id=MAMLATDAR)
    .then(A.ASSIGN, 23).then(A.REPORT_ACTION, 24).then(A.DISPOSE, 24),
    # Nobody touched it; the person had brought the same before. Of one text nobody knows, one could not be sent.
    Tale(like=[4]).texted(1, "unknown").texted(2, "failed"),
    # Sent away and sent back, a day each; 3 days of a question; 2 + 3 days here. An appeal of 2 days: open again.
    Tale().then(A.TRANSFER, 2, office=TDO, transfer=1).then(A.TRANSFER, 3, office=MAMLATDAR, transfer=2)
    .then(A.ASSIGN, 4).then(A.SEEK_CLARIFICATION, 6).then(A.CLARIFY, 9).then(A.REPORT_ACTION, 10)
    .then(A.DISPOSE, 10).then(A.HAND_OVER, 10)
    .then(A.LODGE_APPEAL, 11, appellate_office_id=COLLECTOR).then(A.ALLOW_APPEAL, 14),
    # Confirmed at a counter on the 3rd, and thought little of.
    Tale().then(A.ASSIGN, 1).then(A.REPORT_ACTION, 2).then(A.DISPOSE, 2).then(A.HAND_OVER, 2)
    .then(A.CONFIRM, 3, confirmation="assisted", rating=2),
    # Closed against the complainant after 9 days (10 by the calendar).
    Tale().then(A.ASSIGN, 1).then(A.PROPOSE, 2)
    .then(A.APPROVE, 11, outcome="not_established", proposed="close_against").then(A.HAND_OVER, 11).then(A.CLOSE, 20),
    # Could not be heard, after as many; the window still runs.
    Tale().then(A.ASSIGN, 1).then(A.PROPOSE, 2, ground_id=5).then(A.APPROVE, 11).then(A.HAND_OVER, 11),
    # Climbed to the last level, and was answered there: 11 days to an officer, 12 to the answer (14 by the calendar).
    Tale().then(A.ESCALATE, 3, level=2).then(A.ESCALATE, 6, level=3).then(A.ESCALATE, 8, level=4)
    .then(A.ESCALATE, 10, level=5).then(A.ESCALATE, 13, level=6)
    .then(A.ASSIGN, 14).then(A.REPORT_ACTION, 15).then(A.DISPOSE, 15).then(A.HAND_OVER, 15).then(A.CLOSE, 31),
    # Answered after 1 day; an appeal of 1 day that was dismissed.
    Tale().then(A.ASSIGN, 1).then(A.REPORT_ACTION, 2).then(A.DISPOSE, 2).then(A.HAND_OVER, 2)
    .then(A.LODGE_APPEAL, 3, appellate_office_id=COLLECTOR).then(A.DISMISS_APPEAL, 4),
    # Withdrawn after 3 days.
    Tale().then(A.ASSIGN, 1).then(A.WITHDRAW, 4),
)  # fmt: skip
# A number; a part of a whole; or how many cases took how many days.
BY_HAND: dict[str, int | tuple[int, int] | dict[int, int]] = {
    "received": 12,
    "disposed": 11,
    "pending": 2,
    "closure_days": {1: 2, 3: 1, 8: 1, 9: 1, 12: 1},
    "closure_calendar_days": {1: 2, 3: 1, 9: 1, 10: 1, 14: 1},
    "answer_days": {1: 2, 3: 1, 5: 1, 8: 1, 9: 2, 12: 1, 20: 1},
    "on_time": (9, 11),
    "on_time_l1": (8, 10),
    "on_time_l2": (2, 3),
    "on_time_l3": (0, 1),
    "on_time_l4": (0, 1),
    "on_time_l5": (0, 1),
    "on_time_l6": (1, 1),
    "acknowledge_days": {0: 5, 1: 2, 2: 1, 3: 1, 11: 1, 19: 1},
    "first_action_days": {1: 5, 2: 1, 3: 1, 6: 1, 12: 1, 20: 1},
    "confirmed_days": {2: 1, 14: 1},
    "held_days": {1: 5, 2: 2, 3: 4, 8: 1, 9: 2, 12: 1, 20: 1},
    "confirmed": (1, 11),
    "assisted": (1, 11),
    "silent": (2, 11),
    "refused": (1, 11),
    "forced": (1, 11),
    "waiting": (2, 11),
    "not_reached": (1, 11),
    "fell": (2, 11),
    "appeals_allowed": (1, 2),
    "transferred": 2,
    "bounced": (1, 2),
    "lapsed": 6,
    "unexplained": (5, 6),
    "satisfied": (1, 2),
    "repeated": 1,
    "not_maintainable": (1, 11),
    "texted": (3, 6),
}


def test_every_figure_is_worked_out_by_hand() -> None:
    assert set(BY_HAND) == set(INDICATORS)


@EVERY
def test_a_july_with_everything_in_it_comes_to_what_was_worked_out_by_hand(indicator: Indicator) -> None:
    tally, expected = tally_of(*JULY), BY_HAND[indicator.code]
    match indicator.kind:
        case Kind.DAYS:
            assert indicator.days(tally) == expected
        case Kind.SHARE:
            assert (indicator.count_part(tally), indicator.count_whole(tally)) == expected
        case Kind.NUMBER:
            assert indicator.count_part(tally) == expected
