"""Medians and percentiles are exact: a number of days that somebody really waited."""

from collections import Counter
from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swagat.domain.quality.percentiles import MEDIAN, NINETIETH, mean, percentile

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


def test_a_count_below_nothing_is_refused_and_no_case_has_no_mean() -> None:
    with pytest.raises(ValueError, match="fewer than no cases"):
        percentile({1: -1}, MEDIAN)
    assert mean({}) is None
