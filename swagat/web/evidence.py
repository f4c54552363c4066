"""Papers of a case on the desk: evidence that an officer adds, and downloads for whoever may see the case."""

from flask import Blueprint, flash, make_response, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from swagat import clock
from swagat.database import db
from swagat.domain.errors import AlreadyDone, NotFound, Refused
from swagat.domain.workflow import Action
from swagat.models import DocumentKind
from swagat.services import redressal, scope, sheet
from swagat.services.move import Asked
from swagat.web import uploads
from swagat.web.access import acting, requires
from swagat.web.catalogue import gettext as _
from swagat.web.desk import HANDLERS
from swagat.web.downloads import send_document, wants_inline
from swagat.web.sheet import case_page, rules
from swagat.web.words import say

blueprint = Blueprint("evidence", __name__)


@blueprint.post("/desk/<number>/documents")
@requires(*HANDLERS)
def add(number: str) -> AnyResponse:
    """Attach one paper as evidence."""
    actor, now = acting(), clock.now()
    # A case outside the scope must not cost the work on a photograph, nor tell by the time it takes that it exists.
    scope.load(db.session(), actor, number)
    try:
        asked = Asked(paper=uploads.received_paper(DocumentKind.EVIDENCE))
        redressal.act(actor, number, Action.ADD_DOCUMENT, asked, None, now, rules())
    except NotFound:
        raise
    except AlreadyDone:
        pass
    except Refused as refusal:
        message = " ".join(say(text) for text in getattr(refusal, "errors", {}).values()) or say(refusal.text)
        if uploads.from_script():
            return uploads.plainly(message, 422)
        page = case_page(sheet.sheet(db.session(), actor, number, now, rules()), message=message)
        return make_response(page, 422)
    if uploads.from_script():
        return uploads.arrived()
    flash(_("The paper is added."), "good")
    return redirect(url_for("case.show", number=number), 303)


@blueprint.get("/desk/<number>/documents/<int:document_id>")
@requires(*HANDLERS)
def send(number: str, document_id: int) -> AnyResponse:
    """Send one paper of a case in the actor's scope; papers that wait for release do not exist yet."""
    if document_id >= 2**63:
        raise NotFound
    found = sheet.open_paper(db.session(), uploads.storage(), acting(), number, document_id, rules())
    return send_document(found, inline=wants_inline())
