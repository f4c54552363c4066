"""The linter finds nothing wrong with our texts, and everything that is wrong with others."""

from collections.abc import Mapping

import pytest

from swagat.domain.message_lint import (
    ALL_TEXTS,
    NAMES,
    Fault,
    Linted,
    lint,
    longest_values,
    ordinary_values,
    variables_in,
)
from swagat.domain.message_texts import NEWS, STATES, TEXTS, Words
from swagat.domain.messages import LANGUAGES, LONGEST_VALUE, NUMBER, VARIABLES, MessageKey, fields_of
from swagat.domain.sms_length import Encoding

ASSIGNED = TEXTS["assigned"]


def changed(name: str = "assigned", **words: str) -> list[str]:
    """Return what the linter says when one text has other words in these languages."""
    return said({name: {**ALL_TEXTS[name], **words}})


def said(texts: Mapping[str, Words]) -> list[str]:
    return [str(fault) for fault in lint({**ALL_TEXTS, **texts}).faults]


def one(name: str, language: str, words: Words) -> Linted:
    found = lint({**ALL_TEXTS, name: words}).texts
    return next(text for text in found if (text.name, text.language) == (name, language))


def test_our_texts_have_no_fault_and_each_was_looked_at_in_each_language() -> None:
    found = lint()
    assert not found.faults, "\n".join(map(str, found.faults))
    assert [(text.name, text.language) for text in found.texts] == [
        (name, language) for name in NAMES for language in LANGUAGES
    ]
    assert set(NAMES) == {*(key.value for key in MessageKey), "news"}


def test_english_is_one_cheap_segment_and_the_others_at_most_three() -> None:
    for text in lint().texts:
        if text.language == "en":
            assert (text.length.encoding, text.length.segments) == (Encoding.GSM_7, 1), text
        else:
            assert text.length.encoding is Encoding.UCS_2
            assert text.length.segments <= 3, text


def test_the_size_with_the_longest_values_is_known_beside_the_usual_one() -> None:
    filed = one("filed", "en", TEXTS["filed"])
    assert (filed.length.units, filed.length.segments) == (len(filed.sample), 1)
    assert filed.longest.units == filed.length.units + (40 - 24) + (24 - 17)
    assert filed.longest.segments == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_value_that_can_occur_is_longer_than_the_operators_take(language: str) -> None:
    longest, usual = longest_values(VARIABLES, language), ordinary_values(VARIABLES, language)
    assert max(map(len, longest.values())) == LONGEST_VALUE
    assert all(len(usual[name]) <= len(longest[name]) for name in VARIABLES)


@pytest.mark.parametrize(("name", "words"), [*TEXTS.items(), ("news", NEWS)])
def test_the_linter_sees_the_variables_that_are_filled_in(name: str, words: Words) -> None:
    assert all(variables_in(text) == fields_of(text) for text in words.values())


def test_a_text_that_is_missing_or_empty_is_named_with_its_language() -> None:
    no_hindi = {language: text for language, text in ASSIGNED.items() if language != "hi"}
    assert said({"assigned": no_hindi}) == ["assigned hi: There is no text in this language."]
    assert changed(gu="  ") == ["assigned gu: There is no text in this language."]
    assert said({"assigned": {}}) == [f"assigned {code}: There is no text in this language." for code in LANGUAGES]


def test_a_text_that_nothing_sends_and_a_language_that_nobody_reads_are_named() -> None:
    assert said({"assingned": ASSIGNED}) == ["assingned: No text of this name is ever sent."]
    assert changed(fr="SWAGAT: {number}") == ["assigned fr: There are no texts in this language."]


@pytest.mark.parametrize(
    ("letter", "name"),
    [
        ("\u00a0", "NO-BREAK SPACE (U+00A0)"),
        ("\u2019", "RIGHT SINGLE QUOTATION MARK (U+2019)"),
        ("\u2013", "EN DASH (U+2013)"),
        ("\u200b", "ZERO WIDTH SPACE (U+200B)"),
        ("`", "GRAVE ACCENT (U+0060)"),
    ],
)
def test_one_letter_that_doubles_the_price_is_named_and_nothing_else_is(letter: str, name: str) -> None:
    words = ASSIGNED["en"].replace("working on", f"working{letter}on")
    found = changed(en=words)
    assert found == [f"assigned en: It holds {name}, which turns it to UCS-2 and doubles its price."]
    length = one("assigned", "en", {**ASSIGNED, "en": words}).length
    assert (length.encoding, length.beyond) == (Encoding.UCS_2, letter)


WRONG: dict[str, tuple[str, str, str, str]] = {
    "a letter of GSM-7 that no keyboard here has": (
        "assigned", "en", "SWAGAT: An officér is working on your grievance {number}.",
        "It holds LATIN SMALL LETTER E WITH ACUTE (U+00E9), which is not of its script and not on every phone.",
    ),
    "a blank nobody sees": (
        "assigned", "gu", ASSIGNED["gu"].replace(" પર ", "\u00a0પર "),
        "It holds NO-BREAK SPACE (U+00A0), which is not of its script and not on every phone.",
    ),
    "a joiner nobody sees": (
        "assigned", "hi", ASSIGNED["hi"].replace("अब", "अ\u200dब"),
        "It holds ZERO WIDTH JOINER (U+200D), which is not of its script and not on every phone.",
    ),
    "a letter of the other script": (
        "assigned", "gu", ASSIGNED["gu"].replace(".", "।"),
        "It holds DEVANAGARI DANDA (U+0964), which is not of its script and not on every phone.",
    ),
    "a line end": (
        "assigned", "en", ASSIGNED["en"].replace("now ", "now\n"),
        "It holds a control character (U+000A), which is not of its script and not on every phone.",
    ),
    "another beginning": (
        "assigned", "en", "Grievance {number}: an officer is working on it.",
        "It does not begin with the name of the service: SWAGAT:",
    ),
    "two blanks": (
        "assigned", "hi", ASSIGNED["hi"].replace(" अब ", "  अब "),
        "It has two blanks together, or one at its beginning or end.",
    ),
    "a blank at the end": (
        "assigned", "en", ASSIGNED["en"] + " ", "It has two blanks together, or one at its beginning or end.",
    ),
    "letters that are not composed": (
        "assigned", "hi", ASSIGNED["hi"].replace("शिकायत", "शिका\u095eत"),
        "Its letters are not composed (NFC), so that the operators compare it with other words.",
    ),
    "a variable nobody knows": (
        "assigned", "en", "SWAGAT: Grievance {numbre} is with an officer now.", "There is no variable numbre.",
    ),
    "a brace too many": (
        "assigned", "en", "SWAGAT: Grievance {number} is with an officer {now.",
        "A brace in it does not belong to the name of a variable.",
    ),
    "a variable with a format of its own": (
        "assigned", "gu", ASSIGNED["gu"].replace("{number}", "{number} {number!r}"),
        "A brace in it does not belong to the name of a variable.",
    ),
    "the same variable twice": (
        "assigned", "gu", ASSIGNED["gu"] + " ફરિયાદ {number}.", "The variable number stands in it more than once.",
    ),
    "a variable that the English lacks": (
        "assigned", "gu", ASSIGNED["gu"] + " આજ સુધીની વાત કચેરી: {office}.",
        "Its variables are not those that it must have: office.",
    ),
    "a variable missing": (
        "filed", "hi", TEXTS["filed"]["hi"].replace(" {due_on} ", " जल्द "),
        "Its variables are not those that it must have: due_on.",
    ),
    "two variables side by side": (
        "filed", "en", "SWAGAT: Your grievance with us is now registered. {number}: {office}. Answer due by {due_on}. "
        "No officer may ask for your code.",
        "Two variables stand side by side, with no word between them.",
    ),
    "more than two fifths variable": (
        "officer_assigned", "en", "SWAGAT: Case {number} due by {due_on}.",
        "Of its letters 55 in 100 are variable; at most 40 may be.",
    ),
    "English of two segments": (
        "assigned", "en", ASSIGNED["en"] + " An answer comes as soon as it is there." * 3,
        "It takes 2 segments (190 units); at most 1 are paid for.",
    ),
    "Gujarati of four segments": (
        "assigned", "gu", ASSIGNED["gu"] + " કામ ચાલુ છે." * 12,
        "It takes 4 segments (224 units); at most 3 are paid for.",
    ),
    "a link": (
        "assigned", "en", ASSIGNED["en"] + " See https://a.example",
        "It holds a link. Operators stop texts with links, and people are taught to press none.",
    ),
    "a link without its beginning": (
        "assigned", "hi", ASSIGNED["hi"] + " swagat.gov.in देखें।",
        "It holds a link. Operators stop texts with links, and people are taught to press none.",
    ),
    "a question without the warning": (
        "disposed", "en", "SWAGAT: Grievance {number} is answered. Is it solved? Say yes or no by {until}.",
        "It has to do with a code and does not end with: No officer may ask for your code.",
    ),
    "a code without the warning": (
        "asking_code", "gu", "સ્વાગત: નંબર {code}, 10 મિનિટ સુધી.",
        "It has to do with a code and does not end with: કોઈ અધિકારી કોડ માગી શકે નહીં.",
    ),
    "a word about the code without the warning": (
        "assigned", "hi", ASSIGNED["hi"] + " अपना कोड रखें।",
        "It has to do with a code and does not end with: कोई अधिकारी कोड नहीं माँग सकता।",
    ),
    "the warning before the end": (
        "filed", "en", TEXTS["filed"]["en"] + " Thanks.",
        "It has to do with a code and does not end with: No officer may ask for your code.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("name", "language", "words", "fault"), WRONG.values(), ids=WRONG)
def test_a_text_that_breaks_a_rule_is_caught_by_that_rule(name: str, language: str, words: str, fault: str) -> None:
    assert words != ALL_TEXTS[name][language]
    assert f"{name} {language}: {fault}" in changed(name, **{language: words})


@pytest.mark.parametrize("language", LANGUAGES)
def test_news_for_a_phone_that_others_read_may_name_nothing_but_the_number(language: str) -> None:
    for variable in VARIABLES.keys() - {NUMBER}:
        words = {code: f"{text} {{{variable}}}" for code, text in NEWS.items()}
        wrong = f"news {language}: Its variables are not those that it must have: {variable}."
        assert wrong in said({"news": words})


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ({"en": "closed", "hi": "बंद"}, "closed gu: There is no text in this language."),
        (
            {**STATES["closed"], "en": "closed, and nothing more will be done about it"},
            "closed en: It has more than 40 characters, too many for a variable.",
        ),
        (
            {**STATES["closed"], "en": "closed\u2026"},
            "closed en: It holds HORIZONTAL ELLIPSIS (U+2026), which turns it to UCS-2 and doubles its price.",
        ),
    ],
)
def test_the_words_for_where_a_grievance_stands_are_looked_at_too(words: Words, fault: str) -> None:
    assert fault in map(str, lint(states={**STATES, "closed": words}).faults)


def test_a_fault_names_text_and_language_apart_from_what_is_wrong() -> None:
    (fault,) = lint({**ALL_TEXTS, "assigned": {**ASSIGNED, "en": ASSIGNED["en"] + " "}}).faults
    assert (fault.name, fault.language) == ("assigned", "en")
    assert fault == Fault("assigned", "en", fault.what)
