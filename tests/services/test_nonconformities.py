"""What people do about a nonconformity: each step with what it needs, by whom it belongs to, in a trail that stays."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from swagat.database import db, transaction
from swagat.domain.errors import AlreadyDone, Forbidden, Invalid, NotFound, Refused, Stale
from swagat.domain.mandates import Mandate
from swagat.domain.nonconformities import Cause, Clock, Severity, Source, Stage, Step, replayed
from swagat.domain.quality.effectiveness import Verdict
from swagat.domain.quality.measures import Count, Measure
from swagat.domain.roles import Role
from swagat.domain.rules import Rules
from swagat.jobs.runner import run_slot
from swagat.jobs.schedule import JOBS
from swagat.models import DeadlineEnd, Nonconformity, NonconformityEntry, QualityDeadline
from swagat.services import (
    nonconformities,
    nonconformity_lists,
    nonconformity_opening,
    nonconformity_trail,
    nonconformity_views,
)
from swagat.services.nonconformities import Given
from swagat.services.nonconformity_lists import Filters, Tab
from swagat.services.quality_duties import sweep
from tests.builders import RULES, Cast, day, file_case, gujarat, office, post, post_again, post_cast
from tests.counted import write_tallies
from tests.services.corrective_steps import (
    ACTION,
    CORRECTION,
    DONE,
    STATEMENT,
    WHYS,
    Team,
    opened,
    row_of,
    take,
    team,
    trail_of,
)
from tests.services.test_two_at_once import at_once


@pytest.fixture
def all_of_us(cast: Cast) -> Team:
    return team(cast)


def live() -> list[tuple[str, int]]:
    asked = select(QualityDeadline.clock, QualityDeadline.ordinal).where(QualityDeadline.ended_at.is_(None))
    return [(row[0], row[1]) for row in db.session.execute(asked)]


# Opening


def test_it_gets_a_number_of_its_office_and_year_and_a_date_to_put_it_right(all_of_us: Team) -> None:
    first, second = (opened(all_of_us.cast.meena, key=key) for key in ("one", "two"))
    other = opened(all_of_us.quality, key="three", office="TDO-3783")
    assert (first, second, other) == ("NC-MAM-3783-2026-001", "NC-MAM-3783-2026-002", "NC-TDO-3783-2026-001")
    row = row_of(first)
    assert (row.stage, row.source, row.severity) == (Stage.OPENED, Source.BY_HAND, Severity.MINOR)
    assert (row.statement, row.opened_by_id) == (STATEMENT, all_of_us.cast.meena.person_id)
    # The eighth of July 2026 is a Wednesday.
    assert row.due_on == date(2026, 7, 8)
    assert [clock for clock, _ordinal in live()] == [Clock.CORRECT] * 3


def test_sent_twice_it_is_opened_once(all_of_us: Team) -> None:
    assert opened(all_of_us.cast.meena) == opened(all_of_us.cast.meena)
    assert db.session.scalars(select(Nonconformity.id)).all() == [row_of("NC-MAM-3783-2026-001").id]


def test_it_names_the_cases_it_is_about(all_of_us: Team) -> None:
    number = file_case().number
    found = opened(all_of_us.quality, numbers=(number, number))
    assert nonconformity_views.view(db.session(), all_of_us.quality, found, day(1), RULES).cases == [number]


@pytest.mark.parametrize(
    ("wrong", "at_fault"),
    [
        ({"office_code": "TDO-3783"}, {"office"}),
        ({"office_code": "no such office"}, {"office"}),
        ({"source": None}, {"source"}),
        ({"source": Source.HOT_SPOT}, {"source"}),
        ({"severity": None}, {"severity"}),
        ({"statement": "  short "}, {"statement"}),
        ({"statement": "x" * 4001}, {"statement"}),
        ({"indicator": "no_such_figure"}, {"indicator"}),
        ({"indicator": "pending"}, {"indicator"}),
        ({"numbers": ("GJ-2026-0000001-0",)}, {"cases"}),
    ],
)
def test_what_is_missing_or_is_not_there_is_said_and_nothing_is_opened(
    cast: Cast, wrong: dict[str, Any], at_fault: set[str]
) -> None:
    given: dict[str, Any] = {
        "key": "one", "office_code": "MAM-3783", "source": Source.BY_HAND, "severity": Severity.MAJOR,
        "statement": STATEMENT, "indicator": "", "numbers": (),
    }  # fmt: skip
    with pytest.raises(Invalid) as refusal:
        nonconformity_opening.open_by_hand(cast.meena, **(given | wrong), now=day(0), rules=RULES)
    assert set(refusal.value.errors) == at_fault
    assert db.session.scalars(select(Nonconformity.id)).all() == []


def test_a_head_opens_about_the_own_office_and_those_below_and_an_auditor_about_none(cast: Cast) -> None:
    def codes(actor: Any) -> set[str]:
        return {one.code for one in nonconformity_opening.may_open_for(db.session(), actor)}

    assert codes(cast.meena) == {"MAM-3783"}
    assert {"MAM-3783", "COLL-438"} <= codes(cast.collector)
    assert "TDO-3783" not in codes(cast.meena)
    for nobody in (cast.auditor, cast.administrator, cast.bharat, cast.ramila):
        assert codes(nobody) == set()
        with pytest.raises(Invalid):
            opened(nobody)


def test_a_quality_manager_opens_for_the_own_office_and_one_of_the_state_for_all(all_of_us: Team) -> None:
    with transaction() as session:
        local = post(session, "quality manager of Dholka", "MAM-3783", Role.QUALITY_MANAGER)
    mine = {one.code for one in nonconformity_opening.may_open_for(db.session(), local)}
    every = {one.code for one in nonconformity_opening.may_open_for(db.session(), all_of_us.quality)}
    assert mine == {"MAM-3783"}
    assert {"MAM-3783", "TDO-3783", "CS"} <= every


def test_opened_by_the_program_it_is_one_for_each_thing_it_was_opened_from(cast: Cast) -> None:
    grievance_id = db.session.scalar(select(Nonconformity.id)) or 0
    assert grievance_id == 0

    def again(reference: str) -> str | None:
        with transaction() as session:
            return nonconformity_opening.open_by_system(
                session, Source.OBJECTIVE, office("MAM-3783"), reference, day(0), RULES,
                indicator="on_time", month=date(2026, 6, 17), facts={"target": 90},
            )  # fmt: skip

    assert [again("objective:1:2026-06"), again("objective:1:2026-06")] == ["NC-MAM-3783-2026-001", None]
    row = row_of("NC-MAM-3783-2026-001")
    assert (row.indicator, row.month, row.opened_by_id, row.statement) == ("on_time", date(2026, 6, 1), None, "")
    assert trail_of(row.number)[0].payload == {"target": 90}
    assert nonconformity_opening.opened_from(db.session(), Source.OBJECTIVE, "objective:1:2026-06") == row.number
    assert nonconformity_opening.opened_from(db.session(), Source.OBJECTIVE, "objective:2:2026-06") == ""


# From step to step


def test_the_whole_way_leaves_a_trail_that_replays_and_is_sealed(all_of_us: Team) -> None:
    cast = all_of_us.cast
    number = all_of_us.bring_to(opened(cast.meena), Stage.CLOSED)
    trail = trail_of(number)
    assert [one.step for one in trail] == [
        Step.OPEN, Step.CORRECT, Step.FIND_CAUSE, Step.PLAN, Step.REPORT_DONE, Step.FIND_EFFECTIVE, Step.CLOSE,
    ]  # fmt: skip
    assert replayed(one.step for one in trail) is row_of(number).stage is Stage.CLOSED
    assert [one.text for one in trail][:5] == [STATEMENT, CORRECTION, "", ACTION, DONE]
    assert trail[2].payload == {"whys": list(WHYS), "cause": "procedure"} | trail[2].payload
    assert [one.person_id for one in trail[3:5]] == [cast.meena.person_id, cast.bharat.person_id]
    assert row_of(number).ended_at is not None
    assert live() == []
    assert nonconformity_trail.is_whole(db.session(), row_of(number))


@pytest.mark.parametrize(
    "change",
    [
        update(NonconformityEntry).where(NonconformityEntry.seq == 5).values(text="We have done everything."),
        update(NonconformityEntry).where(NonconformityEntry.seq == 3).values(payload={"whys": ["Chance."]}),
        update(NonconformityEntry).where(NonconformityEntry.seq == 7).values(seq=8),
        update(Nonconformity).values(last_seq=9),
        update(Nonconformity).values(statement="Everything was always as it should be."),
        update(Nonconformity).values(stage=Stage.CANCELLED),
    ],
)
def test_a_trail_that_was_changed_behind_the_program_is_seen(all_of_us: Team, change: Any) -> None:
    number = all_of_us.bring_to(opened(all_of_us.cast.meena), Stage.CLOSED)
    with transaction() as session:
        session.execute(change)
    db.session.expire_all()
    assert nonconformity_trail.is_whole(db.session(), row_of(number)) is False
    assert nonconformity_views.view(db.session(), all_of_us.quality, number, day(9), RULES).is_whole is False


@pytest.mark.parametrize(
    ("stage", "step", "wrong", "at_fault"),
    [
        (Stage.OPENED, Step.CORRECT, {"text": " too few "}, {"text"}),
        (Stage.OPENED, Step.CORRECT, {"text": "x" * 4001}, {"text"}),
        (Stage.CORRECTED, Step.FIND_CAUSE, {"whys": ("", " ")}, {"why_1"}),
        (Stage.CORRECTED, Step.FIND_CAUSE, {"whys": ("Because.", "", "So.")}, {"why_2"}),
        (Stage.CORRECTED, Step.FIND_CAUSE, {"whys": ("x" * 501,)}, {"why_1"}),
        (Stage.CORRECTED, Step.FIND_CAUSE, {"cause": None}, {"cause"}),
        (Stage.CAUSE_FOUND, Step.PLAN, {"owner_posting_id": None}, {"owner"}),
        (Stage.CAUSE_FOUND, Step.PLAN, {"owner_posting_id": 10**15}, {"owner"}),
        (Stage.CAUSE_FOUND, Step.PLAN, {"due_on": None}, {"due_on"}),
        (Stage.CAUSE_FOUND, Step.PLAN, {"due_on": date(2026, 6, 1)}, {"due_on"}),
        (Stage.CAUSE_FOUND, Step.PLAN, {"due_on": date(2029, 1, 1)}, {"due_on"}),
        (Stage.CAUSE_FOUND, Step.PLAN, {"text": "", "due_on": None}, {"text", "due_on"}),
    ],
)
def test_a_step_without_what_it_needs_is_refused_and_changes_nothing(
    all_of_us: Team, stage: Stage, step: Step, wrong: dict[str, Any], at_fault: set[str]
) -> None:
    cast = all_of_us.cast
    number = all_of_us.bring_to(opened(cast.meena), stage)
    before = len(trail_of(number))
    with pytest.raises(Invalid) as refusal:
        take(cast.meena, number, step, 5, **({"owner_posting_id": cast.bharat.posting_id} | wrong))
    assert set(refusal.value.errors) == at_fault
    assert (row_of(number).stage, len(trail_of(number))) == (stage, before)


def test_the_owner_is_somebody_posted_at_the_office_who_neither_audits_nor_administers(all_of_us: Team) -> None:
    cast = all_of_us.cast
    number = all_of_us.bring_to(opened(cast.meena), Stage.CAUSE_FOUND)
    with transaction() as session:
        auditor = post_again(session, cast.hansa.person_id or 0, office("MAM-3783"), Role.AUDITOR)
    for nobody in (cast.collector, auditor):
        with pytest.raises(Invalid) as refusal:
            take(cast.meena, number, Step.PLAN, 5, owner_posting_id=nobody.posting_id)
        assert set(refusal.value.errors) == {"owner"}
    found = {one.posting_id for one in nonconformities.owners(db.session(), office("MAM-3783"), day(5))}
    assert found == {one.posting_id for one in (cast.bharat, cast.hansa, cast.meena, cast.ramila)}


def test_a_plan_can_be_made_anew_with_another_owner_but_only_an_office_above_gives_more_time(
    all_of_us: Team,
) -> None:
    cast = all_of_us.cast
    number = all_of_us.bring_to(opened(cast.meena), Stage.ACTION_PLANNED)
    before, later = row_of(number).due_on, date(2026, 9, 30)
    take(cast.meena, number, Step.REPLAN, 6, owner_posting_id=cast.hansa.posting_id, due_on=before)
    with pytest.raises(Invalid) as refusal:
        take(cast.meena, number, Step.REPLAN, 6, owner_posting_id=cast.hansa.posting_id, due_on=later)
    assert set(refusal.value.errors) == {"due_on"}
    assert (row_of(number).owner_posting_id, row_of(number).due_on) == (cast.hansa.posting_id, before)
    take(cast.collector, number, Step.REPLAN, 6, owner_posting_id=cast.hansa.posting_id, due_on=later)
    assert row_of(number).due_on == later
    assert live() == [(Clock.ACT, row_of(number).last_seq)]
    with pytest.raises(NotFound):
        take(cast.bharat, number, Step.REPORT_DONE, 7)
    assert take(cast.hansa, number, Step.REPORT_DONE, 7) is Stage.ACTION_DONE


def test_a_second_press_is_done_already_and_a_second_person_is_told(all_of_us: Team) -> None:
    cast = all_of_us.cast
    number = opened(cast.meena)
    take(cast.meena, number, Step.CORRECT, 1, seen=1)
    with pytest.raises(AlreadyDone):
        take(cast.meena, number, Step.CORRECT, 1, seen=1)
    with pytest.raises(Stale):
        take(cast.meena, number, Step.FIND_CAUSE, 1, seen=1)
    assert len(trail_of(number)) == 2


def test_cancelled_only_by_a_second_person_and_kept_it_goes_on(all_of_us: Team) -> None:
    cast = all_of_us.cast
    number = opened(cast.meena)
    take(cast.meena, number, Step.PROPOSE_CANCEL, 1)
    with pytest.raises(Refused):
        take(cast.meena, number, Step.CORRECT, 1)
    take(cast.collector, number, Step.KEEP, 2)
    take(cast.meena, number, Step.CORRECT, 3)
    take(all_of_us.quality, number, Step.PROPOSE_CANCEL, 4)
    with pytest.raises(Refused):
        take(all_of_us.quality, number, Step.CANCEL, 4)
    assert take(cast.collector, number, Step.CANCEL, 5) is Stage.CANCELLED
    assert live() == []


# Who sees what


def test_who_runs_or_audits_it_sees_all_a_head_the_own_branch_and_an_owner_the_own_action(all_of_us: Team) -> None:
    cast = all_of_us.cast
    ours = all_of_us.bring_to(opened(cast.meena), Stage.ACTION_PLANNED)
    other = opened(all_of_us.quality, key="two", office="TDO-3783")

    def seen(actor: Any) -> set[str]:
        return {one.number for one in nonconformity_lists.page(db.session(), actor, Filters(), 0, day(5)).lines}

    for reads_all in (all_of_us.quality, cast.auditor, cast.administrator):
        assert seen(reads_all) == {ours, other}
    assert seen(cast.meena) == seen(cast.bharat) == {ours}
    # Both stand below the Collector, each on a ladder of its own.
    assert seen(cast.collector) == {ours, other}
    assert seen(cast.development_officer) == {other}
    assert seen(cast.hansa) == seen(cast.ramila) == set()
    for stranger in (cast.hansa, cast.development_officer):
        with pytest.raises(NotFound):
            nonconformity_views.view(db.session(), stranger, ours, day(5), RULES)
        with pytest.raises(NotFound):
            take(stranger, ours, Step.REPORT_DONE, 5)


def test_an_auditor_reads_all_and_changes_nothing(all_of_us: Team) -> None:
    cast = all_of_us.cast
    for stage in (Stage.OPENED, Stage.ACTION_DONE, Stage.EFFECTIVE):
        number = all_of_us.bring_to(opened(cast.meena, key=stage), stage)
        for reader in (cast.auditor, cast.administrator):
            assert nonconformity_views.view(db.session(), reader, number, day(6), RULES).steps == []
            for step in (Step.CORRECT, Step.FIND_EFFECTIVE, Step.CLOSE):
                with pytest.raises(Refused):
                    take(reader, number, step, 6)


@pytest.mark.parametrize(
    ("mandate", "is_seen"),
    [
        (lambda: Mandate(None, date(2026, 7, 1), date(2026, 7, 1)), True),
        (lambda: Mandate(frozenset({office("MAM-3783")}), date(2026, 6, 1), date(2026, 9, 1)), True),
        # What is open still goes on in later months, and is none of the months before it was opened.
        (lambda: Mandate(None, date(2026, 9, 1), date(2026, 9, 1)), True),
        (lambda: Mandate(None, date(2026, 5, 1), date(2026, 6, 1)), False),
        (lambda: Mandate(frozenset({office("TDO-3783")}), date(2026, 6, 1), date(2026, 9, 1)), False),
        (lambda: None, False),
    ],
)
def test_an_auditor_reads_what_was_open_in_the_offices_and_months_of_the_mandate(
    all_of_us: Team, mandate: Any, is_seen: bool
) -> None:
    opened(all_of_us.cast.meena)
    auditor = replace(all_of_us.cast.auditor, mandate=mandate())
    assert bool(nonconformity_lists.everything(db.session(), auditor, Filters(), day(5))) is is_seen


def test_how_many_wait_for_somebody_is_counted(all_of_us: Team) -> None:
    cast = all_of_us.cast
    all_of_us.bring_to(opened(cast.meena, key="one"), Stage.ACTION_PLANNED)
    opened(cast.meena, key="two")

    def waiting(actor: Any) -> int:
        return nonconformity_lists.waiting_count(db.session(), actor)

    assert [waiting(one) for one in (cast.meena, cast.bharat, cast.hansa, cast.collector)] == [1, 1, 0, 0]


def test_the_tabs_and_filters_of_the_list_agree_with_its_counts(all_of_us: Team) -> None:
    cast = all_of_us.cast
    early, late = opened(cast.meena, -30, key="early"), opened(cast.meena, 0, key="late")
    ended = all_of_us.bring_to(opened(cast.meena, 0, key="ended"), Stage.CLOSED)

    def page(**filters: Any) -> Any:
        return nonconformity_lists.page(db.session(), cast.meena, Filters(**filters), 0, day(6))

    assert [one.number for one in page().lines] == [early, late]
    assert page().counts == {Tab.OPEN: 2, Tab.LATE: 1, Tab.ENDED: 1}
    assert [(one.number, one.is_late) for one in page(tab=Tab.LATE).lines] == [(early, True)]
    assert [one.number for one in page(tab=Tab.ENDED).lines] == [ended]
    assert page(source=Source.REPEAT).lines == page(stage=Stage.CORRECTED).lines == page(office_id=0).lines == []
    assert len(nonconformity_lists.everything(db.session(), cast.meena, Filters(), day(6))) == 2
    assert nonconformity_lists.open_of_office(db.session(), cast.collector, office("MAM-3783")) == 2
    assert [code for code, _name, _id in nonconformity_lists.offices_of(db.session(), cast.collector)] == ["MAM-3783"]


# The check of the effect


def counted(late_before: int, late_after: int) -> None:
    """Count a hundred answers in each of the three months before July and after it."""
    dholka = office("MAM-3783")
    counts: Counter[Count] = Counter()
    for late, months in ((late_before, (4, 5, 6)), (late_after, (8, 9, 10))):
        for month in months:
            counts[Count(Measure.LAPSED, dholka, date(2026, month, 1), "1|first|unexplained")] += late
            counts[Count(Measure.DISPOSED, dholka, date(2026, month, 1), "1|in_time")] += 100 - late
    with transaction() as session:
        write_tallies(session, gujarat(), counts, day(1))


NOVEMBER = 125.0


@pytest.mark.parametrize(
    ("late_before", "late_after", "verdict"),
    [(60, 20, Verdict.BETTER), (20, 60, Verdict.WORSE), (30, 28, Verdict.NOT_CLEAR)],
)
def test_its_own_figure_judges_months_after_the_action_and_a_worse_one_is_no_effect(
    all_of_us: Team, late_before: int, late_after: int, verdict: Verdict
) -> None:
    counted(late_before, late_after)
    cast = all_of_us.cast
    number = all_of_us.bring_to(opened(cast.meena, indicator="on_time"), Stage.ACTION_DONE)
    assert row_of(number).due_on == date(2026, 12, 1)
    with pytest.raises(Refused, match="have not ended yet"):
        take(all_of_us.quality, number, Step.FIND_EFFECTIVE, NOVEMBER - 5)
    shown = nonconformity_views.view(db.session(), all_of_us.quality, number, day(NOVEMBER), RULES)
    assert shown.effect is not None
    assert shown.effect.verdict is verdict
    assert (shown.effect.before.value, shown.effect.after.value) == (1 - late_before / 100, 1 - late_after / 100)
    if verdict is Verdict.WORSE:
        with pytest.raises(Invalid):
            take(all_of_us.quality, number, Step.FIND_EFFECTIVE, NOVEMBER)
        return
    take(all_of_us.quality, number, Step.FIND_EFFECTIVE, NOVEMBER)
    kept = trail_of(number)[-1].payload["effect"]
    assert (kept["verdict"], kept["indicator"], kept["before"]["cases"]) == (verdict, "on_time", 300)
    assert kept["months_after"] == ["2026-08-01", "2026-10-01"]
    assert nonconformity_trail.is_whole(db.session(), row_of(number))


def test_without_effect_the_analysis_begins_again_with_another_cause_and_owner(all_of_us: Team) -> None:
    counted(20, 60)
    cast = all_of_us.cast
    number = all_of_us.bring_to(opened(cast.meena, indicator="on_time"), Stage.ACTION_DONE)
    assert take(all_of_us.quality, number, Step.FIND_NOT_EFFECTIVE, NOVEMBER) is Stage.CORRECTED
    row = row_of(number)
    assert (row.owner_posting_id, row.done_on, row.due_on) == (None, None, date(2026, 12, 3))
    assert take(cast.meena, number, Step.FIND_CAUSE, NOVEMBER + 1, cause=Cause.SKILL) is Stage.CAUSE_FOUND


def test_the_owner_does_not_judge_the_own_action(all_of_us: Team) -> None:
    number = all_of_us.bring_to(opened(all_of_us.cast.meena), Stage.ACTION_DONE)
    with transaction() as session:
        promoted = post_again(session, all_of_us.cast.bharat.person_id or 0, office("COLL-438"), Role.SUPERVISOR)
    with pytest.raises(Refused, match="somebody else than who did it"):
        take(promoted, number, Step.FIND_EFFECTIVE, 9)


# Dates that pass


def test_a_missed_date_raises_it_office_by_office_and_the_time_counts_from_the_date(all_of_us: Team) -> None:
    cast = all_of_us.cast
    file_case()
    number = opened(cast.meena)
    assert sweep(day(7), RULES).fired == 0
    # After the eighth, and again each fortnight: all that was missed fires once, in its order.
    assert sweep(day(8), RULES).fired == 1
    row = row_of(number)
    assert (row.answerable_office_id, row.escalations, row.stage) == (office("RAC-438"), 1, Stage.OPENED)
    assert row.due_on == date(2026, 7, 8)
    assert sweep(day(8 + 14), RULES).fired == 1
    assert row_of(number).answerable_office_id == office("COLL-438")
    assert take(cast.collector, number, Step.CORRECT, 23) is Stage.CORRECTED
    assert replayed(one.step for one in trail_of(number)) is Stage.CORRECTED
    assert nonconformity_trail.is_whole(db.session(), row_of(number))


def test_after_a_stop_every_missed_step_fires_once_up_to_the_top_and_then_none(all_of_us: Team) -> None:
    file_case()
    number = opened(all_of_us.cast.meena)
    report = sweep(day(300), RULES)
    assert (report.fired, report.failed) == (6, 0)
    assert row_of(number).answerable_office_id == office("CS")
    assert row_of(number).escalations == 6
    assert live() == []
    assert sweep(day(900), RULES).fired == 0


def test_the_job_raises_what_is_late(all_of_us: Team) -> None:
    file_case()
    number = opened(all_of_us.cast.meena)
    ran = run_slot(JOBS["quality_deadlines"], day(8))
    assert ran is not None
    assert (ran.outcome, ran.report["fired"]) == ("done", 1)
    assert row_of(number).answerable_office_id == office("RAC-438")


def test_each_stage_has_its_date_and_what_is_done_in_time_escalates_nowhere(all_of_us: Team) -> None:
    number = opened(all_of_us.cast.meena)
    seen = [live()[0][0]]
    for stage in (Stage.CORRECTED, Stage.CAUSE_FOUND, Stage.ACTION_PLANNED, Stage.ACTION_DONE, Stage.EFFECTIVE):
        all_of_us.bring_to(number, stage, at=len(seen))
        ((clock, _ordinal),) = live()
        seen.append(clock)
    assert seen == ["correct", "analyse", "analyse", "act", "check", "check"]
    ended = Counter(db.session.scalars(select(QualityDeadline.ended_as).where(QualityDeadline.ended_at.is_not(None))))
    assert DeadlineEnd.FIRED not in ended
    assert row_of(number).escalations == 0


@pytest.mark.parametrize(
    ("setting", "value", "stage", "due_on"),
    [
        ("nonconformity_correct_days", 3, Stage.OPENED, date(2026, 7, 4)),
        ("nonconformity_analyse_days", 5, Stage.CORRECTED, date(2026, 7, 7)),
        ("nonconformity_check_days", 9, Stage.ACTION_DONE, date(2026, 11, 12)),
        ("nonconformity_effect_months", 1, Stage.ACTION_DONE, date(2026, 10, 1)),
    ],
)  # fmt: skip
def test_each_setting_moves_its_date(
    all_of_us: Team, monkeypatch: pytest.MonkeyPatch, setting: str, value: int, stage: Stage, due_on: date
) -> None:
    changed = replace(RULES, **{setting: value})
    monkeypatch.setattr("tests.services.corrective_steps.RULES", changed)
    number = all_of_us.bring_to(opened(all_of_us.cast.meena, indicator="on_time"), stage)
    assert row_of(number).due_on == due_on


def test_the_days_given_again_are_those_of_the_setting(all_of_us: Team) -> None:
    rules: Rules = replace(RULES, nonconformity_late_days=2)
    file_case()
    number = opened(all_of_us.cast.meena)
    assert sweep(day(10.5), rules).fired == 2
    assert row_of(number).answerable_office_id == office("COLL-438")


@pytest.mark.concurrency
def test_two_persons_at_once_take_one_step_and_the_other_is_told(own_app: Flask) -> None:
    with own_app.app_context():
        us = team(post_cast())
        number = us.bring_to(opened(us.cast.meena), Stage.ACTION_DONE)

        def judge(actor: Any, step: Step) -> Any:
            return lambda: nonconformities.take(actor, number, step, Given(text=DONE), 5, day(9), RULES)

        found = at_once(
            own_app, judge(us.quality, Step.FIND_EFFECTIVE), judge(us.cast.collector, Step.FIND_NOT_EFFECTIVE)
        )
        assert [type(one) for one in found if isinstance(one, Exception)] == [Stale]
        assert len(trail_of(number)) == 6
        assert replayed(one.step for one in trail_of(number)) is row_of(number).stage


@pytest.mark.concurrency
def test_opened_by_many_at_once_each_has_a_number_of_its_own_and_one_key_is_one(own_app: Flask) -> None:
    with own_app.app_context():
        us = team(post_cast())
        keys = ["one", "one", "two", "three"]
        numbers = at_once(own_app, *[lambda key=key: opened(us.quality, key=key) for key in keys])
        assert sorted(set(numbers)) == [f"NC-MAM-3783-2026-00{number}" for number in (1, 2, 3)]
        assert numbers[0] == numbers[1]


def test_a_step_at_the_moment_its_date_passes_ends_one_way(all_of_us: Team) -> None:
    number = opened(all_of_us.cast.meena)
    take(all_of_us.cast.meena, number, Step.CORRECT, 7)
    assert sweep(day(8), RULES).fired == 0
    assert row_of(number).escalations == 0


def test_who_has_no_part_in_it_is_forbidden_what_they_see(all_of_us: Team) -> None:
    number = opened(all_of_us.cast.meena)
    with pytest.raises(Forbidden):
        take(all_of_us.cast.collector, number, Step.CORRECT, 1)


def test_the_list_costs_the_same_however_many_there_are(all_of_us: Team, count_statements: Any) -> None:
    def cost() -> int:
        db.session.commit()
        with count_statements() as sent:
            nonconformity_lists.page(db.session(), all_of_us.quality, Filters(), 0, day(9))
        return len(sent)

    opened(all_of_us.cast.meena)
    one = cost()
    for key in ("two", "three", "four"):
        opened(all_of_us.cast.meena, key=key)
    assert cost() == one == 2


def test_a_page_costs_the_same_however_long_its_trail_and_however_many_its_cases(
    all_of_us: Team, count_statements: Any
) -> None:
    def cost(number: str) -> int:
        db.session.commit()
        with count_statements() as sent:
            nonconformity_views.view(db.session(), all_of_us.quality, number, day(9), RULES)
        return len(sent)

    short = all_of_us.bring_to(opened(all_of_us.cast.meena), Stage.ACTION_DONE)
    numbers = tuple(file_case(f"case {step}").number for step in range(4))
    long = all_of_us.bring_to(opened(all_of_us.cast.meena, key="long", numbers=numbers), Stage.ACTION_DONE)
    take(all_of_us.quality, long, Step.FIND_NOT_EFFECTIVE, 8)
    all_of_us.bring_to(long, Stage.ACTION_DONE, at=8)
    assert cost(short) == cost(long) == 8


def test_a_later_day_is_needed_for_nothing_that_has_no_figure(all_of_us: Team) -> None:
    number = all_of_us.bring_to(opened(all_of_us.cast.meena), Stage.ACTION_DONE)
    assert row_of(number).due_on >= date(2026, 7, 5) + timedelta(days=30)
    assert take(all_of_us.quality, number, Step.FIND_EFFECTIVE, 4) is Stage.EFFECTIVE
