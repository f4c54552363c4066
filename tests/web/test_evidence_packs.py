"""The pages of evidence packs: asking, waiting and taking, for who may, in any language and without a script."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask, current_app
from sqlalchemy import delete, func, select

from swagat import clock
from swagat.database import db, transaction
from swagat.models import Certificate, CertificateReminder, EvidencePack, PackDownload
from swagat.services import evidence_work
from swagat.storage import Storage
from tests.builders import Cast, day, disposed, post_cast, sign_in
from tests.client import Client
from tests.counted import count_cases
from tests.services.certified import certify
from tests.web.test_quality import page

NOW = day(40)
Counting = Callable[[], AbstractContextManager[list[str]]]
WANTED = {"office": "MAM-3783", "first": "2026-07", "last": "2026-07", "language": "gu"}


@pytest.fixture
def cast(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Cast:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    cast = post_cast()
    disposed(cast, "solved", at=1)
    count_cases(NOW)
    certify(cast, NOW)
    return cast


def make() -> None:
    report = evidence_work.work(NOW + timedelta(seconds=1), Storage(Path(current_app.config["UPLOAD_FOLDER"])))
    assert (report.made, report.failed) == (1, 0)


def test_a_head_asks_waits_and_takes_both_files(cast: Cast, client: Client) -> None:
    sign_in(client, cast.meena, NOW)
    assert 'value="MAM-3783"' in page(client, "/evidence?lang=en")
    asked = client.post("/evidence", data=WANTED)
    assert asked.status_code == 303
    assert 'http-equiv="refresh"' in page(client, asked.location)
    assert client.get(f"{asked.location}/zip").status_code == 404
    make()
    ready = page(client, asked.location)
    assert 'http-equiv="refresh"' not in ready
    assert ", July 2026</h1>" in ready
    for link, kind in re.findall(r'href="(/evidence/\d+/(pdf|zip))"', ready):
        taken = client.get(link)
        assert (taken.status_code, taken.mimetype) == (200, f"application/{kind}")
        assert taken.headers["Content-Disposition"].endswith(f'-2026-07-2026-07-gu.{kind}"')
        assert len(taken.data) == int(taken.headers["Content-Length"])
    assert db.session.scalar(select(func.count()).select_from(PackDownload)) == 2


def test_pressing_twice_asks_once(cast: Cast, client: Client) -> None:
    sign_in(client, cast.meena, NOW)
    first, second = (client.post("/evidence", data=WANTED).location for _ in range(2))
    assert first == second
    assert db.session.scalar(select(func.count()).select_from(EvidencePack)) == 1


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"last": "2026-08"}, "The period has not ended."),
        ({"first": "2026-08"}, "The last month lies before the first."),
        ({"first": "<b>july"}, "Write a month as 2026-11."),
        ({"office": "RAC-438"}, "This office has no case"),
        ({"language": "xx"}, "Choose one of the languages."),
    ],
)
def test_what_cannot_be_made_is_said_and_what_was_typed_stays(
    cast: Cast, client: Client, changed: dict[str, str], said: str
) -> None:
    sign_in(client, cast.meena, NOW)
    page(client, "/evidence?lang=en")
    answer = client.post("/evidence", data=WANTED | changed)
    assert answer.status_code == 422
    assert said in answer.text
    assert 'name="last" type="text" value="' + (WANTED | changed)["last"] in answer.text
    assert "<b>july" not in answer.text
    assert db.session.scalar(select(func.count()).select_from(EvidencePack)) == 0


def test_an_office_without_a_certificate_is_told_so_at_its_field(cast: Cast, client: Client) -> None:
    with transaction() as session:
        session.execute(delete(CertificateReminder))
        session.execute(delete(Certificate))
    sign_in(client, cast.meena, NOW)
    page(client, "/evidence?lang=en")
    answer = client.post("/evidence", data=WANTED)
    assert (answer.status_code, "This office has no certificate." in answer.text) == (422, True)


@pytest.mark.parametrize("who", ["bharat", "ramila", "administrator"])
def test_who_reads_no_evidence_opens_no_page(cast: Cast, client: Client, who: str) -> None:
    sign_in(client, getattr(cast, who), NOW)
    page(client, "/evidence", 403)


def test_an_auditor_sees_the_packs_of_every_office(cast: Cast, client: Client) -> None:
    sign_in(client, cast.auditor, NOW)
    asked = client.post("/evidence", data=WANTED).location
    assert f'href="{asked}"' in page(client, "/evidence?lang=gu")
    assert client.get(f"/evidence/{2**70}").status_code == 404
    assert client.get("/evidence/999999").status_code == 404


def test_the_list_costs_as_many_statements_for_four_packs_as_for_one(
    cast: Cast, client: Client, count_statements: Counting
) -> None:
    sign_in(client, cast.auditor, NOW)

    def opened() -> list[str]:
        page(client, "/evidence?lang=en")
        with count_statements() as sent:
            page(client, "/evidence")
        return sent

    client.post("/evidence", data=WANTED)
    few = opened()
    for language, first in (("en", "2026-07"), ("hi", "2026-07"), ("gu", "2026-06")):
        client.post("/evidence", data=WANTED | {"language": language, "first": first})
    many = opened()
    assert len(many) == len(few) <= 4, many


def test_a_stranger_is_led_to_the_sign_in(app: Flask, client: Client) -> None:
    assert client.get("/evidence").status_code == 303
