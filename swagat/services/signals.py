"""Signals of gaming as people read them: who sees which, what was seen in which cases, and what was said of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, false, func, select
from sqlalchemy.orm import Session

from swagat.database import is_sqlite
from swagat.domain.errors import NotFound
from swagat.domain.names import Name
from swagat.domain.quality.signals import SignalKind
from swagat.domain.roles import Actor, Role
from swagat.domain.workflow import Status
from swagat.models import (
    FilingMode,
    Grievance,
    Office,
    Person,
    Signal,
    SignalCase,
    SignalRemark,
    SignalState,
)
from swagat.services import branches, scope
from swagat.services.mandates import READS_EVIDENCE, evidence_of, reads_office

READERS = (Role.SUPERVISOR, Role.QUALITY_MANAGER, Role.AUDITOR)
PAGE, CASES_SHOWN = 50, 200


class Line(NamedTuple):
    """One signal as a list shows it."""

    id: int
    kind: SignalKind
    month: date
    seen: Mapping[str, Any]
    state: SignalState
    version: int
    office_id: int
    office_code: str
    office: Name
    found_at: datetime


class Wanted(NamedTuple):
    """Which signals of those that a reader sees: in a state, of a kind, of an office; None for all."""

    state: SignalState | None = None
    kind: SignalKind | None = None
    office: str = ""


class Said(NamedTuple):
    """What somebody said of a signal: the office's explanation, or a judgement."""

    judged: SignalState | None
    reason: str
    who: Name
    office: Name
    at: datetime


class Concerned(NamedTuple):
    """A case that a signal is about, when it happened in it, and how the case stands; who may not open it sees this."""

    number: str
    received_on: date
    at: datetime
    is_imported: bool
    status: Status
    is_open_to: bool


@dataclass(frozen=True, slots=True)
class SignalView:
    """One signal with all that was said of it, and the cases that the reader may know."""

    line: Line
    said: Sequence[Said]
    cases: Sequence[Concerned]
    cases_in_all: int


def listed(
    session: Session, actor: Actor, wanted: Wanted, before: tuple[date, int] | None = None, most: int = PAGE
) -> Sequence[Line]:
    """Return the signals that a reader sees and wants, the newest month first: so many, and one more if there is."""
    statement, values = _visible(session, actor)
    conditions = [
        *([Signal.state == wanted.state] if wanted.state else []),
        *([Signal.kind == wanted.kind] if wanted.kind else []),
        *([Office.code == wanted.office] if wanted.office else []),
    ]
    if before is not None:
        month, signal_id = before
        conditions.append((Signal.month < month) | and_(Signal.month == month, Signal.id < signal_id))
    rows = session.execute(
        statement.where(*conditions).order_by(Signal.month.desc(), Signal.id.desc()).limit(most + 1), values
    )
    return [_line(row) for row in rows]


def counts(session: Session, actor: Actor) -> Mapping[SignalState, int]:
    """Return how many signals a reader sees, by how they stand."""
    statement, values = _visible(session, actor)
    some = statement.subquery()
    rows = session.execute(select(some.c.state, func.count()).group_by(some.c.state), values)
    return {SignalState(state): number for state, number in rows}


def sees_signals_of(actor: Actor | None, state_id: int, office_id: int | None = None) -> bool:
    """Return whether signals of a state, or of one office of it, are this person's to see."""
    if actor is None or actor.role not in READERS or actor.state_id != state_id:
        return False
    if office_id is None or actor.office_id == office_id or reads_office(actor, office_id):
        return True
    return actor.office_id in branches.offices_above(office_id)


def found(session: Session, actor: Actor, signal_id: int) -> Line:
    """Return one signal that a reader sees, raising NotFound for everybody else."""
    statement, values = _visible(session, actor)
    row = session.execute(statement.where(Signal.id == signal_id), values).first()
    if row is None:
        raise NotFound
    return _line(row)


def signal_view(session: Session, actor: Actor, signal_id: int) -> SignalView:
    """Return one signal with what belongs to it, in four statements, raising NotFound for everybody else."""
    line = found(session, actor, signal_id)
    rows = session.execute(_cases(signal_id, actor).limit(CASES_SHOWN)).all()
    return SignalView(
        line,
        _said(session, signal_id),
        [Concerned(row[0] or "", *row[1:]) for row in rows],
        session.scalar(select(func.count()).where(SignalCase.signal_id == signal_id)) or 0,
    )


def _visible(session: Session, actor: Actor) -> tuple[Select[Any], dict[str, Any]]:
    """Return the statement for the signals that a reader sees, with its values: their own office's and those below."""
    statement = (
        select(Signal.id, Signal.kind, Signal.month, Signal.seen, Signal.state, Signal.found_at, Signal.version)
        .add_columns(Signal.office_id, Office.code, Office.name_en, Office.name_hi, Office.name_gu)
        .join(Office, Office.id == Signal.office_id)
        .where(Office.state_id == actor.state_id)
    )
    if actor.role in READS_EVIDENCE:
        return statement.where(evidence_of(actor, Signal.office_id, Signal.month, Signal.month)), {}
    if actor.role not in READERS or actor.office_id is None:
        return statement.where(false()), {}
    own = branches.rows(is_sqlite(session))
    return statement.where((Signal.office_id == actor.office_id) | Signal.office_id.in_(select(own.c.office_id))), {
        "branch": branches.as_json(actor.office_id)
    }


def _line(row: Any) -> Line:
    return Line(
        row.id, row.kind, row.month, row.seen, row.state, row.version, row.office_id, row.code, Name.of(row),
        row.found_at,
    )  # fmt: skip


def _cases(signal_id: int, actor: Actor) -> Select[Any]:
    """Return the statement for the cases of a signal: to who reads all evidence their numbers and dates alone."""
    visible: ColumnElement[bool] = scope.grievances_visible_to(actor)
    rows = (
        select(Grievance.registration_number, Grievance.received_on, SignalCase.at)
        .add_columns(Grievance.mode == FilingMode.IMPORTED, Grievance.status, case((visible, True), else_=False))
        .join(SignalCase, SignalCase.grievance_id == Grievance.id)
        .where(SignalCase.signal_id == signal_id)
        .order_by(SignalCase.at, Grievance.id)
    )
    return rows if actor.role in READS_EVIDENCE else rows.where(visible)


def _said(session: Session, signal_id: int) -> list[Said]:
    rows = session.execute(
        select(SignalRemark.judged, SignalRemark.reason, SignalRemark.written_at)
        .add_columns(Person.name_en.label("person_en"), Person.name_local.label("person_local"))
        .add_columns(Office.name_en, Office.name_hi, Office.name_gu)
        .join(Person, Person.id == SignalRemark.person_id)
        .join(Office, Office.id == SignalRemark.office_id)
        .where(SignalRemark.signal_id == signal_id)
        .order_by(SignalRemark.ordinal)
    )
    return [
        Said(row.judged, row.reason, Name(row.person_en, row.person_local, row.person_local), Name.of(row),
             row.written_at)
        for row in rows
    ]  # fmt: skip
