"""The counter in a browser: a clerk files for a person, reads it back, prints the slip, and acts with it later."""

import io
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse

from swagat.database import db, transaction
from swagat.domain.case import Outcome
from swagat.domain.roles import Role
from swagat.domain.workflow import Action, Status
from swagat.models import Document, DocumentKind, FilingDraft, FilingMode, Grievance, GrievanceEvent, Remark
from swagat.services import tracking
from tests.builders import (
    BEGAN,
    REASON,
    SECRET,
    TEXT,
    Cast,
    act,
    assigned,
    case,
    dholka,
    disposed,
    file_case,
    post_cast,
    reported,
    sign_in,
)
from tests.client import Client
from tests.files.pdfs import pdf
from tests.web.conftest import Time

Counting = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def cast(app: Flask, time: Time) -> Cast:
    return post_cast()


@pytest.fixture
def ramila(client: Client, cast: Cast) -> Client:
    """The browser of the counter, in English."""
    sign_in(client, cast.ramila, BEGAN)
    client.get("/counter?lang=en")
    return client


def filled(**changes: str) -> dict[str, str]:
    place = dholka()
    usual = {
        "mode": "counter",
        "text": TEXT,
        "category": "REV-712",
        "district": str(place.district_id),
        "taluka": str(place.id),
        "name": "Kanta Makwana",
        "language": "gu",
    }
    return usual | changes


def checked(client: Client, **changes: str) -> str:
    """Return the address of the page that reads back what was filled in."""
    response = client.post("/counter/file", data=filled(**changes))
    assert response.status_code == 303, response.text
    return response.location


def filed(client: Client, **changes: str) -> str:
    """Return the address of the slip of a grievance that was filed at the counter."""
    response = client.post(checked(client, **changes), data={"was_read": "y"})
    assert response.status_code == 303, response.text
    return response.location


def said(page: TestResponse) -> list[str]:
    """Return the mistakes that a page names beside its fields."""
    return re.findall(r'class="error"[^>]*><span class="unseen">[^<]*</span> ([^<]*)</p>', page.text)


def code_on(page: TestResponse) -> str:
    found = re.search(r'big-number">(\d{3} \d{3} \d{4})<', page.text)
    return found[1] if found else ""


def numbers() -> int:
    return db.session.scalar(select(func.count()).select_from(Grievance)) or 0


def paper(name: str = "letter.pdf", data: bytes | None = None) -> FileStorage:
    return FileStorage(io.BytesIO(pdf() if data is None else data), name)


def test_the_first_page_costs_at_most_eight_statements(ramila: Client, cast: Cast, count_statements: Counting) -> None:
    for key in ("a", "b"):
        number = reported(cast, key, clerk=cast.ramila, mode=FilingMode.COUNTER, mobile=None)
        act(cast.meena, number, Action.DISPOSE, outcome=Outcome.REDRESSED)
    with count_statements() as sent:
        page = ramila.get("/counter")
    assert page.text.count("Hand over") == 2
    assert len(sent) <= 8


@pytest.mark.parametrize("actor", ["bharat", "meena", "auditor", "administrator"])
@pytest.mark.parametrize(
    "path", ["/counter", "/counter/file", "/counter/case", "/counter/case/open", "/counter/slip/x"]
)
def test_nobody_but_a_clerk_opens_the_counter(client: Client, cast: Cast, actor: str, path: str) -> None:
    assert client.get(path).status_code == 303
    sign_in(client, getattr(cast, actor), BEGAN)
    assert client.get(path).status_code == 403


def test_a_person_without_a_mobile_number_is_filed_for_and_gets_a_slip(ramila: Client, cast: Cast) -> None:
    address = checked(ramila)
    page = ramila.get(address)
    assert TEXT in page.text
    assert "no text can be sent" in page.text
    slip = ramila.post(address, data={"was_read": "y"}).location
    page = ramila.get(slip)
    number = slip.rpartition("/")[2]
    for wanted in (TEXT, number, "Kanta Makwana", "મામલતદાર, ધોળકા"):
        assert wanted in page.text
    here = case(number)
    assert (here.mode, here.filed_by_id, here.status) == (FilingMode.COUNTER, cast.ramila.person_id, Status.REGISTERED)
    opened = tracking.open_case(number, code_on(page), "10.0.0.9", BEGAN, SECRET.decode(), 10, "GJ")
    assert opened.number == number
    assert db.session.scalar(select(func.count()).select_from(FilingDraft)) == 0


def test_without_reading_it_back_nothing_is_filed(ramila: Client) -> None:
    page = ramila.post(checked(ramila))
    assert page.status_code == 422
    assert said(page) == ["Read the words to the person first."]
    assert numbers() == 0


def test_a_letter_need_not_be_read_to_anybody(ramila: Client) -> None:
    assert ramila.post(checked(ramila, mode="post")).status_code == 303
    assert numbers() == 1


def test_pressed_twice_there_is_one_grievance_and_the_slip_again(ramila: Client) -> None:
    address = checked(ramila)
    first, second = (ramila.post(address, data={"was_read": "y"}).location for _ in range(2))
    assert first == second
    assert numbers() == 1
    assert code_on(ramila.get(second))
    assert ramila.get(address).location == first


def test_where_it_came_from_and_when_it_was_received_stand_in_the_register(ramila: Client) -> None:
    slip = filed(
        ramila, mode="post", source="Lok Fariyad", source_reference="LF/77", received_on="2026-06-20",
        late_reason="It lay in another office.", mobile="98765 43210",
    )  # fmt: skip
    here = case(slip.rpartition("/")[2])
    assert (here.source, here.source_reference, str(here.received_on)) == ("Lok Fariyad", "LF/77", "2026-06-20")
    first = db.session.scalars(select(GrievanceEvent.payload).where(GrievanceEvent.grievance_id == here.id)).one()
    assert (first["source"], first["late_reason"]) == ("Lok Fariyad", "It lay in another office.")


MISTAKES = {
    "from tomorrow": ({"received_on": "2026-07-02"}, "The date of receipt cannot lie in the future."),
    "late without a reason": (
        {"received_on": "2026-06-27"},
        "It was received more than 3 days ago. Write why it is entered only now.",
    ),
    "no date": ({"received_on": "yesterday"}, "Give a date, such as 04-12-2026."),
    "a source without its number": ({"source": "CPGRAMS"}, "Give both: who sent it, and its number there."),
    "a number without its source": ({"source_reference": "P/1"}, "Give both: who sent it, and its number there."),
    "an invented source": ({"source": "My uncle", "source_reference": "1"}, "Choose from the list."),
    "no name": ({"name": " "}, "Write the name of the person."),
    "half a number": ({"mobile": "98765"}, "A mobile number has 10 digits, for example 98765 43210."),
    "another language": ({"language": "xx"}, "Choose a language."),
    "filed on the web": ({"mode": "web"}, "Choose how it came."),
    "no subject": ({"category": "NONE"}, "Choose what it is about."),
    "danger without a reason": ({"is_immediate": "y"}, "Write what the danger is."),
    "no district": ({"district": ""}, "Choose the district."),
}


@pytest.mark.parametrize(("changes", "message"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_said_at_its_field_and_loses_no_word(
    ramila: Client, changes: dict[str, str], message: str
) -> None:
    page = ramila.post("/counter/file", data=filled(**changes))
    assert page.status_code == 422
    assert message in said(page)
    assert TEXT in page.text
    assert numbers() == 0


def test_three_days_ago_needs_no_reason_and_the_days_of_the_office_count_from_then(ramila: Client) -> None:
    slip = filed(ramila, received_on="28-06-2026")
    plain = filed(ramila)
    late, today = (case(one.rpartition("/")[2]) for one in (slip, plain))
    assert str(late.received_on) == "2026-06-28"
    assert late.due_on < today.due_on


def test_a_page_that_was_open_too_long_keeps_every_word(ramila: Client) -> None:
    page = ramila.post("/counter/file", data=MultiDict(filled() | {"csrf_token": "old"}))
    assert page.status_code == 422
    assert TEXT in page.text
    address = checked(ramila)
    page = ramila.post(address, data=MultiDict({"was_read": "y", "csrf_token": "old"}))
    assert page.status_code == 422
    assert TEXT in page.text
    assert numbers() == 0


def test_going_back_shows_what_was_typed_and_takes_a_change(ramila: Client) -> None:
    address = checked(ramila, source="CPGRAMS", source_reference="P/1", received_on="2026-06-30")
    page = ramila.get(f"{address}/change")
    for wanted in (TEXT, "P/1", 'value="2026-06-30"', "Kanta Makwana"):
        assert wanted in page.text
    assert ramila.post(f"{address}/change", data=filled(name="Kanta M")).location == address
    assert "Kanta M" in ramila.get(address).text
    assert "P/1" not in ramila.get(address).text


def test_without_script_the_lists_are_shown_on_a_press(ramila: Client) -> None:
    page = ramila.post("/counter/file", data=filled(show="talukas", category=""))
    assert page.status_code == 200
    assert 'value="REV-712"' in page.text
    assert f'value="{dholka().id}" selected' in page.text


def test_an_aadhaar_number_is_masked_before_it_is_kept(ramila: Client) -> None:
    address = checked(ramila, text="My Aadhaar is 2345 6789 0124 and my ration card is refused.")
    assert "2345 6789 0124" not in ramila.get(address).text


def test_another_clerks_draft_does_not_exist(ramila: Client, cast: Cast, app: Flask) -> None:
    address = checked(ramila)
    other = app.test_client()
    sign_in(other, cast.meena, BEGAN)
    assert other.get(address).status_code == 403
    assert ramila.get("/counter/file/" + "a" * 44).status_code == 404
    assert ramila.get("/counter/file/x/change").status_code == 404


def test_an_erased_draft_says_so(ramila: Client) -> None:
    address = checked(ramila)
    with transaction() as session:
        session.execute(FilingDraft.__table__.delete())
    assert ramila.post(address, data={"was_read": "y"}).status_code == 404
    assert ramila.get(address).status_code == 404


def test_after_a_quarter_of_an_hour_the_slip_has_no_code(ramila: Client, time: Time) -> None:
    slip = filed(ramila)
    time.now = BEGAN + timedelta(minutes=15)
    assert code_on(ramila.get(slip))
    time.now = BEGAN + timedelta(minutes=16)
    page = ramila.get(slip)
    assert page.status_code == 200
    assert not code_on(page)


def test_a_slip_of_somebody_else_or_of_nobody_does_not_exist(ramila: Client) -> None:
    for number in (file_case().number, "GJ-2026-9999999-9", "x"):
        assert ramila.get(f"/counter/slip/{number}").status_code == 404
        assert ramila.post(f"/counter/slip/{number}/scans", data={"document": paper()}).status_code == 404


def test_a_scan_is_kept_with_the_filing(ramila: Client) -> None:
    slip = filed(ramila)
    assert ramila.post(f"{slip}/scans", data={"document": paper()}).location == slip
    assert "letter.pdf" in ramila.get(slip).text
    assert db.session.scalars(select(Document.kind)).all() == [DocumentKind.SCAN]


@pytest.mark.parametrize("data", [b"", b"MZ program", b"x" * (5 * 1024 * 1024 + 1)], ids=["empty", "program", "large"])
def test_what_is_no_paper_is_refused_and_undoes_nothing(ramila: Client, data: bytes) -> None:
    slip = filed(ramila)
    page = ramila.post(f"{slip}/scans", data={"document": paper(data=data)})
    assert page.status_code == 422
    script = ramila.post(f"{slip}/scans", data={"document": paper(data=data)}, headers={"X-Requested-With": "fetch"})
    assert (script.status_code, script.mimetype) == (422, "text/plain")
    assert numbers() == 1


def enter(client: Client, number: str, code: str) -> TestResponse:
    return client.post("/counter/case", data={"number": number, "code": code})


def with_slip(client: Client, cast: Cast, key: str = "kanta") -> str:
    """Return the number of a case whose office asked back, and which is open at the counter with its slip."""
    there = file_case(key)
    act(cast.bharat, there.number, Action.ASSIGN, officer_posting_id=cast.bharat.posting_id)
    act(cast.bharat, there.number, Action.SEEK_CLARIFICATION)
    assert enter(client, there.number, there.tracking_code).location == "/counter/case/open"
    return there.number


def test_with_the_slip_the_question_of_the_office_is_answered(ramila: Client, cast: Cast) -> None:
    number = with_slip(ramila, cast)
    assert "સર્વે નંબર કયો છે?" in ramila.get("/counter/case/open").text
    page = ramila.get("/counter/case/open/clarify")
    version = re.search(r'name="version" value="(\d+)"', page.text)
    assert version
    done = ramila.post("/counter/case/open/clarify", data={"remark": "સર્વે નંબર 123", "version": version[1]})
    assert done.location == "/counter/case/open"
    here = case(number)
    assert here.status is Status.ASSIGNED
    last = db.session.scalars(
        select(GrievanceEvent).where(GrievanceEvent.grievance_id == here.id).order_by(GrievanceEvent.seq.desc())
    ).first()
    assert last is not None
    assert (last.action, last.role, last.person_id) == (Action.CLARIFY, Role.CLERK, cast.ramila.person_id)


def test_a_wrong_number_and_a_wrong_code_are_answered_alike(ramila: Client) -> None:
    there = file_case()
    pages = [enter(ramila, *pair) for pair in ((there.number, "0000000000"), ("GJ-2026-0000009-0", "0000000000"))]
    assert [page.status_code for page in pages] == [422, 422]
    assert said(pages[0]) == said(pages[1]) != []


def test_the_code_is_taken_in_any_digits(ramila: Client) -> None:
    there = file_case()
    spoken = there.tracking_code.translate(str.maketrans("0123456789", "૦૧૨૩૪૫૬૭૮૯"))
    assert enter(ramila, there.number, spoken).status_code == 303


def test_a_signed_paper_opens_a_case_but_not_all_that_was_written(ramila: Client, cast: Cast) -> None:
    number = disposed(cast)
    sent = ramila.post("/counter/case/paper", data={"number": number, "document": paper("refusal.pdf")})
    assert sent.location == "/counter/case/open"
    page = ramila.get("/counter/case/open")
    assert REASON in page.text
    assert TEXT not in page.text
    assert "/counter/case/open/refuse" in page.text


@pytest.mark.parametrize("number", ["", "1", "GJ-2026-0000009-9", "x" * 50])
def test_a_signed_paper_without_a_case_is_told_what_is_wrong(ramila: Client, number: str) -> None:
    page = ramila.post("/counter/case/paper", data={"number": number, "document": paper()})
    assert page.status_code == 422
    assert said(page)
    assert 'id="paper_number"' in page.text


def test_a_number_without_its_paper_opens_nothing(ramila: Client, cast: Cast) -> None:
    number = disposed(cast)
    assert ramila.post("/counter/case/paper", data={"number": number}).status_code == 422
    assert ramila.get("/counter/case/open").location == "/counter/case"


def test_an_answer_is_handed_over_from_the_list(ramila: Client, cast: Cast) -> None:
    number = reported(cast, clerk=cast.ramila, mode=FilingMode.COUNTER, mobile=None)
    act(cast.meena, number, Action.DISPOSE, outcome=Outcome.REDRESSED)
    assert number in ramila.get("/counter").text
    assert ramila.post("/counter/case/own", data={"number": number}).location == "/counter/case/open"
    page = ramila.get("/counter/case/open")
    assert REASON in page.text
    assert "/refuse" not in page.text
    assert ramila.post("/counter/case/open/hand_over", data={"remark": ""}).status_code == 422
    done = ramila.post("/counter/case/open/hand_over", data={"remark": "રૂબરૂ વાંચી સંભળાવ્યો"})
    assert done.status_code == 303
    assert case(number).reached_at == BEGAN
    assert "Everybody was reached" in ramila.get("/counter").text


def test_nothing_but_an_own_filing_is_opened_from_the_list(ramila: Client) -> None:
    for number in (file_case().number, "", "x" * 90):
        assert ramila.post("/counter/case/own", data={"number": number}).status_code == 404


def test_confirming_and_withdrawing_do_not_exist_at_the_counter(ramila: Client, cast: Cast) -> None:
    with_slip(ramila, cast)
    for action in ("confirm", "withdraw", "rate", "dispose", "assign", "file", "nothing"):
        assert ramila.get(f"/counter/case/open/{action}").status_code == 404
        assert ramila.post(f"/counter/case/open/{action}", data={"remark": "yes"}).status_code == 404


def test_what_cannot_be_done_now_leads_back_to_the_case(ramila: Client, cast: Cast) -> None:
    with_slip(ramila, cast)
    assert ramila.get("/counter/case/open/refuse").location == "/counter/case/open"
    page = ramila.post("/counter/case/open/refuse", data={"remark": "It is not solved."})
    assert page.status_code == 409
    assert "It is not solved." in page.text


def test_somebody_elses_action_meanwhile_is_shown_and_the_words_are_kept(ramila: Client, cast: Cast) -> None:
    there = file_case()
    number = there.number
    act(cast.bharat, number, Action.ASSIGN, officer_posting_id=cast.bharat.posting_id)
    act(cast.bharat, number, Action.SEEK_CLARIFICATION)
    enter(ramila, number, there.tracking_code)
    data = {"remark": "Survey number 123", "version": str(case(number).version)}
    act(cast.ramila, number, Action.CORRECT)
    page = ramila.post("/counter/case/open/clarify", data=data)
    assert page.status_code == 409
    assert "Survey number 123" in page.text
    version = re.search(r'name="version" value="(\d+)"', page.text)
    assert version
    assert ramila.post("/counter/case/open/clarify", data=data | {"version": version[1]}).status_code == 303


def test_after_a_quarter_of_an_hour_without_use_the_case_is_shut_and_no_word_is_lost(
    ramila: Client, cast: Cast, time: Time
) -> None:
    with_slip(ramila, cast)
    time.now = BEGAN + timedelta(minutes=14)
    assert ramila.get("/counter/case/open").status_code == 200
    time.now = BEGAN + timedelta(minutes=28)
    assert ramila.get("/counter/case/open").status_code == 200
    time.now = BEGAN + timedelta(minutes=44)
    page = ramila.post("/counter/case/open/clarify", data={"remark": "Survey number 123", "version": "3"})
    assert page.status_code == 403
    assert "Survey number 123" in page.text
    assert ramila.get("/counter/case/open").location == "/counter/case"
    assert db.session.scalar(select(func.count()).select_from(Remark).where(Remark.text == "Survey number 123")) == 0


def test_the_next_clerk_at_the_same_computer_finds_nothing_open(ramila: Client, cast: Cast, app: Flask) -> None:
    with_slip(ramila, cast)
    with ramila.session_transaction() as held:
        number, person_id, *rest = held["counter_case"]
        held["counter_case"] = [number, person_id + 1, *rest]
    assert ramila.get("/counter/case/open").location == "/counter/case"


def test_finishing_shuts_the_case(ramila: Client, cast: Cast) -> None:
    with_slip(ramila, cast)
    assert "/counter/case/open" in ramila.get("/counter").text
    assert ramila.post("/counter/case/finish").location == "/counter"
    assert ramila.get("/counter/case/open").location == "/counter/case"


def test_a_scan_is_added_to_an_open_case_and_to_no_other(ramila: Client, cast: Cast) -> None:
    assert ramila.post("/counter/case/open/papers", data={"document": paper()}).location == "/counter/case"
    with_slip(ramila, cast)
    assert ramila.post("/counter/case/open/papers", data={"document": paper()}).location == "/counter/case/open"
    assert "letter.pdf" in ramila.get("/counter/case/open").text


def test_no_page_of_a_case_shows_name_or_number_of_the_person(ramila: Client, cast: Cast) -> None:
    with_slip(ramila, cast)
    page = ramila.get("/counter/case/open").text
    assert "Makwana" not in page
    assert "98765" not in page


def test_an_old_token_acts_on_nothing(ramila: Client, cast: Cast) -> None:
    number = with_slip(ramila, cast)
    page = ramila.post("/counter/case/open/correct", data=MultiDict({"remark": "Survey 124", "csrf_token": "old"}))
    assert page.status_code == 422
    assert "Survey 124" in page.text
    page = ramila.post("/counter/case", data=MultiDict({"number": number, "code": "1", "csrf_token": "old"}))
    assert page.status_code == 422
    data = MultiDict({"number": number, "csrf_token": "old", "document": paper()})
    assert ramila.post("/counter/case/paper", data=data).status_code == 422
    assert db.session.scalar(select(func.count()).select_from(Document)) == 0


def test_the_pages_read_in_gujarati_and_the_slip_in_the_persons_language(ramila: Client) -> None:
    slip = filed(ramila, language="en")
    for path in ("/counter", "/counter/file", "/counter/case", slip):
        assert ramila.get(f"{path}?lang=gu").status_code == 200
    assert "Your grievance is registered" in ramila.get(slip).text


def test_an_assigned_case_has_a_reminder_once_a_day(ramila: Client, cast: Cast) -> None:
    number = assigned(cast)
    assert ramila.post("/counter/case/paper", data={"number": number, "document": paper()}).status_code == 303
    assert ramila.post("/counter/case/open/remind").status_code == 303
    assert ramila.post("/counter/case/open/remind").status_code == 422
