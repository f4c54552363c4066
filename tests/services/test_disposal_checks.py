"""What an office of another line finds of a disposal: kept for good, and found untrue, the case is open again."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

import pytest
from flask import Flask, current_app
from sqlalchemy import func, select

from swagat.database import db, transaction
from swagat.domain.errors import AlreadyDone, Forbidden, Invalid, NotFound, Refused
from swagat.domain.nonconformities import Source
from swagat.domain.quality.counting import Entry, counts_of
from swagat.domain.roles import Actor, Role
from swagat.domain.workflow import Action, Status
from swagat.models import (
    CheckResult,
    CheckWay,
    FilingMode,
    GrievanceEvent,
    Nonconformity,
    NonconformityCase,
    Opening,
    SmsMessage,
)
from swagat.services import (
    catalogue,
    check_figures,
    desk,
    disposal_checks,
    nonconformity_opening,
    redressal,
    registers,
    scope,
    sheet,
)
from swagat.services.checks import check_timers
from swagat.services.desk import Filters, Tab
from swagat.services.escalation import sweep
from swagat.services.move import Asked
from swagat.storage import Storage
from tests.builders import (
    KANTA,
    KANTAS_MOBILE,
    RULES,
    Cast,
    act,
    add_paper,
    case,
    day,
    disposed,
    office,
    post,
    post_again,
    post_cast,
)
from tests.services.checked_disposals import check_of, draw, drawn
from tests.services.test_two_at_once import at_once

JULY, AUGUST = date(2026, 7, 1), date(2026, 8, 1)
FOUND = "Kanta says the name in the extract is still wrong; the copy shown at the visit has the old name."
TRUE, FALSE, NOT_REACHED = CheckResult.TRUE, CheckResult.FALSE, CheckResult.NOT_REACHED


def found(
    actor: Actor,
    number: str,
    result: CheckResult | None,
    *,
    way: CheckWay | None = CheckWay.CALL,
    evidence: str = FOUND,
    at: float = 35,
) -> bool:
    check_id = check_of(number).id
    return disposal_checks.record(actor, check_id, way, result, evidence, day(at), RULES)


def actions(number: str) -> list[Action]:
    entries = select(GrievanceEvent.action).where(GrievanceEvent.grievance_id == case(number).id)
    return list(db.session.scalars(entries.order_by(GrievanceEvent.seq)))


# What was found


@pytest.mark.parametrize("result", [TRUE, NOT_REACHED])
def test_what_is_true_or_could_not_be_reached_is_kept_and_changes_nothing_in_the_case(
    cast: Cast, result: CheckResult
) -> None:
    number = drawn(cast)
    before = case(number).version, actions(number)
    assert found(cast.development_officer, number, result) is False
    kept = check_of(number)
    assert (kept.result, kept.way, kept.evidence) == (result, CheckWay.CALL, FOUND)
    assert (kept.checker_id, kept.checked_at) == (cast.development_officer.person_id, day(35))
    assert kept.reopened_seq is None
    assert (case(number).version, actions(number)) == before


@pytest.mark.parametrize("silent", [False, True])
def test_found_untrue_it_is_open_again_one_level_above_who_disposed(cast: Cast, silent: bool) -> None:
    number = drawn(cast)
    if silent:
        sweep(day(34), RULES)
        assert case(number).status is Status.CLOSED
    assert found(cast.development_officer, number, FALSE) is True
    row = case(number)
    assert (row.status, row.cycle, row.level, row.is_open) == (Status.REGISTERED, 2, 2, True)
    assert row.office_id == office("MAM-3783")
    assert row.answerable_office_id == office("RAC-438")
    assert (row.outcome, row.closed_at, row.disposer_id) == (None, None, None)
    assert check_of(number).reopened_seq == row.last_seq
    assert actions(number)[-1] is Action.REOPEN_ON_CHECK
    assert check_timers(day(40)).ok
    assert registers.verify().ok


def test_the_entry_says_which_check_it_was_and_what_was_found_and_names_no_person(cast: Cast) -> None:
    number = drawn(cast)
    found(cast.development_officer, number, FALSE, way=CheckWay.VISIT)
    seen = sheet.sheet(db.session(), cast.meena, number, day(36), RULES)
    last = seen.history.happenings[-1]
    assert (last.role, last.person, last.is_visible) == (Role.SYSTEM, None, True)
    assert [text for _kind, text in last.texts] == [FOUND]
    assert last.payload["check_id"] == check_of(number).id
    assert last.payload["way"] == "visit"


def test_the_complainant_and_the_office_above_are_told(cast: Cast) -> None:
    number = drawn(cast)
    newest = db.session.scalar(select(func.max(SmsMessage.id))) or 0
    found(cast.development_officer, number, FALSE)
    told = db.session.execute(select(SmsMessage.template, SmsMessage.to).where(SmsMessage.id > newest)).all()
    assert (KANTAS_MOBILE in {row.to for row in told if row.template == "reopened"}) is True


def test_it_counts_against_the_office_that_disposed(cast: Cast) -> None:
    number = drawn(cast)
    found(cast.development_officer, number, FALSE)
    rows = db.session.scalars(
        select(GrievanceEvent).where(GrievanceEvent.grievance_id == case(number).id).order_by(GrievanceEvent.seq)
    )
    entries = [
        Entry(
            row.at, row.action, row.status_before, row.status_after, row.office_before_id, row.office_after_id,
            row.answerable_before_id, row.answerable_after_id, row.level_before, row.level_after, row.clock_after,
            row.payload,
        )
        for row in rows
    ]  # fmt: skip
    row = case(number)
    counted = counts_of(entries, row.received_on, row.category_id, catalogue.calendar(row.state_id, row.office_id))
    answered = {(one.office_id, one.month, one.key) for one in counted if one.measure == "answered"}
    assert answered == {(office("MAM-3783"), JULY, "redressed|reopened")}


@pytest.mark.parametrize("answer", [Action.CONFIRM, Action.REFUSE, Action.LODGE_APPEAL])
def test_what_the_complainant_answered_meanwhile_stands_and_the_result_is_kept_all_the_same(
    cast: Cast, answer: Action
) -> None:
    number = disposed(cast, at=20)
    draw()
    act(KANTA, number, answer, 34)
    before = case(number).version
    assert found(cast.development_officer, number, FALSE) is False
    assert case(number).version == before
    assert (check_of(number).result, check_of(number).reopened_seq) == (FALSE, None)


def test_a_check_of_the_first_answer_does_not_touch_the_second(cast: Cast) -> None:
    number = disposed(cast, at=20)
    draw()
    act(KANTA, number, Action.REFUSE, 33)
    act(cast.bharat, number, Action.ASSIGN, 33, officer_posting_id=cast.bharat.posting_id)
    act(cast.bharat, number, Action.REPORT_ACTION, 34)
    assert found(cast.development_officer, number, FALSE) is False
    assert case(number).status is Status.ACTION_REPORTED


# What is asked for


@pytest.mark.parametrize(
    ("given", "at_fault"),
    [
        ({"way": None}, {"way"}),
        ({"result": None}, {"result"}),
        ({"evidence": "  too few "}, {"evidence"}),
        ({"evidence": "x" * 2001}, {"evidence"}),
        ({"way": None, "result": None, "evidence": ""}, {"way", "result", "evidence"}),
    ],
)
def test_how_what_and_on_which_evidence_has_to_be_said(
    cast: Cast, given: dict[str, object], at_fault: set[str]
) -> None:
    number = drawn(cast)
    with pytest.raises(Invalid) as refusal:
        found(cast.development_officer, number, **({"result": TRUE} | given))  # type: ignore[arg-type]
    assert set(refusal.value.errors) == at_fault
    assert check_of(number).checked_at is None


@pytest.mark.parametrize("more", [{"is_identity_hidden": True}, {"mobile": None, "clerk": True}])
def test_where_nobody_can_be_called_only_a_visit_is_a_check(cast: Cast, more: dict[str, object]) -> None:
    if more.pop("clerk", None):
        more |= {"clerk": cast.ramila, "mode": FilingMode.COUNTER}
    number = drawn(cast, **more)
    with pytest.raises(Invalid) as refusal:
        found(cast.development_officer, number, TRUE, way=CheckWay.CALL)
    assert set(refusal.value.errors) == {"way"}
    assert found(cast.development_officer, number, FALSE, way=CheckWay.VISIT) is True


def test_a_second_press_is_done_already_and_another_result_is_refused(cast: Cast) -> None:
    number = drawn(cast)
    found(cast.development_officer, number, FALSE)
    version = case(number).version
    with pytest.raises(AlreadyDone):
        found(cast.development_officer, number, FALSE)
    for again in ({"result": TRUE}, {"result": FALSE, "way": CheckWay.VISIT}):
        with pytest.raises(Refused) as refusal:
            found(cast.development_officer, number, **again)  # type: ignore[arg-type]
        assert not isinstance(refusal.value, AlreadyDone)
    assert (check_of(number).result, case(number).version) == (FALSE, version)


@pytest.mark.concurrency
def test_two_people_of_one_office_at_once_record_one_result(own_app: Flask) -> None:
    with own_app.app_context():
        cast = post_cast()
        number = drawn(cast)
        check_id = check_of(number).id

        def say(result: CheckResult) -> Callable[[], bool]:
            return lambda: disposal_checks.record(
                cast.development_officer, check_id, CheckWay.CALL, result, FOUND, day(35), RULES
            )

        answers = at_once(own_app, say(FALSE), say(TRUE), say(FALSE))
        refusals = [one for one in answers if isinstance(one, Refused)]
        assert len(refusals) == 2
        assert [one for one in answers if not isinstance(one, Refused)] in ([True], [False])
        assert actions(number).count(Action.REOPEN_ON_CHECK) == (check_of(number).result is FALSE)


# Who reads what


def test_only_who_checks_sees_the_check_and_nobody_elses(cast: Cast) -> None:
    number = drawn(cast)
    check_id = check_of(number).id
    checker = cast.development_officer
    with transaction() as session:
        clerk = post(session, "a clerk of the block", "TDO-3783", Role.CLERK)
        officer = post(session, "an officer of the block", "TDO-3783", Role.OFFICER)
        quality = post(session, "quality manager of the block", "TDO-3783", Role.QUALITY_MANAGER)
    for may in (checker, officer, quality):
        assert [one.id for one in disposal_checks.waiting(db.session(), may)] == [check_id]
        assert disposal_checks.waiting_count(db.session(), may) == 1
        assert disposal_checks.check_view(db.session(), may, check_id).text == case(number).text
    for may_not in (clerk, cast.bharat, cast.meena, cast.collector, cast.additional_collector, cast.auditor,
                    cast.administrator, KANTA):  # fmt: skip
        assert disposal_checks.waiting(db.session(), may_not) == []
        assert disposal_checks.waiting_count(db.session(), may_not) == 0
        with pytest.raises(NotFound):
            disposal_checks.check_view(db.session(), may_not, check_id)
        with pytest.raises(NotFound):
            disposal_checks.open_identity(may_not, check_id, day(34))
        with pytest.raises(NotFound):
            found(may_not, number, TRUE)


def test_a_check_opens_neither_the_case_nor_any_other(cast: Cast) -> None:
    number, other = disposed(cast, "one"), disposed(cast, "two")
    paper_id = add_paper(KANTA, number)
    draw()
    checker, session = cast.development_officer, db.session()
    for one in (number, other):
        with pytest.raises(NotFound):
            scope.load(session, checker, one)
        with pytest.raises(NotFound):
            sheet.sheet(session, checker, one, day(34), RULES)
        with pytest.raises(NotFound):
            redressal.act(checker, one, Action.NOTE, Asked(), None, day(34), RULES)
    assert all(desk.page(session, checker, tab, Filters()).rows == [] for tab in Tab)
    storage = Storage(current_app.config["UPLOAD_FOLDER"])
    with pytest.raises(NotFound):
        sheet.open_paper(session, storage, checker, number, paper_id, RULES)


def test_who_acted_in_the_case_checks_nothing_of_it_at_whatever_office(cast: Cast) -> None:
    number = drawn(cast)
    with transaction() as session:
        moved = [
            post_again(session, one.person_id, office("TDO-3783"), Role.OFFICER) for one in (cast.bharat, cast.meena)
        ]
        uninvolved = post_again(session, cast.hansa.person_id, office("TDO-3783"), Role.OFFICER)
    for one in moved:
        assert disposal_checks.waiting(db.session(), one) == []
        with pytest.raises(NotFound):
            found(one, number, TRUE)
    assert found(uninvolved, number, TRUE) is False


def test_whom_the_case_is_about_checks_nothing_of_it(cast: Cast) -> None:
    number = drawn(cast, accused_person_id=cast.development_officer.person_id)
    assert check_of(number).checker_office_id == office("TDO-3783")
    assert disposal_checks.waiting(db.session(), cast.development_officer) == []
    with pytest.raises(NotFound):
        found(cast.development_officer, number, TRUE)


def test_the_number_to_call_is_masked_until_it_is_opened_which_is_kept(cast: Cast) -> None:
    number = drawn(cast)
    check = check_of(number)
    seen = disposal_checks.check_view(db.session(), cast.development_officer, check.id)
    assert seen.mobile
    assert KANTAS_MOBILE[3:] not in repr(seen)
    opened = disposal_checks.open_identity(cast.development_officer, check.id, day(34))
    assert (opened.mobile, opened.name) == (KANTAS_MOBILE, "Kanta Makwana")
    kept = db.session.execute(select(Opening.grievance_id, Opening.person_id, Opening.what, Opening.reason)).all()
    assert [tuple(row) for row in kept] == [
        (case(number).id, cast.development_officer.person_id, "check of disposal", f"check {check.id}")
    ]


def test_a_hidden_identity_is_opened_to_no_checker(cast: Cast) -> None:
    number = drawn(cast, is_identity_hidden=True)
    seen = disposal_checks.check_view(db.session(), cast.development_officer, check_of(number).id)
    assert (seen.mobile, seen.is_identity_hidden) == ("", True)
    assert "Kanta" not in repr(seen)
    with pytest.raises(Forbidden):
        disposal_checks.open_identity(cast.development_officer, check_of(number).id, day(34))
    assert db.session.scalar(select(func.count()).select_from(Opening)) == 0


def test_once_checked_the_case_is_shown_no_more_and_the_result_is(cast: Cast) -> None:
    number = drawn(cast)
    check_id = check_of(number).id
    before = disposal_checks.check_view(db.session(), cast.development_officer, check_id)
    assert all((before.text, before.reasons, before.reports, before.still_stands))
    found(cast.development_officer, number, FALSE)
    seen = disposal_checks.check_view(db.session(), cast.development_officer, check_id)
    assert (seen.text, seen.reasons, seen.reports, seen.mobile) == ("", (), (), "")
    assert (seen.evidence, seen.drawn.result, seen.drawn.has_reopened) == (FOUND, FALSE, True)
    with pytest.raises(Forbidden):
        disposal_checks.open_identity(cast.development_officer, check_id, day(36))
    assert disposal_checks.waiting(db.session(), cast.development_officer) == []
    assert [one.id for one in disposal_checks.made(db.session(), cast.development_officer)] == [check_id]


def test_the_pages_of_the_checks_cost_the_same_however_many_there_are(
    cast: Cast, count_statements: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    for step in range(5):
        disposed(cast, f"case {step}")
    draw()
    checker, session = cast.development_officer, db.session()
    check_id, office_id = disposal_checks.waiting(session, checker)[0].id, office("MAM-3783")
    for cost, look in (
        (1, lambda: disposal_checks.waiting(session, checker)),
        (1, lambda: disposal_checks.made(session, checker)),
        (1, lambda: disposal_checks.waiting_count(session, checker)),
        (4, lambda: disposal_checks.check_view(session, checker, check_id)),
        (1, lambda: check_figures.counted(session, [office_id], JULY, AUGUST)),
    ):
        with count_statements() as sent:
            look()
        assert len(sent) == cost, sent


# Figures


def test_what_was_drawn_and_found_is_counted_per_office_and_apart_from_confirmation(cast: Cast) -> None:
    numbers = [disposed(cast, f"case {step}", 20) for step in range(5)]
    draw()
    ours, theirs = office("MAM-3783"), office("TDO-3783")
    for number, result in zip(numbers, (TRUE, TRUE, FALSE, NOT_REACHED), strict=False):
        found(cast.development_officer, number, result)
    act(KANTA, numbers[0], Action.CONFIRM, 36)
    counted = check_figures.counted(db.session(), [ours, theirs], JULY, JULY)
    assert counted[ours] == check_figures.Counted(drawn=5, true=2, false=1, not_reached=1)
    assert counted[ours].checked == 4
    assert counted[theirs] == check_figures.Counted()
    assert check_figures.counted(db.session(), [ours], AUGUST, AUGUST)[ours] == check_figures.Counted()


# The nonconformity of the office that disposed


def nonconformities() -> list[Nonconformity]:
    db.session.commit()
    return list(db.session.scalars(select(Nonconformity).order_by(Nonconformity.id)))


def test_each_that_is_found_untrue_opens_one_of_the_office_that_disposed(cast: Cast) -> None:
    numbers = [disposed(cast, f"case {step}") for step in range(3)]
    draw()
    for number, result in zip(numbers, (FALSE, TRUE, FALSE), strict=True):
        found(cast.development_officer, number, result)
    opened = nonconformities()
    assert [one.reference for one in opened] == [
        disposal_checks.reference_of(check_of(number).id) for number in (numbers[0], numbers[2])
    ]
    for one, number in zip(opened, (numbers[0], numbers[2]), strict=True):
        assert (one.source, one.office_id, one.month) == (Source.DISPOSAL_CHECK, office("MAM-3783"), JULY)
        assert (one.indicator, one.facts, one.opened_by_id) == ("fell", {"way": "call"}, None)
        linked = select(NonconformityCase.grievance_id).where(NonconformityCase.nonconformity_id == one.id)
        assert db.session.scalars(linked).all() == [case(number).id]


def test_it_is_opened_also_where_the_case_has_moved_on_and_nothing_reopens(cast: Cast) -> None:
    number = disposed(cast, at=20)
    draw()
    act(KANTA, number, Action.REFUSE, 34)
    assert found(cast.development_officer, number, FALSE) is False
    assert len(nonconformities()) == 1


def test_pressed_twice_it_is_opened_once(cast: Cast) -> None:
    number = drawn(cast)
    found(cast.development_officer, number, FALSE)
    with pytest.raises(AlreadyDone):
        found(cast.development_officer, number, FALSE)
    assert len(nonconformities()) == 1


def test_when_it_cannot_be_opened_the_result_is_not_kept_either(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    number = drawn(cast)

    def fail(*_given: object, **_named: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(nonconformity_opening, "open_by_system", fail)
    with pytest.raises(RuntimeError):
        found(cast.development_officer, number, FALSE)
    assert check_of(number).checked_at is None
    assert case(number).status is Status.DISPOSED
