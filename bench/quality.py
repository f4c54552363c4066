"""The figures of quality: what counting a case costs, what the state's page reads, and what a closure pays for it.

And what a night's look for signals costs, which reads the disposals and filings of one month.

Measured at 10,000 cases and at ten times as many up to `--cases`, the database growing from one to the next; the page
also on SQLite, at 10,000 and 100,000 imported cases.
"""

import csv
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import psycopg
from _browser import Browser
from _cases import fill
from _explain import explained
from _inside import Inside
from _rig import _calibration, _postmaster, _tree_cpu, arguments, expect, measure, prepare, report, served

SIZES = (10_000, 100_000, 1_000_000)
ON_SQLITE = SIZES[:2]
RUNS, PAGES, CLOSURES = 5, 40, 20
REQUESTS, CLIENTS = 200, 2
MONTHS = 24
BUDGET_MS, BUDGET_GROWTH, BUDGET_ROWS, BUDGET_STATEMENTS = 60.0, 1.5, 1.1, 3
# Each case that is not counted yet goes to one of the offices of the talukas, and its register says so.
SPREAD = """
    CREATE TEMP TABLE spread AS
    WITH office AS (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM offices WHERE code LIKE 'MAM-%'
                    AND state_id = (SELECT id FROM states WHERE short = 'GJ'))
    SELECT g.id AS grievance_id, g.last_seq, office.id AS office_id FROM grievances g
    JOIN office ON office.place = g.id % (SELECT count(*) FROM office)
    WHERE NOT EXISTS (SELECT FROM case_counts c WHERE c.grievance_id = g.id);
    UPDATE grievances g SET office_id = s.office_id, answerable_office_id = s.office_id FROM spread s
    WHERE s.grievance_id = g.id;
    UPDATE grievance_events e SET office_after_id = s.office_id, answerable_after_id = s.office_id,
        office_before_id = CASE WHEN e.office_before_id IS NOT NULL THEN s.office_id END,
        answerable_before_id = CASE WHEN e.answerable_before_id IS NOT NULL THEN s.office_id END
    FROM spread s WHERE s.grievance_id = e.grievance_id;
    INSERT INTO uncounted (grievance_id, seq) SELECT grievance_id, last_seq FROM spread ON CONFLICT DO NOTHING;
"""


def main() -> None:
    """Measure each size and print."""
    given = arguments(__doc__ or "", 100_000).parse_args()
    environ = prepare(given.database_url)
    found = []
    for size in [one for one in SIZES if one <= given.cases] or [given.cases]:
        fill(environ, size)
        found.append({"cases": size} | _measured(environ))
        print(json.dumps(found[-1]), file=sys.stderr, flush=True)
    light = _on_sqlite(given.cases)
    first, last = found[0], found[-1]
    growth = _costs(last) / _costs(first)
    light_growth = _costs(light[-1]) / _costs(light[0])
    rows = last["reading"]["rows_touched"] / first["reading"]["rows_touched"]
    report(
        "quality",
        last["cases"],
        budget_cpu_ms=BUDGET_MS,
        budget_last_to_first=BUDGET_GROWTH,
        budget_rows_last_to_first=BUDGET_ROWS,
        budget_statements_of_a_closure=BUDGET_STATEMENTS,
        within_budget=max(growth, light_growth) <= BUDGET_GROWTH
        and all(_costs(one) <= BUDGET_MS for one in light)
        and 2 - BUDGET_ROWS <= rows <= BUDGET_ROWS
        and all(_costs(one) <= BUDGET_MS and one["closure"]["statements_more"] <= BUDGET_STATEMENTS for one in found),
        last_to_first=round(growth, 2),
        rows_last_to_first=round(rows, 3),
        on_sqlite_last_to_first=round(light_growth, 2),
        sizes=found,
        on_sqlite=light,
    )


def _costs(one: dict[str, Any]) -> float:
    return float(one["page"]["cpu_ms_per_op"]["sum"])


def _measured(environ: dict[str, str]) -> dict[str, Any]:
    url = environ["DATABASE_URL"]
    with psycopg.connect(url) as connection:
        # The cases are right by construction, and checking each would take most of the time.
        connection.execute("SET session_replication_role = replica")
        connection.execute(SPREAD)
    _tidy(url)
    inside = Inside(environ)
    try:
        counted = _count_all(inside, url)
        _tidy(url)
        reading = _reading(inside, url)
        signals = _signals(inside, url)
        closure = _closure(inside, url)
        recount = _recount(inside, url)
    finally:
        inside.close()
    return {
        "calibration_ms": _calibration(),
        "counting": counted,
        "reading": reading,
        "page": _page(environ),
        "signals": signals,
        "closure": closure,
        "recount": recount,
    }


def _tidy(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")
        connection.execute("CHECKPOINT")


def _cost(url: str, work: Callable[[], Any], times: int) -> dict[str, float]:
    """Return the CPU milliseconds of this process and of the database for each of so many times."""
    postmaster = _postmaster(url)
    database, python = _tree_cpu(postmaster), time.process_time()
    work()
    spent = time.process_time() - python, _tree_cpu(postmaster) - database
    here, there = (1000 * seconds / times for seconds in spent)
    return {"python": round(here, 3), "database": round(there, 3), "sum": round(here + there, 3)}


def _median(costs: list[dict[str, float]]) -> dict[str, float]:
    return {part: round(statistics.median(one[part] for one in costs), 3) for part in costs[0]}


def _count_all(inside: Inside, url: str) -> dict[str, Any]:
    from swagat.services import counting

    cases, begun = 0, time.perf_counter()

    def work() -> None:
        nonlocal cases
        cases = counting.count_all(datetime.now(UTC)).cases

    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(DISTINCT grievance_id) FROM uncounted").fetchone()
    waiting = int(row[0]) if row else 0
    with inside.app.app_context():
        cost = _cost(url, work, waiting)
    wall = time.perf_counter() - begun
    expect(cases >= waiting, f"{cases} of {waiting} were counted")
    return {"cases": cases, "cpu_ms_per_case": cost, "cases_per_s": round(cases / wall), "wall_s": round(wall, 1)}


def _reading(inside: Inside, url: str) -> dict[str, Any]:
    """Read what the page of the state shows: the last whole month, two years month by month, and every district."""
    from swagat.database import db
    from swagat.models import Scope
    from swagat.services import catalogue, places, tallies
    from swagat.services.tallies import Period, Where

    # Of the month that runs there may be next to nothing yet.
    month = (datetime.now(UTC).replace(day=1) - timedelta(days=1)).date().replace(day=1)
    begins = month.replace(year=month.year - MONTHS // 12)

    def read() -> None:
        state = catalogue.state_named("GJ").id
        where, session = Where(state, Scope.STATE, state), db.session()
        expect(bool(tallies.tally(session, where, Period(month, month))), "nothing is counted in that month")
        expect(len(tallies.months(session, where, Period(begins, month))) > 1, "nothing is counted in earlier months")
        districts = [one.id for one in places.districts(state)]
        found = tallies.children(session, state, Scope.DISTRICT, districts, Period(month, month))
        expect(all(found.values()), "a district has nothing")
        tallies.as_of(session, state)
        db.session.rollback()

    def often() -> None:
        for _ in range(PAGES):
            read()

    with inside.app.app_context():
        often()
        cost = _median([_cost(url, often, PAGES) for _ in range(RUNS)])
    with psycopg.connect(url, autocommit=True) as connection:
        told = [
            explained(connection, statement, values)["for_its_values"] for statement, values in inside.sent_by(read)
        ]
    return {
        "cpu_ms": cost,
        "statements": len(told),
        "rows_touched": sum(one["rows_touched"] for one in told),
        "buffers": sum(one["buffers"] for one in told),
    }


def _signals(inside: Inside, url: str) -> dict[str, Any]:
    """Look for the signals of the last whole month without writing them, and explain what is read for it."""
    from swagat.database import db
    from swagat.domain.quality.signals import in_disposals
    from swagat.services import catalogue, signal_facts

    month = (datetime.now(UTC).replace(day=1) - timedelta(days=1)).date().replace(day=1)
    read: dict[str, int] = {}

    def look() -> None:
        state, rules, session = catalogue.state_named("GJ").id, inside.app.extensions["rules"], db.session()
        offices = signal_facts.offices_of(session, state)
        disposals = signal_facts.disposals(session, state, offices, month, rules)
        read["disposals"] = sum(map(len, disposals.values()))
        read["filed"] = sum(len(one.cases) for one in signal_facts.filings(session, offices, month))
        list(in_disposals(disposals, rules))
        db.session.rollback()

    with inside.app.app_context():
        look()
        begun = time.perf_counter()
        cost = _cost(url, look, 1)
        wall = time.perf_counter() - begun
    with psycopg.connect(url, autocommit=True) as connection:
        told = [
            explained(connection, statement, values)["for_its_values"] for statement, values in inside.sent_by(look)
        ]
    expect(read["disposals"] > 0, "nothing was disposed in that month")
    return read | {
        "cpu_ms": cost,
        "wall_s": round(wall, 2),
        "statements": len(told),
        "rows_touched": sum(one["rows_touched"] for one in told),
        "buffers": sum(one["buffers"] for one in told),
        "whole_tables_read": sorted({table for one in told for table in one["whole_tables"]}),
    }


def _recount(inside: Inside, url: str) -> dict[str, Any]:
    """Count everything anew, as each night does as far as it comes."""
    from swagat.services import count_checks, counting

    with inside.app.app_context():
        # Some closures were measured without being put down for counting.
        count_checks.recount_all(datetime.now(UTC))
        counting.count_all(datetime.now(UTC))
        begun, reports = time.perf_counter(), []
        spent = _cost(url, lambda: reports.append(count_checks.recount_all(datetime.now(UTC))), 1)
    expect(reports[0].ok, "\n".join(reports[0].lines()))
    return {
        "cpu_ms_per_case": round(spent["sum"] / reports[0].cases, 3),
        "tallies": reports[0].tallies,
        "wall_s": round(time.perf_counter() - begun, 1),
    }


def _on_sqlite(most: int) -> list[dict[str, Any]]:
    """Return what the page costs on SQLite, whose cases are history brought over and counted as any other is."""
    found = []
    for size in [one for one in ON_SQLITE if one <= most] or [most]:
        with tempfile.TemporaryDirectory() as folder:
            environ = prepare(f"sqlite:///{folder}/swagat.db")
            _bring_over(environ, Path(folder) / "history.csv", size)
            found.append({"cases": size, "calibration_ms": _calibration(), "page": _page(environ)})
        print(json.dumps(found[-1]), file=sys.stderr, flush=True)
    return found


def _bring_over(environ: dict[str, str], path: Path, size: int) -> None:
    """Import the two years of the demo's history so often that there are so many cases, and count them."""
    from swagat.services import counting, importing
    from swagat.services.demo_history import lines

    today = datetime.now(UTC).date()
    history = list(lines(today, today))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(history[0]))
        writer.writeheader()
        for number in range(size):
            line = history[number % len(history)]
            writer.writerow(line | {"number": f"{line['number']}-{number}"})
    inside, now = Inside(environ), datetime.now(UTC)
    try:
        with inside.app.app_context():
            brought = importing.import_cases(path, "GJ", "history", now, lambda _told: None)
            expect(brought.written == size, "\n".join(brought.lines()))
            counting.count_all(now)
    finally:
        inside.close()


def _page(environ: dict[str, str]) -> dict[str, Any]:
    """Return what the page costs over gunicorn."""

    def open_page(browser: Browser, _operation: int) -> None:
        browser.get("/quality")
        expect(browser.status == 200, f"/quality answers {browser.status}")

    with served(environ) as server:
        browsers = [Browser(server.port) for _ in range(CLIENTS)]
        return measure(server, browsers, open_page, REQUESTS).figures()


def _closure(inside: Inside, url: str) -> dict[str, Any]:
    """Let complainants confirm, in turns with and without the row that lets it be counted."""
    from swagat.domain.roles import Proof, complainant
    from swagat.domain.workflow import Action
    from swagat.services import redressal, registers
    from swagat.services.move import Asked

    rules = inside.app.extensions["rules"]
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "SELECT registration_number FROM grievances WHERE status = 'disposed' AND reached_at IS NOT NULL"
            " AND submission_key LIKE 'copy-%%' ORDER BY random() LIMIT %s",
            (2 * (RUNS + 1) * (CLOSURES + 1),),
        ).fetchall()
    numbers = iter([row[0] for row in rows])

    def close(times: int) -> Callable[[], None]:
        def work() -> None:
            for _ in range(times):
                asked = Asked(rating=4)
                citizen = complainant(Proof.TRACKING_CODE)
                redressal.act(citizen, next(numbers), Action.CONFIRM, asked, None, datetime.now(UTC), rules)

        return work

    costs: dict[str, list[dict[str, float]]] = {"with": [], "without": []}
    sent: dict[str, list[int]] = {"with": [], "without": []}
    uncounted = registers.uncounted
    for run in range(RUNS + 1):
        for way, rows_of in (("with", uncounted), ("without", lambda _entries: [])):
            with patch.object(registers, "uncounted", rows_of):
                sent[way].append(len(inside.sent_by(close(1))))
                with inside.app.app_context():
                    cost = _cost(url, close(CLOSURES), CLOSURES)
            # The first turn is warm-up.
            costs[way] += [cost] if run else []
    # The fewest: now and then what changes rarely is read again.
    statements = {way: min(some) for way, some in sent.items()}
    return {
        "statements": statements["with"],
        "statements_more": statements["with"] - statements["without"],
        "cpu_ms": {way: _median(some) for way, some in costs.items()},
    }


if __name__ == "__main__":
    main()
