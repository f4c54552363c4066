"""The forms around a certificate: enter it, record its audits and findings, what happened to it, and its papers."""

from flask import Blueprint, flash, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from swagat import clock
from swagat.database import db
from swagat.domain.certification import AuditKind, AuditResult, StepKind
from swagat.domain.errors import Invalid
from swagat.domain.names import Name
from swagat.domain.roles import Role
from swagat.models import DocumentKind
from swagat.services import certificate_pages, certificates, certification_audits
from swagat.services.certificate_papers import add_paper
from swagat.services.certificates import Entry, Step
from swagat.services.certification_audits import Audited
from swagat.web import uploads
from swagat.web.access import acting, requires
from swagat.web.catalogue import gettext as _
from swagat.web.certificate_answers import (
    address_of,
    all_given,
    answered,
    back_to,
    member,
    seen,
    shown_to_reader,
    stored,
    today,
)
from swagat.web.downloads import send_document, wants_inline
from swagat.web.forgery import keeps_form
from swagat.web.forms.certificates import AuditForm, EntryForm, StepForm
from swagat.web.words import say

blueprint = Blueprint("certificate_forms", __name__)

READING = (Role.SUPERVISOR, Role.PRESIDING_OFFICER, Role.QUALITY_MANAGER, Role.AUDITOR, Role.ADMINISTRATOR)
WRITING = (Role.QUALITY_MANAGER, Role.ADMINISTRATOR)
MOST_NUMBER = 10_000


@blueprint.route("/certificates/new", methods=["GET", "POST"])
@requires(*WRITING)
@keeps_form
def new() -> AnyResponse:
    """Show the form for a certificate, or enter it."""
    form = EntryForm(request.form)

    def do() -> AnyResponse:
        are_days_given = all_given(form, "decided_on", "expires_on")
        entry = Entry(
            form.office.data or "",
            form.edition.data or "",
            form.number.data or "",
            Name(form.scope_en.data or "", form.scope_hi.data or "", form.scope_gu.data or ""),
            form.body.data or "",
            form.accreditation.data or "",
            min(form.cycle.data or 0, MOST_NUMBER),
            form.decided_on.data,
            form.expires_on.data,
        )
        if not are_days_given:
            raise Invalid(errors=certificates.faults_of(entry))
        certificate_id = certificates.enter(acting(), entry, clock.now())
        flash(_("The certificate is entered."), "good")
        return back_to(certificate_id)

    return answered(form, do, lambda: render_template("certificates/new.html", form=form), "/certificates")


@blueprint.route("/certificate/<int:certificate_id>/audit", methods=["GET", "POST"])
@requires(*WRITING)
@keeps_form
def audit(certificate_id: int) -> AnyResponse:
    """Show the form for an audit that was done, or record it."""
    shown, form = shown_to_reader(certificate_id), AuditForm(request.form)
    form.offer({one.kind for one in shown.audits}, shown.row.cycle)

    def do() -> AnyResponse:
        kind, result = member(AuditKind, form.kind), member(AuditResult, form.result)
        auditor, summary = form.auditor.data or "", form.summary.data or ""
        if not all_given(form, "done_on") or kind is None or result is None:
            raise Invalid(errors=certification_audits.faults_of(auditor, summary))
        audited = Audited(kind, form.done_on.data, auditor, result, summary)
        certification_audits.record_audit(acting(), shown.row.id, audited, clock.now())
        flash(_("The audit is recorded."), "good")
        return back_to(shown.row.id)

    if request.method != "POST" and shown.row.standing.duty:
        form.kind.data = shown.row.standing.duty.kind.value
    return answered(
        form, do, lambda: render_template("certificates/audit.html", form=form, row=shown.row), address_of(shown)
    )


@blueprint.route("/certificate/<int:certificate_id>/change", methods=["GET", "POST"])
@requires(*WRITING)
@keeps_form
def change(certificate_id: int) -> AnyResponse:
    """Show the form for what happened to a certificate, or record it."""
    shown, form = shown_to_reader(certificate_id), StepForm(request.form)
    form.offer(shown.row.last_step)

    def do() -> AnyResponse:
        kind = member(StepKind, form.step)
        reason = form.reason.data or ""
        if not all_given(form, "on_day") or kind is None:
            raise Invalid(errors=certificates.faults_of_reason(reason))
        step = Step(kind, form.on_day.data, reason, seen())
        certificates.record_step(acting(), shown.row.id, step, clock.now())
        flash(_("It is recorded."), "good")
        return back_to(shown.row.id)

    def page() -> str:
        return render_template("certificates/change.html", form=form, row=shown.row, seen=seen(len(shown.steps)))

    return answered(form, do, page, address_of(shown))


@blueprint.post("/certificate/<int:certificate_id>/papers")
@requires(*WRITING)
def add(certificate_id: int) -> AnyResponse:
    """Keep one paper with a certificate."""
    shown = shown_to_reader(certificate_id)
    try:
        paper = uploads.received_paper(DocumentKind.SCAN)
        add_paper(acting(), shown.row.id, paper.digest, paper.prepared, clock.now())
    except Invalid as refusal:
        message = " ".join(say(text) for text in refusal.errors.values()) or say(refusal.text)
        if uploads.from_script():
            return uploads.plainly(message, 422)
        flash(message, "late")
        return back_to(shown.row.id)
    if uploads.from_script():
        return uploads.arrived()
    flash(_("The paper is added."), "good")
    return back_to(shown.row.id)


@blueprint.get("/certificate/<int:certificate_id>/papers/<int:paper_id>")
@requires(*READING)
def paper(certificate_id: int, paper_id: int) -> AnyResponse:
    """Send one paper of a certificate to who reads it."""
    found = certificate_pages.open_paper(
        db.session(), uploads.storage(), acting(), stored(certificate_id), stored(paper_id), today()
    )
    return send_document(found, inline=wants_inline())
