"""The complainant follows a grievance and answers: number and code open it, idle minutes close it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Blueprint, current_app, flash, make_response, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from swagat import clock
from swagat.database import db
from swagat.domain.errors import N_, Forbidden, Invalid, NotFound, Refused, Stale, TooMany
from swagat.domain.papers import MAX_DOCUMENTS
from swagat.domain.phone import masked_mobile
from swagat.domain.proofs import CodeNeed, code_need
from swagat.domain.replies import NEXT_REMEDY
from swagat.domain.roles import Actor, Proof, Role, complainant
from swagat.domain.rules import Rules
from swagat.domain.workflow import Action, Need, Status, Transition
from swagat.models import CodePurpose
from swagat.services import confirming, one_time_codes, redressal, tracking
from swagat.services.move import Asked
from swagat.services.tracking import CaseView, Door
from swagat.web.access import current_actor, no_store, public
from swagat.web.catalogue import gettext as _
from swagat.web.delivery_words import for_complainant
from swagat.web.forgery import csrf_ok, keeps_form, lead_on
from swagat.web.forms.track import TrackForm, answer_form
from swagat.web.happenings import entries
from swagat.web.proving import BROWSER, asking, asks_for_codes, secret, send_code
from swagat.web.reach import section
from swagat.web.track_pages import FIRST, PAGES, REST
from swagat.web.words import PROPOSED, say

blueprint = Blueprint("track", __name__)

DOOR = "track"
# The door's clock is written into the cookie again only after this long, not with every page.
TOUCH = timedelta(minutes=1)
TEXTS = (Need.REMARK, Need.GROUNDS)


@blueprint.route("/track", methods=["GET", "POST"])
@public
@no_store
@keeps_form
def look_up() -> AnyResponse:
    """Show the form, or open the case that number and code belong to."""
    form = TrackForm(request.form if request.method == "POST" else None, number=request.args.get("number", "")[:40])
    if request.method != "POST":
        return make_response(render_template("track/look_up.html", form=form))
    if not csrf_ok():
        return _look_up_again(form, _("The page was open too long. Nothing is lost: please send it again."))
    if not form.validate():
        return make_response(render_template("track/look_up.html", form=form), 422)
    config, now = current_app.config, clock.now()
    try:
        opened = tracking.open_case(
            form.number.data,
            form.code.data,
            request.remote_addr or "",
            now,
            config["SECRET_KEY"],
            config["TRACK_TRIES"],
            config["STATE"],
        )
    except TooMany as refusal:
        response = _look_up_again(form, say(refusal.text), 429)
        response.headers["Retry-After"] = str(refusal.retry_after)
        return response
    except Invalid as refusal:
        return _look_up_again(form, say(refusal.text))
    session[DOOR] = [opened.number, int(now.timestamp())]
    return redirect(url_for("track.case"), 303)


def _look_up_again(form: Any, message: str, status: int = 422) -> AnyResponse:
    form.code.errors = [message]
    return make_response(render_template("track/look_up.html", form=form), status)


@blueprint.post("/track/finish")
@public
@no_store
def finish() -> AnyResponse:
    """Close the door on this phone."""
    session.pop(DOOR, None)
    flash(_("Finished on this phone. Nobody who uses it next can see your grievance."), "good")
    return redirect(url_for("track.look_up"), 303)


@blueprint.get("/track/case")
@public
@no_store
def case() -> AnyResponse:
    """Show the case behind the open door."""
    now = clock.now()
    number = _number(now)
    if number is None:
        return _closed()
    return _page(tracking.view(db.session(), number, now, rules()))


@blueprint.route("/track/case/<action>", methods=["GET", "POST"])
@public
@no_store
@keeps_form
def answer(action: str) -> AnyResponse:
    """Show the page of one thing the complainant can do, or do it."""
    now = clock.now()
    number = _number(now)
    if number is None:
        return _closed()
    if current_actor() is not None:
        raise Forbidden(N_("You are signed in as staff. Only the complainant answers here, on their own phone."))
    wanted = next((one for one in PAGES if one.value == action), None)
    if wanted is None:
        raise NotFound
    shown = tracking.view(db.session(), number, now, rules())
    row = next((one for one in shown.actions if one.action is wanted), None)
    if row is None:
        return _moved_on()
    need = code_need(row, shown.case, bool(shown.own_mobile), asks_for_codes())
    kind = answer_form(wanted, row.needs, row.optional, with_code=need is not CodeNeed.NONE)
    form = kind(request.form, version=str(shown.grievance.version))
    if request.method != "POST":
        return _answer_page(shown, row, form)
    if not csrf_ok():
        message = _("The page was open too long. Nothing is lost: please send it again.")
        return _answer_page(shown, row, form, 422, message)
    if need is not CodeNeed.NONE and request.form.get("do") == "code":
        return _send_code(shown, row, form, now)
    if not form.validate():
        return _answer_page(shown, row, form, 422)
    if need is CodeNeed.REQUIRED and not form.code.data:
        form.code.errors = [_("Ask for the code and type it here.")]
        return _answer_page(shown, row, form, 422)
    return _act(shown, row, form, now)


def _send_code(shown: CaseView, row: Transition, form: Any, now: datetime) -> AnyResponse:
    """Send a code to the complainant's own number and show the form again as it was filled in."""
    try:
        send_code(asking(CodePurpose.CONFIRMING, shown.own_mobile), shown.grievance.complainant.language, now)
    except TooMany as refusal:
        form.code.errors = [say(refusal.text)]
        response = _answer_page(shown, row, form, 429)
        response.headers["Retry-After"] = str(refusal.retry_after)
        return response
    form.code.data = ""
    return _answer_page(shown, row, form, sent=True)


def _act(shown: CaseView, row: Transition, form: Any, now: datetime) -> AnyResponse:
    typed = request.form.get("version", "")
    # A missing or broken version is older than every case.
    version = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else 0
    asked = Asked(
        texts={need: request.form.get(need.value, "") for need in TEXTS if need.value in form},
        rating=_rating(request.form.get("rating", "")),
    )
    seen = version if row.target is not None else None
    number = shown.grievance.registration_number or ""
    typed_code = form.code.data if "code" in form else ""
    try:
        if typed_code:
            who = asking(CodePurpose.CONFIRMING, shown.own_mobile)
            confirming.act_with_code(who, typed_code, number, row.action, asked, seen, now, rules(), secret())
        else:
            redressal.act(_complainant(), number, row.action, asked, seen, now, rules())
    except Invalid as refusal:
        for field, text in refusal.errors.items():
            if field in form:
                form[field].errors = [say(text)]
        return _answer_page(shown, row, form, 422, "" if form.errors else say(refusal.text))
    except Stale:
        fresh = tracking.view(db.session(), shown.grievance.registration_number or "", now, rules())
        form.version.data = str(fresh.grievance.version)
        changed = _("Something happened meanwhile. Read below where it stands, then send again if you still want to.")
        return _answer_page(fresh, row, form, 409, changed)
    except Refused as refusal:
        return _answer_page(shown, row, form, 422, say(refusal.text))
    flash(PAGES[row.action].done, "good")
    return redirect(url_for("track.case"), 303)


def _rating(typed: str) -> int | None:
    return int(typed) if typed.isdecimal() and len(typed) == 1 else None


def _answer_page(
    shown: CaseView, row: Transition, form: Any, status: int = 200, message: str = "", *, sent: bool = False
) -> AnyResponse:
    need = code_need(row, shown.case, bool(shown.own_mobile), asks_for_codes())
    page = render_template(
        "track/answer.html",
        view=shown,
        row=row,
        form=form,
        page=PAGES[row.action],
        effects=[effect % {"days": rules().withdrawal_undo_days} for effect in PAGES[row.action].effects],
        message=message,
        needs=[need.value for need in row.needs],
        questions=_questions(shown),
        code_sent=sent,
        code_is_optional=need is CodeNeed.OPTIONAL,
        mobile=masked_mobile(shown.own_mobile),
    )
    return make_response(page, status)


def _page(shown: CaseView) -> AnyResponse:
    doable = [row for row in shown.actions if row.action in PAGES]
    page = render_template(
        "track/case.html",
        view=shown,
        texts=for_complainant(shown.texts),
        timeline=entries(shown.history, lambda paper: url_for("papers.of_track", document_id=paper)),
        first=[row for row in doable if row.action in FIRST],
        rest=sorted((row for row in doable if row.action not in FIRST), key=lambda row: REST.index(row.action)),
        questions=_questions(shown),
        remedy=_remedy(shown),
        proposed_name=PROPOSED[shown.waiting.proposed.value] if shown.waiting else "",
        may_add_papers=any(row.action is Action.ADD_DOCUMENT for row in shown.actions) and _papers_left(shown) > 0,
        papers_left=_papers_left(shown),
        idle_minutes=current_app.config["TRACK_IDLE_MINUTES"],
        reach=section(shown.texting),
    )
    return make_response(page)


def _questions(shown: CaseView) -> str:
    if shown.grievance.status is not Status.CLARIFICATION_SOUGHT:
        return ""
    asked = [one for one in shown.history.happenings if one.action is Action.SEEK_CLARIFICATION]
    return "\n".join(text for _kind, text in asked[-1].texts) if asked else ""


def _remedy(shown: CaseView) -> str:
    outcome = shown.grievance.outcome
    return _(NEXT_REMEDY[outcome], days=rules().confirm_window_days) if outcome else ""


def _papers_left(shown: CaseView) -> int:
    mine = sum(len(one.papers) for one in shown.history.happenings if one.role is Role.COMPLAINANT)
    return max(0, MAX_DOCUMENTS - mine)


def _closed() -> AnyResponse:
    session.pop(DOOR, None)
    message = _("Enter the number and the code to see your grievance.")
    if written := _written():
        return make_response(render_template("track/ended.html", message=message, written=written), 403)
    flash(message, "soon")
    return lead_on(url_for("track.look_up"))


def _moved_on() -> AnyResponse:
    if written := _written():
        message = _("This cannot be done any more: the case has moved on. What you wrote is below, to copy.")
        return make_response(render_template("track/ended.html", message=message, written=written), 409)
    flash(_("This cannot be done any more. The page shows where your grievance stands now."), "soon")
    return lead_on(url_for("track.case"))


def _written() -> list[str]:
    return [text for need in TEXTS if (text := request.form.get(need.value, "").strip())]


def _number(now: datetime) -> str | None:
    """Return the number behind the door of this browser, keeping it open; None when it is shut."""
    held = session.get(DOOR)
    if not held:
        return None
    door = Door(held[0], datetime.fromtimestamp(held[1], UTC))
    if not door.is_open(now, timedelta(minutes=current_app.config["TRACK_IDLE_MINUTES"])):
        return None
    if now - door.seen_at > TOUCH:
        session[DOOR] = [door.number, int(now.timestamp())]
    return door.number


def open_number() -> str | None:
    """Return the number of the case that this browser has opened with its code, or None."""
    return _number(clock.now())


def _complainant() -> Actor:
    address = one_time_codes.address_hash(request.remote_addr or "", secret())
    return complainant(Proof.TRACKING_CODE, address, one_time_codes.device_hash(session.get(BROWSER, ""), secret()))


def rules() -> Rules:
    """Return the windows and limits of this installation."""
    found: Rules = current_app.extensions["rules"]
    return found
