"""The morning digest: three numbers, once a working day for each person who has open cases, and nothing else."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from swagat.database import db, transaction
from swagat.domain.messages import MessageKey
from swagat.domain.roles import Role
from swagat.domain.workflow import Action
from swagat.jobs.schedule import JOBS
from swagat.models import Person, SmsMessage
from swagat.services import absences, digests
from swagat.services.telling import Order, facts_for, words_of
from tests.builders import Cast, act, assigned, case, file_case, post_again, post_cast
from tests.supervised import escalated_now

# A Thursday, 09:30 in India, the day after the story began.
MORNING = datetime(2026, 7, 2, 4, 0, tzinfo=UTC)


@pytest.fixture
def cast(app: Flask) -> Cast:
    people = post_cast()
    with transaction() as session:
        for number, person_id in enumerate(session.scalars(select(Person.id).order_by(Person.id))):
            session.execute(update(Person).where(Person.id == person_id).values(mobile=f"+9190000000{number:02}"))
    return people


def sent() -> dict[int, tuple[int, int, int]]:
    """Return open, late and at-risk numbers of each digest by person; nobody has two of a day."""
    db.session.commit()
    rows = db.session.scalars(select(SmsMessage).where(SmsMessage.template == MessageKey.STAFF_DIGEST)).all()
    assert len({(row.cause, row.recipient) for row in rows}) == len(rows)
    found = {int(row.recipient.split(":")[1]): row.variables for row in rows}
    return {person: (one["open_cases"], one["late_cases"], one["cases_at_risk"]) for person, one in found.items()}


def test_the_job_runs_at_half_past_nine() -> None:
    assert JOBS["digests"].at == digests.FIRST_AT
    assert JOBS["digests"].slot(MORNING) == MORNING


def test_who_has_open_cases_gets_their_numbers_and_who_has_none_gets_nothing(cast: Cast) -> None:
    assigned(cast, "one")
    assigned(cast, "two")
    file_case("three")
    assert digests.send(MORNING) == digests.DigestReport(ordered=2)
    assert sent() == {cast.bharat.person_id: (2, 0, 0), cast.meena.person_id: (3, 0, 0)}


def test_it_is_sent_once_a_day_however_often_it_is_run(cast: Cast) -> None:
    assigned(cast)
    assert digests.send(MORNING).ordered == 2
    assert digests.send(MORNING + timedelta(hours=2)).ordered == 0
    assert digests.send(MORNING + timedelta(days=1)).ordered == 2


@pytest.mark.parametrize(
    "now",
    [
        MORNING - timedelta(minutes=1),
        MORNING + timedelta(hours=9),
        MORNING + timedelta(days=3),  # a Sunday
        MORNING + timedelta(days=9),  # a second Saturday
    ],
)
def test_nobody_is_disturbed_before_work_after_it_or_on_a_closed_day(cast: Cast, now: datetime) -> None:
    assigned(cast)
    assert digests.send(now) == digests.DigestReport()


def test_what_is_late_and_what_is_at_risk_are_counted_for_those_who_answer(cast: Cast) -> None:
    (number,), now = escalated_now(cast, 1)
    file_case("new", (now - MORNING).days + 1)
    assert digests.send(now).ordered == 3
    found = sent()
    assert found[cast.bharat.person_id or 0][:2] == (1, 1)
    assert found[cast.meena.person_id or 0][:2] == (2, 1)
    assert found[cast.additional_collector.person_id or 0][:2] == (1, 1)
    soon = case(number).due_at - timedelta(days=1, hours=9)
    if not digests.send(soon).ordered:
        soon -= timedelta(days=2)
        assert digests.send(soon).ordered
    db.session.commit()
    newest = db.session.scalars(
        select(SmsMessage.variables)
        .where(SmsMessage.template == MessageKey.STAFF_DIGEST, SmsMessage.to == mobile_of(cast.bharat.person_id))
        .order_by(SmsMessage.id.desc())
        .limit(1)
    ).one()
    assert newest == {"open_cases": 1, "late_cases": 1, "cases_at_risk": 1}


def mobile_of(person_id: int | None) -> str | None:
    return db.session.scalar(select(Person.mobile).where(Person.id == person_id))


def test_who_is_away_gets_none_and_who_has_no_number_is_counted(cast: Cast) -> None:
    assigned(cast)
    absences.record(cast.meena, cast.bharat.posting_id or 0, MORNING.date(), MORNING.date(), "", MORNING)
    with transaction() as session:
        session.execute(update(Person).where(Person.id == cast.meena.person_id).values(mobile=None))
    assert digests.send(MORNING) == digests.DigestReport(ordered=0, unreachable=1)


def test_somebody_with_two_posts_gets_one_text_with_the_sum(cast: Cast) -> None:
    assigned(cast)
    number = file_case("second").number
    act(cast.meena, number, Action.TRANSFER, office_id=cast.development_officer.office_id)
    with transaction() as session:
        post_again(session, cast.meena.person_id or 0, cast.development_officer.office_id or 0, Role.SUPERVISOR)
    digests.send(MORNING)
    assert sent()[cast.meena.person_id or 0] == (2, 0, 0)


def test_a_case_about_somebody_is_not_counted_for_them(cast: Cast) -> None:
    file_case("about", accused_person_id=cast.meena.person_id)
    file_case("other")
    digests.send(MORNING)
    assert sent()[cast.meena.person_id or 0] == (1, 0, 0)


@pytest.mark.parametrize("language", ["en", "hi", "gu"])
def test_its_words_hold_numbers_and_no_name(cast: Cast, language: str) -> None:
    assigned(cast)
    digests.send(MORNING)
    row = db.session.scalars(select(SmsMessage).where(SmsMessage.template == MessageKey.STAFF_DIGEST).limit(1)).one()
    order = Order(row.id, None, row.template, language, row.to, row.variables, 0)
    words = words_of(order, facts_for(db.session(), [order]))
    assert "1" in words
    assert not any(name in words for name in ("Kanta", "કાન્તા", "GJ-"))
