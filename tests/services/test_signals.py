"""Who sees a signal, who judges it, what the office says, and that nothing else follows from it."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from swagat.database import db, transaction
from swagat.domain.errors import AlreadyDone, Forbidden, Invalid, NotFound, Stale
from swagat.domain.quality.signals import SignalKind
from swagat.domain.roles import Actor, Role
from swagat.models import CaseCount, GrievanceEvent, Posting, SignalRemark, SignalState
from swagat.services import signal_judgements, signals
from swagat.services.signals import Wanted
from tests.builders import Cast, case, day, file_case, office, post, post_again, post_cast
from tests.services.gaming import disposed_case_with_signal, noted, signals_found
from tests.services.test_two_at_once import at_once

WHY = "I opened four of the cases and called two complainants: nobody had been there."
CONFIRMED, EXPLAINED = SignalState.CONFIRMED, SignalState.EXPLAINED


@pytest.fixture
def cast(app: Flask) -> Cast:
    return post_cast()


def manager(code: str = "TDO-3783", login: str = "manager") -> Actor:
    with transaction() as session:
        return post(session, login, code, Role.QUALITY_MANAGER)


def judge(actor: Actor, signal_id: int, judged: SignalState | None = CONFIRMED, **more: Any) -> None:
    db.session.commit()
    given = {"version": 0, "reason": WHY, "now": day(40)} | more
    signal_judgements.judge(actor, signal_id, given["version"], judged, given["reason"], given["now"])


def explain(
    actor: Actor, signal_id: int, reason: str = "The survey of the whole village came on the last day."
) -> None:
    db.session.commit()
    signal_judgements.explain(actor, signal_id, reason, day(40))


def seen_by(actor: Actor, wanted: Wanted = Wanted()) -> list[int]:
    db.session.commit()
    return [one.id for one in signals.listed(db.session(), actor, wanted)]


def remarks() -> list[tuple[int, SignalState | None, str]]:
    db.session.commit()
    rows = db.session.scalars(select(SignalRemark).order_by(SignalRemark.signal_id, SignalRemark.ordinal))
    return [(one.ordinal, one.judged, one.reason) for one in rows]


# Who sees it


def test_the_office_those_above_and_who_reads_all_evidence_see_it_and_nobody_else(cast: Cast) -> None:
    signal_id = noted()
    for reader in (
        cast.meena,
        cast.additional_collector,
        cast.collector,
        cast.chief_secretary,
        cast.auditor,
        manager(),
    ):
        assert seen_by(reader) == [signal_id], reader
        assert signals.signal_view(db.session(), reader, signal_id).line.id == signal_id
    for other in (cast.bharat, cast.ramila, cast.development_officer, cast.administrator):
        assert seen_by(other) == [], other
        with pytest.raises(NotFound):
            signals.signal_view(db.session(), other, signal_id)
        with pytest.raises(NotFound):
            judge(other, signal_id)


def test_who_sees_a_page_of_signals_is_who_sees_the_signals(cast: Cast) -> None:
    state, ours = cast.meena.state_id or 0, office("MAM-3783")
    for reader in (cast.meena, cast.collector, cast.auditor):
        assert signals.sees_signals_of(reader, state)
        assert signals.sees_signals_of(reader, state, ours)
        assert not signals.sees_signals_of(reader, state + 1)
    assert not signals.sees_signals_of(cast.development_officer, state, ours)
    for other in (None, cast.bharat, cast.administrator):
        assert not signals.sees_signals_of(other, state)


def test_a_signal_of_another_state_does_not_exist(cast: Cast) -> None:
    signal_id = noted()
    for actor in (cast.auditor, cast.chief_secretary, manager()):
        reader = replace(actor, state_id=(actor.state_id or 0) + 1)
        assert seen_by(reader) == []
        with pytest.raises(NotFound):
            signals.signal_view(db.session(), reader, signal_id)


def test_a_list_is_of_a_state_a_kind_or_an_office_the_newest_month_first(cast: Cast) -> None:
    june, july = noted(month=date(2026, 6, 1)), noted()
    burst, other = noted(kind=SignalKind.BURST), noted(code="MAM-3784", month=date(2026, 5, 1))
    judge(cast.collector, june)
    assert seen_by(cast.collector) == [burst, july, june, other]
    assert seen_by(cast.collector, Wanted(state=SignalState.OPEN)) == [burst, july, other]
    assert seen_by(cast.collector, Wanted(state=CONFIRMED)) == [june]
    assert seen_by(cast.collector, Wanted(kind=SignalKind.BURST)) == [burst]
    assert seen_by(cast.collector, Wanted(office="MAM-3784")) == [other]
    assert signals.counts(db.session(), cast.collector) == {SignalState.OPEN: 3, CONFIRMED: 1}
    assert signals.counts(db.session(), cast.meena) == {SignalState.OPEN: 2, CONFIRMED: 1}
    after = signals.listed(db.session(), cast.collector, Wanted(), (date(2026, 7, 1), july))
    assert [one.id for one in after] == [june, other]


def test_cases_are_open_to_who_may_see_them_and_numbers_alone_to_who_reads_all_evidence(cast: Cast) -> None:
    number, signal_id = disposed_case_with_signal(cast)
    for reader, is_open in ((cast.meena, True), (cast.collector, True), (cast.auditor, False), (manager(), False)):
        db.session.commit()
        (one,) = signals.signal_view(db.session(), reader, signal_id).cases
        assert (one.number, one.is_open_to, one.at) == (number, is_open, day(1)), reader


def test_a_case_about_the_office_above_is_not_shown_to_it(cast: Cast) -> None:
    number = file_case(accused_office_id=office("COLL-438")).number
    signal_id = noted(case_ids=[case(number).id])
    db.session.commit()
    view = signals.signal_view(db.session(), cast.collector, signal_id)
    assert (list(view.cases), view.cases_in_all) == ([], 1)
    assert len(signals.signal_view(db.session(), cast.additional_collector, signal_id).cases) == 1


# Who judges it


@pytest.mark.parametrize("judged", [EXPLAINED, CONFIRMED])
def test_an_office_above_or_a_quality_manager_judges_with_a_reason_that_stays(cast: Cast, judged: SignalState) -> None:
    for judging in (cast.additional_collector, manager()):
        signal_id = noted(month=date(2026, 1 + len(signals_found()), 1))
        judge(judging, signal_id, judged)
        db.session.commit()
        view = signals.signal_view(db.session(), cast.meena, signal_id)
        assert (view.line.state, view.line.version) == (judged, 1)
        (said,) = view.said
        assert (said.judged, said.reason, said.at) == (judged, WHY, day(40))


def test_a_later_judgement_is_added_and_the_earlier_stays(cast: Cast) -> None:
    signal_id = noted()
    judge(cast.additional_collector, signal_id, EXPLAINED)
    judge(cast.collector, signal_id, CONFIRMED, version=1, reason="The survey that was named never took place.")
    assert [one[:2] for one in remarks()] == [(1, EXPLAINED), (2, CONFIRMED)]
    assert signals_found()[0].state is CONFIRMED


def test_nobody_judges_their_own_office_in_any_posting_nor_what_they_answered_there(cast: Cast) -> None:
    _number, signal_id = disposed_case_with_signal(cast)
    own_manager = manager("MAM-3783")
    with transaction() as session:
        assert cast.collector.person_id is not None
        post_again(session, cast.collector.person_id, office("MAM-3783"), Role.OFFICER)
        # Meena has moved up since.
        assert cast.meena.person_id is not None
        moved_up = post_again(session, cast.meena.person_id, office("RAC-438"), Role.SUPERVISOR)
    for who in (cast.meena, own_manager, cast.collector, moved_up, cast.auditor):
        with pytest.raises(Forbidden):
            judge(who, signal_id)
    assert remarks() == []
    judge(cast.commissioner, signal_id)


def test_who_has_left_the_office_and_answered_nothing_there_may_judge(cast: Cast) -> None:
    signal_id = noted()
    with transaction() as session:
        assert cast.hansa.person_id is not None
        moved = post_again(session, cast.hansa.person_id, office("RAC-438"), Role.SUPERVISOR)
    with pytest.raises(Forbidden):
        judge(moved, signal_id)
    with transaction() as session:
        posting = session.get(Posting, cast.hansa.posting_id)
        assert posting is not None
        posting.ends_at = day(30)
    judge(moved, signal_id)


@pytest.mark.parametrize("reason", ["", "too short", " " * 40, "x" * 2001])
def test_a_judgement_and_an_explanation_say_why(cast: Cast, reason: str) -> None:
    signal_id = noted()
    with pytest.raises(Invalid) as refusal:
        judge(cast.collector, signal_id, reason=reason)
    assert set(refusal.value.errors) == {"reason"}
    with pytest.raises(Invalid) as refusal:
        explain(cast.meena, signal_id, reason)
    assert set(refusal.value.errors) == {"explanation"}
    assert remarks() == []


@pytest.mark.parametrize("judged", [None, SignalState.OPEN])
def test_a_judgement_is_one_of_two(cast: Cast, judged: SignalState | None) -> None:
    with pytest.raises(Invalid) as refusal:
        judge(cast.collector, noted(), judged)
    assert set(refusal.value.errors) == {"judged"}


def test_what_was_said_meanwhile_is_read_before_judging(cast: Cast) -> None:
    signal_id = noted()
    explain(cast.meena, signal_id)
    for version in (0, None, 2):
        with pytest.raises(Stale):
            judge(cast.collector, signal_id, version=version)
    judge(cast.collector, signal_id, version=1)
    assert [one[:2] for one in remarks()] == [(1, None), (2, CONFIRMED)]


def test_a_second_press_is_done_and_writes_nothing(cast: Cast) -> None:
    signal_id = noted()
    explain(cast.meena, signal_id)
    with pytest.raises(AlreadyDone):
        explain(cast.meena, signal_id)
    judge(cast.collector, signal_id, version=1)
    with pytest.raises(AlreadyDone):
        judge(cast.collector, signal_id, version=1)
    assert len(remarks()) == 2


@pytest.mark.concurrency
def test_of_two_who_judge_at_once_one_is_told(own_app: Flask) -> None:
    with own_app.app_context():
        cast = post_cast()
        signal_id = noted()
        found = at_once(
            own_app,
            lambda: signal_judgements.judge(cast.collector, signal_id, 0, CONFIRMED, WHY, day(40)),
            lambda: signal_judgements.judge(cast.additional_collector, signal_id, 0, EXPLAINED, WHY, day(40)),
        )
        assert sorted(type(one).__name__ for one in found) == ["NoneType", "Stale"]
        assert len(remarks()) == 1
        assert signals_found()[0].state is remarks()[0][1]


# What the office says


def test_the_office_explains_and_judges_nothing_by_it(cast: Cast) -> None:
    signal_id = noted()
    explain(cast.meena, signal_id)
    explain(manager("MAM-3783"), signal_id, "The quality manager of the office adds the survey's date.")
    assert [one[1] for one in remarks()] == [None, None]
    assert signals_found()[0].state is SignalState.OPEN
    for other in (cast.collector, cast.auditor):
        with pytest.raises(Forbidden):
            explain(other, signal_id)


def test_an_office_writes_so_much_and_then_speaks(cast: Cast) -> None:
    signal_id = noted()
    for step in range(signal_judgements.MOST_SAID):
        explain(cast.meena, signal_id, f"The survey came on the last day, {step}.")
    with pytest.raises(Forbidden, match="Speak with"):
        explain(cast.meena, signal_id, "And once more the survey came late.")
    judge(cast.collector, signal_id, version=signal_judgements.MOST_SAID)


def test_no_case_no_register_and_no_figure_changes_whatever_is_judged(cast: Cast) -> None:
    number, signal_id = disposed_case_with_signal(cast)

    def kept() -> tuple[Any, ...]:
        row = case(number)
        counted = db.session.scalar(select(func.count()).select_from(CaseCount))
        entries = db.session.scalar(select(func.count()).select_from(GrievanceEvent))
        return row.version, row.status, row.last_digest, counted, entries

    before = kept()
    explain(cast.meena, signal_id)
    judge(cast.collector, signal_id, version=1)
    assert kept() == before
