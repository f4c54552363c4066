"""Every route in every way it can be asked for, by everybody, with addresses that nobody of ours wrote."""

import io
from typing import Any

import pytest
from werkzeug.datastructures import FileStorage, MultiDict

from tests.client import Client
from tests.web.hostile.answers import faults_of, tried
from tests.web.hostile.stage import ELSEWHERE, Stage, Visitor, kept, routes, undone
from tests.web.hostile.values import FOREIGN, PARTS, SCRIPT

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")
# Checks every subject in every taluka: seconds of work that a single press is worth.
SLOW = ("/admin/routing-check",)


def test_every_route_answers_every_method_from_everybody(stage: Stage) -> None:
    faults: list[str] = []
    for visitor in stage.visitors.values():
        for rule in routes(stage.app):
            address = visitor.addresses(rule)[0]
            for method in METHODS:
                if rule.rule not in SLOW or method != "POST":
                    faults += tried(visitor.client, visitor.name, address, method=method)
    assert not faults, "\n".join(faults)


def test_a_wrong_method_is_answered_with_405_and_the_right_ones(stage: Stage) -> None:
    client = stage.visitors["stranger"].client
    for rule in routes(stage.app):
        answer = client.open(stage.visitors["stranger"].addresses(rule)[0], method="DELETE")
        assert answer.status_code == 405, rule.rule
        assert "DELETE" not in answer.headers["Allow"]


def test_every_variable_part_of_every_address_takes_anything(stage: Stage) -> None:
    faults: list[str] = []
    for name in ("stranger", "complainant, filed", "supervisor", "clerk", "administrator"):
        visitor = stage.visitors[name]
        for rule in routes(stage.app):
            for part in sorted(rule.arguments):
                for label, value in PARTS.items():
                    address = _with(visitor, rule.rule, part, value)
                    method = "GET" if "GET" in (rule.methods or ()) else "POST"
                    faults += tried(visitor.client, f"{name}, {part}, {label}", address, method=method)
    assert not faults, "\n".join(faults)


def _with(visitor: Visitor, rule: str, part: str, value: str) -> str:
    address = rule.replace(f"<int:{part}>", value).replace(f"<{part}>", value)
    for other, values in visitor.known.items():
        address = address.replace(f"<int:{other}>", values[0]).replace(f"<{other}>", values[0])
    return address.replace("<int:", "1").replace("<", "x").replace(">", "")


@pytest.mark.parametrize("part", ["next", "lang", "tab", "page", "category", "place", "status", "filter", "reply",
                                  "inline", "q", "district", "after", "before", "state", "case"])  # fmt: skip
def test_every_parameter_of_an_address_takes_anything(stage: Stage, part: str) -> None:
    from urllib.parse import quote

    faults: list[str] = []
    for name in ("stranger", "supervisor", "clerk", "administrator"):
        visitor = stage.visitors[name]
        own = {"supervisor": "/desk", "clerk": "/counter", "administrator": "/admin"}.get(name, "/file")
        pages = ["/sign-in", "/file/places", "/file/suggest", own]
        pages += {"supervisor": [f"/desk/{stage.numbers['filed']}"], "administrator": ["/admin/messages"]}.get(name, [])
        for page in pages:
            values = [*PARTS.values(), *map(quote, FOREIGN), quote(SCRIPT)]
            for value in values[:: 1 if page != "/file/suggest" else 3]:
                faults += tried(visitor.client, name, f"{page}?{part}={value}")
            faults += tried(visitor.client, name, f"{page}?{part}=1&{part}=2&{part}[]=3&{part}")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("wanted", FOREIGN)
def test_nobody_is_sent_to_another_site(stage: Stage, wanted: str) -> None:
    page = stage.visitors["stranger"].client.get("/sign-in", query_string={"next": wanted})
    assert "evil" not in page.text
    assert "alert(1)" not in page.text
    signed_in = stage.visitors["supervisor"].client.get("/sign-in", query_string={"next": wanted})
    assert signed_in.location == "/desk"


BODIES: dict[str, dict[str, Any]] = {
    "json": {"json": {"text": ["a"], "csrf_token": None}},
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


@pytest.mark.parametrize("kind", BODIES)
def test_no_kind_of_body_breaks_a_route(stage: Stage, kind: str) -> None:
    faults: list[str] = []
    for visitor in stage.visitors.values():
        for rule in routes(stage.app, "POST"):
            if rule.rule not in SLOW:
                address = visitor.addresses(rule)[0]
                token = {"X-CSRFToken": visitor.client.csrf_token()}
                request = BODIES[kind] | {"headers": token | BODIES[kind].get("headers", {})}
                faults += tried(visitor.client, f"{visitor.name}, {kind}", address, method="POST", **request)
    assert not faults, "\n".join(faults)


def test_a_file_for_text_and_text_for_a_file(stage: Stage) -> None:
    faults: list[str] = []
    for visitor, form in stage.forms():
        if form.method != "post" or form.action in SLOW:
            continue
        names = [*form.fields, *form.files] or ["document"]
        files = MultiDict((name, FileStorage(io.BytesIO(b"%PDF-1.4 \0"), f"{SCRIPT}\0.pdf")) for name in names)
        files["csrf_token"] = visitor.client.csrf_token()
        as_file = {"method": "POST", "data": files, "content_type": "multipart/form-data"}
        texts = dict.fromkeys(names, "text")
        faults += tried(visitor.client, f"{visitor.name}, a file for text", form.action, **as_file)
        faults += tried(visitor.client, f"{visitor.name}, text for a file", form.action, method="POST", data=texts)
        twice = MultiDict([*((name, "1") for name in names), *((name, "2") for name in names)])
        faults += tried(visitor.client, f"{visitor.name}, twice", form.action, method="POST", data=twice)
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
    "a broken pdf": b"%PDF-1.7\n%%EOF",
    "a pdf that runs": b"%PDF-1.4\n1 0 obj\n<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>\nendobj\n%%EOF\n",
}


@pytest.mark.parametrize("kind", PAPERS)
def test_what_is_no_paper_is_refused_wherever_papers_are_taken(stage: Stage, kind: str) -> None:
    doors = {
        "complainant, filed": ["/track/case/papers", f"/acknowledgement/{stage.numbers['filed']}/documents"],
        "officer": [f"/desk/{stage.numbers['assigned']}/documents"],
        "clerk": ["/counter/case/open/papers", f"/counter/slip/{stage.numbers['from the counter']}/scans"],
    }
    for name, addresses in doors.items():
        client = stage.visitors[name].client
        for address in addresses:
            for file_name in ("photo.jpg", "../../etc/passwd", "a\0.pdf", "x" * 3000 + ".pdf", SCRIPT):
                with undone(client):
                    before = kept()
                    paper = FileStorage(io.BytesIO(PAPERS[kind]), file_name)
                    answer = client.post(address, data={"document": paper}, content_type="multipart/form-data")
                    assert answer.status_code in (400, 415, 422), (address, answer.status_code)
                    assert faults_of(answer, address) == []
                    assert kept() == before


def test_a_body_over_the_limit_is_refused_everywhere(stage: Stage) -> None:
    large = b"a=" + b"b" * stage.app.config["MAX_CONTENT_LENGTH"]
    for visitor in (stage.visitors["complainant, filed"], stage.visitors["officer"], stage.visitors["clerk"]):
        for rule in routes(stage.app, "POST"):
            address = visitor.addresses(rule)[0]
            with undone(visitor.client):
                answer = visitor.client.post(
                    address, data=large, content_type="application/x-www-form-urlencoded", csrf=False
                )
            assert answer.status_code in (400, 401, 403, 404, 413), (address, answer.status_code)
            assert faults_of(answer, address) == []


def test_a_post_from_another_site_does_nothing_on_any_route(stage: Stage) -> None:
    for visitor in stage.visitors.values():
        before = kept()
        for rule in routes(stage.app, "POST"):
            address = visitor.addresses(rule)[0]
            for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}):
                answer = visitor.client.post(address, data={}, headers=headers)
                assert answer.status_code == 403, address
                assert faults_of(answer, address) == []
        assert kept() == before


def test_a_post_without_our_token_does_nothing_on_any_route(stage: Stage) -> None:
    for visitor in stage.visitors.values():
        before = kept()
        for rule in routes(stage.app, "POST"):
            for token in ({}, {"csrf_token": "made up"}, {"csrf_token": "\u0a97"}):
                address = visitor.addresses(rule)[0]
                with undone(visitor.client):
                    answer = visitor.client.post(address, data=token, csrf=False)
                assert answer.status_code >= 400 or answer.status_code == 303, address
                assert faults_of(answer, address) == []
        assert kept() == before


def test_nobody_gets_through_with_what_belongs_to_somebody_else(stage: Stage) -> None:
    foreign = stage.numbers[ELSEWHERE]
    keys = [visitor.known["key"][0] for visitor in stage.visitors.values() if "key" in visitor.known]
    for name, visitor in stage.visitors.items():
        own = visitor.known.get("key", [])
        addresses = [f"/desk/{foreign}", f"/desk/{foreign}/note", f"/acknowledgement/{foreign}",
                     f"/counter/slip/{foreign}", f"/desk/{foreign}/documents/{stage.paper_id}",
                     f"/desk/{stage.numbers['assigned']}/documents/{stage.paper_id}"]  # fmt: skip
        addresses += [f"/file/{key}/{step}" for key in keys if key not in own for step in ("what", "who", "check")]
        addresses += [f"/counter/file/{key}" for key in keys if key not in own]
        for address in addresses:
            answer = visitor.client.get(address)
            assert answer.status_code in (303, 403, 404), (name, address, answer.status_code)
            assert answer.status_code != 303 or answer.location.startswith(("/sign-in", "/track")), (name, address)


def test_a_wrong_version_is_a_stale_page_or_refused_and_changes_nothing(stage: Stage) -> None:
    number, client = stage.numbers["assigned"], stage.visitors["officer"].client
    before = kept()
    for version in ("", "0", "-1", "999999", "1.5", "\u0967", "\u00b2", "9" * 40, "x"):
        answer = client.post(f"/desk/{number}/report_action", data={"version": version, "report": "રસ્તો " * 30})
        assert answer.status_code in (409, 422), version
        assert faults_of(answer, "/desk") == []
    assert kept() == before


@pytest.mark.parametrize("host", ["evil.example", "", "localhost:99999", "a b", "[::1", "x" * 300, "\u0a97.in"])
def test_a_made_up_host_leads_nowhere(stage: Stage, host: str) -> None:
    client: Client = stage.visitors["stranger"].client
    environ = {"HTTP_HOST": host.encode("utf-8").decode("latin-1")}
    for address in ("/", "/desk", "/track/case", "/nowhere"):
        answer = client.get(address, environ_overrides=environ)
        assert answer.status_code < 500
        assert "evil" not in (answer.location or "")
        assert "evil" not in answer.text


