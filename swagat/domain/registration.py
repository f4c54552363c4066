"""The number and the code of a grievance: made to be read over a telephone and typed in any script."""

import hmac
import re
from collections.abc import Mapping
from hashlib import sha256

from swagat.domain.errors import N_, Invalid
from swagat.domain.text import ascii_digits

CODE_DIGITS = 10
RUNNING_DIGITS = 7

# The quasigroup of order 10 of H. Michael Damm; its diagonal of zeros makes the last state the check digit.
_DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)
_NUMBER = re.compile(r"([A-Z]{2,4})?([0-9]{4})([0-9]{7,12})([0-9])")
_CODE = re.compile(rf"[0-9]{{{CODE_DIGITS}}}")


def damm_digit(digits: str) -> str:
    """Return the check digit that reveals any one wrong digit and any swap of neighbours, itself included."""
    state = 0
    for digit in digits:
        state = int(_DAMM[state][int(digit)])
    return str(state)


def registration_number(state_short: str, lgd_code: str, year: int, running: int) -> str:
    """Return the public number, such as GJ-2026-0000123-7; raise ValueError when year or count cannot fit."""
    if not 1000 <= year <= 9999 or not 1 <= running < 10**12:
        raise ValueError("a registration number has a year of four digits and a running number from 1")
    count = f"{running:0{RUNNING_DIGITS}}"
    return f"{state_short}-{year}-{count}-{damm_digit(f'{lgd_code}{year}{count}')}"


def parse_registration_number(text: str, states: Mapping[str, str], default_state: str) -> str:
    """Return the number a person typed in its one proper form; raise Invalid when it cannot be one.

    Without its state it is the default state's where the check digit fits there; see `registration_numbers`.
    """
    return registration_numbers(text, states, default_state)[0]


def registration_numbers(text: str, states: Mapping[str, str], default_state: str) -> list[str]:
    """Return every number that a person may have meant, the default state's first; raise Invalid for none.

    `states` maps each state's short name to its LGD code. With the state typed there is one. Without it, states
    whose codes leave the check digit alike (10 and 24 do) always fit together, and a wrong digit may fit another
    state: only one state, or a state that is typed, makes sure that it is found.
    """
    typed = _NUMBER.fullmatch(_without_separators(text).upper())
    if typed is None:
        example = registration_number(default_state, states.get(default_state, ""), 2026, 123)
        raise Invalid(N_("Type the whole registration number, for example %(example)s."), example=example)
    prefix, year, count, check = typed.groups()
    if prefix is not None and prefix not in states:
        known = ", ".join(states)
        raise Invalid(N_("Numbers here begin with %(known)s, not with %(typed)s."), known=known, typed=prefix)
    candidates = [prefix] if prefix else sorted(states, key=lambda short: short != default_state)
    fitting = [short for short in candidates if damm_digit(f"{states[short]}{year}{count}") == check]
    if fitting:
        return [f"{short}-{year}-{count}-{check}" for short in fitting]
    raise Invalid(N_("One digit of this registration number is wrong, or two are swapped. Compare it with your slip."))


def tracking_code(secret: bytes, submission_key: str) -> str:
    """Return the ten digits that open a case, the same for every retry of one submission.

    Of 2**256 equally likely values, the rest by 10**10 favours no code by more than one part in 2**222,
    so nothing needs to be rejected and drawn again.
    """
    value = int.from_bytes(_keyed(secret, "tracking-code", submission_key))
    return f"{value % 10**CODE_DIGITS:0{CODE_DIGITS}}"


def tracking_code_hash(secret: bytes, code: str) -> str:
    """Return what is stored of a code: a keyed digest of 64 hex digits.

    The key, not slowness, protects ten digits: without it a stolen table tells nothing, and checks are cheap.
    """
    return _keyed(secret, "tracking-code-hash", code).hex()


def is_tracking_code(secret: bytes, code: str, stored_hash: str) -> bool:
    """Return whether a code belongs to a stored digest, in a time that tells nothing of either."""
    return hmac.compare_digest(tracking_code_hash(secret, code), stored_hash)


def parse_tracking_code(text: str) -> str:
    """Return the ten digits of a code typed in any of the three scripts; raise Invalid when it is no code."""
    code = _without_separators(text)
    if _CODE.fullmatch(code) is None:
        raise Invalid(N_("The tracking code has %(count)s digits. Type all of them."), count=CODE_DIGITS)
    return code


def spoken(code: str) -> str:
    """Return a code in groups that can be read out: 123 456 7890."""
    return f"{code[:3]} {code[3:6]} {code[6:]}"


def _without_separators(text: str) -> str:
    return ascii_digits("".join(character for character in text if character.isalnum()))


def _keyed(secret: bytes, purpose: str, value: str) -> bytes:
    if not secret:
        raise ValueError("a tracking code needs a secret")
    return hmac.new(secret, f"{purpose}:{value}".encode(), sha256).digest()
