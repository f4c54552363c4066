"""The texts of one case: to whom each went, in which words, how far it came, and nobody's number."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from swagat.database import db, transaction
from swagat.domain.messages import VARIABLES, Audience, VariableKind, variables_of
from swagat.domain.messages import MessageKey as M
from swagat.domain.one_time_codes import DOTS
from swagat.models import DeliveryStatus as S
from swagat.models import Grievance, Person, SmsMessage
from swagat.services import case_texts, outbox, resending, scope
from swagat.services.case_texts import CaseText, newest_did_not_arrive
from swagat.services.telling import order_row
from swagat.services.text_counts import Standing
from swagat.sms.console_gateway import ConsoleGateway
from tests.builders import KANTA, KANTAS_MOBILE, RULES, Cast, assigned, case, day, file_case, post_cast, reported

Counting = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def cast(app: Flask) -> Cast:
    found = post_cast()
    with transaction() as session:
        for at, actor in enumerate((found.bharat, found.meena)):
            mobile = f"+91980000000{at}"
            session.execute(update(Person).where(Person.id == actor.person_id).values(mobile=mobile))
    return found


def whole(number: str) -> Grievance:
    """Return a case with its complainant, as the pages load it."""
    db.session.commit()
    return scope.load(db.session(), KANTA, number)


def texts(number: str, for_citizen: bool = False) -> list[CaseText]:
    return case_texts.texts_of(db.session(), whole(number), day(9), for_citizen)[0]


def change(key: M, **values: Any) -> None:
    with transaction() as session:
        session.execute(update(SmsMessage).where(SmsMessage.template == key).values(**values))


def test_each_text_says_to_whom_it_went_and_what_it_says_or_will_say(cast: Cast) -> None:
    number = reported(cast)
    found = {one.template: one for one in texts(number)}
    assert found[M.FILED].audience is Audience.COMPLAINANT
    assert found[M.FILED].person is None
    assert found[M.FILED].to == "XXXXXXX210"
    assert number in found[M.FILED].words
    head = found[M.OFFICE_REPORTED]
    assert head.person is not None
    assert (head.audience, head.person.name_en, head.to) == (Audience.ANSWERABLE, "Meena Parmar", "XXXXXXX001")
    before = {key: one.words for key, one in found.items()}
    outbox.dispatch(day(0), ConsoleGateway(), RULES)
    assert {one.template: one.words for one in texts(number)} == before


def test_the_newest_stands_first_and_its_journey_has_its_times(cast: Cast) -> None:
    number = assigned(cast)
    waiting = texts(number)[0].journey
    assert (waiting.standing, waiting.written_at, waiting.handed_at, waiting.ended_at) == (
        Standing.QUEUED, day(0), None, None,
    )  # fmt: skip
    outbox.dispatch(day(0.1), ConsoleGateway(), RULES)
    found = texts(number)
    assert [one.id for one in found] == sorted((one.id for one in found), reverse=True)
    arrived = found[0].journey
    assert (arrived.standing, arrived.handed_at, arrived.ended_at) == (Standing.DELIVERED, day(0.1), day(0.1))


def test_what_was_never_handed_over_has_no_time_for_it(cast: Cast) -> None:
    number = file_case().number
    change(M.FILED, status=S.FAILED, failure="30005", tried_at=day(0.1), ended_at=day(0.1))
    (text,) = texts(number)
    assert (text.journey.standing, text.journey.handed_at, text.journey.failure) == (Standing.FAILED, None, "30005")


def test_a_hidden_complainant_has_no_number_for_an_office_and_their_own_for_themself(cast: Cast) -> None:
    number = reported(cast, is_identity_hidden=True)
    row = order_row("code:1", M.ASKING_CODE, "asking:1", KANTAS_MOBILE, "gu", {"code": 1}, day(0), case(number).id)
    with transaction() as session:
        session.add(SmsMessage(**row))
    seen = {one.template: one.to for one in texts(number)}
    assert seen[M.FILED] == seen[M.ASKING_CODE] == ""
    assert seen[M.OFFICE_REPORTED] == "XXXXXXX001"
    assert {one.to for one in texts(number, for_citizen=True)} == {"XXXXXXX210"}


def test_a_citizen_sees_their_own_texts_alone(cast: Cast) -> None:
    number = reported(cast)
    assert {one.audience for one in texts(number)} > {Audience.COMPLAINANT}
    assert {one.audience for one in texts(number, for_citizen=True)} == {Audience.COMPLAINANT}


def test_a_one_time_code_is_dots(cast: Cast) -> None:
    number = file_case().number
    row = order_row("code:1", M.ASKING_CODE, "asking:1", KANTAS_MOBILE, "gu", {"code": 1}, day(0), case(number).id)
    with transaction() as session:
        session.add(SmsMessage(**row))
    assert DOTS in texts(number)[0].words


def test_what_cannot_be_put_into_words_has_none(cast: Cast) -> None:
    number = file_case().number
    change(M.FILED, variables={"office": 999_999_999, "due_on": "2026-07-22"})
    assert texts(number)[0].words == ""


def test_a_text_that_was_sent_again_says_by_whom_and_why(cast: Cast) -> None:
    number = file_case().number
    change(M.FILED, status=S.FAILED, failure="30003", ended_at=day(0.1))
    first = db.session.scalars(select(SmsMessage.id)).one()
    resending.resend(cast.administrator, first, "Her phone was off.", False, day(0.2))
    again, old = texts(number)
    assert again.resent_by is not None
    assert (again.resent_by.name_en, again.reason) == ("Umesh Joshi", "Her phone was off.")
    assert (old.resent_by, old.reason) == (None, "")


@pytest.mark.parametrize(
    ("status", "ended", "says_so"),
    [
        (S.QUEUED, False, False),
        (S.UNKNOWN, False, False),
        (S.DELIVERED, True, False),
        (S.UNKNOWN, True, True),
        (S.UNDELIVERED, True, True),
        (S.FAILED, True, True),
    ],
)
def test_only_the_newest_text_to_the_complainant_says_that_they_were_not_told(
    cast: Cast, status: S, ended: bool, says_so: bool
) -> None:
    number = reported(cast)
    change(M.FILED, status=S.FAILED, ended_at=day(0))
    change(M.OFFICE_REPORTED, status=S.FAILED, ended_at=day(0))
    assert not newest_did_not_arrive(texts(number))
    change(M.ACTION_REPORTED, status=status, ended_at=day(0) if ended else None)
    assert newest_did_not_arrive(texts(number)) is says_so
    assert not newest_did_not_arrive(())


def test_they_cost_one_statement_whether_they_wait_or_were_sent(cast: Cast, count_statements: Counting) -> None:
    number = reported(cast)
    for _turn in range(2):
        grievance = whole(number)
        with count_statements() as sent:
            assert all(one.words for one in case_texts.texts_of(db.session(), grievance, day(9))[0])
        assert len(sent) == 1, sent
        outbox.dispatch(day(0), ConsoleGateway(), RULES)


def test_no_text_names_two_offices() -> None:
    # One join finds the office that a text waits to name; a second would cost the page of a case a statement.
    for key in M:
        assert sum(VARIABLES[name] is VariableKind.OFFICE for name in variables_of(key)) <= 1, key
