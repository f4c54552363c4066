"""The complainant's half of the workflow, and what happens when nobody acts, on both databases."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from swagat.database import db, transaction
from swagat.domain.case import Confirmation, Outcome, Proposed
from swagat.domain.deadlines import Clock, window_end
from swagat.domain.errors import Forbidden, Invalid, Refused
from swagat.domain.redressal import permitted
from swagat.domain.roles import Actor, Proof, complainant
from swagat.domain.workflow import Action, ClockState, Need, Status
from swagat.models import Appeal, Deadline, Feedback, FilingMode, Grievance, GrievanceEvent, Proposal
from swagat.services import catalogue, escalation, registers, routing, scope
from swagat.services.facts import case_of
from swagat.services.reaching import reached
from tests.builders import (
    KANTA,
    RULES,
    Cast,
    act,
    assigned,
    case,
    day,
    disposed,
    file_case,
    office,
    proposed,
    reported,
)

# Reasons that were said before in a case are refused, so each disposal of it has its own.
REASONS = (
    "બીજી તપાસમાં રેકર્ડ ફરી જોયું અને નોંધ સુધારી નવી નકલ ટપાલથી મોકલી.",
    "કલેક્ટર કચેરીએ મૂળ રજિસ્ટર મંગાવી ચકાસ્યું અને ભૂલ સુધારી આપી છે.",
    "અંતિમ તપાસ બાદ અરજદારનું નામ હક્કપત્રકમાં ચડાવી દીધું છે.",
)
# What runs while an office works on a case, and what runs besides until it has an officer.
ANSWER = {Clock.RESOLVE, Clock.WARN}
BEGUN = ANSWER | {Clock.ACKNOWLEDGE}
# What runs while an office works on a case, and what runs besides until it has an officer.
ANSWER = {Clock.RESOLVE, Clock.WARN}
BEGUN = ANSWER | {Clock.ACKNOWLEDGE}


@pytest.fixture(autouse=True)
def whole_register(app: Flask) -> Iterator[None]:
    """Every way through the workflow leaves a register whose chain is whole."""
    yield
    db.session.rollback()
    assert registers.verify().ok


def live(number: str) -> set[Clock]:
    return {clock for clock, _due in duties(number)}


def duties(number: str) -> list[tuple[Clock, datetime]]:
    """Return the deadlines that run for a case, with the instant at which they are due."""
    statement = select(Deadline.clock, Deadline.due_at).join(Grievance, Grievance.id == Deadline.grievance_id)
    rows = db.session.execute(statement.where(Grievance.registration_number == number, Deadline.ended_at.is_(None)))
    return [(row.clock, row.due_at) for row in rows]


def entries(number: str, action: Action | None = None) -> list[GrievanceEvent]:
    """Return the register of a case, or its entries of one action."""
    statement = select(GrievanceEvent).join(Grievance, Grievance.id == GrievanceEvent.grievance_id)
    found = db.session.scalars(statement.where(Grievance.registration_number == number).order_by(GrievanceEvent.seq))
    return [one for one in found if action in (None, one.action)]


def feedback(number: str) -> list[tuple[str, int | None, Proof]]:
    statement = select(Feedback.answer, Feedback.rating, Feedback.proof)
    statement = statement.where(Feedback.grievance_id == case(number).id).order_by(Feedback.id)
    return [(row.answer, row.rating, Proof(row.proof)) for row in db.session.execute(statement)]


def appeal_of(number: str) -> Appeal:
    statement = select(Appeal).where(Appeal.grievance_id == case(number).id)
    return db.session.scalars(statement.execution_options(populate_existing=True)).one()


def buttons(actor: Actor, number: str) -> set[Action]:
    grievance = scope.load(db.session(), actor, number)
    found = {row.action for row in permitted(case_of(db.session(), grievance, RULES), actor)}
    db.session.rollback()
    return found


def again(cast: Cast, number: str, head: Actor, at: float, reason: str) -> None:
    """Let the officer report anew, a head dispose, and the answer be handed over."""
    act(cast.bharat, number, Action.ASSIGN, at, officer_posting_id=cast.bharat.posting_id)
    act(cast.bharat, number, Action.REPORT_ACTION, at)
    act(head, number, Action.DISPOSE, at, texts={Need.REASON: reason}, outcome=Outcome.REDRESSED)
    act(cast.bharat, number, Action.HAND_OVER, at)


# While the office works on it


def test_an_answer_is_written_down_once_and_only_while_it_is_asked_for(cast: Cast) -> None:
    number = assigned(cast)
    with pytest.raises(Refused):
        act(KANTA, number, Action.CLARIFY, 1)
    act(cast.bharat, number, Action.SEEK_CLARIFICATION, 2)
    with pytest.raises(Invalid) as refusal:
        act(KANTA, number, Action.CLARIFY, 3, texts={Need.REMARK: "  "})
    assert set(refusal.value.errors) == {"remark"}
    act(KANTA, number, Action.CLARIFY, 3)
    with pytest.raises(Refused):
        act(KANTA, number, Action.CLARIFY, 3)
    row = case(number)
    assert (row.status, row.clock_state, live(number)) == (Status.ASSIGNED, ClockState.RUNS, ANSWER)


def test_an_office_is_reminded_once_a_day_of_india_and_no_deadline_moves(cast: Cast) -> None:
    number = assigned(cast)
    before = case(number)
    kept = (before.due_on, before.status, before.level)
    act(KANTA, number, Action.REMIND, 1)
    # Half past eleven in the morning; the day ends twelve and a half hours later.
    with pytest.raises(Refused, match="tomorrow"):
        act(KANTA, number, Action.REMIND, 1 + 12 / 24)
    act(KANTA, number, Action.REMIND, 1 + 13 / 24)
    row = case(number)
    assert (row.due_on, row.status, row.level) == kept
    assert len(entries(number, Action.REMIND)) == 2


def test_danger_a_correction_and_an_objection_are_added_without_touching_the_words_of_the_filing(cast: Cast) -> None:
    number = proposed(cast)
    words = case(number).text
    act(KANTA, number, Action.CORRECT, 1)
    act(KANTA, number, Action.MARK_IMMEDIATE, 1)
    act(KANTA, number, Action.OBJECT, 1)
    row = case(number)
    assert (row.text, row.is_immediate, row.status) == (words, True, Status.ASSIGNED)
    kept = db.session.scalars(select(Proposal).where(Proposal.grievance_id == row.id)).one()
    assert (kept.objected_at, kept.decided_at) == (day(1), None)


def test_nothing_is_objected_to_where_nothing_is_proposed(cast: Cast) -> None:
    number = assigned(cast)
    assert Action.OBJECT not in buttons(KANTA, number)
    with pytest.raises(Refused):
        act(KANTA, number, Action.OBJECT, 1)


# Withdrawing


def test_a_withdrawal_is_taken_back_and_the_due_date_moves_on_by_the_days_between(cast: Cast) -> None:
    number = assigned(cast)
    due_on = case(number).due_on
    act(KANTA, number, Action.WITHDRAW, 2)
    row = case(number)
    assert (row.status, row.outcome, row.is_open) == (Status.DISPOSED, Outcome.WITHDRAWN, False)
    assert live(number) == {Clock.WITHDRAWAL}
    assert buttons(KANTA, number) == {Action.UNDO_WITHDRAWAL, Action.ADD_DOCUMENT}
    act(KANTA, number, Action.UNDO_WITHDRAWAL, 7)
    row = case(number)
    calendar = catalogue.calendar(row.state_id)
    assert (row.status, row.outcome, row.is_open, row.cycle) == (Status.REGISTERED, None, True, 1)
    assert row.due_on == calendar.next_working_day(due_on + timedelta(days=5))
    assert (row.clock_state, live(number)) == (ClockState.RUNS, BEGUN)
    assert (row.officer_posting_id, row.disposed_at, row.reached_at) == (None, None, None)


def test_a_withdrawal_while_the_office_waits_for_an_answer_counts_both_waits_once(cast: Cast) -> None:
    number = assigned(cast)
    due_on = case(number).due_on
    act(cast.bharat, number, Action.SEEK_CLARIFICATION, 1)
    act(KANTA, number, Action.WITHDRAW, 3)
    act(KANTA, number, Action.UNDO_WITHDRAWAL, 8)
    row = case(number)
    assert row.due_on == catalogue.calendar(row.state_id).next_working_day(due_on + timedelta(days=7))
    assert live(number) == BEGUN


def test_a_withdrawal_that_stands_closes_after_its_window_and_cannot_be_taken_back_then(cast: Cast) -> None:
    number = assigned(cast)
    act(KANTA, number, Action.WITHDRAW, 2)
    [(_clock, ends)] = duties(number)
    escalation.sweep(ends - timedelta(seconds=1), RULES)
    assert case(number).status is Status.DISPOSED
    escalation.sweep(ends, RULES)
    row = case(number)
    assert (row.status, row.confirmation, live(number)) == (Status.CLOSED, Confirmation.NOT_ASKED, set())
    with pytest.raises(Refused):
        act(KANTA, number, Action.UNDO_WITHDRAWAL, 40)


def test_a_proposal_of_before_ends_with_a_withdrawal_and_does_not_come_back_with_the_case(cast: Cast) -> None:
    number = proposed(cast)
    act(KANTA, number, Action.WITHDRAW, 2)
    escalation.sweep(day(40), RULES)
    act(cast.additional_collector, number, Action.REOPEN, 41)
    assert Action.APPROVE not in buttons(cast.additional_collector, number)
    act(cast.bharat, number, Action.ASSIGN, 41, officer_posting_id=cast.bharat.posting_id)
    assert Action.PROPOSE in buttons(cast.bharat, number)


def test_who_filed_at_a_counter_does_not_withdraw_by_the_code_that_the_clerk_saw(cast: Cast) -> None:
    number = file_case(clerk=cast.ramila, mode=FilingMode.COUNTER).number
    assert Action.WITHDRAW not in buttons(KANTA, number)
    with pytest.raises(Forbidden, match="own mobile number"):
        act(KANTA, number, Action.WITHDRAW, 1)
    own = complainant(Proof.OWN_CODE)
    assert Action.WITHDRAW in buttons(own, number)
    act(own, number, Action.WITHDRAW, 1)


# After the answer


def test_a_confirmation_closes_the_case_with_the_complainants_own_word_and_rating(cast: Cast) -> None:
    number = disposed(cast)
    act(KANTA, number, Action.CONFIRM, 1, rating=4)
    row = case(number)
    assert (row.status, row.confirmation, row.closed_at) == (Status.CLOSED, Confirmation.CONFIRMED, day(1))
    assert (live(number), row.is_open) == (set(), False)
    assert feedback(number) == [("confirmed", 4, Proof.TRACKING_CODE)]
    with pytest.raises(Refused):
        act(KANTA, number, Action.REFUSE, 2)


def test_the_code_of_a_counter_slip_confirms_only_with_help(cast: Cast) -> None:
    number = disposed(cast, clerk=cast.ramila, mode=FilingMode.COUNTER)
    act(KANTA, number, Action.CONFIRM, 1)
    assert case(number).confirmation is Confirmation.ASSISTED


def test_no_officer_and_no_clerk_confirms_for_the_complainant(cast: Cast) -> None:
    number = disposed(cast)
    for actor in (cast.bharat, cast.meena, cast.ramila, cast.additional_collector):
        with pytest.raises(Forbidden):
            act(actor, number, Action.CONFIRM, 1)


@pytest.mark.parametrize("rating", [None, 0, 6, -1])
def test_a_rating_lies_between_one_and_five(cast: Cast, rating: int | None) -> None:
    number = disposed(cast)
    with pytest.raises(Invalid) as refusal:
        act(KANTA, number, Action.RATE, 1, rating=rating)
    assert set(refusal.value.errors) == {"rating"}


def test_a_rating_is_kept_before_and_after_closing_and_changes_no_status(cast: Cast) -> None:
    number = disposed(cast)
    act(KANTA, number, Action.RATE, 1, rating=2)
    assert case(number).status is Status.DISPOSED
    act(KANTA, number, Action.CONFIRM, 2)
    act(KANTA, number, Action.RATE, 3, rating=5)
    assert [(answer, rating) for answer, rating, _proof in feedback(number)] == [
        ("rated", 2),
        ("confirmed", None),
        ("rated", 5),
    ]
    assert case(number).status is Status.CLOSED


def test_each_refusal_goes_one_office_up_and_the_third_is_an_appeal(cast: Cast) -> None:
    number = disposed(cast)
    decided_by = [cast.meena.office_id]
    for step, (head, reason) in enumerate(zip(cast.heads[1:3], REASONS, strict=False), start=1):
        act(KANTA, number, Action.REFUSE, 10 * step)
        row = case(number)
        assert (row.status, row.cycle, row.level) == (Status.REGISTERED, step + 1, step + 1)
        assert (row.answerable_office_id, row.office_id) == (head.office_id, cast.meena.office_id)
        assert row.answerable_office_id not in decided_by
        assert (live(number), row.outcome, row.disposer_id, row.reached_at) == (BEGUN, None, None, None)
        again(cast, number, head, 10 * step + 1, reason)
        decided_by.append(head.office_id)
    act(KANTA, number, Action.REFUSE, 30)
    row = case(number)
    assert (row.status, row.cycle, row.confirmation) == (Status.UNDER_APPEAL, 3, Confirmation.REFUSED)
    assert row.appellate_office_id == cast.commissioner.office_id
    assert row.appellate_office_id not in decided_by
    assert [answer for answer, _rating, _proof in feedback(number)] == ["refused"] * 3
    assert live(number) == {Clock.APPEAL}


def test_an_allowed_appeal_opens_the_case_again_before_the_office_that_heard_it(cast: Cast) -> None:
    number = disposed(cast)
    act(KANTA, number, Action.LODGE_APPEAL, 1)
    appeal = appeal_of(number)
    assert (appeal.office_id, appeal.lodged_at, appeal.is_allowed) == (
        cast.additional_collector.office_id,
        day(1),
        None,
    )
    act(cast.additional_collector, number, Action.ALLOW_APPEAL, 5)
    row = case(number)
    assert (row.status, row.cycle, row.level, row.appellate_office_id) == (Status.REGISTERED, 2, 2, None)
    assert (row.answerable_office_id, live(number)) == (cast.additional_collector.office_id, BEGUN)
    appeal = appeal_of(number)
    assert (appeal.is_allowed, appeal.decided_by_id) == (True, cast.additional_collector.person_id)


def test_a_dismissed_appeal_closes_the_case_and_leaves_the_complainant_nothing_but_a_rating(cast: Cast) -> None:
    number = disposed(cast)
    act(KANTA, number, Action.LODGE_APPEAL, 1)
    with pytest.raises(Invalid) as refusal:
        act(cast.additional_collector, number, Action.DISMISS_APPEAL, 5, texts={})
    assert set(refusal.value.errors) == {"reason", "checked"}
    act(cast.additional_collector, number, Action.DISMISS_APPEAL, 5)
    row = case(number)
    assert (row.status, row.confirmation, live(number)) == (Status.CLOSED, Confirmation.REFUSED, set())
    assert appeal_of(number).is_allowed is False
    assert buttons(KANTA, number) == {Action.RATE}


def test_what_was_closed_against_somebody_can_only_be_appealed(cast: Cast) -> None:
    number = disposed(cast)
    act(KANTA, number, Action.REFUSE, 1)
    act(cast.bharat, number, Action.ASSIGN, 2, officer_posting_id=cast.bharat.posting_id)
    act(cast.bharat, number, Action.PROPOSE, 2, proposed=Proposed.CLOSE_AGAINST)
    act(cast.additional_collector, number, Action.APPROVE, 12)
    act(cast.bharat, number, Action.HAND_OVER, 12)
    act(KANTA, number, Action.REFUSE, 13)
    row = case(number)
    assert (row.status, row.cycle, row.is_closed_against) == (Status.UNDER_APPEAL, 2, True)
    assert row.appellate_office_id == cast.collector.office_id


# Who answers the next time


def test_when_the_office_above_decided_a_proposal_a_refusal_goes_above_that_office(cast: Cast) -> None:
    number = proposed(cast)
    act(cast.additional_collector, number, Action.APPROVE, 12)
    act(cast.bharat, number, Action.HAND_OVER, 12)
    assert case(number).answerable_office_id == cast.additional_collector.office_id
    act(KANTA, number, Action.REFUSE, 13)
    row = case(number)
    assert (row.answerable_office_id, row.level) == (cast.collector.office_id, 3)


def test_when_the_office_above_decided_a_proposal_it_does_not_hear_the_appeal(cast: Cast) -> None:
    number = proposed(cast)
    act(cast.additional_collector, number, Action.APPROVE, 12)
    act(KANTA, number, Action.LODGE_APPEAL, 13)
    assert case(number).appellate_office_id == cast.collector.office_id


def test_the_report_of_a_one_person_office_is_decided_above_and_its_refusal_goes_higher(cast: Cast) -> None:
    number = file_case().number
    act(cast.meena, number, Action.ASSIGN, officer_posting_id=cast.meena.posting_id)
    act(cast.meena, number, Action.REPORT_ACTION, 1)
    assert case(number).answerable_office_id == cast.additional_collector.office_id
    act(cast.additional_collector, number, Action.DISPOSE, 2, outcome=Outcome.REDRESSED)
    act(KANTA, number, Action.REFUSE, 3)
    row = case(number)
    assert (row.answerable_office_id, row.level) == (cast.collector.office_id, 3)


def test_the_office_complained_against_is_passed_over_on_reopening_and_on_appeal(cast: Cast) -> None:
    accused = office("RAC-438")
    first, second = (disposed(cast, key, accused_office_id=accused) for key in ("first", "second"))
    act(KANTA, first, Action.REFUSE, 1)
    assert (case(first).answerable_office_id, case(first).level) == (cast.collector.office_id, 3)
    act(KANTA, second, Action.LODGE_APPEAL, 1)
    assert case(second).appellate_office_id == cast.collector.office_id


def test_at_the_top_of_the_ladder_the_same_office_answers_by_somebody_else(cast: Cast) -> None:
    number = file_case().number
    escalation.sweep(day(150), RULES)
    assert case(number).answerable_office_id == cast.chief_secretary.office_id
    again(cast, number, cast.chief_secretary, 151, REASONS[0])
    act(KANTA, number, Action.LODGE_APPEAL, 152)
    row = case(number)
    assert row.appellate_office_id == cast.chief_secretary.office_id
    with pytest.raises(Forbidden, match="second person"):
        act(cast.chief_secretary, number, Action.DISMISS_APPEAL, 153)


# When nobody acts


def test_silence_closes_only_a_case_whose_complainant_was_reached_and_not_a_moment_early(cast: Cast) -> None:
    told = disposed(cast, "told", 1)
    untold = reported(cast, "untold", 1)
    act(cast.meena, untold, Action.DISPOSE, 1, texts={Need.REASON: REASONS[0]}, outcome=Outcome.REDRESSED)
    calendar = catalogue.calendar(case(told).state_id)
    ends = window_end(calendar.day_of(day(1)), RULES.confirm_window_days, calendar).due_at
    escalation.sweep(ends - timedelta(seconds=1), RULES)
    assert case(told).status is Status.DISPOSED
    escalation.sweep(day(400), RULES)
    assert (case(told).status, case(told).confirmation) == (Status.CLOSED, Confirmation.SILENT)
    assert (case(untold).status, case(untold).confirmation) == (Status.DISPOSED, Confirmation.PENDING)
    assert Action.REFUSE in buttons(KANTA, untold)


def test_a_delivered_text_begins_the_window_as_a_handed_over_answer_does(cast: Cast) -> None:
    number = reported(cast)
    act(cast.meena, number, Action.DISPOSE, 1, outcome=Outcome.REDRESSED)
    with transaction() as session:
        assert reached(session, case_id(number), day(3), RULES, by="sms")
    assert (case(number).reached_at, live(number)) == (day(3), {Clock.CONFIRM})
    with transaction() as session:
        assert not reached(session, case_id(number), day(4), RULES, by="sms")
    assert case(number).reached_at == day(3)


def case_id(number: str) -> int:
    return db.session.scalars(select(Grievance.id).where(Grievance.registration_number == number)).one()


def test_a_complainant_without_a_mobile_is_reached_only_when_the_answer_is_handed_over(cast: Cast) -> None:
    number = reported(cast, clerk=cast.ramila, mode=FilingMode.COUNTER, mobile=None)
    act(cast.meena, number, Action.DISPOSE, 1, outcome=Outcome.REDRESSED)
    escalation.sweep(day(200), RULES)
    assert (case(number).status, case(number).reached_at, live(number)) == (Status.DISPOSED, None, set())
    with pytest.raises((Invalid, Refused)):
        act(cast.ramila, number, Action.HAND_OVER, 200, texts={})
    act(cast.ramila, number, Action.HAND_OVER, 200)
    assert case(number).reached_at == day(200)
    escalation.sweep(day(240), RULES)
    assert (case(number).status, case(number).confirmation) == (Status.CLOSED, Confirmation.SILENT)


def test_an_answer_in_time_leaves_the_sweep_nothing_to_close(cast: Cast) -> None:
    number = disposed(cast)
    act(KANTA, number, Action.REFUSE, 29)
    escalation.sweep(day(33), RULES)
    assert case(number).status is Status.REGISTERED
    assert not entries(number, Action.CLOSE)


def test_after_a_long_stop_each_level_fires_once_in_order_with_the_dates_it_would_have_had(cast: Cast) -> None:
    stopped, swept = file_case("stopped").number, file_case("swept").number
    for at in range(1, 100):
        escalation.sweep(day(at), RULES)
        if at == 1:
            hold(stopped)
    release(stopped)
    escalation.sweep(day(99), RULES)
    climbed = entries(stopped, Action.ESCALATE)
    levels = [one.level_after for one in climbed]
    assert levels[:5] == [2, 3, 4, 5, 6]
    assert set(levels[5:]) <= {6}
    dates = [one.payload["due_at"] for one in climbed]
    assert dates == sorted(set(dates))
    in_time = entries(swept, Action.ESCALATE)
    assert [(one.level_after, one.payload["due_at"]) for one in in_time] == list(zip(levels, dates, strict=True))
    assert case(stopped).due_on == case(swept).due_on
    assert escalation.sweep(day(99), RULES).fired == 0


def hold(number: str) -> None:
    """Let the sweep pass over a case, as if it had not run."""
    fire_at(number, day(10_000))


def release(number: str) -> None:
    fire_at(number, day(10))


def fire_at(number: str, at: datetime) -> None:
    identity = case_id(number)
    with transaction() as session:
        for row in session.scalars(
            select(Deadline).where(Deadline.grievance_id == identity, Deadline.ended_at.is_(None))
        ):
            row.fire_at = at


def test_no_office_that_decided_answers_again_however_far_a_case_climbs(cast: Cast) -> None:
    number = disposed(cast)
    act(KANTA, number, Action.REFUSE, 1)
    escalation.sweep(day(60), RULES)
    row = case(number)
    above = routing.superior_of(db.session(), cast.meena.office_id or 0, row.ladder)
    assert above is not None
    assert row.level > above[1]
    assert row.answerable_office_id != cast.meena.office_id
