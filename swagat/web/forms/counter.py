"""What a clerk fills in for a person: the grievance as it came, number and slip, and the person's answers."""

from functools import cache
from typing import Any

from wtforms import BooleanField, Form, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from swagat.domain.redressal import LONGEST
from swagat.domain.workflow import Action, Need
from swagat.services.counter import MODES, SOURCES
from swagat.web.catalogue import lazy_gettext as _l
from swagat.web.forms.desk import LocalDate
from swagat.web.forms.filing import LONGEST_TEXT, TOO_LONG, WhatForm, WhoForm, long_text, plain_digits, short_text
from swagat.web.words import FILING_MODES

NONE_SENT_IT = _l("Nobody: the person came or wrote by themself")


class CounterForm(WhatForm, WhoForm):
    """The whole grievance on one page, with how and when it came."""

    mode = RadioField(
        _l("How did it come?"),
        validate_choice=False,
        choices=[SelectChoice(mode.value, FILING_MODES[mode.value]) for mode in MODES],
        default=MODES[0].value,
    )
    received_on = LocalDate(
        _l("Date of receipt"), description=_l("The days of the office count from it. Empty: today.")
    )
    late_reason = long_text(_l("Why it is entered only now, if that was more than some days ago"), 300)
    source = SelectField(
        _l("Who sent it to this counter?"),
        validate_choice=False,
        choices=[SelectChoice("", NONE_SENT_IT), *(SelectChoice(name, name) for name in SOURCES)],
        default="",
    )
    source_reference = short_text(_l("Its number there"), 80)
    text = long_text(
        _l("What happened, in the person's own words"),
        LONGEST_TEXT,
        _l("Write as it is told or written, in that language. You cannot change it after filing. No Aadhaar number."),
    )
    name = short_text(_l("Name of the person"), 120)
    mobile = StringField(
        _l("Mobile number"),
        [Optional(), Length(max=40, message=TOO_LONG)],
        filters=[plain_digits],
        description=_l("May be missing. Then nothing can be texted, and the answer has to be handed over here."),
    )

    is_identity_hidden = BooleanField(
        _l("Hide name, number and address from the office, at the person's wish"),
        description=_l("Only a high office may open them, with a reason. Words and papers can still tell who it is."),
    )
    phone_is_shared = BooleanField(
        _l("Other people read this phone, or it is somebody else's"),
        description=_l("Then the texts only say that there is news."),
    )

    def answers(self) -> dict[str, Any]:
        """Return what was typed, as the draft keeps it."""
        kept = {name: value for name, value in self.data.items() if value not in ("", None, False)}
        if self.received_on.data:
            kept["received_on"] = self.received_on.data.isoformat()
        return kept


class SlipForm(Form):  # type: ignore[misc]
    """Number and code, as they stand on the person's slip."""

    number = StringField(
        _l("Registration number"),
        [InputRequired(_l("Type the registration number.")), Length(max=40, message=TOO_LONG)],
    )
    code = StringField(
        _l("Tracking code on the slip"),
        [InputRequired(_l("Type the tracking code.")), Length(max=40, message=TOO_LONG)],
    )


class PaperForm(Form):  # type: ignore[misc]
    """The number of a case whose complainant brought or sent a signed paper."""

    number = StringField(
        _l("Registration number"),
        [InputRequired(_l("Type the registration number.")), Length(max=40, message=TOO_LONG)],
    )


WORDS = {
    Action.CLARIFY: _l("What the person answers, in their words"),
    Action.OBJECT: _l("Why the person objects, in their words"),
    Action.REFUSE: _l("What is not solved, in the person's words"),
    Action.LODGE_APPEAL: _l("Why the decision is wrong, in the person's words"),
    Action.REMIND: _l("Anything the office should know"),
    Action.CORRECT: _l("What has to be corrected or added"),
    Action.HAND_OVER: _l("To whom, when and how the answer was handed over"),
    Action.MARK_IMMEDIATE: _l("What the danger is"),
}


@cache
def answer_form(action: Action, needs: tuple[Need, ...], optional: tuple[Need, ...]) -> Any:
    """Return the form class of an action at the counter, with a field for each of its needs."""
    fields: dict[str, Any] = {"version": HiddenField()}
    for need in (*needs, *optional):
        if need in (Need.REMARK, Need.GROUNDS):
            too_long = _l("Write at most %(max)d characters.")
            label = WORDS.get(action, _l("The person's words"))
            fields[need.value] = TextAreaField(label, [Length(max=LONGEST, message=too_long)])
    return type("AnswerForm", (Form,), fields)
