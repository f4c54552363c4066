"""A small office is not ranked on luck: the fewer its cases, the wider the bounds of its peers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swagat.domain.quality.funnel import Standing, funnel, standing


@pytest.mark.parametrize(
    ("part", "whole", "stands"),
    [
        (8, 10, Standing.AS_PEERS),
        (4, 10, Standing.AS_PEERS),
        (800, 1000, Standing.HIGH),
        (400, 1000, Standing.LOW),
        (535, 1000, Standing.WARNING_HIGH),
        (465, 1000, Standing.WARNING_LOW),
        (500, 1000, Standing.AS_PEERS),
    ],
)
def test_among_peers_of_whom_half_are_on_time(part: int, whole: int, stands: Standing) -> None:
    assert standing(part, whole, 0.5) is stands


@given(peers=st.floats(min_value=0, max_value=1), whole=st.integers(min_value=1, max_value=100_000))
def test_bounds_lie_within_one_another_and_around_the_peers(peers: float, whole: int) -> None:
    bounds = funnel(peers, whole)
    assert 0 <= bounds.low <= bounds.warning_low <= peers <= bounds.warning_high <= bounds.high <= 1
    wider = funnel(peers, max(1, whole // 4))
    assert wider.low <= bounds.low
    assert wider.high >= bounds.high


def test_an_office_without_cases_has_no_place() -> None:
    with pytest.raises(ValueError, match="without cases"):
        funnel(0.5, 0)
