"""Nonconformities and corrective action (ISO 9001:2015, 10.2) as one table: who does which step, from where to where.

The forms, the checks of who may act, the dates that run and the trail all come from `STEPS`; nothing else changes how
a nonconformity stands.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from swagat.domain.errors import N_, Forbidden, Refused
from swagat.domain.roles import Actor, Role


class Source(StrEnum):
    """Where a nonconformity came from."""

    BY_HAND = "by_hand"
    DISPOSAL_CHECK = "disposal_check"
    REPEAT = "repeat"
    HOT_SPOT = "hot_spot"
    APPEAL = "appeal"
    CONTROL_CHART = "control_chart"
    OBJECTIVE = "objective"
    INTERNAL_AUDIT = "internal_audit"
    EXTERNAL_AUDIT = "external_audit"


# What a person may choose who opens one; the others belong to what the program itself has seen.
OPENED_BY_PEOPLE = (Source.BY_HAND, Source.INTERNAL_AUDIT, Source.EXTERNAL_AUDIT)


class Severity(StrEnum):
    """How grave it is, in the words of auditors."""

    MAJOR = "major"
    MINOR = "minor"


class Stage(StrEnum):
    """How far the corrective action has come."""

    OPENED = "opened"
    CORRECTED = "corrected"
    CAUSE_FOUND = "cause_found"
    ACTION_PLANNED = "action_planned"
    ACTION_DONE = "action_done"
    EFFECTIVE = "effective"
    CLOSED = "closed"
    CANCELLED = "cancelled"


S = Stage
ENDED = frozenset({S.CLOSED, S.CANCELLED})
RUNNING = frozenset(S) - ENDED


class Step(StrEnum):
    """One thing that is done about a nonconformity; its trail keeps one entry for each that was."""

    OPEN = "open"
    CORRECT = "correct"
    FIND_CAUSE = "find_cause"
    PLAN = "plan"
    REPLAN = "replan"
    REPORT_DONE = "report_done"
    FIND_EFFECTIVE = "find_effective"
    FIND_NOT_EFFECTIVE = "find_not_effective"
    CLOSE = "close"
    PROPOSE_CANCEL = "propose_cancel"
    CANCEL = "cancel"
    KEEP = "keep"
    ESCALATE = "escalate"


class Cause(StrEnum):
    """What kind of cause lay behind it."""

    PROCEDURE = "procedure"
    SKILL = "skill"
    STAFFING = "staffing"
    SUPERVISION = "supervision"
    RECORDS = "records"
    EQUIPMENT = "equipment"
    OTHERS = "others"
    RULES = "rules"
    CONDUCT = "conduct"


class Party(StrEnum):
    """What somebody is to a nonconformity; the table names parties, never persons."""

    HEAD = "head"
    ABOVE = "above"
    OWNER = "owner"
    QUALITY = "quality"
    SYSTEM = "system"


class Needs(StrEnum):
    """What has to be given with a step; the text of each is what the entry keeps."""

    TEXT = "text"
    WHYS = "whys"
    CAUSE = "cause"
    OWNER = "owner"
    DUE_ON = "due_on"


class Clock(StrEnum):
    """Which duty has a date: to put it right, to find the cause and plan, to act, to check whether it helped."""

    CORRECT = "correct"
    ANALYSE = "analyse"
    ACT = "act"
    CHECK = "check"


class When(StrEnum):
    """A condition beside the stage."""

    ALWAYS = "always"
    NO_PROPOSAL = "no_proposal"
    PROPOSAL_WAITS = "proposal_waits"
    MAY_CHECK = "may_check"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table; without a target it stays where it is.

    `not_by` names what the same person may not have been: the owner of the action, or who proposed to cancel.
    """

    step: Step
    sources: frozenset[Stage]
    target: Stage | None
    who: frozenset[Party]
    needs: tuple[Needs, ...] = (Needs.TEXT,)
    when: When = When.NO_PROPOSAL
    not_by: str = ""


P, N = Party, Needs
OPENERS = frozenset({P.HEAD, P.ABOVE, P.QUALITY, P.SYSTEM})
JUDGES = frozenset({P.ABOVE, P.QUALITY})


def _row(step: Step, sources: Iterable[Stage], target: Stage | None, who: Iterable[Party], **rest: object) -> Row:
    return Row(step, frozenset(sources), target, frozenset(who), **rest)  # type: ignore[arg-type]


STEPS: tuple[Row, ...] = (
    _row(Step.OPEN, (), S.OPENED, OPENERS, when=When.ALWAYS),
    _row(Step.CORRECT, {S.OPENED}, S.CORRECTED, {P.HEAD}),
    _row(Step.FIND_CAUSE, {S.CORRECTED}, S.CAUSE_FOUND, {P.HEAD}, needs=(N.WHYS, N.CAUSE)),
    _row(Step.PLAN, {S.CAUSE_FOUND}, S.ACTION_PLANNED, {P.HEAD}, needs=(N.TEXT, N.OWNER, N.DUE_ON)),
    _row(Step.REPORT_DONE, {S.ACTION_PLANNED}, S.ACTION_DONE, {P.OWNER}),
    _row(Step.REPLAN, {S.ACTION_PLANNED}, None, {P.HEAD, P.ABOVE}, needs=(N.TEXT, N.OWNER, N.DUE_ON)),
    _row(Step.FIND_EFFECTIVE, {S.ACTION_DONE}, S.EFFECTIVE, JUDGES, when=When.MAY_CHECK, not_by="owner"),
    # Found to have changed nothing, it needs another cause: what was done at once stays done.
    _row(Step.FIND_NOT_EFFECTIVE, {S.ACTION_DONE}, S.CORRECTED, JUDGES, when=When.MAY_CHECK, not_by="owner"),
    _row(Step.CLOSE, {S.EFFECTIVE}, S.CLOSED, JUDGES),
    _row(Step.PROPOSE_CANCEL, RUNNING - {S.EFFECTIVE}, None, {P.HEAD, P.ABOVE, P.QUALITY}),
    _row(Step.CANCEL, RUNNING, S.CANCELLED, JUDGES, when=When.PROPOSAL_WAITS, not_by="proposer"),
    _row(Step.KEEP, RUNNING, None, JUDGES, when=When.PROPOSAL_WAITS, not_by="proposer"),
    _row(Step.ESCALATE, RUNNING, None, {P.SYSTEM}, needs=(), when=When.ALWAYS),
)  # fmt: skip
ROWS: dict[Step, Row] = {row.step: row for row in STEPS}
CLOCKS: dict[Stage, Clock] = {
    S.OPENED: Clock.CORRECT,
    S.CORRECTED: Clock.ANALYSE,
    S.CAUSE_FOUND: Clock.ANALYSE,
    S.ACTION_PLANNED: Clock.ACT,
    S.ACTION_DONE: Clock.CHECK,
    S.EFFECTIVE: Clock.CHECK,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """How a nonconformity stands, as far as who may do what goes; `check_from` is the first day to check the effect."""

    stage: Stage
    office_id: int
    answerable_office_id: int
    owner_posting_id: int | None = None
    owner_person_id: int | None = None
    proposer_id: int | None = None
    check_from: date | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """Where the actor's office stands to the one the nonconformity is about."""

    is_above: bool = False
    is_of_state: bool = False


HEADS = frozenset({Role.SUPERVISOR, Role.PRESIDING_OFFICER})


def parties_of(actor: Actor, standing: Standing, position: Position) -> frozenset[Party]:
    """Return what an actor is to a nonconformity; an auditor, a clerk and an administrator are nothing."""
    found = set()
    if actor.role is Role.SYSTEM:
        found.add(P.SYSTEM)
    if actor.role in HEADS:
        if actor.office_id in (standing.office_id, standing.answerable_office_id):
            found.add(P.HEAD)
        if position.is_above:
            found.add(P.ABOVE)
    if actor.role is Role.QUALITY_MANAGER and (
        actor.office_id == standing.office_id or position.is_above or position.is_of_state
    ):
        found.add(P.QUALITY)
    if actor.posting_id is not None and actor.posting_id == standing.owner_posting_id:
        found.add(P.OWNER)
    return frozenset(found)


def offered(actor: Actor, standing: Standing, position: Position, today: date) -> list[Row]:
    """Return the steps that somebody can take now, in the order of the table."""
    parties = parties_of(actor, standing, position)
    return [
        row
        for row in STEPS
        if standing.stage in row.sources and row.who & parties and not _hindrance(row, actor, standing, today)
    ]


def checked(step: Step, actor: Actor, standing: Standing, position: Position, today: date) -> Row:
    """Return the row of a step that somebody takes, raising Refused for the wrong moment and Forbidden for others."""
    row = ROWS[step]
    if standing.stage not in row.sources:
        raise Refused(N_("This step does not fit any more: look at how it stands now."))
    if not row.who & parties_of(actor, standing, position):
        raise Forbidden(N_("This step belongs to somebody else."))
    why = _hindrance(row, actor, standing, today)
    if why:
        raise Refused(why)
    return row


def _hindrance(row: Row, actor: Actor, standing: Standing, today: date) -> str:
    """Return the sentence that says why a step of one's own cannot be taken now, empty where it can."""
    waits = standing.proposer_id is not None
    if row.when in (When.NO_PROPOSAL, When.MAY_CHECK) and waits:
        return N_("It was proposed to cancel it. First somebody has to decide that.")
    if row.when is When.PROPOSAL_WAITS and not waits:
        return N_("Nobody has proposed to cancel it.")
    if row.when is When.MAY_CHECK and standing.check_from is not None and today < standing.check_from:
        return N_("The months by which it is judged have not ended yet.")
    if row.not_by == "owner" and actor.person_id == standing.owner_person_id:
        return N_("Whether it helped is judged by somebody else than who did it.")
    if row.not_by == "proposer" and actor.person_id == standing.proposer_id:
        return N_("A second person decides what you proposed.")
    return ""


def after(row: Row, stage: Stage) -> Stage:
    """Return how it stands after a step, raising Refused for one that does not start from there."""
    if stage not in row.sources and row.sources:
        raise Refused(N_("This step does not fit any more: look at how it stands now."))
    return row.target or stage


def replayed(steps: Iterable[Step]) -> Stage | None:
    """Return how a nonconformity stands after the steps of its trail, None before the first."""
    stage: Stage | None = None
    for step in steps:
        row = ROWS[step]
        stage = row.target if stage is None else after(row, stage)
    return stage
