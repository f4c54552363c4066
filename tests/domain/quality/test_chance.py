"""What chance alone brings, against counting it out."""

import random
from fractions import Fraction
from itertools import product
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swagat.domain.quality.chance import LEAST_SPREAD, MOST_SPREAD, at_least, mean_of, run_at_least, spread_of

shares = st.floats(0.01, 0.99)


@given(st.integers(0, 40), st.integers(0, 40), st.fractions(Fraction(1, 50), Fraction(49, 50)))
def test_without_spread_it_is_the_tail_of_the_binomial(part: int, more: int, share: Fraction) -> None:
    whole = part + more
    exact = sum(comb(whole, one) * share**one * (1 - share) ** (whole - one) for one in range(part, whole + 1))
    assert at_least(part, whole, float(share)) == pytest.approx(float(exact), rel=1e-9)


def test_with_spread_it_is_polyas_urn() -> None:
    # Share 1/3 and spread 1/4: an urn of one red and two white balls, each drawn one put back with another of it.
    def drawn(colours: tuple[bool, ...]) -> Fraction:
        red, white, found = 1, 2, Fraction(1)
        for is_red in colours:
            found *= Fraction(red if is_red else white, red + white)
            red, white = (red + 1, white) if is_red else (red, white + 1)
        return found

    for part in range(7):
        exact = sum(drawn(colours) for colours in product((True, False), repeat=6) if sum(colours) >= part)
        assert at_least(part, 6, 1 / 3, 1 / 4) == pytest.approx(float(exact))


@given(st.integers(1, 60), st.integers(0, 60), shares, st.floats(0.001, 0.8))
def test_more_of_the_same_is_never_likelier(part: int, more: int, share: float, spread: float) -> None:
    whole = part + more
    assert 0 <= at_least(part, whole, share, spread) <= at_least(part - 1, whole, share, spread) + 1e-9


@pytest.mark.parametrize(("part", "whole", "share"), [(3, 2, 0.5), (-1, 2, 0.5), (1, 2, 0.0), (1, 2, 1.0)])
def test_what_is_no_part_or_no_share_is_refused(part: int, whole: int, share: float) -> None:
    with pytest.raises(ValueError, match="no part"):
        at_least(part, whole, share)


@pytest.mark.parametrize("run", [1, 2, 3, 5])
@pytest.mark.parametrize("whole", [1, 4, 9])
def test_a_run_is_as_likely_as_all_rows_with_one_together(run: int, whole: int) -> None:
    share = 0.3
    exact = sum(
        share ** sum(row) * (1 - share) ** (whole - sum(row))
        for row in product((0, 1), repeat=whole)
        if "1" * run in "".join(map(str, row))
    )
    assert run_at_least(run, whole, share) == pytest.approx(exact)


def test_a_run_of_none_is_refused() -> None:
    with pytest.raises(ValueError, match="a run"):
        run_at_least(0, 5, 0.5)


@pytest.mark.parametrize("spread", [0.05, 0.15, 0.3])
def test_the_spread_of_many_offices_is_found_again(spread: float) -> None:
    dice = random.Random(7)
    first, second = 0.2 * (1 - spread) / spread, 0.8 * (1 - spread) / spread
    peers = []
    for _ in range(2000):
        share, whole = dice.betavariate(first, second), dice.randint(5, 60)
        peers.append((sum(dice.random() < share for _ in range(whole)), whole))
    assert spread_of(peers) == pytest.approx(spread * (1 + 2 / 2000**0.5), rel=0.12)


def test_offices_that_are_alike_are_still_taken_to_differ_a_little_and_more_where_they_are_few() -> None:
    assert LEAST_SPREAD < spread_of([(2, 20)] * 400) < spread_of([(2, 20)] * 9) < 2 * LEAST_SPREAD
    assert spread_of([(2, 20)]) == spread_of([]) == MOST_SPREAD
    assert spread_of([(0, 20), (20, 20)] * 20) == MOST_SPREAD


def test_what_was_not_seen_yet_may_happen_all_the_same() -> None:
    assert 0 < mean_of([(0, 50)]) < 0.02
    assert 0.98 < mean_of([(50, 50)]) < 1
