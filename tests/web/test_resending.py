"""A text is sent once more from the page of texts: with a reason that is kept, and a clear word where it cannot be."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from werkzeug.datastructures import MultiDict

from swagat.database import transaction
from swagat.domain.messages import MessageKey as M
from swagat.models import DeliveryStatus as S
from swagat.models import Grievance, RefusedNumber, State
from tests.builders import BEGAN, KANTAS_MOBILE, Cast, file_case, gujarat, post_cast, sign_in
from tests.client import Client
from tests.web.conftest import Time
from tests.web.outbox_pages import failed, figures, shown
from tests.web.test_admin import said


@pytest.fixture
def cast(app: Flask, time: Time) -> Cast:
    return post_cast()


@pytest.fixture
def umesh(client: Client, cast: Cast) -> Client:
    """The browser of the administrator, in English."""
    sign_in(client, cast.administrator, BEGAN)
    client.get("/admin?lang=en")
    return client


def address_of(text_id: int) -> str:
    return f"/admin/messages/{text_id}/resend"


def test_a_text_is_sent_again_from_the_list_and_says_who_and_why(umesh: Client) -> None:
    number = file_case().number
    text_id = failed()
    assert f'href="{address_of(text_id)}"' in umesh.get("/admin/messages").text
    page = umesh.get(address_of(text_id)).text
    assert "XXXXXXX210" in page
    assert number in page
    answer = umesh.post(address_of(text_id), data={"reason": "Her phone was off."})
    assert answer.location == f"/admin/messages?case={number}"
    page = umesh.get(answer.location).text
    assert "The text waits to be sent again." in page
    assert "Sent again by Umesh Joshi: Her phone was off." in page


def test_a_second_press_says_that_it_is_done(umesh: Client) -> None:
    file_case()
    text_id = failed()
    for _press in range(2):
        answer = umesh.post(address_of(text_id), data={"reason": "Her phone was off."})
        assert answer.status_code == 303
    assert umesh.get(answer.location).text.count("was sent again already") == 2
    assert shown(umesh.get("/admin/messages").text) == 2


def test_a_mistake_keeps_what_was_typed(umesh: Client) -> None:
    file_case()
    text_id = failed("30005")
    with transaction() as session:
        session.add(RefusedNumber(mobile=KANTAS_MOBILE, code="30005", refused_at=BEGAN))
    page = umesh.post(address_of(text_id), data={"reason": "no"})
    assert page.status_code == 422
    assert said(page.text) == [
        "Write why it is sent again.",
        "No text reached this number. Check it with the person first, then tick this.",
    ]
    assert ">\nno</textarea>" in page.text
    page = umesh.post(address_of(text_id), data={"reason": "x" * 201, "checked": "y"})
    assert said(page.text) == ["Write at most 200 characters."]
    assert "x" * 201 in page.text
    assert 'value="y" checked' in page.text
    assert umesh.post(address_of(text_id), data={"reason": "It is right.", "checked": "y"}).status_code == 303


def test_a_token_that_is_old_keeps_the_reason(umesh: Client) -> None:
    file_case()
    text_id = failed()
    page = umesh.post(address_of(text_id), data=MultiDict({"reason": "Her phone was off.", "csrf_token": "old"}))
    assert page.status_code == 422
    assert "Her phone was off." in page.text
    assert shown(umesh.get("/admin/messages").text) == 1


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"status": S.DELIVERED, "failure": ""}, "This text has arrived."),
        ({"status": S.UNKNOWN, "ended_at": None}, "still on its way"),
        ({"template": M.OFFICE_RECEIVED}, "stands on their desk"),
        ({"template": M.ASKING_CODE}, "never sent again"),
        ({"queued_at": BEGAN - timedelta(days=1)}, "The case has moved on"),
    ],
)
def test_what_cannot_be_sent_again_says_why_in_place_of_the_form(
    umesh: Client, values: dict[str, Any], says: str
) -> None:
    file_case()
    text_id = failed(**values)
    page = umesh.get(address_of(text_id)).text
    assert says in page
    assert "<textarea" not in page
    page = umesh.post(address_of(text_id), data={"reason": "All the same."})
    assert page.status_code == 422
    assert says in page.text


def test_who_may_get_a_text_twice_is_said_before(umesh: Client) -> None:
    file_case()
    text_id = failed(status=S.UNKNOWN)
    assert "may get it twice" in umesh.get(address_of(text_id)).text


def test_a_hidden_number_stays_hidden(umesh: Client) -> None:
    file_case(is_identity_hidden=True)
    page = umesh.get(address_of(failed())).text
    assert "XXXXXXX" not in page
    assert "hidden" in page


@pytest.mark.parametrize("path", ["/admin/messages/99999999999999999999/resend", "/admin/messages/0/resend"])
def test_a_text_that_is_not_there_does_not_exist(umesh: Client, path: str) -> None:
    assert umesh.get(path).status_code == 404
    assert umesh.post(path, data={"reason": "Her phone was off."}).status_code == 404


def test_the_administrator_of_another_state_finds_no_text_of_this_one(umesh: Client) -> None:
    file_case()
    text_id = failed()
    with transaction() as session:
        state = session.scalars(select(State).where(State.id == gujarat())).one()
        values = {column.name: getattr(state, column.name) for column in State.__table__.columns}
        session.add(State(**values | {"id": 9001, "short": "ZZ", "lgd_code": "99"}))
        session.flush()
        session.execute(update(Grievance).values(state_id=9001))
    assert umesh.get(address_of(text_id)).status_code == 404
    assert umesh.post(address_of(text_id), data={"reason": "Her phone was off."}).status_code == 404
    page = umesh.get("/admin/messages").text
    assert shown(page) == 0
    assert {count for _address, count in figures(page).values()} == {0}


@pytest.mark.parametrize("actor", ["bharat", "collector", "ramila", "auditor"])
def test_nobody_else_sends_a_text_again(client: Client, cast: Cast, actor: str) -> None:
    file_case()
    text_id = failed()
    sign_in(client, getattr(cast, actor), BEGAN)
    assert client.get(address_of(text_id)).status_code == 403
    assert client.post(address_of(text_id), data={"reason": "Her phone was off."}).status_code == 403
