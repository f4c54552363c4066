"""A process killed while it files leaves nothing or a whole grievance, and pressing again finds what it left."""

import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from config import ROOT
from swagat.database import db, snapshot
from swagat.models import (
    Complainant,
    Deadline,
    FilingDraft,
    Grievance,
    GrievanceEvent,
    SmsMessage,
    TryCount,
)
from swagat.services import registers
from tests.services.killed_filing import LIMITS, press, pressed

# For each grievance: who, what, the opening entry, who was told, and by when to answer, to assign and to warn.
WHOLE = {Complainant: 1, Grievance: 1, GrievanceEvent: 1, SmsMessage: 1, Deadline: 3}
FEWEST_STEPS = 8


def counts() -> list[int]:
    with snapshot() as session:
        return [session.scalar(select(func.count()).select_from(table)) or 0 for table in WHOLE]


def tries() -> list[int]:
    with snapshot() as session:
        return list(session.scalars(select(TryCount.count)))


@pytest.mark.concurrency
def test_killed_at_any_step_it_leaves_nothing_or_all_and_the_next_press_finds_it(own_app: Flask) -> None:
    url, folder = own_app.config["SQLALCHEMY_DATABASE_URI"], own_app.config["UPLOAD_FOLDER"]
    program = [sys.executable, "-m", "tests.services.killed_filing", url, str(Path(folder))]
    done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    steps = int(done.stdout)
    assert steps >= FEWEST_STEPS
    with own_app.app_context():
        # Killed after the commit, and not killed at all: these two are there whole, and nothing of any other is.
        assert counts() == [2 * each for each in WHOLE.values()]
        assert tries() == [2] * len(LIMITS)
        with snapshot() as session:
            kept = set(session.scalars(select(Grievance.submission_key)))
            waiting = set(session.scalars(select(FilingDraft.key)))
        assert kept == {f"press {steps}", f"press {steps + 1}"}
        # Whoever was not filed for finds every word still there.
        assert waiting == {f"press {step}" for step in range(1, steps)}

        again = {step: press(pressed(step)) for step in range(1, steps + 2)}
        assert {step for step, answer in again.items() if answer.is_repeat} == {steps, steps + 1}
        assert counts() == [(steps + 1) * each for each in WHOLE.values()]
        running = sorted(int(answer.number.split("-")[2]) for answer in again.values())
        assert running == list(range(1, steps + 2))
        assert registers.verify().ok
        assert not waiting & set(db.session.scalars(select(FilingDraft.key)))
