"""What a text that somebody sent us asks for: to stop, to start again, how a grievance stands, or help.

Nothing else is taken by text, since a sender's number can be forged.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from swagat.domain.errors import Invalid
from swagat.domain.registration import parse_registration_number
from swagat.domain.text import LANGUAGE_SCRIPTS, normalise, script_of, words

# In characters: no operator hands over a longer text, so what lies beyond is not read.
LONGEST_READ = 1600


class Command(StrEnum):
    """What a text asks for; whatever fits nothing else asks for help."""

    STOP = "stop"
    START = "start"
    STATUS = "status"
    HELP = "help"


# The English ones are those by which the operator itself stops and starts, so that both agree; but YES, by which it
# starts too, is what people answer to a question.
STOP_WORDS = (
    *("stop", "stopall", "unsubscribe", "cancel", "end", "quit", "optout", "revoke"),
    *("બંધ", "રોકો", "બંધ કરો"),
    *("बंद", "रोकें", "बंद करो"),
)
START_WORDS = ("start", "unstop", "શરૂ", "ચાલુ", "शुरू", "चालू")
STATUS_WORDS = ("status", "સ્થિતિ", "स्थिति")


def _as_written(phrases: tuple[str, ...]) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(words(phrase)) for phrase in phrases)


_WHOLE = {Command.STOP: _as_written(STOP_WORDS), Command.START: _as_written(START_WORDS)}
_STATUS = tuple(normalise(word) for word in STATUS_WORDS)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a text asks for; `number` is the grievance asked about, `language` that of the script, if it tells one."""

    command: Command
    number: str = ""
    language: str = ""


def wish_of(text: str, states: Mapping[str, str], default_state: str) -> Wish:
    """Return what a text asks for; case, blanks, punctuation and the form of its letters do not matter.

    `states` and `default_state` are those of `parse_registration_number`. A number that cannot be one asks for help.
    """
    read = text[:LONGEST_READ]
    language, said = language_of(read), tuple(words(read))
    for command, phrases in _WHOLE.items():
        if said in phrases:
            return Wish(command, language=language)
    number = _number_asked("".join(said), states, default_state)
    return Wish(Command.STATUS if number else Command.HELP, number, language)


def language_of(text: str) -> str:
    """Return the language that the script of most letters tells, nothing where it tells none of ours."""
    script = script_of(text)
    return next((language for language, known in LANGUAGE_SCRIPTS.items() if known is script), "")


def _number_asked(said: str, states: Mapping[str, str], default_state: str) -> str:
    asked = next((said.removeprefix(word) for word in _STATUS if said.startswith(word)), "")
    try:
        return parse_registration_number(asked, states, default_state) if asked else ""
    except Invalid:
        return ""
