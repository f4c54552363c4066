"""The sent page: number, code once, who must answer by when, then papers; only for the browser that filed."""

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Blueprint, current_app, flash, make_response, redirect, render_template, request, session, url_for
from markupsafe import Markup, escape
from werkzeug.wrappers import Response as AnyResponse

from swagat import clock
from swagat.database import db
from swagat.domain import names
from swagat.domain.errors import N_, Forbidden, Invalid, NotFound, Refused
from swagat.domain.roles import Proof, complainant
from swagat.domain.workflow import Action
from swagat.models import DocumentKind
from swagat.services import acknowledgements, redressal
from swagat.services.move import Asked
from swagat.web import uploads
from swagat.web.access import current_actor, no_store, public
from swagat.web.catalogue import gettext as _
from swagat.web.forgery import csrf_ok, keeps_form
from swagat.web.formats import local_date, spoken_code
from swagat.web.kept_pages import fill
from swagat.web.language import current_language
from swagat.web.track import rules
from swagat.web.words import say

blueprint = Blueprint("acknowledgement", __name__)

FILED = "filed"
CODE = "code"
MOST_REMEMBERED = 5
TOUCH = timedelta(minutes=1)
# The open page may be loaded again, because it broke off on its way or a paper was added; Back is no reload.
RELOAD = timedelta(minutes=15)
CLOSED = N_("Only the phone that filed it sees this page, for a short while. Track it with its number and code.")


def remember(number: str, now: datetime, with_code: bool) -> None:
    """Let this browser see the sent page of a number, and its code once."""
    known = {held: at for held, at in _held().items() if held != number}
    session[FILED] = dict([*known.items()][1 - MOST_REMEMBERED :]) | {number: int(now.timestamp())}
    if with_code:
        session[CODE] = [number, int(now.timestamp()), 0]


def is_remembered(number: str) -> bool:
    """Return whether this browser was let in to the sent page of a number before."""
    return number in _held()


@blueprint.get("/acknowledgement/<number>")
@public
@no_store
def sent(number: str) -> AnyResponse:
    """Show the sent page; the code stands on it only right after filing."""
    now = clock.now()
    if not _is_open(number, now):
        return _closed(number)
    secret = current_app.config["SECRET_KEY"].encode()
    view = acknowledgements.sent(db.session(), number, secret, _may_show_code(number, now))
    if view is None:
        raise NotFound(CLOSED)
    return make_response(_page(view))


@blueprint.post("/acknowledgement/<number>/documents")
@public
@no_store
@keeps_form
def add_paper(number: str) -> AnyResponse:
    """Take one photo or paper; its failure undoes nothing."""
    now = clock.now()
    if not _is_open(number, now):
        return _refused(number, say(CLOSED), 403)
    if current_actor() is not None:
        raise Forbidden(N_("You are signed in as staff. Only the complainant answers here, on their own phone."))
    if not csrf_ok():
        return _refused(number, _("The page was open too long. Open it again and add the paper."), 422)
    try:
        asked = Asked(paper=uploads.received_paper(DocumentKind.COMPLAINT))
        redressal.act(complainant(Proof.TRACKING_CODE), number, Action.ADD_DOCUMENT, asked, None, now, rules())
    except Invalid as refusal:
        said = [say(text) for text in refusal.errors.values()] or [say(refusal.text)]
        return _refused(number, " ".join(said), 422)
    except Refused as refusal:
        return _refused(number, say(refusal.text), 422)
    _keep_code(number, now)
    if uploads.from_script():
        return uploads.arrived()
    flash(_("The paper is added."), "good")
    return redirect(url_for("acknowledgement.sent", number=number) + "#papers", 303)


@blueprint.post("/acknowledgement/<number>/finish")
@public
@no_store
def finish(number: str) -> AnyResponse:
    """Leave nothing of the filing on this phone."""
    session.clear()
    flash(_("Finished on this phone. Nobody who uses it next can see your grievance."), "good")
    return redirect(url_for("public.home"), 303)


def _held() -> dict[str, int]:
    held: dict[str, int] = session.get(FILED, {})
    return held


def _is_open(number: str, now: datetime) -> bool:
    seen = _held().get(number)
    if seen is None:
        return False
    rested = now - datetime.fromtimestamp(seen, UTC)
    if rested > timedelta(minutes=current_app.config["TRACK_IDLE_MINUTES"]):
        return False
    if rested > TOUCH:
        session[FILED] = _held() | {number: int(now.timestamp())}
    return True


def _keep_code(number: str, now: datetime) -> None:
    """Let the page show the code once more: whoever adds a paper right after filing has not turned away from it."""
    held: Any = session.get(CODE)
    if held and held[0] == number:
        session[CODE] = [number, int(now.timestamp()), 0]


def _may_show_code(number: str, now: datetime) -> bool:
    held: Any = session.get(CODE)
    if not held or held[0] != number:
        return False
    _number, since, shown = held
    if not shown:
        session[CODE] = [number, since, 1]
        return True
    asked = request.cache_control
    is_reload = asked.max_age == 0 or bool(asked.no_cache)
    if is_reload and now - datetime.fromtimestamp(since, UTC) < RELOAD:
        return True
    del session[CODE]
    return False


def _closed(number: str) -> AnyResponse:
    if not is_remembered(number):
        raise NotFound(CLOSED)
    session[FILED] = {held: at for held, at in _held().items() if held != number}
    flash(_("Enter the number and the code to see your grievance."), "soon")
    return redirect(url_for("track.look_up"), 303)


def _page(view: acknowledgements.Sent) -> str:
    language = current_language()
    papers = [{"name": paper.name, "url": "", "size": paper.size} for paper in view.papers]
    reasons = [say(names.in_language(text, language)) for text in view.why_office]
    reasons += [say(reason) for reason in view.why_due]

    def make(words: dict[str, Markup]) -> str:
        idle_minutes = current_app.config["TRACK_IDLE_MINUTES"]
        return render_template("filing/sent.html", view=view, papers=papers, idle_minutes=idle_minutes, **words)

    words = {
        "number": view.number,
        "code": spoken_code(view.code) if view.code else "",
        "office": view.office.in_language(language),
        "day": local_date(view.due_on),
        "reasons": Markup("").join(Markup("<li>{}</li>").format(reason) for reason in reasons),
    }
    if papers or not view.code:
        return make({word: Markup(escape(value)) for word, value in words.items()})
    return fill("sent", view.is_identity_hidden, view.is_immediate, view.has_mobile, make=make, **words)


def _refused(number: str, message: str, status: int) -> AnyResponse:
    if uploads.from_script():
        return uploads.plainly(message, status)
    page = render_template("filing/paper_refused.html", number=number, page_errors=[("", message)])
    return make_response(page, status)
