"""Words of Gujarati, Hindi and English are read alike."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swagat.domain.stemming import STOP_WORDS
from swagat.domain.text import (
    LONGEST_SEARCH_TEXT,
    LONGEST_WORD,
    MOST_QUERY_WORDS,
    Script,
    ascii_digits,
    language_scripts,
    nearly_same_reply,
    normalise,
    same_reply,
    script_of,
    search_query,
    search_text,
    share_in_script,
    stem,
    words,
)

indic = st.text(
    st.one_of(
        st.characters(min_codepoint=0x900, max_codepoint=0x97F),
        st.characters(min_codepoint=0xA80, max_codepoint=0xAFF),
        st.sampled_from(" -.,abcxyz012\u200c\u200d"),
    ),
    max_size=60,
)
texts = st.one_of(st.text(max_size=60), indic)

FORMS = [
    "રસ્તો રસ્તાઓ રસ્તા રસ્તે રસ્તાનો રસ્તામાં રસ્તાની રસ્તાઓમાં",
    "ખાડો ખાડા ખાડાઓ ખાડામાં ખાડાવાળો",
    "પાણી પાણીની પાણીમાં પાણીનું",
    "લાઇટ લાઈટ લાઇટો લાઈટની",
    "ખેડૂત ખેડૂતો ખેડુત ખેડૂતોને ખેડૂતની",
    "મકાન મકાનો મકાનનું મકાનમાં મકાનોની",
    "જમીન જમીનની જમીનો જમિન",
    "પેન્શન પેંશન પેન્શનનું પેન્શનો",
    "ગામ ગામો ગામમાં ગામમાંથી ગામનું",
    "नदी नदियाँ नदियों",
    "सड़क सड़कों सड़कें सडक",
    "गड्ढा गड्ढों गड्ढे",
    "गाँव गांव गाँवों",
    "शिकायत शिकायतें शिकायतों",
    "किसान किसानों",
    "road roads Road",
    "pothole potholes",
    "class classes",
    "complaint complaints",
    "rasto rasta raste",
]


@pytest.mark.parametrize("forms", FORMS)
def test_forms_of_a_word_find_each_other(forms):
    assert len({stem(form) for form in forms.split()}) == 1


@pytest.mark.parametrize("one_row", range(len(FORMS)))
def test_forms_of_different_words_do_not_find_each_other(one_row):
    own = stem(FORMS[one_row].split()[0])
    others = {stem(form) for at, forms in enumerate(FORMS) if at != one_row for form in forms.split()}
    assert own not in others


@pytest.mark.parametrize(
    ("asked", "held"),
    [
        ("પાન", "પેન્શન બાકી છે"),
        ("પાન", "પાણી આવતું નથી"),
        ("નળ", "નાળું તૂટી ગયું"),
        ("ગાય", "ગામની સફાઈ"),
        ("सड़क", "सड़ा अनाज"),
        ("पुल", "पुलिस चौकी"),
        ("bus", "business"),
        ("car", "card"),
        ("light", "slight delay"),
    ],
)
def test_a_word_is_not_found_in_one_that_only_resembles_it(asked, held):
    assert not set(search_query(asked)) & set(search_text(held).split())


@pytest.mark.parametrize(
    ("asked", "held"),
    [
        ("રસ્તાઓ", "અમારો રસ્તો તૂટેલો છે"),
        ("રસ્તો", "રસ્તાઓની હાલત"),
        ("सड़क", "सड़कों पर पानी"),
        ("गड्ढों", "एक गड्ढा है"),
        ("POTHOLES", "a pothole near the school"),
        ("૨૦૨૬", "order of 2026"),
        ("7/12", "૭/૧૨ ની નકલ"),
        ("school's road", "The roads of schools"),
        ("Cafe\u0301", "CAFÉ"),
    ],
)
def test_what_was_asked_is_found_in_other_forms_scripts_of_digits_and_cases(asked, held):
    assert set(search_query(asked)) <= set(search_text(held).split())


@given(texts)
def test_a_normal_form_is_its_own_normal_form(text):
    normal = normalise(text)
    assert normalise(normal) == normal
    assert unicodedata.is_normalized("NFC", normal)


@given(texts)
def test_a_stem_is_its_own_stem_and_never_empty(text):
    for word in words(text):
        assert stem(word)
        assert stem(stem(word)) == stem(word)


@given(texts)
def test_words_keep_every_letter_and_digit_of_the_normal_form(text):
    kept = "".join(words(text))
    assert [c for c in normalise(text) if c.isalnum()] == [c for c in kept if c.isalnum()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Water, no-water!", ["water", "no", "water"]),
        ("કેનાલનું પાણી, ૭/૧૨", ["કેનાલનું", "પાણી", "7", "12"]),
        ("पानी।बिजली॥", ["पानी", "बिजली"]),
        ("ક્\u200dષ ક્ષ", ["ક્ષ", "ક્ષ"]),
        ("soft\u00adhyphen", ["softhyphen"]),
        ("x_y", ["x", "y"]),
        ("", []),
        ("।,.-", []),
    ],
)
def test_words_are_cut_at_spaces_dandas_and_punctuation(text, expected):
    assert words(text) == expected


def test_digits_of_three_scripts_and_full_width_are_read_as_ascii():
    assert ascii_digits("०१२३४५६७८९ ૦૧૨૩૪૫૬૭૮૯ ０１２") == "0123456789 0123456789 012"


@given(st.lists(texts, max_size=4))
def test_search_text_holds_each_stem_once(parts):
    stems = search_text(*parts).split(" ")
    assert len(stems) == len(set(stems))
    assert {stem(word[:LONGEST_WORD]) for part in parts for word in words(part)} == set(stems) - {""}


def test_search_text_ends_before_twenty_thousand_characters_with_a_whole_word():
    long = search_text(" ".join(f"word{number}x" for number in range(10_000)))
    assert LONGEST_SEARCH_TEXT - LONGEST_WORD < len(long) <= LONGEST_SEARCH_TEXT
    assert long.endswith("x")


HOSTILE = [
    '"', '""', "'", "water*", "^water", "water AND road", "NOT water", "water NEAR road", "NEAR(water road, 2)",
    "text:water", "(water", "water)", "{water}", "-water", "+water", "water OR 1=1; --", 'a"b"c', "water\x00road", "%_",
    "\\", "`", "water:*", "!water & road | x <-> y", "col : water",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_no_search_operator_gets_through(text):
    for asked in search_query(text):
        assert words(asked) == [asked]
        assert not set(asked) & set("\"'*^:(){}-+%_\\;&|!<>` \x00")


@given(texts)
def test_any_text_makes_at_most_eight_words_of_letters_and_digits(text):
    asked = search_query(text)
    assert len(asked) <= MOST_QUERY_WORDS
    assert all(words(one) == [one] for one in asked)


def test_words_that_say_nothing_are_asked_for_only_when_there_is_nothing_else():
    assert search_query("the road and the water") == ["road", "water"]
    assert search_query("પાણી નથી") == [stem("પાણી")]
    assert search_query("the") == ["the"]
    assert {"the", "છે", "है", "hai"} <= STOP_WORDS


def test_a_query_asks_for_each_word_once_and_for_eight_at_most():
    assert search_query("road roads Road") == ["road"]
    assert len(search_query(" ".join(f"w{number}" for number in range(20)))) == MOST_QUERY_WORDS
    assert search_query("x" * 5_000) == ["x" * LONGEST_WORD]


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("પાણી આવતું નથી", Script.GUJARATI),
        ("पानी नहीं आता", Script.DEVANAGARI),
        ("No water", Script.LATIN),
        ("Pāṇī nathī", Script.LATIN),
        ("પાણી અને GUVNL બંધ", Script.GUJARATI),
        ("12345 ૦૧૨ !", Script.OTHER),
        ("", Script.OTHER),
        ("вода", Script.OTHER),
    ],
)
def test_the_script_is_that_of_most_letters(text, script):
    assert script_of(text) is script


def test_shares_count_letters_and_not_signs_digits_or_punctuation():
    assert share_in_script("પાણી 12 ... ૭", Script.GUJARATI) == 1.0
    assert share_in_script("કક ab", Script.GUJARATI) == 0.5
    assert share_in_script("", Script.LATIN) == 0.0


@given(texts)
def test_shares_of_all_scripts_make_one_or_nothing(text):
    total = sum(share_in_script(text, script) for script in Script)
    assert total == pytest.approx(1.0) or total == 0.0


def test_each_language_has_its_script():
    expected = {"en": Script.LATIN, "hi": Script.DEVANAGARI, "gu": Script.GUJARATI, "ta": Script.OTHER}
    assert language_scripts(["en", "hi", "gu", "ta"]) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The road was repaired.", "the ROAD  was repaired"),
        ("12/03/2026 ના રોજ", "૧૨-૦૩-૨૦૨૬ ના રોજ"),
        ("कार्य पूर्ण।", "कार्य पूर्ण"),
        ("ક્\u200dષ", "ક્ષ"),
        ("", " ... "),
    ],
)
def test_replies_are_the_same_whatever_their_case_spaces_punctuation_and_digits(one, other):
    assert same_reply(one, other)
    assert same_reply(other, one)
    assert nearly_same_reply(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The road was repaired.", "The road was not repaired."),
        ("રસ્તો રિપેર થયો", "રસ્તો રિપેર થયો નથી"),
        ("Done on 12/03/2026", "Done on 13/03/2026"),
    ],
)
def test_replies_that_differ_in_a_word_or_digit_are_not_the_same(one, other):
    assert not same_reply(one, other)


LETTER = "Your grievance was looked into. The pipe in {} was mended on {} and water reaches every house again."


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (LETTER.format("Dholka", "3 March"), LETTER.format("Dholka", "4 March"), True),
        (LETTER.format("Dholka", "3 March"), LETTER.format("Bavla", "3 March"), True),
        (LETTER.format("Dholka", "3 March"), "The transformer was replaced after the storm.", False),
        (LETTER.format("Dholka", "3 March"), "", False),
        ("", "", True),
        (LETTER * 10, LETTER * 10 + " One word more", True),
        (LETTER * 10, LETTER * 5, False),
    ],
)
def test_replies_that_differ_in_a_name_or_date_only_are_nearly_the_same(one, other, alike):
    assert nearly_same_reply(one, other) is alike
    assert nearly_same_reply(other, one) is alike


def test_how_much_must_agree_can_be_asked_for():
    one, other = "alpha beta gamma delta", "alpha beta gamma omega"
    assert nearly_same_reply(one, other, share=0.7)
    assert not nearly_same_reply(one, other, share=0.99)


@given(texts)
def test_every_reply_is_the_same_as_itself(text):
    assert same_reply(text, text)
    assert nearly_same_reply(text, text)


@given(texts, texts)
def test_the_same_reply_is_judged_the_same_from_both_sides(one, other):
    assert same_reply(one, other) is same_reply(other, one)
    if words(one) == words(other):
        assert same_reply(one, other)
