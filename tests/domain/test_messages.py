import pytest

from swagat.domain.message_lint import CODE, WARNED, Linted, lint, ordinary_values
from swagat.domain.message_texts import NEWS
from swagat.domain.messages import (
    LANGUAGES,
    LONGEST_VALUE,
    NEWS_NAME,
    NUMBER,
    Audience,
    MessageKey,
    Unrendered,
    audience_of,
    fields_of,
    render,
    render_news,
    variables_of,
)
from swagat.domain.workflow import TRANSITIONS


def rendered(name: str, language: str) -> str:
    if name == NEWS_NAME:
        return render_news(language, ordinary_values([NUMBER], language)[NUMBER])
    key = MessageKey(name)
    return render(key, language, ordinary_values(variables_of(key), language))


def test_every_text_that_the_workflow_tells_can_be_told_and_none_is_told_by_nothing() -> None:
    told = {key for row in TRANSITIONS for key in row.tells}
    apart = {Audience.STAFF, Audience.ASKING}
    assert told == {key for key in MessageKey if audience_of(key) not in apart}


@pytest.mark.parametrize("one", lint().texts, ids=lambda one: f"{one.name}-{one.language}")
def test_the_sample_of_the_linter_is_what_is_sent(one: Linted) -> None:
    assert one.sample == rendered(one.name, one.language)


def test_most_texts_in_indian_scripts_are_one_segment_and_only_those_with_the_warning_are_three() -> None:
    sizes = {(one.name, one.language): one.length.segments for one in lint().texts if one.language != "en"}
    assert sum(size == 1 for size in sizes.values()) >= len(sizes) // 2
    assert {name for (name, _), size in sizes.items() if size == 3} <= WARNED


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_filed_carries_number_office_and_due_date(language: str) -> None:
    text = rendered("filed", language)
    assert all(part in text for part in ordinary_values(variables_of(MessageKey.FILED), language).values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_news_to_a_shared_phone_is_only_the_number(language: str) -> None:
    assert fields_of(NEWS[language]) == (NUMBER,)
    assert CODE[language] not in NEWS[language]


@pytest.mark.parametrize("key", MessageKey)
def test_an_unresolved_placeholder_is_refused_whichever_it_is(key: MessageKey) -> None:
    whole = ordinary_values(variables_of(key), "gu")
    for name in whole:
        with pytest.raises(Unrendered, match=name):
            render(key, "gu", {other: value for other, value in whole.items() if other != name})
        with pytest.raises(Unrendered, match=name):
            render(key, "gu", whole | {name: " "})


def test_an_unknown_variable_or_language_or_a_value_too_long_is_refused() -> None:
    good = ordinary_values(variables_of(MessageKey.ASSIGNED), "en")
    with pytest.raises(Unrendered, match="mobile"):
        render(MessageKey.ASSIGNED, "en", good | {"mobile": "1"})
    with pytest.raises(Unrendered, match="'fr'"):
        render(MessageKey.ASSIGNED, "fr", good)
    with pytest.raises(Unrendered, match=NUMBER):
        render(MessageKey.ASSIGNED, "en", {NUMBER: "1" * (LONGEST_VALUE + 1)})


def test_braces_in_a_value_stay_what_they_are() -> None:
    whole = ordinary_values(variables_of(MessageKey.FILED), "en") | {"office": "{number} {0}"}
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
