"""A program that imports a file and is killed, as by a power cut, before a statement or a commit of that number.

`python -m tests.services.killed_import DATABASE_URL FOLDER FILE STEP` prints the report when it was not killed.
"""

import sys
from pathlib import Path

from swagat import create_app
from swagat.services import importing
from tests.builders import BEGAN
from tests.conftest import settings_for
from tests.services.killed import kill_at


def main(url: str, folder: str, file: str, step: str) -> None:
    """Import until the step is reached; step 0 never is."""
    app = create_app(settings_for(url, Path(folder)))
    with app.app_context():
        kill_at(int(step))
        report = importing.import_cases(Path(file), "GJ", "old", BEGAN, lambda _line: None)
        print(*report.lines())


if __name__ == "__main__":
    main(*sys.argv[1:])
