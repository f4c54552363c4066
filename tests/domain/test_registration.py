import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import damm

from swagat.domain.errors import Invalid
from swagat.domain.registration import (
    damm_digit,
    is_tracking_code,
    parse_registration_number,
    parse_tracking_code,
    registration_number,
    registration_numbers,
    spoken,
    tracking_code,
    tracking_code_hash,
)

GUJARATI = str.maketrans("0123456789", "૦૧૨૩૪૫૬૭૮૯")
DEVANAGARI = str.maketrans("0123456789", "०१२३४५६७८९")
STATES = {"BR": "10", "GJ": "24", "MP": "23"}
SECRET = b"a secret of the tests"

years = st.integers(2024, 2099)
runnings = st.integers(1, 10**9)
states = st.sampled_from(sorted(STATES))
codes = st.text(string.digits, min_size=10, max_size=10)


def number_of(state: str, year: int, running: int) -> str:
    return registration_number(state, STATES[state], year, running)


@given(st.text(string.digits, max_size=40))
def test_our_check_digit_is_that_of_python_stdnum(digits: str) -> None:
    assert damm_digit(digits) == damm.calc_check_digit(digits)


@pytest.mark.parametrize(
    ("state", "year", "running", "body"),
    [
        ("GJ", 2026, 1, "GJ-2026-0000001"),
        ("GJ", 2026, 123, "GJ-2026-0000123"),
        ("MP", 2027, 9_999_999, "MP-2027-9999999"),
        ("MP", 2027, 10_000_000, "MP-2027-10000000"),
    ],
)
def test_the_number_shows_state_year_running_number_and_check_digit(
    state: str, year: int, running: int, body: str
) -> None:
    digits = STATES[state] + body[3:].replace("-", "")
    assert number_of(state, year, running) == f"{body}-{damm.calc_check_digit(digits)}"


@pytest.mark.parametrize(("year", "running"), [(26, 1), (12026, 1), (2026, 0), (2026, -1), (2026, 10**12)])
def test_a_year_or_running_number_that_cannot_fit_is_a_mistake_of_the_program(year: int, running: int) -> None:
    with pytest.raises(ValueError, match="registration number"):
        registration_number("GJ", "24", year, running)


@given(states, years, runnings, st.sampled_from([GUJARATI, DEVANAGARI, {}]), st.data())
def test_a_number_is_read_in_any_script_and_case_and_with_any_separators(
    state: str, year: int, running: int, script: dict[int, int], data: st.DataObject
) -> None:
    number = number_of(state, year, running)
    typed = number.lower() if data.draw(st.booleans()) else number
    separator = data.draw(st.sampled_from(["", " ", "-", " - ", "\u2013", "\u2011", "/", ".", "\u00a0", "\u200b"]))
    typed = " " + typed.replace("-", separator).translate(script) + "\n"
    assert parse_registration_number(typed, STATES, "GJ") == number


@given(states, years, runnings)
def test_without_its_state_a_number_is_the_default_states(state: str, year: int, running: int) -> None:
    number = number_of(state, year, running)
    assert parse_registration_number(number[3:], STATES, state) == number


@given(years, runnings)
def test_without_its_state_a_number_that_fits_two_states_is_given_for_both_with_the_default_first(
    year: int, running: int
) -> None:
    # The digits 10 and 24 bring Damm's scheme into the same state, so Bihar's and Gujarat's check digits agree.
    bihar, gujarat = number_of("BR", year, running), number_of("GJ", year, running)
    assert registration_numbers(bihar[3:], STATES, "GJ") == [gujarat, bihar]
    assert registration_numbers(bihar[3:], STATES, "BR") == [bihar, gujarat]
    assert registration_numbers(bihar, STATES, "GJ") == [bihar]


@given(years, runnings)
def test_without_its_state_a_number_whose_check_digit_fits_only_another_state_is_found_there(
    year: int, running: int
) -> None:
    # Codes 23 and 24 differ in one digit, so one check digit never fits both.
    number = number_of("MP", year, running)
    assert parse_registration_number(number[3:], {"GJ": "24", "MP": "23"}, "GJ") == number


@given(states, years, runnings, st.data())
def test_every_single_wrong_digit_is_caught(state: str, year: int, running: int, data: st.DataObject) -> None:
    number = number_of(state, year, running)
    place = data.draw(st.sampled_from([at for at, character in enumerate(number) if character.isdigit()]))
    wrong = data.draw(st.sampled_from([digit for digit in string.digits if digit != number[place]]))
    with pytest.raises(Invalid):
        parse_registration_number(number[:place] + wrong + number[place + 1 :], STATES, "GJ")


@given(states, years, runnings)
def test_every_swap_of_neighbours_is_caught(state: str, year: int, running: int) -> None:
    digits = number_of(state, year, running)[3:].replace("-", "")
    for at in range(len(digits) - 1):
        if digits[at] != digits[at + 1]:
            swapped = digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]
            with pytest.raises(Invalid):
                parse_registration_number(state + swapped, STATES, "GJ")


@given(years, runnings, st.data())
def test_a_wrong_digit_is_caught_without_the_state_where_only_one_state_is_served(
    year: int, running: int, data: st.DataObject
) -> None:
    number = number_of("GJ", year, running)[3:]
    place = data.draw(st.sampled_from([at for at, character in enumerate(number) if character.isdigit()]))
    wrong = data.draw(st.sampled_from([digit for digit in string.digits if digit != number[place]]))
    with pytest.raises(Invalid):
        parse_registration_number(number[:place] + wrong + number[place + 1 :], {"GJ": "24"}, "GJ")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Type the whole registration number, for example GJ-2026-0000123-"),
        ("GJ-2026-123", "Type the whole registration number"),
        ("GJ-2026-0000123-77" + "1" * 20, "Type the whole registration number"),
        ("GJ-2026-00000²3-7", "Type the whole registration number"),
        ("'; drop table grievances; --", "Type the whole registration number"),
        ("UP-2026-0000123-7", "Numbers here begin with BR, GJ, MP, not with UP"),
        ("GJ-2026-0000123-7", "One digit of this registration number is wrong"),
    ],
)
def test_what_cannot_be_a_number_is_refused_with_a_clear_sentence(typed: str, sentence: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_registration_number(typed, STATES, "GJ")
    assert str(refused.value).startswith(sentence)


def test_a_refusal_is_clear_even_before_any_state_is_loaded() -> None:
    with pytest.raises(Invalid):
        parse_registration_number("?", {}, "GJ")


@given(st.text())
def test_any_text_is_either_a_number_in_its_proper_form_or_refused(text: str) -> None:
    try:
        number = parse_registration_number(text, STATES, "GJ")
    except Invalid:
        return
    assert parse_registration_number(number, STATES, "GJ") == number


def test_a_retry_of_a_submission_gets_the_same_code_and_another_submission_another() -> None:
    assert tracking_code(SECRET, "one") == tracking_code(SECRET, "one")
    assert len({tracking_code(SECRET, str(key)) for key in range(1000)}) == 1000
    assert tracking_code(SECRET, "one") != tracking_code(b"another secret", "one")


@given(st.text())
def test_a_code_is_ten_digits_whatever_the_submission_key(key: str) -> None:
    code = tracking_code(SECRET, key)
    assert len(code) == 10
    assert parse_tracking_code(code) == code


def test_no_digit_of_a_code_is_favoured() -> None:
    # 5,000 codes: each digit is expected 500 times in each place, with a standard deviation of 21.
    issued = [tracking_code(SECRET, str(key)) for key in range(5000)]
    for place in range(10):
        counts = [sum(code[place] == digit for code in issued) for digit in string.digits]
        assert 380 < min(counts) <= max(counts) < 620


@given(codes, codes)
def test_a_stored_digest_fits_its_own_code_only(code: str, other: str) -> None:
    stored = tracking_code_hash(SECRET, code)
    assert is_tracking_code(SECRET, code, stored)
    assert is_tracking_code(SECRET, other, stored) == (code == other)
    assert not is_tracking_code(b"another secret", code, stored)
    assert code not in stored
    assert len(stored) == 64


def test_an_empty_secret_issues_and_checks_no_code() -> None:
    with pytest.raises(ValueError, match="secret"):
        tracking_code(b"", "one")
    with pytest.raises(ValueError, match="secret"):
        tracking_code_hash(b"", "1234567890")


@given(codes, st.sampled_from([GUJARATI, DEVANAGARI, {}]), st.sampled_from(["", " ", "-", " - ", "\u2013"]))
def test_a_code_is_read_in_any_script_as_it_was_printed(code: str, script: dict[int, int], separator: str) -> None:
    assert parse_tracking_code(spoken(code).replace(" ", separator).translate(script)) == code


@pytest.mark.parametrize("typed", ["", "123456789", "12345678901", "12345 6789O", "1234567 89x", "١٢٣٤٥٦٧٨٩٠"])
def test_what_is_no_code_is_refused(typed: str) -> None:
    with pytest.raises(Invalid, match="10 digits"):
        parse_tracking_code(typed)


def test_a_code_is_printed_in_groups_of_three_three_and_four() -> None:
    assert spoken("0123456789") == "012 345 6789"
