"""Nothing is written outside a use case, on either database: what would be kept of it would differ between them."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from swagat.database import NestedTransaction, WriteOutsideTransaction, alone, db, snapshot, table_of, transaction
from swagat.models import JobRun
from swagat.services import catalogue, places

AT = datetime(2026, 1, 1, tzinfo=UTC)
ROW = {"job": "new", "slot": AT, "started_at": AT, "outcome": "done", "report": {}}


def kept(session: Session) -> JobRun:
    return session.get_one(JobRun, ("kept", AT))


def add(session: Session) -> None:
    session.add(JobRun(**ROW))
    session.flush()


def add_and_commit(session: Session) -> None:
    session.add(JobRun(**ROW))
    session.commit()


def change_and_read(session: Session) -> None:
    kept(session).outcome = "changed"
    session.scalars(select(JobRun)).all()


def remove(session: Session) -> None:
    session.delete(kept(session))
    session.flush()


WRITES: dict[str, Callable[[Session], Any]] = {
    "add": add,
    "add and commit": add_and_commit,
    "change and read": change_and_read,
    "remove": remove,
    "insert": lambda session: session.execute(insert(JobRun).values(**ROW)),
    "insert many": lambda session: session.execute(insert(JobRun), [ROW, ROW | {"job": "other"}]),
    "insert into the table": lambda session: session.execute(insert(table_of(JobRun)), ROW),
    "insert and return": lambda session: session.scalars(insert(JobRun).values(**ROW).returning(JobRun.job)).all(),
    "update": lambda session: session.execute(update(JobRun).values(outcome="changed")),
    "update the table": lambda session: session.execute(update(table_of(JobRun)).values(outcome="changed")),
    "delete": lambda session: session.execute(delete(JobRun)),
    "delete and return": lambda session: session.scalar(delete(JobRun).returning(JobRun.job)),
}


@pytest.fixture
def held(app: Flask) -> Any:
    """A database with one row in it."""
    with transaction() as session:
        session.add(JobRun(**ROW | {"job": "kept"}))
    yield
    db.session.rollback()


def rows() -> list[tuple[str, str]]:
    db.session.remove()
    return [(run.job, run.outcome) for run in db.session.scalars(select(JobRun))]


@pytest.mark.parametrize("write", WRITES)
def test_a_write_outside_a_use_case_is_refused_and_leaves_nothing(held: None, write: str) -> None:
    with pytest.raises(WriteOutsideTransaction, match=r"with transaction\(\)"):
        WRITES[write](db.session())
    assert rows() == [("kept", "done")]
    with snapshot() as session, pytest.raises(WriteOutsideTransaction):
        WRITES[write](session)
    assert rows() == [("kept", "done")]


@pytest.mark.parametrize("write", WRITES)
def test_the_same_write_within_a_use_case_is_kept(held: None, write: str) -> None:
    with transaction() as session:
        WRITES[write](session)
    assert rows() != [("kept", "done")]


def test_after_a_refused_use_case_writing_outside_is_refused_as_before(app: Flask) -> None:
    with pytest.raises(NestedTransaction), transaction(), transaction():
        pass
    with pytest.raises(WriteOutsideTransaction):
        db.session.execute(delete(JobRun))


@pytest.mark.concurrency
def test_a_statement_alone_is_kept_at_once_and_gives_back_its_rows(own_app: Flask) -> None:
    with own_app.app_context():
        assert not alone(insert(table_of(JobRun)), ROW)
        db.session.rollback()
        assert rows() == [("new", "done")]
        gone = delete(table_of(JobRun)).where(table_of(JobRun).c.job == bindparam("which"))
        assert [row.job for row in alone(gone.returning(table_of(JobRun).c.job), {"which": "new"})] == ["new"]
        assert rows() == []


def test_a_statement_alone_is_refused_within_a_use_case_and_allows_nothing_after_it(app: Flask) -> None:
    with pytest.raises(NestedTransaction), transaction():
        alone(insert(table_of(JobRun)), ROW)
    alone(insert(table_of(JobRun)), ROW)
    with pytest.raises(WriteOutsideTransaction):
        db.session.execute(delete(JobRun))
    assert rows() == [("new", "done")]


def test_reading_needs_no_use_case(app: Flask) -> None:
    assert places.districts(catalogue.state_named("GJ").id)
    with snapshot() as session:
        assert session.scalars(select(JobRun)).all() == []
