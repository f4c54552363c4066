"""The words on screen for statuses, outcomes, actions, roles and languages; one place, so they agree everywhere."""

from datetime import date
from typing import Any

from flask_babel import LazyString, get_locale

from swagat.domain.quality import labels
from swagat.web.catalogue import gettext
from swagat.web.catalogue import lazy_gettext as _l
from swagat.web.formats import day_words, number

LANGUAGES = {"en": "English", "hi": "हिन्दी", "gu": "ગુજરાતી"}

STATUSES: dict[str, LazyString] = {
    "registered": _l("Registered"),
    "assigned": _l("With an officer"),
    "clarification_sought": _l("Waiting for the complainant"),
    "action_reported": _l("Report filed"),
    "disposed": _l("Disposed"),
    "under_appeal": _l("Under appeal"),
    "closed": _l("Closed"),
}

STATUSES_FOR_CITIZENS: dict[str, LazyString] = STATUSES | {
    "registered": _l("Received by the office"),
    "assigned": _l("An officer is working on it"),
    "clarification_sought": _l("Waiting for your answer"),
    "action_reported": _l("Being checked before you are answered"),
    "disposed": _l("Answered: tell us if it is solved"),
    "under_appeal": _l("Your appeal is being decided"),
}

OUTCOMES: dict[str, LazyString] = {
    "redressed": _l("Redressed"),
    "partly_redressed": _l("Partly redressed"),
    "other_relief": _l("Other relief given"),
    "not_established": _l("Not established"),
    "not_maintainable": _l("Cannot be heard here"),
    "other_forum": _l("Handed to another authority"),
    "withdrawn": _l("Withdrawn"),
    "duplicate": _l("Same as an earlier grievance"),
}

CONFIRMATIONS: dict[str, LazyString] = {
    "pending": _l("Not answered yet"),
    "confirmed": _l("Confirmed by the complainant"),
    "assisted": _l("Confirmed with help at a counter"),
    "refused": _l("Refused by the complainant"),
    "silent": _l("No answer from the complainant"),
    "not_reached": _l("Complainant not reached"),
    "not_asked": _l("Not asked"),
}

ACTIONS: dict[str, LazyString] = {
    "file": _l("Grievance filed"),
    "assign": _l("Given to an officer"),
    "forward": _l("Passed to another officer"),
    "transfer": _l("Sent to another office"),
    "seek_clarification": _l("Question to the complainant"),
    "clarify": _l("Complainant answered"),
    "lapse_clarification": _l("Time for the answer ended"),
    "interim_reply": _l("Interim reply"),
    "report_action": _l("Report of action taken"),
    "return_report": _l("Report returned"),
    "dispose": _l("Disposed with reasons"),
    "propose": _l("Closing proposed"),
    "object": _l("Complainant objected"),
    "approve": _l("Proposal approved"),
    "decline": _l("Proposal declined"),
    "hand_over": _l("Answer handed over"),
    "lose_reach": _l("No longer reached by text: the time to answer stands still"),
    "confirm": _l("Confirmed as solved"),
    "refuse": _l("Refused as not solved"),
    "withdraw": _l("Withdrawn"),
    "undo_withdrawal": _l("Withdrawal taken back"),
    "lodge_appeal": _l("Appeal lodged"),
    "dismiss_appeal": _l("Appeal dismissed"),
    "allow_appeal": _l("Appeal allowed"),
    "close": _l("Closed"),
    "reopen": _l("Reopened"),
    "reopen_on_check": _l("Reopened: another office checked the answer and found it not so"),
    "escalate": _l("Raised to the next level, because time ran out"),
    "regrade": _l("Subject changed"),
    "mark_immediate": _l("Marked as danger to life or safety"),
    "unmark_immediate": _l("Mark of danger removed"),
    "remind": _l("Complainant sent a reminder"),
    "rate": _l("Complainant gave a rating"),
    "note": _l("Internal note"),
    "correct": _l("Correction added"),
    "add_document": _l("Paper added"),
    "release_documents": _l("Papers released to the office"),
    "lapse_assignment": _l("Still without an officer"),
    "warn": _l("Warned that time is running out"),
    "lapse_appeal": _l("Appeal raised to the next office, because time ran out"),
    "ask_date": _l("Complainant asked for a dated answer"),
    "explain_lapse": _l("Why the time ran out"),
    "give_time": _l("More time given"),
    "redate": _l("Date changed with the rules or the calendar"),
    "direct": _l("Direction given"),
    "report_direction": _l("Direction reported on"),
    "accept_direction": _l("Direction carried out"),
    "return_direction": _l("Report on the direction returned"),
    "lapse_direction": _l("Direction not carried out in time"),
    "list_for_sitting": _l("Listed for a sitting"),
    "unlist": _l("Taken off the list of a sitting"),
    "link": _l("Linked to a common cause"),
    "unlink": _l("Taken out of a common cause"),
}

# What the button of an action says: an order to the program, where ACTIONS tells what happened.
BUTTONS: dict[str, LazyString] = {
    "file": _l("File the grievance"),
    "assign": _l("Give to an officer"),
    "forward": _l("Pass to another officer"),
    "transfer": _l("Send to another office"),
    "seek_clarification": _l("Ask the complainant"),
    "clarify": _l("Send the answer"),
    "interim_reply": _l("Send an interim reply"),
    "report_action": _l("Report the action taken"),
    "return_report": _l("Return the report"),
    "dispose": _l("Dispose with reasons"),
    "propose": _l("Propose closing"),
    "object": _l("Object"),
    "approve": _l("Approve the proposal"),
    "decline": _l("Decline the proposal"),
    "hand_over": _l("Record that the answer was handed over"),
    "confirm": _l("Yes, it is solved"),
    "refuse": _l("No, it is not solved"),
    "withdraw": _l("Withdraw this grievance"),
    "undo_withdrawal": _l("Take the withdrawal back"),
    "lodge_appeal": _l("Lodge an appeal"),
    "dismiss_appeal": _l("Dismiss the appeal"),
    "allow_appeal": _l("Allow the appeal"),
    "reopen": _l("Reopen"),
    "regrade": _l("Change the subject"),
    "mark_immediate": _l("Mark as danger to life or safety"),
    "unmark_immediate": _l("Remove the mark of danger"),
    "remind": _l("Send a reminder"),
    "rate": _l("Give a rating"),
    "note": _l("Add an internal note"),
    "correct": _l("Add a correction"),
    "add_document": _l("Add a paper"),
    "release_documents": _l("Release papers to the office"),
    "ask_date": _l("Ask for a dated answer"),
    "explain_lapse": _l("Record why the time ran out"),
    "give_time": _l("Give more time"),
    "direct": _l("Give a direction"),
    "report_direction": _l("Report on the direction"),
    "accept_direction": _l("Accept: the direction is carried out"),
    "return_direction": _l("Return the report on the direction"),
    "list_for_sitting": _l("List for a sitting"),
    "unlist": _l("Take off the list of a sitting"),
    "link": _l("Link to a common cause"),
    "unlink": _l("Take out of the common cause"),
}

ROLES: dict[str, LazyString] = {one.value: _l(text) for one, text in labels.ROLES.items()}

# The class of a chip in app.css: which tint it has and which shape stands before its word.
STATUS_TONES = {
    "registered": "step-0",
    "assigned": "step-1",
    "clarification_sought": "waiting",
    "action_reported": "step-2",
    "disposed": "waiting step-3",
    "under_appeal": "soon",
    "closed": "done",
}

PROOFS: dict[str, LazyString] = {
    "own_code": _l("proved by a code sent to the complainant's own number"),
    "tracking_code": _l("proved by the tracking code"),
    "assisted": _l("given with help at a counter"),
}

PROPOSED: dict[str, LazyString] = {
    "not_maintainable": _l("Cannot be heard here"),
    "other_forum": _l("Hand over to another authority"),
    "duplicate": _l("Same as an earlier grievance"),
    "close_against": _l("Close against the complainant"),
}

# What the date of a clock stands for, before a colon.
CLOCKS: dict[str, LazyString] = {
    "acknowledge": _l("An officer is to be named by"),
    "clarify": _l("The complainant is asked to answer by"),
    "confirm": _l("The complainant can answer until"),
    "appeal": _l("The appeal is to be decided by"),
    "direction": _l("The direction is to be carried out by"),
    "withdrawal": _l("The withdrawal can be taken back until"),
}

FILING_MODES: dict[str, LazyString] = {
    "web": _l("On the web"),
    "counter": _l("At the counter"),
    "post": _l("By letter"),
    "telephone": _l("By telephone"),
    "sitting": _l("At a sitting"),
    "api": _l("Through another system"),
    "imported": _l("Brought over from another system"),
}

PLACE_KINDS: dict[str, LazyString] = {
    "state": _l("State"),
    "district": _l("District"),
    "taluka": _l("Taluka"),
    "village": _l("Village"),
    "municipality": _l("City or town"),
    "ward": _l("Ward"),
    "police_station": _l("Police station area"),
}


def say(text: Any) -> str:
    """Return a sentence of the domain, a message with its values kept apart, in the reader's language."""
    message = getattr(text, "message", None)
    if message is None:
        return str(text)
    return gettext(message, **{name: _value(value) for name, value in text.params.items()})


def _value(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return str(value)
    if isinstance(value, int):
        return number(value)
    if isinstance(value, date):
        return day_words(value)
    if hasattr(value, "message"):
        return say(value)
    if hasattr(value, "in_language"):
        return str(value.in_language(get_locale().language))
    if hasattr(value, "date"):
        why = _value(getattr(value, "name", "") or getattr(value, "reason", ""))
        if getattr(value, "is_estimate", False):
            why = gettext("%(name)s, an estimate that no list has confirmed yet", name=why)
        return f"{day_words(value.date)} ({why})" if why else day_words(value.date)
    if isinstance(value, tuple):
        return "; ".join(_value(item) for item in value)
    return str(value)
