"""What a versioned formula makes of an office's counts: points, a score and how sure it is, a grade, and a rank."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

from swagat.domain.case import Outcome
from swagat.domain.quality.indicators import INDICATORS, Better, Kind, Tally
from swagat.domain.quality.intervals import Interval, wilson
from swagat.domain.quality.measures import Measure

FULL = 100


class Scale(NamedTuple):
    """How days become points: all up to `best`, none from `worst` on, evenly less between."""

    best: int
    worst: int

    def points(self, days: int) -> float:
        """Return the points of one case, from 0 to 1."""
        return min(1.0, max(0.0, (self.worst - days) / (self.worst - self.best)))


@dataclass(frozen=True, slots=True)
class Component:
    """One figure in a formula and what it weighs.

    `none_is_full` is for figures of what went wrong: where none was counted, nothing did.
    """

    indicator: str
    weight: int
    scale: Scale | None = None
    none_is_full: bool = False

    def __post_init__(self) -> None:
        """Refuse what no points can come from."""
        figure = INDICATORS[self.indicator]
        if self.weight < 1:
            raise ValueError(f"{self.indicator} weighs nothing")
        if (figure.kind is Kind.DAYS) is not (self.scale is not None) or figure.kind is Kind.NUMBER:
            raise ValueError(f"{self.indicator} needs a scale if it is of days, and must be a share or of days")
        if self.scale is not None and not 0 <= self.scale.best < self.scale.worst:
            raise ValueError(f"the scale of {self.indicator} runs the wrong way")
        if self.scale is None and figure.better is Better.NEITHER:
            raise ValueError(f"of {self.indicator} neither way is better")


class Group(NamedTuple):
    """Offices that are compared with each other: those that receive at least so many in twelve months."""

    code: str
    received: int


class Grade(NamedTuple):
    """A letter and the score from which it is given."""

    letter: str
    score: float


@dataclass(frozen=True, slots=True)
class Formula:
    """A version of a formula; groups and grades run from the highest to one that begins at nothing.

    An office with fewer than `minimum` cases in a component is not graded. Answers with an outcome in `exclusions` are
    left out of the score, and the score that counts them too is told beside it.
    """

    code: str
    version: int
    components: tuple[Component, ...]
    groups: tuple[Group, ...]
    minimum: int
    exclusions: frozenset[Outcome] = frozenset()
    grades: tuple[Grade, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a formula that does not add up."""
        if sum(one.weight for one in self.components) != FULL:
            raise ValueError(f"the weights of {self.code} do not add up to {FULL}")
        if len({one.indicator for one in self.components}) != len(self.components):
            raise ValueError(f"{self.code} counts a figure twice")
        if self.minimum < 1:
            raise ValueError(f"{self.code} grades offices without cases")
        if not _falls([one.received for one in self.groups]):
            raise ValueError(f"the groups of {self.code} leave some office without one")
        if self.grades and not _falls([one.score for one in self.grades]):
            raise ValueError(f"the grades of {self.code} leave some score without one")

    @property
    def digest(self) -> str:
        """Return what tells whether anything of the formula, or of a figure it rests on, was changed."""
        said = {
            "code": self.code,
            "version": self.version,
            "components": [
                [one.indicator, INDICATORS[one.indicator].version, one.weight, one.scale, one.none_is_full]
                for one in self.components
            ],
            "groups": self.groups,
            "minimum": self.minimum,
            "exclusions": sorted(self.exclusions),
            "grades": self.grades,
        }
        return sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()

    def group(self, received: int, months: int) -> Group:
        """Return the group of an office that received so many in so many months."""
        return next(one for one in self.groups if received * 12 >= one.received * months)

    def grade(self, score: float) -> Grade | None:
        """Return the grade of a score, None where the formula knows none."""
        return next((one for one in self.grades if score >= one.score), None)


def _falls(numbers: Sequence[float]) -> bool:
    return bool(numbers) and numbers[-1] == 0 and list(numbers) == sorted(set(numbers), reverse=True)


class Points(NamedTuple):
    """What a component brings, of its weight, with its interval and the number of cases it rests on."""

    component: Component
    value: float
    interval: Interval
    cases: int


class Score(NamedTuple):
    """The sum of the points of an office, from 0 to 100."""

    points: tuple[Points, ...]
    value: float
    interval: Interval


def score(formula: Formula, tally: Tally) -> Score | None:
    """Return the score of an office, None where a component rests on too few cases.

    The weight of a missing component is not given to the others: offices would be graded by different formulas.
    The components rest on the same cases and move together, so their intervals are added end to end. This is MOVER
    (Zou and Donner, Statistics in Medicine 27, 2008) with all correlations at one: too wide rather than too narrow.
    """
    points = [_points(one, tally, formula.minimum) for one in formula.components]
    sure = tuple(one for one in points if one is not None)
    if len(sure) < len(points):
        return None
    low, high = sum(one.interval.low for one in sure), sum(one.interval.high for one in sure)
    return Score(sure, sum(one.value for one in sure), Interval(low, high))


def _points(component: Component, tally: Tally, minimum: int) -> Points | None:
    figure = INDICATORS[component.indicator]
    cases = figure.count_whole(tally)
    if not cases and component.none_is_full:
        return Points(component, component.weight, Interval(component.weight, component.weight), 0)
    # What went wrong is rare where all is well; its own interval tells how little it says.
    if cases < (1 if component.none_is_full else minimum):
        return None
    if component.scale is not None:
        good = sum(component.scale.points(days) * number for days, number in figure.days(tally).items())
    else:
        part = figure.count_part(tally)
        good = part if figure.better is Better.UP else cases - part
    interval = wilson(good, cases)
    if interval is None:
        return None
    weight = component.weight
    return Points(component, weight * good / cases, Interval(weight * interval.low, weight * interval.high), cases)


def without(tally: Tally, exclusions: frozenset[Outcome]) -> dict[Measure, Mapping[str, int]]:
    """Return the counts without the answers of these outcomes; only counts of how an answer stands tell the outcome."""
    return {
        measure: {key: number for key, number in keys.items() if key.split("|")[0] not in exclusions}
        if measure is Measure.ANSWERED
        else keys
        for measure, keys in tally.items()
    }


class Rank(NamedTuple):
    """The rank of an office in its group, and the best and the worst that its interval allows."""

    rank: int
    best: int
    worst: int


def ranks(scores: Mapping[int, Score]) -> dict[int, Rank]:
    """Return the ranks of the offices of one group; surely above are only intervals that lie apart."""
    found = {}
    for office, mine in scores.items():
        above = sum(1 for one in scores.values() if one.value > mine.value)
        surely_above = sum(1 for one in scores.values() if one.interval.low > mine.interval.high)
        surely_below = sum(1 for one in scores.values() if one.interval.high < mine.interval.low)
        found[office] = Rank(above + 1, surely_above + 1, len(scores) - surely_below)
    return found
