"""What a quality manager fills in to plan an internal audit, and how the findings of one are called."""

from wtforms import DateField, Form, IntegerField, StringField

from swagat.domain.internal_audits import AuditState, CaseFinding, Finding
from swagat.web.catalogue import lazy_gettext as _l

STATES = {
    AuditState.PLANNED: _l("Planned"),
    AuditState.DRAWN: _l("Under way"),
    AuditState.REPORTED: _l("Reported"),
    AuditState.CANCELLED: _l("Taken off"),
}
FINDINGS = {
    Finding.CONFORMS: _l("Conforms"),
    Finding.OBSERVATION: _l("Observation"),
    Finding.MINOR: _l("Minor nonconformity"),
    Finding.MAJOR: _l("Major nonconformity"),
    Finding.NOT_APPLICABLE: _l("Does not apply here"),
}
CASE_FINDINGS = {
    CaseFinding.CONFORMS: _l("The papers bear out the answer"),
    CaseFinding.DOES_NOT: _l("They do not"),
    CaseFinding.NOT_CLEAR: _l("It cannot be told from them"),
}


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
