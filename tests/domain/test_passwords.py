"""Which passwords staff may choose."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swagat.domain.passwords import COMMON, TOO_COMMON, TOO_LONG, TOO_PERSONAL, TOO_SHORT, fault

OWN_WORDS = ("r.patel", "Ramesh Patel", "રમેશ પટેલ", "+919825012345")


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("short", TOO_SHORT),
        ("ninechars", TOO_SHORT),
        ("a" * 64 + "bcd ef" * 11, TOO_LONG),
        ("password123", TOO_COMMON),
        ("P@ssw0rd123", TOO_COMMON),
        ("Welcome@123", TOO_COMMON),
        ("gujarat@2026", TOO_COMMON),
        ("$wagat2026", TOO_COMMON),
        ("PasswordPassword", TOO_COMMON),
        ("123qwerty456", TOO_COMMON),
        ("1234567890", TOO_COMMON),
        ("0987654321", TOO_COMMON),
        ("1212121212", TOO_COMMON),
        ("qwertyuiop", TOO_COMMON),
        ("1q2w3e4r5t", TOO_COMMON),
        ("abcdefghij", TOO_COMMON),
        ("          ", TOO_COMMON),
        ("૧૧૧૧૧૧૧૧૧૧", TOO_COMMON),
        ("rpatel1234", TOO_PERSONAL),
        ("Ramesh Patel", TOO_PERSONAL),
        ("ramesh.2026", TOO_PERSONAL),
        ("9825012345", TOO_PERSONAL),
        ("રમેશ પટેલ ૧૨", TOO_PERSONAL),
    ],
)
def test_what_a_guesser_tries_first_is_refused(password: str, said: str) -> None:
    found = fault(password, OWN_WORDS)
    assert found is not None
    assert found.message == said
    assert str(found)


@pytest.mark.parametrize(
    "password",
    [
        "buffalo ladder",
        "kV9#mmq2Lz",
        "રસ્તા પર ખાડો છે",
        "ramesh likes mangoes",
        "  two spaces at each end  ",
        "swagat opens on Thursdays",
        "x" * 5 + " letters, and then some more to reach " + "y" * 20,
    ],
)
def test_long_ones_of_any_script_with_spaces_are_accepted(password: str) -> None:
    assert fault(password, OWN_WORDS) is None


@given(
    st.sampled_from(sorted(COMMON)), st.text("0123456789!@#.-_ ", max_size=6), st.text("0123456789!#.-_ ", max_size=9)
)
def test_a_common_word_stays_common_whatever_digits_and_signs_stand_around_it(
    word: str, before: str, after: str
) -> None:
    assert fault(before + word.upper() + after) is not None


@given(st.text(max_size=140))
def test_every_text_gets_an_answer(password: str) -> None:
    found = fault(password, OWN_WORDS)
    assert (found is None) <= (10 <= len(password) <= 128)
