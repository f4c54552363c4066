"""A flood guard for each process; limits that protect a secret count in the database, not here."""

import time
from collections.abc import Callable
from threading import Lock

from flask import Flask, abort, request

SECONDS = {"second": 1, "minute": 60, "hour": 3600}


def init_app(app: Flask) -> None:
    """Refuse an address that asks more often than FLOOD_LIMIT allows, such as 1200 per minute."""
    limit = app.config["FLOOD_LIMIT"]
    if limit == "off":
        return
    count, _per, unit = limit.split()
    guard = Guard(int(count), SECONDS[unit])

    @app.before_request
    def check() -> None:
        view = app.view_functions.get(request.endpoint or "")
        if getattr(view, "takes_foreign_posts", False):
            # All from a few addresses, and as many as texts were sent; each has to prove where it comes from.
            return
        if guard.is_over(request.remote_addr or ""):
            abort(429)


class Guard:
    """Counts each address in windows of so many seconds; what was counted is forgotten with its window."""

    def __init__(self, limit: int, seconds: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.limit, self.seconds, self.clock = limit, seconds, clock
        self._lock = Lock()
        self._window = -1
        self._counts: dict[str, int] = {}

    def is_over(self, address: str) -> bool:
        """Count one request and return whether it is one too many."""
        window = int(self.clock() / self.seconds)
        with self._lock:
            if window != self._window:
                self._window, self._counts = window, {}
            count = self._counts[address] = self._counts.get(address, 0) + 1
        return count > self.limit
