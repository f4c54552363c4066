"""What the pages that ask for a one-time code share: who asks, the limits, and the code of this installation."""

import secrets
from datetime import datetime

from flask import current_app, request, session

from swagat.models import CodePurpose
from swagat.services import one_time_codes
from swagat.services.one_time_codes import Asking, CodeLimits

BROWSER = "browser"


def browser() -> str:
    """Return the random word by which this browser is known again, giving it one where it has none."""
    word: str = session.setdefault(BROWSER, secrets.token_urlsafe(16))
    return word


def asking(purpose: CodePurpose, mobile: str) -> Asking:
    """Return who asks for a code here."""
    return Asking(purpose, mobile, browser(), request.remote_addr or "")


def send_code(who: Asking, language: str, now: datetime, *, texted: bool = True) -> None:
    """Send a code, raising TooMany when a limit of this installation is used up."""
    config = current_app.config
    limits = CodeLimits(config["CODES_PER_NUMBER"], config["CODES_PER_ADDRESS"], config["CODES_PER_DAY"])
    one_time_codes.send(who, language, now, secret(), limits, texted=texted)


def secret() -> str:
    """Return the installation's secret."""
    key: str = current_app.config["SECRET_KEY"]
    return key


def asks_for_codes() -> bool:
    """Return whether a number counts here only once a code sent to it came back."""
    return bool(current_app.config["ASKS_FOR_CODES"])
