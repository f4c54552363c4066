"""What every kind of answer tells the browser, whichever way it came about."""

import pytest
from sqlalchemy import exc

from tests.web.hostile.stage import Stage
from tests.web.hostile.test_addresses import BESIDE_ONE_DATABASE

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
OF_A_PAPER = "default-src 'none'; sandbox; frame-ancestors 'none'"
ALWAYS = {
    "X-Content-Type-Options": ["nosniff"],
    "Referrer-Policy": ["same-origin"],
    "Cross-Origin-Opener-Policy": ["same-origin"],
    "Cross-Origin-Resource-Policy": ["same-origin"],
    "Permissions-Policy": ["geolocation=(), microphone=(), payment=()"],
}
LARGE = b"a=" + b"b" * 11_000_000
URLENCODED = "application/x-www-form-urlencoded"
# Who asks for what, and the status that tells that it is the kind of answer that is meant.
ANSWERS = {
    "a page": ("stranger", 200, {"path": "/"}),
    "a page of the desk": ("officer", 200, {"path": "/desk"}),
    "a head alone": ("stranger", 200, {"path": "/file", "method": "HEAD"}),
    "options": ("stranger", 200, {"path": "/file", "method": "OPTIONS"}),
    "a redirect": ("stranger", 303, {"path": "/desk"}),
    "a redirect after a form": ("complainant, filed", 303, {"path": "/track/finish", "method": "POST"}),
    "a fragment": ("stranger", 200, {"path": "/file/places?district=1"}),
    "a fragment of subjects": ("stranger", 200, {"path": "/file/suggest?words=road"}),
    "a paper": ("complainant, filed", 200, {"path": "/track/case/papers/PAPER"}),
    "a paper at the desk": ("officer", 200, {"path": "/desk/FILED/documents/PAPER"}),
    "plain text": ("stranger", 200, {"path": "/health/live"}),
    "a static file": ("stranger", 200, {"path": "/static/app.css"}),
    "a script": ("stranger", 200, {"path": "/static/app.js"}),
    "no such static file": ("stranger", 404, {"path": "/static/nothing.css"}),
    "a wrong address": ("stranger", 400, {"path": "/?q=%00"}),
    "not signed in": ("stranger", 401, {"path": "/desk/search", "method": "POST"}),
    "another role's": ("clerk", 403, {"path": "/admin"}),
    "from another site": (
        "stranger", 403, {"path": "/track", "method": "POST", "headers": {"Origin": "https://evil.example"}}),
    "nothing there": ("stranger", 404, {"path": "/nowhere"}),
    "a wrong method": ("stranger", 405, {"path": "/", "method": "DELETE"}),
    "too large": (
        "stranger", 413, {"path": "/track", "method": "POST", "data": LARGE, "content_type": URLENCODED}),
    "too long": ("stranger", 414, {"path": "/?q=" + "a" * 2000}),
    "refused": ("stranger", 422, {"path": "/track", "method": "POST"}),
    "a failure": ("stranger", 500, {"path": "/about"}),
    "no database": ("stranger", 503, {"path": "/file"}),
}  # fmt: skip


@BESIDE_ONE_DATABASE
@pytest.mark.parametrize("kind", ANSWERS)
def test_every_kind_of_answer_is_guarded(stage: Stage, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    name, status, given = ANSWERS[kind]
    request = dict(given)
    path = str(request.pop("path")).replace("FILED", stage.numbers["filed"]).replace("PAPER", str(stage.paper_id))
    if status in (500, 503):
        _break(stage, monkeypatch)
    answer = stage.visitors[name].client.open(path, **request)
    assert answer.status_code == status
    for header, values in ALWAYS.items():
        assert answer.headers.getlist(header) == values, header
    assert answer.headers.getlist("Content-Security-Policy") == [OF_A_PAPER if "paper" in kind else POLICY]
    assert not {"Access-Control-Allow-Origin", "X-Powered-By", "Server"} & set(answer.headers.keys())
    assert ("public" in answer.headers.get("Cache-Control", "")) is ("static" in path and status == 200)
    if "paper" in kind:
        assert answer.headers["Content-Disposition"].startswith("attachment;")
    for cookie in answer.headers.getlist("Set-Cookie"):
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie


def _break(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(fault: Exception) -> object:
        def view() -> str:
            raise fault

        view.access = stage.app.view_functions["public.about"].access  # type: ignore[attr-defined]
        return view

    away = exc.OperationalError("SELECT secret", {}, Exception("gone"))
    monkeypatch.setitem(stage.app.config, "PROPAGATE_EXCEPTIONS", False)
    monkeypatch.setitem(stage.app.view_functions, "public.about", failing(RuntimeError("secret")))
    monkeypatch.setitem(stage.app.view_functions, "filing.begin", failing(away))
