"""When and how many texts may leave: quiet hours, caps, and how many calls of the provider are under way at once."""

import re
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from swagat.domain.messages import MessageKey

# Of no use when they come late: these go before all that waited longer, the first before the second, at any hour.
URGENT = (MessageKey.ASKING_CODE, MessageKey.OFFICE_IMMEDIATE)
# Good for a few minutes: whoever did not get it asks for another, so that none is sent again by itself.
SENT_ONCE = frozenset({MessageKey.ASKING_CODE})
INDIA = ZoneInfo("Asia/Kolkata")
NO_QUIET = "off"
_QUIET = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])")


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Hours in Asia/Kolkata in which no telephone rings; they may pass midnight, and their end is not one of them."""

    begin: time
    end: time

    def hold(self, now: datetime) -> bool:
        """Return whether this instant lies in them."""
        at = now.astimezone(INDIA).time()
        if self.begin <= self.end:
            return self.begin <= at < self.end
        return at >= self.begin or at < self.end


def quiet_hours(text: str) -> QuietHours | None:
    """Return the hours that a setting such as 21:00-08:00 names, None for off; raise ValueError for anything else."""
    if text == NO_QUIET:
        return None
    found = _QUIET.fullmatch(text)
    if found is None or found[1] + found[2] == found[3] + found[4]:
        raise ValueError("must be like 21:00-08:00, or off")
    hours = [int(part) for part in found.groups()]
    return QuietHours(time(hours[0], hours[1]), time(hours[2], hours[3]))


@dataclass(frozen=True, slots=True)
class SendingRules:
    """What an installation allows; a day of the caps is one of UTC, and 0 means no cap.

    After `report_hours` without a report of the provider nobody waits for one any more.
    """

    per_number: int = 0
    per_day: int = 0
    quiet: QuietHours | None = None
    parallel_calls: int = 4
    report_hours: int = 72
