from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swagat.jobs.schedule import EPOCH, INDIA, JOBS, Job


def nothing(_now: datetime) -> dict[str, int]:
    return {}


NIGHTLY = Job("nightly", nothing, at=time(2, 30))


@pytest.mark.parametrize(
    ("now", "slot"),
    [
        ("2026-12-04T02:30+05:30", "2026-12-04T02:30+05:30"),
        ("2026-12-04T02:29:59+05:30", "2026-12-03T02:30+05:30"),
        ("2026-12-04T23:59+05:30", "2026-12-04T02:30+05:30"),
        ("2026-12-03T21:00+00:00", "2026-12-04T02:30+05:30"),
        ("2026-12-03T20:59+00:00", "2026-12-03T02:30+05:30"),
    ],
)
def test_a_nightly_job_has_one_slot_a_day_at_its_hour_in_india(now: str, slot: str) -> None:
    assert NIGHTLY.slot(datetime.fromisoformat(now)) == datetime.fromisoformat(slot)


instants = st.integers(0, 2**32).map(lambda seconds: EPOCH + timedelta(seconds=seconds))
jobs = st.one_of(
    st.integers(1, 3600).map(lambda seconds: Job("often", nothing, every=timedelta(seconds=seconds))),
    st.times().map(lambda hour: Job("daily", nothing, at=hour.replace(fold=0))),
)


@given(jobs, instants)
def test_a_slot_begins_at_or_before_every_instant_in_it(job: Job, now: datetime) -> None:
    slot = job.slot(now)
    length = job.every if job.at is None else timedelta(days=1)
    assert slot <= now < slot + length
    assert job.slot(slot) == slot


@given(jobs, instants, instants)
def test_slots_come_in_the_order_of_time(job: Job, one: datetime, other: datetime) -> None:
    first, second = sorted((one, other))
    assert job.slot(first) <= job.slot(second)


def test_every_job_is_looked_for_at_least_as_often_as_it_has_slots() -> None:
    assert JOBS
    for job in JOBS.values():
        assert job.every <= timedelta(days=1)
        assert job.slot(datetime(2026, 1, 1, tzinfo=INDIA)).tzinfo is UTC
