"""What stands out in the figures of a scope: said only where it is more than chance, and nothing good of bad answers.

Three months against the same three a year before, and against the peers. A quick office is not praised while more
comes in than it answers, nor a punctual one whose answers fall.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from math import sqrt
from typing import NamedTuple

from swagat.domain.quality.figures import Figure, figure
from swagat.domain.quality.funnel import Standing, standing
from swagat.domain.quality.indicators import INDICATORS, Tally
from swagat.domain.quality.intervals import Z95
from swagat.domain.quality.percentiles import median_interval

MONTHS_TOGETHER = 3
MOST_SAID = 3
LOOKED_AT = ("received", "disposed", "fell", "on_time", "answer_days")
# Of fewer cases nothing is said, and fewer peers are no measure.
LEAST_CASES, LEAST_AMONG_PEERS = 10, 30

# The tally from which a figure comes, by the figure's code; a figure that is withheld has none.
Shown = Mapping[str, Tally]


class What(StrEnum):
    """What can stand out, the worst first."""

    BACKLOG_GROWS = "backlog grows"
    ANSWERS_FALL = "answers fall"
    LATE = "late"
    SLOWER = "slower"
    ANSWERS_STAND = "answers stand"
    IN_TIME = "in time"
    QUICKER = "quicker"


GOOD_NEWS = frozenset({What.ANSWERS_STAND, What.IN_TIME, What.QUICKER})


class Notable(NamedTuple):
    """One thing that stands out: the figure in which it shows, and the one it is held against where one is named."""

    what: What
    now: Figure
    beside: Figure | None = None


def stands_out(recent: Shown, year_before: Shown, peers: Tally) -> Sequence[Notable]:
    """Return what stands out, the worst first and three at the most.

    `recent` and `year_before` are three months of each year; `peers` is what lies beside the scope in the recent ones.
    """
    found = [
        *_backlog(recent),
        *_against_peers("fell", recent, peers, What.ANSWERS_STAND, What.ANSWERS_FALL),
        *_against_peers("on_time", recent, peers, What.LATE, What.IN_TIME),
        *_speed(recent, year_before),
    ]
    kept = {one.what: one for one in found}
    # That answers fall may still be chance: not sure enough to say it, and too sure to praise.
    is_doubtful = _standing("fell", recent, peers) is Standing.WARNING_HIGH
    if is_doubtful or kept.keys() & {What.BACKLOG_GROWS, What.ANSWERS_FALL}:
        kept = {what: one for what, one in kept.items() if what not in GOOD_NEWS}
    return [kept[what] for what in What if what in kept][:MOST_SAID]


def _figure(code: str, shown: Shown) -> Figure | None:
    return figure(INDICATORS[code], shown[code]) if code in shown else None


def _backlog(recent: Shown) -> list[Notable]:
    """Say that more comes in than is disposed, where two counts of one mean would hardly lie so far apart."""
    received, disposed = _figure("received", recent), _figure("disposed", recent)
    if received is None or disposed is None:
        return []
    more, both = received.part - disposed.part, received.part + disposed.part
    is_much = received.part >= LEAST_CASES and more > Z95 * sqrt(both)
    return [Notable(What.BACKLOG_GROWS, received, disposed)] if is_much else []


def _against_peers(code: str, recent: Shown, peers: Tally, low: What, high: What) -> list[Notable]:
    found, where = _figure(code, recent), _standing(code, recent, peers)
    # One office in twenty lies beyond the nearer bounds by chance alone.
    apart = {Standing.LOW: low, Standing.HIGH: high}.get(where)
    return [Notable(apart, found)] if apart is not None and found is not None else []


def _standing(code: str, recent: Shown, peers: Tally) -> Standing:
    found, beside = _figure(code, recent), figure(INDICATORS[code], peers)
    if found is None or found.whole < LEAST_CASES or beside.whole < LEAST_AMONG_PEERS:
        return Standing.AS_PEERS
    return standing(found.part, found.whole, beside.part / beside.whole)


def _speed(recent: Shown, year_before: Shown) -> list[Notable]:
    """Say that half were answered sooner or later than a year before, where the two medians surely differ."""
    code = "answer_days"
    now, before = _figure(code, recent), _figure(code, year_before)
    if now is None or before is None:
        return []
    ours, theirs = (median_interval(INDICATORS[code].days(some[code])) for some in (recent, year_before))
    if ours is None or theirs is None:
        return []
    if ours.low > theirs.high:
        return [Notable(What.SLOWER, now, before)]
    return [Notable(What.QUICKER, now, before)] if ours.high < theirs.low else []
