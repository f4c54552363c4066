"""What the actions of one transaction write: gathered case by case, then sent with one statement for each table."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from swagat.database import table_of
from swagat.domain.errors import Stale
from swagat.models import Deadline, DeadlineEnd, Grievance, Lapse
from swagat.services import clocks, registers
from swagat.services.bulk import among, insert_rows, update_versions

_DEADLINES = table_of(Deadline)


@dataclass(slots=True)
class Writes:
    """Rows that wait to be written together; `ended` holds ids of deadlines by how they end."""

    grievances: list[dict[str, Any]] = field(default_factory=list)
    entries: list[dict[str, Any]] = field(default_factory=list)
    remarks: list[dict[str, Any]] = field(default_factory=list)
    deadlines: list[dict[str, Any]] = field(default_factory=list)
    lapses: list[dict[str, Any]] = field(default_factory=list)
    ended: dict[DeadlineEnd, list[int]] = field(default_factory=dict)

    def flush(self, session: Session, now: datetime) -> None:
        """Write everything, raising Stale when a grievance is not as it was read."""
        if update_versions(session, table_of(Grievance), self.grievances) != len(self.grievances):
            raise Stale
        registers.write(session, self.entries, self.remarks)
        for end, ids in self.ended.items():
            if ids:
                end_deadlines(session, ids, end, now)
        clocks.write(session, self.deadlines)
        insert_rows(session, table_of(Lapse), self.lapses)


def end_deadlines(session: Session, ids: list[int], end: DeadlineEnd, now: datetime) -> int:
    """End those of these deadlines that still run, and return how many did."""
    result = session.execute(_END, {"ids": ids, "end": end, "now": now})
    return int(result.rowcount)  # type: ignore[attr-defined]


_END = (
    update(_DEADLINES)
    .where(among(_DEADLINES.c.id), _DEADLINES.c.ended_at.is_(None))
    .values(ended_at=bindparam("now"), ended_as=bindparam("end"))
)


def cancel_fired(session: Session, ids: list[int]) -> None:
    """Let deadlines that were claimed end as cancelled: nothing was to be done any more."""
    if ids:
        session.execute(_CANCEL, {"ids": ids})


_CANCEL = update(_DEADLINES).where(among(_DEADLINES.c.id)).values(ended_as=DeadlineEnd.CANCELLED)
