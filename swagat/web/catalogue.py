"""Translations found once for each language; Flask-Babel finds its catalogue anew for each sentence of a page."""

from typing import Any

from babel import Locale
from babel.support import NullTranslations
from flask import Flask, current_app, g
from flask_babel import LazyString, get_locale, get_translations
from markupsafe import Markup

KEY = "swagat_catalogues"


class _Catalogue:
    """The translations of one language, and the sentences of templates as markup."""

    def __init__(self, translations: Any) -> None:
        self.translations = translations
        self.marked: dict[str, Markup] = {}


_NOTHING = _Catalogue(NullTranslations())


def install(app: Flask) -> None:
    """Let the app's templates translate by this module."""
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda message: _catalogue().translations.ugettext(message),
        lambda one, many, num: _catalogue().translations.ungettext(one, many, num),
        newstyle=True,
    )
    app.jinja_env.globals["_"] = marked


def marked(message: str, **values: object) -> Markup:
    """Return a sentence of a template in the reader's language; what is filled in is escaped."""
    known = _catalogue()
    said = known.marked.get(message)
    if said is None:
        said = known.marked[message] = Markup(known.translations.ugettext(message))
    return said % values if values or "%" in said else said


def gettext(message: str, **values: object) -> str:
    """Return a sentence in the reader's language with its values filled in."""
    said: str = _catalogue().translations.ugettext(message)
    return said % values if values else said


def ngettext(one: str, many: str, num: int) -> str:
    """Return the form of a sentence for so many, with `num` filled in."""
    said: str = _catalogue().translations.ungettext(one, many, num)
    return said % {"num": num}


def lazy_gettext(message: str) -> LazyString:
    """Return a sentence that is put into the reader's language when it is shown."""
    return LazyString(gettext, message)


def current_locale() -> Locale | None:
    """Return the locale of the page that is being made, or None where there is no app."""
    try:
        held = g._get_current_object()
    except RuntimeError:
        return None
    # Where Flask-Babel keeps what it chose: asking it, a hundred times for a page, is a tenth of the page's cost.
    found: Locale | None = getattr(getattr(held, "_flask_babel", None), "babel_locale", None)
    return found or get_locale()


def _catalogue() -> _Catalogue:
    locale = current_locale()
    if locale is None:
        return _NOTHING
    found: dict[str, _Catalogue] = current_app.extensions.setdefault(KEY, {})
    known = found.get(locale.language)
    if known is None:
        known = found[locale.language] = _Catalogue(get_translations())
    return known
