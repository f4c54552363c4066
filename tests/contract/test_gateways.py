"""What holds for every gateway, with an account and without."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from swagat.sms.console_gateway import ConsoleGateway
from swagat.sms.gateway import Gateway, Progress, progress_of
from tests.contract.accounts import gateway_to
from tests.contract.twilio_stand_in import StandIn

KANTA = "+919876543210"
BODY = "સ્વાગત: તમારી ફરિયાદ GJ-2026-0000001-9 પર હવે એક અધિકારી કામ કરે છે."

pytestmark = pytest.mark.parametrize("kind", ["console", "twilio"])


@pytest.fixture
def gateway(kind: str, stand_in: StandIn) -> Gateway:
    return ConsoleGateway() if kind == "console" else gateway_to(stand_in)


def recently() -> datetime:
    return datetime.now(UTC) - timedelta(minutes=5)


def test_a_text_that_was_taken_has_an_id_and_a_status_that_is_known(gateway: Gateway) -> None:
    sent = gateway.send(KANTA, BODY, 7, template="assigned", language="gu")
    assert 0 < len(sent.provider_id) <= 64
    assert progress_of(sent.status) in (Progress.TAKEN, Progress.DELIVERED)
    assert sent.code == ""


def test_two_texts_have_two_ids(gateway: Gateway) -> None:
    first, second = (gateway.send(KANTA, BODY, id_, template="assigned", language="gu") for id_ in (7, 8))
    assert first.provider_id != second.provider_id


def test_whoever_asks_about_a_text_that_was_taken_finds_it(gateway: Gateway) -> None:
    sent = gateway.send(KANTA, BODY, 7, template="assigned", language="gu")
    assert [one.provider_id for one in gateway.find(KANTA, BODY, 7, recently())] == [sent.provider_id]


def test_how_far_a_text_came_can_be_looked_up_by_its_id(gateway: Gateway) -> None:
    sent = gateway.send(KANTA, BODY, 7, template="assigned", language="gu")
    found = gateway.look_up(sent.provider_id)
    assert found is not None
    assert (found.provider_id, progress_of(found.status), found.code) == (
        sent.provider_id,
        progress_of(sent.status),
        "",
    )


def test_an_id_that_the_provider_never_gave_is_not_known(gateway: Gateway) -> None:
    gateway.send(KANTA, BODY, 7, template="assigned", language="gu")
    assert gateway.look_up("SM" + "f" * 32) is None


def test_the_id_in_the_registry_changes_nothing_about_a_text(gateway: Gateway) -> None:
    sent = gateway.send(KANTA, BODY, 7, template="assigned", language="gu", template_id="1107001")
    assert [one.provider_id for one in gateway.find(KANTA, BODY, 7, recently())] == [sent.provider_id]


def test_a_gateway_says_whether_a_telephone_rings(gateway: Gateway, kind: str) -> None:
    assert gateway.is_audible is (kind == "twilio")


@pytest.mark.parametrize("body", ["a", "ક" * 670, "7/12 \N{RUPEE SIGN}500 & +1=2 %41 \n<b>", "a" * 1600])
def test_words_arrive_as_they_are(gateway: Gateway, body: str) -> None:
    sent = gateway.send(KANTA, body, 7, template="assigned", language="gu")
    assert [one.provider_id for one in gateway.find(KANTA, body, 7, recently())] == [sent.provider_id]


def test_a_gateway_says_how_fast_it_may_be_used(gateway: Gateway) -> None:
    assert gateway.per_second >= 0


def test_the_log_names_neither_number_nor_words(
    gateway: Gateway, caplog: pytest.LogCaptureFixture, count_secrets: Callable[[str], int]
) -> None:
    with caplog.at_level("DEBUG"):
        gateway.send(KANTA, BODY, 7, template="assigned", language="gu")
        gateway.find(KANTA, BODY, 7, recently())
    assert count_secrets(caplog.text) == 0


@pytest.fixture
def count_secrets() -> Callable[[str], int]:
    secrets = (KANTA, KANTA[1:], KANTA[3:], "GJ-2026-0000001-9", "only-for-tests")
    return lambda text: sum(secret in text for secret in secrets)
