"""What every benchmark of pages needs: a prepared database, gunicorn as in production, and CPU read from /proc."""

import argparse
import json
import os
import platform
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

ROOT = Path(__file__).resolve().parents[1]
TICK = os.sysconf("SC_CLK_TCK")
sys.path.insert(0, str(ROOT))

SECRET = "only-for-benchmarks-" + "0" * 32
START_SECONDS = 60
CALIBRATION_STEPS = 1_000_000
LOAD_BEFORE = round(os.getloadavg()[0], 1)
# What a process does once, it does before the measuring begins. Each connection prepares a statement when it is sent
# for the fifth time, and PostgreSQL keeps a plan for it after five times more; a worker keeps them for its long life.
WARM = 160

Client = TypeVar("Client")


def arguments(description: str, cases: int) -> argparse.ArgumentParser:
    """Return the parser of what all benchmarks are told on the command line."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument(
        "--database-url", required=True, help="an empty PostgreSQL database, or one that was filled like this before"
    )
    parser.add_argument("--cases", type=int, default=cases, help=f"how many cases (default {cases})")
    return parser


def prepare(url: str) -> dict[str, str]:
    """Migrate the database and load the reference data; return the environment of a production installation."""
    environ = os.environ | {
        "DATABASE_URL": url,
        "SWAGAT_ENV": "production",
        "SECRET_KEY": SECRET,
        "PUBLIC_URL": "http://127.0.0.1",
        # On, as anywhere, but too high for the one address that all requests come from.
        "FLOOD_LIMIT": "10000000 per minute",
        "FILINGS_PER_ADDRESS": "10000000",
        "UPLOAD_FOLDER": tempfile.mkdtemp(prefix="swagat-bench-"),
    }
    flask = [sys.executable, "-m", "flask", "--app", "wsgi"]
    for command in (["db", "upgrade"], ["reference", "load"]):
        subprocess.run([*flask, *command], cwd=ROOT, env=environ, check=True, stdout=subprocess.DEVNULL)
    return environ


@contextmanager
def served(environ: dict[str, str], workers: int = 2, threads: int = 32) -> Iterator["Served"]:
    """Run gunicorn with the command of `flask serve`, and yield it once it answers."""
    from swagat.jobs.serve import web_command

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    process = subprocess.Popen(web_command("127.0.0.1", port, workers, threads), cwd=ROOT, env=environ)
    try:
        until = time.monotonic() + START_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > until:
                    raise
                time.sleep(0.1)
        yield Served(port, process.pid, environ["DATABASE_URL"])
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


class Served:
    """A running server: its port, and the CPU that it and its database have used."""

    def __init__(self, port: int, pid: int, url: str) -> None:
        self.port, self.pid = port, pid
        # SQLite works inside the server.
        self.postmaster = None if url.startswith("sqlite") else _postmaster(url)

    def cpu_seconds(self) -> tuple[float, float]:
        """Return the CPU seconds used so far by gunicorn and by all PostgreSQL processes."""
        return _tree_cpu(self.pid), _tree_cpu(self.postmaster) if self.postmaster else 0.0

    def workers(self) -> list[int]:
        """Return the process ids of the workers that are there now."""
        return _children(self.pid)


def _postmaster(url: str) -> int:
    import psycopg

    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT pg_backend_pid()").fetchone()
        assert row is not None
        return int(_stat(row[0])[1])


def _stat(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()


def _children(root: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if int(_stat(int(entry.name))[1]) == root:
                    found.append(int(entry.name))
            except (OSError, IndexError):
                continue
    return found


def _tree_cpu(root: int) -> float:
    """Return the CPU seconds of a process, its children that ended and its children that live."""
    total = 0
    for pid in (root, *_children(root)):
        try:
            fields = _stat(pid)
        except OSError:
            continue
        total += sum(int(ticks) for ticks in fields[11:15])
    return total / TICK


def expect(condition: bool, what: str) -> None:
    """Stop the benchmark when a page is not the page it should be."""
    if not condition:
        raise AssertionError(what)


class Measured:
    """What some operations cost: wall seconds, CPU seconds of web and database, milliseconds of each operation."""

    def __init__(self, wall: float, used: tuple[float, float], times: Sequence[float]) -> None:
        self.wall, self.used, self.times = wall, used, sorted(times)

    @property
    def cpu_ms(self) -> dict[str, float]:
        """Return the CPU milliseconds of one operation."""
        web, database = (1000 * seconds / len(self.times) for seconds in self.used)
        return {"web": round(web, 2), "database": round(database, 2), "sum": round(web + database, 2)}

    def figures(self) -> dict[str, Any]:
        """Return the figures as every benchmark prints them."""
        return {
            "ops": len(self.times),
            "wall_s": round(self.wall, 2),
            "cpu_ms_per_op": self.cpu_ms,
            "per_s": round(len(self.times) / self.wall, 1),
            "p50_ms": round(statistics.median(self.times), 1),
            "p95_ms": round(self.times[max(0, int(len(self.times) * 0.95) - 1)], 1),
        }


def measure(
    server: Served, clients: Sequence[Client], work: Callable[[Client, int], None], operations: int
) -> Measured:
    """Let the clients work so often side by side, and return what that cost the server and its database."""
    side_by_side(clients, work, WARM)
    before = server.cpu_seconds()
    wall, times = side_by_side(clients, work, operations)
    after = server.cpu_seconds()
    return Measured(wall, (after[0] - before[0], after[1] - before[1]), times)


def side_by_side(
    clients: Sequence[Client], work: Callable[[Client, int], None], operations: int
) -> tuple[float, list[float]]:
    """Let each client take operations in a thread of its own; return wall seconds and each one's milliseconds."""
    times: list[float] = []
    numbers = iter(range(operations))
    lock, faults = threading.Lock(), list[BaseException]()

    def run(client: Client) -> None:
        while True:
            with lock:
                number = next(numbers, None)
            if number is None or faults:
                return
            begun = time.perf_counter()
            try:
                work(client, number)
            except BaseException as fault:
                faults.append(fault)
                return
            times.append((time.perf_counter() - begun) * 1000)

    begun = time.perf_counter()
    threads = [threading.Thread(target=run, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    return time.perf_counter() - begun, times


def report(bench: str, cases: int, **figures: Any) -> None:
    """Print the figures as one JSON object on the last line."""
    about = {
        "load_before": LOAD_BEFORE,
        "load_after": round(os.getloadavg()[0], 1),
        "calibration_ms": _calibration(),
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}",
    }
    print(json.dumps({"bench": bench, "cases": cases, **figures, **about}, ensure_ascii=False))


def _calibration() -> float:
    """Return the CPU milliseconds of a fixed piece of Python: how fast the machine is just now."""
    begun = time.process_time()
    kept: dict[int, int] = {}
    for number in range(CALIBRATION_STEPS):
        kept[number % 1000] = kept.get(number % 997, 0) ^ number
    return round((time.process_time() - begun) * 1000, 1)
