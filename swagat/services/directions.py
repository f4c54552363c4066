"""What a superior sets beside a case: directions to the office, each with a date, and the sitting it is heard in."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, insert, select, update
from sqlalchemy.orm import Session, aliased

from swagat.domain.deadlines import Clock
from swagat.domain.duties import again_from, by_date
from swagat.domain.names import Name
from swagat.domain.workflow import Action
from swagat.models import CommonCause, DeadlineEnd, Direction, Grievance, Office
from swagat.services import clocks, routing
from swagat.services.history import History
from swagat.services.move import Effect, Move


@dataclass(frozen=True, slots=True)
class OpenDirection:
    """The direction that is open: `seq` is the entry that gave it, `office` sees to it now."""

    seq: int
    office: Name
    due_on: date
    reported_at: datetime | None
    returned: int
    missed: int


@dataclass(frozen=True, slots=True)
class Steered:
    """What superiors set beside the case: the open direction, the sitting it is listed for, the cause it shares."""

    direction: OpenDirection | None = None
    listed: Name | None = None
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Hearing:
    """When a case is to be heard, and in the sitting of which office."""

    office: Name
    on: date


def hearing(grievance: Grievance, past: History, today: date) -> Hearing | None:
    """Return when a listed case is to be heard, None where its list has no date or the day is over.

    What reaches the last level is listed by itself, and has no date until a superior gives one.
    """
    if grievance.listed_office_id is None:
        return None
    listing = next((one for one in reversed(past.happenings) if "listed_office_id" in one.payload), None)
    if listing is None or listing.post is None or "hearing_on" not in listing.payload:
        return None
    on = date.fromisoformat(listing.payload["hearing_on"])
    return Hearing(listing.post, on) if on >= today else None


def steered(session: Session, grievance: Grievance) -> Steered:
    """Return what superiors set beside a case, in one statement, or in none where they set nothing."""
    if grievance.directing_office_id is grievance.listed_office_id is grievance.cause_id is None:
        return Steered()
    row = session.execute(_steered_statement(), {"grievance_id": grievance.id}).one()
    direction = None
    if row.seq is not None:
        office = Name(row.seen_to_en, row.seen_to_hi, row.seen_to_gu)
        direction = OpenDirection(row.seq, office, row.due_on, row.reported_at, row.returned, row.missed)
    return Steered(direction, Name.of(row) if row.name_en else None, row.title or "")


@cache
def _steered_statement() -> Select[Any]:
    listed, seen_to = aliased(Office), aliased(Office)
    running = and_(Direction.grievance_id == Grievance.id, Direction.ended_at.is_(None))
    return (
        select(Direction.seq, Direction.due_on, Direction.reported_at, Direction.returned, Direction.missed)
        .add_columns(seen_to.name_en.label("seen_to_en"), seen_to.name_hi.label("seen_to_hi"))
        .add_columns(seen_to.name_gu.label("seen_to_gu"), listed.name_en, listed.name_hi, listed.name_gu)
        .add_columns(CommonCause.title)
        .select_from(Grievance)
        .outerjoin(Direction, running)
        .outerjoin(seen_to, seen_to.id == Direction.office_id)
        .outerjoin(listed, listed.id == Grievance.listed_office_id)
        .outerjoin(CommonCause, CommonCause.id == Grievance.cause_id)
        .where(Grievance.id == bindparam("grievance_id"))
    )


def direct(move: Move) -> None:
    """Order the office to do something by a date, for the actor's office to see to."""
    due_on = _begin_clock(move)
    before = move.session.scalar(select(func.max(Direction.ordinal)).where(Direction.grievance_id == move.grievance.id))
    move.session.execute(
        insert(Direction),
        {
            "grievance_id": move.grievance.id,
            "ordinal": (before or 0) + 1,
            "seq": move.seq,
            "office_id": move.actor.office_id,
            "given_by_office_id": move.actor.office_id,
            "given_by_id": move.actor.person_id,
            "given_at": move.now,
            "due_on": due_on,
        },
    )
    move.changes |= {"directing_office_id": move.actor.office_id, "direction_is_reported": False}


def report_direction(move: Move) -> None:
    """Put the report on the direction before the office that sees to it; its time is kept."""
    move.end(DeadlineEnd.MET, Clock.DIRECTION)
    _update_open(move, {"reported_at": move.now})
    move.changes["direction_is_reported"] = True


def accept_direction(move: Move) -> None:
    """End the direction as carried out."""
    _update_open(move, {"complied_on": move.today, "ended_at": move.now})
    move.changes |= {"directing_office_id": None, "direction_is_reported": False}


def return_direction(move: Move) -> None:
    """Send the report on the direction back, with a new date."""
    _update_open(move, {"due_on": _begin_clock(move), "reported_at": None, "returned": Direction.returned + 1})
    move.changes["direction_is_reported"] = False


def lapse_direction(move: Move) -> None:
    """Let the next office up see to a direction that was not carried out in time; it is due again some days later."""
    here = move.case.directing_office_id
    if here is None:
        return
    above = routing.superior_of(move.session, here, move.grievance.ladder, move.case.accused_office_id)
    office_id = above[0] if above else here
    again = again_from(_lapsed_on(move), move.rules.direction_days, move.calendar)
    move.duty(Clock.DIRECTION, again.due, again.limit, again.counted_from)
    _update_open(move, {"office_id": office_id, "due_on": again.due.due_on, "missed": Direction.missed + 1})
    move.changes["directing_office_id"] = office_id
    move.payload |= {"directing_office_id": office_id, "carry_out_by": again.due.due_on.isoformat()}


def end_direction(move: Move) -> None:
    """End an open direction with the handling it belongs to, neither carried out nor missed."""
    if move.case.directing_office_id is not None:
        move.end(DeadlineEnd.CANCELLED, Clock.DIRECTION)
        _update_open(move, {"ended_at": move.now})
        move.changes |= {"directing_office_id": None, "direction_is_reported": False}


def list_for_sitting(move: Move) -> None:
    """List the case for the sitting of the actor's office on a day, which the complainant is told."""
    assert move.asked.expected_on is not None
    hearing_on = move.asked.expected_on.isoformat()
    move.changes["listed_office_id"] = move.actor.office_id
    move.payload |= {"listed_office_id": move.actor.office_id, "hearing_on": hearing_on}
    move.variables |= {"listed": move.actor.office_id, "hearing_on": hearing_on}


def unlist(move: Move) -> None:
    """Take the case off the list of a sitting."""
    move.changes["listed_office_id"] = None


def _begin_clock(move: Move) -> date:
    assert move.asked.expected_on is not None
    given = by_date(move.today, move.asked.expected_on, move.calendar)
    move.duty(Clock.DIRECTION, given.due, given.limit)
    move.payload["carry_out_by"] = given.due.due_on.isoformat()
    move.variables["until"] = given.due.due_on.isoformat()
    return given.due.due_on


def _lapsed_on(move: Move) -> date:
    due_at = move.payload.get("due_at")
    found = datetime.fromisoformat(due_at) if due_at else None
    found = found or clocks.last_due(move.session, move.grievance.id, Clock.DIRECTION) or move.now
    return move.calendar.day_of(found - timedelta(microseconds=1))


def _update_open(move: Move, values: dict[str, object]) -> None:
    move.session.execute(
        update(Direction)
        .where(Direction.grievance_id == move.grievance.id, Direction.ended_at.is_(None))
        .values(**values)
        .execution_options(synchronize_session=False)
    )


DIRECTIONS: dict[Action, Effect] = {
    Action.DIRECT: direct,
    Action.REPORT_DIRECTION: report_direction,
    Action.ACCEPT_DIRECTION: accept_direction,
    Action.RETURN_DIRECTION: return_direction,
    Action.LAPSE_DIRECTION: lapse_direction,
    Action.LIST_FOR_SITTING: list_for_sitting,
    Action.UNLIST: unlist,
}
