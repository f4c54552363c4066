"""Which formula grades the offices of a state: adopted before its first month begins, and kept as it was adopted."""

import logging
from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from swagat.database import transaction
from swagat.domain.errors import N_, AlreadyDone, Invalid, Stale, Text
from swagat.domain.names import Name
from swagat.domain.quality.measures import month_of
from swagat.domain.quality.periods import Span, months_after
from swagat.domain.roles import Actor
from swagat.models import GradingAdoption, Person
from swagat.services import catalogue
from swagat.services.grading_formulas import FormulaView, formulas

log = logging.getLogger(__name__)

MONTHS_AHEAD = 24

NO_FORMULA = N_("Choose a formula from the list.")
HAS_BEGUN = N_("Give a month that is still to come. Offices must know by what they are judged before the month begins.")
TOO_FAR = N_("Give a month of the next two years.")


class Adopted(NamedTuple):
    """A formula as it was adopted; `view` is None where the program's formula is not that one any more."""

    ordinal: int
    code: str
    version: int
    first_month: date
    adopted_at: datetime
    by: Name
    view: FormulaView | None


def history(session: Session, state_id: int) -> list[Adopted]:
    """Return what was adopted in a state, in the order in which it was, in one statement."""
    asked = (
        select(GradingAdoption, Person.name_en, Person.name_local)
        .join(Person, Person.id == GradingAdoption.person_id)
        .where(GradingAdoption.state_id == state_id)
        .order_by(GradingAdoption.ordinal)
    )
    return [_adopted(one, Name(english, local, local)) for one, english, local in session.execute(asked)]


def _adopted(one: GradingAdoption, by: Name) -> Adopted:
    view = formulas().get((one.formula, one.version))
    is_same = view is not None and view.formula.digest == one.digest
    return Adopted(
        one.ordinal, one.formula, one.version, one.first_month, one.adopted_at, by, view if is_same else None
    )


def in_force(adopted: Sequence[Adopted], month: date) -> Adopted | None:
    """Return what a month is graded by: what was adopted from the latest month, and of that what was adopted last."""
    begun = [one for one in adopted if one.first_month <= month]
    return max(begun, key=lambda one: (one.first_month, one.ordinal), default=None)


def changes_inside(adopted: Sequence[Adopted], span: Span) -> list[tuple[date, Adopted]]:
    """Return from which months of a period on another formula is in force than in the month before."""
    found = []
    for before, month in zip(span.months, span.months[1:], strict=False):
        now = in_force(adopted, month)
        if now is not None and now != in_force(adopted, before):
            found.append((month, now))
    return found


def adopt(actor: Actor, formula: str, version: int, first_month: date, now: datetime) -> None:
    """Let a formula grade the offices of the actor's state from a month on that has not begun.

    Raises Invalid with the fields at fault, AlreadyDone where it holds from then already, and Stale where somebody
    else adopted one at the same moment.
    """
    state_id = actor.state_id or 0
    view = formulas().get((formula, version))
    errors: dict[str, Text] = {}
    if view is None:
        errors["formula"] = Text(NO_FORMULA)
    this_month = month_of(catalogue.calendar(state_id).day_of(now))
    if first_month <= this_month:
        errors["first_month"] = Text(HAS_BEGUN)
    elif first_month > months_after(this_month, MONTHS_AHEAD):
        errors["first_month"] = Text(TOO_FAR)
    if view is None or errors:
        raise Invalid(errors=errors)
    try:
        with transaction() as session:
            before = history(session, state_id)
            holds = in_force(before, first_month)
            if holds is not None and holds.view == view:
                raise AlreadyDone(N_("This formula holds in that month already. Nothing was changed."))
            session.add(
                GradingAdoption(
                    state_id=state_id,
                    ordinal=len(before) + 1,
                    formula=formula,
                    version=version,
                    first_month=first_month,
                    digest=view.formula.digest,
                    adopted_at=now,
                    person_id=actor.person_id,
                )
            )
    except IntegrityError:
        raise Stale(N_("Somebody else adopted a formula at the same moment. See below which.")) from None
    log.info(
        "administration: person %s adopted formula %s, version %s, from %s",
        actor.person_id,
        formula,
        version,
        first_month,
    )
