"""What is sent to every route that takes something: bodies of other kinds, no papers, too much, from elsewhere."""

import io
from typing import Any

import pytest
from werkzeug.datastructures import FileStorage

from tests.files.pdfs import pdf
from tests.web.hostile.answers import faults_of, tried
from tests.web.hostile.stage import Stage, Visitor, kept, routes, undone
from tests.web.hostile.test_addresses import BESIDE_ONE_DATABASE, SLOW
from tests.web.hostile.values import SCRIPT

BODIES: dict[str, dict[str, Any]] = {
    "json": {"data": '{"text": ["a"], "csrf_token": null}', "content_type": "application/json"},
    "json of nothing": {"data": "", "content_type": "application/json"},
    "xml": {"data": "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>", "content_type": "text/xml"},
    "bytes without a type": {"data": b"\xff\0\xfe" * 100},
    "a multipart that breaks off": {"data": b"--x\r\nContent-Disp", "content_type": "multipart/form-data; boundary=x"},
    "a multipart without a boundary": {"data": b"--x", "content_type": "multipart/form-data"},
    "a multipart in a multipart": {
        "data": b'--x\r\nContent-Disposition: form-data; name="document"\r\n'
        b"Content-Type: multipart/mixed; boundary=y\r\n\r\n--y\r\n\r\na\r\n--y--\r\n--x--\r\n",
        "content_type": "multipart/form-data; boundary=x",
    },
    "an unknown charset": {"data": "a=%ff", "content_type": "application/x-www-form-urlencoded; charset=klingon"},
    "a wrong length": {"data": "a=b", "headers": {"Content-Length": "-5"}},
    "a length in words": {"data": "a=b", "headers": {"Content-Length": "many"}},
    "a thousand fields": {"data": "&".join(f"f{one}=1" for one in range(1000)),
                          "content_type": "application/x-www-form-urlencoded"},
}  # fmt: skip


def doors(stage: Stage) -> list[tuple[Visitor, str]]:
    """Return an address of every route that takes something, with who gets furthest there."""
    found = [(stage.furthest(rule), rule) for rule in routes(stage.app, "POST") if rule.rule != SLOW]
    return [(visitor, visitor.addresses(rule, with_actions=True)[0]) for visitor, rule in found]


@BESIDE_ONE_DATABASE
@pytest.mark.parametrize("kind", BODIES)
def test_no_kind_of_body_breaks_a_route(stage: Stage, kind: str) -> None:
    faults: list[str] = []
    for visitor, address in doors(stage):
        headers = {"X-CSRFToken": visitor.client.csrf_token()} | BODIES[kind].get("headers", {})
        request = BODIES[kind] | {"headers": headers}
        faults += tried(visitor.client, f"{visitor.name}, {kind}", address, method="POST", **request)
    assert not faults, "\n".join(faults)


PAPERS = {
    "nothing": b"",
    "words": b"not a picture",
    "a page": b"<html><script>alert(1)</script>",
    "a drawing": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "a cut photo": b"\xff\xd8\xff\xe0\0\x10JFIF\0" + b"\0" * 50,
    "a huge canvas": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\x7f\xff\xff\xff\x7f\xff\xff\xff\x08\x02\0\0\0\0\0\0\0",
    "a program": b"MZ" + b"\0" * 200,
    "an archive": b"PK\x03\x04" + b"\0" * 200,
    "a pdf that breaks off": b"%PDF-1.7\n1 0 obj",
    "a pdf that runs": b"%PDF-1.4\n1 0 obj\n<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>\nendobj\n%%EOF\n",
}
# One that is not among the papers of the case yet.
OTHER_PDF = pdf(b"<< /Type /Metadata >>")
NAMES = {
    "usual": "photo.jpg",
    "a way out": "../../etc/passwd",
    "nul": "a\0.pdf",
    "endless": "x" * 3000 + ".pdf",
    "script": SCRIPT,
    "emoji": "👩‍🌾.pdf",
    "right to left": "\u202efdp.exe",
    "lone surrogate": "a\udcff.pdf",
    "line breaks": "a\r\nSet-Cookie: x=1\r\n.pdf",
    "blanks": " . ",
}


def paper_doors(stage: Stage) -> list[tuple[Visitor, str]]:
    """Return everywhere a paper is taken, with who may add one there."""
    at = stage.numbers
    found = {
        "complainant, filed": ["/track/case/papers", f"/acknowledgement/{at['filed']}/documents"],
        "officer": [f"/desk/{at['assigned']}/documents"],
        "clerk": ["/counter/case/open/papers", f"/counter/slip/{at['from the counter']}/scans"],
    }
    return [(stage.visitors[name], address) for name, addresses in found.items() for address in addresses]


@BESIDE_ONE_DATABASE
@pytest.mark.parametrize("kind", PAPERS)
def test_what_is_no_paper_is_refused_wherever_papers_are_taken(stage: Stage, kind: str) -> None:
    for visitor, address in paper_doors(stage):
        for file_name in ("usual", "a way out", "script"):
            with undone(visitor.client):
                before = kept()
                paper = FileStorage(io.BytesIO(PAPERS[kind]), NAMES[file_name])
                answer = visitor.client.post(address, data={"document": paper}, content_type="multipart/form-data")
                assert answer.status_code in (400, 415, 422), (address, answer.status_code)
                assert faults_of(answer, address) == []
                assert kept() == before


def test_a_paper_of_any_name_is_taken_or_refused_and_can_be_fetched(stage: Stage) -> None:
    for label, name in stage.fed(NAMES).items():
        for visitor, address in paper_doors(stage):
            with undone(visitor.client):
                before = kept()
                body = _multipart(name, visitor.client.csrf_token())
                answer = visitor.client.post(
                    address, data=body, content_type="multipart/form-data; boundary=x", csrf=False
                )
                assert answer.status_code in (303, 400, 422), (label, address, answer.status_code)
                assert faults_of(answer, address) == []
                assert (kept() == before) is (answer.status_code != 303), (label, address)
                if address == "/track/case/papers" and answer.status_code == 303:
                    page = visitor.client.get("/track/case")
                    assert faults_of(page, "/track/case") == []


def _multipart(name: str, token: str) -> bytes:
    # Written by hand: a library would mend the name.
    written = name.replace("\\", "\\\\").replace('"', '\\"').encode("utf-8", "surrogateescape")
    return b"\r\n".join(
        (
            *(b"--x", b'Content-Disposition: form-data; name="csrf_token"', b"", token.encode()),
            *(b"--x", b'Content-Disposition: form-data; name="document"; filename="' + written + b'"'),
            *(b"Content-Type: application/pdf", b"", OTHER_PDF, b"--x--", b""),
        )
    )


@BESIDE_ONE_DATABASE
def test_a_body_over_the_limit_is_refused_everywhere(stage: Stage) -> None:
    large = b"a=" + b"b" * stage.app.config["MAX_CONTENT_LENGTH"]
    for visitor, address in doors(stage):
        with undone(visitor.client):
            answer = visitor.client.post(
                address, data=large, content_type="application/x-www-form-urlencoded", csrf=False
            )
        assert answer.status_code == 413, (address, answer.status_code)
        assert faults_of(answer, address) == []


@BESIDE_ONE_DATABASE
def test_a_post_from_another_site_does_nothing_on_any_route(stage: Stage) -> None:
    before = kept()
    for visitor, address in doors(stage):
        for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}):
            answer = visitor.client.post(address, data={}, headers=headers)
            assert answer.status_code == 403, address
            assert faults_of(answer, address) == []
    assert kept() == before


@BESIDE_ONE_DATABASE
def test_a_post_without_our_token_does_nothing_on_any_route(stage: Stage) -> None:
    before = kept()
    for visitor, address in doors(stage):
        for token in ({}, {"csrf_token": "made up"}, {"csrf_token": "\u0a97"}):
            with undone(visitor.client):
                answer = visitor.client.post(address, data=token, csrf=False)
                assert kept() == before
            assert answer.status_code >= 400 or answer.status_code == 303, address
            assert faults_of(answer, address) == []


@pytest.mark.parametrize(
    ("name", "address", "typed"),
    [
        ("officer", "/desk/ASSIGNED/report_action", {"report": "રસ્તો " * 30}),
        ("complainant, disposed", "/track/case/refuse", {"remark": "હજુ નામ ખોટું જ છે."}),
        ("complainant, filed", "/track/case/withdraw", {"remark": "કામ થઈ ગયું."}),
    ],
)
def test_a_wrong_version_is_a_stale_page_or_refused_and_changes_nothing(
    stage: Stage, name: str, address: str, typed: dict[str, str]
) -> None:
    client = stage.visitors[name].client
    address = address.replace("ASSIGNED", stage.numbers["assigned"])
    before = kept()
    for version in ("", "0", "-1", "999999", "1.5", "\u0967", "\u00b2", str(2**63), "9" * 40, "x"):
        answer = client.post(address, data={"version": version, **typed})
        assert answer.status_code == 409, version
        assert faults_of(answer, address) == []
    assert kept() == before
