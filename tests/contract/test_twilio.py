"""The real library over real HTTP: what each answer of Twilio, or none, means for a text."""

import socket
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from config import Config
from swagat.sms import gateway_from
from swagat.sms.codes import OF_ACCOUNT, OF_LOAD, OF_NUMBER, OF_TEXT
from swagat.sms.gateway import Ambiguous, GatewayError, Rejected, Sent, TryAgain
from swagat.sms.twilio_gateway import TwilioGateway
from tests.contract.accounts import PUBLIC, gateway_to, settings_to
from tests.contract.twilio_stand_in import (
    HANGS,
    HANGS_BEFORE_TAKING,
    RESETS_AFTER_TAKING,
    RESETS_BEFORE_TAKING,
    SAYS_NOTHING,
    SENDER,
    SERVICE,
    SPEAKS_NONSENSE,
    Mood,
    StandIn,
    refuses,
)

KANTA = "+919876543210"
BODY = "SWAGAT: news of your grievance GJ-2026-0000001-9."
SHORT = (2.0, 0.2)


def send(gateway: TwilioGateway, message_id: int = 7) -> Sent:
    return gateway.send(KANTA, BODY, message_id, template="assigned", language="en")


def fault_of(gateway: TwilioGateway) -> Any:
    with pytest.raises(GatewayError) as fault:
        send(gateway)
    assert KANTA[3:] not in str(fault.value)
    return fault.value


def find(gateway: TwilioGateway, body: str = BODY, since: timedelta = timedelta(minutes=5)) -> list[str]:
    return [one.provider_id for one in gateway.find(KANTA, body, 7, datetime.now(UTC) - since)]


def test_an_accepted_text_is_what_twilio_calls_it(stand_in: StandIn) -> None:
    sent = send(gateway_to(stand_in))
    assert sent == Sent(stand_in.taken[0]["sid"], "accepted")


def test_twilio_is_told_where_from_where_to_and_where_to_report(stand_in: StandIn) -> None:
    send(gateway_to(stand_in), 41)
    callback = f"{PUBLIC}/hooks/twilio/status/41#rc=5&rp=all"
    usual = {"To": KANTA, "Body": BODY, "StatusCallback": callback}
    assert stand_in.forms == [usual | {"MessagingServiceSid": SERVICE}]
    send(gateway_to(stand_in, messaging_service_sid="", sender=SENDER), 41)
    assert stand_in.forms[1] == usual | {"From": SENDER}


def test_the_entity_registered_in_india_goes_along_where_there_is_one(stand_in: StandIn) -> None:
    send(gateway_to(stand_in, entity_id="1101456789012345678"))
    assert stand_in.forms[0]["DltPEId"] == "1101456789012345678"


def test_the_id_of_a_text_in_the_registry_goes_along_with_the_entity_and_never_alone(stand_in: StandIn) -> None:
    for entity_id, template_id in (("1101", "1107001"), ("1101", ""), ("", "1107001")):
        gateway = gateway_to(stand_in, entity_id=entity_id)
        gateway.send(KANTA, BODY, 7, template="assigned", language="en", template_id=template_id)
    said = [{name: form[name] for name in form if name.startswith("Dlt")} for form in stand_in.forms]
    assert said == [{"DltPEId": "1101", "DltTemplateId": "1107001"}, {"DltPEId": "1101"}, {}]


def test_each_of_several_texts_at_once_goes_with_an_id_of_its_own(stand_in: StandIn) -> None:
    gateway = gateway_to(stand_in, entity_id="1101", parallel_calls=4)
    stand_in.latency = 0.02

    def send_one(id_: int) -> None:
        gateway.send(KANTA, f"text {id_}", id_, template="assigned", language="en", template_id=f"T{id_}")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(send_one, range(24)))
    assert {form["Body"]: form["DltTemplateId"] for form in stand_in.forms} == {f"text {i}": f"T{i}" for i in range(24)}


@pytest.mark.parametrize(
    ("status", "code", "said"), [("delivered", None, ""), ("undelivered", 30005, "30005"), ("sent", None, "")]
)
def test_a_text_that_is_looked_up_is_where_twilio_has_it(
    stand_in: StandIn, status: str, code: int | None, said: str
) -> None:
    gateway = gateway_to(stand_in)
    sid = send(gateway).provider_id
    stand_in.move(sid, status, code)
    assert gateway.look_up(sid) == Sent(sid, status, said)
    assert stand_in.looked_up == [sid]


@pytest.mark.parametrize(
    "mood",
    [refuses(500, None), refuses(429, 20429), refuses(401, 20003), Mood(status=200, body="<html>"), Mood(resets=True)],
)
def test_a_text_that_cannot_be_looked_up_is_not_therefore_unknown_to_twilio(stand_in: StandIn, mood: Mood) -> None:
    gateway = gateway_to(stand_in)
    sid = send(gateway).provider_id
    stand_in.list_mood = mood
    with pytest.raises(TryAgain):
        gateway.look_up(sid)


def test_the_proxy_that_the_environment_names_is_used(stand_in: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("http_proxy", raising=False)
    assert isinstance(fault_of(gateway_to(stand_in)), TryAgain)
    assert stand_in.forms == []


def test_without_a_public_address_no_report_is_asked_for(stand_in: StandIn) -> None:
    send(gateway_to(stand_in, public_url=""))
    assert "StatusCallback" not in stand_in.forms[0]


@pytest.mark.parametrize("code", sorted(OF_NUMBER))
def test_a_number_that_no_text_reaches_is_refused_for_good(stand_in: StandIn, code: int) -> None:
    stand_in.mood = refuses(400, code)
    fault = fault_of(gateway_to(stand_in))
    assert isinstance(fault, Rejected)
    assert (fault.code, fault.permanent, fault.is_of_number, fault.is_of_account) == (str(code), True, True, False)


@pytest.mark.parametrize("code", sorted(OF_TEXT))
def test_words_that_cannot_be_sent_are_refused_for_good_and_the_number_is_not_blamed(
    stand_in: StandIn, code: int
) -> None:
    stand_in.mood = refuses(400, code)
    fault = fault_of(gateway_to(stand_in))
    assert isinstance(fault, Rejected)
    assert (fault.code, fault.permanent, fault.is_of_number, fault.is_of_account) == (str(code), True, False, False)


@pytest.mark.parametrize(("status", "code"), [(400, code) for code in sorted(OF_ACCOUNT)] + [(401, None), (403, None)])
def test_an_account_that_is_not_right_blames_no_text(stand_in: StandIn, status: int, code: int | None) -> None:
    stand_in.mood = refuses(status, code)
    fault = fault_of(gateway_to(stand_in))
    assert isinstance(fault, Rejected)
    assert (fault.code, fault.permanent, fault.is_of_account) == (str(code or status), False, True)


@pytest.mark.parametrize("code", sorted(OF_LOAD - {429}))
def test_too_much_at_once_is_tried_again(stand_in: StandIn, code: int) -> None:
    stand_in.mood = refuses(400, code)
    assert isinstance(fault_of(gateway_to(stand_in)), TryAgain)


@pytest.mark.parametrize(("said", "seconds"), [("7", 7.0), ("0", 0.0), ("soon", None), ("-1", None), ("", None)])
def test_429_is_tried_again_after_the_pause_that_twilio_asks_for(
    stand_in: StandIn, said: str, seconds: float | None
) -> None:
    stand_in.mood = refuses(429, 20429, Retry_After=said)
    fault = fault_of(gateway_to(stand_in))
    assert isinstance(fault, TryAgain)
    assert (fault.reason, fault.retry_after, fault.is_away) == ("429", seconds, False)
    assert stand_in.taken == []


@pytest.mark.parametrize("code", [21612, 30006, 99999])
def test_a_code_that_says_nothing_certain_is_kept_and_the_text_tried_again(stand_in: StandIn, code: int) -> None:
    stand_in.mood = refuses(400, code)
    fault = fault_of(gateway_to(stand_in))
    assert isinstance(fault, Rejected)
    assert (fault.code, fault.permanent, fault.is_of_account) == (str(code), False, False)


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
@pytest.mark.parametrize("code", [None, 20500, 21211])
def test_a_fault_on_twilios_side_says_nothing_about_the_text(stand_in: StandIn, status: int, code: int | None) -> None:
    stand_in.mood = refuses(status, code)
    assert isinstance(fault_of(gateway_to(stand_in)), Ambiguous)


@pytest.mark.parametrize("mood", [SPEAKS_NONSENSE, SAYS_NOTHING, Mood(body="{}"), Mood(body="[]"), Mood(body="null")])
def test_an_answer_that_nobody_can_read_may_mean_that_it_was_sent(stand_in: StandIn, mood: Mood) -> None:
    stand_in.mood = mood
    assert isinstance(fault_of(gateway_to(stand_in)), Ambiguous)
    assert len(stand_in.taken) == 1


@pytest.mark.parametrize("mood", [HANGS, HANGS_BEFORE_TAKING, RESETS_AFTER_TAKING, RESETS_BEFORE_TAKING])
def test_a_lost_answer_may_mean_that_it_was_sent_and_nothing_is_repeated(stand_in: StandIn, mood: Mood) -> None:
    stand_in.mood = mood
    assert isinstance(fault_of(gateway_to(stand_in, SHORT)), Ambiguous)
    assert len(stand_in.forms) == 1
    assert len(stand_in.taken) == int(mood.takes)


def test_a_redirect_is_not_followed_with_the_accounts_secret(stand_in: StandIn) -> None:
    stand_in.mood = Mood(takes=False, status=307, body="", headers={"Location": f"{stand_in.address}/elsewhere"})
    fault = fault_of(gateway_to(stand_in))
    assert isinstance(fault, Rejected)
    assert (fault.code, fault.permanent) == ("307", False)
    assert len(stand_in.forms) == 1


def test_a_server_that_is_not_there_has_certainly_sent_nothing() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = StandIn.__new__(StandIn)
        nobody.address = f"http://127.0.0.1:{free.getsockname()[1]}"
        gateway = gateway_to(nobody)
        fault = fault_of(gateway)
        assert isinstance(fault, TryAgain)
        assert fault.is_away
        with pytest.raises(TryAgain):
            find(gateway)


def test_a_name_that_nobody_knows_has_certainly_sent_nothing() -> None:
    nobody = StandIn.__new__(StandIn)
    nobody.address = "http://twilio.invalid"
    assert isinstance(fault_of(gateway_to(nobody)), TryAgain)


def test_a_wrong_secret_is_a_matter_of_the_account(stand_in: StandIn) -> None:
    gateway = gateway_to(stand_in, token="another")
    assert fault_of(gateway).code == "20003"
    with pytest.raises(TryAgain):
        find(gateway)


def test_the_connection_is_used_again_after_every_kind_of_answer(stand_in: StandIn) -> None:
    gateway = gateway_to(stand_in)
    for mood in (refuses(400, 21211), refuses(503, None), RESETS_AFTER_TAKING, refuses(429, 20429)):
        stand_in.moods.append(mood)
        fault_of(gateway)
        assert send(gateway).status == "accepted"


def test_what_was_taken_though_the_answer_was_lost_is_found(stand_in: StandIn) -> None:
    gateway = gateway_to(stand_in, SHORT)
    stand_in.moods.extend([RESETS_AFTER_TAKING, HANGS])
    fault_of(gateway)
    fault_of(gateway)
    assert find(gateway) == [one["sid"] for one in reversed(stand_in.taken)]
    assert stand_in.asked[0]["To"] == KANTA


def test_what_never_arrived_is_not_found(stand_in: StandIn) -> None:
    stand_in.mood = RESETS_BEFORE_TAKING
    gateway = gateway_to(stand_in)
    fault_of(gateway)
    assert find(gateway) == []


def test_another_text_an_older_one_and_one_that_came_in_are_not_taken_for_it(stand_in: StandIn) -> None:
    gateway = gateway_to(stand_in)
    for _ in range(3):
        send(gateway)
    old, came_in, ours = stand_in.taken
    old["date_created"] = "Mon, 01 Jun 2026 06:00:00 +0000"
    came_in["direction"] = "inbound"
    assert find(gateway) == [ours["sid"]]
    assert find(gateway, "SWAGAT: other news.") == []


def test_words_that_a_trial_account_puts_before_ours_do_not_hide_the_text(stand_in: StandIn) -> None:
    gateway = gateway_to(stand_in)
    send(gateway)
    stand_in.taken[0]["body"] = f"Sent from your Twilio trial account - {BODY}"
    assert find(gateway) == [stand_in.taken[0]["sid"]]


def test_a_number_with_many_texts_is_looked_through_page_by_page(stand_in: StandIn) -> None:
    gateway = gateway_to(stand_in)
    send(gateway)
    for step in range(120):
        stand_in.take({"To": KANTA, "Body": f"text {step}"})
    assert find(gateway) == [stand_in.taken[0]["sid"]]
    assert len(stand_in.asked) == 3


def test_a_text_that_ended_badly_is_found_with_the_reason(stand_in: StandIn) -> None:
    gateway = gateway_to(stand_in)
    send(gateway)
    stand_in.taken[0] |= {"status": "undelivered", "error_code": 30005}
    (found,) = gateway.find(KANTA, BODY, 7, datetime.now(UTC) - timedelta(minutes=5))
    assert (found.status, found.code) == ("undelivered", "30005")


@pytest.mark.parametrize(
    "mood", [refuses(500, None), refuses(429, 20429), Mood(status=200, body="<html>"), Mood(resets=True)]
)
def test_a_question_without_an_answer_is_asked_again_and_is_no_proof_of_absence(stand_in: StandIn, mood: Mood) -> None:
    gateway = gateway_to(stand_in)
    send(gateway)
    stand_in.list_mood = mood
    with pytest.raises(TryAgain):
        find(gateway)


def test_the_settings_lead_to_the_account(stand_in: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWILIO_REGION", "au1")
    monkeypatch.setenv("TWILIO_EDGE", "sydney")
    settings = settings_to(stand_in, sms_per_second=25, dlt_entity_id="1101", twilio_from=SENDER)
    gateway = gateway_from(Config(swagat_env="test", secret_key="s", **settings).for_flask())
    assert gateway.per_second == 25
    gateway.send(KANTA, BODY, 7, template="assigned", language="en")
    assert stand_in.forms[0] | {"Body": "", "StatusCallback": ""} == {
        "To": KANTA,
        "Body": "",
        "StatusCallback": "",
        "MessagingServiceSid": SERVICE,
        "DltPEId": "1101",
    }
