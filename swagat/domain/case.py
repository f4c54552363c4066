"""The facts of one grievance, what an actor is to it, and which conditions of the workflow table hold."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from swagat.domain.conditions import When
from swagat.domain.roles import Actor, Party, Role
from swagat.domain.workflow import ClockState, Status


class Outcome(StrEnum):
    """How a disposal ended the matter; outcomes are never summed into one number."""

    REDRESSED = "redressed"
    PARTLY_REDRESSED = "partly_redressed"
    OTHER_RELIEF = "other_relief"
    NOT_ESTABLISHED = "not_established"
    NOT_MAINTAINABLE = "not_maintainable"
    OTHER_FORUM = "other_forum"
    WITHDRAWN = "withdrawn"
    DUPLICATE = "duplicate"


NEVER_ASKED = frozenset({Outcome.WITHDRAWN, Outcome.DUPLICATE})


class Proposed(StrEnum):
    """What may only be done by two persons, after notice to the complainant."""

    NOT_MAINTAINABLE = "not_maintainable"
    OTHER_FORUM = "other_forum"
    DUPLICATE = "duplicate"
    CLOSE_AGAINST = "close_against"


PROPOSED_OUTCOME = {
    Proposed.NOT_MAINTAINABLE: Outcome.NOT_MAINTAINABLE,
    Proposed.OTHER_FORUM: Outcome.OTHER_FORUM,
    Proposed.DUPLICATE: Outcome.DUPLICATE,
    Proposed.CLOSE_AGAINST: Outcome.NOT_ESTABLISHED,
}


class Confirmation(StrEnum):
    """What the complainant said of the disposal; only their own proved word makes it confirmed."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    ASSISTED = "assisted"
    REFUSED = "refused"
    SILENT = "silent"
    NOT_REACHED = "not_reached"
    NOT_ASKED = "not_asked"


# What a check by another office may open again: an answer that rests on silence, or on a word given with help.
UNPROVED = frozenset({Confirmation.PENDING, Confirmation.ASSISTED, Confirmation.SILENT, Confirmation.NOT_REACHED})
MAY_REOPEN_BY_REFUSAL = 2


@dataclass(frozen=True, slots=True)
class Waiting:
    """A proposal that nobody has decided yet."""

    proposed: Proposed
    proposer_id: int
    objection_until: date


@dataclass(frozen=True, slots=True)
class Owing:
    """Who let the time run out and has not said why yet: offices, whose heads are meant, and officers."""

    office_ids: frozenset[int] = frozenset()
    person_ids: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Case:
    """The facts of one grievance on which the workflow decides; ids only, no text."""

    status: Status
    office_id: int
    answerable_office_id: int
    level: int
    cycle: int = 1
    outcome: Outcome | None = None
    confirmation: Confirmation = Confirmation.PENDING
    clock_state: ClockState = ClockState.RUNS
    state_id: int | None = None
    officer_person_id: int | None = None
    appellate_office_id: int | None = None
    office_above_id: int | None = None
    common_superior_id: int | None = None
    accused_office_id: int | None = None
    accused_person_id: int | None = None
    is_self_filed: bool = True
    is_unsorted: bool = False
    is_immediate: bool = False
    is_closed_against: bool = False
    transfers: int = 0
    transfer_limit: int = 3
    transfer_is_final: bool = False
    clarifications: int = 0
    clarification_limit: int = 2
    papers_held: bool = False
    window_over: bool = False
    was_reached: bool = False
    waiting: Waiting | None = None
    reporter_id: int | None = None
    disposer_id: int | None = None
    lapses: int = 0
    asked_after: int = 0
    time_given: bool = False
    due_on: date | None = None
    more_time_days: int = 30
    directing_office_id: int | None = None
    direction_is_reported: bool = False
    listed_office_id: int | None = None
    cause_id: int | None = None
    owing: Owing = Owing()

    @property
    def came_up(self) -> bool:
        """Return whether another office answers than the one that works."""
        return self.answerable_office_id != self.office_id


def parties(case: Case, actor: Actor) -> frozenset[Party]:
    """Return what the actor is to this case; whoever is complained against is nobody to it, in every posting."""
    if actor.role is Role.SYSTEM:
        return frozenset({Party.SYSTEM})
    if actor.role is Role.COMPLAINANT:
        return frozenset({Party.COMPLAINANT})
    if actor.person_id is not None and actor.person_id == case.accused_person_id:
        return frozenset()
    if actor.office_id is not None and actor.office_id == case.accused_office_id:
        return frozenset()
    found: set[Party] = set()
    if actor.role is Role.CLERK and actor.state_id == case.state_id:
        found.add(Party.CLERK)
    if actor.role in (Role.OFFICER, Role.SUPERVISOR, Role.PRESIDING_OFFICER) and actor.office_id == case.office_id:
        found.add(Party.OFFICE_STAFF)
        if actor.person_id == case.officer_person_id:
            found.add(Party.OFFICER)
    if actor.role in (Role.SUPERVISOR, Role.PRESIDING_OFFICER):
        heads = {
            Party.OFFICE_SUPERVISOR: case.office_id,
            Party.ANSWERABLE: case.answerable_office_id,
            Party.APPELLATE: case.appellate_office_id,
            Party.OFFICE_ABOVE: case.office_above_id,
            Party.COMMON_SUPERIOR: case.common_superior_id,
            Party.DIRECTING: case.directing_office_id,
        }
        found.update(party for party, office_id in heads.items() if office_id == actor.office_id)
        if actor.office_id in case.owing.office_ids:
            found.add(Party.LAPSED)
    if actor.person_id in case.owing.person_ids:
        found.add(Party.LAPSED)
    return frozenset(found)


def decides(case: Case, actor: Actor) -> bool:
    """Return whether this actor disposes of the case or decides an appeal in it, now or once it is before them."""
    return not parties(case, actor).isdisjoint({Party.ANSWERABLE, Party.APPELLATE})


def conditions(case: Case) -> frozenset[When]:
    """Return the conditions of the workflow table that hold for this case."""
    withdrawn = case.outcome is Outcome.WITHDRAWN
    may_refuse = case.cycle - 1 < MAY_REOPEN_BY_REFUSAL and not case.is_closed_against
    asked = case.outcome not in NEVER_ASKED
    held = {
        When.ALWAYS: True,
        When.NO_PROPOSAL: case.waiting is None,
        When.PROPOSAL_WAITS: case.waiting is not None,
        When.WITHDRAWN: withdrawn,
        When.NOT_WITHDRAWN: not withdrawn,
        When.MAY_REFUSE: not withdrawn and may_refuse,
        When.MUST_APPEAL: not withdrawn and not may_refuse,
        When.NOT_IMMEDIATE: not case.is_immediate,
        When.IMMEDIATE: case.is_immediate,
        When.TRANSFERS_LEFT: case.transfers < case.transfer_limit and not case.transfer_is_final,
        When.TRANSFERS_SPENT: case.transfers >= case.transfer_limit and not case.transfer_is_final,
        When.UNSORTED: case.is_unsorted,
        When.SORTED: not case.is_unsorted,
        When.PAPERS_HELD: case.papers_held,
        When.NOT_REACHED: not withdrawn and not case.was_reached,
        When.REACHED: asked and case.was_reached,
        When.CAME_UP: case.came_up,
        When.CAME_UP_NO_PROPOSAL: case.came_up and case.waiting is None,
        When.TIME_NOT_GIVEN: not case.time_given,
        When.CAME_UP_TIME_NOT_GIVEN: case.came_up and not case.time_given,
        When.DATE_MISSED: case.lapses > case.asked_after,
        When.NO_DIRECTION: case.directing_office_id is None,
        When.DIRECTION_OPEN: case.directing_office_id is not None and not case.direction_is_reported,
        When.DIRECTION_REPORTED: case.directing_office_id is not None and case.direction_is_reported,
        When.NOT_UPHELD: asked and case.confirmation in UNPROVED,
        When.LISTED: case.listed_office_id is not None,
        When.NOT_LISTED: case.listed_office_id is None,
        When.LINKED: case.cause_id is not None,
        When.NOT_LINKED: case.cause_id is None,
        When.IDLE_WINDOW: case.window_over and not withdrawn and (case.was_reached or not asked),
    }
    return frozenset(when for when, holds in held.items() if holds)
