"""Every "no" as a page: the refusals of the rules, wrong requests, and a database that is away."""

import logging
import secrets
from typing import NamedTuple

from flask import Flask, Response, g, make_response, render_template, request
from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString
from flask_wtf.csrf import CSRFError
from sqlalchemy import exc
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.wrappers import Response as AnyResponse

from swagat.database import db
from swagat.domain.errors import Forbidden, Invalid, NotFound, Refused, Stale, TooMany

log = logging.getLogger(__name__)
_l = lazy_gettext

STATUSES: dict[type[Refused], int] = {Invalid: 422, Forbidden: 403, NotFound: 404, Stale: 409, TooMany: 429}
RETRY_SECONDS = 10


class Words(NamedTuple):
    """What a page says: what is the matter, and what the reader can do."""

    title: LazyString
    advice: LazyString


WORDS: dict[int, Words] = {
    400: Words(_l("We could not read what was sent"), _l("Go back, check what you typed, send it again.")),
    401: Words(
        _l("You are signed out"),
        _l("Sign in in another tab, then come back and send this page again: what you typed is kept."),
    ),
    403: Words(_l("This is not open to you"), _l("If it should be, ask the administrator of your office.")),
    404: Words(
        _l("There is nothing here"),
        _l("Check the address or the number, or begin at the first page."),
    ),
    405: Words(_l("This page cannot be used that way"), _l("Go back to the page before and use its button.")),
    409: Words(_l("Somebody was faster"), _l("Open the case again, read what changed, and decide anew.")),
    413: Words(
        _l("This is too large"),
        _l("A paper may have at most 5 MB: take a smaller photograph."),
    ),
    414: Words(_l("This address is too long"), _l("Start again from the first page.")),
    415: Words(_l("This kind of file cannot be used"), _l("Photographs and PDF files can.")),
    422: Words(_l("Please correct something"), _l("Go back, correct it, and send the page again.")),
    429: Words(_l("Too many tries"), _l("Wait a little, then try again. Nothing is lost.")),
    500: Words(
        _l("Something went wrong on our side"),
        _l("Nothing was changed. Try again; if it happens again, tell us the number below."),
    ),
    503: Words(
        _l("We cannot reach our records just now"),
        _l("Nothing was changed and nothing is lost. Wait a minute and send the page again."),
    ),
}
TOKEN_ADVICE = _l("The page was open for long, or cookies are off. Open it again and send it once more.")


def error_page(status: int, message: str = "", retry_after: int | None = None) -> Response:
    """Return the page for a status, with a sentence that is more exact than the usual one if there is one."""
    words = WORDS.get(status) or WORDS[400 if status < 500 else 500]
    reference = _reference() if status >= 500 else ""
    if status >= 500:
        # Whoever is signed in may not be readable now; the page must not ask.
        g.actor = None
    try:
        page = render_template(
            "errors/error.html", title=words.title, message=message or words.advice, reference=reference
        )
    except Exception:
        if status < 500:
            raise
        log.exception("error page failed, reference %s", reference)
        page = _plain(status, words, reference)
    response = make_response(page, status)
    if retry_after is not None:
        response.headers["Retry-After"] = str(max(1, retry_after))
    response.headers["Cache-Control"] = "no-store"
    return response


def init_app(app: Flask) -> None:
    """Turn every refusal and failure into its page."""
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(InternalServerError, _broken)
    app.register_error_handler(StaleDataError, lambda fault: error_page(409))
    app.register_error_handler(exc.DataError, _unstorable)
    app.register_error_handler(OverflowError, _unstorable)
    for away in (exc.OperationalError, exc.InterfaceError, exc.InternalError, exc.TimeoutError):
        app.register_error_handler(away, _away)


def _refused(refusal: Refused) -> Response:
    status = next((status for kind, status in STATUSES.items() if isinstance(refusal, kind)), 422)
    message = gettext(refusal.text.message, **refusal.text.params)
    return error_page(status, message, refusal.retry_after if isinstance(refusal, TooMany) else None)


def _forged(_fault: CSRFError) -> Response:
    return error_page(400, str(TOKEN_ADVICE))


def _http(fault: HTTPException) -> AnyResponse:
    if fault.code is None or fault.code < 400:
        return fault.get_response()
    said = fault.description or ""
    # Werkzeug's own descriptions are English prose for developers; only ours are worth showing.
    message = "" if said == type(fault).description else said
    response = error_page(fault.code, message if fault.code == 403 else "", _wait(fault))
    if fault.code == 405 and getattr(fault, "valid_methods", None):
        response.headers["Allow"] = ", ".join(sorted(fault.valid_methods))  # type: ignore[attr-defined]
    return response


def _wait(fault: HTTPException) -> int | None:
    if fault.code == 429:
        return 60
    return RETRY_SECONDS if fault.code == 503 else None


def _broken(fault: InternalServerError) -> Response:
    log.error("failed: %s %s, reference %s", request.method, request.url_rule, _reference())
    return error_page(500)


def _unstorable(fault: Exception) -> Response:
    _give_up()
    log.warning("refused as unstorable: %s %s: %s", request.method, request.url_rule, type(fault).__name__)
    return error_page(400)


def _away(fault: exc.SQLAlchemyError) -> Response:
    _give_up()
    cause = type(getattr(fault, "orig", None) or fault).__name__
    log.error("database away: %s %s: %s, reference %s", request.method, request.url_rule, cause, _reference())
    return error_page(503, retry_after=RETRY_SECONDS)


def _give_up() -> None:
    try:
        db.session.rollback()
    except exc.SQLAlchemyError:
        db.session.remove()


def _reference() -> str:
    if "reference" not in g:
        g.reference = secrets.token_hex(4)
    reference: str = g.reference
    return reference


def _plain(status: int, words: Words, reference: str) -> str:
    title, advice = str(words.title), str(words.advice)
    return (
        f'<!doctype html><html><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body><h1>{title}</h1><p>{advice}</p><p>{status} {reference}</p></body></html>"
    )
