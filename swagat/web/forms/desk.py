"""What somebody of an office fills in: the fields of an action come from what its row of the table needs.

What may be chosen is for the page to offer and for the service to check; here a choice is the text that was sent.
"""

import re
from datetime import date
from functools import cache
from typing import Any

from wtforms import DateField, Form, HiddenField, StringField, TextAreaField
from wtforms.validators import Length, ValidationError

from swagat.domain.case import Outcome, Proposed
from swagat.domain.redressal import LONGEST
from swagat.domain.text import ascii_digits
from swagat.domain.workflow import Action, Need
from swagat.services.move import Asked
from swagat.web.catalogue import gettext as _
from swagat.web.catalogue import lazy_gettext as _l

BLANK = re.compile(r"\{[^{}]{0,60}\}")
TEXTS = {
    Need.REMARK: _l("Remark"),
    Need.REPORT: _l("What was done, when and by whom"),
    Need.QUESTIONS: _l("What is missing, one thing a line"),
    Need.REASON: _l("Reasons for the complainant, in the language of the grievance"),
    Need.CHECKED: _l("What was checked for this decision"),
}
LABELS = {
    (Action.NOTE, Need.REMARK): _l("Note that only the office sees"),
    (Action.INTERIM_REPLY, Need.REMARK): _l("Why it takes longer, for the complainant"),
    (Action.TRANSFER, Need.REMARK): _l("Why that office deals with it"),
    (Action.RETURN_REPORT, Need.REMARK): _l("What is missing in the report"),
    (Action.HAND_OVER, Need.REMARK): _l("How and to whom the answer was handed over"),
    (Action.PROPOSE, Need.REASON): _l("Reasons, for the complainant and the second officer"),
    (Action.DECLINE, Need.REMARK): _l("Why it is not approved"),
    (Action.EXPLAIN_LAPSE, Need.REMARK): _l("Why the time ran out, for the offices only"),
    (Action.GIVE_TIME, Need.REMARK): _l("Why more time is needed, for the complainant"),
    (Action.DIRECT, Need.REMARK): _l("What the office has to do"),
    (Action.RETURN_DIRECTION, Need.REMARK): _l("What is still to be done"),
    (Action.LIST_FOR_SITTING, Need.REMARK): _l("Why it should be heard in a sitting"),
    (Action.UNLIST, Need.REMARK): _l("Why it is taken off the list"),
}
DATES = {
    Action.INTERIM_REPLY: _l("Answer expected by"),
    Action.GIVE_TIME: _l("New date"),
    Action.LIST_FOR_SITTING: _l("Date of the sitting"),
}
CHOSEN = ("officer", "office", "category", "ground", "cause")
TOO_LONG = _l("Write at most %(max)d characters.")


class LocalDate(DateField):  # type: ignore[misc]
    """A date that may be typed in Gujarati or Devanagari digits, and with dots."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read ISO and Indian order, raising ValueError for what is no date."""
        if not valuelist or not valuelist[0].strip():
            self.data = None
            return
        parts = [part for part in re.split(r"\D+", ascii_digits(valuelist[0])) if part]
        try:
            numbers = [int(part) for part in parts]
            year, month, day = numbers if len(parts[0]) == 4 else reversed(numbers)
            self.data = date(year, month, day)
        except (ValueError, IndexError, OverflowError):
            self.data = None
            raise ValueError(_("Give a date, such as 04-12-2026.")) from None


def one_line_end(text: str | None) -> str | None:
    """Return the text with each line end as one letter, as the page's counter and the limit count it."""
    return text.replace("\r\n", "\n") if text else text


def no_blanks(_form: Any, field: Any) -> None:
    """Refuse a saved reply whose blanks were not filled."""
    blank = BLANK.search(field.data or "")
    if blank:
        raise ValidationError(_("Fill in %(blank)s.", blank=blank.group()))


class CaseForm(Form):  # type: ignore[misc]
    """The fields that every action has."""

    version = HiddenField()


@cache
def action_form(action: Action, needs: tuple[Need, ...], optional: tuple[Need, ...]) -> Any:
    """Return the form class of an action, with a field for each of its needs."""
    fields: dict[str, Any] = {}
    for need in (*needs, *optional):
        if need in TEXTS:
            label = LABELS.get((action, need), TEXTS[need])
            fields[need.value] = TextAreaField(
                label, [Length(max=LONGEST, message=TOO_LONG), no_blanks], filters=[one_line_end]
            )
        elif need is Need.OFFICER:
            fields["officer"] = StringField(_l("Officer"))
        elif need is Need.OFFICE:
            fields["office"] = StringField(_l("Office"))
        elif need is Need.CATEGORY:
            fields["category"] = StringField(_l("Subject"))
        elif need is Need.CAUSE:
            fields["cause"] = StringField(_l("Common cause"))
        elif need is Need.EXPECTED_ON:
            fields["expected_on"] = LocalDate(DATES.get(action, _l("Carry it out by")))
        elif need is Need.OUTCOME:
            fields["outcome"] = StringField(_l("How it ends"))
        elif need is Need.PROPOSED:
            fields |= _proposal_fields()
    return type("ActionForm", (CaseForm,), fields)


def _proposal_fields() -> dict[str, Any]:
    return {
        "proposed": StringField(_l("What you propose")),
        "ground": StringField(_l("Published ground, if it cannot be heard here")),
        "duplicate_of": StringField(
            _l("Number of the earlier grievance, if it is the same matter"), [Length(max=40, message=TOO_LONG)]
        ),
        "handed_over_to": StringField(
            _l("Authority it was handed to, if it lies elsewhere"), [Length(max=200, message=TOO_LONG)]
        ),
        "handed_over_reference": StringField(_l("That authority's reference"), [Length(max=80, message=TOO_LONG)]),
    }


def asked_of(form: Any) -> Asked:
    """Return what was filled in, as ids and texts."""
    chosen = {name: (form[name].data or "") for name in CHOSEN if name in form}
    outcome = form.outcome.data if "outcome" in form else None
    proposed = form.proposed.data if "proposed" in form else None
    return Asked(
        texts={need: form[need.value].data or "" for need in TEXTS if need.value in form},
        outcome=next((one for one in Outcome if one.value == outcome), None),
        proposed=next((one for one in Proposed if one.value == proposed), None),
        office_id=_id(chosen.get("office", "")),
        officer_posting_id=_id(chosen.get("officer", "")),
        category_id=_id(chosen.get("category", "")),
        ground_id=_id(chosen.get("ground", "")),
        cause_id=_id(chosen.get("cause", "")),
        expected_on=form.expected_on.data if "expected_on" in form else None,
        duplicate_of=(form.duplicate_of.data or "").strip() if "duplicate_of" in form else "",
        handed_over_to=(form.handed_over_to.data or "").strip() if "handed_over_to" in form else "",
        handed_over_reference=(form.handed_over_reference.data or "").strip() if "handed_over_to" in form else "",
    )


def _id(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 19 else None
