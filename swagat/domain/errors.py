"""The only ways the program says no; web/errors.py alone turns them into answers."""

from collections.abc import Mapping
from typing import NamedTuple


def N_(message: str) -> str:
    """Mark a message for translation where no request, and so no language, is known yet."""
    return message


class Text(NamedTuple):
    """A translatable sentence with named placeholders, kept apart from its values until a language is known."""

    message: str
    params: Mapping[str, object] = {}

    def __str__(self) -> str:
        return self.message % dict(self.params) if self.params else self.message


class Refused(Exception):
    """An action that the rules do not allow, with a sentence that tells the person what to do."""

    def __init__(self, message: str, **params: object) -> None:
        self.text = Text(message, params)
        super().__init__(str(self.text))


class Invalid(Refused):
    """Input that cannot be used; `errors` names the fields at fault."""

    def __init__(self, message: str = "", errors: Mapping[str, Text] | None = None, **params: object) -> None:
        self.errors: dict[str, Text] = dict(errors or {})
        super().__init__(message or N_("Please correct what is marked below."), **params)


class Forbidden(Refused):
    """The case is visible to this person, but the action is not theirs."""


class NotFound(Refused):
    """It does not exist, or not for this person: both look alike."""

    def __init__(self, message: str = N_("There is nothing here that you may see."), **params: object) -> None:
        super().__init__(message, **params)


class AlreadyDone(Refused):
    """What was asked for is there already, as after a second press; pages answer it as done."""


class Stale(Refused):
    """Somebody else acted on the case after this person last saw it."""

    def __init__(
        self, message: str = N_("Somebody acted on this case while you were writing."), **params: object
    ) -> None:
        super().__init__(message, **params)


class TooMany(Refused):
    """A limit that protects a secret or a person was reached; `retry_after` is in seconds."""

    def __init__(self, message: str, retry_after: int, **params: object) -> None:
        self.retry_after = retry_after
        super().__init__(message, **params)
