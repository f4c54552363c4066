"""Quality objectives (ISO 9001, 6.2): a figure, a target with its unit, an owner, and months that are named before.

Days and shares are judged as they were published, so that nobody's month turns good or bad afterwards.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from swagat.domain.errors import N_, Invalid, Refused, Text
from swagat.domain.quality.figures import Figure, figure, together
from swagat.domain.quality.indicators import INDICATORS, Better, Indicator, Kind, Tally
from swagat.domain.quality.measures import Measure, month_of
from swagat.domain.quality.periods import months_after, months_between
from swagat.domain.quality.withholding import FEWEST

LONGEST_MONTHS, FURTHEST_MONTHS = 36, 36
SHORTEST_REASON, LONGEST_REASON = 10, 1000
LONGEST_REFERENCE = 40
_TARGET = re.compile(r"(\d{1,6})(?:\.(\d))?", re.ASCII)
_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)


class Unit(StrEnum):
    """What a target is measured in."""

    PERCENT = "percent"
    MEDIAN_DAYS = "median_days"
    NINETIETH_DAYS = "ninetieth_days"
    CASES = "cases"


UNITS: Mapping[Kind, tuple[Unit, ...]] = {
    Kind.SHARE: (Unit.PERCENT,),
    Kind.DAYS: (Unit.MEDIAN_DAYS, Unit.NINETIETH_DAYS),
    Kind.NUMBER: (Unit.CASES,),
}


class Verdict(StrEnum):
    """How a month, or the whole period, stands against its target."""

    MET = "met"
    MISSED = "missed"
    NOT_YET = "not_yet"
    TOO_FEW = "too_few"


class Judgement(NamedTuple):
    """A verdict; not clear where the interval of the share spans the target, so that chance may have decided it."""

    verdict: Verdict
    is_clear: bool = True


NOT_YET = Judgement(Verdict.NOT_YET)


def target_message(objective: "Objective") -> str:
    """Return the sentence of a target, with the place of its value in it."""
    is_up = objective.of.better is Better.UP
    match objective.unit:
        case Unit.CASES:
            return N_("at least %(value)s in each month") if is_up else N_("at most %(value)s in each month")
        case Unit.NINETIETH_DAYS:
            return N_("nine of ten within %(value)s")
        case Unit.MEDIAN_DAYS:
            return N_("half of the cases within %(value)s")
        case Unit.PERCENT:
            return N_("at least %(value)s") if is_up else N_("at most %(value)s")


def may_be_objective(indicator: Indicator) -> bool:
    """Return whether a figure can be aimed at: one way is better, and it belongs to a month."""
    return indicator.better is not Better.NEITHER and all(one.measure is not Measure.OPEN for one in indicator.whole)


@dataclass(frozen=True, slots=True)
class Objective:
    """What an office aims at: the figure is at least the target where higher is better, at most it where lower is.

    The target is in tenths of its unit. A target in cases is one for each month.
    """

    office_id: int
    indicator: str
    unit: Unit
    target_tenths: int
    first_month: date
    last_month: date
    owner_id: int

    @property
    def of(self) -> Indicator:
        """Return the figure that is aimed at."""
        return INDICATORS[self.indicator]

    @property
    def months(self) -> Sequence[date]:
        """Return the months of its period."""
        return months_between(self.first_month, self.last_month)

    @property
    def target(self) -> float:
        """Return the target in its unit; a share is a number up to one."""
        return self.target_tenths / (1000 if self.unit is Unit.PERCENT else 10)

    def overlaps(self, other: "Objective") -> bool:
        """Return whether two aim at the same of one office in a month."""
        return (
            (self.office_id, self.indicator, self.unit) == (other.office_id, other.indicator, other.unit)
            and self.first_month <= other.last_month
            and other.first_month <= self.last_month
        )

    def is_frozen(self, today: date) -> bool:
        """Return whether its first month has begun: it is neither changed nor withdrawn from then on."""
        return month_of(today) >= self.first_month

    def value(self, found: Figure) -> float | None:
        """Return what of a figure is held against the target, None where there is no case."""
        return found.ninetieth if self.unit is Unit.NINETIETH_DAYS else found.value

    def judge(self, found: Figure, months: int = 1) -> Judgement:
        """Return how the figure of so many months stands; a share or days of fewer than five cases say nothing."""
        if self.unit is not Unit.CASES and found.whole < FEWEST:
            return Judgement(Verdict.TOO_FEW)
        reached, wanted = self._reached(found), self.target_tenths * (months if self.unit is Unit.CASES else 1)
        # Whole numbers on both sides: 80.0 per cent of 40 cases are 32, whatever a float says.
        scale = found.whole if self.unit is Unit.PERCENT else 1
        is_met = reached >= wanted * scale if self.of.better is Better.UP else reached <= wanted * scale
        spans = found.interval is not None and found.interval.low < self.target < found.interval.high
        return Judgement(Verdict.MET if is_met else Verdict.MISSED, not spans)

    def judge_period(self, published: Mapping[date, Tally]) -> Judgement:
        """Return how the whole period stands, by its months as they were published; not before the last of them."""
        if any(month not in published for month in self.months):
            return NOT_YET
        return self.judge(figure(self.of, together(published[one] for one in self.months)), len(self.months))

    def _reached(self, found: Figure) -> int:
        match self.unit:
            case Unit.PERCENT:
                return 1000 * found.part
            case Unit.CASES:
                return 10 * found.part
            case Unit.MEDIAN_DAYS:
                return 10 * (found.median or 0)
            case Unit.NINETIETH_DAYS:
                return 10 * (found.ninetieth or 0)


class Typed(NamedTuple):
    """An objective as it was filled in."""

    indicator: str
    target: str
    unit: str
    first: str
    last: str
    owner: str


def understood(typed: Typed, office_id: int, owner_ids: Sequence[int], today: date) -> Objective:
    """Return the objective that was filled in, raising Invalid that names each field which cannot be used."""
    errors: dict[str, Text] = {}
    indicator = INDICATORS.get(typed.indicator)
    if indicator is None or not may_be_objective(indicator):
        errors["indicator"] = Text(N_("Choose a figure."))
    unit = next((one for one in Unit if one.value == typed.unit), None)
    if unit is None:
        errors["unit"] = Text(N_("Choose the unit of the target: without it a number says nothing."))
    elif indicator is not None and unit not in UNITS[indicator.kind]:
        errors["unit"] = Text(N_("This figure is not measured in this unit."))
    tenths = _tenths(typed.target)
    if tenths is None:
        errors["target"] = Text(N_("Write the target as a number, such as 85 or 12.5."))
    elif unit is Unit.PERCENT and tenths > 1000:
        errors["target"] = Text(N_("A share is at most 100 per cent."))
    first, last = _month(typed.first), _month(typed.last)
    if first is None:
        errors["first"] = Text(N_("Write the month as 2027-01."))
    elif first <= month_of(today):
        errors["first"] = Text(N_("It must begin in a month to come: a target set afterwards proves nothing."))
    elif first > months_after(today, FURTHEST_MONTHS):
        errors["first"] = Text(N_("It must begin within three years."))
    if last is None:
        errors["last"] = Text(N_("Write the month as 2027-01."))
    elif first is not None and last < first:
        errors["last"] = Text(N_("It cannot end before it begins."))
    elif first is not None and len(months_between(first, last)) > LONGEST_MONTHS:
        errors["last"] = Text(N_("An objective runs for three years at most."))
    owner_id = int(typed.owner) if typed.owner.isascii() and typed.owner.isdecimal() and len(typed.owner) < 19 else 0
    if owner_id not in owner_ids:
        errors["owner"] = Text(N_("Choose who answers for it, among the people of this office."))
    if errors or unit is None or tenths is None or first is None or last is None:
        raise Invalid(errors=errors)
    return Objective(office_id, typed.indicator, unit, tenths, first, last, owner_id)


def refuse_frozen(objective: Objective, today: date) -> None:
    """Raise Refused where an objective has begun."""
    if objective.is_frozen(today):
        raise Refused(N_("This objective has begun and stays as it is. Set a new one for the months after it."))


class Answer(NamedTuple):
    """What is said about a missed month: a reason, the number of a nonconformity, or both."""

    reason: str
    reference: str


def answered(reason: str, reference: str) -> Answer:
    """Return what was said about a missed month, raising Invalid where it is neither a reason nor an action."""
    given = Answer(reason.strip(), reference.strip())
    errors: dict[str, Text] = {}
    if "\0" in given.reason:
        errors["reason"] = Text(N_("This contains a sign that cannot be kept."))
    elif not given.reference and len(given.reason) < SHORTEST_REASON:
        errors["reason"] = Text(N_("Say why in a sentence, or name the nonconformity that deals with it."))
    elif len(given.reason) > LONGEST_REASON:
        errors["reason"] = Text(N_("At most %(count)s letters."), {"count": LONGEST_REASON})
    if len(given.reference) > LONGEST_REFERENCE or not given.reference.isprintable():
        errors["reference"] = Text(N_("Write only the number of the nonconformity."))
    if errors:
        raise Invalid(errors=errors)
    return given


def _tenths(typed: str) -> int | None:
    found = _TARGET.fullmatch(typed.strip())
    return 10 * int(found[1]) + int(found[2] or 0) if found else None


def _month(typed: str) -> date | None:
    found = _MONTH.fullmatch(typed.strip())
    if found is None or not 2000 <= int(found[1]) <= 2099 or not 1 <= int(found[2]) <= 12:
        return None
    return date(int(found[1]), int(found[2]), 1)
