"""The page of a published month: what was published first stays, revisions are listed, nothing withheld comes back."""

import re
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete

from swagat import clock
from swagat.database import transaction
from swagat.domain.quality.measures import Count, Measure
from swagat.models import MonthTally
from swagat.services import small_cells
from swagat.services.publishing import publish
from tests.builders import office, post_cast, sign_in
from tests.client import Client
from tests.web.test_quality import AHMEDABAD, DHOLKA, DHOLKA_TDO, made, page, rows_of, tallied

Counting = Callable[[], AbstractContextManager[list[str]]]
OCTOBER = date(2026, 10, 1)
PUBLISHED = datetime(2026, 11, 10, 1, 30, tzinfo=UTC)
REVISED = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
NOW = datetime(2026, 12, 1, 6, 0, tzinfo=UTC)
STATE, OFFICE = "/quality/published?period=2026-10", f"/quality/office/{DHOLKA}/published?period=2026-10"


@pytest.fixture(autouse=True)
def december(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def counted(*some: Counter[Count]) -> None:
    """Let this be all that is counted."""
    with transaction() as session:
        session.execute(delete(MonthTally))
    tallied(*some)


def reopened(cases: int, late: int = 0) -> Counter[Count]:
    """Return what the office counts in October, one of its answers having been reopened since."""
    found, answer = made(DHOLKA, cases, OCTOBER, late=late), office(DHOLKA)
    found[Count(Measure.ANSWERED, answer, OCTOBER, "redressed|confirmed")] -= 1
    found[Count(Measure.ANSWERED, answer, OCTOBER, "redressed|reopened")] += 1
    return found


@pytest.fixture
def revised(app: Flask) -> None:
    """October is published, an answer of it reopened and the month revised, and then another case comes to light."""
    counted(made(DHOLKA, 10, OCTOBER))
    publish(PUBLISHED, 10)
    counted(reopened(10))
    publish(REVISED, 10)
    counted(reopened(12))


@pytest.mark.usefixtures("revised")
@pytest.mark.parametrize("address", [STATE, OFFICE, f"{AHMEDABAD.split('?')[0]}/published?period=2026-10"])
def test_a_month_stays_as_published_after_a_reopening_and_its_revision_is_listed(client: Client, address: str) -> None:
    found = page(client, address)
    assert 'Published on <time datetime="2026-11-10">Tuesday, 10 November 2026</time>' in found
    assert "Revised 1 time since" in found
    rows = rows_of(client, "published", address)
    assert (rows["Received"]["First published"], rows["Received"]["As it stands now"]) == ("10", "12")
    confirmed = rows["Confirmed by the complainant"]
    assert (confirmed["First published"], confirmed["As revised last"]) == ("100.0", "90.0")
    assert "November 2026: 1 revision" in found
    answer = client.get(f"{address}&format=csv&table=revisions-2026-11", headers={"Accept-Language": "en"})
    assert "Confirmed by the complainant,100.0,10,90.0,10" in answer.text
    assert "Disposals that fell,0.0,10,10.0,10" in answer.text
    assert "Received" not in answer.text


@pytest.mark.usefixtures("revised")
@pytest.mark.parametrize(
    ("on", "confirmed"),
    [("2026-11-09", "not published yet"), ("2026-11-10", "100.0"), ("2026-11-19", "100.0"), ("2026-11-20", "90.0")],
)
def test_what_was_in_force_on_a_day_is_shown(client: Client, on: str, confirmed: str) -> None:
    assert ("nothing had been published yet" in page(client, f"{STATE}&on={on}")) == (on == "2026-11-09")
    [row] = [
        row
        for name, row in rows_of(client, "published", f"{STATE}&on={on}").items()
        if name == "Confirmed by the complainant"
    ]
    [head] = [head for head in row if head.startswith("In force on")]
    assert row[head] == confirmed


@pytest.mark.usefixtures("revised")
@pytest.mark.parametrize(
    ("query", "said", "typed"),
    [
        ("period=2026-13", "Write a month as 2026-11", "2026-13"),
        ("period=2026-q4", "not quarters or years", "2026-q4"),
        ("period=2026-10&on=2026-02-30", "Write a day as 2026-11-15", "2026-02-30"),
        ("period=2026-10&on=20261110", "Write a day as 2026-11-15", "20261110"),
        ("period=2026-10&on=2026-12-02", "still to come", "2026-12-02"),
        ("period=2026-10&on=૨૦૨૬", "Write a day as 2026-11-15", "૨૦૨૬"),
    ],
)
def test_what_is_no_month_or_no_day_is_said_and_kept(client: Client, query: str, said: str, typed: str) -> None:
    found = page(client, f"/quality/published?{query}", 422)
    assert said in found
    assert f'value="{typed}"' in found


@pytest.mark.parametrize(
    ("publish_on_day", "said"),
    [(10, "This month will be published on Thursday, 10 December 2026"), (28, "Monday, 28 December 2026")],
)
def test_a_month_that_is_not_published_says_when_it_will_be(
    client: Client, app: Flask, monkeypatch: pytest.MonkeyPatch, publish_on_day: int, said: str
) -> None:
    monkeypatch.setitem(app.config, "PUBLISH_ON_DAY", publish_on_day)
    assert said in page(client, "/quality?period=2026-11")
    assert said in page(client, "/quality/published?period=2026-11")
    assert "This month was not published." in page(client, "/quality?period=2026-09")


@pytest.mark.usefixtures("revised")
def test_the_page_of_figures_leads_to_what_was_published(client: Client) -> None:
    found = page(client, "/quality?period=2026-10")
    assert "This month was published on Tuesday, 10 November 2026." in found
    assert '<a href="/quality/published?period=2026-10">As it was published, and 1 revision since</a>' in found
    found = page(client, f"/quality/office/{DHOLKA}?period=2026-q4")
    leads = re.findall(r'href="/quality/office/MAM-3783/published\?period=([^"]+)"', found)
    assert leads == ["2026-10", "2026-11"]


@pytest.mark.usefixtures("revised")
def test_an_auditor_reads_how_to_count_it_again_and_others_do_not(client: Client) -> None:
    cast = post_cast()
    assert "flask quality known" not in page(client, OFFICE)
    sign_in(client, cast.auditor, NOW)
    assert f"--state GJ --of office:{DHOLKA} --period 2026-10 --on 2026-12-01" in page(client, OFFICE)
    assert "--state GJ --of state --period" in page(client, STATE)


def test_what_was_too_small_when_it_was_published_stays_withheld_however_many_there_are_now(client: Client) -> None:
    counted(made(DHOLKA, 3, OCTOBER), made(DHOLKA_TDO, 40, OCTOBER), made("COLL-438", 50, OCTOBER))
    publish(PUBLISHED, 10)
    counted(made(DHOLKA, 9, OCTOBER), made(DHOLKA_TDO, 40, OCTOBER), made("COLL-438", 50, OCTOBER))
    publish(REVISED, 10)
    small_cells.clear()
    received = rows_of(client, "published", OFFICE)["Received"]
    assert set(received.values()) == {"withheld"}
    answer = client.get(f"{OFFICE}&format=csv&table=revisions-2026-11", headers={"Accept-Language": "en"})
    assert "Only figures that are withheld" in answer.text
    assert rows_of(client, "figures", f"/quality/office/{DHOLKA}?period=2026-10")["Received"]["Value"] == "withheld"
    shown = rows_of(client, "offices", "/quality/district/438?period=2026-10")
    # With those that no subtraction may restore it from, though today all of them are many.
    assert {row["Received"] for row in shown.values()} == {"99", "withheld"}


@pytest.mark.usefixtures("revised")
def test_it_costs_as_many_statements_after_ten_revisions_as_after_one(
    client: Client, count_statements: Counting
) -> None:
    spent = []
    for night in range(2):
        page(client, STATE)
        with count_statements() as sent:
            page(client, STATE)
        spent.append(len(sent))
        for more in range(10 * (1 - night)):
            counted(reopened(12, late=more))
            publish(REVISED + timedelta(days=1, hours=more), 10)
    assert spent[0] == spent[1] <= 9
