"""Sends what is queued: each text is claimed, sent outside any transaction, and recorded under its lease.

A text leaves `sending` only by the answer of the gateway. When that answer was lost, or the sender died, the text
becomes `unknown`: it may have arrived, so the provider is asked before it is sent again.
"""

import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from time import monotonic

from swagat.database import table_of
from swagat.domain.rules import Rules
from swagat.domain.sending import SendingRules
from swagat.models import DeliveryStatus, SmsMessage
from swagat.services import asking, lost_reports
from swagat.services.answers import Answer
from swagat.services.calls import Called, Calls
from swagat.services.caps import Caps, next_day
from swagat.services.claiming import claim, lapse, put_back
from swagat.services.recording import AWAY, hold, record, release
from swagat.sms.gateway import Gateway

# A pass ends long before its lease does: what it has not begun by then goes back into the queue.
SENDING_SECONDS = 20.0
# So much is claimed ahead as is sent in this time: what is urgent and comes meanwhile waits no longer.
AHEAD_SECONDS = 0.5
FIRST_AHEAD, MOST_AHEAD = 8, 200

S = DeliveryStatus
_sms = table_of(SmsMessage).c


@dataclass(frozen=True, slots=True)
class DispatchReport:
    """What one pass did; `lapsed` texts were left by a sender that died, `put_back` ones were claimed but not begun.

    The provider was asked about `found` and `not_found` ones; the latter are queued again. `unsettled` ones are asked
    about once more, codes that were `given_up` never again. Those that are `over_cap` wait for the next day. Of texts
    without a report the end was `learned`, or there is `no_report` and nobody waits for one any more.
    """

    sent: int = 0
    delivered: int = 0
    failed: int = 0
    postponed: int = 0
    unknown: int = 0
    lapsed: int = 0
    put_back: int = 0
    found: int = 0
    not_found: int = 0
    unsettled: int = 0
    given_up: int = 0
    over_cap: int = 0
    learned: int = 0
    no_report: int = 0

    def lines(self) -> list[str]:
        """Return the report as lines for a terminal."""
        return [
            f"{self.delivered} delivered, {self.sent} sent, {self.postponed} to be tried again, {self.failed} failed, "
            f"{self.unknown + self.lapsed} unknown, {self.put_back} put back, {self.found} found with the provider, "
            f"{self.not_found} not found there, {self.given_up} codes given up, {self.over_cap} over a cap, "
            f"{self.learned} ended without a report, {self.no_report} without a report given up"
        ]

    def figures(self) -> dict[str, int]:
        """Return the report as figures for the log and the health page."""
        return asdict(self)

    @property
    def ok(self) -> bool:
        """Return whether no text ended other than with the provider."""
        return not (self.failed or self.unknown or self.lapsed or self.given_up or self.no_report)


_COUNTED = {
    S.QUEUED: "postponed",
    S.SENT: "sent",
    S.DELIVERED: "delivered",
    S.UNDELIVERED: "failed",
    S.FAILED: "failed",
    S.UNKNOWN: "unknown",
}


def dispatch(
    now: datetime,
    gateway: Gateway,
    rules: Rules,
    limit: int = 10_000,
    sending: SendingRules = SendingRules(),
    secret: bytes = b"",
) -> DispatchReport:
    """Ask about what nobody knows, then send at most `limit` texts that are due: what is urgent, then the oldest.

    A provider that answers badly ends the pass. A fault of ours is raised once every answer is written down.
    """
    # Made first: the time that asking takes is part of the pass.
    sender = _Sender(now, gateway, rules, sending, secret, limit)
    counts = asking.ask(now, gateway, rules, secret) + lost_reports.look(now, gateway, rules, sending.report_hours)
    counts["lapsed"] = lapse(now)
    sender.send()
    return DispatchReport(**counts + sender.counts)


class _Sender:
    """One pass: it claims a little ahead of the calls that are under way, and writes down whatever has come back."""

    def __init__(
        self, now: datetime, gateway: Gateway, rules: Rules, sending: SendingRules, secret: bytes, limit: int
    ) -> None:
        self.counts: Counter[str] = Counter()
        self._now, self._began = now, monotonic()
        self._gateway, self._rules, self._sending, self._secret = gateway, rules, sending, secret
        self._calls = Calls(gateway, sending.parallel_calls)
        self._caps = Caps.of(sending, secret)
        self._lease = secrets.token_hex(16)
        self._left = limit
        self._answers = 0
        self._was_taken = False
        self._held_until = self._away_until = now
        self._fault: BaseException | None = None

    def send(self) -> None:
        """Send until nothing is due, the provider answers badly, or the time of a pass is over."""
        try:
            while self._claims() or self._calls.under_way:
                self._write_down(self._calls.answers())
        finally:
            self._write_down(self._calls.finish())
        if self._held_until > self._now:
            hold(self._held_until)
        # Who took another text in this pass is there.
        if self._away_until > self._now and not self._was_taken:
            hold(self._away_until, AWAY)
        if self._fault is not None:
            raise self._fault

    def _claims(self) -> bool:
        """Claim what is due where the calls have little left to begin; return whether that was anything."""
        calls, most = self._calls, self._sending.parallel_calls
        seconds = monotonic() - self._began
        if seconds >= SENDING_SECONDS:
            calls.stop()
        ahead = int(AHEAD_SECONDS * self._answers / max(seconds, 0.001)) if self._answers else FIRST_AHEAD
        ahead = max(2 * most, min(ahead, MOST_AHEAD))
        if self._left <= 0 or calls.is_over or calls.waiting >= ahead / 2:
            return False
        # The first claim is at the instant of the pass; what is queued while it goes on is due for those that follow.
        at = self._now + timedelta(seconds=seconds) if self._answers else self._now
        asked = min(self._left, ahead)
        claimed = claim(at, self._lease, asked, self._caps, self._secret, only_urgent=self._is_quiet(at))
        self.counts.update(failed=claimed.failed, over_cap=claimed.over_cap)
        self._left = 0 if claimed.is_day_full or claimed.taken < asked else self._left - claimed.taken
        if claimed.is_day_full:
            hold(next_day(at), self._caps.day_is_full)
        calls.begin(claimed.ready)
        return claimed.taken > 0

    def _is_quiet(self, at: datetime) -> bool:
        quiet = self._sending.quiet
        return quiet is not None and self._gateway.is_audible and quiet.hold(at)

    def _write_down(self, called: Sequence[Called]) -> None:
        answered = [(text, answer) for text, answer in called if answer is not None]
        self._answers += len(answered)
        for text, answer in answered:
            self.counts[_COUNTED[answer.status]] += 1
            self._heed(answer, text.claimed_at)
        try:
            record(answered, self._lease, self._rules, self._caps)
        except Exception as fault:
            self._calls.stop()
            self._fault = self._fault or fault
        unbegun = [text for text, answer in called if answer is None]
        self.counts["put_back"] += put_back(unbegun, self._lease, self._caps)
        if not self._was_taken and any(answer.was_taken for _, answer in answered):
            self._was_taken = True
            release(self._now)

    def _heed(self, answer: Answer, claimed_at: datetime) -> None:
        """Remember what the answer means for the texts behind it."""
        self._fault = self._fault or answer.fault
        until = claimed_at + timedelta(seconds=answer.hold)
        if answer.is_away:
            self._away_until = max(self._away_until, until)
        else:
            self._held_until = max(self._held_until, until)
