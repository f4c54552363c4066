"""Evidence packs: asking for one, seeing how far it is, and taking its files."""

from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from swagat import clock
from swagat.database import db
from swagat.domain.errors import Invalid, NotFound
from swagat.domain.quality.periods import last_whole_month, months_after
from swagat.models import PackState
from swagat.services import catalogue, evidence_packs
from swagat.services.evidence_packs import READERS
from swagat.web import uploads
from swagat.web.access import acting, requires
from swagat.web.catalogue import gettext as _
from swagat.web.catalogue import lazy_gettext as _l
from swagat.web.downloads import send_pack
from swagat.web.filters import place_name
from swagat.web.forgery import csrf_ok, keeps_form
from swagat.web.quality_words import period_name
from swagat.web.words import LANGUAGES, say

blueprint = Blueprint("evidence_packs", __name__)

STATES = {
    PackState.WAITING: _l("Waits its turn"),
    PackState.RUNNING: _l("Is being made"),
    PackState.DONE: _l("Ready"),
    PackState.FAILED: _l("Could not be made"),
}
TONES = {PackState.WAITING: "soon", PackState.RUNNING: "soon", PackState.DONE: "good", PackState.FAILED: "late"}
FIELDS = ("office", "first", "last", "language")


@blueprint.route("/evidence", methods=["GET", "POST"])
@requires(*READERS)
@keeps_form
def home() -> AnyResponse:
    """Show the packs and the form for a new one, or take what was asked."""
    actor, now = acting(), clock.now()
    if request.method != "POST":
        whole = last_whole_month(catalogue.calendar(actor.state_id or 0).day_of(now))
        begin = months_after(whole.first, -11)
        return _page({"first": f"{begin:%Y-%m}", "last": whole.code, "language": request.args.get("lang", "")})
    typed = {name: request.form.get(name, "").strip()[:40] for name in FIELDS}
    if not csrf_ok():
        message = _("The page was open too long. Nothing is lost: please send it again.")
        return _page(typed, message=message, status=422)
    try:
        found = evidence_packs.ask(actor, typed["office"], typed["first"], typed["last"], typed["language"], now)
    except Invalid as refusal:
        return _page(typed, errors={name: say(text) for name, text in refusal.errors.items()}, status=422)
    return redirect(url_for("evidence_packs.show", pack_id=found), 303)


@blueprint.get("/evidence/<int:pack_id>")
@requires(*READERS)
def show(pack_id: int) -> AnyResponse:
    """Show how far a pack is; the page comes again by itself until it is ended."""
    found = evidence_packs.pack(db.session(), acting(), _stored(pack_id))
    page = render_template("quality/pack.html", found=found, period=period_name(found.span), **_words())
    return make_response(page)


@blueprint.get("/evidence/<int:pack_id>/<file>")
@requires(*READERS)
def send(pack_id: int, file: str) -> AnyResponse:
    """Send the printed report or the ZIP of a pack, and keep who took it."""
    return send_pack(evidence_packs.take(acting(), _stored(pack_id), file, uploads.storage(), clock.now()))


def _page(
    typed: dict[str, str], errors: dict[str, str] | None = None, message: str = "", status: int = 200
) -> AnyResponse:
    session, actor = db.session(), acting()
    offices = [(code, place_name(name)) for code, name in evidence_packs.offices(session, actor)]
    page = render_template(
        "quality/packs.html",
        typed=typed,
        errors=errors or {},
        page_errors=errors or ({"form": message} if message else {}),
        message=message,
        offices=offices,
        languages_of_packs=list(LANGUAGES.items()),
        packs=evidence_packs.packs(session, actor),
        period_of=period_name,
        **_words(),
    )
    return make_response(page, status)


def _words() -> dict[str, Any]:
    return {"states": STATES, "tones": TONES, "names": LANGUAGES}


def _stored(number: int) -> int:
    # An id beyond what a column holds is nobody's.
    if number >= 2**63:
        raise NotFound
    return number
