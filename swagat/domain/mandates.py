"""What an auditor of the certification body may read: some offices, some months, and until a day."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from swagat.domain.errors import N_, Text
from swagat.domain.quality.periods import months_between

MOST_OFFICES = 200
LONGEST_YEARS = 10
_BETWEEN = re.compile(r"[\s,;]+")


@dataclass(frozen=True, slots=True)
class Mandate:
    """The offices, None for all of the state, and the months from the first to the last, each by its first day."""

    office_ids: frozenset[int] | None
    first: date
    last: date

    def covers_office(self, office_id: int) -> bool:
        """Return whether an office belongs to it."""
        return self.office_ids is None or office_id in self.office_ids

    def covers_months(self, first: date, last: date) -> bool:
        """Return whether all months from one to another belong to it."""
        return self.first <= first and last <= self.last


def codes_in(typed: str) -> Sequence[str]:
    """Return the codes of offices that somebody typed, separated by lines, spaces or commas, each once."""
    return list(dict.fromkeys(one for one in _BETWEEN.split(typed.strip()) if one))


def faults_of(first: date | None, last: date | None, last_day: date | None, offices: int) -> dict[str, Text]:
    """Return what is wrong with a mandate, by the name of the field; an auditor's account has an end."""
    faults: dict[str, Text] = {}
    if first is None:
        faults["mandate_first"] = Text(N_("Say from which month the auditor reads."))
    if last is None:
        faults["mandate_last"] = Text(N_("Say up to which month the auditor reads."))
    if first is not None and last is not None:
        if last < first:
            faults["mandate_last"] = Text(N_("The last month is before the first."))
        elif len(months_between(first, last)) > 12 * LONGEST_YEARS:
            faults["mandate_last"] = Text(N_("An auditor reads ten years at most."))
    if last_day is None:
        faults["last_day"] = Text(N_("An auditor's account has an end: give its last day."))
    if offices > MOST_OFFICES:
        faults["mandate_offices"] = Text(
            N_("Name %(most)s offices at most, or leave this empty for all."), {"most": MOST_OFFICES}
        )
    return faults
