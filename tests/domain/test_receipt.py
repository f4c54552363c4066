"""A clerk enters what came on paper: clocks run from the day of receipt, and a late entry says why."""

from datetime import date, timedelta

import pytest

from swagat.domain.errors import Invalid
from swagat.domain.receipt import receipt_date
from tests.domain.days import TODAY


@pytest.mark.parametrize(
    ("days_ago", "reason", "counts_from"),
    [(0, "", TODAY), (3, "", TODAY - timedelta(days=3)), (30, "found in a drawer", TODAY - timedelta(days=30))],
)
def test_the_day_of_receipt_counts(days_ago: int, reason: str, counts_from: date) -> None:
    assert receipt_date(TODAY - timedelta(days=days_ago), TODAY, 3, reason) == counts_from


def test_without_a_day_it_was_received_today() -> None:
    assert receipt_date(None, TODAY, 3, "") == TODAY


@pytest.mark.parametrize(("days_ago", "field"), [(-1, "received_on"), (4, "late_reason")])
def test_the_future_and_a_late_entry_without_a_reason_are_refused(days_ago: int, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        receipt_date(TODAY - timedelta(days=days_ago), TODAY, 3, "  ")
    assert set(refused.value.errors) == {field}
