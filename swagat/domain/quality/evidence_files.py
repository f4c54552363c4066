"""What an evidence pack is made of: its files, the columns of its tables, and how a figure is written down."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from swagat.domain.quality.figures import figure, together
from swagat.domain.quality.indicators import INDICATORS, Indicator, Kind, Tally
from swagat.domain.quality.measures import EVER, Measure

FORMAT = 1
FIGURES, REGISTER, MANIFEST, SUMS = "figures.json", "register.csv", "manifest.json", "SHA256SUMS"
README, DEFINITIONS = "README.txt", "definitions.txt"
LIST_COLUMNS = ("registration_number", "category", "month", "key", "number")
REGISTER_COLUMNS = (
    "registration_number", "seq", "at", "due_at", "action", "role", "post", "status_before", "status_after",
    "office_before", "office_after", "answerable_before", "answerable_after", "level_before", "level_after",
    "clock_before", "clock_after", "cycle", "previous_digest", "digest",
)  # fmt: skip
_FIXED = "|".join(map(re.escape, (FIGURES, REGISTER, MANIFEST, SUMS, README, DEFINITIONS)))
NAMES = re.compile(rf"{_FIXED}|lists/[a-z_]+\.csv")
NOW = "now"
"""How a list names the month of what is open, which belongs to none."""

Shown = list[int | None]


def list_of(measure: Measure) -> str:
    """Return the name of the list with the cases that were counted under a measure."""
    return f"lists/{measure.value}.csv"


def lists_behind(indicator: Indicator) -> list[str]:
    """Return the names of the lists that a figure is counted from."""
    return sorted({list_of(one.measure) for one in indicator.whole})


def month_code(month: date) -> str:
    """Return how a list names a month."""
    return NOW if month == EVER else f"{month:%Y-%m}"


def shown(indicator: Indicator, tally: Tally) -> Shown:
    """Return what a figure says: numerator, denominator, and of a figure of days its median and 90th percentile."""
    found = figure(indicator, tally)
    return [found.part, found.whole, found.median, found.ninetieth]


def of_period(months: Mapping[str, Tally], first: str, last: str) -> Tally:
    """Return what happened from one month to another, and what is open now."""
    return together(tally for code, tally in months.items() if code == NOW or first <= code <= last)


def figures_of(months: Mapping[str, Tally], first: str, last: str) -> dict[str, Shown]:
    """Return every figure of a period, by its code."""
    total = of_period(months, first, last)
    return {code: shown(one, total) for code, one in INDICATORS.items()}


def month_figures(months: Mapping[str, Tally]) -> dict[str, dict[str, Shown]]:
    """Return every figure of every month, as the charts draw them."""
    return {
        month: {code: shown(one, tally) for code, one in INDICATORS.items() if Measure.OPEN not in _measures(one)}
        for month, tally in sorted(months.items())
        if month != NOW
    }


def _measures(indicator: Indicator) -> set[Measure]:
    return {one.measure for one in indicator.whole}


def told(indicator: Indicator, values: Shown, name: str, definition: str, cohort: str) -> dict[str, Any]:
    """Return a figure as figures.json tells it, its words in the language of the pack."""
    part, whole, median, ninetieth = values
    found = {
        "code": indicator.code,
        "version": indicator.version,
        "clause": indicator.clause,
        "kind": indicator.kind.value,
        "name": name,
        "definition": definition,
        "cohort": cohort,
        "lists": lists_behind(indicator),
        "numerator": part,
        "denominator": whole,
    }
    if indicator.kind is Kind.DAYS:
        found |= {"median": median, "ninetieth": ninetieth}
    return found


def as_json(value: object) -> bytes:
    """Return a value as JSON that is the same each time."""
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def sums(digests: Mapping[str, str]) -> bytes:
    """Return digests as `sha256sum -c` reads them."""
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(digests.items())).encode()


def sha256(parts: Iterable[bytes]) -> str:
    """Return the digest of bytes that come in parts."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest.hexdigest()
