"""What an office may aim at, until when it may change that, and how a month stands against it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swagat.domain.errors import Invalid, Refused
from swagat.domain.objectives import (
    Objective,
    Typed,
    Unit,
    Verdict,
    answered,
    may_be_objective,
    refuse_frozen,
    understood,
)
from swagat.domain.quality.figures import figure
from swagat.domain.quality.indicators import INDICATORS, Better, Tally
from swagat.domain.quality.measures import Measure

TODAY = date(2026, 12, 31)
JANUARY, FEBRUARY, MARCH = (date(2027, month, 1) for month in (1, 2, 3))
GOOD = Typed("on_time", "85", "percent", "2027-01", "2027-12", "7")
V = Verdict


def aim(code: str = "on_time", unit: Unit = Unit.PERCENT, tenths: int = 800, last: date = MARCH) -> Objective:
    return Objective(1, code, unit, tenths, JANUARY, last, 7)


def disposed(in_time: int, late: int) -> Tally:
    return {Measure.DISPOSED: {"1|in_time": in_time}, Measure.LAPSED: {"1|first|unexplained": late}}


def days(counts: dict[int, int]) -> Tally:
    return {Measure.WORKING_DAYS: {f"stood|{day}": cases for day, cases in counts.items()}}


def test_what_is_filled_in_becomes_an_objective() -> None:
    found = understood(GOOD._replace(target=" 12.5 "), 1, [7], TODAY)
    assert found == Objective(1, "on_time", Unit.PERCENT, 125, JANUARY, date(2027, 12, 1), 7)
    assert found.target == 0.125
    assert len(found.months) == 12


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"unit": ""}, "unit"),
        ({"unit": "rupees"}, "unit"),
        ({"unit": "cases"}, "unit"),
        ({"indicator": "nothing"}, "indicator"),
        ({"indicator": "received", "unit": "cases"}, "indicator"),
        ({"indicator": "pending", "unit": "cases"}, "indicator"),
        ({"target": ""}, "target"),
        ({"target": "-1"}, "target"),
        ({"target": "85 %"}, "target"),
        ({"target": "૮૫"}, "target"),
        ({"target": "100.1"}, "target"),
        ({"target": "12.55"}, "target"),
        ({"first": "2026-12"}, "first"),
        ({"first": "2027-13"}, "first"),
        ({"first": "2031-01", "last": "2031-02"}, "first"),
        ({"last": "2026-01"}, "last"),
        ({"last": "2030-01"}, "last"),
        ({"last": ""}, "last"),
        ({"owner": "8"}, "owner"),
        ({"owner": "9" * 30}, "owner"),
        ({"owner": ""}, "owner"),
    ],
)
def test_what_cannot_be_used_is_named_field_by_field(changed: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        understood(GOOD._replace(**changed), 1, [7], TODAY)
    assert set(refused.value.errors) == {field}


@given(st.builds(Typed, *[st.text(max_size=8)] * 6))
def test_whatever_is_typed_is_understood_or_refused(typed: Typed) -> None:
    with pytest.raises(Invalid):
        understood(typed, 1, [], TODAY)


def test_only_what_has_a_better_way_and_a_month_can_be_aimed_at() -> None:
    for indicator in INDICATORS.values():
        if may_be_objective(indicator):
            assert indicator.better is not Better.NEITHER
            assert indicator.code != "pending"
    assert may_be_objective(INDICATORS["lapsed"])


def test_an_objective_is_frozen_from_the_first_day_of_its_first_month() -> None:
    refuse_frozen(aim(), TODAY)
    for day in (JANUARY, date(2027, 1, 31), date(2028, 5, 5)):
        with pytest.raises(Refused, match="has begun"):
            refuse_frozen(aim(), day)


@pytest.mark.parametrize(
    ("objective", "tally", "months", "verdict", "is_clear"),
    [
        # Exactly the target is met: 32 of 40 are 80.0 per cent.
        (aim(), disposed(32, 8), 1, V.MET, False),
        (aim(), disposed(31, 9), 1, V.MISSED, False),
        (aim(), disposed(400, 10), 1, V.MET, True),
        (aim(), disposed(40, 40), 1, V.MISSED, True),
        (aim(), disposed(4, 0), 1, V.TOO_FEW, True),
        (aim(), {}, 1, V.TOO_FEW, True),
        (aim("closure_days", Unit.MEDIAN_DAYS, 100), days({10: 5}), 1, V.MET, True),
        (aim("closure_days", Unit.MEDIAN_DAYS, 95), days({10: 5}), 1, V.MISSED, True),
        (aim("closure_days", Unit.NINETIETH_DAYS, 100), days({5: 8, 30: 2}), 1, V.MISSED, True),
        (aim("closure_days", Unit.MEDIAN_DAYS, 100), days({5: 8, 30: 2}), 1, V.MET, True),
        # No date that passed is a number like others, and a good one.
        (aim("lapsed", Unit.CASES, 20), {}, 1, V.MET, True),
        (aim("lapsed", Unit.CASES, 20), {Measure.LAPSED: {"1|explained": 3}}, 1, V.MISSED, True),
        (aim("lapsed", Unit.CASES, 20), {Measure.LAPSED: {"1|explained": 6}}, 3, V.MET, True),
    ],
)
def test_a_figure_stands_against_its_target(
    objective: Objective, tally: Tally, months: int, verdict: Verdict, is_clear: bool
) -> None:
    assert objective.judge(figure(objective.of, tally), months) == (verdict, is_clear)


@given(st.integers(5, 500), st.integers(0, 500), st.integers(0, 1000))
def test_more_in_time_never_misses_what_fewer_met(whole: int, part: int, tenths: int) -> None:
    part = min(part, whole - 1)
    objective = aim(tenths=tenths)
    fewer, more = (objective.judge(figure(objective.of, disposed(one, whole - one))) for one in (part, part + 1))
    assert not (fewer.verdict is V.MET and more.verdict is V.MISSED)


def test_a_period_is_not_judged_before_its_last_month_is_published() -> None:
    published = {JANUARY: disposed(10, 0), FEBRUARY: disposed(900, 100)}
    assert aim().judge_period(published).verdict is V.NOT_YET
    # A missed month does not miss the period: its cases do, with those of the others.
    assert aim().judge_period(published | {MARCH: disposed(2, 8)}) == (V.MET, True)
    assert aim().judge_period(published | {MARCH: disposed(0, 4000)}) == (V.MISSED, True)


def test_two_objectives_for_the_same_in_one_month_overlap() -> None:
    assert aim().overlaps(aim(tenths=900, last=JANUARY))
    assert not aim("closure_days", Unit.MEDIAN_DAYS).overlaps(aim("closure_days", Unit.NINETIETH_DAYS))
    assert not aim(last=JANUARY).overlaps(Objective(1, "on_time", Unit.PERCENT, 800, FEBRUARY, MARCH, 7))
    assert not aim().overlaps(Objective(2, "on_time", Unit.PERCENT, 800, JANUARY, MARCH, 7))


def test_a_missed_month_is_answered_with_a_reason_or_a_nonconformity() -> None:
    assert answered(" Two officers were at the election. ", "").reason == "Two officers were at the election."
    assert answered("", " NC-7 ") == ("", "NC-7")
    for reason, reference, field in (
        ("", "", "reason"), ("why", "", "reason"), ("x" * 1001, "", "reason"), ("a\0" * 9, "", "reason"),
        ("", "N" * 41, "reference"), ("", "NC\n7", "reference"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            answered(reason, reference)
        assert field in refused.value.errors
