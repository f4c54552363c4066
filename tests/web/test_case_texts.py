"""The texts of a case on its pages: the office reads the whole journey, the complainant plain words."""

from typing import Any

import pytest
from flask import Flask

from swagat.models import DeliveryStatus as S
from tests.builders import BEGAN, Cast, assigned, file_case, post_cast, sign_in
from tests.client import Client
from tests.web.conftest import Time
from tests.web.outbox_pages import failed


@pytest.fixture
def cast(app: Flask, time: Time) -> Cast:
    return post_cast()


def test_the_office_reads_each_text_of_a_case_with_its_journey(app: Flask, cast: Cast) -> None:
    number = assigned(cast)
    meena: Client = app.test_client()  # type: ignore[assignment]
    sign_in(meena, cast.meena, BEGAN)
    meena.set_cookie("lang", "en")
    page = meena.get(f"/desk/{number}").text
    assert "Texts: 2" in page
    assert "The newest to the complainant did not arrive" not in page
    failed("30007", provider_id=None)
    page = meena.get(f"/desk/{number}").text
    assert "The newest to the complainant did not arrive" in page
    assert "Held back by the network as unwanted or not registered (30007)" in page
    assert "XXXXXXX210" in page
    assert "Handed to the provider" not in page


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"status": S.QUEUED, "ended_at": None}, "On its way"),
        ({"status": S.SENT, "ended_at": None}, "On its way"),
        ({"status": S.UNKNOWN, "ended_at": None}, "On its way"),
        ({"status": S.DELIVERED}, "Delivered on Wednesday, 1 July 2026"),
        ({"status": S.UNDELIVERED}, "Did not arrive"),
        ({"status": S.UNKNOWN}, "It may have arrived, nobody can say"),
    ],
)
def test_the_complainant_reads_of_their_texts_in_plain_words(
    client: Client, cast: Cast, values: dict[str, Any], says: str
) -> None:
    number = file_case().number
    failed("30005", **values)
    with client.session_transaction() as held:
        held["track"] = [number, int(BEGAN.timestamp())]
    client.set_cookie("lang", "en")
    page = client.get("/track/case").text
    assert "Texts to your phone: 1" in page
    assert says in page
    assert "30005" not in page


def test_the_counter_reads_of_them_without_the_number(client: Client, cast: Cast) -> None:
    filed = file_case(clerk=cast.ramila)
    sign_in(client, cast.ramila, BEGAN)
    client.set_cookie("lang", "en")
    client.post("/counter/case", data={"number": filed.number, "code": filed.tracking_code})
    page = client.get("/counter/case/open").text
    assert "Texts to the person: 1" in page
    assert "On its way" in page
    assert "XXXXXXX" not in page
