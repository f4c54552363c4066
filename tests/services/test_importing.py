"""History from another system: whole or not at all, once, without a text or a date, and counted like our own."""

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from config import ROOT
from swagat import clock
from swagat.database import db, snapshot
from swagat.domain.case import Confirmation, Outcome
from swagat.domain.errors import Invalid, NotFound
from swagat.domain.importing import COLUMNS
from swagat.domain.quality.counting import Entry, counts_of
from swagat.domain.quality.measures import Count, Measure
from swagat.domain.roles import Role
from swagat.domain.search import Sought
from swagat.domain.workflow import Action, Status
from swagat.models import (
    Complainant,
    Deadline,
    FilingMode,
    Grievance,
    GrievanceEvent,
    ImportRun,
    Lapse,
    SmsMessage,
    Uncounted,
)
from swagat.services import catalogue, desk, desk_search, escalation, importing, registers
from swagat.services.checks import check_timers
from tests.builders import BEGAN, RULES, act, case, file_case, gujarat, office, post_cast, sign_in
from tests.client import Client
from tests.services.test_two_at_once import at_once

EXAMPLE = ROOT / "docs" / "examples" / "cases.csv"
HEAD = ",".join(COLUMNS)
WRITTEN = (Complainant, Grievance, GrievanceEvent, Uncounted)
A = Action


def row(**given: str) -> str:
    values = {
        "number": "1", "category": "REV-712", "office": "MAM-3783", "filed_on": "2025-03-03", "due_on": "2025-03-24",
        "first_action_on": "2025-03-05", "disposed_on": "2025-03-20", "outcome": "redressed",
        "confirmation": "confirmed", "confirmed_on": "2025-03-25",
    } | given  # fmt: skip
    return ",".join(values.get(column, "") for column in COLUMNS)


def put(folder: Path, *rows: str, name: str = "cases.csv", head: str = HEAD, **writing: Any) -> Path:
    path = folder / name
    path.write_bytes(writing.get("newline", "\n").join([head, *rows, ""]).encode(writing.get("encoding", "utf-8")))
    return path


def bring(path: Path, source: str = "old", state: str = "GJ") -> importing.ImportReport:
    return importing.import_cases(path, state, source, BEGAN, lambda _line: None)


def number_of(table: type[Any]) -> int:
    with snapshot() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def stored(reference: str) -> Grievance:
    return db.session.scalars(select(Grievance).where(Grievance.source_reference == reference)).one()


def counts_stored(grievance: Grievance) -> Counter[Count]:
    """Return what a stored case counts for, read from its register."""
    rows = db.session.scalars(
        select(GrievanceEvent).where(GrievanceEvent.grievance_id == grievance.id).order_by(GrievanceEvent.seq)
    )
    entries = [
        Entry(one.at, one.action, one.status_before, one.status_after, one.office_before_id, one.office_after_id,
              one.answerable_before_id, one.answerable_after_id, one.level_before, one.level_after, one.clock_after,
              one.payload)
        for one in rows
    ]  # fmt: skip
    calendar = catalogue.calendar(grievance.state_id, grievance.office_id)
    return counts_of(entries, grievance.received_on, grievance.category_id, calendar)


def test_the_example_of_the_documentation_is_imported_and_counted(app: Flask) -> None:
    report = bring(EXAMPLE)
    assert report.ok, report.lines()
    assert report.lines() == ["10 of 10 cases were imported now; all are here."]
    every = db.session.scalars(select(Grievance).order_by(Grievance.id)).all()
    assert {(one.mode, one.source, one.status, one.is_open) for one in every} == {
        (FilingMode.IMPORTED, "old", Status.CLOSED, False)
    }
    assert [one.registration_number[:16] for one in every] == [f"GJ-2024-{running:07}-" for running in range(1, 11)]
    total = Counter[str]()
    for one in every:
        for count, number in counts_stored(one).items():
            if count.measure is Measure.ANSWERED:
                total[count.key.split("|")[1]] += number
            elif count.measure in (Measure.RECEIVED, Measure.DISPOSED, Measure.LAPSED, Measure.OPEN):
                total[count.measure.value] += number
    # Two ended twice, one was withdrawn, two were late: worked out from the ten lines by hand.
    assert total == {
        "received": 10, "disposed": 11, "lapsed": 2, "confirmed": 2, "assisted": 1, "silent": 2, "refused": 1,
        "reopened": 1, "not_asked": 5,
    }  # fmt: skip


def test_a_case_is_stored_with_its_days_its_office_and_nobody(app: Flask) -> None:
    bring(EXAMPLE)
    one = stored("AHM-2024-0104")
    calendar = catalogue.calendar(one.state_id, one.office_id)
    assert (one.received_on, one.due_on) == (date(2024, 1, 15), date(2024, 2, 5))
    assert one.disposed_at is not None
    assert one.closed_at is not None
    assert calendar.day_of(one.filed_at) == date(2024, 1, 15)
    assert calendar.day_of(one.disposed_at) == calendar.day_of(one.closed_at) == date(2024, 2, 28)
    assert (one.outcome, one.confirmation, one.cycle) == (Outcome.REDRESSED, Confirmation.NOT_ASKED, 2)
    assert one.office_id == one.answerable_office_id == office("MAM-3783")
    assert stored("AHM-2024-0103").office_id == office("MAM-3783")
    people = db.session.execute(select(Complainant.name, Complainant.mobile, Complainant.language).distinct()).all()
    assert [tuple(person) for person in people] == [("", None, catalogue.state(gujarat()).languages[0])]
    entries = db.session.scalars(select(GrievanceEvent)).all()
    assert {(entry.role, entry.person_id, entry.payload["imported"]) for entry in entries} == {
        (Role.SYSTEM, None, True)
    }


def test_nothing_is_sent_no_date_runs_and_nothing_is_left_uncounted(app: Flask) -> None:
    post_cast()
    bring(EXAMPLE)
    assert number_of(SmsMessage) == number_of(Deadline) == number_of(Lapse) == 0
    assert number_of(Uncounted) == number_of(GrievanceEvent) > 0
    escalation.sweep(BEGAN + timedelta(days=400), RULES)
    assert number_of(SmsMessage) == number_of(Lapse) == 0
    assert check_timers(BEGAN + timedelta(days=400)).ok


def test_the_register_of_imported_cases_verifies(app: Flask) -> None:
    bring(EXAMPLE)
    checked = registers.verify()
    assert checked.ok
    assert checked.entries == number_of(GrievanceEvent)


def test_imported_cases_are_no_work_on_any_desk_but_are_found_and_shown(
    app: Flask, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = post_cast()
    bring(EXAMPLE)
    for actor in (cast.bharat, cast.meena, cast.collector):
        assert set(desk.counts(db.session(), actor).values()) == {0}
    assert [one.number for one in desk_search.search(db.session(), cast.meena, Sought(words="AHM-2024-0104")).rows] == [
        stored("AHM-2024-0104").registration_number
    ]
    monkeypatch.setattr(clock, "now", lambda: BEGAN)
    sign_in(client, cast.meena, BEGAN)
    for one in db.session.scalars(select(Grievance).where(Grievance.office_id == cast.meena.office_id)).all():
        page = client.get(f"/desk/{one.registration_number}")
        assert page.status_code == 200
        assert one.source_reference in page.text


def test_an_imported_case_that_the_office_above_opens_again_is_work_like_any_other(app: Flask) -> None:
    cast = post_cast()
    bring(EXAMPLE)
    number = stored("AHM-2024-0101").registration_number or ""
    act(cast.additional_collector, number, A.REOPEN, 1)
    act(cast.bharat, number, A.ASSIGN, 2, officer_posting_id=cast.bharat.posting_id)
    assert (case(number).is_open, case(number).cycle, case(number).mode) == (True, 2, FilingMode.IMPORTED)
    assert desk.counts(db.session(), cast.bharat)[desk.Tab.MINE] == 1
    assert number_of(Deadline) > 0
    assert check_timers(BEGAN + timedelta(days=3)).ok
    assert registers.verify().ok


def test_the_documentation_names_every_column() -> None:
    described = re.findall(r"^\| `(\w+)` \|", (ROOT / "docs" / "import.md").read_text("utf-8"), re.MULTILINE)
    assert sorted(described) == sorted(COLUMNS)
    head, *lines = EXAMPLE.read_text("utf-8").splitlines()
    assert (sorted(head.split(",")), len(lines)) == (sorted(COLUMNS), 10)


def test_our_own_numbers_go_on_after_those_of_imported_cases(app: Flask, tmp_path: Path) -> None:
    first = file_case("before").number
    bring(put(tmp_path, row(number="a", filed_on="2026-06-01", due_on="2026-06-20", first_action_on="",
                            disposed_on="2026-06-10", confirmed_on="2026-06-11")))  # fmt: skip
    after = file_case("after").number
    running = [int(one.split("-")[2]) for one in (first, stored("a").registration_number or "", after)]
    assert running == [1, 2, 3]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"category": "NO-SUCH"}, "line 2: There is no category NO-SUCH."),
        ({"office": "NO-SUCH"}, "line 2: There is no office NO-SUCH."),
        ({"office": "", "place": "987654"}, "line 2: There is no place 987654."),
        ({"office": "", "place": "village:3783"}, "line 2: There is no place village:3783."),
        (
            {"office": "", "place": "district:438"},
            "line 2: Choose the taluka: without it we cannot tell which office must",
        ),
        ({"confirmed_on": "2025-03-19"}, "line 2: confirmed_on, 2025-03-19, is before disposed_on, 2025-03-20."),
        ({"number": "right"}, "line 3: The number right is in the file twice."),
    ],
)
def test_with_one_faulty_line_nothing_is_imported(
    app: Flask, tmp_path: Path, changed: dict[str, str], said: str
) -> None:
    report = bring(put(tmp_path, row(**changed), row(number="right")))
    assert not report.ok
    assert report.lines()[0].startswith(said), report.lines()
    assert report.lines()[-1] == "1 faults in 2 lines: nothing was imported."
    assert [number_of(table) for table in (*WRITTEN, ImportRun)] == [0] * 5


def test_of_very_many_faults_the_first_fifty_are_shown_and_the_rest_are_counted(app: Flask, tmp_path: Path) -> None:
    report = bring(put(tmp_path, *(row(number=str(n), outcome="done") for n in range(70))))
    assert len(report.lines()) == 52
    assert report.lines()[-2:] == ["... and 20 more", "70 faults in 70 lines: nothing was imported."]


def test_a_number_of_the_same_source_is_refused_and_of_another_is_taken(app: Flask, tmp_path: Path) -> None:
    bring(put(tmp_path, row(number="17")))
    again = put(tmp_path, row(number="16"), row(number="17"), name="again.csv")
    assert bring(again).lines()[0] == "line 3: The number 17 of this source is here already."
    assert number_of(Grievance) == 1
    assert bring(again, source="another").ok
    assert number_of(Grievance) == 3


def test_the_same_file_twice_changes_nothing_and_says_so(app: Flask, tmp_path: Path) -> None:
    path = put(tmp_path, row())
    bring(path)
    before = [number_of(table) for table in WRITTEN]
    assert bring(path).lines() == ["This file was imported before: its 1 cases are here, and nothing was changed."]
    assert [number_of(table) for table in WRITTEN] == before
    with pytest.raises(Invalid, match="begun as history of old"):
        bring(path, source="another")


@pytest.mark.parametrize("writing", [{"encoding": "utf-8-sig"}, {"newline": "\r\n"}, {"encoding": "utf-8-sig",
                                                                                      "newline": "\r\n"}])  # fmt: skip
def test_a_file_of_a_spreadsheet_is_read_too(app: Flask, tmp_path: Path, writing: dict[str, str]) -> None:
    assert bring(put(tmp_path, row(number="ગાંધી-૧૭"), **writing)).ok
    assert stored("ગાંધી-૧૭").source == "old"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The column number is missing."),
        (HEAD.encode(), "The file has no lines below its head."),
        (f"{HEAD}\n".encode() + "ä".encode("latin-1"), "The file is not UTF-8."),
        (f'{HEAD}\n"1'.encode(), "The file is no table of comma-separated values"),
    ],
)
def test_what_is_no_such_table_is_refused_in_a_sentence(app: Flask, tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "cases.csv"
    path.write_bytes(content)
    with pytest.raises(Invalid, match=said):
        bring(path)


def test_a_line_with_too_few_fields_is_named(app: Flask, tmp_path: Path) -> None:
    report = bring(put(tmp_path, row(), "2,REV-712"))
    assert report.lines()[0] == "line 3: It has more or fewer fields than the head of the table."


@pytest.mark.parametrize("source", ["", "s" * 41, "o\nld"])
def test_a_source_has_a_name_that_fits(app: Flask, tmp_path: Path, source: str) -> None:
    with pytest.raises(Invalid, match="at most 40 characters"):
        bring(put(tmp_path, row()), source=source)


def test_an_unknown_state_is_said(app: Flask, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="There is no state XX"):
        bring(put(tmp_path, row()), state="XX")


def test_five_thousand_lines_cost_few_statements_each_and_tell_how_far_they_came(
    app: Flask, tmp_path: Path, count_statements: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    path = put(tmp_path, *(row(number=str(number)) for number in range(5000)))
    told: list[str] = []
    with count_statements() as sent:
        report = importing.import_cases(path, "GJ", "old", BEGAN, told.append)
    assert (report.ok, report.written, number_of(Grievance)) == (True, 5000, 5000)
    batches = 5000 / importing.BATCH
    assert len(sent) <= 12 * batches + 20
    assert told == [f"{n} lines checked" for n in range(1000, 5001, 1000)] + [
        f"{n} cases are here" for n in range(1000, 5001, 1000)
    ]


@pytest.mark.concurrency
def test_killed_on_the_way_it_goes_on_where_it_stopped(own_app: Flask, tmp_path: Path) -> None:
    url, folder = own_app.config["SQLALCHEMY_DATABASE_URI"], own_app.config["UPLOAD_FOLDER"]
    lines = 3 * importing.BATCH + 10
    path = put(tmp_path, *(row(number=str(number)) for number in range(lines)))

    def run(step: int) -> subprocess.CompletedProcess[str]:
        given = [sys.executable, "-m", "tests.services.killed_import", url, str(folder), str(path), str(step)]
        return subprocess.run(given, cwd=ROOT, capture_output=True, text=True, check=False)

    done_before = 0
    with own_app.app_context():
        for step in (40, 35):
            killed = run(step)
            assert killed.returncode == -9, killed.stderr
            done = number_of(Grievance)
            assert done % importing.BATCH == 0
            assert done >= done_before
            entries = db.session.scalar(select(func.count()).select_from(GrievanceEvent)) or 0
            assert entries == 6 * done
            done_before = done
        assert 0 < done_before < lines
        ended = run(0)
        assert ended.returncode == 0, ended.stderr
        assert f"{lines - done_before} of {lines} cases were imported now; all are here." in ended.stdout
        assert number_of(Grievance) == lines
        assert registers.verify().ok
        running = sorted(db.session.scalars(select(Grievance.running)))
        assert running == list(range(1, lines + 1))


@pytest.mark.concurrency
def test_the_same_file_from_two_desks_at_once_is_imported_once(own_app: Flask, tmp_path: Path) -> None:
    lines = 2 * importing.BATCH + 5
    path = put(tmp_path, *(row(number=str(number)) for number in range(lines)))
    with own_app.app_context():
        reports = at_once(own_app, lambda: bring(path), lambda: bring(path))
        assert all(isinstance(one, importing.ImportReport) for one in reports), reports
        assert sum(one.written for one in reports) == lines == number_of(Grievance)
        run = db.session.scalars(select(ImportRun)).one()
        assert (run.done, run.ended_at is not None) == (lines, True)


def test_the_command_says_what_it_did(app: Flask, tmp_path: Path) -> None:
    good, bad = put(tmp_path, row()), put(tmp_path, row(number=""), name="bad.csv")
    invoke = app.test_cli_runner().invoke
    done = invoke(args=["import", "cases", str(good), "--source", "RAJ", "--state", "GJ"])
    assert (done.exit_code, done.output) == (0, "1 of 1 cases were imported now; all are here.\n")
    assert stored("1").source == "RAJ"
    failed = invoke(args=["import", "cases", str(bad)])
    assert failed.exit_code == 1
    assert failed.output == "line 2: number is empty.\n1 faults in 1 lines: nothing was imported.\n"
    refused = invoke(args=["import", "cases", str(good), "--state", "XX"])
    assert (refused.exit_code, "There is no state XX" in refused.output) == (1, True)
