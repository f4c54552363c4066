"""The grades of offices: by group and with how sure they are, nobody's withheld figures given away by a score."""

import re
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from swagat import clock
from swagat.database import db, transaction
from swagat.domain.quality.measures import Count, Measure
from swagat.domain.roles import Actor, Role
from swagat.models import Office
from swagat.services.grading_adoptions import adopt
from tests.builders import gujarat, office, post, post_cast, sign_in
from tests.client import Client
from tests.web.test_quality import DHOLKA, DHOLKA_TDO, NOVEMBER, made, page, rows_of, tallied
from tests.web.test_quality_published import counted

Counting = Callable[[], AbstractContextManager[list[str]]]
NOW = datetime(2026, 12, 2, 6, 0, tzinfo=UTC)
LONG_AGO = datetime(2025, 12, 12, 6, 0, tzinfo=UTC)
BAVLA = "MAM-3784"
JANUARY, JULY = date(2026, 1, 1), date(2026, 7, 1)
NOVEMBERS = "/quality/grading?period=2026-11"
GROUP_C = "Group C: fewer than 1,200 grievances in twelve months"


@pytest.fixture(autouse=True)
def december(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def worked(code: str, cases: int, month: date = NOVEMBER, refused: int = 0, unheard: int = 0) -> Counter[Count]:
    """Return what an office counts in a month: so many answers in ten days, and as many again that cannot be heard."""
    found, office_id = made(code, cases, month, refused=refused), office(code)
    found[Count(Measure.CALENDAR_DAYS, office_id, month, "stood|10")] = cases - refused
    if unheard:
        found[Count(Measure.ANSWERED, office_id, month, "not_maintainable|refused")] = unheard
    return found


@pytest.fixture
def umesh(app: Flask) -> Actor:
    """The administrator, who adopted the first formula in December for the months from January on."""
    administrator = post_cast().administrator
    adopt(administrator, "after_mp181", 1, JANUARY, LONG_AGO)
    return administrator


def shown(client: Client, address: str = NOVEMBERS, group: str = "group-C") -> dict[str, dict[str, str]]:
    return rows_of(client, group, address)


def test_without_a_formula_an_example_is_shown_and_said_to_be_one(client: Client) -> None:
    tallied(worked(DHOLKA, 40, refused=10))
    found = page(client, NOVEMBERS)
    assert "Example, not adopted" in found
    assert "No formula is adopted for this period, so nobody is graded." in found
    assert "Example: after MP 181 as its lists of 2022-23 show it, parts inferred." in found
    [(name, row)] = shown(client).items()
    assert name.startswith("Mamlatdar")
    # 60 x 30/40 confirmed, 20 for quick answers, 10 x 30/40 that did not fall, 10 as no date passed.
    assert float(row["Score, of 100"]) == 45 + 20 + 7.5 + 10
    assert row["Grade"] == "A"
    assert row["Rank in the group"] == "1 of 1"


@pytest.mark.usefixtures("umesh")
def test_the_formula_in_force_is_named_with_the_day_of_its_adoption(client: Client) -> None:
    tallied(worked(DHOLKA, 40))
    found = page(client, NOVEMBERS)
    assert "Graded by: After CM Helpline 181, Madhya Pradesh, version 1." in found
    assert re.search(r"Adopted on <time [^>]*>Friday, 12 December 2025</time> for January 2026 and after\.", found)
    assert "not adopted" not in found
    assert GROUP_C in found
    other = page(client, f"{NOVEMBERS}&formula=after_grai-1")
    assert "Example, not adopted" in other
    assert "This period is graded by another formula: After CM Helpline 181, Madhya Pradesh, version 1." in other
    assert "No formula is adopted" in page(client, "/quality/grading?period=2025-12")


def test_a_year_is_graded_by_the_formula_of_its_first_month_and_says_where_another_begins(
    client: Client, umesh: Actor
) -> None:
    adopt(umesh, "after_grai", 1, JULY, datetime(2026, 6, 30, 6, tzinfo=UTC))
    tallied(worked(DHOLKA, 40, JANUARY), worked(DHOLKA, 40))
    found = page(client, "/quality/grading?period=2026")
    assert "Graded by: After CM Helpline 181" in found
    assert "From July 2026 on another formula holds: After GRAI&#39;s four dimensions, version 1." in found
    assert "Graded by: After GRAI&#39;s four dimensions" in page(client, NOVEMBERS)
    assert "another formula holds" not in page(client, NOVEMBERS)


def test_what_is_left_out_of_the_score_is_counted_in_the_score_beside_it(client: Client) -> None:
    tallied(worked(DHOLKA, 40, unheard=40))
    [row] = shown(client).values()
    assert (float(row["Score, of 100"]), float(row["Score with nothing left out"])) == (100, 65)
    [row] = shown(client, f"{NOVEMBERS}&formula=after_grai-1").values()
    assert "Score with nothing left out" not in row
    assert "Grade" not in row


def test_ranks_are_told_with_the_best_and_worst_they_could_be_and_those_alike_stand_by_name(client: Client) -> None:
    tallied(worked(DHOLKA, 60, refused=20), worked(DHOLKA_TDO, 60, refused=10), worked(BAVLA, 60, refused=60))
    rows = shown(client)
    assert [row["Rank in the group"] for row in rows.values()] == [
        "2 of 2; could be 1 to 2", "1 of 2; could be 1 to 2",
    ]  # fmt: skip
    assert list(rows) == sorted(rows)


def test_offices_are_compared_in_their_group_alone(client: Client) -> None:
    tallied(worked(DHOLKA, 60), worked(DHOLKA_TDO, 200))
    assert [row["Rank in the group"] for row in shown(client).values()] == ["1 of 1"]
    assert [row["Rank in the group"] for row in shown(client, group="group-B").values()] == ["1 of 1"]
    # Of a year as much is asked as of twelve months.
    both = shown(client, "/quality/grading?period=2026")
    assert [row["Rank in the group"] for row in both.values()] == ["1 of 2; could be 1 to 2"] * 2


def test_an_office_with_too_few_cases_is_named_apart_without_a_number(client: Client) -> None:
    tallied(worked(DHOLKA, 40), worked(DHOLKA_TDO, 29))
    found = page(client, NOVEMBERS)
    assert len(shown(client)) == 1
    apart = found[found.index('id="too-few"') : found.index('id="formula"')]
    assert re.findall(r"/quality/office/([A-Z0-9-]+)\?", apart) == [DHOLKA_TDO]
    assert "29" not in apart


def lapsed(code: str, dates: int, month: date = NOVEMBER) -> Counter[Count]:
    return Counter({Count(Measure.LAPSED, office(code), month, "1|later|unexplained"): dates})


def test_who_has_a_withheld_figure_is_not_graded_and_only_those_who_see_it_read_the_score(client: Client) -> None:
    tallied(worked(DHOLKA, 40), lapsed(DHOLKA, 3), worked(DHOLKA_TDO, 40), worked(BAVLA, 40), lapsed(BAVLA, 50))
    found = page(client, NOVEMBERS)
    apart = found[found.index('id="withheld"') : found.index('id="formula"')]
    # Bavla's dates that passed would give away those of Dholka, in the district and in the department.
    assert set(re.findall(r"/quality/office/([A-Z0-9-]+)\?", apart)) == {DHOLKA, BAVLA}
    [row] = shown(client).values()
    assert row["Rank in the group"] == "1 of 1"
    with transaction() as session:
        head = post(session, "head", DHOLKA, Role.SUPERVISOR)
    sign_in(client, head, NOW)
    own = [row for name, row in shown(client).items() if row["Rank in the group"] == "withheld from the public"]
    assert [float(row["Score, of 100"]) for row in own] == [90]
    found = page(client, NOVEMBERS)
    assert DHOLKA not in re.findall(
        r"/quality/office/([A-Z0-9-]+)\?", found[found.index('id="withheld"') : found.index('id="formula"')]
    )


def test_a_month_that_would_give_another_away_is_not_graded(client: Client) -> None:
    """The quarter is shown, so October and September together would say how many there were in August."""
    tallied(
        worked(DHOLKA, 3, date(2026, 7, 1)), worked(DHOLKA, 40, date(2026, 8, 1)), worked(DHOLKA, 60, date(2026, 9, 1))
    )
    assert 'id="withheld"' in page(client, "/quality/grading?period=2026-08")
    assert 'id="withheld"' not in page(client, "/quality/grading?period=2026-09")
    assert "withheld" in page(client, f"/quality/office/{DHOLKA}?period=2026-08")


def test_history_from_another_system_counts_or_not_as_asked(client: Client) -> None:
    tallied(worked(DHOLKA, 40))
    tallied(worked(DHOLKA_TDO, 40), is_imported=True)
    assert len(shown(client)) == 2
    assert len(shown(client, f"{NOVEMBERS}&imported=no")) == 1
    assert "History from another system is left out." in page(client, f"{NOVEMBERS}&imported=no")


def test_a_district_shows_its_own_offices_with_their_rank_in_the_state(client: Client) -> None:
    tallied(worked(DHOLKA, 60), worked("MAM-3767", 60, refused=20))
    assert len(shown(client)) == 2
    [row] = shown(client, f"{NOVEMBERS}&district=438").values()
    assert row["Rank in the group"] == "1 of 2"
    found = page(client, "/quality/district/438?period=2026-11")
    assert 'href="/quality/grading?period=2026-11&amp;district=438"' in found
    assert 'href="/quality/grading?period=2026-q4&amp;imported=no"' in page(
        client, "/quality?period=2026-q4&imported=no"
    )
    assert "/quality/grading" not in page(client, f"/quality/office/{DHOLKA}?period=2026-11")


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("period=2026-13", 422),
        ("period=2026-11&formula=after_mp181-2", 404),
        ("period=2026-11&formula=none", 404),
        (f"period=2026-11&formula=after_mp181-{'9' * 300}", 404),
        ("period=2026-11&district=none", 404),
        ("period=2026-11&format=csv&table=group-X", 404),
    ],
)
def test_what_is_not_there_is_said(client: Client, query: str, status: int) -> None:
    found = page(client, f"/quality/grading?{query}", status)
    if status == 422:
        assert 'value="2026-13"' in found
        assert "Write a month as 2026-11" in found


def test_nothing_counted_says_so_and_the_formula_is_still_spelled_out(client: Client) -> None:
    found = page(client, NOVEMBERS)
    assert "No office is graded for this period" in found
    assert 'href="/quality/definitions#closure_calendar_days"' in found
    assert "All points where every case took at most 50 days, none where none did." in found
    assert "Cannot be heard here, Handed to another authority" in found


@pytest.mark.parametrize(("period", "statements"), [("2026-11", 7), ("2026", 6)])
def test_three_hundred_offices_cost_as_many_statements_as_three(
    client: Client, count_statements: Counting, period: str, statements: int
) -> None:
    codes = db.session.scalars(select(Office.code).where(Office.state_id == gujarat()).order_by(Office.code)).all()
    db.session.commit()
    page(client)
    for count in (3, 300):
        counted(*(worked(code, 40, month) for code in codes[:count] for month in (JANUARY, NOVEMBER)))
        with count_statements() as sent:
            page(client, f"/quality/grading?period={period}")
        assert len(sent) == statements
        with count_statements() as sent:
            page(client, f"/quality/grading?period={period}")
        assert len(sent) == 1
