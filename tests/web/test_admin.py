"""The administration in a browser: what needs attention, people and their postings, the texts on their way."""

import logging
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from swagat import clock
from swagat.database import db, transaction
from swagat.domain.roles import Actor, Role
from swagat.jobs.schedule import JOBS
from swagat.models import DeliveryStatus, JobRun, Office, Person, Posting, SmsMessage, StaffSession, State
from swagat.services import accounts, administration, routing
from swagat.services.routing_check import CheckReport
from swagat.web.admin import JOBS as WHAT_JOBS_DO
from tests.builders import BEGAN, Cast, assigned, day, file_case, gujarat, office, post, post_cast, sign_in
from tests.client import Client

Counting = Callable[[], AbstractContextManager[list[str]]]
PAGES = ["/admin", "/admin/people", "/admin/people/new", "/admin/people/1", "/admin/messages"]


@pytest.fixture
def cast(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Cast:
    monkeypatch.setattr(clock, "now", lambda: BEGAN)
    return post_cast()


@pytest.fixture
def umesh(client: Client, cast: Cast) -> Client:
    """The browser of the administrator, in English."""
    sign_in(client, cast.administrator, BEGAN)
    client.get("/admin?lang=en")
    return client


def page_of(actor: Actor) -> str:
    return f"/admin/people/{actor.person_id}"


def fresh(statement: Any) -> Any:
    """Return what the database holds now, leaving no transaction open around the next request."""
    db.session.commit()
    found = db.session.scalars(statement.execution_options(populate_existing=True)).one()
    db.session.commit()
    return found


def person(person_id: int | None) -> Any:
    return fresh(select(Person).where(Person.id == person_id))


def said(text: str) -> list[str]:
    """Return the mistakes that a page names beside its fields."""
    return re.findall(r'class="error"[^>]*><span class="unseen">[^<]*</span> ([^<]*)</p>', text)


def run(job: str, slot: datetime, outcome: str = "done", **report: object) -> JobRun:
    return JobRun(job=job, slot=slot, started_at=slot, ended_at=slot, outcome=outcome, report=report)


@pytest.fixture
def elsewhere(cast: Cast) -> int:
    """The id of a person posted in another state only."""
    with transaction() as session:
        state = session.scalars(select(State).where(State.id == gujarat())).one()
        values = {column.name: getattr(state, column.name) for column in State.__table__.columns}
        other = State(**values | {"id": 9001, "short": "ZZ", "lgd_code": "99"})
        session.add(other)
        session.flush()
        here = session.scalars(select(Office).where(Office.code == "MAM-3783")).one()
        fields = {column.name: getattr(here, column.name) for column in Office.__table__.columns}
        there = Office(**fields | {"id": 9002, "state_id": 9001, "code": "far", "name_en": "Far office"})
        far = Person(login="far", name_en="Far Away", password_hash=None)
        session.add_all([there, far])
        session.flush()
        session.add(Posting(person_id=far.id, office_id=9002, role=Role.OFFICER, begins_at=day(-9)))
        return far.id


@pytest.mark.parametrize("actor", ["bharat", "collector", "ramila", "auditor"])
@pytest.mark.parametrize("path", PAGES)
def test_nobody_but_an_administrator_opens_these_pages(client: Client, cast: Cast, actor: str, path: str) -> None:
    assert client.get(path).status_code == 303
    sign_in(client, getattr(cast, actor), BEGAN)
    assert client.get(path).status_code == 403


def test_the_first_page_costs_at_most_twelve_statements(umesh: Client, count_statements: Counting) -> None:
    with transaction() as session:
        session.add_all([run("sweep", day(n), fired=n) for n in range(30)] + [run("outbox", day(1))])
    file_case()
    with count_statements() as sent:
        page = umesh.get("/admin")
    assert page.status_code == 200
    assert len(sent) <= 12


def test_an_office_without_the_people_it_needs_is_listed_until_they_are_posted(umesh: Client, cast: Cast) -> None:
    def missing() -> dict[int, tuple[bool, bool]]:
        found, _count = administration._vacancies(db.session(), cast.administrator, BEGAN)
        db.session.commit()
        return {one.office_id: (one.needs_officer, one.needs_head) for one in found}

    with transaction() as session:
        session.query(Office).filter(Office.code.not_in(["MAM-3783", "CS", "TDO-3783", "PS-GAD"])).update(
            {"is_active": False}
        )
    general, taluka, mamlatdar = office("PS-GAD"), office("TDO-3783"), office("MAM-3783")
    assert missing() == {taluka: (True, False), general: (False, True)}
    with transaction() as session:
        post(session, "nita", "TDO-3783", Role.OFFICER)
        session.query(Person).filter(Person.login == "meena").update({"is_active": False})
    assert missing() == {mamlatdar: (False, True), general: (False, True)}
    assert "No head" in umesh.get("/admin").text


def test_of_each_job_the_newest_run_is_shown(umesh: Client) -> None:
    with transaction() as session:
        session.add_all(
            [run("sweep", day(0)), run("sweep", day(1), "failed", error="OperationalError"), run("outbox", day(0))]
        )
    page = umesh.get("/admin").text
    assert page.count("Ended well") == 1
    assert "OperationalError" in page


def test_each_job_that_there_is_says_what_it_does(app: Flask, umesh: Client) -> None:
    with transaction() as session:
        session.add_all([run(name, day(0)) for name in JOBS])
    assert set(WHAT_JOBS_DO) == set(JOBS)
    page = umesh.get("/admin").text
    with app.test_request_context("/?lang=en"):
        assert all(str(said) in page for said in WHAT_JOBS_DO.values())


def test_no_secret_stands_on_the_page_of_settings(umesh: Client, app: Flask) -> None:
    page = umesh.get("/admin").text
    assert app.config["SECRET_KEY"] not in page
    assert app.config["SQLALCHEMY_DATABASE_URI"] not in page
    assert "CONFIRM_WINDOW_DAYS" in page


def test_the_check_of_the_routing_is_kept_for_everybody(
    umesh: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "was not checked in the last week" in umesh.get("/admin").text
    problems = tuple(f"REV-712 at taluka {n} reaches no office" for n in range(60))
    monkeypatch.setattr(routing, "check", lambda now, state: CheckReport(7000, 300, problems))
    assert umesh.post("/admin/routing-check").location == "/admin"
    page = umesh.get("/admin").text
    assert "7,000 combinations reach 300 offices" in page
    assert page.count("REV-712 at taluka") == 50
    assert "was not checked in the last week" not in page


def test_the_real_check_finds_the_offices_that_nobody_is_posted_to(app: Flask, cast: Cast) -> None:
    assert administration.check_routing(cast.administrator, BEGAN) is False
    found = administration.attention(db.session(), cast.administrator, BEGAN)
    assert found.routing is not None
    assert found.routing.report["problems"] > 100
    assert len(found.routing.report["first"]) == 50


def test_people_are_listed_by_name_fifty_to_a_page_without_a_name_in_an_address(umesh: Client) -> None:
    with transaction() as session:
        session.add_all([Person(login=f"p{n:03}", name_en=f"Person {n:03}") for n in range(120)])
    seen: list[str] = []
    address: str | None = "/admin/people"
    while address:
        page = umesh.get(address).text
        seen += re.findall(r'<a href="/admin/people/\d+">([^<]+)</a>', page)
        found = re.search(r'href="([^"]+)" rel="next"', page)
        address = found[1].replace("&amp;", "&") if found else None
        assert address is None or re.fullmatch(r"/admin/people\?after=\d+", address)
        last = page
    assert seen == sorted(seen)
    assert len(seen) == len(set(seen)) == 132
    back = re.search(r'href="([^"]+)" rel="prev"', last)
    assert back
    before = re.findall(r'<a href="/admin/people/\d+">([^<]+)</a>', umesh.get(back[1].replace("&amp;", "&")).text)
    assert before == seen[50:100]


def test_people_are_found_by_any_part_of_their_name(umesh: Client) -> None:
    for typed in ("bharat", "SOLANKI bha", "સોલંકી"):
        page = umesh.post("/admin/people", data={"q": typed}).text
        assert "Bharat Solanki" in page
        assert "Meena Parmar" not in page
    assert "Nobody found" in umesh.post("/admin/people", data={"q": "100%_x"}).text


def test_a_person_is_made_posted_and_given_a_password_that_opens_the_door(
    umesh: Client, cast: Cast, app: Flask
) -> None:
    fields = {
        "name": "Nita Shah",
        "name_local": "નીતા શાહ",
        "login": " Nita ",
        "mobile": "98250 12345",
        "language": "gu",
    }
    made = umesh.post("/admin/people/new", data=fields).location
    nita = person(int(made.rpartition("/")[2]))
    assert (nita.login, nita.mobile, nita.password_hash) == ("nita", "+919825012345", None)
    page = umesh.post(f"{made}/post", data={"words": "mamlatdar dholka", "find": "y"}).text
    assert f'value="{office("MAM-3783")}"' in page
    posted = {"words": "dholka", "office": str(office("MAM-3783")), "role": "officer", "last_day": "31-12-2026"}
    assert umesh.post(f"{made}/post", data=posted).location == made
    page = umesh.get(made).text
    assert "Thu 31 Dec 2026" in page
    page = umesh.post(f"{made}/password").text
    shown = re.search(r"([a-z2-9]{4}(?:-[a-z2-9]{4}){3})<", page)
    assert shown
    assert shown[1] not in umesh.get(made).text
    other = app.test_client()
    entered = other.post("/sign-in", data={"login": "nita", "password": shown[1]})
    assert entered.location == "/desk"


WRONG = {
    "no name": ({"name": ""}, "Give the full name, of at most 120 characters."),
    "a long name": ({"name": "x" * 121}, "Give the full name, of at most 120 characters."),
    "a sign-in name of two words": ({"login": "a b"}, "Give a sign-in name of 2 to 60 characters without spaces."),
    "a sign-in name that is taken": ({"login": "BHARAT"}, "Somebody else has this sign-in name."),
    "half a number": ({"mobile": "2325 0001"}, "A mobile number has 10 digits, for example 98765 43210."),
    "no language": ({"language": "xx"}, "Choose a language."),
}


@pytest.mark.parametrize(("changes", "message"), WRONG.values(), ids=WRONG)
def test_a_mistake_in_a_new_person_is_said_at_its_field(umesh: Client, changes: dict[str, str], message: str) -> None:
    usual = {"name": "Nita Shah", "login": "nita", "language": "gu", "mobile": ""}
    page = umesh.post("/admin/people/new", data=usual | changes)
    assert page.status_code == 422
    assert message in said(page.text)


MISPOSTED = {
    "no office": ({"office": ""}, "Choose an office from the list."),
    "an office that is none": ({"office": "99999999"}, "Choose an office from the list."),
    "no role": ({"role": ""}, "Choose a role."),
    "a role that nobody is posted in": ({"role": "complainant"}, "Choose a role."),
    "an end before the beginning": (
        {"first_day": "2026-07-10", "last_day": "2026-07-09"},
        "The last day cannot lie before the first.",
    ),
    "a day that is none": ({"first_day": "31-02-2026"}, "Give a date, such as 04-12-2026."),
    "a day of another age": ({"last_day": "2099-01-01"}, "Give a day within ten years."),
    "the same posting again": ({"role": "officer"}, "This person is posted there in this role in that time already."),
}


@pytest.mark.parametrize(("changes", "message"), MISPOSTED.values(), ids=MISPOSTED)
def test_a_mistake_in_a_posting_is_said_at_its_field(
    umesh: Client, cast: Cast, changes: dict[str, str], message: str
) -> None:
    usual = {"words": "mamlatdar dholka", "office": str(office("MAM-3783")), "role": "supervisor"}
    page = umesh.post(f"{page_of(cast.bharat)}/post", data=usual | changes)
    assert page.status_code == 422
    assert message in said(page.text)


def test_an_auditor_is_posted_with_what_they_may_read_and_that_is_shown(umesh: Client, cast: Cast) -> None:
    address = f"/admin/people/{cast.hansa.person_id}"
    given = {
        "words": "dholka",
        "office": str(office("MAM-3783")),
        "role": "auditor",
        "last_day": "31-12-2026",
        "mandate_offices": "MAM-3784\r\nTDO-3783",
        "mandate_first": "2026-01",
        "mandate_last": "2026-06",
    }
    for wrong, words in (
        ({"mandate_offices": "MAM-3784 MAM-0000"}, "There is no office MAM-0000."),
        ({"mandate_first": "January"}, "Say from which month the auditor reads."),
        ({"mandate_last": ""}, "Say up to which month the auditor reads."),
        ({"last_day": ""}, "account has an end"),
    ):
        answer = umesh.post(f"{address}/post", data=given | wrong)
        assert answer.status_code == 422
        assert words in answer.text.replace("&#39;", "'")
        assert (given | wrong)["mandate_offices"].split()[0] in answer.text
    assert umesh.post(f"{address}/post", data=given).status_code == 303
    page = umesh.get(address).text
    assert "MAM-3784, TDO-3783, January to June 2026" in page


def test_a_posting_that_is_ended_ends_at_once_and_says_what_is_left(umesh: Client, cast: Cast) -> None:
    assigned(cast)
    address = f"{page_of(cast.bharat)}/postings/{cast.bharat.posting_id}/end"
    assert "1 open cases are with this person" in umesh.get(address).text
    assert umesh.post(address).location == page_of(cast.bharat)
    assert fresh(select(Posting.ends_at).where(Posting.id == cast.bharat.posting_id)) == BEGAN
    assert umesh.post(address).location == page_of(cast.bharat)
    assert "Over" in umesh.get(page_of(cast.bharat)).text


def test_a_posting_that_has_not_begun_can_be_ended(umesh: Client, cast: Cast) -> None:
    data = {"words": "x", "office": str(office("TDO-3783")), "role": "officer", "first_day": "2026-08-01"}
    umesh.post(f"{page_of(cast.bharat)}/post", data=data)
    made = fresh(select(Posting).where(Posting.office_id == office("TDO-3783"), Posting.role == Role.OFFICER))
    assert umesh.post(f"{page_of(cast.bharat)}/postings/{made.id}/end").status_code == 303
    ended = fresh(select(Posting.ends_at).where(Posting.id == made.id))
    assert ended == made.begins_at + timedelta(seconds=1)


def test_whoever_is_disabled_is_signed_out_and_can_be_let_in_again(umesh: Client, cast: Cast, app: Flask) -> None:
    other = app.test_client()
    sign_in(other, cast.bharat, BEGAN)
    assert other.get("/desk").status_code == 200
    assert "can sign in no more" in umesh.get(f"{page_of(cast.bharat)}/disable").text
    assert person(cast.bharat.person_id).is_active
    assert umesh.post(f"{page_of(cast.bharat)}/disable").location == page_of(cast.bharat)
    assert other.get("/desk").status_code == 303
    assert not person(cast.bharat.person_id).is_active
    assert umesh.post(f"{page_of(cast.bharat)}/enable").location == page_of(cast.bharat)
    assert person(cast.bharat.person_id).is_active
    assert db.session.scalars(select(StaffSession.ended_at)).all().count(None) == 1


def test_nobody_changes_themself(umesh: Client, cast: Cast) -> None:
    mine = page_of(cast.administrator)
    post_me = {"words": "x", "office": str(office("MAM-3783")), "role": "supervisor"}
    tries = [
        umesh.post(f"{mine}/post", data=post_me),
        umesh.post(f"{mine}/postings/{cast.administrator.posting_id}/end"),
        umesh.post(f"{mine}/disable"),
        umesh.post(f"{mine}/enable"),
        umesh.post(f"{mine}/password"),
    ]
    assert [one.status_code for one in tries] == [403] * 5
    assert "This is you." in umesh.get(mine).text
    assert person(cast.administrator.person_id).is_active


def test_people_and_offices_of_another_state_do_not_exist(umesh: Client, cast: Cast, elsewhere: int) -> None:
    far = f"/admin/people/{elsewhere}"
    assert "Far Away" not in umesh.get("/admin/people").text
    assert "Nobody found" in umesh.post("/admin/people", data={"q": "far"}).text
    for path in ("", "/post", "/disable", "/postings/1/end"):
        assert umesh.get(far + path).status_code == 404
    for path in ("/post", "/disable", "/enable", "/password", "/postings/1/end"):
        assert umesh.post(far + path).status_code == 404
    abroad = {"words": "far", "office": "9002", "role": "officer"}
    page = umesh.post(f"{page_of(cast.bharat)}/post", data=abroad)
    assert said(page.text) == ["Choose an office from the list."]
    assert "Far office" not in page.text


def test_a_person_posted_in_both_states_keeps_the_other_posting(umesh: Client, cast: Cast, elsewhere: int) -> None:
    with transaction() as session:
        session.add(
            Posting(person_id=elsewhere, office_id=office("CS"), role=Role.AUDITOR, begins_at=day(-1), ends_at=None)
        )
    abroad = db.session.scalars(select(Posting.id).where(Posting.office_id == 9002)).one()
    assert umesh.post(f"/admin/people/{elsewhere}/postings/{abroad}/end").status_code == 404


@pytest.mark.parametrize("path", ["/admin/people/99999999999999999999", "/admin/people/0", "/admin/people/x"])
def test_somebody_who_is_not_there_does_not_exist(umesh: Client, path: str) -> None:
    assert umesh.get(path).status_code == 404


def test_every_change_leaves_one_line_that_names_no_name(
    umesh: Client, cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "swagat")
    umesh.post("/admin/people/new", data={"name": "Nita Shah", "login": "nita", "language": "gu"})
    data = {"words": "x", "office": str(office("TDO-3783")), "role": "officer"}
    umesh.post(f"{page_of(cast.hansa)}/post", data=data)
    for path in ("password", "disable", "enable", f"postings/{cast.hansa.posting_id}/end"):
        umesh.post(f"{page_of(cast.hansa)}/{path}")
    lines = [one.getMessage() for one in caplog.records if one.getMessage().startswith("administration")]
    assert len(lines) == 6
    assert all(f"person {cast.administrator.person_id} " in line for line in lines)
    assert not re.search("(?i)nita|hansa|rathod|shah", caplog.text)


def test_a_token_that_is_old_keeps_what_was_typed(umesh: Client, cast: Cast) -> None:
    page = umesh.post("/admin/people/new", data=MultiDict({"name": "Nita Shah", "csrf_token": "old"}))
    assert page.status_code == 422
    assert "Nita Shah" in page.text
    data = MultiDict({"words": "dholka", "office": str(office("TDO-3783")), "role": "officer", "csrf_token": "old"})
    page = umesh.post(f"{page_of(cast.bharat)}/post", data=data)
    assert page.status_code == 422
    assert 'value="dholka"' in page.text


def test_two_administrators_who_give_the_same_name_at_once_are_told(
    umesh: Client, monkeypatch: pytest.MonkeyPatch, cast: Cast
) -> None:
    monkeypatch.setattr(accounts, "normal_login", lambda login: "bharat")
    page = umesh.post("/admin/people/new", data={"name": "Nita", "login": "x", "language": "gu"})
    assert said(page.text) == ["Somebody else has this sign-in name."]


@pytest.mark.parametrize("query", ["after=x", "after=99999999999999999999", "before=-1", "case=%00"])
def test_a_made_up_address_is_answered_without_a_fault(umesh: Client, query: str) -> None:
    assert umesh.get(f"/admin/people?{query}").status_code in (200, 400)


def test_texts_that_did_not_arrive_since_yesterday_are_a_number_that_opens_its_list(umesh: Client) -> None:
    file_case()
    yesterday_began = datetime(2026, 6, 29, 18, 30, tzinfo=UTC)
    with transaction() as session:
        text = session.query(SmsMessage).one()
        values = {column.name: getattr(text, column.name) for column in SmsMessage.__table__.columns}
        values |= {"status": DeliveryStatus.FAILED, "failure": "30003"}
        del values["id"]
        ends = [yesterday_began - timedelta(seconds=1), yesterday_began, BEGAN]
        session.add_all([SmsMessage(**values | {"cause": f"copy:{at}", "ended_at": at}) for at in ends])
    found = re.search(
        r'href="([^"]*)">(\d+)</a>\s*<p>texts that did not arrive since yesterday', umesh.get("/admin").text
    )
    assert found
    assert found[2] == "2"
    assert umesh.get(found[1].replace("&amp;", "&")).text.count("Send again") == 2
