"""Once a night: signals of gaming are looked for, and what is found is written down for a person to judge.

What was written stays as it was seen then. Whoever looks again, or two processes at once, write nothing twice.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from swagat.database import db, table_of, transaction
from swagat.domain.errors import N_, Invalid
from swagat.domain.quality import signals
from swagat.domain.quality.measures import month_of
from swagat.domain.rules import Rules
from swagat.domain.working_time import INDIA
from swagat.models import Office, Signal, SignalCase, SignalState
from swagat.services import catalogue, signal_facts
from swagat.services.bulk import ids_for
from swagat.services.catalogue_views import StateView
from swagat.services.scope import hold_state

# The day of the month from which on the month before is looked at: what was written late is counted by then.
LOOKED_AT_ON = 3
# Bursts are looked for in so many days, so that a job that did not run misses none; beside what came in a month.
BURST_DAYS, CONFIRMED_DAYS = timedelta(days=7), timedelta(days=30)


@dataclass(frozen=True, slots=True)
class SignalsReport:
    """How many signals were found for the first time, and in how many offices."""

    found: int = 0
    offices: int = 0

    @property
    def ok(self) -> bool:
        """Return whether it was looked at all: what is found is no fault of the program."""
        return True

    def figures(self) -> dict[str, int]:
        """Return the report as figures for the log and the health page."""
        return asdict(self)

    def lines(self) -> list[str]:
        """Return the report as lines for a terminal."""
        return [f"{self.found} new signals in {self.offices} offices, for a person to judge under /quality/signals"]


def find(now: datetime, rules: Rules, burst_size: int) -> SignalsReport:
    """Look for the signals of the month before this one, once it is counted, and for bursts of the last days."""
    today = now.astimezone(INDIA).date()
    month = month_of(month_of(today) - timedelta(days=1))
    reports = []
    for state in catalogue.states():
        found = _bursts(db.session(), state, now, burst_size)
        if today.day >= LOOKED_AT_ON:
            found += _in_month(db.session(), state, month, rules)
        reports.append(_write(state, found, now))
    return _together(reports)


def find_in(months: Sequence[date], now: datetime, rules: Rules) -> SignalsReport:
    """Look for the signals of earlier months, as after an import; raise Invalid for one that has not ended."""
    if any(month >= month_of(now.astimezone(INDIA).date()) for month in months):
        raise Invalid(N_("This month has not ended."))
    session: Session = db.session()
    return _together(
        [
            _write(state, _in_month(session, state, month, rules), now)
            for month in months
            for state in catalogue.states()
        ]
    )


def _together(reports: Sequence[SignalsReport]) -> SignalsReport:
    return SignalsReport(sum(one.found for one in reports), sum(one.offices for one in reports))


def _in_month(session: Session, state: StateView, month: date, rules: Rules) -> list[signals.Signal]:
    offices = signal_facts.offices_of(session, state.id)
    disposals = signal_facts.disposals(session, state.id, offices, month, rules)
    found = [*signals.in_disposals(disposals, rules)]
    found += signals.in_filings(signal_facts.filings(session, offices, month), rules)
    return [replace(one, month=month) for one in found]


def _bursts(session: Session, state: StateView, now: datetime, burst_size: int) -> list[signals.Signal]:
    offices = signal_facts.offices_of(session, state.id)
    bursts = signal_facts.bursts(session, offices, burst_size, now - BURST_DAYS, now)
    if not bursts:
        return []
    confirmed = signal_facts.confirmed(session, offices, now - CONFIRMED_DAYS, now)
    return list(signals.in_bursts(bursts, confirmed, burst_size, state.calendar))


def _write(state: StateView, found: Iterable[signals.Signal], now: datetime) -> SignalsReport:
    """Write what was not found before, in one transaction."""
    wanted = {(one.office_id, one.kind, one.month, one.key): one for one in found}
    if not wanted:
        return SignalsReport()
    with transaction() as session:
        # Whoever else looks waits here and then finds it written.
        hold_state(session, state.id)
        known = select(Signal.office_id, Signal.kind, Signal.month, Signal.key).join(
            Office, Office.id == Signal.office_id
        )
        known = known.where(Office.state_id == state.id, Signal.month.in_({key[2] for key in wanted}))
        there = {tuple(row) for row in session.execute(known)}
        new = [one for key, one in wanted.items() if key not in there]
        if not new:
            return SignalsReport()
        ids = ids_for(session, table_of(Signal), len(new))
        session.execute(insert(Signal), [_row(one_id, one, now) for one_id, one in zip(ids, new, strict=True)])
        session.execute(
            insert(SignalCase),
            [
                {"signal_id": one_id, "grievance_id": case.case_id, "at": case.at}
                for one_id, one in zip(ids, new, strict=True)
                for case in one.cases
            ],
        )
    return SignalsReport(len(new), len({one.office_id for one in new}))


def _row(one_id: int, one: signals.Signal, now: datetime) -> dict[str, Any]:
    return {
        "id": one_id,
        "office_id": one.office_id,
        "kind": one.kind,
        "month": one.month,
        "key": one.key,
        "seen": {
            "part": one.part,
            "whole": one.whole,
            "peers_part": one.peers_part,
            "peers_whole": one.peers_whole,
            "chance": one.chance,
            **one.facts,
        },
        "found_at": now,
        "state": SignalState.OPEN,
        "version": 0,
    }
