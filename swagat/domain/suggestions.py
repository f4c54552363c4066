"""Suggest categories for what a person wrote, by the words, their sounds and parts of them."""

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import log
from typing import NamedTuple

from swagat.domain.stemming import STOP_WORDS, stem_normalised
from swagat.domain.text import LONGEST_WORD, words
from swagat.domain.transliteration import sound_key

LONGEST_TEXT = 2_000
MOST_WORDS = 120

# BM25: how soon a repeated word stops to count, and how much a long list of keywords costs.
_K1 = 1.2
_B = 0.3

# What a match by the word itself, by a pair of words, by its sound and by one part of it is worth.
_WORD, _PAIR, _SOUND, _PART = 1.0, 1.3, 0.6, 0.14

_SHORTEST_PART, _LONGEST_PART = 3, 5


class CategoryWords(NamedTuple):
    """What is known of a category: its names, keywords and confirmed past cases; `share` scales its score."""

    code: str
    texts: tuple[str, ...]
    share: float = 1.0


class Suggestion(NamedTuple):
    """A category that fits, with a score that only compares within one answer."""

    code: str
    score: float


@lru_cache(maxsize=4_000)
def _features_of_word(word: str) -> tuple[tuple[str, float], ...]:
    """Return what a word is looked up by, each with its worth; the first letter tells the kinds apart."""
    stemmed = stem_normalised(word)
    features = [("w" + stemmed, _WORD)]
    sound = sound_key(word)
    if len(sound) > 1 and not sound.isdigit():
        features.append(("s" + sound, _SOUND))
    padded = f" {stemmed} "
    for size in range(_SHORTEST_PART, _LONGEST_PART + 1):
        features.extend(("p" + padded[at : at + size], _PART) for at in range(len(padded) - size + 1))
    return tuple(features)


@lru_cache(maxsize=4_000)
def _features_of_pair(first: str, second: str) -> tuple[tuple[str, float], ...]:
    """Return what two words in a row are looked up by, so that "ration card" is "rationcard" too."""
    joined = first + second
    return (("w" + stem_normalised(joined), _PAIR), ("s" + sound_key(joined), _SOUND))


def _features(text: str, most_words: int | None = None) -> Iterator[tuple[str, float]]:
    """Yield the features of a text; pairs do not reach over commas, semicolons and line ends."""
    taken = 0
    for phrase in text.replace(";", "\n").replace(",", "\n").splitlines():
        before = ""
        for word in words(phrase):
            if word in STOP_WORDS:
                continue
            taken += 1
            if most_words is not None and taken > most_words:
                return
            word = word[:LONGEST_WORD]
            yield from _features_of_word(word)
            if before:
                yield from _features_of_pair(before, word)
            before = word


@dataclass(frozen=True, slots=True)
class CategoryIndex:
    """An index of categories that is built once and read by every request."""

    codes: tuple[str, ...]
    postings: dict[str, tuple[tuple[int, float], ...]]

    @classmethod
    def build(cls, entries: Iterable[CategoryWords]) -> "CategoryIndex":
        """Return the index of the categories; the last one is kept, so that asking again for the same costs little."""
        return _build(tuple(entries))

    def suggest(self, text: str, limit: int = 3) -> list[Suggestion]:
        """Return at most `limit` categories that fit the text, best first; none where no word is known."""
        scores: defaultdict[int, float] = defaultdict(float)
        for feature, worth in dict(_features(text[:LONGEST_TEXT], MOST_WORDS)).items():
            for at, weight in self.postings.get(feature, ()):
                scores[at] += worth * weight
        best = heapq.nsmallest(limit, scores.items(), key=lambda item: (-item[1], item[0]))
        return [Suggestion(self.codes[at], score) for at, score in best]


@lru_cache(maxsize=1)
def _build(entries: tuple[CategoryWords, ...]) -> CategoryIndex:
    counts: list[Counter[str]] = []
    for entry in entries:
        count: Counter[str] = Counter()
        for text in entry.texts:
            count.update(feature for feature, _ in _features(text))
        counts.append(count)
    lengths = [sum(n for feature, n in count.items() if feature[0] == "w") for count in counts]
    mean = sum(lengths) / len(lengths) if any(lengths) else 1.0
    holders = Counter(feature for count in counts for feature in count)
    postings: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
    for at, (entry, count) in enumerate(zip(entries, counts, strict=True)):
        damping = _K1 * (1 - _B + _B * lengths[at] / mean)
        for feature, n in count.items():
            rarity = log(1 + (len(entries) - holders[feature] + 0.5) / (holders[feature] + 0.5))
            postings[feature].append((at, entry.share * rarity * n * (_K1 + 1) / (n + damping)))
    return CategoryIndex(
        tuple(entry.code for entry in entries),
        {feature: tuple(found) for feature, found in postings.items()},
    )
