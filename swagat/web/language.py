"""The reader's language: asked for in the address, remembered in a cookie, else what the browser prefers."""

from typing import Any

from flask import Flask, Response, current_app, g, request
from flask_babel import Babel

COOKIE = "lang"
YEAR = 365 * 24 * 3600
# Plain "en" groups digits the Western way; India writes 1,23,45,678.
LOCALES = {"en": "en_IN", "hi": "hi", "gu": "gu"}


def current_language() -> str:
    """Return the code of the language this answer is written in."""
    if "language" not in g:
        g.language = _asked() or _remembered() or _preferred()
    language: str = g.language
    return language


def init_app(app: Flask) -> None:
    """Choose a language for every request and remember one that was asked for."""
    Babel(app, locale_selector=lambda: LOCALES[current_language()])
    app.context_processor(_names)
    app.after_request(_remember)


def _offered() -> tuple[str, ...]:
    languages: tuple[str, ...] = current_app.config["LANGUAGES"]
    return languages


def _asked() -> str | None:
    asked = request.args.get("lang")
    return asked if asked in _offered() else None


def _remembered() -> str | None:
    remembered = request.cookies.get(COOKIE)
    return remembered if remembered in _offered() else None


def _preferred() -> str:
    offered = _offered()
    return request.accept_languages.best_match(offered) or offered[0]


def _names() -> dict[str, Any]:
    return {"current_language": current_language(), "languages": _offered()}


def _remember(response: Response) -> Response:
    asked = _asked()
    if asked and asked != request.cookies.get(COOKIE):
        secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
        response.set_cookie(COOKIE, asked, max_age=YEAR, secure=secure, httponly=True, samesite="Lax")
    return response
