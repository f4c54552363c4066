"""How sure a share is that was seen in so many cases."""

from math import sqrt
from typing import NamedTuple

# 97.5 % of a normal distribution lie below it: two sides make 95 %.
Z95 = 1.959963984540054


class Interval(NamedTuple):
    """The range in which the true value lies with 95 % confidence."""

    low: float
    high: float


def wilson(part: float, whole: int) -> Interval | None:
    """Return the 95 % interval of a share by Wilson (1927), or None for no case; raise ValueError for no true part.

    It stays within 0 and 1 and is honest for few cases, where the plain normal one is not. The part may be a sum of
    points between 0 and 1, one a case: these vary no more than cases that are in or out, so the interval is safe.
    """
    if not 0 <= part <= whole:
        raise ValueError(f"{part} is no part of {whole}")
    if not whole:
        return None
    share, z2 = part / whole, Z95 * Z95
    middle = (share + z2 / (2 * whole)) / (1 + z2 / whole)
    half = Z95 * sqrt(share * (1 - share) / whole + z2 / (4 * whole * whole)) / (1 + z2 / whole)
    # At the ends the formula gives 0 and 1 but for the last digit of a float.
    low = 0.0 if part == 0 else middle - half
    high = 1.0 if part == whole else middle + half
    return Interval(low, high)
