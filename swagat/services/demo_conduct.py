"""How the demo's offices work since they went over to this system: who improves, who games, who drowns, and peers.

Nothing of this is known of the real ones.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

# An answer on the last days before the date, whatever the case is about.
LAST_DAYS = (18, 20)
# Said by an office that games, in whatever case.
STOCK_REASON = "આપની રજૂઆત અન્વયે જરૂરી કાર્યવાહી કરી છે. આથી રજૂઆતનો નિકાલ કરવામાં આવે છે."


@dataclass(frozen=True, slots=True)
class Conduct:
    """Cases a month, days until an officer has one and until it is answered, and shares in 100 of what comes of it."""

    cases: int
    assigned: tuple[int, int]
    answered: Callable[[Random], int]
    left_lying: int
    confirmed: int
    refused: int
    appealed: int = 2
    asks: int = 8
    sends_on: int = 15
    explains: int = 70
    found_false: int = 6
    stock_reason: str = ""


def _about(days: float) -> Callable[[Random], int]:
    """Return about so many days, and never so many that the date passes by itself."""
    return lambda chance: min(LAST_DAYS[1], max(2, round(chance.gammavariate(4, days / 4))))


def _just_in_time(chance: Random) -> int:
    return chance.randint(*LAST_DAYS) if chance.random() < 0.7 else chance.randint(2, 5)


WORKS = Conduct(12, (1, 3), _about(13), 6, 52, 11)
OFFICES = {
    "MAM-3784": Conduct(18, (1, 1), _about(7), 1, 72, 6, explains=100, found_false=0),
    "MAM-3780": Conduct(20, (1, 2), _just_in_time, 0, 8, 46, 4, 0, 0, found_false=50, stock_reason=STOCK_REASON),
    "MAM-3787": Conduct(31, (3, 14), _about(17), 75, 38, 22, 3, 12, 40, explains=10, found_false=20),
    "MAM-3781": WORKS,
    "MAM-3782": WORKS,
    "MAM-3785": WORKS,
    "MAM-3786": WORKS,
}
