"""A number is proved by a code: in time, with few tries, in the browser that asked, for what it was asked for."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select

from swagat.database import db
from swagat.domain.errors import Invalid, TooMany
from swagat.domain.messages import MessageKey
from swagat.domain.one_time_codes import DOTS, GOOD_FOR, MOST_TRIES, code_of
from swagat.models import Burst, BurstKind, CodePurpose, OneTimeCode, SmsMessage
from swagat.services.bursts import HOUR, sweep_bursts
from swagat.services.one_time_codes import KEPT_FOR, Asking, CodeLimits, prove, send, sweep_codes
from swagat.services.telling import Order, facts_for, kept_words_of, words_of
from tests.builders import BEGAN, KANTAS_MOBILE, SECRET

KEY = SECRET.decode()
LIMITS = CodeLimits(per_number=100, per_address=100, per_day=100)
KANTA = Asking(CodePurpose.FILING, KANTAS_MOBILE, "Kanta's browser", "203.0.113.7")
MINUTE = timedelta(minutes=1)


def ask(who: Asking = KANTA, at: datetime = BEGAN, limits: CodeLimits = LIMITS, *, texted: bool = True) -> str:
    """Ask for a code and return it, as the text says it."""
    send(who, "gu", at, KEY, limits, texted=texted)
    newest = db.session.scalars(select(OneTimeCode).order_by(OneTimeCode.id.desc()).limit(1)).one()
    return code_of(SECRET, newest.nonce)


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


@contextmanager
def refused(said: str) -> Iterator[None]:
    with pytest.raises(Invalid) as refusal:
        yield
    assert said in str(refusal.value.errors["code"])


def text() -> SmsMessage:
    return db.session.scalars(select(SmsMessage)).one()


def test_the_code_that_was_sent_proves_the_number_once(app: Flask) -> None:
    code = ask()
    assert prove(KANTA, code, BEGAN + MINUTE, KEY)
    with refused("over"):
        prove(KANTA, code, BEGAN + MINUTE, KEY)


def test_the_text_says_the_code_and_nothing_that_is_kept_does(app: Flask) -> None:
    code = ask()
    row = text()
    assert (row.template, row.to, row.language) == (MessageKey.ASKING_CODE, KANTAS_MOBILE, "gu")
    assert row.expires_at == BEGAN + GOOD_FOR
    order = Order(row.id, None, row.template, row.language, row.to, row.variables, 1)
    facts = facts_for(db.session(), [order], SECRET)
    assert code in words_of(order, facts)
    assert code not in kept_words_of(order, facts)
    assert DOTS in kept_words_of(order, facts_for(db.session(), [order]))
    assert code not in repr(facts)
    for table in (OneTimeCode, SmsMessage):
        assert code not in str(db.session.execute(select(table.__table__)).mappings().all())


@pytest.mark.parametrize(("later", "is_good"), [(GOOD_FOR - timedelta(seconds=1), True), (GOOD_FOR, False)])
def test_a_code_is_good_for_ten_minutes(app: Flask, later: timedelta, is_good: bool) -> None:
    code = ask()
    if is_good:
        assert prove(KANTA, code, BEGAN + later, KEY)
        return
    with refused("over"):
        prove(KANTA, code, BEGAN + later, KEY)


def test_after_five_wrong_tries_the_right_code_is_wrong_too(app: Flask) -> None:
    code = ask()
    for left in range(MOST_TRIES - 1, 0, -1):
        with refused(f"Tries left: {left}"):
            prove(KANTA, other_than(code), BEGAN, KEY)
    with refused("over"):
        prove(KANTA, other_than(code), BEGAN, KEY)
    with refused("over"):
        prove(KANTA, code, BEGAN, KEY)


def test_a_wrong_try_before_the_right_one_does_no_harm(app: Flask) -> None:
    code = ask()
    with refused("Tries left: 4"):
        prove(KANTA, other_than(code), BEGAN, KEY)
    assert prove(KANTA, code, BEGAN, KEY)


def test_only_the_newest_code_counts(app: Flask) -> None:
    first = ask()
    second = ask(at=BEGAN + MINUTE)
    if first != second:
        with refused("Tries left"):
            prove(KANTA, first, BEGAN + MINUTE, KEY)
    assert prove(KANTA, second, BEGAN + MINUTE, KEY)


@pytest.mark.parametrize(
    "other",
    [
        replace(KANTA, browser="another browser"),
        replace(KANTA, purpose=CodePurpose.OWN_GRIEVANCES),
        replace(KANTA, mobile="+919800000001"),
    ],
)
def test_a_code_is_worth_nothing_elsewhere_and_loses_no_try_there(app: Flask, other: Asking) -> None:
    code = ask()
    for _ in range(MOST_TRIES):
        with refused("over"):
            prove(other, code, BEGAN, KEY)
    assert prove(KANTA, code, BEGAN, KEY)


def test_from_another_address_the_same_browser_may_type_it(app: Flask) -> None:
    code = ask()
    assert prove(replace(KANTA, address="198.51.100.9"), code, BEGAN, KEY)


def test_without_a_text_everything_else_is_the_same(app: Flask) -> None:
    code = ask(texted=False)
    assert db.session.scalars(select(SmsMessage)).all() == []
    assert prove(KANTA, code, BEGAN, KEY)


@pytest.mark.parametrize(
    ("limits", "others"),
    [
        (replace(LIMITS, per_number=2), [replace(KANTA, address=f"203.0.113.{n}", browser=str(n)) for n in range(3)]),
        (replace(LIMITS, per_address=2), [replace(KANTA, mobile=f"+91980000000{n}") for n in range(3)]),
        (
            replace(LIMITS, per_day=2),
            [replace(KANTA, address=f"203.0.113.{n}", mobile=f"+91980000000{n}") for n in range(3)],
        ),
    ],
)
def test_codes_are_limited_by_number_by_address_and_in_all(
    app: Flask, limits: CodeLimits, others: list[Asking]
) -> None:
    for who in others[:2]:
        ask(who, limits=limits)
    with pytest.raises(TooMany):
        ask(others[2], limits=limits)
    assert len(db.session.scalars(select(OneTimeCode)).all()) == 2


def test_every_ipv6_address_of_one_subscriber_is_one(app: Flask) -> None:
    limits = replace(LIMITS, per_address=1)
    ask(replace(KANTA, address="2001:db8::1"), limits=limits)
    with pytest.raises(TooMany):
        ask(replace(KANTA, address="2001:db8::2", mobile="+919800000001"), limits=limits)


@pytest.mark.concurrency
def test_of_twenty_tries_at_once_no_more_than_five_are_looked_at(own_app: Flask) -> None:
    with own_app.app_context():
        code = ask()
        db.session.remove()
    start = Barrier(20)

    def work(typed: str) -> str:
        with own_app.app_context():
            start.wait(30)
            try:
                prove(KANTA, typed, BEGAN, KEY)
            except Invalid as refusal:
                return str(refusal.errors["code"])
            finally:
                db.session.remove()
        return "right"

    with ThreadPoolExecutor(20) as pool:
        said = list(pool.map(work, [other_than(code)] * 20))
    assert sum("Tries left" in one for one in said) == MOST_TRIES - 1
    with own_app.app_context():
        assert db.session.scalars(select(OneTimeCode.tries)).one() == MOST_TRIES


def test_codes_of_a_day_ago_are_erased(app: Flask) -> None:
    ask()
    assert sweep_codes(BEGAN + GOOD_FOR + KEPT_FOR - timedelta(seconds=1)) == 0
    assert sweep_codes(BEGAN + GOOD_FOR + KEPT_FOR) == 1


def test_codes_are_counted_by_address_and_browser_and_only_a_burst_stays(app: Flask) -> None:
    ask()
    ask(replace(KANTA, browser="another browser"))
    counts = {row.source: row.count for row in db.session.scalars(select(Burst))}
    assert sorted(counts.values()) == [1, 1, 2]
    assert not any("203" in source or "browser" in source for source in counts)
    assert sweep_bursts(2, BEGAN + HOUR - timedelta(seconds=1)) == 0
    assert sweep_bursts(2, BEGAN + HOUR) == 2
    kept = db.session.scalars(select(Burst)).one()
    assert (kept.kind, kept.count, kept.begins_at) == (BurstKind.CODES, 2, BEGAN)
