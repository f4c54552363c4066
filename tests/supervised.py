"""Cases for tests of supervision: some that came up a moment ago, and many that stand in every way a case can."""

import random
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from swagat.database import db, transaction
from swagat.domain.workflow import ClockState, Status
from swagat.models import Direction, Grievance, Lapse, Pause
from swagat.services import escalation
from tests.builders import BEGAN, RULES, Cast, assigned, case, copies, office

LADDERS = {"MAM-3783": "revenue", "TDO-3783": "general", "RAC-438": "revenue", "COLL-438": "revenue"}
ABOVE = {"MAM-3783": "RAC-438", "TDO-3783": "RAC-438", "RAC-438": "COLL-438", "COLL-438": "RIC"}


def escalated_now(cast: Cast, count: int) -> tuple[list[str], datetime]:
    """Return the numbers of cases whose time ran out a moment ago, and the instant after the sweep."""
    numbers = [assigned(cast, f"late-{step}") for step in range(count)]
    now = max(case(number).due_at for number in numbers) + timedelta(hours=10)
    escalation.sweep(now, RULES)
    return numbers, now


def many_cases(cast: Cast, seed: int, count: int = 160) -> list[str]:
    """Put so many cases of all kinds into four offices one above the other, some of them about a head of the ladder."""
    dice = random.Random(seed)
    first = assigned(cast)
    offices = {code: office(code) for code in {*LADDERS, *ABOVE.values()}}
    officers = [cast.bharat.posting_id, cast.hansa.posting_id, None]

    def vary(step: int) -> dict[str, Any]:
        code = dice.choice(list(LADDERS))
        status = dice.choice(
            [Status.REGISTERED, Status.ASSIGNED, Status.ACTION_REPORTED, Status.CLARIFICATION_SOUGHT,
             Status.UNDER_APPEAL, Status.CLOSED]
        )  # fmt: skip
        paused = status is Status.CLARIFICATION_SOUGHT
        stopped = status in (Status.UNDER_APPEAL, Status.CLOSED)
        due_on = BEGAN.date() + timedelta(days=dice.randint(0, 12))
        came_up = dice.random() < 0.3
        return {
            "office_id": offices[code],
            "answerable_office_id": offices[ABOVE[code] if came_up else code],
            "ladder": LADDERS[code],
            "status": status.value,
            "is_open": status is not Status.CLOSED,
            "confirmation": "silent" if status is Status.CLOSED else "pending",
            "clock_state": (ClockState.PAUSED if paused else ClockState.STOPPED if stopped else ClockState.RUNS).value,
            "due_on": due_on,
            "due_at": BEGAN + timedelta(days=(due_on - BEGAN.date()).days, hours=12),
            "urgency": dice.choice([0, 1, 1, 1]),
            "lapses": dice.choice([0, 0, 1, 2]),
            "transfers": dice.choice([0, 0, 1, 2, 3]),
            "cycle": dice.choice([1, 1, 2]),
            "officer_posting_id": None if status is Status.REGISTERED else dice.choice(officers),
            "appellate_office_id": offices[ABOVE[code]] if status is Status.UNDER_APPEAL else None,
            "directing_office_id": dice.choice([None, None, offices[ABOVE[code]]]),
            "direction_is_reported": dice.random() < 0.5,
            "accused_office_id": dice.choice([*[None] * 8, offices["RAC-438"], offices["COLL-438"]]),
            "accused_person_id": dice.choice([*[None] * 8, cast.additional_collector.person_id]),
        }

    numbers = copies(first, count, vary)
    rows = db.session.scalars(select(Grievance).where(Grievance.registration_number.in_(numbers))).all()
    lapses, pauses, directions = [], [], []
    for row in rows:
        for ordinal in range(1, row.lapses + 1):
            lapses.append(
                {"grievance_id": row.id, "cycle": row.cycle, "ordinal": ordinal, "level": ordinal,
                 "due_on": row.due_on, "lapsed_at": BEGAN - timedelta(days=dice.choice([0, 3])),
                 "office_id": dice.choice([row.office_id, row.answerable_office_id]),
                 "working_office_id": row.office_id, "person_id": dice.choice([None, cast.bharat.person_id]),
                 "head_seq": dice.choice([None, 2]), "officer_seq": dice.choice([None, 2])}
            )  # fmt: skip
        if row.status is Status.CLARIFICATION_SOUGHT:
            begun = {"begun_at": BEGAN - timedelta(days=dice.randint(1, 14)), "reason": "clarification"}
            pauses.append(begun | {"grievance_id": row.id, "cycle": row.cycle})
        if row.directing_office_id is not None:
            directions.append(
                {"grievance_id": row.id, "ordinal": 1, "seq": 2, "office_id": row.directing_office_id,
                 "given_by_office_id": row.directing_office_id, "given_by_id": cast.collector.person_id,
                 "given_at": BEGAN, "due_on": BEGAN.date() + timedelta(days=dice.randint(-3, 3)),
                 "missed": dice.choice([0, 0, 1])}
            )  # fmt: skip
    db.session.commit()
    with transaction() as session:
        for model, some in ((Lapse, lapses), (Pause, pauses), (Direction, directions)):
            session.execute(insert(model), some)
    return [first, *numbers]
