"""The demo's checks of disposals: drawn on their day, and checked by the heads of other offices in the weeks after."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import aliased

from swagat.database import db
from swagat.domain.quality.measures import month_of
from swagat.models import CheckResult, CheckWay, DisposalCheck, Office
from swagat.services import disposal_checks, disposal_draws
from swagat.services.demo_conduct import OFFICES
from swagat.services.demo_stage import Stage

A_DAY = timedelta(days=1)
# Left to whoever looks at the demo: its head can sign in.
CHECKS_NOTHING = "CO-NP-DHOLKA"
FOUND_FALSE_ELSEWHERE = 10
NOT_REACHED = 15
FOUND = {
    CheckResult.TRUE: "અરજદારે ફોન પર કહ્યું કે કામ થઈ ગયું છે અને નકલ મળી ગઈ છે.",
    CheckResult.FALSE: "અરજદારે ફોન પર કહ્યું કે જવાબમાં લખ્યું છે તેવું કોઈ કામ થયું નથી.",
    CheckResult.NOT_REACHED: "ત્રણ દિવસ જુદા જુદા સમયે પ્રયત્ન કર્યો, કોઈ મળ્યું નહીં.",
}


@dataclass(frozen=True, slots=True)
class _Due:
    """A check, who makes it, on which day, and whose answer it is about."""

    on: date
    check_id: int
    checker_id: int
    code: str


@dataclass(slots=True)
class Checkers:
    """The offices that check what others disposed."""

    stage: Stage
    due: list[_Due] = field(default_factory=list)

    def draw(self, at: datetime, today: date) -> None:
        """Draw the disposals of the month before, to be checked within two weeks."""
        disposal_draws.draw_month(at, self.stage.rules)
        checker, answered = aliased(Office), aliased(Office)
        drawn = db.session.execute(
            select(DisposalCheck.id, DisposalCheck.checker_office_id, answered.code)
            .join(checker, checker.id == DisposalCheck.checker_office_id)
            .join(answered, answered.id == DisposalCheck.office_id)
            .where(DisposalCheck.month == month_of(month_of(today) - A_DAY), checker.code != CHECKS_NOTHING)
            .order_by(DisposalCheck.id)
        ).all()
        db.session.rollback()
        for row in drawn:
            on = today + A_DAY * Random(f"check-{row.id}").randint(3, 16)
            self.due.append(_Due(on, row.id, row.checker_office_id, row.code))

    def spend(self, morning: datetime) -> None:
        """Record what is found on a day."""
        for one in [due for due in self.due if due.on <= morning.date()]:
            self.due.remove(one)
            self._check(one, morning + timedelta(hours=5))

    def _check(self, one: _Due, at: datetime) -> None:
        conduct = OFFICES.get(one.code)
        false = conduct.found_false if conduct else FOUND_FALSE_ELSEWHERE
        weights = (100 - NOT_REACHED - false, false, NOT_REACHED)
        result = Random(f"found-{one.check_id}").choices(
            (CheckResult.TRUE, CheckResult.FALSE, CheckResult.NOT_REACHED), weights
        )[0]
        # Elsewhere people may hide who they are, so that nobody can call them.
        way = CheckWay.CALL if conduct else CheckWay.VISIT
        head = self.stage.staff.heads[one.checker_id]
        disposal_checks.record(head, one.check_id, way, result, FOUND[result], at, self.stage.rules)
        self.stage.report.actions += 1
