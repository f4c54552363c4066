"""Objectives are set before they begin, judged once by what was published, and answered for when missed."""

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import func, select

from swagat.database import db, transaction
from swagat.domain.errors import AlreadyDone, Forbidden, Invalid, NotFound, Refused, Stale
from swagat.domain.nonconformities import Source
from swagat.domain.objectives import Typed, Verdict
from swagat.domain.quality.measures import Count, Measure
from swagat.domain.roles import Actor, Role
from swagat.jobs.schedule import JOBS
from swagat.models import MonthTally, Nonconformity, ObjectiveMonth, QualityObjective, Scope
from swagat.services import accounts, objective_judging, objective_views, objectives, publishing, quality_scopes
from swagat.services.objective_views import Shown
from tests.builders import RULES, Cast, gujarat, office, post, post_cast
from tests.counted import write_tallies
from tests.services.test_two_at_once import at_once

DHOLKA = "MAM-3783"
DECEMBER = datetime(2026, 12, 31, 6, 0, tzinfo=UTC)
BEGUN = datetime(2026, 12, 31, 18, 30, tzinfo=UTC)  # Midnight in India: January begins.
JANUARY, FEBRUARY = date(2027, 1, 1), date(2027, 2, 1)


def typed(cast: Cast, **changed: str) -> Typed:
    return Typed("on_time", "80", "percent", "2027-01", "2027-02", str(cast.bharat.person_id))._replace(**changed)


def made(cast: Cast, **changed: str) -> int:
    return objectives.set_objective(cast.meena, DHOLKA, typed(cast, **changed), DECEMBER)


def shown(objective_id: int) -> Shown:
    db.session.commit()
    whose = quality_scopes.named(db.session(), gujarat(), Scope.OFFICE, DHOLKA)
    found = objective_views.one_of(db.session(), whose, objective_id)
    db.session.commit()
    return found


def publish(month: date, in_time: int, late: int, code: str = DHOLKA) -> None:
    """Let an office have answered so many in a month, and publish it on the tenth of the next."""
    at = datetime(month.year, month.month + 1, 11, 0, 0, tzinfo=UTC)
    counts = Counter(
        {
            Count(Measure.DISPOSED, office(code), month, "1|in_time"): in_time,
            Count(Measure.LAPSED, office(code), month, "1|first|unexplained"): late,
        }
    )
    with transaction() as session:
        write_tallies(session, gujarat(), counts, at)
    publishing.publish(at, 10)


def later(month: int = 3) -> datetime:
    return datetime(2027, month, 12, 0, 0, tzinfo=UTC)


def test_an_objective_is_set_changed_and_withdrawn_until_it_begins(cast: Cast) -> None:
    one = made(cast)
    objectives.change_objective(cast.meena, DHOLKA, one, typed(cast, target="85"), 1, DECEMBER)
    assert shown(one).objective.target == 0.85
    with pytest.raises(Stale):
        objectives.change_objective(cast.meena, DHOLKA, one, typed(cast, target="10"), 1, DECEMBER)
    with pytest.raises(Refused, match="has begun"):
        objectives.change_objective(cast.meena, DHOLKA, one, typed(cast, target="10"), 2, BEGUN)
    with pytest.raises(Refused, match="has begun"):
        objectives.withdraw_objective(cast.meena, DHOLKA, one, BEGUN)
    assert shown(one).objective.target == 0.85
    objectives.withdraw_objective(cast.meena, DHOLKA, one, DECEMBER)
    with pytest.raises(NotFound):
        shown(one)


def test_the_head_of_the_office_or_a_quality_manager_sets_it_and_nobody_else(cast: Cast) -> None:
    with transaction() as session:
        manager = post(session, "qm", "PS-GAD", Role.QUALITY_MANAGER)
    assert objectives.set_objective(manager, DHOLKA, typed(cast), DECEMBER)
    refused: list[tuple[Actor, type[Refused]]] = [
        (cast.bharat, Forbidden), (cast.auditor, Forbidden), (cast.collector, Forbidden),
        (cast.development_officer, NotFound), (cast.ramila, NotFound),
    ]  # fmt: skip
    for actor, kind in refused:
        with pytest.raises(kind):
            objectives.set_objective(actor, DHOLKA, typed(cast, first="2027-05", last="2027-06"), DECEMBER)


def test_the_owner_is_of_the_office(cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        made(cast, owner=str(cast.collector.person_id))
    assert set(refused.value.errors) == {"owner"}


def test_the_same_twice_is_done_already_and_another_in_its_months_is_refused(cast: Cast) -> None:
    made(cast)
    with pytest.raises(AlreadyDone):
        made(cast)
    with pytest.raises(Invalid) as refused:
        made(cast, target="90", first="2027-02", last="2027-05")
    assert set(refused.value.errors) == {"first"}
    made(cast, first="2027-03", last="2027-05")


@pytest.mark.concurrency
def test_two_presses_at_once_set_one(own_app: Flask) -> None:
    with own_app.app_context():
        cast = post_cast()
        results = at_once(own_app, *[lambda: made(cast)] * 2)
        assert sorted(type(one).__name__ for one in results) == ["AlreadyDone", "int"]
        assert db.session.scalar(select(func.count()).select_from(QualityObjective)) == 1


def test_months_are_judged_by_what_was_published_and_once(
    cast: Cast, count_statements: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    one = made(cast)
    assert objective_judging.judge(later()).figures() == {"met": 0, "missed": 0, "too_few": 0}
    publish(JANUARY, 39, 1)
    publish(FEBRUARY, 20, 20)
    with count_statements() as sent:
        assert objective_judging.judge(later()).figures() == {"met": 1, "missed": 1, "too_few": 0}
    assert len(sent) <= 3
    assert objective_judging.judge(later()).figures() == {"met": 0, "missed": 0, "too_few": 0}
    found = shown(one)
    assert [month.judgement for month in found.months] == [(Verdict.MET, True), (Verdict.MISSED, True)]
    assert [month.asks for month in found.months] == [False, True]
    assert found.judgement.verdict is Verdict.MISSED
    assert found.asked == 1


def test_what_changes_after_the_publishing_changes_no_verdict(cast: Cast) -> None:
    one = made(cast, last="2027-01")
    publish(JANUARY, 39, 1)
    objective_judging.judge(later(2))
    with transaction() as session:
        for row in session.scalars(select(MonthTally).where(MonthTally.month == JANUARY)):
            row.counts = {"lapsed": {"1|first|unexplained": 40}}
    publishing.publish(later(2), 10)
    objective_judging.judge(later(2))
    [month] = shown(one).months
    assert month.judgement.verdict is Verdict.MET
    assert month.figure is not None
    assert month.figure.part == 39


def test_an_office_that_counted_nothing_has_too_few(cast: Cast) -> None:
    one = made(cast, last="2027-01")
    publish(JANUARY, 40, 0, "COLL-438")
    assert objective_judging.judge(later(2)).too_few == 1
    assert shown(one).judgement.verdict is Verdict.TOO_FEW


def test_a_withdrawn_objective_is_not_judged(cast: Cast) -> None:
    objectives.withdraw_objective(cast.meena, DHOLKA, made(cast), DECEMBER)
    publish(JANUARY, 40, 0)
    objective_judging.judge(later(2))
    assert db.session.scalar(select(func.count()).select_from(ObjectiveMonth)) == 0


def test_the_owner_or_the_head_answers_for_a_missed_month_once(cast: Cast) -> None:
    one = made(cast)
    publish(JANUARY, 10, 30)
    JOBS["objectives"].run(later(2))
    said = "Two of three officers were at the election until the twentieth."
    with pytest.raises(Forbidden):
        objectives.answer_month(cast.hansa, DHOLKA, one, JANUARY, said, "", False, later(2), RULES)
    with pytest.raises(NotFound):
        objectives.answer_month(cast.bharat, DHOLKA, one, FEBRUARY, said, "", False, later(2), RULES)
    objectives.answer_month(cast.bharat, DHOLKA, one, JANUARY, said, "", True, later(2), RULES)
    with pytest.raises(AlreadyDone):
        objectives.answer_month(
            cast.meena, DHOLKA, one, JANUARY, "Something else entirely.", "", False, later(2), RULES
        )
    month = shown(one).months[0]
    opened = db.session.scalars(select(Nonconformity)).one()
    assert (month.reason, month.nonconformity, month.asks) == (said, opened.number, False)
    assert (opened.source, opened.statement, opened.indicator) == (Source.OBJECTIVE, said, "on_time")


@pytest.mark.parametrize(
    ("reason", "reference", "opens", "field"),
    [
        ("so", "", True, "reason"),
        ("", "", True, "reason"),
        ("Two of three officers were away.", "NC-2027-3", False, "reference"),
    ],
)
def test_an_answer_that_names_or_opens_nothing_real_is_refused(
    cast: Cast, reason: str, reference: str, opens: bool, field: str
) -> None:
    one = made(cast)
    publish(JANUARY, 10, 30)
    JOBS["objectives"].run(later(2))
    with pytest.raises(Invalid) as refusal:
        objectives.answer_month(cast.bharat, DHOLKA, one, JANUARY, reason, reference, opens, later(2), RULES)
    assert set(refusal.value.errors) == {field}
    assert shown(one).months[0].asks
    assert db.session.scalars(select(Nonconformity)).all() == []


def test_who_can_sign_in_no_more_answers_for_no_new_objective(cast: Cast) -> None:
    accounts.disable_person(cast.bharat.person_id or 0, DECEMBER)
    with pytest.raises(Invalid) as refusal:
        made(cast)
    assert set(refusal.value.errors) == {"owner"}


def test_a_page_costs_the_same_for_one_objective_as_for_many(
    cast: Cast, count_statements: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    made(cast)
    whose = quality_scopes.named(db.session(), gujarat(), Scope.OFFICE, DHOLKA)
    spent = []
    for more in ((), ("confirmed", "refused", "satisfied", "fell")):
        for code in more:
            made(cast, indicator=code)
        db.session.commit()
        with count_statements() as sent:
            objective_views.shown_of(db.session(), whose)
        spent.append(len(sent))
    assert spent[0] == spent[1] == 4
