"""No office is graded by a figure that its own page withholds, whatever happened in the other months of its year."""

import random
from collections import Counter
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask

from swagat.database import db, transaction
from swagat.domain.quality import periods
from swagat.domain.quality.measures import Count, Measure
from swagat.domain.roles import Actor, Role
from swagat.services import gradings, indicators
from swagat.services.grading_formulas import formulas
from tests.builders import gujarat, office
from tests.counted import write_tallies
from tests.web.test_quality import NOW, made

# One case is enough here, so that all offices would be graded.
FORMULA = replace(formulas()["after_mp181", 1].formula, minimum=1)
CODES = ("MAM-3783", "TDO-3783", "MAM-3784", "MAM-3785", "MAM-3767", "PS-REV")
CASES = (0, 0, 1, 3, 4, 5, 8, 30, 60)


def year(dice: random.Random) -> Counter[Count]:
    """Return a year of some offices in which months without an answer may have something else."""
    total: Counter[Count] = Counter()
    for code in CODES:
        for month in range(1, 12):
            day, cases = date(2026, month, 1), dice.choice(CASES)
            total.update(made(code, cases, day, late=dice.randint(0, cases)))
            total[Count(Measure.CALENDAR_DAYS, office(code), day, "stood|10")] = cases
            total[Count(Measure.HELD, office(code), day, "3")] = dice.randint(0, 2)
    return +total


@pytest.mark.parametrize("seed", range(4))
def test_whoever_is_graded_has_every_figure_of_the_formula_on_their_page(app: Flask, seed: int) -> None:
    with transaction() as session:
        write_tallies(session, gujarat(), year(random.Random(seed)), NOW)
    session, graded, withheld = db.session(), 0, 0
    for code in [*(f"2026-{month:02}" for month in range(1, 12)), "2026-q1", "2026-q2", "2026-q4", "2026"]:
        span = periods.named(code)
        found = gradings.grading(session, gujarat(), span, FORMULA, NOW.date(), None)
        graded, withheld = graded + len(found.graded), withheld + len(found.withheld)
        for one in found.graded:
            shown = indicators.overview(session, one.whose, span, None)
            for component in FORMULA.components:
                assert shown.figure(component.indicator) is not None, (code, one.whose.code, component.indicator)
    assert graded >= 5
    assert withheld >= 5


def test_who_may_see_all_figures_reads_every_score_and_the_ranks_of_the_public_ones_alone(app: Flask) -> None:
    with transaction() as session:
        write_tallies(session, gujarat(), year(random.Random(1)), NOW)
    span, manager = periods.named("2026"), Actor(Role.QUALITY_MANAGER, state_id=gujarat())
    public = gradings.grading(db.session(), gujarat(), span, FORMULA, NOW.date(), None)
    whole = gradings.grading(db.session(), gujarat(), span, FORMULA, NOW.date(), manager)
    assert public.withheld
    assert not whole.withheld
    assert len(whole.graded) == len(public.graded) + len(public.withheld)
    assert [one for one in whole.graded if one.rank] == list(public.graded)
    elsewhere = replace(manager, state_id=gujarat() + 1)
    assert gradings.grading(db.session(), gujarat(), span, FORMULA, NOW.date(), elsewhere) == public
