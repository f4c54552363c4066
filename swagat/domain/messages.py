"""What is told to whom: one key for each text, the person it goes to, and the text with its variables."""

from collections.abc import Mapping
from enum import StrEnum
from string import Formatter

from swagat.domain.message_texts import NEWS, STATES, TEXTS

LANGUAGES = ("en", "hi", "gu")


class Audience(StrEnum):
    """Who receives a text."""

    COMPLAINANT = "complainant"
    OFFICER = "officer"
    OFFICE = "office"
    ANSWERABLE = "answerable"
    DIRECTING = "directing"
    STAFF = "staff"
    ASKING = "asking"


class MessageKey(StrEnum):
    """One text of the program; keys beginning with officer, office or staff go to staff, with asking to who asked."""

    FILED = "filed"
    ASSIGNED = "assigned"
    TRANSFERRED = "transferred"
    CLARIFICATION_SOUGHT = "clarification_sought"
    INTERIM_REPLY = "interim_reply"
    ACTION_REPORTED = "action_reported"
    DISPOSED = "disposed"
    PROPOSED = "proposed"
    PROPOSAL_DECLINED = "proposal_declined"
    CLOSED = "closed"
    REOPENED = "reopened"
    APPEAL_LODGED = "appeal_lodged"
    APPEAL_DECIDED = "appeal_decided"
    WITHDRAWN = "withdrawn"
    WITHDRAWAL_UNDONE = "withdrawal_undone"
    ESCALATED = "escalated"
    REGRADED = "regraded"
    DATE_CHANGED = "date_changed"
    HEARING = "hearing"
    HEARING_OFF = "hearing_off"
    OFFICER_ASSIGNED = "officer_assigned"
    OFFICER_CLARIFIED = "officer_clarified"
    OFFICER_RETURNED = "officer_returned"
    OFFICER_REMINDED = "officer_reminded"
    OFFICER_WARNED = "officer_warned"
    OFFICER_DATE_CHANGED = "officer_date_changed"
    OFFICE_RECEIVED = "office_received"
    OFFICE_REPORTED = "office_reported"
    OFFICE_OBJECTED = "office_objected"
    OFFICE_REOPENED = "office_reopened"
    OFFICE_APPEAL = "office_appeal"
    OFFICE_ESCALATED = "office_escalated"
    OFFICE_IMMEDIATE = "office_immediate"
    OFFICE_UNASSIGNED = "office_unassigned"
    OFFICE_DATE_ASKED = "office_date_asked"
    OFFICE_DIRECTED = "office_directed"
    OFFICE_DIRECTION_REPORTED = "office_direction_reported"
    OFFICE_DIRECTION_LATE = "office_direction_late"
    STAFF_DIGEST = "staff_digest"
    ASKING_CODE = "asking_code"
    ASKING_STATUS = "asking_status"
    ASKING_HELP = "asking_help"
    ASKING_STARTED = "asking_started"


_OF_THE_WORKING_OFFICE = frozenset(
    {MessageKey.OFFICE_RECEIVED, MessageKey.OFFICE_UNASSIGNED, MessageKey.OFFICE_DIRECTED}
)
_OF_THE_DIRECTING_OFFICE = frozenset({MessageKey.OFFICE_DIRECTION_REPORTED, MessageKey.OFFICE_DIRECTION_LATE})


def audience_of(key: MessageKey) -> Audience:
    """Return who receives this text; no row of the table tells what goes to staff of no single case, or to who asks."""
    if key.value.startswith("staff_"):
        return Audience.STAFF
    if key.value.startswith("asking_"):
        return Audience.ASKING
    if key.value.startswith("officer_"):
        return Audience.OFFICER
    if key in _OF_THE_WORKING_OFFICE:
        return Audience.OFFICE
    if key in _OF_THE_DIRECTING_OFFICE:
        return Audience.DIRECTING
    return Audience.ANSWERABLE if key.value.startswith("office_") else Audience.COMPLAINANT


class VariableKind(StrEnum):
    """What a variable stands for; the telecom registry wants the kind of each declared beforehand."""

    NUMBER = "registration number"
    OFFICE = "office"
    DATE = "date"
    COUNT = "count"
    CODE = "code"
    STATE = "state"


NUMBER = "number"
# The text to a phone that others read too, beside those that have a key.
NEWS_NAME = "news"
VARIABLES: Mapping[str, VariableKind] = {
    NUMBER: VariableKind.NUMBER,
    "office": VariableKind.OFFICE,
    "answerable": VariableKind.OFFICE,
    "due_on": VariableKind.DATE,
    "until": VariableKind.DATE,
    "open_cases": VariableKind.COUNT,
    "late_cases": VariableKind.COUNT,
    "cases_at_risk": VariableKind.COUNT,
    "hearing_on": VariableKind.DATE,
    "listed": VariableKind.OFFICE,
    "code": VariableKind.CODE,
    "state": VariableKind.STATE,
}
# The registry takes no value of more than 40 characters.
LONGEST_VALUE = 40


class Unrendered(ValueError):
    """A text that cannot be put into words as it is, and so is never sent."""


def fields_of(template: str) -> tuple[str, ...]:
    """Return the names in braces in a template, in their order."""
    return tuple(name for _, name, _, _ in Formatter().parse(template) if name is not None)


_VARIABLES = {key: frozenset(fields_of(TEXTS[key]["en"])) for key in MessageKey}


def variables_of(key: MessageKey) -> frozenset[str]:
    """Return the names of the variables that this text needs."""
    return _VARIABLES[key]


def render(key: MessageKey, language: str, variables: Mapping[str, str]) -> str:
    """Return the text in words; raise Unrendered for a variable that is missing, empty, too long or unknown."""
    return _fill(key.value, TEXTS[key], language, variables, _VARIABLES[key])


def render_news(language: str, number: str) -> str:
    """Return the text for a phone that is not the complainant's alone: the number, and that there is news."""
    return _fill(NEWS_NAME, NEWS, language, {NUMBER: number}, frozenset({NUMBER}))


def state_in_words(status: str, language: str) -> str:
    """Return where a grievance of this status stands, raising Unrendered for one that has no words."""
    if status not in STATES or language not in STATES[status]:
        raise Unrendered(f"no words for status {status!r} in language {language!r}")
    return STATES[status][language]


def _fill(
    name: str, texts: Mapping[str, str], language: str, variables: Mapping[str, str], wanted: frozenset[str]
) -> str:
    if language not in texts:
        raise Unrendered(f"{name}: no text in language {language!r}")
    if unknown := sorted(variables.keys() - wanted):
        raise Unrendered(f"{name}: unknown variable {', '.join(unknown)}")
    if missing := sorted(field for field in wanted if not variables.get(field, "").strip()):
        raise Unrendered(f"{name}: no value for {', '.join(missing)}")
    if long := sorted(field for field, value in variables.items() if len(value) > LONGEST_VALUE):
        raise Unrendered(f"{name}: more than {LONGEST_VALUE} characters in {', '.join(long)}")
    return texts[language].format_map(variables)
