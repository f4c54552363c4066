"""Telephones that send a photo slowly hold up nobody else: the server of `flask serve`, and real sockets."""

import os
import select
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection, HTTPResponse
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func
from sqlalchemy import select as select_rows
from werkzeug.test import EnvironBuilder, run_wsgi_app

from config import ROOT, Config
from swagat import clock
from swagat.database import db
from swagat.domain.workflow import Action
from swagat.jobs.serve import web_command
from swagat.models import Document
from tests.builders import BEGAN, TEXT, act, dholka, post_cast, sign_in
from tests.client import Client
from tests.conftest import SECRET
from tests.files.photographs import noise
from tests.jobs.test_serve import answers, eventually

SLOW, FINISHED = 16, 4
# What a telephone on a bad line sends in a second; here the next page is asked for after each such piece.
PIECE = 2048
PAGES = ("/", "/file", "/track", "/health/ready") * 5
PATIENCE = 60
BOUNDARY = "a-telephone-at-the-edge-of-the-field"
LANGUAGE = {"Accept-Language": "en"}


@pytest.fixture
def port(own_app: Flask) -> Iterator[int]:
    """The port of a server with as many processes and threads as an installation has that changed nothing."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        found: int = free.getsockname()[1]
    environ = os.environ | {
        "SWAGAT_ENV": "test",
        "SECRET_KEY": SECRET,
        "DATABASE_URL": own_app.config["SQLALCHEMY_DATABASE_URI"],
        "UPLOAD_FOLDER": str(own_app.config["UPLOAD_FOLDER"]),
        "FLOOD_LIMIT": "off",
    }
    usual = Config(secret_key=SECRET)
    command = web_command("127.0.0.1", found, usual.worker_processes, usual.worker_threads)
    server = subprocess.Popen(command, cwd=ROOT, env=environ)
    try:
        assert eventually(lambda: server.poll() is not None or answers(f"http://127.0.0.1:{found}/health/live"))
        yield found
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(PATIENCE)


def status_of(port: int, page: str, cookie: str = "") -> int:
    """Ask for a page on a connection of its own and return the status; raises TimeoutError when no answer comes."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as connection:
        connection.request("GET", page, headers=LANGUAGE | ({"Cookie": cookie} if cookie else {}))
        answer = connection.getresponse()
        answer.read()
        return answer.status


class Telephone:
    """A browser that sends a photo piece by piece, as slowly as the test wants it."""

    def __init__(self, port: int, address: str, cookie: str, token: str) -> None:
        photo = noise(256, 256)
        field = 'Content-Disposition: form-data; name="{}"'
        body = "\r\n".join(
            (f"--{BOUNDARY}", field.format("csrf_token"), "", token, f"--{BOUNDARY}",
             field.format("document") + '; filename="canal.jpg"', "Content-Type: image/jpeg", "", "")
        ).encode() + photo + f"\r\n--{BOUNDARY}--\r\n".encode()  # fmt: skip
        head = "\r\n".join(
            (f"POST {address}/documents HTTP/1.1", f"Host: 127.0.0.1:{port}", f"Cookie: {cookie}",
             f"Content-Type: multipart/form-data; boundary={BOUNDARY}", f"Content-Length: {len(body)}",
             "X-Requested-With: fetch", "Connection: close", "", "")
        ).encode()  # fmt: skip
        self.rest = body
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self.socket.sendall(head)

    def send(self, size: int) -> None:
        self.socket.sendall(self.rest[:size])
        self.rest = self.rest[size:]

    def finish(self) -> int:
        """Send what is left and return the status of the answer."""
        self.send(len(self.rest))
        answer = HTTPResponse(self.socket)
        answer.begin()
        return answer.status


def let_in(app: Flask) -> tuple[str, str, str]:
    """File a grievance; return the address of its sent page, the cookie that opens it and a token of its forms."""
    with app.app_context():
        place = dholka()
    browser: Client = app.test_client()  # type: ignore[assignment]
    browser.get("/file?lang=en")
    what = {"text": TEXT, "category": "REV-712", "district": str(place.district_id), "taluka": str(place.id)}
    who = {"name": "Kanta Makwana", "mobile": "98765 43210", "language": "gu"}
    step = browser.post("/file", data=what).headers["Location"]
    step = browser.post(step, data=who).headers["Location"]
    address = browser.post(step).headers["Location"]
    token = browser.csrf_token()
    return address, cookie_of(browser), token


def cookie_of(browser: Client) -> str:
    """Return the cookie that lets this browser in."""
    kept = browser.get_cookie("session")
    assert kept is not None
    return f"session={kept.value}"


def test_sixteen_slow_photos_stop_nobody_elses_page(own_app: Flask, port: int) -> None:
    address, cookie, token = let_in(own_app)
    assert status_of(port, address, cookie) == 200
    telephones = [Telephone(port, address, cookie, token) for _ in range(SLOW)]
    try:
        answered = []
        for page in PAGES:
            for telephone in telephones:
                telephone.send(PIECE)
            answered.append(status_of(port, page))
        assert answered == [200] * len(PAGES)
        # Not one of the photos is whole yet, and not one was given up on.
        assert all(telephone.rest for telephone in telephones)
        assert select.select([telephone.socket for telephone in telephones], [], [], 0)[0] == []

        assert [telephone.finish() for telephone in telephones[:FINISHED]] == [201] * FINISHED
    finally:
        for telephone in telephones:
            telephone.socket.close()
    # The others were cut off: nothing of them is kept, and the server goes on.
    assert status_of(port, address, cookie) == 200
    with own_app.app_context():
        assert db.session.scalar(select_rows(func.count()).select_from(Document)) == FINISHED


class Watched(BytesIO):
    """A body on its way in that notes whether the session was in a transaction, so on a connection, at each read."""

    def __init__(self, body: bytes) -> None:
        super().__init__(body)
        self.held: list[bool] = []

    def read(self, size: int | None = -1, /) -> bytes:
        self.held.append(db.session().in_transaction())
        return super().read(size)

    def readinto(self, buffer: Any, /) -> int:
        self.held.append(db.session().in_transaction())
        return super().readinto(buffer)


@pytest.mark.parametrize("sender", ["citizen", "officer"])
def test_while_a_photo_is_on_its_way_no_connection_to_the_database_is_held(
    app: Flask, sender: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: BEGAN)
    bharat = post_cast().bharat
    address, cookie, token = let_in(app)
    if sender == "officer":
        browser: Client = app.test_client()  # type: ignore[assignment]
        sign_in(browser, bharat, BEGAN)
        act(bharat, address.rpartition("/")[2], Action.ASSIGN, officer_posting_id=bharat.posting_id)
        address = address.replace("/acknowledgement/", "/desk/")
        token, cookie = browser.csrf_token(), cookie_of(browser)
    sent = {"csrf_token": token, "document": (BytesIO(noise()), "canal.jpg")}
    request = EnvironBuilder(f"{address}/documents", method="POST", data=sent, headers={"Cookie": cookie}).get_environ()
    body = request["wsgi.input"] = Watched(request["wsgi.input"].read())
    db.session.rollback()
    _page, status, _headers = run_wsgi_app(app, request)
    assert status.startswith("303")
    assert body.held
    assert not any(body.held)
