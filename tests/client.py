"""The browser of the tests: it reads every page it gets, and fails on what a real one should never be sent."""

import re
import secrets
from contextvars import Context
from functools import lru_cache
from html.parser import HTMLParser
from typing import Any

from flask import Flask, Response, has_app_context
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from swagat.database import db

VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
# What lies between two tags, and what a field holds: as long as neither holds a quote or a tag, no fault can be there.
PLAIN = re.compile(r'>[^<>"\']+<|(?<= value=")[^<>"]+(?=")')
LOADING = {"script": "src", "img": "src", "link": "href", "form": "action", "iframe": "src"}


class Client(FlaskClient):
    """Sends the form token by itself, runs each request by itself, and checks every page."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send a request as a browser does; `csrf=False` leaves the token out."""
        if kwargs.get("method", "GET") == "POST" and kwargs.pop("csrf", True):
            data = kwargs.get("data")
            if data is None or isinstance(data, dict):
                fields = MultiDict(data or {})
                fields.setdefault("csrf_token", self.csrf_token())
                kwargs["data"] = fields
        kwargs.pop("csrf", None)
        # A context of its own: Flask would otherwise reuse the test's, and its `g`, for every request.
        response = Context().run(super().open, *args, **kwargs)
        if has_app_context():
            db.session.expire_all()
        is_page = response.mimetype == "text/html" and not 300 <= response.status_code < 400
        if is_page and "Content-Encoding" not in response.headers:
            faults = page_faults(response.get_data(as_text=True))
            assert not faults, f"{args[:1]}: {faults}"
            assert "default-src 'none'" in response.headers["Content-Security-Policy"]
        return response

    def csrf_token(self) -> str:
        """Return a token that this browser's session may send."""
        with self.session_transaction() as session:
            secret = session.setdefault("csrf_token", secrets.token_hex(20))
        signer = URLSafeTimedSerializer(self.application.secret_key, salt="wtf-csrf-token")
        token: str = signer.dumps(secret)
        return token


def refuse_loose_ends(app: Flask) -> None:
    """Make requests fail that changed rows without a transaction to keep them."""

    @app.after_request
    def check(response: Response) -> Response:
        session = db.session()
        changed = [*session.new, *session.dirty, *session.deleted]
        assert not changed, "a view changed rows outside a use case"
        return response


def page_faults(page: str) -> list[str]:
    """Return what is wrong with a page: tags left open, ids used twice, inline script or style, foreign hosts."""
    return [*_tag_faults(PLAIN.sub(lambda found: "><" if found[0][0] == ">" else "", page))]


@lru_cache(maxsize=1000)
def _tag_faults(tags: str) -> tuple[str, ...]:
    # Most pages of the tests differ only in their words, and reading one takes as long as making it.
    reader = _Reader()
    reader.feed(tags)
    reader.close()
    return (*reader.faults, *(f"<{tag}> is never closed" for tag in reader.open))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.ids: set[str] = set()
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._check(tag, attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._check(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes something else, inside {self.open[-2:]}")

    def _check(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "style" or "style" in given:
            self.faults.append(f"inline style in <{tag}>")
        if tag == "script" and "src" not in given:
            self.faults.append("inline script")
        self.faults += [f"handler {name} in <{tag}>" for name in given if name.startswith("on")]
        wanted = given.get(LOADING.get(tag, ""))
        if wanted and ("//" in wanted.split("?")[0] or wanted.startswith("javascript:")):
            self.faults.append(f"<{tag}> asks another host: {wanted}")
        if (used := given.get("id")) is not None:
            if used in self.ids:
                self.faults.append(f"id {used} is used twice")
            self.ids.add(used)
