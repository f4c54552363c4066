"""What the forms around certificates have in common: how one is answered, and what was typed into it."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import flash, make_response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse
from wtforms import Form

from swagat import clock
from swagat.database import db
from swagat.domain.errors import AlreadyDone, Forbidden, Invalid, NotFound, Refused
from swagat.services import catalogue, certificate_pages
from swagat.services.certificate_pages import Whole
from swagat.web.access import acting
from swagat.web.catalogue import gettext as _
from swagat.web.forgery import csrf_ok
from swagat.web.words import say


def answered(form: Form, do: Callable[[], AnyResponse], page: Callable[[], str], done_url: str) -> AnyResponse:
    """Show a form; when it was sent do what it asks, or show it again with what is wrong and all that was typed."""
    if request.method != "POST":
        return make_response(page())
    if not csrf_ok():
        form.form_errors.append(_("The page was open too long. Nothing is lost: please send it again."))
        return make_response(page(), 422)
    try:
        return do()
    except Invalid as refusal:
        for name, text in refusal.errors.items():
            if name in form:
                form[name].errors = [say(text)]
            else:
                form.form_errors.append(say(text))
        if not form.errors:
            form.form_errors.append(say(refusal.text))
        return make_response(page(), 422)
    except AlreadyDone as done:
        flash(say(done.text), "good")
        return redirect(done_url, 303)
    except (NotFound, Forbidden):
        raise
    except Refused as refusal:
        form.form_errors.append(say(refusal.text))
        return make_response(page(), 409)


def all_given(form: Form, *days: str) -> bool:
    """Return whether these days could be read, with a mark on those that could not."""
    for name in days:
        if form[name].data is None:
            form[name].errors = [_("Give the day, for example 2026-12-04.")]
    return all(form[name].data is not None for name in days)


def member(kinds: Any, field: Any) -> Any:
    """Return what was chosen of these kinds, None and a mark on the field where nothing was."""
    found = next((one for one in kinds if one.value == field.data), None)
    if found is None:
        field.errors = [_("Choose one of the answers.")]
    return found


def shown_to_reader(certificate_id: int) -> Whole:
    """Return a certificate to who reads what is kept of it, raising NotFound for others."""
    shown = certificate_pages.whole(db.session(), acting(), stored(certificate_id), today())
    if not shown.reads:
        raise NotFound
    return shown


def today() -> date:
    """Return the day in India on which a page is made."""
    return catalogue.calendar(acting().state_id or 0).day_of(clock.now())


def back_to(certificate_id: int) -> AnyResponse:
    """Return a redirect to the page of a certificate."""
    return redirect(url_for("certificates.show", certificate_id=certificate_id), 303)


def address_of(shown: Whole) -> str:
    """Return the address of the page of a certificate."""
    return url_for("certificates.show", certificate_id=shown.row.id)


def seen(now: int = 0) -> int:
    """Return how many steps the page showed that sent the form, else how many there are now."""
    return number_in(request.form["seen"]) if "seen" in request.form else now


def number_in(typed: str | None) -> int:
    """Return a typed number, 0 for what is none."""
    return int(typed) if typed and typed.isascii() and typed.isdecimal() and len(typed) < 19 else 0


def stored(number: int) -> int:
    """Return a number that the database can hold, raising NotFound."""
    if number >= 2**63:
        raise NotFound
    return number
