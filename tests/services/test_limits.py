"""Limits that protect secrets count exactly, on both databases, however many tries arrive at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from swagat.database import db, transaction
from swagat.domain.errors import TooMany
from swagat.models import TryCount
from swagat.services.limits import (
    Limit,
    count_tries,
    count_try,
    count_up_to,
    forgive,
    give_back,
    network,
    sweep_tries,
    tries,
)

KEY = "a secret of the tests"
NOON = datetime(2026, 12, 4, 6, 30, tzinfo=UTC)
QUARTER = 900


def counted(subject: str, now: datetime = NOON, limit: int = 5) -> bool:
    try:
        count_try("track", subject, now, QUARTER, limit, key=KEY)
    except TooMany:
        return False
    return True


def test_as_many_tries_as_the_limit_are_allowed_and_no_more(app: Flask) -> None:
    assert [counted("GJ-1") for _ in range(7)] == [True] * 5 + [False] * 2


def test_a_refused_try_is_not_counted_and_lengthens_nobodys_wait(app: Flask) -> None:
    for _ in range(9):
        counted("GJ-1")
    assert tries("track", "GJ-1", NOON, QUARTER, key=KEY) == 5
    assert counted("GJ-1", NOON + timedelta(seconds=QUARTER))


def test_the_wait_ends_with_the_window_and_is_told_in_seconds_and_by_the_clock(app: Flask) -> None:
    for _ in range(5):
        counted("GJ-1")
    with pytest.raises(TooMany) as refusal:
        count_try("track", "GJ-1", NOON + timedelta(minutes=4, seconds=10), QUARTER, 5, key=KEY)
    assert refusal.value.retry_after == 10 * 60 + 50
    assert "12:15" in str(refusal.value)


def test_subjects_and_scopes_are_counted_apart(app: Flask) -> None:
    for _ in range(5):
        counted("GJ-1")
    assert counted("GJ-2")
    count_try("code", "GJ-1", NOON, QUARTER, 1, key=KEY)
    assert not counted("GJ-1")


def test_a_forgiven_try_may_be_used_again(app: Flask) -> None:
    for _ in range(5):
        counted("GJ-1")
    forgive("track", "GJ-1", NOON, QUARTER, key=KEY)
    assert counted("GJ-1")
    assert not counted("GJ-1")


def test_forgiving_what_was_never_tried_gives_no_credit(app: Flask) -> None:
    for _ in range(3):
        forgive("track", "GJ-1", NOON, QUARTER, key=KEY)
    assert [counted("GJ-1") for _ in range(6)] == [True] * 5 + [False]


def test_when_one_of_several_limits_is_used_up_none_is_counted_and_the_longest_wait_is_told(app: Flask) -> None:
    both = [Limit("pair", "x", QUARTER, 1), Limit("pair", "x", 3600, 1), Limit("account", "x", QUARTER, 9)]
    with transaction() as session:
        count_tries(session, both, NOON, KEY)
    with pytest.raises(TooMany) as refusal, transaction() as session:
        count_tries(session, both, NOON, KEY)
    assert refusal.value.retry_after == 1800
    assert tries("account", "x", NOON, QUARTER, key=KEY) == 1


def test_the_table_holds_no_number_and_no_address(app: Flask) -> None:
    counted("+919825012345")
    stored = db.session.scalars(select(TryCount.subject)).all()
    assert len(stored) == 1
    assert len(stored[0]) == 64
    assert "98250" not in stored[0]


def test_another_installation_stores_the_same_subject_differently(app: Flask) -> None:
    count_try("track", "GJ-1", NOON, QUARTER, 5, key="one")
    assert tries("track", "GJ-1", NOON, QUARTER, key="two") == 0


def test_the_sweep_deletes_windows_that_are_over_and_no_others(app: Flask) -> None:
    counted("GJ-1")
    counted("GJ-2", NOON + timedelta(seconds=QUARTER))
    assert sweep_tries(NOON + timedelta(seconds=QUARTER)) == 1
    assert tries("track", "GJ-2", NOON + timedelta(seconds=QUARTER), QUARTER, key=KEY) == 1


@pytest.mark.concurrency
def test_of_tries_that_arrive_together_exactly_the_limit_passes(own_app: Flask) -> None:
    def one(_: int) -> bool:
        with own_app.app_context():
            try:
                return counted("GJ-1")
            finally:
                db.session.remove()

    with ThreadPoolExecutor(8) as pool:
        passed = list(pool.map(one, range(24)))
    assert passed.count(True) == 5
    with own_app.app_context():
        assert tries("track", "GJ-1", NOON, QUARTER, key=KEY) == 5


@pytest.mark.concurrency
def test_two_tries_at_once_are_both_counted(own_app: Flask) -> None:
    def one(_: int) -> None:
        with own_app.app_context():
            counted("GJ-1", limit=100)
            db.session.remove()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(one, range(20)))
    with own_app.app_context():
        assert tries("track", "GJ-1", NOON, QUARTER, key=KEY) == 20


@pytest.mark.parametrize(
    ("address", "subject"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::"),
        ("2001:db8:1:2:bbbb::9", "2001:db8:1:2::"),
        ("2001:db8:1:3::1", "2001:db8:1:3::"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("", ""),
        ("not an address", "not an address"),
    ],
)
def test_a_subscriber_with_a_whole_ipv6_network_counts_as_one_address(address: str, subject: str) -> None:
    assert network(address) == subject


def test_as_many_are_counted_as_there_is_room_for_and_the_rest_is_not(app: Flask) -> None:
    one, other = Limit("sms", "one", QUARTER, 5), Limit("sms", "other", QUARTER, 3)
    with transaction() as session:
        assert count_up_to(session, {one: 4, other: 9}, NOON, KEY) == {one: 4, other: 3}
        assert count_up_to(session, {one: 4, other: 1}, NOON, KEY) == {one: 1, other: 0}
        assert count_up_to(session, {}, NOON, KEY) == {}
    assert [tries("sms", name, NOON, QUARTER, key=KEY) for name in ("one", "other")] == [5, 3]


def test_what_is_given_back_can_be_counted_again_and_no_more_than_that(app: Flask) -> None:
    limit = Limit("sms", "one", QUARTER, 5)
    with transaction() as session:
        count_up_to(session, {limit: 9}, NOON, KEY)
        give_back(session, {limit: 2}, NOON, KEY)
        assert count_up_to(session, {limit: 9}, NOON, KEY) == {limit: 2}
        give_back(session, {limit: 99}, NOON, KEY)
        assert count_up_to(session, {limit: 9}, NOON, KEY) == {limit: 5}
        give_back(session, {limit: 1}, NOON + timedelta(seconds=QUARTER), KEY)
        assert count_up_to(session, {limit: 9}, NOON, KEY) == {limit: 0}


def test_a_limit_that_was_lowered_leaves_no_room_and_gives_none_back(app: Flask) -> None:
    with transaction() as session:
        count_up_to(session, {Limit("sms", "one", QUARTER, 9): 7}, NOON, KEY)
        assert count_up_to(session, {Limit("sms", "one", QUARTER, 5): 1}, NOON, KEY).popitem()[1] == 0
    assert tries("sms", "one", NOON, QUARTER, key=KEY) == 7
