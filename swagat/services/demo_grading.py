"""The formula by which the demo's offices are graded: adopted, as the rule is, before the first of its months began."""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from swagat.domain.roles import Actor, Role
from swagat.models import Office, Person, Posting
from swagat.services import grading_adoptions

FORMULA = ("after_mp181", 1)
BEFORE = timedelta(days=20)


def adopt_formula(session: Session, today: date) -> None:
    """Adopt the example for all of the last year and of this one, as the administrator did before they began."""
    first = date(today.year - 1, 1, 1)
    asked = (
        select(Posting.person_id, Posting.id, Posting.office_id, Office.state_id)
        .join(Person, Person.id == Posting.person_id)
        .join(Office, Office.id == Posting.office_id)
        .where(Posting.role == Role.ADMINISTRATOR, Person.login == "admin")
    )
    administrator = Actor(Role.ADMINISTRATOR, *session.execute(asked).one())
    session.rollback()
    at = datetime(first.year, first.month, first.day, 6, tzinfo=UTC) - BEFORE
    grading_adoptions.adopt(administrator, *FORMULA, first, at)
