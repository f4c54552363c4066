"""Aadhaar numbers are masked before a text is kept; telephone numbers and other figures stay."""

import re
import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from swagat.domain.privacy import is_verhoeff, mask_aadhaar
from swagat.domain.text import ascii_digits

GUJARATI = str.maketrans("0123456789", "૦૧૨૩૪૫૬૭૮૯")
DEVANAGARI = str.maketrans("0123456789", "०१२३४५६७८९")


def with_check_digit(eleven: str) -> str:
    """Return a made-up number that is right in its last digit, found by trying."""
    return next(eleven + digit for digit in string.digits if is_verhoeff(eleven + digit))


numbers = st.builds(
    lambda first, rest: with_check_digit(first + rest),
    st.sampled_from("23456789"),
    st.text(string.digits, min_size=10, max_size=10),
)
NUMBER = with_check_digit("23412341234")


def test_the_check_digit_is_that_of_published_examples():
    assert is_verhoeff("2363")
    assert is_verhoeff("123451")
    assert not is_verhoeff("2364")


@given(numbers, st.integers(0, 11), st.sampled_from(string.digits))
def test_one_wrong_digit_is_noticed(number, at, digit):
    assume(number[at] != digit)
    assert not is_verhoeff(number[:at] + digit + number[at + 1 :])


@given(numbers, st.integers(0, 10))
def test_two_neighbours_changed_round_are_noticed(number, at):
    assume(number[at] != number[at + 1])
    assert not is_verhoeff(number[:at] + number[at + 1] + number[at] + number[at + 2 :])


@pytest.mark.parametrize("script", [{}, GUJARATI, DEVANAGARI], ids=["ascii", "gujarati", "devanagari"])
@pytest.mark.parametrize("gap", ["", " ", "-", "\u00a0", "–", "  "])
@given(number=numbers)
def test_a_number_keeps_its_last_four_digits_in_every_script(script, gap, number):
    written = gap.join((number[:4], number[4:8], number[8:])).translate(script)
    masked, count = mask_aadhaar(f"My number is {written}, see the copy.")
    assume(not re.fullmatch(r"91[6-9]\d{9}", number))
    last = number[8:].translate(script)
    assert count == 1
    assert masked == f"My number is {gap.join(('XXXX', 'XXXX', last))}, see the copy."


@pytest.mark.parametrize(
    "text",
    [
        "9825012345",
        "98250 12345",
        "+91 98250 12345",
        "+919825012345",
        "91 98250 12345",
        "079-23250000",
        "+91 79 2325 0000",
        "GJ/AHD/2026/000123",
        "Bill of 12-03-2026 for Rs 12,34,567",
        "7/12 extract, survey 123/4, khata 45",
        "1800 233 5500",
        "૯૮૨૫૦૧૨૩૪૫ પર ફોન કરો",
        "",
    ],
)
def test_telephone_numbers_dates_and_other_figures_stay(text):
    assert mask_aadhaar(text) == (text, 0)


@given(st.sampled_from("6789"), st.text(string.digits, min_size=9, max_size=9))
def test_no_mobile_number_with_a_country_code_is_masked(first, rest):
    for written in (f"+91{first}{rest}", f"+91 {first}{rest[:4]} {rest[4:]}", f"91 {first}{rest}", first + rest):
        assert mask_aadhaar(written) == (written, 0)


def test_twelve_digits_with_a_wrong_check_digit_stay():
    wrong = NUMBER[:-1] + str((int(NUMBER[-1]) + 1) % 10)
    assert mask_aadhaar(wrong) == (wrong, 0)


def test_longer_and_shorter_runs_of_digits_stay():
    assert mask_aadhaar(NUMBER + "5") == (NUMBER + "5", 0)
    assert mask_aadhaar("5" + NUMBER) == ("5" + NUMBER, 0)
    assert mask_aadhaar(NUMBER[:-1]) == (NUMBER[:-1], 0)


def test_several_numbers_are_masked_and_counted():
    text = f"{NUMBER}, {NUMBER[:4]} {NUMBER[4:8]} {NUMBER[8:]}; {NUMBER.translate(GUJARATI)}"
    last = NUMBER[8:]
    assert mask_aadhaar(text) == (f"XXXXXXXX{last}, XXXX XXXX {last}; XXXXXXXX{last.translate(GUJARATI)}", 3)


def test_a_number_beside_another_figure_is_still_found():
    masked, count = mask_aadhaar(f"{NUMBER} 98250 12345")
    assert (masked, count) == (f"XXXXXXXX{NUMBER[8:]} 98250 12345", 1)


@given(st.text(max_size=200))
def test_masking_changes_nothing_but_digits_and_is_complete(text):
    masked, count = mask_aadhaar(text)
    assert len(masked) == len(text)
    changed = [(old, new) for old, new in zip(text, masked, strict=True) if old != new]
    assert all(new == "X" and ascii_digits(old) in string.digits for old, new in changed)
    assert len(changed) == 8 * count


@given(st.text("0123456789 -૧९", max_size=80))
def test_a_masked_text_holds_nothing_more_to_mask(text):
    masked, _ = mask_aadhaar(text)
    assert mask_aadhaar(masked) == (masked, 0)
