"""Jinja filters and globals: names in the reader's language, addresses, and all of formats and words."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlencode

from flask import Flask, request
from markupsafe import Markup, escape

from swagat.domain.names import Name
from swagat.web import catalogue, formats, words
from swagat.web.fields import error_links, field_view
from swagat.web.formats import display_locale

SCRIPTS = {"hi": ("\u0900", "\u097f"), "gu": ("\u0a80", "\u0aff")}


def register(app: Flask) -> None:
    """Add every filter and global to the app's templates."""
    catalogue.install(app)
    app.jinja_env.filters.update(
        local_date=formats.local_date,
        short_date=formats.short_date,
        local_datetime=formats.local_datetime,
        local_time=formats.local_time,
        working_days=formats.working_days,
        working_days_count=formats.working_days_count,
        days_count=formats.days_count,
        number=formats.number,
        file_size=formats.file_size,
        spoken_code=formats.spoken_code,
        language_name=language_name,
        status_name=status_name,
        status_tone=words.STATUS_TONES.__getitem__,
        outcome_name=_named(words.OUTCOMES),
        confirmation_name=_named(words.CONFIRMATIONS),
        action_name=_named(words.ACTIONS),
        button_name=_named(words.BUTTONS),
        role_name=role_name,
        proof_name=_named(words.PROOFS),
        proposed_name=_named(words.PROPOSED),
        mode_name=_named(words.FILING_MODES),
        clock_name=_named(words.CLOCKS),
        kind_name=_named(words.PLACE_KINDS),
        place_name=place_name,
        in_language=in_language,
        say=words.say,
    )
    app.jinja_env.globals.update(
        field_view=field_view, error_links=error_links, language_url=language_url, query_url=query_url
    )


def _named(names: Mapping[str, object]) -> Callable[[str], str]:
    return lambda key: str(names[key])


def language_name(code: str) -> str:
    """Return the language's name in its own script."""
    return words.LANGUAGES.get(code, code)


def status_name(status: str, for_citizen: bool = False) -> str:
    """Return the word for a status, as staff or as the complainant says it."""
    return str((words.STATUSES_FOR_CITIZENS if for_citizen else words.STATUSES)[status])


def role_name(role: str) -> str:
    """Return the word for the capacity of a posting."""
    return str(words.ROLES[role])


def place_name(place: Any) -> Markup:
    """Return the name of a place, office, category or state in the reader's language, else in marked English."""
    return in_language(place, "name")


def in_language(thing: Any, attribute: str) -> Markup:
    """Return what is kept as <attribute>_en, _hi, _gu or _local in the reader's language, else in marked English."""
    language = display_locale().language
    if isinstance(thing, Name):
        english, own = thing.en, getattr(thing, language, "")
    else:
        english = _kept(thing, f"{attribute}_en")
        own = _kept(thing, f"{attribute}_{language}") or _kept(thing, f"{attribute}_local")
    return _marked(english, own, language)


# Lists name the same few places, subjects and officers in line after line.
@lru_cache(maxsize=4096)
def _marked(english: str, own: str, language: str) -> Markup:
    if language == "en":
        return escape(english)
    return escape(own) if _is_written_in(own, language) else Markup('<span lang="en">{}</span>').format(english)


def _kept(thing: Any, name: str) -> str:
    found = thing.get(name) if isinstance(thing, Mapping) else getattr(thing, name, None)
    return found or ""


def _is_written_in(text: str, language: str) -> bool:
    first, last = SCRIPTS[language]
    return any(first <= letter <= last for letter in text)


def language_url(language: str) -> str:
    """Return the address of this page in another language; an answer to a form has none, so its path is used."""
    if request.method in ("GET", "HEAD"):
        return query_url(lang=language)
    return f"{own_path()}?{urlencode({'lang': language})}"


def query_url(**changes: object) -> str:
    """Return this page's address with some of its query changed; None takes a name out."""
    names: dict[str, object] = dict(request.args.to_dict(flat=False)) | changes
    query = urlencode({name: value for name, value in names.items() if value is not None}, doseq=True)
    return f"{own_path()}?{query}" if query else own_path()


def own_path() -> str:
    """Return this page's path as an address holds it: a backslash or a tab in it would lead to another host."""
    return quote(request.path, safe="/:@!$()*+,;=~")
