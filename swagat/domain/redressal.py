"""How a grievance moves: what an actor may do to it now, and what an action does; the rows are in workflow.py."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from swagat.domain.case import (
    NEVER_ASKED,
    PROPOSED_OUTCOME,
    Case,
    Confirmation,
    Outcome,
    Proposed,
    conditions,
    parties,
)
from swagat.domain.errors import N_, Forbidden, Invalid, Refused, Text
from swagat.domain.roles import Actor, Party, Proof
from swagat.domain.workflow import (
    ROWS,
    ROWS_FROM,
    Action,
    ClockEffect,
    ClockState,
    Need,
    Status,
    Transition,
)

DISPOSABLE = (Outcome.REDRESSED, Outcome.PARTLY_REDRESSED, Outcome.OTHER_RELIEF, Outcome.NOT_ESTABLISHED)


@dataclass(frozen=True, slots=True)
class Given:
    """What the person filled in for an action; ids were checked to exist by the service."""

    texts: Mapping[Need, str] = field(default_factory=dict)
    outcome: Outcome | None = None
    proposed: Proposed | None = None
    office_id: int | None = None
    officer_person_id: int | None = None
    officer_office_id: int | None = None
    category_id: int | None = None
    expected_on: date | None = None
    rating: int | None = None
    cause_id: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """What an action does: the row of the table, and the facts that follow from it."""

    row: Transition
    status: Status
    clock_state: ClockState
    outcome: Outcome | None
    confirmation: Confirmation | None
    is_closed_against: bool


def permitted(case: Case, actor: Actor) -> list[Transition]:
    """Return the rows of the table that this actor may use on this case now, in the table's order."""
    mine, held = parties(case, actor), conditions(case)
    return [
        row
        for row in ROWS_FROM[case.status]
        if mine & row.who
        and row.when in held
        and not _is_own_work(row.action, case, actor)
        and (_is_proved(row.action, case, actor) or not row.strong_proof)
        and not (row.action is Action.SEEK_CLARIFICATION and case.clarifications >= case.clarification_limit)
    ]


def _is_own_work(action: Action, case: Case, actor: Actor) -> bool:
    """Return whether a second person is needed: persons, not postings."""
    if actor.person_id is None:
        return False
    if action in (Action.DISPOSE, Action.RETURN_REPORT):
        # Without a report, who has the case is the one who would have written it.
        return actor.person_id == (case.reporter_id if case.reporter_id is not None else case.officer_person_id)
    if action is Action.APPROVE and actor.person_id == case.reporter_id:
        return True
    if action in (Action.APPROVE, Action.DECLINE):
        return case.waiting is not None and actor.person_id == case.waiting.proposer_id
    if action in (Action.DISMISS_APPEAL, Action.ALLOW_APPEAL):
        return actor.person_id in (case.disposer_id, case.reporter_id)
    return False


def _is_proved(action: Action, case: Case, actor: Actor) -> bool:
    """Return whether the word is surely the complainant's own: a clerk may know the code on a slip too."""
    if actor.proof is Proof.OWN_CODE:
        return True
    return actor.proof is Proof.TRACKING_CODE and (case.is_self_filed or action is Action.CONFIRM)


def decide(case: Case, action: Action, actor: Actor, given: Given, today: date) -> Step:
    """Return what this action does, raising Forbidden, Refused or Invalid when the rules do not allow it."""
    row = next((row for row in permitted(case, actor) if row.action is action), None)
    if row is None:
        raise _why_not(case, action, actor)
    _check_needs(row, given, today)
    _check_rules(row, case, actor, given, today)
    outcome, against = _outcome_after(row, case, given)
    return Step(
        row=row,
        status=row.target or case.status,
        clock_state=clock_after(row.clock, case.clock_state),
        outcome=outcome,
        confirmation=_confirmation_after(row, case, actor, outcome),
        is_closed_against=against,
    )


def _why_not(case: Case, action: Action, actor: Actor) -> Refused:
    rows = ROWS[action]
    if not any(parties(case, actor) & row.who for row in rows):
        return Forbidden(N_("This action belongs to somebody else in this case."))
    if _is_own_work(action, case, actor):
        return Forbidden(N_("A second person has to do this: you reported, proposed or disposed of it yourself."))
    if any(row.strong_proof for row in rows) and not _is_proved(action, case, actor):
        return Forbidden(N_("This needs a code sent to the complainant's own mobile number."))
    if action is Action.TRANSFER and case.transfer_is_final:
        return Refused(N_("The common superior has decided finally which office deals with this grievance."))
    if action is Action.TRANSFER and case.transfers >= case.transfer_limit:
        return Refused(
            N_("It was transferred %(count)s times. Now the common superior of the offices decides."),
            count=case.transfers,
        )
    if action is Action.SEEK_CLARIFICATION and case.clarifications >= case.clarification_limit:
        return Refused(
            N_("The complainant was asked %(count)s times already. Decide on what there is."),
            count=case.clarifications,
        )
    return Refused(N_("This cannot be done any more: the case has moved on. Look at where it stands now."))


NEEDED = {
    Need.REMARK: N_("Write a few words here."),
    Need.REPORT: N_("Write what was done, when and by whom."),
    Need.QUESTIONS: N_("List what is missing, one thing a line."),
    Need.REASON: N_("Write the reasons, so that the complainant can follow them."),
    Need.GROUNDS: N_("Write why the decision is wrong."),
    Need.CHECKED: N_("Write what was checked for this decision."),
}
DATES = {
    Action.INTERIM_REPLY: N_("Give the date by which an answer is expected."),
    Action.GIVE_TIME: N_("Give the new date."),
    Action.DIRECT: N_("Give the date by which it is to be carried out."),
    Action.RETURN_DIRECTION: N_("Give the date by which it is to be carried out."),
    Action.LIST_FOR_SITTING: N_("Give the date of the sitting."),
}
SHORTEST = {Need.REPORT: 20, Need.REASON: 20, Need.CHECKED: 10}
LONGEST = 4000


def _check_needs(row: Transition, given: Given, today: date) -> None:
    errors: dict[str, Text] = {}
    for need, message in NEEDED.items():
        text = given.texts.get(need, "").strip()
        if need in row.needs and not text:
            errors[need.value] = Text(message)
        elif text and need in row.needs and len(text) < SHORTEST.get(need, 2):
            errors[need.value] = Text(N_("Write at least %(count)s characters."), {"count": SHORTEST.get(need, 2)})
        elif len(text) > LONGEST:
            errors[need.value] = Text(N_("Write at most %(count)s characters."), {"count": LONGEST})
    choices = {
        Need.OFFICER: (given.officer_person_id, N_("Choose an officer.")),
        Need.OFFICE: (given.office_id, N_("Choose an office.")),
        Need.OUTCOME: (given.outcome, N_("Choose how it ends.")),
        Need.PROPOSED: (given.proposed, N_("Choose what you propose.")),
        Need.CATEGORY: (given.category_id, N_("Choose a category.")),
        Need.EXPECTED_ON: (given.expected_on, DATES.get(row.action, N_("Give the date."))),
        Need.RATING: (given.rating, N_("Choose from 1 to 5.")),
        Need.CAUSE: (given.cause_id, N_("Choose a common cause.")),
    }
    for need, (value, message) in choices.items():
        if need in row.needs and value is None:
            errors[need.value] = Text(message)
    if given.expected_on is not None and given.expected_on <= today:
        errors[Need.EXPECTED_ON.value] = Text(N_("The date must lie after today."))
    if given.rating is not None and not 1 <= given.rating <= 5:
        errors[Need.RATING.value] = Text(N_("Choose from 1 to 5."))
    if errors:
        raise Invalid(errors=errors)


def _check_rules(row: Transition, case: Case, actor: Actor, given: Given, today: date) -> None:
    match row.action:
        case Action.ASSIGN | Action.FORWARD:
            if given.officer_office_id != case.office_id:
                raise Invalid(errors={"officer": Text(N_("Choose an officer of the office that has the case."))})
            if given.officer_person_id == case.accused_person_id:
                raise Invalid(errors={"officer": Text(N_("The grievance is about this person. Choose another."))})
            only_staff = parties(case, actor) & row.who == {Party.OFFICE_STAFF}
            if only_staff and given.officer_person_id != actor.person_id:
                raise Forbidden(N_("You may take this case yourself; only the head of the office assigns to others."))
            if row.action is Action.FORWARD and given.officer_person_id == case.officer_person_id:
                raise Invalid(errors={"officer": Text(N_("This officer has the case already."))})
        case Action.TRANSFER:
            if given.office_id == case.office_id:
                raise Invalid(errors={"office": Text(N_("This office has the case already."))})
            if given.office_id == case.accused_office_id:
                raise Invalid(errors={"office": Text(N_("The grievance is about this office. Choose another."))})
        case Action.GIVE_TIME:
            _check_more_time(case, given, today)
        case Action.RETURN_REPORT:
            if given.expected_on is not None and case.directing_office_id is not None:
                message = N_("A direction with a date is open already. Leave the date empty.")
                raise Invalid(errors={Need.EXPECTED_ON.value: Text(message)})
        case Action.DISPOSE:
            if given.outcome not in DISPOSABLE:
                raise Invalid(errors={"outcome": Text(N_("This outcome has to be proposed and approved."))})
        case Action.APPROVE:
            if case.waiting and today <= case.waiting.objection_until:
                raise Refused(N_("The complainant may object until the end of the objection date. Wait for it."))
        case Action.PROPOSE:
            if given.proposed is Proposed.CLOSE_AGAINST and case.cycle == 1:
                raise Invalid(
                    errors={
                        "proposed": Text(
                            N_("Only a grievance that was reopened can be closed against the complainant.")
                        )
                    }
                )
        case _:
            pass


def _check_more_time(case: Case, given: Given, today: date) -> None:
    if case.due_on is None or given.expected_on is None:
        return
    if case.due_on < today:
        raise Refused(N_("The date has passed: the case goes up to the next office by itself, which may give time."))
    latest = case.due_on + timedelta(days=case.more_time_days)
    error: Text | None = None
    if given.expected_on <= case.due_on:
        error = Text(N_("The new date must lie after the present one, %(due_on)s."), {"due_on": case.due_on})
    elif given.expected_on > latest:
        error = Text(N_("Give time until %(latest)s at the latest."), {"latest": latest})
    if error is not None:
        raise Invalid(errors={Need.EXPECTED_ON.value: error})


def clock_after(effect: ClockEffect, state: ClockState) -> ClockState:
    """Return what the clock of a case shows after an action of this effect."""
    after = {
        ClockEffect.PAUSES: ClockState.PAUSED,
        ClockEffect.RUNS: ClockState.RUNS,
        ClockEffect.STOPS: ClockState.STOPPED,
    }
    return after.get(effect, state)


def _outcome_after(row: Transition, case: Case, given: Given) -> tuple[Outcome | None, bool]:
    match row.action:
        case Action.DISPOSE:
            return given.outcome, False
        case Action.APPROVE if case.waiting:
            return PROPOSED_OUTCOME[case.waiting.proposed], case.waiting.proposed is Proposed.CLOSE_AGAINST
        case Action.WITHDRAW:
            return Outcome.WITHDRAWN, False
        case _ if row.new_cycle or row.action is Action.UNDO_WITHDRAWAL:
            return None, False
        case _:
            return case.outcome, case.is_closed_against


def _confirmation_after(row: Transition, case: Case, actor: Actor, outcome: Outcome | None) -> Confirmation | None:
    """Return the new confirmation, or None to leave it; the code of a counter slip never makes it confirmed."""
    match row.action:
        case Action.CONFIRM:
            own = actor.proof is Proof.OWN_CODE or case.is_self_filed
            return Confirmation.CONFIRMED if own else Confirmation.ASSISTED
        case Action.REFUSE | Action.LODGE_APPEAL:
            return Confirmation.REFUSED
        case Action.CLOSE:
            return Confirmation.NOT_ASKED if outcome in NEVER_ASKED else Confirmation.SILENT
        case Action.DISPOSE | Action.APPROVE | Action.WITHDRAW:
            return Confirmation.PENDING
        case _:
            return None
