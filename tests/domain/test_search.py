"""What is looked for in the one box of the desk."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swagat.domain.registration import registration_number
from swagat.domain.search import LARGEST_RUNNING, NumberPart, Sought, read_search


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("GJ-2026-0000123-7", {NumberPart(2026, 123)}),
        ("gj 2026 0000123 7", {NumberPart(2026, 123)}),
        ("2026-0000123-7", {NumberPart(2026, 123)}),
        ("૨૦૨૬-૦૦૦૦૧૨૩-૭", {NumberPart(2026, 123)}),
        ("202600001237", {NumberPart(2026, 123)}),
        ("GJ202600001237", {NumberPart(2026, 123)}),
        ("123", {NumberPart(None, 123)}),
        ("१२३", {NumberPart(None, 123)}),
        ("0000123-7", {NumberPart(None, 123)}),
        ("2026-1", {NumberPart(2026, 1), NumberPart(None, 2026)}),
        ("2026/123", {NumberPart(2026, 123)}),
        ("9999999999999", {NumberPart(9999, 99999999)}),
    ],
)
def test_a_number_is_found_as_it_is_read_out_or_in_part(typed: str, found: set[NumberPart]) -> None:
    sought = read_search(typed)
    assert found <= set(sought.numbers)
    assert (sought.mobile, sought.words) == ("", "")


@pytest.mark.parametrize("typed", ["9876543210", "+91 98765 43210", "૯૮૭૬૫૪૩૨૧૦", "098765-43210"])
def test_ten_digits_of_a_mobile_number_are_one(typed: str) -> None:
    assert read_search(typed) == Sought(mobile="+919876543210")


@pytest.mark.parametrize("typed", ["ઉતારા", "7/12", "0", "7/12 ઉતારો", "2 rooms", "Kanta 7", "સર્વે 123", "---", ""])
def test_everything_else_is_words(typed: str) -> None:
    assert read_search(typed) == Sought(words=typed)


@given(st.integers(2000, 2100), st.integers(1, 9_999_999))
def test_every_number_is_found_whole_without_prefix_and_without_hyphens(year: int, running: int) -> None:
    number = registration_number("GJ", "24", year, running)
    for typed in (number, number[3:], number.replace("-", ""), number[3:].replace("-", ""), f"{running:07}"):
        assert running in {one.running for one in read_search(typed).numbers}


@given(st.text(max_size=300))
def test_nothing_that_is_typed_breaks_it_and_every_running_number_fits_its_column(typed: str) -> None:
    sought = read_search(typed)
    assert all(0 < one.running <= LARGEST_RUNNING for one in sought.numbers)
    assert sum(map(bool, sought)) <= 1


@given(st.from_regex(r"[0-9\-/. ]{1,200}", fullmatch=True))
def test_no_run_of_digits_breaks_it(typed: str) -> None:
    assert all(0 < one.running <= LARGEST_RUNNING for one in read_search(typed).numbers)
