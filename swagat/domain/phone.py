"""Indian mobile numbers, as people write them and as they are kept."""

import re

from swagat.domain.errors import N_, Invalid
from swagat.domain.text import ascii_digits

_INDIAN = re.compile(r"(?:(?:\+|00)?91)?0?([0-9]{10})")


def parse_mobile(text: str) -> str:
    """Return a mobile number as +91 and ten digits; raise Invalid with what is wrong with it.

    A leading 0, 91, +91 or 0091, blanks, hyphens, brackets and digits of all three scripts are taken.
    """
    typed = ascii_digits("".join(character for character in text if character.isalnum() or character == "+"))
    if typed.startswith("+") and not typed.startswith("+91"):
        raise Invalid(N_("Only Indian mobile numbers can be used here. They begin with +91."))
    number = _INDIAN.fullmatch(typed)
    if number is None:
        raise Invalid(N_("A mobile number has 10 digits, for example 98765 43210."))
    if number[1][0] not in "6789":
        raise Invalid(N_("A mobile number begins with 6, 7, 8 or 9. This looks like a landline number."))
    return f"+91{number[1]}"


def masked_mobile(mobile: str) -> str:
    """Return a mobile number with only its last three digits, enough for its owner to know it."""
    return f"XXXXXXX{mobile[-3:]}"
