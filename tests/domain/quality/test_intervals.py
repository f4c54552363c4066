"""A share of few cases is told with how sure it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swagat.domain.quality.intervals import wilson


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_intervals_of_newcombes_paper(part: int, whole: int, low: float, high: float) -> None:
    """Newcombe, Statistics in Medicine 17 (1998), table I, method 3."""
    found = wilson(part, whole)
    assert found is not None
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@given(whole=st.integers(min_value=1, max_value=10_000), data=st.data())
def test_the_share_lies_in_its_interval_and_that_within_nothing_and_all(whole: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(min_value=0, max_value=whole))
    found = wilson(part, whole)
    assert found is not None
    assert 0 <= found.low <= part / whole <= found.high <= 1


def test_no_case_has_no_interval_and_a_part_is_within_its_whole() -> None:
    assert wilson(0, 0) is None
    for part, whole in ((3, 2), (-1, 2)):
        with pytest.raises(ValueError, match="no part of"):
            wilson(part, whole)
