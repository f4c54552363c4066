"""Deadlines of the quality system: each is met, cancelled or fired, once, whoever sweeps and however often."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import count
from signal import SIGKILL
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from swagat.database import db, table_of, transaction
from swagat.jobs.schedule import JOBS
from swagat.models import DeadlineEnd, Opening, QualityDeadline
from swagat.services import quality_deadlines
from swagat.services.quality_deadlines import Due, Handler, SweepReport, cancel, meet, set_deadline
from tests.builders import day
from tests.services.test_sweep_crashes import at_step, ended, forked, kill, wait_until_forgotten
from tests.services.test_two_at_once import at_once

MINUTE = timedelta(minutes=1)


def note(session: Session, due: Due, now: datetime) -> None:
    """Leave a mark in the sweep's transaction: what a deadline does when it fires."""
    session.add(
        Opening(grievance_id=due.subject_id, person_id=due.ordinal, what=due.clock, reason=due.kind, opened_at=now)
    )
    session.flush()


def hold_nothing(_session: Session, _subject_id: int) -> None:
    return


HANDLERS = {"kite": Handler(note, hold_nothing)}


def sweep(at: float, handlers: dict[str, Handler] = HANDLERS) -> SweepReport:
    return quality_deadlines.sweep(day(at), handlers)


def put(subject_id: int, due: float, clock: str = "land", ordinal: int = 1, kind: str = "kite") -> bool:
    with transaction() as session:
        return set_deadline(session, kind, subject_id, clock, day(due), day(0), ordinal)


def do(what: Callable[..., Any], *given: Any) -> Any:
    with transaction() as session:
        return what(session, *given)


def marks() -> list[tuple[int, str]]:
    rows = db.session.execute(select(Opening.grievance_id, Opening.what).order_by(Opening.id)).all()
    db.session.rollback()
    return [(row[0], row[1]) for row in rows]


def row_of(subject_id: int) -> Any:
    table = table_of(QualityDeadline)
    one = db.session.execute(select(table).where(table.c.subject_id == subject_id)).one()
    db.session.rollback()
    return one


def test_it_fires_at_its_instant_and_once(app: Flask) -> None:
    put(1, due=10)
    assert quality_deadlines.sweep(day(10) - MINUTE, HANDLERS).fired == 0
    assert sweep(10) == SweepReport(fired=1)
    assert sweep(11) == SweepReport()
    assert marks() == [(1, "land")]
    assert (row_of(1).ended_as, row_of(1).ended_at) == (DeadlineEnd.FIRED, day(10))


def test_after_a_stop_all_that_was_missed_fires_once_the_oldest_first(app: Flask) -> None:
    for subject_id, due in ((3, 12), (1, 10), (2, 11)):
        put(subject_id, due)
    report = sweep(20)
    assert (report.fired, report.oldest_lag_s) == (3, 10 * 86400)
    assert [one for one, _clock in marks()] == [1, 2, 3]


def test_what_firing_sets_in_the_past_fires_in_the_same_sweep(app: Flask) -> None:
    def again(session: Session, due: Due, now: datetime) -> None:
        note(session, due, now)
        set_deadline(session, due.kind, due.subject_id, due.clock, due.due_at + timedelta(days=5), now, due.ordinal + 1)

    put(1, due=10)
    assert sweep(21, {"kite": Handler(again, hold_nothing)}).fired == 3
    assert db.session.scalar(select(func.count()).where(QualityDeadline.ended_at.is_(None))) == 1


def test_set_again_it_moves_while_it_lives_and_stays_as_it_ended_afterwards(app: Flask) -> None:
    assert put(1, due=10)
    assert put(1, due=15)
    assert sweep(14).fired == 0
    assert sweep(15).fired == 1
    assert put(1, due=20) is False
    assert sweep(30).fired == 0
    assert put(1, due=20, ordinal=2)
    assert sweep(30).fired == 1


@pytest.mark.parametrize(
    ("end", "ended_as"),
    [
        (lambda session: meet(session, "kite", 1, "land", day(9)), DeadlineEnd.MET),
        (lambda session: cancel(session, "kite", 1, day(9)), DeadlineEnd.CANCELLED),
        (lambda session: cancel(session, "kite", 1, day(9), "land"), DeadlineEnd.CANCELLED),
    ],
)
def test_what_is_met_or_cancelled_never_fires_and_cannot_end_twice(
    app: Flask, end: Callable[[Session], int], ended_as: DeadlineEnd
) -> None:
    put(1, due=10)
    assert do(end) == 1
    assert do(end) == 0
    assert sweep(20).fired == 0
    assert (row_of(1).ended_as, row_of(1).ended_at) == (ended_as, day(9))


def test_only_the_duty_that_is_named_ends(app: Flask) -> None:
    put(1, 10, "land")
    put(1, 10, "wind up")
    put(2, 10, "land")
    put(1, 10, "land", kind="balloon")
    assert do(meet, "kite", 1, "land", day(9))
    assert sweep(20, HANDLERS | {"balloon": HANDLERS["kite"]}).fired == 3


def test_one_that_fails_is_undone_put_off_and_does_not_stop_the_rest(app: Flask) -> None:
    def fail_at_two(session: Session, due: Due, now: datetime) -> None:
        note(session, due, now)
        if due.subject_id == 2:
            raise RuntimeError("the string is torn")

    for subject_id in (1, 2, 3):
        put(subject_id, due=10)
    torn = {"kite": Handler(fail_at_two, hold_nothing)}
    report = sweep(10, torn)
    assert (report.fired, report.failed, report.ok) == (2, 1, False)
    assert marks() == [(1, "land"), (3, "land")]
    failed = row_of(2)
    assert (failed.tries, failed.failure, failed.ended_at) == (1, "RuntimeError", None)
    assert (failed.due_at, failed.fire_at) == (day(10), day(10) + 5 * MINUTE)
    assert quality_deadlines.sweep(failed.fire_at, torn).failed == 1
    assert row_of(2).fire_at == failed.fire_at + 10 * MINUTE
    assert sweep(11).fired == 1
    assert marks() == [(1, "land"), (3, "land"), (2, "land")]


def test_a_kind_that_nobody_handles_is_put_off_and_counted(app: Flask) -> None:
    put(1, due=10, kind="lantern")
    assert sweep(10).failed == 1
    assert row_of(1).failure == "KeyError"


def test_more_than_a_batch_fires_in_one_sweep(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quality_deadlines, "BATCH", 4)
    for subject_id in range(10):
        put(subject_id, due=10)
    assert sweep(10).fired == 10


def test_the_job_sweeps_every_minute() -> None:
    assert JOBS["quality_deadlines"].every == MINUTE


# Many at once, and killed


@pytest.fixture
def own(own_app: Flask) -> Iterator[Flask]:
    with own_app.app_context():
        yield own_app


@pytest.mark.concurrency
def test_sweeps_at_once_fire_each_once(own: Flask) -> None:
    for subject_id in range(25):
        put(subject_id, due=10)
    reports = at_once(own, *[lambda: sweep(10)] * 3)
    assert sum(one.fired for one in reports) == 25
    assert sum(one.failed for one in reports) == 0
    assert sorted(one for one, _clock in marks()) == list(range(25))


@pytest.mark.concurrency
def test_done_at_the_moment_it_fires_it_ends_one_way(own: Flask) -> None:
    for subject_id in range(10):
        put(subject_id, due=10)

    def do_all() -> list[bool]:
        return [do(meet, "kite", one, "land", day(10)) for one in reversed(range(10))]

    report, met = at_once(own, lambda: sweep(10), do_all)
    assert report.failed == 0
    assert report.fired + sum(met) == 10
    assert len(marks()) == report.fired


@pytest.mark.concurrency
def test_killed_after_any_statement_it_has_done_all_or_nothing_and_the_next_does_it_once(own: Flask) -> None:
    for step in count(1):
        put(step, due=10)

        def killed(step: int = step) -> None:
            at_step(step, kill)
            sweep(10)

        code = ended(forked(killed))
        wait_until_forgotten()
        has_fired = row_of(step).ended_as is DeadlineEnd.FIRED
        assert (marks().count((step, "land")) == 1) is has_fired
        assert sweep(10).fired == (not has_fired)
        assert marks().count((step, "land")) == 1
        if code == 0:
            break
        assert code == -SIGKILL
    # Reading, claiming, the effect and the commit.
    assert step > 3
