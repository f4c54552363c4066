"""A citizen files in three short steps: what happened and where, who they are, check and send."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, current_app, flash, make_response, redirect, request, session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from swagat import clock
from swagat.domain.errors import N_, Forbidden, NotFound, Refused, TooMany
from swagat.services import catalogue, drafts
from swagat.services.drafts import Answers
from swagat.web import filing_check, filing_code, filing_pages
from swagat.web.access import current_actor, no_store, public
from swagat.web.acknowledgement import is_remembered, remember
from swagat.web.catalogue import gettext as _
from swagat.web.filing_code import is_proved
from swagat.web.filing_what import check, mask
from swagat.web.filing_who import check_who
from swagat.web.forgery import csrf_ok, keeps_form, lead_on
from swagat.web.forms.filing import WhatForm, WhoForm
from swagat.web.proving import BROWSER, browser
from swagat.web.words import say

blueprint = Blueprint("filing", __name__)

# How long a repeated press is shown the code again: the answer may have been lost on the way.
RETRY = timedelta(minutes=10)
STALE_PAGE = N_("The page was open too long. Nothing is lost: please send it again.")


@blueprint.route("/file", methods=["GET", "POST"])
@public
@keeps_form
def begin() -> AnyResponse:
    """Show the first step empty, or take it and begin a draft."""
    _no_staff()
    if request.method != "POST":
        return make_response(filing_pages.first())
    return _take_what(None)


@blueprint.route("/file/<key>/what", methods=["GET", "POST"])
@public
@no_store
@keeps_form
def what(key: str) -> AnyResponse:
    """Show the first step again with what was typed, or take its changes."""
    _require_own(key)
    if request.method == "POST":
        return _take_what(key)
    found = drafts.answers_of(key)
    if found is None:
        return _gone(key)
    return make_response(filing_pages.what(WhatForm(_typed(found, "what")), key))


def _take_what(key: str | None) -> AnyResponse:
    form = WhatForm(request.form)
    if not csrf_ok():
        return _again(filing_pages.what(form, key, say(STALE_PAGE)))
    if request.form.get("show"):
        return make_response(filing_pages.what(form, key))
    now = clock.now()
    masked = mask(form)
    known = check(form, catalogue.calendar(filing_pages.state_id(form)).day_of(now))
    if known is None:
        return _again(filing_pages.what(form, key))
    answers: Answers | None = {"what": form.answers(), "known": known.answers()}
    if key is None:
        key = drafts.new_key(browser(), _secret())
        drafts.begin(key, browser(), answers or {}, now)
    else:
        answers = drafts.add(key, answers or {}, now)
    if answers is None:
        return _gone(key)
    _tell_masked(masked)
    return redirect(f"/file/{key}/check" if "who" in answers else f"/file/{key}/who", 303)


@blueprint.route("/file/<key>/who", methods=["GET", "POST"])
@public
@no_store
@keeps_form
def who(key: str) -> AnyResponse:
    """Show who files, or take it."""
    _require_own(key)
    form = WhoForm(request.form) if request.method == "POST" else None
    if form is not None and csrf_ok():
        masked = mask(form, ("name", "address"))
        if check_who(form):
            now = clock.now()
            known = drafts.add(key, {"who": form.answers()}, now)
            if known is None:
                return _gone(key)
            _tell_masked(masked)
            return redirect(f"/file/{key}/check", 303) if is_proved(known) else filing_code.begin(key, known, now)
    found = drafts.answers_of(key)
    if found is None:
        return _gone(key)
    if form is None:
        before = WhoForm(_typed(found, "who")) if "who" in found else None
        return make_response(filing_pages.who(before, key, found))
    return _again(filing_pages.who(form, key, found, "" if csrf_ok() else say(STALE_PAGE)))


@blueprint.route("/file/<key>/check", methods=["GET", "POST"], endpoint="check_page")
@public
@no_store
@keeps_form
def check_and_send(key: str) -> AnyResponse:
    """Show everything once more, or file it; pressed twice, both presses are answered with the one grievance."""
    _require_own(key)
    found = drafts.answers_of(key)
    if found is None:
        return _gone(key)
    if "who" not in found:
        return lead_on(f"/file/{key}/who")
    if not is_proved(found):
        return lead_on(f"/file/{key}/code")
    now = clock.now()
    filing = filing_check.filing_of(key, found)
    if request.method != "POST":
        return make_response(filing_pages.check(found, filing, key, now))
    if not csrf_ok():
        return _again(filing_pages.check(found, filing, key, now, say(STALE_PAGE)))
    try:
        done = filing_check.send(filing, now)
    except TooMany as refusal:
        wait = _("Too many grievances come from here just now. Yours is kept: send it after %(time)s.")
        response = _again(filing_pages.check(found, filing, key, now, wait % refusal.text.params), 429)
        response.headers["Retry-After"] = str(refusal.retry_after)
        return response
    except Refused as refusal:
        # The tables changed after the first step, or no office answers there: the place or subject must change.
        return _again(filing_pages.check(found, filing, key, now, filing_check.why_not(refusal)))
    remember(done.number, now, with_code=True)
    return redirect(f"/acknowledgement/{done.number}", 303)


@blueprint.route("/file/<key>/code", methods=["GET", "POST"])
@public
@no_store
@keeps_form
def code(key: str) -> AnyResponse:
    """Show where to type the code that was sent to the number, or take it."""
    _require_own(key)
    found = drafts.answers_of(key)
    if found is None:
        return _gone(key)
    if "who" not in found:
        return lead_on(f"/file/{key}/who")
    if is_proved(found):
        return lead_on(f"/file/{key}/check")
    return filing_code.page(key, found) if request.method != "POST" else filing_code.take(key, found, clock.now())


def _require_own(key: str) -> None:
    """Raise NotFound unless the key was made for this browser, and Forbidden for staff."""
    _no_staff()
    if not drafts.is_key_of(key, session.get(BROWSER), _secret()):
        raise NotFound(N_("This filing is not open on this phone. Begin a new one, or track the one you sent."))


def _gone(key: str) -> AnyResponse:
    sent = drafts.sent(key)
    if sent is None:
        raise NotFound(N_("This filing was not sent in time and is erased. Please begin a new one."))
    now = clock.now()
    # Either pressed again, or the first answer never arrived here: this browser may not have seen the code yet.
    is_retry = (request.method == "POST" and csrf_ok()) or not is_remembered(sent.number)
    if is_retry and now - sent.filed_at < RETRY:
        remember(sent.number, now, with_code=True)
    return lead_on(f"/acknowledgement/{sent.number}")


def _typed(found: Answers, step: str) -> MultiDict[str, Any]:
    values = found.get(step, {})
    # A ticked box is kept as true; a form sends it as a word.
    return MultiDict({name: "y" if value is True else value for name, value in values.items()})


def _again(page: str, status: int = 422) -> AnyResponse:
    return make_response(page, status)


def _tell_masked(masked: int) -> None:
    if masked:
        flash(_("We hid an Aadhaar number in what you wrote. No office needs it here."), "soon")


def _no_staff() -> None:
    if current_actor() is not None:
        raise Forbidden(N_("You are signed in as staff. For somebody at the counter, use the counter's own page."))


def _secret() -> bytes:
    key: str = current_app.config["SECRET_KEY"]
    return key.encode()
