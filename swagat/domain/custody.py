"""Which office held a grievance when, read from its register and from nothing else."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from swagat.domain.workflow import ClockState
from swagat.domain.working_time import WorkingCalendar


class Moment(NamedTuple):
    """How a grievance stood from one register entry on."""

    at: datetime
    office_id: int
    clock_state: ClockState


class Custody(NamedTuple):
    """An interval in which one office held the grievance; the days are the office's own, the complainant's apart."""

    office_id: int
    begun_at: datetime
    ended_at: datetime
    working_days: int
    calendar_days: int
    waited_working_days: int


def custody(moments: Iterable[Moment], until: datetime, calendar: WorkingCalendar) -> list[Custody]:
    """Return the custody intervals in order, the last one ending at `until`; consecutive ones of an office are one.

    A day counts for whoever held the case when it ended; day zero is not counted, as for the due date.
    """
    found: list[Custody] = []
    ordered = sorted(moments, key=lambda moment: moment.at)
    for moment, after in zip(ordered, [*ordered[1:], None], strict=True):
        ended_at = after.at if after else max(until, moment.at)
        first, last = calendar.day_of(moment.at), calendar.day_of(ended_at)
        working = calendar.working_days_between(first, last)
        runs = moment.clock_state is ClockState.RUNS
        waits = moment.clock_state is ClockState.PAUSED
        piece = Custody(
            moment.office_id,
            moment.at,
            ended_at,
            working if runs else 0,
            (last - first).days if runs else 0,
            working if waits else 0,
        )
        if found and found[-1].office_id == piece.office_id:
            before = found.pop()
            piece = Custody(
                piece.office_id,
                before.begun_at,
                piece.ended_at,
                before.working_days + piece.working_days,
                before.calendar_days + piece.calendar_days,
                before.waited_working_days + piece.waited_working_days,
            )
        found.append(piece)
    return found
