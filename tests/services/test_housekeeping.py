import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from swagat.database import db, transaction
from swagat.models import CodePurpose, FilingDraft, JobRun
from swagat.services import sessions
from swagat.services.housekeeping import RUNS_KEPT, Tidied, sweep_drafts, sweep_runs, tidy
from swagat.services.limits import count_try
from swagat.services.one_time_codes import Asking, CodeLimits, send
from swagat.storage import Storage
from tests.builders import post_cast

NOW = datetime(2026, 12, 4, 6, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)
TWO_DAYS = timedelta(hours=48)


def draft(key: str, touched_at: datetime) -> FilingDraft:
    return FilingDraft(key=key, browser_digest=b"0" * 32, answers={}, touched_at=touched_at)


def run(slot: datetime, ended_at: datetime | None) -> JobRun:
    return JobRun(job="sweep", slot=slot, started_at=slot, ended_at=ended_at, outcome="done", report={})


def age(folder: Path, digest: str) -> None:
    then = (NOW - TWO_DAYS - SECOND).timestamp()
    (paper,) = (path for path in folder.rglob("*") if path.is_file() and path.name in digest)
    os.utime(paper, (then, then))


def test_a_draft_is_erased_when_nobody_touched_it_for_two_days(app: Flask) -> None:
    with transaction() as session:
        session.add_all([draft("old", NOW - TWO_DAYS - SECOND), draft("young", NOW - TWO_DAYS)])
    assert sweep_drafts(TWO_DAYS, NOW) == 1
    assert list(db.session.scalars(select(FilingDraft.key))) == ["young"]


def test_runs_are_kept_for_a_week_and_those_that_never_ended_for_ever(app: Flask) -> None:
    old = NOW - RUNS_KEPT - SECOND
    with transaction() as session:
        session.add_all([run(old, old), run(NOW - RUNS_KEPT, NOW - RUNS_KEPT), run(old - SECOND, None)])
    assert sweep_runs(NOW) == 1
    assert set(db.session.scalars(select(JobRun.slot))) == {NOW - RUNS_KEPT, old - SECOND}


@pytest.mark.parametrize("again", [False, True])
def test_tidying_counts_what_it_erased_and_finds_nothing_the_second_time(
    app: Flask, tmp_path: Path, again: bool
) -> None:
    old = NOW - RUNS_KEPT - SECOND
    meena = post_cast().meena
    with transaction() as session:
        session.add_all([draft("old", NOW - TWO_DAYS - SECOND), run(old, old)])
        sessions.begin(session, meena.person_id or 0, NOW - timedelta(days=31))
    count_try("track", "GJ-1", old, 900, 5, key="a secret of the tests")
    asking = Asking(CodePurpose.FILING, "+919876543210", "", "")
    send(asking, "gu", old, "a secret of the tests", CodeLimits(1, 1, 1), texted=False)
    storage = Storage(tmp_path)
    age(tmp_path, storage.put(b"a paper that no case names"))
    if again:
        tidy(storage, 48, 5, NOW)
    assert tidy(storage, 48, 5, NOW) == (Tidied(*[0] * 7) if again else Tidied(1, 1, 4, 1, 1, 1, 1))
