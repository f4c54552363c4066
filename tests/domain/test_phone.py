import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swagat.domain.errors import Invalid
from swagat.domain.phone import masked_mobile, parse_mobile

GUJARATI = str.maketrans("0123456789", "૦૧૨૩૪૫૬૭૮૯")
DEVANAGARI = str.maketrans("0123456789", "०१२३४५६७८९")

mobiles = st.builds(str.__add__, st.sampled_from("6789"), st.text(string.digits, min_size=9, max_size=9))


@pytest.mark.parametrize(
    "typed",
    [
        "9825012345",
        "98250 12345",
        "98250-12345",
        "098250 12345",
        "919825012345",
        "+91 98250 12345",
        "+91-98250-12345",
        "+91 (0) 98250 12345",
        "0091 98250 12345",
        " +919825012345\n",
        "૯૮૨૫૦ ૧૨૩૪૫",
        "+૯૧ ૯૮૨૫૦૧૨૩૪૫",
        "९८२५० १२३४५",
        "0९८२५०-12૩૪૫",
        "\u202a98250\u00a012345\u202c",
    ],
)
def test_a_mobile_number_is_read_however_it_is_written(typed: str) -> None:
    assert parse_mobile(typed) == "+919825012345"


@given(
    mobiles,
    st.sampled_from(["", "0", "91", "+91", "0091", "+91 0"]),
    st.sampled_from(["", " ", "-"]),
    st.sampled_from([GUJARATI, DEVANAGARI, {}]),
)
def test_a_prefix_never_eats_into_the_number(mobile: str, prefix: str, gap: str, script: dict[int, int]) -> None:
    typed = (prefix + gap + mobile[:5] + gap + mobile[5:]).translate(script)
    assert parse_mobile(typed) == f"+91{mobile}"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "A mobile number has 10 digits"),
        ("982501234", "A mobile number has 10 digits"),
        ("98250123456", "A mobile number has 10 digits"),
        ("9825012345 / 9825012346", "A mobile number has 10 digits"),
        ("98250l2345", "A mobile number has 10 digits"),
        ("98250+12345", "A mobile number has 10 digits"),
        ("none", "A mobile number has 10 digits"),
        ("0265 232 5100", "A mobile number begins with 6, 7, 8 or 9"),
        ("5825012345", "A mobile number begins with 6, 7, 8 or 9"),
        ("+44 7700 900123", "Only Indian mobile numbers"),
        ("+1 982 501 2345", "Only Indian mobile numbers"),
    ],
)
def test_what_is_no_indian_mobile_number_is_refused_with_the_reason(typed: str, sentence: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_mobile(typed)
    assert str(refused.value).startswith(sentence)


@given(st.text())
def test_any_text_is_either_a_mobile_number_or_refused(text: str) -> None:
    try:
        mobile = parse_mobile(text)
    except Invalid:
        return
    assert parse_mobile(mobile) == mobile


@given(mobiles)
def test_a_masked_number_keeps_three_digits_and_its_length(mobile: str) -> None:
    assert masked_mobile(f"+91{mobile}") == "XXXXXXX" + mobile[7:]
