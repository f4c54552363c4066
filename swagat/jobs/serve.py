"""Starts the web server and the jobs process together, and stops both together."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from types import FrameType
from urllib.error import URLError
from urllib.request import urlopen

GRACE_SECONDS = 35
START_SECONDS = 60
POLL_SECONDS = 0.2
PR_SET_PDEATHSIG = 1


class PortTaken(Exception):
    """Another program listens where this one should."""


def check_port(host: str, port: int) -> None:
    """Raise PortTaken when nothing new can listen there."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as fault:
            raise PortTaken(f"Port {port} is taken: stop what runs there, or choose another, PORT=8001") from fault


def web_command(host: str, port: int, processes: int, threads: int) -> list[str]:
    """Return the command of the web server; threads, so that slow telephones hold up nobody else."""
    return [
        sys.executable, "-m", "gunicorn", "wsgi:warmed()", "--bind", f"{host}:{port}",
        "--worker-class", "gthread", "--workers", str(processes), "--threads", str(threads),
        "--max-requests", "20000", "--max-requests-jitter", "2000", "--graceful-timeout", "30",
        "--no-control-socket", "--forwarded-allow-ips", "", "--log-level", "warning",
    ]  # fmt: skip


def jobs_command() -> list[str]:
    """Return the command of the jobs process."""
    return [sys.executable, "-m", "flask", "--app", "wsgi", "jobs", "run"]


def wait_until_live(host: str, port: int, web: subprocess.Popen[bytes]) -> bool:
    """Return whether the web server answers before it dies or a minute is over."""
    reached = "127.0.0.1" if host == "0.0.0.0" else host
    for _ in range(int(START_SECONDS / POLL_SECONDS)):
        if web.poll() is not None:
            return False
        try:
            with urlopen(f"http://{reached}:{port}/health/live", timeout=5):
                return True
        except (URLError, OSError):
            time.sleep(POLL_SECONDS)
    return False


class Together:
    """Processes that live and die together."""

    def __init__(self) -> None:
        self.processes: list[subprocess.Popen[bytes]] = []
        self.is_asked_to_stop = False
        for wanted in (signal.SIGINT, signal.SIGTERM):
            signal.signal(wanted, self._ask)

    def start(self, command: Sequence[str], folder: str) -> subprocess.Popen[bytes]:
        """Start one more process in a session of its own, so that Ctrl-C reaches it through us alone."""
        process = subprocess.Popen(command, cwd=folder, start_new_session=True, preexec_fn=_die_with_parent)
        self.processes.append(process)
        return process

    def wait(self) -> int:
        """Wait until somebody asks to stop (0) or a process ends by itself (1), then stop all."""
        while not self.is_asked_to_stop and all(process.poll() is None for process in self.processes):
            time.sleep(POLL_SECONDS)
        died = not self.is_asked_to_stop
        self.stop()
        return 1 if died else 0

    def stop(self) -> None:
        """Let every process finish what it has begun, and kill what does not end in time."""
        for process in self.processes:
            if process.poll() is None:
                process.terminate()
        until = time.monotonic() + GRACE_SECONDS
        for process in self.processes:
            try:
                process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _ask(self, _signal: int, _frame: FrameType | None) -> None:
        self.is_asked_to_stop = True


def _die_with_parent() -> None:
    # Where the kernel offers it (Linux), a killed supervisor does not leave its port to orphans.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() == 1:
            os.kill(os.getpid(), signal.SIGTERM)
