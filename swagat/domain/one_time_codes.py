"""Six digits that prove a number: worked out from a nonce and the installation's secret, so that none is kept."""

import hmac
from datetime import timedelta
from hashlib import sha256

from swagat.domain.text import ascii_digits

DIGITS = 6
GOOD_FOR = timedelta(minutes=10)
MOST_TRIES = 5
# What stands in place of a code wherever a text that carries one is kept or shown.
DOTS = "\u2022" * DIGITS


def code_of(secret: bytes, nonce: bytes) -> str:
    """Return the six digits that belong to a nonce."""
    made = hmac.new(secret, b"one-time code\0" + nonce, sha256).digest()
    return f"{int.from_bytes(made[:8]) % 10**DIGITS:0{DIGITS}}"


def is_code(typed: str, secret: bytes, nonce: bytes) -> bool:
    """Return in constant time whether this was typed; digits of all three scripts, blanks and hyphens are taken."""
    digits = "".join(character for character in ascii_digits(typed) if character not in " -\u00a0")
    return hmac.compare_digest(digits.encode(), code_of(secret, nonce).encode())
