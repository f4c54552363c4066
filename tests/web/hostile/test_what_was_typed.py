"""Whatever a form is refused for, what a person wrote in it is still on the page that says so."""

import io
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse

from swagat.domain.papers import MAX_BYTES
from tests.builders import PDF
from tests.web.hostile.answers import faults_of
from tests.web.hostile.forms import Form
from tests.web.hostile.stage import Stage, Visitor, kept, undone
from tests.web.hostile.test_addresses import BESIDE_ONE_DATABASE

MARK = "કાન્તા લખે છે"
TOO_MUCH = MARK + " ક" * 5000
# What only opens something: nothing is lost with it that is longer than a number.
WRITTEN_NOWHERE = frozenset({"q", "page"})


@BESIDE_ONE_DATABASE
@pytest.mark.parametrize("token", ["", "made up"])
def test_a_page_that_was_open_too_long_keeps_it_in_every_form(stage: Stage, token: str) -> None:
    tried, lost = 0, []
    for visitor, form in written(stage):
        typed = {name: f"{MARK} {name}" for name in form.written}
        answer = send(visitor, form, typed, token=token)
        tried += 1
        lost += missing(form, answer, typed, (422,))
    assert tried > 30
    assert not lost, "\n".join(lost)


@BESIDE_ONE_DATABASE
def test_what_is_too_long_is_refused_and_keeps_it_in_every_form(stage: Stage) -> None:
    refused, lost = 0, []
    for visitor, form in written(stage):
        # Most other buttons only show more to choose from.
        for wrong in sorted(form.written) if not form.button[0] else ():
            typed = {name: f"{MARK} {name}" for name in form.written} | {wrong: TOO_MUCH}
            answer = send(visitor, form, typed)
            refused += answer.status_code == 422
            lost += missing(form, answer, typed, (422, 303))
    assert refused > 40
    assert not lost, "\n".join(lost)


def test_somebody_elses_action_meanwhile_keeps_it_in_every_form(stage: Stage) -> None:
    stale, lost = 0, []
    for visitor, form in written(stage):
        if "version" not in form.fields or (form.button[0] and not stage.is_whole):
            continue
        # Well filled in, as far as a form can say what that is, so that only the version is wrong.
        typed = {name: form.fields[name] for name in form.written}
        answer = send(visitor, form, typed, version="0")
        stale += answer.status_code == 409
        lost += missing(form, answer, typed, (409, 422, 303))
    assert stale > 10
    assert not lost, "\n".join(lost)


@BESIDE_ONE_DATABASE
def test_a_paper_that_is_too_large_keeps_what_stands_beside_it(stage: Stage) -> None:
    with_papers = [(visitor, form) for visitor, form in stage.forms if form.files]
    beside_words = [form.action for _visitor, form in with_papers if form.written]
    # Everywhere else a paper is a request of its own, whose refusal can lose no word.
    assert beside_words == ["/counter/case/paper"]
    for visitor, form in with_papers:
        typed = {name: f"{MARK} {name}" for name in form.written}
        large = {name: FileStorage(io.BytesIO(PDF + b"\0" * MAX_BYTES), "large.pdf") for name in form.files}
        answer = send(visitor, form, typed, **large)
        assert answer.status_code == 422
        assert missing(form, answer, typed, (422,)) == []


def written(stage: Stage) -> Iterator[tuple[Visitor, Form]]:
    """Yield every form in which a person writes."""
    for visitor, form in stage.forms:
        if form.method == "post" and form.written - WRITTEN_NOWHERE:
            yield visitor, form


def send(visitor: Visitor, form: Form, typed: dict[str, str], token: str | None = None, **others: Any) -> TestResponse:
    """Send a form with this written in it, and undo what that did; nothing refused may have done anything."""
    fields: MultiDict[str, Any] = MultiDict(form.fields | typed | others)
    if form.button[0]:
        fields[form.button[0]] = form.button[1]
    if token is not None:
        fields["csrf_token"] = token
    with undone(visitor.client):
        before = kept()
        answer = visitor.client.post(form.action, data=fields, csrf=token is None)
        assert faults_of(answer, form.action) == []
        if answer.status_code >= 400:
            assert kept() == before
    return answer


def missing(form: Form, answer: TestResponse, typed: dict[str, str], statuses: tuple[int, ...]) -> list[str]:
    """Return what was typed and is not on the page, or that the answer was another one."""
    where = f"{form.action} {form.button[1]}".strip()
    if answer.status_code not in statuses:
        return [f"{where}: {answer.status_code}"]
    page = unescape(answer.text)
    gone = [name for name, text in typed.items() if text.strip() not in page and name not in WRITTEN_NOWHERE]
    return [f"{where}: {name} is gone with {answer.status_code}" for name in gone if answer.status_code >= 400]
