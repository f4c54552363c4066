"""What stands out is said where it is more than chance, the worst first, and nobody is praised for bad answers."""

from collections.abc import Mapping

import pytest

from swagat.domain.quality.indicators import Tally
from swagat.domain.quality.measures import Measure
from swagat.domain.quality.notable import GOOD_NEWS, LOOKED_AT, MOST_SAID, Notable, What, stands_out

M = Measure


def tally(
    received: int = 40, answered: int = 40, late: int = 4, fell: int = 4, days: Mapping[int, int] | None = None
) -> Tally:
    """Return the counts of an office that received and answered so many, of which some came late and some fell."""
    return {
        M.RECEIVED: {"7": received},
        M.DISPOSED: {"1|in_time": answered - late, "2|late": late},
        M.LAPSED: {"1|first|unexplained": late},
        M.ANSWERED: {"redressed|confirmed": answered - fell, "redressed|refused": fell},
        M.WORKING_DAYS: {f"stood|{day}": cases for day, cases in (days or {9: 20, 10: 20}).items()},
    }


PEERS = tally(400, 400, 40, 40)


def said(recent: Tally, before: Tally | None = None, peers: Tally = PEERS) -> list[What]:
    """Return what stands out of an office where nothing is withheld."""
    found = stands_out(dict.fromkeys(LOOKED_AT, recent), dict.fromkeys(LOOKED_AT, before or tally()), peers)
    return [one.what for one in found]


def test_of_an_office_like_the_others_and_like_a_year_before_nothing_is_said() -> None:
    assert said(tally()) == []


# 1.96 times the root of 40 + 25 is 15.8, and of 40 + 24 it is 15.7.
@pytest.mark.parametrize(("answered", "grows"), [(60, False), (40, False), (25, False), (24, True), (10, True)])
def test_a_backlog_grows_where_more_comes_in_than_chance_would_bring(answered: int, grows: bool) -> None:
    assert (What.BACKLOG_GROWS in said(tally(answered=answered, late=0, fell=0))) is grows


def test_answers_that_fall_more_often_than_those_of_the_peers_are_named_with_their_number() -> None:
    recent = tally(fell=16)
    found = stands_out(dict.fromkeys(LOOKED_AT, recent), {}, PEERS)
    assert [(one.what, one.now.part, one.now.whole) for one in found] == [(What.ANSWERS_FALL, 16, 40)]


def test_an_office_that_is_late_more_often_than_its_peers_is_told_so() -> None:
    assert said(tally(late=20)) == [What.LATE]


def test_what_was_answered_late_by_a_higher_office_is_late_where_the_date_passed() -> None:
    assert said({**tally(late=0), M.LAPSED: {"1|first|unexplained": 20}}) == [What.LATE]


def test_better_and_slower_are_said_together_the_worse_first() -> None:
    slow = tally(400, 400, 0, 0, {30: 200, 31: 200})
    assert said(slow) == [What.SLOWER, What.ANSWERS_STAND, What.IN_TIME]


def test_an_office_that_became_quicker_is_praised() -> None:
    assert said(tally(days={3: 20, 4: 20})) == [What.QUICKER]


def test_nobody_is_praised_for_speed_while_a_backlog_grows_or_answers_fall() -> None:
    quick = {3: 20, 4: 20}
    assert said(tally(received=90, days=quick)) == [What.BACKLOG_GROWS]
    assert said(tally(fell=16, days=quick)) == [What.ANSWERS_FALL]
    # Between the bounds of 95 and 99.8 % that answers fall is not said, and praise is not either.
    assert said(tally(fell=9, days=quick)) == []


def test_a_gaming_office_is_always_in_time_and_never_praised_for_it() -> None:
    gaming = tally(400, 400, 0, 160)
    assert said(gaming) == [What.ANSWERS_FALL]


def test_a_few_days_more_of_few_cases_are_chance() -> None:
    assert said(tally(days={8: 3, 12: 3})) == []


@pytest.mark.parametrize("code", LOOKED_AT)
def test_from_a_figure_that_is_withheld_nothing_is_said(code: str) -> None:
    bad = tally(400, 100, 60, 60, {40: 200})
    shown = dict.fromkeys(LOOKED_AT, bad)
    all_said = {one.what: one for one in stands_out(shown, dict.fromkeys(LOOKED_AT, tally()), PEERS)}
    assert len(all_said) == MOST_SAID
    del shown[code]
    left: list[Notable] = list(stands_out(shown, dict.fromkeys(LOOKED_AT, tally()), PEERS))
    assert all(one.now.indicator.code != code for one in left)
    assert all(one.beside is None or one.beside.indicator.code != code for one in left)


def test_few_cases_and_few_peers_are_no_measure() -> None:
    assert said(tally(8, 8, 8, 8)) == []
    assert said(tally(late=20, fell=16), peers=tally(20, 20, 0, 0)) == []


def test_without_a_year_before_speed_is_not_judged() -> None:
    assert stands_out(dict.fromkeys(LOOKED_AT, tally(days={3: 20, 4: 20})), {}, PEERS) == []


def test_what_is_good_comes_after_what_is_bad() -> None:
    order = list(What)
    assert max(order.index(one) for one in What if one not in GOOD_NEWS) < min(order.index(one) for one in GOOD_NEWS)
