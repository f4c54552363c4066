"""The pages of internal audits: the programme, the form that plans, the checklist, and the cases that were drawn."""

import re

import pytest

from swagat.domain.internal_audits import CODES
from swagat.domain.roles import Actor
from tests.builders import Cast, day, disposed, sign_in
from tests.client import Client
from tests.services.planned_audits import CONCLUSION, SHOWN, VISIT, audit, count, planned, post_manager
from tests.web.conftest import Time

PLAN = {
    "office": "MAM-3783",
    "auditor": "development_officer",
    "first": "2026-07",
    "last": "2026-07",
    "planned_on": "2026-08-05",
    "sample_size": "3",
}


@pytest.fixture
def manager(cast: Cast) -> Actor:
    return post_manager()


@pytest.fixture
def browser(client: Client, time: Time) -> Client:
    time.now = day(VISIT)
    client.set_cookie("lang", "en")
    return client


def noted(page: str, **more: str) -> dict[str, str]:
    """Return the whole checklist filled in, with the version that the page holds."""
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version is not None
    cases = {f"finding_{one}": "conforms" for one in re.findall(r'id="finding_(case_\d+)"', page)}
    questions = {f"finding_{code}": "conforms" for code in CODES}
    return {"version": version[1], "conclusion": CONCLUSION} | questions | cases | more


def test_an_audit_from_its_plan_to_its_report(cast: Cast, manager: Actor, browser: Client) -> None:
    disposed(cast, "kanta", 2)
    count()
    sign_in(browser, manager, day(VISIT))
    answer = browser.post("/internal-audits/new", data=PLAN)
    address = answer.location
    assert answer.status_code == 303
    assert "IA-2026-001" in browser.get("/internal-audits").text
    assert "Draw the cases" not in browser.get(address).text

    sign_in(browser, cast.development_officer, day(VISIT))
    assert "Draw the cases" in browser.get(address).text
    assert browser.post(f"{address}/draw", data={}).status_code == 303
    page = browser.get(address).text
    assert "Cases drawn: 1" in page
    case_page = browser.get(f"{address}/cases/1").text
    assert "Grievance filed" in case_page
    assert "Kanta" not in case_page
    assert "9876543210" not in case_page
    kept = noted(page, finding_told="minor", evidence_told=SHOWN)
    assert browser.post(address, data=kept).status_code == 303
    page = browser.get(address).text
    assert SHOWN in page
    assert (
        browser.post(address, data=noted(page, finding_told="minor", evidence_told=SHOWN, report="1")).status_code
        == 303
    )

    sign_in(browser, cast.meena, day(VISIT))
    page = browser.get(address).text
    for words in (
        CONCLUSION,
        SHOWN,
        "Minor nonconformity: 1",
        "The papers bear out the answer",
        "NC-MAM-3783-2026-001",
    ):
        assert words in page
    assert "<textarea" not in page


def test_a_report_that_lacks_something_says_what_and_loses_nothing(cast: Cast, manager: Actor, browser: Client) -> None:
    audit_id = planned(manager)
    sign_in(browser, cast.development_officer, day(VISIT))
    browser.post(f"/internal-audits/{audit_id}/draw", data={})
    address = f"/internal-audits/{audit_id}"
    given = noted(browser.get(address).text, finding_told="major", evidence_told="short", finding_place="", report="1")
    answer = browser.post(address, data=given)
    assert answer.status_code == 422
    assert 'href="#evidence_told"' in answer.text
    assert re.search(r'href="#finding_place">7.1.4: Choose what you found', answer.text)
    assert CONCLUSION in answer.text
    assert re.search(r'name="finding_told" value="major" checked', answer.text)
    assert audit(audit_id).reported_at is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"office": ""},
        {"office": "x" * 300},
        {"auditor": "nobody"},
        {"first": "July"},
        {"last": "2026-06"},
        {"planned_on": "soon"},
        {"sample_size": "many"},
        {"sample_size": "1000000000000"},
    ],
)
def test_a_plan_that_cannot_be_is_said_and_what_was_typed_is_kept(
    cast: Cast, manager: Actor, browser: Client, wrong: dict[str, str]
) -> None:
    sign_in(browser, manager, day(VISIT))
    answer = browser.post("/internal-audits/new", data=PLAN | wrong)
    assert answer.status_code == 422
    assert "Please correct this" in answer.text
    for field, value in (PLAN | wrong).items():
        assert re.search(rf'name="{field}"[^>]* value="{re.escape(value)}"', answer.text), field


def test_a_form_whose_token_is_too_old_keeps_what_was_typed(cast: Cast, manager: Actor, browser: Client) -> None:
    audit_id = planned(manager)
    address = f"/internal-audits/{audit_id}"
    sign_in(browser, cast.development_officer, day(VISIT))
    browser.post(f"{address}/draw", data={})
    given = noted(browser.get(address).text)
    answer = browser.post(address, data=given, csrf=False)
    assert answer.status_code == 422
    assert CONCLUSION in answer.text
    sign_in(browser, manager, day(VISIT))
    assert browser.post(f"{address}/cancel", data={"reason": "Flooded that week."}, csrf=False).status_code == 422
    answer = browser.post("/internal-audits/new", data=PLAN, csrf=False)
    assert (answer.status_code, "MAM-3783" in answer.text) == (422, True)


def test_kept_from_two_pages_the_second_is_told_and_still_has_its_words(
    cast: Cast, manager: Actor, browser: Client
) -> None:
    audit_id = planned(manager)
    address = f"/internal-audits/{audit_id}"
    sign_in(browser, cast.development_officer, day(VISIT))
    browser.post(f"{address}/draw", data={})
    given = noted(browser.get(address).text)
    assert browser.post(address, data=given).status_code == 303
    answer = browser.post(address, data=given | {"conclusion": "What I typed in the other window."})
    assert answer.status_code == 409
    assert "What I typed in the other window." in answer.text


def test_a_second_press_draws_and_plans_nothing_twice(cast: Cast, manager: Actor, browser: Client) -> None:
    sign_in(browser, manager, day(VISIT))
    address = browser.post("/internal-audits/new", data=PLAN).location
    assert browser.post("/internal-audits/new", data=PLAN).status_code == 303
    assert browser.get("/internal-audits").text.count("IA-2026-0") == 1
    sign_in(browser, cast.development_officer, day(VISIT))
    for _ in range(2):
        assert browser.post(f"{address}/draw", data={}).status_code == 303


def test_taken_off_the_programme_it_says_why(cast: Cast, manager: Actor, browser: Client) -> None:
    address = f"/internal-audits/{planned(manager)}"
    sign_in(browser, manager, day(VISIT))
    answer = browser.post(f"{address}/cancel", data={"reason": "no"})
    assert answer.status_code == 422
    assert ">\nno</textarea>" in answer.text
    assert browser.post(f"{address}/cancel", data={"reason": "The office was flooded."}).status_code == 303
    assert "The office was flooded." in browser.get(address).text


@pytest.mark.parametrize("path", ["", "/new", "/1", "/1/cases/1"])
def test_nobody_reads_an_audit_without_signing_in(cast: Cast, browser: Client, path: str) -> None:
    assert browser.get(f"/internal-audits{path}").status_code == 303


def test_what_is_not_there_is_not_found_whoever_asks(cast: Cast, manager: Actor, browser: Client) -> None:
    sign_in(browser, cast.development_officer, day(VISIT))
    for path in ("/99", "/99999999999999999999", "/99/cases/1"):
        assert browser.get(f"/internal-audits{path}").status_code == 404
    assert browser.post("/internal-audits/99/draw", data={}).status_code == 404
    assert browser.post("/internal-audits/99", data={"conclusion": "x"}).status_code == 404


@pytest.mark.parametrize("year", ["", "abcd", "0001", "٢٠٢٦", "2030"])
def test_any_year_is_a_page(cast: Cast, manager: Actor, browser: Client, year: str) -> None:
    sign_in(browser, manager, day(VISIT))
    assert browser.get(f"/internal-audits?year={year}").status_code == 200
