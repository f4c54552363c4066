"""The formulas that offices can be graded by, which of them is in force, and the adoption of one for months to come."""

from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse
from wtforms.fields.choices import SelectChoice

from swagat import clock
from swagat.database import db
from swagat.domain.errors import AlreadyDone, Invalid, Stale
from swagat.domain.quality import periods
from swagat.domain.quality.measures import month_of, next_month
from swagat.domain.roles import Role
from swagat.services import catalogue, grading_adoptions
from swagat.services.grading_formulas import formulas
from swagat.web import grading_words
from swagat.web.access import acting, requires
from swagat.web.forgery import csrf_ok, keeps_form
from swagat.web.forms.grading import AdoptForm
from swagat.web.quality_words import month_name
from swagat.web.words import say

blueprint = Blueprint("admin_grading", __name__)


@blueprint.route("/admin/grading", methods=["GET", "POST"])
@requires(Role.ADMINISTRATOR)
@keeps_form
def adoption() -> AnyResponse:
    """Show the formulas and what was adopted, or adopt one."""
    form = AdoptForm(request.form)
    form.formula.choices = [SelectChoice(code, one.name) for code, one in _told().items()]
    if request.method != "POST":
        return _page(form)
    if not csrf_ok():
        form.form_errors.append(_("The page was open too long. Nothing is lost: please send it again."))
        return _page(form, 422)
    try:
        span = periods.named(form.first_month.data or "")
        if not span.is_month:
            raise Invalid(periods.NO_MONTH)
    except Invalid as refusal:
        form.first_month.errors = [say(refusal.text)]
        return _page(form, 422)
    code, version = grading_words.named(form.formula.data or "") or ("", 0)
    try:
        grading_adoptions.adopt(acting(), code, version, span.first, clock.now())
    except Invalid as refusal:
        for name, text in refusal.errors.items():
            form[name].errors = [say(text)]
        return _page(form, 422)
    except AlreadyDone as done:
        flash(say(done.text), "good")
    except Stale as refusal:
        form.form_errors.append(say(refusal.text))
        return _page(form, 409)
    else:
        flash(_("Adopted: offices are graded by it from %(month)s on.", month=month_name(span.first)), "good")
    return redirect(url_for("admin_grading.adoption"), 303)


def _told() -> dict[str, grading_words.FormulaWords]:
    return {grading_words.code_of(one.formula): grading_words.formula_words(one) for one in formulas().values()}


def _page(form: Any, status: int = 200) -> AnyResponse:
    actor = acting()
    state_id = actor.state_id or 0
    today = catalogue.calendar(state_id).day_of(clock.now())
    adopted = grading_adoptions.history(db.session(), state_id)
    if form.first_month.data is None:
        form.first_month.data = periods.month(next_month(today)).code
    in_force = grading_adoptions.in_force(adopted, month_of(today))
    page = render_template(
        "admin/grading.html",
        form=form,
        told=_told(),
        in_force=in_force,
        to_come=[one for one in adopted if one.first_month > today],
        adopted=adopted,
        name_of=grading_words.name_of,
        month_name=month_name,
    )
    return make_response(page, status)
