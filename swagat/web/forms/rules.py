"""What an administrator fills in to change the days of work or the time limits."""

from functools import cache
from typing import Any

from wtforms import BooleanField, Form, IntegerField, RadioField, StringField
from wtforms.fields.choices import SelectChoice

from swagat.domain.policies import LAST_LEVEL, Channel, Unit
from swagat.domain.text import ascii_digits
from swagat.models import DayKind
from swagat.web.catalogue import gettext as _
from swagat.web.catalogue import lazy_gettext as _l
from swagat.web.forms.desk import LocalDate

DAY_KINDS = {
    DayKind.HOLIDAY: _l("Holiday"),
    DayKind.EXTRA_CLOSED: _l("Extra closed day"),
    DayKind.EXTRA_WORKING: _l("Extra working day"),
    DayKind.HALF_DAY: _l("Half day"),
}
UNITS = {Unit.CALENDAR: _l("Calendar days"), Unit.WORKING: _l("Working days")}
FOLLOW = {
    "new": _l("New cases only: open cases keep their dates"),
    "open": _l("Open cases too: they get new dates, and whoever is concerned is told"),
}


class FollowForm(Form):  # type: ignore[misc]
    """Who follows a change, and why it is made."""

    applies_to_open = RadioField(
        _l("Who follows"),
        validate_choice=False,
        choices=[SelectChoice(value, label) for value, label in FOLLOW.items()],
    )
    reason = StringField(_l("Reason"), description=_l("The order or the list it follows. It is kept with the change."))

    @property
    def follows(self) -> bool | None:
        """Return whether open cases follow, None before anything was chosen."""
        return {"new": False, "open": True}.get(self.applies_to_open.data or "")


class DayForm(FollowForm):
    """A day that differs from the weekly rule."""

    day = LocalDate(_l("Day"))
    kind = RadioField(
        _l("Kind of day"),
        validate_choice=False,
        choices=[SelectChoice(kind.value, label) for kind, label in DAY_KINDS.items()],
        default=DayKind.HOLIDAY.value,
    )
    name = StringField(_l("What it is called, in English"))
    name_hi = StringField(_l("In Hindi"))
    name_gu = StringField(_l("In Gujarati"))
    hours = StringField(_l("Hours of a half day"), description=_l("For example 10:30-14:00. Only for a half day."))
    source = StringField(_l("List or order that says so"))
    is_estimate = BooleanField(_l("An estimate: no published list has confirmed this day yet"))
    words = StringField(
        _l("Only for one office: words of its name"), description=_l("Empty: for every office of the state.")
    )
    office = RadioField(_l("Office"), validate_choice=False, choices=[], default="")


class ConfirmForm(Form):  # type: ignore[misc]
    """The list that confirms an estimated day."""

    source = StringField(_l("List or order that says so"))


class Days(IntegerField):  # type: ignore[misc]
    """A number of days, which may be typed in Gujarati or Devanagari digits."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number, raising ValueError for what is none between 1 and 3650."""
        typed = ascii_digits(valuelist[0]).strip() if valuelist else ""
        self.data = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 5 else None
        if self.data is None or not 1 <= self.data <= 3650:
            raise ValueError(_("Give a whole number of days between 1 and 3650."))


def start_field(channel: Channel, level: int) -> str:
    """Return the name of the field for the days at the level where a case begins."""
    return f"start_{channel.value}_{level}"


def step_field(channel: Channel, level: int) -> str:
    """Return the name of the field for the days at a level a case climbs to."""
    return f"step_{channel.value}_{level}"


@cache
def limits_form() -> type[FollowForm]:
    """Return the form of a version of the time limits: a number for each channel and level."""
    fields: dict[str, Any] = {
        "effective_from": LocalDate(_l("In force from")),
        "unit": RadioField(
            _l("What the numbers count"),
            validate_choice=False,
            choices=[SelectChoice(unit.value, label) for unit, label in UNITS.items()],
        ),
    }
    for channel in Channel:
        for level in range(1, LAST_LEVEL + 1):
            fields[start_field(channel, level)] = Days()
        for level in range(2, LAST_LEVEL + 1):
            fields[step_field(channel, level)] = Days()
        fields[f"is_published_{channel.value}"] = BooleanField(_l("These days are published by the State"))
    fields["repeat_days"] = Days(_l("Days of each further round at the last level"))
    fields["note"] = StringField(
        _l("Note to this version"), description=_l("For example the number of the resolution.")
    )
    return type("LimitsForm", (FollowForm,), fields)
