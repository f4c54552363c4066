import pytest
from hypothesis import given
from hypothesis import strategies as st

from swagat.domain.sms_length import Encoding, length_of, plain

GSM, UCS = Encoding.GSM_7, Encoding.UCS_2


@pytest.mark.parametrize(
    ("text", "encoding", "units", "segments"),
    [
        ("", GSM, 0, 1),
        ("a" * 160, GSM, 160, 1),
        ("a" * 161, GSM, 161, 2),
        ("a" * 306, GSM, 306, 2),
        ("a" * 307, GSM, 307, 3),
        ("€" * 80, GSM, 160, 1),
        ("€" * 81, GSM, 162, 2),
        # The escape and the letter after it stay together: only 76 of these fit into a segment of 153.
        ("€" * 153, GSM, 306, 3),
        ("ક" * 70, UCS, 70, 1),
        ("ક" * 71, UCS, 71, 2),
        ("ક" * 134, UCS, 134, 2),
        ("ક" * 135, UCS, 135, 3),
        ("😀" * 35, UCS, 70, 1),
        # So do the halves of a surrogate pair: 33 in a segment of 67.
        ("😀" * 67, UCS, 134, 3),
        ("{}[]~\\^|", GSM, 16, 1),
        ("Ünïcode", UCS, 7, 1),
    ],
)
def test_a_text_is_counted_as_the_network_counts_it(text: str, encoding: Encoding, units: int, segments: int) -> None:
    length = length_of(text)
    assert (length.encoding, length.units, length.segments) == (encoding, units, segments)


def test_the_letters_that_double_the_price_are_named_once_each() -> None:
    assert length_of("Mamlatdar\u00a0Office \u2019a\u2019").beyond == "\u00a0\u2019"
    assert length_of("Mamlatdar Office 'a'").beyond == ""


@pytest.mark.parametrize(
    ("typed", "made_plain"),
    [
        ("Collector\u2019s\u00a0Office", "Collector's Office"),
        ("\u201cDholka\u201d \u2013 Taluka\u2026", '"Dholka" - Taluka...'),
        (" two\n lines ", "two lines"),
        ("zero\u200bwidth", "zerowidth"),
    ],
)
def test_what_word_processors_put_in_is_made_plain(typed: str, made_plain: str) -> None:
    assert plain(typed) == made_plain
    assert length_of(plain(typed)).encoding is GSM


def test_making_plain_leaves_gujarati_and_hindi_as_they_are() -> None:
    for name in ("મામલતદાર કચેરી, ધોળકા", "क‍ष तहसीलदार कार्यालय, बालाघाट"):
        assert plain(name) == name


@given(st.text(max_size=500))
def test_segments_always_hold_all_units_and_never_more_than_one_is_wasted_on_each(text: str) -> None:
    length = length_of(text)
    alone, joined = (160, 153) if length.encoding is GSM else (70, 67)
    if length.units <= alone:
        assert length.segments == 1
    else:
        assert -(-length.units // joined) <= length.segments <= -(-length.units // (joined - 1))


@given(st.text(max_size=300))
def test_making_plain_twice_changes_nothing_more(text: str) -> None:
    assert plain(plain(text)) == plain(text)
