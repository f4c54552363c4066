"""Limits are those of the worked examples, and each of Nelson's rules is completed by what it says and not before."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swagat.domain.quality.control_charts import Limits, Rule, individuals, proportion, share_of, signals

UNIT = Limits(-3.0, 0.0, 3.0, 1.0)
# NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.2: flow rates of ten batches.
FLOW_RATES = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]
# The same, 6.3.3.2: misregistered chips among fifty, on thirty wafers.
WAFERS = [12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6]


def test_the_individuals_chart_of_the_handbook() -> None:
    limits = individuals(FLOW_RATES)
    assert limits.centre == pytest.approx(50.81)
    assert (round(limits.low, 4), round(limits.high, 4)) == (45.8159, 55.8041)
    assert signals(FLOW_RATES, [limits] * 10) == [frozenset()] * 10


def test_the_proportions_chart_of_the_handbook() -> None:
    centre = share_of([(part, 50) for part in WAFERS])
    limits = proportion(centre, 50)
    assert (round(centre, 4), round(limits.low, 4), round(limits.high, 4)) == (0.2313, 0.0524, 0.4102)
    # The handbook marks two wafers as out of control: 15 and 23.
    beyond = [
        at for at, found in enumerate(signals([p / 50 for p in WAFERS], [limits] * 30), 1) if Rule.BEYOND in found
    ]
    assert beyond == [15, 23]


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        (Rule.BEYOND, [0.1, -0.2, 3.01]),
        (Rule.NINE_ON_ONE_SIDE, [-0.1, *[0.2, 0.4] * 4, 0.3]),
        (Rule.SIX_IN_A_ROW, [0.5, -0.9, -0.5, -0.1, 0.3, 0.7, 0.9]),
        (Rule.FOURTEEN_ALTERNATING, [0.4, -0.4] * 7),
        (Rule.TWO_OF_THREE, [0.1, -2.2, 0.1, -2.4]),
        (Rule.FOUR_OF_FIVE, [-0.3, 1.2, 1.4, 0.2, 1.3, 1.1]),
        (Rule.FIFTEEN_NEAR, [2.0, *[0.2, -0.3, 0.5, -0.1, 0.4] * 3]),
        (Rule.EIGHT_FAR, [0.2, 1.2, -1.3, 1.4, -1.2, 1.3, -1.1, 1.2, -1.5]),
    ],
)
def test_a_rule_is_completed_by_its_last_point_and_by_none_before(rule: Rule, values: list[float]) -> None:
    found = signals(values, [UNIT] * len(values))
    assert [at for at, rules in enumerate(found) if rule in rules] == [len(values) - 1]


@given(values=st.lists(st.floats(min_value=-2.9, max_value=2.9), max_size=40))
def test_turned_upside_down_a_series_has_the_same_signals(values: list[float]) -> None:
    upside_down = [-value for value in values]
    assert signals(values, [UNIT] * len(values)) == signals(upside_down, [UNIT] * len(values))


@given(values=st.lists(st.floats(min_value=-4, max_value=4), min_size=1, max_size=30), later=st.floats(-4, 4))
def test_what_was_a_signal_stays_one_whatever_comes_later(values: list[float], later: float) -> None:
    before = signals(values, [UNIT] * len(values))
    assert signals([*values, later], [UNIT] * (len(values) + 1))[:-1] == before


def test_where_nothing_ever_varied_any_change_is_more_than_chance() -> None:
    limits = individuals([5.0, 5.0, 5.0])
    assert limits == Limits(5.0, 5.0, 5.0, 0.0)
    assert signals([5.0, 6.0], [limits] * 2) == [frozenset(), frozenset({Rule.BEYOND})]


def test_no_limit_lies_below_the_least_there_can_be() -> None:
    assert individuals([1.0, 9.0, 2.0], floor=0.0).low == 0.0
    assert individuals([1.0, 9.0, 2.0]).low < 0
    assert proportion(0.02, 10).low == 0.0
    assert proportion(0.99, 10).high == 1.0


def test_fewer_cases_lie_wider_apart() -> None:
    few, many = proportion(0.3, 10), proportion(0.3, 1000)
    assert few.high - few.low > many.high - many.low


@pytest.mark.parametrize("baseline", [[], [4.0]])
def test_one_value_is_no_baseline(baseline: list[float]) -> None:
    with pytest.raises(ValueError, match="at least two values"):
        individuals(baseline)


def test_no_case_makes_no_chart() -> None:
    for wrong in (lambda: share_of([(0, 0)]), lambda: proportion(0.5, 0), lambda: signals([1.0], [])):
        with pytest.raises(ValueError, match=r"case|limits"):
            wrong()
