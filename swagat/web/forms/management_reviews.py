"""What is filled in to begin a management review and to decide in it."""

from wtforms import DateField, Form, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from swagat.domain.management_reviews import DecisionKind
from swagat.domain.quality import labels
from swagat.web.catalogue import lazy_gettext as _l
from swagat.web.forms.desk import one_line_end

KINDS = {one: _l(text) for one, text in labels.DECISION_KINDS.items()}
STATES = {one: _l(text) for one, text in labels.DECISION_STATES.items()}


class BeginForm(Form):  # type: ignore[misc]
    """The office, the months that are looked at, and the day of the meeting."""

    office = StringField(
        _l("Office"),
        description=_l("Its code, for example MAM-3783. It stands in the address of its page under Quality."),
    )
    first = StringField(_l("First month"), description=_l("For example 2026-04"))
    last = StringField(_l("Last month"))
    held_on = DateField(_l("Day of the meeting"))


class DecisionForm(Form):  # type: ignore[misc]
    """One decision with its owner and its day; the owners are those posted at the office."""

    text = TextAreaField(_l("What is decided"), filters=[one_line_end])
    kind = RadioField(
        _l("What it is about"),
        validate_choice=False,
        choices=[SelectChoice(one.value, text) for one, text in KINDS.items()],
    )
    owner = SelectField(_l("Who carries it out"), validate_choice=False, choices=[])
    due_on = DateField(_l("By which day"))

    @property
    def chosen_kind(self) -> DecisionKind | None:
        """Return the kind that was chosen, None for none or one that there is not."""
        return next((one for one in DecisionKind if one.value == self.kind.data), None)

    @property
    def chosen_owner(self) -> int | None:
        """Return the person that was chosen, None for none or what is no number."""
        typed = self.owner.data or ""
        return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 19 else None
