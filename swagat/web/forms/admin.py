"""What an administrator fills in: a person, a posting, and what the operators gave for a text."""

from wtforms import BooleanField, Form, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from swagat.domain.roles import STAFF
from swagat.services.staff import LANGUAGES
from swagat.web.catalogue import lazy_gettext as _l
from swagat.web.forms.desk import LocalDate
from swagat.web.words import LANGUAGES as LANGUAGE_NAMES
from swagat.web.words import ROLES


class PersonForm(Form):  # type: ignore[misc]
    """A new member of staff; the rules check each field."""

    name = StringField(_l("Full name, in English letters"), description=_l("As it stands in the posting order."))
    name_local = StringField(_l("Name in the script of the state"))
    login = StringField(_l("Sign-in name"), description=_l("Small letters without spaces. It cannot be changed later."))
    mobile = StringField(_l("Mobile number"), description=_l("For texts about cases that need attention."))
    language = RadioField(
        _l("Language of the texts"),
        validate_choice=False,
        choices=[SelectChoice(code, LANGUAGE_NAMES[code]) for code in LANGUAGES],
        default="gu",
    )


class PostingForm(Form):  # type: ignore[misc]
    """Where, as what and for how long somebody is posted."""

    words = StringField(_l("Find the office"), description=_l("Words of its name, such as: mamlatdar dholka"))
    office = RadioField(_l("Office"), validate_choice=False, choices=[], default="")
    role = SelectField(
        _l("Role"),
        validate_choice=False,
        choices=[
            SelectChoice("", _l("Choose")),
            *(SelectChoice(one, text) for one, text in ROLES.items() if one in STAFF),
        ],
    )
    first_day = LocalDate(_l("First day"), description=_l("Empty: today."))
    last_day = LocalDate(_l("Last day"), description=_l("Empty: until it is ended."))
    is_acting = BooleanField(_l("In charge for somebody absent"))
    mandate_offices = TextAreaField(
        _l("Offices that the auditor reads"),
        description=_l("Their codes, such as MAM-3783, one in a line. Empty: every office of the state."),
    )
    mandate_first = StringField(_l("From month"), description=_l("For example 2026-04"))
    mandate_last = StringField(_l("Up to month"))


class TextIdsForm(Form):  # type: ignore[misc]
    """The ids of one text with the telecom operators, one for each language, and its header."""

    header = StringField(_l("Header"), description=_l("The sender that phones show: 6 letters, such as SWAGAT."))
    en = StringField(_l("Id of the English text"), description=_l("19 digits."))
    hi = StringField(_l("Id of the Hindi text"), description=_l("19 digits."))
    gu = StringField(_l("Id of the Gujarati text"), description=_l("19 digits."))
