"""Which disposals of a month are checked: a draw that nobody can foresee and anybody can repeat.

The seed of an office and month is made of the register itself: it is the SHA-256 of a line that names them, followed by
one line for each disposal of that office in that month with the digest of its register entry, in the order of the
digests. So it is not known before the last disposal of the month has been made, and it cannot be chosen afterwards:
an entry is never changed, and each digest contains random salts and all entries before it in its case. Who disposes
cannot tell beforehand what a digest will be. Cases brought over from another system are no part of it.

The draw sorts the candidates by the SHA-256 of the seed, a colon and their number, and takes the first. An auditor
repeats both with two commands, the digests one a line and in order, and `id` each candidate in turn:

    { echo "swagat check GJ MAM-3783 2026-07"; sort digests; } | sha256sum
    printf '%s:%s' "$seed" "$id" | sha256sum
"""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date


def seed_for(state: str, office: str, month: date, digests: Iterable[bytes]) -> str:
    """Return the seed of an office in a month, both named by code, from the digests of its disposals in any order."""
    return seed_of(f"swagat check {state} {office} {month:%Y-%m}", digests)


def seed_of(head: str, digests: Iterable[bytes]) -> str:
    """Return the SHA-256 of a first line that names what is drawn, and of the digests in their order, one a line."""
    lines = [head, *sorted(digest.hex() for digest in digests)]
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()


def draw(candidates: Sequence[int], seed: str, size: int) -> list[int]:
    """Return so many of the candidates, or all where there are fewer, whatever order they are given in."""
    return sorted(set(candidates), key=lambda one: (ticket(seed, one), one))[: max(size, 0)]


def ticket(seed: str, number: int) -> str:
    """Return the text by which a candidate is sorted."""
    return hashlib.sha256(f"{seed}:{number}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Checker:
    """An office that disposes or may check, as far as the choice of one for the other goes."""

    office_id: int
    district_id: int | None
    tier: str
    department_id: int | None
    superiors: frozenset[int] = frozenset()


def checkers_of(office: Checker, others: Iterable[Checker]) -> list[list[int]]:
    """Return the offices that may check this one, in groups, the most fitting group first.

    Fit is of the same district and tier, of another department and under another superior; then those under the same
    superior too; then any other of the district; then the same tier elsewhere, and at last anybody. Who stands
    directly above this office is in the last group, because it answers next for what is found.
    """
    groups: dict[int, list[int]] = {}
    for other in others:
        if other.office_id != office.office_id:
            groups.setdefault(_rank(office, other), []).append(other.office_id)
    return [sorted(groups[rank]) for rank in sorted(groups)]


def _rank(office: Checker, other: Checker) -> int:
    if other.office_id in office.superiors:
        return 7
    is_near = other.district_id == office.district_id
    is_level = other.tier == office.tier
    is_other = other.department_id != office.department_id
    is_apart = office.superiors.isdisjoint(other.superiors)
    if is_near and is_level:
        return (0 if is_apart else 2) if is_other else (1 if is_apart else 3)
    if is_near:
        return 4
    return 5 if is_level else 6


def choose(
    groups: Sequence[Sequence[int]], none_of: Collection[int | None], given: dict[int, int], seed: str, number: int
) -> int | None:
    """Return who checks one drawn case and add it to what each was given; None where nobody may.

    The first group that has anybody left decides, in it whoever was given least so far, and among equals the seed.
    """
    for group in groups:
        free = [one for one in group if one not in none_of]
        if free:
            chosen = min(free, key=lambda one: (given.get(one, 0), ticket(f"{seed}:{number}", one), one))
            given[chosen] = given.get(chosen, 0) + 1
            return chosen
    return None
