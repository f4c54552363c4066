"""What the page's script asks while somebody types: subjects that fit, talukas, and places of a name."""

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from swagat.domain.places import PlaceKind
from swagat.services import catalogue
from swagat.web import filing_pages
from swagat.web.access import public
from swagat.web.filing_what import category_of, fitting, group_of, state_of
from swagat.web.filing_where import district_of, exactly, matches, place_of, taluka_of
from swagat.web.forms.filing import LONGEST_TEXT, WhatForm

blueprint = Blueprint("filing_suggest", __name__)


@blueprint.route("/file/suggest", methods=["GET", "POST"])
@public
def subjects() -> AnyResponse:
    """Answer the subjects that fit typed words, or those of a department; personal words come by POST."""
    form = WhatForm(request.values)
    typed = request.values.get("q", "")[:LONGEST_TEXT]
    group = group_of(typed)
    found = [*catalogue.leaves(group.id), group] if group else fitting(typed, category_of(form))
    state = state_of(form, filing_pages.default_state())
    listed = filing_pages.subjects(found, state, form.category.data)
    # Only beside the words themselves stands the choice of those who are not sure.
    unsure = request.method == "POST" and "words" not in request.form and group is None
    return make_response(render_template("filing/subjects.html", fragment=listed, unsure=unsure))


@blueprint.get("/file/places")
@public
def nearby() -> AnyResponse:
    """Answer the talukas of a district or, where a district is named beside, the places that fit a typed name."""
    form = WhatForm(request.args)
    typed = request.args.get("q", "").strip()
    if "district" not in request.args:
        district = place_of(typed, PlaceKind.DISTRICT)
        offered = filing_pages.talukas(district)
        return make_response(render_template("filing/places.html", talukas=offered, value=form.taluka.data))
    if not typed:
        return make_response("")
    district = district_of(form)
    taluka = taluka_of(form, district)
    fitting_places = matches(typed, district, taluka)
    found, hints = filing_pages.place_choices(fitting_places)
    chosen = form.place.data or exactly(fitting_places, typed, taluka)
    return make_response(render_template("filing/places.html", found=found, hints=hints, value=chosen))
