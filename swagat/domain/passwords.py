"""Which passwords a member of staff may choose: long ones that are not among the first a guesser tries.

After NIST SP 800-63B and OWASP ASVS 5.0 (6.2.1, 6.2.4, 6.2.5, 6.2.8, 6.2.9): a length and a list of common
ones; any letter of any script, spaces and signs; no rules about which kinds of characters; nothing cut or changed.
"""

import re
from collections.abc import Iterable

from swagat.domain.errors import N_, Text

SHORTEST = 10
LONGEST = 128
FEWEST_OWN = 6

# What common passwords are made of, once the digits and signs around the word are taken away.
# fmt: off
COMMON = frozenset((
    "password", "passwort", "passcode", "pass", "mypassword", "newpassword", "letmein", "welcome", "login",
    "signin", "admin", "administrator", "root", "user", "test", "testing", "guest", "default", "changeme",
    "secret", "qwerty", "qwertyuiop", "asdf", "asdfgh", "asdfghjkl", "zxcvbn", "zxcvbnm", "qazwsx", "abc",
    "abcd", "abcdef", "iloveyou", "monkey", "dragon", "sunshine", "princess", "football", "cricket",
    "superman", "batman", "master", "computer", "internet", "google", "facebook", "samsung", "lakshmi",
    "krishna", "ganesh", "jaishreeram", "jaimataji", "jaimatadi", "omsairam", "saibaba", "india", "bharat",
    "indian", "hindustan", "gujarat", "gandhinagar", "ahmedabad", "surat", "vadodara", "rajkot", "balaghat",
    "bhopal", "madhyapradesh", "swagat", "grievance", "collector", "mamlatdar", "commissioner", "office",
    "officer", "government", "sarkar",
))
# fmt: on
RUNS = (
    "abcdefghijklmnopqrstuvwxyz",
    "0123456789",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1q2w3e4r5t6y7u8i9o0p",
)
SUBSTITUTES = str.maketrans("@40$5317!", "aaosseiti")
# A sign before the word may be decoration (@admin) or its first letter ($wagat).
AROUND = (re.compile(r"\A[^a-z]+|[^a-z]+\Z"), re.compile(r"\A[^a-z@$]+|[^a-z]+\Z"))
SHORTEST_NAME = 3

TOO_SHORT = N_("Use at least %(least)s characters; a few words that belong together are easy to remember.")
TOO_LONG = N_("Use at most %(most)s characters.")
TOO_COMMON = N_("Many people use this password or one like it. Choose another; a few words make a good one.")
TOO_PERSONAL = N_("This password is made of your name, sign-in name or mobile number. Choose another.")


def fault(password: str, own_words: Iterable[str] = ()) -> Text | None:
    """Return why this password may not be chosen, or None; `own_words` are the person's login, names and number."""
    if len(password) < SHORTEST:
        return Text(TOO_SHORT, {"least": SHORTEST})
    if len(password) > LONGEST:
        return Text(TOO_LONG, {"most": LONGEST})
    folded = password.casefold()
    if _is_common(folded):
        return Text(TOO_COMMON)
    return Text(TOO_PERSONAL) if _is_personal(folded, own_words) else None


def _is_common(folded: str) -> bool:
    unit = _unit(folded)
    if len(unit) < FEWEST_OWN or _is_run(unit):
        return True
    cores = {around.sub("", folded) for around in AROUND}
    words = {_unit(form) for core in cores for form in (core, core.translate(SUBSTITUTES))}
    return bool(words & COMMON) or any(len(core) >= FEWEST_OWN and _is_run(core) for core in cores)


def _is_personal(folded: str, own_words: Iterable[str]) -> bool:
    rest = folded
    for word in sorted(_parts(own_words), key=len, reverse=True):
        rest = rest.replace(word, "")
    return rest != folded and len(rest) < FEWEST_OWN


def _parts(own_words: Iterable[str]) -> set[str]:
    whole = [word.casefold() for word in own_words]
    parts = {part for word in whole for part in (word, *re.split(r"[\s._@+-]+", word), word[-10:])}
    return {part for part in parts if len(part) >= SHORTEST_NAME}


def _unit(text: str) -> str:
    """Return the shortest piece of which the text is a repetition: itself when it repeats nothing."""
    return text[: (text + text).find(text, 1)] if text else ""


def _is_run(text: str) -> bool:
    return any(text in run + run or text[::-1] in run + run for run in RUNS)
