"""No small number is shown, and none is restored by taking what is shown from a total."""

from collections.abc import Hashable, Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swagat.domain.quality.withholding import FEWEST, Group, withheld

NUMBERS = st.one_of(st.integers(min_value=0, max_value=7), st.integers(min_value=0, max_value=200))


def table(rows: Sequence[Sequence[int]]) -> tuple[dict[Hashable, int], list[Group]]:
    """Return a table of offices by months with the sums of its rows and columns, and the sum of all."""
    wide, high = len(rows[0]), len(rows)
    counts: dict[Hashable, int] = {(x, y): rows[y][x] for y in range(high) for x in range(wide)}
    counts |= {("row", y): sum(rows[y]) for y in range(high)}
    counts |= {("column", x): sum(row[x] for row in rows) for x in range(wide)}
    counts["all"] = sum(map(sum, rows))
    groups = [Group(("row", y), [(x, y) for x in range(wide)]) for y in range(high)]
    groups += [Group(("column", x), [(x, y) for y in range(high)]) for x in range(wide)]
    groups.append(Group("all", [("row", y) for y in range(high)]))
    groups.append(Group("all", [("column", x) for x in range(wide)]))
    return counts, groups


@pytest.mark.parametrize(
    ("parts", "hidden"),
    [
        pytest.param([20, 9, 30], [], id="nothing is small"),
        pytest.param([3, 9, 30], [0, 1], id="the next smallest goes with a small one"),
        pytest.param([3, 4, 30], [0, 1], id="two small ones hide each other"),
        pytest.param([1, 1, 30], [0, 1, 2], id="two that are two cases together say too much"),
        pytest.param([1, 1, 8, 30], [0, 1, 2], id="and take the smallest third along"),
        pytest.param([4, 0, 0], [0, "total"], id="the total of one part is that part"),
        pytest.param([0, 0, 0], [], id="nought is about nobody"),
        pytest.param([3, 9, 9], [0, 1], id="of two equal ones always the same goes"),
    ],
)
def test_what_is_withheld(parts: list[int], hidden: list[object]) -> None:
    counts: dict[Hashable, int] = {**dict(enumerate(parts)), "total": sum(parts)}
    assert withheld(counts, [Group("total", range(len(parts)))]) == set(hidden)


def test_what_is_withheld_for_one_sum_is_not_restored_by_another() -> None:
    # The second office hides the first in the district, and is alone in its department.
    counts: dict[Hashable, int] = {"small": 2, "next": 6, "large": 40, "district": 48, "far": 50, "department": 56}
    groups = [Group("district", ["small", "next", "large"]), Group("department", ["next", "far"])]
    assert withheld(counts, groups) == {"small", "next", "far"}


@given(
    rows=st.integers(1, 5).flatmap(
        lambda wide: st.lists(st.lists(NUMBERS, min_size=wide, max_size=wide), min_size=1, max_size=5)
    )
)
def test_no_single_subtraction_restores_what_is_withheld(rows: list[list[int]]) -> None:
    counts, groups = table(rows)
    hidden = withheld(counts, groups)
    assert not [cell for cell, number in counts.items() if 0 < number < FEWEST and cell not in hidden]
    for group in groups:
        assert restored(counts, group, hidden) == []


def restored(counts: Mapping[Hashable, int], group: Group, hidden: frozenset[Hashable]) -> list[Hashable]:
    """Return what whoever sees the rest of a group knows of it."""
    unknown = [part for part in group.parts if part in hidden]
    if group.total in hidden:
        return [group.total] if not unknown else []
    if len(unknown) == 1 or 0 < sum(counts[part] for part in unknown) < FEWEST:
        return unknown
    return []


@given(parts=st.lists(NUMBERS, min_size=1, max_size=8))
def test_nothing_is_withheld_where_nothing_is_small(parts: list[int]) -> None:
    large = [FEWEST + number for number in parts]
    counts: dict[Hashable, int] = {**dict(enumerate(large)), "total": sum(large)}
    assert withheld(counts, [Group("total", range(len(large)))]) == frozenset()


@given(parts=st.lists(NUMBERS, min_size=2, max_size=6), data=st.data())
def test_the_order_of_a_page_changes_nothing(parts: list[int], data: st.DataObject) -> None:
    counts: dict[Hashable, int] = {**dict(enumerate(parts)), "total": sum(parts)}
    turned = data.draw(st.permutations(range(len(parts))))
    assert withheld(counts, [Group("total", range(len(parts)))]) == withheld(counts, [Group("total", turned)])
