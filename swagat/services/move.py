"""One action on its way through a transaction: the case, what was asked, and what it changes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from swagat.domain.case import Case, Outcome, Proposed
from swagat.domain.deadlines import Clock, DueDate, Interval, Limit
from swagat.domain.redressal import Given, Step
from swagat.domain.roles import Actor
from swagat.domain.rules import Rules
from swagat.domain.workflow import Need
from swagat.domain.working_time import WorkingCalendar
from swagat.models import DeadlineEnd, DocumentKind, Grievance, Proposal, RemarkKind
from swagat.services import clocks
from swagat.services.documents import Prepared
from swagat.services.facts import Known
from swagat.services.posts import NextUp, Posts
from swagat.services.writes import Writes


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper that lies stored under its digest already, and waits to be attached."""

    digest: str
    prepared: Prepared
    kind: DocumentKind


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person filled in, as ids and texts; nothing of it is trusted yet."""

    texts: Mapping[Need, str] = field(default_factory=dict)
    outcome: Outcome | None = None
    proposed: Proposed | None = None
    office_id: int | None = None
    officer_posting_id: int | None = None
    category_id: int | None = None
    expected_on: date | None = None
    rating: int | None = None
    ground_id: int | None = None
    duplicate_of: str = ""
    handed_over_to: str = ""
    handed_over_reference: str = ""
    paper: Paper | None = None
    cause_id: int | None = None


@dataclass(slots=True)
class Move:
    """The state of one action inside its transaction; effects fill `changes`, `payload`, `texts` and `variables`.

    What it writes is gathered in `writes`, together with that of others when a batch of cases is moved at once.
    """

    session: Session
    grievance: Grievance
    case: Case
    step: Step
    actor: Actor
    asked: Asked
    given: Given
    now: datetime
    today: date
    rules: Rules
    calendar: WorkingCalendar
    waiting: Proposal | None
    changes: dict[str, Any] = field(default_factory=dict)
    payload: dict[str, Any] = field(default_factory=dict)
    texts: list[tuple[RemarkKind, str]] = field(default_factory=list)
    variables: dict[str, Any] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    known: Known | None = None
    writes: Writes = field(default_factory=Writes)

    def text(self, need: Need) -> str:
        """Return what was written for a need, trimmed."""
        return self.asked.texts.get(need, "").strip()

    @property
    def seq(self) -> int:
        """Return the number of the register entry that this action writes."""
        return self.grievance.last_seq + 1

    def duty(self, clock: Clock, due: DueDate, limit: Limit, counted_from: date | None = None) -> None:
        """Begin a timed duty at the cycle and level the case has after this action."""
        cycle = self.changes.get("cycle", self.case.cycle)
        level = self.changes.get("level", self.case.level)
        duty = clocks.Duty(
            clock,
            cycle,
            level,
            due,
            limit,
            self.grievance.policy_version,
            self.now,
            counted_from or self.today,
            clocks.NEXT,
        )
        self.writes.deadlines.append(clocks.row_of(self.grievance.id, duty))

    def end(self, end: DeadlineEnd, *which: Clock) -> None:
        """End what runs on these clocks."""
        if self.known is None:
            clocks.end_live(self.session, self.grievance.id, end, self.now, which)
            return
        ids = [deadline_id for clock, deadline_id in self.known.live if clock in which]
        self.writes.ended.setdefault(end, []).extend(ids)

    def pauses(self) -> list[Interval]:
        """Return the pauses of the case's cycle, an open one ending now, oldest first."""
        if self.known is None:
            return clocks.pauses(self.session, self.grievance.id, self.case.cycle, self.now)
        return [
            Interval(begun_at, ended_at or self.now)
            for cycle, begun_at, ended_at in self.known.pauses
            if cycle == self.case.cycle
        ]

    def next_up(self) -> NextUp | None:
        """Return which office answers when this one's time is up: the next one above with a head at their post."""
        posts = self.known.posts if self.known else Posts(self.session, self.now, self.today)
        people = (self.case.accused_person_id, self.case.reporter_id)
        case = self.case
        return posts.next_up(case.answerable_office_id, self.grievance.ladder, case.accused_office_id, people)

    def due(self, due: DueDate) -> None:
        """Let the case show this due date."""
        self.changes |= {"due_on": due.due_on, "due_at": due.due_at}
        self.variables["due_on"] = due.due_on.isoformat()


Effect = Callable[[Move], None]
