"""Internal audits: the programme of a year, one page for each audit, and the papers of the cases that were drawn."""

from datetime import date
from typing import Any

from flask import Blueprint, current_app, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from swagat import clock
from swagat.database import db
from swagat.domain.errors import AlreadyDone, Invalid, NotFound, Refused
from swagat.domain.internal_audits import CHECKLIST, LONGEST_EVIDENCE, Answer, AuditState, Paper
from swagat.domain.quality import periods
from swagat.domain.roles import Actor, Role
from swagat.services import audit_pages, audit_planning, catalogue, internal_audits
from swagat.services.audit_pages import AuditView
from swagat.web.access import acting, requires
from swagat.web.catalogue import gettext as _
from swagat.web.filters import place_name
from swagat.web.forgery import csrf_ok, keeps_form
from swagat.web.forms.internal_audits import CASE_FINDINGS, FINDINGS, STATES, PlanForm
from swagat.web.happenings import entries
from swagat.web.quality_words import months_words
from swagat.web.words import say

blueprint = Blueprint("internal_audits", __name__)

READING = (Role.OFFICER, Role.SUPERVISOR, Role.PRESIDING_OFFICER, Role.QUALITY_MANAGER, Role.AUDITOR)
TONES = {
    AuditState.PLANNED: "soon",
    AuditState.DRAWN: "waiting",
    AuditState.REPORTED: "good",
    AuditState.CANCELLED: "done",
}


@blueprint.get("/internal-audits")
@requires(*READING)
def programme() -> AnyResponse:
    """Show the audits of a year that the reader may see."""
    actor = acting()
    today = _today(actor)
    year = _year(request.args.get("year", ""), today)
    page = render_template(
        "internal_audits/programme.html",
        rows=audit_pages.programme(db.session(), actor, year),
        year=year,
        today=today,
        months_of=months_words,
        states=STATES,
        tones=TONES,
        plans=actor.role in audit_planning.PLANNING,
    )
    return make_response(page)


@blueprint.route("/internal-audits/new", methods=["GET", "POST"])
@requires(Role.QUALITY_MANAGER)
@keeps_form
def new() -> AnyResponse:
    """Show the form for an audit, or plan it."""
    actor, now, form = acting(), clock.now(), PlanForm(request.form)
    if request.method != "POST":
        return _plan_page(form)
    if not csrf_ok():
        form.form_errors.append(_("The page was open too long. Nothing is lost: please send it again."))
        return _plan_page(form, 422)
    wanted = _plan_of(form)
    if wanted is None:
        return _plan_page(form, 422)
    try:
        audit_id = audit_planning.plan(actor, wanted, now)
    except Invalid as refusal:
        for field, text in refusal.errors.items():
            form[field].errors = [say(text)]
        return _plan_page(form, 422)
    except AlreadyDone as done:
        flash(say(done.text), "good")
        return redirect(url_for("internal_audits.programme", year=wanted.planned_on.year), 303)
    flash(_("The audit is planned."), "good")
    return redirect(url_for("internal_audits.show", audit_id=audit_id), 303)


@blueprint.route("/internal-audits/<int:audit_id>", methods=["GET", "POST"])
@requires(*READING)
@keeps_form
def show(audit_id: int) -> AnyResponse:
    """Show an audit, or keep what its auditor has noted, or report it."""
    actor, now = acting(), clock.now()
    if request.method != "POST":
        return _page(actor, audit_id)
    paper = _paper()
    if not csrf_ok():
        message = _("The page was open too long. Nothing is lost: please send it again.")
        return _page(actor, audit_id, paper, message=message, status=422)
    is_report = bool(request.form.get("report"))
    try:
        rules = current_app.extensions["rules"]
        internal_audits.keep(actor, _stored(audit_id), paper, _version(), now, rules, is_report=is_report)
    except Invalid as refusal:
        return _page(actor, audit_id, paper, {field: say(text) for field, text in refusal.errors.items()}, status=422)
    except NotFound:
        raise
    except Refused as refusal:
        return _page(actor, audit_id, paper, message=say(refusal.text), status=409)
    flash(_("The audit is reported. It stays as it is from now on.") if is_report else _("Kept."), "good")
    return redirect(url_for("internal_audits.show", audit_id=audit_id), 303)


@blueprint.post("/internal-audits/<int:audit_id>/draw")
@requires(*READING)
def draw(audit_id: int) -> AnyResponse:
    """Draw the cases, once."""
    try:
        internal_audits.draw(acting(), _stored(audit_id), clock.now())
    except AlreadyDone as done:
        flash(say(done.text), "good")
    return redirect(url_for("internal_audits.show", audit_id=audit_id), 303)


@blueprint.post("/internal-audits/<int:audit_id>/cancel")
@requires(Role.QUALITY_MANAGER)
@keeps_form
def cancel(audit_id: int) -> AnyResponse:
    """Take an audit off the programme, with a reason."""
    actor, reason = acting(), request.form.get("reason", "")
    if not csrf_ok():
        message = _("The page was open too long. Nothing is lost: please send it again.")
        return _page(actor, audit_id, message=message, reason=reason, status=422)
    try:
        audit_planning.cancel(actor, _stored(audit_id), reason, clock.now())
    except Invalid as refusal:
        errors = {field: say(text) for field, text in refusal.errors.items()}
        return _page(actor, audit_id, errors=errors, reason=reason, status=422)
    except AlreadyDone as done:
        flash(say(done.text), "good")
    return redirect(url_for("internal_audits.show", audit_id=audit_id), 303)


@blueprint.get("/internal-audits/<int:audit_id>/cases/<int:place>")
@requires(*READING)
def case(audit_id: int, place: int) -> AnyResponse:
    """Show what happened to a case that was drawn, to its auditor; each opening is logged."""
    view, drawn, past = audit_pages.open_case(acting(), _stored(audit_id), _stored(place), clock.now())
    page = render_template(
        "internal_audits/case.html",
        view=view,
        drawn=drawn,
        subject=_subject(drawn.category_id),
        entries=entries(past, lambda _document_id: ""),
    )
    return make_response(page)


def _page(
    actor: Actor,
    audit_id: int,
    paper: Paper | None = None,
    errors: dict[str, Any] | None = None,
    message: str = "",
    reason: str = "",
    status: int = 200,
) -> AnyResponse:
    view = audit_pages.audit_view(db.session(), actor, _stored(audit_id))
    answers = {**view.answers, **(paper.answers if paper else {})}
    cases = {one.place: one.answer for one in view.cases} | (dict(paper.cases) if paper else {})
    page = render_template(
        "internal_audits/audit.html",
        view=view,
        row=view.row,
        questions=CHECKLIST,
        answers=answers,
        noted=cases,
        conclusion=paper.conclusion if paper else view.conclusion,
        findings=[(one.value, text) for one, text in FINDINGS.items()],
        case_findings=[(one.value, text) for one, text in CASE_FINDINGS.items()],
        finding_words={one.value: text for one, text in FINDINGS.items()},
        case_words={one.value: text for one, text in CASE_FINDINGS.items()},
        months_of=months_words,
        states=STATES,
        tones=TONES,
        subject=_subject,
        say=say,
        reason=reason,
        errors=errors or {},
        page_errors=errors,
        # A list of twenty times the same sentence would say nothing.
        summary=[(field, _labelled(field, text, view)) for field, text in (errors or {}).items()],
        message=message,
        longest=LONGEST_EVIDENCE,
        today=_today(actor),
        may_cancel=actor.role in audit_planning.PLANNING,
    )
    return make_response(page, status)


def _labelled(field: str, text: str, view: AuditView) -> str:
    """Return what is wrong with a field, with the clause or the case that it belongs to."""
    key = field.removeprefix("finding_").removeprefix("evidence_")
    names = {one.code: one.clause for one in CHECKLIST} | {f"case_{one.place}": one.number for one in view.cases}
    return f"{names[key]}: {text}" if key in names else text


def _plan_page(form: PlanForm, status: int = 200) -> AnyResponse:
    return make_response(render_template("internal_audits/new.html", form=form), status)


def _plan_of(form: PlanForm) -> audit_planning.Plan | None:
    """Return the audit that was typed, or None with what is missing marked in the form."""
    months: dict[str, date] = {}
    for field in (form.first, form.last):
        try:
            span = periods.named(field.data or "")
            months[field.name] = span.last if field is form.last else span.first
        except Invalid as refusal:
            field.errors = [say(refusal.text)]
    form_planned = form.planned_on.data
    if form_planned is None:
        form.planned_on.errors = [_("Give the day, for example 2026-12-04.")]
    if form.sample_size.data is None:
        form.sample_size.errors = [_("Write a number.")]
    if len(months) < 2 or form_planned is None or form.sample_size.data is None:
        return None
    return audit_planning.Plan(
        form.office.data or "",
        form.auditor.data or "",
        months["first"],
        months["last"],
        form_planned,
        form.sample_size.data,
    )


def _paper() -> Paper:
    """Return what was noted in the form; a case is named by its place in the draw."""
    cases = {}
    for name in request.form:
        place = name.removeprefix("finding_case_").removeprefix("evidence_case_")
        if place.isascii() and place.isdecimal() and len(place) < 4:
            cases[int(place)] = _answer(f"case_{place}")
    return Paper(
        {one.code: _answer(one.code) for one in CHECKLIST},
        cases,
        request.form.get("conclusion", "").replace("\r\n", "\n"),
    )


def _answer(name: str) -> Answer:
    return Answer(
        request.form.get(f"finding_{name}") or None, request.form.get(f"evidence_{name}", "").replace("\r\n", "\n")
    )


def _version() -> int:
    typed = request.form.get("version", "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 9 else 0


def _year(typed: str, today: date) -> int:
    is_year = typed.isascii() and typed.isdecimal() and len(typed) == 4
    return int(typed) if is_year and periods.FIRST_YEAR <= int(typed) <= periods.LAST_YEAR else today.year


def _today(actor: Actor) -> date:
    return catalogue.calendar(actor.state_id or 0).day_of(clock.now())


def _subject(category_id: int) -> Any:
    return place_name(catalogue.category(category_id))


def _stored(number: int) -> int:
    # An id beyond what a column holds is nobody's.
    return number if number < 2**31 else 0
