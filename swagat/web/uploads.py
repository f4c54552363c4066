"""A paper on its way in: read from the request, checked, and laid down under its digest before any row names it."""

from flask import current_app, flash, request, session
from werkzeug.wrappers import Response as AnyResponse

from swagat.database import db
from swagat.domain.errors import N_, Invalid, Text
from swagat.domain.papers import MAX_BYTES
from swagat.models import DocumentKind
from swagat.services import documents
from swagat.services.move import Paper
from swagat.storage import Storage
from swagat.web.catalogue import gettext as _

FIELD = "document"
NONE_CHOSEN = N_("Choose a photo or a PDF.")
TOO_LARGE = N_("This paper is larger than 5 MB. Send a photo of it, or a smaller PDF.")


def storage() -> Storage:
    """Return where the papers of this installation lie."""
    return Storage(current_app.config["UPLOAD_FOLDER"])


def received_paper(kind: DocumentKind) -> Paper:
    """Return the posted paper, stored but not attached yet; raises Invalid with what the sender can do."""
    file = request.files.get(FIELD)
    if file is None or not file.filename:
        raise Invalid(errors={FIELD: Text(NONE_CHOSEN)})
    data = file.stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise Invalid(errors={FIELD: Text(TOO_LARGE)})
    # Checking a large photo takes a second and more: no connection is held meanwhile.
    db.session.rollback()
    prepared = documents.prepare(data, file.filename, is_evidence=kind is DocumentKind.EVIDENCE)
    return Paper(storage().put(prepared.data), prepared, kind)


def from_script() -> bool:
    """Return whether the page's script sent this, which wants a sentence and not a page."""
    return request.headers.get("X-Requested-With") == "fetch"


def plainly(message: str, status: int) -> AnyResponse:
    """Return one sentence for the page's script to show beside the paper."""
    return AnyResponse(message, status, mimetype="text/plain")


def arrived() -> AnyResponse:
    """Return what tells the page's script that a paper arrived; the page it loads then says so once."""
    said = _("The paper is added.")
    if not any(text == said for _tone, text in session.get("_flashes", ())):
        flash(said, "good")
    return plainly(_("Received"), 201)
