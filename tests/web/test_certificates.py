"""The pages of certificates: open to everybody, with forms for who keeps them, and findings for who reads them."""

import io
import re
from dataclasses import replace
from datetime import date

import pytest
from werkzeug.datastructures import FileStorage

from swagat.domain.roles import Actor
from swagat.models import Certificate, CertificationAudit, ExternalFinding, ExternalFindingStep
from swagat.services import certificates
from tests.builders import Cast, day, sign_in
from tests.client import Client
from tests.conftest import statements
from tests.files.pdfs import pdf
from tests.services.given_certificates import ANSWER, ENTRY, TEXT, VISIT, count, entered, found, shown, surveyed
from tests.services.planned_audits import post_manager
from tests.web.conftest import Time

ENTERED = {
    "office": "MAM-3783",
    "edition": "iso9001-2015",
    "number": "IN-4711",
    "scope_en": ENTRY.scope.en,
    "body": ENTRY.body,
    "accreditation": "",
    "cycle": "1",
    "decided_on": "2026-02-09",
    "expires_on": "2029-02-08",
}
AUDITED = {"kind": "surveillance_1", "done_on": "2027-01-20", "auditor": "Vikram Rao", "result": "after_correction"}
FOUND = {"severity": "minor", "clause": "8.2.1", "text": TEXT}
ANSWERED = {"correction": ANSWER.correction, "cause": ANSWER.cause, "evidence": ANSWER.evidence}


@pytest.fixture
def manager(cast: Cast) -> Actor:
    return post_manager()


@pytest.fixture
def browser(client: Client, time: Time) -> Client:
    time.now = day(VISIT)
    client.set_cookie("lang", "en")
    return client


def keep(browser: Client, manager: Actor) -> None:
    sign_in(browser, manager, day(VISIT))


def test_from_the_certificate_to_a_closed_finding(cast: Cast, manager: Actor, browser: Client) -> None:
    keep(browser, manager)
    answer = browser.post("/certificates/new", data=ENTERED)
    assert answer.status_code == 303
    address = answer.location
    assert "Valid, yearly audit due" in browser.get(address).text
    assert browser.post(f"{address}/audit", data=AUDITED).status_code == 303
    page = browser.get(f"{address}/findings/new").text
    audit = re.search(r'<option value="(\d+)"', page)
    assert audit is not None
    answer = browser.post(f"{address}/findings/new", data=FOUND | {"audit": audit[1]})
    finding = answer.location
    assert answer.status_code == 303
    assert "20 April 2027" in browser.get(finding).text
    paper = {"document": FileStorage(io.BytesIO(pdf()), "board.pdf")}

    sign_in(browser, cast.meena, day(VISIT))
    page = browser.get(finding).text
    assert "Record the answer" in page
    assert "It gave more time" not in page
    sent = ANSWERED | {"step": "answered", "seen": "0"} | paper
    assert browser.post(finding, data=sent).status_code == 303
    page = browser.get(finding).text
    assert "board.pdf" in page
    link = re.search(r'href="(/certificate/\d+/papers/\d+)"', page)
    assert link is not None
    assert browser.get(link[1]).data.startswith(b"%PDF")

    keep(browser, manager)
    closed = {"step": "accepted", "seen": "1", "accepted_by": "Vikram Rao"}
    assert browser.post(finding, data=closed).status_code == 303
    assert "Accepted and closed" in browser.get(finding).text
    stranger = browser.post(finding, data={"step": "extended", "seen": "2", "due_on": "2027-05-01"})
    assert stranger.status_code == 422


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"office": "MAM-0000"}, "There is no office with this code."),
        ({"office": ""}, "There is no office with this code."),
        ({"decided_on": "soon"}, "Give the day"),
        ({"expires_on": ""}, "Give the day"),
        ({"expires_on": "2026-02-01"}, "The certificate expires before it begins."),
        ({"cycle": "many"}, "Give the cycle as a number"),
        ({"cycle": "99999999999999999999999"}, "Give the cycle as a number"),
        ({"number": "x" * 300}, "Give the number"),
        ({"edition": "none"}, "Choose the standard."),
        ({"scope_en": ""}, "Write for what the office is certified"),
    ],
)
def test_a_certificate_that_cannot_be_is_said_and_what_was_typed_is_kept(
    cast: Cast, manager: Actor, browser: Client, wrong: dict[str, str], said: str
) -> None:
    keep(browser, manager)
    answer = browser.post("/certificates/new", data=ENTERED | wrong)
    assert answer.status_code == 422
    assert said in answer.text
    assert "Please correct this" in answer.text
    assert ENTRY.body in answer.text
    assert count(Certificate) == 0


def test_everything_that_is_missing_is_said_at_once(cast: Cast, manager: Actor, browser: Client) -> None:
    address = f"/certificate/{surveyed(manager)}"
    keep(browser, manager)
    for path, fields in (
        ("/certificates/new", ("number", "body", "scope_en", "decided_on", "expires_on")),
        (f"{address}/audit", ("kind", "done_on", "auditor", "result")),
        (f"{address}/findings/new", ("severity", "clause", "text")),
        (f"{address}/change", ("step", "on_day", "reason")),
    ):
        page = browser.post(path, data={}).text
        assert [one for one in fields if f'href="#{one}' not in page] == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"kind": ""}, "Choose one of the answers."),
        ({"result": "maybe"}, "Choose one of the answers."),
        ({"done_on": ""}, "Give the day"),
        ({"done_on": "2027-02-01"}, "This day is still to come."),
        ({"auditor": ""}, "Give the name of the lead auditor."),
        ({"kind": "stage_1"}, "This audit comes before the decision"),
    ],
)
def test_an_audit_that_cannot_be_is_said(
    cast: Cast, manager: Actor, browser: Client, wrong: dict[str, str], said: str
) -> None:
    certificate_id = entered(manager)
    keep(browser, manager)
    answer = browser.post(f"/certificate/{certificate_id}/audit", data=AUDITED | wrong)
    assert answer.status_code == 422
    assert said in answer.text
    assert count(CertificationAudit) == 0


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"severity": ""}, "Choose one of the answers."),
        ({"audit": "x"}, "Choose the audit that found it."),
        ({"audit": "9" * 30}, "Choose the audit that found it."),
        ({"clause": "42"}, "Give a clause of the standard"),
        ({"text": ""}, "Write at least 10 characters."),
        ({"due_on": "later"}, "Give the day"),
        ({"due_on": "2026-01-01"}, "This day is before the finding."),
    ],
)
def test_a_finding_that_cannot_be_is_said(
    cast: Cast, manager: Actor, browser: Client, wrong: dict[str, str], said: str
) -> None:
    certificate_id = surveyed(manager)
    audit_id = str(shown(manager, certificate_id).audits[0].id)
    keep(browser, manager)
    answer = browser.post(f"/certificate/{certificate_id}/findings/new", data=FOUND | {"audit": audit_id} | wrong)
    assert answer.status_code == 422
    assert said in answer.text
    assert count(ExternalFinding) == 0


@pytest.mark.parametrize(
    ("sent", "said", "status"),
    [
        ({"step": "answered"}, "Write at least 10 characters.", 422),
        ({"step": "extended", "due_on": "then"}, "Give the day", 422),
        ({"step": "accepted"}, "This cannot follow what was last recorded", 422),
        ({"step": "lost"}, "Choose what you want to record.", 422),
        ({"step": "answered", "seen": "7"} | ANSWERED, "Something else was recorded", 409),
    ],
)
def test_a_step_that_cannot_be_is_said(
    cast: Cast, manager: Actor, browser: Client, sent: dict[str, object], said: str, status: int
) -> None:
    certificate_id = surveyed(manager)
    number = found(manager, certificate_id)
    keep(browser, manager)
    address = f"/certificate/{certificate_id}/findings/{number}"
    answer = browser.post(address, data={"seen": "0"} | sent)
    assert answer.status_code == status
    assert said in answer.text
    assert count(ExternalFindingStep) == 0


def test_an_answer_with_a_file_that_cannot_be_taken_says_so_and_loses_nothing(
    cast: Cast, manager: Actor, browser: Client
) -> None:
    certificate_id = surveyed(manager)
    number = found(manager, certificate_id)
    keep(browser, manager)
    sent = ANSWERED | {"step": "answered", "seen": "0", "document": FileStorage(io.BytesIO(b"nothing"), "a.exe")}
    answer = browser.post(f"/certificate/{certificate_id}/findings/{number}", data=sent)
    assert answer.status_code == 422
    assert re.search(r'href="#document">Only photographs', answer.text)
    assert ANSWER.cause in answer.text
    assert count(ExternalFindingStep) == 0


def test_a_certificate_is_suspended_from_its_page_and_offers_what_can_follow(
    cast: Cast, manager: Actor, browser: Client
) -> None:
    address = f"/certificate/{entered(manager)}"
    keep(browser, manager)
    assert browser.post(f"{address}/change", data={"seen": "0"}).status_code == 422
    sent = {"step": "suspended", "on_day": "2027-01-29", "reason": "The station moves until March.", "seen": "0"}
    assert browser.post(f"{address}/change", data=sent).status_code == 303
    assert browser.post(f"{address}/change", data=sent).status_code == 409
    page = browser.get(f"{address}/change").text
    assert "Restored by the certification body" in page
    assert "Suspended by the certification body" not in page


def test_everybody_sees_which_offices_are_certified_and_nobody_else_the_findings(
    cast: Cast, manager: Actor, browser: Client
) -> None:
    certificate_id = surveyed(manager)
    number = found(manager, certificate_id)
    for address in ("/certificates", "/certificates/GJ", "/certificates/438", f"/certificate/{certificate_id}"):
        page = browser.get(address).text
        assert "Valid" in page
        assert TEXT not in page
        assert "Vikram Rao" not in page
    assert browser.get(f"/certificate/{certificate_id}/findings/{number}").status_code == 303
    for actor in (cast.development_officer, cast.bharat):
        sign_in(browser, actor, day(VISIT))
        assert TEXT not in browser.get(f"/certificate/{certificate_id}").text
        assert browser.get(f"/certificate/{certificate_id}/findings/{number}").status_code in (403, 404)
    for actor in (cast.auditor, cast.meena, cast.administrator):
        sign_in(browser, actor, day(VISIT))
        assert TEXT in browser.get(f"/certificate/{certificate_id}").text
        assert browser.get(f"/certificate/{certificate_id}/findings/{number}").status_code == 200
    sign_in(browser, cast.auditor, day(VISIT))
    assert browser.post(f"/certificate/{certificate_id}/audit", data=AUDITED).status_code == 403
    refused = browser.post(
        f"/certificate/{certificate_id}/findings/{number}", data=ANSWERED | {"step": "answered", "seen": "0"}
    )
    assert refused.status_code == 403


@pytest.mark.parametrize(
    "address", ["/certificates/XX", "/certificates/999999", "/certificate/99", f"/certificate/{2**70}"]
)
def test_what_is_not_there_is_not_found(cast: Cast, browser: Client, address: str) -> None:
    assert browser.get(address).status_code == 404


def test_before_the_first_certificate_the_page_says_what_will_be_here(cast: Cast, browser: Client) -> None:
    assert "No certified office yet" in browser.get("/certificates").text


def test_the_list_is_chosen_by_state_and_leaves_as_a_spreadsheet(cast: Cast, manager: Actor, browser: Client) -> None:
    surveyed(manager)
    late = replace(ENTRY, office="COLL-438", number="=1+1", decided_on=date(2026, 1, 12), expires_on=date(2029, 1, 11))
    entered(manager, late)
    page = browser.get("/certificates/GJ?state=surveillance_missed").text
    assert "Collector" in page
    assert "Dholka" not in page
    answer = browser.get("/certificates/GJ?format=csv")
    assert answer.mimetype == "text/csv"
    lines = answer.text.splitlines()
    assert len(lines) == 3
    assert "'=1+1" in answer.text
    assert browser.get("/certificates/GJ?state=nonsense").status_code == 200


def test_what_is_invented_is_marked_on_the_page_and_in_the_spreadsheet(
    cast: Cast, manager: Actor, browser: Client
) -> None:
    certificates.enter(manager, ENTRY, day(VISIT), is_invented=True)
    assert "These certificates are invented" in browser.get("/certificates/GJ").text
    entered(manager, replace(ENTRY, office="COLL-438", number="IN-4712"))
    page = browser.get("/certificates/GJ").text
    assert "These certificates are invented" not in page
    assert page.count(">Invented<") == 1
    lines = browser.get("/certificates/GJ?format=csv").text.splitlines()
    assert [line.endswith("Invented") for line in lines[1:]] == [False, True]


def test_papers_are_for_readers_alone(cast: Cast, manager: Actor, browser: Client) -> None:
    certificate_id = entered(manager)
    address = f"/certificate/{certificate_id}/papers"
    keep(browser, manager)
    sent = {"document": FileStorage(io.BytesIO(pdf()), "certificate.pdf")}
    assert browser.post(address, data=sent).status_code == 303
    assert browser.post(address, data={}).status_code == 303
    page = browser.get(f"/certificate/{certificate_id}").text
    assert "Choose a photo or a PDF." in page
    paper = re.search(r'href="(/certificate/\d+/papers/\d+)"', page)
    assert paper is not None
    assert browser.get(paper[1]).status_code == 200
    sign_in(browser, cast.development_officer, day(VISIT))
    assert browser.get(paper[1]).status_code == 404


@pytest.mark.parametrize("language", ["hi", "gu"])
def test_the_pages_are_in_the_readers_language(cast: Cast, manager: Actor, browser: Client, language: str) -> None:
    certificate_id = surveyed(manager)
    number = found(manager, certificate_id)
    keep(browser, manager)
    for address in (
        "/certificates",
        f"/certificate/{certificate_id}",
        f"/certificate/{certificate_id}/findings/{number}",
    ):
        page = browser.get(f"{address}?lang={language}").text
        for english in ("Certified offices", "Next:", "Findings of", "Minor nonconformity", "Record "):
            assert english not in page


def test_the_public_list_costs_few_statements(cast: Cast, manager: Actor, browser: Client) -> None:
    for number, office in enumerate(("MAM-3783", "MAM-3784", "COLL-438")):
        entered(manager, replace(ENTRY, office=office, number=f"IN-{number}"))
    browser.get("/certificates")
    with statements() as asked:
        browser.get("/certificates")
    assert len(asked) == 3
