"""Medians and percentiles are exact: a number of days that somebody really waited."""

from collections import Counter
from fractions import Fraction
from math import ceil, comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swagat.domain.quality.percentiles import MEDIAN, NINETIETH, mean, median_interval, percentile

DAYS = st.lists(st.integers(min_value=0, max_value=300), min_size=1, max_size=200)
SHARES = st.fractions(min_value=Fraction(1, 1000), max_value=1)


@given(days=DAYS, share=SHARES)
def test_a_percentile_is_the_one_of_a_sorted_list(days: list[int], share: Fraction) -> None:
    assert percentile(Counter(days), share) == sorted(days)[ceil(share * len(days)) - 1]


@given(days=DAYS, share=SHARES)
def test_the_share_is_reached_then_and_not_a_day_before(days: list[int], share: Fraction) -> None:
    found = percentile(Counter(days), share)
    assert found is not None
    assert sum(one <= found for one in days) >= share * len(days)
    assert sum(one < found for one in days) < share * len(days)


@given(days=DAYS)
def test_the_mean_is_exact(days: list[int]) -> None:
    assert mean(Counter(days)) == Fraction(sum(days), len(days))


@pytest.mark.parametrize(
    ("counts", "share", "days"),
    [
        ({4: 1}, MEDIAN, 4),
        ({4: 1, 10: 1}, MEDIAN, 4),
        ({1: 9, 50: 1}, NINETIETH, 1),
        ({1: 89, 50: 11}, NINETIETH, 50),
        ({0: 0, 7: 2}, MEDIAN, 7),
        ({}, MEDIAN, None),
        ({3: 0}, MEDIAN, None),
    ],
)
def test_worked_out_by_hand(counts: dict[int, int], share: Fraction, days: int | None) -> None:
    assert percentile(counts, share) == days


@pytest.mark.parametrize("share", [Fraction(0), Fraction(-1, 2), Fraction(3, 2)])
def test_a_share_beyond_all_is_refused(share: Fraction) -> None:
    with pytest.raises(ValueError, match="a share lies"):
        percentile({1: 1}, share)


@given(cases=st.integers(min_value=8, max_value=400))
def test_the_true_median_lies_in_its_interval_in_95_of_100_samples(cases: int) -> None:
    # Whatever the days, as many of them lie below the true median as heads fall; each case here took its rank in days.
    found = median_interval(dict.fromkeys(range(1, cases + 1), 1))
    assert found is not None
    caught = sum(comb(cases, heads) for heads in range(int(found.low), int(found.high)))
    assert caught / 2**cases >= 0.95


@pytest.mark.parametrize("cases", [0, 1, 7])
def test_of_too_few_cases_the_median_has_no_interval(cases: int) -> None:
    assert median_interval({3: cases}) is None


def test_a_count_below_nothing_is_refused_and_no_case_has_no_mean() -> None:
    with pytest.raises(ValueError, match="fewer than no cases"):
        percentile({1: -1}, MEDIAN)
    assert mean({}) is None
