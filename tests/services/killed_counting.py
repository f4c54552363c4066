"""A program that counts what was filed, each time killed one step later on the way, as by a power cut.

`python -m tests.services.killed_counting DATABASE_URL FOLDER` prints at how many steps it was killed.
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import event

from swagat import create_app
from swagat.database import db
from swagat.services import catalogue, counting
from tests.builders import day, file_case
from tests.conftest import settings_for

MOST_STEPS = 100
# Two batches, so that one is counted when the other dies.
CASES, MOST = 2, 1


def die_at(step: int) -> None:
    """Count and kill this process before its statement of that number, or before a commit."""
    passed = 0

    def pass_by(*_given: Any) -> None:
        nonlocal passed
        passed += 1
        if passed == step:
            os.kill(os.getpid(), signal.SIGKILL)

    for moment in ("before_cursor_execute", "commit"):
        event.listen(db.engine, moment, pass_by)
    counting.count(day(1), MOST)
    pass_by()


def was_killed(step: int) -> bool:
    """File some cases, count in a process of its own, and return whether that came as far as being killed."""
    for number in range(CASES):
        file_case(f"{step} {number}", mobile=f"+919{step:05}{number:04}")
    db.session.remove()
    db.engine.dispose()
    child = os.fork()
    if not child:
        try:
            die_at(step)
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def main(url: str, folder: str) -> None:
    """Count until one comes through alive."""
    app: Flask = create_app(settings_for(url, Path(folder)))
    with app.app_context():
        catalogue.current().index  # noqa: B018  (read here, once, instead of in every filing)
        print(next(step for step in range(1, MOST_STEPS) if not was_killed(step)) - 1)


if __name__ == "__main__":
    main(*sys.argv[1:])
