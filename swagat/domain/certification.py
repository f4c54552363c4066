"""Certificates of management systems: their cycle, what is due when, and in which state one is on a day.

The rules are those that ISO/IEC 17021-1:2015 gives certification bodies: 9.1.3.2 (a cycle of three years: surveillance
in the first and second year, recertification in the third, before the certificate expires), 9.1.3.3 (an audit in every
calendar year, the first surveillance within 12 months of the decision), 9.6.3 (recertification), 9.6.5 (suspension
and withdrawal). Every rule takes the day as an argument.
"""

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from swagat.domain.errors import N_, Text

YEARS = 3
SURVEILLANCE_AHEAD = timedelta(days=90)
# Recertification takes longer: what it finds must be put right, and the decision made, before the certificate expires.
RECERTIFICATION_AHEAD = timedelta(days=180)
REMINDERS = (60, 30, 0)
LAST_CYCLE = 40
FIRST_DAY = date(1987, 1, 1)


class AuditKind(StrEnum):
    """The audits of a certification body; a special one comes at short notice, for example after complaints."""

    STAGE_1 = "stage_1"
    STAGE_2 = "stage_2"
    SURVEILLANCE_1 = "surveillance_1"
    SURVEILLANCE_2 = "surveillance_2"
    RECERTIFICATION = "recertification"
    SPECIAL = "special"


BEFORE_THE_DECISION = (AuditKind.STAGE_1, AuditKind.STAGE_2)
OF_THE_CYCLE = (AuditKind.SURVEILLANCE_1, AuditKind.SURVEILLANCE_2, AuditKind.RECERTIFICATION)


class AuditResult(StrEnum):
    """What the certification body's auditor recommends."""

    CONFORMS = "conforms"
    AFTER_CORRECTION = "after_correction"
    DOES_NOT_CONFORM = "does_not_conform"


class StepKind(StrEnum):
    """What happened to a certificate after the decision; struck off is for one that was entered by mistake."""

    SUSPENDED = "suspended"
    RESTORED = "restored"
    WITHDRAWN = "withdrawn"
    STRUCK = "struck"


class CertificateState(StrEnum):
    """In which state a certificate is on a day, the worst last."""

    VALID = "valid"
    SURVEILLANCE_DUE = "surveillance_due"
    RECERTIFICATION_DUE = "recertification_due"
    SURVEILLANCE_MISSED = "surveillance_missed"
    SUSPENDED = "suspended"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


IN_FORCE = frozenset(
    {
        CertificateState.VALID,
        CertificateState.SURVEILLANCE_DUE,
        CertificateState.RECERTIFICATION_DUE,
        CertificateState.SURVEILLANCE_MISSED,
    }
)
AFTER: Mapping[StepKind | None, tuple[StepKind, ...]] = {
    None: (StepKind.SUSPENDED, StepKind.WITHDRAWN, StepKind.STRUCK),
    StepKind.RESTORED: (StepKind.SUSPENDED, StepKind.WITHDRAWN, StepKind.STRUCK),
    StepKind.SUSPENDED: (StepKind.RESTORED, StepKind.WITHDRAWN, StepKind.STRUCK),
    StepKind.WITHDRAWN: (StepKind.STRUCK,),
    StepKind.STRUCK: (),
}
"""Which steps may follow the last one; what is withdrawn does not come back, a new certificate is given instead."""


class Cycle(NamedTuple):
    """The days between which a certificate holds, both included."""

    decided_on: date
    expires_on: date


class Duty(NamedTuple):
    """An audit that a cycle asks for, the last day for it, and the day on which it was done."""

    kind: AuditKind
    due_on: date
    done_on: date | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a certificate stands on a day: its state, and what comes next, None where nothing does."""

    state: CertificateState
    duty: Duty | None

    @property
    def next_on(self) -> date | None:
        """Return the last day of what comes next."""
        return self.duty.due_on if self.duty else None


def years_after(day: date, years: int) -> date:
    """Return the same day some years on; the 29th of February becomes the 28th."""
    year = day.year + years
    return date(year, day.month, min(day.day, monthrange(year, day.month)[1]))


def usual_expiry(decided_on: date) -> date:
    """Return the last day of a cycle of three years that begins with the decision."""
    return years_after(decided_on, YEARS) - timedelta(days=1)


def duties(cycle: Cycle, done: Mapping[AuditKind, date]) -> list[Duty]:
    """Return what a cycle asks for, in order.

    Surveillance is due one and two years after the decision and recertification before the certificate expires, but
    none later than the calendar year after that of the audit before it, so that no calendar year goes without one.
    """
    limits = [years_after(cycle.decided_on, 1), years_after(cycle.decided_on, 2), cycle.expires_on]
    found: list[Duty] = []
    last: date | None = cycle.decided_on
    for kind, limit in zip(OF_THE_CYCLE, limits, strict=True):
        due_on = limit if last is None else min(limit, date(last.year + 1, 12, 31))
        last = done.get(kind)
        found.append(Duty(kind, min(due_on, cycle.expires_on), last))
    return found


def next_duty(asked: Sequence[Duty]) -> Duty | None:
    """Return the first duty after the last that was done: what was passed over is not waited for any more."""
    left: Duty | None = None
    for duty in reversed(asked):
        if duty.done_on is not None:
            break
        left = duty
    return left


def standing(cycle: Cycle, done: Mapping[AuditKind, date], last_step: StepKind | None, day: date) -> Standing:
    """Return where a certificate stands on a day."""
    duty = next_duty(duties(cycle, done))
    if last_step is StepKind.WITHDRAWN:
        return Standing(CertificateState.WITHDRAWN, None)
    if day > cycle.expires_on:
        return Standing(CertificateState.LAPSED, None)
    if last_step is StepKind.SUSPENDED:
        return Standing(CertificateState.SUSPENDED, duty)
    return Standing(_by_duty(duty, day), duty)


def _by_duty(duty: Duty | None, day: date) -> CertificateState:
    if duty is None:
        return CertificateState.VALID
    if duty.kind is AuditKind.RECERTIFICATION:
        is_near = day >= duty.due_on - RECERTIFICATION_AHEAD
        return CertificateState.RECERTIFICATION_DUE if is_near else CertificateState.VALID
    if day > duty.due_on:
        return CertificateState.SURVEILLANCE_MISSED
    return CertificateState.SURVEILLANCE_DUE if day >= duty.due_on - SURVEILLANCE_AHEAD else CertificateState.VALID


def fault_of_cycle(cycle: Cycle, earlier_expiry: date | None, today: date) -> tuple[str, Text] | None:
    """Return the field that is wrong with the days of a certificate and what is, None where nothing is.

    A cycle lasts three years from the decision; one that follows another may last three years from where that ends.
    """
    if cycle.decided_on > today:
        return "decided_on", Text(N_("This day is still to come. Enter a certificate once it is given."))
    if cycle.decided_on < FIRST_DAY:
        return "decided_on", Text(N_("There were no such certificates before 1987."))
    if cycle.expires_on <= cycle.decided_on:
        return "expires_on", Text(N_("The certificate expires before it begins."))
    latest = usual_expiry(cycle.decided_on)
    if earlier_expiry is not None:
        latest = max(latest, years_after(earlier_expiry, YEARS))
    # Bodies print the last day or the day after it.
    if cycle.expires_on > latest + timedelta(days=1):
        return "expires_on", Text(N_("A certificate lasts three years at most."))
    return None


def fault_of_audit(
    kind: AuditKind, done_on: date, cycle: Cycle, done: Mapping[AuditKind, date], today: date
) -> tuple[str, Text] | None:
    """Return the field that is wrong with an audit to be recorded and what is, None where nothing is."""
    if kind is not AuditKind.SPECIAL and kind in done:
        return "kind", Text(N_("This audit is recorded already."))
    if done_on > today:
        return "done_on", Text(N_("This day is still to come. Record an audit once it is done."))
    if kind in BEFORE_THE_DECISION:
        is_early = years_after(cycle.decided_on, -1) <= done_on <= cycle.decided_on
        return (
            None if is_early else ("done_on", Text(N_("This audit comes before the decision, in the year up to it.")))
        )
    if not cycle.decided_on <= done_on <= cycle.expires_on:
        return "done_on", Text(N_("On this day the certificate did not hold."))
    if kind in OF_THE_CYCLE:
        place = OF_THE_CYCLE.index(kind)
        before, after = OF_THE_CYCLE[:place], OF_THE_CYCLE[place + 1 :]
        if any(done[one] > done_on for one in before if one in done) or any(
            done[one] < done_on for one in after if one in done
        ):
            return "done_on", Text(
                N_("The audits of a cycle come one after the other: look at the days of the others.")
            )
    return None


def fault_of_step(kind: StepKind, last: StepKind | None) -> Text | None:
    """Return why a step may not follow the last one, None where it may."""
    return None if kind in AFTER[last] else Text(N_("This cannot follow what was last recorded of the certificate."))


def counted(states: Iterable[CertificateState]) -> dict[CertificateState, int]:
    """Return how many certificates are in each state that occurs, in the order of the states."""
    found = list(states)
    return {state: found.count(state) for state in CertificateState if state in found}
