"""The pages on which an office checks what another one answered."""

import re

import pytest
from sqlalchemy import func, select

from swagat.database import db, transaction
from swagat.domain.roles import Role
from swagat.domain.workflow import Status
from swagat.models import CheckResult, Opening
from tests.builders import TEXT, Cast, case, day, disposed, file_case, post, sign_in
from tests.client import Client
from tests.services.checked_disposals import check_of, checks, draw, drawn
from tests.web.conftest import Time

FOUND = "Called on Monday at noon. The name in the extract is still the old one, and nobody came."
GIVEN = {"way": "call", "result": "false", "evidence": FOUND}


@pytest.fixture
def checker(cast: Cast, client: Client, time: Time) -> Client:
    """The browser of the head of the block's office, in August."""
    time.now = day(34)
    client.set_cookie("lang", "en")
    sign_in(client, cast.development_officer, time.now)
    return client


def address(number: str) -> str:
    return f"/quality/checks/{check_of(number).id}"


def test_the_list_says_what_is_to_be_checked_by_when_and_links_to_each(cast: Cast, checker: Client) -> None:
    numbers = [disposed(cast, f"case {step}") for step in range(2)]
    draw()
    page = checker.get("/quality/checks").text
    assert "To be checked: 2" in page
    for number in numbers:
        assert re.search(rf'href="{address(number)}">{number}<', page)
    assert "23 Aug 2026" in page


def test_an_office_with_nothing_to_check_is_told_when_there_will_be(cast: Cast, checker: Client) -> None:
    page = checker.get("/quality/checks").text
    assert "Nothing to check" in page
    assert "third of each month" in page


def test_the_desk_says_how_many_are_to_be_checked_and_nothing_while_there_are_none(cast: Cast, checker: Client) -> None:
    assert "To be checked" not in checker.get("/desk").text
    drawn(cast)
    assert re.search(r'href="/quality/checks">To be checked: 1<', checker.get("/desk").text)


def test_the_page_of_a_check_shows_words_answer_and_report_and_masks_the_number(cast: Cast, checker: Client) -> None:
    number = drawn(cast)
    page = checker.get(address(number)).text
    assert TEXT in page
    assert "નવી નકલ અરજદારને" in page
    assert "સ્થળ તપાસ કરી" in page
    assert check_of(number).seed in page
    assert "9876543210" not in page
    assert "Kanta" not in page


def test_the_number_is_shown_once_on_demand_and_that_is_kept(cast: Cast, checker: Client) -> None:
    number = drawn(cast)
    page = checker.post(f"{address(number)}/number", data={}).text
    assert "+919876543210" in page
    assert "Kanta Makwana" in page
    assert db.session.scalar(select(func.count()).select_from(Opening)) == 1
    assert "9876543210" not in checker.get(address(number)).text


def test_a_hidden_identity_is_said_and_nothing_is_opened(cast: Cast, checker: Client) -> None:
    number = drawn(cast, is_identity_hidden=True)
    page = checker.get(address(number)).text
    assert "check by a visit to the place" in page
    assert f"{address(number)}/number" not in page
    assert ('value="visit"' in page, 'value="call"' in page) == (True, False)
    assert checker.post(f"{address(number)}/number", data={}).status_code == 403
    answer = checker.post(address(number), data=GIVEN)
    assert answer.status_code == 422
    assert "There is no number that you could call." in answer.text


def test_found_false_the_case_is_open_again_and_the_page_shows_it_no_more(cast: Cast, checker: Client) -> None:
    number = drawn(cast)
    answer = checker.post(address(number), data=GIVEN)
    assert (answer.status_code, answer.location) == (303, "/quality/checks")
    assert "Recorded. The case is open again." in checker.get("/quality/checks").text
    assert case(number).status is Status.REGISTERED
    page = checker.get(address(number)).text
    assert FOUND in page
    assert "The case is open again" in page
    assert TEXT not in page
    assert "<textarea" not in page


def test_found_true_nothing_happens_to_the_case(cast: Cast, checker: Client) -> None:
    number = drawn(cast)
    version = case(number).version
    assert checker.post(address(number), data=GIVEN | {"result": "true"}).status_code == 303
    assert (check_of(number).result, case(number).version) == (CheckResult.TRUE, version)


@pytest.mark.parametrize(
    "wrong",
    [
        {"way": ""},
        {"way": "pigeon"},
        {"result": ""},
        {"result": "perhaps"},
        {"evidence": "short"},
        {"evidence": "x" * 2001},
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_is_kept(cast: Cast, checker: Client, wrong: dict[str, str]) -> None:
    number = drawn(cast)
    answer = checker.post(address(number), data=GIVEN | wrong)
    assert answer.status_code == 422
    assert "Please correct this" in answer.text
    kept = GIVEN | wrong
    assert kept["evidence"] in answer.text
    for field in ("way", "result"):
        is_kept = f'value="{kept[field]}" checked' in answer.text
        assert is_kept is (kept[field] == GIVEN[field])
    assert check_of(number).checked_at is None


def test_a_form_whose_token_is_too_old_keeps_what_was_typed(cast: Cast, checker: Client) -> None:
    number = drawn(cast)
    answer = checker.post(address(number), data=GIVEN, csrf=False)
    assert answer.status_code == 422
    assert FOUND in answer.text
    assert check_of(number).checked_at is None


def test_a_second_press_is_done_and_another_result_is_refused(cast: Cast, checker: Client) -> None:
    number = drawn(cast)
    for _press in range(2):
        assert checker.post(address(number), data=GIVEN).status_code == 303
    answer = checker.post(address(number), data=GIVEN | {"result": "true"})
    assert answer.status_code == 409
    assert "It stays as it is." in answer.text
    assert [one.result for one in checks()] == [CheckResult.FALSE]


def test_a_check_exists_for_nobody_else(cast: Cast, checker: Client, time: Time) -> None:
    number = drawn(cast)
    path = address(number)
    for other in (cast.bharat, cast.meena, cast.collector):
        sign_in(checker, other, time.now)
        assert checker.get(path).status_code == 404
        assert checker.post(path, data=GIVEN).status_code == 404
        assert checker.post(f"{path}/number", data={}).status_code == 404
        assert number not in checker.get("/quality/checks").text
    for other in (cast.ramila, cast.auditor, cast.administrator):
        sign_in(checker, other, time.now)
        assert checker.get(path).status_code == 403
        assert checker.get("/quality/checks").status_code == 403
    assert check_of(number).checked_at is None


def test_the_checker_opens_the_check_and_not_the_case(cast: Cast, checker: Client) -> None:
    number, other = drawn(cast), file_case("other").number
    assert checker.get(address(number)).status_code == 200
    for one in (number, other):
        assert checker.get(f"/desk/{one}").status_code == 404
    assert number not in checker.post("/desk/search", data={"q": number}).text.replace(f'value="{number}"', "")


def test_a_quality_manager_reaches_the_checks_from_the_bar(cast: Cast, client: Client, time: Time) -> None:
    time.now = day(34)
    with transaction() as session:
        manager = post(session, "quality manager of the block", "TDO-3783", Role.QUALITY_MANAGER)
    drawn(cast)
    sign_in(client, manager, time.now)
    client.set_cookie("lang", "en")
    page = client.get("/quality/checks").text
    assert 'href="/quality/checks" aria-current="page">Checks<' in page
    # The checks lie under the figures, and one page is one place.
    assert page.count('aria-current="page"') == 1
    assert "To be checked: 1" in page


@pytest.mark.parametrize("check_id", ["0", "999999", "99999999999999999999999"])
def test_a_check_that_there_is_not_is_not_found(cast: Cast, checker: Client, check_id: str) -> None:
    assert checker.get(f"/quality/checks/{check_id}").status_code == 404
    assert checker.post(f"/quality/checks/{check_id}", data=GIVEN).status_code == 404


def test_the_office_that_has_it_again_reads_first_what_was_found(cast: Cast, checker: Client, time: Time) -> None:
    number = drawn(cast)
    checker.post(address(number), data=GIVEN)
    sign_in(checker, cast.meena, time.now)
    page = checker.get(f"/desk/{number}").text
    assert page.index(FOUND) < page.index("Everything that happened")
    assert "another office checked the answer and found it not so" in page
    assert "Jignesh" not in page
