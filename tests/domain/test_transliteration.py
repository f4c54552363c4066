"""A word has one key, whether it is written in Gujarati, in Devanagari or typed in Latin letters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swagat.domain.transliteration import consonant_key, sound_key

SAME = [
    "રસ્તો रस्ता rasto rasta raste",
    "પાણી पानी pani paani",
    "ધોળકા धोलका Dholka Dholaka",
    "ગટર गटर gatar",
    "કચરો कचरा kachro kachra kachara",
    "વિધવા विधवा vidhva vidhwa widhwa",
    "જમીન जमीन jamin jameen zameen",
    "મચ્છર मच्छर machhar machchhar",
    "લાઇટ लाइट light lait",
    "મીટર मीटर meter mitar",
    "રોડ रोड road rod",
    "પુલ पुल pul pool",
    "તલાટી तलाटी talati",
    "પેન્શન पेंशन pension penshan",
    "ગામ गाम gam gaam",
    "શાળા शाला shala",
    "જ્ઞાન ज्ञान gyan gnan",
    "સડક सड़क sadak",
    "દવા दवा dava dawa",
    "વડોદરા वडोदरा Vadodara",
    "અંબાજી अंबाजी Ambaji Anbaji",
    "કૃષિ कृषि krushi krishi",
    "ક્ષાર क्षार kshar",
    "ગઢ गढ़ gadh garh",
    "૧૦૮ १०८ 108",
]


@pytest.mark.parametrize("words", SAME)
def test_spellings_of_a_word_sound_alike(words):
    assert len({sound_key(word) for word in words.split()}) == 1
    assert sound_key(words.split()[0])


@pytest.mark.parametrize("row", range(len(SAME)))
def test_different_words_do_not_sound_alike(row):
    own = sound_key(SAME[row].split()[0])
    assert own not in {sound_key(word) for at, words in enumerate(SAME) if at != row for word in words.split()}


@pytest.mark.parametrize(
    "words",
    [
        "નળ નાળી",
        "nal nali",
        "ગામ ગાય",
        "પાણી પેન્શન",
        "पान पेंशन",
        "પુલ પોલીસ",
        "રોડ રેતી",
        "નાના નાની",
        "મોટા મોટી",
        "ધોળકા ધંધુકા",
        "Dholka Dholera",
        "Bhuj Bharuch",
        "Kheda Kadi",
        "Vadodara Vadnagar",
        "bijli vijay",
        "108 181",
    ],
)
def test_near_misses_sound_different(words):
    one, other = words.split()
    assert sound_key(one) != sound_key(other)


@pytest.mark.parametrize("names", ["Morvi Morbi મોરબી मोरबी", "Vav Vaav વાવ", "Navsari Navasari નવસારી"])
def test_names_of_places_share_the_key_without_vowels(names):
    assert len({consonant_key(name) for name in names.split()}) == 1


letters = st.one_of(
    st.text(max_size=30),
    st.text(st.characters(min_codepoint=0x900, max_codepoint=0x97F), max_size=30),
    st.text(st.characters(min_codepoint=0xA80, max_codepoint=0xAFF), max_size=30),
    st.text("abcdefghijklmnopqrstuvwxyz", max_size=30),
)


@given(letters)
def test_any_word_has_a_key_and_its_case_does_not_matter(word):
    assert sound_key(word) == sound_key(word)
    assert len(sound_key(word)) <= 4 * max(len(word), 1)
    assert consonant_key(word) == consonant_key(word)


@given(st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=30))
def test_a_latin_word_keeps_a_key_of_small_letters_whatever_its_case(word):
    assert sound_key(word) == sound_key(word.upper())
    assert sound_key(word).isascii()
    assert sound_key(word).islower()


@given(st.text(st.characters(min_codepoint=0x905, max_codepoint=0x94D), min_size=1, max_size=12))
def test_gujarati_sounds_like_the_same_letters_in_devanagari(word):
    in_gujarati = "".join(chr(ord(letter) + 0x180) for letter in word)
    assert sound_key(in_gujarati) == sound_key(word)
