"""Number and code open a case: as people type them, as often as limits allow, telling nobody which was wrong."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask

from swagat.database import db
from swagat.domain.errors import Invalid, TooMany
from swagat.domain.registration import registration_number
from swagat.domain.workflow import Action, Status
from swagat.services import limits, tracking
from swagat.services.filing import Acknowledgement
from swagat.services.tracking import Door, Opened
from tests.builders import KANTA, RULES, SECRET, Cast, act, day, disposed, file_case, post_cast, proposed

Counting = Callable[[], AbstractContextManager[list[str]]]
ADDRESS, TRIES = "203.0.113.7", 5
KEY = SECRET.decode()
NUMERALS = {"western": "0123456789", "Devanagari": "०१२३४५६७८९", "Gujarati": "૦૧૨૩૪૫૬૭૮૯"}


@pytest.fixture
def kantas(app: Flask) -> Acknowledgement:
    return file_case()


def enter(number: str, code: str, address: str = ADDRESS, at: float = 0, tries: int = TRIES) -> Opened:
    """Type number and code at an address, so many days after the story began."""
    return tracking.open_case(number, code, address, day(at), KEY, tries, "GJ")


def counted(scope: str, subject: str) -> int:
    found = limits.tries(scope, subject, day(0), tracking.HOUR, key=KEY)
    db.session.rollback()
    return found


def another_code(code: str) -> str:
    """Return a code in which one digit is different."""
    return code[:-1] + str((int(code[-1]) + 1) % 10)


def unused() -> str:
    """Return a number that is well made and nobody's."""
    return registration_number("GJ", "24", 2026, 7_654_321)


# What people type


@pytest.mark.parametrize("script", NUMERALS)
def test_number_and_code_open_a_case_in_the_digits_of_three_scripts(kantas: Acknowledgement, script: str) -> None:
    local = str.maketrans("0123456789", NUMERALS[script])
    opened = enter(kantas.number.translate(local), kantas.tracking_code.translate(local))
    assert opened == Opened(kantas.grievance_id, kantas.number)


@pytest.mark.parametrize(
    "typed",
    [
        lambda number: number.replace("-", ""),
        lambda number: number.removeprefix("GJ-"),
        lambda number: number.removeprefix("GJ-").replace("-", ""),
        lambda number: number.lower(),
        lambda number: f"  {number.replace('-', ' ')} ",
        lambda number: number.replace("-", "\u2013"),
    ],
)
def test_a_number_is_known_without_prefix_hyphens_or_capitals(
    kantas: Acknowledgement, typed: Callable[[str], str]
) -> None:
    code = f"{kantas.tracking_code[:3]} {kantas.tracking_code[3:6]}-{kantas.tracking_code[6:]}"
    assert enter(typed(kantas.number), code).number == kantas.number


# What is wrong


def test_a_wrong_number_and_a_wrong_code_are_answered_alike(
    kantas: Acknowledgement, count_statements: Counting
) -> None:
    refusals, costs = [], []
    tries = [(kantas.number, another_code(kantas.tracking_code)), (unused(), kantas.tracking_code)]
    # Once before, so that neither finds a cache colder than the other.
    for number, code in [*tries, *tries]:
        with count_statements() as sent, pytest.raises(Invalid) as refusal:
            enter(number, code)
        refusals.append((refusal.value.text, refusal.value.errors, type(refusal.value)))
        costs.append([statement.split("WHERE")[0] for statement in sent])
    assert refusals[2] == refusals[3]
    assert costs[2] == costs[3]
    assert costs[2]


@pytest.mark.parametrize(
    ("number", "code"),
    [("", ""), ("GJ-2026", "1"), ("nothing", "nothing"), ("GJ-2026-0000123-0" * 9, "0" * 10), ("\0", "'; --")],
)
def test_what_cannot_be_a_number_or_a_code_is_answered_in_the_same_words(
    kantas: Acknowledgement, number: str, code: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        enter(number, code)
    assert refusal.value.text.message == tracking.NOT_TOGETHER


def test_the_code_of_one_case_does_not_open_another(kantas: Acknowledgement) -> None:
    other = file_case("other")
    with pytest.raises(Invalid):
        enter(other.number, kantas.tracking_code)
    assert enter(other.number, other.tracking_code).number == other.number


def test_a_case_without_a_code_is_opened_by_no_code(app: Flask, kantas: Acknowledgement) -> None:
    """The empty code that stands for one that cannot be read is nobody's code."""
    with pytest.raises(Invalid):
        enter(kantas.number, "")
    with pytest.raises(Invalid):
        enter(kantas.number, "0" * 10)


# How often


def test_a_number_is_tried_only_so_often_from_wherever(kantas: Acknowledgement) -> None:
    for step in range(TRIES):
        with pytest.raises(Invalid):
            enter(kantas.number, another_code(kantas.tracking_code), f"203.0.113.{step}")
    with pytest.raises(TooMany) as refusal:
        enter(kantas.number, kantas.tracking_code, "198.51.100.1")
    assert 0 < refusal.value.retry_after <= tracking.HOUR
    later = 2 / 24
    assert enter(kantas.number, kantas.tracking_code, "198.51.100.1", later).number == kantas.number


def test_from_an_address_only_so_many_tries_are_made_whatever_the_numbers(kantas: Acknowledgement) -> None:
    for step in range(TRIES):
        with pytest.raises(Invalid):
            enter(registration_number("GJ", "24", 2026, 7_000_000 + step), "0" * 10)
    with pytest.raises(TooMany):
        enter(kantas.number, kantas.tracking_code)
    assert enter(kantas.number, kantas.tracking_code, "198.51.100.1").number == kantas.number


def test_what_cannot_be_a_number_counts_against_the_address_too(kantas: Acknowledgement) -> None:
    for _step in range(TRIES):
        with pytest.raises(Invalid):
            enter("no number", "no code")
    with pytest.raises(TooMany):
        enter(kantas.number, kantas.tracking_code)


def test_neighbours_in_one_ipv6_network_share_their_tries(kantas: Acknowledgement) -> None:
    for step in range(TRIES):
        with pytest.raises(Invalid):
            enter("no number", "no code", f"2001:db8:1:1::{step + 1}")
    with pytest.raises(TooMany):
        enter(kantas.number, kantas.tracking_code, "2001:db8:1:1::ffff")


def test_a_right_try_takes_its_own_count_back_and_no_other(kantas: Acknowledgement) -> None:
    for _step in range(2):
        with pytest.raises(Invalid):
            enter(kantas.number, another_code(kantas.tracking_code))
    for _step in range(3 * TRIES):
        enter(kantas.number, kantas.tracking_code)
    assert counted("track-number", kantas.number) == 2
    assert counted("track-address", ADDRESS) == 2


# What the page shows


def test_what_the_complainant_may_do_and_must_know_is_read_together(app: Flask) -> None:
    cast = post_cast()
    number = proposed(cast)
    shown = tracking.view(db.session(), number, day(1), RULES)
    assert shown.waiting is not None
    assert "અદાલત" in shown.proposal_reason
    assert Action.OBJECT in {row.action for row in shown.actions}
    assert shown.answer is None
    assert shown.due is not None
    assert shown.due.due_on == shown.grievance.due_on


def test_a_withdrawal_shows_until_when_it_can_be_taken_back_and_no_proposal(app: Flask) -> None:
    cast: Cast = post_cast()
    number = proposed(cast)
    act(KANTA, number, Action.WITHDRAW, 1)
    shown = tracking.view(db.session(), number, day(2), RULES)
    assert shown.answer is not None
    assert shown.answer.answer_by is not None
    assert shown.answer.answer_by >= day(1 + RULES.withdrawal_undo_days).date()
    assert (shown.waiting, shown.proposal_reason) == (None, "")


def test_an_answer_is_shown_until_the_case_is_opened_again(app: Flask) -> None:
    cast = post_cast()
    number = disposed(cast)
    shown = tracking.view(db.session(), number, day(1), RULES)
    assert shown.answer is not None
    assert len(shown.answer.reasons) == 1
    assert shown.answer.days is not None
    act(KANTA, number, Action.REFUSE, 1)
    shown = tracking.view(db.session(), number, day(1), RULES)
    assert (shown.answer, shown.grievance.status) == (None, Status.REGISTERED)


# The door


def test_a_door_is_open_for_the_idle_time_and_never_before_it_was_opened() -> None:
    idle, door = timedelta(minutes=15), Door("GJ-2026-0000123-7", day(0))
    assert door.is_open(day(0), idle)
    assert door.is_open(day(0) + idle, idle)
    assert not door.is_open(day(0) + idle + timedelta(seconds=1), idle)
    assert not door.is_open(day(0) - timedelta(seconds=1), idle)
