"""Translations found once for each language; Flask-Babel finds its catalogue anew for each sentence of a page."""

from typing import Any

from babel.support import NullTranslations
from flask import Flask, current_app
from flask_babel import LazyString, get_locale, get_translations

KEY = "swagat_catalogues"


def install(app: Flask) -> None:
    """Let the app's templates translate by this module."""
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda message: _catalogue().ugettext(message),
        lambda one, many, num: _catalogue().ungettext(one, many, num),
        newstyle=True,
    )


def gettext(message: str, **values: object) -> str:
    """Return a sentence in the reader's language with its values filled in."""
    said: str = _catalogue().ugettext(message)
    return said % values if values else said


def ngettext(one: str, many: str, num: int) -> str:
    """Return the form of a sentence for so many, with `num` filled in."""
    said: str = _catalogue().ungettext(one, many, num)
    return said % {"num": num}


def lazy_gettext(message: str) -> LazyString:
    """Return a sentence that is put into the reader's language when it is shown."""
    return LazyString(gettext, message)


def _catalogue() -> Any:
    locale = get_locale()
    if locale is None:
        return NullTranslations()
    found = current_app.extensions.setdefault(KEY, {})
    language = locale.language
    if language not in found:
        found[language] = get_translations()
    return found[language]
