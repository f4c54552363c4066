"""What is noticed about an office, what is not, and how often an honest state is asked about nothing."""

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from swagat.domain.quality import signals
from swagat.domain.quality.signals import (
    Burst,
    Concerned,
    Disposed,
    Filed,
    Signal,
    SignalKind,
    days_left,
    in_bursts,
    in_disposals,
    in_filings,
    is_outside,
)
from swagat.domain.rules import Rules
from swagat.domain.working_time import WorkingCalendar

RULES = Rules()
JULY = datetime(2026, 7, 1, 6, tzinfo=UTC)
OURS = 1
CALENDAR = WorkingCalendar(frames=((time(10, 30), time(14)), (time(14, 30), time(18, 10))), weekly_offs={6})
# A disposal that a kind means, and one that it does not.
MEANT: Mapping[SignalKind, tuple[dict[str, object], dict[str, object]]] = {
    SignalKind.BUNCHED: ({"days_left": 1}, {"days_left": 8}),
    SignalKind.IN_MINUTES: ({"minutes": 4.0}, {"minutes": 900.0}),
    SignalKind.OUT_OF_HOURS: ({"is_outside": True}, {"is_outside": False}),
    SignalKind.SAME_REPLY: ({"reply": b"as per rules"}, {}),
}
KINDS = list(MEANT)


def row(kind: SignalKind, office: int, meant: int, others: int, step: timedelta = timedelta(hours=5)) -> list[Disposed]:
    """Return disposals of an office, one after another, those that a kind means spread among the others."""
    whole, found = meant + others, []
    for at in range(whole):
        is_meant = (at + 1) * meant // whole > at * meant // whole
        facts = MEANT[kind][0 if is_meant else 1]
        if kind is SignalKind.SAME_REPLY and not is_meant:
            facts = {"reply": f"{office} {at}".encode()}
        found.append(Disposed(office * 10_000 + at, JULY + at * step, **facts))  # type: ignore[arg-type]
    return found


def state(kind: SignalKind, meant: int, others: int, peers: int = 20) -> dict[int, list[Disposed]]:
    """Return the disposals of our office beside those of its peers, each of which has two of twenty meant."""
    found = {OURS: row(kind, OURS, meant, others)}
    # Three have the same reply, or none would be a reply given again.
    usual = 3 if kind is SignalKind.SAME_REPLY else 2
    return found | {office: row(kind, office, usual, 20 - usual) for office in range(2, peers + 2)}


def ids_of(signal: Signal) -> tuple[int, ...]:
    return tuple(one.case_id for one in signal.cases)


def found_in(by_office: dict[int, list[Disposed]], rules: Rules = RULES) -> list[Signal]:
    return list(in_disposals(by_office, rules))


@pytest.mark.parametrize("kind", KINDS)
def test_an_office_far_from_its_peers_is_noticed_with_what_was_seen_and_in_which_cases(kind: SignalKind) -> None:
    by_office = state(kind, 14, 6)
    (signal,) = found_in(by_office)
    assert (signal.office_id, signal.kind, signal.part, signal.whole) == (OURS, kind, 14, 20)
    assert (signal.peers_part, signal.peers_whole) == (60 if kind is SignalKind.SAME_REPLY else 40, 400)
    assert signal.chance < signals.EXPECTED
    facts = MEANT[kind][0].items()
    assert ids_of(signal) == tuple(one.case_id for one in by_office[OURS] if facts <= one._asdict().items())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("meant", "others", "peers"),
    [
        (4, 0, 20),  # too few of them
        (9, 0, 20),  # an office that answered too little
        (5, 15, 20),  # more than others, within chance
        (14, 6, 4),  # nobody to compare with
        (20, 180, 20),  # the same share of many
    ],
)
def test_small_numbers_and_usual_ones_are_no_signal(kind: SignalKind, meant: int, others: int, peers: int) -> None:
    assert found_in(state(kind, meant, others, peers)) == []


@pytest.mark.parametrize("kind", KINDS)
def test_what_all_offices_do_is_no_signal(kind: SignalKind) -> None:
    assert found_in({office: row(kind, office, 14, 6) for office in range(1, 30)}) == []


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_not_known_is_counted_neither_way(kind: SignalKind) -> None:
    by_office = state(kind, 14, 6)
    unknown = [Disposed(90_000 + at, JULY) for at in range(500)]
    (signal,) = found_in(by_office | {OURS: by_office[OURS] + unknown})
    assert (signal.part, signal.whole) == (14, 20)
    assert found_in(dict.fromkeys(range(30), unknown)) == []


def test_how_many_disposals_make_an_office_worth_a_look_is_a_setting() -> None:
    by_office = state(SignalKind.BUNCHED, 9, 0)
    assert found_in(by_office, replace(RULES, signal_least_cases=9))
    assert not found_in(by_office, replace(RULES, signal_least_cases=10))


def test_which_days_are_the_last_is_a_setting() -> None:
    by_office = state(SignalKind.BUNCHED, 14, 6)
    assert found_in(by_office, replace(RULES, signal_last_days=2))
    assert not found_in(by_office, replace(RULES, signal_last_days=1))


def test_how_many_minutes_are_quick_is_a_setting() -> None:
    by_office = state(SignalKind.IN_MINUTES, 14, 6)
    assert found_in(by_office, replace(RULES, signal_quick_minutes=5))
    assert not found_in(by_office, replace(RULES, signal_quick_minutes=4))


@pytest.mark.parametrize(
    ("due_in", "left"),
    [(21, 21 - 15), (15, 0), (12, -3), (11, None), (1, None)],
)
def test_a_time_so_short_that_every_answer_is_near_its_end_says_nothing(due_in: int, left: int | None) -> None:
    filed = date(2026, 7, 1)
    assert days_left(filed + timedelta(days=15), filed, filed + timedelta(days=due_in), RULES) == left


def test_an_answer_after_the_last_day_is_not_on_the_last_days() -> None:
    by_office = state(SignalKind.BUNCHED, 14, 6)
    late = [one._replace(days_left=-1) if one.days_left == 1 else one for one in by_office[OURS]]
    assert found_in(by_office | {OURS: late}) == []


@pytest.mark.parametrize(
    ("at", "outside"),
    [
        ("2026-07-01T08:30+05:30", False),
        ("2026-07-01T08:29+05:30", True),
        ("2026-07-01T20:10+05:30", False),
        ("2026-07-01T20:11+05:30", True),
        ("2026-07-01T23:59+05:30", True),
        ("2026-07-05T12:00+05:30", True),
    ],
)
def test_outside_is_a_closed_day_or_far_from_the_hours_of_an_open_one(at: str, outside: bool) -> None:
    assert is_outside(datetime.fromisoformat(at), CALENDAR) is outside


def test_hours_that_end_at_midnight_end_that_night() -> None:
    late = WorkingCalendar(frames=((time(16), time(0)),), weekly_offs={6})
    assert not is_outside(datetime.fromisoformat("2026-07-01T23:30+05:30"), late)
    assert is_outside(datetime.fromisoformat("2026-07-01T13:30+05:30"), late)


def test_a_streak_outside_hours_is_noticed_where_its_share_alone_would_not_be() -> None:
    by_office = state(SignalKind.OUT_OF_HOURS, 13, 47)
    assert found_in(by_office) == []
    meant = sorted(by_office[OURS], key=lambda one: bool(one.is_outside))
    streak = [one._replace(at=JULY + at * timedelta(hours=1)) for at, one in enumerate(meant)]
    (signal,) = found_in(by_office | {OURS: streak})
    assert signal.facts == {"run": 13}


def test_replies_are_the_same_from_three_cases_on() -> None:
    by_office = state(SignalKind.SAME_REPLY, 14, 6)
    by_office[OURS] = [one._replace(reply=str(one.case_id // 2).encode()) for one in by_office[OURS]]
    assert found_in(by_office) == []
    again = [one._replace(case_id=by_office[OURS][0].case_id, reply=b"x") for one in by_office[OURS]]
    assert found_in(by_office | {OURS: again}) == []


# One filer


def brought(first: int, count: int) -> tuple[Concerned, ...]:
    return tuple(Concerned(first + at, JULY) for at in range(count))


def filings(most: int, persons: int = 400) -> list[Filed]:
    """Return one person with so many cases in our office, and others of whom every tenth has two."""
    found = [Filed(OURS, brought(500, most))]
    return found + [Filed(2 + at % 20, brought(1000 + 2 * at, 1 + (at % 10 == 0))) for at in range(persons)]


def test_one_person_with_many_cases_in_one_office_is_noticed_and_named_by_a_case() -> None:
    (signal,) = in_filings(filings(9), RULES)
    assert (signal.office_id, signal.part, signal.whole, signal.key) == (OURS, 9, 9, "500")
    assert ids_of(signal) == tuple(range(500, 509))


def test_few_cases_of_one_person_are_no_signal_nor_are_many_where_nobody_can_be_compared() -> None:
    assert list(in_filings(filings(4), RULES)) == []
    assert list(in_filings(filings(9, persons=29), RULES)) == []
    assert list(in_filings([], RULES)) == []


def test_where_people_often_have_several_cases_many_are_no_signal() -> None:
    busy = [Filed(office, brought(office * 10, 4)) for office in range(2, 200)]
    assert list(in_filings([Filed(OURS, brought(0, 9)), *busy], RULES)) == []


def test_from_how_many_cases_a_person_is_noticed_is_a_setting() -> None:
    assert list(in_filings(filings(9), replace(RULES, signal_filer_cases=9)))
    assert not list(in_filings(filings(9), replace(RULES, signal_filer_cases=10)))


# Bursts


def bursts(*sizes: int, first: int = 1) -> list[Burst]:
    return [Burst(OURS, JULY, brought(first, size)) for size in sizes]


def test_confirmations_from_one_source_within_an_hour_are_noticed_by_the_day_and_hour_in_india() -> None:
    (signal,) = in_bursts(bursts(6), {OURS: 30, 2: 30}, 5, CALENDAR)
    assert (signal.part, signal.whole, signal.facts) == (6, 30, {"day": 1, "hour": 11})
    assert (signal.peers_part, signal.peers_whole) == (0, 0)


def test_where_very_many_confirm_some_share_an_address_by_chance() -> None:
    assert list(in_bursts(bursts(6), {OURS: 3000, 2: 30}, 5, CALENDAR)) == []


def test_a_burst_begins_at_the_size_that_is_set() -> None:
    assert list(in_bursts(bursts(5), {OURS: 20}, 5, CALENDAR))
    assert not list(in_bursts(bursts(5), {OURS: 20}, 6, CALENDAR))


def test_what_an_address_and_a_device_saw_of_one_hour_is_one_signal() -> None:
    (signal,) = in_bursts(bursts(5, 7, 6), {OURS: 30}, 5, CALENDAR)
    assert signal.part == 7
    assert len(list(in_bursts(bursts(5) + bursts(5, first=50), {OURS: 30}, 5, CALENDAR))) == 2


# How often honest offices are asked about nothing


def simulated(
    dice: random.Random, offices: int, spread: float, gaming: Mapping[int, float] = {}
) -> dict[int, list[Disposed]]:
    """Return a month in which each office has shares of its own, and those that game a share they made."""
    by_office = {}
    for office in range(offices):

        def share(mean: float, office: int = office) -> float:
            return gaming.get(office) or dice.betavariate(
                mean * (1 - spread) / spread, (1 - mean) * (1 - spread) / spread
            )

        near, quick, outside, alike = share(0.14), share(0.05), share(0.06), share(0.1)
        by_office[office] = [
            Disposed(
                office * 1000 + step,
                JULY + step * timedelta(hours=7),
                1 if dice.random() < near else 9,
                5.0 if dice.random() < quick else 600.0,
                dice.random() < outside,
                b"the same" if dice.random() < alike else str(step).encode(),
            )
            for step in range(dice.randint(3, 60))
        ]
    return by_office


MONTHS = 150


@pytest.mark.parametrize(("offices", "spread"), [(8, 0.05), (30, 0.02), (30, 0.05)])
def test_a_state_of_honest_offices_is_asked_in_few_months_of_a_hundred(offices: int, spread: float) -> None:
    dice, found = random.Random(42), Counter[SignalKind]()
    for _month in range(MONTHS):
        found.update(one.kind for one in in_disposals(simulated(dice, offices, spread), RULES))
    # Aimed at is one month of twenty in the whole state for each kind.
    assert max(found.values()) <= 0.13 * MONTHS
    assert sum(found.values()) <= 4 * 0.09 * MONTHS
    assert sum(found.values()) / (MONTHS * offices * 4) < 0.01


def test_an_office_that_games_is_noticed_in_most_months_and_blames_nobody_else() -> None:
    dice, found, others = random.Random(43), Counter[SignalKind](), 0
    for _month in range(MONTHS):
        by_office = simulated(dice, 30, 0.05, {0: 0.65})
        by_office[0] *= 1 if len(by_office[0]) >= 20 else 0
        for one in in_disposals(by_office, RULES):
            found[one.kind] += one.office_id == 0
            others += one.office_id != 0
    months = MONTHS * 41 / 58
    assert all(found[kind] > 0.6 * months for kind in KINDS), found
    assert others < 0.15 * MONTHS
