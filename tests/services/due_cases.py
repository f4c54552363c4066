"""Cases whose time to answer runs out together, and the books that show whether each was escalated exactly once."""

from collections import Counter
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from swagat.database import db, transaction
from swagat.domain.deadlines import Clock
from swagat.domain.register import entry_digest
from swagat.domain.workflow import Action
from swagat.models import Deadline, Grievance, GrievanceEvent, Lapse, Person, SmsMessage
from swagat.services import escalation, registers
from tests.builders import RULES, case, copies, day, file_case


class DueCases:
    """One case and copies of it at its first level, all due at the same instant, whose people can be reached."""

    def __init__(self, count: int, key: str = "due") -> None:
        with transaction() as session:
            for person_id in session.scalars(select(Person.id)):
                mobile = f"+9198{person_id:08}"
                session.execute(update(Person).where(Person.id == person_id).values(mobile=mobile))
        number = file_case(key).number
        escalation.sweep(day(20), RULES)
        row = case(number)
        self.due_at, self.last_seq, self.last_digest = row.due_at, row.last_seq, row.last_digest
        same = {"due_on": row.due_on, "due_at": row.due_at}
        numbers = [number, *copies(number, count - 1, lambda _step: same)]
        self.ids = list(db.session.scalars(select(Grievance.id).where(Grievance.registration_number.in_(numbers))))
        self._copy_deadline(row.id)
        db.session.rollback()

    def _copy_deadline(self, grievance_id: int) -> None:
        table: Any = Deadline.__table__
        resolve = select(table).where(table.c.grievance_id == grievance_id, table.c.clock == Clock.RESOLVE)
        base = dict(db.session.execute(resolve).mappings().one())
        del base["id"]
        rows = [base | {"grievance_id": one} for one in self.ids if one != grievance_id]
        if rows:
            with transaction() as session:
                session.execute(insert(table), rows)

    def sweep(self, at: datetime | None = None) -> escalation.SweepReport:
        """Sweep at the instant at which they are due, or at another."""
        return escalation.sweep(at or self.due_at, RULES)

    def books(self) -> dict[str, Any]:
        """Return what every table says of these cases, to be compared with what it said before."""
        db.session.rollback()
        counted = {
            "entries": GrievanceEvent.grievance_id,
            "lapses": Lapse.grievance_id,
            "deadlines": Deadline.grievance_id,
            "messages": SmsMessage.grievance_id,
        }
        found: dict[str, Any] = {
            name: Counter(db.session.scalars(select(column).where(column.in_(self.ids))).all())
            for name, column in counted.items()
        }
        levels = select(Grievance.id, Grievance.level, Grievance.version).where(Grievance.id.in_(self.ids))
        found["cases"] = {row.id: (row.level, row.version) for row in db.session.execute(levels)}
        live = select(Deadline.id).where(Deadline.grievance_id.in_(self.ids), Deadline.ended_at.is_(None))
        found["live"] = set(db.session.scalars(live))
        db.session.rollback()
        return found

    def check_once(self, before: dict[str, Any]) -> None:
        """Check that each climbed one level with one entry, one lapse, its next deadlines and one set of messages."""
        after = self.books()
        for one in self.ids:
            level, version = before["cases"][one]
            assert after["cases"][one] == (level + 1, version + 1), one
            assert after["entries"][one] == before["entries"][one] + 1
            assert after["lapses"][one] == before["lapses"][one] + 1
            assert after["messages"][one] == before["messages"][one] + 2
            # The time to answer at the next level, and its first warning.
            assert after["deadlines"][one] == before["deadlines"][one] + 2
        assert len(after["live"]) == 2 * len(self.ids) + len(before["live"]) - len(self.ids)
        assert not after["live"] & set(self._fired())
        self._check_chain()

    def _fired(self) -> list[int]:
        statement = select(Deadline.id).where(
            Deadline.grievance_id.in_(self.ids), Deadline.clock == Clock.RESOLVE, Deadline.due_at == self.due_at
        )
        return list(db.session.scalars(statement))

    def _check_chain(self) -> None:
        """Check that each entry follows the last one of its case: the copies came without their register."""
        statement = select(GrievanceEvent).where(
            GrievanceEvent.grievance_id.in_(self.ids), GrievanceEvent.action == Action.ESCALATE
        )
        for row in db.session.scalars(statement):
            assert (row.seq, row.previous_digest) == (self.last_seq + 1, self.last_digest)
            named = {name: getattr(row, name) for name in registers.DIGESTED}
            assert row.digest == entry_digest(row.previous_digest, named)
        db.session.rollback()
