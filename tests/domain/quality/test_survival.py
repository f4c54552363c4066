"""The curve of what is still open is the one that others compute too, and a backlog never flatters it."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swagat.domain.quality.survival import Median, days_until, median, survival

# Answers of lifelines 0.30.3 (KaplanMeierFitter, its default log-log interval) to four made-up offices.
OTHERS: list[dict[str, Any]] = json.loads((Path(__file__).parent / "lifelines_answers.json").read_text("utf-8"))
DAYS = st.integers(min_value=0, max_value=400)
COUNTS = st.dictionaries(DAYS, st.integers(min_value=0, max_value=30), max_size=40)


@pytest.mark.parametrize("office", OTHERS, ids=[office["name"] for office in OTHERS])
def test_lifelines_says_the_same(office: dict[str, Any]) -> None:
    steps = survival(dict(office["ended"]), dict(office["open"]))
    by_day = {step.days: step for step in steps}
    assert len(office["steps"]) >= 8
    for days, share, low, high in office["steps"]:
        step = by_day[days]
        assert (step.open_share, step.interval.low, step.interval.high) == pytest.approx((share, low, high), abs=1e-9)
    assert list(median(steps)) == office["median"]


def test_the_patients_of_freireich_are_as_every_textbook_has_them() -> None:
    """Weeks in remission under 6-MP (Freireich and others, 1963)."""
    ended = Counter([6, 6, 6, 7, 10, 13, 16, 22, 23])
    still_open = Counter([6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35])
    steps = survival(ended, still_open)
    assert [(step.days, step.at_risk, round(step.open_share, 3)) for step in steps] == [
        (6, 21, 0.857), (7, 17, 0.807), (10, 15, 0.753), (13, 12, 0.690), (16, 11, 0.627), (22, 7, 0.538),
        (23, 6, 0.448),
    ]  # fmt: skip
    assert median(steps).days == 23


@given(ended=COUNTS)
def test_with_nothing_open_the_curve_is_the_plain_share(ended: dict[int, int]) -> None:
    cases = sum(ended.values())
    for step in survival(ended, {}):
        later = sum(count for days, count in ended.items() if days > step.days)
        assert step.open_share == pytest.approx(later / cases, abs=1e-12)


@given(ended=COUNTS, still_open=COUNTS)
def test_the_share_only_falls_and_lies_in_its_interval(ended: dict[int, int], still_open: dict[int, int]) -> None:
    steps = survival(ended, still_open)
    shares = [1.0, *(step.open_share for step in steps)]
    assert shares == sorted(shares, reverse=True)
    for step in steps:
        assert 0 <= step.interval.low <= step.open_share + 1e-12
        assert step.open_share <= step.interval.high + 1e-12 <= 1 + 2e-12
        assert step.at_risk >= step.ended > 0


@given(ended=COUNTS, still_open=COUNTS, days=DAYS, more=st.integers(min_value=1, max_value=50))
def test_a_backlog_never_makes_an_office_look_quicker(
    ended: dict[int, int], still_open: dict[int, int], days: int, more: int
) -> None:
    before = {step.days: step.open_share for step in survival(ended, still_open)}
    heavier = still_open | {days: still_open.get(days, 0) + more}
    after = {step.days: step.open_share for step in survival(ended, heavier)}
    assert after.keys() == before.keys()
    assert all(after[at] >= before[at] - 1e-12 for at in before)


def test_where_more_than_half_stay_open_the_median_is_later_than_anybody_knows() -> None:
    steps = survival({3: 10}, {50: 90})
    assert median(steps) == Median(None, None, None)
    assert days_until(steps, 0.9) == 3
    assert median(survival({}, {})) == Median(None, None, None)


def test_a_count_below_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="fewer than no cases"):
        survival({3: -1}, {})
