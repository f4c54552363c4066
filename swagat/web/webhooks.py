"""What Twilio tells us: each report and each text from outside is proved, kept, and only then acknowledged."""

import logging
from typing import Any

from flask import Blueprint, Response, abort, current_app, request
from sqlalchemy.exc import SQLAlchemyError

from swagat import clock
from swagat.domain.errors import Stale
from swagat.services.delivery import Report, record_report
from swagat.services.inbound import Installation, Received, take
from swagat.sms.signature import INBOUND_PATH, STATUS_PATH, is_genuine
from swagat.web.access import no_store, public
from swagat.web.errors import error_page
from swagat.web.forgery import takes_foreign_posts

log = logging.getLogger(__name__)
blueprint = Blueprint("webhooks", __name__)

AGAIN_SECONDS = 30
# In bytes; Twilio sends about one thousand of a report, and of a long text in an Indian script twenty thousand.
LONGEST_REPORT = 32 * 1024


@blueprint.post(f"{STATUS_PATH}<int:message_id>")
@public
@no_store
@takes_foreign_posts
def status(message_id: int) -> Response:
    """Keep a delivery report and answer 204: 403 to whoever is not Twilio, 503 when it could not be kept."""
    raw = _proved(f"delivery report for text {message_id}")
    told = request.form
    report = Report(
        message_id=message_id,
        provider_id=_provider_id(),
        status=_word(told.get("MessageStatus") or told.get("SmsStatus"), 40),
        code=_word(told.get("ErrorCode"), 40),
        to=_word(told.get("To"), 16),
        raw=raw.decode("utf-8", "replace").replace("\0", ""),
    )
    if not report.provider_id or not report.status:
        abort(400)
    try:
        record_report(report, clock.now(), current_app.extensions["rules"])
    except SQLAlchemyError as fault:
        return _not_kept(f"delivery report for text {message_id}", fault)
    return Response(status=204)


@blueprint.post(INBOUND_PATH)
@public
@no_store
@takes_foreign_posts
def inbound() -> Response:
    """Take a text that somebody sent us and answer 204; what it is answered with goes out by the outbox.

    404 where nothing is taken by text, 403 to whoever is not Twilio, 503 when it could not be kept.
    """
    settings = current_app.config
    if settings["INBOUND_SMS"] != "on" or settings["SMS_GATEWAY"] != "twilio":
        abort(404)
    _proved("text from outside")
    received = Received(_provider_id(), _word(request.form.get("From"), 40), request.form.get("Body", ""))
    if not received.provider_id:
        abort(400)
    here = Installation(settings["SECRET_KEY"], settings["STATE"], tuple(settings["LANGUAGES"]))
    try:
        take(received, clock.now(), current_app.extensions["rules"], here)
    except (SQLAlchemyError, Stale) as fault:
        return _not_kept("text from outside", fault)
    return Response(status=204)


def _proved(what: str) -> bytes:
    """Return the body of a request that Twilio signed; refuse any other, and one that is far too long."""
    request.max_content_length = LONGEST_REPORT
    raw = request.get_data(cache=True)
    if not is_genuine(_token(), _public_address(), request.form, request.headers.get("X-Twilio-Signature", "")):
        log.warning("%s refused: not signed by the provider", what)
        abort(403)
    return raw


def _not_kept(what: str, fault: Exception) -> Response:
    """Ask the provider to come again."""
    log.error("%s could not be kept: %s", what, type(getattr(fault, "orig", None) or fault).__name__)
    return error_page(503, retry_after=AGAIN_SECONDS)


def _token() -> str:
    """Return the secret that reports are signed with; none when texts do not leave by Twilio."""
    settings = current_app.config
    return str(settings["TWILIO_AUTH_TOKEN"]) if settings["SMS_GATEWAY"] == "twilio" else ""


def _public_address() -> str:
    """Return the address that Twilio was given: behind a proxy, the one that arrives here may be another."""
    query = request.query_string.decode("latin-1")
    return f"{current_app.config['PUBLIC_URL'].rstrip('/')}{request.path}{'?' + query if query else ''}"


def _provider_id() -> str:
    return _word(request.form.get("MessageSid") or request.form.get("SmsSid"), 64)


def _word(value: Any, longest: int) -> str:
    return str(value or "").replace("\0", "").strip()[:longest]
