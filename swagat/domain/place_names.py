"""Find a place by its name, however it is spelt: Dholka, Dholaka, ધોળકા and धोलका are one."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from heapq import nsmallest
from itertools import accumulate
from typing import NamedTuple

from swagat.domain.text import words
from swagat.domain.transliteration import consonant_key, sound_key

LONGEST_KEY = 60
LONGEST_KEYS = 400
LONGEST_QUERY = 80
MOST_CANDIDATES = 2_000

# The census marks census towns, outgrowths and parts of a village; nobody asks for those letters.
_MARKS = re.compile(r"\((?:ct|og|part|ina|m|m corp\.?|m corp|np)\)", re.IGNORECASE)

# Words that hundreds of names share (old, new, great, small, and the settlements): alone they find too much.
_SHARED_WORDS = """moti mota nani nana nava navi navu juna juni junu khurd kalan muvada muvadi nes
rural city taluka"""
_SHARED = frozenset(map(sound_key, _SHARED_WORDS.split()))

_COARSE = "="
"""Stands before a key without vowels, so that short sounds do not find long names."""

_SHORTEST_COARSE = 3
_SHORTEST_PREFIX = 2


class PlaceCandidate(NamedTuple):
    """A place that a search may mean; a smaller rank is nearer, such as the same taluka."""

    id: int
    name_en: str
    name_local: str
    rank: int


def _coarse(word: str) -> str:
    """Return the sound without inner vowels and inner h, so that Amdavad is Ahmedabad."""
    key = consonant_key(word)
    return key[:1] + key[1:].replace("h", "")


class _Form(NamedTuple):
    """One name as it is compared: its words, and the whole by letters, by sound and by consonants."""

    literal: str
    sound: str
    coarse: str
    sounds: tuple[str, ...]
    tails: tuple[str, ...]


@lru_cache(maxsize=20_000)
def _form(name: str) -> _Form:
    parts = words(_MARKS.sub(" ", name)) or words(name)
    sounds = tuple(sound_key(part) for part in parts)
    joined = "".join(parts)
    # The sound of the joined name, not the joined sounds: Savar Kundla is also written as one word.
    tails = tuple(accumulate(reversed(parts[1:]), lambda tail, part: part + tail))
    return _Form(joined, sound_key(joined), _coarse(joined), sounds, tails)


def _forms(name_en: str, name_local: str) -> Iterator[_Form]:
    for name in dict.fromkeys((name_en, name_local)):
        form = _form(name)
        if form.literal:
            yield form


def place_keys(name_en: str, name_local: str) -> str:
    """Return the keys a place is found by, separated by spaces, each of at most 60 characters and once.

    They are both names as letters, as sound and by consonants, and what begins at each later word. At most 400
    characters in all.
    """
    keys: dict[str, None] = {}
    for form in _forms(name_en, name_local):
        for key in (form.literal, form.sound, _COARSE + form.coarse):
            keys[key] = None
    for form in _forms(name_en, name_local):
        if form.tails:
            keys[form.sounds[0]] = None
        for tail in form.tails:
            keys[tail] = keys[sound_key(tail)] = None
    chosen: list[str] = []
    length = 0
    for key in dict.fromkeys(key[:LONGEST_KEY] for key in keys if key.strip(_COARSE)):
        length += len(key) + 1
        if length > LONGEST_KEYS + 1:
            break
        chosen.append(key)
    return " ".join(chosen)


def place_query(query: str) -> list[str]:
    """Return the beginnings of keys to look up for what was typed, best first; none where no letter was typed.

    They hold letters, digits and one leading equals sign only, so no LIKE wildcard gets through.
    """
    form = _form(query[:LONGEST_QUERY])
    if not form.literal:
        return []
    prefixes = [form.literal, form.sound]
    if len(form.coarse) >= _SHORTEST_COARSE:
        prefixes.append(_COARSE + form.coarse)
    if form.tails:
        # The order of the words may differ (Nani Chher), so the telling ones are looked up on their own.
        telling = [sound for sound in form.sounds if sound not in _SHARED and len(sound) >= _SHORTEST_PREFIX]
        prefixes.extend(telling or form.sounds)
    return list(dict.fromkeys(prefix[:LONGEST_KEY] for prefix in prefixes if prefix))


def _edits(one: str, other: str, most: int) -> int:
    """Return how many letters differ between two words, or more than `most` as soon as that is certain."""
    if abs(len(one) - len(other)) > most or len(set(one) ^ set(other)) > 2 * most:
        return most + 1
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, start=1):
        before, row[0] = row[0], at
        for to, wanted in enumerate(other, start=1):
            before, row[to] = row[to], min(row[to] + 1, row[to - 1] + 1, before + (letter != wanted))
        if min(row) > most:
            return most + 1
    return row[-1]


def _holds_words(asked: tuple[str, ...], sounds: tuple[str, ...]) -> bool:
    """Say whether each asked word begins a different word of the name, in whatever order."""
    left = list(sounds)
    for word in sorted(asked, key=len, reverse=True):
        found = next((sound for sound in left if sound == word), None)
        found = found or next((sound for sound in left if sound.startswith(word)), None)
        if found is None:
            return False
        left.remove(found)
    return True


# The steps of likeness, best first. What is beyond the last is not shown.
_SAME, _SAME_WORDS, _BEGINS, _SOUNDS_BEGIN, _SAME_CONSONANTS = range(5)
_HOLDS, _TAIL, _CONSONANTS_BEGIN, _CLOSE, _NONE = range(5, 10)


def _likeness(asked: _Form, form: _Form) -> int:
    if asked.literal == form.literal or (asked.sound == form.sound and len(asked.sound) >= _SHORTEST_COARSE):
        return _SAME
    if len(asked.sounds) > 1 and sorted(asked.sounds) == sorted(form.sounds):
        return _SAME_WORDS
    if form.literal.startswith(asked.literal):
        return _BEGINS
    if form.sound.startswith(asked.sound):
        return _SOUNDS_BEGIN
    if len(asked.coarse) >= _SHORTEST_COARSE and asked.coarse == form.coarse:
        return _SAME_CONSONANTS
    if _holds_words(asked.sounds, form.sounds):
        return _HOLDS
    if any(tail.startswith(asked.literal) for tail in form.tails):
        return _TAIL
    if len(asked.coarse) >= _SHORTEST_COARSE and form.coarse.startswith(asked.coarse):
        return _CONSONANTS_BEGIN
    most = min(len(asked.sound) // 3, 2)
    return _CLOSE if most and _edits(asked.sound, form.sound, most) <= most else _NONE


def rank_places(query: str, candidates: Iterable[PlaceCandidate], limit: int = 20) -> list[PlaceCandidate]:
    """Return the candidates that fit what was typed, best first: by likeness, then nearness, then length.

    At most the first 2,000 candidates are looked at; those that fit in no way are left out.
    """
    asked = _form(query[:LONGEST_QUERY])
    if not asked.literal:
        return []
    scored = []
    for candidate, _ in zip(candidates, range(MOST_CANDIDATES), strict=False):
        likeness, missing, length = _NONE, True, 0
        for form in _forms(candidate.name_en, candidate.name_local):
            one = (_likeness(asked, form), form.literal != asked.literal, len(form.literal))
            likeness, missing, length = min((likeness, missing, length), one)
        if likeness < _NONE:
            scored.append(((likeness, candidate.rank, missing, length, candidate.name_en, candidate.id), candidate))
    return [candidate for _, candidate in nsmallest(limit, scored, key=lambda item: item[0])]
