"""Several calls of the gateway under way at once: threads that only call it, and one that claims and records."""

from collections.abc import Iterable
from queue import Empty, SimpleQueue
from threading import Event, Thread
from time import monotonic
from typing import NamedTuple

from swagat.services.answers import Answer, send
from swagat.services.claiming import Ready
from swagat.services.pauses import Pace
from swagat.sms.gateway import Gateway

# Answers that come in so short a time are written down together; measured, that halves what a text costs.
GATHERING_SECONDS = 0.05


class Called(NamedTuple):
    """A text and what became of it; no answer means that the call was never begun."""

    text: Ready
    answer: Answer | None


class Calls:
    """At most so many calls at once, in the order in which they are asked for and at the gateway's pace.

    An answer that ends the pass ends it for all that have not begun, at the moment when it comes. A thread is started
    only when there is something for it, and no thread touches a database.
    """

    def __init__(self, gateway: Gateway, most: int) -> None:
        self._gateway = gateway
        self._most = most
        self._pace = Pace(gateway.per_second)
        self._texts: SimpleQueue[Ready | None] = SimpleQueue()
        self._called: SimpleQueue[Called] = SimpleQueue()
        self._is_over = Event()
        self._threads: list[Thread] = []
        self.under_way = 0

    @property
    def waiting(self) -> int:
        """Return how many of the texts no thread has taken up yet."""
        return self._texts.qsize()

    @property
    def is_over(self) -> bool:
        """Return whether no call is begun any more."""
        return self._is_over.is_set()

    def begin(self, texts: Iterable[Ready]) -> None:
        """Call the gateway with these, after those that were asked for before."""
        for text in texts:
            self._texts.put(text)
            self.under_way += 1
        for _ in range(min(self._most, self.under_way) - len(self._threads)):
            thread = Thread(target=self._work, daemon=True)
            thread.start()
            self._threads.append(thread)

    def answers(self) -> list[Called]:
        """Wait for one answer and return it with those that soon follow; nothing when none is awaited."""
        found: list[Called] = []
        if self.under_way:
            found.append(self._called.get())
        until = monotonic() + GATHERING_SECONDS
        try:
            while len(found) < self.under_way:
                found.append(self._called.get(timeout=max(0.0, until - monotonic())))
        except Empty:
            pass
        self.under_way -= len(found)
        return found

    def stop(self) -> None:
        """Begin nothing any more; what has begun is waited for."""
        self._is_over.set()

    def finish(self) -> list[Called]:
        """Stop, wait for what is under way, and return what nobody has seen yet."""
        self.stop()
        found: list[Called] = []
        while self.under_way:
            found += self.answers()
        for _ in self._threads:
            self._texts.put(None)
        for thread in self._threads:
            thread.join()
        return found

    def _work(self) -> None:
        while (text := self._texts.get()) is not None:
            if not self.is_over:
                self._pace.wait()
            # Asked again: the pass may have ended during the wait.
            answer = None if self.is_over else send(self._gateway, text)
            if answer is not None and answer.is_over:
                self.stop()
            self._called.put(Called(text, answer))
