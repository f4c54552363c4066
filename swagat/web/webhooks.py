"""What Twilio tells us about texts: each delivery report is proved, kept, and only then acknowledged."""

import logging
from typing import Any

from flask import Blueprint, Response, abort, current_app, request
from sqlalchemy.exc import SQLAlchemyError

from swagat import clock
from swagat.services.delivery import Report, record_report
from swagat.sms.signature import STATUS_PATH, is_genuine
from swagat.web.access import no_store, public
from swagat.web.errors import error_page
from swagat.web.forgery import takes_foreign_posts

log = logging.getLogger(__name__)
blueprint = Blueprint("webhooks", __name__)

AGAIN_SECONDS = 30
# In bytes; Twilio sends about one thousand.
LONGEST_REPORT = 32 * 1024


@blueprint.post(f"{STATUS_PATH}<int:message_id>")
@public
@no_store
@takes_foreign_posts
def status(message_id: int) -> Response:
    """Keep a delivery report and answer 204: 403 to whoever is not Twilio, 503 when it could not be kept."""
    request.max_content_length = LONGEST_REPORT
    raw = request.get_data(cache=True)
    if not is_genuine(_token(), _public_address(), request.form, request.headers.get("X-Twilio-Signature", "")):
        log.warning("delivery report for text %s refused: not signed by the provider", message_id)
        abort(403)
    told = request.form
    report = Report(
        message_id=message_id,
        provider_id=_word(told.get("MessageSid") or told.get("SmsSid"), 64),
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
        cause = type(getattr(fault, "orig", None) or fault).__name__
        log.error("delivery report for text %s could not be kept: %s", message_id, cause)
        return error_page(503, retry_after=AGAIN_SECONDS)
    return Response(status=204)


def _token() -> str:
    """Return the secret that reports are signed with; none when texts do not leave by Twilio."""
    settings = current_app.config
    return str(settings["TWILIO_AUTH_TOKEN"]) if settings["SMS_GATEWAY"] == "twilio" else ""


def _public_address() -> str:
    """Return the address that Twilio was given: behind a proxy, the one that arrives here may be another."""
    query = request.query_string.decode("latin-1")
    return f"{current_app.config['PUBLIC_URL'].rstrip('/')}{request.path}{'?' + query if query else ''}"


def _word(value: Any, longest: int) -> str:
    return str(value or "").replace("\0", "").strip()[:longest]
