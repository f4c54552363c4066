"""What moved: the figures and subjects of a month that changed by more than chance, in words."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from swagat.domain.quality.changes import Change, change, change_of_year, counts_moved
from swagat.domain.quality.measures import Measure
from swagat.domain.quality.withholding import FEWEST
from swagat.services import catalogue
from swagat.services.indicators import Overview
from swagat.web.catalogue import gettext as _
from swagat.web.filters import place_name
from swagat.web.formats import number
from swagat.web.quality_charts import most_told
from swagat.web.quality_words import moved_words

# What says most of an office, and costs no reading beyond that of the cards: what rests on the same cases withholds
# the same.
WATCHED = ("closure_days", "on_time", "confirmed", "refused", "fell", "received")
SUBJECTS_SHOWN = 3


class MovedList(NamedTuple):
    """What moved: better, worse, and neither, each in sentences; `months` are those that could be compared."""

    better: Sequence[str]
    worse: Sequence[str]
    neither: Sequence[str]
    could_compare: bool


def moved(shown: Overview, months: Sequence[date]) -> MovedList:
    """Return what moved in the last of these months, against the one before and against the same a year before."""
    found: list[Change] = []
    compared = 0
    for code in WATCHED:
        figures, _left_out = shown.trend(code)
        for one in (change(figures, months), change_of_year(figures, months)):
            compared += one is not None and one.baseline is not None
            if one is not None and one.rules:
                found.append(one)
    lists: dict[bool | None, list[str]] = {True: [], False: [], None: []}
    for one in found:
        lists[one.is_better].append(moved_words(one))
    lists[None] += _subjects(shown, months)
    return MovedList(lists[True], lists[False], lists[None], compared > 0)


def _subjects(shown: Overview, months: Sequence[date]) -> list[str]:
    """Return which subjects came more or less often, of those that the pages of both months show."""
    figures, left_out = shown.trend("received")
    pair = months[-2:]
    if len(pair) < 2 or any(one in left_out or one not in figures for one in pair):
        return []
    fewest = 1 if shown.is_whole else FEWEST
    before, now = (dict(most_told(shown.months[one].get(Measure.RECEIVED, {}), fewest)) for one in pair)
    known = catalogue.current().categories
    said = []
    for one in counts_moved(now, before)[:SUBJECTS_SHOWN]:
        category = known.get(int(one.key))
        name = place_name(category).striptags() if category else one.key
        said.append(
            _("%(subject)s: %(now)s received, %(then)s the month before.", subject=name, now=number(one.now),
              then=number(one.before))
        )  # fmt: skip
    return said
