"""The ground the other tests stand on: what one test commits, no other sees."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from swagat.database import db, transaction
from swagat.models import JobRun
from tests.conftest import statements

AT = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("turn", [1, 2])
def test_what_a_test_commits_is_gone_for_the_next(app: Flask, turn: int) -> None:
    assert db.session.get(JobRun, ("same", AT)) is None
    with transaction() as session:
        session.add(JobRun(job="same", slot=AT, started_at=AT, outcome="done", report={}))
    db.session.remove()
    assert db.session.get(JobRun, ("same", AT)) is not None


def test_a_rolled_back_use_case_leaves_what_was_committed_before(app: Flask) -> None:
    with transaction() as session:
        session.add(JobRun(job="kept", slot=AT, started_at=AT, outcome="done", report={}))
    with pytest.raises(IntegrityError):
        add_twice()
    assert list(db.session.scalars(select(JobRun.job))) == ["kept"]


def add_twice() -> None:
    with transaction() as session:
        for _ in range(2):
            session.execute(insert(JobRun).values(job="lost", slot=AT, started_at=AT, outcome="done", report={}))


def test_statements_are_counted_without_those_of_the_transaction(app: Flask) -> None:
    with statements() as sent, transaction() as session:
        session.execute(select(JobRun.job))
        session.execute(select(JobRun.slot))
    assert len(sent) == 2


def test_instants_come_back_as_they_went_in(app: Flask) -> None:
    with transaction() as session:
        session.add(JobRun(job="instant", slot=AT, started_at=AT, outcome="done", report={}))
    db.session.expire_all()
    assert db.session.scalars(select(JobRun.started_at)).one() == AT
