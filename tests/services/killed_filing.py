"""A program that files one grievance after another, each time killed one step later on the way, as by a power cut.

`python -m tests.services.killed_filing DATABASE_URL FOLDER` prints at how many steps it was killed.
"""

import sys
from pathlib import Path

from flask import Flask

from swagat import create_app
from swagat.domain.rules import Rules
from swagat.services import catalogue, drafts, filing
from swagat.services.filing import Filing
from swagat.services.limits import Limit
from tests.builders import BEGAN, KANTAS_MOBILE, SECRET, TEXT, dholka, gujarat
from tests.conftest import settings_for
from tests.services.killed import steps_until_alive, was_killed

LIMITS = [Limit("filing-address", "one address", 3_600, 999), Limit("filing-mobile", KANTAS_MOBILE, 86_400, 999)]


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


def dies(step: int) -> bool:
    """Begin a draft, file it in a process of its own, and return whether that was killed."""
    one = pressed(step)
    drafts.begin(one.submission_key, "phone", {"what": {}}, BEGAN)
    return was_killed(step, lambda _pass_by: press(one))


def main(url: str, folder: str) -> None:
    """File until one comes through alive."""
    app: Flask = create_app(settings_for(url, Path(folder)))
    with app.app_context():
        catalogue.current().index  # noqa: B018  (read here, once, instead of in every filing)
        print(steps_until_alive(dies))


if __name__ == "__main__":
    main(*sys.argv[1:])
