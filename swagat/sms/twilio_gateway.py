"""The gateway through Twilio; importing this module loads Twilio's library, a quarter of a second and 28 MB."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from requests.adapters import HTTPAdapter
from requests.exceptions import ConnectTimeout, ProxyError, RequestException
from twilio.base.exceptions import TwilioException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from swagat.sms.codes import refusal
from swagat.sms.gateway import Ambiguous, GatewayError, Sent, TryAgain
from swagat.sms.signature import RETRIES, STATUS_PATH

# Seconds to connect, and to wait for the answer.
TIMEOUTS = (5.0, 10.0)
# A number that got more texts than this since the one that is looked for is not looked through.
MOST_LOOKED_AT = 200
REQUEST_TIMEOUT = 408
NOT_FOUND = 404

# What is added to a form; of each thread its own, since several send at once.
_more: ContextVar[Mapping[str, str] | None] = ContextVar("more", default=None)

# Twilio's library logs numbers with each request, and urllib3 the address, which has the number in it.
_silent = logging.getLogger(f"{__name__}.silent")
_silent.disabled = True
logging.getLogger("urllib3").setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True)
class Account:
    """Where texts leave from: a messaging service, or a sender of its own where there is none."""

    sid: str
    token: str = field(repr=False)
    messaging_service_sid: str = ""
    sender: str = ""
    api_base: str = "https://api.twilio.com"
    public_url: str = ""
    entity_id: str = ""
    per_second: float = 0.0
    parallel_calls: int = 4

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> "Account":
        """Return the account that the app's settings name."""
        return cls(
            sid=settings["TWILIO_ACCOUNT_SID"],
            token=settings["TWILIO_AUTH_TOKEN"],
            messaging_service_sid=settings["TWILIO_MESSAGING_SERVICE_SID"],
            sender=settings["TWILIO_FROM"],
            api_base=settings["TWILIO_API_BASE"],
            public_url=settings["PUBLIC_URL"].rstrip("/"),
            entity_id=settings["DLT_ENTITY_ID"],
            per_second=float(settings["SMS_PER_SECOND"]),
            parallel_calls=settings["SMS_PARALLEL_CALLS"],
        )


class TwilioGateway:
    """Sends through Twilio's REST interface; it repeats no request by itself."""

    def __init__(self, account: Account, timeouts: tuple[float, float] = TIMEOUTS) -> None:
        self._account = account
        self._http = _Http(timeouts, account)
        self._client = Client(account.sid, account.token, http_client=self._http)
        # Else the environment could lead texts to another place than the one that is set.
        self._client.edge = self._client.region = None
        self._client.api.base_url = account.api_base

    is_audible = True

    @property
    def per_second(self) -> float:
        """Return how many texts one dispatcher may begin in a second."""
        return self._account.per_second

    def send(self, to: str, body: str, message_id: int, *, template: str, language: str, template_id: str = "") -> Sent:
        """Hand the text to Twilio, raising Rejected, TryAgain or Ambiguous."""
        try:
            with self._http.adding(self._registered(template_id)):
                message = self._client.messages.create(to=to, body=body, **self._sender(), **self._reports(message_id))
        except GatewayError:
            raise
        except TwilioException as fault:
            raise _refused(fault) from None
        except RequestException as fault:
            raise _lost(fault) from None
        except (ValueError, TypeError, AttributeError, KeyError):
            # Twilio took it, perhaps, and answered what nobody can read.
            raise Ambiguous("unreadable answer") from None
        if not message.sid:
            raise Ambiguous("answer without an id")
        return _sent(message)

    def look_up(self, provider_id: str) -> Sent | None:
        """Return how far a text came that Twilio has, raising TryAgain."""
        try:
            return _sent(self._client.messages(provider_id).fetch())
        except GatewayError:
            raise
        except (TwilioException, RequestException, ValueError, TypeError, AttributeError, KeyError) as fault:
            if getattr(fault, "status", None) == NOT_FOUND:
                return None
            raise TryAgain(f"asked in vain: {type(fault).__name__}") from None

    def find(self, to: str, body: str, message_id: int, since: datetime) -> Sequence[Sent]:
        """Return what Twilio made for this number and text since then, raising TryAgain."""
        found: list[Sent] = []
        try:
            # Not by the date of sending: what still waits at Twilio has none.
            for message in self._client.messages.stream(to=to, limit=MOST_LOOKED_AT, page_size=50):
                is_ours = str(message.direction or "").startswith("outbound")
                is_new = message.date_created is None or message.date_created >= since.replace(microsecond=0)
                # A trial account puts words of its own before ours.
                if is_ours and is_new and message.sid and (message.body or "").strip().endswith(body.strip()):
                    found.append(_sent(message))
        except GatewayError:
            raise
        except (TwilioException, RequestException, ValueError, TypeError, AttributeError, KeyError) as fault:
            # Whatever it was, nothing is known about the text, and asking does no harm.
            raise TryAgain(f"asked in vain: {type(fault).__name__}") from None
        return found

    def _sender(self) -> dict[str, str]:
        if self._account.messaging_service_sid:
            return {"messaging_service_sid": self._account.messaging_service_sid}
        return {"from_": self._account.sender}

    def _registered(self, template_id: str) -> dict[str, str]:
        """Return what India's registry knows the sender and the text by; both go along only where there is a sender."""
        if not self._account.entity_id:
            return {}
        return {"DltPEId": self._account.entity_id} | ({"DltTemplateId": template_id} if template_id else {})

    def _reports(self, message_id: int) -> dict[str, str]:
        if not self._account.public_url:
            return {}
        return {"status_callback": f"{self._account.public_url}{STATUS_PATH}{message_id}{RETRIES}"}


class _Http(TwilioHttpClient):  # type: ignore[misc]
    """Twilio's own client with both time-outs, a form that can hold more fields, and an eye for 429."""

    def __init__(self, timeouts: tuple[float, float], account: Account) -> None:
        super().__init__(logger=_silent)
        # One for each call that is under way: opening another costs three journeys to Twilio.
        for scheme in ("https://", "http://"):
            self.session.mount(scheme, HTTPAdapter(pool_maxsize=account.parallel_calls))
        # The environment's proxies and certificates are read once, not for each text: a quarter of what it cost.
        found = self.session.merge_environment_settings(account.api_base, {}, None, None, None)
        self.session.trust_env, self.session.proxies, self.session.verify = False, found["proxies"], found["verify"]
        # The library speaks of one time-out and hands on whatever it is given.
        self.timeout = timeouts

    @contextmanager
    def adding(self, fields: Mapping[str, str]) -> Iterator[None]:
        """Add fields to what is posted inside: the library has no name for those of India's registry."""
        token = _more.set(fields)
        try:
            yield
        finally:
            _more.reset(token)

    def request(self, method: str, url: str, **given: Any) -> Any:
        """Ask Twilio once, raising TryAgain when it has too much to do."""
        if method == "POST":
            given["data"] = {**(given.get("data") or {}), **(_more.get() or {})}
        response = super().request(method, url, **given)
        if response.status_code == 429:
            raise TryAgain("429", _seconds(response.headers.get("Retry-After", "")))
        return response


def _seconds(said: str) -> float | None:
    return float(said) if said.isascii() and said.isdigit() else None


def _sent(message: Any) -> Sent:
    return Sent(str(message.sid), str(message.status or ""), str(message.error_code or ""))


def _refused(fault: TwilioException) -> GatewayError:
    """Return what an answer other than 2xx means: from 500 on it says nothing about the text."""
    status, code = getattr(fault, "status", None), getattr(fault, "code", None)
    if not isinstance(status, int) or status >= 500 or status == REQUEST_TIMEOUT:
        return Ambiguous(f"http {status}")
    return refusal(code if isinstance(code, int) else status)


def _lost(fault: RequestException) -> GatewayError:
    """Return TryAgain when no connection was made, so that nothing can have left; else nobody knows."""
    name = type(fault).__name__
    reason = getattr(fault.args[0], "reason", None) if fault.args else None
    unreached = isinstance(fault, ConnectTimeout | ProxyError)
    if unreached or isinstance(reason, NewConnectionError | ConnectTimeoutError):
        return TryAgain(name, is_away=True)
    if "CERTIFICATE_VERIFY_FAILED" in str(reason):
        return TryAgain("the provider's certificate is not valid")
    return Ambiguous(name)
