"""Two years of history for the demo, invented: an office that improves, one that games, one that drowns, and peers.

The lines have the columns of `flask import cases`, so the demo gets its history as an installation gets its own.
"""

import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from swagat.domain.quality.measures import month_of, next_month
from swagat.services.importing import import_cases

SEED = 20030424
MONTHS = 24
LIMIT_DAYS = 21
SUBJECTS = ("REV-712", "REV-712", "REV-MUTATION", "REV-CERT", "REV-ENCROACH")


@dataclass(frozen=True, slots=True)
class Habits:
    """How an office works in one month: cases, mean days to an answer, and shares in 100 of what people say of it."""

    cases: int
    days: float
    confirmed: int
    refused: int
    is_bunched: bool = False


def _improves(age: float) -> Habits:
    return Habits(18, 30 - 21 * age, round(30 + 40 * age), round(30 - 22 * age))


def _games(age: float) -> Habits:
    return Habits(20, 4, 8, round(38 + 8 * age), is_bunched=True)


def _drowns(age: float) -> Habits:
    return Habits(round(14 + 14 * age), 16 + 55 * age * age, round(50 - 20 * age), round(12 + 10 * age))


def _works(_age: float) -> Habits:
    return Habits(12, 15, 52, 11)


# All are Mamlatdars of the district of Ahmedabad or beside it; nothing of this is known of the real ones.
OFFICES = {
    "MAM-3784": _improves,
    "MAM-3780": _games,
    "MAM-3787": _drowns,
    "MAM-3781": _works,
    "MAM-3782": _works,
    "MAM-3785": _works,
    "MAM-3786": _works,
}


def bring_over(now: datetime, until: date) -> int:
    """Import the history until a day as an installation does, with nothing sent; return how many cases."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "history.csv"
        found = list(lines(now.date(), until))
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(found[0]))
            writer.writeheader()
            writer.writerows(found)
        import_cases(path, "GJ", "demo history", now, lambda _line: None)
    return len(found)


def lines(today: date, until: date) -> Iterator[dict[str, str]]:
    """Return the lines of two years that end with this month, as far as they lie before the month of another day.

    They are always the same for a day, and what had not ended is not among them.
    """
    chance = random.Random(SEED)
    month = month_of(today)
    for _ in range(MONTHS):
        month = month_of(month - timedelta(days=1))
    for at in range(MONTHS):
        if month >= month_of(until):
            return
        for office, habits in OFFICES.items():
            for step in range(habits(at / (MONTHS - 1)).cases):
                line = _line(f"{office}-{month:%Y%m}-{step + 1:02}", office, month, habits(at / (MONTHS - 1)), chance)
                if max(line[day] for day in line if day.endswith("_on") and day != "due_on") <= today.isoformat():
                    yield line
        month = next_month(month)


def _line(number: str, office: str, month: date, habits: Habits, chance: random.Random) -> dict[str, str]:
    filed_on = month + timedelta(days=chance.randrange(28))
    took = _days_taken(habits, chance)
    disposed_on = filed_on + timedelta(days=took)
    said_on = disposed_on + timedelta(days=chance.randint(2, 20))
    line = {
        "number": number,
        "category": chance.choice(SUBJECTS),
        "office": office,
        "filed_on": filed_on.isoformat(),
        "due_on": (filed_on + timedelta(days=LIMIT_DAYS)).isoformat(),
        "first_action_on": (filed_on + timedelta(days=max(1, took // 2))).isoformat(),
        "disposed_on": disposed_on.isoformat(),
        "outcome": "redressed" if habits.is_bunched else _outcome(chance),
        "confirmation": "silent",
        "confirmed_on": "",
        "closed_on": (disposed_on + timedelta(days=30)).isoformat(),
    }
    dice = chance.randrange(100)
    if dice < habits.confirmed:
        line |= {"confirmation": "confirmed", "confirmed_on": said_on.isoformat(), "closed_on": ""}
    elif dice < habits.confirmed + habits.refused:
        again = (said_on + timedelta(days=chance.randint(8, 30))).isoformat()
        line |= {"confirmation": "refused", "confirmed_on": said_on.isoformat(), "closed_on": again}
    return line


def _days_taken(habits: Habits, chance: random.Random) -> int:
    if habits.is_bunched and chance.random() < 0.6:
        # On the last days before the date, whatever the case is about.
        return chance.randint(LIMIT_DAYS - 2, LIMIT_DAYS)
    return max(1, round(chance.gammavariate(3, habits.days / 3)))


def _outcome(chance: random.Random) -> str:
    return chance.choices(("redressed", "partly_redressed", "other_relief", "not_established"), (70, 14, 6, 10))[0]
