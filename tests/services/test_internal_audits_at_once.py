"""Two who plan, or two presses that draw, in the same moment."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select

from swagat.database import db
from swagat.domain.errors import AlreadyDone
from swagat.models import AuditedCase, InternalAudit
from swagat.services import internal_audits
from tests.builders import Cast, day, disposed, post_cast
from tests.services.planned_audits import VISIT, WANTED, count, planned, post_manager
from tests.services.test_two_at_once import at_once


@pytest.fixture
def cast(own_app: Flask) -> Iterator[Cast]:
    with own_app.app_context():
        yield post_cast()


def test_two_managers_who_plan_at_once_take_two_numbers(own_app: Flask, cast: Cast) -> None:
    manager = post_manager()
    plans = [WANTED, replace(WANTED, office="TDO-3783", auditor="meena")]
    outcomes = at_once(own_app, *(lambda one=one: planned(manager, one) for one in plans))
    assert not [one for one in outcomes if isinstance(one, Exception)]
    assert sorted(db.session.scalars(select(InternalAudit.running))) == [1, 2]


def test_cases_are_drawn_once_even_by_two_presses_at_once(own_app: Flask, cast: Cast) -> None:
    disposed(cast, "kanta", 2)
    count()
    audit_id = planned(post_manager())
    presses = [lambda: internal_audits.draw(cast.development_officer, audit_id, day(VISIT))] * 2
    outcomes = at_once(own_app, *presses)
    assert sorted(isinstance(one, AlreadyDone) for one in outcomes) == [False, True]
    assert db.session.scalar(select(func.count()).select_from(AuditedCase)) == 1
