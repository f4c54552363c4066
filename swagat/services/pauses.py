"""How long to wait before a provider is tried again, how often, and at what pace."""

import random
from threading import Lock
from time import monotonic, sleep

FIRST_PAUSE, LONGEST_PAUSE = 30.0, 3600.0
# With the pauses above, a little more than a day.
MOST_TRIES = 30


def pause_after(tries: int) -> float:
    """Return the seconds to wait after so many tries: doubled each time up to an hour, less up to half by chance."""
    longest = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(tries - 1, 10))
    return random.uniform(longest / 2, longest)


class Pace:
    """Lets so many begin in a second and no more, 0 for as many as can; time not used is not saved up.

    Several threads may wait at once; each has a turn of its own.
    """

    def __init__(self, per_second: float) -> None:
        self._step = 1 / per_second if per_second else 0.0
        self._free_at = 0.0
        self._lock = Lock()

    def wait(self) -> None:
        """Return when the next one may begin."""
        if not self._step:
            return
        with self._lock:
            now = monotonic()
            turn = max(now, self._free_at)
            self._free_at = turn + self._step
        if turn > now:
            sleep(turn - now)
