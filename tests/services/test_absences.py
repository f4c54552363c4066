"""Who is away is sent no text; whoever acts in the post is, and where nobody is there, the office above."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from swagat.database import db, transaction
from swagat.domain.errors import Forbidden, Invalid, NotFound
from swagat.domain.messages import MessageKey
from swagat.domain.roles import Actor, Role
from swagat.domain.workflow import Action
from swagat.models import Absence, Person, Posting, SmsMessage
from swagat.services import absences, branch_numbers, routing, supervision
from swagat.services.supervised import Measure
from tests.builders import BEGAN, Cast, act, assigned, case, day, file_case, post, post_again, post_cast

TODAY = date(2026, 7, 1)


@pytest.fixture
def cast(app: Flask) -> Cast:
    people = post_cast()
    with transaction() as session:
        for number, person_id in enumerate(session.scalars(select(Person.id).order_by(Person.id))):
            session.execute(update(Person).where(Person.id == person_id).values(mobile=f"+9190000000{number:02}"))
    return people


def away(cast: Cast, who: Actor, by: Actor | None = None, first: date = TODAY, last: date = TODAY) -> int:
    return absences.record(by or cast.administrator, who.posting_id or 0, first, last, "leave", BEGAN)


def told(number: str, key: MessageKey) -> set[int]:
    """Return the persons to whom a text of a case went."""
    db.session.commit()
    found = select(SmsMessage.recipient).where(SmsMessage.grievance_id == case(number).id, SmsMessage.template == key)
    return {int(one.split(":")[1]) for one in db.session.scalars(found)}


def test_who_is_present_is_told(cast: Cast) -> None:
    number = file_case().number
    assert told(number, MessageKey.FILED) == {case(number).complainant_id}
    act(cast.meena, number, Action.ASSIGN, officer_posting_id=cast.bharat.posting_id)
    assert told(number, MessageKey.OFFICER_ASSIGNED) == {cast.bharat.person_id}


def test_an_officer_who_is_away_is_not_told_and_the_head_of_the_office_is(cast: Cast) -> None:
    away(cast, cast.bharat)
    number = assigned(cast)
    assert told(number, MessageKey.OFFICER_ASSIGNED) == {cast.meena.person_id}


def test_for_a_head_who_is_away_the_acting_holder_is_told(cast: Cast) -> None:
    away(cast, cast.meena)
    with transaction() as session:
        acting = post_again(session, cast.hansa.person_id or 0, cast.meena.office_id or 0, Role.SUPERVISOR)
        session.execute(update(Posting).where(Posting.id == acting.posting_id).values(is_acting=True))
    number = immediate(cast)
    assert told(number, MessageKey.OFFICE_IMMEDIATE) == {cast.hansa.person_id}


def test_with_nobody_at_the_post_the_heads_of_the_office_above_are_told(cast: Cast) -> None:
    away(cast, cast.meena)
    assert told(immediate(cast), MessageKey.OFFICE_IMMEDIATE) == {cast.additional_collector.person_id}
    away(cast, cast.additional_collector)
    assert told(immediate(cast, "again"), MessageKey.OFFICE_IMMEDIATE) == {cast.collector.person_id}


def test_the_accused_head_above_is_passed_over(cast: Cast) -> None:
    away(cast, cast.meena)
    number = immediate(cast, accused_person_id=cast.additional_collector.person_id)
    assert told(number, MessageKey.OFFICE_IMMEDIATE) == {cast.collector.person_id}


def immediate(cast: Cast, key: str = "kanta", **more: Any) -> str:
    number = file_case(key, **more).number
    act(cast.bharat, number, Action.ASSIGN, officer_posting_id=cast.bharat.posting_id)
    act(cast.bharat, number, Action.MARK_IMMEDIATE)
    return number


@pytest.mark.parametrize(("first", "last", "is_away"), [(0, 0, True), (0, 5, True), (1, 2, False)])
def test_an_absence_counts_on_its_days_and_on_no_other(cast: Cast, first: int, last: int, is_away: bool) -> None:
    away(cast, cast.meena, first=TODAY + timedelta(days=first), last=TODAY + timedelta(days=last))
    present = absences.offices_with_a_head(db.session(), [cast.meena.office_id or 0], BEGAN)
    assert (present == set()) is is_away
    after = absences.offices_with_a_head(db.session(), [cast.meena.office_id or 0], day(last + 1))
    assert after == {cast.meena.office_id}


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        (None, TODAY, "begins_on"),
        (TODAY, None, "ends_on"),
        (TODAY - timedelta(days=1), TODAY, "begins_on"),
        (TODAY + timedelta(days=1), TODAY, "ends_on"),
        (TODAY, TODAY + timedelta(days=366), "ends_on"),
    ],
)
def test_days_that_cannot_be_are_refused(cast: Cast, first: date | None, last: date | None, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        absences.record(cast.meena, cast.bharat.posting_id or 0, first, last, "", BEGAN)
    assert set(refusal.value.errors) == {field}


def test_the_same_days_are_recorded_once(cast: Cast) -> None:
    away(cast, cast.bharat, last=TODAY + timedelta(days=3))
    with pytest.raises(Invalid):
        away(cast, cast.bharat, first=TODAY + timedelta(days=3), last=TODAY + timedelta(days=4))
    away(cast, cast.bharat, first=TODAY + timedelta(days=4), last=TODAY + timedelta(days=4))
    assert len(absences.absences(db.session(), Posting.person_id == cast.bharat.person_id, TODAY)) == 2


def test_the_head_of_the_office_or_of_the_one_above_or_the_administrator_records_it(cast: Cast) -> None:
    for by, who in (
        (cast.meena, cast.bharat),
        (cast.additional_collector, cast.hansa),
        (cast.administrator, cast.meena),
    ):
        away(cast, who, by)
    for by in (cast.bharat, cast.collector, cast.development_officer, cast.auditor):
        with pytest.raises(Forbidden):
            away(cast, cast.ramila, by)
    with pytest.raises(NotFound):
        absences.record(cast.meena, 987_654_321, TODAY, TODAY, "", BEGAN)


def test_who_is_back_early_is_told_again_from_that_day(cast: Cast) -> None:
    made = away(cast, cast.meena, last=TODAY + timedelta(days=9))
    with pytest.raises(Forbidden):
        absences.end_early(cast.bharat, made, day(2))
    absences.end_early(cast.meena, made, day(2))
    (row,) = db.session.scalars(select(Absence))
    assert row.ends_on == TODAY + timedelta(days=1)
    with pytest.raises(NotFound):
        absences.end_early(cast.meena, made, day(2))
    never = away(cast, cast.hansa, first=TODAY + timedelta(days=1), last=TODAY + timedelta(days=2))
    absences.end_early(cast.meena, never, BEGAN)
    assert absences.absences(db.session(), Posting.person_id == cast.hansa.person_id, TODAY) == []


def test_a_head_sees_posts_with_nobody_present_and_what_they_hold_up(cast: Cast) -> None:
    file_case()
    file_case("about the head above", accused_person_id=cast.additional_collector.person_id)
    head = cast.additional_collector

    def vacancies() -> list[branch_numbers.Vacancy]:
        return branch_numbers.vacancies(db.session(), supervision.names_of(head, BEGAN), BEGAN, TODAY)

    assert vacancies() == []
    away(cast, cast.meena, last=TODAY + timedelta(days=3))
    (only,) = vacancies()
    assert (only.office_id, only.cases, only.away_until) == (cast.meena.office_id, 1, TODAY + timedelta(days=3))
    with transaction() as session:
        session.execute(update(Person).where(Person.id == cast.meena.person_id).values(is_active=False))
        post(session, "new", "MAM-3783", Role.OFFICER)
    (still,) = vacancies()
    assert still.cases == overview_open(head)


def overview_open(head: Actor) -> int:
    offices, _more = branch_numbers.office_numbers(db.session(), supervision.names_of(head, BEGAN))
    return sum(one.numbers[Measure.OPEN] for one in offices)


def test_the_check_of_routing_names_offices_whose_heads_no_text_reaches(cast: Cast) -> None:
    silent = "Mamlatdar, Dholka: no head has a mobile number, so no text reaches this office"
    assert not any("no head has" in line for line in routing.check(BEGAN, "GJ").lines())
    with transaction() as session:
        session.execute(update(Person).where(Person.id == cast.meena.person_id).values(mobile=None))
    assert routing.check(BEGAN, "GJ").unreachable == ("Mamlatdar, Dholka",)
    assert silent in routing.check(BEGAN, "GJ").lines()
