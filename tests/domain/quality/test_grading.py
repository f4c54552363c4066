"""A formula grades an office by its counts, says how sure that is, and ranks no further than that allows."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swagat.domain.case import Outcome
from swagat.domain.quality.figures import together
from swagat.domain.quality.grading import Component, Formula, Grade, Group, Scale, Score, ranks, score, without
from swagat.domain.quality.indicators import Tally
from swagat.domain.quality.intervals import Interval
from swagat.domain.quality.measures import Measure

# After MP 181 as its lists of 2022-23 show it: satisfaction, over 50 days, low quality, not attended; parts inferred.
FORMULA = Formula(
    "after_mp181",
    1,
    (
        Component("confirmed", 60),
        Component("closure_calendar_days", 20, Scale(50, 51)),
        Component("fell", 10),
        Component("unexplained", 10, none_is_full=True),
    ),
    (Group("A", 12_000), Group("B", 1_200), Group("C", 0)),
    10,
    frozenset({Outcome.NOT_MAINTAINABLE}),
    (Grade("A", 80), Grade("B", 70), Grade("C", 60), Grade("D", 0)),
)


def counts(confirmed: int, silent: int, refused: int, slow: int, lapsed: int = 0, unexplained: int = 0) -> Tally:
    stood = confirmed + silent
    return {
        Measure.ANSWERED: {
            "redressed|confirmed": confirmed,
            "redressed|silent": silent,
            "not_maintainable|refused": refused,
        },
        Measure.CALENDAR_DAYS: {"stood|12": stood - min(slow, stood), "stood|80": min(slow, stood)},
        Measure.LAPSED: {"1|explained": lapsed, "1|unexplained": unexplained},
    }


numbers = st.integers(min_value=0, max_value=60)
tallies = st.builds(counts, numbers, numbers, numbers, numbers, numbers, numbers)


def scored(tally: Tally) -> Score:
    found = score(FORMULA, tally)
    assert found is not None
    return found


def test_the_points_are_the_shares_of_their_weights_and_add_up_as_the_list_of_morena_printed_them() -> None:
    tally: Tally = {
        Measure.ANSWERED: {"redressed|confirmed": 5606, "redressed|silent": 394},
        Measure.CALENDAR_DAYS: {"stood|50": 939, "stood|51": 61},
        Measure.LAPSED: {"1|explained": 249, "1|unexplained": 1},
    }
    found = scored(tally)
    assert [round(one.value, 2) for one in found.points] == [56.06, 18.78, 10, 9.96]
    assert round(found.value, 1) == 94.8
    assert FORMULA.grade(found.value) == Grade("A", 80)


@pytest.mark.parametrize(("number", "letter"), [(82.82, "A"), (80.26, "A"), (75.46, "B"), (51.06, "D"), (0.0, "D")])
def test_the_grades_that_were_seen_in_print(number: float, letter: str) -> None:
    found = FORMULA.grade(number)
    assert found is not None
    assert found.letter == letter


def test_a_formula_without_letters_gives_none() -> None:
    assert replace(FORMULA, grades=()).grade(90) is None


def test_days_between_the_ends_of_a_scale_bring_a_part_of_the_points() -> None:
    assert [Scale(10, 30).points(days) for days in (0, 10, 15, 20, 30, 90)] == [1, 1, 0.75, 0.5, 0, 0]


@given(tallies)
def test_a_score_lies_in_its_interval_and_that_within_0_and_100(tally: Tally) -> None:
    found = score(FORMULA, tally)
    if found is not None:
        assert -1e-9 <= found.interval.low <= found.value + 1e-9
        assert found.value - 1e-9 <= found.interval.high <= 100 + 1e-9


@given(tallies, st.data())
def test_a_period_scores_the_same_when_it_is_counted_in_parts(whole: Tally, data: st.DataObject) -> None:
    first = {
        measure: {key: data.draw(st.integers(0, number)) for key, number in keys.items()}
        for measure, keys in whole.items()
    }
    second = {m: {key: number - first[m][key] for key, number in keys.items()} for m, keys in whole.items()}
    assert score(FORMULA, together([first, second])) == score(FORMULA, whole)


@given(confirmed=numbers, silent=st.integers(20, 60), refused=st.integers(1, 60), slow=st.integers(1, 20))
def test_one_case_better_is_never_a_lower_score(confirmed: int, silent: int, refused: int, slow: int) -> None:
    base = scored(counts(confirmed, silent, refused, slow, 5, 5)).value
    assert scored(counts(confirmed + 1, silent - 1, refused, slow, 5, 5)).value > base
    assert scored(counts(confirmed, silent, refused, slow - 1, 5, 5)).value > base
    assert scored(counts(confirmed, silent, refused, slow, 6, 4)).value > base
    assert scored(counts(confirmed, silent + 1, refused - 1, slow, 5, 5)).points[2].value > (
        scored(counts(confirmed, silent, refused, slow, 5, 5)).points[2].value
    )


@given(tallies)
def test_an_exclusion_only_removes(tally: Tally) -> None:
    left = without(tally, FORMULA.exclusions)
    assert left.keys() == tally.keys()
    for measure, keys in left.items():
        assert keys.items() <= tally[measure].items()
    assert "not_maintainable|refused" not in left[Measure.ANSWERED]
    assert without(tally, frozenset()) == tally


def test_what_is_excluded_moves_the_score() -> None:
    tally = counts(30, 0, 30, 0)
    assert scored(without(tally, FORMULA.exclusions)).value > scored(tally).value


def test_an_office_with_too_few_cases_in_a_component_is_not_graded() -> None:
    assert score(FORMULA, counts(9, 0, 0, 0)) is None
    assert score(replace(FORMULA, minimum=9), counts(9, 0, 0, 0)) is not None
    assert score(FORMULA, counts(0, 0, 40, 0)) is None, "no answer stood, so nothing tells its days"


def test_no_date_passed_is_full_points_only_where_the_formula_says_so() -> None:
    tally = counts(20, 0, 0, 0)
    assert scored(tally).points[3].value == 10
    *others, last = FORMULA.components
    assert score(replace(FORMULA, components=(*others, replace(last, none_is_full=False))), tally) is None


@pytest.mark.parametrize(
    ("received", "months", "code"), [(1000, 1, "A"), (999, 1, "B"), (12_000, 12, "A"), (0, 1, "C")]
)
def test_the_group_is_that_of_what_an_office_receives_in_twelve_months(received: int, months: int, code: str) -> None:
    assert FORMULA.group(received, months).code == code


@pytest.mark.parametrize("at_once", [False, True], ids=["each for itself", "all together"])
def test_nineteen_of_twenty_intervals_hold_the_true_score(at_once: bool) -> None:
    chance, truth, held, tries, cases = Random(181), (0.8, 0.9, 0.95, 0.9), 0, 600, 60
    formula = replace(
        FORMULA,
        components=(
            Component("satisfied", 60),
            Component("on_time", 20),
            Component("appeals_allowed", 10),
            Component("bounced", 10),
        ),
    )
    true_score = sum(one.weight * share for one, share in zip(formula.components, truth, strict=True))
    for _ in range(tries):
        good = [0, 0, 0, 0]
        for _ in range(cases):
            luck = chance.random()
            for place, share in enumerate(truth):
                good[place] += (luck if at_once else chance.random()) < share
        found = score(
            formula,
            {
                Measure.RATED: {"5": good[0], "1": cases - good[0]},
                Measure.DISPOSED: {"1|in_time": good[1], "1|late": cases - good[1]},
                Measure.APPEALED: {"dismissed": good[2], "allowed": cases - good[2]},
                Measure.TRANSFERRED: {"1": good[3], "2": cases - good[3]},
            },
        )
        assert found is not None
        held += found.interval.low <= true_score <= found.interval.high
    assert held >= 0.94 * tries


def test_a_rank_is_no_surer_than_the_scores() -> None:
    scores = {
        1: Score((), 90, Interval(85, 95)),
        2: Score((), 80, Interval(70, 88)),
        3: Score((), 79, Interval(69, 87)),
        4: Score((), 40, Interval(30, 50)),
    }
    assert ranks(scores) == {1: (1, 1, 3), 2: (2, 1, 3), 3: (3, 1, 3), 4: (4, 4, 4)}


def test_the_digest_tells_every_change() -> None:
    first, *others = FORMULA.components
    changed = [
        replace(FORMULA, version=2),
        replace(FORMULA, minimum=11),
        replace(FORMULA, exclusions=frozenset()),
        replace(FORMULA, grades=()),
        replace(FORMULA, groups=(Group("C", 0),)),
        replace(FORMULA, components=(replace(first, none_is_full=True), *others)),
    ]
    assert len({FORMULA.digest, *(one.digest for one in changed)}) == 1 + len(changed)
    assert replace(FORMULA).digest == FORMULA.digest


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"components": FORMULA.components[:3]}, "do not add up"),
        ({"components": (Component("fell", 50), Component("fell", 50))}, "twice"),
        ({"minimum": 0}, "without cases"),
        ({"groups": (Group("A", 10),)}, "without one"),
        ({"grades": (Grade("D", 0), Grade("A", 80))}, "without one"),
    ],
)
def test_a_formula_that_does_not_add_up_is_none(change: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replace(FORMULA, **change)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("indicator", "weight", "scale"),
    [
        ("confirmed", 0, None),
        ("received", 10, None),
        ("silent", 10, None),
        ("confirmed", 10, Scale(1, 2)),
        ("closure_days", 10, None),
        ("closure_days", 10, Scale(2, 2)),
    ],
)
def test_a_component_that_no_points_can_come_from_is_none(indicator: str, weight: int, scale: Scale | None) -> None:
    with pytest.raises(ValueError, match=r"weighs|needs|runs|neither"):
        Component(indicator, weight, scale)
