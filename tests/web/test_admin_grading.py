"""An administrator adopts a formula for a month to come; for one that has begun nobody does."""

import re
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import func, select

from swagat import clock
from swagat.database import db
from swagat.models import GradingAdoption
from swagat.services import grading_adoptions
from swagat.services.grading_formulas import formulas
from tests.builders import Cast, post_cast, sign_in
from tests.client import Client
from tests.web.test_admin_rules import said
from tests.web.test_quality import page

NOW = datetime(2026, 12, 2, 6, 0, tzinfo=UTC)
PAGE = "/admin/grading"
ADOPTS = {"formula": "after_mp181-1", "first_month": "2027-01"}


@pytest.fixture
def cast(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Cast:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return post_cast()


@pytest.fixture
def umesh(client: Client, cast: Cast) -> Client:
    """The browser of the administrator, in English."""
    sign_in(client, cast.administrator, NOW)
    client.get("/admin?lang=en")
    return client


def adoptions() -> int:
    found = db.session.scalar(select(func.count()).select_from(GradingAdoption)) or 0
    db.session.commit()
    return found


def test_every_formula_is_spelled_out_and_the_next_month_is_offered(umesh: Client) -> None:
    found = page(umesh, PAGE)
    assert "No formula is in force" in found
    assert 'name="first_month" type="text" value="2027-01"' in found
    for view in formulas().values():
        assert view.marks["en"].replace("'", "&#39;") in found
        for one in view.formula.components:
            assert f"/quality/definitions#{one.indicator}" in found
    assert '<a href="/admin/grading"' in page(umesh, "/admin")


def test_a_formula_is_adopted_and_said_to_be_in_force_once_its_month_begins(
    umesh: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = umesh.post(PAGE, data=ADOPTS)
    assert (answer.status_code, answer.location) == (303, PAGE)
    found = page(umesh, PAGE)
    assert "Adopted: offices are graded by it from January 2027 on." in found
    assert "Adopted for January 2027 on: After CM Helpline 181, Madhya Pradesh, version 1." in found
    assert "Umesh Joshi" in found
    monkeypatch.setattr(clock, "now", lambda: datetime(2027, 1, 1, 6, 0, tzinfo=UTC))
    sign_in(umesh, cast.administrator, clock.now())
    found = page(umesh, PAGE)
    assert "Offices are graded by After CM Helpline 181, Madhya Pradesh, version 1 since January 2027." in found


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"first_month": "2026-12"}, "Give a month that is still to come."),
        ({"first_month": "2030-01"}, "Give a month of the next two years."),
        ({"first_month": "2027-q1"}, "Write a month as 2026-11."),
        ({"first_month": "january"}, "Write a month as 2026-11"),
        ({"first_month": ""}, "Write a month as 2026-11"),
        ({"formula": ""}, "Choose a formula from the list."),
        ({"formula": "after_mp181-2"}, "Choose a formula from the list."),
        ({"formula": f"after_mp181-{'9' * 5000}"}, "Choose a formula from the list."),
    ],
)
def test_a_mistake_is_named_and_what_was_typed_stays(umesh: Client, change: dict[str, str], message: str) -> None:
    answer = umesh.post(PAGE, data=ADOPTS | change)
    assert answer.status_code == 422
    assert [one for one in said(answer.text) if one.startswith(message)]
    assert f'value="{(ADOPTS | change)["first_month"]}"' in answer.text
    chosen = re.findall(r'value="(after_[^"]+)" checked', answer.text)
    assert chosen == ([] if "formula" in change else ["after_mp181-1"])
    assert adoptions() == 0


def test_a_second_press_is_answered_as_done(umesh: Client) -> None:
    for _press in range(2):
        assert umesh.post(PAGE, data=ADOPTS).status_code == 303
    assert "This formula holds in that month already. Nothing was changed." in page(umesh, PAGE)
    assert adoptions() == 1


def test_who_was_slower_sees_what_was_adopted_meanwhile(umesh: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    umesh.post(PAGE, data=ADOPTS)
    read, unread = grading_adoptions.history, iter([True])
    monkeypatch.setattr(
        grading_adoptions, "history", lambda session, state_id: [] if next(unread, False) else read(session, state_id)
    )
    answer = umesh.post(PAGE, data=ADOPTS | {"formula": "after_grai-1"})
    assert answer.status_code == 409
    assert "Somebody else adopted a formula at the same moment. See below which." in answer.text
    assert adoptions() == 1


def test_a_formula_that_was_changed_since_is_said_to_whoever_runs_it_and_to_the_public(
    umesh: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    umesh.post(PAGE, data=ADOPTS)
    with_other_digest = {key: one for key, one in formulas().items() if key[0] != "after_mp181"}
    monkeypatch.setattr(grading_adoptions, "formulas", lambda: with_other_digest)
    assert "Changed since" in page(umesh, PAGE)
    found = page(umesh, "/quality/grading?period=2027-01")
    assert "after_mp181, version 1, was changed in the program after it was adopted." in found
    assert "Rank in the group" not in found


def test_only_administrators_adopt(client: Client, cast: Cast) -> None:
    assert client.get(PAGE).status_code == 303
    sign_in(client, cast.auditor, NOW)
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, data=ADOPTS).status_code == 403
    assert adoptions() == 0
