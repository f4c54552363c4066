"""What a complainant fills in: number and code, and the few fields of each thing they can do."""

from functools import cache
from typing import Any

from wtforms import Form, HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from swagat.domain.redressal import LONGEST
from swagat.domain.workflow import Action, Need
from swagat.web.catalogue import lazy_gettext as _l
from swagat.web.forms.codes import code_of_text

RATINGS = [
    SelectChoice("5", _l("Very good")),
    SelectChoice("4", _l("Good")),
    SelectChoice("3", _l("Fair")),
    SelectChoice("2", _l("Poor")),
    SelectChoice("1", _l("Very poor")),
]


class TrackForm(Form):  # type: ignore[misc]
    """Number and code, as they stand on the slip or in the message."""

    number = StringField(
        _l("Registration number"),
        [InputRequired(_l("Type the registration number.")), Length(max=40, message=_l("That is too long."))],
        description=_l("For example GJ-2026-0000123-7. You may leave out the letters and the hyphens."),
    )
    code = StringField(
        _l("Tracking code"),
        [InputRequired(_l("Type the tracking code.")), Length(max=40, message=_l("That is too long."))],
        description=_l("Ten digits, from the page or slip you got when you filed."),
    )


@cache
def answer_form(action: Action, needs: tuple[Need, ...], optional: tuple[Need, ...], with_code: bool = False) -> Any:
    """Return the form class of a complainant's action, with a field for each of its needs, and for a code."""
    too_long = _l("Write at most %(max)d characters.")
    fields: dict[str, Any] = {"version": HiddenField()}
    for need in (*needs, *optional):
        if need is Need.RATING:
            fields[need.value] = RadioField(
                _l("How was it handled?"), choices=RATINGS, validate_choice=False, default=""
            )
        elif need in (Need.REMARK, Need.GROUNDS):
            fields[need.value] = TextAreaField(
                REMARKS.get(action, _l("Your words")), [Length(max=LONGEST, message=too_long)]
            )
    if with_code:
        fields["code"] = code_of_text()
    return type("AnswerForm", (Form,), fields)


REMARKS = {
    Action.CLARIFY: _l("Your answer"),
    Action.OBJECT: _l("Why you object"),
    Action.REFUSE: _l("What is not solved"),
    Action.LODGE_APPEAL: _l("Why the decision is wrong"),
    Action.WITHDRAW: _l("Why you withdraw it"),
    Action.REMIND: _l("Anything the office should know"),
    Action.ASK_DATE: _l("Anything the office should know"),
    Action.CORRECT: _l("What has to be corrected or added"),
    Action.MARK_IMMEDIATE: _l("What the danger is"),
    Action.CONFIRM: _l("Anything you want to say"),
    Action.RATE: _l("Anything you want to say"),
}
