"""The first page, and who runs this."""

from flask import Blueprint, current_app, make_response, render_template
from werkzeug.wrappers import Response as AnyResponse

from swagat import clock
from swagat.services import catalogue, figures
from swagat.web.access import public
from swagat.web.filing_fragments import helplines

blueprint = Blueprint("public", __name__)


@blueprint.get("/")
@public
def home() -> AnyResponse:
    """Show what this is, and the two ways in."""
    state = catalogue.state_named(current_app.config["STATE"])
    page = render_template(
        "public/home.html",
        figures=figures.this_month(clock.now(), state.id),
        helplines=helplines(catalogue.helplines(state.id)),
    )
    return make_response(page)


@blueprint.get("/about")
@public
def about() -> AnyResponse:
    """Show who runs this, what is kept and for how long, and where the source is."""
    state = catalogue.state_named(current_app.config["STATE"])
    return make_response(
        render_template("public/about.html", state=state, draft_hours=current_app.config["DRAFT_HOURS"])
    )
