"""The cases behind a figure: the rows it counts, as far as somebody may see them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from swagat.database import transaction
from swagat.domain.names import Name
from swagat.domain.quality.indicators import Indicator, Tally
from swagat.domain.quality.measures import EVER
from swagat.domain.quality.periods import Span
from swagat.domain.roles import Actor
from swagat.domain.workflow import Status
from swagat.models import CaseCount, FilingMode, Grievance, Office, Place, Scope
from swagat.services import scope
from swagat.services.mandates import counts_of
from swagat.services.quality_scopes import Whose
from swagat.services.tallies import Where

PAGE = 50


class Line(NamedTuple):
    """One case of a figure, and for how many counts of it this case stands, mostly one."""

    id: int
    number: str
    received_on: date
    status: Status
    category_id: int
    place: Mapping[str, str]
    office: Name
    counts: int


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of the cases, the newest first, what the reader may see of them in all, and where the next begins."""

    lines: Sequence[Line]
    counts: int
    before: int | None


def listed(
    session: Session,
    actor: Actor,
    indicator: Indicator,
    where: Where,
    span: Span,
    tally: Tally,
    *,
    with_imported: bool = True,
    before: int | None = None,
) -> Listed:
    """Return a page of the cases that an indicator counts in a tally, in two statements."""
    conditions = [
        _picked(indicator, tally),
        or_(CaseCount.month.between(span.first, span.last), CaseCount.month == EVER),
        _within(where),
        scope.grievances_listed_to(actor),
    ]
    if actor.role in scope.READS_ALL_EVIDENCE:
        conditions.append(counts_of(actor))
    if not with_imported:
        conditions.append(Grievance.mode != FilingMode.IMPORTED)
    seen = select(func.sum(CaseCount.number)).join(Grievance, Grievance.id == CaseCount.grievance_id)
    counts = session.scalar(seen.where(*conditions)) or 0
    found = select(CaseCount.grievance_id, func.sum(CaseCount.number).label("counts"))
    found = found.join(Grievance, Grievance.id == CaseCount.grievance_id).where(*conditions)
    if before is not None:
        found = found.where(CaseCount.grievance_id < before)
    page = found.group_by(CaseCount.grievance_id).order_by(CaseCount.grievance_id.desc()).limit(PAGE + 1).subquery()
    rows = session.execute(
        select(Grievance.id, Grievance.registration_number, Grievance.received_on, Grievance.status)
        .add_columns(Grievance.category_id, page.c.counts)
        .add_columns(Place.name_en.label("place_en"), Place.name_local.label("place_local"))
        .add_columns(Office.name_en, Office.name_hi, Office.name_gu)
        .join(page, page.c.grievance_id == Grievance.id)
        .join(Office, Office.id == Grievance.office_id)
        .join(Place, Place.id == Grievance.place_id)
        .order_by(Grievance.id.desc())
    ).all()
    return Listed([_line(row) for row in rows[:PAGE]], int(counts), rows[PAGE - 1].id if len(rows) > PAGE else None)


def note_opening(actor: Actor, found: Listed, indicator: Indicator, whose: Whose, span: Span, now: datetime) -> None:
    """Log which cases a list shows to who reads all evidence; whoever handles cases has them on the desk anyway."""
    if actor.role in scope.READS_ALL_EVIDENCE:
        reason = f"{indicator.code} {whose.where.scope.value} {whose.code} {span.code}"
        with transaction() as session:
            scope.note_listing(session, actor, [line.id for line in found.lines], reason, now)


def _line(row: Any) -> Line:
    return Line(
        row.id,
        row.registration_number or "",
        row.received_on,
        row.status,
        row.category_id,
        {"name_en": row.place_en, "name_local": row.place_local},
        Name.of(row),
        int(row.counts),
    )


def _picked(indicator: Indicator, tally: Tally) -> ColumnElement[bool]:
    """Return the condition on the counts that a figure is made of; which keys there are, the tally says."""
    wanted = []
    for measure in {one.measure for one in indicator.whole}:
        known = tally.get(measure, {})
        keys = [key for key in known if indicator.picks(measure, key)]
        # Days and dates are hundreds of keys: where all count, none is named.
        named = () if len(keys) == len(known) else (CaseCount.key.in_(keys),)
        wanted.append(and_(CaseCount.measure == measure, *named))
    return or_(*wanted)


def _within(where: Where) -> ColumnElement[bool]:
    if where.scope is Scope.OFFICE:
        return CaseCount.office_id == where.scope_id
    offices = select(Office.id).where(Office.state_id == where.state_id)
    if where.scope is Scope.DISTRICT:
        offices = offices.join(Place, Place.id == Office.place_id).where(Place.district_id == where.scope_id)
    elif where.scope is Scope.DEPARTMENT:
        offices = offices.where(Office.department_id == where.scope_id)
    return CaseCount.office_id.in_(offices)
