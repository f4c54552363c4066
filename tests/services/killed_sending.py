"""A program that sends a few texts at once, each time killed one step later on the way, as by a power cut.

`python -m tests.services.killed_sending DATABASE_URL FOLDER BOOK` prints at how many steps it was killed. Whatever the
provider took is a line in the book: it outlives the sender.
"""

import sys
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any

from flask import Flask

from swagat import create_app
from swagat.domain.messages import MessageKey
from swagat.domain.rules import Rules
from swagat.domain.sending import SendingRules
from swagat.services.outbox import dispatch
from swagat.sms.gateway import Sent, TryAgain
from tests.conftest import settings_for
from tests.services.case_to_tell import queue
from tests.services.killed import steps_until_alive, was_killed
from tests.staff import NOON

# As many as there are calls under way at once.
TEXTS = 3


class Book:
    """A provider that writes down each text it takes, and can be asked what it has unless it is deaf."""

    per_second = 0.0
    is_audible = False

    def __init__(self, path: Path, is_deaf: bool = False) -> None:
        self.path = path
        self.is_deaf = is_deaf
        self.pass_by: Any = lambda: None
        self._lock = Lock()

    def look_up(self, provider_id: str) -> Sent:
        """Return that it is on its way."""
        return Sent(provider_id, "queued")

    def send(self, to: str, body: str, message_id: int, *, template: str, language: str, template_id: str = "") -> Sent:
        """Take the text, with a moment before and one after in which the sender may die."""
        self.pass_by()
        with self._lock, self.path.open("a", encoding="utf-8") as book:
            book.write(f"{message_id}\n")
            book.flush()
            line = len(self.taken())
        self.pass_by()
        return Sent(f"SM{line}", "queued")

    def find(self, to: str, body: str, message_id: int, since: datetime) -> list[Sent]:
        """Return what the book has; each text of this story has words of its own."""
        if self.is_deaf:
            raise TryAgain("deaf")
        return [Sent(f"SM{at}", "queued") for at, id_ in enumerate(self.taken(), 1) if id_ == message_id]

    def taken(self) -> list[int]:
        """Return the ids of the texts that were taken, in their order."""
        return [int(line) for line in self.path.read_text("utf-8").splitlines()] if self.path.exists() else []


def dies(step: int, book: Book) -> bool:
    """Queue some texts, send them in a process of its own, and return whether that was killed, also around a call."""
    for text in range(TEXTS):
        queue(MessageKey.ASSIGNED, seq=100 + step * TEXTS + text)

    def send(pass_by: Any) -> None:
        book.pass_by = pass_by
        dispatch(NOON, book, Rules(), sending=SendingRules(parallel_calls=TEXTS, per_number=1000))

    return was_killed(step, send)


def main(url: str, folder: str, book: str) -> None:
    """Send until one comes through alive."""
    app: Flask = create_app(settings_for(url, Path(folder)))
    with app.app_context():
        print(steps_until_alive(lambda step: dies(step, Book(Path(book)))))


if __name__ == "__main__":
    main(*sys.argv[1:])
