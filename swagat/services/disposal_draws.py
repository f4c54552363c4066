"""Once a month: disposals of each office are drawn, and each is given to another office to check.

What is drawn of a month is written in one transaction for each state, whole or not at all, so that who runs it again,
or two processes at once, draw nothing twice. `swagat.domain.quality.sampling` says how it is repeated by hand.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from swagat.database import db, table_of, transaction
from swagat.domain.case import NEVER_ASKED, UNPROVED
from swagat.domain.quality.measures import month_of, next_month
from swagat.domain.quality.sampling import Checker, checkers_of, choose, draw, seed_for
from swagat.domain.rules import Rules
from swagat.domain.workflow import Action, Status
from swagat.domain.working_time import INDIA
from swagat.models import (
    DisposalCheck,
    FilingMode,
    Grievance,
    GrievanceEvent,
    LadderStep,
    Office,
    Person,
    Place,
    PlaceKind,
    Posting,
)
from swagat.services import catalogue
from swagat.services.absences import held
from swagat.services.bulk import insert_rows
from swagat.services.catalogue_views import StateView
from swagat.services.scope import CHECKING, hold_state

# The day of the month on which the disposals of the month before are drawn; a later day makes up for a missed one.
DRAWN_ON = 3
CASES_AT_ONCE, ROWS_AT_ONCE = 20_000, 500
DISPOSING = (Action.DISPOSE, Action.APPROVE)


@dataclass(frozen=True, slots=True)
class DrawReport:
    """How many disposals were drawn by this run, of how many offices, and how many of them nobody may check."""

    drawn: int = 0
    offices: int = 0
    without_checker: int = 0

    def figures(self) -> dict[str, int]:
        """Return the report as figures for the log and the health page."""
        return asdict(self)


def draw_month(now: datetime, rules: Rules) -> DrawReport:
    """Draw the disposals of the month before this one in every state that has not drawn them, from the day fixed on."""
    today = now.astimezone(INDIA).date()
    if today.day < DRAWN_ON:
        return DrawReport()
    month = month_of(month_of(today) - timedelta(days=1))
    reports = [_draw_in(state, month, now, rules) for state in catalogue.states()]
    return DrawReport(*(sum(one) for one in zip(*(tuple(asdict(one).values()) for one in reports), strict=True)))


def _draw_in(state: StateView, month: date, now: datetime, rules: Rules) -> DrawReport:
    # All is read and worked out before anything is locked: the register of a large state takes its time.
    session: Session = db.session()
    if _is_drawn(session, state.id, month):
        return DrawReport()
    disposals = _disposals(session, state.id, month)
    drawn = [one for code in sorted(disposals) for one in _drawn(state, code, month, disposals[code], rules)]
    rows = _given_to_checkers(session, state.id, month, drawn, now)
    with transaction() as session:
        # Whoever else draws waits here and then finds it done.
        hold_state(session, state.id)
        if _is_drawn(session, state.id, month):
            return DrawReport()
        for at in range(0, len(rows), ROWS_AT_ONCE):
            insert_rows(
                session, table_of(DisposalCheck), rows[at : at + ROWS_AT_ONCE], ("grievance_id", "disposed_seq")
            )
    return DrawReport(len(rows), len({row["office_id"] for row in rows}), len(drawn) - len(rows))


def _given_to_checkers(
    session: Session, state_id: int, month: date, drawn: Sequence[tuple[Any, str]], now: datetime
) -> list[dict[str, Any]]:
    """Return the rows of the checks; what nobody may check has none."""
    if not drawn:
        return []
    offices, given = _Offices(session, state_id, now), dict[int, int]()
    involved = _involved(session, [one.grievance_id for one, _seed in drawn])
    rows = []
    for one, seed in drawn:
        none_of = involved[one.grievance_id] | {one.accused_office_id, one.directing_office_id}
        checker_id = offices.checker_of(one.office_id, none_of, given, seed, one.grievance_id)
        if checker_id is not None:
            rows.append(_row(one, seed, checker_id, month, now))
    return rows


def _is_drawn(session: Session, state_id: int, month: date) -> bool:
    drawn = exists().where(
        DisposalCheck.office_id == Office.id, DisposalCheck.month == month, Office.state_id == state_id
    )
    return bool(session.scalar(select(drawn)))


def _disposals(session: Session, state_id: int, month: date) -> dict[str, list[Any]]:
    """Return the disposals of a month by the code of the office that answered for them, with how each stands now.

    The register has no order of time, so it is read whole, in pieces that each take a moment: once a month.
    """
    entry = GrievanceEvent
    begins, ends = (datetime.combine(day, time(), INDIA) for day in (month, next_month(month)))
    earlier = aliased(DisposalCheck)
    statement = (
        select(entry.grievance_id, entry.seq, entry.digest, entry.cycle, entry.answerable_after_id.label("office_id"))
        .add_columns(Office.code, Grievance.status, Grievance.outcome, Grievance.confirmation)
        .add_columns(Grievance.cycle.label("cycle_now"), Grievance.accused_office_id, Grievance.directing_office_id)
        .add_columns(earlier.id.label("check_id"))
        .join(Grievance, Grievance.id == entry.grievance_id)
        .join(Office, Office.id == entry.answerable_after_id)
        .outerjoin(earlier, (earlier.grievance_id == entry.grievance_id) & (earlier.disposed_seq == entry.seq))
        .where(
            entry.at >= begins,
            entry.at < ends,
            entry.action.in_(DISPOSING),
            Grievance.state_id == state_id,
            Grievance.mode != FilingMode.IMPORTED,
        )
    )
    found: dict[str, list[Any]] = defaultdict(list)
    last = session.scalar(select(func.max(Grievance.id))) or 0
    for first in range(1, last + 1, CASES_AT_ONCE):
        piece = entry.grievance_id.between(first, first + CASES_AT_ONCE - 1)
        for row in session.execute(statement.where(piece)):
            found[row.code].append(row)
    return found


def _drawn(state: StateView, code: str, month: date, disposals: Sequence[Any], rules: Rules) -> list[tuple[Any, str]]:
    seed = seed_for(state.short, code, month, (one.digest for one in disposals))
    candidates = {one.grievance_id: one for one in disposals if _is_candidate(one)}
    return [(candidates[one], seed) for one in draw(list(candidates), seed, rules.checks_per_office)]


def _is_candidate(one: Any) -> bool:
    """Return whether it stands on nobody's proved word, and whether it stands at all: a cycle has one disposal."""
    return (
        one.check_id is None
        and one.cycle == one.cycle_now
        and one.status in (Status.DISPOSED, Status.CLOSED)
        and one.outcome not in NEVER_ASKED
        and one.confirmation in UNPROVED
    )


def _involved(session: Session, grievance_ids: Sequence[int]) -> dict[int, set[int | None]]:
    """Return every office that ever held each of these cases or answered for it, however briefly."""
    found: dict[int, set[int | None]] = {one: set() for one in grievance_ids}
    entry = GrievanceEvent
    for at in range(0, len(grievance_ids), ROWS_AT_ONCE):
        rows = select(entry.grievance_id, entry.office_after_id, entry.answerable_after_id).where(
            entry.grievance_id.in_(grievance_ids[at : at + ROWS_AT_ONCE])
        )
        for grievance_id, office_id, answerable_id in session.execute(rows.distinct()):
            found[grievance_id] |= {office_id, answerable_id}
    return found


class _Offices:
    """The offices of a state, and which of them have somebody who may check."""

    def __init__(self, session: Session, state_id: int, now: datetime) -> None:
        superiors: dict[int, set[int]] = defaultdict(set)
        steps = select(LadderStep.office_id, LadderStep.superior_id)
        for office_id, superior_id in session.execute(steps):
            if superior_id is not None:
                superiors[office_id].add(superior_id)
        manned = set(
            session.scalars(
                select(Posting.office_id)
                .join(Person, Person.id == Posting.person_id)
                .where(Posting.role.in_(CHECKING), Person.is_active.is_(True), *held(now))
                .distinct()
            )
        )
        self._known: dict[int, Checker] = {}
        self._manned: list[Checker] = []
        self._near: dict[int | None, list[Checker]] = defaultdict(list)
        rows = (
            select(Office.id, Office.tier, Office.department_id, Office.is_active, Place.district_id)
            .add_columns(Place.id.label("place_id"), Place.kind)
            .join(Place, Place.id == Office.place_id)
            .where(Office.state_id == state_id)
        )
        for row in session.execute(rows):
            district_id = row.place_id if row.kind is PlaceKind.DISTRICT else row.district_id
            one = Checker(row.id, district_id, row.tier, row.department_id, frozenset(superiors[row.id]))
            self._known[row.id] = one
            if row.is_active and row.id in manned:
                self._manned.append(one)
                self._near[district_id].append(one)

    def checker_of(
        self, office_id: int, none_of: set[int | None], given: dict[int, int], seed: str, grievance_id: int
    ) -> int | None:
        """Return who checks a case that this office disposed; the whole state is looked at only where nobody is near.

        A superior of the office is never among those near: it is asked last of all.
        """
        office = self._known[office_id]
        near = [one for one in self._near[office.district_id] if one.office_id not in office.superiors]
        for some in (near, self._manned):
            chosen = choose(checkers_of(office, some), none_of, given, seed, grievance_id)
            if chosen is not None:
                return chosen
        return None


def _row(one: Any, seed: str, checker_id: int, month: date, now: datetime) -> dict[str, Any]:
    return {
        "grievance_id": one.grievance_id,
        "disposed_seq": one.seq,
        "office_id": one.office_id,
        "month": month,
        "seed": seed,
        "checker_office_id": checker_id,
        "drawn_at": now,
        "evidence": "",
    }
