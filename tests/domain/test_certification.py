"""Certificates: what a cycle asks for and when, and in which state a certificate is on a day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swagat.domain.certification import (
    AFTER,
    OF_THE_CYCLE,
    AuditKind,
    CertificateState,
    Cycle,
    StepKind,
    counted,
    duties,
    fault_of_audit,
    fault_of_cycle,
    fault_of_step,
    next_duty,
    standing,
    usual_expiry,
    years_after,
)
from swagat.domain.standards import EDITIONS, clause_name, family_of, is_clause

ONE_DAY = timedelta(days=1)
DECIDED = date(2026, 2, 9)
CYCLE = Cycle(DECIDED, date(2029, 2, 8))
FIRST, SECOND, AGAIN = OF_THE_CYCLE
DONE_FIRST = {FIRST: date(2027, 1, 20)}
DONE_BOTH = DONE_FIRST | {SECOND: date(2028, 1, 12)}
DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize(
    ("day", "years", "expected"),
    [
        (date(2026, 2, 9), 1, date(2027, 2, 9)),
        (date(2024, 2, 29), 1, date(2025, 2, 28)),
        (date(2024, 2, 29), 4, date(2028, 2, 29)),
    ],
)
def test_a_year_on_is_the_same_day(day: date, years: int, expected: date) -> None:
    assert years_after(day, years) == expected


def test_a_cycle_of_three_years_ends_on_the_eve_of_the_decisions_day() -> None:
    assert usual_expiry(DECIDED) == date(2029, 2, 8)


@pytest.mark.parametrize(
    ("done", "expected"),
    [
        ({}, [date(2027, 2, 9), date(2028, 2, 9), date(2029, 2, 8)]),
        # An early surveillance brings the next forward: no calendar year goes without an audit.
        ({FIRST: date(2026, 11, 20)}, [date(2027, 2, 9), date(2027, 12, 31), date(2029, 2, 8)]),
        (DONE_FIRST, [date(2027, 2, 9), date(2028, 2, 9), date(2029, 2, 8)]),
        (
            {FIRST: date(2026, 11, 20), SECOND: date(2027, 10, 5)},
            [date(2027, 2, 9), date(2027, 12, 31), date(2028, 12, 31)],
        ),
    ],
)
def test_what_is_due_by_when(done: dict[AuditKind, date], expected: list[date]) -> None:
    assert [one.due_on for one in duties(CYCLE, done)] == expected


@pytest.mark.parametrize(
    ("day", "done", "step", "state"),
    [
        (DECIDED, {}, None, CertificateState.VALID),
        (date(2026, 11, 10), {}, None, CertificateState.VALID),
        (date(2026, 11, 11), {}, None, CertificateState.SURVEILLANCE_DUE),
        (date(2027, 2, 9), {}, None, CertificateState.SURVEILLANCE_DUE),
        (date(2027, 2, 10), {}, None, CertificateState.SURVEILLANCE_MISSED),
        (date(2027, 2, 10), DONE_FIRST, None, CertificateState.VALID),
        (date(2028, 2, 10), DONE_FIRST, None, CertificateState.SURVEILLANCE_MISSED),
        (date(2028, 2, 10), {SECOND: date(2028, 1, 12)}, None, CertificateState.VALID),
        (date(2028, 8, 11), DONE_BOTH, None, CertificateState.VALID),
        (date(2028, 8, 12), DONE_BOTH, None, CertificateState.RECERTIFICATION_DUE),
        (date(2029, 2, 8), DONE_BOTH, None, CertificateState.RECERTIFICATION_DUE),
        (date(2029, 2, 8), DONE_BOTH | {AGAIN: date(2028, 12, 1)}, None, CertificateState.VALID),
        (date(2029, 2, 9), DONE_BOTH | {AGAIN: date(2028, 12, 1)}, None, CertificateState.LAPSED),
        (date(2027, 2, 10), {}, StepKind.SUSPENDED, CertificateState.SUSPENDED),
        (date(2027, 2, 10), {}, StepKind.RESTORED, CertificateState.SURVEILLANCE_MISSED),
        (date(2029, 2, 9), {}, StepKind.SUSPENDED, CertificateState.LAPSED),
        (date(2026, 3, 1), {}, StepKind.WITHDRAWN, CertificateState.WITHDRAWN),
    ],
)
def test_the_state_on_a_day(
    day: date, done: dict[AuditKind, date], step: StepKind | None, state: CertificateState
) -> None:
    assert standing(CYCLE, done, step, day).state is state


def test_what_was_passed_over_is_not_waited_for() -> None:
    left = next_duty(duties(CYCLE, {SECOND: date(2028, 1, 12)}))
    assert left is not None
    assert left.kind is AGAIN


@given(DAYS, st.lists(st.integers(0, 400), min_size=3, max_size=3))
def test_who_is_never_late_has_an_audit_in_every_calendar_year_between(decided: date, early: list[int]) -> None:
    cycle = Cycle(decided, usual_expiry(decided))
    done: dict[AuditKind, date] = {}
    last = decided
    for kind, days in zip(OF_THE_CYCLE, early, strict=True):
        due = next(one.due_on for one in duties(cycle, done) if one.kind is kind)
        last = max(last, due - timedelta(days=days))
        done[kind] = last
    years = {one.year for one in done.values()}
    assert set(range(decided.year + 1, done[AGAIN].year)) <= years
    assert done[FIRST] <= years_after(decided, 1)
    assert done[AGAIN] <= cycle.expires_on


@given(DAYS, st.integers(0, 1200))
def test_a_certificate_without_audits_only_ever_gets_worse(decided: date, days: int) -> None:
    cycle = Cycle(decided, usual_expiry(decided))
    order = list(CertificateState)
    states = [standing(cycle, {}, None, decided + timedelta(days=one)).state for one in (days, days + 1)]
    assert order.index(states[0]) <= order.index(states[1])
    assert (states[1] is CertificateState.LAPSED) == (decided + timedelta(days=days + 1) > cycle.expires_on)


@pytest.mark.parametrize(
    ("cycle", "earlier", "field"),
    [
        (CYCLE, None, None),
        (Cycle(DECIDED, date(2029, 2, 9)), None, None),
        (Cycle(DECIDED, date(2029, 2, 10)), None, "expires_on"),
        (Cycle(DECIDED, DECIDED), None, "expires_on"),
        (Cycle(DECIDED, date(2026, 2, 8)), None, "expires_on"),
        (Cycle(date(2026, 7, 2), date(2029, 7, 1)), None, "decided_on"),
        (Cycle(date(1986, 12, 31), date(1989, 12, 30)), None, "decided_on"),
        # Renewed two months early, it may last three years from where the earlier one ends.
        (Cycle(DECIDED, date(2029, 4, 8)), date(2026, 4, 8), None),
        (Cycle(DECIDED, date(2029, 4, 10)), date(2026, 4, 8), "expires_on"),
    ],
)
def test_the_days_of_a_certificate_are_checked(cycle: Cycle, earlier: date | None, field: str | None) -> None:
    fault = fault_of_cycle(cycle, earlier, date(2026, 7, 1))
    assert (fault[0] if fault else None) == field


@pytest.mark.parametrize(
    ("kind", "done_on", "done", "field"),
    [
        (FIRST, date(2027, 1, 20), {}, None),
        (FIRST, date(2027, 6, 1), {}, None),
        (FIRST, date(2027, 1, 20), DONE_FIRST, "kind"),
        (AuditKind.SPECIAL, date(2027, 1, 20), {AuditKind.SPECIAL: date(2026, 5, 1)}, None),
        (AuditKind.SPECIAL, date(2026, 2, 8), {}, "done_on"),
        (FIRST, date(2029, 2, 9), {}, "done_on"),
        (FIRST, date(2031, 1, 1), {}, "done_on"),
        (AuditKind.STAGE_1, date(2025, 12, 1), {}, None),
        (AuditKind.STAGE_2, date(2026, 3, 1), {}, "done_on"),
        (AuditKind.STAGE_2, date(2025, 1, 1), {}, "done_on"),
        (SECOND, date(2027, 1, 19), DONE_FIRST, "done_on"),
        (FIRST, date(2028, 1, 13), {SECOND: date(2028, 1, 12)}, "done_on"),
    ],
)
def test_an_audit_is_recorded_where_its_cycle_has_room_for_it(
    kind: AuditKind, done_on: date, done: dict[AuditKind, date], field: str | None
) -> None:
    fault = fault_of_audit(kind, done_on, CYCLE, done, date(2030, 1, 1))
    assert (fault[0] if fault else None) == field


def test_every_step_may_or_may_not_follow_every_other() -> None:
    for last, allowed in AFTER.items():
        for kind in StepKind:
            assert (fault_of_step(kind, last) is None) == (kind in allowed)
    assert set(AFTER) == {None, *StepKind}
    assert AFTER[StepKind.STRUCK] == ()


def test_states_are_counted_in_their_order() -> None:
    states = [CertificateState.LAPSED, CertificateState.VALID, CertificateState.VALID]
    assert list(counted(states).items()) == [(CertificateState.VALID, 2), (CertificateState.LAPSED, 1)]


@pytest.mark.parametrize(
    ("edition", "clause", "is_one"),
    [
        ("iso9001-2015", "9.1.2", True),
        ("iso9001-2015", "8.5.1", True),
        ("iso9001-2015", "10.2", True),
        ("iso9001-2015", "11", False),
        ("iso9001-2015", "42", False),
        ("iso9001-2026", "anything", True),
    ],
)
def test_a_clause_is_one_of_the_edition(edition: str, clause: str, is_one: bool) -> None:
    assert is_clause(edition, clause) is is_one


def test_editions_of_one_standard_are_one_family() -> None:
    assert {family_of(code) for code in EDITIONS} == {"iso9001", "is15700", "iso10002"}
    assert all(code == one.code for code, one in EDITIONS.items())


@pytest.mark.parametrize(
    ("edition", "clause", "name"),
    [
        ("iso9001-2015", "9.1.2", "Satisfaction"),
        ("iso9001-2015", "8.2.1", "What people are told and promised"),
        ("iso9001-2026", "8.2.1", ""),
        ("gone", "8.2.1", ""),
    ],
)
def test_a_clause_is_called_by_the_nearest_of_the_map(edition: str, clause: str, name: str) -> None:
    assert clause_name(edition, clause) == name
