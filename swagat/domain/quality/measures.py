"""What is counted in the figures, and under which keys."""

from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

# What stands now is counted under no month.
EVER = date(1970, 1, 1)


class Measure(StrEnum):
    """What is counted; the text of each says what its key tells, parts of a key being joined by a bar."""

    RECEIVED = "received"  # category
    REPEATED = "repeated"  # nothing: a likely repeat of an open grievance of the same number
    OPEN = "open"  # day of receipt and working days that were the complainant's; or, while that time runs, = and days
    ACKNOWLEDGED = "acknowledged"  # working days until an officer had it
    FIRST_ACTION = "first_action"  # working days until the office first did something
    DISPOSED = "disposed"  # level, and whether no date had passed
    ANSWERED = "answered"  # outcome and how the disposal stands
    WORKING_DAYS = "working_days"  # how firmly the disposal stands, and days from receipt, the complainant's apart
    CALENDAR_DAYS = "calendar_days"  # the same in calendar days
    CONFIRMED_DAYS = "confirmed_days"  # calendar days from receipt until the complainant confirmed
    LAPSED = "lapsed"  # level whose time ran out, whether the first of its handling, and whether the office said why
    HELD = "held"  # working days for which an office had it, until it gave it away or ended it
    TRANSFERRED = "transferred"  # which transfer of its handling it was
    APPEALED = "appealed"  # how the appeal ended
    RATED = "rated"  # stars
    GROUND = "ground"  # ground on which it could not be heard
    TEXTED = "texted"  # how a text to the complainant ended


class Standing(StrEnum):
    """How a disposal stands: the first six for good, the next three so far, the last three not any more."""

    CONFIRMED = "confirmed"
    ASSISTED = "assisted"
    SILENT = "silent"
    FORCED = "forced"
    UPHELD = "upheld"
    NOT_ASKED = "not_asked"
    PENDING = "pending"
    NOT_REACHED = "not_reached"
    APPEALED = "appealed"
    REFUSED = "refused"
    OVERTURNED = "overturned"
    REOPENED = "reopened"


STOOD = frozenset({Standing.CONFIRMED, Standing.ASSISTED, Standing.SILENT, Standing.FORCED, Standing.UPHELD,
                   Standing.NOT_ASKED})  # fmt: skip
FELL = frozenset({Standing.REFUSED, Standing.OVERTURNED, Standing.REOPENED})


class Count(NamedTuple):
    """One thing to count: what, for which office, in which month (its first day), and its key."""

    measure: Measure
    office_id: int
    month: date
    key: str


def month_of(day: date) -> date:
    """Return the first day of the month."""
    return day.replace(day=1)


def next_month(month: date) -> date:
    """Return the first day of the month after."""
    return month_of(month + timedelta(days=31))
