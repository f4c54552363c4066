"""Where the complainant's word needs a code sent to their own number, beside number and tracking code."""

from enum import StrEnum

from swagat.domain.case import Case
from swagat.domain.workflow import Action, Transition


class CodeNeed(StrEnum):
    """Whether an answer asks for a one-time code."""

    NONE = "none"
    OPTIONAL = "optional"
    REQUIRED = "required"


def code_need(row: Transition, case: Case, has_own_number: bool, asks_for_codes: bool) -> CodeNeed:
    """Return whether this row asks for a code; a phone that others read too proves nothing more than the tracking code.

    A clerk knows the tracking code of what was filed at the counter: there only the own number proves the word, so
    that without a code a confirmation counts as assisted, and nothing is withdrawn.
    """
    if not row.strong_proof or not has_own_number:
        return CodeNeed.NONE
    if asks_for_codes:
        return CodeNeed.REQUIRED
    if case.is_self_filed:
        return CodeNeed.NONE
    return CodeNeed.OPTIONAL if row.action is Action.CONFIRM else CodeNeed.REQUIRED
