"""The counter: today's filings, whom no answer reached, and the ways into the case of a person who is there."""

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from flask import Blueprint, current_app, make_response, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from swagat import clock
from swagat.database import db
from swagat.domain.errors import AlreadyDone, Invalid, Refused, TooMany
from swagat.domain.roles import Actor, Role
from swagat.models import DocumentKind
from swagat.services import catalogue, counter
from swagat.services.counter import OpenedBy
from swagat.web import login, uploads
from swagat.web.access import acting, requires
from swagat.web.catalogue import gettext as _
from swagat.web.forgery import csrf_ok, keeps_form
from swagat.web.forms.counter import PaperForm, SlipForm
from swagat.web.track import rules
from swagat.web.words import say

blueprint = Blueprint("counter", __name__)

DOOR = "counter_case"
IDLE = timedelta(minutes=15)
TOUCH = timedelta(minutes=1)


class Door(NamedTuple):
    """The case that this clerk has open in this browser."""

    number: str
    opened_by: OpenedBy


@blueprint.get("/counter")
@requires(Role.CLERK)
def home() -> AnyResponse:
    """Show what can be done for a person, today's filings, and whom an answer has not reached."""
    actor, now = acting(), clock.now()
    door = open_door(actor, now)
    page = render_template(
        "counter/home.html",
        today=counter.filed_today(db.session(), actor, now),
        waiting=counter.not_reached(db.session(), actor),
        category=catalogue.category,
        number=door.number if door else "",
    )
    return make_response(page)


@blueprint.route("/counter/case", methods=["GET", "POST"])
@requires(Role.CLERK)
@keeps_form
def open_case() -> AnyResponse:
    """Ask for number and code of the slip, or for a signed paper; or open the case that they belong to."""
    form, paper = SlipForm(request.form), PaperForm()
    if request.method != "POST":
        return _ask(form, paper)
    if not csrf_ok():
        form.code.errors = [_stale()]
        return _ask(form, paper, 422)
    if not form.validate():
        return _ask(form, paper, 422)
    config, now = current_app.config, clock.now()
    address = login.address()
    try:
        number = counter.open_with_slip(
            acting(), form.number.data, form.code.data, address, now,
            config["SECRET_KEY"], config["TRACK_TRIES"], config["STATE"],
        )  # fmt: skip
    except TooMany as refusal:
        form.code.errors = [say(refusal.text)]
        response = _ask(form, paper, 429)
        response.headers["Retry-After"] = str(refusal.retry_after)
        return response
    except Invalid as refusal:
        form.code.errors = [say(refusal.text)]
        return _ask(form, paper, 422)
    return _enter(number, OpenedBy.SLIP, now)


@blueprint.post("/counter/case/paper")
@requires(Role.CLERK)
@keeps_form
def open_by_paper() -> AnyResponse:
    """Keep the scan of a signed paper with its case, and open the case for this visit."""
    form, now, actor = PaperForm(request.form), clock.now(), acting()
    form.validate()
    if not csrf_ok():
        form.number.errors = [_stale()]
    if form.errors:
        return _ask(SlipForm(), form, 422)
    try:
        number = counter.whole_number(actor, form.number.data)
        number = counter.open_with_paper(actor, number, uploads.received_paper(DocumentKind.SCAN), now, rules())
    except AlreadyDone:
        return _ask(SlipForm(), form, 422, _("This paper is with the case already. A new visit needs a new paper."))
    except Invalid as refusal:
        form.number.errors = [say(refusal.errors["number"])] if "number" in refusal.errors else []
        found = [say(text) for field, text in refusal.errors.items() if field != "number"]
        return _ask(SlipForm(), form, 422, " ".join(found) or ("" if form.errors else say(refusal.text)))
    except Refused as refusal:
        return _ask(SlipForm(), form, 422, say(refusal.text))
    return _enter(number, OpenedBy.PAPER, now)


@blueprint.post("/counter/case/own")
@requires(Role.CLERK)
def open_own() -> AnyResponse:
    """Open a case that this clerk filed, to hand over its answer or to add a scan."""
    number = counter.open_own(db.session(), acting(), request.form.get("number", "")[:40])
    return _enter(number, OpenedBy.OWN, clock.now())


def _enter(number: str, opened_by: OpenedBy, now: datetime) -> AnyResponse:
    session[DOOR] = [number, acting().person_id, opened_by.value, int(now.timestamp())]
    return redirect(url_for("counter_case.show"), 303)


def open_door(actor: Actor, now: datetime) -> Door | None:
    """Return the case that this clerk has open in this browser, keeping it open; None when nothing is."""
    held = session.get(DOOR)
    if not held:
        return None
    number, person_id, opened_by, seen = held
    rested = now - datetime.fromtimestamp(seen, UTC)
    if person_id != actor.person_id or not timedelta(0) <= rested <= IDLE:
        del session[DOOR]
        return None
    if rested > TOUCH:
        session[DOOR] = [number, person_id, opened_by, int(now.timestamp())]
    return Door(number, OpenedBy(opened_by))


def shut() -> None:
    """Let this browser have no case open any more."""
    session.pop(DOOR, None)


def _ask(form: Any, paper: Any, status: int = 200, paper_error: str = "") -> AnyResponse:
    errors = [(field.id, one) for field in form for one in field.errors]
    errors += [("paper_number", one) for one in paper.number.errors]
    if paper_error:
        errors.append(("document", paper_error))
    page = render_template("counter/open.html", form=form, paper=paper, paper_error=paper_error, page_errors=errors)
    return make_response(page, status)


def _stale() -> str:
    return _("The page was open too long. Nothing is lost: please send it again.")
