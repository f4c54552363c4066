"""Findings of the certification body: the form that records one, and the page of one with its steps."""

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse
from wtforms.fields.choices import SelectChoice

from swagat import clock
from swagat.domain.errors import N_, Forbidden, Invalid, Text
from swagat.domain.external_findings import MAY_FOLLOW, Answer, FindingStep, Severity
from swagat.domain.standards import clause_name
from swagat.models import DocumentKind
from swagat.services import external_findings
from swagat.services.external_findings import Found, Next, may_take
from swagat.web import certificate_words as words
from swagat.web import uploads
from swagat.web.access import acting, requires
from swagat.web.catalogue import gettext as _
from swagat.web.certificate_answers import (
    address_of,
    all_given,
    answered,
    member,
    number_in,
    seen,
    shown_to_reader,
    stored,
)
from swagat.web.certificate_forms import READING, WRITING
from swagat.web.forgery import keeps_form
from swagat.web.formats import day_words
from swagat.web.forms.certificates import FindingForm, FindingStepForm
from swagat.web.words import say

blueprint = Blueprint("external_findings", __name__)


@blueprint.route("/certificate/<int:certificate_id>/findings/new", methods=["GET", "POST"])
@requires(*WRITING)
@keeps_form
def new_finding(certificate_id: int) -> AnyResponse:
    """Show the form for a finding of an audit, or record it."""
    shown, form = shown_to_reader(certificate_id), FindingForm(request.form)
    form.audit.choices = [
        SelectChoice(str(one.id), f"{words.KINDS[one.kind]}, {day_words(one.done_on)}")
        for one in reversed(shown.audits)
    ]

    def do() -> AnyResponse:
        severity = member(Severity, form.severity)
        audit_id, clause, text = number_in(form.audit.data), form.clause.data or "", form.text.data or ""
        is_day_typed = bool(form.due_on.raw_data and form.due_on.raw_data[0])
        if severity is None or (is_day_typed and not all_given(form, "due_on")):
            raise Invalid(errors=external_findings.faults_of(clause, text, shown.row.edition_code))
        found = Found(audit_id, severity, clause, text, form.due_on.data)
        running = external_findings.record(acting(), shown.row.id, found, clock.now(), current_app.extensions["rules"])
        flash(_("The finding is recorded."), "good")
        return redirect(url_for("external_findings.finding", certificate_id=shown.row.id, running=running), 303)

    return answered(
        form, do, lambda: render_template("certificates/new_finding.html", form=form, shown=shown), address_of(shown)
    )


@blueprint.route("/certificate/<int:certificate_id>/findings/<int:running>", methods=["GET", "POST"])
@requires(*READING)
@keeps_form
def finding(certificate_id: int, running: int) -> AnyResponse:
    """Show one finding with all that was done about it, or record the next step."""
    shown, form = shown_to_reader(certificate_id), FindingStepForm(request.form)
    one = shown.finding(stored(running))
    actor = acting()

    def do() -> AnyResponse:
        kind = next((kind for kind in FindingStep if kind.value == request.form.get("step")), None)
        if kind is None:
            raise Invalid(N_("Choose what you want to record."))
        typed = [day.name for day in (form.on_day, form.due_on) if day.raw_data and day.raw_data[0]]
        if not all_given(form, *typed):
            raise Invalid(errors={})
        if not may_take(actor, shown.row.office_id, kind):
            raise Forbidden(N_("This page is for people in another role."))
        answer = Answer(form.correction.data or "", form.cause.data or "", form.evidence.data or "")
        step = Next(
            kind, seen(), form.on_day.data, answer, form.note.data or "", form.accepted_by.data or "", form.due_on.data
        )
        paper = _paper_if_any() if kind is FindingStep.ANSWERED else None
        external_findings.take(actor, shown.row.id, one.running, step, clock.now(), paper)
        flash(_("It is recorded."), "good")
        return redirect(url_for("external_findings.finding", certificate_id=shown.row.id, running=one.running), 303)

    def page() -> str:
        return render_template(
            "certificates/finding.html",
            form=form,
            shown=shown,
            one=one,
            words=words,
            clause=_clause(shown.row.edition_code, one.clause),
            steps={kind.value for kind in MAY_FOLLOW[one.state] if may_take(actor, shown.row.office_id, kind)},
            seen=seen(len(one.steps)),
        )

    return answered(form, do, page, request.path)


def _clause(edition: str, clause: str) -> str:
    """Return a clause with what it is about, where that is known."""
    name = clause_name(edition, clause)
    return f"{clause} · {say(Text(name))}" if name else clause


def _paper_if_any() -> tuple[str, Any] | None:
    file = request.files.get(uploads.FIELD)
    if file is None or not file.filename:
        return None
    try:
        received = uploads.received_paper(DocumentKind.SCAN)
    except Invalid as refusal:
        raise Invalid(errors=refusal.errors or {uploads.FIELD: refusal.text}) from None
    return received.digest, received.prepared
