"""What an auditor may read: offices and months, and an account that ends."""

from datetime import date

import pytest

from swagat.domain.mandates import Mandate, codes_in, faults_of

APRIL, JUNE, END = date(2026, 4, 1), date(2026, 6, 1), date(2026, 12, 31)


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("", []),
        (" \n ", []),
        ("MAM-3783", ["MAM-3783"]),
        ("MAM-3783\nTDO-3783, MAM-3784;RAC-438", ["MAM-3783", "TDO-3783", "MAM-3784", "RAC-438"]),
        ("MAM-3783 MAM-3783", ["MAM-3783"]),
    ],
)
def test_codes_may_be_typed_in_lines_or_with_commas(typed: str, codes: list[str]) -> None:
    assert codes_in(typed) == codes


@pytest.mark.parametrize(
    ("first", "last", "last_day", "offices", "fields"),
    [
        (APRIL, JUNE, END, 0, set()),
        (APRIL, JUNE, END, 200, set()),
        (None, None, None, 201, {"mandate_first", "mandate_last", "last_day", "mandate_offices"}),
        (JUNE, APRIL, END, 1, {"mandate_last"}),
        (date(2016, 6, 1), JUNE, END, 1, {"mandate_last"}),
        (date(2016, 7, 1), JUNE, END, 1, set()),
        (APRIL, JUNE, None, 1, {"last_day"}),
    ],
)
def test_what_is_wrong_with_a_mandate_is_said_by_field(
    first: date | None, last: date | None, last_day: date | None, offices: int, fields: set[str]
) -> None:
    assert set(faults_of(first, last, last_day, offices)) == fields


def test_a_mandate_covers_its_offices_and_its_months_and_nothing_beside_them() -> None:
    some, all_offices = Mandate(frozenset({1, 2}), APRIL, JUNE), Mandate(None, APRIL, JUNE)
    assert [one for one in (1, 2, 3) if some.covers_office(one)] == [1, 2]
    assert all_offices.covers_office(3)
    assert some.covers_months(APRIL, JUNE)
    assert not some.covers_months(date(2026, 3, 1), JUNE)
    assert not some.covers_months(APRIL, date(2026, 7, 1))
