"""What the due dates of cases under way become under changed rules, in bulk, and how one case takes its new date."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from swagat.domain.deadlines import Basis, Clock, DueDate, Interval, Limit, due_date, limit_after_reopening, limit_for
from swagat.domain.limits import channel_limit
from swagat.domain.policies import Channel, Policy, Unit
from swagat.domain.workflow import RUNNING, Action, ClockState
from swagat.models import Deadline, DeadlineEnd, Grievance, Lapse, Pause
from swagat.services import catalogue, clocks, duties
from swagat.services.calendars import Calendars
from swagat.services.move import Effect, Move

BATCH = 1000


class Running(NamedTuple):
    """The running time to answer of a case: what it was counted from and by which rule."""

    grievance_id: int
    number: str
    office_id: int
    answerable_office_id: int
    channel: Channel
    filed_category_id: int
    cycle: int
    lapses: int
    lapsed_level: int | None
    level: int
    counted_from: date
    due_on: date
    due_at: datetime
    days: int
    unit: str
    basis: str
    policy_version: int
    not_before: date | None

    @property
    def counting_office_id(self) -> int:
        """Return the office whose days count: who works on it, and once it climbed, who answers."""
        return self.answerable_office_id if self.lapses else self.office_id

    @property
    def counts_alike(self) -> tuple[Any, ...]:
        """Return all that a new date depends on but the pauses."""
        rule = self.channel, self.filed_category_id, self.cycle, self.lapses, self.lapsed_level, self.level
        row = self.counted_from, self.due_on, self.days, self.unit, self.basis, self.policy_version, self.not_before
        return self.counting_office_id, *rule, *row


@dataclass(frozen=True, slots=True)
class Recounted:
    """The limit and the due date that a case gets, and since when changed rules hold for it."""

    limit: Limit
    due: DueDate
    not_before: date | None


@dataclass(frozen=True, slots=True)
class Rule:
    """By what is counted anew; without a policy each case keeps the days it has.

    `today` is the day on which it comes to the cases: it makes nobody late before. `never_earlier` holds where days
    are closed, `never_later` where days are opened.
    """

    calendars: Calendars
    today: date
    policy: Policy | None = None
    never_earlier: bool = False
    never_later: bool = False

    def recount(self, case: Running, paused: Sequence[Interval]) -> Recounted | None:
        """Return what a case gets, or None where it keeps the date and the rules it has."""
        limit = self._limit(case)
        calendar = self.calendars.of(case.counting_office_id)
        not_before = case.not_before
        due = due_date(case.counted_from, limit, calendar, paused, not_before)
        if due.due_on < self.today:
            not_before = self.today
            due = due_date(case.counted_from, limit, calendar, paused, not_before)
        if (self.never_earlier and due.due_on < case.due_on) or (self.never_later and due.due_on > case.due_on):
            return None
        follows = self.policy is not None and case.policy_version != self.policy.version
        return Recounted(limit, due, not_before) if follows or due.due_on != case.due_on else None

    def _limit(self, case: Running) -> Limit:
        policy, basis = self.policy, Basis(case.basis)
        if policy is None or basis is Basis.GIVEN or case.policy_version == policy.version:
            return Limit(case.days, Unit(case.unit), basis)
        if case.lapses:
            repeats = (case.lapsed_level or 0) >= policy.last_level
            days = policy.repeat_days if repeats else policy.days_after_step(case.channel, case.level)
            return channel_limit(days, case.channel, case.level, policy, ours=repeats)
        if case.cycle > 1:
            return limit_after_reopening(case.level, policy, case.channel)
        category = catalogue.category(case.filed_category_id)
        return limit_for(category.sla_days, category.sla_basis, case.channel, case.level, policy, category.sla_source)


def running(state_id: int, now: datetime, *which: ColumnElement[bool]) -> Select[Any]:
    """Return the statement for the cases of a state whose time to answer runs and is not over, in the order of ids."""
    return (
        _runs()
        .where(
            Deadline.clock == Clock.RESOLVE,
            Deadline.ended_at.is_(None),
            Deadline.due_at > now,
            Grievance.state_id == state_id,
            Grievance.is_open,
            Grievance.status.in_(sorted(RUNNING)),
            *which,
        )
        .order_by(Deadline.grievance_id)
    )


def counted_by(office_id: int) -> ColumnElement[bool]:
    """Return the condition that the days of this office count."""
    climbed = Grievance.lapses > 0
    return or_(
        and_(climbed, Grievance.answerable_office_id == office_id), and_(~climbed, Grievance.office_id == office_id)
    )


def _runs() -> Select[Any]:
    columns: tuple[Any, ...] = (
        Deadline.grievance_id,
        Grievance.registration_number.label("number"),
        Grievance.office_id,
        Grievance.answerable_office_id,
        Grievance.channel,
        Grievance.filed_category_id,
        Grievance.cycle,
        Grievance.lapses,
        Lapse.level.label("lapsed_level"),
        Deadline.level,
        Deadline.counted_from,
        Deadline.due_on,
        Deadline.due_at,
        Deadline.days,
        Deadline.unit,
        Deadline.basis,
        Grievance.policy_version,
        Deadline.not_before,
    )
    return (
        select(*columns)
        .join(Grievance, Grievance.id == Deadline.grievance_id)
        .outerjoin(
            Lapse,
            and_(
                Lapse.grievance_id == Grievance.id,
                Lapse.cycle == Grievance.cycle,
                Lapse.ordinal == Grievance.lapses,
            ),
        )
    )


def recounted(
    session: Session, cases: Iterable[Running], rule: Rule, now: datetime
) -> Iterator[tuple[Running, Recounted]]:
    """Yield the cases that get another date or follow another policy, each with what it gets."""
    found = list(cases)
    paused = _pauses(session, [case.grievance_id for case in found], now)
    # Of many thousand cases most share their day zero and their limit with others.
    known: dict[Any, Recounted | None] = {}
    for case in found:
        if case.grievance_id in paused:
            new = rule.recount(case, paused[case.grievance_id])
        else:
            key = case.counts_alike
            new = known[key] if key in known else known.setdefault(key, rule.recount(case, ()))
        if new is not None:
            yield case, new


def redate(move: Move) -> None:
    """Let a case follow changed rules: its time to answer and its warnings end and begin anew at the same level.

    A case that waits for the complainant keeps the new limit for when it goes on. Nobody is told of the same date.
    """
    grievance, version = move.grievance, move.payload.get("policy_version")
    policy = catalogue.policy(version) if version is not None else None
    rule = Rule(
        catalogue.state(grievance.state_id).calendars,
        move.today,
        policy,
        bool(move.payload.pop("never_earlier", False)),
        bool(move.payload.pop("never_later", False)),
    )
    if policy is not None:
        move.payload["policy_before"] = grievance.policy_version
        move.changes["policy_version"] = policy.version
    is_paused = move.case.clock_state is ClockState.PAUSED
    case = _newest(move.session, grievance.id, grievance.cycle, is_paused)
    new = rule.recount(case, move.pauses()) if case is not None else None
    if case is not None and new is not None:
        _begin_anew(move, case, new, is_paused)
    if is_paused or new is None or new.due.due_on == grievance.due_on:
        move.step = replace(move.step, row=replace(move.step.row, tells=(), visible=False))


def _begin_anew(move: Move, case: Running, new: Recounted, is_paused: bool) -> None:
    if is_paused:
        level = move.case.level
        ordinal = clocks.next_ordinal(move.session, case.grievance_id, Clock.RESOLVE, case.cycle, level)
        duty = clocks.Duty(
            Clock.RESOLVE, case.cycle, level, new.due, new.limit, 0, move.now, case.counted_from, ordinal
        )  # fmt: skip
        move.writes.deadlines.append(clocks.row_of(case.grievance_id, duty))
        # It runs from the answer on; until then it is only kept.
        move.writes.deadlines[-1] |= {"ended_at": move.now, "ended_as": DeadlineEnd.CANCELLED}
    else:
        move.end(DeadlineEnd.CANCELLED, Clock.RESOLVE, Clock.WARN)
        duties.begin_answer(move, new.due, new.limit, case.counted_from)
        move.payload |= {"due_before": case.due_on.isoformat(), "due_on": new.due.due_on.isoformat()}
    version = move.changes.get("policy_version", move.grievance.policy_version)
    for row in move.writes.deadlines:
        row["policy_version"] = version
        if row["clock"] is Clock.RESOLVE:
            row["not_before"] = new.not_before


def _newest(session: Session, grievance_id: int, cycle: int, is_paused: bool) -> Running | None:
    mine = Deadline.grievance_id == grievance_id
    ended = Deadline.ended_at.is_not(None) if is_paused else Deadline.ended_at.is_(None)
    statement = _runs().where(mine, Deadline.clock == Clock.RESOLVE, Deadline.cycle == cycle, ended)
    row = session.execute(statement.order_by(Deadline.id.desc()).limit(1)).first()
    return Running._make(row) if row is not None else None


def _pauses(session: Session, grievance_ids: Sequence[int], now: datetime) -> dict[int, list[Interval]]:
    found: dict[int, list[Interval]] = {}
    for start in range(0, len(grievance_ids), BATCH):
        statement = (
            select(Pause.grievance_id, Pause.begun_at, Pause.ended_at)
            .join(Grievance, and_(Grievance.id == Pause.grievance_id, Grievance.cycle == Pause.cycle))
            .where(Pause.grievance_id.in_(grievance_ids[start : start + BATCH]))
            .order_by(Pause.begun_at)
        )
        for grievance_id, begun_at, ended_at in session.execute(statement):
            found.setdefault(grievance_id, []).append(Interval(begun_at, ended_at or now))
    return found


REDATING: dict[Action, Effect] = {Action.REDATE: redate}
