"""What is filled in about objectives: what an office aims at, and why a month was missed."""

from typing import Any

from wtforms import BooleanField, Form, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from swagat.domain.objectives import Typed, Unit, may_be_objective
from swagat.domain.quality.indicators import INDICATORS
from swagat.web.catalogue import lazy_gettext as _l
from swagat.web.forms.desk import one_line_end

UNITS = {
    Unit.PERCENT: _l("Per cent of cases"),
    Unit.MEDIAN_DAYS: _l("Days, the median"),
    Unit.NINETIETH_DAYS: _l("Days, within which nine of ten lie"),
    Unit.CASES: _l("Cases a month"),
}


class ObjectiveForm(Form):  # type: ignore[misc]
    """An objective; what is missing or cannot be is said by the domain."""

    indicator = SelectField(
        _l("Figure"),
        validate_choice=False,
        choices=[SelectChoice(one.code, _l(one.name)) for one in INDICATORS.values() if may_be_objective(one)],
    )
    target = StringField(
        _l("Target"),
        description=_l("At least this where higher is better, at most this where lower is better. Such as 85 or 12.5"),
    )
    unit = SelectField(
        _l("Unit"),
        validate_choice=False,
        choices=[SelectChoice(one.value, text) for one, text in UNITS.items()],
    )
    first = StringField(_l("First month"), description=_l("A month to come, as 2027-01"))
    last = StringField(_l("Last month"), description=_l("As 2027-12; three years at most"))
    owner = SelectField(_l("Who answers for it"), validate_choice=False, choices=[])

    @property
    def typed(self) -> Typed:
        """Return what was filled in."""
        return Typed(**{name: (getattr(self, name).data or "").strip() for name in Typed._fields})

    @classmethod
    def of(cls, objective: Any) -> "ObjectiveForm":
        """Return the form filled in with an objective that stands."""
        return cls(
            data={
                "indicator": objective.indicator,
                "target": f"{objective.target_tenths / 10:g}",
                "unit": objective.unit.value,
                "first": f"{objective.first_month:%Y-%m}",
                "last": f"{objective.last_month:%Y-%m}",
                "owner": str(objective.owner_id),
            }
        )


class AnswerForm(Form):  # type: ignore[misc]
    """Why a month was missed, or what deals with it."""

    reason = TextAreaField(
        _l("Why it was missed, and what is done now"),
        filters=[one_line_end],
        description=_l("Name no complainant."),
    )
    opens = BooleanField(_l("Open a nonconformity with these words"))
    reference = StringField(_l("Or the number of a nonconformity that deals with it already"))
