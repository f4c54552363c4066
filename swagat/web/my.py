"""A citizen sees which grievances were filed with their mobile number, once a code sent to it came back."""

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Blueprint, current_app, flash, make_response, redirect, render_template, request, session
from werkzeug.wrappers import Response as AnyResponse

from swagat import clock
from swagat.database import db
from swagat.domain.errors import N_, Forbidden, Invalid, TooMany
from swagat.domain.phone import parse_mobile
from swagat.models import CodePurpose
from swagat.services import one_time_codes, own_grievances
from swagat.services.tracking import Door
from swagat.web.access import current_actor, no_store, public
from swagat.web.catalogue import gettext as _
from swagat.web.filing_pages import spoken_mobile
from swagat.web.forgery import csrf_ok, keeps_form
from swagat.web.forms.codes import MobileForm, OwnCodeForm
from swagat.web.language import current_language
from swagat.web.proving import asking, secret, send_code
from swagat.web.words import say

blueprint = Blueprint("my", __name__)

DOOR = "my"
TOUCH = timedelta(minutes=1)
STALE_PAGE = N_("The page was open too long. Nothing is lost: please send it again.")


@blueprint.route("/my", methods=["GET", "POST"])
@public
@no_store
@keeps_form
def mine() -> AnyResponse:
    """Show the list behind the open door, or ask for the number and send a code to it."""
    _no_staff()
    now = clock.now()
    if request.method != "POST":
        known = _door(now)
        return _list(known) if known is not None else _ask(MobileForm())
    form = MobileForm(request.form)
    if not csrf_ok():
        return _ask(form, 422, say(STALE_PAGE))
    if not form.validate():
        return _ask(form, 422)
    try:
        mobile = parse_mobile(form.mobile.data)
    except Invalid as refusal:
        form.mobile.errors = [say(refusal.text)]
        return _ask(form, 422)
    known = own_grievances.newest_of(db.session(), mobile)
    try:
        # To a number that has nothing listed no text goes: it would tell a stranger, and cost, and help nobody.
        send_code(asking(CodePurpose.OWN_GRIEVANCES, mobile), current_language(), now, texted=known is not None)
    except TooMany as refusal:
        response = _ask(form, 429, say(refusal.text))
        response.headers["Retry-After"] = str(refusal.retry_after)
        return response
    return _ask_code(OwnCodeForm(mobile=mobile))


@blueprint.post("/my/code")
@public
@no_store
@keeps_form
def code() -> AnyResponse:
    """Open the list when the code is the one that was sent to the number."""
    _no_staff()
    now, form = clock.now(), OwnCodeForm(request.form)
    try:
        mobile = parse_mobile(form.mobile.data or "")
    except Invalid:
        # The number was on the page that we made: without it there is nothing to go on with.
        return _ask(MobileForm(), 422, _("Please write your mobile number once more."))
    if not csrf_ok():
        return _ask_code(form, 422, say(STALE_PAGE))
    if not form.validate():
        return _ask_code(form, 422)
    try:
        one_time_codes.prove(asking(CodePurpose.OWN_GRIEVANCES, mobile), form.code.data or "", now, secret())
    except Invalid as refusal:
        form.code.errors = [say(text) for text in refusal.errors.values()]
        return _ask_code(form, 422)
    session[DOOR] = [own_grievances.newest_of(db.session(), mobile) or 0, int(now.timestamp())]
    return redirect("/my", 303)


@blueprint.post("/my/finish")
@public
@no_store
def finish() -> AnyResponse:
    """Close the door on this phone."""
    session.pop(DOOR, None)
    flash(_("Finished on this phone. Nobody who uses it next can see your grievances."), "good")
    return redirect("/my", 303)


def _ask(form: Any, status: int = 200, message: str = "") -> AnyResponse:
    return make_response(render_template("my/number.html", form=form, message=message), status)


def _ask_code(form: Any, status: int = 200, message: str = "") -> AnyResponse:
    page = render_template("my/code.html", form=form, message=message, mobile=spoken_mobile(form.mobile.data))
    return make_response(page, status)


def _list(complainant_id: int) -> AnyResponse:
    found = own_grievances.of_same_number(db.session(), complainant_id) if complainant_id else []
    idle = current_app.config["TRACK_IDLE_MINUTES"]
    return make_response(render_template("my/list.html", found=found, idle_minutes=idle))


def _door(now: datetime) -> int | None:
    """Return whose list this browser has opened, keeping it open; None when it is shut."""
    held = session.get(DOOR)
    if not held:
        return None
    door = Door(str(held[0]), datetime.fromtimestamp(held[1], UTC))
    if not door.is_open(now, timedelta(minutes=current_app.config["TRACK_IDLE_MINUTES"])):
        return None
    if now - door.seen_at > TOUCH:
        session[DOOR] = [held[0], int(now.timestamp())]
    return int(held[0])


def _no_staff() -> None:
    if current_actor() is not None:
        raise Forbidden(N_("You are signed in as staff. Only the complainant answers here, on their own phone."))
