"""What an answer of the gateway means for one text, and for those that wait behind it."""

from dataclasses import dataclass, replace

from swagat.models import DeliveryStatus
from swagat.services.asking import FIRST_ASKED_AFTER
from swagat.services.claiming import Ready
from swagat.services.delivery import status_after
from swagat.services.pauses import MOST_TRIES, pause_after
from swagat.sms.gateway import Ambiguous, Gateway, Rejected, Sent, TryAgain

# What the account refuses it refuses for every text: all of them wait, and none is blamed.
ACCOUNT_PAUSE = 300.0

S = DeliveryStatus


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one try; `is_over` ends the pass, because the provider is not to be pressed now.

    `pause` is in seconds, for this text alone; for `hold` seconds every text that waits goes on waiting, or, where the
    provider `is_away`, until it takes one again. `fault` is one of ours: whether the text left before it is not known.
    """

    status: DeliveryStatus
    provider_id: str | None = None
    failure: str = ""
    pause: float = 0.0
    hold: float = 0.0
    is_over: bool = False
    is_away: bool = False
    is_of_number: bool = False
    is_of_account: bool = False
    fault: BaseException | None = None

    @property
    def was_taken(self) -> bool:
        """Return whether the provider has the text."""
        return self.provider_id is not None

    @property
    def certainly_stayed(self) -> bool:
        """Return whether the text certainly did not leave."""
        return not self.was_taken and self.status is not S.UNKNOWN


def send(gateway: Gateway, text: Ready) -> Answer:
    """Hand one text to the gateway and return what became of it; raises nothing."""
    try:
        answer = _sent(gateway, text)
    except BaseException as fault:
        return _unknown(type(fault).__name__, fault)
    tries = text.order.tries
    if answer.status is S.QUEUED and tries >= MOST_TRIES and not answer.is_of_account:
        return replace(answer, status=S.FAILED, failure=f"given up after {tries} tries: {answer.failure}", is_over=True)
    return answer


def _sent(gateway: Gateway, text: Ready) -> Answer:
    order = text.order
    try:
        sent = gateway.send(
            order.to,
            text.body,
            order.id,
            template=order.template.value,
            language=order.language,
            template_id=text.template_id,
        )
    except Rejected as refusal:
        return _rejected(refusal, order.tries)
    except TryAgain as later:
        return _later(later, order.tries)
    except Ambiguous as lost:
        return _unknown(lost.reason)
    return _taken(sent)


def _later(later: TryAgain, tries: int) -> Answer:
    pause = pause_after(tries)
    if later.is_away:
        # Who is not there for one is not there for the others: one of them asks again, the others wait for it.
        return Answer(S.QUEUED, failure=later.reason, pause=pause, hold=pause, is_over=True, is_away=True)
    hold = later.retry_after or 0.0
    return Answer(S.QUEUED, failure=later.reason, pause=max(hold, pause), hold=hold, is_over=True)


def _unknown(why: str, fault: BaseException | None = None) -> Answer:
    pause = FIRST_ASKED_AFTER.total_seconds()
    return Answer(S.UNKNOWN, failure=why, pause=pause, is_over=True, fault=fault)


def _rejected(refusal: Rejected, tries: int) -> Answer:
    if refusal.permanent:
        return Answer(S.FAILED, failure=refusal.code, is_of_number=refusal.is_of_number)
    if refusal.is_of_account:
        hold = ACCOUNT_PAUSE
        return Answer(S.QUEUED, failure=refusal.code, pause=hold, hold=hold, is_over=True, is_of_account=True)
    return Answer(S.QUEUED, failure=refusal.code, pause=pause_after(tries))


def _taken(sent: Sent) -> Answer:
    status = status_after(sent)
    failure = sent.code or sent.status if status in (S.FAILED, S.UNDELIVERED) else ""
    return Answer(status, provider_id=sent.provider_id, failure=failure)
