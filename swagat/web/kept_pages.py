"""Pages that are the same for everybody but for a few words: rendered once for each language, then only filled in.

The filing way is held to 20 ms of CPU for its seven requests, and half of that was the same words put together anew.
"""

from collections.abc import Callable
from typing import Any

from flask import request, session
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup, escape

from swagat.services import catalogue
from swagat.web.filters import own_path
from swagat.web.language import current_language

_kept: tuple[Any, dict[tuple[object, ...], str]] = (None, {})


def once(*name: object, make: Callable[[], str]) -> str:
    """Return what was made before under this name in this language, until the tables are read again."""
    global _kept
    now = catalogue.current()
    if _kept[0] is not now:
        _kept = (now, {})
    pieces = _kept[1]
    key = (*name, current_language())
    if key not in pieces:
        pieces[key] = make()
    return pieces[key]


def fill(*name: object, make: Callable[[dict[str, Markup]], str], **words: object) -> str:
    """Return a page made with these words in it; all pages of one name differ in nothing else.

    `make` gets the words as they stand in the page. Each word is what one visitor alone may see, such as a number:
    the kept page holds a mark in its place, and so does the token of the form.
    """
    shown = {word: Markup(escape(value)) for word, value in words.items()}
    # A path that stands in the page otherwise than in the request cannot be exchanged for another's.
    if request.args or session.get("_flashes") or request.path != own_path():
        return make(shown)
    token = generate_csrf()

    def with_marks() -> str:
        page = make({word: Markup(_mark(word)) for word in shown})
        return page.replace(token, _mark("token")).replace(request.path, _mark("path"))

    page = once("page", *name, make=with_marks)
    page = page.replace(_mark("token"), token).replace(_mark("path"), str(escape(request.path)))
    for word, value in shown.items():
        page = page.replace(_mark(word), value)
    return page


def _mark(word: str) -> str:
    # No page can hold a NUL otherwise: what people type with one is refused.
    return f"\0{word}\0"
