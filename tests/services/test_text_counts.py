"""How many texts stand where: every number is true, of one state, and the length of the list that it opens."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, select, update

from swagat.database import db, transaction
from swagat.domain.messages import MessageKey as M
from swagat.domain.registration import registration_number
from swagat.domain.roles import Actor, Role
from swagat.models import DeliveryStatus as S
from swagat.models import Grievance, SmsMessage
from swagat.services import messages, text_counts
from swagat.services.messages import ALL_NOT_ARRIVED, Wanted
from swagat.services.text_counts import NO_CAUSE, Failure, Spent, Standing, cause_of, failed_by
from tests.builders import gujarat
from tests.services.case_to_tell import GRIEVANCE, KANTA, make_case
from tests.staff import CLERK, NOON, STATE, TOP

UMESH = Actor(Role.ADMINISTRATOR, CLERK, 1, TOP, STATE)
SINCE = NOON - timedelta(days=30)
LONG_AGO = NOON - timedelta(days=400)
FAILURES = {
    "": NO_CAUSE,
    "30003": "30003",
    "failed": "failed",
    "given up after 8 tries: 429": "429",
    "given up after 8 tries": "given up after 8 tries",
    "no text reaches this number: 30005": "30005",
    "filed: no value for due_on": "no value for due_on",
    "nobody can say whether it was sent": "nobody can say whether it was sent",
}


@pytest.fixture
def case(app: Flask) -> None:
    make_case()


def put(*rows: dict[str, Any]) -> None:
    """Put texts into the outbox, each with what is different about it."""
    usual = {
        "recipient": f"complainant:1:{KANTA}",
        "template": M.ASSIGNED,
        "grievance_id": GRIEVANCE,
        "to": KANTA,
        "language": "gu",
        "variables": {},
        "body": "words",
        "status": S.DELIVERED,
        "queued_at": NOON,
        "next_try_at": NOON,
        "tried_at": None,
        "ended_at": None,
        "provider_id": None,
        "segments": 0,
        "failure": "",
    }
    with transaction() as session:
        session.execute(
            insert(SmsMessage), [usual | {"cause": f"put:{at}:{len(rows)}"} | row for at, row in enumerate(rows)]
        )


def some_of_each() -> None:
    """Put texts of every standing, lately and long ago."""
    put(
        *[{"status": S.QUEUED, "queued_at": NOON - timedelta(hours=hours)} for hours in (1, 9, 3)],
        {"status": S.SENDING},
        *[{"status": S.SENT}] * 2,
        {"status": S.UNKNOWN, "queued_at": LONG_AGO},
        *[{"status": S.DELIVERED, "ended_at": NOON - timedelta(days=days)} for days in (0, 1, 2, 29, 31, 400)],
        *[{"status": S.UNDELIVERED, "ended_at": NOON, "failure": code} for code in ("30003", "30003", "30005")],
        *[{"status": S.FAILED, "ended_at": NOON, "failure": failure} for failure in FAILURES],
        {"status": S.FAILED, "ended_at": LONG_AGO, "failure": "30003"},
        {"status": S.UNKNOWN, "ended_at": NOON, "failure": "nobody can say whether it was sent"},
    )


@pytest.mark.parametrize(("failure", "cause"), FAILURES.items())
def test_the_cause_of_a_failure_is_the_code_that_our_words_stand_around(failure: str, cause: str) -> None:
    assert cause_of(failure) == cause


def test_what_is_on_its_way_is_counted_whole_and_what_has_ended_since_an_instant(case: None) -> None:
    some_of_each()
    found = text_counts.figures(db.session(), SINCE)
    assert found.counts == {
        Standing.QUEUED: 3,
        Standing.SENDING: 1,
        Standing.SENT: 2,
        Standing.UNSETTLED: 1,
        Standing.DELIVERED: 4,
        Standing.UNDELIVERED: 3,
        Standing.FAILED: len(FAILURES),
        Standing.UNKNOWN: 1,
    }
    assert found.not_arrived == 3 + len(FAILURES) + 1
    assert found.oldest_waiting == NOON - timedelta(hours=9)


def test_without_texts_every_number_is_nought_and_nothing_waits(case: None) -> None:
    found = text_counts.figures(db.session(), SINCE)
    assert set(found.counts) == set(Standing)
    assert set(found.counts.values()) == {0}
    assert found.oldest_waiting is None
    assert text_counts.failures(db.session(), SINCE) == []


def test_failures_are_counted_by_their_cause_the_most_frequent_first(case: None) -> None:
    some_of_each()
    found = text_counts.failures(db.session(), SINCE)
    assert found[0] == Failure("30003", 3)
    assert {one.cause: one.texts for one in found} == {
        **dict.fromkeys(FAILURES.values(), 1),
        "30003": 3,
        "30005": 2,
        "nobody can say whether it was sent": 2,
    }


def listed(wanted: Wanted) -> list[int]:
    """Return the ids of every page of a list, and check that going back shows the same."""
    ids: list[int] = []
    pages: list[Sequence[int]] = []
    older: int | None = None
    while True:
        page = messages.texts(db.session(), UMESH, (), wanted, older_than=older)
        pages.append([row.id for row in page.rows])
        ids += pages[-1]
        older = page.older
        if older is None:
            break
    while len(pages) > 1:
        newer = messages.texts(db.session(), UMESH, (), wanted, newer_than=pages.pop()[0])
        assert [row.id for row in newer.rows] == pages[-1]
    return ids


def test_every_number_is_the_length_of_its_list(case: None, monkeypatch: pytest.MonkeyPatch) -> None:
    some_of_each()
    monkeypatch.setattr(messages, "PAGE", 2)
    found = text_counts.figures(db.session(), SINCE)
    for standing, count in found.counts.items():
        assert len(set(listed(Wanted(SINCE, state=standing.value)))) == count, standing
    assert len(set(listed(Wanted(SINCE, state=ALL_NOT_ARRIVED)))) == found.not_arrived
    for one in text_counts.failures(db.session(), SINCE):
        assert len(set(listed(Wanted(SINCE, cause=one.cause)))) == one.texts, one


def test_a_list_of_what_has_ended_begins_with_what_ended_last(case: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "PAGE", 2)
    put(*[{"ended_at": NOON - timedelta(hours=(hours * 7) % 5)} for hours in range(12)])
    ends = {row.id: row.ended_at for row in db.session.scalars(select(SmsMessage))}
    found = listed(Wanted(SINCE, state="delivered"))
    assert found == sorted(ends, key=lambda one: (ends[one], one), reverse=True)


def test_of_one_case_all_is_listed_however_old(case: None) -> None:
    some_of_each()
    number = registration_number("GJ", "24", 2026, 1)
    with transaction() as session:
        session.execute(update(Grievance).values(registration_number=number, state_id=gujarat()))
    umesh = Actor(Role.ADMINISTRATOR, CLERK, 1, TOP, gujarat())
    found = messages.texts(db.session(), umesh, (), Wanted(SINCE, case=number, state="delivered"))
    assert len(found.rows) == 6


def test_texts_about_cases_of_another_state_are_neither_counted_nor_listed(case: None) -> None:
    put({"status": S.QUEUED}, {"status": S.QUEUED, "grievance_id": None})
    session = db.session()
    assert text_counts.kept_to_state_of(session, UMESH) == ()
    elsewhere = Actor(Role.ADMINISTRATOR, CLERK, 1, TOP, gujarat())
    only = text_counts.kept_to_state_of(session, elsewhere)
    assert text_counts.figures(session, SINCE, only).counts[Standing.QUEUED] == 1
    (row,) = messages.texts(session, elsewhere, only, Wanted(SINCE)).rows
    assert row.number == ""


def test_a_month_costs_what_the_provider_took_in_it_and_begins_in_india(case: None) -> None:
    begins = text_counts.first_instant(NOON.date().replace(day=1))
    assert begins == datetime(2026, 11, 30, 18, 30, tzinfo=UTC)
    took = {"tried_at": begins, "segments": 2}
    put(
        *[took | {"provider_id": f"p{at}"} for at in range(3)],
        took | {"provider_id": "filed", "template": M.FILED, "segments": 7, "status": S.UNDELIVERED},
        took | {"status": S.FAILED, "failure": "21211"},
        took | {"provider_id": "before", "tried_at": begins - timedelta(seconds=1)},
        took | {"provider_id": "after", "tried_at": begins + timedelta(days=31)},
    )
    found = text_counts.spent(db.session(), begins, begins + timedelta(days=31))
    assert found == [Spent(M.FILED, 1, 7), Spent(M.ASSIGNED, 3, 6)]


@pytest.mark.parametrize("typed", ["3000_", "%", "0003", "30003%", "' or 1=1"])
def test_a_cause_that_was_made_up_finds_nothing(case: None, typed: str) -> None:
    put({"status": S.FAILED, "ended_at": NOON, "failure": "30003"})
    assert db.session.scalars(select(SmsMessage.id).where(failed_by(typed))).all() == []
