"""An evidence pack of an office with many cases: how long it takes, what it costs, and the most memory it needs."""

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
from _cases import OFFICE, fill
from _inside import Inside
from _rig import ROOT, _calibration, _postmaster, _tree_cpu, arguments, expect, prepare, report

BUDGET_WALL_S, BUDGET_MB = 60.0, 500.0
MB = 1024.0
INNER = "SWAGAT_BENCH_INNER"


def main() -> None:
    """Fill, count, make the pack in a process of its own, and verify it."""
    given = arguments(__doc__ or "", 24_000).parse_args()
    if INNER in os.environ:
        _make(Path(os.environ[INNER]))
        return
    environ = prepare(given.database_url)
    fill(environ, given.cases)
    _count(environ)
    url = environ["DATABASE_URL"]
    with TemporaryDirectory() as folder:
        before, begun = _tree_cpu(_postmaster(url)), time.perf_counter()
        # A process of its own, so that the memory is that of the pack alone.
        done = subprocess.run(
            [sys.executable, *sys.argv], env={**os.environ, **environ, INNER: folder}, cwd=ROOT, check=True,
            capture_output=True, text=True,
        )  # fmt: skip
        wall, database = time.perf_counter() - begun, _tree_cpu(_postmaster(url)) - before
        inner: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        begun = time.perf_counter()
        verified = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", "evidence", "verify", f"{folder}/pack.zip"],
            env={**os.environ, **environ}, cwd=ROOT, capture_output=True, text=True,
        )  # fmt: skip
        verify_s = time.perf_counter() - begun
    expect(verified.returncode == 0, verified.stdout + verified.stderr)
    report(
        "evidence",
        given.cases,
        in_pack=inner["cases"],
        wall_s=round(wall, 1),
        cpu_s={"python": inner["cpu_s"], "database": round(database, 1)},
        peak_mb=inner["peak_mb"],
        zip_mb=inner["zip_mb"],
        pdf_kb=inner["pdf_kb"],
        verify_s=round(verify_s, 1),
        budget_wall_s=BUDGET_WALL_S,
        budget_mb=BUDGET_MB,
        within_budget=wall <= BUDGET_WALL_S and inner["peak_mb"] <= BUDGET_MB,
        calibration_ms=_calibration(),
    )


def _count(environ: dict[str, str]) -> None:
    from datetime import UTC, datetime

    from swagat.services import counting

    with psycopg.connect(environ["DATABASE_URL"]) as connection:
        connection.execute(
            "INSERT INTO uncounted (grievance_id, seq) SELECT id, last_seq FROM grievances ON CONFLICT DO NOTHING"
        )
    inside = Inside(environ)
    with inside.app.app_context():
        counting.count_all(datetime.now(UTC))
    inside.close()


def _make(folder: Path) -> None:
    """Make the pack of the last twelve whole months, and print what it took."""
    from swagat import clock
    from swagat.database import db
    from swagat.domain.quality.periods import last_whole_month, months_after
    from swagat.models import Scope
    from swagat.services import catalogue, evidence_making, quality_scopes
    from swagat.services.evidence_zip import Asked

    inside = Inside(dict(os.environ))
    with inside.app.app_context():
        state, now = catalogue.state_named("GJ"), clock.now()
        today = state.calendar.day_of(now)
        last = last_whole_month(today)
        span = evidence_making.span_of(f"{months_after(last.first, -11):%Y-%m}", last.code, today)
        whose = quality_scopes.named(db.session(), state.id, Scope.OFFICE, OFFICE)
        with evidence_making.made(Asked(whose, span, now, "gu"), lambda _done, _whole: None) as made:
            os.replace(made.zip_file, folder / "pack.zip")
            found = {
                "cases": made.cases,
                "zip_mb": round((folder / "pack.zip").stat().st_size / MB / MB, 1),
                "pdf_kb": round(made.pdf_file.stat().st_size / MB),
            }
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu = round(used.ru_utime + used.ru_stime, 1)
    print(json.dumps(found | {"cpu_s": cpu, "peak_mb": round(used.ru_maxrss / MB, 1)}))


if __name__ == "__main__":
    main()
