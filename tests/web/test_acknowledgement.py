"""The sent page: for the phone that filed, for a short while, the code once, and papers one by one."""

import io
import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse

from swagat.database import db
from swagat.domain.workflow import Action
from swagat.models import Document, GrievanceEvent
from tests.builders import BEGAN, TEXT, act, dholka, office, post_cast, sign_in
from tests.client import Client
from tests.files.pdfs import pdf
from tests.files.photographs import tagged
from tests.web.conftest import Time

CODE = re.compile(r"\d{3} \d{3} \d{4}")
SCRIPT = {"X-Requested-With": "fetch"}


pytestmark = pytest.mark.usefixtures("time")


@pytest.fixture
def kanta(client: Client) -> Client:
    """Kanta's phone, in English."""
    client.get("/?lang=en")
    return client


def sent(browser: Client, **changes: str) -> str:
    place = dholka()
    what = {"text": TEXT, "category": "REV-712", "district": str(place.district_id), "taluka": str(place.id)}
    who = browser.post("/file", data=what).headers["Location"]
    person = {"name": "Kanta Makwana", "mobile": "98765 43210", "language": "gu"} | changes
    return browser.post(browser.post(who, data=person).headers["Location"]).headers["Location"]


def add(browser: Client, url: str, data: bytes, name: str = "paper.pdf", **kwargs: object) -> TestResponse:
    token = MultiDict({"csrf_token": browser.csrf_token()})
    token.add("document", FileStorage(io.BytesIO(data), name))
    return browser.post(f"{url}/documents", data=token, content_type="multipart/form-data", **kwargs)


def paper(text: str) -> bytes:
    return pdf(b"<< /Title (%s) >>" % text.encode())


def papers() -> list[str]:
    return list(db.session.scalars(select(Document.name).order_by(Document.id)))


def test_the_code_is_shown_once(kanta: Client) -> None:
    url = sent(kanta)
    assert CODE.search(kanta.get(url).text)
    assert not CODE.search(kanta.get(url).text)


def test_a_page_that_broke_off_shows_the_code_again_when_it_is_loaded_again(kanta: Client, time: Time) -> None:
    again = {"Cache-Control": "max-age=0"}
    url = sent(kanta)
    kanta.get(url)
    time.now += timedelta(minutes=10)
    assert CODE.search(kanta.get(url, headers=again).text)
    time.now += timedelta(minutes=10)
    assert not CODE.search(kanta.get(url, headers=again).text)


def test_once_it_was_left_loading_it_again_shows_no_code(kanta: Client) -> None:
    url = sent(kanta)
    kanta.get(url)
    kanta.get(url)
    assert not CODE.search(kanta.get(url, headers={"Cache-Control": "max-age=0"}).text)


def test_it_says_why_this_office_why_this_day_and_what_happens_next(kanta: Client) -> None:
    page = kanta.get(sent(kanta)).text
    assert "In Dholka" in page
    assert "Days allowed" in page
    assert "goes up to the next higher office by itself" in page


def test_it_goes_on_saying_what_was_said_when_the_case_moves_on(kanta: Client, time: Time) -> None:
    cast = post_cast()
    url = sent(kanta)
    kanta.get(url)
    before = kanta.get(url).text
    number = url.rpartition("/")[2]
    act(cast.bharat, number, Action.ASSIGN, officer_posting_id=cast.bharat.posting_id)
    act(cast.bharat, number, Action.TRANSFER, office_id=office("TDO-3783"))
    assert re.findall(r"<li>.*?</li>", kanta.get(url).text) == re.findall(r"<li>.*?</li>", before)


def test_after_a_quarter_of_an_hour_without_use_it_is_shut(kanta: Client, time: Time) -> None:
    url = sent(kanta)
    kanta.get(url)
    time.now += timedelta(minutes=14)
    assert kanta.get(url).status_code == 200
    time.now += timedelta(minutes=14)
    assert kanta.get(url).status_code == 200
    time.now += timedelta(minutes=16)
    answer = kanta.get(url)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/track")
    assert add(kanta, url, pdf()).status_code == 403
    assert papers() == []


def test_finishing_leaves_nothing_on_the_phone(kanta: Client) -> None:
    url = sent(kanta)
    answer = kanta.post(f"{url}/finish")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert "Finished on this phone" in kanta.get("/").text
    assert kanta.get(url).status_code == 404


@pytest.mark.parametrize("number", ["GJ-2026-0000009-9", "x", "1", "GJ", "é" * 40])
def test_a_number_that_was_not_filed_here_does_not_exist(kanta: Client, number: str) -> None:
    sent(kanta)
    assert kanta.get(f"/acknowledgement/{number}").status_code == 404
    assert add(kanta, f"/acknowledgement/{number}", pdf()).status_code == 403


def test_another_phone_sees_and_adds_nothing(kanta: Client) -> None:
    url = sent(kanta)
    other: Client = kanta.application.test_client()  # type: ignore[assignment]
    assert other.get(url).status_code == 404
    assert add(other, url, pdf()).status_code == 403
    assert papers() == []


def test_papers_are_added_one_by_one_until_there_are_five(kanta: Client) -> None:
    url = sent(kanta)
    for at in range(5):
        answer = add(kanta, url, paper(str(at)), f"paper {at}.pdf")
        assert (answer.status_code, answer.headers["Location"]) == (303, f"{url}#papers")
    assert len(papers()) == 5
    page = kanta.get(url).text
    assert "All five papers are there" in page
    assert 'type="file"' not in page
    assert add(kanta, url, paper("one more")).status_code == 422
    assert len(papers()) == 5


def test_a_photo_is_taken_and_told_to_the_script_in_one_word(kanta: Client) -> None:
    url = sent(kanta)
    answer = add(kanta, url, tagged(), "photo.jpg", headers=SCRIPT)
    assert (answer.status_code, answer.mimetype) == (201, "text/plain")
    assert len(papers()) == 1
    assert papers()[0] in kanta.get(url).text


@pytest.mark.parametrize("data", [b"", b"<html><script>alert(1)</script>", b"MZ\x90", b"GIF89a", b"%PDF-1.4 cut"])
def test_what_is_no_paper_is_refused_with_a_reason_and_undoes_nothing(kanta: Client, data: bytes) -> None:
    url = sent(kanta)
    answer = add(kanta, url, data, "paper.pdf")
    assert answer.status_code == 422
    assert "Nothing else changed" in answer.text
    said = add(kanta, url, data, "paper.pdf", headers=SCRIPT)
    assert (said.status_code, said.mimetype) == (422, "text/plain")
    assert said.text
    assert papers() == []
    assert kanta.get(url).status_code == 200


def test_without_a_paper_it_says_so(kanta: Client) -> None:
    url = sent(kanta)
    answer = kanta.post(f"{url}/documents", data={})
    assert answer.status_code == 422
    assert "Choose a photo or a PDF" in answer.text


def test_an_old_token_adds_no_paper(kanta: Client) -> None:
    url = sent(kanta)
    data = MultiDict({"csrf_token": "old"})
    data.add("document", FileStorage(io.BytesIO(pdf()), "paper.pdf"))
    answer = kanta.post(f"{url}/documents", data=data, content_type="multipart/form-data", csrf=False)
    assert answer.status_code == 422
    assert papers() == []


def test_with_a_hidden_name_a_paper_waits_and_has_no_name_of_its_own(kanta: Client) -> None:
    url = sent(kanta, is_identity_hidden="y")
    assert add(kanta, url, pdf(), "Kanta Makwana 98765.pdf").status_code == 303
    held, name = db.session.execute(select(Document.is_held, Document.name)).one()
    assert held
    assert "Kanta" not in name


def test_a_browser_signed_in_as_staff_adds_nothing(kanta: Client, app: Flask) -> None:
    cast = post_cast()
    url = sent(kanta)
    with kanta.session_transaction() as session:
        held = dict(session)
    sign_in(kanta, cast.bharat, BEGAN)
    with kanta.session_transaction() as session:
        session.update({name: value for name, value in held.items() if name not in session})
    assert add(kanta, url, pdf()).status_code == 403
    assert papers() == []


def test_adding_papers_writes_an_entry_for_each(kanta: Client) -> None:
    url = sent(kanta)
    add(kanta, url, paper("one"))
    add(kanta, url, paper("two"))
    entries = db.session.scalars(select(GrievanceEvent.action).order_by(GrievanceEvent.seq)).all()
    assert [entry.value for entry in entries] == ["file", "add_document", "add_document"]


def test_it_prints_without_what_only_a_screen_needs(kanta: Client) -> None:
    page = kanta.get(sent(kanta)).text
    printed = re.sub(r'<(section|div)[^>]*class="no-print".*?</\1>', "", page, flags=re.DOTALL)
    assert 'type="file"' not in printed
    assert CODE.search(printed)
