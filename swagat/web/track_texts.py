"""The complainant lets the texts to their number stop, and start again, behind the door that the code opens."""

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from swagat import clock
from swagat.database import db
from swagat.domain.errors import N_, Forbidden, Refused
from swagat.domain.phone import masked_mobile
from swagat.domain.roles import Proof, complainant
from swagat.services import opt_outs, scope
from swagat.services.opt_outs import By
from swagat.web.access import current_actor, no_store, public
from swagat.web.catalogue import gettext as _
from swagat.web.forgery import lead_on
from swagat.web.track import open_number, rules

blueprint = Blueprint("track_texts", __name__)

STOP, START = "stop", "start"


@blueprint.get("/track/case/texts/stop")
@public
@no_store
def before_stop() -> AnyResponse:
    """Show once what follows from stopping the texts."""
    mobile = _mobile()
    if mobile is None:
        return _shut()
    return make_response(render_template("track/stop_texts.html", mobile=masked_mobile(mobile)))


@blueprint.post("/track/case/texts")
@public
@no_store
def change() -> AnyResponse:
    """Stop the texts to the number of the open case, or start them again."""
    mobile = _mobile()
    if mobile is None:
        return _shut()
    wish = request.form.get("wish", "")
    if wish == STOP:
        opt_outs.stop(mobile, By.COMPLAINANT, clock.now(), rules())
        flash(_("No more texts come to this number. Look here, or ask at any counter."), "good")
    elif wish == START:
        opt_outs.start(mobile, By.COMPLAINANT)
        flash(_("Texts come to this number again."), "good")
    else:
        raise Refused(N_("Use one of the two buttons under the heading Texts."))
    return redirect(url_for("track.case"), 303)


def _mobile() -> str | None:
    """Return the number of the case that this browser has opened; None where nothing is open."""
    number = open_number()
    if number is None:
        return None
    if current_actor() is not None:
        raise Forbidden(N_("You are signed in as staff. Only the complainant answers here, on their own phone."))
    actor = complainant(Proof.TRACKING_CODE)
    identity = scope.identity_of(actor, scope.load(db.session(), actor, number))
    if identity is None or not identity.mobile:
        raise Refused(N_("No mobile number was given with this grievance, so there are no texts to stop."))
    return identity.mobile


def _shut() -> AnyResponse:
    flash(_("Enter the number and the code to see your grievance."), "soon")
    return lead_on(url_for("track.look_up"))
