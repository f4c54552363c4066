"""Grievances as the register tells them: each step is a row of the workflow table, on a day of July 2026."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from swagat.domain.quality.counting import Ended, Entry
from swagat.domain.workflow import ROWS, Action, ClockEffect, ClockState, Status
from swagat.domain.working_time import WorkingCalendar

# Every day but Sunday is worked; 1 July 2026 is a Wednesday.
CALENDAR = WorkingCalendar(frames=((time(10, 30), time(18, 10)),), weekly_offs={6}, off_saturdays=set())
MAMLATDAR, TDO, COLLECTOR = 10, 11, 20
WATER = 7
_CLOCKS = {
    ClockEffect.PAUSES: ClockState.PAUSED,
    ClockEffect.RUNS: ClockState.RUNS,
    ClockEffect.STOPS: ClockState.STOPPED,
}
_AFTER: dict[Action, Mapping[str, Any]] = {
    Action.CONFIRM: {"confirmation": "confirmed"},
    Action.CLOSE: {"confirmation": "silent"},
    Action.DISPOSE: {"outcome": "redressed"},
    Action.WITHDRAW: {"outcome": "withdrawn"},
    Action.APPROVE: {"outcome": "not_maintainable", "proposed": "not_maintainable"},
}


def july(day: int) -> datetime:
    """Return noon in India on the day of July 2026, or so many days after June."""
    return datetime(2026, 6, 30, 6, 30, tzinfo=UTC) + timedelta(days=day)


class Tale:
    """A case that grows entry by entry."""

    def __init__(self, day: int = 1, received: int | None = None, office: int = MAMLATDAR, **payload: Any) -> None:
        self.texts: list[Ended] = []
        self.received_on = date(2026, 6, 30) + timedelta(days=received or day)
        self.entries = [
            Entry(july(day), Action.FILE, None, Status.REGISTERED, None, office, None, office, None, 1,
                  ClockState.RUNS, payload)
        ]  # fmt: skip

    def then(
        self,
        action: Action,
        day: int,
        *,
        office: int | None = None,
        answerable: int | None = None,
        level: int | None = None,
        target: Status | None = None,
        **payload: Any,
    ) -> "Tale":
        """Append what the table makes of the action; offices and level change only where they are given."""
        last = self.entries[-1]
        row = next(
            row for row in ROWS[action] if last.status in row.sources and (target is None or row.target is target)
        )
        self.entries.append(
            Entry(
                july(day),
                action,
                last.status,
                row.target or last.status,
                last.office_id,
                office or last.office_id,
                last.answerable_id,
                answerable or (office if action is Action.TRANSFER and office else last.answerable_id),
                last.level,
                level or last.level,
                _CLOCKS.get(row.clock, last.clock_state),
                _AFTER.get(action, {}) | payload,
            )
        )
        return self

    def texted(self, day: int, ending: str) -> "Tale":
        """Add a text to the complainant that was written then and has ended so."""
        self.texts.append(Ended(july(day), ending))
        return self
