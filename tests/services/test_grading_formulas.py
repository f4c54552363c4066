"""The formulas that come with the program add up and say what of them is an example."""

import shutil
from pathlib import Path

import pytest

from swagat.services.grading_formulas import read_formulas
from tests.services.reference_data import REFERENCE


def weights(code: str) -> dict[str, int]:
    formula = read_formulas(REFERENCE).formulas[code, 1].formula
    return {one.indicator: one.weight for one in formula.components}


def test_every_row_is_taken_and_every_formula_is_marked_as_an_example() -> None:
    found = read_formulas(REFERENCE)
    assert [report.refused for report in found.reports] == [[], []]
    assert set(found.formulas) == {("after_mp181", 1), ("after_grai", 1)}
    for view in found.formulas.values():
        assert view.marks["en"].startswith("Example: after ")
        assert set(view.notes) == {one.indicator for one in view.formula.components}


def test_the_weights_are_those_of_the_lists_and_the_four_dimensions_weigh_the_same() -> None:
    assert weights("after_mp181") == {"confirmed": 60, "closure_calendar_days": 20, "fell": 10, "unexplained": 10}
    assert weights("after_grai") == {"on_time": 25, "confirmed": 25, "bounced": 25, "unexplained": 25}


def test_the_figure_that_stands_for_pendency_says_so() -> None:
    note = read_formulas(REFERENCE).formulas["after_mp181", 1].notes["closure_calendar_days"]
    assert note["en"].startswith("Substitute for")


@pytest.mark.parametrize(
    ("file", "old", "new", "why"),
    [
        ("grading_components.csv", "confirmed,60,", "confirmed,59,", "do not add up to 100"),
        ("grading_components.csv", "fell,10,", "fallen,10,", "no figure that is known"),
        ("grading_components.csv", "fell,10,", "confirmed,10,", "is there twice"),
        ("grading_components.csv", ",50,51,", ",51,50,", "runs the wrong way"),
        ("grading_formulas.csv", "A:12000", "A:many", "must be written such as"),
        ("grading_formulas.csv", "other_forum", "elsewhere", "is not known"),
        ("grading_formulas.csv", "after_grai", "after_mp181", "is there twice"),
    ],
)
def test_what_does_not_add_up_is_refused_with_the_reason(
    tmp_path: Path, file: str, old: str, new: str, why: str
) -> None:
    for name in ("grading_formulas.csv", "grading_components.csv"):
        shutil.copy(REFERENCE / name, tmp_path / name)
    text = (tmp_path / file).read_text(encoding="utf-8")
    assert old in text
    (tmp_path / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    said = [reason for report in read_formulas(tmp_path).reports for _, reason in report.refused]
    assert any(why in reason for reason in said), said
