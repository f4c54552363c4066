"""The sweep when 1,000 of many open grievances are due: CPU of each escalation, alone and with four sweepers at once.

Beside it the same rows are written by bare SQL, in batches of the same size, against the same cases.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from datetime import UTC, datetime
from typing import Any

import psycopg
from _cases import fill
from _rig import ROOT, _postmaster, _tree_cpu, arguments, expect, prepare, report

DUE = 1000
# What a sweeper does once in its long life, such as preparing statements, it does before the measuring begins.
WARM = 400
RUNS = 5
BATCH = 200
PROCESSES = 4
BUDGET_MS = 1.0
WRITTEN = ("grievance_events", "deadlines", "lapses", "sms_messages")


def main() -> None:
    """Measure each size, the database growing from one to the next, and print."""
    parser = arguments(__doc__ or "", 10_000)
    parser.add_argument("--sizes", type=int, nargs="*", help="several sizes, from small to large, instead of --cases")
    parser.add_argument("--sweep", action="store_true", help="sweep when a line comes in; for the program itself")
    given = parser.parse_args()
    if given.sweep:
        _sweep_at_each_word()
        return
    environ = prepare(given.database_url)
    found = []
    for size in given.sizes or [given.cases]:
        fill(environ, size)
        found.append({"cases": size} | _measured(environ))
        print(json.dumps(found[-1]), file=sys.stderr, flush=True)
    first, last = found[0], found[-1]
    report(
        "sweep",
        last["cases"],
        budget_cpu_ms=BUDGET_MS,
        within_budget=all(one["cpu_ms_per_escalation"]["sum"] <= BUDGET_MS for one in found),
        last_to_first=round(last["cpu_ms_per_escalation"]["sum"] / first["cpu_ms_per_escalation"]["sum"], 2),
        buffers_last_to_first=round(last["due_read"]["buffers"] / first["due_read"]["buffers"], 3),
        sizes=found,
    )


def _measured(environ: dict[str, str]) -> dict[str, Any]:
    url = environ["DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as connection:
        read = _due_read(connection)
        _let_none_be_due(connection)
        # Everybody can be reached, so that each escalation tells two people.
        connection.execute("UPDATE persons SET mobile = '+91' || (6100000000 + id) WHERE coalesce(mobile, '') = ''")
        open_cases = connection.execute("SELECT count(*) FROM grievances WHERE is_open").fetchone()
        alone = [_run(environ, connection, 1) for _ in range(RUNS)]
        together = [_run(environ, connection, PROCESSES) for _ in range(RUNS)]
        bare = [_bare(connection) for _ in range(RUNS)]
    ours = _median([one["cpu_s"] for one in alone]) * 1000 / DUE
    theirs = _median(bare) * 1000 / DUE
    walls = [_median([one["wall_s"] for one in some]) for some in (alone, together)]
    return {
        "calibration_ms": _calibration(),
        "load": round(os.getloadavg()[0], 1),
        "open": open_cases[0] if open_cases else 0,
        "due": DUE,
        "cpu_ms_per_escalation": {
            "sum": round(ours, 3),
            "python": round(_median([one["python_s"] for one in alone]) * 1000 / DUE, 3),
            "database": round(_median([one["database_s"] for one in alone]) * 1000 / DUE, 3),
        },
        "all_sums": sorted(round(one["cpu_s"] * 1000 / DUE, 3) for one in alone),
        "wall_s": round(walls[0], 2),
        "written_per_escalation": alone[0]["written"],
        "four_at_once": {
            "wall_s": round(walls[1], 2),
            "to_one": round(walls[1] / walls[0], 2),
            "cpu_ms_per_escalation": round(_median([one["cpu_s"] for one in together]) * 1000 / DUE, 3),
            "twice": sum(one["twice"] for one in together),
        },
        "bare_sql": {"cpu_ms_per_escalation": round(theirs, 3), "ratio": round(ours / theirs, 2)},
        "due_read": read,
    }


def _calibration() -> float:
    """Return the CPU milliseconds of a fixed piece of Python: how fast the machine is just now."""
    begun = time.process_time()
    kept: dict[int, int] = {}
    for number in range(1_000_000):
        kept[number % 1000] = kept.get(number % 997, 0) ^ number
    return round((time.process_time() - begun) * 1000, 1)


def _median(values: list[float]) -> float:
    return statistics.median(values)


def _let_none_be_due(connection: psycopg.Connection[Any]) -> None:
    connection.execute(
        "UPDATE deadlines SET fire_at = now() + interval '1 year' WHERE ended_at IS NULL"
        " AND fire_at < now() + interval '1 day'"
    )


def _let_some_be_due(connection: psycopg.Connection[Any], count: int = DUE) -> None:
    """Let the time to answer of some cases, spread over all, have run out an hour or two ago."""
    connection.execute("DROP TABLE IF EXISTS chosen")
    # Not in the order of the table, in which several would lie on one page when they are a tenth of all.
    connection.execute(
        "CREATE TABLE chosen AS SELECT d.id, d.grievance_id, now() - interval '1 hour' * (1 + random()) AS due_at"
        " FROM deadlines d JOIN grievances g ON g.id = d.grievance_id"
        " WHERE d.clock = 'resolve' AND d.ended_at IS NULL AND g.level < 5 ORDER BY g.level, random() LIMIT %s",
        (count,),
    )
    connection.execute(
        "UPDATE deadlines d SET due_at = c.due_at, fire_at = c.due_at, due_on = c.due_at::date FROM chosen c"
        " WHERE c.id = d.id"
    )
    connection.execute(
        "UPDATE grievances g SET due_at = c.due_at, due_on = c.due_at::date FROM chosen c WHERE c.grievance_id = g.id"
    )
    connection.execute("CREATE INDEX ON chosen (grievance_id)")
    if count < DUE:
        return
    for table in ("chosen", "deadlines", "grievances"):
        connection.execute(f"VACUUM ANALYZE {table}")
    connection.execute("CHECKPOINT")


def _due_read(connection: psycopg.Connection[Any]) -> dict[str, int]:
    """Return what reading one batch touches, rows and buffers, at an instant at which so many are due.

    Nothing is written for it: rows that were just written lie together on a few pages, fewer than others do.
    """
    row = connection.execute(
        "SELECT fire_at FROM deadlines WHERE ended_at IS NULL ORDER BY fire_at, id OFFSET %s LIMIT 1", (BATCH - 1,)
    ).fetchone()
    assert row is not None
    statement = (
        "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) SELECT fire_at, id, grievance_id FROM deadlines"
        " WHERE ended_at IS NULL AND fire_at <= %s ORDER BY fire_at, id LIMIT %s"
    )
    for _warm in range(2):
        explained = connection.execute(statement, (row[0], BATCH)).fetchone()
    assert explained is not None
    plan = explained[0][0]["Plan"]
    touched = plan["Plans"][0]
    expect(touched["Node Type"].startswith("Index"), f"the sweep reads by {touched['Node Type']}")
    removed = touched.get("Rows Removed by Filter", 0)
    return {
        "rows": int(touched["Actual Rows"]) + removed,
        "buffers": plan["Shared Hit Blocks"] + plan["Shared Read Blocks"],
    }


def _run(environ: dict[str, str], connection: psycopg.Connection[Any], processes: int) -> dict[str, Any]:
    """Let 1,000 be due, let so many processes sweep them at once, and return what that cost and wrote."""
    command = [sys.executable, __file__, "--sweep", "--database-url", environ["DATABASE_URL"]]
    sweepers = [
        subprocess.Popen(command, cwd=ROOT, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(processes)
    ]
    for one in sweepers:
        _let_some_be_due(connection, WARM)
        _say_sweep(one)
        expect(_answer(one)["fired"] == WARM, "a sweeper did not warm up")
    _let_some_be_due(connection)
    before = _counts(connection)
    postmaster = _postmaster(environ["DATABASE_URL"])
    database, begun = _tree_cpu(postmaster), time.perf_counter()
    for one in sweepers:
        _say_sweep(one)
    reports = [_answer(one) for one in sweepers]
    wall, database = time.perf_counter() - begun, _tree_cpu(postmaster) - database
    for one in sweepers:
        one.communicate()
    expect(sum(one["fired"] for one in reports) == DUE, f"not each fired once: {reports}")
    twice = connection.execute(
        "SELECT count(*) - count(DISTINCT (e.grievance_id, e.level_after)) FROM grievance_events e"
        " JOIN chosen USING (grievance_id) WHERE e.action = 'escalate'"
    ).fetchone()
    after = _counts(connection)
    python = sum(one["cpu_s"] for one in reports)
    print(f"{processes}: {wall:.2f} s, Python {python:.2f} s, database {database:.2f} s", file=sys.stderr, flush=True)
    return {
        "wall_s": wall,
        "python_s": python,
        "database_s": database,
        "cpu_s": python + database,
        "twice": twice[0] if twice else 0,
        "written": {table: (after[table] - before[table]) / DUE for table in WRITTEN},
    }


def _say_sweep(sweeper: "subprocess.Popen[str]") -> None:
    assert sweeper.stdin is not None
    sweeper.stdin.write("sweep\n")
    sweeper.stdin.flush()


def _answer(sweeper: "subprocess.Popen[str]") -> dict[str, Any]:
    assert sweeper.stdout is not None
    found: dict[str, Any] = json.loads(sweeper.stdout.readline())
    return found


def _counts(connection: psycopg.Connection[Any]) -> dict[str, int]:
    found = {}
    for table in WRITTEN:
        row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
        found[table] = int(row[0]) if row else 0
    return found


def _sweep_at_each_word() -> None:
    """Sweep whenever a line comes in, in a process that is as the one of the jobs, and print what it did and cost."""
    from config import Config
    from swagat import create_app
    from swagat.jobs.runner import spare_what_is_loaded
    from swagat.services.escalation import sweep

    app = create_app(Config.from_environment(dict(os.environ)))
    with app.app_context():
        spare_what_is_loaded()
        for _line in sys.stdin:
            begun = time.process_time()
            done = sweep(datetime.now(UTC), app.extensions["rules"])
            print(json.dumps({"fired": done.fired, "cpu_s": time.process_time() - begun}), flush=True)


def _bare(connection: psycopg.Connection[Any]) -> float:
    """Write the same rows by SQL alone, one transaction a batch, and return the CPU seconds of database and driver."""
    _let_some_be_due(connection)
    ids = [row[0] for row in connection.execute("SELECT grievance_id FROM chosen ORDER BY grievance_id")]
    row = connection.execute("SELECT pg_backend_pid()").fetchone()
    assert row is not None
    postmaster = _postmaster(connection.info.dsn)
    before, own = _tree_cpu(postmaster), time.process_time()
    for at in range(0, len(ids), BATCH):
        batch = {"ids": ids[at : at + BATCH]}
        with connection.transaction():
            for statement in BARE:
                connection.execute(statement, batch)
    return _tree_cpu(postmaster) - before + time.process_time() - own


# One level up the ladder, two weeks more; what the program works out, such as calendars and digests, is left out.
BARE = (
    "SELECT id FROM grievances WHERE id = ANY(%(ids)s) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED",
    "UPDATE deadlines SET ended_at = now(), ended_as = 'fired' WHERE grievance_id = ANY(%(ids)s)"
    " AND clock = 'resolve' AND ended_at IS NULL",
    "UPDATE deadlines SET ended_at = now(), ended_as = 'cancelled' WHERE grievance_id = ANY(%(ids)s)"
    " AND clock = 'warn' AND ended_at IS NULL",
    "INSERT INTO lapses (grievance_id, cycle, ordinal, level, due_on, lapsed_at, office_id, working_office_id)"
    " SELECT id, cycle, lapses + 1, level, due_on, due_at, answerable_office_id, office_id FROM grievances"
    " WHERE id = ANY(%(ids)s)",
    "INSERT INTO grievance_events (grievance_id, seq, at, due_at, action, role, status_before, status_after,"
    " office_before_id, office_after_id, answerable_before_id, answerable_after_id, level_before, level_after,"
    " clock_before, clock_after, cycle, is_visible, payload, payload_version, previous_digest, digest)"
    " SELECT g.id, g.last_seq + 1, now(), g.due_at, 'escalate', 'system', g.status, g.status, g.office_id, g.office_id,"
    " g.answerable_office_id, s.superior_id, g.level, g.level + 1, 'runs', 'runs', g.cycle, true,"
    ' \'{"clock": "resolve"}\', 1, g.last_digest, sha256(g.last_digest) FROM grievances g'
    " JOIN ladder_steps s ON s.office_id = g.answerable_office_id AND s.ladder = g.ladder WHERE g.id = ANY(%(ids)s)",
    "INSERT INTO deadlines (grievance_id, clock, cycle, level, ordinal, begun_at, counted_from, due_on, due_at,"
    " fire_at, days, unit, basis, policy_version, tries, failure)"
    " SELECT g.id, c.clock, g.cycle, g.level + 1, 1, now(), g.due_on, g.due_on + c.days,"
    " g.due_at + make_interval(days => c.days), g.due_at + make_interval(days => c.days), c.days, 'calendar',"
    " 'channel', g.policy_version, 0, '' FROM grievances g, (VALUES ('resolve', 14), ('warn', 7)) c (clock, days)"
    " WHERE g.id = ANY(%(ids)s)",
    'INSERT INTO sms_messages (cause, recipient, template, grievance_id, "to", language, variables, body, status,'
    " queued_at, next_try_at, tries, looks, lease, failure)"
    " SELECT 'event:' || g.id || ':' || g.last_seq + 1, 'complainant:' || c.id || ':' || c.mobile, 'escalated', g.id,"
    " c.mobile, c.language, '{\"due_on\": \"2026-12-04\"}', '', 'queued', now(), now(), 0, 0, '', '' FROM grievances g"
    " JOIN complainants c ON c.id = g.complainant_id WHERE g.id = ANY(%(ids)s)",
    'INSERT INTO sms_messages (cause, recipient, template, grievance_id, "to", language, variables, body, status,'
    " queued_at, next_try_at, tries, looks, lease, failure)"
    " SELECT 'event:' || g.id || ':' || g.last_seq + 1, 'person:' || p.id || ':' || p.mobile, 'office_escalated', g.id,"
    " p.mobile, p.language, '{\"due_on\": \"2026-12-04\"}', '', 'queued', now(), now(), 0, 0, '', '' FROM grievances g"
    " JOIN ladder_steps s ON s.office_id = g.answerable_office_id AND s.ladder = g.ladder"
    " JOIN postings h ON h.office_id = s.superior_id AND h.role IN ('supervisor', 'presiding_officer')"
    " AND h.ends_at IS NULL JOIN persons p ON p.id = h.person_id AND p.mobile > '' WHERE g.id = ANY(%(ids)s)",
    "UPDATE grievances g SET answerable_office_id = s.superior_id, level = g.level + 1, lapses = g.lapses + 1,"
    " due_on = g.due_on + 14, due_at = g.due_at + interval '14 days', last_seq = g.last_seq + 1,"
    " last_digest = sha256(g.last_digest), version = g.version + 1, updated_at = now() FROM ladder_steps s"
    " WHERE s.office_id = g.answerable_office_id AND s.ladder = g.ladder AND g.id = ANY(%(ids)s)",
)


if __name__ == "__main__":
    main()
