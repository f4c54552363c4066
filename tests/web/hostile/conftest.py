from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from flask import Flask

from swagat import clock
from tests.conftest import leaving_nothing
from tests.web.hostile.stage import NOW, Stage, build, undone


@pytest.fixture(scope="package")
def standing(shared_app: Flask, backend: str) -> Iterator[Stage]:
    """The stage of all tests here, for it takes as long to set up as to ask for a hundred pages."""
    with pytest.MonkeyPatch.context() as patch, leaving_nothing(shared_app):
        patch.setattr(clock, "now", lambda: NOW)
        # Switched off, the address for texts would answer everything alike.
        patch.setitem(shared_app.config, "SMS_GATEWAY", "twilio")
        patch.setitem(shared_app.config, "INBOUND_SMS", "on")
        yield build(shared_app, is_whole=backend == "sqlite")


@pytest.fixture
def stage(standing: Stage) -> Iterator[Stage]:
    """Visitors and their cases, while the time stands still; what a test does there is undone after it."""
    with ExitStack() as stack:
        for visitor in standing.visitors.values():
            stack.enter_context(undone(visitor.client))
        yield standing
