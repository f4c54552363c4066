"""An audit of Dholka's office for July, by the head of the block's office: what tests of audits begin from."""

from datetime import date, timedelta

from swagat.database import db, transaction
from swagat.domain.internal_audits import CODES, Answer, Paper
from swagat.domain.roles import Actor, Role
from swagat.models import InternalAudit
from swagat.services import counting
from swagat.services.audit_planning import Plan, plan
from tests.builders import day, post

JULY = date(2026, 7, 1)
# The fifth of August.
VISIT = 35
WANTED = Plan("MAM-3783", "development_officer", JULY, JULY, date(2026, 8, 5), 3)
CONCLUSION = "The office answers well and does not say when it will."
SHOWN = "Two of five people at the counter had no date."


def post_manager() -> Actor:
    """Post Sonal as quality manager in the General Administration Department."""
    with transaction() as session:
        return post(session, "sonal", "PS-GAD", Role.QUALITY_MANAGER, "Sonal Vyas", "સોનલ વ્યાસ")


def planned(manager: Actor, wanted: Plan = WANTED) -> int:
    """Plan the audit at the end of July and return its id."""
    return plan(manager, wanted, day(VISIT) - timedelta(days=6))


def count() -> None:
    """Let the figures know what happened so far."""
    counting.count_all(day(VISIT))


def audit(audit_id: int) -> InternalAudit:
    """Return the row of an audit as the database has it now."""
    db.session.commit()
    found = db.session.get_one(InternalAudit, audit_id, populate_existing=True)
    db.session.commit()
    return found


def whole_paper(cases: int) -> Paper:
    """Return a paper that can be reported, with one minor nonconformity."""
    answers = {code: Answer("conforms", "") for code in CODES} | {"told": Answer("minor", SHOWN)}
    return Paper(answers, {place: Answer("conforms", "") for place in range(1, cases + 1)}, CONCLUSION)
