"""The chain of the movement register: each entry carries the digest of the one before."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime

FIRST = bytes(32)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in the register")


def entry_digest(previous: bytes, entry: Mapping[str, object]) -> bytes:
    """Return SHA-256 over the previous digest and the entry as canonical JSON (sorted keys, UTC instants)."""
    text = json.dumps(entry, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_plain)
    return hashlib.sha256(previous + text.encode()).digest()


def text_digest(salt: bytes, text: str) -> str:
    """Return the salted digest that an entry keeps of a free text, so that the text can be erased."""
    return hashlib.sha256(salt + text.encode()).hexdigest()
