"""What offices do is counted as it was worked out by hand, whenever it is counted and however often."""

import random
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from swagat.database import db, is_sqlite, transaction
from swagat.domain.quality.measures import Measure
from swagat.domain.workflow import Action
from swagat.models import CaseCount, FilingMode, Grievance, GrievanceEvent, MonthTally, Office, Place, Scope, Uncounted
from swagat.services import catalogue, counting, escalation, registers, tallies
from swagat.services.counting import CountReport
from swagat.services.tallies import Period, Where, added
from tests.builders import KANTA, RULES, Cast, act, assigned, case, day, disposed, file_case, gujarat, office, post_cast
from tests.services.counted_history import SWEPT, history, table
from tests.services.test_two_at_once import at_once

Counting = Callable[[], AbstractContextManager[list[str]]]
JULY = Period(date(2026, 7, 1), date(2026, 7, 1))
NOW = day(SWEPT + 1)
REVENUE, PANCHAYATS = ("MAM-3783", "RAC-438"), ("TDO-3783", "DYDDO-438")


def of(scope: Scope, scope_id: int, **more: bool) -> dict[str, dict[str, int]]:
    """Return the tally of a scope for July as the table writes it."""
    db.session.commit()
    return plain(tallies.tally(db.session(), Where(gujarat(), scope, scope_id), JULY, **more))


def plain(tally: Mapping[Measure, Mapping[str, int]]) -> dict[str, dict[str, int]]:
    return {measure.value: dict(keys) for measure, keys in tally.items() if keys}


def department(code: str) -> int:
    return next(one.id for one in catalogue.departments() if one.code == code)


def ahmedabad() -> int:
    return db.session.scalars(select(Place.district_id).join(Office).where(Office.code == "MAM-3783")).one() or 0


def together(*codes: str) -> dict[str, dict[str, int]]:
    return plain(added(table()[code] for code in codes))


def books() -> dict[str, list[Any]]:
    """Return all that was counted, without when."""
    db.session.commit()
    rows = select(MonthTally.scope, MonthTally.scope_id, MonthTally.month, MonthTally.counts)
    counts = select(
        CaseCount.grievance_id, CaseCount.measure, CaseCount.office_id, CaseCount.month, CaseCount.key, CaseCount.number
    )
    return {
        "tallies": sorted((row for row in db.session.execute(rows)), key=lambda row: row[:3]),
        "cases": sorted(tuple(row) for row in db.session.execute(counts)),
    }


def waiting() -> int:
    db.session.commit()
    return db.session.scalar(select(func.count()).select_from(Uncounted)) or 0


def check_table() -> None:
    """Check office, department, district and state against what was worked out by hand."""
    for code, expected in table().items():
        assert of(Scope.OFFICE, office(code)) == expected, code
    assert of(Scope.DEPARTMENT, department("REV")) == together(*REVENUE)
    assert of(Scope.DEPARTMENT, department("PRD")) == together(*PANCHAYATS)
    assert of(Scope.DISTRICT, ahmedabad()) == of(Scope.STATE, gujarat()) == together(*REVENUE, *PANCHAYATS)


def test_the_history_counts_for_office_department_district_and_state_as_worked_out_by_hand(cast: Cast) -> None:
    for _step in history(cast):
        pass
    entries = db.session.scalar(select(func.count()).select_from(GrievanceEvent))
    assert waiting() == entries
    report = counting.count(NOW)
    assert (report.entries, report.cases, waiting()) == (entries, 6, 0)
    check_table()


@pytest.mark.parametrize("seed", range(3))
def test_whenever_it_is_counted_in_between_the_figures_end_the_same(cast: Cast, seed: int) -> None:
    dice = random.Random(seed)
    for at, _step in enumerate(history(cast)):
        if dice.random() < 0.7:
            # At most so many entries a batch, and now and then only one batch of them.
            counting.count(day(at), dice.randint(1, 9), dice.choice([0, counting.SECONDS]))
    counting.count(NOW)
    check_table()


def test_what_is_counted_again_changes_nothing(cast: Cast) -> None:
    for _step in history(cast):
        pass
    counting.count(NOW)
    before = books()
    with transaction() as session:
        for row in session.execute(select(GrievanceEvent.grievance_id, GrievanceEvent.seq)).all():
            session.add(Uncounted(grievance_id=row.grievance_id, seq=row.seq))
    again = counting.count(day(30), 4)
    assert (again.changed, again.entries > 20, again.batches > 5, waiting()) == (0, True, True, 0)
    assert books() == before
    assert counting.count(day(31)) == CountReport()


def test_a_count_that_came_to_nothing_is_kept_nowhere(cast: Cast) -> None:
    number = assigned(cast)
    counting.count(day(1))
    open_ = select(CaseCount.key).where(CaseCount.measure == Measure.OPEN)
    assert list(db.session.scalars(open_)) == ["2026-07-01|0"]
    act(KANTA, number, Action.WITHDRAW, 1)
    counting.count(day(2))
    db.session.commit()
    assert list(db.session.scalars(open_)) == []
    assert not any("open" in counts for counts in db.session.scalars(select(MonthTally.counts)))


def test_an_office_in_no_district_counts_for_its_department_and_the_state_alone(cast: Cast) -> None:
    file_case()
    escalation.sweep(day(80), RULES)
    counting.count(day(80))
    year = Period(date(2026, 7, 1), date(2026, 12, 1))

    def lapsed(scope: Scope, scope_id: int) -> Mapping[str, int]:
        return tallies.tally(db.session(), Where(gujarat(), scope, scope_id), year).get(Measure.LAPSED, {})

    steps = {f"{level}|{'first' if level == 1 else 'later'}|unexplained": 1 for level in range(1, 6)}
    assert lapsed(Scope.STATE, gujarat()) == steps
    # The commissioner's and the secretary's offices stand at level 4 and 5 and work for the whole state.
    below = {key: number for key, number in steps.items() if key[0] in "123"}
    assert lapsed(Scope.DISTRICT, ahmedabad()) == below
    assert lapsed(Scope.OFFICE, office("PS-REV")) == {"5|later|unexplained": 1}
    assert lapsed(Scope.DEPARTMENT, department("REV")) == steps


def test_what_came_from_another_system_is_counted_apart(cast: Cast) -> None:
    file_case("ours")
    theirs = file_case("theirs", mobile="+919876543219").number
    with transaction() as session:
        session.execute(
            update(Grievance).where(Grievance.registration_number == theirs).values(mode=FilingMode.IMPORTED)
        )
    counting.count(NOW)
    for scope, scope_id in ((Scope.STATE, gujarat()), (Scope.OFFICE, office("MAM-3783"))):
        assert of(scope, scope_id)["open"] == {"2026-07-01|0": 2}
        assert of(scope, scope_id, with_imported=False)["open"] == {"2026-07-01|0": 1}


def test_a_subject_that_is_corrected_moves_what_was_received(cast: Cast) -> None:
    number = file_case().number
    counting.count(NOW)
    other = catalogue.category_named("REV-MUTATION")
    act(cast.meena, number, Action.REGRADE, 1, category_id=other.id)
    counting.count(NOW)
    assert case(number).category_id == other.id
    assert of(Scope.STATE, gujarat())["received"] == {str(other.id): 1}


def test_a_register_that_cannot_be_read_keeps_no_other_case_from_being_counted(cast: Cast) -> None:
    broken = disposed(cast)
    counting.count(day(0))
    act(KANTA, broken, Action.CONFIRM, 1)
    confirmed = (GrievanceEvent.grievance_id == case(broken).id) & (GrievanceEvent.action == Action.CONFIRM)
    payload = db.session.scalars(select(GrievanceEvent.payload).where(confirmed)).one()

    def write(changed: dict[str, Any]) -> None:
        with transaction() as session:
            session.execute(update(GrievanceEvent).where(confirmed).values(payload=changed))

    write({})
    file_case("other", mobile="+919876543219")
    # One entry a batch, so that the one that fails would be taken again and again.
    report = counting.count(NOW, 1)
    assert (report.cases, report.figures()["failed"], waiting()) == (1, 1, 1)
    assert of(Scope.STATE, gujarat())["answered"] == {"redressed|pending": 1}
    assert of(Scope.STATE, gujarat())["open"] == {"2026-07-01|0": 1}
    write(payload)
    assert counting.count(NOW).figures()["failed"] == waiting() == 0
    assert of(Scope.STATE, gujarat())["answered"] == {"redressed|confirmed": 1}


# As known on a date


def test_figures_as_known_on_a_date_are_those_that_were_counted_then(cast: Cast) -> None:
    wheres = [
        Where(gujarat(), Scope.STATE, gujarat()),
        Where(gujarat(), Scope.DISTRICT, ahmedabad()),
        Where(gujarat(), Scope.DEPARTMENT, department("REV")),
        *(Where(gujarat(), Scope.OFFICE, office(code)) for code in table()),
    ]
    then: dict[float, list[Any]] = {}
    for step in history(cast):
        counting.count(NOW)
        db.session.commit()
        newest = db.session.scalar(select(func.max(GrievanceEvent.at)))
        assert newest is not None, step
        then[(newest - day(0)).days] = [plain(tallies.tally(db.session(), where, JULY)) for where in wheres]
    assert len(then) == 7
    for at, expected in then.items():
        found = [plain(counting.known_on(db.session(), where, JULY, day(at))) for where in wheres]
        assert found == expected, at
    assert counting.known_on(db.session(), wheres[0], JULY, day(-1)) == {}


def test_what_is_not_counted_yet_is_known_all_the_same(cast: Cast) -> None:
    file_case()
    where = Where(gujarat(), Scope.STATE, gujarat())
    known = counting.known_on(db.session(), where, JULY, day(0))
    assert known[Measure.OPEN] == {"2026-07-01|0": 1}
    assert of(Scope.STATE, gujarat()) == {}


# What it costs


def test_a_batch_costs_as_many_statements_however_many_cases_it_has(cast: Cast, count_statements: Counting) -> None:
    costs = []
    for many in (1, 12):
        numbers = [assigned(cast, f"{many} {at}", mobile=f"+9198765{many:02}{at:03}") for at in range(many)]
        counting.count(NOW)
        for number in numbers:
            act(KANTA, number, Action.WITHDRAW, 1)
        with count_statements() as sent:
            assert counting.count(NOW).cases == many
        costs.append(len(sent))
    # On PostgreSQL the turn to count is waited for.
    assert costs == [10 if is_sqlite(db.session()) else 11] * 2


def test_an_act_costs_one_statement_more_because_it_will_be_counted(
    cast: Cast, count_statements: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    costs = []
    for key in ("with", "without"):
        number = disposed(cast, key, mobile=f"+91987654321{len(key)}")
        with count_statements() as sent:
            act(KANTA, number, Action.CONFIRM, 1)
        costs.append(len(sent))
        monkeypatch.setattr(registers, "uncounted", lambda _entries: [])
    assert costs[0] == costs[1] + 1


# Several at once


@pytest.mark.concurrency
def test_several_that_count_at_once_count_nothing_twice(own_app: Flask) -> None:
    with own_app.app_context():
        cast = post_cast()
        for _step in history(cast):
            works = [lambda: counting.count(NOW, 3) for _ in range(3)]
            results = at_once(own_app, *works)
            assert all(isinstance(one, CountReport) for one in results), results
        assert waiting() == 0
        check_table()
