"""Print, as one JSON line, the CPU seconds that 100,000 due dates and other counts of working time cost."""

import importlib.util
import json
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from statistics import median
from time import process_time
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from swagat.domain.deadlines import Interval, due_date, limit_for, next_step
from swagat.domain.policies import SHIPPED_POLICY, Channel, Policy, Unit
from swagat.domain.working_time import WorkingCalendar

COUNT = 100_000
RUNS = 5
YEARS = 10
FIRST = date(2020, 1, 1)


def main() -> None:
    """Measure every way of counting and print the medians."""
    random = Random(1)
    days = [FIRST + timedelta(days=random.randrange(YEARS * 365)) for _ in range(COUNT)]
    instants = [datetime.combine(day, time(random.randrange(24)), UTC) for day in days]
    every_day = [FIRST + timedelta(days=step) for step in range((YEARS + 2) * 365)]
    holidays = dict.fromkeys(random.sample(every_day, 23 * (YEARS + 2)), "a holiday")
    pauses = [
        [Interval(instant + timedelta(days=3), instant + timedelta(days=8))] if number % 4 == 0 else []
        for number, instant in enumerate(instants)
    ]

    def calendar() -> WorkingCalendar:
        return WorkingCalendar(
            frames=((time(10, 30), time(14, 0)), (time(14, 30), time(18, 10))),
            off_saturdays={2, 4},
            holidays=holidays,
        )

    def policy(unit: Unit) -> Policy:
        return Policy(
            version=1,
            effective_from=FIRST,
            unit=unit,
            start_days=SHIPPED_POLICY.start_days,
            step_days=SHIPPED_POLICY.step_days,
            ours=SHIPPED_POLICY.ours,
        )

    def due_dates(unit: Unit) -> Callable[[], None]:
        def work() -> None:
            shared, rules = calendar(), policy(unit)
            for day, paused in zip(days, pauses, strict=True):
                due_date(day, limit_for(None, "estimate", Channel.GREEN, 1, rules), shared, paused)

        return work

    def steps() -> None:
        shared = calendar()
        for instant in instants:
            next_step(instant, 1, SHIPPED_POLICY, Channel.GREEN, shared)

    def whole_days() -> None:
        shared = calendar()
        for day in days:
            shared.add_working_days(day, 21)

    def ten_years() -> None:
        shared = calendar()
        for day in days:
            shared.add_working_days(day, 2800)

    def hours() -> None:
        shared, two_hours = calendar(), timedelta(hours=2)
        for instant in instants:
            shared.add(instant, two_hours)

    def hours_between() -> None:
        shared = calendar()
        for first, last in zip(instants, reversed(instants), strict=True):
            shared.between(first, last)

    seconds = {
        "due_dates_calendar_days": _cpu(due_dates(Unit.CALENDAR)),
        "due_dates_working_days": _cpu(due_dates(Unit.WORKING)),
        "next_steps": _cpu(steps),
        "add_21_working_days": _cpu(whole_days),
        "add_2800_working_days": _cpu(ten_years),
        "add_2_working_hours": _cpu(hours),
        "working_time_between": _cpu(hours_between),
    }
    if importlib.util.find_spec("numpy"):
        seconds |= _numpy_seconds(days, list(holidays))
    worst = max(seconds["due_dates_calendar_days"], seconds["due_dates_working_days"])
    result: dict[str, Any] = {
        "bench": "working_time",
        "count": COUNT,
        "runs": RUNS,
        "cpu_seconds": {name: round(value, 4) for name, value in seconds.items()},
        "budget_cpu_seconds": 2.0,
        "within_budget": worst <= 2.0,
    }
    print(json.dumps(result))


def _cpu(work: Callable[[], None]) -> float:
    """Return the median CPU seconds of the runs, each with a calendar whose index is still to be built."""
    seconds = []
    for _ in range(RUNS):
        begun = process_time()
        work()
        seconds.append(process_time() - begun)
    return median(seconds)


def _numpy_seconds(days: list[date], holidays: list[date]) -> dict[str, float]:
    """Return what `busday_offset` costs for whole days, in one call for all and in a call for each.

    It knows no second and fourth Saturdays, so every Saturday works in its week.
    """
    numpy = importlib.import_module("numpy")
    calendar = numpy.busdaycalendar("1111110", holidays)
    array = numpy.array(days, dtype="datetime64[D]")

    def at_once() -> None:
        numpy.busday_offset(array, 21, roll="backward", busdaycal=calendar)

    def one_by_one() -> None:
        for day in days:
            numpy.busday_offset(day, 21, roll="backward", busdaycal=calendar)

    return {"numpy_at_once": _cpu(at_once), "numpy_one_by_one": _cpu(one_by_one)}


if __name__ == "__main__":
    main()
