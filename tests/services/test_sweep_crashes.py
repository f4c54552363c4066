"""A sweep that is killed, cut off or run by many at once: every deadline fires exactly once, and nothing is lost."""

import json
import os
import signal
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

from swagat.database import db, is_sqlite
from swagat.services import catalogue, escalation
from tests.builders import post_cast
from tests.services.due_cases import DueCases

pytestmark = pytest.mark.concurrency
# SQLite cuts nobody off, and lets nobody else write while somebody does.
only_a_server = pytest.mark.parametrize("backend", ["postgresql"], indirect=True)


@pytest.fixture
def app(own_app: Flask) -> Iterator[Flask]:
    with own_app.app_context():
        post_cast()
        catalogue.current()
        yield own_app


def forked(work: Callable[[], None]) -> int:
    """Begin work in a process of its own, with connections of its own, and return its id."""
    db.session.remove()
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        db.engine.dispose(close=False)
        work()
        code = 0
    finally:
        os._exit(code)


def ended(child: int) -> int:
    """Return how a process ended: its exit code, or the negative number of the signal that killed it."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def at_step(wanted: int, do: Callable[[Any], None]) -> Callable[[], int]:
    """Do something after so many statements and commits of this process; return how many there were by then.

    A commit counts before it is sent, so that the step stands between all that was written and the commit.
    """
    steps = count(1)
    seen = [0]

    def step(connection: Any, *_rest: Any) -> None:
        seen[0] = next(steps)
        if seen[0] == wanted:
            do(connection)

    event.listen(db.engine, "after_cursor_execute", step)
    event.listen(db.engine, "commit", step)

    def stop() -> int:
        event.remove(db.engine, "after_cursor_execute", step)
        event.remove(db.engine, "commit", step)
        return seen[0]

    return stop


def kill(_connection: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def wait_until_forgotten() -> None:
    """Wait until the server has seen that the killed process is gone, and let its locks go."""
    if is_sqlite(db.session()):
        return
    others = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL"
    )
    for _ in range(10_000):
        if db.session.scalar(others) == 0:
            break
        db.session.rollback()
    db.session.rollback()


def test_killed_after_any_statement_a_sweep_has_done_all_or_nothing_and_the_next_does_it_once(app: Flask) -> None:
    cases = DueCases(3)
    before, killed_before_commit = cases.books(), 0
    for step in count(1):

        def sweep(step: int = step) -> None:
            at_step(step, kill)
            cases.sweep()

        code = ended(forked(sweep))
        wait_until_forgotten()
        if cases.books() != before:
            cases.check_once(before)
        if code == 0:
            break
        assert code == -signal.SIGKILL
        killed_before_commit += cases.books() == before
    cases.check_once(before)
    # Locking, claiming, reading, and writing into seven tables.
    assert killed_before_commit >= 12


@only_a_server
def test_a_database_that_cuts_the_sweep_off_at_any_statement_loses_and_doubles_nothing(app: Flask) -> None:
    server = db.engine.url.render_as_string(hide_password=False).replace("+psycopg", "")

    def cut_off(connection: Any) -> None:
        pid = connection.connection.dbapi_connection.info.backend_pid
        with psycopg.connect(server, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))

    for step in count(1):
        cases = DueCases(2, f"cut {step}")
        before = cases.books()
        db.session.remove()
        stop = at_step(step, cut_off)
        try:
            cases.sweep()
        except DBAPIError:
            db.session.rollback()
        seen = stop()
        cases.sweep()
        cases.check_once(before)
        if seen < step:
            break
    assert step > 12


def sweep_together(cases: DueCases, processes: int, folder: Path) -> list[dict[str, int]]:
    """Let so many processes begin a sweep in the same moment, and return their reports."""
    gate, opener = os.pipe()

    def sweep(number: int) -> None:
        os.close(opener)
        # Nothing ever comes: reading ends when the other side is closed, for all in the same moment.
        os.read(gate, 1)
        (folder / f"{number}.json").write_text(json.dumps(cases.sweep().figures()))

    children = [forked(lambda number=number: sweep(number)) for number in range(processes)]  # type: ignore[misc]
    os.close(opener)
    os.close(gate)
    assert [ended(one) for one in children] == [0] * processes
    return [json.loads((folder / f"{number}.json").read_text()) for number in range(processes)]


def test_sweepers_at_once_share_a_thousand_and_fire_none_twice(app: Flask, tmp_path: Path) -> None:
    cases = DueCases(1000)
    before = cases.books()
    processes = 2 if is_sqlite(db.session()) else 4
    reports = sweep_together(cases, processes, tmp_path)
    assert sum(one["fired"] for one in reports) == 1000
    assert sum(one["failed"] + one["lapsed"] for one in reports) == 0
    cases.check_once(before)
    assert cases.sweep().fired == 0


@only_a_server
def test_a_case_that_somebody_acts_on_is_left_to_the_next_sweep(app: Flask) -> None:
    cases = DueCases(3)
    before = cases.books()
    with db.engine.begin() as somebody:
        somebody.execute(text("SELECT 1 FROM grievances WHERE id = :id FOR UPDATE"), {"id": cases.ids[1]})
        assert cases.sweep().fired == 2
    assert cases.sweep().fired == 1
    cases.check_once(before)


def test_killed_in_the_middle_of_many_batches_the_rest_is_done_by_the_next(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(escalation, "BATCH", 4)
    cases = DueCases(20)
    before = cases.books()

    def sweep() -> None:
        at_step(60, kill)
        cases.sweep()

    assert ended(forked(sweep)) == -signal.SIGKILL
    wait_until_forgotten()
    done = sum(level > 1 for level, _version in cases.books()["cases"].values())
    assert done % 4 == 0
    assert 0 < done < 20
    assert cases.sweep().fired == 20 - done
    cases.check_once(before)
