"""The draw of disposals to check: nobody can foresee it, and anybody can repeat it."""

import hashlib
import shutil
import subprocess
from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swagat.domain.quality.sampling import Checker, checkers_of, choose, draw, seed_for

JULY = date(2026, 7, 1)
numbers = st.lists(st.integers(min_value=1, max_value=10**12), unique=True, max_size=40)
digests = st.lists(st.binary(min_size=32, max_size=32), unique=True, max_size=20)
seeds = st.integers(min_value=0).map(lambda number: hashlib.sha256(str(number).encode()).hexdigest())


@given(numbers=numbers, seed=seeds, size=st.integers(min_value=0, max_value=50), random=st.randoms())
def test_a_draw_is_so_many_of_the_candidates_or_all_in_whatever_order_they_come(
    numbers: list[int], seed: str, size: int, random: Random
) -> None:
    drawn = draw(numbers, seed, size)
    assert len(drawn) == len(set(drawn)) == min(size, len(numbers))
    assert set(drawn) <= set(numbers)
    random.shuffle(numbers)
    assert draw(numbers, seed, size) == drawn


@given(numbers=numbers, seed=seeds, size=st.integers(min_value=0, max_value=30))
def test_a_larger_draw_begins_with_the_smaller(numbers: list[int], seed: str, size: int) -> None:
    assert draw(numbers, seed, size + 3)[:size] == draw(numbers, seed, size)


@given(numbers=numbers, seed=seeds, size=st.integers(min_value=1, max_value=10))
def test_who_was_drawn_is_drawn_too_when_others_are_left_out(numbers: list[int], seed: str, size: int) -> None:
    drawn = draw(numbers, seed, size)
    left = [one for one in numbers if one in drawn or one % 2]
    assert draw(left, seed, size) == drawn


def test_every_candidate_is_drawn_as_often_as_the_others() -> None:
    times = dict.fromkeys(range(1, 21), 0)
    for month in range(2000):
        for one in draw(list(times), hashlib.sha256(str(month).encode()).hexdigest(), 5):
            times[one] += 1
    # A quarter of 2,000, within four and a half standard deviations.
    assert all(abs(count - 500) < 4.5 * (2000 * 0.25 * 0.75) ** 0.5 for count in times.values()), times


@given(digests=digests, random=st.randoms())
def test_a_seed_is_fixed_by_the_disposals_in_any_order_and_changes_with_each(
    digests: list[bytes], random: Random
) -> None:
    seed = seed_for("GJ", "MAM-3783", JULY, digests)
    assert len(seed) == 64
    shuffled = digests[:]
    random.shuffle(shuffled)
    assert seed_for("GJ", "MAM-3783", JULY, shuffled) == seed
    for left_out in range(len(digests)):
        assert seed_for("GJ", "MAM-3783", JULY, digests[:left_out] + digests[left_out + 1 :]) != seed
    other = (("MP", "MAM-3783", JULY), ("GJ", "TDO-3783", JULY), ("GJ", "MAM-3783", date(2026, 8, 1)))
    assert seed not in {seed_for(*named, digests) for named in other}


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="needs the command sha256sum")
def test_an_auditor_repeats_the_seed_and_the_draw_with_two_commands() -> None:
    found = [hashlib.sha256(name).digest() for name in (b"one", b"two", b"three")]
    listed = "\n".join(digest.hex() for digest in found)
    line = "swagat check GJ MAM-3783 2026-07"
    script = f"""{{ echo "{line}"; printf '%s\\n' "{listed}" | LC_ALL=C sort; }} | sha256sum | cut -c1-64"""
    seed = _shell(script)
    assert seed == seed_for("GJ", "MAM-3783", JULY, found)
    tickets = f"""for id in 11 12 13 14 15 16; do
      echo "$(printf '%s:%s' "{seed}" "$id" | sha256sum | cut -c1-64) $id"; done | LC_ALL=C sort | head -n 3"""
    assert [int(line.split()[1]) for line in _shell(tickets).splitlines()] == draw(range(11, 17), seed, 3)


def _shell(script: str) -> str:
    return subprocess.run(["sh", "-c", script], check=True, capture_output=True, text=True).stdout.strip()


# Who checks

REVENUE, PANCHAYAT, HEALTH = 1, 2, 3
AHMEDABAD, SURAT = 100, 200
MAMLATDAR = Checker(10, AHMEDABAD, "taluka", REVENUE, frozenset({20}))


@pytest.mark.parametrize(
    ("fitting", "less_fitting"),
    [
        # Of the same district and tier: another department under another superior comes first.
        (Checker(1, AHMEDABAD, "taluka", PANCHAYAT, frozenset({21})), Checker(2, AHMEDABAD, "taluka", REVENUE)),
        (Checker(1, AHMEDABAD, "taluka", REVENUE), Checker(2, AHMEDABAD, "taluka", HEALTH, frozenset({20}))),
        (Checker(1, AHMEDABAD, "taluka", HEALTH, frozenset({20})),
         Checker(2, AHMEDABAD, "taluka", REVENUE, frozenset({20}))),
        (Checker(1, AHMEDABAD, "taluka", REVENUE, frozenset({20})), Checker(2, AHMEDABAD, "district", PANCHAYAT)),
        (Checker(1, AHMEDABAD, "district", PANCHAYAT), Checker(2, SURAT, "taluka", PANCHAYAT)),
        (Checker(1, SURAT, "taluka", REVENUE), Checker(2, SURAT, "district", PANCHAYAT)),
        (Checker(1, SURAT, "district", REVENUE), Checker(20, AHMEDABAD, "district", REVENUE)),
    ],
)  # fmt: skip
def test_who_fits_best_checks(fitting: Checker, less_fitting: Checker) -> None:
    assert checkers_of(MAMLATDAR, [less_fitting, fitting]) == [[fitting.office_id], [less_fitting.office_id]]


def test_nobody_checks_themselves() -> None:
    assert checkers_of(MAMLATDAR, [MAMLATDAR]) == []


@given(count=st.integers(min_value=1, max_value=30), offices=st.integers(min_value=1, max_value=6), seed=seeds)
def test_the_checks_are_spread_evenly_over_those_who_fit_best(count: int, offices: int, seed: str) -> None:
    given: dict[int, int] = {}
    group = list(range(1, offices + 1))
    for number in range(count):
        assert choose([group, [99]], (), given, seed, number) in group
    assert max(given.values()) - min(given.get(one, 0) for one in group) <= 1


def test_who_worked_on_it_or_is_accused_is_passed_over_and_where_nobody_is_left_nobody_checks() -> None:
    given: dict[int, int] = {}
    assert choose([[1, 2], [3]], {1, 2}, given, "seed", 7) == 3
    assert choose([[1, 2], [3]], {1, 2, 3}, given, "seed", 7) is None
    assert given == {3: 1}
