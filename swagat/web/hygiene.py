"""What no page or table can use is refused before: NUL, broken UTF-8, endless addresses and ids."""

from typing import Any
from urllib.parse import unquote_to_bytes

from flask import Flask, abort, request
from werkzeug.routing import IntegerConverter, UnicodeConverter, ValidationError

LONGEST_ADDRESS = 2000
LONGEST_SEGMENT = 200
LARGEST_ID = 2**63 - 1


class BoundedInteger(IntegerConverter):
    """A number in an address that both databases can hold; anything larger is not found."""

    def to_python(self, value: str) -> Any:
        """Return the number, or make the address one that does not exist."""
        if len(value) > 19 or int(value) > LARGEST_ID:
            raise ValidationError
        return super().to_python(value)


class BoundedText(UnicodeConverter):
    """A word in an address of a length that some row could have; anything longer is not found."""

    def to_python(self, value: str) -> str:
        """Return the word, or make the address one that does not exist."""
        if len(value) > LONGEST_SEGMENT:
            raise ValidationError
        return value


def init_app(app: Flask) -> None:
    """Put the bounds into the routes and the checks before every view."""
    app.url_map.converters.update(int=BoundedInteger, default=BoundedText, string=BoundedText)
    app.before_request(_check)


def _check() -> None:
    path = request.environ.get("PATH_INFO", "").encode("latin-1")
    query = request.environ.get("QUERY_STRING", "").encode("latin-1")
    if len(path) + len(query) > LONGEST_ADDRESS:
        abort(414)
    for raw in (path, unquote_to_bytes(query) if b"%" in query else query):
        if not _is_clean(raw):
            abort(400)


def _is_clean(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return b"\0" not in raw
