"""What staff fill in about themselves: sign-in, the posting they act in, a new password."""

from flask_babel import lazy_gettext as _l
from wtforms import Form, PasswordField, RadioField, StringField
from wtforms.validators import DataRequired, EqualTo, InputRequired, Length

LONGEST_LOGIN = 60


class SignInForm(Form):  # type: ignore[misc]
    """Name and password, as they were typed."""

    login = StringField(
        _l("Sign-in name"),
        [
            DataRequired(_l("Type your sign-in name.")),
            Length(max=LONGEST_LOGIN, message=_l("A sign-in name has at most %(max)s characters.")),
        ],
    )
    password = PasswordField(_l("Password"), [InputRequired(_l("Type your password."))])


class PostingForm(Form):  # type: ignore[misc]
    """The posting to act in; its choices are set to those that the person holds now."""

    posting = RadioField(
        _l("In which posting do you want to act?"),
        validate_choice=False,
    )


class PasswordForm(Form):  # type: ignore[misc]
    """The present password, and the new one twice; whether it may be chosen is the rules' to say."""

    current = PasswordField(_l("Present password"), [InputRequired(_l("Type your present password."))])
    password = PasswordField(
        _l("New password"),
        [InputRequired(_l("Type a new password."))],
        description=_l("At least 10 characters. Spaces and any script are welcome: a few words make a good password."),
    )
    again = PasswordField(
        _l("New password again"),
        [
            InputRequired(_l("Type the new password again.")),
            EqualTo("password", _l("This is not the same as the new password above.")),
        ],
    )
