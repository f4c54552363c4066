"""What falls due in the quality system: for each kind of subject, the handler that fires its deadlines."""

from datetime import datetime

from swagat.domain.rules import Rules
from swagat.services import certificate_reminders, nonconformity_lateness, nonconformity_trail, quality_deadlines
from swagat.services.quality_deadlines import Handlers, SweepReport


def handlers(rules: Rules) -> Handlers:
    """Return the handler of each kind, by the rules of this installation."""
    return {nonconformity_trail.KIND: nonconformity_lateness.handler(rules), **certificate_reminders.HANDLERS}


def sweep(now: datetime, rules: Rules) -> SweepReport:
    """Fire every deadline of the quality system that is due."""
    return quality_deadlines.sweep(now, handlers(rules))
