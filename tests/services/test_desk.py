"""The lists of a desk: their order, their pages, their counts, what narrows them, and what is found."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest

from swagat.database import db
from swagat.domain.case import Outcome
from swagat.domain.errors import Invalid
from swagat.domain.roles import Role
from swagat.domain.search import NumberPart, Sought
from swagat.domain.workflow import Action, Status
from swagat.services import catalogue, desk, desk_pages, desk_search, places, sheet
from swagat.services.desk import Filters, Tab
from swagat.services.desk_pages import PAGE, Page, Row
from tests.builders import (
    KANTA,
    RULES,
    Cast,
    act,
    assigned,
    case,
    copies,
    day,
    dholka,
    disposed,
    file_case,
    office,
    reported,
)

Counting = Callable[[], AbstractContextManager[list[str]]]


def listed(cast: Cast, tab: Tab, filters: Filters = Filters(), who: str = "meena") -> list[str]:
    return [row.number for row in desk.page(db.session(), getattr(cast, who), tab, filters).rows]


def found(cast: Cast, sought: Sought, who: str = "meena") -> list[str]:
    return [row.number for row in desk_search.search(db.session(), getattr(cast, who), sought).rows]


def walk(read: Callable[[str], Page], step: str) -> list[Page]:
    """Return every page from the first one on, in the direction of `step`."""
    pages, key = [read("")], ""
    while key := getattr(pages[-1], step):
        pages.append(read(key))
    return pages


# Order and pages


def test_danger_stands_first_and_then_what_has_least_time_left(cast: Cast) -> None:
    late, calm, danger = file_case("late", 0).number, file_case("calm", 9).number, file_case("danger", 9).number
    act(KANTA, danger, Action.MARK_IMMEDIATE, 9)
    assert listed(cast, Tab.OFFICE) == [danger, late, calm]


def test_a_line_says_everything_the_list_shows(cast: Cast) -> None:
    number = assigned(cast, place_text="Near the lake")
    (row,) = desk.page(db.session(), cast.meena, Tab.OFFICE, Filters()).rows
    kept = case(number)
    assert row == Row(
        id=kept.id, number=number, urgency=1, due_at=kept.due_at, due_on=kept.due_on, status=Status.ASSIGNED, level=1,
        cycle=1, clock_state=kept.clock_state, category_id=kept.category_id, place_text="Near the lake",
        received_on=kept.received_on, version=kept.version, office_id=kept.office_id, place_en="Dholka",
        place_local="ધોળકા", officer_en="Bharat Solanki", officer_local="ભરત સોલંકી", office_en="Mamlatdar, Dholka",
        office_hi="मामलतदार, Dholka", office_gu="મામલતદાર, ધોળકા",
    )  # fmt: skip


@pytest.mark.parametrize("size", [1, 2, 5, 23, 24, 25])
def test_pages_hold_every_case_once_in_order_forwards_and_backwards(
    cast: Cast, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_pages, "PAGE", size)
    number = file_case().number
    due_at = case(number).due_at
    copies(number, 23, lambda step: {"urgency": step % 2, "due_at": due_at + timedelta(days=step // 6)})
    session = db.session()
    pages = walk(lambda key: desk.page(session, cast.meena, Tab.OFFICE, Filters(), key), "later")
    rows = [row for page in pages for row in page.rows]
    assert rows == sorted(rows, key=lambda row: (row.urgency, row.due_at, row.id))
    assert len({row.id for row in rows}) == len(rows) == 24
    assert (pages[0].earlier, pages[-1].later) == ("", "")
    back = pages[-1]
    for page in reversed(pages[:-1]):
        back = desk.page(session, cast.meena, Tab.OFFICE, Filters(), back.earlier)
        assert back.rows == page.rows
    assert back.earlier == ""


def test_search_shows_the_newest_first_in_pages_too(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk_pages, "PAGE", 4)
    copies(file_case().number, 9)
    session = db.session()
    pages = walk(lambda key: desk_search.search(session, cast.meena, Sought(words="ઉતારા"), key), "later")
    ids = [row.id for page in pages for row in page.rows]
    assert ids == sorted(ids, reverse=True)
    assert len(ids) == 10
    back = desk_search.search(session, cast.meena, Sought(words="ઉતારા"), pages[-1].earlier)
    assert back.rows == pages[-2].rows


@pytest.mark.parametrize(
    "key",
    ["x1.2.3", "f", "b", "f1", "f1.2", "f1.2.3.4", "f1.2.x", "f2.0.1", "f-1.0", "f1.99999999999999999.1",
     "f1.2.99999999999999999999", "f1..3", "f 1.2.3", "f1.2.3 ", "1.2.3", "ff1.2.3", "f\u0967.2.3", "f1.2.3\n"],
)  # fmt: skip
def test_a_page_that_is_not_of_our_making_is_refused(cast: Cast, key: str) -> None:
    with pytest.raises(Invalid):
        desk.page(db.session(), cast.meena, Tab.OFFICE, Filters(), key)
    if key != "f1":
        with pytest.raises(Invalid):
            desk_search.search(db.session(), cast.meena, Sought(words="x"), key)


# Which case stands in which list


def test_each_case_stands_in_the_lists_of_what_it_waits_for(cast: Cast) -> None:
    unassigned = file_case("unassigned").number
    mine = assigned(cast, "mine")
    waiting = assigned(cast, "waiting")
    act(cast.bharat, waiting, Action.SEEK_CLARIFICATION)
    with_head = reported(cast, "reported")
    unreached = reported(cast, "unreached")
    act(cast.meena, unreached, Action.DISPOSE, outcome=Outcome.REDRESSED)
    answered = disposed(cast, "answered")
    appealed = disposed(cast, "appealed")
    act(KANTA, appealed, Action.LODGE_APPEAL, 1)
    refused = disposed(cast, "refused")
    act(KANTA, refused, Action.REFUSE, 1)
    closed = disposed(cast, "closed")
    act(KANTA, closed, Action.CONFIRM, 1)

    open_here = {unassigned, mine, waiting, with_head, appealed, refused}
    at_head = {tab: set(listed(cast, tab)) for tab in Tab}
    assert at_head == {
        Tab.OFFICE: open_here,
        Tab.MINE: set(),
        Tab.UNASSIGNED: {unassigned, refused},
        Tab.CAME_UP: set(),
        Tab.APPEALS: set(),
        Tab.TO_PLACE: set(),
        Tab.WAITING: {waiting},
        Tab.DIRECTIONS: set(),
        Tab.OWED: set(),
        Tab.NOT_REACHED: {unreached},
        Tab.DISPOSED: {unreached, answered},
    }
    assert set(listed(cast, Tab.MINE, who="bharat")) == {mine, waiting, with_head, appealed}
    above = {tab: set(listed(cast, tab, who="additional_collector")) for tab in Tab}
    assert above == {tab: set() for tab in Tab} | {Tab.CAME_UP: {refused}, Tab.APPEALS: {appealed}}


def test_a_case_sent_round_waits_for_who_stands_above_all_its_offices(cast: Cast) -> None:
    number = file_case().number
    copies(number, 1, lambda _step: {"deciding_office_id": cast.collector.office_id, "transfers": 3})
    assert len(listed(cast, Tab.TO_PLACE, who="collector")) == 1
    assert listed(cast, Tab.TO_PLACE) == []


def test_counts_agree_with_the_lists_and_end_at_one_more_than_is_said(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    copies(file_case().number, 12)
    assert desk.counts(db.session(), cast.meena)[Tab.OFFICE] == 13
    monkeypatch.setattr(desk, "MOST_COUNTED", 9)
    assert desk.counts(db.session(), cast.meena)[Tab.OFFICE] == 10


# Narrowing


def test_a_list_is_narrowed_by_subject_place_and_status(cast: Cast) -> None:
    lake = assigned(cast, "one")
    other = next(one for one in catalogue.leaves(catalogue.category_named("GRP-REV").id) if one.code != "REV-712")
    sanand = next(one for one in places.talukas(dholka().parent_id or 0) if one.name_en == "Sanand")
    moved = copies(lake, 1, lambda _step: {"category_id": other.id, "place_id": sanand.id})[0]
    assert listed(cast, Tab.OFFICE, Filters(category_id=other.id)) == [moved]
    assert listed(cast, Tab.OFFICE, Filters(place_id=sanand.id)) == [moved]
    assert set(listed(cast, Tab.OFFICE, Filters(place_id=sanand.parent_id))) == {lake, moved}
    assert set(listed(cast, Tab.OFFICE, Filters(status=Status.ASSIGNED))) == {lake, moved}
    assert listed(cast, Tab.OFFICE, Filters(status=Status.REGISTERED)) == []
    assert listed(cast, Tab.OFFICE, Filters(category_id=999_999, place_id=1)) == []
    assert Filters(category_id=1, status=Status.ASSIGNED).chosen == 2


def test_places_to_narrow_by_lie_in_the_place_of_the_office(cast: Cast) -> None:
    session = db.session()
    districts = {one.name_en for one in desk.places_below(session, cast.secretary.office_id or 0)}
    talukas = {one.name_en for one in desk.places_below(session, cast.collector.office_id or 0)}
    assert "Ahmedabad" in districts
    assert {"Dholka", "Sanand"} <= talukas
    assert desk.places_below(session, 999_999_999) == []


# Finding


@pytest.mark.parametrize(
    "words",
    ["ઉતારા", "ઉતારો", "ઉતારામાં", "7/12", "૭/૧૨", "KANTA", "kanta makwana", "નામ ખોટું"],
)
def test_words_are_found_in_whatever_form_they_are_written(cast: Cast, words: str) -> None:
    number = file_case().number
    file_case("other", text="ગામની શેરીમાં વીજળી નથી, અંધારું રહે છે.", name="Jivan")
    assert number in found(cast, Sought(words=words))


def test_words_of_three_languages_are_found(cast: Cast) -> None:
    hindi = file_case("hi", text="मेरे खेत के नक्शे में नाम गलत है।", language="hi").number
    english = file_case("en", text="The boundaries of my field are wrong.", language="en").number
    assert found(cast, Sought(words="नक्शा")) == [hindi]
    assert found(cast, Sought(words="boundary")) == [english]
    assert found(cast, Sought(words="field boundaries")) == [english]
    assert found(cast, Sought(words="field ocean")) == []


@pytest.mark.parametrize("words", ['"', "a OR b", "NEAR(", "*", "%", "'; DROP TABLE", "-x", "x:*", "()", "\\", "!"])
def test_signs_that_mean_something_to_a_search_mean_nothing_here(cast: Cast, words: str) -> None:
    file_case()
    assert found(cast, Sought(words=words)) == []


def test_a_number_is_found_whole_and_in_part(cast: Cast) -> None:
    number = file_case().number
    running = int(number.split("-")[2])
    assert found(cast, Sought(numbers=(NumberPart(2026, running),))) == [number]
    assert found(cast, Sought(numbers=(NumberPart(None, running),))) == [number]
    assert found(cast, Sought(numbers=(NumberPart(2025, running), NumberPart(2026, running)))) == [number]
    assert found(cast, Sought(numbers=(NumberPart(2025, running),))) == []


def test_a_mobile_number_finds_every_grievance_of_it_but_those_who_hide(cast: Cast) -> None:
    first, second = file_case("one").number, file_case("two", 1).number
    file_case("three", is_identity_hidden=True)
    file_case("four", mobile="+919000000000")
    assert found(cast, Sought(mobile="+919876543210")) == [second, first]


def test_closed_cases_are_found_too(cast: Cast) -> None:
    number = disposed(cast)
    act(KANTA, number, Action.CONFIRM, 1)
    assert found(cast, Sought(words="ઉતારા")) == [number]


# What it costs


def test_a_page_a_search_and_all_counts_are_one_statement_each_however_many_cases(
    cast: Cast, count_statements: Counting
) -> None:
    number = file_case().number
    session, spent = db.session(), []
    for more in (0, 120):
        if more:
            copies(number, more)
        with count_statements() as sent:
            desk.page(session, cast.meena, Tab.OFFICE, Filters(category_id=1, place_id=2, status=Status.ASSIGNED))
            desk_search.search(session, cast.meena, Sought(words="ઉતારા"))
            desk_search.search(session, cast.meena, Sought(mobile="+919876543210"))
            desk_search.search(session, cast.meena, Sought(numbers=(NumberPart(None, 1), NumberPart(2026, 1))))
            desk.counts(session, cast.meena)
        spent.append(len(sent))
    assert spent == [5, 5]
    assert len(desk.page(session, cast.meena, Tab.OFFICE, Filters()).rows) == PAGE


def test_the_officers_to_give_a_case_to_are_those_posted_there_now(cast: Cast) -> None:
    now = day(1)
    names = [(one.name.name_en, one.role) for one in sheet.officers_of(db.session(), office("MAM-3783"), now)]
    assert names == [
        ("Bharat Solanki", Role.OFFICER),
        ("Hansa Rathod", Role.OFFICER),
        ("Meena Parmar", Role.SUPERVISOR),
    ]
    assert sheet.officers_of(db.session(), office("MAM-3783"), day(-200)) == []


def test_a_sheet_reads_at_most_eleven_statements_in_its_worst_case(cast: Cast, count_statements: Counting) -> None:
    first = assigned(cast, "first")
    hidden = assigned(cast, "hidden", is_identity_hidden=True)
    for number in (first, hidden):
        for at in (1, 3):
            act(cast.bharat, number, Action.SEEK_CLARIFICATION, at)
            act(KANTA, number, Action.CLARIFY, at + 1)
    again = assigned(cast, "again", 5)
    for number in (first, hidden, again):
        for who in (cast.meena, cast.bharat, cast.additional_collector):
            with count_statements() as sent:
                sheet.sheet(db.session(), who, number, day(6), RULES)
            assert len(sent) <= 11, sent
