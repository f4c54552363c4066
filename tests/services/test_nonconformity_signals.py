"""What the program opens by itself, from appeals, repeats, hot-spots and figures: one for an office and a month."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from swagat.database import db, transaction
from swagat.domain.nonconformities import Source, Stage, Step
from swagat.domain.quality.measures import Measure
from swagat.domain.quality.periods import months_after, months_between
from swagat.domain.workflow import Action
from swagat.jobs.runner import run_slot
from swagat.jobs.schedule import JOBS
from swagat.models import FilingMode, Grievance, Nonconformity, NonconformityCase, PublishedTally, Scope
from swagat.services import nonconformity_signals
from swagat.services.nonconformity_signals import SignalsReport, look
from tests.builders import KANTA, RULES, Cast, act, case, day, dholka, disposed, file_case, gujarat, office
from tests.counted import count_cases
from tests.services.corrective_steps import take, team

JULY = date(2026, 7, 1)
MANY = replace(RULES, nonconformity_repeats=0, hot_spot_cases=3)
NEITHER = replace(RULES, nonconformity_repeats=0, hot_spot_cases=0)


def look_at(at: float, rules: Any = RULES) -> SignalsReport:
    count_cases(day(at))
    db.session.commit()
    return look(day(at), rules)


def opened() -> list[Nonconformity]:
    db.session.commit()
    asked = select(Nonconformity).order_by(Nonconformity.id).execution_options(populate_existing=True)
    return list(db.session.scalars(asked))


def cases_of(row: Nonconformity) -> set[str]:
    asked = select(Grievance.registration_number).join(
        NonconformityCase, NonconformityCase.grievance_id == Grievance.id
    )
    return {str(one) for one in db.session.scalars(asked.where(NonconformityCase.nonconformity_id == row.id))}


def appealed(cast: Cast, key: str, *, is_allowed: bool = True) -> str:
    number = disposed(cast, key)
    act(KANTA, number, Action.LODGE_APPEAL, 3)
    act(cast.additional_collector, number, Action.ALLOW_APPEAL if is_allowed else Action.DISMISS_APPEAL, 5)
    return number


# Appeals


def test_appeals_that_were_allowed_in_a_month_open_one_of_the_office_that_disposed(cast: Cast) -> None:
    numbers = {appealed(cast, "one"), appealed(cast, "two")}
    appealed(cast, "dismissed", is_allowed=False)
    assert look_at(6, NEITHER) == SignalsReport(appeals=1)
    (row,) = opened()
    assert (row.source, row.office_id, row.month) == (Source.APPEAL, office("MAM-3783"), JULY)
    assert (row.indicator, row.opened_by_id, row.stage) == ("appeals_allowed", None, Stage.OPENED)
    assert cases_of(row) == numbers


def test_looked_at_again_nothing_opens_twice_and_new_cases_join_while_it_is_open(cast: Cast) -> None:
    first = appealed(cast, "one")
    look_at(6, NEITHER)
    assert look_at(7, NEITHER) == SignalsReport()
    second = appealed(cast, "two")
    assert look_at(8, NEITHER) == SignalsReport(cases_added=1)
    (row,) = opened()
    assert cases_of(row) == {first, second}


def test_what_comes_after_it_has_ended_opens_another_with_the_new_cases_alone(cast: Cast) -> None:
    us, _first = team(cast), appealed(cast, "one")
    look_at(6, NEITHER)
    take(us.quality, opened()[0].number, Step.PROPOSE_CANCEL, 7)
    take(cast.collector, opened()[0].number, Step.CANCEL, 7)
    assert look_at(8, NEITHER) == SignalsReport()
    second = appealed(cast, "two")
    assert look_at(9, NEITHER) == SignalsReport(appeals=1)
    assert [cases_of(row) for row in opened()][1:] == [{second}]


def test_a_month_has_its_own_and_one_that_is_long_over_is_left_alone(cast: Cast) -> None:
    appealed(cast, "one")
    assert look_at(200, NEITHER) == SignalsReport()
    assert look_at(150, NEITHER) == SignalsReport(appeals=1)


# Repeats


@pytest.mark.parametrize(("least", "reports"), [(1, 1), (2, 1), (3, 0), (0, 0)])
def test_repeats_open_one_from_so_many_in_a_month_on_and_none_at_zero(cast: Cast, least: int, reports: int) -> None:
    numbers = [file_case(f"case {step}").number for step in range(3)]
    rules = replace(RULES, nonconformity_repeats=least, hot_spot_cases=0)
    assert look_at(2, rules) == SignalsReport(repeats=reports)
    assert [cases_of(row) for row in opened()] == [set(numbers[1:])] * reports
    if reports:
        assert (opened()[0].source, opened()[0].indicator) == (Source.REPEAT, "repeated")


# Hot-spots


@pytest.mark.parametrize(("least", "reports"), [(3, 1), (4, 0), (0, 0)])
def test_so_many_about_one_subject_at_one_place_are_a_hot_spot(cast: Cast, least: int, reports: int) -> None:
    numbers = {file_case(f"case {step}", mobile=f"+91987654321{step}").number for step in range(3)}
    file_case("another subject", category="REV-MUTATION", mobile="+919876543219")
    rules = replace(MANY, hot_spot_cases=least)
    assert look_at(2, rules) == SignalsReport(hot_spots=reports)
    assert [cases_of(row) for row in opened()] == [numbers] * reports
    if reports:
        (row,) = opened()
        assert row.facts == {"category_id": case(next(iter(numbers))).category_id, "place_ids": [dholka().id],
                             "cases": 3}  # fmt: skip


def test_each_subject_has_a_hot_spot_of_its_own_because_its_cause_is_another(cast: Cast) -> None:
    for subject in ("REV-712", "REV-MUTATION"):
        for step in range(3):
            file_case(f"{subject} {step}", category=subject, mobile=f"+9198765432{step}{len(subject) % 10}")
    assert look_at(2, MANY) == SignalsReport(hot_spots=2)


def test_what_was_brought_over_from_another_system_opens_nothing(cast: Cast) -> None:
    for step in range(3):
        file_case(f"case {step}")
    with transaction() as session:
        session.execute(update(Grievance).values(mode=FilingMode.IMPORTED))
    assert look_at(2, replace(RULES, hot_spot_cases=3)) == SignalsReport()


# Figures


NOW = datetime(2026, 12, 11, 0, 0, tzinfo=UTC)
NOVEMBER = date(2026, 11, 1)


def published(late: list[int], *, at: datetime = NOW, cases: int = 100) -> None:
    """Publish a hundred answers of Dholka in each of the months up to November, so many of them late."""
    months = months_between(months_after(NOVEMBER, 1 - len(late)), NOVEMBER)
    with transaction() as session:
        for month, number in zip(months, late, strict=True):
            counts = {
                Measure.DISPOSED.value: {"1|in_time": cases - number},
                Measure.LAPSED.value: {"1|first|unexplained": number},
            }
            for scope, scope_id in ((Scope.STATE, gujarat()), (Scope.OFFICE, office("MAM-3783"))):
                session.add(
                    PublishedTally(state_id=gujarat(), scope=scope, scope_id=scope_id, month=month, revision=0,
                                   counts=counts, as_of=at, published_at=at)
                )  # fmt: skip


# The first of two years is what the newest month is judged by.
STEADY = [*(20, 22, 18, 21, 19, 20, 23, 21) * 2, 20, 22, 19, 18, 21, 20, 23]


def test_a_published_figure_that_is_worse_by_more_than_chance_opens_one(cast: Cast) -> None:
    published([*STEADY, 60])
    assert look(NOW, RULES) == SignalsReport(control_charts=1)
    (row,) = opened()
    assert (row.source, row.indicator, row.month) == (Source.CONTROL_CHART, "on_time", NOVEMBER)
    assert row.facts["signals"]["on_time"] == ["1"]
    assert look(NOW, RULES) == SignalsReport()


@pytest.mark.parametrize("newest", [21, 0])
def test_chance_and_what_got_better_open_nothing(cast: Cast, newest: int) -> None:
    published([*STEADY, newest])
    assert look(NOW, RULES) == SignalsReport()


def test_a_month_of_few_cases_opens_nothing(cast: Cast) -> None:
    published([*(0, 1) * 11, 0, 4], cases=4)
    assert look(NOW, RULES) == SignalsReport()


def test_a_month_that_was_published_a_while_ago_has_been_looked_at(cast: Cast) -> None:
    published([*STEADY, 60], at=NOW - nonconformity_signals.LOOKED_AT * 2)
    assert look(NOW, RULES) == SignalsReport()


def test_while_one_about_the_same_figure_is_open_the_next_month_opens_no_other(cast: Cast) -> None:
    published([*STEADY, 60])
    look(NOW, RULES)
    with transaction() as session:
        session.execute(update(Nonconformity).values(reference="an earlier month"))
    assert look(NOW, RULES) == SignalsReport()
    with transaction() as session:
        session.execute(update(Nonconformity).values(stage=Stage.CANCELLED, ended_at=NOW))
    assert look(NOW, RULES) == SignalsReport(control_charts=1)


def test_the_job_looks_each_night_after_the_publishing(cast: Cast) -> None:
    appealed(cast, "one")
    count_cases(day(6))
    job = JOBS["nonconformities"]
    assert job.at is not None
    assert JOBS["publishing"].at is not None
    assert job.at > JOBS["publishing"].at
    ran = run_slot(job, day(6))
    assert ran is not None
    assert (ran.outcome, ran.report["appeals"]) == ("done", 1)
