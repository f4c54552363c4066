"""Nonconformities of Dholka's Mamlatdar, and the people who take them from their opening to the end."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from swagat.database import db, transaction
from swagat.domain.nonconformities import ROWS, Cause, Severity, Source, Stage, Step
from swagat.domain.roles import Actor, Role
from swagat.models import Nonconformity, NonconformityEntry
from swagat.services import catalogue, nonconformities, nonconformity_opening
from swagat.services.nonconformities import Given
from tests.builders import RULES, Cast, day, post

STATEMENT = "Two answers of October say that the record was corrected, and it was not."
CORRECTION = "Both records were corrected on the spot and the people were told."
WHYS = ("The answer was written before the entry was made.", "Nobody checks the entry before the answer leaves.")
ACTION = "The head compares every answer with the record before it leaves."
DONE = "Since Monday a column of the register holds the head's initials; 31 answers were compared."
JUDGED = "Ten answers were drawn and all of them are true."
CLOSING = "The same was looked for at the counter and in mutations: nothing. Nothing else has to change."


def opened(
    actor: Actor,
    at: float = 0,
    *,
    key: str = "one",
    office: str = "MAM-3783",
    indicator: str = "",
    numbers: tuple[str, ...] = (),
) -> str:
    """Open one by hand, and return its number."""
    return nonconformity_opening.open_by_hand(
        actor, key, office, Source.BY_HAND, Severity.MINOR, STATEMENT, indicator, numbers, day(at), RULES
    )


def row_of(number: str) -> Nonconformity:
    """Return a nonconformity as the database has it now."""
    db.session.commit()
    asked = select(Nonconformity).where(Nonconformity.number == number).execution_options(populate_existing=True)
    row = db.session.scalars(asked).one()
    db.session.commit()
    return row


def trail_of(number: str) -> list[NonconformityEntry]:
    """Return the entries of a nonconformity."""
    asked = select(NonconformityEntry).where(NonconformityEntry.nonconformity_id == row_of(number).id)
    rows = list(db.session.scalars(asked.order_by(NonconformityEntry.seq)))
    db.session.commit()
    return rows


def take(actor: Actor, number: str, step: Step, at: float, seen: int | None = None, **given: Any) -> Stage:
    """Take a step with what it needs, or with what is given instead."""
    needed: dict[Step, dict[str, Any]] = {
        Step.CORRECT: {"text": CORRECTION},
        Step.FIND_CAUSE: {"text": "", "whys": WHYS, "cause": Cause.PROCEDURE},
        Step.REPORT_DONE: {"text": DONE},
        Step.CLOSE: {"text": CLOSING},
        Step.PLAN: {"text": ACTION, "due_on": (day(at) + timedelta(days=20)).date()},
    }
    needed[Step.REPLAN] = needed[Step.PLAN]
    filled = Given(**({"text": JUDGED} | needed.get(step, {}) | given))
    last = row_of(number).last_seq if seen is None else seen
    return nonconformities.take(actor, number, step, filled, last, day(at), RULES)


@dataclass(frozen=True)
class Team:
    """Who has a part: the head, the owner of the action, and the quality manager of the whole state."""

    cast: Cast
    quality: Actor

    def bring_to(self, number: str, stage: Stage, at: float = 1) -> str:
        """Take the steps that lead to a stage, one a day, and return the number."""
        head, owner = self.cast.meena, self.cast.bharat
        for actor, step, more in (
            (head, Step.CORRECT, {}),
            (head, Step.FIND_CAUSE, {}),
            (head, Step.PLAN, {"owner_posting_id": owner.posting_id}),
            (owner, Step.REPORT_DONE, {}),
            (self.quality, Step.FIND_EFFECTIVE, {}),
            (self.quality, Step.CLOSE, {}),
        ):
            if row_of(number).stage is stage:
                break
            if row_of(number).stage not in ROWS[step].sources:
                continue
            take(actor, number, step, at, **more)
            at += 1
        assert row_of(number).stage is stage
        return number


def team(cast: Cast) -> Team:
    """Post a quality manager to an office of the whole state."""
    with transaction() as session:
        quality = post(session, "quality manager", "PS-GAD", Role.QUALITY_MANAGER, "Leela Nair", "લીલા નાયર")
    catalogue.current()
    return Team(cast, quality)
