"""A server that behaves as Twilio's REST interface does, over real HTTP, well or badly as a test wants it.

`StandIn` keeps every text that it accepted; `moods` says how the next requests to send are answered, one after another.
"""

import base64
import hashlib
import hmac
import json
import re
import socket
import struct
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

ACCOUNT, TOKEN = "AC" + "0" * 32, "only-for-tests"
SERVICE, SENDER = "MG" + "1" * 32, "+15005550006"
PAGE = 50
MESSAGES = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
_ONE = re.compile(MESSAGES.replace(".json", "/(\\w+)[.]json"))


@dataclass(frozen=True, slots=True)
class Mood:
    """How one request is answered: whether the text is taken, and what comes back."""

    takes: bool = True
    status: int = 201
    body: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    resets: bool = False
    hangs: bool = False


ACCEPTS = Mood()
HANGS = Mood(hangs=True)
HANGS_BEFORE_TAKING = Mood(takes=False, hangs=True)
RESETS_AFTER_TAKING = Mood(resets=True)
RESETS_BEFORE_TAKING = Mood(takes=False, resets=True)
SPEAKS_NONSENSE = Mood(body="<html>Bad Gateway</html>")
SAYS_NOTHING = Mood(body="")


def refuses(status: int, code: int | None, **headers: str) -> Mood:
    """Return the answer of Twilio to a request that it does not carry out."""
    said = {"code": code, "message": "The words are for people", "more_info": "", "status": status}
    body = json.dumps({name: value for name, value in said.items() if value is not None})
    return Mood(takes=False, status=status, body=body, headers={n.replace("_", "-"): v for n, v in headers.items()})


class StandIn:
    """The server: its address, what it took, what it was asked, and how it answers next."""

    def __init__(self, latency: float = 0.0) -> None:
        self.latency = latency
        self.taken: list[dict[str, Any]] = []
        self.forms: list[dict[str, str]] = []
        self.asked: list[dict[str, str]] = []
        self.moods: deque[Mood] = deque()
        self.mood = ACCEPTS
        self.list_mood: Mood | None = None
        self.looked_up: list[str] = []
        self.clock: Callable[[], datetime] = lambda: datetime.now(UTC)
        self.released = Event()
        self._lock = Lock()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.stand_in = self
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"

    def start(self) -> None:
        """Serve until `stop`."""
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def stop(self) -> None:
        """Let whoever hangs go, and give the port back."""
        self.released.set()
        self._server.shutdown()
        self._server.server_close()

    def next_mood(self) -> Mood:
        """Return how this request is answered."""
        with self._lock:
            return self.moods.popleft() if self.moods else self.mood

    def take(self, form: dict[str, str]) -> dict[str, Any]:
        """Keep a text and return it as Twilio shows it."""
        with self._lock:
            number = len(self.taken) + 1
            message = {
                "sid": f"SM{number:032x}",
                "to": form["To"],
                "body": form["Body"],
                "from": form.get("From"),
                "messaging_service_sid": form.get("MessagingServiceSid"),
                "status": "accepted" if "MessagingServiceSid" in form else "queued",
                "direction": "outbound-api",
                "date_created": format_datetime(self.clock()),
                "date_sent": None,
                "error_code": None,
                "num_segments": "1",
            }
            self.taken.append(message)
        return message

    def move(self, sid: str, status: str, error_code: int | None = None) -> None:
        """Let a text come as far as this."""
        found = self.find(sid)
        assert found is not None
        found |= {"status": status, "error_code": error_code}

    def find(self, sid: str) -> dict[str, Any] | None:
        """Return a text as it is now, if it is known."""
        with self._lock:
            return next((one for one in self.taken if one["sid"] == sid), None)

    def page(self, asked: dict[str, str], path: str) -> dict[str, Any]:
        """Return a page of the texts to a number, newest first."""
        with self._lock:
            self.asked.append(asked)
            found = [one for one in reversed(self.taken) if one["to"] == asked.get("To", one["to"])]
        size, number = int(asked.get("PageSize", PAGE)), int(asked.get("Page", 0))
        rows, more = found[number * size : (number + 1) * size], len(found) > (number + 1) * size
        following = f"{path}?{urlencode(asked | {'Page': str(number + 1)})}" if more else None
        return {"messages": rows, "next_page_uri": following, "page": number, "page_size": size}


@contextmanager
def twilio(latency: float = 0.0) -> Iterator[StandIn]:
    """Serve while the block runs."""
    stand_in = StandIn(latency)
    stand_in.start()
    try:
        yield stand_in
    finally:
        stand_in.stop()


def sign(address: str, form: Mapping[str, str], token: str = TOKEN) -> str:
    """Return Twilio's signature: the address, then each name with its value, in the order of the names."""
    said = address + "".join(f"{name}{form[name]}" for name in sorted(form))
    return base64.b64encode(hmac.new(token.encode(), said.encode(), hashlib.sha1).digest()).decode()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    stand_in: StandIn


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # An answer in one piece: in two it would wait for the other side, forty milliseconds each time.
    wbufsize = -1
    server: _Server

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        stand_in = self.server.stand_in
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        form = dict(parse_qsl(raw, keep_blank_values=True))
        if not self._is_known():
            return
        stand_in.forms.append(form)
        time.sleep(stand_in.latency)
        mood = stand_in.next_mood()
        message = stand_in.take(form) if mood.takes else {}
        if mood.hangs:
            stand_in.released.wait(60)
            self.close_connection = True
        elif mood.resets:
            self._reset()
        else:
            self._say(mood.status, json.dumps(message) if mood.body is None else mood.body, mood.headers)

    def do_GET(self) -> None:
        stand_in = self.server.stand_in
        if not self._is_known():
            return
        parts = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        mood = stand_in.list_mood
        if mood is None and (one := _ONE.fullmatch(parts.path)):
            self._show(one[1])
        elif mood is None:
            self._say(200, json.dumps(stand_in.page(asked, parts.path)), {})
        elif mood.resets:
            self._reset()
        else:
            self._say(mood.status, mood.body or "", mood.headers)

    def _show(self, sid: str) -> None:
        self.server.stand_in.looked_up.append(sid)
        found = self.server.stand_in.find(sid)
        absent = refuses(404, 20404)
        self._say(200 if found else 404, json.dumps(found) if found else absent.body or "", {})

    def _is_known(self) -> bool:
        wanted = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        path = urlsplit(self.path).path
        is_path = path == MESSAGES or bool(_ONE.fullmatch(path))
        if is_path and self.headers.get("Authorization") == f"Basic {wanted}":
            return True
        fault = refuses(401, 20003) if is_path else refuses(404, 20404)
        self._say(fault.status, fault.body or "", {})
        return False

    def _reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True

    def _say(self, status: int, body: str, headers: Mapping[str, str]) -> None:
        said = body.encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **headers, "Content-Length": str(len(said))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(said)
