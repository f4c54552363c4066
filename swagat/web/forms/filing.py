"""What a citizen fills in: what happened and where, and who they are."""

import re
from datetime import date
from typing import Any

from wtforms import BooleanField, Form, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from swagat.domain.text import ascii_digits
from swagat.web.catalogue import lazy_gettext as _l

LONGEST_TEXT = 4000
TOO_LONG = _l("Write at most %(max)d characters.")
_DAY_PARTS = re.compile(r"\d{1,4}")


def _trimmed(value: Any) -> str:
    # A browser sends two letters for each line end; the counter beside the field counts one.
    return (value or "").replace("\r\n", "\n").strip()


def plain_digits(value: Any) -> str:
    """Return what was typed with the digits of every script as 0 to 9."""
    return ascii_digits((value or "").strip())


def typed_day(text: str) -> date | None:
    """Return the day somebody typed, such as 2026-12-04 or 4/12/2026, or None when it is none."""
    parts = _DAY_PARTS.findall(text)
    if len(parts) != 3:
        return None
    if len(parts[0]) != 4:
        parts.reverse()
    try:
        return date(*map(int, parts)) if len(parts[0]) == 4 else None
    except ValueError:
        return None


def short_text(label: Any, longest: int, hint: Any = "", kind: type[Any] = StringField) -> Any:
    """Return a field for one line of text, trimmed and of at most so many letters."""
    return kind(label, [Optional(), Length(max=longest, message=TOO_LONG)], filters=[_trimmed], description=hint)


def long_text(label: Any, longest: int = 1000, hint: Any = "") -> Any:
    """Return a field for several lines of text."""
    return short_text(label, longest, hint, TextAreaField)


class WhatForm(Form):  # type: ignore[misc]
    """What happened and where; which of it must be answered depends on the subject, so the view asks the rules."""

    text = long_text(
        _l("Say what happened, in your own words"),
        LONGEST_TEXT,
        _l("Since when, what you tried, and what the office said. Any language. Leave out your Aadhaar number."),
    )
    category = RadioField(_l("What is it about?"), validate_choice=False, choices=[], default="")
    words = short_text(_l("Search by a word"), 120)
    group = SelectField(_l("Or choose a department"), validate_choice=False, choices=[], default="")
    district = SelectField(_l("District"), validate_choice=False, choices=[], default="")
    taluka = SelectField(_l("Taluka"), validate_choice=False, choices=[], default="")
    near = short_text(
        _l("Village, town or ward"),
        120,
        _l("Type its name as you say it. If it is not found, it is kept as you typed it."),
    )
    place = RadioField(_l("Which of these?"), validate_choice=False, choices=[], default="")
    municipality = RadioField(_l("Which city or town?"), validate_choice=False, choices=[], default="")
    ward = RadioField(_l("Which ward?"), validate_choice=False, choices=[], default="")
    police_station = RadioField(_l("Which police station?"), validate_choice=False, choices=[], default="")
    landmark = short_text(_l("Landmark, street or survey number"), 200)
    relief_sought = long_text(_l("What should be done?"))
    approached_office = short_text(_l("Which office did you go to before?"), 160)
    approached_on = StringField(_l("When?"), [Optional()], filters=[plain_digits])
    approached_reference = short_text(_l("Number of that application"), 80)
    approached_reply = long_text(_l("What did they answer?"))
    is_accused = BooleanField(
        _l("It is about the conduct of an office or officer"),
        description=_l("Then it does not go to that office, but to the one above it."),
    )
    accused_office = SelectField(_l("Which office?"), validate_choice=False, choices=[], default="")
    accused_note = short_text(_l("Name or post of the officer, if you know it"), 200)
    is_immediate = BooleanField(
        _l("There is danger to life or safety now"), description=_l("In an emergency call 112 first.")
    )
    immediate_reason = long_text(_l("What is the danger?"), 500)

    def answers(self) -> dict[str, Any]:
        """Return what was typed, as the draft keeps it."""
        return {name: value for name, value in self.data.items() if value not in ("", None, False)}


class WhoForm(Form):  # type: ignore[misc]
    """Who files; the mobile number is checked by the rules."""

    name = short_text(_l("Your name"), 120)
    mobile = StringField(
        _l("Mobile number"),
        [Optional(), Length(max=40, message=TOO_LONG)],
        filters=[plain_digits],
        description=_l("We text you the number of your grievance, and each step of it."),
    )
    phone_is_shared = BooleanField(
        _l("Other people read this phone, or it is somebody else's"),
        description=_l("Then our texts only say that there is news."),
    )
    language = RadioField(_l("Language of the texts"), validate_choice=False, choices=[], default="")
    address = long_text(_l("Postal address"), 300, _l("Only if you want letters."))
    is_identity_hidden = BooleanField(
        _l("Hide my name, number and address from the office"),
        description=_l(
            "Only a high office may open them, with a reason that is kept. "
            "But your words and papers can still show who you are: leave out names and numbers."
        ),
    )

    def answers(self) -> dict[str, Any]:
        """Return what was typed, as the draft keeps it."""
        return {name: value for name, value in self.data.items() if value not in ("", None, False)}
