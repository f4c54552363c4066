"""What people do about a nonconformity, step by step, as the table of the rules allows; and who may see one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, false, select, true
from sqlalchemy.orm import Session

from swagat.database import is_sqlite, transaction
from swagat.domain.errors import N_, AlreadyDone, Invalid, NotFound, Stale, Text
from swagat.domain.names import Name
from swagat.domain.nonconformities import ENDED, Cause, Clock, Needs, Position, Row, Stage, Standing, Step, checked
from swagat.domain.quality.effectiveness import Effect, Verdict, indicator_of, judged, measured, periods_around
from swagat.domain.quality.figures import together
from swagat.domain.quality.measures import next_month
from swagat.domain.roles import STAFF, Actor, Role
from swagat.domain.rules import Rules
from swagat.models import Nonconformity, NonconformityEntry, Person, Posting, Scope
from swagat.services import branches, catalogue, nonconformity_trail, tallies
from swagat.services.absences import held
from swagat.services.nonconformity_opening import is_of_state
from swagat.services.scope import HEADING
from swagat.services.tallies import Period, Where

READS_ALL = frozenset({Role.QUALITY_MANAGER, Role.AUDITOR, Role.ADMINISTRATOR})
NEVER_OWNERS = frozenset({Role.AUDITOR, Role.ADMINISTRATOR})
SHORTEST, LONGEST = 10, 4000
MOST_WHYS, LONGEST_WHY = 5, 500
LATEST = timedelta(days=366)
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Given:
    """What was filled in for a step."""

    text: str = ""
    whys: Sequence[str] = ()
    cause: Cause | None = None
    owner_posting_id: int | None = None
    due_on: date | None = None


class Owner(NamedTuple):
    """Somebody who may own an action."""

    posting_id: int
    name: Name
    role: Role


@dataclass(slots=True)
class _Kept:
    """What an entry keeps beside its text, and what is wrong with what was given."""

    payload: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, Text] = field(default_factory=dict)


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on Nonconformity that holds for what this actor may read.

    Who runs the quality system reads all of the state, and an auditor what lies in their mandate; a head what is about
    the own office and those below or has come up to it; everybody else only what they have to do themselves.
    """
    mine = Nonconformity.owner_posting_id == actor.posting_id
    which: ColumnElement[bool]
    if actor.role is Role.AUDITOR:
        which = _within_mandate(actor)
    elif actor.role in READS_ALL:
        which = true()
    elif actor.role in HEADING and actor.office_id is not None:
        branch = {office_id for office_id, _ladder in branches.branch_of(actor.office_id)} | {actor.office_id}
        came_up = Nonconformity.answerable_office_id == actor.office_id
        which = Nonconformity.office_id.in_(sorted(branch)) | came_up | mine
    else:
        which = mine
    return (Nonconformity.state_id == actor.state_id) & which


def _within_mandate(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that holds for what was open in the months of an auditor's mandate, in its offices."""
    mandate = actor.mandate
    if mandate is None:
        return false()
    calendar = catalogue.calendar(actor.state_id or 0)
    begins, ends = (calendar.end_of_day(day - A_DAY) for day in (mandate.first, next_month(mandate.last)))
    within = (Nonconformity.opened_at < ends) & (Nonconformity.ended_at.is_(None) | (Nonconformity.ended_at >= begins))
    return within if mandate.office_ids is None else within & Nonconformity.office_id.in_(sorted(mandate.office_ids))


def load(session: Session, actor: Actor, number: str, *, to_change: bool = False) -> Nonconformity:
    """Return a nonconformity, locked for who changes it, raising NotFound for whom it is not there."""
    asked = select(Nonconformity).where(Nonconformity.number == number, visible_to(actor))
    if to_change and not is_sqlite(session):
        asked = asked.with_for_update()
    row = session.scalars(asked.execution_options(populate_existing=True)).first()
    if row is None:
        raise NotFound
    return row


def standing_of(session: Session, row: Nonconformity, rules: Rules) -> Standing:
    """Return how it stands, as far as who may do what goes."""
    owner = select(Posting.person_id).where(Posting.id == row.owner_posting_id)
    return Standing(
        row.stage,
        row.office_id,
        row.answerable_office_id,
        row.owner_posting_id,
        session.scalar(owner) if row.owner_posting_id else None,
        row.proposer_id,
        nonconformity_trail.check_from(row, rules),
    )


def position_of(session: Session, actor: Actor, row: Nonconformity) -> Position:
    """Return where the actor's office stands to the one it is about."""
    if actor.office_id is None:
        return Position()
    is_above = actor.office_id in branches.offices_above(row.office_id)
    is_wide = actor.role is Role.QUALITY_MANAGER and is_of_state(session, actor.office_id)
    return Position(is_above, is_wide)


def take(actor: Actor, number: str, step: Step, given: Given, seen: int, now: datetime, rules: Rules) -> Stage:
    """Take a step and return how it stands then; `seen` is the last entry of the trail that the person saw.

    Raises NotFound, Forbidden, Refused, Invalid for what is missing, Stale when somebody was quicker, and AlreadyDone
    where that was the same person with the same step.
    """
    with transaction() as session:
        row = load(session, actor, number, to_change=True)
        if row.last_seq != seen:
            _refuse_stale(session, row, actor, step, seen)
        today = catalogue.calendar(row.state_id).day_of(now)
        standing = standing_of(session, row, rules)
        found = checked(step, actor, standing, position_of(session, actor, row), today)
        kept = _Kept()
        _require(session, row, found, actor, given, now, kept)
        effect = effect_of(session, row, rules) if found.not_by == "owner" else None
        if effect is not None:
            kept.payload["effect"] = plain_effect(row.indicator, effect)
            if step is Step.FIND_EFFECTIVE and effect.verdict is Verdict.WORSE:
                kept.errors["step"] = Text(N_("The figure got worse by more than chance: that is no effect."))
        if kept.errors:
            raise Invalid(errors=kept.errors)
        before = row.stage
        _change(row, found, actor, given, today, now)
        nonconformity_trail.append(session, row, step, actor, before, given.text.strip(), kept.payload, now)
        if step is Step.REPLAN:
            nonconformity_trail.begin(session, row, Clock.ACT, row.due_on, now)
        else:
            nonconformity_trail.set_date(session, row, before, rules, now)
        return row.stage


def _change(row: Nonconformity, found: Row, actor: Actor, given: Given, today: date, now: datetime) -> None:
    row.stage = found.target or row.stage
    match found.step:
        case Step.PLAN | Step.REPLAN if given.due_on is not None:
            row.owner_posting_id, row.due_on = given.owner_posting_id, given.due_on
        case Step.REPORT_DONE:
            row.done_on = today
        case Step.FIND_NOT_EFFECTIVE:
            row.owner_posting_id = row.done_on = None
        case Step.PROPOSE_CANCEL:
            row.proposer_id = actor.person_id
        case Step.KEEP:
            row.proposer_id = None
    if row.stage in ENDED:
        row.ended_at = now


def _refuse_stale(session: Session, row: Nonconformity, actor: Actor, step: Step, seen: int) -> None:
    entry = session.get(NonconformityEntry, (row.id, seen + 1))
    if entry is not None and (entry.step, entry.person_id) == (step, actor.person_id):
        raise AlreadyDone(N_("This step was recorded before."))
    raise Stale(N_("Somebody else took a step while you were writing. Look at how it stands now."))


def _require(
    session: Session, row: Nonconformity, found: Row, actor: Actor, given: Given, now: datetime, kept: _Kept
) -> None:
    """Note what is missing of what a step needs, and what of it the entry keeps."""
    text = given.text.strip()
    if Needs.TEXT in found.needs and len(text) < SHORTEST:
        kept.errors["text"] = Text(N_("Write at least %(count)s characters."), {"count": SHORTEST})
    if len(text) > LONGEST:
        kept.errors["text"] = Text(N_("Write at most %(count)s characters."), {"count": LONGEST})
    if Needs.WHYS in found.needs:
        _require_whys(given, kept)
    if Needs.CAUSE in found.needs:
        if given.cause is None:
            kept.errors["cause"] = Text(N_("Choose what kind of cause it is."))
        else:
            kept.payload["cause"] = given.cause.value
    if Needs.OWNER in found.needs:
        if given.owner_posting_id not in {one.posting_id for one in owners(session, row.office_id, now)}:
            kept.errors["owner"] = Text(N_("Choose somebody who is posted at this office."))
        kept.payload["owner_posting_id"] = given.owner_posting_id
    if Needs.DUE_ON in found.needs:
        today = catalogue.calendar(row.state_id).day_of(now)
        if given.due_on is None:
            kept.errors["due_on"] = Text(N_("Give the day by which it is done."))
        elif not today <= given.due_on <= today + LATEST:
            kept.errors["due_on"] = Text(N_("Give a day from today on, within a year."))
        elif found.step is Step.REPLAN and given.due_on > row.due_on and actor.office_id == row.office_id:
            # Else a date would be moved each time before it passes, and nobody above would ever hear of it.
            kept.errors["due_on"] = Text(N_("Only the head of an office above gives more time."))
        else:
            kept.payload["due_on"] = given.due_on.isoformat()


def _require_whys(given: Given, kept: _Kept) -> None:
    whys = [one.strip() for one in given.whys[:MOST_WHYS]]
    while whys and not whys[-1]:
        whys.pop()
    if not whys:
        kept.errors["why_1"] = Text(N_("Say at least once why it happened."))
    elif "" in whys:
        kept.errors[f"why_{whys.index('') + 1}"] = Text(N_("Answer one why after the other, without a gap."))
    for at, why in enumerate(whys):
        if len(why) > LONGEST_WHY:
            kept.errors[f"why_{at + 1}"] = Text(N_("Write at most %(count)s characters."), {"count": LONGEST_WHY})
    kept.payload["whys"] = whys


def owners(session: Session, office_id: int, now: datetime) -> Sequence[Owner]:
    """Return who may own an action of an office: everybody posted there who does not audit or administer."""
    from_office = (
        select(Posting.id, Person.name_en, Person.name_local, Posting.role)
        .join(Person, Person.id == Posting.person_id)
        .where(Posting.office_id == office_id, Posting.role.in_(STAFF - NEVER_OWNERS), Person.is_active, *held(now))
        .order_by(Person.name_en, Posting.id)
    )
    rows = session.execute(from_office)
    return [Owner(row.id, Name(row.name_en, row.name_local, row.name_local), row.role) for row in rows]


def effect_of(session: Session, row: Nonconformity, rules: Rules) -> Effect | None:
    """Return its figure before it was opened and after the action was done, in one statement; None without a figure."""
    indicator = indicator_of(row.indicator, row.facts.get("category_id"))
    if indicator is None or row.done_on is None:
        return None
    opened_on = catalogue.calendar(row.state_id).day_of(row.opened_at)
    first, last = periods_around(opened_on, row.done_on, rules.nonconformity_effect_months)
    where = Where(row.state_id, Scope.OFFICE, row.office_id)
    months = tallies.months(session, where, Period(first.first, last.last))
    before, after = (
        measured(indicator, together(tally for month, tally in months.items() if one.first <= month <= one.last))
        for one in (first, last)
    )
    return Effect(before, after, first, last, judged(indicator, before, after))


def plain_effect(indicator: str, effect: Effect) -> dict[str, Any]:
    """Return an effect as an entry of the trail keeps it."""
    periods = {
        name: [period.first.isoformat(), period.last.isoformat()]
        for name, period in (("months_before", effect.months_before), ("months_after", effect.months_after))
    }
    values = {name: one._asdict() for name, one in (("before", effect.before), ("after", effect.after))}
    return {"indicator": indicator, "verdict": effect.verdict.value, **periods, **values}
