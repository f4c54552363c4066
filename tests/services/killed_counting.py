"""A program that counts what was filed, each time killed one step later on the way, as by a power cut.

`python -m tests.services.killed_counting DATABASE_URL FOLDER` prints at how many steps it was killed.
"""

import sys
from pathlib import Path

from flask import Flask

from swagat import create_app
from swagat.services import catalogue, counting
from tests.builders import day, file_case
from tests.conftest import settings_for
from tests.services.killed import steps_until_alive, was_killed

# Two batches, so that one is counted when the other dies.
CASES, MOST = 2, 1


def dies(step: int) -> bool:
    """File some cases, count them in a process of its own, and return whether it was killed."""
    for number in range(CASES):
        file_case(f"{step} {number}", mobile=f"+919{step:05}{number:04}")
    return was_killed(step, lambda _pass_by: counting.count(day(1), MOST))


def main(url: str, folder: str) -> None:
    """Count until one comes through alive."""
    app: Flask = create_app(settings_for(url, Path(folder)))
    with app.app_context():
        catalogue.current().index  # noqa: B018  (read here, once, instead of in every filing)
        print(steps_until_alive(dies))


if __name__ == "__main__":
    main(*sys.argv[1:])
