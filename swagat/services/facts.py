"""The facts of one grievance on which the domain decides, read from the tables."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import Session

from swagat.domain.case import Case, Owing, Waiting
from swagat.domain.deadlines import Clock
from swagat.domain.rules import Rules
from swagat.models import Document, FilingMode, Grievance, Proposal
from swagat.services import catalogue, lapses, routing
from swagat.services.posts import Posts


@dataclass(slots=True)
class Known:
    """What was read of a grievance together with others, so that nothing is asked for it alone.

    `live` holds clock and id of the deadlines that run, `pauses` the cycle, begin and end of each. Who owes an
    explanation is not among it: the system never does.
    """

    posts: Posts
    waiting: Proposal | None
    papers_held: bool
    live: list[tuple[Clock, int]]
    pauses: list[tuple[int, datetime, datetime | None]]


def case_of(
    session: Session,
    grievance: Grievance,
    rules: Rules,
    window_over: bool = False,
    was_proposed: bool = True,
    known: Known | None = None,
    owing: Owing | None = None,
) -> Case:
    """Return the plain facts on which the domain decides, in at most three statements, or in none when they are known.

    Where the register shows that nothing was ever proposed, no proposal is looked for; `owing` is given by who read
    it for the page already.
    """
    office_id, ladder, accused = grievance.answerable_office_id, grievance.ladder, grievance.accused_office_id
    if known is None:
        above = routing.office_above(session, office_id, ladder, accused)
        waiting = waiting_proposal(session, grievance.id) if was_proposed else None
        papers_held = grievance.is_identity_hidden and _papers_held(session, grievance.id)
        if owing is None:
            owing = lapses.owing(session, grievance.id) if lapses.were_any(grievance) else Owing()
    else:
        above = next((one for one in known.posts.above(office_id, ladder) if one[0] != accused), None)
        waiting, papers_held, owing = known.waiting, known.papers_held, Owing()
    posting = grievance.officer_posting
    return Case(
        status=grievance.status,
        outcome=grievance.outcome,
        confirmation=grievance.confirmation,
        office_id=grievance.office_id,
        answerable_office_id=grievance.answerable_office_id,
        appellate_office_id=grievance.appellate_office_id,
        office_above_id=above[0] if above else None,
        common_superior_id=grievance.deciding_office_id,
        level=grievance.level,
        cycle=grievance.cycle,
        clock_state=grievance.clock_state,
        state_id=grievance.state_id,
        officer_person_id=posting.person_id if posting else None,
        accused_office_id=grievance.accused_office_id,
        accused_person_id=grievance.accused_person_id,
        is_self_filed=grievance.mode is FilingMode.WEB,
        is_unsorted=catalogue.category(grievance.category_id).is_group,
        is_immediate=grievance.is_immediate,
        is_closed_against=grievance.is_closed_against,
        transfers=grievance.transfers,
        transfer_limit=rules.transfer_limit,
        transfer_is_final=grievance.transfer_is_final,
        clarifications=grievance.clarifications,
        clarification_limit=rules.clarifications_per_cycle,
        papers_held=papers_held,
        window_over=window_over,
        was_reached=grievance.reached_at is not None,
        waiting=Waiting(waiting.proposed, waiting.proposer_id, waiting.objection_until) if waiting else None,
        reporter_id=grievance.reporter_id,
        disposer_id=grievance.disposer_id,
        lapses=grievance.lapses,
        asked_after=grievance.asked_after,
        time_given=grievance.time_given,
        due_on=grievance.due_on,
        more_time_days=rules.more_time_days,
        directing_office_id=grievance.directing_office_id,
        direction_is_reported=grievance.direction_is_reported,
        listed_office_id=grievance.listed_office_id,
        cause_id=grievance.cause_id,
        owing=owing,
    )


def waiting_proposal(session: Session, grievance_id: int) -> Proposal | None:
    """Return the proposal that nobody has decided yet."""
    return session.scalars(_WAITING, {"grievance_id": grievance_id}).first()


_WAITING = (
    select(Proposal)
    .where(Proposal.grievance_id == bindparam("grievance_id"), Proposal.decided_at.is_(None))
    .order_by(Proposal.id.desc())
    .limit(1)
)


def _papers_held(session: Session, grievance_id: int) -> bool:
    held = exists().where(Document.grievance_id == grievance_id, Document.is_held.is_(True))
    return bool(session.scalar(select(held)))
