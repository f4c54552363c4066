"""The pages on which an office sets what it aims at, sees how it stands, and says why a month was missed."""

import re

import pytest

from swagat.domain.roles import Role
from swagat.services import objective_judging
from tests.builders import Cast, post, sign_in
from tests.client import Client
from tests.services.test_objectives import BEGUN, DECEMBER, DHOLKA, FEBRUARY, JANUARY, later, made, publish, transaction
from tests.web.conftest import Time

OWN = f"/quality/objectives/{DHOLKA}"
FIGURES = f"/quality/office/{DHOLKA}"


@pytest.fixture
def head(cast: Cast, client: Client, time: Time) -> Client:
    """The browser of the head of the office, on the last day of December."""
    time.now = DECEMBER
    client.set_cookie("lang", "en")
    sign_in(client, cast.meena, time.now)
    return client


def given(cast: Cast, **changed: str) -> dict[str, str]:
    filled = {"indicator": "on_time", "target": "80", "unit": "percent", "first": "2027-01", "last": "2027-02"}
    return filled | {"owner": str(cast.bharat.person_id)} | changed


def test_the_head_is_led_to_the_own_office_and_sets_an_objective(cast: Cast, head: Client) -> None:
    assert head.get("/quality/objectives").location == OWN
    assert "No objective yet" in head.get(OWN).text
    answer = head.post(OWN, data=given(cast))
    assert answer.status_code == 303
    page = head.get(answer.location).text
    assert "Answered in time: at least 80.0 %" in page
    assert "January 2027 to February 2027" in page
    assert "Bharat Solanki" in page
    assert "Not known yet" in page
    listed = head.get(OWN).text
    assert "Nothing published yet" in listed
    assert answer.location in listed


def test_a_target_without_a_unit_is_refused_and_what_was_typed_stays(cast: Cast, head: Client) -> None:
    answer = head.post(OWN, data=given(cast, unit="", target="87.5"))
    assert answer.status_code == 422
    assert "without it a number says nothing" in answer.text
    assert 'value="87.5"' in answer.text
    assert re.search(r'<option value="on_time" selected>', answer.text)


def test_a_second_press_sets_nothing_more(cast: Cast, head: Client) -> None:
    head.post(OWN, data=given(cast))
    assert head.post(OWN, data=given(cast)).location == OWN
    page = head.get(OWN).text
    assert "This objective is set already." in page
    assert page.count(f'href="{OWN}/') == 1


def test_it_is_changed_and_withdrawn_only_before_it_begins(cast: Cast, head: Client, time: Time) -> None:
    address = f"{OWN}/{made(cast)}"
    assert head.post(address, data=given(cast, target="85", version="1")).status_code == 303
    assert "at least 85.0 %" in head.get(address).text
    stale = head.post(address, data=given(cast, target="10", version="1"))
    assert stale.status_code == 409
    assert 'value="10"' in stale.text
    assert "What will happen" in head.get(f"{address}/withdraw").text
    time.now = BEGUN
    sign_in(head, cast.meena, time.now)
    page = head.get(address).text
    assert "it stays as it is" in page
    assert "Change it" not in page
    late = head.post(address, data=given(cast, target="10", version="2"))
    assert late.status_code == 409
    assert "has begun" in late.text
    assert "has begun" in head.post(f"{address}/withdraw").text
    time.now = DECEMBER
    sign_in(head, cast.meena, time.now)
    assert head.post(f"{address}/withdraw").location == OWN
    assert head.get(address).status_code == 404


def test_missed_months_ask_the_owner_for_a_reason(cast: Cast, head: Client, client: Client, time: Time) -> None:
    address = f"{OWN}/{made(cast)}"
    publish(JANUARY, 39, 1)
    publish(FEBRUARY, 10, 30)
    time.now = later()
    objective_judging.judge(time.now)
    sign_in(client, cast.bharat, time.now)
    assert "1 month asks for a reason" in client.get(OWN).text
    page = client.get(address).text
    assert "Missed: February 2027" in page
    assert "Missed: January 2027" not in page
    assert "<svg" in page
    reason, reference = "2027-02-reason", "2027-02-reference"
    short = client.post(f"{address}/2027-02", data={reason: "so", reference: ""})
    assert short.status_code == 422
    assert "Say why in a sentence" in short.text
    assert ">\nso</textarea>" in short.text
    unknown = client.post(f"{address}/2027-02", data={reason: "Two were away.", reference: "NC-7"})
    assert unknown.status_code == 422
    assert "There is no such nonconformity about this office." in unknown.text
    said = {reason: "Two of three officers were at the election.", "2027-02-opens": "y"}
    assert client.post(f"{address}/2027-02", data=said).status_code == 303
    page = client.get(address).text
    assert "Nonconformity NC-MAM-3783-2027-001" in page
    assert "Missed: February 2027" not in page
    assert client.post(f"{address}/2027-02", data=said).status_code == 303
    for month in ("2027-01", "2027-03", "never", "2027-02-01"):
        assert client.post(f"{address}/{month}", data=said).status_code == 404


def test_the_table_can_be_taken_along(cast: Cast, head: Client) -> None:
    address = f"{OWN}/{made(cast)}"
    publish(JANUARY, 39, 1)
    objective_judging.judge(later(2))
    answer = head.get(f"{address}?format=csv&table=months")
    assert answer.mimetype == "text/csv"
    assert "2027-01,97.5,40,Met," in answer.text
    assert "2027-02,,,Not known yet," in answer.text


def test_who_may_not_see_the_office_whole_finds_nothing(cast: Cast, client: Client, time: Time) -> None:
    time.now = DECEMBER
    one = made(cast)
    for actor, status in (
        (cast.bharat, 200), (cast.collector, 200), (cast.auditor, 200), (cast.development_officer, 404),
        (cast.ramila, 403), (cast.administrator, 403),
    ):  # fmt: skip
        sign_in(client, actor, time.now)
        assert client.get(OWN).status_code == status
        assert client.get(f"{OWN}/{one}").status_code == status
    sign_in(client, cast.auditor, time.now)
    assert "Set an objective" not in client.get(OWN).text
    assert client.post(OWN, data=given(cast, indicator="confirmed")).status_code == 403
    for address in ("/quality/objectives/NO-SUCH", f"{OWN}/{2**70}", f"{OWN}/999", f"/quality/objectives/{'9' * 300}"):
        assert client.get(address).status_code == 404


def test_a_quality_manager_sees_all_offices_and_opens_one_by_its_code(cast: Cast, client: Client, time: Time) -> None:
    time.now = DECEMBER
    client.set_cookie("lang", "en")
    with transaction() as session:
        manager = post(session, "qm", "PS-GAD", Role.QUALITY_MANAGER, "Leela Nair")
    sign_in(client, manager, time.now)
    assert "No office has an objective yet" in client.get("/quality/objectives").text
    assert client.get("/quality/objectives?office=MAM-3783").location == OWN
    assert client.post(OWN, data=given(cast)).status_code == 303
    assert f'href="{OWN}"' in client.get("/quality/objectives").text


def test_everybody_sees_the_target_beside_the_figure(cast: Cast, client: Client, time: Time) -> None:
    made(cast)
    publish(JANUARY, 39, 1)
    time.now = later(2)
    client.set_cookie("lang", "en")
    assert "Target: at least 80.0 %. Met." in client.get(f"{FIGURES}?period=2027-01").text
    # February still runs; December and the year are not what it was set for.
    assert "Target: at least 80.0 %.</p>" in client.get(f"{FIGURES}?period=2027-02").text
    for period in ("2026-12", "2027"):
        assert "Target:" not in client.get(f"{FIGURES}?period={period}").text
    assert "Target:" not in client.get("/quality?period=2027-01").text


def test_what_is_withheld_is_not_told_by_a_verdict(cast: Cast, client: Client, time: Time) -> None:
    made(cast)
    publish(JANUARY, 3, 1)
    time.now = later(2)
    client.set_cookie("lang", "en")
    assert "Target: at least 80.0 %.</p>" in client.get(f"{FIGURES}?period=2027-01").text
