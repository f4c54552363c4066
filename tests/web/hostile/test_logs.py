"""What somebody typed stands in no line of the log, whatever became of it."""

import logging
import re
from collections.abc import Iterator
from io import StringIO

import pytest
from sqlalchemy import text

from swagat import _OneLine
from swagat.database import db
from tests.client import Client
from tests.web.hostile.stage import Stage, browser, filled_in

NAME, MOBILE, WORDS = "Secretaben Namewala", "9123456780", "ગુપ્ત વાત secretwords મારા ખેતરની છે."
WHO = {"name": NAME, "mobile": MOBILE, "language": "gu", "address": "7 Secretstreet"}
PERSONAL = ("Secretaben", "Namewala", MOBILE, "ગુપ્ત", "secretwords", "Secretstreet")


@pytest.fixture
def log(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Iterator[StringIO]:
    """Everything that an installation would write to its log at its usual level, tracebacks included."""
    monkeypatch.setitem(stage.app.config, "PROPAGATE_EXCEPTIONS", False)
    written = StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(_OneLine("%(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield written
    root.setLevel(level)
    root.removeHandler(handler)


@pytest.fixture
def phone(stage: Stage) -> Client:
    """A phone that has filed nothing yet."""
    return browser(stage.app)


def typed(phone: Client, **who: str) -> str:
    """Type the first two steps of a filing and return the address of the last."""
    begun = phone.post("/file", data=filled_in() | {"text": WORDS})
    step = begun.location
    return phone.post(step, data=WHO | who).location or step


def check(log: StringIO, *secrets: str, says: str = "") -> None:
    """Assert that the log holds nothing personal, and that it says what happened."""
    lines = log.getvalue()
    assert says in lines
    assert [one for one in (*PERSONAL, *secrets) if one in lines] == []


def test_filing_and_tracking_leave_no_word_in_the_log(phone: Client, log: StringIO) -> None:
    sent = phone.post(typed(phone))
    assert sent.location.startswith("/acknowledgement/")
    number = sent.location.rpartition("/")[2]
    found = re.search(r"\b(\d{3,5})[ \u00a0]?(\d{3,5})[ \u00a0]?(\d{2,5})\b", phone.get(sent.location).text)
    assert found is not None
    code = "".join(found.groups())
    assert phone.post("/track", data={"number": number, "code": code}).status_code == 303
    assert phone.post("/track/case/correct", data={"remark": WORDS}).status_code == 303
    assert phone.post("/track", data={"number": number, "code": "0000000001"}).status_code == 422
    check(log, code, "0000000001")


def test_a_refused_form_leaves_no_word_in_the_log(phone: Client, log: StringIO) -> None:
    step = typed(phone, mobile="91234")
    assert step.endswith("/who")
    assert phone.post(step, data=WHO, csrf=False).status_code == 422
    assert phone.post(step, data=WHO | {"name": f"{NAME}\0"}).status_code == 400
    assert phone.post("/track", data={"number": NAME, "code": MOBILE}).status_code == 422
    assert phone.post("/sign-in", data={"login": NAME, "password": WORDS}).status_code == 422
    check(log)


def test_a_database_that_refuses_a_row_leaves_no_word_of_it_in_the_log(phone: Client, log: StringIO) -> None:
    last = typed(phone)
    db.session.connection().execute(
        text(f"CREATE UNIQUE INDEX refusing ON complainants (mobile) WHERE name = '{NAME}'")
    )
    db.session.commit()
    assert phone.post(last).status_code == 303
    failed = phone.post(typed(phone))
    assert failed.status_code == 500
    assert not [one for one in PERSONAL if one in failed.text]
    check(log, says="IntegrityError")


def test_a_database_without_its_table_leaves_no_word_in_the_log(phone: Client, log: StringIO) -> None:
    last = typed(phone)
    db.session.connection().execute(text("ALTER TABLE complainants RENAME TO elsewhere"))
    db.session.commit()
    assert phone.post(last).status_code in (500, 503)
    check(log, says="reference")


def test_a_failure_of_ours_leaves_no_word_in_the_log(
    phone: Client, log: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*given: object) -> None:
        raise RuntimeError("broken")

    last = typed(phone)
    monkeypatch.setattr("swagat.web.filing_check.send", failing)
    failed = phone.post(last)
    assert failed.status_code == 500
    assert not [one for one in PERSONAL if one in failed.text]
    check(log, says="RuntimeError: broken")
