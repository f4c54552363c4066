"""What every answer must be, whatever was sent: a page with a title and a sentence that gives nothing away."""

import re

from werkzeug.test import TestResponse

from config import ROOT
from tests.client import Client
from tests.web.hostile.stage import kept, undone

GIVEN_AWAY = ("Traceback", "sqlalchemy", "psycopg", "sqlite3", "site-packages", "SELECT ", "INSERT INTO", str(ROOT))
UNESCAPED = ("<script>alert", "<img src=x", "<b>\n")
FRAGMENTS = ("/file/suggest", "/file/places", "/health/", "/metrics")


def faults_of(response: TestResponse, path: str, method: str = "GET") -> list[str]:
    """Return what is wrong with an answer; nothing when it is fit for a reader."""
    found = [f"status {response.status_code}"] if response.status_code >= 500 else []
    body = response.get_data(as_text=True) if response.mimetype in ("text/html", "text/plain") else ""
    found += [f"gives away {word}" for word in GIVEN_AWAY if word in body]
    found += [f"unescaped {mark}" for mark in UNESCAPED if mark in body]
    if any(cookie.startswith("x=1") for cookie in response.headers.getlist("Set-Cookie")):
        found.append("a header was written by the visitor")
    if 300 <= response.status_code < 400:
        if not re.fullmatch(r"/(?![/\\]).*", response.location or ""):
            found.append(f"sends the reader to {response.location}")
    elif method == "HEAD":
        found += ["a body where there is none"] if body else []
    elif method == "OPTIONS" and response.status_code < 400:
        found += [] if response.headers.get("Allow") else ["does not say which methods there are"]
    elif response.mimetype == "text/html" and not path.startswith(FRAGMENTS):
        found += [f"no <{tag}>" for tag in ("title", "h1", "p") if not re.search(f"<{tag}[ >]", body)]
        if '<html lang="en">' not in body:
            found.append("not in the reader's language")
    elif response.status_code >= 400 and not body:
        found.append("says nothing")
    return found


def tried(client: Client, label: str, path: str, **sent: object) -> list[str]:
    """Send a request, undo it, and return what was wrong with its answer, each fault with where it came from."""
    with undone(client):
        before = kept() if sent.get("method") == "POST" else None
        try:
            response = client.open(path, **sent)
            found = faults_of(response, path, str(sent.get("method", "GET")))
            if before is not None and response.status_code >= 400 and kept() != before:
                found.append(f"refused with {response.status_code}, and changed something all the same")
        except Exception as fault:
            found = [f"{type(fault).__name__}: {str(fault)[:300]}"]
    return [f"{label}: {sent.get('method', 'GET')} {path[:90]}: {fault}" for fault in found]
