"""What figures come to: shares with how sure they are, days, ages, and changes told apart from chance."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swagat.domain.quality.changes import change, control_points
from swagat.domain.quality.control_charts import Rule
from swagat.domain.quality.figures import AGES, BESIDE_CLOSURE, Figure, ageing, closure_curve, figure, open_days, rest
from swagat.domain.quality.indicators import INDICATORS, Tally
from swagat.domain.quality.measures import Measure
from swagat.domain.quality.periods import months_between
from swagat.domain.quality.survival import median
from tests.domain.quality.tales import CALENDAR

MONTHS = months_between(date(2025, 1, 1), date(2026, 12, 1))
M = Measure


def test_a_share_says_how_sure_it_is() -> None:
    found = figure(
        INDICATORS["on_time"],
        {
            M.DISPOSED: {"1|in_time": 8, "2|in_time": 1, "2|late": 4},
            M.LAPSED: {"1|first|explained": 1, "2|later|explained": 3},
        },
    )
    assert (found.part, found.whole, found.value) == (9, 10, 0.9)
    assert found.interval is not None
    assert found.interval.low < 0.9 < found.interval.high


def test_days_are_a_median_and_a_ninetieth_percentile() -> None:
    tally: Tally = {M.WORKING_DAYS: {"stood|3": 5, "stood|10": 4, "stood|40": 1, "so_far|99": 50}}
    found = figure(INDICATORS["closure_days"], tally)
    assert (found.median, found.ninetieth, found.whole, found.value) == (3, 10, 10, 3)
    assert figure(INDICATORS["answer_days"], tally).whole == 60


@pytest.mark.parametrize("code", ["received", "on_time", "closure_days"])
def test_of_no_case_nothing_is_said_but_their_number(code: str) -> None:
    found = figure(INDICATORS[code], {})
    assert found.value == (0 if code == "received" else None)
    assert found.interval is None


def test_open_cases_keep_an_office_from_looking_fast() -> None:
    answered: Tally = {M.WORKING_DAYS: {"stood|2": 10}}
    assert median(closure_curve(answered, {})).days == 2
    # Thirty that nobody answered, for ninety days.
    assert median(closure_curve(answered, {90: 30})).days is None


def test_an_open_case_is_as_old_as_its_days_without_those_of_the_complainant() -> None:
    # 1 July 2026 is a Wednesday and Sundays are off: until the 15th there are twelve working days.
    tally: Tally = {M.OPEN: {"2026-07-01|0": 2, "2026-07-01|4": 1, "=7": 1}}
    assert open_days(tally, date(2026, 7, 15), CALENDAR) == {12: 2, 8: 1, 7: 1}


@given(days=st.dictionaries(st.integers(0, 300), st.integers(1, 9), max_size=20))
def test_every_open_case_has_one_age(days: dict[int, int]) -> None:
    found = ageing(days)
    assert sum(one.cases for one in found) == sum(days.values())
    assert [one.up_to for one in found] == [*AGES, None]
    for one in found:
        assert one.cases == sum(n for age, n in days.items() if age > one.above and age <= (one.up_to or 999))


def test_what_lies_in_no_part_is_the_rest() -> None:
    total: Tally = {M.RECEIVED: {"1": 9, "2": 4}, M.REPEATED: {"": 1}}
    parts: Sequence[Tally] = [{M.RECEIVED: {"1": 5}}, {M.RECEIVED: {"1": 4, "2": 1}}]
    assert rest(total, parts) == {M.RECEIVED: {"2": 3}, M.REPEATED: {"": 1}}
    assert rest(total, [total]) == {}


def test_the_shares_beside_the_time_are_shares_of_the_same_cases() -> None:
    tally: Tally = {M.ANSWERED: Counter({"redressed|confirmed": 3, "redressed|refused": 2, "other_relief|silent": 5})}
    assert {figure(INDICATORS[code], tally).whole for code in BESIDE_CLOSURE} == {10}
    assert sum(figure(INDICATORS[code], tally).part for code in BESIDE_CLOSURE) == 10


def on_time(share: float, whole: int = 100) -> Figure:
    part = round(share * whole)
    return figure(
        INDICATORS["on_time"], {M.DISPOSED: {"1|in_time": part}, M.LAPSED: {"1|first|unexplained": whole - part}}
    )


def test_a_month_within_the_limits_is_chance() -> None:
    shares = {month: on_time(0.8 + (0.02 if place % 3 else -0.02)) for place, month in enumerate(MONTHS)}
    found = change(shares, MONTHS)
    assert found is not None
    assert found.rules == frozenset()
    assert found.baseline == (MONTHS[0], MONTHS[11])


def test_a_month_far_outside_is_more_than_chance_and_the_first_year_is_what_it_is_judged_by() -> None:
    shares = {month: on_time(0.8 + (0.02 if place % 3 else -0.02)) for place, month in enumerate(MONTHS)}
    shares[MONTHS[-1]] = on_time(0.5)
    found = change(shares, MONTHS)
    assert found is not None
    assert Rule.BEYOND in found.rules
    assert found.is_better is False
    # The same share of five cases is no news.
    shares[MONTHS[-1]] = on_time(0.6, 5)
    calm = change(shares, MONTHS)
    assert calm is not None
    assert Rule.BEYOND not in calm.rules


def test_fewer_days_are_better_and_more_received_is_neither() -> None:
    days = {
        month: figure(INDICATORS["closure_days"], {M.WORKING_DAYS: {f"stood|{20 + place % 2}": 9}})
        for place, month in enumerate(MONTHS)
    }
    days[MONTHS[-1]] = figure(INDICATORS["closure_days"], {M.WORKING_DAYS: {"stood|3": 9}})
    found = change(days, MONTHS)
    assert found is not None
    assert found.rules
    assert found.is_better is True
    received = {
        month: figure(INDICATORS["received"], {M.RECEIVED: {"1": 5 + place}}) for place, month in enumerate(MONTHS)
    }
    more = change(received, MONTHS)
    assert more is not None
    assert more.is_better is None


def test_without_a_year_before_nothing_is_judged() -> None:
    shares = {MONTHS[-2]: on_time(0.8), MONTHS[-1]: on_time(0.2)}
    found = change(shares, MONTHS)
    assert found is not None
    assert (found.rules, found.baseline) == (frozenset(), None)
    assert control_points(shares, MONTHS) == []
    assert change({MONTHS[-1]: on_time(0.2)}, MONTHS) is None


def test_a_month_without_a_case_is_no_point() -> None:
    shares = {month: on_time(0.8) for month in MONTHS}
    del shares[MONTHS[5]]
    shares[MONTHS[6]] = figure(INDICATORS["on_time"], {})
    assert [one.month for one in control_points(shares, MONTHS)] == [*MONTHS[:5], *MONTHS[7:]]
