"""A text as India's telecom operators register it (DLT): its variables by kind, its category, its ids."""

import re
from collections.abc import Mapping
from hashlib import sha256

from swagat.domain.errors import N_, Text
from swagat.domain.messages import VARIABLES, VariableKind

# What all our texts are: news of a matter that the person brought, and codes that they asked for. Transactional are
# the one-time codes of banks alone. From the operators' and vendors' pages, read in 2026; verify with your operator.
CATEGORY = "service-implicit"

_ALPHANUMERIC, _NUMERIC = "{#alphanumeric#}", "{#numeric#}"
# TRAI's direction of 18 November 2025: each variable names its kind. A date has dots, so it is not a number there.
TAGS: Mapping[VariableKind, str] = {
    VariableKind.NUMBER: _ALPHANUMERIC,
    VariableKind.OFFICE: _ALPHANUMERIC,
    VariableKind.DATE: _ALPHANUMERIC,
    VariableKind.STATE: _ALPHANUMERIC,
    VariableKind.COUNT: _NUMERIC,
    VariableKind.CODE: _NUMERIC,
}

TEMPLATE_ID_DIGITS = 19
_TEMPLATE_ID = re.compile(rf"[0-9]{{{TEMPLATE_ID_DIGITS}}}")
# Operators give headers of six letters; the column takes what other routes have.
_HEADER = re.compile(r"[A-Za-z]{3,11}")
_VARIABLE = re.compile(r"\{([a-z_]+)\}")


def as_registered(text: str) -> str:
    """Return the words of a text with each variable as the tag of its kind."""
    return _VARIABLE.sub(lambda found: TAGS[VARIABLES[found[1]]], text)


def words_digest(text: str) -> bytes:
    """Return what tells later whether a text still has the words that were registered."""
    return sha256(as_registered(text).encode()).digest()


def fault_of_template_id(typed: str) -> Text | None:
    """Return why this cannot be the id of a template, or None."""
    if _TEMPLATE_ID.fullmatch(typed):
        return None
    message = N_("The id of a template has %(count)s digits. A spreadsheet must keep the column as text.")
    return Text(message, {"count": TEMPLATE_ID_DIGITS})


def fault_of_header(typed: str) -> Text | None:
    """Return why this cannot be a header, or None."""
    if _HEADER.fullmatch(typed):
        return None
    return Text(N_("A header has 6 letters, such as SWAGAT; at least 3 and at most 11 are taken."))
