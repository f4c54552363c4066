"""Management reviews: the list with the decisions still open, and one page on which a review is held and signed."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse
from wtforms.fields.choices import SelectChoice

from swagat import clock
from swagat.database import db
from swagat.domain.errors import AlreadyDone, Forbidden, Invalid, NotFound, Refused
from swagat.domain.management_reviews import ASKED, INPUTS, LONGEST_MINUTES, DecisionState, Input
from swagat.domain.objectives import Objective, Unit, Verdict
from swagat.domain.quality import periods
from swagat.domain.quality.figures import Figure, figure
from swagat.domain.quality.indicators import INDICATORS
from swagat.domain.roles import Role
from swagat.services import management_reviews, review_pages
from swagat.services.management_reviews import Decision
from swagat.services.review_pages import ReviewView
from swagat.web.access import acting, requires
from swagat.web.catalogue import gettext as _
from swagat.web.certificate_words import SEVERITIES
from swagat.web.filters import place_name
from swagat.web.forgery import csrf_ok, keeps_form
from swagat.web.forms.management_reviews import KINDS, STATES, BeginForm, DecisionForm
from swagat.web.nonconformity_words import STAGES
from swagat.web.objective_words import target_words
from swagat.web.quality_words import basis_words, months_words, value_words
from swagat.web.words import say

blueprint = Blueprint("management_reviews", __name__)

READING = (Role.OFFICER, Role.SUPERVISOR, Role.PRESIDING_OFFICER, Role.QUALITY_MANAGER, Role.AUDITOR)
BEGINNING = (Role.SUPERVISOR, Role.PRESIDING_OFFICER, Role.QUALITY_MANAGER)
TONES = {DecisionState.OPEN: "soon", DecisionState.LATE: "late", DecisionState.CARRIED_OUT: "good"}


@blueprint.get("/management-reviews")
@requires(*READING)
def lists() -> AnyResponse:
    """Show the reviews that the reader may see, and which decisions are not carried out yet."""
    actor, session = acting(), db.session()
    page = render_template(
        "management_reviews/list.html",
        rows=review_pages.reviews(session, actor),
        waiting=review_pages.open_decisions(session, actor, clock.now()),
        begins=actor.role in BEGINNING,
        states=STATES,
        tones=TONES,
        months_of=months_words,
    )
    return make_response(page)


@blueprint.route("/management-reviews/new", methods=["GET", "POST"])
@requires(*BEGINNING)
@keeps_form
def new() -> AnyResponse:
    """Show the form for a review, or begin it."""
    actor, form = acting(), BeginForm(request.form)
    if request.method != "POST":
        return _begin_page(form)
    if not csrf_ok():
        form.form_errors.append(_("The page was open too long. Nothing is lost: please send it again."))
        return _begin_page(form, 422)
    months: dict[str, date] = {}
    for field in (form.first, form.last):
        try:
            span = periods.named(field.data or "")
            months[field.name] = span.last if field is form.last else span.first
        except Invalid as refusal:
            field.errors = [say(refusal.text)]
    held_on = form.held_on.data
    if held_on is None:
        form.held_on.errors = [_("Give the day, for example 2026-12-04.")]
    if held_on is None or len(months) < 2:
        return _begin_page(form, 422)
    try:
        review_id = management_reviews.begin(
            actor, form.office.data or "", months["first"], months["last"], held_on, clock.now()
        )
    except Invalid as refusal:
        for name, text in refusal.errors.items():
            form[name].errors = [say(text)]
        return _begin_page(form, 422)
    except Forbidden as refusal:
        form.office.errors = [say(refusal.text)]
        return _begin_page(form, 403)
    except AlreadyDone as done:
        flash(say(done.text), "good")
        return redirect(url_for("management_reviews.lists"), 303)
    return redirect(url_for("management_reviews.show", review_id=review_id), 303)


@blueprint.route("/management-reviews/<int:review_id>", methods=["GET", "POST"])
@requires(*READING)
@keeps_form
def show(review_id: int) -> AnyResponse:
    """Show a review; keep its notes, add a decision to it, or sign it."""
    if request.method != "POST":
        return _page(review_id)
    actor, now, form = acting(), clock.now(), DecisionForm(request.form)
    if not csrf_ok():
        return _page(
            review_id, form, message=_("The page was open too long. Nothing is lost: please send it again."), status=422
        )
    stored, notes, minutes, version = _stored(review_id), _notes(), _minutes(), _version()
    said = _("Kept.")
    try:
        if request.form.get("sign"):
            management_reviews.sign(actor, stored, notes, minutes, version, now)
            said = _("The minutes are signed. They stay as they are from now on.")
        else:
            management_reviews.keep(actor, stored, notes, minutes, version)
            if request.form.get("decide"):
                decision = Decision(form.chosen_kind, form.text.data or "", form.chosen_owner, form.due_on.data)
                management_reviews.decide(actor, stored, decision, now)
                said = _("The decision is added.")
    except Invalid as refusal:
        return _page(review_id, form, {field: say(text) for field, text in refusal.errors.items()}, status=422)
    except AlreadyDone as done:
        said = say(done.text)
    except NotFound:
        raise
    except Refused as refusal:
        return _page(review_id, form, message=say(refusal.text), status=409)
    flash(said, "good")
    return redirect(url_for("management_reviews.show", review_id=review_id), 303)


@blueprint.post("/management-reviews/<int:review_id>/decisions/<int:decision_id>/drop")
@requires(*BEGINNING)
def drop(review_id: int, decision_id: int) -> AnyResponse:
    """Take a decision out again before the minutes are signed."""
    management_reviews.drop(acting(), _stored(review_id), _stored(decision_id))
    return redirect(url_for("management_reviews.show", review_id=review_id), 303)


@blueprint.post("/management-reviews/<int:review_id>/decisions/<int:decision_id>/done")
@requires(*READING)
@keeps_form
def done(review_id: int, decision_id: int) -> AnyResponse:
    """Keep what was done about a decision."""
    typed = {decision_id: request.form.get("what", "").replace("\r\n", "\n")}
    if not csrf_ok():
        message = _("The page was open too long. Nothing is lost: please send it again.")
        return _page(review_id, message=message, typed=typed, status=422)
    try:
        management_reviews.carry_out(acting(), _stored(decision_id), typed[decision_id], clock.now())
    except Invalid as refusal:
        errors = {field: say(text) for field, text in refusal.errors.items()}
        return _page(review_id, errors=errors, typed=typed, status=422)
    except AlreadyDone as done_before:
        flash(say(done_before.text), "good")
    return redirect(url_for("management_reviews.show", review_id=review_id), 303)


def _begin_page(form: BeginForm, status: int = 200) -> AnyResponse:
    return make_response(render_template("management_reviews/new.html", form=form), status)


def _page(
    review_id: int,
    form: DecisionForm | None = None,
    errors: dict[str, Any] | None = None,
    message: str = "",
    typed: dict[int, str] | None = None,
    status: int = 200,
) -> AnyResponse:
    view = review_pages.review_view(db.session(), acting(), _stored(review_id), clock.now())
    is_typed = form is not None
    form = form or DecisionForm()
    form.owner.choices = [SelectChoice(str(one), place_name(name).striptags()) for one, name in view.owners]
    page = render_template(
        "management_reviews/review.html",
        view=view,
        row=view.row,
        inputs=[(one, _figures(one, view)) for one in INPUTS],
        notes=_notes() if is_typed else view.notes,
        minutes=_minutes() if is_typed else view.minutes,
        decision=form,
        kinds=KINDS,
        states=STATES,
        tones=TONES,
        months_of=months_words,
        say=say,
        day=date.fromisoformat,
        objectives=[_objective(one, view) for one in view.given["objectives"]],
        target_words=target_words,
        stages={one.value: text for one, text in STAGES.items()},
        severities={one.value: text for one, text in SEVERITIES.items()},
        typed=typed or {},
        errors=errors or {},
        page_errors=errors,
        message=message,
        longest=LONGEST_MINUTES,
    )
    return make_response(page, status)


def _figures(wanted: Input, view: ReviewView) -> list[tuple[str, str | None, str]]:
    found: list[Figure] = [figure(INDICATORS[code], view.tally) for code in wanted.figures]
    return [(one.indicator.name, value_words(one), basis_words(one)) for one in found]


def _objective(given: Mapping[str, Any], view: ReviewView) -> tuple[Objective, int, int, int]:
    """Return an objective as it was kept, and how many of its months were met, missed, and neither."""
    aim = Objective(
        view.row.office_id,
        given["indicator"],
        Unit(given["unit"]),
        given["target_tenths"],
        view.row.first,
        view.row.last,
        owner_id=0,
    )
    return aim, given[Verdict.MET], given[Verdict.MISSED], given[Verdict.NOT_YET] + given[Verdict.TOO_FEW]


def _notes() -> dict[str, str]:
    return {code: request.form.get(f"input_{code}", "").replace("\r\n", "\n") for code in ASKED}


def _minutes() -> str:
    return request.form.get("minutes", "").replace("\r\n", "\n")


def _version() -> int:
    typed = request.form.get("version", "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 9 else 0


def _stored(number: int) -> int:
    # An id beyond what a column holds is nobody's.
    return number if number < 2**31 else 0
