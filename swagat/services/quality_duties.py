"""What falls due in the quality system: for each kind of subject, the handler that fires its deadlines."""

from datetime import datetime

from swagat.services import certificate_reminders, quality_deadlines
from swagat.services.quality_deadlines import Handlers, SweepReport

HANDLERS: Handlers = {**certificate_reminders.HANDLERS}


def sweep(now: datetime) -> SweepReport:
    """Fire every deadline of the quality system that is due."""
    return quality_deadlines.sweep(now, HANDLERS)
