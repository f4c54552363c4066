"""What a checker fills in: how a disposal was checked, what was found, and on which evidence."""

from wtforms import Form, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice

from swagat.models import CheckResult, CheckWay
from swagat.web.catalogue import lazy_gettext as _l
from swagat.web.forms.desk import one_line_end

WAYS = {CheckWay.CALL: _l("By a call"), CheckWay.VISIT: _l("By a visit")}
RESULTS = {
    CheckResult.TRUE: _l("True: it is as the answer says"),
    CheckResult.FALSE: _l("False: it is not as the answer says"),
    CheckResult.NOT_REACHED: _l("Nobody could be reached"),
}


class CheckForm(Form):  # type: ignore[misc]
    """The result of one check; what is missing is said by the service."""

    way = RadioField(
        _l("How did you check?"),
        validate_choice=False,
        choices=[SelectChoice(one.value, text) for one, text in WAYS.items()],
    )
    result = RadioField(
        _l("What did you find?"),
        validate_choice=False,
        choices=[SelectChoice(one.value, text) for one, text in RESULTS.items()],
    )
    evidence = TextAreaField(
        _l("What shows it"),
        filters=[one_line_end],
        description=_l("When you called or went, what you were told or saw. Name nobody."),
    )

    @property
    def chosen_way(self) -> CheckWay | None:
        """Return the way that was chosen, None for none or one that there is not."""
        return next((one for one in CheckWay if one.value == self.way.data), None)

    @property
    def chosen_result(self) -> CheckResult | None:
        """Return the result that was chosen, None for none or one that there is not."""
        return next((one for one in CheckResult if one.value == self.result.data), None)
