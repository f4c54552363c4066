"""Which numbers of a public page are withheld, so that nobody is recognised in them and nobody can subtract them out.

A number about very few cases is about people whom their neighbours know. Withheld alone it would be restored by taking
the others from their total, so another one is withheld with it.
"""

from collections.abc import Collection, Hashable, Mapping, Sequence
from typing import NamedTuple

FEWEST = 5
"""Below five cases a village can tell who they are; five is also what other public bodies publish at the least."""


class Group(NamedTuple):
    """A total and the parts that add up to it, as a page or the page beside it shows them."""

    total: Hashable
    parts: Sequence[Hashable]


def withheld(
    counts: Mapping[Hashable, int], groups: Sequence[Group], already: Collection[Hashable] = ()
) -> frozenset[Hashable]:
    """Return which cells must not be shown; `counts` says about how many cases each of them is.

    `already` are cells that are withheld for another reason.

    Nought is shown: it is about nobody. What is withheld in a group is at least two cells, and its parts together are
    about as many cases as may be shown, so that no single subtraction says more than that.
    """
    hidden = {cell for cell, number in counts.items() if cell in already or (number and number < FEWEST)}
    # What is withheld for one group may stand alone in another, so it goes on until nothing more is to be withheld.
    while found := {cell for group in groups if (cell := _partner(counts, group, hidden)) is not None}:
        hidden |= found
    return frozenset(hidden)


def _partner(counts: Mapping[Hashable, int], group: Group, hidden: Collection[Hashable]) -> Hashable | None:
    """Return what else must be withheld in a group: its smallest part that is shown, or else its total."""
    parts = [part for part in group.parts if part in hidden]
    is_total_hidden = group.total in hidden
    if is_total_hidden and (parts or not counts[group.total]):
        return None
    if not is_total_hidden and (not parts or (len(parts) > 1 and sum(counts[part] for part in parts) >= FEWEST)):
        return None
    shown = [part for part in group.parts if part not in hidden and counts[part]]
    # The order among equals must not depend on the page: else two pages together would show both.
    return min(shown, key=lambda part: (counts[part], repr(part)), default=None if is_total_hidden else group.total)
