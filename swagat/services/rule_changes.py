"""Changes of days and of time limits are made: for new cases at once, for those under way where that was chosen."""

import logging
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from swagat.database import transaction
from swagat.domain.errors import N_, Invalid, NotFound, Stale, Text
from swagat.domain.names import Name
from swagat.domain.office_hours import parse_hours
from swagat.domain.roles import Actor
from swagat.domain.workflow import IN_HAND
from swagat.models import (
    CalendarDay,
    DayKind,
    Grievance,
    Office,
    PolicyVersion,
    RuleChange,
    RuleChangeKind,
)
from swagat.services import catalogue
from swagat.services.calendars import DayView
from swagat.services.policies import values_of
from swagat.services.recounting import running
from swagat.services.rule_previews import Change, DayChange, PolicyChange, rule_of, touched

log = logging.getLogger(__name__)

SHORTEST_REASON, LONGEST_REASON = 10, 300
LONGEST_NAME, LONGEST_SOURCE, LONGEST_HOURS = 120, 300, 60
# How far from today a day may lie: orders come late, and lists two years ahead.
BEFORE, AHEAD = timedelta(days=92), timedelta(days=800)
A_YEAR = timedelta(days=366)

NO_REASON = N_("Write the reason, in 10 to 300 characters: the order or the list, for example.")
NO_CHOICE = N_("Choose whether cases under way follow.")
NO_DAY = N_("Give a date, such as 04-12-2026.")
FAR_DAY = N_("Give a day of the last three months or of the next two years.")
NO_KIND = N_("Choose what kind of day it is.")
NO_NAME = N_("Write what the day is called, in at most 120 characters.")
NO_SOURCE = N_("Name the list or the order that says so, in at most 300 characters.")
NO_HOURS = N_("Write the hours of the half day, for example 10:30-14:00.")
NO_OFFICE = N_("Choose an office from the list.")
THERE_ALREADY = N_("This day is in the calendar already as this kind of day.")
NO_UNIT = N_("Choose what the numbers count.")
PAST_BEGINNING = N_("New time limits begin today at the earliest, and within a year.")


def check(change: Change, now: datetime) -> None:
    """Raise Invalid, with the fields at fault, for a change that cannot be made."""
    errors = _faults_of_day(change, now) if isinstance(change, DayChange) else _faults_of_policy(change, now)
    if errors:
        raise Invalid(errors=errors)
    if isinstance(change, DayChange):
        # A calendar in which no working day can be found is refused here, before anything is written.
        rule_of(change, catalogue.state(change.state_id), now).calendars.of(change.office_id).next_working_day(
            change.day
        )


def _faults_of_day(change: DayChange, now: datetime) -> dict[str, Text]:
    state = catalogue.state(change.state_id)
    today = state.calendar.day_of(now)
    errors: dict[str, Text] = {}
    if change.is_removal:
        return errors
    if not today - BEFORE <= change.day <= today + AHEAD:
        errors["day"] = Text(FAR_DAY)
    if not change.name.en or max(len(name) for name in change.name) > LONGEST_NAME:
        errors["name"] = Text(NO_NAME)
    if not change.source or len(change.source) > LONGEST_SOURCE:
        errors["source"] = Text(NO_SOURCE)
    if change.kind is DayKind.HALF_DAY and (fault := _fault_of_hours(change.hours)) is not None:
        errors["hours"] = fault
    if any(
        (day.day, day.kind, day.office_id) == (change.day, change.kind, change.office_id) and day.is_known
        for day in state.calendars.days
    ):
        errors["day"] = Text(THERE_ALREADY)
    return errors


def _fault_of_hours(hours: str) -> Text | None:
    try:
        parse_hours(hours)
    except Invalid:
        return Text(NO_HOURS)
    return None if len(hours) <= LONGEST_HOURS else Text(NO_HOURS)


def _faults_of_policy(change: PolicyChange, now: datetime) -> dict[str, Text]:
    today = catalogue.calendar(change.state_id).day_of(now)
    if today <= change.policy.effective_from <= today + A_YEAR:
        return {}
    return {"effective_from": Text(PAST_BEGINNING)}


def apply(actor: Actor, change: Change, applies_to_open: bool | None, reason: str, now: datetime) -> int:
    """Make a change for new cases, note whether those under way follow, and return the id of the note.

    Raises Invalid, NotFound for what is not of the administrator's state, and Stale where another was faster.
    """
    errors: dict[str, Text] = {}
    if not SHORTEST_REASON <= len(reason.strip()) <= LONGEST_REASON:
        errors["reason"] = Text(NO_REASON)
    if applies_to_open is None:
        errors["applies_to_open"] = Text(NO_CHOICE)
    if errors:
        raise Invalid(errors=errors)
    if change.state_id != actor.state_id:
        raise NotFound
    check(change, now)
    try:
        with transaction() as session:
            what = _write(session, actor, change, now)
            made = RuleChange(
                state_id=change.state_id,
                kind=RuleChangeKind.CALENDAR if isinstance(change, DayChange) else RuleChangeKind.POLICY,
                what=what,
                reason=reason.strip(),
                applies_to_open=bool(applies_to_open),
                total=_to_look_at(session, change, now) if applies_to_open else 0,
                made_by_id=actor.person_id,
                made_at=now,
                # Nothing is left to do where only new cases follow.
                ended_at=None if applies_to_open else now,
            )
            session.add(made)
            session.flush()
            made_id = made.id
    except IntegrityError as fault:
        raise Stale(N_("Somebody changed this at the same moment. Look at it again.")) from fault
    catalogue.clear()
    log.info("administration: person %s changed rules, change %s", actor.person_id, made_id)
    return made_id


def _to_look_at(session: Session, change: Change, now: datetime) -> int:
    if isinstance(change, DayChange):
        some = running(change.state_id, now, *touched(change)).order_by(None).subquery()
        return session.scalar(select(func.count()).select_from(some)) or 0
    in_hand = Grievance.is_open & Grievance.status.in_(sorted(IN_HAND))
    return session.scalar(select(func.count()).where(Grievance.state_id == change.state_id, in_hand)) or 0


def _write(session: Session, actor: Actor, change: Change, now: datetime) -> dict[str, Any]:
    if isinstance(change, PolicyChange):
        version = (session.scalar(select(func.max(PolicyVersion.version))) or 0) + 1
        values = values_of(replace(change.policy, version=version))
        made = {"state_id": change.state_id, "note": change.note, "made_by_id": actor.person_id, "made_at": now}
        session.execute(insert(PolicyVersion), values | made)
        return {"version": version, "effective_from": change.policy.effective_from.isoformat()}
    if change.office_id is not None:
        found = select(Office.id).where(Office.id == change.office_id, Office.state_id == change.state_id)
        if session.scalar(found) is None:
            raise Invalid(errors={"office": Text(NO_OFFICE)})
    if change.is_removal:
        _withdraw(session, actor, change, now)
    else:
        session.execute(insert(CalendarDay), _row_of(change) | {"declared_at": now, "decided_by_id": actor.person_id})
    return stored(change)


def _row_of(change: DayChange) -> dict[str, Any]:
    names = {f"name_{language}": name for language, name in change.name._asdict().items()}
    hours = " ".join(change.hours.split()) if change.kind is DayKind.HALF_DAY else ""
    return names | {
        "state_id": change.state_id,
        "office_id": change.office_id,
        "day": change.day,
        "kind": change.kind,
        "confirmed": change.confirmed,
        "source": change.source,
        "hours": hours,
    }


def _withdraw(session: Session, actor: Actor, change: DayChange, now: datetime) -> None:
    taken = session.execute(
        update(CalendarDay)
        .where(
            CalendarDay.id == change.day_id,
            CalendarDay.state_id == change.state_id,
            CalendarDay.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=now, decided_by_id=actor.person_id)
        .execution_options(synchronize_session=False)
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        raise Stale(N_("This day was taken out of the calendar already."))


def day_of(state_id: int, day_id: int) -> DayView:
    """Return a day that is in the calendar of a state, or of one of its offices, now; raises NotFound."""
    found = next((day for day in catalogue.state(state_id).calendars.days if day.id == day_id), None)
    if found is None or not found.is_known:
        raise NotFound
    return found


def removal_of(state_id: int, day: DayView) -> DayChange:
    """Return the change that takes a day out."""
    return DayChange(
        state_id=state_id,
        day=day.day,
        kind=day.kind,
        name=day.name,
        office_id=day.office_id,
        hours=day.hours,
        confirmed=day.confirmed,
        source=day.source,
        day_id=day.id,
    )


def confirm_day(actor: Actor, day_id: int, source: str, now: datetime) -> None:
    """Mark an estimated day as confirmed by a published list; no date moves. Raises Invalid and NotFound."""
    day_of(actor.state_id or 0, day_id)
    source = source.strip()
    if not source or len(source) > LONGEST_SOURCE:
        raise Invalid(errors={"source": Text(NO_SOURCE)})
    with transaction() as session:
        session.execute(
            update(CalendarDay)
            .where(CalendarDay.id == day_id, CalendarDay.state_id == actor.state_id)
            .values(confirmed="yes", source=source, decided_by_id=actor.person_id)
            .execution_options(synchronize_session=False)
        )
    catalogue.clear()
    log.info("administration: person %s confirmed day %s at %s", actor.person_id, day_id, now.isoformat())


def stored(change: DayChange) -> dict[str, Any]:
    """Return a change of days as the note keeps it."""
    return {
        "day": change.day.isoformat(),
        "kind": change.kind.value,
        "name": change.name._asdict(),
        "office_id": change.office_id,
        "hours": change.hours,
        "is_removal": change.is_removal,
        "day_id": change.day_id,
    }


def change_of(note: RuleChange) -> Change:
    """Return the change that a note is about."""
    what = note.what
    if note.kind is RuleChangeKind.POLICY:
        return PolicyChange(state_id=note.state_id, policy=catalogue.policy(what["version"]))
    return DayChange(
        state_id=note.state_id,
        day=date.fromisoformat(what["day"]),
        kind=DayKind(what["kind"]),
        name=Name(**what["name"]),
        office_id=what["office_id"],
        hours=what["hours"],
        day_id=what["day_id"],
    )
