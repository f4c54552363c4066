"""The cases behind a figure: as many as the figure says, for who may see them, and for nobody else."""

import re
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from swagat import clock
from swagat.database import db, transaction
from swagat.domain.quality.indicators import INDICATORS
from swagat.domain.roles import Actor, Role
from swagat.domain.workflow import Action
from swagat.models import FilingMode, Grievance, Opening
from swagat.services import quality_cases, scope
from tests.builders import (
    BEGAN,
    KANTA,
    Cast,
    act,
    assigned,
    day,
    disposed,
    file_case,
    post,
    post_cast,
    reported,
    sign_in,
)
from tests.client import Client
from tests.counted import count_cases
from tests.web.test_quality import page, rows_of

NOW = day(40)
OFFICE = "/quality/office/MAM-3783?period=2026-07"
NUMBER = re.compile(r'class="main code"><a href="/desk/(GJ-2026-\d+-\d)"')
SEEN = re.compile(r"(\d+) counted, and all of them are open to you")


@pytest.fixture
def cast(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Cast:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    cast = post_cast()
    solved = disposed(cast, "solved", at=1)
    act(KANTA, solved, Action.CONFIRM, 2)
    refused = disposed(cast, "refused", at=1, mobile="+919876543211")
    act(KANTA, refused, Action.REFUSE, 3)
    disposed(cast, "waiting", at=4, mobile="+919876543212")
    reported(cast, "reported", at=5, mobile="+919876543213")
    assigned(cast, "assigned", at=6, mobile="+919876543214")
    file_case("new", at=7, mobile="+919876543215")
    count_cases(NOW)
    return cast


def links_to_cases(found: str) -> dict[str, str]:
    """Return the addresses of lists on a page, by their figures."""
    return {
        code: address.replace("&amp;", "&")
        for address, code in re.findall(r'href="(/quality/cases\?figure=([a-z_0-9]+)[^"]*)"', found)
    }


def test_every_number_of_an_office_opens_as_many_cases_as_it_says(cast: Cast, client: Client) -> None:
    sign_in(client, cast.meena, NOW)
    links = links_to_cases(page(client, OFFICE))
    figures = rows_of(client, "figures", OFFICE)
    assert {"received", "pending", "disposed", "confirmed", "refused", "closure_days"} <= set(links)
    assert int(figures["Received"]["Value"]) == 6
    for code, address in links.items():
        opened = page(client, address)
        (counted,) = SEEN.findall(opened)
        name = INDICATORS[code].name
        of_cases, value = int(figures[name]["Of cases"]), figures[name]["Value"]
        if INDICATORS[code].part is not None:
            assert int(counted) == round(of_cases * float(value) / 100), code
        else:
            assert int(counted) == of_cases, code
        assert 1 <= len(set(NUMBER.findall(opened))) <= int(counted), code


def test_a_case_is_opened_by_its_number_and_by_its_date(cast: Cast, client: Client) -> None:
    sign_in(client, cast.meena, NOW)
    opened = page(client, links_to_cases(page(client, OFFICE))["confirmed"])
    (number,) = NUMBER.findall(opened)
    assert opened.count(f'href="/desk/{number}"') == 2
    assert "Dholka" in opened.split("<tbody>")[1]
    assert page(client, f"/desk/{number}")


def test_a_stranger_is_led_to_the_sign_in_and_finds_no_link(cast: Cast, client: Client) -> None:
    for address in ("/quality?period=2026-07", OFFICE):
        assert links_to_cases(page(client, address)) == {}
    answer = client.get("/quality/cases?figure=received&scope=office&of=MAM-3783&period=2026-07")
    assert (answer.status_code, answer.location) == (303, "/sign-in?next=/quality/cases")


@pytest.mark.parametrize("who", ["ramila", "administrator"])
def test_who_neither_handles_cases_nor_reads_all_evidence_opens_none(cast: Cast, client: Client, who: str) -> None:
    sign_in(client, getattr(cast, who), NOW)
    assert links_to_cases(page(client, OFFICE)) == {}
    page(client, "/quality/cases?figure=received", 403)


@pytest.fixture(params=[Role.QUALITY_MANAGER, Role.AUDITOR])
def reader(cast: Cast, request: pytest.FixtureRequest) -> Actor:
    """Somebody who reads all evidence, in an office that has none of the cases."""
    with transaction() as session:
        return post(session, "reader", "PS-GAD", request.param)


def test_who_reads_all_evidence_opens_every_list_of_the_state_and_no_case(reader: Actor, client: Client) -> None:
    sign_in(client, reader, NOW)
    address = links_to_cases(page(client, OFFICE))["received"]
    opened = page(client, address)
    assert "6 counted, and all of them are open to you" in opened
    assert len(re.findall(r'class="main code">GJ-2026-', opened)) == 6
    assert "/desk/" not in opened.split("<tbody>")[1].split("</tbody>")[0]
    assert "Kanta" not in opened
    assert "98765" not in opened
    (number,) = re.findall(r"GJ-2026-\d+-\d", opened)[:1]
    for method in (client.get, client.post):
        assert method(f"/desk/{number}").status_code in (403, 404, 405)


def test_each_case_that_a_list_shows_to_them_is_logged(reader: Actor, client: Client) -> None:
    sign_in(client, reader, NOW)
    page(client, "/quality/cases?figure=confirmed&scope=office&of=MAM-3783&period=2026-07")
    (kept,) = db.session.scalars(select(Opening)).all()
    solved = select(Grievance.id).where(Grievance.submission_key == "solved")
    assert (kept.grievance_id, kept.person_id) == (db.session.scalar(solved), reader.person_id)
    assert (kept.what, kept.reason) == ("list of a figure", "confirmed office MAM-3783 2026-07")
    assert kept.opened_at == NOW


def test_what_an_office_opens_of_its_own_is_no_opening(cast: Cast, client: Client) -> None:
    sign_in(client, cast.meena, NOW)
    page(client, "/quality/cases?figure=confirmed&scope=office&of=MAM-3783&period=2026-07")
    assert db.session.scalar(select(func.count()).select_from(Opening)) == 0


def test_a_list_hides_from_a_reader_what_is_about_them(reader: Actor, client: Client) -> None:
    with transaction() as session:
        about = update(Grievance).where(Grievance.submission_key == "new")
        session.execute(about.values(accused_person_id=reader.person_id))
    sign_in(client, reader, NOW)
    assert "5 of those counted are open to you." in page(client, "/quality/cases?figure=received&period=2026-07")


def test_nobody_reads_the_evidence_of_another_state(reader: Actor) -> None:
    def listed_to(actor: Actor) -> int:
        return db.session.scalar(select(func.count(Grievance.id)).where(scope.grievances_listed_to(actor))) or 0

    assert listed_to(reader) == 6
    assert listed_to(replace(reader, state_id=(reader.state_id or 0) + 1)) == 0
    assert listed_to(replace(reader, state_id=None)) == 0


def test_an_office_sees_only_its_own_cases_behind_a_number_of_the_state(cast: Cast, client: Client) -> None:
    file_case("elsewhere", at=8, category="PRD-SANITATION", mobile="+919876543216")
    count_cases(NOW)
    sign_in(client, cast.development_officer, NOW)
    opened = page(client, "/quality/cases?figure=received&period=2026-07")
    assert "1 of those counted are open to you." in opened
    assert "7 counted" not in opened
    assert len(set(NUMBER.findall(opened))) == 1
    sign_in(client, cast.development_officer, NOW)
    opened = page(client, "/quality/cases?figure=received&period=2026-07&scope=office&of=MAM-3783")
    assert "No case of this figure is open to you." in opened
    assert "6 counted" not in opened


@pytest.mark.parametrize(
    "scope", ["scope=state", "scope=district&of=438", "scope=department&of=REV", "scope=office&of=MAM-3783"]
)
def test_a_list_is_that_of_the_scope(cast: Cast, client: Client, scope: str) -> None:
    sign_in(client, cast.meena, NOW)
    assert "6 counted, and all" in page(client, f"/quality/cases?figure=received&period=2026-07&{scope}")
    assert "0 counted" in page(client, f"/quality/cases?figure=received&period=2026-06&{scope}")
    other = {"scope=district&of=438": "scope=district&of=440", "scope=department&of=REV": "scope=department&of=PRD",
             "scope=office&of=MAM-3783": "scope=office&of=TDO-3783"}  # fmt: skip
    if scope in other:
        assert "0 counted" in page(client, f"/quality/cases?figure=received&period=2026-07&{other[scope]}")


def test_a_long_list_is_turned_page_by_page(cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quality_cases, "PAGE", 4)
    sign_in(client, cast.meena, NOW)
    address = "/quality/cases?figure=received&scope=office&of=MAM-3783&period=2026-07"
    first = page(client, address)
    (later,) = re.findall(r'href="([^"]+)" rel="next"', first)
    second = page(client, later.replace("&amp;", "&"))
    shown = [*NUMBER.findall(first), *NUMBER.findall(second)]
    assert (len(shown), len(set(shown))) == (6, 6)
    assert 'rel="next"' not in second


def test_imported_cases_are_left_out_of_the_list_too(cast: Cast, client: Client) -> None:
    with transaction() as session:
        session.execute(update(Grievance).where(Grievance.submission_key == "new").values(mode=FilingMode.IMPORTED))
    count_cases(NOW)
    sign_in(client, cast.meena, NOW)
    address = "/quality/cases?figure=received&period=2026-07"
    assert "6 counted, and all" in page(client, address)
    assert "5 counted, and all" in page(client, f"{address}&imported=no")


@pytest.mark.parametrize(
    ("query", "status"),
    [("figure=none", 404), ("figure=received&scope=office&of=XX", 404), ("figure=received&scope=x", 404), ("", 404),
     ("figure=received&period=2026-13", 422), ("figure=received&before=x", 200),
     ("figure=received&before=9" + "9" * 30, 200)],
)  # fmt: skip
def test_what_nobody_can_ask_for_is_said(cast: Cast, client: Client, query: str, status: int) -> None:
    sign_in(client, cast.meena, NOW)
    found = page(client, f"/quality/cases?{query}", status)
    if status == 422:
        assert 'value="2026-13"' in found
        assert "Write a month as 2026-11" in found


def test_no_list_says_who_complained(cast: Cast, client: Client) -> None:
    sign_in(client, cast.meena, NOW)
    found: Any = page(client, "/quality/cases?figure=received&period=2026-07")
    assert "Kanta" not in found
    assert "98765" not in found
    assert BEGAN < NOW
