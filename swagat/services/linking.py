"""A case is linked to a common cause, or taken out of it; neither touches a clock or tells the complainant."""

from sqlalchemy import select

from swagat.domain.errors import N_, Invalid, Text
from swagat.domain.workflow import Action
from swagat.models import CommonCause
from swagat.services import branches
from swagat.services.move import Effect, Move


def link(move: Move) -> None:
    """Let the case belong to a common cause of the actor's own office or of one above it that has not ended."""
    cause = move.session.execute(
        select(CommonCause.id, CommonCause.office_id, CommonCause.ended_at).where(
            CommonCause.id == move.asked.cause_id, CommonCause.state_id == move.grievance.state_id
        )
    ).first()
    here = move.actor.office_id or 0
    if cause is None or (here != cause.office_id and not branches.ladders_within(cause.office_id, here)):
        raise Invalid(errors={"cause": Text(N_("Choose a common cause from the list."))})
    if cause.ended_at is not None:
        raise Invalid(errors={"cause": Text(N_("This common cause has ended. Choose another."))})
    move.changes["cause_id"] = cause.id
    move.payload["cause_id"] = cause.id


def unlink(move: Move) -> None:
    """Take the case out of its common cause."""
    move.changes["cause_id"] = None
    move.payload["cause_id"] = move.case.cause_id


LINKING: dict[Action, Effect] = {Action.LINK: link, Action.UNLINK: unlink}
