import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from config import ROOT
from swagat.jobs.serve import PortTaken, check_port
from tests.conftest import SECRET

PATIENCE = 180
SCRIPT = """
import sys
from swagat.jobs.serve import Together
both = Together()
for command in sys.argv[1:]:
    print(both.start([sys.executable, "-c", command], ".").pid, flush=True)
print("started", flush=True)
sys.exit(both.wait())
"""
LONG = "import time; time.sleep(600)"


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def eventually(holds: Callable[[], bool]) -> bool:
    """Return whether something comes to hold; the patience is only for machines that hang."""
    until = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


@pytest.fixture
def start() -> Iterator[Callable[..., tuple[subprocess.Popen[str], list[int]]]]:
    started: list[subprocess.Popen[str]] = []

    def together(*commands: str) -> tuple[subprocess.Popen[str], list[int]]:
        process = subprocess.Popen(
            [sys.executable, "-c", SCRIPT, *commands], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        started.append(process)
        assert process.stdout is not None
        pids = [int(process.stdout.readline()) for _ in commands]
        assert process.stdout.readline() == "started\n"
        return process, pids

    yield together
    for process in started:
        process.kill()
        process.wait()


@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_stops_all_and_is_no_failure(
    start: Callable[..., tuple[subprocess.Popen[str], list[int]]], asked: int
) -> None:
    supervisor, pids = start(LONG, LONG)
    supervisor.send_signal(asked)
    assert supervisor.wait(PATIENCE) == 0
    assert not any(is_alive(pid) for pid in pids)


def test_when_one_dies_the_other_is_stopped_and_that_is_a_failure(
    start: Callable[..., tuple[subprocess.Popen[str], list[int]]],
) -> None:
    supervisor, pids = start(LONG, LONG)
    os.kill(pids[1], signal.SIGKILL)
    assert supervisor.wait(PATIENCE) == 1
    assert not any(is_alive(pid) for pid in pids)


def test_a_killed_supervisor_leaves_no_orphans(
    start: Callable[..., tuple[subprocess.Popen[str], list[int]]],
) -> None:
    supervisor, pids = start(LONG, LONG)
    supervisor.kill()
    assert eventually(lambda: not any(is_alive(pid) for pid in pids))


def test_a_taken_port_is_told_in_one_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PortTaken, match=rf"Port {port} is taken"):
            check_port("127.0.0.1", port)
    check_port("127.0.0.1", port)


def flask(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    settings = {"SWAGAT_ENV": "test", "SECRET_KEY": SECRET, "PATH": os.environ["PATH"]} | environ
    command = [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]
    return subprocess.run(command, cwd=ROOT, env=settings, capture_output=True, text=True, check=False)


def test_a_command_with_wrong_settings_says_in_one_line_what_is_wrong() -> None:
    done = flask("serve", SWAGAT_ENV="production", SECRET_KEY="")
    assert done.returncode == 3
    assert done.stdout == ""
    assert done.stderr.splitlines() == [
        "Error: SWAGAT does not start: SECRET_KEY is missing; PUBLIC_URL is missing",
    ]


def test_serve_on_a_taken_port_ends_with_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = flask("serve", PORT=str(port), DATABASE_URL=f"sqlite:///{tmp_path}/swagat.db")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert f"Port {port} is taken" in done.stderr


def test_serve_without_its_database_ends_with_one_line_that_hides_the_password() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        done = flask("serve", PORT="0", DATABASE_URL=f"postgresql://swagat:hidden@127.0.0.1:{port}/swagat")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "cannot be reached" in done.stderr
    assert "hidden" not in done.stderr


def test_serve_prepares_an_empty_database_answers_and_stops_with_its_jobs(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    environ = {
        "SWAGAT_ENV": "production", "SECRET_KEY": SECRET, "PUBLIC_URL": url, "PORT": str(port),
        "DATABASE_URL": f"sqlite:///{tmp_path}/swagat.db", "UPLOAD_FOLDER": str(tmp_path / "documents"),
        "PATH": os.environ["PATH"],
    }  # fmt: skip
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "serve"]
    with (tmp_path / "output").open("w+") as output:
        server = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=output, stderr=subprocess.STDOUT)
        try:
            assert eventually(lambda: server.poll() is not None or answers(f"{url}/health/ready"))
            assert server.poll() is None, (tmp_path / "output").read_text()
            assert eventually(lambda: f"SWAGAT serves on {url}" in (tmp_path / "output").read_text())
            server.terminate()
            assert server.wait(PATIENCE) == 0
            assert not answers(f"{url}/health/live")
        finally:
            server.kill()
            server.wait()


def answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=10) as response:
            return bool(response.status == 200)
    except (URLError, OSError):
        return False
