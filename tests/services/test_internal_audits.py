"""Internal audits: planned by the quality manager, drawn by lot, and reported by somebody of another office."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from swagat.database import db, transaction
from swagat.domain.errors import AlreadyDone, Forbidden, Invalid, NotFound, Refused, Stale
from swagat.domain.internal_audits import Answer, AuditState, Finding, Paper, seed_for
from swagat.domain.nonconformities import Severity, Source
from swagat.domain.quality import sampling
from swagat.domain.roles import Actor, Role
from swagat.domain.workflow import Action
from swagat.models import AuditedCase, FilingMode, Grievance, GrievanceEvent, InternalAudit, Nonconformity, Opening
from swagat.services import audit_pages, audit_planning, internal_audits
from swagat.services.audit_pages import audit_view, programme
from tests.builders import RULES, Cast, case, day, disposed, office, post, post_again
from tests.conftest import statements
from tests.services.planned_audits import (
    CONCLUSION,
    JULY,
    SHOWN,
    VISIT,
    WANTED,
    audit,
    count,
    planned,
    post_manager,
    whole_paper,
)


@pytest.fixture
def manager(cast: Cast) -> Actor:
    return post_manager()


def sampled(audit_id: int) -> list[int]:
    rows = select(AuditedCase.grievance_id).where(AuditedCase.audit_id == audit_id).order_by(AuditedCase.place)
    found = list(db.session.scalars(rows))
    db.session.commit()
    return found


def drawn(cast: Cast, manager: Actor, cases: int = 2) -> int:
    for step in range(cases):
        disposed(cast, f"case {step}", 2)
    count()
    audit_id = planned(manager)
    internal_audits.draw(cast.development_officer, audit_id, day(VISIT))
    return audit_id


def test_audits_are_numbered_within_their_state_and_year(cast: Cast, manager: Actor) -> None:
    first = planned(manager)
    second = planned(manager, replace(WANTED, office="TDO-3783", auditor="meena"))
    next_year = planned(
        manager, replace(WANTED, planned_on=date(2027, 1, 4), first=date(2026, 12, 1), last=date(2026, 12, 1))
    )
    rows = [(audit(one).year, audit(one).running) for one in (first, second, next_year)]
    assert rows == [(2026, 1), (2026, 2), (2027, 1)]


def test_the_same_audit_is_not_planned_twice_by_a_second_press(cast: Cast, manager: Actor) -> None:
    planned(manager)
    with pytest.raises(AlreadyDone):
        planned(manager)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"office": "MAM-0000"}, "office"),
        ({"auditor": "nobody"}, "auditor"),
        ({"auditor": "bharat"}, "auditor"),
        ({"auditor": "ramila"}, "auditor"),
        ({"first": date(2026, 8, 1)}, "last"),
        ({"planned_on": date(2026, 7, 31)}, "planned_on"),
        ({"first": date(2026, 5, 1), "last": date(2026, 5, 1), "planned_on": date(2026, 6, 30)}, "planned_on"),
        ({"sample_size": 2}, "sample_size"),
        ({"sample_size": 51}, "sample_size"),
    ],
)
def test_what_cannot_be_planned_is_said_by_field(
    cast: Cast, manager: Actor, wrong: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        planned(manager, replace(WANTED, **wrong))
    assert set(refusal.value.errors) == {field}
    assert db.session.scalar(select(InternalAudit.id)) is None


def test_nobody_but_the_quality_manager_plans_or_takes_off(cast: Cast, manager: Actor) -> None:
    audit_id = planned(manager)
    for actor in (cast.meena, cast.auditor, cast.administrator, cast.development_officer):
        with pytest.raises(Forbidden):
            planned(actor)
        with pytest.raises(Forbidden):
            audit_planning.cancel(actor, audit_id, "Because I would like that.", day(VISIT))


def test_who_was_posted_at_the_office_in_the_period_does_not_audit_it(cast: Cast, manager: Actor) -> None:
    with transaction() as session:
        assert cast.development_officer.person_id is not None
        post_again(session, cast.development_officer.person_id, office("MAM-3783"), Role.OFFICER)
    with pytest.raises(Invalid) as refusal:
        planned(manager)
    assert set(refusal.value.errors) == {"auditor"}


def test_the_draw_is_by_lot_and_anybody_can_make_it_again(cast: Cast, manager: Actor) -> None:
    numbers = [disposed(cast, f"case {step}", 2) for step in range(5)]
    count()
    audit_id = planned(manager)
    assert internal_audits.draw(cast.development_officer, audit_id, day(VISIT)) == 3
    entries = select(GrievanceEvent.digest).where(GrievanceEvent.action == Action.DISPOSE)
    seed = seed_for("GJ", "IA-2026-001", db.session.scalars(entries))
    row = audit(audit_id)
    assert (row.seed, row.population) == (seed, 5)
    assert sampled(audit_id) == sampling.draw([case(number).id for number in numbers], seed, 3)


def test_only_what_the_office_decided_in_the_period_is_drawn_counted_yet_or_not(cast: Cast, manager: Actor) -> None:
    in_july = disposed(cast, "july", 2)
    in_august = disposed(cast, "august", 32)
    imported = disposed(cast, "imported", 2)
    with transaction() as session:
        session.execute(
            update(Grievance).where(Grievance.registration_number == imported).values(mode=FilingMode.IMPORTED)
        )
    count()
    late = disposed(cast, "not counted yet", 3)
    audit_id = planned(manager)
    internal_audits.draw(cast.development_officer, audit_id, day(VISIT))
    assert set(sampled(audit_id)) == {case(in_july).id, case(late).id}
    assert case(in_august).id not in sampled(audit_id)


@pytest.mark.parametrize("about", ["accused_person_id", "accused_office_id"])
def test_a_case_about_the_auditor_counts_for_the_seed_and_is_not_drawn(cast: Cast, manager: Actor, about: str) -> None:
    numbers = [disposed(cast, key, 2) for key in ("about them", "about others")]
    auditor = cast.development_officer
    given = {"accused_person_id": auditor.person_id, "accused_office_id": auditor.office_id}
    with transaction() as session:
        which = Grievance.registration_number == numbers[0]
        session.execute(update(Grievance).where(which).values({about: given[about]}))
    count()
    audit_id = planned(manager)
    internal_audits.draw(auditor, audit_id, day(VISIT))
    entries = select(GrievanceEvent.digest).where(GrievanceEvent.action == Action.DISPOSE)
    assert audit(audit_id).seed == seed_for("GJ", "IA-2026-001", db.session.scalars(entries))
    assert sampled(audit_id) == [case(numbers[1]).id]


def test_an_office_that_decided_nothing_is_audited_without_cases(cast: Cast, manager: Actor) -> None:
    audit_id = drawn(cast, manager, 0)
    assert sampled(audit_id) == []
    internal_audits.keep(cast.development_officer, audit_id, whole_paper(0), 1, day(VISIT), RULES, is_report=True)
    assert audit(audit_id).reported_at == day(VISIT)


def test_nothing_is_drawn_before_the_period_has_ended(cast: Cast, manager: Actor) -> None:
    audit_id = planned(manager)
    with pytest.raises(Refused):
        internal_audits.draw(cast.development_officer, audit_id, day(30))
    assert audit(audit_id).drawn_at is None


def test_for_everybody_but_its_auditor_there_is_no_audit_to_work_on(cast: Cast, manager: Actor) -> None:
    audit_id = drawn(cast, manager)
    for actor in (manager, cast.auditor, cast.meena, cast.collector):
        for attempt in (
            lambda actor=actor: internal_audits.draw(actor, audit_id, day(VISIT)),
            lambda actor=actor: internal_audits.keep(actor, audit_id, whole_paper(2), 1, day(VISIT), RULES),
            lambda actor=actor: audit_pages.open_case(actor, audit_id, 1, day(VISIT)),
        ):
            with pytest.raises(NotFound):
                attempt()


def test_what_is_kept_is_there_again_and_nothing_is_reported_by_keeping(cast: Cast, manager: Actor) -> None:
    audit_id = drawn(cast, manager)
    some = Paper({"told": Answer("minor", SHOWN)}, {2: Answer("not_clear", "")}, "So far so good.")
    internal_audits.keep(cast.development_officer, audit_id, some, 1, day(VISIT), RULES)
    view = audit_view(db.session(), cast.development_officer, audit_id)
    assert view.answers["told"] == Answer("minor", SHOWN)
    assert [one.answer for one in view.cases] == [Answer(None, ""), Answer("not_clear", "")]
    assert (view.conclusion, view.row.state, view.version) == ("So far so good.", AuditState.DRAWN, 2)


def test_of_two_pages_that_were_open_the_second_loses_nothing_of_the_first(cast: Cast, manager: Actor) -> None:
    audit_id = drawn(cast, manager)
    internal_audits.keep(cast.development_officer, audit_id, whole_paper(2), 1, day(VISIT), RULES)
    with pytest.raises(Stale):
        internal_audits.keep(cast.development_officer, audit_id, Paper({}, {}, ""), 1, day(VISIT), RULES)
    assert audit(audit_id).conclusion == CONCLUSION


def test_a_report_needs_everything_and_then_stays_as_it_is(cast: Cast, manager: Actor) -> None:
    audit_id = drawn(cast, manager)
    with pytest.raises(Invalid):
        internal_audits.keep(cast.development_officer, audit_id, whole_paper(1), 1, day(VISIT), RULES, is_report=True)
    internal_audits.keep(cast.development_officer, audit_id, whole_paper(2), 1, day(VISIT), RULES, is_report=True)
    for attempt in (
        lambda: internal_audits.keep(cast.development_officer, audit_id, Paper({}, {}, ""), 2, day(VISIT), RULES),
        lambda: audit_planning.cancel(manager, audit_id, "We would rather forget it.", day(VISIT)),
    ):
        with pytest.raises(Refused):
            attempt()
    view = audit_view(db.session(), manager, audit_id)
    assert (view.row.state, view.findings[Finding.MINOR]) == (AuditState.REPORTED, 1)


def test_each_nonconformity_of_a_report_is_opened_once_about_the_office_in_the_auditors_words(
    cast: Cast, manager: Actor
) -> None:
    audit_id = drawn(cast, manager)
    internal_audits.keep(cast.development_officer, audit_id, whole_paper(2), 1, day(VISIT), RULES)
    assert db.session.scalars(select(Nonconformity)).all() == []
    internal_audits.keep(cast.development_officer, audit_id, whole_paper(2), 2, day(VISIT), RULES, is_report=True)
    one = db.session.scalars(select(Nonconformity)).one()
    assert (one.office_id, one.source, one.severity) == (office("MAM-3783"), Source.INTERNAL_AUDIT, Severity.MINOR)
    assert one.statement == f"IA-2026-001, 8.2.1: {SHOWN}"
    assert audit_view(db.session(), cast.meena, audit_id).opened == {"told": one.number}


def test_what_is_noted_is_the_auditors_own_until_it_is_reported(cast: Cast, manager: Actor) -> None:
    audit_id = drawn(cast, manager)
    internal_audits.keep(cast.development_officer, audit_id, whole_paper(2), 1, day(VISIT), RULES)
    readers = (manager, cast.auditor, cast.meena, cast.collector)
    for actor in readers:
        view = audit_view(db.session(), actor, audit_id)
        assert (view.conclusion, view.cases, view.findings[Finding.MINOR]) == ("", [], 0)
    internal_audits.keep(cast.development_officer, audit_id, whole_paper(2), 2, day(VISIT), RULES, is_report=True)
    for actor in readers:
        assert audit_view(db.session(), actor, audit_id).conclusion == CONCLUSION


def test_an_audit_is_read_by_who_reads_all_evidence_its_auditor_and_the_heads_it_is_about(
    cast: Cast, manager: Actor
) -> None:
    audit_id = planned(manager)
    with transaction() as session:
        neighbour = post(session, "neighbour", "MAM-3784", Role.SUPERVISOR)
    for actor, reads in (
        (manager, True),
        (cast.auditor, True),
        (cast.development_officer, True),
        (cast.meena, True),
        (cast.collector, True),
        (cast.bharat, False),
        (cast.ramila, False),
        (neighbour, False),
    ):
        assert bool(programme(db.session(), actor, 2026)) is reads, actor.role
        if not reads:
            with pytest.raises(NotFound):
                audit_view(db.session(), actor, audit_id)


def test_a_case_of_the_draw_is_opened_by_its_auditor_without_a_name_and_that_is_logged(
    cast: Cast, manager: Actor
) -> None:
    audit_id = drawn(cast, manager)
    _view, one, past = audit_pages.open_case(cast.development_officer, audit_id, 1, day(VISIT))
    assert past.happenings[0].action is Action.FILE
    opening = db.session.scalars(select(Opening)).one()
    assert (opening.what, opening.reason) == ("internal audit", "IA-2026-001")
    assert opening.grievance_id == case(one.number).id
    internal_audits.keep(cast.development_officer, audit_id, whole_paper(2), 1, day(VISIT), RULES, is_report=True)
    with pytest.raises(NotFound):
        audit_pages.open_case(cast.development_officer, audit_id, 1, day(VISIT))


def test_taken_off_the_programme_it_stays_listed_with_the_reason(cast: Cast, manager: Actor) -> None:
    audit_id = planned(manager)
    with pytest.raises(Invalid):
        audit_planning.cancel(manager, audit_id, "no", day(VISIT))
    audit_planning.cancel(manager, audit_id, "The office was flooded that week.", day(VISIT))
    view = audit_view(db.session(), cast.meena, audit_id)
    assert (view.row.state, view.cancelled_because) == (AuditState.CANCELLED, "The office was flooded that week.")
    with pytest.raises(AlreadyDone):
        audit_planning.cancel(manager, audit_id, "The office was flooded that week.", day(VISIT))
    with pytest.raises(Refused):
        internal_audits.draw(cast.development_officer, audit_id, day(VISIT))
    assert planned(manager) != audit_id


def test_the_programme_is_one_statement_and_an_audit_three_however_many_cases(cast: Cast, manager: Actor) -> None:
    audit_id = drawn(cast, manager, 3)
    session = db.session()
    audit_view(session, cast.development_officer, audit_id)
    with statements() as sent:
        programme(session, cast.development_officer, 2026)
    assert len(sent) == 1
    with statements() as sent:
        audit_view(session, cast.development_officer, audit_id)
    assert len(sent) == 3


def test_a_year_shows_its_own_audits(cast: Cast, manager: Actor) -> None:
    planned(manager)
    assert [row.first for row in programme(db.session(), manager, 2026)] == [JULY]
    assert list(programme(db.session(), manager, 2027)) == []


def test_the_visit_may_be_planned_for_any_day_of_this_month(cast: Cast, manager: Actor) -> None:
    wanted = replace(WANTED, first=date(2026, 6, 1), last=date(2026, 6, 1), planned_on=date(2026, 7, 2))
    assert audit_planning.plan(manager, wanted, day(0) + timedelta(days=20))
