"""Kills a program on its way, each time one step later, as by a power cut."""

import os
import signal
from collections.abc import Callable
from threading import Lock
from typing import Any

from sqlalchemy import event

from swagat.database import db

MOST_STEPS = 100


def kill_at(step: int) -> Callable[..., None]:
    """Kill this process before its statement or commit of that number, or where it calls what is returned."""
    passed, lock = 0, Lock()

    def pass_by(*_given: Any) -> None:
        nonlocal passed
        with lock:
            passed += 1
            if passed == step:
                os.kill(os.getpid(), signal.SIGKILL)

    for moment in ("before_cursor_execute", "commit"):
        event.listen(db.engine, moment, pass_by)
    return pass_by


def was_killed(step: int, work: Callable[[Callable[..., None]], object]) -> bool:
    """Do the work in a process of its own, and return whether that came as far as being killed.

    The work is given what it calls at further steps; the end of it is the last one.
    """
    db.session.remove()
    db.engine.dispose()
    child = os.fork()
    if not child:
        try:
            pass_by = kill_at(step)
            work(pass_by)
            pass_by()
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def steps_until_alive(is_killed_at: Callable[[int], bool]) -> int:
    """Return at how many steps it was killed before one came through alive."""
    return next(step for step in range(1, MOST_STEPS) if not is_killed_at(step)) - 1
