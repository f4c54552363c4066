"""Management reviews: prepared, decided, signed for good, and what was decided comes back at the next one."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from swagat.database import db, transaction
from swagat.domain.errors import AlreadyDone, Forbidden, Invalid, NotFound, Refused, Stale
from swagat.domain.management_reviews import DecisionKind, DecisionState
from swagat.domain.nonconformities import Source, Stage
from swagat.domain.objectives import Unit, Verdict
from swagat.domain.roles import Actor
from swagat.domain.workflow import Action
from swagat.models import ManagementReview, Nonconformity, ObjectiveMonth, QualityObjective, ReviewDecision
from swagat.services import accounts, counting, internal_audits, management_reviews, nonconformity_opening, review_pages
from swagat.services.management_reviews import Decision
from swagat.services.review_pages import ReviewView, open_decisions, review_view, reviews
from tests.builders import KANTA, RULES, Cast, act, day, disposed, office
from tests.conftest import statements
from tests.services.planned_audits import CONCLUSION, JULY, VISIT, count, planned, post_manager, whole_paper

MINUTES = "The head and both officers went through the figures of July."
BOARD = "A board with the days stands at the door from September on."


@pytest.fixture
def manager(cast: Cast) -> Actor:
    return post_manager()


def begun(actor: Actor, month: date = JULY, at: float = VISIT) -> int:
    return management_reviews.begin(actor, "MAM-3783", month, month, day(at).date(), day(at))


def board(cast: Cast, **more: Any) -> Decision:
    assert cast.bharat.person_id is not None
    return Decision(**{"kind": DecisionKind.CHANGE, "text": BOARD, "owner_id": cast.bharat.person_id,
                       "due_on": date(2026, 9, 1)} | more)  # fmt: skip


def signed(cast: Cast, month: date = JULY, at: float = VISIT, text: str = BOARD) -> int:
    review_id = begun(cast.meena, month, at)
    management_reviews.decide(cast.meena, review_id, board(cast, text=text), day(at))
    management_reviews.sign(cast.meena, review_id, {}, MINUTES, 1, day(at))
    return review_id


def seen(actor: Actor, review_id: int, at: float = VISIT) -> ReviewView:
    found = review_view(db.session(), actor, review_id, day(at))
    db.session.commit()
    return found


def test_a_review_is_given_what_the_system_knows_of_the_office_and_period(cast: Cast, manager: Actor) -> None:
    act(KANTA, disposed(cast, "kanta", 2), Action.CONFIRM, 3)
    disposed(cast, "another", 2)
    count()
    audit_id = planned(manager)
    internal_audits.draw(cast.development_officer, audit_id, day(VISIT))
    internal_audits.keep(cast.development_officer, audit_id, whole_paper(2), 1, day(VISIT), RULES, is_report=True)
    view = seen(cast.meena, begun(cast.meena))
    assert sum(view.tally["disposed"].values()) == 2  # type: ignore[index]
    assert [(one["number"], one["nonconformities"]) for one in view.given["audits"]] == [("IA-2026-001", 1)]
    assert view.given["audits"][0]["conclusion"] == CONCLUSION


def test_signed_minutes_keep_the_figures_of_that_moment(cast: Cast) -> None:
    number = disposed(cast, "kanta", 2)
    count()
    review_id = signed(cast)
    before = seen(cast.meena, review_id)
    act(KANTA, number, Action.REFUSE, VISIT)
    counting.count_all(day(VISIT + 1))
    after = seen(cast.meena, review_id, VISIT + 2)
    assert (after.tally, after.as_of) == (before.tally, before.as_of)
    assert after.minutes == MINUTES


def test_nothing_of_signed_minutes_can_be_changed(cast: Cast, manager: Actor) -> None:
    review_id = signed(cast)
    decision_id = seen(cast.meena, review_id).decisions[0].id
    for actor in (cast.meena, manager):
        for attempt in (
            lambda actor=actor: management_reviews.keep(actor, review_id, {}, "Other words altogether.", 2),
            lambda actor=actor: management_reviews.decide(
                actor, review_id, board(cast, text="And one more."), day(VISIT)
            ),
            lambda actor=actor: management_reviews.drop(actor, review_id, decision_id),
            lambda actor=actor: management_reviews.sign(actor, review_id, {}, MINUTES, 2, day(VISIT)),
        ):
            with pytest.raises(Refused):
                attempt()
    assert seen(cast.meena, review_id).minutes == MINUTES


def test_a_decision_comes_back_at_the_next_review_until_it_was_carried_out(cast: Cast) -> None:
    first = signed(cast)
    decision_id = seen(cast.meena, first).decisions[0].id
    second = begun(cast.meena, date(2026, 8, 1), 65)
    assert [one["text"] for one in seen(cast.meena, second, 65).given["earlier"]] == [BOARD]
    management_reviews.carry_out(cast.bharat, decision_id, "The board stands since Monday.", day(66))
    earlier = seen(cast.meena, second, 67).given["earlier"][0]
    assert (earlier["what_was_done"], earlier["done_on"]) == ("The board stands since Monday.", "2026-09-05")
    third = begun(cast.meena, date(2026, 10, 1), 130)
    assert seen(cast.meena, third, 130).given["earlier"] == []


def test_what_was_done_is_written_once_by_the_owner_or_a_head_of_the_office(cast: Cast, manager: Actor) -> None:
    review_id = signed(cast)
    decision_id = seen(cast.meena, review_id).decisions[0].id
    for actor in (cast.hansa, cast.collector, cast.auditor, manager):
        with pytest.raises(NotFound):
            management_reviews.carry_out(actor, decision_id, "We did it, believe us.", day(VISIT))
    with pytest.raises(Invalid):
        management_reviews.carry_out(cast.bharat, decision_id, "done", day(VISIT))
    management_reviews.carry_out(cast.bharat, decision_id, "The board stands since Monday.", day(VISIT))
    with pytest.raises(AlreadyDone):
        management_reviews.carry_out(cast.meena, decision_id, "Something else was done.", day(VISIT))
    assert seen(cast.meena, review_id).decisions[0].state is DecisionState.CARRIED_OUT


def test_before_the_minutes_are_signed_nothing_is_carried_out(cast: Cast) -> None:
    review_id = begun(cast.meena)
    decision_id = management_reviews.decide(cast.meena, review_id, board(cast), day(VISIT))
    with pytest.raises(Refused):
        management_reviews.carry_out(cast.bharat, decision_id, "The board stands since Monday.", day(VISIT))


def test_only_a_head_of_that_office_signs(cast: Cast, manager: Actor) -> None:
    review_id = begun(manager)
    management_reviews.decide(manager, review_id, board(cast), day(VISIT))
    with pytest.raises(Forbidden):
        management_reviews.sign(manager, review_id, {}, MINUTES, 1, day(VISIT))
    management_reviews.sign(cast.meena, review_id, {}, MINUTES, 1, day(VISIT))
    assert seen(manager, review_id).row.signed_at == day(VISIT)


def test_minutes_are_signed_with_a_decision_and_words_and_not_before(cast: Cast) -> None:
    review_id = begun(cast.meena)
    with pytest.raises(Invalid) as refusal:
        management_reviews.sign(cast.meena, review_id, {}, "", 1, day(VISIT))
    assert set(refusal.value.errors) == {"minutes", "text"}
    assert seen(cast.meena, review_id).version == 1


def test_what_only_the_office_knows_is_kept_and_what_nobody_asked_for_is_not(cast: Cast) -> None:
    review_id = begun(cast.meena)
    notes = {"resources": " One officer is missing. ", "changes": " ", "audits": "All splendid."}
    management_reviews.keep(cast.meena, review_id, notes, MINUTES, 1)
    assert seen(cast.meena, review_id).notes == {"resources": "One officer is missing."}


def test_of_two_pages_that_were_open_the_second_loses_nothing_of_the_first(cast: Cast) -> None:
    review_id = begun(cast.meena)
    management_reviews.keep(cast.meena, review_id, {}, MINUTES, 1)
    with pytest.raises(Stale):
        management_reviews.keep(cast.meena, review_id, {}, "", 1)
    assert seen(cast.meena, review_id).minutes == MINUTES


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"text": "short"}, "text"),
        ({"kind": None}, "kind"),
        ({"owner_id": None}, "owner"),
        ({"owner_id": 999_999}, "owner"),
        ({"due_on": None}, "due_on"),
        ({"due_on": date(2026, 8, 1)}, "due_on"),
    ],
)
def test_a_decision_that_cannot_be_is_said_by_field(cast: Cast, wrong: dict[str, Any], field: str) -> None:
    review_id = begun(cast.meena)
    with pytest.raises(Invalid) as refusal:
        management_reviews.decide(cast.meena, review_id, board(cast, **wrong), day(VISIT))
    assert set(refusal.value.errors) == {field}


def test_who_is_posted_elsewhere_is_given_nothing_to_carry_out(cast: Cast) -> None:
    review_id, decision = begun(cast.meena), board(cast, owner_id=cast.collector.person_id)
    with pytest.raises(Invalid):
        management_reviews.decide(cast.meena, review_id, decision, day(VISIT))


def test_who_can_sign_in_no_more_is_given_nothing_to_carry_out(cast: Cast) -> None:
    review_id = begun(cast.meena)
    assert cast.bharat.person_id in dict(seen(cast.meena, review_id).owners)
    accounts.disable_person(cast.bharat.person_id or 0, day(VISIT))
    assert cast.bharat.person_id not in dict(seen(cast.meena, review_id).owners)
    with pytest.raises(Invalid):
        management_reviews.decide(cast.meena, review_id, board(cast), day(VISIT))


def test_a_second_press_decides_and_begins_nothing_twice(cast: Cast) -> None:
    review_id = begun(cast.meena)
    management_reviews.decide(cast.meena, review_id, board(cast), day(VISIT))
    with pytest.raises(AlreadyDone):
        management_reviews.decide(cast.meena, review_id, board(cast), day(VISIT))
    with pytest.raises(AlreadyDone):
        begun(cast.meena)
    assert db.session.scalar(select(func.count()).select_from(ReviewDecision)) == 1
    assert db.session.scalar(select(func.count()).select_from(ManagementReview)) == 1


def test_a_decision_can_be_taken_out_before_signing_and_not_by_way_of_another_review(cast: Cast) -> None:
    review_id = begun(cast.meena)
    decision_id = management_reviews.decide(cast.meena, review_id, board(cast), day(VISIT))
    other = begun(cast.meena, date(2026, 6, 1))
    with pytest.raises(NotFound):
        management_reviews.drop(cast.meena, other, decision_id)
    management_reviews.drop(cast.meena, review_id, decision_id)
    assert seen(cast.meena, review_id).decisions == []


@pytest.mark.parametrize(
    ("office", "first", "last", "field"),
    [
        ("MAM-0000", JULY, JULY, "office"),
        ("MAM-3783", date(2026, 8, 1), date(2026, 8, 1), "last"),
        ("MAM-3783", JULY, date(2026, 6, 1), "last"),
    ],
)
def test_what_cannot_be_reviewed_is_said_by_field(cast: Cast, office: str, first: date, last: date, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        management_reviews.begin(cast.meena, office, first, last, day(VISIT).date(), day(VISIT))
    assert set(refusal.value.errors) == {field}


def test_nobody_begins_or_notes_the_review_of_an_office_that_is_not_theirs(cast: Cast) -> None:
    review_id = begun(cast.meena)
    for actor in (cast.bharat, cast.collector, cast.auditor, cast.development_officer):
        with pytest.raises(Forbidden):
            begun(actor, date(2026, 6, 1))
        with pytest.raises(NotFound):
            management_reviews.keep(actor, review_id, {}, MINUTES, 1)


def test_a_review_is_read_by_who_reads_all_evidence_by_heads_and_by_owners_once_signed(
    cast: Cast, manager: Actor
) -> None:
    review_id = begun(cast.meena)
    management_reviews.decide(cast.meena, review_id, board(cast), day(VISIT))
    for actor, reads in ((manager, True), (cast.auditor, True), (cast.meena, True), (cast.collector, True),
                         (cast.bharat, False), (cast.hansa, False), (cast.development_officer, False)):  # fmt: skip
        assert bool(reviews(db.session(), actor)) is reads, actor
    with pytest.raises(NotFound):
        seen(cast.bharat, review_id)
    management_reviews.sign(cast.meena, review_id, {}, MINUTES, 1, day(VISIT))
    assert seen(cast.bharat, review_id).decisions[0].may_carry_out
    assert [one.text for _row, one in open_decisions(db.session(), cast.bharat, day(VISIT))] == [BOARD]


def test_what_is_open_is_listed_until_it_is_carried_out_and_says_when_it_is_late(cast: Cast) -> None:
    decision_id = seen(cast.meena, signed(cast)).decisions[0].id
    states = [one.state for _row, one in open_decisions(db.session(), cast.meena, day(70))]
    assert states == [DecisionState.LATE]
    management_reviews.carry_out(cast.meena, decision_id, "The board stands since Monday.", day(70))
    assert open_decisions(db.session(), cast.meena, day(70)) == []


def test_the_pages_cost_a_fixed_number_of_statements(cast: Cast) -> None:
    for month in range(1, 4):
        signed(cast, date(2026, month, 1), text=f"{BOARD} {month}")
    review_id = signed(cast)
    seen(cast.meena, review_id)
    for most, page in (
        (1, lambda: reviews(db.session(), cast.meena)),
        (1, lambda: open_decisions(db.session(), cast.meena, day(VISIT))),
        (2, lambda: review_pages.review_view(db.session(), cast.meena, review_id, day(VISIT))),
    ):
        with statements() as sent:
            page()
        assert len(sent) <= most, sent


def test_a_review_is_given_the_nonconformities_that_were_open_in_its_period(cast: Cast) -> None:
    with transaction() as session:
        for reference, at in (("before", -20), ("within", 10), ("after", 33)):
            nonconformity_opening.open_by_system(
                session, Source.APPEAL, office("MAM-3783"), reference, day(at), RULES, month=JULY
            )
        (ended,) = session.scalars(select(Nonconformity).where(Nonconformity.reference == "before"))
        ended.stage, ended.ended_at = Stage.CANCELLED, day(-1)
    given = seen(cast.meena, begun(cast.meena)).given["nonconformities"]
    assert [(one["number"], one["stage"]) for one in given] == [("NC-MAM-3783-2026-002", "opened")]


def test_a_review_is_given_how_many_months_of_each_objective_were_met(cast: Cast) -> None:
    aim = {"indicator": "on_time", "unit": Unit.PERCENT, "target_tenths": 800, "owner_id": cast.bharat.person_id}
    with transaction() as session:
        row = QualityObjective(
            office_id=office("MAM-3783"), first_month=date(2026, 5, 1), last_month=JULY,
            set_by_id=cast.meena.person_id, set_at=day(-90), **aim,
        )  # fmt: skip
        session.add(row)
        session.flush()
        months = ((5, Verdict.MISSED), (6, Verdict.MET), (7, Verdict.MET))
        for month, verdict in months:
            session.add(
                ObjectiveMonth(
                    objective_id=row.id, month=date(2026, month, 1), verdict=verdict, is_clear=True, judged_at=day(40)
                )
            )
    (given,) = seen(cast.meena, begun(cast.meena)).given["objectives"]
    assert (given["indicator"], given["met"], given["missed"]) == ("on_time", 1, 0)
