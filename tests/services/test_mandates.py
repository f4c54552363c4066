"""An auditor reads what their mandate names: some offices, some months, and until their posting ends."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from swagat.database import db, transaction
from swagat.domain.errors import Invalid
from swagat.domain.mandates import Mandate
from swagat.domain.quality import periods
from swagat.domain.roles import Actor, Role
from swagat.models import AuditMandate, Posting
from swagat.services import audit_pages, management_reviews, mandates, postings, quality_scopes, review_pages, sessions
from swagat.services.mandates import Wanted
from tests.builders import BEGAN, Cast, day, gujarat, office, post, post_cast
from tests.conftest import statements
from tests.services.planned_audits import JULY, planned, post_manager

JUNE, AUGUST = date(2026, 6, 1), date(2026, 8, 1)
LAST_DAY = date(2026, 12, 31)


@pytest.fixture
def cast(app: Flask) -> Cast:
    return post_cast()


def posted(cast: Cast, wanted: Wanted | None, last_day: date | None = LAST_DAY) -> int:
    with transaction() as session:
        person = post(session, "rekha", "CS", Role.CLERK, "Rekha Amin").person_id or 0
    return postings.post(
        cast.administrator, person, office("PS-GAD"), Role.AUDITOR, None, last_day, False, BEGAN, wanted
    )


def with_mandate(cast: Cast, *codes: str, first: date = JULY, last: date = JULY) -> Actor:
    offices = frozenset(office(code) for code in codes) or None
    return replace(cast.auditor, mandate=Mandate(offices, first, last))


def test_the_mandate_is_kept_with_the_posting_and_read_at_each_sign_in(cast: Cast) -> None:
    posting_id = posted(cast, Wanted(["MAM-3783", "TDO-3783"], JUNE, JULY))
    expected = Mandate(frozenset({office("MAM-3783"), office("TDO-3783")}), JUNE, JULY)
    assert mandates.of_posting(db.session(), posting_id) == expected
    person_id = db.session.scalar(select(Posting.person_id).where(Posting.id == posting_id)) or 0
    with transaction() as session:
        token = sessions.begin(session, person_id, BEGAN, posting_id)
    found = sessions.actor_for(token, BEGAN)
    assert found is not None
    assert found.actor.mandate == expected


def test_only_an_auditor_costs_a_second_statement_at_sign_in(cast: Cast) -> None:
    for actor, number in ((cast.meena, 1), (cast.auditor, 2)):
        with transaction() as session:
            token = sessions.begin(session, actor.person_id or 0, BEGAN, actor.posting_id)
        sessions.actor_for(token, BEGAN)
        with statements() as sent:
            sessions.actor_for(token, BEGAN)
        assert len(sent) == number


@pytest.mark.parametrize(
    ("wanted", "last_day", "fields"),
    [
        (None, LAST_DAY, {"mandate_first", "mandate_last"}),
        (Wanted([], JUNE, JULY), None, {"last_day"}),
        (Wanted(["MAM-3783", "MAM-0000"], JUNE, JULY), LAST_DAY, {"mandate_offices"}),
        (Wanted([], JULY, JUNE), LAST_DAY, {"mandate_last"}),
    ],
)
def test_without_a_whole_mandate_nobody_is_posted_as_auditor(
    cast: Cast, wanted: Wanted | None, last_day: date | None, fields: set[str]
) -> None:
    with pytest.raises(Invalid) as refusal:
        posted(cast, wanted, last_day)
    assert set(refusal.value.errors) == fields
    # The cast's own auditor has one.
    assert db.session.scalar(select(func.count()).select_from(AuditMandate)) == 1


@pytest.mark.parametrize(
    ("codes", "first", "last", "reads"),
    [
        ((), JULY, JULY, True),
        (("MAM-3783",), JUNE, JULY, True),
        (("TDO-3783",), JUNE, AUGUST, False),
        (("MAM-3783",), JUNE, JUNE, False),
        (("MAM-3783",), AUGUST, AUGUST, False),
    ],
)
def test_audits_and_reviews_are_read_of_the_offices_and_months_of_the_mandate(
    cast: Cast, codes: tuple[str, ...], first: date, last: date, reads: bool
) -> None:
    planned(post_manager())
    management_reviews.begin(cast.meena, "MAM-3783", JULY, JULY, day(35).date(), day(35))
    auditor = with_mandate(cast, *codes, first=first, last=last)
    assert bool(audit_pages.programme(db.session(), auditor, 2026)) is reads
    assert bool(review_pages.reviews(db.session(), auditor)) is reads


def test_an_auditor_without_a_mandate_reads_what_everybody_may(cast: Cast) -> None:
    planned(post_manager())
    auditor = replace(cast.auditor, mandate=None)
    assert audit_pages.programme(db.session(), auditor, 2026) == []
    assert not quality_scopes.may_see_whole(auditor, quality_scopes.of_state(gujarat()), periods.month(JULY))


@pytest.mark.parametrize(
    ("codes", "scope", "code", "month", "whole"),
    [
        ((), "state", "", JULY, True),
        ((), "office", "MAM-3783", JULY, True),
        ((), "office", "MAM-3783", JUNE, False),
        (("MAM-3783",), "office", "MAM-3783", JULY, True),
        (("MAM-3783",), "office", "TDO-3783", JULY, False),
        (("MAM-3783",), "state", "", JULY, False),
        (("MAM-3783",), "district", "438", JULY, False),
    ],
)
def test_nothing_is_withheld_within_the_mandate_and_all_that_is_elsewhere(
    cast: Cast, codes: tuple[str, ...], scope: str, code: str, month: date, whole: bool
) -> None:
    session: Any = db.session()
    whose = (
        quality_scopes.of_state(gujarat())
        if scope == "state"
        else quality_scopes.named(session, gujarat(), scope, code)
    )
    assert quality_scopes.may_see_whole(with_mandate(cast, *codes), whose, periods.month(month)) is whole
