"""The table itself: total, with a way out of everything, and the same in the docs."""

from itertools import product
from pathlib import Path

import pytest

from swagat.domain.case import Case, Confirmation, Outcome
from swagat.domain.diagram import document
from swagat.domain.errors import Refused
from swagat.domain.redressal import Given, decide, permitted
from swagat.domain.roles import SYSTEM, Party
from swagat.domain.workflow import IN_HAND, OPEN, ROWS, TRANSITIONS, Action, Need, Status
from tests.cast import COLLECTOR_AHMEDABAD, EVERYBODY, GUJARAT, MAMLATDAR_DHOLKA, OFFICER_BHARAT, SECRETARY_REVENUE
from tests.domain.days import TODAY

DOCS = Path(__file__).parents[2] / "docs"


def case_in(status: Status, **facts: object) -> Case:
    given: dict[str, object] = {
        "office_id": MAMLATDAR_DHOLKA,
        "answerable_office_id": MAMLATDAR_DHOLKA,
        "appellate_office_id": COLLECTOR_AHMEDABAD,
        "office_above_id": COLLECTOR_AHMEDABAD,
        "level": 1,
        "state_id": GUJARAT,
        "officer_person_id": OFFICER_BHARAT.person_id,
        "outcome": Outcome.REDRESSED if status in (Status.DISPOSED, Status.UNDER_APPEAL, Status.CLOSED) else None,
    }
    return Case(status=status, **(given | facts))  # type: ignore[arg-type]


def filled() -> Given:
    """Return a form in which everything is filled in and right."""
    return Given(
        texts=dict.fromkeys(Need, "The record was compared with the village form and corrected."),
        outcome=Outcome.REDRESSED,
        office_id=SECRETARY_REVENUE,
        officer_person_id=OFFICER_BHARAT.person_id,
        officer_office_id=MAMLATDAR_DHOLKA,
        category_id=1,
        cause_id=1,
        expected_on=TODAY.replace(year=TODAY.year + 1),
        rating=4,
    )


@pytest.mark.parametrize(("status", "action", "who"), list(product(Status, Action, EVERYBODY)))
def test_for_every_status_action_and_person_the_table_alone_decides(status: Status, action: Action, who: str) -> None:
    actor, case = EVERYBODY[who], case_in(status)
    offered = {row.action for row in permitted(case, actor)}
    try:
        step = decide(case, action, actor, filled(), TODAY)
    except Refused:
        return_is_needed = action in (Action.PROPOSE, Action.FORWARD, Action.WITHDRAW, Action.CONFIRM, Action.ASSIGN)
        assert action not in offered or return_is_needed
        return
    assert action in offered
    assert step.row in ROWS[action]
    assert status in step.row.sources
    assert step.status is (step.row.target or status)


def test_every_status_can_be_reached_from_filing() -> None:
    reached, frontier = set[Status](), {row.target for row in ROWS[Action.FILE]}
    while frontier:
        reached |= {status for status in frontier if status}
        frontier = {row.target for row in TRANSITIONS if row.sources & reached} - reached - {None}
    assert reached == set(Status)


@pytest.mark.parametrize("status", sorted(OPEN))
def test_an_open_grievance_has_a_way_out_and_a_way_for_the_complainant_to_speak(status: Status) -> None:
    rows = [row for row in TRANSITIONS if status in row.sources]
    assert any(row.target not in (None, status) for row in rows)
    assert any(Party.COMPLAINANT in row.who for row in rows)


@pytest.mark.parametrize("status", sorted(IN_HAND))
def test_a_grievance_in_hand_can_be_escalated_by_the_system(status: Status) -> None:
    assert any(status in row.sources and Party.SYSTEM in row.who for row in ROWS[Action.ESCALATE])


def test_closed_has_no_way_out_but_the_order_of_an_office_above_or_a_check_that_found_it_not_so() -> None:
    leaving = [row for row in TRANSITIONS if Status.CLOSED in row.sources and row.target not in (None, Status.CLOSED)]
    assert [(row.action, row.who) for row in leaving] == [
        (Action.REOPEN, frozenset({Party.OFFICE_ABOVE})),
        (Action.REOPEN_ON_CHECK, frozenset({Party.SYSTEM})),
    ]


@pytest.mark.parametrize("confirmation", Confirmation)
@pytest.mark.parametrize("status", [Status.DISPOSED, Status.CLOSED])
def test_a_check_reopens_only_what_neither_the_complainant_nor_an_appeal_stands_behind(
    status: Status, confirmation: Confirmation
) -> None:
    unproved = {Confirmation.PENDING, Confirmation.SILENT, Confirmation.ASSISTED, Confirmation.NOT_REACHED}
    for outcome in (Outcome.REDRESSED, Outcome.WITHDRAWN, Outcome.DUPLICATE):
        case = case_in(status, confirmation=confirmation, outcome=outcome)
        offered = {row.action for row in permitted(case, SYSTEM)}
        may = confirmation in unproved and outcome is Outcome.REDRESSED
        assert (Action.REOPEN_ON_CHECK in offered) is may


def test_staff_have_no_row_that_confirms_or_withdraws_for_the_complainant() -> None:
    for action in (Action.CONFIRM, Action.WITHDRAW, Action.RATE):
        assert all(row.who == frozenset({Party.COMPLAINANT}) for row in ROWS[action])


def test_the_system_only_does_what_a_deadline_a_delivery_a_check_or_a_change_of_rules_tells_it() -> None:
    by_system = [row for row in TRANSITIONS if Party.SYSTEM in row.who]
    assert all(row.who == frozenset({Party.SYSTEM}) for row in by_system)
    assert all(
        row.after is not None
        for row in by_system
        if row.action not in (Action.HAND_OVER, Action.LOSE_REACH, Action.REDATE, Action.REOPEN_ON_CHECK)
    )


def test_transfer_forward_note_and_interim_reply_never_touch_the_clock() -> None:
    for action in (Action.TRANSFER, Action.FORWARD, Action.NOTE, Action.INTERIM_REPLY, Action.REGRADE, Action.ASSIGN):
        assert {row.clock.value for row in ROWS[action]} == {"keeps"}


def test_the_docs_show_the_table_that_the_program_runs_on() -> None:
    assert (DOCS / "workflow.md").read_text(encoding="utf-8") == document()
