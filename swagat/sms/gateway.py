"""What every gateway to the telephone network promises, and the only three ways in which it fails."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

DELIVERED = "delivered"


class Progress(StrEnum):
    """How far a text came that a provider has; the last three are ends."""

    TAKEN = "taken"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"


_PROGRESS: Mapping[str, Progress] = {
    **dict.fromkeys(("accepted", "scheduled", "queued", "sending", "sent", "partially_delivered"), Progress.TAKEN),
    **dict.fromkeys((DELIVERED, "read"), Progress.DELIVERED),
    "undelivered": Progress.UNDELIVERED,
    **dict.fromkeys(("failed", "canceled"), Progress.FAILED),
}


def progress_of(status: str) -> Progress | None:
    """Return what a provider's own word for a status means, or None for a word that is not documented."""
    return _PROGRESS.get(status.strip().lower())


@dataclass(frozen=True, slots=True)
class Sent:
    """The provider has the text: its id for it, its own word for how far it came, and its code for what went wrong."""

    provider_id: str
    status: str
    code: str = ""


class GatewayError(Exception):
    """A text was not sent, or nobody knows; messages carry neither the number nor the text."""


class Rejected(GatewayError):
    """Certainly not sent: the provider refuses this text for good, or for now.

    `is_of_number`: no text can reach that number. `is_of_account`: no text can leave until the account is put right.
    """

    def __init__(self, code: str, permanent: bool, *, is_of_number: bool = False, is_of_account: bool = False) -> None:
        self.code = code
        self.permanent = permanent
        self.is_of_number = is_of_number
        self.is_of_account = is_of_account
        super().__init__(f"rejected: {code}")


class TryAgain(GatewayError):
    """Certainly not sent: the provider has too much to do, or was not reached, `is_away`.

    `retry_after` is in seconds.
    """

    def __init__(self, reason: str, retry_after: float | None = None, *, is_away: bool = False) -> None:
        self.reason = reason
        self.retry_after = retry_after
        self.is_away = is_away
        super().__init__(f"try again: {reason}")


class Ambiguous(GatewayError):
    """Perhaps sent: the answer was lost, so that the provider must be asked before anything is sent again."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"ambiguous: {reason}")


class Gateway(Protocol):
    """Hands texts to the provider; called outside any transaction, and returns within its own time-outs.

    Several threads send at once by one gateway.
    """

    @property
    def per_second(self) -> float:
        """Return how many texts one dispatcher may begin in a second; 0 for as many as it can."""

    @property
    def is_audible(self) -> bool:
        """Return whether a telephone rings when it sends: only then are there quiet hours."""

    def send(self, to: str, body: str, message_id: int, *, template: str, language: str, template_id: str = "") -> Sent:
        """Send the text, raising Rejected, TryAgain or Ambiguous.

        `message_id` is ours, for the provider's reports; `template_id` is the one of India's registry, where there
        is one.
        """

    def look_up(self, provider_id: str) -> Sent | None:
        """Return how far a text came that the provider has, or None when it knows none with this id.

        Raises TryAgain when it could not be asked.
        """

    def find(self, to: str, body: str, message_id: int, since: datetime) -> Sequence[Sent]:
        """Return what the provider has for this number and text since then, newest first.

        Raises TryAgain when it could not be asked: an empty answer means that it has none.
        """
