"""What a clerk sees and may do: their own filings, and of others only what a slip or a signed paper opens."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path

import pytest

from swagat.database import db, transaction
from swagat.domain.case import Outcome
from swagat.domain.errors import AlreadyDone, Invalid, NotFound, TooMany
from swagat.domain.roles import Actor, Role
from swagat.domain.workflow import Action, Status
from swagat.models import DocumentKind, FilingMode
from swagat.services import counter, documents
from swagat.services.counter import OpenedBy
from swagat.services.move import Paper
from swagat.storage import Storage
from tests.builders import (
    BEGAN,
    RULES,
    SECRET,
    TEXT,
    Cast,
    act,
    assigned,
    case,
    day,
    disposed,
    file_case,
    office,
    post,
    reported,
)
from tests.files.pdfs import pdf

Counting = Callable[[], AbstractContextManager[list[str]]]
ELSEWHERE = "10.0.0.9"


@pytest.fixture
def other_clerk(cast: Cast) -> Actor:
    with transaction() as session:
        return post(session, "suresh", "MAM-3783", Role.CLERK)


def answered(cast: Cast, key: str, **more: object) -> str:
    """Return the number of a case that is disposed of and whose answer reached nobody."""
    number = reported(cast, key, **more)
    act(cast.meena, number, Action.DISPOSE, outcome=Outcome.REDRESSED)
    return number


def open_with_slip(actor: Actor, number: str, code: str, tries: int = 10) -> str:
    return counter.open_with_slip(actor, number, code, ELSEWHERE, BEGAN, SECRET.decode(), tries, "GJ")


def signed_paper(folder: Path, content: bytes = b"") -> Paper:
    prepared = documents.prepare(pdf(content) if content else pdf(), "signed.pdf", is_evidence=False)
    return Paper(Storage(folder).put(prepared.data), prepared, DocumentKind.SCAN)


def test_a_clerk_sees_todays_own_filings_and_nobody_elses(cast: Cast, other_clerk: Actor) -> None:
    mine = file_case("mine", clerk=cast.ramila, mode=FilingMode.COUNTER, mobile=None).number
    file_case("web")
    file_case("theirs", clerk=other_clerk, mode=FilingMode.POST)
    found = counter.filed_today(db.session(), cast.ramila, BEGAN)
    assert [(row.number, row.has_mobile) for row in found.rows] == [(mine, False)]
    assert found.count == 1
    assert counter.filed_today(db.session(), cast.ramila, day(1)).rows == []


def test_the_day_of_the_list_begins_at_midnight_in_india(cast: Cast) -> None:
    file_case("mine", clerk=cast.ramila, mode=FilingMode.COUNTER)
    midnight = BEGAN.replace(hour=18, minute=30)
    assert counter.filed_today(db.session(), cast.ramila, midnight - timedelta(seconds=1)).count == 1
    assert counter.filed_today(db.session(), cast.ramila, midnight).count == 0


def test_answers_that_reached_nobody_are_listed_until_they_are_handed_over(cast: Cast) -> None:
    number = answered(cast, "mine", clerk=cast.ramila, mode=FilingMode.COUNTER, mobile=None)
    answered(cast, "web")
    disposed(cast, "told", clerk=cast.ramila, mode=FilingMode.COUNTER)
    assert [row.number for row in counter.not_reached(db.session(), cast.ramila).rows] == [number]
    act(cast.ramila, number, Action.HAND_OVER, at=1)
    assert counter.not_reached(db.session(), cast.ramila).rows == []
    assert case(number).reached_at == day(1)


def test_a_filing_about_the_clerks_own_office_is_in_no_list(cast: Cast) -> None:
    number = file_case("x", clerk=cast.ramila, mode=FilingMode.COUNTER, accused_office_id=office("MAM-3783")).number
    assert counter.filed_today(db.session(), cast.ramila, BEGAN).rows == []
    with pytest.raises(NotFound):
        counter.slip(db.session(), cast.ramila, number, SECRET, with_code=True)
    with pytest.raises(NotFound):
        counter.open_own(db.session(), cast.ramila, number)


def test_each_list_costs_one_statement(cast: Cast, count_statements: Counting) -> None:
    for key in ("a", "b", "c"):
        answered(cast, key, clerk=cast.ramila, mode=FilingMode.COUNTER)
    with count_statements() as sent:
        counter.filed_today(db.session(), cast.ramila, BEGAN)
        counter.not_reached(db.session(), cast.ramila)
    assert len(sent) == 2


def test_the_slip_prints_every_word_and_the_code_that_tracking_takes(cast: Cast) -> None:
    filed = file_case("mine", clerk=cast.ramila, mode=FilingMode.POST, source="CPGRAMS", source_reference="P/1")
    found = counter.slip(db.session(), cast.ramila, filed.number, SECRET, with_code=True)
    assert (found.text, found.name, found.source_reference) == (TEXT, "Kanta Makwana", "P/1")
    assert found.sent.code == filed.tracking_code
    assert open_with_slip(cast.ramila, filed.number, found.sent.code) == filed.number
    assert counter.slip(db.session(), cast.ramila, filed.number, SECRET, with_code=False).sent.code == ""


def test_a_hidden_name_stands_on_no_slip(cast: Cast) -> None:
    filed = file_case("mine", clerk=cast.ramila, mode=FilingMode.COUNTER, is_identity_hidden=True)
    assert counter.slip(db.session(), cast.ramila, filed.number, SECRET, with_code=True).name == ""


def test_the_slip_of_another_clerk_does_not_exist(cast: Cast, other_clerk: Actor) -> None:
    filed = file_case("mine", clerk=cast.ramila, mode=FilingMode.COUNTER)
    with pytest.raises(NotFound):
        counter.slip(db.session(), other_clerk, filed.number, SECRET, with_code=True)


@pytest.mark.parametrize("code", ["0000000000", "", "abc", "12345678901"])
def test_a_wrong_code_opens_nothing(cast: Cast, code: str) -> None:
    with pytest.raises(Invalid):
        open_with_slip(cast.ramila, file_case().number, code)


def test_a_case_about_the_clerks_office_is_answered_like_a_wrong_code(cast: Cast) -> None:
    right = file_case("about", accused_office_id=office("MAM-3783"))
    with pytest.raises(Invalid) as closed:
        open_with_slip(cast.ramila, right.number, right.tracking_code)
    with pytest.raises(Invalid) as wrong:
        open_with_slip(cast.ramila, right.number, "0000000000")
    assert closed.value.text == wrong.value.text


def test_guessing_codes_at_a_counter_is_slowed(cast: Cast) -> None:
    number = file_case().number
    for _ in range(3):
        with pytest.raises(Invalid):
            open_with_slip(cast.ramila, number, "0000000000", tries=3)
    with pytest.raises(TooMany):
        open_with_slip(cast.ramila, number, "0000000000", tries=3)


def test_a_signed_paper_stays_with_the_case_that_it_opens_and_serves_once(cast: Cast, tmp_path: Path) -> None:
    number = file_case().number
    paper = signed_paper(tmp_path)
    assert counter.open_with_paper(cast.ramila, number, paper, BEGAN, RULES) == number
    held = documents.documents_of(db.session(), case(number).id, with_held=True, with_internal=True)
    assert [(one.kind, one.name) for one in held] == [(DocumentKind.SCAN, "signed.pdf")]
    with pytest.raises(AlreadyDone):
        counter.open_with_paper(cast.ramila, number, paper, BEGAN, RULES)


@pytest.mark.parametrize("typed", ["1", "", "GJ-2026-0000001-9", "XX-2026-0000001-7", "જ"])
def test_a_number_that_cannot_be_one_is_told_on_its_field(cast: Cast, typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        counter.whole_number(cast.ramila, typed)
    assert set(refused.value.errors) == {"number"}


def test_a_paper_for_a_case_that_is_not_there_is_told_on_its_field(cast: Cast, tmp_path: Path) -> None:
    about = file_case("about", accused_office_id=office("MAM-3783")).number
    with pytest.raises(Invalid) as refused:
        counter.open_with_paper(cast.ramila, about, signed_paper(tmp_path), BEGAN, RULES)
    assert set(refused.value.errors) == {"number"}


def test_only_an_own_filing_opens_without_slip_or_paper(cast: Cast, other_clerk: Actor) -> None:
    mine = file_case("mine", clerk=cast.ramila, mode=FilingMode.COUNTER).number
    assert counter.open_own(db.session(), cast.ramila, mine) == mine
    with pytest.raises(NotFound):
        counter.open_own(db.session(), other_clerk, mine)
    with pytest.raises(NotFound):
        counter.open_own(db.session(), cast.ramila, file_case("web").number)


def actions(cast: Cast, number: str, opened_by: OpenedBy) -> set[Action]:
    found = counter.at_counter(db.session(), cast.ramila, number, opened_by, BEGAN, RULES)
    db.session.rollback()
    return {row.action for row in found.actions}


def test_a_clerk_never_confirms_or_withdraws_whatever_the_case(cast: Cast) -> None:
    never = {Action.CONFIRM, Action.WITHDRAW, Action.RATE}
    numbers = [file_case("a").number, assigned(cast, "b"), answered(cast, "c"), disposed(cast, "d")]
    for number in numbers:
        for opened_by in OpenedBy:
            assert not actions(cast, number, opened_by) & never


def test_with_the_slip_a_refusal_and_an_appeal_are_taken(cast: Cast) -> None:
    wanted = {Action.REFUSE, Action.LODGE_APPEAL, Action.ADD_DOCUMENT}
    number = disposed(cast)
    assert actions(cast, number, OpenedBy.SLIP) == wanted
    assert actions(cast, number, OpenedBy.PAPER) == wanted
    assert actions(cast, number, OpenedBy.OWN) == {Action.ADD_DOCUMENT}


def test_a_refusal_at_the_counter_reopens_one_level_up_and_is_recorded_as_assisted(cast: Cast) -> None:
    number = disposed(cast)
    act(cast.ramila, number, Action.REFUSE, at=2)
    here = case(number)
    assert (here.status, here.cycle, here.level) == (Status.REGISTERED, 2, 2)
    found = counter.at_counter(db.session(), cast.ramila, number, OpenedBy.SLIP, day(2), RULES)
    last = found.view.history.happenings[-1]
    assert (last.action, last.role, last.payload["proof"]) == (Action.REFUSE, Role.CLERK, "assisted")
