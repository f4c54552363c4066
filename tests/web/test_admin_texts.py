"""The texts on one page: what each costs, how it is registered, and what the operator gave for it."""

import csv
import html
import io
import logging
import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from swagat import clock
from swagat.database import db, transaction
from swagat.domain.message_lint import ALL_TEXTS, NAMES, lint
from swagat.domain.messages import LANGUAGES
from swagat.domain.registered_texts import as_registered
from swagat.models import RegisteredTemplate
from swagat.web import admin_texts
from tests.builders import BEGAN, Cast, gujarat, post_cast, sign_in
from tests.client import Client

Counting = Callable[[], AbstractContextManager[list[str]]]
IDS = {code: f"110716123456789012{place}" for place, code in enumerate(LANGUAGES)}
PAGE, FORM = "/admin/texts", "/admin/texts/filed"


@pytest.fixture
def cast(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Cast:
    monkeypatch.setattr(clock, "now", lambda: BEGAN)
    return post_cast()


@pytest.fixture
def umesh(client: Client, cast: Cast) -> Client:
    """The browser of the administrator, in English."""
    sign_in(client, cast.administrator, BEGAN)
    client.get("/admin?lang=en")
    return client


def registered(template: str = "filed") -> dict[str, RegisteredTemplate]:
    """Return the rows of a text by language, leaving no transaction open around the next request."""
    db.session.commit()
    one = RegisteredTemplate
    wanted = select(one).where(one.template == template, one.state_id == gujarat())
    found = db.session.scalars(wanted.execution_options(populate_existing=True)).all()
    db.session.commit()
    return {row.language: row for row in found}


def said(text: str) -> list[str]:
    """Return the mistakes that a page names beside its fields."""
    return re.findall(r'class="error"[^>]*><span class="unseen">[^<]*</span> ([^<]*)</p>', text)


def part(page: str, name: str) -> str:
    """Return the part of the page that is about one text."""
    return re.split(r"<h3|</section>", page[page.index(f'<h3 id="{name}"') + 3 :])[0]


@pytest.mark.parametrize("actor", ["bharat", "collector", "ramila", "auditor"])
@pytest.mark.parametrize("path", [PAGE, FORM, "/admin/texts.csv"])
def test_nobody_but_an_administrator_opens_these_pages(client: Client, cast: Cast, actor: str, path: str) -> None:
    assert client.get(path).status_code == 303
    sign_in(client, getattr(cast, actor), BEGAN)
    assert client.get(path).status_code == 403
    assert client.post(FORM, data=IDS | {"header": "SWAGAT"}).status_code == 403
    assert registered() == {}


def test_every_text_is_read_in_every_language_on_one_page_in_four_statements(
    umesh: Client, count_statements: Counting
) -> None:
    umesh.post(FORM, data=IDS | {"header": "SWAGAT"})
    with count_statements() as sent:
        page = umesh.get(PAGE)
    assert len(sent) <= 4, sent
    shown = html.unescape(page.text)
    for one in lint().texts:
        assert f'<span lang="{one.language}">{one.sample}</span>' in part(shown, one.name)
    assert len(re.findall("<h3 ", shown)) == len(NAMES)
    assert "No fault in any text" in shown
    assert f"Registered: 3 of {3 * len(NAMES)}." in shown


def test_a_text_stands_under_who_is_told_and_says_what_it_costs_and_what_it_follows(umesh: Client) -> None:
    page = umesh.get(PAGE).text
    order = [page.index(f'<h3 id="{name}"') for name in ("filed", "officer_assigned", "office_directed", "asking_code")]
    assert order == sorted(order)
    assert page.index('id="to-complainant"') < page.index('<h3 id="news"') < page.index('id="to-officer"')
    filed = part(page, "filed")
    assert "Sent after: Grievance filed" in re.sub(r"\s+", " ", filed)
    assert "Segments: 1<" in filed
    assert "Segments at most: 2<" in filed
    assert "GSM-7, 144 units" in filed
    assert filed.count("Not registered") == 3
    assert "Sent without an action in a case." in part(page, "asking_code")


def test_every_text_stands_in_one_group(umesh: Client) -> None:
    page = umesh.get(PAGE).text
    assert [int(count) for count in re.findall(r'<a href="#to-\w+">[^<]*</a> \((\d+)\)', page)] == [
        len(re.findall("<h3 ", section)) for section in page.split('<h2 id="to-')[1:]
    ]
    assert set(re.findall(r'<h3 id="(\w+)"', page)) == set(NAMES)


def test_what_is_wrong_stands_at_the_top(umesh: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    words = {**ALL_TEXTS["assigned"], "en": "SWAGAT: Grievance {number} isn\u2019t idle."}
    monkeypatch.setattr(admin_texts, "lint", lambda: lint({**ALL_TEXTS, "assigned": words}))
    page = umesh.get(PAGE).text
    fault = "It holds RIGHT SINGLE QUOTATION MARK (U+2019), which turns it to UCS-2 and doubles its price."
    assert page.index(fault) < page.index("<h2 id=")
    assert 'href="#assigned"' in page
    assert "No fault in any text" not in page
    assert "UCS-2" in part(page, "assigned")


def test_the_ids_of_a_text_are_recorded_with_who_and_when(umesh: Client, cast: Cast) -> None:
    answer = umesh.post(FORM, data=IDS | {"header": " SWAGAT "})
    assert (answer.status_code, answer.location) == (303, "/admin/texts#filed")
    rows = registered()
    assert {code: row.template_id for code, row in rows.items()} == IDS
    assert {(row.header, row.registered_at, row.registered_by_id) for row in rows.values()} == {
        ("SWAGAT", BEGAN, cast.administrator.person_id)
    }
    filed = part(umesh.get(PAGE).text, "filed")
    assert all(one in filed for one in IDS.values())
    assert "SWAGAT · " in filed
    assert "Umesh" in filed
    assert "Not registered" not in filed
    assert "other words" not in filed


def test_the_form_shows_the_words_to_register_and_what_is_recorded(umesh: Client) -> None:
    page = html.unescape(umesh.get(FORM).text)
    for code, text in ALL_TEXTS["filed"].items():
        assert f'<blockquote class="quote" lang="{code}">{as_registered(text)}</blockquote>' in page
    assert "service-implicit" in page
    umesh.post(FORM, data=IDS | {"header": "SWAGAT"})
    page = umesh.get(FORM).text
    assert all(f'value="{one}"' in page for one in [*IDS.values(), "SWAGAT"])


WRONG = {
    "half an id": (
        {"gu": "110716"}, ["The id of a template has 19 digits. A spreadsheet must keep the column as text."],
    ),
    "no header": ({"header": ""}, ["A header has 6 letters, such as SWAGAT; at least 3 and at most 11 are taken."]),
    "a header that is none": (
        {"header": "12"}, ["A header has 6 letters, such as SWAGAT; at least 3 and at most 11 are taken."],
    ),
    "a header and no id": (
        {"en": "", "hi": "", "gu": ""}, ["Give the id that the operator gave for this text."],
    ),
    "the same id twice": ({"hi": IDS["en"]}, ["This is the id of another text: filed, en."]),
    "two mistakes": (
        {"header": "x", "en": "1"},
        [
            "A header has 6 letters, such as SWAGAT; at least 3 and at most 11 are taken.",
            "The id of a template has 19 digits. A spreadsheet must keep the column as text.",
        ],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "messages"), WRONG.values(), ids=WRONG)
def test_a_mistake_is_said_at_its_field_and_nothing_typed_is_lost(
    umesh: Client, changes: dict[str, str], messages: list[str]
) -> None:
    typed = IDS | {"header": "SWAGAT"} | changes
    page = umesh.post(FORM, data=typed)
    assert page.status_code == 422
    assert said(page.text) == messages
    assert all(f'value="{value}"' in page.text for value in typed.values())
    assert registered() == {}


def test_the_id_of_another_text_is_refused_by_its_name(umesh: Client) -> None:
    umesh.post(FORM, data=IDS | {"header": "SWAGAT"})
    page = umesh.post("/admin/texts/assigned", data={"en": IDS["gu"], "header": "SWAGAT"})
    assert said(page.text) == ["This is the id of another text: filed, gu."]
    assert registered("assigned") == {}


def test_two_languages_whose_ids_were_mixed_up_are_put_right_in_one_go(umesh: Client) -> None:
    umesh.post(FORM, data=IDS | {"header": "SWAGAT"})
    mixed = IDS | {"en": IDS["hi"], "hi": IDS["en"]}
    assert umesh.post(FORM, data=mixed | {"header": "SWAGAT"}).status_code == 303
    assert {code: row.template_id for code, row in registered().items()} == mixed


def test_an_id_may_be_typed_in_the_digits_of_the_state_and_taken_away_again(umesh: Client) -> None:
    gujarati = IDS["gu"].translate(str.maketrans("0123456789", "૦૧૨૩૪૫૬૭૮૯"))
    umesh.post(FORM, data=IDS | {"gu": gujarati, "header": "SWAGAT"})
    assert registered()["gu"].template_id == IDS["gu"]
    umesh.post(FORM, data=IDS | {"gu": "", "header": "SWAGAT"})
    assert set(registered()) == {"en", "hi"}
    umesh.post(FORM, data={"en": "", "hi": "", "gu": "", "header": ""})
    assert registered() == {}


def test_words_that_changed_since_are_marked_and_stay_so_until_the_id_is_another(umesh: Client) -> None:
    umesh.post(FORM, data=IDS | {"header": "SWAGAT"})
    with transaction() as session:
        session.query(RegisteredTemplate).filter_by(language="gu").update({"words_digest": b"of other words"})
    page = umesh.get(PAGE).text
    assert part(page, "filed").count("Registered with other words") == 1
    assert "Registered with other words: 1" in page
    umesh.post(FORM, data=IDS | {"header": "GUJSWG"})
    assert "Registered with other words" in part(umesh.get(PAGE).text, "filed")
    umesh.post(FORM, data=IDS | {"gu": "1107161234567890999", "header": "GUJSWG"})
    assert "Registered with other words" not in part(umesh.get(PAGE).text, "filed")


def test_an_old_token_keeps_what_was_typed(umesh: Client) -> None:
    page = umesh.post(FORM, data=MultiDict(IDS | {"header": "SWAGAT", "csrf_token": "old"}))
    assert page.status_code == 422
    assert f'value="{IDS["gu"]}"' in page.text
    assert registered() == {}


def test_the_table_is_for_a_spreadsheet_and_has_what_the_command_prints(umesh: Client, app: Flask) -> None:
    answer = umesh.get("/admin/texts.csv")
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="texts-GJ.csv"'
    assert answer.text.startswith("\ufefftemplate,language,category")
    assert answer.text.removeprefix("\ufeff") == app.test_cli_runner().invoke(args=["messages", "export"]).output
    assert len(list(csv.DictReader(io.StringIO(answer.text)))) == 3 * len(NAMES)


@pytest.mark.parametrize("set_to", ["", "1101234567890123456"])
def test_the_page_says_which_principal_entity_is_set(
    umesh: Client, app: Flask, monkeypatch: pytest.MonkeyPatch, set_to: str
) -> None:
    monkeypatch.setitem(app.config, "DLT_ENTITY_ID", set_to)
    page = umesh.get(PAGE).text
    assert ("Principal entity: 1101234567890123456." in page) is bool(set_to)
    assert ("No principal entity is set (DLT_ENTITY_ID)" in page) is not bool(set_to)
    assert ("1101234567890123456" in umesh.get("/admin/texts.csv").text) is bool(set_to)


@pytest.mark.parametrize("name", ["filled", "FILED", "0", "filed%00"])
def test_a_text_that_does_not_exist_is_not_found(umesh: Client, name: str) -> None:
    assert umesh.get(f"/admin/texts/{name}").status_code in (400, 404)
    assert umesh.post(f"/admin/texts/{name}", data=IDS | {"header": "SWAGAT"}).status_code in (400, 404)
    assert db.session.scalars(select(RegisteredTemplate)).all() == []


def test_what_was_recorded_leaves_one_line_that_names_no_name(
    umesh: Client, cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "swagat")
    umesh.post(FORM, data=IDS | {"header": "SWAGAT"})
    lines = [one.getMessage() for one in caplog.records if one.getMessage().startswith("administration")]
    person = cast.administrator.person_id
    assert lines == [f"administration: person {person} recorded ids of the text filed: 3 new, 0 changed, 0 taken away"]
