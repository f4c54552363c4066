"""What nobody knows about is asked about before it is sent again: found is adopted, not found is queued."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from swagat.database import db, transaction
from swagat.domain.deadlines import Clock
from swagat.domain.messages import MessageKey as M
from swagat.domain.rules import Rules
from swagat.domain.sending import SendingRules
from swagat.domain.workflow import Status
from swagat.models import Deadline, Grievance, RefusedNumber, SmsMessage
from swagat.models import DeliveryStatus as S
from swagat.services import delivery
from swagat.services.asking import FIRST_ASKED_AFTER, GIVEN_UP, LEASE, SKEW
from swagat.services.outbox import DispatchReport, dispatch
from swagat.services.pauses import MOST_TRIES
from swagat.sms.console_gateway import ConsoleGateway
from swagat.sms.gateway import DELIVERED, Ambiguous, Sent, TryAgain
from tests.services.case_to_tell import GRIEVANCE, KANTA, change, make_case, only_text, queue, queue_many, texts
from tests.staff import NOON

RULES = Rules()
SECRET = b"only for tests of asking"


@dataclass
class Provider:
    """Takes every text, and loses the answer of the first ones; can be asked unless it is away."""

    lost: int = 0
    loses_text: bool = False
    is_away: bool = False
    status: str = "queued"
    code: str = ""
    has: list[tuple[str, str, str]] = field(default_factory=list)
    asked: list[tuple[int, datetime]] = field(default_factory=list)
    per_second: float = 0.0
    is_audible: bool = True

    def look_up(self, provider_id: str) -> Sent | None:
        if self.is_away:
            raise TryAgain("away")
        return Sent(provider_id, self.status, self.code)

    def send(self, to: str, body: str, message_id: int, *, template: str, language: str, template_id: str = "") -> Sent:
        if self.is_away:
            raise TryAgain("away")
        lost = self.lost > 0
        self.lost -= lost
        if not (lost and self.loses_text):
            self.has.append((f"SM{len(self.has)}", to, body))
        if lost:
            raise Ambiguous("ReadTimeout")
        return Sent(self.has[-1][0], self.status, self.code)

    def find(self, to: str, body: str, message_id: int, since: datetime) -> list[Sent]:
        self.asked.append((message_id, since))
        if self.is_away:
            raise TryAgain("away")
        return [Sent(id_, self.status, self.code) for id_, *rest in reversed(self.has) if rest == [to, body]]


@pytest.fixture(autouse=True)
def case(app: Flask) -> None:
    make_case(Status.DISPOSED)


def send(provider: Provider | ConsoleGateway, after: timedelta = timedelta(), limit: int = 200) -> DispatchReport:
    return dispatch(NOON + after, provider, RULES, limit, SendingRules(parallel_calls=1), SECRET)


def test_what_the_provider_has_is_adopted_and_not_sent_again() -> None:
    queue(M.ASSIGNED)
    provider = Provider(lost=1)
    assert send(provider).unknown == 1
    assert send(provider, FIRST_ASKED_AFTER) == DispatchReport(found=1)
    text = only_text()
    assert (text.status, text.provider_id, text.failure, text.tries, text.ended_at) == (S.SENT, "SM0", "", 1, None)
    assert len(provider.has) == 1
    assert send(provider, timedelta(days=1)) == DispatchReport()


def test_what_the_provider_has_not_is_sent_again() -> None:
    queue(M.ASSIGNED)
    provider = Provider(lost=1, loses_text=True)
    send(provider)
    assert send(provider, FIRST_ASKED_AFTER) == DispatchReport(not_found=1, sent=1)
    text = only_text()
    assert (text.status, text.provider_id, text.failure, text.tries) == (S.SENT, "SM0", "", 2)


def test_nobody_asks_while_the_text_may_still_be_on_its_way() -> None:
    queue(M.ASSIGNED)
    provider = Provider(lost=1)
    send(provider)
    assert send(provider, FIRST_ASKED_AFTER - timedelta(seconds=1)) == DispatchReport()
    assert provider.asked == []


def test_the_provider_is_asked_for_what_came_since_the_text_was_claimed_less_what_clocks_differ() -> None:
    queue(M.ASSIGNED)
    provider = Provider(lost=1)
    send(provider, timedelta(hours=3))
    send(provider, timedelta(hours=9))
    assert provider.asked == [(only_text().id, NOON + timedelta(hours=3) - SKEW)]


def test_a_provider_that_cannot_be_asked_is_asked_later_and_nothing_is_sent_meanwhile() -> None:
    queue(M.ASSIGNED)
    provider = Provider(lost=1)
    send(provider)
    provider.is_away = True
    assert send(provider, FIRST_ASKED_AFTER) == DispatchReport()
    text = only_text()
    assert (text.status, text.looks, text.ended_at) == (S.UNKNOWN, 1, None)
    assert text.next_try_at <= NOON + FIRST_ASKED_AFTER + timedelta(seconds=30)
    provider.is_away = False
    assert send(provider, timedelta(hours=1)).found == 1
    assert len(provider.has) == 1


def test_after_a_day_of_asking_in_vain_the_text_stays_plainly_unknown() -> None:
    queue(M.ASSIGNED)
    provider = Provider(lost=1)
    send(provider)
    provider.is_away = True
    for hour in range(1, 2 * MOST_TRIES):
        send(provider, timedelta(hours=hour))
    text = only_text()
    assert (text.status, text.failure, text.looks) == (S.UNKNOWN, GIVEN_UP, MOST_TRIES)
    assert text.ended_at == NOON + timedelta(hours=MOST_TRIES)
    assert len(provider.asked) == MOST_TRIES
    assert len(provider.has) == 1


def test_a_text_that_was_tried_often_enough_is_given_up_when_it_is_not_found() -> None:
    queue(M.ASSIGNED)
    change(tries=MOST_TRIES - 1)
    provider = Provider(lost=1, loses_text=True)
    send(provider)
    send(provider, FIRST_ASKED_AFTER)
    text = only_text()
    assert (text.status, text.failure) == (S.FAILED, f"given up after {MOST_TRIES} tries")
    assert provider.has == []


def test_of_two_texts_with_the_same_words_each_adopts_one_of_its_own() -> None:
    queue_many(3)
    provider = Provider(lost=2)
    send(provider)
    send(provider, timedelta(seconds=1))
    # The third arrives, and its answer too.
    send(provider, timedelta(seconds=2))
    assert send(provider, timedelta(minutes=10)).found == 2
    assert sorted(text.provider_id or "" for text in texts()) == ["SM0", "SM1", "SM2"]
    assert {text.status for text in texts()} == {S.SENT}


def test_a_twin_that_arrived_does_not_hide_that_the_other_never_did() -> None:
    queue_many(2)
    provider = Provider(lost=1, loses_text=True)
    send(provider)
    assert send(provider, timedelta(seconds=1)).sent == 1
    assert send(provider, FIRST_ASKED_AFTER) == DispatchReport(not_found=1, sent=1)
    assert len(provider.has) == 2


def test_what_was_found_is_not_adopted_while_a_twin_is_on_its_way() -> None:
    queue_many(2)
    provider = Provider(lost=1, loses_text=True)
    send(provider)
    # The other is with a sender that has not written down yet what it sent.
    words = texts()[0].body
    provider.has.append(("SM0", KANTA, words))
    with transaction() as session:
        twin = update(SmsMessage).where(SmsMessage.status == S.QUEUED)
        session.execute(twin.values(status=S.SENDING, lease_until=NOON + timedelta(days=1), body=words))
    assert send(provider, FIRST_ASKED_AFTER) == DispatchReport(unsettled=1)
    assert [(text.status, text.provider_id) for text in texts()] == [(S.UNKNOWN, None), (S.SENDING, None)]
    with transaction() as session:
        twin = update(SmsMessage).where(SmsMessage.status == S.SENDING)
        session.execute(twin.values(status=S.SENT, provider_id="SM0", next_try_at=NOON + timedelta(days=1)))
    assert send(provider, FIRST_ASKED_AFTER + LEASE) == DispatchReport(not_found=1, sent=1)
    assert len(provider.has) == 2


def test_who_died_while_asking_is_followed_by_another() -> None:
    queue(M.ASSIGNED)
    provider = Provider(lost=1)
    send(provider)

    class Fault(Provider):
        def find(self, *given: object) -> list[Sent]:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        send(Fault(), FIRST_ASKED_AFTER)
    assert send(provider, FIRST_ASKED_AFTER + LEASE - timedelta(seconds=1)) == DispatchReport()
    assert send(provider, FIRST_ASKED_AFTER + LEASE).found == 1


@pytest.mark.parametrize(
    ("said", "code", "status", "failure"),
    [
        (DELIVERED, "", S.DELIVERED, ""),
        ("sent", "", S.SENT, ""),
        ("teleported", "", S.SENT, ""),
        ("undelivered", "30005", S.UNDELIVERED, "30005"),
        ("failed", "", S.FAILED, "failed"),
    ],
)
def test_what_is_found_is_as_far_as_the_provider_says(said: str, code: str, status: S, failure: str) -> None:
    queue(M.ASSIGNED)
    provider = Provider(lost=1, status=said, code=code)
    send(provider)
    send(provider, FIRST_ASKED_AFTER)
    text = only_text()
    assert (text.status, text.failure) == (status, failure)
    assert (text.ended_at is None) == (status is S.SENT)


def test_a_disposal_that_is_found_delivered_has_reached_the_complainant() -> None:
    queue(M.DISPOSED)
    provider = Provider(lost=1, status=DELIVERED)
    send(provider)
    later = NOON + timedelta(minutes=10)
    send(provider, timedelta(minutes=10))
    window = db.session.scalars(select(Deadline).where(Deadline.clock == Clock.CONFIRM)).one()
    assert (window.begun_at, window.ended_at) == (later, None)
    assert db.session.get_one(Grievance, GRIEVANCE).reached_at == later


def test_a_report_that_comes_before_the_question_makes_it_needless() -> None:
    queue(M.ASSIGNED)
    provider = Provider(lost=1)
    send(provider)
    assert delivery.record_report(delivery.Report(only_text().id, "SM0", "delivered", to=KANTA), NOON, RULES)
    assert send(provider, timedelta(hours=1)) == DispatchReport()
    assert (only_text().status, provider.asked) == (S.DELIVERED, [])
    assert db.session.scalars(select(RefusedNumber)).all() == []


def test_without_an_account_what_a_dead_sender_left_is_in_the_outbox_and_so_delivered() -> None:
    queue(M.ASSIGNED)
    change(status=S.SENDING, lease="dead", lease_until=NOON)
    assert send(ConsoleGateway()).lapsed == 1
    assert send(ConsoleGateway(), timedelta(seconds=5)).found == 1
    assert only_text().status is S.DELIVERED
