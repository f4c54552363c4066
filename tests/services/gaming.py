"""An office that plays with its figures, beside six that do not: what tests of the signals begin from.

The offices are Mamlatdars' and answer by the register alone, so that many cases are written in a moment.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from swagat.database import db, table_of, transaction
from swagat.domain.quality.measures import Measure, month_of
from swagat.domain.quality.signals import SignalKind
from swagat.domain.working_time import INDIA
from swagat.models import (
    CaseCount,
    Complainant,
    Deadline,
    Grievance,
    GrievanceEvent,
    Remark,
    RemarkKind,
    Signal,
    SignalCase,
    SignalState,
)
from tests.builders import Cast, case, copies, day, disposed, office

OURS = "MAM-3783"
PEERS = ("MAM-3780", "MAM-3781", "MAM-3782", "MAM-3784", "MAM-3785", "MAM-3786")
# Noon of the 22nd of July, a Wednesday, when answers are usually given; the last day is a week later.
USUALLY = 21.0
FACTS: dict[SignalKind, dict[str, int]] = {
    SignalKind.BUNCHED: {"days": 3},
    SignalKind.IN_MINUTES: {"minutes": 30},
    SignalKind.OUT_OF_HOURS: {"run": 11},
    SignalKind.BURST: {"day": 21, "hour": 11},
}


class Way:
    """How one disposal is made: at which instant, so many minutes after an officer had it, with which last day."""

    def __init__(self, at: float = USUALLY, minutes: float = 3000, days_left: int = 7, reply: str = "", **more: Any):
        self.at, self.minutes, self.days_left, self.reply, self.more = day(at), minutes, days_left, reply, more


def written(cast: Cast, ways: dict[str, Sequence[Way]]) -> dict[str, list[int]]:
    """Write disposals of offices with their registers, dates and counts, and return the ids of the cases."""
    number = disposed(cast, "pattern")
    base = case(number)
    entries = {one.action.value: one for one in _rows(GrievanceEvent, base.id)}
    deadline = next(one for one in _rows(Deadline, base.id) if one.clock == "resolve")
    reason = next(one for one in _rows(Remark, base.id) if one.kind is RemarkKind.REASON)
    flat = [(code, way) for code, some in ways.items() for way in some]
    numbers = copies(number, len(flat), lambda step: {"office_id": office(flat[step - 1][0]), **flat[step - 1][1].more})
    ids = dict(db.session.execute(select(Grievance.registration_number, Grievance.id)).all())
    rows: dict[Any, list[dict[str, Any]]] = {one: [] for one in (GrievanceEvent, Deadline, Remark, CaseCount)}
    found: dict[str, list[int]] = {code: [] for code in ways}
    for step, ((code, way), copied) in enumerate(zip(flat, numbers, strict=True)):
        case_id, office_id = ids[copied], office(code)
        found[code].append(case_id)
        last_day = way.at.astimezone(INDIA).date() + timedelta(days=way.days_left)
        for action, at in (("assign", way.at - timedelta(minutes=way.minutes)), ("dispose", way.at)):
            rows[GrievanceEvent].append(
                _copied(entries[action], grievance_id=case_id, at=at, office_after_id=office_id,
                        answerable_after_id=office_id)
            )  # fmt: skip
        rows[Deadline].append(
            _copied(deadline, grievance_id=case_id, due_on=last_day, counted_from=last_day - timedelta(days=21),
                    begun_at=way.at - timedelta(days=9), ended_at=way.at)
        )  # fmt: skip
        rows[Remark].append(
            _copied(reason, grievance_id=case_id, seq=entries["dispose"].seq, text=way.reply or f"{letters(step)} done")
        )
        rows[CaseCount].append(
            {"grievance_id": case_id, "measure": Measure.DISPOSED, "office_id": office_id,
             "month": month_of(way.at.astimezone(INDIA).date()), "key": "1|in_time", "number": 1}
        )  # fmt: skip
    with transaction() as session:
        for model, some in rows.items():
            session.execute(insert(table_of(model)), some)
    return found


def letters(number: int) -> str:
    """Return words that no other number has, without a digit."""
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))


def beside_peers(
    cast: Cast, ours: Sequence[Way], usual: Callable[[int], Way] = lambda _step: Way()
) -> dict[str, list[int]]:
    """Write our office's disposals beside fifteen of each peer."""
    return written(cast, {OURS: ours} | {code: [usual(step) for step in range(15)] for code in PEERS})


def signals_found() -> list[Signal]:
    """Return every signal there is, as the database has it now."""
    db.session.commit()
    found = list(db.session.scalars(select(Signal).order_by(Signal.id).execution_options(populate_existing=True)))
    db.session.commit()
    return found


def cases_of(signal_id: int) -> list[int]:
    """Return the cases of a signal."""
    rows = select(SignalCase.grievance_id).where(SignalCase.signal_id == signal_id).order_by(SignalCase.grievance_id)
    return list(db.session.scalars(rows))


def filed_by(number: str, mobiles: Sequence[tuple[str, str | None]], at: datetime, **more: Any) -> dict[str, list[int]]:
    """Write cases of July that people of these numbers brought to these offices, like one that is there."""
    complainant = _copied(next(iter(_rows(Complainant, case(number).complainant_id, Complainant.id))))
    numbers = copies(number, len(mobiles), lambda step: {"office_id": office(mobiles[step - 1][0]), **more})
    ids = dict(db.session.execute(select(Grievance.registration_number, Grievance.id)).all())
    found: dict[str, list[int]] = {}
    people, counts, moved = [], [], []
    for (code, mobile), copied in zip(mobiles, numbers, strict=True):
        case_id = ids[copied]
        found.setdefault(code, []).append(case_id)
        people.append(complainant | {"id": case_id, "mobile": mobile})
        moved.append({"id": case_id, "complainant_id": case_id})
        counts.append(
            {"grievance_id": case_id, "measure": Measure.RECEIVED, "office_id": office(code),
             "month": month_of(at.date()), "key": "1", "number": 1}
        )  # fmt: skip
    db.session.commit()
    with transaction() as session:
        session.execute(insert(table_of(Complainant)), people)
        session.execute(insert(table_of(CaseCount)), counts)
        session.bulk_update_mappings(Grievance, moved)  # type: ignore[arg-type]
    return found


def _rows(model: Any, owner_id: int, column: Any = None) -> list[Any]:
    db.session.commit()
    own = model.grievance_id if column is None else column
    return list(db.session.scalars(select(model).where(own == owner_id).order_by(model.id)))


def _copied(row: Any, **changes: Any) -> dict[str, Any]:
    table = table_of(type(row))
    return {one.name: getattr(row, one.name) for one in table.c if one.name != "id"} | changes


def noted(
    kind: SignalKind = SignalKind.BUNCHED,
    code: str = OURS,
    month: date = date(2026, 7, 1),
    case_ids: Sequence[int] = (),
    key: str = "",
    **seen: Any,
) -> int:
    """Write a signal as the search would, and return its id."""
    numbers = {"part": 12, "whole": 15, "peers_part": 2, "peers_whole": 90, "chance": 1e-7} | FACTS.get(kind, {}) | seen
    with transaction() as session:
        signal = Signal(
            office_id=office(code), kind=kind, month=month, key=key, seen=numbers, found_at=day(33),
            state=SignalState.OPEN,
        )  # fmt: skip
        session.add(signal)
        session.flush()
        session.add_all(SignalCase(signal_id=signal.id, grievance_id=one, at=day(1)) for one in case_ids)
        return signal.id


def disposed_case_with_signal(cast: Cast) -> tuple[str, int]:
    """Return the number of a case that Meena disposed, and the id of a signal about it."""
    number = disposed(cast)
    return number, noted(case_ids=[case(number).id])
