from collections.abc import Iterator

import pytest
from flask import Flask

from swagat import clock
from tests.web.hostile.stage import NOW, Stage, build


@pytest.fixture
def stage(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """Six visitors and their cases; the time stands still."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return build(app)
