"""A filing in progress belongs to one browser, and is gone once it was filed or erased."""

from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from swagat.database import db
from swagat.models import FilingDraft
from swagat.services import drafts
from swagat.services.housekeeping import sweep_drafts
from tests.builders import BEGAN, SECRET, file_case

PHONE, OTHER_PHONE = "phone of Kanta", "phone of somebody else"


def begun() -> str:
    key = drafts.new_key(PHONE, SECRET)
    drafts.begin(key, PHONE, {"what": {"text": "કૂવો"}}, BEGAN)
    return key


def test_a_key_opens_for_the_browser_it_was_made_for_and_for_no_other() -> None:
    key = drafts.new_key(PHONE, SECRET)
    assert drafts.is_key_of(key, PHONE, SECRET)
    assert not drafts.is_key_of(key, OTHER_PHONE, SECRET)
    assert not drafts.is_key_of(key, None, SECRET)
    assert not drafts.is_key_of(key, PHONE, b"another secret")


def test_two_keys_of_one_browser_differ() -> None:
    assert drafts.new_key(PHONE, SECRET) != drafts.new_key(PHONE, SECRET)


def test_a_key_fits_into_its_column() -> None:
    length = FilingDraft.__table__.c.key.type.length  # type: ignore[attr-defined]
    assert len(drafts.new_key(PHONE, SECRET)) == drafts.KEY_LETTERS <= length


@given(st.text(max_size=100))
def test_what_somebody_made_up_is_no_key(typed: str) -> None:
    assert not drafts.is_key_of(typed, PHONE, SECRET)


@pytest.mark.parametrize("at", [0, 21, 22, 43])
def test_one_changed_letter_spoils_a_key(at: int) -> None:
    key = drafts.new_key(PHONE, SECRET)
    # The last letter of 16 bytes in base64 holds two bits only; A and Q differ in them.
    changed = "A" if key[at] != "A" else "Q"
    assert not drafts.is_key_of(key[:at] + changed + key[at + 1 :], PHONE, SECRET)


def test_answers_are_kept_step_by_step(app: Flask) -> None:
    key = begun()
    assert drafts.answers_of(key) == {"what": {"text": "કૂવો"}}
    whole = drafts.add(key, {"who": {"name": "Kanta"}}, BEGAN + timedelta(hours=1))
    assert whole == drafts.answers_of(key) == {"what": {"text": "કૂવો"}, "who": {"name": "Kanta"}}
    assert drafts.add(key, {"what": {"text": "રસ્તો"}}, BEGAN) == {"what": {"text": "રસ્તો"}, "who": {"name": "Kanta"}}


def test_the_table_keeps_no_trace_of_the_browser_but_a_digest(app: Flask) -> None:
    begun()
    assert PHONE.encode() not in db.session.scalars(select(FilingDraft.browser_digest)).one()


def test_an_erased_draft_takes_no_more_answers(app: Flask) -> None:
    key = begun()
    assert sweep_drafts(timedelta(hours=48), BEGAN + timedelta(hours=49)) == 1
    assert drafts.answers_of(key) is None
    assert drafts.add(key, {"who": {}}, BEGAN) is None
    assert not drafts.change(key, {"who": {}}, BEGAN)
    assert drafts.answers_of(key) is None
    assert drafts.sent(key) is None


def test_a_draft_in_use_is_not_erased(app: Flask) -> None:
    key = begun()
    drafts.add(key, {}, BEGAN + timedelta(hours=47))
    assert sweep_drafts(timedelta(hours=48), BEGAN + timedelta(hours=49)) == 0
    assert drafts.answers_of(key) is not None


def test_filing_wipes_its_draft_and_no_other_and_tells_what_became_of_it(app: Flask) -> None:
    key, other = begun(), begun()
    filed = file_case(key=key)
    assert drafts.answers_of(key) is None
    assert drafts.sent(key) == (filed.number, BEGAN)
    assert drafts.answers_of(other) is not None
