"""The invented history is worth importing, and its figures tell who improves, who games and who drowns."""

from collections import Counter
from datetime import UTC, date, datetime, time

import pytest

from swagat.domain.importing import check_head, check_line, entries_of
from swagat.domain.quality.counting import Entry, counts_of
from swagat.domain.quality.funnel import Standing, standing
from swagat.domain.quality.indicators import INDICATORS, Tally
from swagat.domain.quality.measures import Measure
from swagat.domain.quality.percentiles import MEDIAN, percentile
from swagat.services.demo_history import OFFICES, lines
from swagat.services.demo_live import begins_on
from tests.domain.quality.tales import CALENDAR

TODAY = date(2026, 12, 1)
BAVLA, SANAND, DHANDHUKA = "MAM-3784", "MAM-3780", "MAM-3787"


@pytest.fixture(scope="module")
def tallies() -> dict[tuple[str, str], Tally]:
    """What each office counts for in the first and in the last year."""
    found: dict[tuple[str, str], dict[Measure, Counter[str]]] = {}
    for values in lines(TODAY, begins_on(TODAY)):
        checked = check_line(values, TODAY)
        assert checked.line is not None, checked.faults
        year = "first" if checked.line.filed_on < date(2025, 12, 1) else "last"
        tally = found.setdefault((checked.line.office, year), {})
        for count, number in counts_of(_entries(checked.line), checked.line.filed_on, 1, CALENDAR).items():
            tally.setdefault(count.measure, Counter())[count.key] += number
    return found  # type: ignore[return-value]


def _entries(line: object) -> list[Entry]:
    return [
        Entry(
            datetime.combine(one.day, time(6), UTC), one.action, one.status_before, one.status, 1, 1, 1, 1, 1, 1,
            one.clock_state, one.payload,
        )
        for one in entries_of(line)  # type: ignore[arg-type]
    ]  # fmt: skip


def half_within(tally: Tally) -> int:
    days = percentile(INDICATORS["closure_days"].days(tally), MEDIAN)
    assert days is not None
    return days


def share(tally: Tally, code: str) -> float:
    return INDICATORS[code].count_part(tally) / INDICATORS[code].count_whole(tally)


def test_every_line_can_be_imported_and_the_same_day_makes_the_same_lines() -> None:
    found = list(lines(TODAY, begins_on(TODAY)))
    assert check_head(list(found[0])) == []
    assert len({one["number"] for one in found}) == len(found)
    assert found == list(lines(TODAY, begins_on(TODAY)))


def test_the_office_that_improves_gets_quicker_and_is_confirmed_more_often(
    tallies: dict[tuple[str, str], Tally],
) -> None:
    first, last = tallies[BAVLA, "first"], tallies[BAVLA, "last"]
    assert half_within(last) < 0.7 * half_within(first)
    assert share(last, "confirmed") > share(first, "confirmed") + 0.1
    assert share(last, "on_time") > share(first, "on_time")


def test_the_office_that_drowns_gets_slower_and_later(tallies: dict[tuple[str, str], Tally]) -> None:
    first, last = tallies[DHANDHUKA, "first"], tallies[DHANDHUKA, "last"]
    assert half_within(last) > 1.4 * half_within(first)
    assert share(last, "on_time") < share(first, "on_time") - 0.2


def test_the_office_that_games_looks_punctual_and_its_disposals_fall(tallies: dict[tuple[str, str], Tally]) -> None:
    last = tallies[SANAND, "last"]
    assert share(last, "on_time") > 0.95
    peers = [tallies[office, "last"] for office in OFFICES if office not in (SANAND,)]
    fell = INDICATORS["fell"]
    of_peers = sum(fell.count_part(one) for one in peers) / sum(fell.count_whole(one) for one in peers)
    assert standing(fell.count_part(last), fell.count_whole(last), of_peers) is Standing.HIGH
