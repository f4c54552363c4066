"""What tests of several pages share."""

from datetime import datetime

import pytest

from swagat import clock
from tests.builders import BEGAN


class Time:
    """The time that the pages read."""

    def __init__(self) -> None:
        self.now = BEGAN

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    """The time of the pages, which stands still until a test moves it."""
    reading = Time()
    monkeypatch.setattr(clock, "now", reading)
    return reading
