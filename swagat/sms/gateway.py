"""What every gateway to the telephone network promises, and the only three ways in which it fails."""

from dataclasses import dataclass
from typing import Protocol

DELIVERED = "delivered"


@dataclass(frozen=True, slots=True)
class Sent:
    """The provider has the text: its id for it and its own word for how far it came; `delivered` is the end."""

    provider_id: str
    status: str


class GatewayError(Exception):
    """A text was not sent, or nobody knows; messages carry neither the number nor the text."""


class Rejected(GatewayError):
    """Certainly not sent: the provider refuses this text for good, or for now until its account is put right."""

    def __init__(self, code: str, permanent: bool) -> None:
        self.code = code
        self.permanent = permanent
        super().__init__(f"rejected: {code}")


class TryAgain(GatewayError):
    """Certainly not sent: the provider was not reached or has too much to do; `retry_after` is in seconds."""

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        self.reason = reason
        self.retry_after = retry_after
        super().__init__(f"try again: {reason}")


class Ambiguous(GatewayError):
    """Perhaps sent: the answer was lost, so that the provider must be asked before anything is sent again."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"ambiguous: {reason}")


class Gateway(Protocol):
    """Hands one text to the provider; called outside any transaction, and returns within its own time-outs."""

    def send(self, to: str, body: str, message_id: int, *, template: str, language: str) -> Sent:
        """Send the text, raising Rejected, TryAgain or Ambiguous.

        `message_id` is ours, for the provider's reports; template and language name what is registered.
        """
