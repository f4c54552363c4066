"""Papers of a grievance, sent and fetched by the complainant who has opened it."""

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from swagat import clock
from swagat.database import db
from swagat.domain.errors import N_, AlreadyDone, Forbidden, Invalid, NotFound, Refused
from swagat.domain.roles import Proof, complainant
from swagat.domain.workflow import Action
from swagat.models import DocumentKind
from swagat.services import documents, redressal, scope
from swagat.services.move import Asked
from swagat.web import uploads
from swagat.web.access import current_actor, no_store, public
from swagat.web.catalogue import gettext as _
from swagat.web.downloads import send_document, wants_inline
from swagat.web.forgery import csrf_ok, keeps_form
from swagat.web.track import open_number, rules
from swagat.web.words import say

blueprint = Blueprint("papers", __name__)


@blueprint.get("/track/case/papers/<int:document_id>")
@public
@no_store
def of_track(document_id: int) -> AnyResponse:
    """Send one paper of the case that this browser has opened."""
    number = open_number()
    if number is None or document_id >= 2**63:
        raise NotFound
    grievance = scope.load(db.session(), complainant(Proof.TRACKING_CODE), number)
    found = documents.for_download(
        db.session(), uploads.storage(), document_id, grievance.id, with_held=True, with_internal=False
    )
    return send_document(found, inline=wants_inline())


@blueprint.post("/track/case/papers")
@public
@no_store
@keeps_form
def add() -> AnyResponse:
    """Take one more paper for the case that this browser has opened."""
    number = open_number()
    if number is None:
        return _refused(_("Enter the number and the code again, then add the paper."), 403)
    if current_actor() is not None:
        raise Forbidden(N_("You are signed in as staff. Only the complainant answers here, on their own phone."))
    if not csrf_ok():
        return _refused(_("The page was open too long. Open it again and add the paper."), 422)
    try:
        asked = Asked(paper=uploads.received_paper(DocumentKind.COMPLAINT))
        actor = complainant(Proof.TRACKING_CODE)
        redressal.act(actor, number, Action.ADD_DOCUMENT, asked, None, clock.now(), rules())
    except AlreadyDone:
        pass
    except Invalid as refusal:
        return _refused(" ".join(say(text) for text in refusal.errors.values()) or say(refusal.text), 422)
    except Refused as refusal:
        return _refused(say(refusal.text), 422)
    if uploads.from_script():
        return uploads.arrived()
    flash(_("The paper is added."), "good")
    return redirect(url_for("track.case"), 303)


def _refused(message: str, status: int) -> AnyResponse:
    if uploads.from_script():
        return uploads.plainly(message, status)
    return make_response(render_template("track/paper_refused.html", page_errors=[("", message)]), status)
