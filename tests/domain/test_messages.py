import re
import unicodedata
from collections.abc import Iterator

import pytest

from swagat.domain.message_texts import NEWS, STATES, TEXTS
from swagat.domain.messages import (
    LANGUAGES,
    LONGEST_VALUE,
    NUMBER,
    VARIABLES,
    Audience,
    MessageKey,
    Unrendered,
    VariableKind,
    audience_of,
    fields_of,
    render,
    render_news,
    variables_of,
)
from swagat.domain.sms_length import Encoding, length_of
from swagat.domain.workflow import TRANSITIONS

OFFICES = {
    "en": "Mamlatdar Office, Dholka",
    "hi": "तहसील कार्यालय, बालाघाट",
    "gu": "મામલતદાર કચેરી, ધોળકા",
}
OWN_SCRIPT = {"en": r"[\x20-\x7e]", "hi": r"[\x20-\x7e\u0900-\u097f]", "gu": r"[\x20-\x7e\u0a80-\u0aff]"}
WARNING = {
    "en": "No officer may ask for your code.",
    "hi": "कोई अधिकारी कोड नहीं माँग सकता।",
    "gu": "કોઈ અધિકારી કોડ માગી શકે નહીં.",
}
CODE = {"en": "code", "hi": "कोड", "gu": "કોડ"}
ASKS = (
    MessageKey.CLARIFICATION_SOUGHT,
    MessageKey.DISPOSED,
    MessageKey.PROPOSED,
    MessageKey.WITHDRAWN,
)


def every_text() -> Iterator[tuple[str, str, str]]:
    for name, texts in {**TEXTS, "news": NEWS}.items():
        for language, text in texts.items():
            yield name, language, text


ALL = pytest.mark.parametrize(("name", "language", "text"), list(every_text()))


def values(names: frozenset[str], language: str) -> dict[str, str]:
    """Return ordinary values: the longest date, an office as long as most are."""
    samples = {
        VariableKind.NUMBER: "GJ-2026-0000123-7",
        VariableKind.OFFICE: OFFICES[language],
        VariableKind.DATE: "30.12.2026",
        VariableKind.COUNT: "1250",
        VariableKind.CODE: "493017",
        VariableKind.STATE: max((words[language] for words in STATES.values()), key=len),
    }
    return {name: samples[VARIABLES[name]] for name in names}


def rendered(name: str, language: str) -> str:
    if name == "news":
        return render_news(language, "GJ-2026-0000123-7")
    key = MessageKey(name)
    return render(key, language, values(variables_of(key), language))


def test_every_key_has_a_text_in_every_language_and_no_text_is_without_a_key() -> None:
    assert set(TEXTS) == {key.value for key in MessageKey}
    assert all(tuple(sorted(texts)) == tuple(sorted(LANGUAGES)) for texts in [*TEXTS.values(), NEWS])


def test_every_text_that_the_workflow_tells_can_be_told_and_none_is_told_by_nothing() -> None:
    told = {key for row in TRANSITIONS for key in row.tells}
    apart = {Audience.STAFF, Audience.ASKING}
    # Registered with the others, since registration takes weeks; told as soon as a sitting has a date.
    assert told | {MessageKey.HEARING} == {key for key in MessageKey if audience_of(key) not in apart}


@ALL
def test_a_text_has_the_same_known_variables_in_every_language_each_once(name: str, language: str, text: str) -> None:
    names = fields_of(text)
    assert len(set(names)) == len(names)
    assert set(names) <= set(VARIABLES)
    assert set(names) == ({NUMBER} if name == "news" else variables_of(MessageKey(name)))


@ALL
def test_no_two_variables_stand_side_by_side(name: str, language: str, text: str) -> None:
    assert not re.search(r"\}\W?\{", text)


@ALL
def test_a_text_is_in_its_own_script_without_letters_nobody_sees(name: str, language: str, text: str) -> None:
    assert re.fullmatch(f"{OWN_SCRIPT[language]}+", text)
    assert unicodedata.normalize("NFC", text) == text
    assert "  " not in text
    assert text == text.strip()


@ALL
def test_english_is_one_cheap_segment_and_the_others_are_at_most_three(name: str, language: str, text: str) -> None:
    length = length_of(rendered(name, language))
    if language == "en":
        assert (length.encoding, length.segments) == (Encoding.GSM_7, 1)
    else:
        assert length.segments <= 3


def test_most_texts_in_indian_scripts_are_one_segment_and_only_those_that_ask_are_three() -> None:
    sizes = {
        (name, language): length_of(rendered(name, language)).segments
        for name, language, _ in every_text()
        if language != "en"
    }
    assert sum(size == 1 for size in sizes.values()) >= len(sizes) // 2
    assert {name for (name, _), size in sizes.items() if size == 3} <= {key.value for key in ASKS}


@ALL
def test_at_most_two_fifths_of_a_text_is_variable(name: str, language: str, text: str) -> None:
    whole = rendered(name, language)
    fixed = re.sub(r"\{\w+\}", "", text)
    assert len(whole) - len(fixed) <= 0.4 * len(whole)


@ALL
def test_no_text_needs_a_link(name: str, language: str, text: str) -> None:
    assert not re.search(r"http|www|://|\.(in|gov|com)\b", text)


@ALL
def test_a_text_that_speaks_of_the_code_says_that_no_officer_may_ask_for_it(
    name: str, language: str, text: str
) -> None:
    if CODE[language] in text:
        assert text.endswith(WARNING[language])
    else:
        assert name not in {key.value for key in ASKS}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_filed_carries_number_office_and_due_date(language: str) -> None:
    text = rendered("filed", language)
    assert all(part in text for part in ("GJ-2026-0000123-7", OFFICES[language], "30.12.2026"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_news_to_a_shared_phone_is_only_the_number(language: str) -> None:
    assert fields_of(NEWS[language]) == (NUMBER,)
    assert CODE[language] not in NEWS[language]


@pytest.mark.parametrize("key", MessageKey)
def test_an_unresolved_placeholder_is_refused_whichever_it_is(key: MessageKey) -> None:
    whole = values(variables_of(key), "gu")
    for name in whole:
        with pytest.raises(Unrendered, match=name):
            render(key, "gu", {other: value for other, value in whole.items() if other != name})
        with pytest.raises(Unrendered, match=name):
            render(key, "gu", whole | {name: " "})


def test_an_unknown_variable_or_language_or_a_value_too_long_is_refused() -> None:
    good = values(variables_of(MessageKey.ASSIGNED), "en")
    with pytest.raises(Unrendered, match="mobile"):
        render(MessageKey.ASSIGNED, "en", good | {"mobile": "1"})
    with pytest.raises(Unrendered, match="'fr'"):
        render(MessageKey.ASSIGNED, "fr", good)
    with pytest.raises(Unrendered, match=NUMBER):
        render(MessageKey.ASSIGNED, "en", {NUMBER: "1" * (LONGEST_VALUE + 1)})


def test_braces_in_a_value_stay_what_they_are() -> None:
    whole = values(variables_of(MessageKey.FILED), "en") | {"office": "{number} {0}"}
    assert "Office: {number} {0}." in render(MessageKey.FILED, "en", whole)


@pytest.mark.parametrize(
    ("key", "audience"),
    [
        (MessageKey.DISPOSED, Audience.COMPLAINANT),
        (MessageKey.OFFICER_ASSIGNED, Audience.OFFICER),
        (MessageKey.OFFICE_RECEIVED, Audience.OFFICE),
        (MessageKey.OFFICE_ESCALATED, Audience.ANSWERABLE),
        (MessageKey.STAFF_DIGEST, Audience.STAFF),
    ],
)
def test_a_key_names_who_is_told(key: MessageKey, audience: Audience) -> None:
    assert audience_of(key) is audience
