"""Texts that people send: each is taken once, and tells nobody more than the holder of the number may know."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from swagat.database import db
from swagat.domain.inbound import Command
from swagat.domain.registration import registration_number
from swagat.domain.workflow import Action
from swagat.models import DeliveryStatus, InboundSms, OptedOutNumber, SmsMessage
from swagat.services.inbound import HOUR, MOST_ANSWERS, Installation, Received, take
from swagat.services.opt_outs import By, stop
from swagat.services.outbox import dispatch
from swagat.sms.console_gateway import ConsoleGateway
from tests.builders import KANTA, KANTAS_MOBILE, RULES, Cast, act, assigned, case, day, file_case, post_cast
from tests.conftest import SECRET
from tests.services.test_two_at_once import at_once

NEIGHBOUR = "+919876500000"
UNKNOWN = registration_number("GJ", "24", 2026, 999_999)
HERE = Installation(SECRET, "GJ", ("gu", "hi", "en"))


def receive(words: str, sender: str = KANTAS_MOBILE, id_: str = "", at: float = 1, here: Installation = HERE) -> bool:
    """Take a text; unless it is given one, each has an id of its own."""
    count = db.session.scalar(select(func.count()).select_from(InboundSms))
    db.session.commit()
    return take(Received(id_ or f"SM{count}", sender, words), day(at), RULES, here)


def answers() -> list[SmsMessage]:
    found = select(SmsMessage).where(SmsMessage.cause.startswith("inbound:")).order_by(SmsMessage.id)
    rows = list(db.session.scalars(found.execution_options(populate_existing=True)))
    db.session.commit()
    return rows


def answer() -> tuple[str, str, str, Any]:
    """Return the only answer: its template, where it goes, in which language, and what it tells."""
    (row,) = answers()
    return row.template.value, row.to, row.language, row.variables


def kept() -> list[tuple[str, str, str]]:
    rows = db.session.execute(select(InboundSms).order_by(InboundSms.id)).scalars()
    return [(row.provider_id, row.mobile, row.command) for row in rows]


def words_sent() -> list[str]:
    """Let everything leave, and return the words of the answers."""
    dispatch(day(1), ConsoleGateway(), RULES)
    return [row.body for row in answers()]


# How a grievance stands


def test_status_is_answered_to_the_complainants_own_number_in_the_language_of_the_filing(cast: Cast) -> None:
    number = assigned(cast)
    assert receive(f"STATUS {number}")
    assert answer() == (
        "asking_status",
        KANTAS_MOBILE,
        "gu",
        {"due_on": case(number).due_on.isoformat(), "state": "assigned"},
    )
    (row,) = answers()
    assert (row.grievance_id, row.status, row.queued_at) == (case(number).id, DeliveryStatus.QUEUED, day(1))
    due = case(number).due_on
    assert words_sent() == [
        f"સ્વાગત: ફરિયાદ {number} ની સ્થિતિ: અધિકારી પાસે. જવાબની તારીખ: {due.day}.{due.month}.{due.year}. "
        "વધુ માહિતી કોઈ પણ કાઉન્ટર પર મળશે."
    ]


def test_the_number_may_be_typed_without_its_letters(cast: Cast) -> None:
    number = file_case().number
    receive("સ્થિતિ " + number.removeprefix("GJ-").replace("-", ""))
    assert answer()[0] == "asking_status"


def test_without_its_letters_a_number_is_the_states_of_the_installation_however_that_is_set(cast: Cast) -> None:
    number = file_case().number
    receive("STATUS " + number.removeprefix("GJ-"), here=Installation(SECRET, "24", ("en",)))
    assert answer()[0] == "asking_status"


def test_a_shared_phone_learns_only_that_there_is_news(cast: Cast) -> None:
    number = file_case(phone_is_shared=True).number
    receive(f"STATUS {number}")
    assert answer() == ("asking_status", KANTAS_MOBILE, "gu", {"only_news": True})
    assert words_sent() == [f"સ્વાગત: ફરિયાદ {number} વિશે સમાચાર છે. સાઈટ કે કાઉન્ટર જુઓ."]


def test_a_number_of_somebody_else_is_answered_like_one_that_nobody_has(cast: Cast) -> None:
    number = file_case().number
    for asked in (number, UNKNOWN, "GJ-2026-0000001-0", ""):
        receive(f"STATUS {asked}", NEIGHBOUR)
    told = {(row.template.value, row.language, row.grievance_id, str(row.variables)) for row in answers()}
    assert told == {("asking_help", "en", None, "{}")}
    assert len(answers()) == 4


def test_of_several_grievances_only_the_one_that_was_named_is_told(cast: Cast) -> None:
    first, second = file_case("first").number, assigned(cast, "second")
    receive(f"STATUS {first}")
    (row,) = answers()
    assert (row.grievance_id, row.variables["state"]) == (case(first).id, "registered")
    receive("STATUS", id_="without a number")
    assert answers()[-1].template == "asking_help"
    assert case(second).version == 2


@pytest.mark.parametrize("words", ["CONFIRM", "YES", "હા", "NO", "WITHDRAW", "Confirm {number}", "YES {number}"])
def test_nothing_else_is_done_by_text(cast: Cast, words: str) -> None:
    number = assigned(cast)
    before = case(number).version
    receive(words.format(number=number))
    assert (case(number).version, answer()[0]) == (before, "asking_help")


# Stopping and starting


@pytest.mark.parametrize("words", ["STOP", "બંધ કરો", "बंद"])
def test_stop_is_obeyed_and_answered_with_nothing(cast: Cast, words: str) -> None:
    receive(words)
    stopped = db.session.scalars(select(OptedOutNumber)).one()
    assert (stopped.mobile, stopped.by, stopped.opted_out_at) == (KANTAS_MOBILE, "sms", day(1))
    assert answers() == []


def test_start_is_obeyed_and_confirmed(cast: Cast) -> None:
    receive("STOP")
    receive("ચાલુ")
    assert db.session.scalars(select(OptedOutNumber)).all() == []
    assert answer() == ("asking_started", KANTAS_MOBILE, "gu", {})
    assert words_sent() == ["સ્વાગત: આ નંબર પર સંદેશા ફરી આવશે. બંધ કરવા STOP મોકલો."]


def test_a_number_that_stopped_is_not_answered_until_it_starts_again(cast: Cast) -> None:
    number = file_case().number
    stop(KANTAS_MOBILE, By.COMPLAINANT, day(0), RULES)
    for words in ("hello", f"STATUS {number}"):
        receive(words)
    assert answers() == []
    assert [command for _id, _mobile, command in kept()] == ["help", "status"]


# In which language


@pytest.mark.parametrize(
    ("words", "language"),
    [("hello", "en"), ("નમસ્તે", "gu"), ("नमस्ते", "hi"), ("123", "hi"), ("", "hi"), ("வணக்கம்", "hi")],
)
def test_help_speaks_the_script_that_was_written_else_the_language_of_the_newest_case(
    cast: Cast, words: str, language: str
) -> None:
    file_case("older", language="gu")
    file_case("newest", language="hi")
    receive(words)
    assert answer() == ("asking_help", KANTAS_MOBILE, language, {})


def test_who_never_filed_is_helped_in_the_first_language_of_the_installation(cast: Cast) -> None:
    receive("?", NEIGHBOUR)
    receive("?", NEIGHBOUR, here=Installation(SECRET, "GJ", ("hi", "en")))
    assert [row.language for row in answers()] == ["gu", "hi"]


# Once, and not without end


def test_a_text_that_comes_again_does_nothing_again(cast: Cast) -> None:
    number = file_case().number
    assert [receive(f"STATUS {number}", id_="SM1") for _ in range(3)] == [True, False, False]
    assert (len(answers()), len(kept())) == (1, 1)


def test_a_replayed_stop_does_not_stop_who_started_again_since(cast: Cast) -> None:
    receive("STOP", id_="SM1")
    receive("START", id_="SM2")
    assert not receive("STOP", id_="SM1")
    assert db.session.scalars(select(OptedOutNumber)).all() == []


def test_only_so_many_answers_go_to_one_number_in_an_hour(cast: Cast) -> None:
    for _ in range(MOST_ANSWERS + 5):
        assert receive("hello")
    assert (len(answers()), len(kept())) == (MOST_ANSWERS, MOST_ANSWERS + 5)
    receive("hello", NEIGHBOUR)
    assert len(answers()) == MOST_ANSWERS + 1
    receive("hello", at=1 + HOUR / 86400)
    assert len(answers()) == MOST_ANSWERS + 2


def test_who_had_all_answers_of_the_hour_can_still_stop_and_start(cast: Cast) -> None:
    for _ in range(MOST_ANSWERS):
        receive("hello")
    receive("STOP")
    assert db.session.scalars(select(OptedOutNumber)).all()
    receive("START")
    assert db.session.scalars(select(OptedOutNumber)).all() == []
    assert len(answers()) == MOST_ANSWERS


@pytest.mark.parametrize("sender", ["", "AD-HDFCBK", "56161", "+15005550006", "whatsapp:+15005550006", "+912222222222"])
def test_a_sender_that_is_no_mobile_number_is_kept_and_neither_obeyed_nor_answered(cast: Cast, sender: str) -> None:
    for words in ("STOP", "START", "hello"):
        assert receive(words, sender)
    assert [(mobile, command) for _id, mobile, command in kept()] == [("", "stop"), ("", "start"), ("", "help")]
    assert answers() == []
    assert db.session.scalars(select(OptedOutNumber)).all() == []


def test_of_a_text_only_what_it_asks_for_is_kept(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    secret = "મારું નામ કાન્તા છે, 2345 6789 0124"
    with caplog.at_level("DEBUG"):
        receive(secret)
    assert kept() == [("SM0", KANTAS_MOBILE, Command.HELP.value)]
    everything = " ".join(
        str(value) for model in (InboundSms, SmsMessage) for row in db.session.scalars(select(model)) for value in
        vars(row).values()
    )  # fmt: skip
    for found in (everything, caplog.text):
        assert "કાન્તા" not in found
        assert "2345" not in found
    assert KANTAS_MOBILE[3:] not in caplog.text
    assert KANTAS_MOBILE not in repr(Received("SM1", KANTAS_MOBILE, secret))


@pytest.mark.concurrency
def test_the_same_text_many_times_at_once_is_taken_once(own_app: Flask) -> None:
    with own_app.app_context():
        cast = post_cast()
        number = assigned(cast)
        act(KANTA, number, Action.REMIND, 1, texts={})
        same = Received("SM1", KANTAS_MOBILE, f"STATUS {number}")
        results = at_once(own_app, *(lambda: take(same, day(1), RULES, HERE) for _ in range(6)))
        assert sorted(results, key=str) == [False] * 5 + [True], results
        assert (len(answers()), len(kept())) == (1, 1)


@pytest.mark.concurrency
def test_many_texts_of_one_number_at_once_get_no_more_answers_than_one_after_the_other(own_app: Flask) -> None:
    with own_app.app_context():
        post_cast()
        many = [Received(f"SM{at}", KANTAS_MOBILE, "hello") for at in range(MOST_ANSWERS + 6)]
        now = day(1) + timedelta(seconds=1)
        results = at_once(own_app, *(lambda one=one: take(one, now, RULES, HERE) for one in many))
        assert results == [True] * len(many)
        assert (len(answers()), len(kept())) == (MOST_ANSWERS, len(many))
