"""An event orders its texts once for each person it concerns, in at most two statements."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from swagat.database import db, transaction
from swagat.domain.messages import Audience, Unrendered, audience_of, render_news
from swagat.domain.messages import MessageKey as M
from swagat.domain.roles import Role
from swagat.models import DeliveryStatus, Office, Person, Posting
from swagat.services.telling import Order, facts_for, tell, words_of
from tests.services.case_to_tell import (
    BHARATS,
    COMPLAINANT,
    DUE_ON,
    GRIEVANCE,
    KANTA,
    MEENAS,
    NO_OFFICE,
    NUMBER,
    UNTIL,
    about,
    make_case,
    more_cases,
    only_text,
    queue,
    texts,
)
from tests.staff import AS_OFFICER, BHARAT, CLERK, MEENA, NOON, TALUKA, TOP, posting

CountStatements = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture(autouse=True)
def case(app: Flask) -> None:
    make_case()


def told(*keys: M, **changes: Any) -> set[tuple[str, str]]:
    """Return which text goes to which number when these keys are told."""
    queue(*keys, **changes)
    return {(text.template.value, text.to) for text in texts()}


def words(**changes: Any) -> str:
    """Return the words of the only order, some of it changed."""
    row = only_text()
    facts: dict[str, Any] = {
        "id": row.id,
        "grievance_id": row.grievance_id,
        "template": row.template,
        "language": row.language,
        "to": row.to,
        "variables": row.variables,
        "tries": row.tries,
    }
    order = Order(**facts | changes)
    return words_of(order, facts_for(db.session(), [order]))


def test_the_complainant_is_told_in_the_language_of_the_filing() -> None:
    assert queue(M.FILED) == 1
    row = only_text()
    assert (row.to, row.language, row.status) == (KANTA, "gu", DeliveryStatus.QUEUED)
    assert row.recipient == f"complainant:{COMPLAINANT}:{KANTA}"
    assert (row.queued_at, row.next_try_at, row.tries, row.body) == (NOON, NOON, 0, "")
    assert words() == (
        f"સ્વાગત: ફરિયાદ {NUMBER} નોંધાઈ છે. કચેરી: મામલતદાર કચેરી, ધોળકા. "
        "જવાબ 24.12.2026 સુધીમાં. કોઈ અધિકારી કોડ માગી શકે નહીં."
    )


def test_an_order_keeps_ids_and_dates_and_neither_number_nor_name() -> None:
    queue(M.FILED)
    assert only_text().variables == {"due_on": DUE_ON, "office": TALUKA}


def test_the_officer_is_the_one_who_has_the_case_and_nobody_else_of_the_office() -> None:
    assert told(M.OFFICER_ASSIGNED) == {("officer_assigned", BHARATS)}


def test_the_office_is_its_head_and_neither_officer_nor_clerk() -> None:
    assert told(M.OFFICE_RECEIVED) == {("office_received", MEENAS)}


def test_the_answerable_office_is_told_apart_from_the_one_that_works() -> None:
    with transaction() as session:
        session.add(posting(9050, CLERK, Role.PRESIDING_OFFICER, office=TOP))
    assert told(M.OFFICE_ESCALATED, M.OFFICE_RECEIVED) == {
        ("office_escalated", "+919800000003"),
        ("office_received", MEENAS),
    }


def test_while_no_officer_has_the_case_its_office_hears_a_reminder() -> None:
    assert told(M.OFFICER_REMINDED, officer_posting_id=None) == {("officer_reminded", MEENAS)}


def test_a_head_in_two_postings_of_an_office_gets_one_text() -> None:
    with transaction() as session:
        session.add(posting(9050, MEENA, Role.PRESIDING_OFFICER, is_acting=True))
    assert queue(M.OFFICE_RECEIVED) == 1


@pytest.mark.parametrize("mobile", [None, ""])
def test_who_has_no_number_gets_no_order(mobile: str | None) -> None:
    with transaction() as session:
        session.execute(update(Person).where(Person.id.in_([MEENA, BHARAT])).values(mobile=mobile))
    assert queue(M.FILED, M.OFFICE_RECEIVED, M.OFFICER_ASSIGNED, complainant_mobile=mobile) == 0
    assert texts() == []


def test_who_left_the_post_or_has_not_taken_it_up_or_is_switched_off_is_not_told() -> None:
    with transaction() as session:
        session.execute(update(Posting).where(Posting.id == AS_OFFICER).values(ends_at=NOON))
        session.execute(update(Person).where(Person.id == MEENA).values(is_active=False))
        coming = posting(9050, CLERK, Role.SUPERVISOR)
        coming.begins_at = NOON + timedelta(seconds=1)
        session.add(coming)
    assert queue(M.OFFICE_RECEIVED, M.OFFICER_ASSIGNED) == 0


def test_whoever_is_complained_against_is_never_told() -> None:
    assert queue(M.OFFICE_RECEIVED, M.OFFICER_ASSIGNED, accused_person_id=MEENA) == 1
    assert only_text().to == BHARATS


def test_the_same_event_told_twice_orders_nothing_twice() -> None:
    assert queue(M.FILED, M.OFFICE_RECEIVED) == 2
    assert queue(M.FILED, M.OFFICE_RECEIVED, M.OFFICER_ASSIGNED) == 1
    assert len(texts()) == 3


def test_the_next_event_is_told_anew() -> None:
    assert [queue(M.INTERIM_REPLY, seq=seq) for seq in (2, 3, 4)] == [1, 1, 1]


def test_a_case_rolled_back_tells_nobody() -> None:
    def fail() -> None:
        with transaction() as session:
            assert tell(session, [M.FILED], about(), NOON) == 1
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert texts() == []


def test_a_shared_phone_hears_only_that_there_is_news() -> None:
    queue(M.DISPOSED, phone_is_shared=True)
    assert words() == f"સ્વાગત: ફરિયાદ {NUMBER} વિશે સમાચાર છે. સાઈટ કે કાઉન્ટર જુઓ."


TO_COMPLAINANTS = [key for key in M if audience_of(key) is Audience.COMPLAINANT]
KNOWN = {"due_on": DUE_ON, "until": UNTIL, "hearing_on": UNTIL, "listed": TOP}


@pytest.mark.parametrize("language", ["en", "hi", "gu"])
def test_whatever_happens_a_shared_phone_or_anothers_gets_the_number_and_that_there_is_news(language: str) -> None:
    for key in TO_COMPLAINANTS:
        assert queue(key, phone_is_shared=True, complainant_language=language, variables=KNOWN) == 1
    rows = texts()
    assert [row.template for row in rows] == TO_COMPLAINANTS
    # Not even in the outbox is there anything else that could be put into words.
    assert [row.variables for row in rows] == [{"only_news": True}] * len(rows)
    orders = [Order(row.id, row.grievance_id, row.template, row.language, row.to, row.variables, 1) for row in rows]
    facts = facts_for(db.session(), orders)
    assert {words_of(order, facts) for order in orders} == {render_news(language, NUMBER)}


def test_a_phone_of_ones_own_is_told_more_by_every_text() -> None:
    for key in TO_COMPLAINANTS:
        queue(key, complainant_language="en", variables=KNOWN)
    rows = texts()
    orders = [Order(row.id, row.grievance_id, row.template, row.language, row.to, row.variables, 1) for row in rows]
    facts = facts_for(db.session(), orders)
    said = {words_of(order, facts) for order in orders}
    assert len(said) == len(TO_COMPLAINANTS) == 19
    assert render_news("en", NUMBER) not in said


def test_a_shared_phone_of_the_complainant_changes_nothing_for_staff() -> None:
    queue(M.OFFICE_RECEIVED, phone_is_shared=True)
    assert "Mamlatdar Office, Dholka" in words()


def test_a_text_without_its_date_is_refused_when_it_is_ordered() -> None:
    for wrong in ({}, {"due_on": ""}, {"due_on": "soon"}):
        with pytest.raises(Unrendered):
            queue(M.FILED, variables=wrong)
    assert texts() == []


def test_a_language_that_has_no_texts_becomes_english() -> None:
    queue(M.ASSIGNED, complainant_language="mr")
    assert words() == f"SWAGAT: An officer is now working on your grievance {NUMBER}."


def test_an_office_without_a_name_in_a_language_keeps_its_english_one() -> None:
    queue(M.FILED, complainant_language="hi")
    assert "कार्यालय: Mamlatdar Office, Dholka।" in words()


@pytest.mark.parametrize(
    ("name", "title", "shown"),
    [
        (
            "Office of the Superintending Engineer, Ahmedabad Circle",
            "Superintending Engineer",
            "Superintending Engineer",
        ),
        ("Deputy Executive Engineer (Water Supply), Lakhtar", "", "Deputy Executive Engineer (Water..."),
        ("N" * 50, "Principal Secretary, Urban Development Department", "Principal Secretary, Urban..."),
        ("X" * 50, "", "X" * 37 + "..."),
        ("Collector\u2019s\u00a0Office", "Collector", "Collector's Office"),
    ],
)
def test_an_office_fits_what_the_registry_lets_through(name: str, title: str, shown: str) -> None:
    with transaction() as session:
        session.execute(update(Office).where(Office.id == TALUKA).values(name_en=name, title_en=title))
    queue(M.FILED, complainant_language="en")
    assert f"Office: {shown}. Answer" in words()


def test_what_the_words_speak_of_must_be_there() -> None:
    queue(M.FILED)
    for gone in (
        {"variables": {"due_on": DUE_ON, "office": NO_OFFICE}},
        {"variables": {"due_on": "24.12.2026", "office": TALUKA}},
        {"variables": {"due_on": DUE_ON, "office": TALUKA, "name": "Kanta"}},
        {"variables": {"due_on": DUE_ON}},
        {"grievance_id": None},
        {"language": "mr"},
    ):
        with pytest.raises(Unrendered):
            words(**gone)


def test_nothing_that_is_printed_of_an_order_names_anybody() -> None:
    assert KANTA not in repr(about())
    assert KANTA not in repr(Order(1, GRIEVANCE, M.FILED, "gu", KANTA, {}, 1))


@pytest.mark.parametrize(
    ("keys", "changes", "budget"),
    [
        ((), {}, 0),
        ((M.FILED,), {"complainant_mobile": None}, 0),
        ((M.FILED, M.DISPOSED), {}, 1),
        ((M.FILED, M.OFFICE_RECEIVED), {}, 2),
        ((M.FILED, M.OFFICER_ASSIGNED, M.OFFICE_RECEIVED, M.OFFICE_ESCALATED), {"answerable_office_id": TALUKA}, 2),
        # Nobody heads the top office, and the case and its ladder are looked up to find who stands above.
        ((M.FILED, M.OFFICER_ASSIGNED, M.OFFICE_RECEIVED, M.OFFICE_ESCALATED), {}, 4),
    ],
)
def test_telling_costs_one_look_for_staff_and_one_insert(
    count_statements: CountStatements, keys: tuple[M, ...], changes: dict[str, Any], budget: int
) -> None:
    with transaction() as session, count_statements() as sent:
        tell(session, keys, about(**changes), NOON)
        assert len(sent) == budget, sent


def test_the_words_of_a_batch_cost_three_statements_however_large_it_is(count_statements: CountStatements) -> None:
    for id_ in [GRIEVANCE, *more_cases(5)]:
        queue(M.FILED, M.OFFICE_RECEIVED, M.ESCALATED, grievance_id=id_)
    orders = [Order(row.id, row.grievance_id, row.template, row.language, row.to, row.variables, 1) for row in texts()]
    assert len(orders) == 18
    with count_statements() as sent:
        facts = facts_for(db.session(), orders)
        assert len({words_of(order, facts) for order in orders}) == 18
        assert len(sent) == 3
