"""What the demo's people act on: the real use cases, at instants that have passed."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from swagat.database import db
from swagat.domain.errors import Refused
from swagat.domain.roles import Actor
from swagat.domain.rules import Rules
from swagat.domain.workflow import Action, Status
from swagat.models import Grievance
from swagat.services import filing, redressal
from swagat.services.demo_people import Staff
from swagat.services.filing import Filing
from swagat.services.move import Asked


@dataclass(slots=True)
class DemoReport:
    """What the demo holds."""

    cases: int = 0
    actions: int = 0
    imported: int = 0
    certified: int = 0
    refused: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Return whether anything was made."""
        return self.cases > 0

    def lines(self) -> list[str]:
        """Return what to print."""
        return [f"The demo has {self.cases} grievances and {self.actions} actions of invented people."]


class Now(NamedTuple):
    """Where a case stands: who works on it, who answers for it, who hears its appeal."""

    status: Status
    office_id: int
    answerable_id: int
    appellate_id: int | None
    level: int
    cycle: int
    is_reached: bool


@dataclass(slots=True)
class Stage:
    """The people of the demo, the rules by which they act, and the report of what they did."""

    rules: Rules
    secret: bytes
    staff: Staff
    report: DemoReport = field(default_factory=DemoReport)

    def file(self, filed: Filing, at: datetime) -> str:
        """File a grievance and return its number."""
        done = filing.file_grievance(filed, at, self.secret, self.rules)
        self.report.cases += 1
        return done.number

    def act(self, number: str, actor: Actor, action: Action, asked: Asked, at: datetime) -> bool:
        """Carry out one action; a refusal is written down and returned as False."""
        try:
            redressal.act(actor, number, action, asked, None, at, self.rules)
        except Refused as refusal:
            self.report.refused.append(f"{number} {action}: {refusal}")
            return False
        self.report.actions += 1
        return True


def standing(number: str) -> Now:
    """Return where a case stands."""
    columns = (
        Grievance.status,
        Grievance.office_id,
        Grievance.answerable_office_id,
        Grievance.appellate_office_id,
        Grievance.level,
        Grievance.cycle,
        Grievance.reached_at.is_not(None),
    )
    row = db.session.execute(select(*columns).where(Grievance.registration_number == number)).one()
    db.session.rollback()
    return Now(*row)
