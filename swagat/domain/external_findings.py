"""What an auditor of the certification body found: until when it is answered, and what it does to the certificate.

A finding is never changed. What comes after it are steps: the office answers, the body accepts the answer or sends it
back, or gives more time. The 90 days are the custom of certification bodies; a major finding must be put right and
verified before a certificate is given or renewed (ISO/IEC 17021-1:2015, 9.5.2 and 9.6.3.2).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from swagat.domain.errors import N_, Text

DEFAULT_DAYS = 90
LONGEST_DAYS = 366
SHORTEST, LONGEST = 10, 2000


class Severity(StrEnum):
    """How much a finding weighs; an observation asks for nothing by a date unless the body says so."""

    MAJOR = "major"
    MINOR = "minor"
    OBSERVATION = "observation"


class FindingStep(StrEnum):
    """What happened to a finding since."""

    ANSWERED = "answered"
    RETURNED = "returned"
    EXTENDED = "extended"
    ACCEPTED = "accepted"


class FindingState(StrEnum):
    """Who has the next word: the office, the certification body, or nobody."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


class Effect(StrEnum):
    """What the findings that are not closed mean for a certificate."""

    NONE = "none"
    WATCHED = "watched"
    AT_RISK = "at_risk"


class Weighed(NamedTuple):
    """One finding as it weighs on a certificate."""

    severity: Severity
    state: FindingState
    due_on: date | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the office answers: what was put right at once, why it happened, and what shows that it is mended."""

    correction: str
    cause: str
    evidence: str


def due_by_default(severity: Severity, found_on: date) -> date | None:
    """Return until when a finding is answered when the body names no day: 90 days, for an observation none."""
    return None if severity is Severity.OBSERVATION else found_on + timedelta(days=DEFAULT_DAYS)


def state_after(kinds: Iterable[FindingStep]) -> FindingState:
    """Return the state of a finding after its steps; more time leaves the next word where it was."""
    state = FindingState.OPEN
    for kind in kinds:
        state = _NEXT.get(kind, state)
    return state


_NEXT: Mapping[FindingStep, FindingState] = {
    FindingStep.ANSWERED: FindingState.ANSWERED,
    FindingStep.RETURNED: FindingState.OPEN,
    FindingStep.ACCEPTED: FindingState.CLOSED,
}
MAY_FOLLOW: Mapping[FindingState, tuple[FindingStep, ...]] = {
    FindingState.OPEN: (FindingStep.ANSWERED, FindingStep.EXTENDED),
    FindingState.ANSWERED: (FindingStep.ACCEPTED, FindingStep.RETURNED, FindingStep.EXTENDED),
    FindingState.CLOSED: (),
}


def is_late(one: Weighed, day: date) -> bool:
    """Return whether a finding that is not closed is past its day."""
    return one.state is not FindingState.CLOSED and one.due_on is not None and day > one.due_on


def effect_of(findings: Iterable[Weighed], day: date) -> Effect:
    """Return what findings mean for a certificate: one that is major, or past its day, puts it at risk."""
    left = [one for one in findings if one.state is not FindingState.CLOSED]
    if any(one.severity is Severity.MAJOR or is_late(one, day) for one in left):
        return Effect.AT_RISK
    return Effect.WATCHED if any(one.severity is Severity.MINOR for one in left) else Effect.NONE


def fault_of_due(found_on: date, due_on: date) -> Text | None:
    """Return what is wrong with the day until which a finding is answered, None where nothing is."""
    if due_on < found_on:
        return Text(N_("This day is before the finding."))
    if due_on > found_on + timedelta(days=LONGEST_DAYS):
        return Text(N_("A finding is answered within a year."))
    return None


def faults_of_answer(answer: Answer, severity: Severity) -> dict[str, Text]:
    """Return what is missing in an answer; to an observation a correction is enough."""
    needed = ("correction",) if severity is Severity.OBSERVATION else ("correction", "cause", "evidence")
    return {
        name: fault
        for name in ("correction", "cause", "evidence")
        if (fault := fault_of_text(getattr(answer, name), is_needed=name in needed)) is not None
    }


def fault_of_text(text: str, *, is_needed: bool = True) -> Text | None:
    """Return what is wrong with the length of a text, None where nothing is."""
    if is_needed and len(text.strip()) < SHORTEST:
        return Text(N_("Write at least %(count)s characters."), {"count": SHORTEST})
    return Text(N_("Write at most %(count)s characters."), {"count": LONGEST}) if len(text) > LONGEST else None
