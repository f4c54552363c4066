"""A provider that answers what a test wants, and keeps what it was given."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Any

from swagat.sms.gateway import Sent

Said = str | Exception


@dataclass
class FakeGateway:
    """Answers what it is told to, the first texts as `first` says; several threads may send at once."""

    answer: Said = "accepted"
    then: Callable[[], Any] = lambda: None
    sent: list[tuple[int, str, str, str, str]] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)
    per_second: float = 0.0
    is_audible: bool = True
    has: list[Sent] | Exception = field(default_factory=list)
    asked: list[tuple[int, str, str]] = field(default_factory=list)
    looked_up: Sent | Said | None = "sent"
    looks: list[str] = field(default_factory=list)
    template_ids: list[str] = field(default_factory=list)
    first: list[Said] = field(default_factory=list)

    def find(self, to: str, body: str, message_id: int, since: datetime) -> list[Sent]:
        """Return what it has, having kept what it was asked."""
        self.asked.append((message_id, to, body))
        if isinstance(self.has, Exception):
            raise self.has
        return list(self.has)

    def look_up(self, provider_id: str) -> Sent | None:
        """Return what it is told to."""
        self.looks.append(provider_id)
        if isinstance(self.looked_up, Exception):
            raise self.looked_up
        return Sent(provider_id, self.looked_up) if isinstance(self.looked_up, str) else self.looked_up

    def send(self, to: str, body: str, message_id: int, *, template: str, language: str, template_id: str = "") -> Sent:
        """Take the text or fail with it."""
        with self._lock:
            self.sent.append((message_id, to, body, template, language))
            self.template_ids.append(template_id)
            answer = self.first.pop(0) if self.first else self.answer
        self.then()
        if isinstance(answer, Exception):
            raise answer
        return Sent(f"SM{message_id}", answer)
