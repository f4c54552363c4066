"""Quality objectives: what each office aims at, how its months stood, and the forms to set and to answer for them."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from flask import Blueprint, current_app, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from swagat import clock
from swagat.database import db
from swagat.domain.errors import AlreadyDone, Forbidden, Invalid, NotFound, Refused
from swagat.domain.objectives import LONGEST_REASON
from swagat.domain.quality import periods
from swagat.domain.roles import Actor, Role
from swagat.services import catalogue, objective_views, objectives
from swagat.services.objective_views import Shown
from swagat.services.posts import posted_at
from swagat.services.quality_scopes import Whose
from swagat.web import objective_words
from swagat.web.access import acting, requires
from swagat.web.catalogue import gettext as _
from swagat.web.filters import place_name
from swagat.web.forgery import csrf_ok, keeps_form
from swagat.web.forms.objectives import AnswerForm, ObjectiveForm
from swagat.web.quality_words import month_name
from swagat.web.tables import send_csv
from swagat.web.words import say

blueprint = Blueprint("objectives", __name__)

READING = (Role.OFFICER, Role.SUPERVISOR, Role.PRESIDING_OFFICER, Role.QUALITY_MANAGER, Role.AUDITOR)
ANSWERING = (Role.OFFICER, Role.SUPERVISOR, Role.PRESIDING_OFFICER, Role.QUALITY_MANAGER)
SETTING = (Role.SUPERVISOR, Role.QUALITY_MANAGER)


@blueprint.get("/quality/objectives")
@requires(*READING)
def home() -> AnyResponse:
    """Lead to the objectives of one's own office; list all offices to whoever reads all evidence."""
    actor, session = acting(), db.session()
    wanted = request.args.get("office", "").strip()
    code = wanted or objectives.own_code(session, actor)
    if code:
        return redirect(url_for("objectives.office", code=code), 303)
    offices = objective_views.offices_with_objectives(session, actor.state_id or 0)
    return make_response(render_template("objectives/offices.html", offices=offices))


@blueprint.route("/quality/objectives/<code>", methods=["GET", "POST"])
@requires(*READING)
@keeps_form
def office(code: str) -> AnyResponse:
    """Show the objectives of an office, or set a new one."""
    actor, now = acting(), clock.now()
    if request.method != "POST":
        return _office_page(actor, code, ObjectiveForm(), now)
    form = ObjectiveForm(request.form)

    def again(message: str, status: int) -> AnyResponse:
        return _office_page(actor, code, form, now, message, status)

    def send() -> str:
        made = objectives.set_objective(actor, code, form.typed, now)
        flash(_("The objective is set. Until its first month begins it can be changed or withdrawn."), "good")
        return url_for("objectives.show", code=code, objective_id=made)

    return _sent(form, again, send, url_for("objectives.office", code=code))


@blueprint.get("/quality/objectives/<code>/<int:objective_id>")
@requires(*READING)
def show(code: str, objective_id: int) -> AnyResponse:
    """Show one objective: target against actual month by month, and what is asked of whom."""
    return _page(acting(), code, objective_id, clock.now())


@blueprint.post("/quality/objectives/<code>/<int:objective_id>")
@requires(*SETTING)
@keeps_form
def change(code: str, objective_id: int) -> AnyResponse:
    """Change an objective that has not begun."""
    actor, now = acting(), clock.now()
    form = ObjectiveForm(request.form)
    typed = request.form.get("version", "")
    version = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 9 else 0

    def again(message: str, status: int) -> AnyResponse:
        return _page(actor, code, objective_id, now, form=form, message=message, status=status)

    def send() -> str:
        objectives.change_objective(actor, code, _stored(objective_id), form.typed, version, now)
        flash(_("The objective is changed."), "good")
        return url_for("objectives.show", code=code, objective_id=objective_id)

    return _sent(form, again, send, url_for("objectives.show", code=code, objective_id=objective_id))


@blueprint.route("/quality/objectives/<code>/<int:objective_id>/withdraw", methods=["GET", "POST"])
@requires(*SETTING)
def withdraw(code: str, objective_id: int) -> AnyResponse:
    """Show what withdrawing an objective does, or withdraw it."""
    actor, now, session = acting(), clock.now(), db.session()
    whose = objectives.office_for(session, actor, code)
    shown = objective_views.one_of(session, whose, _stored(objective_id))
    if request.method == "POST":
        objectives.withdraw_objective(actor, code, shown.id, now)
        flash(_("The objective is withdrawn."), "good")
        return redirect(url_for("objectives.office", code=code), 303)
    page = render_template("objectives/withdraw.html", whose=whose, shown=shown, words=objective_words)
    return make_response(page)


@blueprint.post("/quality/objectives/<code>/<int:objective_id>/<month>")
@requires(*ANSWERING)
@keeps_form
def answer(code: str, objective_id: int, month: str) -> AnyResponse:
    """Keep why a month was missed, or what deals with it."""
    actor, now = acting(), clock.now()
    missed = _month(month)
    form = AnswerForm(request.form, prefix=f"{month}-")

    def again(message: str, status: int) -> AnyResponse:
        answers = {missed: form}
        return _page(actor, code, objective_id, now, answers=answers, message=message, status=status)

    def send() -> str:
        reason, reference = form.reason.data or "", form.reference.data or ""
        rules = current_app.extensions["rules"]
        objectives.answer_month(
            actor, code, _stored(objective_id), missed, reason, reference, form.opens.data, now, rules
        )
        flash(_("Kept."), "good")
        return url_for("objectives.show", code=code, objective_id=objective_id)

    return _sent(form, again, send, url_for("objectives.show", code=code, objective_id=objective_id))


def _sent(form: Any, again: Callable[[str, int], AnyResponse], send: Callable[[], str], back: str) -> AnyResponse:
    """Return what follows a form: the next page, or the same one with what is wrong and all that was typed."""
    if not csrf_ok():
        return again(_("The page was open too long. Nothing is lost: please send it again."), 422)
    try:
        return redirect(send(), 303)
    except Invalid as refusal:
        for field, text in refusal.errors.items():
            form[field].errors = [say(text)]
        return again("", 422)
    except AlreadyDone as done:
        flash(say(done.text), "good")
        return redirect(back, 303)
    except (NotFound, Forbidden):
        raise
    except Refused as refusal:
        return again(say(refusal.text), 409)


def _office_page(
    actor: Actor, code: str, form: Any, now: datetime, message: str = "", status: int = 200
) -> AnyResponse:
    session = db.session()
    whose = objectives.office_for(session, actor, code)
    may_set = objectives.may_set(actor, whose)
    if may_set:
        form.owner.choices = _owners(whose, now)
    page = render_template(
        "objectives/office.html",
        whose=whose,
        found=objective_views.shown_of(session, whose),
        words=objective_words,
        period=_period,
        form=form,
        may_set=may_set,
        message=message,
    )
    return make_response(page, status)


def _page(
    actor: Actor,
    code: str,
    objective_id: int,
    now: datetime,
    *,
    form: Any = None,
    answers: dict[date, Any] | None = None,
    message: str = "",
    status: int = 200,
) -> AnyResponse:
    session = db.session()
    whose = objectives.office_for(session, actor, code)
    shown = objective_views.one_of(session, whose, _stored(objective_id))
    table = objective_words.months_table(shown)
    if request.args.get("format") == "csv":
        return send_csv(table, f"objective-{whose.code}-{shown.id}")
    today = catalogue.calendar(whose.where.state_id).day_of(now)
    may_change = objectives.may_set(actor, whose) and not shown.objective.is_frozen(today)
    if may_change:
        form = form or ObjectiveForm.of(shown.objective)
        form.owner.choices = _owners(whose, now)
    may_answer = actor.role in ANSWERING and objectives.may_answer(actor, whose, shown.objective)
    asked = [
        (f"{one.month:%Y-%m}", month_name(one.month),
         (answers or {}).get(one.month) or AnswerForm(prefix=f"{one.month:%Y-%m}-"))
        for one in shown.months
        if one.asks and may_answer
    ]  # fmt: skip
    page = render_template(
        "objectives/objective.html",
        whose=whose,
        shown=shown,
        table=table,
        words=objective_words,
        period=_period,
        form=form if may_change else None,
        wrong=next((one for one in (answers or {}).values()), form),
        asked=asked,
        frozen=shown.objective.is_frozen(today),
        longest=LONGEST_REASON,
        message=message,
    )
    return make_response(page, status)


def _owners(whose: Whose, now: datetime) -> list[tuple[str, Any]]:
    return [
        (str(person_id), place_name(name).striptags())
        for person_id, name in posted_at(db.session(), whose.where.scope_id, now)
    ]


def _period(shown: Shown) -> str:
    first, last = month_name(shown.objective.first_month), month_name(shown.objective.last_month)
    return first if first == last else _("%(first)s to %(last)s", first=first, last=last)


def _month(typed: str) -> date:
    try:
        span = periods.named(typed)
    except Invalid as refusal:
        raise NotFound from refusal
    return span.first


def _stored(number: int) -> int:
    # An id beyond what a column holds is nobody's.
    return number if number < 2**63 else 0
