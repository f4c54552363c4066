"""What somebody looks for who types into the one search box of the desk: a number, a mobile number, or words."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from swagat.domain.errors import Invalid
from swagat.domain.phone import parse_mobile
from swagat.domain.text import ascii_digits

LONGEST_SEARCH = 200
LARGEST_RUNNING = 2**31 - 1
# "GJ-2026" has few letters beside its digits; "2 rooms" is meant as words.
_NUMBER_LIKE = re.compile(r"[A-Za-z]{0,4}[\s\-/.]*[0-9][0-9\s\-/.]*")


class NumberPart(NamedTuple):
    """A running number, of a year where one was typed."""

    year: int | None
    running: int


class Sought(NamedTuple):
    """What is looked for; of the three, only what was meant is filled in."""

    numbers: tuple[NumberPart, ...] = ()
    mobile: str = ""
    words: str = ""


def read_search(typed: str) -> Sought:
    """Return what the typed text is: digits of any script, with or without prefix, hyphens and check digit."""
    text = ascii_digits(typed[:LONGEST_SEARCH]).strip()
    if not any(one.isalpha() for one in text):
        try:
            return Sought(mobile=parse_mobile(text))
        except Invalid:
            pass
    numbers = _numbers(re.findall(r"[0-9]+", text)) if _NUMBER_LIKE.fullmatch(text) else ()
    found = tuple(dict.fromkeys(numbers))
    # A land record is called 7/12: digits that no number of ours can be are words too.
    return Sought(numbers=found) if found else Sought(words=text)


def _numbers(groups: list[str]) -> Iterator[NumberPart]:
    """Give every reading of the groups of digits: the last single digit may be the check digit or the number."""
    for core in [groups, groups[:-1]] if len(groups[-1]) == 1 and len(groups) > 1 else [groups]:
        if len(core) == 2 and len(core[0]) == 4:
            yield from _possible(int(core[0]), core[1])
        elif len(core) == 1:
            yield from _possible(None, core[0])
    joined = "".join(groups)
    if len(joined) >= 12:
        yield from _possible(int(joined[:4]), joined[4:-1])


def _possible(year: int | None, running: str) -> Iterator[NumberPart]:
    if len(running) <= 12 and 0 < int(running) <= LARGEST_RUNNING:
        yield NumberPart(year, int(running))
