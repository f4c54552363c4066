"""A browser as far as a benchmark needs one: cookies, redirects, forms, and pages that travel compressed."""

import http.client
import re
import time
import zlib
from html.parser import HTMLParser
from urllib.parse import urlencode, urlsplit

# gunicorn closes a connection that rests for two seconds.
RESTED_SECONDS = 1.0
NUMBER = re.compile(r"[A-Z]{2}-\d{4}-\d{7,}-\d")


class Browser:
    """One browser; it keeps cookies and the connection, and follows redirects."""

    def __init__(self, port: int, language: str = "gu") -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.language = language
        self.asked_at = time.monotonic()
        self.cookies: dict[str, str] = {}
        self.path, self.body, self.status = "", "", 0

    def get(self, path: str) -> str:
        """Open a page and return it, following redirects."""
        return self._request("GET", path, None)

    def post(self, path: str, fields: dict[str, str], follow: bool = True) -> str:
        """Send a form and return the page it leads to; without `follow`, `path` is then where it leads."""
        return self._request("POST", path, urlencode(fields), follow)

    def form(self, containing: str) -> tuple[str, dict[str, str]]:
        """Return action and fields of the form on this page that has a field or an action of this name."""
        parser = _Forms()
        parser.feed(self.body)
        for action, fields in parser.forms:
            if containing in fields or containing in action:
                return action or self.path, fields
        raise AssertionError(f"no form with {containing} on {self.path} ({self.status})")

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

    def _request(self, method: str, path: str, body: str | None, follow: bool = True) -> str:
        headers = {"Accept": "text/html", "Accept-Language": self.language, "Accept-Encoding": "gzip, deflate"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        if time.monotonic() - self.asked_at > RESTED_SECONDS:
            self.connection.close()
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        raw = answer.read()
        self.asked_at = time.monotonic()
        if answer.getheader("Content-Encoding") == "gzip":
            raw = zlib.decompress(raw, zlib.MAX_WBITS | 16)
        self.body, self.status, self.path = raw.decode(), answer.status, path
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                self._keep(value)
        if answer.status in (301, 302, 303):
            target = urlsplit(answer.getheader("Location") or "")
            self.path = target.path + (f"?{target.query}" if target.query else "")
            if follow:
                return self._request("GET", self.path, None)
        return self.body

    def _keep(self, header: str) -> None:
        cookie, _, rest = header.partition(";")
        name, _, held = cookie.partition("=")
        if "max-age=0" in rest.lower():
            self.cookies.pop(name, None)
        else:
            self.cookies[name] = held


class _Forms(HTMLParser):
    """The fields of the forms on a page, as a browser would send them unchanged."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, str]]] = []
        self._select = self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect hidden and filled fields."""
        found = {name: value or "" for name, value in attrs}
        name = found.get("name", "")
        if tag == "form":
            self.forms.append((found.get("action", ""), {}))
        elif not self.forms:
            return
        elif tag == "input" and name:
            kind = found.get("type", "text")
            if kind in ("submit", "file") or (kind in ("checkbox", "radio") and "checked" not in found):
                return
            self.forms[-1][1][name] = found.get("value", "on" if kind == "checkbox" else "")
        elif tag == "textarea" and name:
            self.forms[-1][1][name], self._text = "", name
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in found or self._select not in self.forms[-1][1]):
            self.forms[-1][1][self._select] = found.get("value", "")

    def handle_data(self, data: str) -> None:
        """Collect what stands in a text field."""
        if self._text:
            self.forms[-1][1][self._text] += data.removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        """Leave a text field or a list."""
        if tag == "textarea":
            self._text = ""
        elif tag == "select":
            self._select = ""
