"""The office's half of the workflow, through the one service that acts, on both databases."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from swagat.database import db, transaction
from swagat.domain.case import Confirmation, Outcome, Proposed
from swagat.domain.deadlines import Clock
from swagat.domain.errors import Forbidden, Invalid, NotFound, Refused, Stale
from swagat.domain.reasons import ReasonKind
from swagat.domain.roles import Actor, Role
from swagat.domain.workflow import Action, ClockState, Need, Status
from swagat.models import (
    Deadline,
    DeadlineEnd,
    Grievance,
    GrievanceEvent,
    LadderStep,
    Office,
    Place,
    PlaceKind,
    Posting,
    Proposal,
    Remark,
    RemarkKind,
    State,
)
from swagat.services import catalogue, clocks, dating, escalation, redressal, registers, scope
from swagat.services.facts import case_of
from tests.builders import (
    KANTA,
    REASON,
    REPORT,
    RULES,
    Cast,
    act,
    assigned,
    case,
    day,
    disposed,
    file_case,
    office,
    post,
    post_again,
    proposed,
    reported,
)


@pytest.fixture(autouse=True)
def whole_register(app: Flask) -> Any:
    """Every way through the workflow leaves a register whose chain is whole."""
    yield
    db.session.rollback()
    assert registers.verify().ok


def live(number: str) -> set[Clock]:
    """Return the clocks of the deadlines that run for a case."""
    return set(
        db.session.scalars(
            select(Deadline.clock)
            .join(Grievance, Grievance.id == Deadline.grievance_id)
            .where(Grievance.registration_number == number, Deadline.ended_at.is_(None))
        )
    )


def entries(number: str) -> list[GrievanceEvent]:
    """Return the register of a case."""
    statement = (
        select(GrievanceEvent)
        .join(Grievance, Grievance.id == GrievanceEvent.grievance_id)
        .where(Grievance.registration_number == number)
        .order_by(GrievanceEvent.seq)
    )
    return list(db.session.scalars(statement))


def texts(number: str, kind: RemarkKind) -> list[str]:
    statement = select(Remark.text).join(Grievance, Grievance.id == Remark.grievance_id)
    return list(db.session.scalars(statement.where(Grievance.registration_number == number, Remark.kind == kind)))


def buttons(actor: Actor, number: str) -> set[Action]:
    grievance = scope.load(db.session(), actor, number)
    found = {row.action for row in redressal.permitted(case_of(db.session(), grievance, RULES), actor)}
    db.session.rollback()
    return found


# Giving a case to somebody


def test_the_head_gives_a_case_to_an_officer_and_the_clock_runs_on(cast: Cast) -> None:
    number = file_case().number
    due_on = case(number).due_on
    done = act(cast.meena, number, Action.ASSIGN, 1, officer_posting_id=cast.bharat.posting_id)
    row = case(number)
    assert (row.status, row.officer_posting_id, row.due_on) == (Status.ASSIGNED, cast.bharat.posting_id, due_on)
    assert (done.seq, done.version, row.version) == (2, 2, 2)
    entry = entries(number)[-1]
    assert (entry.action, entry.person_id, entry.posting_id) == (
        Action.ASSIGN,
        cast.meena.person_id,
        cast.meena.posting_id,
    )
    assert (entry.status_before, entry.status_after) == (Status.REGISTERED, Status.ASSIGNED)


def test_an_officer_takes_a_case_and_gives_it_to_nobody(cast: Cast) -> None:
    number = file_case().number
    with pytest.raises(Forbidden):
        act(cast.bharat, number, Action.ASSIGN, officer_posting_id=cast.hansa.posting_id)
    act(cast.bharat, number, Action.ASSIGN, officer_posting_id=cast.bharat.posting_id)
    assert case(number).officer_posting_id == cast.bharat.posting_id


@pytest.mark.parametrize("who", ["collector", "ramila", "auditor"])
def test_a_case_is_given_only_to_an_officer_posted_in_the_office_that_has_it(cast: Cast, who: str) -> None:
    number = file_case().number
    with pytest.raises(Invalid) as refusal:
        act(cast.meena, number, Action.ASSIGN, officer_posting_id=getattr(cast, who).posting_id)
    assert set(refusal.value.errors) == {"officer"}


def test_nobody_is_given_a_case_before_their_posting_begins_or_after_it_ended(cast: Cast) -> None:
    with transaction() as session:
        session.get_one(Posting, cast.hansa.posting_id).ends_at = day(2)
    number = file_case().number
    act(cast.meena, number, Action.ASSIGN, 1, officer_posting_id=cast.hansa.posting_id)
    with pytest.raises(Invalid):
        act(cast.meena, number, Action.ASSIGN, 3, officer_posting_id=cast.hansa.posting_id)


def test_an_officer_forwards_to_a_colleague_with_a_remark_and_not_to_themselves(cast: Cast) -> None:
    number = assigned(cast)
    with pytest.raises(Invalid):
        act(cast.bharat, number, Action.FORWARD, officer_posting_id=cast.bharat.posting_id)
    act(cast.bharat, number, Action.FORWARD, officer_posting_id=cast.hansa.posting_id)
    assert case(number).officer_posting_id == cast.hansa.posting_id
    with pytest.raises(Forbidden):
        act(cast.bharat, number, Action.FORWARD, officer_posting_id=cast.bharat.posting_id)


# Sending a case to another office


def transfers(cast: Cast, number: str, *codes: str) -> None:
    """Send a case from office to office, each time by the head of the office that has it."""
    for step, code in enumerate(codes):
        here = case(number).office_id
        with transaction() as session:
            head = post_again(session, cast.meena.person_id or 0, here, Role.SUPERVISOR)
        act(head, number, Action.TRANSFER, 1 + step, office_id=office(code))


def test_a_transfer_keeps_the_due_date_and_the_level_and_leaves_the_officer_behind(cast: Cast) -> None:
    number = assigned(cast)
    before = case(number)
    kept = (before.due_on, before.due_at, before.level, before.cycle, before.received_on)
    act(cast.bharat, number, Action.TRANSFER, 5, office_id=office("TDO-3783"))
    row = case(number)
    assert (row.due_on, row.due_at, row.level, row.cycle, row.received_on) == kept
    assert (row.status, row.office_id, row.officer_posting_id) == (Status.REGISTERED, office("TDO-3783"), None)
    assert (row.transfers, row.answerable_office_id) == (1, office("TDO-3783"))
    assert live(number) == {Clock.RESOLVE, Clock.WARN, Clock.ACKNOWLEDGE}
    with pytest.raises(NotFound):
        act(cast.meena, number, Action.NOTE, 6)
    act(cast.development_officer, number, Action.NOTE, 6)


def test_a_case_that_climbed_stays_at_its_level_when_it_is_transferred(cast: Cast) -> None:
    number = assigned(cast)
    escalation.sweep(day(30), RULES)
    assert case(number).level == 2
    act(cast.bharat, number, Action.TRANSFER, 31, office_id=office("TDO-3783"))
    row = case(number)
    assert (row.level, row.office_id, row.answerable_office_id) == (2, office("TDO-3783"), office("DYDDO-438"))


def test_after_three_transfers_the_common_superior_alone_decides_and_for_good(cast: Cast) -> None:
    number = file_case().number
    transfers(cast, number, "TDO-3783", "MAM-3783", "TDO-3783")
    row = case(number)
    assert (row.transfers, row.transfer_is_final) == (3, False)
    assert row.deciding_office_id == cast.additional_collector.office_id
    with pytest.raises(Refused, match="common superior"):
        act(cast.development_officer, number, Action.TRANSFER, 5, office_id=office("MAM-3783"))
    act(cast.additional_collector, number, Action.TRANSFER, 6, office_id=office("MAM-3783"))
    row = case(number)
    assert (row.transfer_is_final, row.deciding_office_id, row.office_id) == (True, None, office("MAM-3783"))
    with pytest.raises(Refused):
        act(cast.meena, number, Action.TRANSFER, 7, office_id=office("TDO-3783"))


def test_the_common_superior_sees_a_case_only_when_it_is_theirs_to_place(cast: Cast) -> None:
    number = file_case().number
    transfers(cast, number, "TDO-3783")
    with pytest.raises(NotFound):
        buttons(cast.additional_collector, number)
    transfers(cast, number, "MAM-3783", "TDO-3783")
    assert Action.TRANSFER in buttons(cast.additional_collector, number)


def test_a_new_cycle_may_be_transferred_three_times_again(cast: Cast) -> None:
    number = file_case().number
    transfers(cast, number, "TDO-3783", "MAM-3783", "TDO-3783")
    act(cast.additional_collector, number, Action.TRANSFER, 6, office_id=office("MAM-3783"))
    act(cast.bharat, number, Action.ASSIGN, 6, officer_posting_id=cast.bharat.posting_id)
    act(cast.bharat, number, Action.REPORT_ACTION, 6)
    act(cast.meena, number, Action.DISPOSE, 7, outcome=Outcome.REDRESSED)
    act(cast.bharat, number, Action.HAND_OVER, 7)
    act(KANTA, number, Action.REFUSE, 8)
    row = case(number)
    assert (row.cycle, row.transfers, row.transfer_is_final) == (2, 0, False)
    act(cast.meena, number, Action.TRANSFER, 9, office_id=office("TDO-3783"))


@pytest.mark.parametrize("kind", ["accused", "same", "none", "abroad", "unknown"])
def test_a_case_is_sent_only_to_another_office_of_the_state_that_is_not_complained_against(
    cast: Cast, kind: str
) -> None:
    number = assigned(cast, accused_office_id=office("TDO-3783"))
    wanted = {
        "accused": lambda: office("TDO-3783"),
        "same": lambda: office("MAM-3783"),
        "none": lambda: None,
        "abroad": elsewhere,
        "unknown": lambda: 999_999_999,
    }[kind]()
    with pytest.raises(Invalid) as refusal:
        act(cast.bharat, number, Action.TRANSFER, office_id=wanted)
    assert set(refusal.value.errors) == {"office"}


def elsewhere() -> int:
    """Return an office of another state."""
    with transaction() as session:
        abroad = State(id=9001, short="ZZ", lgd_code="99", name_en="Zed", name_hi="", name_gu="", letterhead_en="",
                       letterhead_hi="", letterhead_gu="", languages=["en"], local_language="en", weekly_offs=[6],
                       off_saturdays=[], frames=[["10:30", "18:10"]], helplines=[])  # fmt: skip
        session.add(abroad)
        session.flush()
        session.add(Place(id=9001, state_id=9001, kind=PlaceKind.STATE, source="ours", code="z", name_en="Zed"))
        session.flush()
        session.add(Office(id=9001, state_id=9001, code="z", type_code="z", place_id=9001, tier="state", name_en="Zed",
                           name_hi="", name_gu="", title_en="Zed", title_hi="", title_gu=""))  # fmt: skip
        session.flush()
        session.add(LadderStep(office_id=9001, ladder="revenue", level=6))
    return 9001


# Asking the complainant


def test_a_question_stops_the_clock_and_the_answer_moves_the_due_date_by_the_days_waited(cast: Cast) -> None:
    number = assigned(cast)
    due_on = case(number).due_on
    act(cast.bharat, number, Action.SEEK_CLARIFICATION, 2)
    row = case(number)
    assert (row.status, row.clock_state) == (Status.CLARIFICATION_SOUGHT, ClockState.PAUSED)
    assert live(number) == {Clock.CLARIFY}
    act(KANTA, number, Action.CLARIFY, 7)
    row = case(number)
    calendar = catalogue.calendar(row.state_id)
    assert (row.status, row.clock_state) == (Status.ASSIGNED, ClockState.RUNS)
    assert row.due_on == calendar.next_working_day(due_on + timedelta(days=5))
    assert live(number) == {Clock.RESOLVE, Clock.WARN}
    assert row.officer_posting_id == cast.bharat.posting_id


def test_a_complainant_is_asked_twice_in_a_cycle_and_not_a_third_time(cast: Cast) -> None:
    number = assigned(cast)
    for at in (2, 4):
        act(cast.bharat, number, Action.SEEK_CLARIFICATION, at)
        act(KANTA, number, Action.CLARIFY, at + 1)
    with pytest.raises(Refused, match="2 times"):
        act(cast.bharat, number, Action.SEEK_CLARIFICATION, 8)


def test_without_an_answer_the_pause_ends_at_its_last_day_however_late_the_sweep_comes(cast: Cast) -> None:
    number = assigned(cast)
    due_on = case(number).due_on
    act(cast.bharat, number, Action.SEEK_CLARIFICATION, 2)
    calendar = catalogue.calendar(case(number).state_id)
    asked_on = calendar.day_of(day(2))
    last_day = calendar.add_working_days(asked_on, RULES.clarification_working_days)
    escalation.sweep(day(40), RULES)
    lapsed = next(one for one in entries(number) if one.action is Action.LAPSE_CLARIFICATION)
    row = case(number)
    pause = clocks.pauses(db.session(), row.id, 1, day(40))[0]
    assert calendar.day_of(pause.ended_at) <= last_day + timedelta(days=1)
    assert lapsed.status_after is Status.ASSIGNED
    first = db.session.scalars(
        select(Deadline.due_on).where(Deadline.grievance_id == row.id, Deadline.clock == Clock.RESOLVE)
        .order_by(Deadline.id)
    ).all()  # fmt: skip
    assert first[1] <= calendar.next_working_day(due_on + (last_day + timedelta(days=1) - asked_on))


def test_an_interim_reply_moves_no_deadline(cast: Cast) -> None:
    number = assigned(cast)
    before = case(number)
    kept = (before.due_on, before.due_at, before.status, live(number))
    expected = before.due_on + timedelta(days=60)
    act(cast.bharat, number, Action.INTERIM_REPLY, 3, expected_on=expected)
    row = case(number)
    assert (row.due_on, row.due_at, row.status, live(number)) == kept
    assert entries(number)[-1].payload["expected_on"] == expected.isoformat()
    assert entries(number)[-1].is_visible


@pytest.mark.parametrize("expected", [None, date(2026, 7, 4), date(2020, 1, 1)])
def test_an_interim_reply_gives_a_day_that_lies_ahead(cast: Cast, expected: date | None) -> None:
    number = assigned(cast)
    with pytest.raises(Invalid) as refusal:
        act(cast.bharat, number, Action.INTERIM_REPLY, 3, expected_on=expected)
    assert set(refusal.value.errors) == {"expected_on"}


# Reporting and disposing


def test_who_reports_does_not_dispose_and_the_head_does(cast: Cast) -> None:
    number = reported(cast)
    row = case(number)
    assert (row.status, row.reporter_id) == (Status.ACTION_REPORTED, cast.bharat.person_id)
    assert texts(number, RemarkKind.REPORT) == [REPORT]
    with pytest.raises(Forbidden):
        act(cast.bharat, number, Action.DISPOSE, outcome=Outcome.REDRESSED)
    act(cast.meena, number, Action.DISPOSE, 3, outcome=Outcome.PARTLY_REDRESSED)
    row = case(number)
    assert (row.status, row.outcome, row.confirmation) == (
        Status.DISPOSED,
        Outcome.PARTLY_REDRESSED,
        Confirmation.PENDING,
    )
    assert (row.disposer_id, row.disposed_at, row.reached_at) == (cast.meena.person_id, day(3), None)
    assert (row.clock_state, live(number)) == (ClockState.STOPPED, set())


def test_the_same_person_in_two_posts_does_not_dispose_of_their_own_report(cast: Cast) -> None:
    number = reported(cast)
    with transaction() as session:
        also_head = post_again(session, cast.bharat.person_id or 0, cast.bharat.office_id or 0, Role.SUPERVISOR)
    with pytest.raises(Forbidden, match="second person"):
        act(also_head, number, Action.DISPOSE, outcome=Outcome.REDRESSED)


def test_in_a_one_person_office_the_office_above_disposes(cast: Cast) -> None:
    number = file_case().number
    act(cast.meena, number, Action.ASSIGN, officer_posting_id=cast.meena.posting_id)
    act(cast.meena, number, Action.REPORT_ACTION, 1)
    row = case(number)
    assert (row.office_id, row.answerable_office_id) == (
        cast.meena.office_id,
        cast.additional_collector.office_id,
    )
    with pytest.raises(Forbidden):
        act(cast.meena, number, Action.DISPOSE, 2, outcome=Outcome.REDRESSED)
    act(cast.additional_collector, number, Action.DISPOSE, 2, outcome=Outcome.REDRESSED)


def test_a_report_climbs_past_an_office_where_nobody_is_posted(cast: Cast) -> None:
    with transaction() as session:
        session.get_one(Posting, cast.additional_collector.posting_id).ends_at = day(0.5)
    number = file_case().number
    act(cast.meena, number, Action.ASSIGN, officer_posting_id=cast.meena.posting_id)
    act(cast.meena, number, Action.REPORT_ACTION, 1)
    assert case(number).answerable_office_id == cast.collector.office_id
    act(cast.collector, number, Action.DISPOSE, 2, outcome=Outcome.REDRESSED)


def test_a_returned_report_goes_back_to_the_officer_who_may_report_again(cast: Cast) -> None:
    number = reported(cast)
    with pytest.raises(Invalid):
        act(cast.meena, number, Action.RETURN_REPORT, texts={})
    act(cast.meena, number, Action.RETURN_REPORT, 2)
    row = case(number)
    assert (row.status, row.reporter_id, row.officer_posting_id) == (Status.ASSIGNED, None, cast.bharat.posting_id)
    act(cast.bharat, number, Action.REPORT_ACTION, 3)
    assert case(number).status is Status.ACTION_REPORTED


@pytest.mark.parametrize(
    ("texts_", "outcome", "at_fault"),
    [
        ({}, Outcome.REDRESSED, {"reason"}),
        ({Need.REASON: "ok"}, Outcome.REDRESSED, {"reason"}),
        ({Need.REASON: "x" * 4001}, Outcome.REDRESSED, {"reason"}),
        ({Need.REASON: REASON}, None, {"outcome"}),
        ({Need.REASON: REASON}, Outcome.NOT_MAINTAINABLE, {"outcome"}),
        ({Need.REASON: REASON}, Outcome.WITHDRAWN, {"outcome"}),
        ({Need.REASON: "The name in the record was corrected after a visit."}, Outcome.REDRESSED, {"reason"}),
        ({Need.REASON: "अभिलेख की जाँच के बाद नाम में सुधार किया गया है।"}, Outcome.REDRESSED, {"reason"}),
    ],
)
def test_a_disposal_needs_an_outcome_and_reasons_in_the_script_of_the_grievance(
    cast: Cast, texts_: dict[Need, str], outcome: Outcome | None, at_fault: set[str]
) -> None:
    number = reported(cast)
    with pytest.raises(Invalid) as refusal:
        act(cast.meena, number, Action.DISPOSE, texts=texts_, outcome=outcome)
    assert set(refusal.value.errors) == at_fault
    assert case(number).status is Status.ACTION_REPORTED


def test_what_was_said_before_in_the_case_is_refused_in_any_spacing(cast: Cast) -> None:
    number = disposed(cast)
    act(KANTA, number, Action.REFUSE, 2)
    act(cast.bharat, number, Action.ASSIGN, 3, officer_posting_id=cast.bharat.posting_id)
    act(cast.bharat, number, Action.REPORT_ACTION, 3)
    again = "  ".join(REASON.split()) + " ।"
    with pytest.raises(Invalid) as refusal:
        act(cast.additional_collector, number, Action.DISPOSE, 4, texts={Need.REASON: again},
            outcome=Outcome.REDRESSED)  # fmt: skip
    assert "said before" in refusal.value.errors["reason"].message


def test_reasons_like_those_of_another_case_are_warned_of_and_the_warning_is_kept(cast: Cast) -> None:
    disposed(cast, "first")
    number = reported(cast, "second")
    done = act(cast.meena, number, Action.DISPOSE, 1, outcome=Outcome.REDRESSED)
    assert done.warnings == ("repeats_own_reply",)
    assert entries(number)[-1].payload["warned"] == ["repeats_own_reply"]
    other = reported(cast, "third")
    own = {Need.REASON: "વીજ થાંભલો બદલી નવો નાખ્યો અને પુરવઠો ચાલુ કર્યો."}
    assert act(cast.meena, other, Action.DISPOSE, 1, texts=own, outcome=Outcome.REDRESSED).warnings == ()


def test_an_answer_is_handed_over_once_and_the_window_begins_that_day(cast: Cast) -> None:
    number = reported(cast)
    act(cast.meena, number, Action.DISPOSE, 1, outcome=Outcome.REDRESSED)
    assert Action.HAND_OVER in buttons(cast.bharat, number)
    act(cast.bharat, number, Action.HAND_OVER, 9)
    row = case(number)
    assert (row.reached_at, live(number)) == (day(9), {Clock.CONFIRM})
    window = db.session.scalars(
        select(Deadline.due_on).where(Deadline.grievance_id == row.id, Deadline.clock == Clock.CONFIRM)
    ).one()
    assert window >= day(9).date() + timedelta(days=RULES.confirm_window_days)
    with pytest.raises(Refused):
        act(cast.bharat, number, Action.HAND_OVER, 10)


# What needs two persons


def test_a_proposal_waits_for_the_objection_date_and_for_a_second_person(cast: Cast) -> None:
    number = proposed(cast)
    row = case(number)
    assert (row.status, row.clock_state, live(number)) == (
        Status.ASSIGNED,
        ClockState.RUNS,
        {Clock.RESOLVE, Clock.WARN},
    )
    with pytest.raises(Refused, match="objection date"):
        act(cast.meena, number, Action.APPROVE, 3)
    act(cast.meena, number, Action.APPROVE, 12)
    row = case(number)
    assert (row.status, row.outcome) == (Status.DISPOSED, Outcome.NOT_MAINTAINABLE)
    assert row.ground_id is not None
    kept = db.session.scalars(select(Proposal).where(Proposal.grievance_id == row.id)).one()
    assert (kept.is_approved, kept.proposer_id, kept.decided_by_id) == (
        True,
        cast.bharat.person_id,
        cast.meena.person_id,
    )


def test_who_proposed_does_not_approve_in_any_post(cast: Cast) -> None:
    number = proposed(cast)
    with transaction() as session:
        also_head = post_again(session, cast.bharat.person_id or 0, cast.bharat.office_id or 0, Role.SUPERVISOR)
    for action in (Action.APPROVE, Action.DECLINE):
        with pytest.raises(Forbidden, match="second person"):
            act(also_head, number, action, 12)


def test_an_objection_is_seen_and_a_declined_proposal_leaves_the_case_as_it_was(cast: Cast) -> None:
    number = proposed(cast)
    act(KANTA, number, Action.OBJECT, 2)
    act(cast.meena, number, Action.DECLINE, 3)
    row = case(number)
    assert (row.status, row.outcome) == (Status.ASSIGNED, None)
    kept = db.session.scalars(select(Proposal).where(Proposal.grievance_id == row.id)).one()
    assert (kept.is_approved, kept.objected_at) == (False, day(2))
    assert Action.PROPOSE in buttons(cast.bharat, number)


@pytest.mark.parametrize(
    ("asked", "at_fault"),
    [
        ({}, {"proposed"}),
        ({"proposed": Proposed.NOT_MAINTAINABLE}, {"ground"}),
        ({"proposed": Proposed.NOT_MAINTAINABLE, "ground_id": 999_999}, {"ground"}),
        ({"proposed": Proposed.OTHER_FORUM}, {"handed_over_to"}),
        ({"proposed": Proposed.DUPLICATE}, {"duplicate_of"}),
        ({"proposed": Proposed.DUPLICATE, "duplicate_of": "GJ-2026-9999999-0"}, {"duplicate_of"}),
        ({"proposed": Proposed.CLOSE_AGAINST}, {"proposed"}),
    ],
)
def test_each_proposal_needs_what_makes_it_one(cast: Cast, asked: dict[str, Any], at_fault: set[str]) -> None:
    number = assigned(cast)
    with pytest.raises(Invalid) as refusal:
        act(cast.bharat, number, Action.PROPOSE, **asked)
    assert at_fault <= set(refusal.value.errors)


def test_a_duplicate_is_one_of_an_open_grievance_of_the_same_person_however_its_number_is_typed(cast: Cast) -> None:
    first = file_case("first").number
    number = assigned(cast, "second")
    typed = first.removeprefix("GJ-").replace("-", " ")
    act(cast.bharat, number, Action.PROPOSE, proposed=Proposed.DUPLICATE, duplicate_of=typed)
    act(cast.meena, number, Action.APPROVE, 12)
    row = case(number)
    assert (row.outcome, row.duplicate_of_id) == (Outcome.DUPLICATE, case(first).id)


@pytest.mark.parametrize("kind", ["another's", "closed", "itself", "hidden", "of one who hides"])
def test_no_other_grievance_makes_a_duplicate_and_the_answer_is_always_the_same(cast: Cast, kind: str) -> None:
    """An office that could try numbers would learn whose a hidden grievance is."""
    first = file_case("first", mobile="+919876500000" if kind == "another's" else "+919876543210",
                      is_identity_hidden=kind == "of one who hides").number  # fmt: skip
    number = assigned(cast, "second", is_identity_hidden=kind == "hidden")
    if kind == "closed":
        act(KANTA, first, Action.WITHDRAW, 1)
    wanted = number if kind == "itself" else first
    with pytest.raises(Invalid) as refusal:
        act(cast.bharat, number, Action.PROPOSE, 2, proposed=Proposed.DUPLICATE, duplicate_of=wanted)
    assert refusal.value.errors["duplicate_of"].message == "Give the number of an open grievance of the same person."


# Subject, danger, papers, notes


def test_a_case_of_nobody_knew_what_goes_to_its_office_without_a_transfer_or_a_new_clock(cast: Cast) -> None:
    number = file_case("unsure", category="GRP-GAD").number
    before = case(number)
    kept = (before.due_on, before.level, before.filed_category_id)
    drain = catalogue.category_named("PRD-ROAD" if has_category("PRD-ROAD") else village_subject())
    act(cast.meena, number, Action.REGRADE, 2, category_id=drain.id)
    row = case(number)
    assert (row.due_on, row.level, row.filed_category_id) == kept
    assert (row.category_id, row.transfers, row.status) == (drain.id, 0, Status.REGISTERED)
    assert (row.office_id, row.ladder) == (office("TDO-3783"), drain.ladder)
    assert entries(number)[-1].payload["why"]


def has_category(code: str) -> bool:
    return code in catalogue.current().by_code


def village_subject() -> str:
    """Return a subject that a taluka's development officer deals with."""
    return next(
        leaf.code
        for group in catalogue.groups()
        for leaf in catalogue.leaves(group.id)
        if leaf.ladder == "panchayat" and leaf.tier.value in ("taluka", "gram")
    )


def test_another_subject_of_the_same_office_changes_nothing_but_the_subject(cast: Cast) -> None:
    number = assigned(cast)
    other = next(leaf for leaf in catalogue.leaves(catalogue.category_named("GRP-REV").id) if leaf.code != "REV-712")
    act(cast.bharat, number, Action.REGRADE, 1, category_id=other.id)
    row = case(number)
    assert (row.category_id, row.status, row.office_id) == (other.id, Status.ASSIGNED, cast.bharat.office_id)
    assert row.officer_posting_id == cast.bharat.posting_id


def test_a_subject_that_does_not_exist_is_refused(cast: Cast) -> None:
    number = assigned(cast)
    with pytest.raises(Invalid) as refusal:
        act(cast.bharat, number, Action.REGRADE, category_id=999_999)
    assert set(refusal.value.errors) == {"category"}


def test_an_officer_marks_danger_and_only_a_head_takes_the_mark_away(cast: Cast) -> None:
    number = assigned(cast)
    act(cast.bharat, number, Action.MARK_IMMEDIATE)
    assert case(number).is_immediate
    assert Action.UNMARK_IMMEDIATE not in buttons(cast.bharat, number)
    with pytest.raises(Forbidden):
        act(cast.bharat, number, Action.UNMARK_IMMEDIATE)
    act(cast.meena, number, Action.UNMARK_IMMEDIATE)
    assert not case(number).is_immediate


def test_a_note_is_for_the_office_alone(cast: Cast) -> None:
    number = assigned(cast)
    act(cast.hansa, number, Action.NOTE)
    assert not entries(number)[-1].is_visible
    assert texts(number, RemarkKind.NOTE)


# Reopening and appeals, as far as offices act


def test_a_closed_case_is_reopened_by_the_office_above_one_level_up(cast: Cast) -> None:
    number = disposed(cast)
    act(KANTA, number, Action.CONFIRM, 2)
    with pytest.raises(Forbidden):
        act(cast.meena, number, Action.REOPEN, 3)
    act(cast.additional_collector, number, Action.REOPEN, 3)
    row = case(number)
    assert (row.status, row.cycle, row.level) == (Status.REGISTERED, 2, 2)
    assert row.answerable_office_id == cast.additional_collector.office_id
    assert live(number) == {Clock.RESOLVE, Clock.WARN, Clock.ACKNOWLEDGE}


def test_who_disposed_does_not_decide_the_appeal(cast: Cast) -> None:
    number = disposed(cast)
    act(KANTA, number, Action.LODGE_APPEAL, 2)
    assert Action.DISMISS_APPEAL not in buttons(cast.meena, number)
    with transaction() as session:
        above = post_again(
            session, cast.meena.person_id or 0, cast.additional_collector.office_id or 0, Role.SUPERVISOR
        )
    with pytest.raises(Forbidden, match="second person"):
        act(above, number, Action.DISMISS_APPEAL, 3)
    act(cast.additional_collector, number, Action.ALLOW_APPEAL, 3)
    assert case(number).answerable_office_id == cast.additional_collector.office_id


def test_a_case_that_nobody_answers_climbs_to_the_top_and_every_date_says_why(cast: Cast) -> None:
    number = file_case().number
    reached = []
    for at in range(10, 160, 6):
        escalation.sweep(day(at), RULES)
        row = case(number)
        reached.append((row.level, row.answerable_office_id))
        why = dating.why(db.session(), row, day(at))
        assert why is not None
        assert (why.due_on, bool(why.reasons)) == (row.due_on, True)
        # Above the last level stands nobody: the page says instead how often the date is set anew.
        assert any(reason.kind is ReasonKind.REPEATS for reason in why.reasons) == (row.level == len(cast.heads))
        db.session.rollback()
    assert list(dict.fromkeys(reached)) == [(level, head.office_id) for level, head in enumerate(cast.heads, 1)]
    assert case(number).office_id == cast.meena.office_id


def test_every_date_says_why_through_pauses_and_reopening(cast: Cast) -> None:
    number = assigned(cast)
    act(cast.bharat, number, Action.SEEK_CLARIFICATION, 2)
    act(KANTA, number, Action.CLARIFY, 5)
    explained(number, 5)
    escalation.sweep(day(35), RULES)
    explained(number, 35)
    act(cast.bharat, number, Action.SEEK_CLARIFICATION, 36)
    act(KANTA, number, Action.CLARIFY, 38)
    explained(number, 38)
    act(cast.bharat, number, Action.REPORT_ACTION, 39)
    act(cast.additional_collector, number, Action.DISPOSE, 39, outcome=Outcome.REDRESSED)
    act(cast.bharat, number, Action.HAND_OVER, 39)
    act(KANTA, number, Action.REFUSE, 40)
    explained(number, 40)
    escalation.sweep(day(60), RULES)
    assert case(number).level == 4
    explained(number, 60)


def explained(number: str, at: float) -> None:
    row = case(number)
    why = dating.why(db.session(), row, day(at))
    assert why is not None
    assert why.due_on == row.due_on
    db.session.rollback()


# Two at once


def test_who_acts_on_what_they_saw_before_is_told_that_it_changed(cast: Cast) -> None:
    number = assigned(cast)
    seen = case(number).version
    act(cast.hansa, number, Action.NOTE, version=seen)
    with pytest.raises(Stale):
        act(cast.bharat, number, Action.REPORT_ACTION, version=seen)
    assert case(number).status is Status.ASSIGNED
    act(cast.bharat, number, Action.REPORT_ACTION, version=seen + 1)


def test_a_case_outside_the_scope_is_not_there_for_any_action(cast: Cast) -> None:
    number = assigned(cast)
    for action in Action:
        for stranger in (cast.development_officer, cast.auditor, cast.administrator):
            with pytest.raises(NotFound):
                act(stranger, number, action)
        # Whoever heads an office further up sees what is below, and acts only on what has come up to them.
        with pytest.raises((Forbidden, Refused)):
            act(cast.secretary, number, action)


def test_deadlines_end_once_and_say_how(cast: Cast) -> None:
    number = disposed(cast)
    row = case(number)
    ends = db.session.execute(
        select(Deadline.clock, Deadline.ended_as).where(Deadline.grievance_id == row.id).order_by(Deadline.id)
    ).all()
    assert [tuple(one) for one in ends] == [
        (Clock.RESOLVE, DeadlineEnd.MET),
        (Clock.ACKNOWLEDGE, DeadlineEnd.MET),
        (Clock.WARN, DeadlineEnd.MET),
        (Clock.CONFIRM, None),
    ]


def test_with_a_second_head_in_the_office_its_own_head_may_report(cast: Cast) -> None:
    with transaction() as session:
        second = post(session, "second-head", "MAM-3783", Role.SUPERVISOR)
    number = file_case().number
    act(cast.meena, number, Action.ASSIGN, officer_posting_id=cast.meena.posting_id)
    act(cast.meena, number, Action.REPORT_ACTION, 1)
    assert case(number).answerable_office_id == cast.meena.office_id
    act(second, number, Action.DISPOSE, 2, outcome=Outcome.OTHER_RELIEF)
