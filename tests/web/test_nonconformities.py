"""The pages of nonconformities: a whole way through the browser, who sees what, and what somebody typed wrong."""

import csv
import io
import re
from datetime import date
from typing import Any

import pytest

from swagat.domain.nonconformities import Stage, Step
from swagat.domain.roles import Actor
from swagat.models import CheckResult, CheckWay
from swagat.services import disposal_checks
from swagat.services.quality_duties import sweep
from tests.builders import RULES, Cast, day, file_case, sign_in
from tests.client import Client
from tests.services.checked_disposals import check_of, drawn
from tests.services.corrective_steps import (
    ACTION,
    CLOSING,
    CORRECTION,
    DONE,
    STATEMENT,
    WHYS,
    Team,
    opened,
    row_of,
    take,
    team,
    trail_of,
)
from tests.web.conftest import Time

NEW: dict[str, str] = {
    "key": "a-key-of-the-form", "office": "MAM-3783", "source": "by_hand", "severity": "major",
    "statement": STATEMENT, "indicator": "", "cases": "",
}  # fmt: skip


@pytest.fixture
def all_of_us(cast: Cast) -> Team:
    return team(cast)


class Browser:
    """A browser in which somebody signs in, reads the page of a nonconformity and sends its forms."""

    def __init__(self, client: Client, time: Time) -> None:
        self.client, self.time = client, time
        client.set_cookie("lang", "en")

    def act_as(self, actor: Actor, at: float) -> "Browser":
        self.time.now = day(at)
        sign_in(self.client, actor, self.time.now)
        return self

    def page(self, address: str, status: int = 200) -> str:
        answer = self.client.get(address)
        assert answer.status_code == status, answer.text[:500]
        return answer.text

    def send(self, number: str, name: str, status: int = 303, **given: Any) -> str:
        page = self.client.get(f"/nonconformities/{number}").text
        seen = re.search(rf'name="{name}-seen" value="(\d+)"', page)
        fields = {f"{name}-{field}": value for field, value in given.items()}
        fields.setdefault(f"{name}-seen", seen[1] if seen else str(row_of(number).last_seq))
        answer = self.client.post(f"/nonconformities/{number}/{name}", data=fields)
        assert answer.status_code == status, answer.text[:800]
        return answer.text


@pytest.fixture
def browser(client: Client, time: Time) -> Browser:
    return Browser(client, time)


def test_the_whole_way_from_the_opening_to_the_end(all_of_us: Team, browser: Browser) -> None:
    cast, about = all_of_us.cast, file_case().number
    browser.act_as(all_of_us.quality, 1)
    assert 'href="/nonconformities/new"' in browser.page("/nonconformities")
    answer = browser.client.post("/nonconformities/new", data=NEW | {"cases": about.lower()})
    assert (answer.status_code, answer.location) == (303, "/nonconformities/NC-MAM-3783-2026-001")
    number = "NC-MAM-3783-2026-001"
    page = browser.page(f"/nonconformities/{number}")
    assert "Opened. The head of the office now has to put it right." in page
    for shown in (STATEMENT, about, "To be put right", "Thursday, 9 July 2026", "Leela Nair"):
        assert shown in page
    assert f"/{number}/correct" not in page

    browser.act_as(cast.meena, 2)
    assert "Nonconformities that wait for you: 1" in browser.page("/desk")
    browser.send(number, "correct", text=CORRECTION)
    browser.send(number, "find_cause", why_1=WHYS[0], why_2=WHYS[1], cause="procedure")
    page = browser.page(f"/nonconformities/{number}")
    for shown in (CORRECTION, *WHYS, "No rule for the work", "Bharat Solanki, Officer"):
        assert shown in page
    browser.send(number, "plan", text=ACTION, owner=str(cast.bharat.posting_id), due_on="2026-07-20")

    browser.act_as(cast.bharat, 3)
    assert "Nonconformities that wait for you: 1" in browser.page("/desk")
    browser.send(number, "report_done", text=DONE)
    assert "Nothing waits for you here" in browser.page(f"/nonconformities/{number}")

    browser.act_as(all_of_us.quality, 5)
    browser.send(number, "judge", judged="find_effective", text="Ten answers were looked at.")
    browser.send(number, "close", text=CLOSING)
    page = browser.page(f"/nonconformities/{number}")
    assert "It has ended. It stays here to be read." in page
    assert "<form" not in page.split("<aside")[1].split("</aside>")[0]
    assert row_of(number).stage is Stage.CLOSED
    assert "Nobody can change an entry" in page


def test_what_is_missing_is_said_beside_its_field_and_all_that_was_typed_stays(
    all_of_us: Team, browser: Browser
) -> None:
    cast = all_of_us.cast
    number = all_of_us.bring_to(opened(cast.meena), Stage.CORRECTED)
    browser.act_as(cast.meena, 5)
    page = browser.send(number, "find_cause", 422, why_1="", why_3="Nobody looks.", text="Looked at mutations too.")
    for shown in ("Answer one why after the other", "Choose what kind of cause it is.", "Nobody looks.",
                  "Looked at mutations too."):  # fmt: skip
        assert shown in page
    assert 'href="#find_cause-why_1"' in page
    take(cast.meena, number, Step.FIND_CAUSE, 5)
    page = browser.send(number, "plan", 422, text="short", owner="77777", due_on="31-02-2026")
    assert "Give a date, such as 04-12-2026." in page
    page = browser.send(number, "plan", 422, text="short", owner="seven", due_on="")
    for shown in ("Write at least 10 characters.", "Choose somebody who is posted at this office.",
                  "Give the day by which it is done."):  # fmt: skip
        assert shown in page
    assert row_of(number).stage is Stage.CAUSE_FOUND


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"office": ""}, "Choose an office from the list."),
        ({"office": "TDO-3783"}, "Choose an office from the list."),
        ({"source": "hot_spot"}, "Choose where it was noticed."),
        ({"source": "weather"}, "Choose where it was noticed."),
        ({"severity": ""}, "Choose how grave it is."),
        ({"statement": ""}, "Write at least 10 characters."),
        ({"indicator": "weather"}, "Choose a figure from the list."),
        ({"cases": "GJ-2026-0000001-0, nothing"}, "There is no such grievance: GJ-2026-0000001-0, NOTHING."),
    ],
)
def test_a_new_one_that_lacks_something_is_shown_again(
    all_of_us: Team, browser: Browser, wrong: dict[str, str], said: str
) -> None:
    browser.act_as(all_of_us.cast.meena, 1)
    answer = browser.client.post("/nonconformities/new", data=NEW | {"statement": STATEMENT} | wrong)
    assert answer.status_code == 422
    assert said in answer.text
    assert ("statement" in wrong) is (STATEMENT not in answer.text)


def test_a_form_that_was_open_too_long_loses_nothing(all_of_us: Team, browser: Browser) -> None:
    number = opened(all_of_us.cast.meena)
    browser.act_as(all_of_us.cast.meena, 1)
    for address, given in (
        ("/nonconformities/new", NEW),
        (f"/nonconformities/{number}/correct", {"correct-text": STATEMENT, "correct-seen": "1"}),
    ):
        answer = browser.client.post(address, data=given, csrf=False)
        assert answer.status_code == 422
        assert "The page was open too long" in answer.text
        assert STATEMENT in answer.text
    assert len(trail_of(number)) == 1


def test_pressed_twice_it_is_done_once_and_another_persons_step_is_told_without_losing_words(
    all_of_us: Team, browser: Browser
) -> None:
    cast = all_of_us.cast
    number = opened(cast.meena)
    browser.act_as(cast.meena, 1)
    for _press in range(2):
        browser.send(number, "correct", text=CORRECTION, seen="1")
    assert "This step was recorded before." in browser.page(f"/nonconformities/{number}")
    assert len(trail_of(number)) == 2
    page = browser.send(number, "propose_cancel", 409, text="It is the same as another one.", seen="1")
    assert "Somebody else took a step while you were writing." in page
    assert "It is the same as another one." in page
    page = browser.send(number, "correct", 409, text="Put right once more, with care.", seen="2")
    assert "This step does not fit any more" in page
    assert "Put right once more, with care." in page
    browser.send(number, "find_cause", why_1=WHYS[0], cause="skill", seen="2")
    page = browser.send(number, "find_cause", 409, why_1="Somebody else knows more.", cause="rules", seen="3")
    assert "Somebody else knows more." in page


def test_neither_a_stranger_nor_an_auditor_takes_a_step(all_of_us: Team, browser: Browser) -> None:
    cast = all_of_us.cast
    number = opened(cast.meena)
    browser.act_as(cast.development_officer, 1)
    browser.page(f"/nonconformities/{number}", 404)
    browser.send(number, "correct", 404, text=CORRECTION)
    browser.act_as(cast.auditor, 1)
    assert "<form" not in browser.page(f"/nonconformities/{number}").split("<main")[1]
    browser.send(number, "correct", 409, text=CORRECTION)
    browser.page("/nonconformities/new", 404)
    assert len(trail_of(number)) == 1


@pytest.mark.parametrize("name", ["open", "escalate", "find_effective", "nonsense"])
def test_what_no_form_sends_is_not_there(all_of_us: Team, browser: Browser, name: str) -> None:
    number = opened(all_of_us.cast.meena)
    browser.act_as(all_of_us.cast.meena, 1)
    browser.send(number, name, 404, text=CORRECTION)


def test_to_judge_one_of_the_two_has_to_be_chosen(all_of_us: Team, browser: Browser) -> None:
    number = all_of_us.bring_to(opened(all_of_us.cast.meena), Stage.ACTION_DONE)
    browser.act_as(all_of_us.quality, 6)
    assert "Choose whether it helped." in browser.send(number, "judge", 422, text=DONE)
    browser.send(number, "judge", judged="find_not_effective", text="The same came again twice.")
    assert row_of(number).stage is Stage.CORRECTED


def test_before_its_months_have_ended_the_page_says_from_when_it_can_be_judged(
    all_of_us: Team, browser: Browser
) -> None:
    number = all_of_us.bring_to(opened(all_of_us.cast.meena, indicator="fell"), Stage.ACTION_DONE)
    page = browser.act_as(all_of_us.quality, 6).page(f"/nonconformities/{number}")
    assert "Can be judged from" in page
    assert "Sunday, 1 November 2026" in page
    page = browser.act_as(all_of_us.quality, 130).page(f"/nonconformities/{number}")
    assert "In one of the two periods there was no case" in page


def test_a_cancellation_needs_two_persons(all_of_us: Team, browser: Browser) -> None:
    number = opened(all_of_us.cast.meena)
    browser.act_as(all_of_us.cast.meena, 1).send(number, "propose_cancel", text="It is no lapse but a typing error.")
    assert f"{number}/cancel" not in browser.page(f"/nonconformities/{number}")
    browser.act_as(all_of_us.cast.collector, 2).send(number, "cancel", text="Looked at it: it is none.")
    assert row_of(number).stage is Stage.CANCELLED


def test_the_list_shows_what_is_late_first_and_can_be_taken_along(all_of_us: Team, browser: Browser) -> None:
    cast = all_of_us.cast
    file_case()
    early, late = opened(cast.meena, -30, key="early"), opened(cast.meena, 0, key="late")
    sweep(day(0), RULES)
    page = browser.act_as(cast.meena, 5).page("/nonconformities")
    assert page.index(early) < page.index(late)
    assert '<span class="chip late">Late</span>' in page
    assert "Open <b>2</b>" in page
    assert late not in browser.page("/nonconformities?tab=late")
    for narrowed in ("stage=closed", "source=repeat", "office=TDO-3783"):
        assert "Nothing fits what you filter by." in browser.page(f"/nonconformities?{narrowed}")
    assert early in browser.page("/nonconformities?tab=weather&stage=x&source=y&page=0")
    assert early not in browser.page("/nonconformities?page=1")
    answer = browser.client.get("/nonconformities?format=csv&office=MAM-3783")
    rows = list(csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))
    assert [row[0] for row in rows] == ["Number", early, late]
    assert rows[1][2] == STATEMENT
    assert rows[1][6] == "Collector, Ahmedabad"
    all_of_us.bring_to(late, Stage.CLOSED)
    rows = list(csv.reader(io.StringIO(browser.client.get("/nonconformities?format=csv&tab=ended").text)))
    assert (rows[0][5], rows[1][5]) == ("Ended", "2026-07-07")


def test_narrowed_to_an_office_a_new_one_is_about_it(all_of_us: Team, browser: Browser) -> None:
    browser.act_as(all_of_us.quality, 1)
    address = re.search(r'href="(/nonconformities/new[^"]*)"', browser.page("/nonconformities?office=TDO-3783"))
    assert address is not None
    assert '<option value="TDO-3783" selected>' in browser.page(address[1])


@pytest.mark.parametrize(
    ("tab", "said"),
    [("open", "Nothing is open"), ("late", "Nothing is late"), ("ended", "None has ended yet")],
)
def test_an_empty_list_says_why(all_of_us: Team, browser: Browser, tab: str, said: str) -> None:
    assert said in browser.act_as(all_of_us.cast.meena, 1).page(f"/nonconformities?tab={tab}")


def test_the_hub_is_for_whoever_has_a_part_in_it_and_counts_what_they_see_open(
    all_of_us: Team, browser: Browser
) -> None:
    cast = all_of_us.cast
    opened(cast.meena, -30)
    for actor in (all_of_us.quality, cast.meena, cast.auditor, cast.administrator):
        page = browser.act_as(actor, 1).page("/quality-system")
        assert re.search(r'href="/nonconformities\?tab=late">1<', page)
        assert 'href="/quality-system"' in browser.page("/password")
    assert re.search(r'href="/nonconformities">0<', browser.act_as(cast.bharat, 1).page("/quality-system"))
    browser.act_as(cast.ramila, 1).page("/quality-system", 403)
    assert 'href="/quality-system"' not in browser.page("/counter")


def test_a_check_that_finds_an_answer_untrue_names_its_nonconformity(all_of_us: Team, browser: Browser) -> None:
    cast = all_of_us.cast
    check_id = check_of(drawn(cast)).id
    disposal_checks.record(
        cast.development_officer,
        check_id,
        CheckWay.VISIT,
        CheckResult.FALSE,
        "The name is still wrong.",
        day(35),
        RULES,
    )
    page = browser.act_as(cast.development_officer, 36).page(f"/quality/checks/{check_id}")
    assert "NC-MAM-3783-2026-001" in page
    page = browser.act_as(cast.meena, 36).page("/nonconformities/NC-MAM-3783-2026-001")
    assert "A check by another office found that an answer of this office is not true." in page
    assert row_of("NC-MAM-3783-2026-001").month == date(2026, 7, 1)


def test_the_figures_of_an_office_say_how_many_are_open_to_who_may_see_them(
    all_of_us: Team, browser: Browser, client: Client
) -> None:
    opened(all_of_us.cast.meena)
    address = "/quality/office/MAM-3783"
    assert "nonconformity is open" not in browser.page(address)
    for actor in (all_of_us.cast.meena, all_of_us.quality, all_of_us.cast.administrator):
        assert "1 nonconformity is open" in browser.act_as(actor, 1).page(address)
    assert "nonconformity is open" not in browser.act_as(all_of_us.cast.development_officer, 1).page(address)
