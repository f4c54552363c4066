"""What a head counts: each number is as long as its list, nobody sees more than is theirs, and nothing costs more."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from swagat.database import db
from swagat.domain.errors import Forbidden, NotFound
from swagat.domain.roles import Actor
from swagat.domain.workflow import Action, Need
from swagat.models import Grievance
from swagat.services import branch_numbers, branches, selections, supervised_lists, supervision
from swagat.services.move import Asked
from swagat.services.scope import grievances_visible_to
from swagat.services.supervised import HORIZONS, OF_AN_OFFICE, Measure
from swagat.services.supervised_lists import Wanted
from tests.builders import BEGAN, KANTA, RULES, Cast, act, assigned, case, day, disposed, file_case, office
from tests.supervised import escalated_now, many_cases

Counting = Callable[[], AbstractContextManager[list[str]]]
ASKED = {Need.REMARK: "નકલ સાથે અહેવાલ આપો."}


def numbers_in(actor: Actor, wanted: Wanted, now: object = BEGAN) -> list[str]:
    """Return every case of a list, page after page, after checking that it is as long as it says."""
    found, key = [], ""
    while True:
        listed = supervised_lists.listed(db.session(), actor, wanted, now, key)  # type: ignore[arg-type]
        found += [row.number for row in listed.page.rows]
        if not listed.page.later:
            break
        key = listed.page.later
    assert len(found) == len(set(found)) == listed.cases
    return found


def visible_to(actor: Actor) -> set[str]:
    return set(db.session.scalars(select(Grievance.registration_number).where(grievances_visible_to(actor))))


def overview(actor: Actor, now: object = BEGAN, rules: object = RULES) -> supervision.Overview:
    return supervision.overview(db.session(), actor, now, rules)  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_number_is_as_long_as_its_list_and_every_case_of_it_can_be_opened(cast: Cast, seed: int) -> None:
    many_cases(cast, seed)
    counted = set()
    for head in cast.heads:
        found, mine = overview(head), visible_to(head)
        for measure, number in found.numbers.items():
            listed = numbers_in(head, Wanted(measure))
            assert len(listed) == number, measure
            assert set(listed) <= mine, measure
            counted |= {measure} if number else set()
        for days in HORIZONS:
            listed = numbers_in(head, Wanted(Measure.COMING, days=days))
            assert len(listed) == found.coming[days]
            assert set(listed) <= mine
            counted |= {Measure.COMING} if listed else set()
        for one in found.offices:
            for measure in OF_AN_OFFICE:
                listed = numbers_in(head, Wanted(measure, one.office_id))
                assert len(listed) == one.numbers[measure], (measure, one.name.en)
                assert set(listed) <= mine, measure
                counted |= {measure} if listed else set()
    assert counted == set(Measure)


@pytest.mark.parametrize("seed", [4, 5])
def test_the_numbers_of_officers_are_as_long_as_their_lists_and_add_up_to_the_office(cast: Cast, seed: int) -> None:
    many_cases(cast, seed)
    head = cast.additional_collector
    for one in overview(head).offices:
        view = supervised_lists.office_view(db.session(), head, one.office_id, BEGAN)
        for measure in OF_AN_OFFICE:
            for officer in view.officers:
                listed = numbers_in(head, Wanted(measure, one.office_id, officer.posting_id or 0))
                assert len(listed) == officer.numbers[measure]
            assert sum(officer.numbers[measure] for officer in view.officers) == one.numbers[measure]
        assert min(officer.oldest for officer in view.officers) >= (one.oldest or BEGAN.date())


def test_a_case_about_the_head_or_their_office_is_in_no_number(cast: Cast) -> None:
    file_case("ours")
    file_case("office", accused_office_id=office("RAC-438"))
    file_case("person", accused_person_id=cast.additional_collector.person_id)
    (mine,) = overview(cast.additional_collector).offices
    (theirs,) = overview(cast.collector).offices
    assert (mine.numbers[Measure.OPEN], theirs.numbers[Measure.OPEN]) == (1, 3)


def test_what_stands_worst_stands_first(cast: Cast) -> None:
    many_cases(cast, 6)
    found = [one.numbers[Measure.LATE] for one in overview(cast.chief_secretary).offices]
    assert len(found) > 2
    assert found == sorted(found, reverse=True)


def test_offices_come_in_pages(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    many_cases(cast, 7)
    whole = [one.office_id for one in overview(cast.collector).offices]
    monkeypatch.setattr(branch_numbers, "OFFICES_SHOWN", 2)
    session, named = db.session(), supervision.names_of(cast.collector, BEGAN)
    first, more = branch_numbers.office_numbers(session, named)
    last, no_more = branch_numbers.office_numbers(session, named, 2)
    assert [one.office_id for one in [*first, *last]] == whole
    assert (more, no_more) == (True, False)


def test_what_came_up_says_from_where_when_and_why(cast: Cast) -> None:
    refused = disposed(cast, "refused")
    act(KANTA, refused, Action.REFUSE, 1)
    (only,) = overview(cast.additional_collector, day(2)).came_up
    assert only.why is not None
    assert (only.row.number, only.lapses, only.why.at) == (refused, 0, day(1))
    assert (only.why.action, only.why.office.en) == (Action.REFUSE, "Mamlatdar, Dholka")
    (late,), now = escalated_now(cast, 1)
    found = {one.row.number: one for one in overview(cast.additional_collector, now).came_up}
    why = found[late].why
    assert why is not None
    assert (found[late].lapses, why.action) == (1, Action.ESCALATE)


def test_more_than_the_cap_of_a_day_is_grouped_and_every_case_came_up_all_the_same(cast: Cast) -> None:
    numbers, now = escalated_now(cast, 4)
    head = cast.additional_collector
    found = overview(head, now, replace(RULES, came_up_cap=4))
    assert (found.is_grouped, len(found.came_up), found.groups) == (False, 4, ())
    grouped = overview(head, now, replace(RULES, came_up_cap=3))
    assert (grouped.is_grouped, grouped.came_up) == (True, ())
    (group,) = grouped.groups
    assert (group.office_id, group.cases) == (cast.meena.office_id, 4)
    wanted = Wanted(Measure.CAME_UP_TODAY, category_id=group.category_id, from_office_id=group.office_id)
    assert set(numbers_in(head, wanted, now)) == set(numbers)
    assert {case(number).answerable_office_id for number in numbers} == {head.office_id}
    assert not overview(head, now + timedelta(days=1), replace(RULES, came_up_cap=3)).is_grouped


def test_an_office_that_is_not_below_has_no_list_and_no_officers(cast: Cast) -> None:
    for wanted in (Wanted(Measure.OPEN, cast.collector.office_id), Wanted(Measure.OPEN, None), Wanted(Measure.OPEN, 0)):
        with pytest.raises(NotFound):
            numbers_in(cast.meena, wanted)
    with pytest.raises(NotFound):
        supervised_lists.office_view(db.session(), cast.meena, cast.collector.office_id or 0, BEGAN)


def test_a_branch_follows_one_ladder_all_the_way(cast: Cast) -> None:
    dholka, collector = cast.meena.office_id or 0, cast.collector.office_id or 0
    assert branches.ladders_within(collector, dholka) >= {"revenue", "general"}
    assert branches.ladders_within(cast.commissioner.office_id or 0, dholka) == {"revenue"}
    assert branches.ladders_within(dholka, collector) == frozenset()
    assert {cast.additional_collector.office_id, collector} <= branches.offices_above(dholka)


def test_a_number_costs_the_same_statements_however_many_cases_there_are(
    cast: Cast, count_statements: Counting
) -> None:
    many_cases(cast, 8)
    overview(cast.collector)
    with count_statements() as sent:
        overview(cast.collector)
    assert len(sent) <= 8, sent


# What is done to a selection


def test_each_case_of_a_selection_is_done_or_refused_by_itself(cast: Cast) -> None:
    good, stale, foreign = assigned(cast, "good"), assigned(cast, "stale"), assigned(cast, "foreign")
    seen = {good: case(good).version, stale: 1, foreign: case(foreign).version, "GJ-2026-0000000-0": 1}
    act(cast.meena, foreign, Action.TRANSFER, office_id=cast.development_officer.office_id)
    asked = Asked(texts=ASKED, expected_on=day(9).date())
    result = selections.act_on_each(cast.additional_collector, seen, Action.DIRECT, asked, day(1), RULES)
    assert result.done == [good]
    assert {number for number, _why in result.refused} == seen.keys() - {good}
    assert case(good).directing_office_id == cast.additional_collector.office_id
    assert case(stale).directing_office_id is None


@pytest.mark.parametrize(
    "action", [Action.DISPOSE, Action.APPROVE, Action.DISMISS_APPEAL, Action.WITHDRAW, Action.CLOSE]
)
def test_nothing_that_ends_a_case_is_done_to_a_selection(cast: Cast, action: Action) -> None:
    with pytest.raises(Forbidden):
        selections.act_on_each(cast.collector, {"GJ-2026-0000001-1": 1}, action, Asked(), BEGAN, RULES)


def test_more_than_a_hundred_cases_are_not_taken_in_silence(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selections, "MOST_AT_ONCE", 1)
    seen = {number: case(number).version for number in (assigned(cast, "one"), assigned(cast, "two"))}
    asked = Asked(texts=ASKED, expected_on=day(9).date())
    result = selections.act_on_each(cast.additional_collector, seen, Action.LIST_FOR_SITTING, asked, day(1), RULES)
    assert len(result.done) == len(result.refused) == 1
