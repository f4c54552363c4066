"""How the databases find what is due among many texts: by the partial index of its state, and in that order."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from swagat import create_app
from swagat.database import db
from swagat.domain.messages import MessageKey as M
from swagat.domain.rules import Rules
from swagat.services import asking, lost_reports
from swagat.services.caps import Caps
from swagat.services.claiming import claim, lapse
from swagat.sms.console_gateway import ConsoleGateway
from tests.conftest import settings_for
from tests.services.case_to_tell import make_case, queue
from tests.services.plans import plans_of_all
from tests.staff import NOON, TALUKA

TEXTS = 20_000
NO_CAPS = Caps(0, 0, "")
MULTIPLY = """
    INSERT INTO sms_messages (cause, recipient, template, grievance_id, "to", language, variables, body, status,
        queued_at, next_try_at, tries, looks, lease, lease_until, failure, ended_at)
    WITH RECURSIVE numbers (step) AS (SELECT 1 UNION ALL SELECT step + 1 FROM numbers WHERE step < :texts)
    SELECT 'many:' || step, recipient, 'assigned', grievance_id, "to", language, variables, '',
        CASE step % 20 WHEN 0 THEN 'queued' WHEN 1 THEN 'unknown' WHEN 2 THEN 'sent' WHEN 3 THEN 'sending'
            ELSE 'delivered' END,
        queued_at, next_try_at, 1, 0, '', next_try_at, '', CASE WHEN step % 20 > 3 THEN queued_at END
    FROM sms_messages, numbers WHERE sms_messages.id = (SELECT min(id) FROM sms_messages)
"""


@pytest.fixture(scope="module", autouse=True)
def many(template: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """20,000 texts, a twentieth of them in each state that something is done about, counted by each database."""
    app = create_app(settings_for(template("outbox_plans"), tmp_path_factory.mktemp("documents")))
    with app.app_context():
        make_case()
        queue(M.ASSIGNED)
        queue(M.OFFICE_IMMEDIATE, answerable_office_id=TALUKA)
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(MULTIPLY), {"texts": TEXTS})
            connection.execute(text("ANALYZE"))
        yield app
        db.session.remove()
        db.engine.dispose()


def test_a_claim_takes_the_urgent_and_then_the_oldest_by_the_index_of_each() -> None:
    plans = [plan for plan in plans_of_all(lambda: claim(NOON, "lease", 8, NO_CAPS, b"")) if plan.writes]
    urgent, oldest, *rest = plans
    # Without a partial index's true size SQLite may take the one of all that waits: it is right all the same.
    is_light = db.engine.dialect.name == "sqlite"
    assert urgent.uses("ix_sms_messages_urgent") or (is_light and urgent.uses("ix_sms_messages_waiting")), urgent.steps
    assert oldest.uses("ix_sms_messages_waiting"), oldest.steps
    assert not oldest.sorts_all, oldest.steps
    for plan in (urgent, oldest, *rest):
        assert plan.whole == [], plan.steps


@pytest.mark.parametrize(
    ("work", "index"),
    [
        (lambda: lapse(NOON - timedelta(days=1)), "ix_sms_messages_sending"),
        (lambda: asking._claim(NOON, "lease", b""), "ix_sms_messages_unknown"),
        (lambda: lost_reports.look(NOON, ConsoleGateway(), Rules(), 72), "ix_sms_messages_sent"),
    ],
)
def test_what_a_pass_begins_with_is_found_by_the_index_of_its_state(work: Callable[[], object], index: str) -> None:
    first, *rest = [plan for plan in plans_of_all(work) if plan.writes]
    # SQLite may find the few of one state by when they ended, and put those in order.
    assert (first.uses(index) and not first.sorts_all) or first.uses(
        "ix_sms_messages_ended_at (ended_at=? AND status=?)"
    )
    for plan in (first, *rest):
        assert plan.whole == [], plan.steps
