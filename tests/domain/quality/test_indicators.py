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
from tests.domain.quality.tales import CALENDAR, COLLECTOR, WATER, Tale
from tests.domain.quality.test_counting import tales

EVERY = pytest.mark.parametrize("indicator", list(INDICATORS.values()), ids=list(INDICATORS))


def tally_of(*told: Tale) -> Tally:
    """Return what these cases count for, of all offices and months together."""
    tally: dict[Measure, Counter[str]] = {}
    for tale in told:
        for count, number in counts_of(tale.entries, tale.received_on, WATER, CALENDAR).items():
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


def test_five_cases_of_july_by_hand() -> None:
    solved = Tale().then(A.ASSIGN, 3).then(A.REPORT_ACTION, 8).then(A.DISPOSE, 10).then(A.HAND_OVER, 11)
    solved.then(A.CONFIRM, 15, rating=4)
    silent = Tale().then(A.ASSIGN, 2).then(A.REPORT_ACTION, 4).then(A.DISPOSE, 4).then(A.HAND_OVER, 4).then(A.CLOSE, 20)
    refused = Tale().then(A.ASSIGN, 2).then(A.REPORT_ACTION, 3).then(A.DISPOSE, 3).then(A.HAND_OVER, 4)
    refused.then(A.REFUSE, 6, target=Status.REGISTERED, answerable=COLLECTOR, level=2)
    late = Tale().then(A.ESCALATE, 22, answerable=COLLECTOR, level=2).then(A.ASSIGN, 23).then(A.REPORT_ACTION, 24)
    late.then(A.DISPOSE, 24)
    tally = tally_of(solved, silent, refused, late, Tale())
    found = {code: (INDICATORS[code].count_part(tally), INDICATORS[code].count_whole(tally)) for code in INDICATORS}
    expected = {
        "received": (5, 5), "disposed": (4, 4), "pending": (2, 2), "closure_days": (2, 2), "answer_days": (3, 3),
        "on_time": (3, 4), "on_time_l1": (3, 4), "on_time_l2": (1, 1), "confirmed": (1, 4), "silent": (1, 4),
        "refused": (1, 4), "not_reached": (1, 4), "fell": (1, 4), "lapsed": (1, 1), "unexplained": (1, 1),
        "satisfied": (1, 1), "assisted": (0, 4), "appeals_allowed": (0, 0), "bounced": (0, 0),
    }  # fmt: skip
    assert {code: found[code] for code in expected} == expected
    assert INDICATORS["closure_days"].days(tally) == {8: 1, 3: 1}
    assert INDICATORS["answer_days"].days(tally) == {8: 1, 3: 1, 20: 1}
    assert INDICATORS["acknowledge_days"].days(tally) == {2: 1, 1: 2, 19: 1}
