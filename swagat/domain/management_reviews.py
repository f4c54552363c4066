"""Management reviews (ISO 9001:2015, 9.3): what the head of an office looks at, decides, and comes back to."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from swagat.domain.errors import N_, Text
from swagat.domain.quality.measures import month_of
from swagat.domain.quality.periods import months_between

SHORTEST_TEXT, LONGEST_TEXT = 10, 2000
LONGEST_MINUTES = 10_000
LONGEST_PERIOD = 12


class Input(NamedTuple):
    """One input of 9.3.2; `figures` are what the system gives to it, and what it cannot know is asked for."""

    code: str
    part: str
    text: str
    is_asked: bool = False
    figures: tuple[str, ...] = ()


INPUTS: tuple[Input, ...] = (
    Input("earlier", "a", N_("What became of the decisions of earlier reviews")),
    Input(
        "changes", "b", N_("What has changed outside and inside: laws, schemes, tasks, staff, systems"), is_asked=True
    ),
    Input(
        "satisfaction",
        "c 1",
        N_("What complainants say of the answers"),
        figures=("confirmed", "assisted", "silent", "refused", "not_reached", "satisfied", "repeated"),
    ),
    Input("objectives", "c 2", N_("How far the quality objectives are met")),
    Input(
        "process",
        "c 3",
        N_("How the work went: received, answered, in time, and how long it took"),
        figures=("received", "disposed", "on_time", "closure_days", "first_action_days", "held_days", "transferred"),
    ),
    Input(
        "nonconformities",
        "c 4",
        N_("Nonconformities and corrective action"),
        figures=("fell", "appeals_allowed", "lapsed", "unexplained"),
    ),
    Input(
        "measured", "c 5", N_("What was monitored and measured: open cases and checks of answers"), figures=("pending",)
    ),
    Input("audits", "c 6", N_("What audits found")),
    Input(
        "providers",
        "c 7",
        N_("How others did on whom the office depends: text messages, software, contractors"),
        is_asked=True,
    ),
    Input("resources", "d", N_("Whether people, rooms and means are enough"), is_asked=True),
    Input("risks", "e", N_("Whether what was done about risks and opportunities helped"), is_asked=True),
    Input("improvement", "f", N_("Where the office could become better"), is_asked=True),
)
ASKED = tuple(one.code for one in INPUTS if one.is_asked)


class DecisionKind(StrEnum):
    """What a decision is about, as 9.3.3 names it."""

    IMPROVEMENT = "improvement"
    CHANGE = "change"
    RESOURCES = "resources"


class DecisionState(StrEnum):
    """How a decision stands on a day."""

    OPEN = "open"
    LATE = "late"
    CARRIED_OUT = "carried_out"


def number_of(year: int, running: int) -> str:
    """Return the number of a review as people read it."""
    return f"MR-{year}-{running:03}"


def fault_of_period(first: date, last: date, today: date) -> Text | None:
    """Return what is wrong with the months that a review looks at, None where nothing is."""
    if last < first:
        return Text(N_("The last month is before the first."))
    if len(months_between(first, last)) > LONGEST_PERIOD:
        return Text(N_("A review looks at one year at most."))
    if last >= month_of(today):
        return Text(N_("This period has not ended yet."))
    return None


def faults_of_notes(notes: Mapping[str, str], minutes: str) -> dict[str, Text]:
    """Return what cannot be kept of the notes to the inputs and of the minutes, by the name of the field."""
    faults = {
        f"input_{code}": Text(N_("Write at most %(count)s characters."), {"count": LONGEST_TEXT})
        for code, text in notes.items()
        if len(text) > LONGEST_TEXT
    }
    if len(minutes) > LONGEST_MINUTES:
        faults["minutes"] = Text(N_("Write at most %(count)s characters."), {"count": LONGEST_MINUTES})
    return faults


def faults_of_signing(minutes: str, decisions: int) -> dict[str, Text]:
    """Return what is missing before minutes are signed; an input that nobody gave is none and prints as not given."""
    faults: dict[str, Text] = {}
    if len(minutes.strip()) < SHORTEST_TEXT:
        faults["minutes"] = Text(N_("Write what was talked about, in %(count)s characters or more."), _SHORTEST)
    if not decisions:
        faults["text"] = Text(N_("A review decides something: add a decision, with an owner and a day."))
    return faults


def faults_of_decision(
    text: str, kind: DecisionKind | None, owner_id: int | None, due_on: date | None, today: date
) -> dict[str, Text]:
    """Return what is wrong with a decision, by the name of the field."""
    faults: dict[str, Text] = {}
    if not SHORTEST_TEXT <= len(text.strip()) <= LONGEST_TEXT:
        faults["text"] = Text(N_("Write what is decided, in 10 to 2000 characters."))
    if kind is None:
        faults["kind"] = Text(N_("Choose what it is about."))
    if owner_id is None:
        faults["owner"] = Text(N_("Choose who carries it out."))
    if due_on is None:
        faults["due_on"] = Text(N_("Give the day, for example 2026-12-04."))
    elif due_on < today:
        faults["due_on"] = Text(N_("This day is over."))
    return faults


def state_of(due_on: date, done_at: datetime | None, today: date) -> DecisionState:
    """Return how a decision stands."""
    if done_at is not None:
        return DecisionState.CARRIED_OUT
    return DecisionState.LATE if due_on < today else DecisionState.OPEN


_SHORTEST = {"count": SHORTEST_TEXT}
