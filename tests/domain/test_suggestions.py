"""What people write leads to the right category, in every language and however it is typed."""

import csv
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import swagat
from swagat.domain.suggestions import CategoryIndex, CategoryWords

REFERENCE = Path(swagat.__file__).parent / "reference"
GROUP_SHARE = 0.5

FIRST_RIGHT, IN_FIRST_THREE = 0.88, 0.95


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


SENTENCES = rows_of(Path(__file__).with_name("everyday_sentences.csv"))
CATEGORIES = rows_of(REFERENCE / "categories.csv")
KEYWORDS = rows_of(REFERENCE / "category_keywords.csv")


@pytest.fixture(scope="module")
def index() -> CategoryIndex:
    keywords = defaultdict(list)
    for row in KEYWORDS:
        keywords[row["code"]].append(row["words"])
    return CategoryIndex.build(
        CategoryWords(
            row["code"],
            (row["name_en"], row["name_hi"], row["name_gu"], *keywords[row["code"]]),
            1.0 if row["parent_code"] else GROUP_SHARE,
        )
        for row in CATEGORIES
    )


def codes(index: CategoryIndex, text: str, limit: int = 3) -> list[str]:
    return [suggestion.code for suggestion in index.suggest(text, limit)]


@pytest.mark.parametrize("language", ["gu", "latn", "hi", "en"])
def test_everyday_sentences_find_their_category(index, language):
    rows = [row for row in SENTENCES if row["language"] == language]
    answers = [(row, codes(index, row["sentence"])) for row in rows]
    first = sum(row["code"] in found[:1] for row, found in answers) / len(rows)
    three = sum(row["code"] in found for row, found in answers) / len(rows)
    missed = [(row["code"], found, row["sentence"]) for row, found in answers if row["code"] not in found]
    assert len(rows) >= 40
    assert first >= FIRST_RIGHT, missed
    assert three >= IN_FIRST_THREE, missed


def test_the_sentences_name_categories_that_exist_and_none_is_a_list_of_keywords():
    leaves = {row["code"] for row in CATEGORIES if row["parent_code"]}
    phrases = {phrase.strip().lower() for row in KEYWORDS for phrase in row["words"].split(";")}
    assert {row["code"] for row in SENTENCES} <= leaves
    assert len({row["sentence"] for row in SENTENCES}) == len(SENTENCES)
    assert not [row["sentence"] for row in SENTENCES if row["sentence"].lower() in phrases]


def test_every_category_has_everyday_words_in_each_language_and_typed_in_latin_letters():
    pairs = Counter((row["code"], row["language"]) for row in KEYWORDS)
    wanted = {(row["code"], language) for row in CATEGORIES for language in ("en", "hi", "gu", "latn")}
    assert set(pairs) == wanted
    assert set(pairs.values()) == {1}


def test_no_keywords_are_empty_or_repeated_within_a_row():
    for row in KEYWORDS:
        phrases = row["words"].split(";")
        assert all(phrase and phrase == phrase.strip() for phrase in phrases), row
        assert len(set(phrases)) == len(phrases), row


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("rashan card ma naam umervu", "FCS-CORRECT"),
        ("rationcard ma nam umervu", "FCS-CORRECT"),
        ("gattar ubhrai", "UDH-DRAIN"),
        ("aanganwadi bandh", "WCD-ANGANWADI"),
        ("trasformer bali gyu", "ENR-TRANSFORMER"),
        ("handpamp kharab", "NWR-HANDPUMP"),
        ("વૃદ્ધ પેંશન", "SJE-OLDAGE"),
        ("सड़कों पर आवारा कुत्तों का आतंक", "UDH-STRAY"),
    ],
)
def test_misspelt_words_still_lead_there(index, text, code):
    assert code in codes(index, text)


@pytest.mark.parametrize("text", ["", "   ", "...", "!?", "છે અને નથી", "hai aur nahi"])
def test_nothing_is_suggested_where_nothing_telling_was_written(index, text):
    assert index.suggest(text) == []


def test_a_group_is_the_answer_only_where_no_leaf_fits(index):
    assert codes(index, "વિધાનસભા", 1) == ["GRP-LPA"]
    assert codes(index, "police fariyad leti nathi", 1) == ["HOM-FIR"]


def test_order_does_not_depend_on_the_order_of_equal_scores():
    index = CategoryIndex.build([CategoryWords("B", ("water",)), CategoryWords("A", ("water",))])
    assert codes(index, "water") == ["B", "A"]
    assert codes(index, "water", 1) == ["B"]


def test_two_words_that_are_often_joined_find_each_other():
    index = CategoryIndex.build([CategoryWords("CARD", ("ration card",)), CategoryWords("SHOP", ("ration shop",))])
    assert codes(index, "rationcard", 1) == ["CARD"]
    assert codes(index, "rashankard", 1) == ["CARD"]
    assert codes(index, "राशनकार्ड", 1) == ["CARD"]


def test_an_index_of_nothing_suggests_nothing():
    assert CategoryIndex.build([]).suggest("water") == []


SMALL = tuple(CategoryWords(row["code"], (row["name_en"], row["name_hi"], row["name_gu"])) for row in CATEGORIES[-20:])


@given(st.text(max_size=300), st.integers(min_value=1, max_value=5))
def test_any_text_gives_at_most_the_limit_best_first_and_the_same_again(text, limit):
    index = CategoryIndex.build(SMALL)
    found = index.suggest(text, limit)
    assert len(found) <= limit
    assert [suggestion.score for suggestion in found] == sorted((s.score for s in found), reverse=True)
    assert all(suggestion.score > 0 for suggestion in found)
    assert found == index.suggest(text, limit)
