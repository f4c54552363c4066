"""What a quality manager fills in to plan an internal audit, and how the findings of one are called."""

from wtforms import DateField, Form, IntegerField, StringField

from swagat.domain.quality import labels
from swagat.web.catalogue import lazy_gettext as _l

STATES = {one: _l(text) for one, text in labels.AUDIT_STATES.items()}
FINDINGS = {one: _l(text) for one, text in labels.FINDINGS.items()}
CASE_FINDINGS = {one: _l(text) for one, text in labels.CASE_FINDINGS.items()}


class PlanForm(Form):  # type: ignore[misc]
    """An audit to be planned; what is wrong is said by the service where it takes more than the form to see it."""

    office = StringField(
        _l("Office to be audited"),
        description=_l("Its code, for example MAM-3783. It stands in the address of its page under Quality."),
    )
    auditor = StringField(
        _l("Auditor"),
        description=_l("The sign-in name of somebody of another office, who was not posted there in the period."),
    )
    first = StringField(_l("First month"), description=_l("For example 2026-04"))
    last = StringField(_l("Last month"))
    planned_on = DateField(_l("Day of the visit"))
    sample_size = IntegerField(
        _l("Cases to draw"), default=8, description=_l("Drawn by lot from all that the office decided in these months.")
    )
