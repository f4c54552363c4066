"""Everything a person reads is there in every language, with the values it needs and in the script of the language."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po

from swagat.web.words import LANGUAGES

ROOT = Path(__file__).resolve().parents[2]
LETTERS = {"hi": re.compile("[\u0900-\u0963\u0970-\u097f]"), "gu": re.compile("[\u0a80-\u0aff]")}
# What is written the same in every language; a text of nothing else needs no letter of the language.
NAMES = frozenset({"SWAGAT", "PDF", "SMS", "JPEG"})
VALUE = re.compile(r"%\((\w+)\)[sd]")

each_language = pytest.mark.parametrize("language", sorted(LETTERS))


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Every text that code and pages ask to be translated; a text with a plural is known by its singular."""
    found = tmp_path_factory.mktemp("texts") / "messages.pot"
    command = ["pybabel", "--quiet", "extract", "-F", str(ROOT / "pyproject.toml"), "-o", str(found), str(ROOT)]
    CommandLineInterface().run(command)
    with found.open("rb") as file:
        return {singular(message) for message in read_po(file) if message.id}


def catalogue(language: str) -> Catalog:
    with (ROOT / "translations" / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, abort_invalid=True)


def translated(language: str) -> list[Message]:
    return [message for message in catalogue(language) if message.id]


def singular(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def forms(message: Message) -> list[tuple[str, str]]:
    """Each English form with its translation."""
    if isinstance(message.id, str):
        return [(message.id, str(message.string))]
    return list(zip(message.id, message.string, strict=True))


def test_the_texts_of_code_domain_and_pages_are_all_found(texts: set[str]) -> None:
    assert {"File a grievance", "With an officer", "Write a few words here.", "%(num)s working day"} <= texts


def test_every_language_but_english_has_a_catalogue() -> None:
    assert set(LANGUAGES) == {"en", *LETTERS}


@each_language
def test_no_text_is_missing(texts: set[str], language: str) -> None:
    assert sorted(texts - {singular(message) for message in translated(language)}) == []


@each_language
def test_no_text_is_left_that_nothing_asks_for(texts: set[str], language: str) -> None:
    assert sorted({singular(message) for message in translated(language)} - texts) == []
    assert list(catalogue(language).obsolete) == []


@each_language
def test_no_translation_is_empty_or_only_guessed(language: str) -> None:
    lacking = [m.id for m in translated(language) if m.fuzzy or not all(said.strip() for _id, said in forms(m))]
    assert lacking == []


@each_language
def test_every_translation_takes_the_values_of_the_english_text(language: str) -> None:
    wrong = []
    for message in translated(language):
        for english, said in forms(message):
            values = set(VALUE.findall(english))
            if set(VALUE.findall(said)) != values or "%" in VALUE.sub("", said).replace("%%", ""):
                wrong.append((english, said))
    assert wrong == []


@each_language
def test_every_translation_is_written_in_the_script_of_its_language(language: str) -> None:
    own = LETTERS[language]
    others = [letters for other, letters in LETTERS.items() if other != language]
    wrong = []
    for message in translated(language):
        for _english, said in forms(message):
            words = set(re.findall(r"[^\W\d_]+", VALUE.sub("", said)))
            if any(letters.search(said) for letters in others) or not (own.search(said) or words <= NAMES):
                wrong.append(said)
    assert wrong == []


@each_language
def test_a_catalogue_says_its_language_and_its_two_forms_of_number(language: str) -> None:
    found = catalogue(language)
    assert str(found.locale) == language
    assert found.num_plurals == 2
    assert (found.charset or "").lower() == "utf-8"
