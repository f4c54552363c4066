"""From which day a grievance counts that came on paper: the day of receipt, with a reason when that is long ago."""

from datetime import date

from swagat.domain.errors import N_, Invalid, Text


def receipt_date(given: date | None, today: date, late_entry_days: int, late_reason: str) -> date:
    """Return the day of receipt a clerk gave, or today; raise Invalid for the future, or long ago without a reason."""
    received_on = given or today
    if received_on > today:
        raise Invalid(errors={"received_on": Text(N_("The date of receipt cannot lie in the future."))})
    if (today - received_on).days > late_entry_days and not late_reason.strip():
        message = N_("It was received more than %(days)s days ago. Write why it is entered only now.")
        raise Invalid(errors={"late_reason": Text(message, {"days": late_entry_days})})
    return received_on
