"""Whoever counts a published month again from the registers gets what was published, or is told what differs."""

import json
import random
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select

from swagat import clock
from swagat.database import db, transaction
from swagat.domain.quality import periods
from swagat.domain.quality.measures import Measure
from swagat.models import GrievanceEvent, PublishedTally, Scope
from swagat.services import counting, known_figures, published_months, publishing, quality_scopes
from tests.builders import Cast, day, gujarat
from tests.services.counted_history import SWEPT, history

JULY = date(2026, 7, 1)
SPAN = periods.month(JULY)
# Published while the month still runs, so that what happens in it later makes revisions.
FIRST, ON_DAY = day(31 + 12), 10


@pytest.fixture
def published(cast: Cast) -> None:
    for _step in history(cast):
        pass
    counting.count(day(SWEPT + 1))
    publishing.publish(FIRST, ON_DAY)


@pytest.mark.parametrize("seed", range(3))
def test_what_is_published_at_any_moment_of_a_history_comes_out_the_same(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    dice, made = random.Random(seed), 0
    monkeypatch.setattr(publishing, "newest_due", lambda _today, _on_day: JULY)
    for step in history(cast):
        at = db.session.scalar(select(func.max(GrievanceEvent.at)))
        assert at is not None
        # More happens in the same instant after this one.
        if dice.random() < 0.6 and not step.startswith("one is answered"):
            counting.count(at)
            report = publishing.publish(at, ON_DAY)
            made += report.tallies + report.revisions
    assert made
    db.session.commit()
    session = db.session()
    whole = [quality_scopes.of_state(gujarat()), quality_scopes.named(session, gujarat(), Scope.DISTRICT, "438")]
    offices = [quality_scopes.named(session, gujarat(), Scope.OFFICE, code) for code in ("MAM-3783", "RAC-438")]
    for whose in [*whole, *offices]:
        for version in published_months.history(session, whose.where, JULY):
            found = known_figures.known(session, whose, SPAN, version.published_at)
            [proof] = found.proofs
            assert proof.published == version
            assert proof.differences == []
            assert found.ok


def test_what_was_known_on_an_earlier_day_is_told_with_its_parts(published: None) -> None:
    whose = quality_scopes.of_state(gujarat())
    then, now = (known_figures.known(db.session(), whose, SPAN, day(at)) for at in (0.5, 31 + 13))
    assert (then.figures["disposed"].part, now.figures["disposed"].part) == (4, 7)
    assert (then.figures["waiting"].part, then.figures["waiting"].whole) == (4, 4)
    assert then.proofs[0].published is None
    assert now.proofs[0].published is not None
    assert now.figures["closure_days"].median is not None


def test_the_command_says_that_all_is_the_same_and_of_a_year_month_by_month(
    published: None, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: day(31 + 14))
    runner = app.test_cli_runner()
    done = runner.invoke(args=["quality", "known", "--period", "2026-07", "--on", "2026-08-13"])
    assert done.exit_code == 0, done.output
    assert "received: 6 of 6\n" in done.output
    assert "every figure comes out the same" in done.output
    asked = ["quality", "known", "--of", "office:RAC-438", "--period", "2026-q3", "--on", "2026-08-13", "--json"]
    done = runner.invoke(args=asked)
    assert done.exit_code == 0, done.output
    found = json.loads(done.output)
    assert (found["scope"], found["code"], found["equal"]) == ("office", "RAC-438", True)
    assert found["figures"]["disposed"]["part"] == 2
    assert [(one["month"], one["revision"]) for one in found["published"]] == [
        ("2026-07", 0),
        ("2026-08", None),
        ("2026-09", None),
    ]


def test_the_command_names_what_was_published_otherwise_and_ends_with_1(
    published: None, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: day(31 + 14))
    with transaction() as session:
        row = session.get_one(PublishedTally, (gujarat(), Scope.STATE, gujarat(), JULY, 0))
        row.counts = row.counts | {Measure.RATED.value: {"5": 9}}
    asked = ["quality", "known", "--period", "2026-07", "--on", "2026-08-13"]
    done = app.test_cli_runner().invoke(args=asked)
    assert done.exit_code == 1
    assert "1 figures differ\n  satisfied: published 9 of 9, counted again 1 of 1\n" in done.output
    found = app.test_cli_runner().invoke(args=[*asked, "--json"])
    assert found.exit_code == 1
    assert [one["figure"] for one in json.loads(found.output)["published"][0]["differences"]] == ["satisfied"]


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--state", "XX", "There is no state XX"),
        ("--of", "office:NONE", "There is no office:NONE in this state."),
        ("--of", "nothing", "There is no nothing in this state."),
        ("--period", "2026-13", "Write a month as 2026-11"),
        ("--on", "2026-02-30", "Write a day as 2026-11-15."),
        ("--on", "2099-01-01", "That day is still to come."),
    ],
)
def test_what_cannot_be_meant_is_said_by_the_command_which_ends_with_2(
    app: Flask, option: str, value: str, said: str
) -> None:
    options = {"--period": "2026-07", "--on": "2026-08-13"} | {option: value}
    arguments = [word for pair in options.items() for word in pair]
    done = app.test_cli_runner().invoke(args=["quality", "known", *arguments])
    assert done.exit_code == 2
    assert option in done.output
    assert said in done.output
