"""How likely it is that chance alone brings as much as was seen, where honest offices differ from each other too."""

from collections.abc import Sequence
from math import exp, fsum, lgamma, log, log1p, sqrt

# Few peers cannot show how far honest offices lie apart, so they are never taken to be more alike than this.
LEAST_SPREAD = 0.02
MOST_SPREAD = 0.9


def spread_of(peers: Sequence[tuple[int, int]]) -> float:
    """Return how far the shares of offices lie apart beyond chance, 0 for not at all; each is a part and its whole.

    It is the correlation within offices, estimated by analysis of variance as usual for proportions (Fleiss, 1981), and
    taken as larger where few offices show it: simulated, honest months gave up to four times the false alarms without.
    """
    some = [(part, whole) for part, whole in peers if whole]
    total, count = sum(whole for _part, whole in some), len(some)
    if count < 2 or total <= count:
        return MOST_SPREAD
    share = sum(part for part, _whole in some) / total
    between = sum(whole * (part / whole - share) ** 2 for part, whole in some) / (count - 1)
    within = sum(part * (whole - part) / whole for part, whole in some) / (total - count)
    size = (total - sum(whole * whole for _part, whole in some) / total) / (count - 1)
    below = between + (size - 1) * within
    found = (between - within) / below if below > 0 else 0.0
    return min(MOST_SPREAD, max(LEAST_SPREAD, found) * (1 + 2 / sqrt(count)))


def mean_of(peers: Sequence[tuple[int, int]]) -> float:
    """Return the share of all peers together, never quite 0 or 1: what was not seen yet may happen all the same."""
    return (sum(part for part, _whole in peers) + 0.5) / (sum(whole for _part, whole in peers) + 1)


def at_least(part: int, whole: int, share: float, spread: float = 0.0) -> float:
    """Return how likely a part of at least so many is, with this share on average among offices that differ so much.

    Without spread it is the tail of the binomial distribution, else of the beta-binomial; raise ValueError for no part
    of a whole, or for a share that is 0 or 1.
    """
    if not 0 <= part <= whole or not 0 < share < 1:
        raise ValueError(f"{part} is no part of {whole}, or {share} no share")
    if part == 0:
        return 1.0
    if spread > 0:
        first, second = share * (1 - spread) / spread, (1 - share) * (1 - spread) / spread
        base = -_log_beta(first, second)
        logs = [base + _log_beta(one + first, whole - one + second) for one in range(part, whole + 1)]
    else:
        logs = [one * log(share) + (whole - one) * log1p(-share) for one in range(part, whole + 1)]
    ways = lgamma(whole + 1)
    terms = (
        exp(ways - lgamma(one + 1) - lgamma(whole - one + 1) + found)
        for one, found in zip(range(part, whole + 1), logs, strict=True)
    )
    return min(1.0, fsum(terms))


def _log_beta(first: float, second: float) -> float:
    return lgamma(first) + lgamma(second) - lgamma(first + second)


def run_at_least(run: int, whole: int, share: float) -> float:
    """Return how likely it is that somewhere in a row of so many, at least `run` that have this share follow another.

    It is exact: the row without such a run is longer by one that lacks it, or by one that does not complete it.
    """
    if run < 1 or not 0 < share < 1:
        raise ValueError("a run has at least one, and its share lies between 0 and 1")
    if run > whole:
        return 0.0
    completes = exp(run * log(share))
    with_run = [0.0] * run + [completes]
    for at in range(run + 1, whole + 1):
        with_run.append(with_run[-1] + (1 - share) * completes * (1 - with_run[at - run - 1]))
    return min(1.0, with_run[whole])
