"""The program opens nonconformities by itself, each night, from what the registers and the published figures say.

So that nobody drowns in them there is one for an office, a source and a month, with the cases linked to it: more cases
of that month are added to it while it is open. A hot-spot is one for each subject, because each has its own cause.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from swagat.database import db, transaction
from swagat.domain.nonconformities import Source
from swagat.domain.quality.changes import SHIFTS, control_points
from swagat.domain.quality.control_charts import Rule
from swagat.domain.quality.figures import figure
from swagat.domain.quality.indicators import INDICATORS, Better, Tally
from swagat.domain.quality.measures import Measure, month_of
from swagat.domain.quality.periods import month, months_after, trend_of
from swagat.domain.rules import Rules
from swagat.models import (
    CaseCount,
    FilingMode,
    Grievance,
    Nonconformity,
    NonconformityCase,
    Office,
    PublishedTally,
    Scope,
)
from swagat.services import catalogue, nonconformity_opening
from swagat.services.catalogue_views import StateView
from swagat.services.tallies import Period, added

# An appeal counts under the month in which it was lodged, and may be decided months later.
MONTHS_OF_APPEALS, MONTHS_OF_CASES = 6, 2
MOST_LINKED = 200
# A month that was published this long ago has been looked at.
LOOKED_AT = timedelta(days=7)
# Which figures are watched: the first that gives a signal is the one by which the effect will be judged.
WATCHED = ("fell", "appeals_allowed", "confirmed", "on_time", "closure_days", "unexplained", "repeated")
LEAST_CASES = 5


@dataclass(slots=True)
class SignalsReport:
    """How many nonconformities one run opened from each source, and how many cases it added to open ones."""

    appeals: int = 0
    repeats: int = 0
    hot_spots: int = 0
    control_charts: int = 0
    cases_added: int = 0

    def figures(self) -> dict[str, int]:
        """Return the report as figures for the log and the health page."""
        return asdict(self)


class _Found(NamedTuple):
    """Cases of one office and month that together are one nonconformity; `subject` tells hot-spots apart."""

    office_id: int
    month: date
    subject: str
    cases: Sequence[int]
    facts: dict[str, Any]


def look(now: datetime, rules: Rules) -> SignalsReport:
    """Open what the last months give reason for; run again it opens nothing twice."""
    report = SignalsReport()
    for state in catalogue.states():
        this_month = month_of(state.calendar.day_of(now))
        with transaction() as session:
            appeals, cases = (
                Period(months_after(this_month, 1 - months), this_month)
                for months in (MONTHS_OF_APPEALS, MONTHS_OF_CASES)
            )
            found = _counted(session, state.id, Measure.APPEALED, appeals)
            report.appeals += _open_all(session, Source.APPEAL, found, "appeals_allowed", now, rules, report)
            if rules.nonconformity_repeats:
                found = _counted(session, state.id, Measure.REPEATED, cases)
                found = [one for one in found if len(one.cases) >= rules.nonconformity_repeats]
                report.repeats += _open_all(session, Source.REPEAT, found, "repeated", now, rules, report)
            if rules.hot_spot_cases:
                found = _hot_spots(session, state.id, cases, rules.hot_spot_cases)
                report.hot_spots += _open_all(session, Source.HOT_SPOT, found, "received", now, rules, report)
        report.control_charts += _from_charts(state, now, rules)
    return report


def _counted(session: Session, state_id: int, measure: Measure, period: Period) -> list[_Found]:
    """Return the cases counted under a measure, by office and month: the same that the figure of it is made of."""
    conditions = [CaseCount.measure == measure]
    if measure is Measure.APPEALED:
        conditions.append(CaseCount.key == "allowed")
    asked = _own(state_id, period, *conditions).order_by(CaseCount.office_id, CaseCount.month, CaseCount.grievance_id)
    rows = session.execute(asked).all()
    return [
        _Found(office_id, in_month, "", [row.grievance_id for row in some], {})
        for (office_id, in_month), some in groupby(rows, key=lambda row: (row.office_id, row.month))
    ]


def _hot_spots(session: Session, state_id: int, period: Period, least: int) -> list[_Found]:
    """Return the places from which so many wrote in a month about one subject, by office and subject."""
    received = CaseCount.measure == Measure.RECEIVED
    spots = (
        _own(state_id, period, received)
        .with_only_columns(CaseCount.office_id, CaseCount.month, CaseCount.key, Grievance.place_id)
        .group_by(CaseCount.office_id, CaseCount.month, CaseCount.key, Grievance.place_id)
        .having(func.count() >= least)
        .subquery()
    )
    asked = (
        _own(state_id, period, received)
        .add_columns(CaseCount.key, Grievance.place_id)
        .join(
            spots,
            (spots.c.office_id == CaseCount.office_id)
            & (spots.c.month == CaseCount.month)
            & (spots.c.key == CaseCount.key)
            & (spots.c.place_id == Grievance.place_id),
        )
        .order_by(CaseCount.office_id, CaseCount.month, CaseCount.key, CaseCount.grievance_id)
    )
    found = []
    for (office_id, in_month, key), rows in groupby(
        session.execute(asked), key=lambda row: (row.office_id, row.month, row.key)
    ):
        some = list(rows)
        facts = {"category_id": int(key), "place_ids": sorted({row.place_id for row in some})[:MOST_LINKED]}
        found.append(_Found(office_id, in_month, key, [row.grievance_id for row in some], facts))
    return found


def _own(state_id: int, period: Period, *conditions: ColumnElement[bool]) -> Select[int, date, int]:
    """Return counts of cases of a state in some months; what was brought over from another system is history."""
    return (
        select(CaseCount.office_id, CaseCount.month, CaseCount.grievance_id)
        .join(Grievance, Grievance.id == CaseCount.grievance_id)
        .where(
            CaseCount.office_id.in_(select(Office.id).where(Office.state_id == state_id)),
            CaseCount.month.between(period.first, period.last),
            Grievance.mode != FilingMode.IMPORTED,
            *conditions,
        )
    )


def _open_all(
    session: Session,
    source: Source,
    found: Sequence[_Found],
    indicator: str,
    now: datetime,
    rules: Rules,
    report: SignalsReport,
) -> int:
    """Open one for each office, month and subject, or add the new cases to the one that is open."""
    opened = 0
    for one in found:
        name = f"{one.office_id}:{one.month:%Y-%m}" + (f":{one.subject}" if one.subject else "")
        before = session.execute(
            select(Nonconformity.id, Nonconformity.ended_at)
            .where(Nonconformity.source == source, Nonconformity.reference.startswith(f"{name}/"))
            .order_by(Nonconformity.id)
        ).all()
        known = set(
            session.scalars(
                select(NonconformityCase.grievance_id).where(
                    NonconformityCase.nonconformity_id.in_([row.id for row in before])
                )
            )
        )
        new = [case for case in one.cases if case not in known][:MOST_LINKED]
        if not new:
            continue
        if before and before[-1].ended_at is None:
            report.cases_added += nonconformity_opening.link(session, before[-1].id, new)
            continue
        made = nonconformity_opening.open_by_system(
            session, source, one.office_id, f"{name}/{len(before) + 1}", now, rules,
            indicator=indicator, month=one.month, facts=one.facts | {"cases": len(new)}, cases=new,
        )  # fmt: skip
        opened += made is not None
    return opened


def _from_charts(state: StateView, now: datetime, rules: Rules) -> int:
    """Open one for each office in whose newest published month a watched figure got worse by more than chance.

    What takes long is worked out before anything is written: nobody waits for it.
    """
    reading = db.session()
    newest = reading.execute(
        select(PublishedTally.month, PublishedTally.published_at)
        .where(PublishedTally.state_id == state.id, PublishedTally.scope == Scope.STATE, PublishedTally.revision == 0)
        .order_by(PublishedTally.month.desc())
        .limit(1)
    ).first()
    if newest is None or newest.published_at < now - LOOKED_AT:
        return 0
    asked = (
        select(Nonconformity.office_id, Nonconformity.indicator)
        .where(Nonconformity.state_id == state.id, Nonconformity.source == Source.CONTROL_CHART)
        .where(Nonconformity.ended_at.is_(None))
    )
    in_hand = {(row.office_id, row.indicator) for row in reading.execute(asked)}
    months = trend_of(month(newest.month))
    found = [
        (office_id, signals)
        for office_id, by_month in _published(reading, state.id, months)
        if (signals := worse_than_chance(by_month, months))
        and not any((office_id, code) in in_hand for code in signals)
    ]
    opened = 0
    with transaction() as session:
        for office_id, signals in found:
            made = nonconformity_opening.open_by_system(
                session, Source.CONTROL_CHART, office_id, f"{office_id}:{newest.month:%Y-%m}", now, rules,
                indicator=next(iter(signals)), month=newest.month,
                facts={"signals": {code: sorted(one) for code, one in signals.items()}},
            )  # fmt: skip
            opened += made is not None
    return opened


def worse_than_chance(by_month: dict[date, Tally], months: Sequence[date]) -> dict[str, frozenset[Rule]]:
    """Return which watched figures moved the wrong way in the last of these months by more than chance, and why."""
    found = {}
    for code in WATCHED:
        indicator = INDICATORS[code]
        points = control_points({one: figure(indicator, tally) for one, tally in by_month.items()}, months)
        if not points or points[-1].month != months[-1] or points[-1].figure.whole < LEAST_CASES:
            continue
        last = points[-1]
        is_worse = ((last.figure.value or 0) < last.limits.centre) == (indicator.better is Better.UP)
        if last.rules & SHIFTS and is_worse:
            found[code] = last.rules & SHIFTS
    return found


def _published(session: Session, state_id: int, months: Sequence[date]) -> list[tuple[int, dict[date, Tally]]]:
    """Return what was published last of each office in these months."""
    asked = (
        select(PublishedTally.scope_id, PublishedTally.month, PublishedTally.counts)
        .where(PublishedTally.state_id == state_id, PublishedTally.scope == Scope.OFFICE)
        .where(PublishedTally.month.between(months[0], months[-1]))
        .order_by(PublishedTally.scope_id, PublishedTally.month, PublishedTally.revision)
    )
    rows = session.execute(asked)
    return [
        (office_id, {row.month: added([row.counts]) for row in some})
        for office_id, some in groupby(rows, key=lambda row: row.scope_id)
    ]
