"""What an administrator fills in to adopt a formula."""

from wtforms import Form, RadioField, StringField

from swagat.web.catalogue import lazy_gettext as _l


class AdoptForm(Form):  # type: ignore[misc]
    """Which formula, and from which month on; the page fills in the formulas."""

    formula = RadioField(_l("Formula"), validate_choice=False, choices=[])
    first_month = StringField(_l("From month"), description=_l("A month still to come, such as 2027-01"))
