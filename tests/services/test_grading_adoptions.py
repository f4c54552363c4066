"""A formula is adopted before its first month begins, kept with its digest, and followed by another from its month."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from swagat.database import db
from swagat.domain.errors import AlreadyDone, Invalid, Stale
from swagat.domain.quality import periods
from swagat.domain.roles import Actor
from swagat.models import GradingAdoption
from swagat.services import grading_adoptions
from swagat.services.grading_adoptions import HAS_BEGUN, NO_FORMULA, TOO_FAR, adopt, changes_inside, history, in_force
from swagat.services.grading_formulas import formulas
from tests.builders import gujarat, post_cast

# 23:59 and midnight in India, at the end of November.
BEFORE_MIDNIGHT = datetime(2026, 11, 30, 18, 29, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 30, 18, 30, tzinfo=UTC)
DECEMBER, JANUARY, MARCH, APRIL = date(2026, 12, 1), date(2027, 1, 1), date(2027, 3, 1), date(2027, 4, 1)
FIRST, SECOND = "after_mp181", "after_grai"


@pytest.fixture
def umesh(app: Flask) -> Actor:
    return post_cast().administrator


def graded_by(month: date) -> str | None:
    """Return the formula in force in a month."""
    found = in_force(history(db.session(), gujarat()), month)
    db.session.commit()
    return found.code if found else None


def test_a_month_that_has_begun_in_india_is_refused_and_one_that_has_not_is_taken(umesh: Actor) -> None:
    with pytest.raises(Invalid) as refusal:
        adopt(umesh, FIRST, 1, DECEMBER, MIDNIGHT)
    assert refusal.value.errors["first_month"].message == HAS_BEGUN
    assert graded_by(DECEMBER) is None
    adopt(umesh, FIRST, 1, DECEMBER, BEFORE_MIDNIGHT)
    assert graded_by(DECEMBER) == FIRST
    assert graded_by(date(2026, 11, 1)) is None


@pytest.mark.parametrize(
    ("code", "version", "month", "errors"),
    [
        ("none", 1, JANUARY, {"formula": NO_FORMULA}),
        (FIRST, 2, JANUARY, {"formula": NO_FORMULA}),
        (FIRST, 1, date(2029, 1, 1), {"first_month": TOO_FAR}),
        ("none", 1, date(2020, 1, 1), {"formula": NO_FORMULA, "first_month": HAS_BEGUN}),
    ],
)
def test_every_mistake_is_named_at_its_field(
    umesh: Actor, code: str, version: int, month: date, errors: dict[str, str]
) -> None:
    with pytest.raises(Invalid) as refusal:
        adopt(umesh, code, version, month, MIDNIGHT)
    assert {field: text.message for field, text in refusal.value.errors.items()} == errors


def test_a_later_adoption_takes_the_place_of_the_earlier_from_its_month(umesh: Actor) -> None:
    adopt(umesh, FIRST, 1, JANUARY, MIDNIGHT)
    adopt(umesh, SECOND, 1, APRIL, MIDNIGHT)
    assert [graded_by(month) for month in (DECEMBER, JANUARY, MARCH, APRIL)] == [None, FIRST, FIRST, SECOND]
    found = changes_inside(history(db.session(), gujarat()), periods.named("2027"))
    assert [(month, one.code) for month, one in found] == [(APRIL, SECOND)]
    assert changes_inside(history(db.session(), gujarat()), periods.named("2027-q1")) == []


def test_until_its_month_begins_another_formula_can_be_adopted_for_it_and_each_stays_recorded(umesh: Actor) -> None:
    for code in (FIRST, SECOND, FIRST):
        adopt(umesh, code, 1, JANUARY, MIDNIGHT)
    assert graded_by(JANUARY) == FIRST
    found = history(db.session(), gujarat())
    assert [(one.code, one.by.en, one.adopted_at) for one in found] == [
        (code, "Umesh Joshi", MIDNIGHT) for code in (FIRST, SECOND, FIRST)
    ]


def test_a_second_press_changes_nothing(umesh: Actor) -> None:
    adopt(umesh, FIRST, 1, JANUARY, MIDNIGHT)
    for month in (JANUARY, APRIL):
        with pytest.raises(AlreadyDone):
            adopt(umesh, FIRST, 1, month, MIDNIGHT)
    assert len(history(db.session(), gujarat())) == 1


def test_of_two_at_once_one_is_told_to_look_again(umesh: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    adopt(umesh, FIRST, 1, JANUARY, MIDNIGHT)
    # What the second read before the first had written.
    monkeypatch.setattr(grading_adoptions, "history", lambda _session, _state_id: [])
    with pytest.raises(Stale):
        adopt(umesh, SECOND, 1, JANUARY, MIDNIGHT)
    monkeypatch.undo()
    assert graded_by(JANUARY) == FIRST


def test_a_formula_that_was_changed_after_its_adoption_is_noticed_and_can_be_adopted_anew(
    umesh: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    adopt(umesh, FIRST, 1, JANUARY, MIDNIGHT)
    [before] = history(db.session(), gujarat())
    db.session.commit()
    assert before.view is not None
    changed = replace(before.view, formula=replace(before.view.formula, minimum=31))
    monkeypatch.setattr(grading_adoptions, "formulas", lambda: {(FIRST, 1): changed})
    [found] = history(db.session(), gujarat())
    db.session.commit()
    assert found.view is None
    adopt(umesh, FIRST, 1, JANUARY, MIDNIGHT)
    assert [one.view for one in history(db.session(), gujarat())] == [None, changed]


def test_the_digest_is_kept_as_it_was_adopted(umesh: Actor) -> None:
    adopt(umesh, FIRST, 1, JANUARY, MIDNIGHT)
    assert db.session.scalar(select(GradingAdoption.digest)) == formulas()[FIRST, 1].formula.digest
