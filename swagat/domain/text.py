"""Read words of Gujarati, Hindi and English alike: normal forms, words, scripts, search text and like replies."""

import re
import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher
from enum import StrEnum

from swagat.domain.stemming import STOP_WORDS, stem_normalised

LONGEST_WORD = 40
LONGEST_SEARCH_TEXT = 20_000
MOST_QUERY_WORDS = 8
LONGEST_QUERY = 400

# Joiners, direction marks, soft hyphen and byte order mark: not seen, so not compared.
_INVISIBLE = dict.fromkeys(
    [0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065), *range(0x2066, 0x206A), 0xFEFF]
)
_DIGITS = {zero + value: str(value) for zero in (0x966, 0xAE6, 0xFF10) for value in range(10)}

# Python's \w leaves out the vowel signs of Indian scripts, without which their words fall apart.
_MARKS = "".join(chr(c) for c in (*range(0x300, 0x370), *range(0x900, 0xE00)) if unicodedata.category(chr(c))[0] == "M")
_WORD = re.compile(rf"(?:[^\W_]|[{_MARKS}])+")


class Script(StrEnum):
    """The script that a text is written in."""

    GUJARATI = "gujarati"
    DEVANAGARI = "devanagari"
    LATIN = "latin"
    OTHER = "other"


LANGUAGE_SCRIPTS = {"en": Script.LATIN, "hi": Script.DEVANAGARI, "gu": Script.GUJARATI}


def ascii_digits(text: str) -> str:
    """Return the text with Gujarati, Devanagari and full-width digits as 0 to 9."""
    return text.translate(_DIGITS)


def normalise(text: str) -> str:
    """Return the text in NFC, in lower case, with digits 0 to 9 and without characters that are not seen."""
    text = unicodedata.normalize("NFC", text.translate(_INVISIBLE)).lower()
    return unicodedata.normalize("NFC", text).translate(_DIGITS)


def words(text: str) -> list[str]:
    """Return the normalised words and numbers of a text in their order, without punctuation."""
    return _WORD.findall(normalise(text))


def stem(word: str) -> str:
    """Return one word without postpositions, plural ending and last vowel; forms of a word share it."""
    return stem_normalised(normalise(word))


def search_text(*parts: str) -> str:
    """Return what the search column holds: each stem of the parts once, at most 20,000 characters."""
    seen: dict[str, None] = {}
    length = 0
    for part in parts:
        for word in words(part):
            stemmed = stem_normalised(word[:LONGEST_WORD])
            if stemmed in seen:
                continue
            length += len(stemmed) + 1
            if length > LONGEST_SEARCH_TEXT:
                return " ".join(seen)
            seen[stemmed] = None
    return " ".join(seen)


def search_query(text: str) -> list[str]:
    """Return at most eight stems that a text must hold, letters and digits only, so no search operator gets through.

    Words such as "in" and "the" are left out unless there is nothing else.
    """
    asked = words(text[:LONGEST_QUERY])
    telling = [word for word in asked if word not in STOP_WORDS]
    stems = (stem_normalised(word[:LONGEST_WORD]) for word in telling or asked)
    return list(dict.fromkeys(stems))[:MOST_QUERY_WORDS]


def _script_of_letter(letter: str) -> Script | None:
    if "ऀ" <= letter <= "ॿ":
        return Script.DEVANAGARI if letter.isalpha() else None
    if "઀" <= letter <= "૿":
        return Script.GUJARATI if letter.isalpha() else None
    if not letter.isalpha():
        return None
    if letter < "ɐ" or "Ḁ" <= letter <= "ỿ":
        return Script.LATIN
    return Script.OTHER


def _letters_by_script(text: str) -> dict[Script, int]:
    counts = dict.fromkeys(Script, 0)
    for letter in unicodedata.normalize("NFC", text):
        script = _script_of_letter(letter)
        if script is not None:
            counts[script] += 1
    return counts


def script_of(text: str) -> Script:
    """Return the script of most letters of a text; OTHER where it has no letters at all."""
    counts = _letters_by_script(text)
    if not any(counts.values()):
        return Script.OTHER
    return max(counts, key=lambda script: counts[script])


def share_in_script(text: str, script: Script) -> float:
    """Return which share of the letters, 0.0 to 1.0, is in the script; vowel signs and digits do not count."""
    counts = _letters_by_script(text)
    total = sum(counts.values())
    return counts[script] / total if total else 0.0


def language_scripts(languages: Iterable[str]) -> dict[str, Script]:
    """Return the script of each of the languages given by code; an unknown language has OTHER."""
    return {language: LANGUAGE_SCRIPTS.get(language, Script.OTHER) for language in languages}


def same_reply(one: str, other: str) -> bool:
    """Say whether two replies are equal but for case, spaces, punctuation and the way digits are written."""
    return "".join(words(one)) == "".join(words(other))


_MOST_COMPARED_LETTERS = 600
_MOST_COMPARED_WORDS = 400


def nearly_same_reply(one: str, other: str, share: float = 0.9) -> bool:
    """Say whether two replies are equal by at least the share: letter by letter, or by words where they are long.

    Only the first 400 words of a long reply are compared, so that the cost is bounded.
    """
    first, second = words(one), words(other)
    if first == second:
        return True
    if not first or not second:
        return False
    if max(sum(map(len, first)), sum(map(len, second))) <= _MOST_COMPARED_LETTERS:
        return _at_least(SequenceMatcher(None, " ".join(first), " ".join(second), autojunk=False), share)
    first, second = first[:_MOST_COMPARED_WORDS], second[:_MOST_COMPARED_WORDS]
    return _at_least(SequenceMatcher(None, first, second, autojunk=False), share)


def _at_least(matcher: SequenceMatcher[str], share: float) -> bool:
    return matcher.real_quick_ratio() >= share and matcher.quick_ratio() >= share and matcher.ratio() >= share
