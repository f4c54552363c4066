"""Every route in every way it can be asked for, by everybody, with addresses that nobody of ours wrote."""

import re
from urllib.parse import quote

import pytest
from werkzeug.routing import Rule

from tests.web.hostile.answers import faults_of, tried
from tests.web.hostile.forms import links_on
from tests.web.hostile.stage import ELSEWHERE, Stage, Visitor, routes
from tests.web.hostile.values import FOREIGN, PARTS, SCRIPT

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")
# One for each way of being somebody; of the complainants the one whose case is open.
EVERYBODY = ("stranger", "complainant, filed", "officer", "supervisor", "clerk", "administrator")
# Checks every subject in every taluka: seconds of work that a single press is worth.
SLOW = "/admin/routing-check"
# What never comes as far as a database is tried beside one of them.
BESIDE_ONE_DATABASE = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


def test_every_route_answers_everybody(stage: Stage) -> None:
    faults: list[str] = []
    for rule in routes(stage.app):
        method = "GET" if "GET" in (rule.methods or ()) else "POST"
        for name in EVERYBODY if (rule.rule, method) != (SLOW, "POST") else ():
            visitor = stage.visitors[name]
            address = visitor.addresses(rule, with_actions=True)[0]
            faults += tried(visitor.client, name, address, method=method)
    assert not faults, "\n".join(faults)


@BESIDE_ONE_DATABASE
def test_every_route_answers_every_method(stage: Stage) -> None:
    faults: list[str] = []
    for rule in routes(stage.app):
        visitor = stage.furthest(rule)
        address = visitor.addresses(rule, with_actions=True)[0]
        for method in METHODS:
            if (rule.rule, method) != (SLOW, "POST"):
                faults += tried(visitor.client, visitor.name, address, method=method)
    assert not faults, "\n".join(faults)


@BESIDE_ONE_DATABASE
def test_a_wrong_method_is_answered_with_405_and_the_right_ones(stage: Stage) -> None:
    stranger = stage.visitors["stranger"]
    for rule in routes(stage.app):
        answer = stranger.client.open(stranger.addresses(rule, with_actions=True)[0], method="DELETE")
        assert answer.status_code == 405, rule.rule
        assert answer.headers["Allow"]
        assert "DELETE" not in answer.headers["Allow"]


def test_every_variable_part_of_every_address_takes_anything(stage: Stage) -> None:
    faults: list[str] = []
    for rule in routes(stage.app):
        method = "GET" if "GET" in (rule.methods or ()) else "POST"
        visitor = stage.furthest(rule)
        for part in sorted(rule.arguments):
            for label, value in stage.fed(PARTS).items():
                address = _with(visitor, rule, part, value)
                faults += tried(visitor.client, f"{visitor.name}, {part}, {label}", address, method=method)
    assert not faults, "\n".join(faults)


def _with(visitor: Visitor, rule: Rule, part: str, value: str) -> str:
    address = rule.rule.replace(f"<int:{part}>", value).replace(f"<{part}>", value)
    for other, values in visitor.known.items():
        address = address.replace(f"<int:{other}>", values[0]).replace(f"<{other}>", values[0])
    return address.replace("<int:", "1").replace("<", "x").replace(">", "")


PARAMETERS = (
    *("next", "lang", "tab", "page", "category", "place", "status", "filter", "reply", "inline", "q"),
    *("district", "taluka", "after", "before", "state", "case", "group", "words"),
)


def test_every_parameter_of_an_address_takes_anything(stage: Stage) -> None:
    number = stage.numbers["filed"]
    pages = {
        "stranger": ("/", "/sign-in", "/file", "/file/places", "/file/suggest"),
        "supervisor": ("/desk", f"/desk/{number}", f"/desk/{number}/interim_reply"),
        "clerk": ("/counter", "/counter/file"),
        "administrator": ("/admin", "/admin/people", "/admin/messages"),
    }
    foreign = {"foreign": quote(FOREIGN[0]), "script": quote(SCRIPT)} if stage.is_whole else {}
    values = [*(stage.fed(PARTS) | foreign).values()]
    faults: list[str] = []
    for name, addresses in pages.items():
        client = stage.visitors[name].client
        for address in addresses:
            for value in values:
                query = "&".join(f"{one}={value}" for one in PARAMETERS)
                faults += tried(client, name, f"{address}?{query[:1900]}")
            for place, one in enumerate(PARAMETERS if stage.is_whole else ()):
                value = values[place % len(values)]
                faults += tried(client, name, f"{address}?{one}={value}&{one}=2&{one}[]=3&{one}")
    assert not faults, "\n".join(faults)


@BESIDE_ONE_DATABASE
@pytest.mark.parametrize("wanted", FOREIGN)
def test_nobody_is_sent_to_another_site(stage: Stage, wanted: str) -> None:
    page = stage.visitors["stranger"].client.get("/sign-in", query_string={"next": wanted})
    assert [link for link in links_on(page.text) if not _stays(link)] == []
    signed_in = stage.visitors["supervisor"].client.get("/sign-in", query_string={"next": wanted})
    assert signed_in.location == "/desk"


@BESIDE_ONE_DATABASE
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "path",
    [
        "//evil.example/",
        "///evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "/\r\n/evil.example",
        "/.//evil.example",
    ],
)
def test_no_link_of_a_page_that_is_not_there_leads_to_another_site(stage: Stage, path: str, method: str) -> None:
    page = stage.visitors["stranger"].client.open("/", method=method, environ_overrides={"PATH_INFO": path})
    assert page.status_code in (308, 404)
    assert _stays(page.location or "/")
    assert [link for link in links_on(page.text) if not _stays(link)] == []


def _stays(link: str) -> bool:
    # A browser drops tabs and line breaks, and takes a backslash for a slash.
    return re.match(r"/(?!/)|#", re.sub(r"[\t\r\n]", "", link).replace("\\", "/")) is not None


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


@BESIDE_ONE_DATABASE
@pytest.mark.parametrize("host", ["evil.example", "", "localhost:99999", "a b", "[::1", "x" * 300, "\u0a97.in"])
def test_a_made_up_host_leads_nowhere(stage: Stage, host: str) -> None:
    environ = {"HTTP_HOST": host.encode("utf-8").decode("latin-1")}
    for address in ("/", "/desk", "/track/case", "/nowhere"):
        answer = stage.visitors["stranger"].client.get(address, environ_overrides=environ)
        assert answer.status_code < 500
        assert "evil" not in (answer.location or "")
        assert "evil" not in answer.text
        # The cookie that holds the reader's language does not go to another host.
        assert set(faults_of(answer, address)) <= {"not in the reader's language"}
