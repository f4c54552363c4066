"""A month is published once, on its day, and stays as it was published; what changes is listed as a revision."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from swagat.database import db, transaction
from swagat.domain.quality.counting import counts_of
from swagat.domain.quality.measures import EVER, Measure
from swagat.domain.quality.revisions import Value
from swagat.domain.workflow import Action
from swagat.jobs.runner import AGAIN, DONE, FAILED, run_slot
from swagat.jobs.schedule import JOBS
from swagat.models import MonthTally, PublishedTally, Scope, Uncounted
from swagat.services import publishing
from swagat.services.published_months import Published, Revision, history, revisions_of
from swagat.services.publishing import NotCountedYet, publish
from swagat.services.tallies import Where
from tests.builders import file_case, gujarat, office
from tests.domain.quality.tales import CALENDAR, WATER, Tale
from tests.services.test_two_at_once import at_once

A = Action
JULY, AUGUST = date(2026, 7, 1), date(2026, 8, 1)
ON_DAY = 10
A_DAY = timedelta(days=1)


def august(day: float) -> datetime:
    """Return six in the morning in India, on a day counted from the last of July."""
    return datetime(2026, 7, 31, 0, 30, tzinfo=UTC) + timedelta(days=day)


def confirmed() -> Tale:
    return Tale(1).then(A.ASSIGN, 2).then(A.REPORT_ACTION, 5).then(A.DISPOSE, 6).then(A.HAND_OVER, 6).then(A.CONFIRM, 8)


def reopened() -> Tale:
    return confirmed().then(A.REOPEN, 45)


def whose() -> list[Where]:
    """Return the state and the office of the tales, as our figures know them."""
    return [Where(gujarat(), Scope.STATE, gujarat()), Where(gujarat(), Scope.OFFICE, office("MAM-3783"))]


def count(tales: Iterable[Tale], at: datetime, is_imported: bool = False) -> None:
    """Write what these cases count for over what was counted before, as the counting does."""
    months: dict[date, dict[str, dict[str, int]]] = {}
    for tale in tales:
        for one, number in counts_of(tale.entries, tale.received_on, WATER, CALENDAR).items():
            keys = months.setdefault(one.month, {}).setdefault(one.measure.value, {})
            keys[one.key] = keys.get(one.key, 0) + number
    with transaction() as session:
        session.execute(delete(MonthTally).where(MonthTally.is_imported.is_(is_imported)))
        for where in whose():
            for month, counts in months.items():
                session.add(
                    MonthTally(state_id=where.state_id, scope=where.scope, scope_id=where.scope_id, month=month,
                               is_imported=is_imported, counts=counts, counted_at=at)
                )  # fmt: skip


def published(session: Session, where: Where, month: date, revision: int = 0) -> Published | None:
    return next((one for one in history(session, where, month) if one.revision == revision), None)


def revisions(session: Session, where: Where, month: date) -> list[Revision]:
    return revisions_of(history(session, where, month))


def rows() -> int:
    return db.session.scalar(select(func.count()).select_from(PublishedTally)) or 0


def test_nothing_is_published_before_its_day(app: Flask) -> None:
    count([confirmed()], august(1))
    publish(august(9), ON_DAY)
    assert rows() == 0
    assert all(published(db.session(), where, JULY) is None for where in whose())


def test_on_its_day_a_month_is_published_for_every_scope_as_it_was_counted(app: Flask) -> None:
    count([confirmed(), confirmed()], august(9))
    report = publish(august(10), ON_DAY)
    assert (report.months, report.tallies, report.revisions) == (1, 2, 0)
    for where in whose():
        found = published(db.session(), where, JULY)
        assert found is not None
        assert (found.revision, found.as_of, found.published_at) == (0, august(9), august(10))
        assert found.tally[Measure.RECEIVED] == {str(WATER): 2}
        assert found.tally[Measure.ANSWERED] == {"redressed|confirmed": 2}
        assert revisions(db.session(), where, JULY) == []
    assert published(db.session(), whose()[0], AUGUST) is None


def test_what_is_open_now_belongs_to_no_month_that_is_published(app: Flask) -> None:
    count([Tale(1), confirmed()], august(9))
    publish(august(10), ON_DAY)
    assert EVER not in set(db.session.scalars(select(PublishedTally.month)))
    found = published(db.session(), whose()[0], JULY)
    assert found is not None
    assert Measure.OPEN not in found.tally


def test_published_twice_is_once(app: Flask) -> None:
    count([confirmed()], august(9))
    publish(august(10), ON_DAY)
    again = publish(august(10.5), ON_DAY)
    assert (again.months, again.tallies, again.revisions) == (0, 0, 0)
    assert rows() == 2


def test_a_month_stays_as_published_after_a_later_reopening_and_the_revision_says_what_changed(app: Flask) -> None:
    count([confirmed(), confirmed()], august(9))
    publish(august(10), ON_DAY)
    count([confirmed(), reopened()], august(15))
    assert publish(august(16), ON_DAY).revisions == 2
    for where in whose():
        first = published(db.session(), where, JULY)
        assert first is not None
        assert first.tally[Measure.ANSWERED] == {"redressed|confirmed": 2}
        assert first.published_at == august(10)
        [revision] = revisions(db.session(), where, JULY)
        assert (revision.number, revision.as_of, revision.published_at) == (1, august(15), august(16))
        changed = {one.indicator.code: (one.before, one.after) for one in revision.changes}
        assert changed == {
            "closure_days": (Value(2, 2, 4, 4), Value(1, 1, 4, 4)),
            "closure_calendar_days": (Value(2, 2, 5, 5), Value(1, 1, 5, 5)),
            "answer_days": (Value(2, 2, 4, 4), Value(1, 1, 4, 4)),
            "confirmed": (Value(2, 2), Value(1, 2)),
            "fell": (Value(0, 2), Value(1, 2)),
        }
        newest = published(db.session(), where, JULY, revision=1)
        assert newest is not None
        assert newest.tally[Measure.ANSWERED] == {"redressed|confirmed": 1, "redressed|reopened": 1}


def test_each_later_change_is_a_revision_after_the_one_before(app: Flask) -> None:
    count([confirmed()], august(9))
    publish(august(10), ON_DAY)
    count([reopened()], august(15))
    publish(august(16), ON_DAY)
    count([confirmed()], august(17))
    publish(august(18), ON_DAY)
    publish(august(19), ON_DAY)
    first, second = revisions(db.session(), whose()[0], JULY)
    assert (first.number, second.number) == (1, 2)
    swapped = [(one.indicator.code, one.after, one.before) for one in second.changes]
    assert swapped == [(one.indicator.code, one.before, one.after) for one in first.changes] != []


def test_counts_that_came_to_nothing_are_no_revision(app: Flask) -> None:
    count([confirmed()], august(9))
    publish(august(10), ON_DAY)
    with transaction() as session:
        for row in session.scalars(select(MonthTally).where(MonthTally.month == JULY)):
            row.counts = row.counts | {"repeated": {"": 0}, "rated": {}}
    assert publish(august(11), ON_DAY).revisions == 0


def test_an_office_that_had_nothing_when_the_month_was_published_is_revised_from_nothing(app: Flask) -> None:
    count([confirmed()], august(9))
    state, mamlatdar = whose()
    with transaction() as session:
        session.execute(delete(MonthTally).where(MonthTally.scope == Scope.OFFICE))
    publish(august(10), ON_DAY)
    nothing = published(db.session(), mamlatdar, JULY)
    assert nothing is not None
    assert (nothing.tally, nothing.published_at) == ({}, august(10))
    count([confirmed()], august(12))
    assert publish(august(13), ON_DAY).revisions == 1
    [revision] = revisions(db.session(), mamlatdar, JULY)
    assert [(one.before, one.after) for one in revision.changes if one.indicator.code == "received"] == [
        (Value(0, 0), Value(1, 1))
    ]
    assert revisions(db.session(), state, JULY) == []


def test_a_day_that_was_missed_is_caught_up_and_so_are_whole_months(app: Flask) -> None:
    count([confirmed()], august(9))
    report = publish(august(10 + 31 + 20), ON_DAY)
    # July and, though nothing happened in it, August.
    assert report.months == 2
    found = [published(db.session(), whose()[0], month) for month in (JULY, AUGUST)]
    assert [one.tally == {} for one in found if one] == [False, True]


def test_months_older_than_two_years_stay_as_they_were_published_last(app: Flask) -> None:
    count([confirmed()], august(9))
    publish(august(10), ON_DAY)
    count([reopened()], august(15))
    long_after = august(10 + 731 + 40)
    publish(long_after, ON_DAY)
    assert revisions(db.session(), whose()[0], JULY) == []
    publish(long_after - timedelta(days=100), ON_DAY)
    assert len(revisions(db.session(), whose()[0], JULY)) == 1


def test_cases_of_another_system_are_left_out(app: Flask) -> None:
    count([confirmed()], august(9))
    count([confirmed(), confirmed()], august(9), is_imported=True)
    publish(august(10), ON_DAY)
    found = published(db.session(), whose()[0], JULY)
    assert found is not None
    assert found.tally[Measure.RECEIVED] == {str(WATER): 1}


def test_while_entries_wait_to_be_counted_nothing_is_published_and_it_is_tried_again(app: Flask) -> None:
    count([confirmed()], august(9))
    filed = file_case(at=0)
    assert filed
    ready = august(10)
    run = run_slot(JOBS["publishing"], ready)
    assert run is not None
    assert run.outcome == FAILED
    with pytest.raises(NotCountedYet, match="1 entries"):
        publish(ready, ON_DAY)
    assert rows() == 0
    with transaction() as session:
        session.execute(delete(Uncounted))
    later = run_slot(JOBS["publishing"], ready + AGAIN + timedelta(seconds=1))
    assert later is not None
    assert (later.outcome, later.report) == (DONE, {"months": 1, "tallies": 2, "revisions": 0})


def test_what_was_entered_a_moment_ago_holds_nothing_up(app: Flask) -> None:
    count([confirmed()], august(9))
    file_case(at=0)
    filed_at = datetime(2026, 7, 1, 6, 0, tzinfo=UTC)
    publish(filed_at + publishing.WAITS - timedelta(seconds=1), ON_DAY)
    with pytest.raises(NotCountedYet):
        publish(filed_at + publishing.WAITS, ON_DAY)


@pytest.mark.parametrize(("publish_on_day", "months"), [(5, 1), (6, 1), (7, 0)])
def test_publish_on_day_is_the_day_from_which_a_month_is_out(
    app: Flask, monkeypatch: pytest.MonkeyPatch, publish_on_day: int, months: int
) -> None:
    monkeypatch.setitem(app.config, "PUBLISH_ON_DAY", publish_on_day)
    count([confirmed()], august(4))
    assert JOBS["publishing"].run(august(6))["months"] == months


@pytest.mark.concurrency
def test_two_processes_at_once_publish_a_month_once(own_app: Flask) -> None:
    with own_app.app_context():
        count([confirmed()], august(9))
        reports = at_once(own_app, *[lambda: publish(august(10), ON_DAY)] * 4)
        assert [type(one).__name__ for one in reports] == ["PublishReport"] * 4, reports
        assert sum(one.tallies for one in reports) == rows() == 2
        count([reopened()], august(12))
        reports = at_once(own_app, *[lambda: publish(august(13), ON_DAY)] * 4)
        assert sum(one.revisions for one in reports) == 2
        assert rows() == 4
