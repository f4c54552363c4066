"""Does for the cases of a test what the counting job does for all: sums up what each counts for, scope by scope."""

from collections import Counter
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from swagat.database import transaction
from swagat.domain.quality.counting import Entry, counts_of
from swagat.domain.quality.measures import Count
from swagat.models import CaseCount, FilingMode, Grievance, GrievanceEvent, MonthTally, Office, Place, Scope, Uncounted
from swagat.services import catalogue, gradings, small_cells


def count_cases(now: datetime) -> None:
    """Count every case anew from its register, with nothing left uncounted."""
    with transaction() as session:
        for model in (CaseCount, MonthTally, Uncounted):
            session.execute(delete(model))
        events: dict[int, list[Entry]] = {}
        for row in session.scalars(select(GrievanceEvent).order_by(GrievanceEvent.grievance_id, GrievanceEvent.seq)):
            events.setdefault(row.grievance_id, []).append(entry_of(row))
        facts = select(Grievance.id, Grievance.state_id, Grievance.received_on, Grievance.category_id, Grievance.mode)
        sums: dict[tuple[int, bool], Counter[Count]] = {}
        for case in session.execute(facts.where(Grievance.id.in_(events))).all():
            calendar = catalogue.calendar(case.state_id)
            counts = counts_of(events[case.id], case.received_on, case.category_id, calendar)
            session.add_all(
                CaseCount(grievance_id=case.id, number=number, **one._asdict()) for one, number in counts.items()
            )
            sums.setdefault((case.state_id, case.mode is FilingMode.IMPORTED), Counter()).update(counts)
        for (state_id, is_imported), counts in sums.items():
            write_tallies(session, state_id, counts, now, is_imported=is_imported)


def write_tallies(
    session: Session, state_id: int, counts: Counter[Count], now: datetime, *, is_imported: bool = False
) -> None:
    """Write the tallies of the four scopes that these counts of offices make, inside the caller's transaction."""
    small_cells.clear()
    gradings.clear()
    rows = select(Office.id, Office.department_id, Place.district_id).join(Place, Place.id == Office.place_id)
    belongs = {row.id: row for row in session.execute(rows)}
    tallies: dict[tuple[Scope, int, object], dict[str, dict[str, int]]] = {}
    for one, number in counts.items():
        office = belongs[one.office_id]
        for scope, scope_id in (
            (Scope.STATE, state_id),
            (Scope.DISTRICT, office.district_id),
            (Scope.DEPARTMENT, office.department_id),
            (Scope.OFFICE, office.id),
        ):
            if scope_id is not None:
                keys = tallies.setdefault((scope, scope_id, one.month), {}).setdefault(one.measure.value, {})
                keys[one.key] = keys.get(one.key, 0) + number
    session.add_all(
        MonthTally(state_id=state_id, scope=scope, scope_id=scope_id, month=month, is_imported=is_imported,
                   counts=kept, counted_at=now)
        for (scope, scope_id, month), kept in tallies.items()
    )  # fmt: skip


def entry_of(row: GrievanceEvent) -> Entry:
    """Return a row of the register as the counting reads it."""
    return Entry(
        at=row.at,
        action=row.action,
        status_before=row.status_before,
        status=row.status_after,
        office_before_id=row.office_before_id,
        office_id=row.office_after_id,
        answerable_before_id=row.answerable_before_id,
        answerable_id=row.answerable_after_id,
        level_before=row.level_before,
        level=row.level_after,
        clock_state=row.clock_after,
        payload=row.payload,
    )
