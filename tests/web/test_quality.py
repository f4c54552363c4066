"""The pages of figures: open to everybody, the same number on every page, and what is too small for anybody."""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import update

from swagat import clock
from swagat.database import transaction
from swagat.domain.quality.indicators import INDICATORS
from swagat.domain.quality.measures import EVER, Count, Measure
from swagat.domain.quality.periods import months_between
from swagat.domain.roles import Actor, Role
from swagat.models import Office, Uncounted
from swagat.services import catalogue
from tests.builders import Cast, file_case, gujarat, office, post, post_cast, sign_in
from tests.client import Client
from tests.counted import write_tallies
from tests.web.hostile.values import TEXTS

Counting = Callable[[], AbstractContextManager[list[str]]]
NOW = datetime(2026, 12, 2, 6, 0, tzinfo=UTC)
NOVEMBER = date(2026, 11, 1)
DHOLKA, DHOLKA_TDO, STATE_OFFICE = "MAM-3783", "TDO-3783", "PS-REV"


@pytest.fixture(autouse=True)
def december(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def made(
    code: str, cases: int, month: date = NOVEMBER, late: int = 0, refused: int = 0, days: int = 7
) -> Counter[Count]:
    """Return what an office counts for that received and answered so many cases in a month, and has as many open."""
    office_id, subject = office(code), catalogue.category_named("REV-712").id
    stood = cases - refused
    return +Counter(
        {
            Count(Measure.RECEIVED, office_id, month, str(subject)): cases,
            Count(Measure.DISPOSED, office_id, month, "1|in_time"): cases - late,
            Count(Measure.DISPOSED, office_id, month, "1|late"): late,
            Count(Measure.LAPSED, office_id, month, "1|first|unexplained"): late,
            Count(Measure.ANSWERED, office_id, month, "redressed|confirmed"): stood,
            Count(Measure.ANSWERED, office_id, month, "redressed|refused"): refused,
            Count(Measure.WORKING_DAYS, office_id, month, f"stood|{days}"): stood,
            Count(Measure.OPEN, office_id, EVER, "2026-11-02|0"): cases,
        }
    )


def tallied(*some: Counter[Count], is_imported: bool = False) -> None:
    total: Counter[Count] = Counter()
    for one in some:
        total.update(one)
    with transaction() as session:
        write_tallies(session, gujarat(), total, NOW, is_imported=is_imported)


def page(client: Client, address: str = "/quality", status: int = 200) -> str:
    response = client.get(address, headers={"Accept-Language": "en"})
    assert response.status_code == status, response.text[:800]
    return response.text


def rows_of(client: Client, table: str, address: str = "/quality?period=2026-11") -> dict[str, dict[str, str]]:
    """Return the rows of a table as a spreadsheet gets it, by their first cells."""
    answer = client.get(f"{address}&format=csv&table={table}", headers={"Accept-Language": "en"})
    assert answer.mimetype == "text/csv"
    heads, *rows = csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff")))
    return {row[0]: dict(zip(heads[1:], row[1:], strict=True)) for row in rows}


def of_district(code: str) -> str:
    return f"/quality/district/{code}?period=2026-11"


AHMEDABAD = of_district("438")


def test_nothing_counted_says_so(client: Client) -> None:
    found = page(client)
    assert "Nothing has been counted yet" in found
    assert "Gujarat" in found


def test_the_last_whole_month_is_shown_where_no_other_is_asked_for(client: Client) -> None:
    tallied(made(DHOLKA, 8), made(DHOLKA, 9, date(2026, 10, 1)), made(DHOLKA, 20, date(2026, 1, 1)))
    assert "Gujarat: November 2026" in page(client)
    received = {
        period: rows_of(client, "figures", f"/quality?period={period}")["Received"]["Value"]
        for period in ("2026-11", "2026-10", "2026-q4", "2026", "2025")
    }
    assert received == {"2026-11": "8", "2026-10": "9", "2026-q4": "17", "2026": "37", "2025": "0"}
    assert "October to December 2026" in page(client, "/quality?period=2026-Q4")
    assert "This period has not ended" in page(client, "/quality?period=2026-12")
    assert "This period has not ended" not in page(client)


@pytest.mark.parametrize("typed", ["2026-13", "november", "2026-q5", "=1-1", "99999", "૨૦૨૬", "2026-11-01"])
def test_a_period_that_is_none_is_said_and_kept(client: Client, typed: str) -> None:
    tallied(made(DHOLKA, 8))
    found = page(client, f"/quality?period={typed}", 422)
    assert "Write a month as 2026-11" in found
    assert f'value="{typed}"' in found
    assert "At a glance" not in found


@pytest.mark.parametrize(
    "address",
    ["/quality/office/NO-SUCH", "/quality/district/0", "/quality/department/XX", "/quality/state/GJ", "/quality/x/y",
     "/quality?format=csv&table=none", f"/quality/office/{'9' * 300}"],
)  # fmt: skip
def test_what_is_not_there_is_not_found(client: Client, address: str) -> None:
    page(client, address, 404)


def test_as_of_and_what_is_not_counted_yet_stand_on_top(client: Client) -> None:
    tallied(made(DHOLKA, 8))
    assert "Every entry of the register and every text is counted." in page(client)
    file_case()
    found = page(client)
    assert "Wed 2 Dec 2026, 11:30 am" in found
    assert "1 entry of the register or text is not counted yet." in found


def test_the_time_never_stands_without_what_people_said_of_the_answers(client: Client) -> None:
    tallied(made(DHOLKA, 20, refused=5, days=4))
    found = page(client)
    assert "4 working days" in found
    answers = rows_of(client, "answers")
    assert answers["Confirmed by the complainant"]["Share, per cent"] == "75.0"
    assert answers["Refused"] == {"Share, per cent": "25.0", "Of cases": "20", "Surely between": "11.2 % – 46.9 %"}
    assert set(answers) == {
        "Confirmed by the complainant", "Confirmed with help", "Refused", "Silent", "Answer awaited",
        "Complainant not reached", "Closed against the complainant",
    }  # fmt: skip


def test_parts_and_the_rest_add_up_to_all_together(client: Client) -> None:
    tallied(made(DHOLKA, 30), made(DHOLKA_TDO, 12), made(STATE_OFFICE, 9), made("MAM-3767", 25))
    for table in ("districts", "departments"):
        rows = rows_of(client, table)
        total = rows.pop("All together")
        for column in ("Received", "Disposed", "Open now"):
            assert sum(int(row[column]) for row in rows.values()) == int(total[column]) == 76, (table, column)
        assert ("Offices of the whole state" in rows) == (table == "districts")
    offices = rows_of(client, "offices", AHMEDABAD)
    assert {row["Received"] for row in offices.values()} >= {"30", "12"}
    assert int(offices["All together"]["Received"]) == int(rows_of(client, "districts")["Ahmedabad"]["Received"])


def test_every_page_says_the_same_of_an_office(client: Client) -> None:
    tallied(made(DHOLKA, 30, late=6), made(DHOLKA_TDO, 12))
    own = rows_of(client, "figures", f"/quality/office/{DHOLKA}?period=2026-11")
    name = next(one for one in rows_of(client, "offices", AHMEDABAD) if "Mamlatdar" in one)
    assert own["Answered in time"]["Value"] == "80.0"
    for address in (AHMEDABAD, "/quality/department/REV?period=2026-11"):
        listed = rows_of(client, "offices", address)[name]
        for figure in ("Received", "Disposed", "Open now", "Answered in time", "Confirmed by the complainant"):
            assert listed[figure] == own[figure]["Value"]


def test_a_small_number_is_shown_to_nobody_outside_nor_what_would_give_it_away(client: Client) -> None:
    tallied(made(DHOLKA, 3), made("RAC-438", 12), made("COLL-438", 40))
    offices = rows_of(client, "offices", AHMEDABAD)
    received = sorted(row["Received"] for name, row in offices.items())
    assert received == ["40", "55", "withheld", "withheld"]
    for code in (DHOLKA, "RAC-438"):
        own = rows_of(client, "figures", f"/quality/office/{code}?period=2026-11")
        assert own["Received"] == {
            "Value": "withheld",
            "Of cases": "withheld",
            "Nine of ten within, days": "",
            "How sure": "",
        }
        assert own["Confirmed by the complainant"]["Value"] == "withheld"
    assert "Withheld, because it is about too few cases." in page(client, f"/quality/office/{DHOLKA}?period=2026-11")


def test_an_office_alone_in_its_department_takes_the_department_along(client: Client) -> None:
    tallied(made(DHOLKA, 3), made(DHOLKA_TDO, 12), made("COLL-438", 40))
    # The Taluka Development Officer hides the Mamlatdar in the district, and nobody hides it in its department.
    assert {row["Received"] for row in rows_of(client, "offices", AHMEDABAD).values()} == {"withheld", "55"}
    assert {row["Received"] for row in rows_of(client, "departments").values()} == {"withheld", "55"}


def test_a_small_month_is_not_restored_from_its_quarter(client: Client) -> None:
    tallied(made(DHOLKA, 3, date(2026, 10, 1)), made(DHOLKA, 12), made(DHOLKA, 40, date(2026, 12, 1)))
    shown = {
        period: rows_of(client, "figures", f"/quality?period={period}")["Received"]["Value"]
        for period in ("2026-10", "2026-11", "2026-12", "2026-q4")
    }
    assert shown == {"2026-10": "withheld", "2026-11": "withheld", "2026-12": "40", "2026-q4": "55"}
    trend = rows_of(client, "closure", "/quality?period=2026-12")
    assert trend["2026-10"]["Median, working days"] == "withheld"
    assert trend["2026-12"]["Median, working days"] == "7"
    assert trend["2026-09"]["Median, working days"] == ""


def test_who_sees_the_cases_sees_the_numbers_whole(client: Client) -> None:
    cast = post_cast()
    tallied(made(DHOLKA, 3), made(DHOLKA_TDO, 12), made("COLL-438", 40))
    own = f"/quality/office/{DHOLKA}?period=2026-11"
    seen = {}
    # The Collector stands above it on each of its ladders, the Additional Collector only on two.
    for who in ("bharat", "meena", "collector", "auditor", "additional_collector", "development_officer", "ramila"):
        sign_in(client, getattr(cast, who), NOW)
        seen[who] = rows_of(client, "figures", own)["Received"]["Value"]
    assert seen == {"bharat": "3", "meena": "3", "collector": "3", "auditor": "3", "additional_collector": "withheld",
                    "development_officer": "withheld", "ramila": "withheld"}  # fmt: skip
    sign_in(client, cast.auditor, NOW)
    assert "withheld" not in {row["Received"] for row in rows_of(client, "offices", AHMEDABAD).values()}


def test_a_table_is_sorted_by_what_the_address_says(client: Client) -> None:
    tallied(made(DHOLKA, 30), made(DHOLKA_TDO, 12), made("COLL-438", 40))

    def received(sort: str) -> list[str]:
        rows = rows_of(client, "offices", f"{AHMEDABAD}&sort={sort}")
        return [row["Received"] for name, row in rows.items() if name != "All together"]

    assert received("received") == ["12", "30", "40"]
    assert received("-received") == ["40", "30", "12"]
    assert received("name") == received("no such column") == received("-name")[::-1]
    assert 'aria-sort="descending"' in page(client, f"{AHMEDABAD}&sort=-received")


def test_what_is_withheld_stands_in_no_order_that_tells_its_size(client: Client) -> None:
    tallied(made(DHOLKA, 3), made(DHOLKA_TDO, 2), made("RAC-438", 4), made("COLL-438", 40))
    names = {
        sort: [name for name, row in rows_of(client, "offices", f"{AHMEDABAD}&sort={sort}").items()
               if row["Received"] == "withheld"]
        for sort in ("received", "-received")
    }  # fmt: skip
    assert names["received"] == names["-received"] == sorted(names["received"])
    assert len(names["received"]) == 3


def test_a_name_is_no_formula_in_a_spreadsheet(client: Client) -> None:
    tallied(made(DHOLKA, 30))
    with transaction() as session:
        session.execute(update(Office).where(Office.code == DHOLKA).values(name_en="=HYPERLINK(1)"))
    assert "'=HYPERLINK(1)" in rows_of(client, "offices", AHMEDABAD)


def test_every_table_of_a_page_can_be_taken_along(client: Client) -> None:
    tallied(made(DHOLKA, 30), made(DHOLKA_TDO, 12))
    found = page(client)
    tables = set(re.findall(r"format=csv&amp;table=([a-z-]+)", found))
    assert tables == {"answers", "figures", "closure", "on-time", "waiting", "ages", "subjects", "peers", "districts",
                      "departments"}  # fmt: skip
    for table in tables:
        assert rows_of(client, table)


def test_imported_history_is_left_out_when_asked(client: Client) -> None:
    tallied(made(DHOLKA, 30))
    tallied(made(DHOLKA, 500), is_imported=True)
    assert rows_of(client, "figures")["Received"]["Value"] == "530"
    without = "/quality?period=2026-11&imported=no"
    assert rows_of(client, "figures", without)["Received"]["Value"] == "30"
    found = page(client, without)
    assert "History from another system is left out." in found
    assert '<option value="no" selected>' in found
    assert "/quality/district/438?period=2026-11&amp;imported=no" in found


def test_open_cases_are_told_by_age_and_slow_the_curve_down(client: Client) -> None:
    # Open since Monday 2 November; today is Wednesday 2 December.
    tallied(made(DHOLKA, 10, days=3))
    ages = rows_of(client, "ages")
    assert sum(int(row["Cases"]) for row in ages.values()) == 10
    assert ages["16 to 30 working days"]["Cases"] == "10"
    waiting = rows_of(client, "waiting")
    assert {row["Still without an answer that stood, per cent"] for row in waiting.values()} == {"50.0"}
    assert "half had an answer that stood within 3 working days" in page(client)


def test_subjects_below_five_go_into_the_rest(client: Client) -> None:
    large, small, smaller = (catalogue.category_named(code).id for code in ("REV-712", "REV-MUTATION", "GRP-REV"))
    counts = Counter(
        {
            Count(Measure.RECEIVED, office(DHOLKA), NOVEMBER, str(key)): n
            for key, n in ((large, 20), (small, 7), (smaller, 2))
        }
    )
    tallied(counts)
    rows = rows_of(client, "subjects")
    # The seven go with the two, which would be the whole of the rest.
    assert sorted(int(row["Received"]) for row in rows.values()) == [9, 20]
    assert rows["All other subjects"]["Received"] == "9"


def test_a_change_is_told_from_chance_with_what_it_is_judged_by(client: Client) -> None:
    months = months_between(date(2024, 12, 1), NOVEMBER)
    tallied(*(made(DHOLKA, 40, month, late=8 + place % 2) for place, month in enumerate(months)))
    assert "That is no more than chance brings, judged by December 2024 to November 2025." in page(client)
    assert "80.0 % in November 2026" not in page(client)
    tallied_before = "77.5 % in November 2026, 80.0 % in October 2026."
    assert tallied_before in page(client)


def test_a_month_that_still_runs_is_compared_with_none(client: Client) -> None:
    months = months_between(date(2024, 12, 1), date(2026, 12, 1))
    tallied(*(made(DHOLKA, 40 if month <= NOVEMBER else 6, month) for month in months))
    found = page(client, "/quality?period=2026-12")
    assert "40 in November 2026, 40 in October 2026. That is no more than chance brings" in found
    assert "in December 2026, " not in found


def test_two_months_alike_are_no_change_however_far_from_the_others(client: Client) -> None:
    months = months_between(date(2024, 12, 1), NOVEMBER)
    tallied(
        *(
            made(DHOLKA, 9 if month >= date(2026, 10, 1) else 40 + place % 2, month)
            for place, month in enumerate(months)
        )
    )
    assert "9 in November 2026, 9 in October 2026. That is no more than chance brings" in page(client)


def test_a_fall_beyond_the_limits_is_worse_and_by_more_than_chance(client: Client) -> None:
    months = months_between(date(2024, 12, 1), NOVEMBER)
    tallied(
        *(
            made(DHOLKA, 40, month, late=30 if month == NOVEMBER else 8 + place % 2)
            for place, month in enumerate(months)
        )
    )
    found = page(client)
    assert "Worse, and by more than chance, judged by December 2024 to November 2025." in found
    assert rows_of(client, "on-time")["2026-11"]["Signal"] == "more than chance"
    # Twenty-three months so near to their mean are odd, and no change.
    assert rows_of(client, "on-time")["2026-10"]["Signal"] == "an unusual pattern"
    assert rows_of(client, "on-time")["2025-12"]["Signal"] == ""


def test_what_moved_is_told_worst_and_best_apart(client: Client) -> None:
    months = months_between(date(2024, 12, 1), NOVEMBER)
    tallied(
        *(
            made(DHOLKA, 400, month, late=300 if month == NOVEMBER else 80 + place % 2, refused=place % 2)
            for place, month in enumerate(months)
        )
    )
    told = page(client).split('id="moved">')[1].split("</section>")[0]
    assert "What moved in November 2026" in told
    worse = told.split("<h3>Worse</h3>")[1]
    assert "Answered in time: 25.0 % in November 2026, 80.0 % in October 2026." in worse
    assert "in November 2025" in worse
    assert "<h3>Better</h3>" not in told
    calm = page(client, "/quality?period=2026-10")
    assert "Nothing moved by more than chance" in calm


def test_nothing_moves_where_there_is_nothing_to_compare_with(client: Client) -> None:
    tallied(made(DHOLKA, 40))
    assert "too few earlier months, or too few cases, to tell a change from chance" in page(client)


def test_a_subject_that_came_far_more_often_is_named(client: Client) -> None:
    large, other = (catalogue.category_named(code).id for code in ("REV-712", "REV-MUTATION"))
    for month, cases in ((date(2026, 10, 1), 20), (NOVEMBER, 90)):
        tallied(
            Counter(
                {
                    Count(Measure.RECEIVED, office(DHOLKA), month, str(large)): cases,
                    Count(Measure.RECEIVED, office(DHOLKA), month, str(other)): 40,
                }
            )
        )
    told = page(client).split('id="moved">')[1].split("</section>")[0]
    assert told.count("received, ") == 1
    assert ": 90 received, 20 the month before." in told


def test_an_office_is_set_against_its_peers_by_how_many_cases_it_has(client: Client) -> None:
    tallied(made("COLL-438", 400, refused=40), made(DHOLKA_TDO, 100, refused=70), made(DHOLKA, 6, refused=2))
    rows = rows_of(client, "peers", AHMEDABAD)
    stands = {int(row["Disposals"]): row["Stands"] for row in rows.values()}
    assert stands[400].startswith("above its peers, by more than chance")
    assert stands[100].startswith("below its peers, by more than chance")
    # Two of six is as bad, and is luck.
    assert stands[6] == "as its peers, within chance"


def test_every_figure_is_defined(client: Client) -> None:
    found = page(client, "/quality/definitions")
    for indicator in INDICATORS.values():
        assert f'<h2 id="{indicator.code}">{indicator.name}</h2>' in found
        assert indicator.clause in found
    tallied(made(DHOLKA, 8))
    leads = set(re.findall(r'href="/quality/definitions#([a-z_0-9]+)"', page(client)))
    assert leads == set(INDICATORS)


def test_a_page_costs_as_many_statements_for_ten_cases_as_for_ten_thousand(
    client: Client, count_statements: Counting
) -> None:
    cast = post_cast()
    spent = []
    for cases in (10, 10_000):
        tallied(made(DHOLKA, cases), made(DHOLKA_TDO, cases), is_imported=cases > 10)
        page(client)
        with count_statements() as sent:
            page(client)
        spent.append(len(sent))
    sign_in(client, cast.meena, NOW)
    page(client)
    with count_statements() as sent:
        page(client)
    assert spent[0] == spent[1] <= 8
    assert len(sent) <= 8


@pytest.mark.parametrize(
    ("who", "has"),
    [("meena", True), ("auditor", True), ("administrator", True), ("bharat", False), ("ramila", False)],
)
def test_the_link_stands_where_it_is_needed(client: Client, who: str, has: bool) -> None:
    cast = post_cast()
    sign_in(client, getattr(cast, who), NOW)
    assert ('<a href="/quality">Quality</a>' in page(client, "/password")) == has


def test_who_keeps_the_quality_system_begins_here(client: Client) -> None:
    with transaction() as session:
        manager = post(session, "qm", "PS-GAD", Role.QUALITY_MANAGER, "Leela Nair")
    sign_in(client, manager, NOW)
    assert client.get("/sign-in").location == "/quality"


def test_the_first_page_leads_here(client: Client) -> None:
    assert '<a href="/quality">How long offices really take</a>' in page(client, "/")


def test_nobody_is_named(client: Client) -> None:
    file_case(name="Kanta Makwana")
    tallied(made(DHOLKA, 30))
    cast: Cast = post_cast()
    actor: Actor = cast.meena
    sign_in(client, actor, NOW)
    for address in ("/quality", AHMEDABAD, f"/quality/office/{DHOLKA}", "/quality/definitions"):
        found = page(client, address)
        assert "Kanta" not in found
        assert "98765" not in found
        assert Uncounted.__tablename__ not in found


def test_no_parameter_breaks_a_page(client: Client) -> None:
    cast = post_cast()
    tallied(made(DHOLKA, 30))
    sign_in(client, cast.meena, NOW)
    names = ("imported", "sort", "from", "format", "table", "scope", "of", "before")
    for label, value in TEXTS.items():
        if label in ("100 kB", "nine thousand digits"):
            continue
        bad = dict.fromkeys(names, value)
        known = {"scope": "office", "of": DHOLKA, "figure": "received"}
        for address, query in (
            ("/quality", bad),
            ("/quality", bad | {"period": value}),
            ("/quality/cases", bad | {"figure": "received", "scope": "office"}),
            ("/quality/cases", bad | known),
            ("/quality/cases", known | {"period": value}),
        ):
            assert client.get(address, query_string=query).status_code < 500, (address, label)


def test_what_stands_out_is_said_first_in_words_and_by_more_than_chance(client: Client) -> None:
    months = months_between(date(2024, 12, 1), NOVEMBER)
    ours = [made(DHOLKA, 20, month, refused=9) for month in months]
    tallied(*ours, *(made(DHOLKA_TDO, 30, month, refused=3) for month in months))
    found = page(client, f"/quality/office/{DHOLKA}?period=2026-11")
    assert "What stands out: September to November 2026" in found
    assert "Of 60 answers 27 were refused or overturned: more often than elsewhere in Ahmedabad." in found
    assert found.index("What stands out") < found.index("At a glance")
    # The year and the quarter say the same of the same months; what is left out of the figures is left out here.
    assert "Of 60 answers 27 were refused" in page(client, f"/quality/office/{DHOLKA}?period=2026-q4")
    assert "Nothing stands out by more than chance." in page(client, f"/quality/office/{DHOLKA_TDO}?period=2024-12")


def test_what_stands_out_says_nothing_of_figures_that_are_withheld(client: Client) -> None:
    months = months_between(date(2024, 12, 1), NOVEMBER)
    few = [made(DHOLKA, 4, month, refused=4) for month in months]
    tallied(*few, *(made(DHOLKA_TDO, 60, month) for month in months))
    assert "were refused or overturned" not in page(client, f"/quality/office/{DHOLKA}?period=2026-11")


def test_a_month_that_has_hardly_begun_hides_no_whole_month(client: Client) -> None:
    tallied(made(DHOLKA, 30), made(DHOLKA_TDO, 20), made(DHOLKA, 3, date(2026, 12, 1)))
    assert rows_of(client, "figures")["Disposed"]["Value"] == "50"
    for period in ("2026-12", "2026-q4", "2026"):
        assert rows_of(client, "figures", f"/quality?period={period}")["Disposed"]["Value"] == "withheld"


@pytest.mark.parametrize(("period", "is_there"), [("2028-08", True), ("2028-09", False), ("2029", False)])
def test_of_a_period_to_come_with_fewer_than_three_months_behind_it_nothing_stands_out(
    client: Client, period: str, is_there: bool
) -> None:
    assert ("What stands out: " in page(client, f"/quality/office/{DHOLKA}?period={period}")) is is_there


def test_an_office_is_held_against_its_peers_at_the_cost_of_one_statement(
    client: Client, count_statements: Counting
) -> None:
    spent = []
    for cases in (10, 10_000):
        tallied(made(DHOLKA, cases), made(DHOLKA_TDO, cases), is_imported=cases > 10)
        page(client, f"/quality/office/{DHOLKA}?period=2026-11")
        with count_statements() as sent:
            page(client, f"/quality/office/{DHOLKA}?period=2026-11")
        spent.append(len(sent))
    assert spent[0] == spent[1] <= 7


def test_a_share_of_texts_is_said_to_be_of_texts_and_not_of_cases(client: Client) -> None:
    texts = {Count(Measure.TEXTED, office(DHOLKA), NOVEMBER, end): n for end, n in (("delivered", 30), ("unknown", 10))}
    tallied(made(DHOLKA, 8), Counter(texts))
    found = page(client)
    assert "75.0 %" in found
    assert "of 40 texts; between" in found
    definitions = page(client, "/quality/definitions")
    assert definitions.count("<dd>share of texts</dd>") == 1
