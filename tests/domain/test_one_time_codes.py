"""A code is six digits that nobody can work out without the installation's secret."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swagat.domain.one_time_codes import DIGITS, code_of, is_code

SECRET, NONCE = b"only for tests", bytes(16)
NONCES = st.binary(min_size=16, max_size=16)


@given(nonce=NONCES)
def test_a_code_is_always_six_digits_and_always_the_same(nonce: bytes) -> None:
    code = code_of(SECRET, nonce)
    assert len(code) == DIGITS
    assert code.isascii()
    assert code.isdigit()
    assert code == code_of(SECRET, nonce)
    assert is_code(code, SECRET, nonce)


@given(nonce=NONCES, typed=st.text(max_size=12))
def test_whatever_is_typed_is_a_code_or_not_and_never_a_fault(nonce: bytes, typed: str) -> None:
    assert is_code(typed, SECRET, nonce) in (True, False)


def test_another_secret_or_another_nonce_makes_another_code() -> None:
    codes = {code_of(secret, bytes([byte] * 16)) for secret in (SECRET, b"another") for byte in range(100)}
    assert len(codes) > 190


def test_codes_are_spread_over_all_numbers() -> None:
    first = {code_of(SECRET, number.to_bytes(16, "big"))[0] for number in range(200)}
    assert first == set("0123456789")


@pytest.mark.parametrize("write", ["{} {}", "{}-{}", " {}{} ", "{}\u00a0{}"])
def test_blanks_and_hyphens_between_the_digits_do_not_matter(write: str) -> None:
    code = code_of(SECRET, NONCE)
    assert is_code(write.format(code[:3], code[3:]), SECRET, NONCE)


def test_digits_of_all_three_scripts_are_taken() -> None:
    code = code_of(SECRET, NONCE)
    for zero in "૦०":
        assert is_code("".join(chr(ord(zero) + int(digit)) for digit in code), SECRET, NONCE)


@pytest.mark.parametrize("wrong", ["", " ", "12345", "1234567", "abcdef", "٠" * 6])
def test_what_is_not_the_code_is_not_taken(wrong: str) -> None:
    assert not is_code(wrong, SECRET, NONCE)
