"""Nobody who has every page of figures open can take one from another and learn a number that is withheld."""

import random
from collections import Counter
from collections.abc import Hashable

import pytest
from flask import Flask
from sqlalchemy import select

from swagat.database import db, transaction
from swagat.domain.quality import periods
from swagat.domain.quality.measures import Count
from swagat.domain.quality.withholding import FEWEST
from swagat.models import Office, Place, Scope
from swagat.services import indicators, quality_scopes, small_cells
from swagat.services.indicators import Overview
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
