"""Signing in, what a session stands for and how it ends, and what guessing achieves."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from swagat.database import db, transaction
from swagat.domain.errors import Invalid, NotFound, Refused, TooMany
from swagat.domain.roles import Actor, Role
from swagat.models import Office, Person, Posting, StaffSession
from swagat.services import accounts, sessions
from swagat.services.accounts import Guard
from tests.staff import (
    AS_CLERK,
    AS_HEAD,
    AS_OFFICER,
    BHARAT,
    HASH,
    MEENA,
    NOON,
    PASSWORD,
    STATE,
    TALUKA,
    TOP,
    post_staff,
    posting,
)

GUARD = Guard(key="a secret of the tests", tries=5)
HERE, ELSEWHERE = "203.0.113.9", "198.51.100.7"
Counting = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def staff(app: Flask) -> None:
    post_staff()


def sign_in(
    login: str = "meena",
    password: str = PASSWORD,
    address: str = HERE,
    now: datetime = NOON,
    device: str = "",
) -> str:
    return accounts.sign_in(login, password, address, now, guard=GUARD, device=device)


def refusal(**given: str) -> Refused:
    with pytest.raises(Refused) as refused:
        sign_in(**given)  # type: ignore[arg-type]
    return refused.value


def fail(times: int, login: str = "meena", address: str = HERE, now: datetime = NOON, device: str = "") -> int:
    """Give a wrong password so often and return how many of the tries were looked at."""
    looked_at = 0
    for _ in range(times):
        try:
            sign_in(login, "wrong " * 3, address, now, device)
        except Invalid:
            looked_at += 1
        except TooMany:
            pass
    return looked_at


@pytest.fixture
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compare passwords without the 45 ms, for tests that only count tries."""
    monkeypatch.setattr(accounts, "_is_right", lambda stored, given: stored == HASH and given == PASSWORD)


def test_signing_in_gives_an_actor_in_the_persons_posting(staff: None) -> None:
    found = sessions.actor_for(sign_in(), NOON)
    assert found is not None
    assert found.actor == Actor(Role.SUPERVISOR, MEENA, AS_HEAD, TALUKA, STATE)
    assert (found.name_en, found.name_local, found.language) == ("Meena Parmar", "મીના પરમાર", "gu")
    assert (found.post.title_gu, found.post.name_en) == ("મામલતદાર", "Office of the Mamlatdar")
    assert not found.has_other_posts


@pytest.mark.parametrize("login", ["meena", " Meena ", "MEENA"])
def test_letter_case_and_spaces_around_the_name_do_not_matter(staff: None, login: str) -> None:
    assert sign_in(login)


def test_who_a_token_stands_for_costs_one_statement(staff: None, count_statements: Counting) -> None:
    token = sign_in()
    with count_statements() as sent:
        sessions.actor_for(token, NOON)
    assert len(sent) == 1


def test_every_sign_in_has_its_own_token_and_the_table_holds_none_of_them(staff: None) -> None:
    tokens = {sign_in(), sign_in()}
    assert len(tokens) == 2
    assert all(len(token) >= 43 for token in tokens)
    stored = db.session.scalars(select(StaffSession.token_digest)).all()
    assert len(stored) == 2
    assert not {token.encode() for token in tokens} & set(stored)


def test_an_unknown_name_a_wrong_password_and_a_disabled_person_are_answered_alike(staff: None) -> None:
    accounts.disable_person(BHARAT, NOON)
    with transaction() as session:
        session.execute(update(Person).where(Person.login == "ramila").values(password_hash=None))
    answers = [
        refusal(login="nobody"),
        refusal(password="wrong wrong"),
        refusal(login="bharat"),
        refusal(login="ramila"),
        refusal(login=""),
        refusal(password=""),
        refusal(password=PASSWORD + " "),
    ]
    assert {(type(one), str(one)) for one in answers} == {(Invalid, accounts.WRONG)}


def test_a_password_is_checked_also_where_nobody_has_the_name(staff: None, monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[str] = []
    real = accounts._hasher

    class Spy:
        def verify(self, stored: str, given: str) -> bool:
            checked.append(stored)
            return real.verify(stored, given)

    monkeypatch.setattr(accounts, "_hasher", Spy())
    refusal(login="nobody")
    refusal(password="wrong wrong")
    assert checked == [accounts.NOBODY, HASH]


def test_the_hash_of_nobody_costs_as_much_as_a_real_one() -> None:
    assert not accounts._hasher.check_needs_rehash(accounts.NOBODY)
    assert not accounts._hasher.check_needs_rehash(HASH)
    assert HASH.startswith("$argon2id$v=19$m=19456,t=3,p=1$")


def test_an_old_hash_is_renewed_at_the_next_sign_in(staff: None) -> None:
    weak = accounts.PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)
    with transaction() as session:
        session.execute(update(Person).where(Person.id == MEENA).values(password_hash=weak))
    sign_in()
    renewed = db.session.scalar(select(Person.password_hash).where(Person.id == MEENA))
    assert renewed != weak
    assert sign_in()


def test_who_holds_no_posting_is_told_so_after_the_right_password_only(staff: None) -> None:
    with transaction() as session:
        session.execute(update(Posting).where(Posting.person_id == MEENA).values(ends_at=NOON))
    assert str(refusal()) == accounts.NOT_POSTED
    assert str(refusal(password="wrong wrong")) == accounts.WRONG


def test_five_wrong_passwords_from_an_address_make_it_wait_even_with_the_right_one(staff: None, cheap: None) -> None:
    assert fail(8) == 5
    assert isinstance(refusal(), TooMany)


def test_the_wait_ends_by_itself_and_trying_on_does_not_lengthen_it(staff: None, cheap: None) -> None:
    fail(50)
    assert sign_in(now=NOON + timedelta(minutes=15))


def test_who_goes_on_guessing_waits_longer_and_never_longer_than_an_hour(staff: None, cheap: None) -> None:
    hour = NOON.replace(minute=0)
    quarters = [fail(9, now=hour + timedelta(minutes=15 * quarter)) for quarter in range(8)]
    assert quarters == [5, 5, 0, 0, 5, 5, 0, 0]


def test_only_failures_count(staff: None, cheap: None) -> None:
    for _ in range(12):
        sign_in()
    assert fail(8) == 5


def test_guessing_at_one_account_keeps_nobody_else_at_the_address_out(staff: None, cheap: None) -> None:
    fail(20)
    assert sign_in("bharat")


def test_one_address_can_not_try_a_password_on_very_many_accounts(staff: None, cheap: None) -> None:
    looked_at = sum(fail(1, login=f"person{number}") for number in range(100))
    assert looked_at == 60


def test_many_addresses_together_get_only_so_many_guesses_at_an_account(staff: None, cheap: None) -> None:
    looked_at = sum(fail(3, address=f"198.51.100.{number}") for number in range(40))
    assert looked_at == 20


def test_addresses_of_one_ipv6_subscriber_are_one_address(staff: None, cheap: None) -> None:
    assert sum(fail(1, address=f"2001:db8:1:2::{number}") for number in range(1, 20)) == 5


def test_a_stranger_with_any_number_of_addresses_cannot_keep_an_officer_out_of_the_usual_browser(
    staff: None, cheap: None
) -> None:
    mark = accounts.device_mark("Meena", GUARD.key)
    for number in range(40):
        fail(5, address=f"198.51.100.{number}")
    fail(9)
    assert isinstance(refusal(), TooMany)
    assert sign_in(device=mark)


def test_a_stolen_mark_of_a_browser_gives_five_tries_and_no_more(staff: None, cheap: None) -> None:
    mark = accounts.device_mark("meena", GUARD.key)
    assert sum(fail(3, address=f"198.51.100.{number}", device=mark) for number in range(9)) == 5


@pytest.mark.parametrize(
    "mark",
    [
        accounts.device_mark("bharat", GUARD.key),
        accounts.device_mark("meena", "another secret"),
        "made.up",
        ".",
        "",
        "é.é",
        "x" * 3000,
    ],
    ids=["other account", "other secret", "made up", "dot", "none", "letters", "endless"],
)
def test_a_mark_of_another_account_or_a_made_up_one_is_worth_nothing(staff: None, cheap: None, mark: str) -> None:
    assert fail(9, device=mark) == 5
    assert isinstance(refusal(device=mark), TooMany)


@pytest.mark.concurrency
def test_of_guesses_that_arrive_together_only_five_are_looked_at(
    own_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with own_app.app_context():
        post_staff()
    monkeypatch.setattr(accounts, "_is_right", lambda stored, given: False)

    def guess(_: int) -> int:
        with own_app.app_context():
            try:
                return fail(1)
            finally:
                db.session.remove()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(guess, range(24))) == 5


@pytest.mark.parametrize(
    ("rests", "is_over"),
    [(timedelta(minutes=59, seconds=59), False), (timedelta(minutes=60), True), (timedelta(days=9), True)],
)
def test_a_session_at_rest_is_over_after_an_hour(staff: None, rests: timedelta, is_over: bool) -> None:
    token = sign_in()
    assert (sessions.actor_for(token, NOON + rests) is None) == is_over


def test_the_idle_limit_is_a_setting(staff: None) -> None:
    token = sign_in()
    assert sessions.actor_for(token, NOON + timedelta(minutes=20), idle=timedelta(minutes=20)) is None


def test_a_session_in_use_lives_on_but_never_longer_than_twelve_hours(staff: None) -> None:
    token = sign_in()
    for half_hours in range(1, 24):
        now = NOON + timedelta(minutes=30 * half_hours)
        found = sessions.actor_for(token, now)
        assert found is not None
        sessions.keep_alive(token, found.seen_at, now)
    assert sessions.actor_for(token, NOON + timedelta(hours=12)) is None


def test_use_is_noted_at_most_once_a_minute(staff: None, count_statements: Counting) -> None:
    token = sign_in()
    with count_statements() as sent:
        sessions.keep_alive(token, NOON, NOON + timedelta(seconds=59))
        assert sent == []
        sessions.keep_alive(token, NOON, NOON + timedelta(seconds=60))
    assert len(sent) == 1


def test_signing_out_ends_this_session_and_no_other(staff: None) -> None:
    token, other = sign_in(), sign_in()
    sessions.sign_out(token, NOON)
    assert sessions.actor_for(token, NOON) is None
    assert sessions.actor_for(other, NOON) is not None


@pytest.mark.parametrize("token", ["", "made-up", "ટોકન", "x" * 4000])
def test_a_token_nobody_was_given_stands_for_nobody(staff: None, token: str) -> None:
    assert sessions.actor_for(token, NOON) is None
    sessions.sign_out(token, NOON)


def test_disabling_a_person_ends_all_their_sessions_at_once_and_nobody_elses(staff: None) -> None:
    tokens, other = [sign_in(), sign_in()], sign_in("bharat")
    accounts.disable_person(MEENA, NOON)
    assert [sessions.actor_for(token, NOON) for token in tokens] == [None, None]
    assert sessions.actor_for(other, NOON) is not None
    with transaction() as session:
        session.execute(update(Person).where(Person.id == MEENA).values(is_active=True))
    assert sessions.actor_for(tokens[0], NOON) is None


def test_ending_a_persons_sessions_tells_how_many_there_were(staff: None) -> None:
    tokens = [sign_in(), sign_in()]
    assert sessions.end_sessions(MEENA, NOON) == 2
    assert sessions.end_sessions(MEENA, NOON) == 0
    assert sessions.actor_for(tokens[1], NOON) is None


def test_a_posting_that_ends_and_an_office_that_closes_end_the_session(staff: None) -> None:
    token, other = sign_in(), sign_in("bharat")
    with transaction() as session:
        session.execute(update(Posting).where(Posting.id == AS_HEAD).values(ends_at=NOON + timedelta(minutes=5)))
    assert sessions.actor_for(token, NOON + timedelta(minutes=4)) is not None
    assert sessions.actor_for(token, NOON + timedelta(minutes=5)) is None
    with transaction() as session:
        session.execute(update(Office).where(Office.id == TALUKA).values(is_active=False))
    assert sessions.actor_for(other, NOON) is None


def test_a_person_with_several_postings_begins_in_their_own_and_may_switch(staff: None) -> None:
    with transaction() as session:
        session.add(posting(9030, BHARAT, Role.SUPERVISOR, TOP, is_acting=True))
    token = sign_in("bharat")
    first = sessions.actor_for(token, NOON)
    assert first is not None
    assert (first.actor.posting_id, first.has_other_posts) == (AS_OFFICER, True)
    assert [post.posting_id for post in sessions.posts_of(BHARAT, NOON)] == [AS_OFFICER, 9030]
    sessions.switch_posting(token, 9030, NOON)
    second = sessions.actor_for(token, NOON)
    assert second is not None
    assert second.actor == Actor(Role.SUPERVISOR, BHARAT, 9030, TOP, STATE)
    assert second.post.is_acting


def test_nobody_acts_in_a_posting_of_somebody_else_or_one_that_is_over(staff: None) -> None:
    with transaction() as session:
        over = posting(9030, BHARAT, Role.SUPERVISOR)
        over.ends_at = NOON
        session.add(over)
    token = sign_in("bharat")
    for number in (AS_HEAD, AS_CLERK, 9030, 1):
        with pytest.raises(NotFound):
            sessions.switch_posting(token, number, NOON)
    sessions.sign_out(token, NOON)
    with pytest.raises(NotFound):
        sessions.switch_posting(token, AS_OFFICER, NOON)


def test_a_new_password_ends_every_session_and_the_old_password(staff: None) -> None:
    token = sign_in()
    accounts.set_password(MEENA, "lantern over the well", NOON)
    assert sessions.actor_for(token, NOON) is None
    assert str(refusal()) == accounts.WRONG
    assert sign_in(password="lantern over the well")


def test_changing_ones_own_password_keeps_only_a_new_session_in_the_same_posting(staff: None) -> None:
    token, other = sign_in(), sign_in()
    new = accounts.change_password(token, PASSWORD, "lantern over the well", NOON, guard=GUARD)
    assert sessions.actor_for(token, NOON) is None
    assert sessions.actor_for(other, NOON) is None
    found = sessions.actor_for(new, NOON)
    assert found is not None
    assert found.actor.posting_id == AS_HEAD
    assert sign_in(password="lantern over the well")


@pytest.mark.parametrize(
    ("current", "password", "field"),
    [
        ("wrong wrong", "lantern over the well", "current"),
        (PASSWORD, PASSWORD, "password"),
        (PASSWORD, "short", "password"),
        (PASSWORD, "x y" * 60, "password"),
        (PASSWORD, "password2026", "password"),
        (PASSWORD, "Meena Parmar", "password"),
    ],
)
def test_a_password_that_may_not_be_is_refused_and_changes_nothing(
    staff: None, current: str, password: str, field: str
) -> None:
    token = sign_in()
    with pytest.raises(Invalid) as refused:
        accounts.change_password(token, current, password, NOON, guard=GUARD)
    assert list(refused.value.errors) == [field]
    assert sessions.actor_for(token, NOON) is not None
    assert sign_in()


def test_whoever_finds_a_signed_in_browser_cannot_guess_the_password_there(staff: None, cheap: None) -> None:
    token = sign_in()
    for _ in range(5):
        with pytest.raises(Invalid):
            accounts.change_password(token, "wrong wrong", "lantern over the well", NOON, guard=GUARD)
    with pytest.raises(TooMany):
        accounts.change_password(token, PASSWORD, "lantern over the well", NOON, guard=GUARD)


def test_a_session_that_is_over_changes_no_password(staff: None) -> None:
    token = sign_in()
    sessions.sign_out(token, NOON)
    with pytest.raises(NotFound):
        accounts.change_password(token, PASSWORD, "lantern over the well", NOON, guard=GUARD)


def test_an_administrator_is_made_at_the_top_office_of_a_state(staff: None) -> None:
    person_id = accounts.create_administrator(" Asha.Admin ", "Asha  Desai", "lantern over the well", "ZZ", NOON)
    found = sessions.actor_for(sign_in("asha.admin", "lantern over the well"), NOON)
    assert found is not None
    assert (found.actor.person_id, found.actor.role) == (person_id, Role.ADMINISTRATOR)
    assert (found.actor.office_id, found.name_en) == (TOP, "Asha Desai")


@pytest.mark.parametrize(
    ("login", "name", "password", "state", "field"),
    [
        ("meena", "Asha Desai", "lantern over the well", "ZZ", "login"),
        ("MEENA", "Asha Desai", "lantern over the well", "ZZ", "login"),
        ("two words", "Asha Desai", "lantern over the well", "ZZ", "login"),
        ("a", "Asha Desai", "lantern over the well", "ZZ", "login"),
        ("a" * 61, "Asha Desai", "lantern over the well", "ZZ", "login"),
        ("asha", "  ", "lantern over the well", "ZZ", "name"),
        ("asha", "Asha Desai", "admin12345", "ZZ", "password"),
        ("asha", "Asha Desai", "asha desai", "ZZ", "password"),
        ("asha", "Asha Desai", "lantern over the well", "QQ", "state"),
    ],
)
def test_an_administrator_that_cannot_be_made_is_refused_with_the_reason(
    staff: None, login: str, name: str, password: str, state: str, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        accounts.create_administrator(login, name, password, state, NOON)
    assert list(refused.value.errors) == [field]
    assert str(refused.value) == str(refused.value.errors[field])


def test_the_sweep_forgets_sessions_thirty_days_after_they_were_over(staff: None) -> None:
    month, second = timedelta(days=30), timedelta(seconds=1)
    ended, just_ended = (sign_in(now=NOON - month - timedelta(hours=2)) for _ in range(2))
    sessions.sign_out(ended, NOON - month - second)
    sessions.sign_out(just_ended, NOON - month)
    sign_in(now=NOON - month - sessions.LONGEST - second)
    sign_in(now=NOON - month - sessions.LONGEST)
    alive = sign_in()
    assert sessions.sweep_sessions(NOON) == 2
    assert db.session.scalar(select(func.count()).select_from(StaffSession)) == 3
    assert sessions.actor_for(alive, NOON) is not None
    assert sessions.sweep_sessions(NOON) == 0


def test_the_log_tells_who_signed_in_and_holds_no_name_password_token_or_address(
    staff: None, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    token = sign_in()
    refusal(password="hunter hunter")
    refusal(login="a password typed in the wrong box")
    assert f"signed in: person {MEENA}" in caplog.text
    assert "sign-in refused: no such account" in caplog.text
    for secret in (token, PASSWORD, "hunter", "wrong box", "meena", HERE):
        assert secret not in caplog.text
