"""When a disposal reached the complainant: only then does the window to confirm, refuse or appeal begin."""

from datetime import datetime

from sqlalchemy.orm import Session

from swagat.domain.rules import Rules
from swagat.domain.workflow import Action
from swagat.services.redressal import apply_by_system


def reached(session: Session, grievance_id: int, now: datetime, rules: Rules, by: str) -> bool:
    """Record in the caller's transaction that a disposal was delivered, beginning the window; False when it had."""
    return apply_by_system(session, grievance_id, Action.HAND_OVER, now, rules, {"by": by})
