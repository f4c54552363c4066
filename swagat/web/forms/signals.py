"""What people say of a signal: how they judge it and why, or what explains it."""

from wtforms import Form, HiddenField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice

from swagat.models import SignalState
from swagat.web.catalogue import lazy_gettext as _l
from swagat.web.forms.desk import one_line_end

JUDGEMENTS = {
    SignalState.EXPLAINED: _l("It is explained: nothing is wrong"),
    SignalState.CONFIRMED: _l("It is confirmed: the figures were made to look better than the work"),
}
LONGEST_VERSION = 9


class JudgeForm(Form):  # type: ignore[misc]
    """A judgement with its reason; what is missing is said by the service."""

    judged = RadioField(
        _l("How do you judge it?"),
        validate_choice=False,
        choices=[SelectChoice(one.value, text) for one, text in JUDGEMENTS.items()],
    )
    reason = TextAreaField(
        _l("Why"),
        filters=[one_line_end],
        description=_l("Which cases you looked at, whom you asked, and what shows it. Name no complainant."),
    )
    version = HiddenField()

    @property
    def chosen(self) -> SignalState | None:
        """Return the judgement that was chosen, None for none or one that there is not."""
        return next((one for one in JUDGEMENTS if one.value == self.judged.data), None)

    @property
    def seen_version(self) -> int | None:
        """Return which state of the signal was on the page, None where the form does not say it."""
        typed = self.version.data or ""
        return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= LONGEST_VERSION else None


class ExplainForm(Form):  # type: ignore[misc]
    """What the office itself says."""

    explanation = TextAreaField(
        _l("What explains it"),
        filters=[one_line_end],
        description=_l("What happened in these cases and what shows it. Name no complainant."),
    )
