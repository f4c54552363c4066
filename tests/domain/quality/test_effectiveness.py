"""Whether an action changed a figure: the same months before and after, and a difference only where it is sure."""

from datetime import date
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swagat.domain.quality.effectiveness import (
    Measured,
    Period,
    Verdict,
    indicator_of,
    judged,
    measured,
    periods_around,
)
from swagat.domain.quality.indicators import INDICATORS, Better, Kind, Tally
from swagat.domain.quality.intervals import wilson
from swagat.domain.quality.measures import Measure

ON_TIME, FELL, DAYS, REPEATED = (INDICATORS[code] for code in ("on_time", "fell", "closure_days", "repeated"))


def answered(late: int, in_time: int) -> Tally:
    return {Measure.DISPOSED: {"1|in_time": in_time}, Measure.LAPSED: {"1|first|unexplained": late}}


def fallen(refused: int, stood: int) -> Tally:
    return {Measure.ANSWERED: {"redressed|refused": refused, "redressed|confirmed": stood}}


def took(**days: int) -> Tally:
    return {Measure.WORKING_DAYS: {f"stood|{day[1:]}": cases for day, cases in days.items()}}


def repeats(number: int) -> Tally:
    return {Measure.REPEATED: {"": number}}


def test_the_periods_are_whole_months_before_the_opening_and_after_the_action() -> None:
    before, after = periods_around(date(2026, 7, 14), date(2026, 9, 30), 3)
    assert before == Period(date(2026, 4, 1), date(2026, 6, 1))
    assert after == Period(date(2026, 10, 1), date(2026, 12, 1))
    before, after = periods_around(date(2026, 1, 1), date(2026, 12, 31), 1)
    assert (before.first, after.last) == (date(2025, 12, 1), date(2027, 1, 1))


@pytest.mark.parametrize(
    ("code", "before", "after", "verdict"),
    [
        ("on_time", answered(60, 40), answered(20, 80), Verdict.BETTER),
        ("on_time", answered(20, 80), answered(60, 40), Verdict.WORSE),
        ("on_time", answered(30, 70), answered(25, 75), Verdict.NOT_CLEAR),
        # As great a difference of few cases is none.
        ("on_time", answered(3, 2), answered(1, 4), Verdict.NOT_CLEAR),
        ("fell", fallen(40, 60), fallen(10, 90), Verdict.BETTER),
        ("fell", fallen(10, 90), fallen(40, 60), Verdict.WORSE),
        ("closure_days", took(d30=40), took(d10=40), Verdict.BETTER),
        ("closure_days", took(d10=40), took(d30=40), Verdict.WORSE),
        ("closure_days", took(d10=10, d12=10), took(d11=20), Verdict.NOT_CLEAR),
        ("repeated", repeats(60), repeats(20), Verdict.BETTER),
        ("repeated", repeats(5), repeats(4), Verdict.NOT_CLEAR),
        ("on_time", {}, answered(1, 9), Verdict.NO_CASES),
        ("on_time", answered(1, 9), {}, Verdict.NO_CASES),
    ],
)
def test_what_two_periods_say(code: str, before: Tally, after: Tally, verdict: Verdict) -> None:
    indicator = INDICATORS[code]
    assert judged(indicator, measured(indicator, before), measured(indicator, after)) is verdict


def test_a_share_has_the_range_of_wilson_and_a_median_that_of_its_ranks() -> None:
    share = measured(ON_TIME, answered(20, 80))
    assert (share.low, share.high) == wilson(80, 100)
    # Of a hundred cases the ranks 40 and 60 hold the median with 95 per cent (Conover, 3.2).
    days = measured(DAYS, {Measure.WORKING_DAYS: {f"stood|{day}": 1 for day in range(1, 101)}})
    assert (days.value, days.low, days.high) == (50, 40, 60)


def test_a_hot_spot_is_judged_by_what_comes_about_its_subject_and_less_is_better() -> None:
    water = indicator_of("received", 7)
    assert water is not None
    before, after = ({Measure.RECEIVED: {"7": number, "8": 90}} for number in (40, 9))
    assert measured(water, before).value == 40
    assert judged(water, measured(water, before), measured(water, after)) is Verdict.BETTER
    assert indicator_of("on_time") is ON_TIME
    assert indicator_of("") is None


def test_where_no_way_is_better_nothing_is_judged() -> None:
    silent = INDICATORS["silent"]
    assert silent.better is Better.NEITHER
    assert judged(silent, Measured(0.1, 0.05, 0.2, 90), Measured(0.9, 0.8, 0.95, 90)) is Verdict.NOT_CLEAR


counts = st.dictionaries(st.integers(0, 300), st.integers(1, 400), min_size=1, max_size=12)


@given(counts)
def test_a_value_lies_within_its_range(days: dict[int, int]) -> None:
    for indicator, tally in (
        (DAYS, {Measure.WORKING_DAYS: {f"stood|{day}": number for day, number in days.items()}}),
        (REPEATED, repeats(sum(days.values()))),
        (FELL, fallen(min(days), sum(days.values()))),
    ):
        found = measured(indicator, tally)
        assert found.low is not None
        assert found.high is not None
        assert found.low <= (found.value if found.value is not None else -inf) <= found.high
        assert found.low >= 0 or indicator.kind is not Kind.DAYS


@given(counts, counts)
def test_turned_round_better_is_worse(one: dict[int, int], other: dict[int, int]) -> None:
    first, second = (
        measured(DAYS, {Measure.WORKING_DAYS: {f"stood|{day}": number for day, number in some.items()}})
        for some in (one, other)
    )
    turned = {Verdict.BETTER: Verdict.WORSE, Verdict.WORSE: Verdict.BETTER, Verdict.NOT_CLEAR: Verdict.NOT_CLEAR}
    assert judged(DAYS, second, first) is turned[judged(DAYS, first, second)]
