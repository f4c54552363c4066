from collections.abc import Iterator

import pytest

from tests.contract.twilio_stand_in import StandIn, twilio


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    """Twilio as a test wants it, on a port of this machine."""
    with twilio() as server:
        yield server
