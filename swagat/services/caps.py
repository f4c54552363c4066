"""How many texts may leave in a day, to one number and in all; what is over a cap waits for the next day.

A text takes its room when it is claimed, in that transaction, so that any number of dispatchers together keep the cap;
what then certainly did not leave gives it back. A sender that dies, or an answer that was lost, keeps the room it took:
a day may carry less than its cap, never more.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy.orm import Session

from swagat.domain.sending import URGENT, SendingRules
from swagat.services.limits import Limit, count_up_to, give_back
from swagat.services.telling import Order

DAY = timedelta(days=1)
# Nobody gets so many: what cannot wait is counted, and never held back for its number's sake.
NO_CAP = 2**31 - 1


class Room(NamedTuple):
    """Which texts are over a cap, and whether the day has room for any."""

    over: Mapping[int, str]
    is_day_full: bool


@dataclass(frozen=True, slots=True)
class Caps:
    """The caps of an installation, 0 for none; `key` is its secret, for what is counted names no number."""

    per_number: int
    per_day: int
    key: str = field(repr=False)

    @classmethod
    def of(cls, sending: SendingRules, secret: bytes) -> "Caps":
        """Return the caps of these rules."""
        return cls(sending.per_number, sending.per_day, secret.decode())

    def take_room(self, session: Session, orders: Sequence[Order], now: datetime) -> Room:
        """Count these texts, in the order in which they are to leave, and say which of them have to wait and why."""
        over: dict[int, str] = {}
        if self.per_number:
            why = f"more than {self.per_number} texts to one number in a day"
            over |= dict.fromkeys(self._beyond_number(session, orders, now), why)
        within = [order for order in orders if order.id not in over]
        if not self.per_day or not within:
            return Room(over, False)
        room = count_up_to(session, {self._of_day(): len(within)}, now, self.key)[self._of_day()]
        beyond = within[room:]
        give_back(session, self._of_numbers(beyond), now, self.key)
        over |= dict.fromkeys((order.id for order in beyond), self.day_is_full)
        return Room(over, bool(beyond))

    def give_back(self, session: Session, orders: Collection[Order], claimed_at: datetime) -> None:
        """Give back the room of texts that were claimed at that instant and did not leave."""
        if self.per_number:
            give_back(session, self._of_numbers(orders), claimed_at, self.key)
        if self.per_day and orders:
            give_back(session, {self._of_day(): len(orders)}, claimed_at, self.key)

    @property
    def day_is_full(self) -> str:
        """Return why a text waits when no more may leave on that day."""
        return f"more than {self.per_day} texts in a day"

    def _beyond_number(self, session: Session, orders: Sequence[Order], now: datetime) -> list[int]:
        """Return the texts for which their number's day has no room."""
        urgent = [order for order in orders if order.template in URGENT]
        if urgent:
            count_up_to(session, self._of_numbers(urgent, NO_CAP), now, self.key)
        others = [order for order in orders if order.template not in URGENT]
        room = count_up_to(session, self._of_numbers(others), now, self.key)
        beyond = []
        for order in others:
            limit = self._of_number(order.to)
            room[limit] -= 1
            if room[limit] < 0:
                beyond.append(order.id)
        return beyond

    def _of_numbers(self, orders: Collection[Order], most: int = 0) -> Mapping[Limit, int]:
        return Counter(self._of_number(order.to, most) for order in orders) if self.per_number else {}

    def _of_number(self, mobile: str, most: int = 0) -> Limit:
        return Limit("sms-number", mobile, int(DAY.total_seconds()), most or self.per_number)

    def _of_day(self) -> Limit:
        return Limit("sms-day", "", int(DAY.total_seconds()), self.per_day)


def next_day(now: datetime) -> datetime:
    """Return when the day of the caps that this instant lies in is over."""
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + DAY
