"""The movement register: one entry for each thing that happened, appended in its transaction and never changed."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from swagat.database import snapshot, table_of
from swagat.domain.register import FIRST, entry_digest, text_digest
from swagat.domain.roles import Actor
from swagat.domain.workflow import Action, ClockState, Status
from swagat.models import GrievanceEvent, Remark, RemarkKind, Uncounted
from swagat.services.bulk import insert_rows

# An entry as a row or as an object: what is read of it are the columns.
Chained = TypeVar("Chained", bound=Any)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a grievance stands at one moment, as the register keeps it."""

    status: Status
    office_id: int
    answerable_office_id: int
    level: int
    clock_state: ClockState


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened; `texts` are the free texts written with it."""

    grievance_id: int
    seq: int
    at: datetime
    due_at: datetime | None
    action: Action
    actor: Actor
    before: Standing | None
    after: Standing
    cycle: int
    is_visible: bool
    payload: Mapping[str, Any]
    texts: Sequence[tuple[RemarkKind, str]] = ()


DIGESTED = (
    "grievance_id", "seq", "at", "due_at", "action", "role", "person_id", "posting_id",
    "status_before", "status_after", "office_before_id", "office_after_id",
    "answerable_before_id", "answerable_after_id", "level_before", "level_after",
    "clock_before", "clock_after", "cycle", "is_visible", "payload", "payload_version",
)  # fmt: skip


def write(session: Session, entries: Sequence[dict[str, Any]], remarks: Sequence[dict[str, Any]]) -> None:
    """Write the rows of entries and of their texts inside the caller's transaction, to be counted afterwards."""
    insert_rows(session, table_of(GrievanceEvent), entries)
    insert_rows(session, table_of(Remark), remarks)
    insert_rows(session, table_of(Uncounted), uncounted(entries))


def uncounted(entries: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows that let these entries be counted for the figures."""
    return [{"grievance_id": entry["grievance_id"], "seq": entry["seq"]} for entry in entries]


def rows_of(entry: Entry, previous: bytes) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return an entry as a row, chained to the digest of the one before, and its texts as rows."""
    remarks: list[dict[str, Any]] = [
        {
            "grievance_id": entry.grievance_id,
            "seq": entry.seq,
            "kind": kind,
            "text": text,
            "salt": secrets.token_bytes(16),
            "author_id": entry.actor.person_id,
            "written_at": entry.at,
        }
        for kind, text in entry.texts
        if text
    ]
    payload = dict(entry.payload)
    if remarks:
        payload["texts"] = [
            {"kind": row["kind"].value, "digest": text_digest(row["salt"], row["text"])} for row in remarks
        ]
    before = entry.before
    row: dict[str, Any] = {
        "grievance_id": entry.grievance_id,
        "seq": entry.seq,
        "at": entry.at,
        "due_at": entry.due_at,
        "action": entry.action,
        "role": entry.actor.role,
        "person_id": entry.actor.person_id,
        "posting_id": entry.actor.posting_id,
        "status_before": before.status if before else None,
        "status_after": entry.after.status,
        "office_before_id": before.office_id if before else None,
        "office_after_id": entry.after.office_id,
        "answerable_before_id": before.answerable_office_id if before else None,
        "answerable_after_id": entry.after.answerable_office_id,
        "level_before": before.level if before else None,
        "level_after": entry.after.level,
        "clock_before": before.clock_state if before else None,
        "clock_after": entry.after.clock_state,
        "cycle": entry.cycle,
        "is_visible": entry.is_visible,
        "payload": payload,
        "payload_version": 1,
    }
    return row | {"previous_digest": previous, "digest": entry_digest(previous, row)}, remarks


@dataclass(frozen=True, slots=True)
class Verification:
    """What a walk over the register found; `broken` names grievance and entry."""

    entries: int
    broken: tuple[tuple[int, int], ...]

    @property
    def ok(self) -> bool:
        """Return whether every chain is whole."""
        return not self.broken

    def lines(self) -> list[str]:
        """Return the result as lines for a terminal."""
        found = [f"grievance {grievance_id}: entry {seq} does not fit the chain" for grievance_id, seq in self.broken]
        return [*found, f"{self.entries} entries, {len(self.broken)} broken"]


def chained(rows: Iterable[Chained]) -> Iterable[tuple[Chained, bool]]:
    """Yield entries, ordered by case and number, each with whether it fits the chain of its case."""
    grievance_id, seq, previous = 0, 0, FIRST
    for row in rows:
        if row.grievance_id != grievance_id:
            grievance_id, seq, previous = row.grievance_id, 0, FIRST
        digest = entry_digest(previous, {name: getattr(row, name) for name in DIGESTED})
        yield row, row.seq == seq + 1 and row.previous_digest == previous and row.digest == digest
        seq, previous = row.seq, row.digest


def verify() -> Verification:
    """Recompute every digest of the register, grievance by grievance, in bounded memory."""
    statement = select(GrievanceEvent).order_by(GrievanceEvent.grievance_id, GrievanceEvent.seq)
    entries, broken = 0, []
    with snapshot() as session:
        for row, fits in chained(session.scalars(statement.execution_options(yield_per=1000))):
            entries += 1
            if not fits:
                broken.append((row.grievance_id, row.seq))
    return Verification(entries, tuple(broken))
