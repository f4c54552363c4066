"""One case on one page, and exactly the actions that the workflow table permits to this person now."""

from datetime import datetime
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from swagat import clock
from swagat.database import db, transaction
from swagat.domain.errors import Invalid, NotFound, Refused, Stale
from swagat.domain.roles import Actor
from swagat.domain.workflow import Action, Transition
from swagat.services import redressal, scope, sheet
from swagat.services.move import Asked
from swagat.services.sheet import Sheet
from swagat.web.access import acting, requires
from swagat.web.catalogue import gettext as _
from swagat.web.desk import HANDLERS
from swagat.web.forgery import csrf_ok, keeps_form
from swagat.web.forms.desk import TEXTS, asked_of
from swagat.web.happenings import Entry
from swagat.web.sheet import (
    NOT_A_FORM,
    ON_THEIR_OWN_PAGE,
    Typed,
    action_page,
    case_page,
    form_of,
    rules,
    saved_reply,
    timeline,
)
from swagat.web.words import say

blueprint = Blueprint("case", __name__)


@blueprint.get("/desk/<number>")
@requires(*HANDLERS)
def show(number: str) -> AnyResponse:
    """Show the whole case."""
    return make_response(case_page(sheet.sheet(db.session(), acting(), number, clock.now(), rules())))


@blueprint.route("/desk/<number>/<action>", methods=["GET", "POST"])
@requires(*HANDLERS)
@keeps_form
def act(number: str, action: str) -> AnyResponse:
    """Show the form of one action, or carry it out."""
    actor, now = acting(), clock.now()
    wanted = next((one for one in Action if one.value == action and one not in NOT_A_FORM), None)
    if wanted is None:
        raise NotFound
    seen = sheet.sheet(db.session(), actor, number, now, rules(), wanted)
    row = next((one for one in seen.actions if one.action is wanted), None)
    if request.method != "POST":
        if row is None:
            flash(_("This cannot be done any more: the case has moved on. Look at where it stands now."), "soon")
            return redirect(url_for("case.show", number=number), 303)
        return make_response(action_page(seen, row, form_of(seen, row, **saved_reply(seen, row))))
    if row is None:
        if _version() == seen.grievance.version:
            # Nothing happened meanwhile: it never was this person's to do, and the rules say why.
            redressal.act(actor, number, wanted, Asked(), _version(), now, rules())
        return _gone(seen, wanted)
    form = form_of(seen, row, request.form)
    if not csrf_ok():
        return _again(seen, row, form, _("The page was open too long. Nothing is lost: please send it again."))
    if not form.validate():
        return _again(seen, row, form)
    return _carry_out(actor, seen, row, form, now)


def _carry_out(actor: Actor, seen: Sheet, row: Transition, form: Any, now: datetime) -> AnyResponse:
    number = seen.grievance.registration_number or ""
    try:
        done = redressal.act(actor, number, row.action, asked_of(form), _version(), now, rules())
    except Invalid as refusal:
        for field, text in refusal.errors.items():
            if field in form:
                form[field].errors = [say(text)]
        unplaced = [say(text) for field, text in refusal.errors.items() if field not in form]
        return _again(seen, row, form, " ".join(unplaced) or ("" if refusal.errors else say(refusal.text)))
    except Stale:
        return _stale(actor, number, row, form, now)
    except NotFound:
        raise
    except Refused as refusal:
        return _again(seen, row, form, say(refusal.text))
    if "repeats_own_reply" in done.warnings:
        flash(
            _("Recorded. These reasons are nearly the same as in another of your cases; that is recorded too."), "soon"
        )
    else:
        flash(_("Recorded in the register as entry %(number)s.", number=done.seq), "good")
    try:
        scope.load(db.session(), actor, number)
    except NotFound:
        return redirect(url_for("desk.lists"), 303)
    return redirect(url_for("case.show", number=number), 303)


def _again(seen: Sheet, row: Transition, form: Any, message: str = "") -> AnyResponse:
    """Return the page that the form stood on, with what was typed and what is wrong with it."""
    if ON_THEIR_OWN_PAGE & set(row.needs):
        return make_response(action_page(seen, row, form, message), 422)
    return make_response(case_page(seen, typed=Typed(row.action, form), message=message), 422)


def _version() -> int:
    """Return the version that the form was made for; a missing or broken one is older than every case."""
    typed = request.form.get("version", "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else 0


def _stale(actor: Actor, number: str, row: Transition, form: Any, now: datetime) -> AnyResponse:
    fresh = sheet.sheet(db.session(), actor, number, now, rules(), row.action)
    again = next((one for one in fresh.actions if one.action is row.action), None)
    if again is None:
        return _gone(fresh, row.action)
    renewed = form_of(fresh, again, request.form)
    renewed.version.data = str(fresh.grievance.version)
    changed = _("Somebody acted on this case while you were writing. Read what happened; what you wrote is still here.")
    return make_response(action_page(fresh, again, renewed, changed, _since(fresh)), 409)


def _since(fresh: Sheet) -> list[Entry]:
    """Return the entries made after the version that was seen: each action adds one to both."""
    behind = fresh.grievance.version - _version()
    return timeline(fresh)[-behind:] if behind > 0 else []


def _gone(fresh: Sheet, action: Action) -> AnyResponse:
    page = render_template(
        "desk/gone.html",
        sheet=fresh,
        action=action,
        message=_("This cannot be done any more: somebody acted on the case. What you wrote is below, to copy."),
        since=_since(fresh),
        written=[text for need in TEXTS if (text := request.form.get(need.value, "").strip())],
    )
    return make_response(page, 409)


@blueprint.post("/desk/<number>/identity")
@requires(*HANDLERS)
def identity(number: str) -> AnyResponse:
    """Show a hidden identity once to a head high on the ladder, and keep the reason."""
    actor, now = acting(), clock.now()
    try:
        with transaction() as session:
            grievance = scope.load(session, actor, number)
            found = scope.open_identity(session, actor, grievance, request.form.get("reason", ""), now)
    except Invalid as refusal:
        seen = sheet.sheet(db.session(), actor, number, now, rules())
        return make_response(case_page(seen, reason_error=say(refusal.errors["reason"])), 422)
    return make_response(case_page(sheet.sheet(db.session(), actor, number, now, rules()), found))
