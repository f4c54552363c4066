"""Nobody learns from an answer whether a case exists that they may not see."""

import io
import re
from typing import Any

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse

from swagat.domain.registration import registration_number
from tests.files.pdfs import pdf
from tests.web.hostile.stage import ELSEWHERE, Stage, undone

UNKNOWN = registration_number("GJ", "24", 2026, 999_999)
NO_PAPER = 999_999_999
ANSWER = {"version": "1", "remark": "કેમ?", "report": "કેમ?", "reason": "અમદાવાદ જિલ્લાની તપાસ માટે જરૂરી છે."}
# Who asks, how, where ("N" is the number), and what they send; a paper is added where PAPER is asked for.
PAPER = "document"
QUESTIONS: tuple[tuple[str, str, str, dict[str, str]], ...] = (
    ("officer", "GET", "/desk/N", {}),
    ("officer", "GET", "/desk/N/note", {}),
    ("officer", "POST", "/desk/N/note", ANSWER),
    ("officer", "POST", "/desk/N/report_action", ANSWER),
    ("officer", "GET", "/desk/N/nothing", {}),
    ("officer", "POST", "/desk/N/identity", ANSWER),
    ("officer", "POST", "/desk/N/documents", {PAPER: ""}),
    ("officer", "GET", "/desk/N/documents/1", {}),
    ("officer", "POST", "/desk/search", {"q": "N"}),
    ("supervisor", "GET", "/desk/N", {}),
    ("supervisor", "POST", "/desk/N/dispose", ANSWER),
    ("supervisor", "POST", "/desk/assign", {"case": "N.1", "officer": "1"}),
    ("supervisor", "POST", "/desk/search", {"q": "N"}),
    ("administrator", "GET", "/desk/N", {}),
    ("stranger", "POST", "/track", {"number": "N", "code": "0123456789"}),
    ("stranger", "GET", "/acknowledgement/N", {}),
    ("stranger", "POST", "/acknowledgement/N/documents", {PAPER: ""}),
    ("stranger", "GET", "/desk/N", {}),
    ("complainant, filed", "POST", "/track", {"number": "N", "code": "0123456789"}),
    ("complainant, filed", "GET", "/acknowledgement/N", {}),
    ("complainant, filed", "POST", "/acknowledgement/N/documents", {PAPER: ""}),
    ("clerk", "GET", "/counter/slip/N", {}),
    ("clerk", "POST", "/counter/slip/N/scans", {PAPER: ""}),
    ("clerk", "POST", "/counter/case", {"number": "N", "code": "0123456789"}),
    ("clerk", "POST", "/counter/case/own", {"number": "N"}),
)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda one: f"{one[0]} {one[1]} {one[2]}")
def test_a_case_of_others_and_none_at_all_are_answered_alike(
    stage: Stage, question: tuple[str, str, str, dict[str, str]]
) -> None:
    name, method, address, fields = question
    client = stage.visitors[name].client
    heard = []
    for number in (UNKNOWN, stage.numbers[ELSEWHERE]):
        with undone(client):
            sent: dict[str, Any] = {}
            if method == "POST":
                sent["data"] = {field: value.replace("N", number) for field, value in fields.items()}
            if PAPER in fields:
                sent["data"] = {PAPER: FileStorage(io.BytesIO(pdf()), "paper.pdf")}
            answer = client.open(address.replace("N", number), method=method, **sent)
            heard.append(_heard(answer, number))
    assert heard[0] == heard[1]


def test_a_paper_of_another_case_and_none_at_all_are_answered_alike(stage: Stage) -> None:
    own = stage.numbers["assigned"]
    for name, address in (
        ("officer", f"/desk/{own}/documents/"),
        ("complainant, clarification", "/track/case/papers/"),
        ("stranger", "/track/case/papers/"),
    ):
        client = stage.visitors[name].client
        foreign, none = (client.get(f"{address}{paper}") for paper in (stage.paper_id, NO_PAPER))
        assert _heard(foreign, f"{address}{stage.paper_id}") == _heard(none, f"{address}{NO_PAPER}"), name
        assert foreign.status_code == 404


def _heard(answer: TestResponse, asked: str) -> tuple[Any, ...]:
    """Return all that tells one answer from another but the token, the cookie and what was asked for."""
    headers = {
        name: value.replace(asked, "N")
        for name, value in answer.headers.items()
        if name not in ("Set-Cookie", "Content-Length")
    }
    kept = {cookie.partition("=")[0] for cookie in answer.headers.getlist("Set-Cookie")}
    page = re.sub(r'(name="csrf_token"|<meta name="csrf)[^>]*', "", answer.text).replace(asked, "N")
    return answer.status_code, headers, kept, page
