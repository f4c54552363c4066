"""Each month some disposals of each office are drawn and given to another office; nobody chooses which."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from swagat.database import db, transaction
from swagat.domain.case import Confirmation, Outcome
from swagat.domain.quality import sampling
from swagat.domain.roles import Role
from swagat.domain.workflow import Action, Need, Status
from swagat.jobs.schedule import JOBS
from swagat.models import DisposalCheck, FilingMode, Grievance, GrievanceEvent, Office, Posting
from swagat.services.disposal_draws import draw_month
from swagat.services.escalation import sweep
from tests.builders import KANTA, RULES, Cast, act, case, day, disposed, file_case, office, post, post_cast, reported
from tests.services.checked_disposals import DRAWN, check_of, checks, draw
from tests.services.test_two_at_once import at_once

JULY = date(2026, 7, 1)
SECOND_REASON = "બીજી વાર સ્થળ પર જઈ હદ માપી, ખાતેદારોના જવાબ લીધા અને હુકમ નં. 12 થી નોંધ મંજૂર કરી છે."


def drawn_cases() -> set[int]:
    return {one.grievance_id for one in checks()}


def test_the_job_draws_from_the_third_of_the_month_on_and_once(app: Flask, cast: Cast) -> None:
    number = disposed(cast)
    job = JOBS["checks_of_disposals"]
    for early in (20, 31, 31.9):
        assert not any(job.run(day(early)).values()), early
    assert job.run(day(DRAWN)) == {"drawn": 1, "offices": 1, "without_checker": 0}
    assert drawn_cases() == {case(number).id}
    # What would be drawn if July were drawn again.
    disposed(cast, "another")
    assert not any(job.run(day(DRAWN + 1)).values())
    assert drawn_cases() == {case(number).id}


def test_a_draw_that_was_missed_on_its_day_is_made_up_for(cast: Cast) -> None:
    disposed(cast)
    assert draw(DRAWN + 12).drawn == 1
    assert [one.month for one in checks()] == [JULY]


def test_what_stands_on_nobodys_proved_word_is_drawn_and_nothing_else(cast: Cast) -> None:
    silent, yes, no, appealed = (disposed(cast, key) for key in ("silent", "yes", "no", "appealed"))
    act(KANTA, yes, Action.CONFIRM, 3)
    act(KANTA, no, Action.REFUSE, 3)
    act(KANTA, appealed, Action.LODGE_APPEAL, 3)
    helped = disposed(cast, "helped", clerk=cast.ramila, mode=FilingMode.COUNTER)
    act(KANTA, helped, Action.CONFIRM, 3)
    not_handed_over = reported(cast, "not handed over")
    act(cast.meena, not_handed_over, Action.DISPOSE, 2, outcome=Outcome.REDRESSED)
    pending, in_august = disposed(cast, "pending", 28), disposed(cast, "in August", 31.9)
    imported, duplicate, open_still = disposed(cast, "imported"), disposed(cast, "duplicate"), reported(cast, "open")
    made_into(imported, mode=FilingMode.IMPORTED)
    made_into(duplicate, outcome=Outcome.DUPLICATE)
    sweep(day(31.8), RULES)
    assert (case(silent).confirmation, case(pending).status) == (Confirmation.SILENT, Status.DISPOSED)
    draw(rules=replace(RULES, checks_per_office=100))
    found = drawn_cases()
    assert found == {case(one).id for one in (silent, helped, not_handed_over, pending)}
    assert not found & {case(one).id for one in (yes, no, appealed, in_august, imported, duplicate, open_still)}


def made_into(number: str, **other: object) -> None:
    grievance_id = case(number).id
    with transaction() as session:
        session.execute(update(Grievance).where(Grievance.id == grievance_id).values(**other))


@pytest.mark.parametrize(("size", "drawn"), [(1, 1), (3, 3), (5, 4)])
def test_checks_per_office_are_so_many_or_all(cast: Cast, size: int, drawn: int) -> None:
    for key in ("one", "two", "three", "four"):
        disposed(cast, key)
    assert draw(rules=replace(RULES, checks_per_office=size)).drawn == drawn == len(checks())


def test_the_draw_can_be_repeated_from_the_register_alone(cast: Cast) -> None:
    numbers = [disposed(cast, f"case {step}", step / 2) for step in range(8)]
    act(KANTA, numbers[3], Action.CONFIRM, 6)
    draw(rules=replace(RULES, checks_per_office=3))
    db.session.commit()
    entries = db.session.execute(
        select(GrievanceEvent.grievance_id, GrievanceEvent.seq, GrievanceEvent.digest).where(
            GrievanceEvent.action == Action.DISPOSE
        )
    ).all()
    seed = sampling.seed_for("GJ", "MAM-3783", JULY, [one.digest for one in entries])
    standing = [one.grievance_id for one in entries if one.grievance_id != case(numbers[3]).id]
    expected = sampling.draw(standing, seed, 3)
    assert {one.seed for one in checks()} == {seed}
    assert [one.grievance_id for one in checks()] == expected
    seqs = {one.grievance_id: one.seq for one in entries}
    assert all(one.disposed_seq == seqs[one.grievance_id] for one in checks())


def test_each_office_is_drawn_from_by_itself(cast: Cast) -> None:
    ours = disposed(cast, "ours")
    act(KANTA, ours, Action.REFUSE, 2)
    act(cast.bharat, ours, Action.ASSIGN, 3, officer_posting_id=cast.bharat.posting_id)
    act(cast.bharat, ours, Action.REPORT_ACTION, 4)
    texts = {Need.REASON: SECOND_REASON}
    act(cast.additional_collector, ours, Action.DISPOSE, 5, outcome=Outcome.REDRESSED, texts=texts)
    other = disposed(cast, "other")
    draw(rules=replace(RULES, checks_per_office=1))
    offices = {one.grievance_id: one.office_id for one in checks()}
    assert offices == {case(ours).id: office("RAC-438"), case(other).id: office("MAM-3783")}


# Who checks


def test_another_department_of_the_same_taluka_checks(cast: Cast) -> None:
    number = disposed(cast)
    draw()
    assert check_of(number).checker_office_id == office("TDO-3783")


def test_an_office_that_had_the_case_or_is_complained_of_checks_nothing_of_it(cast: Cast) -> None:
    about = disposed(cast, "about", accused_office_id=office("TDO-3783"))
    had = file_case("had").number
    act(cast.meena, had, Action.TRANSFER, 0, office_id=office("TDO-3783"))
    act(cast.development_officer, had, Action.TRANSFER, 1, office_id=office("MAM-3783"))
    act(cast.bharat, had, Action.ASSIGN, 1, officer_posting_id=cast.bharat.posting_id)
    act(cast.bharat, had, Action.REPORT_ACTION, 2)
    act(cast.meena, had, Action.DISPOSE, 2, outcome=Outcome.REDRESSED)
    draw()
    for number in (had, about):
        chosen = check_of(number).checker_office_id
        assert chosen not in (office("TDO-3783"), office("MAM-3783"))
        assert db.session.scalars(select(Posting.id).where(Posting.office_id == chosen)).first() is not None


def test_an_office_without_anybody_who_may_check_is_given_nothing(cast: Cast) -> None:
    with transaction() as session:
        posting = Posting.id == cast.development_officer.posting_id
        session.execute(update(Posting).where(posting).values(ends_at=day(10)))
        # A clerk does not check.
        post(session, "clerk of the block", "TDO-3783", Role.CLERK)
    number = disposed(cast)
    draw()
    assert check_of(number).checker_office_id != office("TDO-3783")


def test_where_nobody_may_check_it_is_not_drawn_and_counted(cast: Cast) -> None:
    disposed(cast)
    ours = office("MAM-3783")
    with transaction() as session:
        session.execute(update(Posting).where(Posting.office_id != ours).values(ends_at=day(10)))
    report = draw()
    assert (report.drawn, report.without_checker) == (0, 1)
    assert checks() == []


def test_the_checks_are_spread_over_the_offices_that_fit_alike(cast: Cast) -> None:
    fitting = db.session.scalars(
        select(Office.code).where(
            Office.place_id == db.session.scalar(select(Office.place_id).where(Office.code == "MAM-3783")),
            Office.tier == "taluka",
            Office.code.not_in(["MAM-3783", "TDO-3783"]),
        )
    ).all()
    with transaction() as session:
        post(session, "one more", sorted(fitting)[0], Role.OFFICER)
    for step in range(6):
        disposed(cast, f"case {step}")
    draw(rules=replace(RULES, checks_per_office=6))
    given = [one.checker_office_id for one in checks()]
    assert sorted(given.count(one) for one in set(given)) == [3, 3]


@pytest.mark.concurrency
def test_two_processes_at_once_draw_what_one_would(own_app: Flask) -> None:
    with own_app.app_context():
        cast = post_cast()
        for step in range(7):
            disposed(cast, f"case {step}")
        found = at_once(own_app, *[lambda: draw_month(day(DRAWN), RULES)] * 3)
        assert sorted(one.drawn for one in found) == [0, 0, 5]
        assert len(checks()) == len({one.grievance_id for one in checks()}) == 5
        assert isinstance(checks()[0], DisposalCheck)
        assert draw_month(day(DRAWN) + timedelta(days=1), RULES).drawn == 0
