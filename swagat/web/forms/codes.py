"""A number that gets a code, and the code that came."""

from wtforms import Form, HiddenField, StringField
from wtforms.validators import InputRequired, Length

from swagat.web.catalogue import lazy_gettext as _l
from swagat.web.forms.filing import TOO_LONG, plain_digits


def code_of_text(label: str = _l("Code from the text")) -> StringField:
    """Return the field for a one-time code."""
    return StringField(
        label,
        [Length(max=20, message=TOO_LONG)],
        filters=[plain_digits],
        description=_l("Six digits. No officer may ask you for them."),
    )


class CodeForm(Form):  # type: ignore[misc]
    """The code that came by text."""

    code = code_of_text()


class MobileForm(Form):  # type: ignore[misc]
    """The number whose grievances are asked for."""

    mobile = StringField(
        _l("Your mobile number"),
        [InputRequired(_l("Write your mobile number.")), Length(max=40, message=TOO_LONG)],
        filters=[plain_digits],
    )


class OwnCodeForm(CodeForm):
    """The code, and the number it was sent to."""

    mobile = HiddenField(filters=[plain_digits])
