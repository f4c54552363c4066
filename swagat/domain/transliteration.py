"""Give a word one key by its sound, whether it stands in Gujarati, in Devanagari or typed in Latin letters."""

import re
import unicodedata
from functools import lru_cache

from swagat.domain.text import normalise

_GUJARATI_OFFSET = 0x180

# Aspirates, retroflexes and the three s sound alike in hurried typing, so they share a letter.
_CONSONANTS = {
    "क": "k", "ख": "k", "ग": "g", "घ": "g", "ङ": "n",
    "च": "c", "छ": "c", "ज": "j", "झ": "j", "ञ": "n",
    "ट": "t", "ठ": "t", "ड": "d", "ढ": "d", "ण": "n",
    "त": "t", "थ": "t", "द": "d", "ध": "d", "न": "n", "ऩ": "n",
    "प": "p", "फ": "f", "ब": "b", "भ": "b", "म": "m",
    "य": "y", "र": "r", "ऱ": "r", "ल": "l", "ळ": "l", "व": "v", "श": "s", "ष": "s", "स": "s", "ह": "h",
}  # fmt: skip
_VOWEL_SIGNS = {
    "ा": "a", "ि": "i", "ी": "i", "ु": "u", "ू": "u", "ृ": "ru", "ॅ": "e", "े": "e", "ै": "ai",
    "ॉ": "o", "ो": "o", "ौ": "au",
}  # fmt: skip
_VOWELS = {
    "अ": "a", "आ": "a", "इ": "i", "ई": "i", "उ": "u", "ऊ": "u", "ऋ": "ru", "ऍ": "e", "ए": "e", "ऐ": "ai",
    "ऑ": "o", "ओ": "o", "औ": "au",
}  # fmt: skip
_VIRAMA = "्"
_NUKTA = "़"
_NASALS = "ंँ"

# Latin spellings, read from the left, the longest first; a letter that is not named stands for itself.
_LATIN = {
    "[ts]ion": "san", "tch|cch": "c", "sch": "sk", "rh(?=[^aeiou]|$)": "d", "ksh": "ks", "chh?": "c", "ck": "k",
    "kh": "k", "igh": "ai", "gh": "g", "g[ny]": "gn", "jn": "gn", "jh": "j", "th": "t", "dh": "d", "ph": "f",
    "bh": "b", "sh": "s", "w(?=[^aeiouy]|$)": "u", "w": "v", "q": "k", "x": "ks", "z": "j", "c(?=[eiy])": "s", "c": "k",
}  # fmt: skip
_LATIN_SPELLING = re.compile("|".join(f"({pattern})" for pattern in _LATIN))
_LATIN_SOUNDS = tuple(_LATIN.values())


def _phones_of_indic(word: str) -> str:
    phones: list[str] = []
    inherent = False
    for letter in word.replace("ज्ञ", "ग्न"):
        if letter in _CONSONANTS:
            phones.append(("a" if inherent else "") + _CONSONANTS[letter])
            inherent = True
        elif letter in _VOWEL_SIGNS:
            phones.append(_VOWEL_SIGNS[letter])
            inherent = False
        elif letter == _VIRAMA:
            inherent = False
        elif letter in _VOWELS:
            phones.append(("a" if inherent else "") + _VOWELS[letter])
            inherent = False
        elif letter in _NASALS:
            phones.append(("a" if inherent else "") + "N")
            inherent = False
        elif letter != _NUKTA:
            phones.append(("a" if inherent else "") + letter)
            inherent = False
    return "".join(phones)


def _phones_of_latin(word: str) -> str:
    return _LATIN_SPELLING.sub(lambda match: _LATIN_SOUNDS[(match.lastindex or 1) - 1], word)


_FINAL_NASAL = re.compile("N$")
_TWICE = re.compile(r"([^aeiou\d])\1+")
_Y_AS_VOWEL = re.compile("(?<!^)y")
_N_BEFORE_LABIAL = re.compile("n(?=[pbf])")
# The a between two equal consonants is often neither spoken nor typed, but not in the first syllable (nana).
_TWICE_LATER = re.compile(r"(?<!^)([^aiu\d])\1+")
_LAST_ER = re.compile("(?<=[^aeiou])er$")
_RI = re.compile("(?<=[kgmv]r)i(?=[^aeiou])")
_VOWEL_RUN = re.compile("[aeiou]+")
_LAST_VOWELS = re.compile("[aeiou]+$")
_SHORT_WITH_I = re.compile("[ai]*i$")


def _one_run(match: re.Match[str]) -> str:
    """Fold a run of vowels to i (front) and u (back); plain a is written only at the start of a word."""
    folded = match.group().replace("e", "i").replace("o", "u")
    telling = re.sub(r"(.)\1+", r"\1", folded.replace("a", ""))
    return telling or ("a" if match.start() == 0 else "")


@lru_cache(maxsize=20_000)
def sound_key(word: str) -> str:
    """Return the key of one word by its sound: folded consonants, vowels only as i and u, a only at the start.

    Digits stay. A last vowel is dropped, but a last i stays in words of two consonants (nali is a drain, nal a tap).
    """
    word = normalise(word)
    if any("ऀ" <= letter <= "૿" for letter in word):
        word = "".join(chr(ord(c) - _GUJARATI_OFFSET) if "઀" <= c <= "૿" else c for c in word)
        phones = _phones_of_indic(unicodedata.normalize("NFD", word).replace(_NUKTA, ""))
    else:
        word = "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
        phones = _phones_of_latin(word)
    phones = _FINAL_NASAL.sub("", phones).replace("N", "n")
    phones = _TWICE.sub(r"\1", phones)
    phones = _RI.sub("u", _LAST_ER.sub("ar", _Y_AS_VOWEL.sub("i", phones)))
    last = _LAST_VOWELS.search(phones)
    if last:
        consonants = len(_VOWEL_RUN.sub("", phones))
        if consonants > 2 or (consonants == 2 and not _SHORT_WITH_I.match(last.group())):
            phones = phones[: last.start()] or phones
    return _TWICE_LATER.sub(r"\1", _N_BEFORE_LABIAL.sub("m", _VOWEL_RUN.sub(_one_run, phones)))


_INNER_VOWELS = re.compile("(?<!^)[aiu]+")


@lru_cache(maxsize=20_000)
def consonant_key(word: str) -> str:
    """Return the coarser key for names of places: no vowels but the first, b for v, so Morvi is Morbi."""
    key = _INNER_VOWELS.sub("", sound_key(word)).replace("v", "b").replace("f", "p")
    return _TWICE.sub(r"\1", key)
