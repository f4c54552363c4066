"""A sender killed at any step leaves each text sent once, or plainly unknown; none is lost and none sent twice."""

import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from config import ROOT
from swagat.domain.rules import Rules
from swagat.domain.sending import SendingRules
from swagat.models import DeliveryStatus as S
from swagat.services.asking import GIVEN_UP
from swagat.services.outbox import dispatch
from swagat.services.pauses import MOST_TRIES
from tests.services.case_to_tell import make_case, texts
from tests.services.killed_sending import TEXTS, Book
from tests.staff import NOON

FEWEST_STEPS = 20
RULES = Rules()


def kill(app: Flask, book: Path) -> int:
    """Kill a sender at each step and return at how many there were."""
    with app.app_context():
        make_case()
    url, folder = app.config["SQLALCHEMY_DATABASE_URI"], app.config["UPLOAD_FOLDER"]
    program = [sys.executable, "-m", "tests.services.killed_sending", url, str(Path(folder)), str(book)]
    done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    steps = int(done.stdout)
    assert steps >= FEWEST_STEPS
    return steps


@pytest.mark.concurrency
def test_killed_at_any_step_every_text_is_sent_exactly_once(own_app: Flask, tmp_path: Path) -> None:
    book = Book(tmp_path / "book")
    steps = kill(own_app, book.path)
    with own_app.app_context():
        assert max(Counter(book.taken()).values()) == 1
        for minutes in range(0, 30, 3):
            dispatch(NOON + timedelta(minutes=minutes), book, RULES)
        rows = texts()
        assert len(rows) == (steps + 1) * TEXTS
        assert Counter(book.taken()) == dict.fromkeys((row.id for row in rows), 1)
        assert {row.status for row in rows} == {S.SENT}
        assert len({row.provider_id for row in rows}) == len(rows)


@pytest.mark.concurrency
def test_where_the_provider_cannot_be_asked_none_is_sent_twice_and_the_unknown_ones_say_so(
    own_app: Flask, tmp_path: Path
) -> None:
    path = tmp_path / "book"
    steps = kill(own_app, path)
    book = Book(path, is_deaf=True)
    with own_app.app_context():
        # Longer than the longest pause apart, so that the oldest are asked about each time.
        patient = SendingRules(report_hours=1000)
        for hours in range(2 * MOST_TRIES * TEXTS):
            dispatch(NOON + timedelta(minutes=10, hours=hours), book, RULES, sending=patient)
        rows = texts()
        taken = Counter(book.taken())
        assert max(taken.values()) == 1
        assert len(rows) == (steps + 1) * TEXTS
        for row in rows:
            assert row.status is S.SENT or (row.status is S.UNKNOWN and row.ended_at and row.failure == GIVEN_UP)
            assert row.status is S.UNKNOWN or taken[row.id] == 1
        assert {row.status for row in rows} == {S.SENT, S.UNKNOWN}
