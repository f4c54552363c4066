"""The outbox in an administrator's browser: what stands where and what it costs, the texts, and one sent again."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from swagat.database import transaction
from swagat.domain.messages import MessageKey as M
from swagat.domain.one_time_codes import DOTS, code_of
from swagat.models import CodePurpose, DeliveryStatus, OneTimeCode, SmsMessage
from swagat.services.telling import order_row
from tests.builders import BEGAN, KANTAS_MOBILE, SECRET, Cast, day, file_case, post_cast, reported, sign_in
from tests.client import Client
from tests.web.conftest import Time
from tests.web.outbox_pages import add, change, failed, figures, newest, shown

Counting = Callable[[], AbstractContextManager[list[str]]]
S = DeliveryStatus


@pytest.fixture
def cast(app: Flask, time: Time) -> Cast:
    return post_cast()


@pytest.fixture
def umesh(client: Client, cast: Cast) -> Client:
    """The browser of the administrator, in English."""
    sign_in(client, cast.administrator, BEGAN)
    client.get("/admin?lang=en")
    return client


def test_a_text_shows_its_words_and_its_state_but_nobodys_number(umesh: Client, cast: Cast) -> None:
    number = file_case().number
    page = umesh.get("/admin/messages").text
    assert number in page
    assert "Waiting to be sent" in page
    assert "XXXXXXX210" in page
    assert "9876543210" not in page
    assert "ફરિયાદ" in page


def test_a_hidden_complainant_has_no_digit_in_the_list_of_texts(umesh: Client, cast: Cast) -> None:
    file_case(is_identity_hidden=True)
    page = umesh.get("/admin/messages").text
    assert "XXXXXXX" not in page
    assert "hidden" in page


def test_texts_are_shown_for_one_case_and_one_state(umesh: Client, cast: Cast) -> None:
    first, second = file_case("a").number, file_case("b").number
    assert second not in umesh.get(f"/admin/messages?case={first}").text.replace("XXXXXXX", "")
    with transaction() as session:
        session.query(SmsMessage).update(
            {"status": DeliveryStatus.FAILED, "failure": "no such number", "ended_at": BEGAN}
        )
    assert "No texts" in umesh.get("/admin/messages?state=queued").text
    assert "no such number" in umesh.get("/admin/messages?state=failed").text
    assert umesh.get("/admin/messages?case=nonsense").status_code == 422


def test_texts_are_paged_from_the_newest_to_the_oldest_and_back(umesh: Client, cast: Cast) -> None:
    file_case()
    with transaction() as session:
        one = session.query(SmsMessage).one()
        values = {
            column.name: getattr(one, column.name) for column in SmsMessage.__table__.columns if column.name != "id"
        }
        session.add_all([SmsMessage(**values | {"cause": f"copy:{n}", "body": f"text no {n:03}."}) for n in range(110)])
    seen: list[str] = []
    address: str | None = "/admin/messages"
    while address:
        page = umesh.get(address).text
        seen += re.findall(r"text no (\d+)\.", page)
        found = re.search(r'href="([^"]+)" rel="next"', page)
        address = found[1].replace("&amp;", "&") if found else None
        last = page
    assert seen == sorted(seen, reverse=True)
    assert len(seen) == 110
    back = re.search(r'href="([^"]+)" rel="prev"', last)
    assert back
    assert re.findall(r"text no (\d+)\.", umesh.get(back[1].replace("&amp;", "&")).text) == seen[50:100]


@pytest.mark.parametrize(
    "query",
    [
        "older=x", "older=99999999999999999999", "newer=-1", "state=nonsense", "case=%00", "since=x",
        "since=0001-01-01", "since=9999-12-31", "month=x", "month=0001-01", "month=9999-12", "month=2026-13",
        "code=%25%27", "state=failed&older=1", "state=delivered&newer=7&code=none",
    ],
)  # fmt: skip
def test_a_made_up_address_is_answered_without_a_fault(umesh: Client, query: str) -> None:
    assert umesh.get(f"/admin/messages?{query}").status_code in (200, 400, 422)


def test_each_number_opens_a_list_of_that_length(umesh: Client) -> None:
    file_case()
    add(
        {"status": S.SENDING},
        {"status": S.SENT},
        {"status": S.SENT},
        {"status": S.UNKNOWN},
        {"status": S.UNKNOWN, "ended_at": BEGAN, "failure": "nobody can say whether it was sent"},
        *[{"status": S.DELIVERED, "ended_at": day(-days)} for days in (0, 3, 29, 40)],
        *[{"status": S.UNDELIVERED, "ended_at": BEGAN, "failure": "30003"}] * 2,
        {"status": S.FAILED, "ended_at": BEGAN, "failure": "given up after 8 tries: 429"},
        {"status": S.FAILED, "ended_at": BEGAN, "failure": "12345"},
        {"status": S.FAILED, "ended_at": day(-40), "failure": "12345"},
    )
    found = figures(umesh.get("/admin/messages").text)
    assert {label: count for label, (_address, count) in found.items()} == {
        "Waiting to be sent": 1,
        "Being sent": 1,
        "With the provider": 2,
        "Being asked about: it may have arrived": 1,
        "Delivered": 3,
        "Not delivered": 2,
        "Failed": 2,
        "Unknown: it may have arrived": 1,
        "The phone was switched off, without signal, or cannot take texts (30003)": 2,
        "The provider had too much to do (429)": 1,
        "12345": 1,
        "Nobody can say whether it was sent": 1,
    }
    for label, (address, count) in found.items():
        assert shown(umesh.get(address.split("#")[0]).text) == count, label


def test_the_oldest_that_waits_says_since_when(umesh: Client) -> None:
    file_case()
    change(queued_at=BEGAN - timedelta(hours=3))
    assert "Wed 1 Jul 2026, 8:30" in umesh.get("/admin/messages").text.partition("The oldest of those")[2][:200]
    failed()
    assert "The oldest of those" not in umesh.get("/admin/messages").text


@pytest.mark.parametrize(("sms_segment_paise", "cost"), [(0, None), (18, "₹ 22,221.00")])
def test_a_month_shows_its_segments_and_what_they_cost_as_the_setting_says(
    umesh: Client, app: Flask, monkeypatch: pytest.MonkeyPatch, sms_segment_paise: int, cost: str | None
) -> None:
    monkeypatch.setitem(app.config, "SMS_SEGMENT_PAISE", sms_segment_paise)
    file_case()
    took = {"status": S.DELIVERED, "ended_at": day(-20), "tried_at": day(-20)}
    add(*[took | {"provider_id": f"p{at}", "segments": 30_000} for at in range(4)])
    add(took | {"provider_id": "few", "segments": 3450, "cause": "few", "template": M.CLOSED})
    assert "No text was handed to the provider" in umesh.get("/admin/messages").text
    page = umesh.get("/admin/messages?month=2026-06").text
    assert "5 texts of 1,23,450 segments" in page
    assert page.index(">1,20,000<") < page.index(">3,450<")
    assert ("Set SMS_SEGMENT_PAISE" in page) is (cost is None)
    assert re.findall(r"<b>(₹ [^<]+)</b>", page) == ([cost] if cost else [])
    assert ("₹ 621.00" in page) is bool(cost)


def one_time_code(expires_at: Any, **more: Any) -> str:
    """Let a code be on its way, and return it."""
    with transaction() as session:
        code = OneTimeCode(
            purpose=CodePurpose.FILING, subject="s", holder="h", nonce=b"n" * 16, made_at=BEGAN, expires_at=expires_at
        )
        session.add(code)
        session.flush()
        row = order_row("code:1", M.ASKING_CODE, "asking:1", KANTAS_MOBILE, "en", {"code": code.id}, BEGAN)
        session.add(SmsMessage(**row | {"expires_at": expires_at} | more))
    return code_of(SECRET, b"n" * 16)


@pytest.mark.parametrize(
    ("swagat_env", "sms_gateway", "minutes", "is_shown"),
    [
        ("development", "console", 10, True),
        ("test", "console", 10, True),
        ("development", "console", 0, False),
        ("development", "twilio", 10, False),
        ("production", "console", 10, False),
        ("production", "twilio", 10, False),
    ],
)
@pytest.mark.parametrize("is_sent", [False, True])
def test_a_one_time_code_shows_only_where_nobody_real_is_texted_and_while_it_holds(
    umesh: Client,
    app: Flask,
    monkeypatch: pytest.MonkeyPatch,
    swagat_env: str,
    sms_gateway: str,
    minutes: int,
    is_shown: bool,
    is_sent: bool,
) -> None:
    monkeypatch.setitem(app.config, "SWAGAT_ENV", swagat_env)
    monkeypatch.setitem(app.config, "SMS_GATEWAY", sms_gateway)
    sent = {"status": S.DELIVERED, "body": f"Your code is {DOTS}.", "ended_at": BEGAN} if is_sent else {}
    code = one_time_code(BEGAN + timedelta(minutes=minutes), **sent)
    page = umesh.get("/admin/messages").text
    assert (code in page) is is_shown
    assert (DOTS in page) is not is_shown


def test_a_code_that_is_gone_leaves_its_dots(umesh: Client) -> None:
    code = one_time_code(BEGAN + timedelta(minutes=5), body=f"Your code is {DOTS}.")
    with transaction() as session:
        session.query(OneTimeCode).delete()
    page = umesh.get("/admin/messages").text
    assert code not in page
    assert DOTS in page


@pytest.mark.parametrize(
    "query", ["", "?state=queued", "?state=failed&older={id}", "?code=30003", "?state=not_arrived"]
)
def test_the_page_costs_at_most_nine_statements(
    umesh: Client, cast: Cast, count_statements: Counting, query: str
) -> None:
    for key in range(3):
        reported(cast, f"case {key}")
    add(*[{"status": S.FAILED, "failure": "30003", "ended_at": day(-at)} for at in range(5)])
    last = newest()
    address = f"/admin/messages{query.format(id=last)}"
    umesh.get(address)
    with count_statements() as sent:
        assert umesh.get(address).status_code == 200
    assert len(sent) <= 9, sent
