"""A program that imports a file and is killed, as by a power cut, before a statement or a commit of that number.

`python -m tests.services.killed_import DATABASE_URL FOLDER FILE STEP` prints the report when it was not killed.
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import event

from swagat import create_app
from swagat.database import db
from swagat.services import importing
from tests.builders import BEGAN
from tests.conftest import settings_for


def main(url: str, folder: str, file: str, step: str) -> None:
    """Import until the step is reached; step 0 never is."""
    passed = 0

    def pass_by(*_given: Any) -> None:
        nonlocal passed
        passed += 1
        if passed == int(step):
            os.kill(os.getpid(), signal.SIGKILL)

    app = create_app(settings_for(url, Path(folder)))
    with app.app_context():
        for moment in ("before_cursor_execute", "commit"):
            event.listen(db.engine, moment, pass_by)
        report = importing.import_cases(Path(file), "GJ", "old", BEGAN, lambda _line: None)
        print(passed, *report.lines())


if __name__ == "__main__":
    main(*sys.argv[1:])
