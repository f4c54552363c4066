"""Whoever counts anew finds what was tampered with, lost or doubled, and puts it right."""

import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from config import ROOT
from swagat.database import db, table_of, transaction
from swagat.domain.quality.measures import Measure
from swagat.models import CaseCount, Grievance, GrievanceEvent, MonthTally, Office, Place, Scope, Uncounted
from swagat.services import count_checks, counting
from tests.builders import Cast, case, day, file_case, gujarat, office, post_cast
from tests.client import Client
from tests.services.counted_history import SWEPT, history
from tests.services.killed_counting import CASES
from tests.services.test_counting import JULY, ahmedabad, books, check_table, of, waiting

NOW = day(SWEPT + 1)
FEWEST_STEPS = 14
LOOPBACK = {"REMOTE_ADDR": "127.0.0.1"}


@pytest.fixture
def counted(app: Flask) -> Cast:
    cast = post_cast()
    for _step in history(cast):
        pass
    counting.count(NOW)
    return cast


def a_case() -> int:
    return db.session.scalars(select(Grievance.id).order_by(Grievance.id)).first() or 0


def more_in_state(session: Session) -> None:
    row = session.get_one(MonthTally, (gujarat(), Scope.STATE, gujarat(), JULY.first, False))
    row.counts = {**row.counts, "rated": {"5": 7}}


def more_in_office(session: Session) -> None:
    row = session.get_one(MonthTally, (gujarat(), Scope.OFFICE, office("MAM-3783"), JULY.first, False))
    row.counts = {**row.counts, "disposed": {"1|in_time": 50}}


def no_row_of_district(session: Session) -> None:
    session.execute(delete(MonthTally).where(MonthTally.scope == Scope.DISTRICT))


def row_of_nothing(session: Session) -> None:
    values = {"state_id": gujarat(), "scope": Scope.OFFICE, "scope_id": office("CS"), "month": date(2020, 1, 1)}
    session.execute(insert(MonthTally).values(**values, is_imported=False, counted_at=NOW, counts={"held": {"3": 1}}))


def better_case(session: Session) -> None:
    refused = (CaseCount.measure == Measure.ANSWERED) & CaseCount.key.like("%refused")
    session.execute(update(CaseCount).where(refused).values(key="redressed|confirmed"))


def lost_case(session: Session) -> None:
    session.execute(delete(CaseCount).where(CaseCount.grievance_id == a_case()))


def lost_entry(session: Session) -> None:
    """Let an entry never have been put down for counting."""
    file_row = select(GrievanceEvent).where(GrievanceEvent.grievance_id == a_case()).order_by(GrievanceEvent.seq)
    last = session.scalars(file_row).all()[-1]
    later: dict[str, Any] = {
        column.name: getattr(last, column.name)
        for column in table_of(GrievanceEvent).c
        if column.name not in ("id", "seq", "at")
    }
    # The office explains the lapse, a day later.
    later |= {"action": "explain_lapse", "payload": {"office_id": office("TDO-3783")}}
    session.execute(insert(GrievanceEvent).values(**later, seq=last.seq + 1, at=last.at + timedelta(days=1)))


TAMPERINGS: dict[str, tuple[Callable[[Session], None], str]] = {
    "a tally of the state": (more_in_state, "tally of state "),
    "a tally of an office": (more_in_office, "tally of office "),
    "a tally that is gone": (no_row_of_district, "tally of district "),
    "a tally of nothing": (row_of_nothing, "tally of office "),
    "what a case counts for": (better_case, "grievance "),
    "a case that is not counted": (lost_case, "grievance "),
    "an entry that is not counted": (lost_entry, "grievance "),
}


def test_after_counting_nothing_differs(counted: Cast) -> None:
    before = books()
    report = count_checks.recount_all(NOW)
    assert (report.ok, report.cases, report.is_whole) == (True, 6, True)
    assert report.tallies == len(before["tallies"])
    assert report.lines() == [f"{report.tallies} tallies and 6 cases counted anew, nothing differed"]
    assert books() == before


@pytest.mark.parametrize("name", TAMPERINGS)
def test_what_was_tampered_with_is_named_and_put_right(counted: Cast, name: str) -> None:
    tamper, said = TAMPERINGS[name]
    with transaction() as session:
        tamper(session)
    report = count_checks.recount_all(NOW)
    assert not report.ok
    assert any(line.startswith(said) for line in report.lines())
    assert report.figures()["wrong"] == len(report.lines()) - 1
    assert waiting() == 0
    if tamper is lost_entry:
        assert of(Scope.OFFICE, office("TDO-3783"))["lapsed"] == {"1|first|explained": 1}
    else:
        check_table()
    assert count_checks.recount_all(NOW).ok


def test_what_waits_to_be_counted_is_not_wrong(counted: Cast) -> None:
    file_case("new", mobile="+919876543219")
    assert waiting() == 1
    assert count_checks.recount_all(NOW).ok
    assert waiting() == 0


def test_a_night_begins_with_another_case_and_ends_when_its_time_is_over(
    counted: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at: list[list[int]] = []
    monkeypatch.setattr(count_checks, "_NEXT_CASES", count_checks._NEXT_CASES.limit(2))
    worked_out = count_checks.worked_out

    def note(session: Session, ids: list[int]) -> Any:
        looked_at.append(list(ids))
        return worked_out(session, ids)

    monkeypatch.setattr(count_checks, "worked_out", note)
    every = sorted(db.session.scalars(select(Grievance.id)))
    begins = set()
    for night in range(8):
        looked_at.clear()
        report = count_checks.recount(NOW + timedelta(days=night))
        assert sorted(one for some in looked_at for one in some) == every
        begins.add(looked_at[0][0])
        assert report.is_whole
    assert len(begins) > 1
    looked_at.clear()
    report = count_checks.recount(NOW, 0)
    assert (report.is_whole, report.cases, looked_at) == (False, 0, [])


def test_an_office_that_came_to_another_district_takes_all_its_counts_along_with_the_next_recount(
    counted: Cast,
) -> None:
    elsewhere = db.session.scalars(
        select(Place.id).where(Place.district_id.is_not(None), Place.district_id != ahmedabad()).order_by(Place.id)
    ).first()
    home, before = ahmedabad(), of(Scope.STATE, gujarat())
    with transaction() as session:
        session.execute(update(Office).where(Office.code == "MAM-3783").values(place_id=elsewhere))
    own = of(Scope.OFFICE, office("MAM-3783"))
    report = count_checks.recount(NOW)
    assert {one.scope for one in report.wrong_tallies} == {Scope.DISTRICT}
    new_district = db.session.scalars(select(Place.district_id).where(Place.id == elsewhere)).one() or 0
    assert of(Scope.DISTRICT, new_district) == own
    assert "received" not in of(Scope.DISTRICT, home)
    assert (of(Scope.STATE, gujarat()), of(Scope.OFFICE, office("MAM-3783"))) == (before, own)
    assert count_checks.recount(NOW).ok


def test_the_command_says_what_differed_and_ends_with_1(counted: Cast, app: Flask) -> None:
    with transaction() as session:
        more_in_state(session)
    runner = app.test_cli_runner()
    first, second = (runner.invoke(args=["quality", "recount"]) for _ in range(2))
    assert (first.exit_code, second.exit_code) == (1, 0)
    assert f"tally of state {gujarat()}, 2026-07-01\n" in first.output
    assert "1 tallies and 0 cases differed and were put right" in first.output
    assert second.output.endswith("nothing differed\n")


def test_the_job_tells_the_metrics_how_much_was_wrong(counted: Cast, app: Flask, client: Client) -> None:
    with transaction() as session:
        better_case(session)
    runner = app.test_cli_runner()
    # The case, and the tallies of its office, department, district and state, which are not its sum any more.
    for wrong in (5, 0):
        assert runner.invoke(args=["jobs", "once", "recount"]).exit_code == 0
        shown = client.get("/metrics", environ_base=LOOPBACK).text
        assert f"\nswagat_counts_wrong {wrong}\n" in shown


def test_the_job_counts(app: Flask) -> None:
    post_cast()
    number = file_case().number
    done = app.test_cli_runner().invoke(args=["jobs", "once", "counting", "--at", "2026-07-02T10:00+05:30"])
    assert done.output == "counting done: entries 1, cases 1, changed 2, batches 1, failed 0\n"
    assert [row.number for row in db.session.scalars(select(CaseCount))] == [1, 1]
    assert db.session.scalars(select(CaseCount.grievance_id)).first() == case(number).id


@pytest.mark.concurrency
def test_killed_at_any_step_nothing_is_lost_and_nothing_counted_twice(own_app: Flask) -> None:
    url, folder = own_app.config["SQLALCHEMY_DATABASE_URI"], own_app.config["UPLOAD_FOLDER"]
    program = [sys.executable, "-m", "tests.services.killed_counting", url, str(Path(folder))]
    done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    steps = int(done.stdout)
    assert steps >= FEWEST_STEPS
    with own_app.app_context():
        cases = (steps + 1) * CASES
        # Recounted before what waits is counted: half a batch would differ.
        report = count_checks.recount_all(NOW)
        assert (report.ok, report.cases) == (True, cases)
        assert not db.session.scalars(select(Uncounted.seq)).all()
        assert of(Scope.STATE, gujarat())["open"] == {"2026-07-01|0": cases}
        assert sum(of(Scope.OFFICE, office("MAM-3783"))["received"].values()) == cases
