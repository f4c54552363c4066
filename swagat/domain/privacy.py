"""Find and mask the identity numbers that people write into texts."""

import re

from swagat.domain.text import ascii_digits

_LENGTH = 12
_SHOWN = 4

# Verhoeff's check: multiplication of the dihedral group D5 and the permutation by place.
_MULTIPLY = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
    (1, 2, 3, 4, 0, 6, 7, 8, 9, 5),
    (2, 3, 4, 0, 1, 7, 8, 9, 5, 6),
    (3, 4, 0, 1, 2, 8, 9, 5, 6, 7),
    (4, 0, 1, 2, 3, 9, 5, 6, 7, 8),
    (5, 9, 8, 7, 6, 0, 4, 3, 2, 1),
    (6, 5, 9, 8, 7, 1, 0, 4, 3, 2),
    (7, 6, 5, 9, 8, 2, 1, 0, 4, 3),
    (8, 7, 6, 5, 9, 3, 2, 1, 0, 4),
    (9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
)
_PERMUTE = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
    (1, 5, 7, 6, 2, 8, 3, 0, 9, 4),
    (5, 8, 0, 3, 7, 9, 6, 1, 4, 2),
    (8, 9, 1, 6, 0, 4, 3, 5, 2, 7),
    (9, 4, 5, 3, 1, 2, 6, 8, 7, 0),
    (4, 2, 8, 6, 5, 7, 3, 9, 0, 1),
    (2, 7, 9, 3, 8, 0, 6, 4, 1, 5),
    (7, 0, 4, 6, 9, 1, 3, 2, 5, 8),
)

_DIGIT = "[0-9०-९૦-૯]"
_GAP = r"[ \u00a0\u2009\-‐‑–]"
# A run of digits that may be broken by blanks or hyphens; a plus sign before it makes it a telephone number.
_RUN = re.compile(f"(?<![+0-9०-९૦-૯]){_DIGIT}(?:{_GAP}{{0,3}}{_DIGIT})*")
_MOBILE = re.compile(rf"91(?:{_GAP}+[6-9]\d{{9}}|{_GAP}+[6-9]\d{{4}}{_GAP}+\d{{5}})")
_PART = re.compile(
    rf"(?<!{_DIGIT})(?:{_DIGIT}{{12}}|{_DIGIT}{{4}}{_GAP}{{1,3}}{_DIGIT}{{4}}{_GAP}{{1,3}}{_DIGIT}{{4}})(?!{_DIGIT})"
)


def is_verhoeff(digits: str) -> bool:
    """Say whether a number's last digit is its Verhoeff check digit."""
    check = 0
    for place, digit in enumerate(reversed(digits)):
        check = _MULTIPLY[check][_PERMUTE[place % 8][int(digit)]]
    return check == 0


def mask_aadhaar(text: str) -> tuple[str, int]:
    """Return the text with all but the last four digits of each Aadhaar number as X, and how many there were.

    Twelve digits in any of the three digit scripts count, with blanks or hyphens between them, when the check digit
    is right.
    """
    masked = 0

    def mask(match: re.Match[str]) -> str:
        nonlocal masked
        found = match.group()
        digits = "".join(c for c in ascii_digits(found) if c.isdigit())
        if len(digits) != _LENGTH:
            return _PART.sub(mask, found) if len(digits) > _LENGTH else found
        if not is_verhoeff(digits) or _MOBILE.fullmatch(ascii_digits(found)):
            return found
        masked += 1
        seen = 0
        letters = []
        for character in found:
            if character.isdigit():
                seen += 1
                letters.append(character if seen > _LENGTH - _SHOWN else "X")
            else:
                letters.append(character)
        return "".join(letters)

    return _RUN.sub(mask, text), masked
