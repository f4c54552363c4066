"""Nobody who has every page of figures open can take one from another and learn a number that is withheld."""

import random
from collections import Counter
from collections.abc import Hashable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select

from swagat.database import db, transaction
from swagat.domain.quality import periods
from swagat.domain.quality.indicators import INDICATORS
from swagat.domain.quality.measures import Count
from swagat.domain.quality.withholding import FEWEST
from swagat.models import MonthTally, Office, Place, Scope
from swagat.services import indicators, published_months, quality_scopes, small_cells
from swagat.services.indicators import Overview
from swagat.services.publishing import publish
from swagat.services.quality_scopes import Whose
from tests.builders import gujarat
from tests.counted import write_tallies
from tests.web.test_quality import NOW, made

SPAN = periods.named("2026-11")


def districts_of_offices() -> dict[int, list[str]]:
    rows = select(Office.code, Place.district_id).join(Place, Place.id == Office.place_id)
    found: dict[int, list[str]] = {}
    for row in db.session.execute(rows.where(Office.state_id == gujarat(), Place.district_id.is_not(None))):
        found.setdefault(row.district_id, []).append(row.code)
    return dict(list(found.items())[:5])


def of_page(shown: Overview, figure: str, known: dict[Hashable, int], groups: list[list[Hashable]]) -> None:
    """Note every number of a page, and which of them add up to its total."""
    own: Hashable = (shown.whose.where.scope, shown.whose.where.scope_id)
    numbers = {own: shown.figure(figure)}
    for family in shown.families:
        parts = {
            (one.whose.where.scope, one.whose.where.scope_id): shown.figure_of(figure, one) for one in family.members
        }
        parts["rest", family.kind, own] = shown.figure_of_rest(figure, family)
        groups.append([own, *parts])
        numbers |= parts
    known.update({cell: found.whole for cell, found in numbers.items() if found is not None})


@pytest.mark.parametrize("seed", range(5))
def test_no_page_gives_away_what_another_withholds(app: Flask, seed: int) -> None:
    dice, total, codes = random.Random(seed), Counter[Count](), []
    for offices in districts_of_offices().values():
        for code in dice.sample(offices, 4):
            codes.append(code)
            total.update(made(code, dice.choice([1, 3, 6, 9, 20, 40])))
    with transaction() as session:
        write_tallies(session, gujarat(), total, NOW)
    session = db.session()
    state = indicators.overview(session, quality_scopes.of_state(gujarat()), SPAN, None)
    pages = [state] + [
        indicators.overview(session, whose, SPAN, None)
        for whose in [
            *(one.whose for family in state.families for one in family.members),
            *(quality_scopes.named(session, gujarat(), Scope.OFFICE, code) for code in codes),
        ]
    ]
    for figure in ("received", "pending", "confirmed"):
        known: dict[Hashable, int] = {}
        groups: list[list[Hashable]] = []
        for page in pages:
            of_page(page, figure, known, groups)
        assert known
        assert not [number for number in known.values() if 0 < number < FEWEST]
        withheld = [[cell for cell in group if cell not in known] for group in groups]
        assert any(withheld)
        assert [cells for cells in withheld if len(cells) == 1] == []


@pytest.mark.parametrize("seed", range(5))
def test_no_publication_gives_away_what_another_or_the_present_withholds(app: Flask, seed: int) -> None:
    dice = random.Random(seed)
    codes = [code for offices in districts_of_offices().values() for code in dice.sample(offices, 4)]
    sizes = {code: dice.choice([0, 1, 3, 6, 9, 20, 40]) for code in codes}
    moments = []
    for night in range(3):
        total = Counter[Count]()
        for code in dice.sample(codes, len(codes) // 2) if night else ():
            sizes[code] = dice.choice([0, 1, 3, 6, 9, 20, 40])
        for code, cases in sizes.items():
            total.update(made(code, cases))
        with transaction() as session:
            session.execute(delete(MonthTally))
            write_tallies(session, gujarat(), total, NOW)
        moments.append(NOW + timedelta(days=30 + night))
        if night < 2:
            publish(moments[-1], 10)
    session = db.session()
    state = indicators.overview(session, quality_scopes.of_state(gujarat()), SPAN, None, with_imported=False)
    pages = [state] + [
        indicators.overview(session, whose, SPAN, None, with_imported=False)
        for whose in [
            *(one.whose for family in state.families for one in family.members),
            *(quality_scopes.named(session, gujarat(), Scope.OFFICE, code) for code in codes),
        ]
    ]
    for figure_code in ("received", "confirmed"):
        open_cells = {page.whose for page in pages if page.figure(figure_code) is not None}
        assert open_cells
        for moment in moments:
            numbers = {page.whose: _whole(page, figure_code, moment) for page in pages}
            assert not [whose for whose in open_cells if 0 < numbers[whose] < FEWEST]
            for above in (page.whose for page in pages if page.whose.where.scope is not Scope.OFFICE):
                for parts in _parts(above, list(numbers)):
                    hidden = [numbers[one] for one in parts if one not in open_cells]
                    if above in open_cells and any(hidden):
                        # What is left when all that is shown is taken away is nobody's number alone.
                        assert len(hidden) > 1
                        assert sum(hidden) >= FEWEST


def _whole(page: Overview, code: str, at: datetime) -> int:
    versions = published_months.history(db.session(), page.whose.where, SPAN.first)
    then = published_months.in_force(versions, at)
    tally = then.tally if then is not None and at <= versions[-1].published_at else page.tally
    return INDICATORS[code].count_whole(tally)


def _parts(above: Whose, every: list[Whose]) -> list[list[Whose]]:
    """Return what adds up to a scope, in each way in which pages show it."""
    match above.where.scope:
        case Scope.DISTRICT:
            return [[one for one in every if one.where.scope is Scope.OFFICE and one.district_id == above.district_id]]
        case Scope.DEPARTMENT:
            offices = [one for one in every if one.where.scope is Scope.OFFICE]
            return [[one for one in offices if one.department_id == above.department_id]]
        case _:
            return [[one for one in every if one.where.scope is Scope.DISTRICT]]


def test_what_became_small_is_withheld_at_once_and_its_partner_some_minutes_later(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def received() -> list[int]:
        district = quality_scopes.named(db.session(), gujarat(), Scope.DISTRICT, "438")
        shown = indicators.overview(db.session(), district, SPAN, None)
        figures = [shown.figure_of("received", one) for one in shown.families[0].members]
        return sorted(found.whole for found in figures if found is not None)

    with transaction() as session:
        write_tallies(session, gujarat(), made("MAM-3783", 9) + made("COLL-438", 40), NOW)
    assert received() == [9, 40]
    with monkeypatch.context() as patch, transaction() as session:
        patch.setattr(small_cells, "clear", lambda: None)
        write_tallies(session, gujarat(), made("TDO-3783", 2), NOW, is_imported=True)
    assert received() == [9, 40]
    monkeypatch.setattr(small_cells, "SECONDS_KEPT", -1.0)
    assert received() == [40]
