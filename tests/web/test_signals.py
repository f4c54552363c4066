"""The pages of signals: who finds them, what they say, and how they are judged."""

import csv
import io
import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from swagat.database import transaction
from swagat.domain.quality.signals import SignalKind
from swagat.domain.roles import Actor, Role
from swagat.models import SignalState
from tests.builders import Cast, day, post, sign_in
from tests.client import Client
from tests.services.gaming import disposed_case_with_signal, noted, signals_found
from tests.services.test_signals import remarks
from tests.web.conftest import Time

Counting = Callable[[], AbstractContextManager[list[str]]]
WHY = "I opened four of the cases and called two complainants: nobody had been there."
GIVEN = {"judged": "confirmed", "reason": WHY, "version": "0"}


@pytest.fixture
def collector(cast: Cast, client: Client, time: Time) -> Client:
    """The browser of the Collector, in August."""
    return seen_as(cast.collector, client, time)


def seen_as(actor: Actor, client: Client, time: Time) -> Client:
    time.now = day(34)
    client.set_cookie("lang", "en")
    sign_in(client, actor, time.now)
    return client


def address(signal_id: int) -> str:
    return f"/quality/signals/{signal_id}"


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (
            SignalKind.BUNCHED,
            "12 of 15 answers came on the last 3 days of their time; in the other offices",
        ),
        (SignalKind.IN_MINUTES, "12 of 15 answers came less than 30 minutes after an officer was given the case"),
        (SignalKind.OUT_OF_HOURS, "12 of 15 answers were given outside office hours, up to 11 one after another"),
        (SignalKind.SAME_REPLY, "12 of 15 answers have the same words as those in at least two other cases"),
        (SignalKind.ONE_FILER, "One person brought this office 12 cases; all other people together, 90 of them,"),
        (SignalKind.BURST, "within the hour from 11:00 am on Tuesday, 21 July 2026; in thirty days this office had 15"),
    ],
)
def test_list_and_page_say_in_a_sentence_what_was_seen_and_what_may_explain_it(
    cast: Cast, collector: Client, kind: SignalKind, said: str
) -> None:
    signal_id = noted(kind)
    shown = collector.get("/quality/signals").text.replace("\u202f", " ")
    assert said in shown
    assert re.search(rf'href="{address(signal_id)}">', shown)
    page = collector.get(address(signal_id)).text.replace("\u202f", " ")
    assert said in page
    assert "It is no finding against anybody." in page
    assert re.search("may explain it|may be put right first|rightly get one answer|is no fault|share one address", page)


@pytest.mark.parametrize(
    ("chance", "said"),
    [(1e-12, "less than once in a hundred years"), (0.004, "once in 21 years"), (0.05, "once in 2 years"),
     (0.06, "once in 17 months"), (0.0, "less than once in a hundred years")],
)  # fmt: skip
def test_how_rare_it_is_is_said_as_people_count(cast: Cast, collector: Client, chance: float, said: str) -> None:
    assert said in collector.get(address(noted(chance=chance))).text


def test_a_case_is_a_link_for_who_may_see_it_and_a_number_for_who_reads_evidence(
    cast: Cast, client: Client, time: Time
) -> None:
    number, signal_id = disposed_case_with_signal(cast)
    for actor, is_link in ((cast.meena, True), (cast.collector, True), (cast.auditor, False)):
        page = seen_as(actor, client, time).get(address(signal_id)).text
        assert (f'href="/desk/{number}"' in page) is is_link
        assert number in page
        assert "Kanta" not in page
        assert "9876543210" not in page


def test_the_office_above_judges_and_the_page_shows_who_and_why(cast: Cast, collector: Client) -> None:
    signal_id = noted()
    page = collector.get(address(signal_id)).text
    assert 'name="version" value="0"' in page
    answer = collector.post(address(signal_id), data=GIVEN)
    assert (answer.status_code, answer.location) == (303, address(signal_id))
    page = collector.get(address(signal_id)).text
    assert "Your judgement was recorded." in page
    assert WHY in page
    assert "Ravi Menon" in page
    assert signals_found()[0].state is SignalState.CONFIRMED
    assert 'href="/nonconformities/new?office=MAM-3783"' in page
    assert WHY not in collector.get("/quality/signals").text
    assert address(signal_id) in collector.get("/quality/signals?state=confirmed").text
    assert address(signal_id) not in collector.get("/quality/signals").text


def test_the_office_itself_explains_and_is_given_no_form_to_judge(cast: Cast, client: Client, time: Time) -> None:
    signal_id = noted()
    meena = seen_as(cast.meena, client, time)
    page = meena.get(address(signal_id)).text
    assert 'name="judged"' not in page
    words = "The survey of the village came on the last day, and all waited for it."
    for _press in range(2):
        answer = meena.post(f"{address(signal_id)}/explanation", data={"explanation": words})
        assert (answer.status_code, answer.location) == (303, address(signal_id))
    assert [one[1:] for one in remarks()] == [(None, words)]
    assert words in meena.get(address(signal_id)).text
    assert meena.post(address(signal_id), data=GIVEN | {"version": "1"}).status_code == 403
    page = seen_as(cast.collector, client, time).get(address(signal_id)).text
    assert page.index(words) < page.index("The cases: 0") < page.index('name="judged"')
    assert client.post(f"{address(signal_id)}/explanation", data={"explanation": words}).status_code == 403


@pytest.mark.parametrize(
    "wrong",
    [
        {"judged": ""},
        {"judged": "open"},
        {"judged": "guilty"},
        {"reason": ""},
        {"reason": "short"},
        {"reason": "x" * 2001},
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_is_kept(
    cast: Cast, collector: Client, wrong: dict[str, str]
) -> None:
    signal_id = noted()
    answer = collector.post(address(signal_id), data=GIVEN | wrong)
    assert answer.status_code == 422
    assert "Please correct this" in answer.text
    kept = GIVEN | wrong
    assert kept["reason"] in answer.text
    assert ('value="confirmed" checked' in answer.text) is (kept["judged"] == "confirmed")
    assert remarks() == []


@pytest.mark.parametrize("version", ["", "1", "minus one", "9" * 40])
def test_a_form_that_has_not_seen_the_newest_is_shown_again_with_its_words(
    cast: Cast, collector: Client, version: str
) -> None:
    answer = collector.post(address(noted()), data=GIVEN | {"version": version})
    assert answer.status_code == 409
    assert "Somebody said something of this signal" in answer.text
    assert WHY in answer.text
    assert 'name="version" value="0"' in answer.text
    assert remarks() == []


def test_a_short_explanation_is_sent_back_with_its_words(cast: Cast, client: Client, time: Time) -> None:
    meena, path = seen_as(cast.meena, client, time), f"{address(noted())}/explanation"
    answer = meena.post(path, data={"explanation": "Camp."})
    assert answer.status_code == 422
    assert "Camp." in answer.text
    assert "Please correct this" in answer.text


def test_a_form_whose_token_is_too_old_keeps_what_was_typed(cast: Cast, client: Client, time: Time) -> None:
    signal_id = noted()
    answer = seen_as(cast.collector, client, time).post(address(signal_id), data=GIVEN, csrf=False)
    assert (answer.status_code, WHY in answer.text) == (422, True)
    said = {"explanation": WHY}
    answer = seen_as(cast.meena, client, time).post(f"{address(signal_id)}/explanation", data=said, csrf=False)
    assert (answer.status_code, WHY in answer.text) == (422, True)
    assert remarks() == []


def test_a_second_press_says_that_it_was_recorded(cast: Cast, collector: Client) -> None:
    signal_id = noted()
    for _press in range(2):
        assert collector.post(address(signal_id), data=GIVEN).status_code == 303
    assert "This was recorded before." in collector.get(address(signal_id)).text
    assert len(remarks()) == 1


def test_signals_exist_for_nobody_else_and_never_for_the_public(cast: Cast, client: Client, time: Time) -> None:
    signal_id = noted()
    paths = (address(signal_id), "/quality/signals")
    assert all(client.get(path).status_code == 303 for path in paths)
    for page in ("/quality", "/quality/office/MAM-3783", "/quality/definitions"):
        shown = client.get(page, headers={"Accept-Language": "en"}).text
        assert "/quality/signals" not in shown
        assert "to judge" not in shown
    stranger = seen_as(cast.development_officer, client, time)
    assert stranger.get(address(signal_id)).status_code == 404
    assert stranger.post(address(signal_id), data=GIVEN).status_code == 404
    assert stranger.post(f"{address(signal_id)}/explanation", data=GIVEN).status_code == 404
    assert "No signal here" in stranger.get("/quality/signals").text
    for other in (cast.bharat, cast.ramila, cast.administrator):
        seen_as(other, client, time)
        assert {client.get(path).status_code for path in paths} == {403}
        assert client.post(address(signal_id), data=GIVEN).status_code == 403
    assert remarks() == []


@pytest.mark.parametrize("signal_id", ["0", "999999", "99999999999999999999999"])
def test_a_signal_that_there_is_not_is_not_found(cast: Cast, collector: Client, signal_id: str) -> None:
    path = f"/quality/signals/{signal_id}"
    assert collector.get(path).status_code == 404
    assert collector.post(path, data=GIVEN).status_code == 404
    assert collector.post(f"{path}/explanation", data=GIVEN).status_code == 404


def test_the_page_of_an_office_leads_to_its_signals_and_that_of_the_state_to_all(
    cast: Cast, client: Client, time: Time
) -> None:
    for reader in (cast.meena, cast.collector, cast.auditor):
        seen_as(reader, client, time)
        assert 'href="/quality/signals?office=MAM-3783&amp;state=all"' in client.get("/quality/office/MAM-3783").text
        assert '<a href="/quality/signals">Signals for a person to judge' in client.get("/quality").text
    for reader, path in (
        (cast.development_officer, "/quality/office/MAM-3783"),
        (cast.collector, "/quality/district/438"),
    ):
        assert "Signals for a person to judge" not in seen_as(reader, client, time).get(path).text
    assert "Signals for a person to judge" not in seen_as(cast.bharat, client, time).get("/quality").text


def test_one_page_of_the_bar_is_the_current_one(cast: Cast, collector: Client) -> None:
    for path in (
        "/quality",
        "/quality-system",
        "/quality/signals",
        address(noted()),
        "/quality/checks",
        "/nonconformities",
    ):
        bar = re.findall(r'<a href="([^"]+)" aria-current="page">', collector.get(path).text.split("<main")[0])
        assert bar == [path if path in ("/quality", "/quality/checks") else "/quality-system"]


def test_a_list_is_narrowed_and_paged_and_odd_addresses_are_no_faults(cast: Cast, collector: Client) -> None:
    ids = [noted(key=str(step)) for step in range(52)]
    other = noted(SignalKind.BURST, code="MAM-3784")
    page = collector.get("/quality/signals?kind=bunched&state=all").text
    shown = re.findall(r'href="/quality/signals/(\d+)"', page)
    assert shown == [str(one) for one in reversed(ids)][:50]
    further = re.search(r'href="([^"]+)" rel="next"', page)
    assert further is not None
    rest = re.findall(r'href="/quality/signals/(\d+)"', collector.get(further[1].replace("&amp;", "&")).text)
    assert rest == [str(ids[1]), str(ids[0])]
    only = collector.get("/quality/signals?office=MAM-3784").text
    assert re.findall(r'href="/quality/signals/(\d+)"', only) == [str(other)]
    assert "Signals of all offices that you see" in only
    for odd in ("state=x&kind=y&before=z", "before=2026-13.1", "before=0000-01.1", "before=2026-01." + "9" * 18,
                "office=" + "x" * 500, "state=all&state=open"):  # fmt: skip
        assert collector.get(f"/quality/signals?{odd}").status_code == 200, odd


def test_the_list_leaves_as_a_spreadsheet(cast: Cast, collector: Client) -> None:
    noted()
    answer = collector.get("/quality/signals?format=csv")
    assert answer.mimetype == "text/csv"
    (row,) = csv.DictReader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff")))
    assert row == {
        "Office": "Mamlatdar, Dholka", "Code of the office": "MAM-3783",
        "What was noticed": "Answers bunched before the last day",
        "Month": "2026-07", "Cases": "12", "Of": "15", "Elsewhere": "2", "Elsewhere of": "90",
        "Expected by chance": "1e-07", "How it stands": "To be judged",
    }  # fmt: skip


def test_a_list_and_a_page_cost_few_statements_however_many_signals_there_are(
    cast: Cast, collector: Client, count_statements: Counting
) -> None:
    _number, signal_id = disposed_case_with_signal(cast)
    costs = []
    for _more in range(2):
        collector.get("/quality/signals")
        with count_statements() as listing:
            assert collector.get("/quality/signals").status_code == 200
        with count_statements() as showing:
            assert collector.get(address(signal_id)).status_code == 200
        costs.append((len(listing), len(showing)))
        for step in range(20):
            noted(key=f"{len(costs)} {step}")
    # Who is signed in is one of each: the list and its counts; the signal, its cases, their number, what was said, and
    # whether the reader may judge.
    assert costs == [(3, 6), (3, 6)]


def test_a_quality_manager_finds_the_signals_under_the_quality_system_and_judges(
    cast: Cast, client: Client, time: Time
) -> None:
    with transaction() as session:
        manager = post(session, "quality manager", "PS-GAD", Role.QUALITY_MANAGER)
    signal_id = noted()
    seen_as(manager, client, time)
    assert 'href="/quality/signals">1<' in client.get("/quality-system").text
    assert client.post(address(signal_id), data=GIVEN).status_code == 303
    page = seen_as(cast.auditor, client, time).get(address(signal_id)).text
    assert "You read this and judge nothing." in page
    assert 'name="reason"' not in page
    assert client.post(address(signal_id), data=GIVEN | {"version": "1"}).status_code == 403
