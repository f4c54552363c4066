"""What people write in a text: three scripts, any case, and punctuation where telephones put it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swagat.domain.inbound import START_WORDS, STATUS_WORDS, STOP_WORDS, Command, Wish, wish_of
from swagat.domain.registration import registration_number

STATES = {"BR": "10", "GJ": "24"}
NUMBER = registration_number("GJ", "24", 2026, 123)
GUJARATI = str.maketrans("0123456789", "૦૧૨૩૪૫૬૭૮૯")
DEVANAGARI = str.maketrans("0123456789", "०१२३४५६७८९")
KEYWORDS = {Command.STOP: STOP_WORDS, Command.START: START_WORDS}


def asked(text: str) -> Wish:
    return wish_of(text, STATES, "GJ")


def command(text: str) -> Command:
    return asked(text).command


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("STOP", Command.STOP),
        ("stop", Command.STOP),
        (" Stop. ", Command.STOP),
        ("“STOP”!", Command.STOP),
        ("stop\r\n", Command.STOP),
        ("UNSUBSCRIBE", Command.STOP),
        ("Cancel", Command.STOP),
        ("end", Command.STOP),
        ("QUIT", Command.STOP),
        ("બંધ", Command.STOP),
        ("રોકો", Command.STOP),
        ("બંધ  કરો.", Command.STOP),
        ("बंद", Command.STOP),
        ("रोकें", Command.STOP),
        ("बंद करो।", Command.STOP),
        ("START", Command.START),
        ("unstop", Command.START),
        ("શરૂ", Command.START),
        ("ચાલુ", Command.START),
        ("शुरू", Command.START),
        ("चालू", Command.START),
        ("YES", Command.HELP),
        ("yes", Command.HELP),
        ("હા", Command.HELP),
        ("હા, ઉકેલ આવ્યો", Command.HELP),
        ("please stop", Command.HELP),
        ("STOP START", Command.HELP),
        ("do not stop the road work", Command.HELP),
        ("રસ્તો બંધ છે", Command.HELP),
        ("HELP", Command.HELP),
        ("", Command.HELP),
        (" \t\r\n", Command.HELP),
        ("👍", Command.HELP),
        ("...", Command.HELP),
        ("STATUS", Command.HELP),
        ("STATUS 12", Command.HELP),
        ("STATUSQUO", Command.HELP),
        ("1234567890", Command.HELP),
        (NUMBER, Command.HELP),
        (f"CONFIRM {NUMBER}", Command.HELP),
        (f"YES {NUMBER}", Command.HELP),
    ],
)
def test_what_a_text_asks_for(text: str, wanted: Command) -> None:
    assert command(text) is wanted


@pytest.mark.parametrize(
    "text",
    [
        f"STATUS {NUMBER}",
        f"status {NUMBER.lower()}",
        f"Status: {NUMBER}.",
        f"STATUS{NUMBER}",
        f"STATUS {NUMBER.replace('-', ' ')}",
        f"STATUS {NUMBER.replace('-', '')}",
        f"STATUS {NUMBER.removeprefix('GJ-')}",
        f"સ્થિતિ {NUMBER.translate(GUJARATI)}",
        f"સ્થિતિ {NUMBER.removeprefix('GJ-').replace('-', '').translate(GUJARATI)}",
        f"स्थिति {NUMBER.translate(DEVANAGARI)}",
        f"STATUS\u00a0{NUMBER}\u200b",
        "STATUS " + NUMBER.replace("-", "\u2011"),
    ],
)
def test_a_number_is_read_however_it_is_typed(text: str) -> None:
    assert (command(text), asked(text).number) == (Command.STATUS, NUMBER)


def test_a_number_with_a_wrong_digit_asks_for_help() -> None:
    for wrong in range(10):
        typed = f"{NUMBER[:-1]}{wrong}"
        assert command(f"STATUS {typed}") is (Command.STATUS if typed == NUMBER else Command.HELP)


def test_a_number_of_a_state_that_is_not_here_asks_for_help() -> None:
    assert asked(f"STATUS {registration_number('MH', '27', 2026, 5)}") == Wish(Command.HELP, "", "en")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("START", "en"),
        ("શરૂ", "gu"),
        ("शुरू", "hi"),
        (f"સ્થિતિ {NUMBER}", "gu"),
        (f"स्थिति {NUMBER}", "hi"),
        ("தகவல்", ""),
        ("123", ""),
        ("", ""),
    ],
)
def test_the_script_tells_the_language_of_the_answer(text: str, language: str) -> None:
    assert asked(text).language == language


around = st.text("  \t\r\n.!?,;:-_'\"()।॥\u200b\u200c\u200d\u00a0", max_size=6)
forms = st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"])
cases = st.sampled_from([str.upper, str.lower, str.title, str.swapcase])


@given(st.sampled_from([(kind, word) for kind, found in KEYWORDS.items() for word in found]), around, around, cases)
def test_case_blanks_and_punctuation_around_do_not_matter(
    keyword: tuple[Command, str], before: str, after: str, case: object
) -> None:
    kind, word = keyword
    assert callable(case)
    assert command(f"{before}{case(word)}{after}") is kind


@given(st.sampled_from([word for found in KEYWORDS.values() for word in found] + list(STATUS_WORDS)), forms)
def test_the_form_of_the_letters_does_not_matter(word: str, form: str) -> None:
    typed = f"{word} {NUMBER}" if word in STATUS_WORDS else word
    assert asked(unicodedata.normalize(form, typed)) == asked(typed)
    assert command(typed) is not Command.HELP


anything = st.text(max_size=300) | st.text("STOPstatu સ્થિતિबंद-0123456789GJ", max_size=60)


@given(anything)
def test_whatever_is_sent_asks_for_one_of_four_things_and_only_status_names_a_number(text: str) -> None:
    wish = asked(text)
    assert wish.command in set(Command)
    assert (wish.command is Command.STATUS) == bool(wish.number)
    assert wish.language in ("", "en", "hi", "gu")


def test_an_endless_text_is_read_to_its_end_of_what_a_telephone_can_send() -> None:
    assert command(f"{'x' * 1_000_000} {NUMBER}") is Command.HELP
    assert command("STATUS " + "9" * 1_000_000) is Command.HELP
