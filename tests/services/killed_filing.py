"""A program that files one grievance after another, each time killed one step later on the way, as by a power cut.

`python -m tests.services.killed_filing DATABASE_URL FOLDER` prints at how many steps it was killed.
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
from swagat.domain.rules import Rules
from swagat.services import catalogue, drafts, filing
from swagat.services.filing import Filing
from swagat.services.limits import Limit
from tests.builders import BEGAN, KANTAS_MOBILE, SECRET, TEXT, dholka, gujarat
from tests.conftest import settings_for

LIMITS = [Limit("filing-address", "one address", 3_600, 999), Limit("filing-mobile", KANTAS_MOBILE, 86_400, 999)]
MOST_STEPS = 100


def pressed(step: int) -> Filing:
    """Return what was typed in the filing that is killed at this step."""
    return Filing(
        submission_key=f"press {step}",
        state_id=gujarat(),
        category_id=catalogue.category_named("REV-712").id,
        place_id=dholka().id,
        text=TEXT,
        name="Kanta Makwana",
        language="gu",
        mobile=KANTAS_MOBILE,
    )


def press(one: Filing) -> filing.Acknowledgement:
    """File it, as the last press of the browser's way does."""
    return filing.file_grievance(one, BEGAN, SECRET, Rules(), limits=LIMITS)


def die_at(step: int, one: Filing) -> None:
    """File and kill this process before its statement of that number, before the commit, or before the answer."""
    passed = 0

    def pass_by(*_given: Any) -> None:
        nonlocal passed
        passed += 1
        if passed == step:
            os.kill(os.getpid(), signal.SIGKILL)

    for moment in ("before_cursor_execute", "commit"):
        event.listen(db.engine, moment, pass_by)
    press(one)
    pass_by()


def was_killed(step: int) -> bool:
    """File in a process of its own and return whether it came as far as being killed."""
    one = pressed(step)
    drafts.begin(one.submission_key, "phone", {"what": {}}, BEGAN)
    db.session.remove()
    db.engine.dispose()
    child = os.fork()
    if not child:
        try:
            die_at(step, one)
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def main(url: str, folder: str) -> None:
    """File until one comes through alive."""
    app: Flask = create_app(settings_for(url, Path(folder)))
    with app.app_context():
        catalogue.current().index  # noqa: B018  (read here, once, instead of in every filing)
        print(next(step for step in range(1, MOST_STEPS) if not was_killed(step)) - 1)


if __name__ == "__main__":
    main(*sys.argv[1:])
