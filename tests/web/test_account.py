"""Signing in and out in a browser: where one lands, what a cookie is worth, and what a stranger is told."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from swagat import clock
from swagat.database import db, transaction
from swagat.domain.roles import Role
from swagat.models import StaffSession
from swagat.services import accounts, sessions
from swagat.web import account
from swagat.web.access import public, requires, signed_in
from tests.client import Client
from tests.staff import AS_HEAD, BHARAT, HASH, MEENA, NOON, PASSWORD, TOP, post_staff, posting

Counting = Callable[[], AbstractContextManager[list[str]]]
HOSTILE = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "/%2f%2fevil.example",
    "/%5cevil.example",
    "/%09/evil.example",
    "https://evil.example",
    "https:evil.example",
    "http:///evil.example",
    "//evil.example@127.0.0.1",
    "https://127.0.0.1@evil.example",
    "/@evil.example",
    "/password@evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "evil.example",
    "/password//evil.example",
    "/./password",
    "/../password",
    "/password/..//evil.example",
    "/password?next=//evil.example",
    "/password#//evil.example",
    "/password;//evil.example",
    "/password\r\nSet-Cookie: a=b",
    "/pass\u200bword",
    "/password\u2025",
    "\u2044password",
    "/sign-in",
    "/sign-out",
    "/nothing/here",
    "/" + "a" * 5000,
    "",
]


class Clock:
    """The time that the pages read."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def forward(self, minutes: float) -> None:
        self.now += timedelta(minutes=minutes)


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    reading = Clock()
    monkeypatch.setattr(clock, "now", reading)
    return reading


@pytest.fixture(autouse=True)
def staff(app: Flask, time: Clock) -> None:
    post_staff()


@pytest.fixture
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compare passwords without the 45 ms, for tests that only count tries."""
    monkeypatch.setattr(accounts, "_is_right", lambda stored, given: stored == HASH and given == PASSWORD)


def sign_in(client: Client, login: str = "meena", password: str = PASSWORD, **more: str) -> TestResponse:
    return client.post("/sign-in?lang=en", data={"login": login, "password": password, **more})


def token_of(client: Client) -> str:
    with client.session_transaction() as session:
        return str(session["_user_id"])


def is_in(client: Client) -> bool:
    return client.get("/password").status_code == 200


def test_the_form_asks_for_name_and_password_and_costs_no_statement(client: Client, count_statements: Counting) -> None:
    client.get("/sign-in")  # every process reads the catalogue with its first page
    with count_statements() as sent:
        page = client.get("/sign-in?lang=en")
    assert page.status_code == 200
    assert 'autocomplete="current-password"' in page.text
    assert 'autocomplete="username"' in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert sent == []


def test_signing_in_shows_who_one_is_and_in_which_posting(client: Client) -> None:
    response = sign_in(client)
    assert response.status_code == 303
    page = client.get("/password?lang=en").text
    assert "Meena Parmar" in page
    assert "Mamlatdar, Office of the Mamlatdar" in page
    page = client.get("/password?lang=gu").text
    assert "મીના પરમાર" in page
    assert "મામલતદાર, મામલતદાર કચેરી" in page


def test_an_officer_is_called_by_the_role(client: Client) -> None:
    sign_in(client, "bharat")
    assert "Officer, Office of the Mamlatdar" in client.get("/password?lang=en").text


@pytest.mark.parametrize(
    ("login", "password", "said"),
    [
        ("", PASSWORD, "Type your sign-in name."),
        ("   ", PASSWORD, "Type your sign-in name."),
        ("meena", "", "Type your password."),
        ("a" * 61, PASSWORD, "A sign-in name has at most 60 characters."),
        ("meena", "wrong wrong", accounts.WRONG),
        ("nobody", PASSWORD, accounts.WRONG),
        ("મીના", "\u202e\ufffd", accounts.WRONG),
        ("meena", "x" * 100_000, accounts.WRONG),
        ("' OR 1=1 --", "' OR 1=1 --", accounts.WRONG),
    ],
)
def test_a_mistake_keeps_the_name_that_was_typed_and_never_the_password(
    client: Client, login: str, password: str, said: str
) -> None:
    page = sign_in(client, login, password)
    assert page.status_code == 422
    assert said in page.text
    assert "<title>Error:" in page.text
    if login == "nobody":
        assert 'value="nobody"' in page.text
    if password:
        assert password not in page.text
    assert not is_in(client)


def test_an_unknown_name_and_a_wrong_password_get_the_same_page(client: Client) -> None:
    pages = {
        name: sign_in(client, name, "wrong wrong").text.replace(name, "NAME").split("csrf_token")[0]
        for name in ("meena", "nobody")
    }
    assert pages["meena"] == pages["nobody"]


def test_missing_fields_and_a_form_without_a_token_are_answered_with_the_form(client: Client) -> None:
    assert client.post("/sign-in", data={}).status_code == 422
    page = client.post("/sign-in?lang=en", data={"login": "meena", "password": PASSWORD}, csrf=False)
    assert page.status_code == 422
    assert 'value="meena"' in page.text
    assert "The page was open for long" in page.text
    assert not is_in(client)


def test_a_form_from_another_site_signs_nobody_in(client: Client) -> None:
    page = client.post(
        "/sign-in", data={"login": "meena", "password": PASSWORD}, headers={"Origin": "https://evil.example"}
    )
    assert page.status_code == 403
    assert not is_in(client)


def test_too_many_wrong_passwords_are_answered_429_with_the_wait(client: Client, cheap: None, time: Clock) -> None:
    for _ in range(5):
        assert sign_in(client, password="wrong wrong").status_code == 422
    page = sign_in(client)
    assert page.status_code == 429
    assert page.headers["Retry-After"] == "900"
    assert "Please wait" in page.text
    assert "Please try again after 12:15." in page.text
    assert 'value="meena"' in page.text
    time.forward(minutes=15)
    assert sign_in(client).status_code == 303


def test_the_browser_one_always_uses_has_tries_of_its_own(app: Flask, client: Client, cheap: None) -> None:
    sign_in(client)
    client.post("/sign-out")
    stranger = app.test_client()
    for _ in range(9):
        stranger.post("/sign-in", data={"login": "meena", "password": "wrong wrong"})
    assert stranger.post("/sign-in", data={"login": "meena", "password": PASSWORD}).status_code == 429
    assert sign_in(client).status_code == 303


def test_cookies_are_out_of_reach_of_scripts_and_hold_no_name(client: Client) -> None:
    cookies = sign_in(client).headers.getlist("Set-Cookie")
    assert len(cookies) >= 2
    for cookie in cookies:
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "meena" not in cookie
        assert str(MEENA) not in cookie


def test_a_session_chosen_by_somebody_else_is_not_adopted(app: Flask, client: Client) -> None:
    other = app.test_client()
    sign_in(other, "bharat")  # type: ignore[arg-type]
    with client.session_transaction() as session:
        session["_user_id"] = "chosen-by-somebody-else"
        session["planted"] = "yes"
        session["csrf_token"] = "known"
    sign_in(client)
    with client.session_transaction() as session:
        assert session["_user_id"] not in ("chosen-by-somebody-else", token_of(other))  # type: ignore[arg-type]
        assert "planted" not in session
        assert session.get("csrf_token") != "known"


def test_signing_in_again_gives_a_new_token_and_ends_the_old_one(app: Flask, client: Client) -> None:
    sign_in(client)
    before = token_of(client)
    copy = app.test_client()
    with copy.session_transaction() as session:
        session["_user_id"] = before
    assert is_in(copy)  # type: ignore[arg-type]
    sign_in(client)
    assert token_of(client) != before
    assert is_in(client)
    assert not is_in(copy)  # type: ignore[arg-type]


def test_a_copied_cookie_is_dead_after_sign_out(app: Flask, client: Client) -> None:
    sign_in(client)
    cookie = client.get_cookie("session")
    assert cookie is not None
    thief = app.test_client()
    thief.set_cookie("session", cookie.value)
    assert is_in(thief)  # type: ignore[arg-type]
    response = client.post("/sign-out")
    assert (response.status_code, response.location) == (303, "/sign-in")
    assert not is_in(client)
    thief = app.test_client()
    thief.set_cookie("session", cookie.value)
    assert not is_in(thief)  # type: ignore[arg-type]


def test_signing_out_takes_a_post_with_a_token(client: Client) -> None:
    sign_in(client)
    assert client.get("/sign-out").status_code == 405
    assert client.post("/sign-out", csrf=False).status_code == 400
    assert is_in(client)


def test_signing_out_without_a_session_is_no_mistake(client: Client) -> None:
    assert client.post("/sign-out").status_code == 303


def test_a_disabled_person_is_out_at_once(client: Client) -> None:
    sign_in(client)
    assert is_in(client)
    accounts.disable_person(MEENA, NOON)
    assert not is_in(client)
    assert client.post("/password", data={}).status_code == 401


def test_an_hour_at_rest_ends_the_session_and_work_keeps_it(client: Client, time: Clock) -> None:
    sign_in(client)
    for _ in range(3):
        time.forward(minutes=59)
        assert is_in(client)
    time.forward(minutes=60)
    page = client.get("/password")
    assert (page.status_code, page.location) == (303, "/sign-in?next=/password")


def test_twelve_hours_end_even_a_session_in_use(client: Client, time: Clock) -> None:
    sign_in(client)
    for _ in range(23):
        time.forward(minutes=30)
        assert is_in(client)
    time.forward(minutes=30)
    assert not is_in(client)


def test_a_page_asks_once_who_is_signed_in_and_writes_once_a_minute(
    client: Client, time: Clock, count_statements: Counting
) -> None:
    sign_in(client)
    assert is_in(client)  # every process reads the catalogue with its first page
    with count_statements() as sent:
        assert is_in(client)
    assert len(sent) == 1
    time.forward(minutes=1)
    with count_statements() as sent:
        assert is_in(client)
    assert [one.split()[0] for one in sent] == ["SELECT", "UPDATE"]


def test_reading_goes_on_when_the_database_takes_no_writes(
    client: Client, time: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(client)
    time.forward(minutes=5)
    monkeypatch.setattr(sessions, "keep_alive", _fail)
    assert is_in(client)


def test_nobody_is_signed_in_while_the_database_cannot_say_so(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    sign_in(client)
    monkeypatch.setattr(sessions, "actor_for", _fail)
    page = client.get("/password?lang=en")
    assert page.status_code == 503
    assert "Meena" not in page.text


def _fail(*_given: object) -> None:
    raise OperationalError("SELECT", {}, Exception("away"))


def test_a_visitor_without_a_session_costs_no_statement(client: Client, count_statements: Counting) -> None:
    client.get("/sign-in")  # every process reads the catalogue with its first page
    with count_statements() as sent:
        client.get("/nothing/here")
    assert sent == []


@pytest.mark.parametrize("wanted", HOSTILE)
def test_no_next_leads_off_the_site_or_to_a_page_that_is_not_there(client: Client, cheap: None, wanted: str) -> None:
    response = sign_in(client, next=wanted)
    assert response.status_code == 303
    assert response.location in ("/desk", "/posting")
    assert not account.is_own_page(wanted)


def test_a_form_carries_no_next_that_is_not_ours(client: Client) -> None:
    page = client.get("/sign-in", query_string={"next": '//evil.example/"><b>'})
    assert 'name="next"' not in page.text
    assert 'value="//evil' not in page.text


def test_one_goes_on_to_the_page_one_wanted(client: Client) -> None:
    asked = client.get("/password")
    assert asked.location == "/sign-in?next=/password"
    form = client.get(asked.location)
    assert '<input type="hidden" name="next" value="/password">' in form.text
    assert sign_in(client, next="/password").location == "/password"
    assert client.get("/sign-in?next=/posting").location == "/posting"


@pytest.mark.parametrize(
    ("role", "wanted", "lands"),
    [
        (Role.OFFICER, "", "/desk"),
        (Role.SUPERVISOR, "", "/desk"),
        (Role.PRESIDING_OFFICER, "", "/desk"),
        (Role.CLERK, "", "/counter"),
        (Role.ADMINISTRATOR, "", "/admin"),
        (Role.AUDITOR, "", "/quality"),
        (Role.QUALITY_MANAGER, "", "/quality"),
        (Role.AUDITOR, "/desk", "/quality"),
        (Role.SYSTEM, "", "/nowhere-else"),
        (Role.OFFICER, "/desk/GJ-2026-0000123-7", "/desk/GJ-2026-0000123-7"),
        (Role.CLERK, "/desk/GJ-2026-0000123-7", "/counter"),
        (Role.OFFICER, "/admin", "/desk"),
        (Role.OFFICER, "/track", "/desk"),
        (Role.OFFICER, "/act", "/desk"),
    ],
)
def test_everybody_lands_where_their_work_is(role: Role, wanted: str, lands: str) -> None:
    app = Flask(__name__)
    work = requires(Role.OFFICER, Role.SUPERVISOR, Role.PRESIDING_OFFICER)
    app.add_url_rule("/desk", "desk", work(lambda: ""))
    app.add_url_rule("/desk/<number>", "case", work(lambda number: number))
    app.add_url_rule("/act", "act", work(lambda: ""), methods=["POST"])
    app.add_url_rule("/counter", "counter", requires(Role.CLERK)(lambda: ""))
    app.add_url_rule("/admin", "admin", requires(Role.ADMINISTRATOR)(lambda: ""))
    app.add_url_rule("/track", "track", public(lambda: ""))
    app.add_url_rule("/quality", "quality", public(lambda: ""))
    app.add_url_rule("/nowhere-else", "account.posting", signed_in(lambda: ""))
    with app.test_request_context():
        assert account.landing(role, wanted) == lands


def test_who_holds_several_postings_chooses_first_and_then_goes_on(client: Client) -> None:
    with transaction() as session:
        session.add(posting(9030, BHARAT, Role.SUPERVISOR, TOP, is_acting=True))
    response = sign_in(client, "bharat", next="/password")
    assert response.location == "/posting?next=/password"
    page = client.get("/posting?lang=en&next=/password").text
    assert "Chief Secretary" in page
    assert "in charge for somebody absent" in page
    chosen = client.post("/posting", data={"posting": "9030", "next": "/password"})
    assert (chosen.status_code, chosen.location) == (303, "/password")
    assert "Chief Secretary, Office of the Chief Secretary" in client.get("/password?lang=en").text


@pytest.mark.parametrize(
    "given", [{}, {"posting": ""}, {"posting": "x"}, {"posting": str(AS_HEAD)}, {"posting": "9" * 40}]
)
def test_only_ones_own_postings_can_be_chosen(client: Client, given: dict[str, str]) -> None:
    with transaction() as session:
        session.add(posting(9030, BHARAT, Role.SUPERVISOR, TOP))
    sign_in(client, "bharat")
    page = client.post("/posting?lang=en", data=given)
    assert page.status_code == 422
    assert "Choose one of your postings." in page.text
    assert db.session.scalar(select(StaffSession.posting_id)) == 9021


def test_who_holds_one_posting_is_told_which(client: Client) -> None:
    sign_in(client)
    page = client.get("/posting?lang=en").text
    assert "You act as Mamlatdar, Office of the Mamlatdar." in page
    assert 'type="radio"' not in page


def test_a_new_password_keeps_this_browser_and_no_other(app: Flask, client: Client) -> None:
    other = app.test_client()
    sign_in(other)  # type: ignore[arg-type]
    sign_in(client)
    before = token_of(client)
    new = "lantern over the well"
    changed = client.post("/password", data={"current": PASSWORD, "password": new, "again": new})
    assert changed.status_code == 303
    assert "Your password is changed." in client.get("/posting?lang=en").text
    assert token_of(client) != before
    assert not is_in(other)  # type: ignore[arg-type]
    client.post("/sign-out")
    assert sign_in(client).status_code == 422
    assert sign_in(client, password=new).status_code == 303


@pytest.mark.parametrize(
    ("current", "password", "again", "said"),
    [
        ("", "", "", "Type your present password."),
        (PASSWORD, "lantern over the well", "lantern", "This is not the same as the new password above."),
        ("wrong wrong", "lantern over the well", "lantern over the well", accounts.WRONG_CURRENT),
        (PASSWORD, PASSWORD, PASSWORD, accounts.SAME),
        (PASSWORD, "short", "short", "Use at least 10 characters"),
        (PASSWORD, "password2026", "password2026", "Many people use this password"),
    ],
)
def test_a_password_that_may_not_be_is_refused_next_to_its_field(
    client: Client, current: str, password: str, again: str, said: str
) -> None:
    sign_in(client)
    page = client.post("/password?lang=en", data={"current": current, "password": password, "again": again})
    assert page.status_code == 422
    assert page.text.count(said) == 2
    if password:
        assert f'value="{password}"' not in page.text


def test_extra_fields_change_nothing(client: Client) -> None:
    sign_in(client, "bharat", role="administrator", person_id=str(MEENA), posting=str(AS_HEAD))
    assert "Bharat Solanki" in client.get("/password?lang=en").text
