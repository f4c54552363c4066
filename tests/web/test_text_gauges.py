"""What /metrics tells of the texts: numbers of now and of the last day, and nothing of anybody."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask

from swagat.models import DeliveryStatus as S
from tests.builders import BEGAN, KANTAS_MOBILE, Cast, file_case, post_cast
from tests.client import Client
from tests.web.conftest import Time
from tests.web.outbox_pages import add, change

Counting = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def cast(app: Flask, time: Time) -> Cast:
    return post_cast()


def gauges(client: Client) -> dict[str, str]:
    """Return every gauge of the texts by its name and label."""
    lines = client.get("/metrics").text.splitlines()
    return dict(line.rsplit(" ", 1) for line in lines if line.startswith("swagat_message"))


def test_texts_are_counted_by_where_they_stand_those_that_ended_of_a_day(client: Client, cast: Cast) -> None:
    file_case()
    change(queued_at=BEGAN - timedelta(minutes=7))
    a_day_ago = BEGAN - timedelta(days=1)
    add(
        {"queued_at": BEGAN},
        {"status": S.SENT},
        {"status": S.UNKNOWN},
        {"status": S.UNKNOWN, "ended_at": BEGAN},
        *[{"status": S.DELIVERED, "ended_at": at} for at in (BEGAN, a_day_ago, a_day_ago - timedelta(seconds=1))],
    )
    found = gauges(client)
    assert {name: value for name, value in found.items() if name.startswith("swagat_messages{")} == {
        'swagat_messages{status="queued"}': "2",
        'swagat_messages{status="sending"}': "0",
        'swagat_messages{status="sent"}': "1",
        'swagat_messages{status="unsettled"}': "1",
        'swagat_messages{status="delivered"}': "2",
        'swagat_messages{status="undelivered"}': "0",
        'swagat_messages{status="failed"}': "0",
        'swagat_messages{status="unknown"}': "1",
    }
    assert found["swagat_message_oldest_waiting_seconds"] == "420"


def test_nothing_that_waits_has_waited_no_time(client: Client, cast: Cast) -> None:
    assert gauges(client)["swagat_message_oldest_waiting_seconds"] == "0"


def test_failures_are_told_by_code_and_words_are_never_labels(client: Client, cast: Cast) -> None:
    number = file_case().number
    bad = {"status": S.FAILED, "ended_at": BEGAN}
    add(
        *[bad | {"failure": "30003"}] * 2,
        bad | {"failure": "given up after 8 tries: 429"},
        bad | {"failure": ""},
        bad | {"failure": f'no text "reaches" {KANTAS_MOBILE}\\'},
        bad | {"failure": "filed: no value for due_on"},
        bad | {"failure": "30003", "ended_at": BEGAN - timedelta(days=2)},
    )
    found = gauges(client)
    assert {name: value for name, value in found.items() if name.startswith("swagat_messages_failed")} == {
        'swagat_messages_failed{code="30003"}': "2",
        'swagat_messages_failed{code="429"}': "1",
        'swagat_messages_failed{code="none"}': "1",
        'swagat_messages_failed{code="other"}': "2",
    }
    page = client.get("/metrics").text
    assert number not in page
    assert KANTAS_MOBILE not in page


def test_segments_are_those_of_the_day_in_india(client: Client, cast: Cast) -> None:
    file_case()
    midnight = BEGAN.replace(hour=18, minute=30) - timedelta(days=1)
    took = {"status": S.DELIVERED, "ended_at": BEGAN, "segments": 3}
    add(
        took | {"tried_at": midnight, "provider_id": "today"},
        took | {"tried_at": BEGAN, "provider_id": "now"},
        took | {"tried_at": midnight - timedelta(seconds=1), "provider_id": "yesterday"},
        took | {"tried_at": BEGAN},
    )
    assert gauges(client)["swagat_messages_segments"] == "6"


def test_they_cost_one_statement_each_however_many_texts_there_are(
    client: Client, cast: Cast, count_statements: Counting
) -> None:
    file_case()
    add(*[{"status": S.FAILED, "failure": str(30000 + at), "ended_at": BEGAN} for at in range(50)])
    with count_statements() as sent:
        gauges(client)
    assert sum("sms_messages" in statement for statement in sent) == 4
