"""A text as the telecom operators register it."""

import re

import pytest

from swagat.domain.message_lint import ALL_TEXTS
from swagat.domain.message_texts import NEWS, TEXTS
from swagat.domain.messages import VariableKind
from swagat.domain.registered_texts import (
    CATEGORY,
    TAGS,
    as_registered,
    fault_of_header,
    fault_of_template_id,
    words_digest,
)

EVERY = [text for words in ALL_TEXTS.values() for text in words.values()]


def test_each_variable_becomes_the_tag_of_its_kind_and_every_word_stays() -> None:
    assert as_registered(TEXTS["filed"]["en"]) == (
        "SWAGAT: Grievance {#alphanumeric#} is registered. Office: {#alphanumeric#}. Answer due by "
        "{#alphanumeric#}. No officer may ask for your code."
    )
    assert as_registered(TEXTS["asking_code"]["gu"]).startswith("સ્વાગત: કોડ {#numeric#}, 10")
    assert as_registered(TEXTS["staff_digest"]["en"]).count("{#numeric#}") == 3


@pytest.mark.parametrize("text", EVERY)
def test_nothing_but_tags_is_left_of_the_variables(text: str) -> None:
    registered = as_registered(text)
    assert not re.search(r"[{}]", re.sub(r"\{#(alphanumeric|numeric)#\}", "", registered))
    assert re.sub(r"\{#\w+#\}", "", registered) == re.sub(r"\{\w+\}", "", text)


def test_every_kind_of_variable_has_a_tag_and_all_texts_one_category() -> None:
    assert TAGS.keys() == set(VariableKind)
    assert CATEGORY == "service-implicit"


def test_a_digest_tells_words_apart_and_follows_the_kind_of_a_variable_not_its_name() -> None:
    assert len({words_digest(text) for text in EVERY}) == len(set(EVERY))
    assert words_digest("{office} answers") == words_digest("{answerable} answers") != words_digest("{code} answers")
    assert words_digest(NEWS["en"]) != words_digest(NEWS["en"] + " ")


@pytest.mark.parametrize(
    "typed", ["", "1107161234567890", "11071612345678901234", "1.10717E+18", "110716123456789012x"]
)
def test_an_id_is_nineteen_digits_and_what_a_spreadsheet_made_of_it_is_none(typed: str) -> None:
    fault = fault_of_template_id(typed)
    assert fault is not None
    assert str(fault) == "The id of a template has 19 digits. A spreadsheet must keep the column as text."
    assert fault_of_template_id("1107161234567890123") is None


@pytest.mark.parametrize("typed", ["", "SW", "SWAGATGUJARA", "SWAG1T", "સ્વાગત", "SWA GAT"])
def test_a_header_is_some_letters(typed: str) -> None:
    assert fault_of_header(typed) is not None
    assert fault_of_header("SWAGAT") is fault_of_header("SWG") is fault_of_header("SWAGATGUJAR") is None
