"""The linter of texts: what each is on the telephone network, and everything that would cost money or trust.

A text that breaks a rule here is refused by the telecom operators, is charged twice, cannot be read on a plain
telephone, or teaches people to give their code away.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from swagat.domain.errors import N_, Text
from swagat.domain.message_texts import NEWS, STATES, TEXTS, Words
from swagat.domain.messages import LANGUAGES, LONGEST_VALUE, NEWS_NAME, NUMBER, VARIABLES, MessageKey, VariableKind
from swagat.domain.sms_length import Encoding, Length, length_of

ALL_TEXTS: Mapping[str, Words] = {**TEXTS, NEWS_NAME: NEWS}
NAMES = (*(key.value for key in MessageKey), NEWS_NAME)

MOST_VARIABLE = 0.4
# In English a text is one cheap segment; in the scripts of which a segment takes 70 letters it is at most three.
MOST_SEGMENTS = {"en": 1, "hi": 3, "gu": 3}
# With the longest values that can occur one more may be needed, and never more than that.
MOST_SEGMENTS_EVER = {language: most + 1 for language, most in MOST_SEGMENTS.items()}

SERVICE = {"en": "SWAGAT: ", "hi": "स्वागत: ", "gu": "સ્વાગત: "}
CODE = {"en": "code", "hi": "कोड", "gu": "કોડ"}
WARNING = {
    "en": "No officer may ask for your code.",
    "hi": "कोई अधिकारी कोड नहीं माँग सकता।",
    "gu": "કોઈ અધિકારી કોડ માગી શકે નહીં.",
}
# They give a code, come when one is given, or ask for an answer that needs it.
WARNED = frozenset(
    {
        MessageKey.FILED,
        MessageKey.CLARIFICATION_SOUGHT,
        MessageKey.DISPOSED,
        MessageKey.PROPOSED,
        MessageKey.WITHDRAWN,
        MessageKey.ASKING_CODE,
    }
)

# What every telephone shows: the letters of GSM-7 that a keyboard has, and one Indian script.
_FOREIGN = {
    "en": re.compile(r"[^\x20-\x5f\x61-\x7e]"),
    "hi": re.compile(r"[^\x20-\x5f\x61-\x7e\u0900-\u097f]"),
    "gu": re.compile(r"[^\x20-\x5f\x61-\x7e\u0a80-\u0aff]"),
}
_VARIABLE = re.compile(r"\{([a-z_]+)\}")
_NO_WORD_BETWEEN = re.compile(r"\}\W*\{")
_LINK = re.compile(r"://|\bwww\b|\bhttps?\b|\w\.(?:in|com|org|net|gov|nic|ly|gl|me|co)\b", re.IGNORECASE | re.ASCII)

# The longest date, and an office as long as most are.
_ORDINARY = {
    VariableKind.NUMBER: "GJ-2026-0000123-7",
    VariableKind.DATE: "30.12.2026",
    VariableKind.COUNT: "1250",
    VariableKind.CODE: "493017",
}
_OFFICE = {"en": "Mamlatdar Office, Dholka", "hi": "तहसील कार्यालय, बालाघाट", "gu": "મામલતદાર કચેરી, ધોળકા"}
# A running number may grow to twelve digits, and the short name of a state has at most four letters.
_LONGEST = {
    VariableKind.NUMBER: "GJXX-2026-999999999999-7",
    VariableKind.DATE: "30.12.2026",
    VariableKind.COUNT: "99999",
    VariableKind.CODE: "493017",
}
_LONGEST_OFFICE = {"en": "M" * LONGEST_VALUE, "hi": "क" * LONGEST_VALUE, "gu": "ક" * LONGEST_VALUE}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one text; `language` is empty where it is wrong in all of them."""

    name: str
    language: str
    what: Text

    def __str__(self) -> str:
        return f"{self.name} {self.language}: {self.what}" if self.language else f"{self.name}: {self.what}"


@dataclass(frozen=True, slots=True)
class Linted:
    """One text as it is sent: a sample with ordinary values and its size, and the size with the longest values.

    `share` is how much of the sample is variable, from 0 to 1.
    """

    name: str
    language: str
    words: str
    sample: str
    length: Length
    longest: Length
    share: float


@dataclass(frozen=True, slots=True)
class Lint:
    """Every text that can be put into words, and what is wrong with any."""

    texts: tuple[Linted, ...]
    faults: tuple[Fault, ...]


def lint(texts: Mapping[str, Words] = ALL_TEXTS, states: Mapping[str, Words] = STATES) -> Lint:
    """Return what each text is on the network and what is wrong with it, in the order of the keys."""
    linted: list[Linted] = []
    faults = [Fault(status, language, what) for status, words in states.items() for language, what in _of_state(words)]
    faults += [Fault(name, "", Text(N_("No text of this name is ever sent."))) for name in texts if name not in NAMES]
    for name in NAMES:
        words = texts.get(name, {})
        for language in sorted(words.keys() - set(LANGUAGES)):
            faults.append(Fault(name, language, Text(N_("There are no texts in this language."))))
        for language in LANGUAGES:
            text = words.get(language, "")
            if not text.strip():
                faults.append(Fault(name, language, Text(N_("There is no text in this language."))))
                continue
            found = [*_of_words(language, text), *_of_variables(name, text, words), *_of_warning(name, language, text)]
            if set(variables_in(text)) <= VARIABLES.keys():
                linted.append(one := _linted(name, language, text, states))
                found += _of_size(one)
            faults += [Fault(name, language, what) for what in found]
    return Lint(tuple(linted), tuple(faults))


def variables_in(text: str) -> tuple[str, ...]:
    """Return the names of the variables of a text, in their order."""
    return tuple(_VARIABLE.findall(text))


def ordinary_values(names: Iterable[str], language: str, states: Mapping[str, Words] = STATES) -> dict[str, str]:
    """Return values for these variables as most texts have them."""
    return _values(names, {**_ORDINARY, VariableKind.OFFICE: _OFFICE[language]}, language, states)


def longest_values(names: Iterable[str], language: str, states: Mapping[str, Words] = STATES) -> dict[str, str]:
    """Return the longest values that can occur for these variables."""
    return _values(names, {**_LONGEST, VariableKind.OFFICE: _LONGEST_OFFICE[language]}, language, states)


def _values(
    names: Iterable[str], samples: Mapping[VariableKind, str], language: str, states: Mapping[str, Words]
) -> dict[str, str]:
    longest_state = max((words.get(language, "") for words in states.values()), key=len, default="")
    whole = {**samples, VariableKind.STATE: longest_state}
    return {name: whole[VARIABLES[name]] for name in names}


def _linted(name: str, language: str, text: str, states: Mapping[str, Words]) -> Linted:
    names = variables_in(text)
    sample = _filled(text, ordinary_values(names, language, states))
    longest = _filled(text, longest_values(names, language, states))
    variable = len(sample) - len(_VARIABLE.sub("", text))
    return Linted(name, language, text, sample, length_of(sample), length_of(longest), variable / len(sample))


def _filled(text: str, values: Mapping[str, str]) -> str:
    """Fill in the variables; any other brace is a fault of the text and stays."""
    return _VARIABLE.sub(lambda found: values[found[1]], text)


def _of_words(language: str, text: str) -> Iterator[Text]:
    if not text.startswith(SERVICE[language]):
        yield Text(N_("It does not begin with the name of the service: %(name)s"), {"name": SERVICE[language].strip()})
    yield from _of_letters(language, text)
    if "  " in text or text != text.strip():
        yield Text(N_("It has two blanks together, or one at its beginning or end."))
    if _LINK.search(text):
        yield Text(N_("It holds a link. Operators stop texts with links, and people are taught to press none."))


def _of_letters(language: str, text: str) -> Iterator[Text]:
    for letter in dict.fromkeys(_FOREIGN[language].findall(text)):
        named = {"name": unicodedata.name(letter, "a control character"), "code": f"U+{ord(letter):04X}"}
        if language == "en" and length_of(letter).encoding is Encoding.UCS_2:
            yield Text(N_("It holds %(name)s (%(code)s), which turns it to UCS-2 and doubles its price."), named)
        else:
            yield Text(N_("It holds %(name)s (%(code)s), which is not of its script and not on every phone."), named)
    if unicodedata.normalize("NFC", text) != text:
        yield Text(N_("Its letters are not composed (NFC), so that the operators compare it with other words."))


def _of_variables(name: str, text: str, words: Words) -> Iterator[Text]:
    names = variables_in(text)
    if re.search(r"[{}]", _VARIABLE.sub("", text)):
        yield Text(N_("A brace in it does not belong to the name of a variable."))
    for unknown in sorted(set(names) - VARIABLES.keys()):
        yield Text(N_("There is no variable %(name)s."), {"name": unknown})
    for twice in sorted({one for one in names if names.count(one) > 1}):
        yield Text(N_("The variable %(name)s stands in it more than once."), {"name": twice})
    # What a phone that others read is told is fixed; any other text has the variables of its English.
    wanted = {NUMBER} if name == NEWS_NAME else set(variables_in(words.get(LANGUAGES[0], "")))
    if set(names) != wanted:
        differ = ", ".join(sorted(set(names) ^ wanted))
        yield Text(N_("Its variables are not those that it must have: %(names)s."), {"names": differ})
    if _NO_WORD_BETWEEN.search(text):
        yield Text(N_("Two variables stand side by side, with no word between them."))


def _of_warning(name: str, language: str, text: str) -> Iterator[Text]:
    gives_code = any(VARIABLES.get(one) is VariableKind.CODE for one in variables_in(text))
    if (name in WARNED or gives_code or CODE[language] in text) and not text.endswith(WARNING[language]):
        yield Text(N_("It has to do with a code and does not end with: %(words)s"), {"words": WARNING[language]})


def _of_size(one: Linted) -> Iterator[Text]:
    if one.share > MOST_VARIABLE:
        shares = {"share": round(100 * one.share), "most": round(100 * MOST_VARIABLE)}
        yield Text(N_("Of its letters %(share)s in 100 are variable; at most %(most)s may be."), shares)
    for length, most in ((one.length, MOST_SEGMENTS), (one.longest, MOST_SEGMENTS_EVER)):
        if length.segments > most[one.language]:
            sizes = {"count": length.segments, "units": length.units, "most": most[one.language]}
            yield Text(N_("It takes %(count)s segments (%(units)s units); at most %(most)s are paid for."), sizes)


def _of_state(words: Words) -> Iterator[tuple[str, Text]]:
    for language in LANGUAGES:
        text = words.get(language, "")
        if not text.strip():
            yield language, Text(N_("There is no text in this language."))
        if len(text) > LONGEST_VALUE:
            yield (
                language,
                Text(N_("It has more than %(most)s characters, too many for a variable."), {"most": LONGEST_VALUE}),
            )
        for what in _of_letters(language, text):
            yield language, what
