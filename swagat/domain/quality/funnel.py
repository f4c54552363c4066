"""An office against its peers, so that a small one is not ranked on luck: the funnel plot (Spiegelhalter, 2005)."""

from enum import StrEnum
from math import sqrt
from typing import NamedTuple

from swagat.domain.quality.intervals import Z95

Z998 = 3.090232306167813


class Standing(StrEnum):
    """Where an office lies: as its peers, or apart by more than chance brings once in 20, or in 500 offices."""

    AS_PEERS = "as peers"
    WARNING_LOW = "below 95 %"
    WARNING_HIGH = "above 95 %"
    LOW = "below 99.8 %"
    HIGH = "above 99.8 %"


class Funnel(NamedTuple):
    """The bounds of the peers' share for an office with so many cases: 99.8 % and 95 %, low and high."""

    low: float
    warning_low: float
    warning_high: float
    high: float


def funnel(peers: float, whole: int) -> Funnel:
    """Return the bounds for an office with so many cases; raise ValueError for none."""
    if whole < 1 or not 0 <= peers <= 1:
        raise ValueError("an office without cases has no share")
    sigma = sqrt(peers * (1 - peers) / whole)
    wide, narrow = Z998 * sigma, Z95 * sigma
    return Funnel(max(0.0, peers - wide), max(0.0, peers - narrow), min(1.0, peers + narrow), min(1.0, peers + wide))


def standing(part: int, whole: int, peers: float) -> Standing:
    """Return where an office with this share lies among its peers."""
    share, bounds = part / whole, funnel(peers, whole)
    if share < bounds.low:
        return Standing.LOW
    if share < bounds.warning_low:
        return Standing.WARNING_LOW
    if share > bounds.high:
        return Standing.HIGH
    return Standing.WARNING_HIGH if share > bounds.warning_high else Standing.AS_PEERS
