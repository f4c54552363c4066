"""What an administrator sees of days, time limits and their changes, in one state."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from swagat.domain.errors import NotFound
from swagat.domain.names import Name
from swagat.domain.policies import Policy
from swagat.domain.roles import Actor
from swagat.models import Office, Person, RuleChange
from swagat.services import catalogue
from swagat.services.calendars import DayView
from swagat.services.policies import PolicyView
from swagat.services.rule_changes import change_of
from swagat.services.rule_previews import Change

CHANGES_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Year:
    """The days of a year that differ from the weekly rule, and the names of the offices that have days of their own."""

    year: int
    days: Sequence[DayView]
    offices: Mapping[int, Name]


@dataclass(frozen=True, slots=True)
class Limits:
    """The version in force, and every version that holds or held in the state, newest first."""

    in_force: Policy
    versions: Sequence[PolicyView]


class ChangeRow(NamedTuple):
    """One change, who made it when and why, and how far the cases under way have followed."""

    id: int
    change: Change
    reason: str
    applies_to_open: bool
    made_by: Name
    made_at: datetime
    begins: date | None
    total: int
    seen: int
    changed: int
    failed: int
    ended_at: datetime | None
    office: Name | None


def year_of(session: Session, actor: Actor, year: int) -> Year:
    """Return the calendar of a year, in one statement for the names of offices and none where no office has days."""
    every = catalogue.state(actor.state_id or 0).calendars.days
    days = sorted(
        (day for day in every if day.is_known and day.day.year == year),
        key=lambda one: (one.day, one.office_id or 0, one.kind),
    )
    ids = {day.office_id for day in days if day.office_id is not None}
    return Year(year, days, office_names(session, ids))


def office_names(session: Session, office_ids: Collection[int]) -> dict[int, Name]:
    """Return the names of offices by their ids."""
    if not office_ids:
        return {}
    statement = select(Office.id, Office.name_en, Office.name_hi, Office.name_gu).where(Office.id.in_(office_ids))
    return {row.id: Name.of(row) for row in session.execute(statement)}


def limits_of(actor: Actor, now: datetime) -> Limits:
    """Return the time limits of the administrator's state."""
    state_id = actor.state_id or 0
    today = catalogue.calendar(state_id).day_of(now)
    known = catalogue.current().policies.values()
    versions = sorted(
        (one for one in known if one.state_id in (None, state_id)), key=lambda one: one.policy.version, reverse=True
    )
    return Limits(catalogue.policy(state_id=state_id, on=today), versions)


def changes(session: Session, actor: Actor) -> list[ChangeRow]:
    """Return the newest changes of the administrator's state."""
    statement = _CHANGES.where(RuleChange.state_id == actor.state_id).order_by(RuleChange.id.desc())
    return _rows(session, statement.limit(CHANGES_SHOWN))


def change(session: Session, actor: Actor, change_id: int) -> ChangeRow:
    """Return one change; raises NotFound outside the administrator's state."""
    found = _rows(session, _CHANGES.where(RuleChange.state_id == actor.state_id, RuleChange.id == change_id))
    if not found:
        raise NotFound
    return found[0]


_COLUMNS: tuple[Any, ...] = (RuleChange, Person.name_en, Person.name_local)
_CHANGES: Select[Any] = select(*_COLUMNS).join(Person, Person.id == RuleChange.made_by_id)


def _rows(session: Session, statement: Select[Any]) -> list[ChangeRow]:
    rows = [(row.RuleChange, Name(row.name_en, row.name_local, row.name_local)) for row in session.execute(statement)]
    names = office_names(session, {note.what["office_id"] for note, _by in rows if note.what.get("office_id")})
    return [
        ChangeRow(
            note.id,
            change_of(note),
            note.reason,
            note.applies_to_open,
            made_by,
            note.made_at,
            date.fromisoformat(note.what["effective_from"]) if "effective_from" in note.what else None,
            note.total,
            note.seen,
            note.changed,
            note.failed,
            note.ended_at,
            names.get(note.what.get("office_id") or 0),
        )
        for note, made_by in rows
    ]
