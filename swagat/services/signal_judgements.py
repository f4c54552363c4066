"""What an office says of a signal of gaming, and how a person above judges it; all that was said stays.

Nothing follows from a signal by itself: no figure, no grade and no case changes, whatever is judged.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, exists, insert, select, update
from sqlalchemy.orm import Session

from swagat.database import transaction
from swagat.domain.errors import N_, AlreadyDone, Forbidden, Invalid, Stale, Text
from swagat.domain.roles import Actor, Role
from swagat.domain.workflow import Action
from swagat.models import GrievanceEvent, Posting, Signal, SignalCase, SignalRemark, SignalState
from swagat.services import signals
from swagat.services.absences import held
from swagat.services.signals import Line

JUDGES = frozenset({Role.SUPERVISOR, Role.QUALITY_MANAGER})
SHORTEST_REASON, LONGEST_REASON = 10, 2000
# Nobody fills a page without end; whoever has more to say speaks.
MOST_SAID = 20
STALE = N_("Somebody said something of this signal while you were writing. Read it, then send again.")


def judge(
    actor: Actor, signal_id: int, version: int | None, judged: SignalState | None, reason: str, now: datetime
) -> None:
    """Keep a person's judgement of a signal, for good; it may be judged anew, and all judgements stay.

    Raises NotFound, Forbidden for who is of the office or not above it, Invalid, Stale where somebody said something
    since this person looked, and AlreadyDone for the same words once more.
    """
    reason = reason.strip()
    with transaction() as session:
        signal = signals.found(session, actor, signal_id)
        why_not = why_not_judge(session, actor, signal, now)
        if why_not is not None:
            raise Forbidden(why_not.message)
        errors = _faults(reason)
        if judged not in (SignalState.EXPLAINED, SignalState.CONFIRMED):
            errors["judged"] = Text(N_("Choose how you judge it."))
        if errors:
            raise Invalid(errors=errors)
        _refuse_repeated(session, actor, signal, judged, reason)
        if signal.version != version:
            raise Stale(STALE)
        _append(session, actor, signal, judged, reason, now)


def explain(actor: Actor, signal_id: int, reason: str, now: datetime) -> None:
    """Keep what the office itself says of a signal; it judges nothing.

    Raises NotFound, Forbidden for who is not of the office, Invalid, and AlreadyDone for the same words once more.
    """
    reason = reason.strip()
    with transaction() as session:
        signal = signals.found(session, actor, signal_id)
        if not may_explain(actor, signal):
            raise Forbidden(N_("Only the office itself explains what was seen there."))
        errors = _faults(reason, "explanation")
        if errors:
            raise Invalid(errors=errors)
        _refuse_repeated(session, actor, signal, None, reason)
        if signal.version >= MOST_SAID:
            raise Forbidden(N_("Enough was written here. Speak with the office above."))
        _append(session, actor, signal, None, reason, now)


def why_not_judge(session: Session, actor: Actor, signal: Line, now: datetime) -> Text | None:
    """Return why somebody may not judge a signal, None where they may: persons count, not postings alone."""
    if actor.role not in JUDGES:
        return Text(N_("You read this and judge nothing."))
    if actor.office_id == signal.office_id:
        return Text(N_("Nobody judges their own office. You may explain what was seen."))
    there = exists().where(Posting.person_id == actor.person_id, Posting.office_id == signal.office_id, *held(now))
    disposed = (
        exists()
        .where(SignalCase.signal_id == signal.id)
        .where(
            GrievanceEvent.grievance_id == SignalCase.grievance_id,
            GrievanceEvent.person_id == actor.person_id,
            GrievanceEvent.answerable_after_id == signal.office_id,
            GrievanceEvent.action.in_([Action.DISPOSE, Action.APPROVE]),
        )
    )
    if session.scalar(select(there | disposed)):
        return Text(N_("You are posted in this office too, or answered these cases there. Somebody else judges it."))
    return None


def may_explain(actor: Actor, signal: Line) -> bool:
    """Return whether somebody speaks for the office of a signal."""
    return actor.role in JUDGES and actor.office_id == signal.office_id


def _faults(reason: str, name: str = "reason") -> dict[str, Text]:
    if len(reason) < SHORTEST_REASON:
        return {name: Text(N_("Write at least %(count)s characters."), {"count": SHORTEST_REASON})}
    if len(reason) > LONGEST_REASON:
        return {name: Text(N_("Write at most %(count)s characters."), {"count": LONGEST_REASON})}
    return {}


def _refuse_repeated(session: Session, actor: Actor, signal: Line, judged: SignalState | None, reason: str) -> None:
    newest = session.execute(
        select(SignalRemark.person_id, SignalRemark.judged, SignalRemark.reason).where(
            SignalRemark.signal_id == signal.id, SignalRemark.ordinal == signal.version
        )
    ).first()
    if newest is not None and tuple(newest) == (actor.person_id, judged, reason):
        raise AlreadyDone(N_("This was recorded before."))


def _append(
    session: Session, actor: Actor, signal: Line, judged: SignalState | None, reason: str, now: datetime
) -> None:
    ordinal = signal.version + 1
    changes: dict[str, Any] = {"version": ordinal} | ({"state": judged} if judged else {})
    kept = update(Signal).where(Signal.id == signal.id, Signal.version == signal.version).values(**changes)
    done = session.execute(kept.execution_options(synchronize_session=False))
    assert isinstance(done, CursorResult)
    if not done.rowcount:
        raise Stale(STALE)
    session.execute(
        insert(SignalRemark),
        {
            "signal_id": signal.id,
            "ordinal": ordinal,
            "judged": judged,
            "reason": reason,
            "person_id": actor.person_id,
            "office_id": actor.office_id,
            "written_at": now,
        },
    )
