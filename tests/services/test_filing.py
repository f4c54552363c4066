"""Filing in one transaction: all rows or none, one grievance for one press, numbers without a gap."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from swagat.database import db
from swagat.domain.deadlines import Clock
from swagat.domain.errors import Invalid, NotFound, TooMany
from swagat.domain.places import PlaceKind
from swagat.domain.registration import is_tracking_code
from swagat.domain.roles import Role
from swagat.domain.workflow import Action, Status
from swagat.models import (
    Complainant,
    Deadline,
    FilingDraft,
    Grievance,
    GrievanceEvent,
    Remark,
    SmsMessage,
    TryCount,
)
from swagat.services import catalogue, drafts, filing, places, registers
from swagat.services.filing import Acknowledgement, Filing
from swagat.services.limits import Limit
from tests.builders import BEGAN, KANTAS_MOBILE, RULES, SECRET, TEXT, dholka, file_case, gujarat, office, post_cast

Counting = Callable[[], AbstractContextManager[list[str]]]
TABLES = (Grievance, Complainant, GrievanceEvent, SmsMessage, Deadline)
CLOCKS = {Clock.RESOLVE, Clock.ACKNOWLEDGE, Clock.WARN}
ONE_CASE = [1, 1, 1, 1, len(CLOCKS)]
MOST_STATEMENTS = 14


def count(model: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def grievance(filed: Acknowledgement) -> Grievance:
    return db.session.get_one(Grievance, filed.grievance_id)


def test_it_is_registered_with_its_entry_its_deadline_and_its_message(app: Flask) -> None:
    filed = file_case()
    case = grievance(filed)
    assert (case.status, case.office_id, case.is_open) == (Status.REGISTERED, office("MAM-3783"), True)
    due = {row.clock: row.due_at for row in db.session.execute(select(Deadline.clock, Deadline.due_at))}
    assert set(due) == CLOCKS
    assert (case.due_on, case.due_at) == (filed.due_on, due[Clock.RESOLVE])
    entry = db.session.scalars(select(GrievanceEvent)).one()
    assert (entry.seq, entry.action, entry.role, entry.at) == (1, Action.FILE, Role.COMPLAINANT, BEGAN)
    assert (case.last_seq, case.last_digest) == (1, entry.digest)
    message = db.session.scalars(select(SmsMessage)).one()
    assert (message.to, message.grievance_id) == (KANTAS_MOBILE, filed.grievance_id)
    assert registers.verify().ok


def test_the_code_is_kept_as_a_keyed_digest_only(app: Flask) -> None:
    filed = file_case()
    stored = grievance(filed).tracking_hash
    assert filed.tracking_code not in stored
    assert is_tracking_code(SECRET, filed.tracking_code, stored)


def test_pressed_again_it_answers_with_the_first_number_and_code(app: Flask) -> None:
    first, again = file_case(), file_case(at=1)
    assert (again.number, again.tracking_code, again.due_on) == (first.number, first.tracking_code, first.due_on)
    assert (first.is_repeat, again.is_repeat) == (False, True)
    assert [count(table) for table in TABLES] == ONE_CASE


def test_another_press_key_is_another_grievance_with_the_next_number(app: Flask) -> None:
    numbers = [file_case(key=f"key {at}").number for at in range(3)]
    assert [number.split("-")[2] for number in numbers] == ["0000001", "0000002", "0000003"]


def test_numbers_begin_anew_with_the_year_in_india(app: Flask) -> None:
    # Half past six in the evening of 31 December in Greenwich is midnight in India.
    turn = 183 + 12.5 / 24
    assert file_case(key="old", at=turn - 0.01).number.startswith("GJ-2026-0000001")
    assert file_case(key="new", at=turn).number.startswith("GJ-2027-0000001")


def test_when_a_row_cannot_be_written_none_is_and_the_number_is_not_spent(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = drafts.new_key("phone", SECRET)
    drafts.begin(key, "phone", {"what": {}}, BEGAN)

    def break_off(*_args: object) -> None:
        raise RuntimeError("the power failed")

    with monkeypatch.context() as patch:
        patch.setattr(filing, "insert_together", break_off)
        with pytest.raises(RuntimeError):
            file_case(key=key)
    assert [count(table) for table in TABLES] == [0] * len(TABLES)
    assert drafts.answers_of(key) == {"what": {}}
    assert file_case(key=key).number.startswith("GJ-2026-0000001")
    assert count(FilingDraft) == 0


def test_a_danger_stands_first_and_its_reason_is_kept(app: Flask) -> None:
    filed = file_case(immediate_reason="વીજ તાર લટકે છે.")
    assert grievance(filed).is_immediate
    assert [remark.text for remark in db.session.scalars(select(Remark))] == ["વીજ તાર લટકે છે."]


def test_a_hidden_name_is_in_no_searchable_word(app: Flask) -> None:
    shown, hidden = file_case(key="a"), file_case(key="b", is_identity_hidden=True)
    assert "makwan" in grievance(shown).search_text
    assert "makwan" not in grievance(hidden).search_text


def test_the_office_it_is_about_does_not_get_it(app: Flask) -> None:
    accused = office("MAM-3783")
    filed = file_case(accused_office_id=accused)
    case = grievance(filed)
    assert accused not in (case.office_id, case.answerable_office_id)
    payload = db.session.scalars(select(GrievanceEvent.payload)).one()
    assert len(payload["why"]) == 2


def test_a_like_grievance_of_the_same_number_is_noted_for_the_office(app: Flask) -> None:
    first = file_case(key="first")
    file_case(key="again", text=TEXT + " ફરી.")
    file_case(key="stranger", mobile="+919000000000")
    payloads = db.session.scalars(select(GrievanceEvent.payload).order_by(GrievanceEvent.id)).all()
    assert [payload.get("like") for payload in payloads] == [None, [first.grievance_id], None]


def test_a_ward_that_is_not_known_is_asked_for_unless_there_is_none_of_them(app: Flask) -> None:
    drains = next(one for one in catalogue.current().categories.values() if one.asks is PlaceKind.WARD)
    with pytest.raises(Invalid) as refusal:
        file_case(category=drains.code)
    assert list(refusal.value.errors) == ["municipality"]
    town = next(one for one in places.municipalities(dholka().id) if one.parent_id == dholka().id)
    file_case(category=drains.code, place_id=town.id, none_of=frozenset({PlaceKind.WARD}))


@pytest.mark.parametrize("unknown", ["category_id", "place_id"])
def test_what_does_not_exist_is_refused_and_nothing_is_written(app: Flask, unknown: str) -> None:
    with pytest.raises(NotFound):
        file_case(**{unknown: 987_654_321})
    assert count(Grievance) == 0


def filing_of(key: str, **more: Any) -> Filing:
    facts: dict[str, Any] = {
        "submission_key": key,
        "state_id": gujarat(),
        "category_id": catalogue.category_named("REV-712").id,
        "place_id": dholka().id,
        "text": TEXT,
        "name": "Kanta Makwana",
        "language": "gu",
        "mobile": KANTAS_MOBILE,
    }
    return Filing(**facts | more)


def test_a_limit_refuses_the_next_filing_and_the_refused_one_leaves_nothing(app: Flask) -> None:
    limits = [Limit("filing-mobile", KANTAS_MOBILE, 86_400, 2)]
    for key in ("one", "two"):
        filing.file_grievance(filing_of(key), BEGAN, SECRET, RULES, limits=limits)
    with pytest.raises(TooMany):
        filing.file_grievance(filing_of("three"), BEGAN, SECRET, RULES, limits=limits)
    assert count(Grievance) == 2
    # Pressing again what was filed is no further filing.
    assert filing.file_grievance(filing_of("two"), BEGAN, SECRET, RULES, limits=limits).is_repeat
    assert db.session.scalars(select(TryCount.count)).all() == [2]


def test_it_costs_at_most_fourteen_statements_however_many_there_are(app: Flask, count_statements: Counting) -> None:
    post_cast()
    limits = [Limit("filing-address", "x", 3_600, 99), Limit("filing-mobile", "y", 86_400, 99)]
    costs = []
    for at in range(12):
        key = drafts.new_key("phone", SECRET)
        drafts.begin(key, "phone", {"what": {}}, BEGAN)
        with count_statements() as sent:
            assert drafts.answers_of(key)
            filing.file_grievance(filing_of(key), BEGAN, SECRET, RULES, limits=limits)
        costs.append(len(sent))
        assert len(sent) <= MOST_STATEMENTS, (at, sent)
    assert costs[0] == costs[-1]


def _at_once(app: Flask, works: list[Callable[[], Any]]) -> list[Any]:
    """Run each in a thread of its own, all begun together; return what each answered or raised."""
    answers: list[Any] = [None] * len(works)
    barrier = threading.Barrier(len(works))

    def run(at: int) -> None:
        with app.app_context():
            barrier.wait()
            try:
                answers[at] = works[at]()
            except Exception as fault:
                answers[at] = fault
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(at,)) for at in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.concurrency
def test_one_press_that_arrives_four_times_at_once_is_one_grievance(own_app: Flask) -> None:
    with own_app.app_context():
        pressed = filing_of("pressed")
    press = lambda: filing.file_grievance(pressed, BEGAN, SECRET, RULES)  # noqa: E731
    answers = _at_once(own_app, [press] * 4)
    assert {(one.number, one.tracking_code) for one in answers} == {(answers[0].number, answers[0].tracking_code)}
    assert sorted(one.is_repeat for one in answers) == [False, True, True, True]
    with own_app.app_context():
        assert [count(table) for table in TABLES] == ONE_CASE


@pytest.mark.concurrency
def test_numbers_have_no_gap_when_four_file_at_once_and_some_fail(own_app: Flask) -> None:
    rounds, hands = 6, 4
    with own_app.app_context():
        filings = [[filing_of(f"{hand} {at}") for at in range(rounds)] for hand in range(hands)]
        missing = filing_of("missing", category_id=987_654_321)

    def work(mine: list[Filing]) -> Callable[[], list[str]]:
        def run() -> list[str]:
            numbers = []
            for one in mine:
                with pytest.raises(NotFound):
                    filing.file_grievance(missing, BEGAN, SECRET, RULES)
                numbers.append(filing.file_grievance(one, BEGAN, SECRET, RULES).number)
            return numbers

        return run

    answers = _at_once(own_app, [work(mine) for mine in filings])
    running = sorted(int(number.split("-")[2]) for numbers in answers for number in numbers)
    assert running == list(range(1, rounds * hands + 1))
    with own_app.app_context():
        assert registers.verify().ok


@pytest.mark.concurrency
def test_a_limit_holds_when_four_file_at_once(own_app: Flask) -> None:
    with own_app.app_context():
        filings = [filing_of(f"hand {at}") for at in range(4)]
    limits = [Limit("filing-address", "one address", 3_600, 2)]
    works = [lambda one=one: filing.file_grievance(one, BEGAN, SECRET, RULES, limits=limits) for one in filings]
    answers = _at_once(own_app, works)
    assert sum(isinstance(one, TooMany) for one in answers) == 2
    with own_app.app_context():
        assert count(Grievance) == 2
