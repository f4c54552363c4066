"""Who is away: recorded by the head of the office or of the office above, and ended when they are back."""

from datetime import datetime
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse
from wtforms.fields.choices import SelectChoice

from swagat import clock
from swagat.database import db
from swagat.domain.errors import Invalid
from swagat.domain.roles import Actor
from swagat.services import absences, catalogue
from swagat.web.access import acting, requires
from swagat.web.catalogue import gettext as _
from swagat.web.desk import HEADS
from swagat.web.filters import place_name, role_name
from swagat.web.forgery import csrf_ok, keeps_form
from swagat.web.forms.supervision import AbsenceForm
from swagat.web.words import say

blueprint = Blueprint("supervision_absences", __name__)


@blueprint.route("/supervision/absences", methods=["GET", "POST"])
@requires(*HEADS)
@keeps_form
def lists() -> AnyResponse:
    """Show who is or will be away here and at the posts directly below, or record an absence."""
    actor, now = acting(), clock.now()
    form = AbsenceForm(request.form)
    form.posting.choices = [
        SelectChoice(str(one.posting_id), f"{_plain(one.name)}, {role_name(one.role.value)}, {_plain(one.office)}")
        for one in absences.holders(db.session(), actor, now)
    ]
    if request.method != "POST":
        return _page(actor, form, now)
    if not csrf_ok():
        form.form_errors.append(_("The page was open too long. Nothing is lost: please send it again."))
        return _page(actor, form, now, 422)
    posting_id = _id(form.posting.data)
    if not form.validate() or posting_id is None:
        if posting_id is None:
            form.posting.errors = [_("Choose who is away.")]
        return _page(actor, form, now, 422)
    try:
        absences.record(actor, posting_id, form.begins_on.data, form.ends_on.data, form.reason.data or "", now)
    except Invalid as refusal:
        for field, text in refusal.errors.items():
            form[field].errors = [say(text)]
        return _page(actor, form, now, 422)
    flash(_("The absence is recorded. Meanwhile whoever acts in this post is told, else the office above."), "good")
    return redirect(url_for("supervision_absences.lists"), 303)


def _page(actor: Actor, form: Any, now: datetime, status: int = 200) -> AnyResponse:
    today = catalogue.calendar(actor.state_id or 0).day_of(now)
    page = render_template(
        "supervision/absences.html",
        rows=absences.absences_near(db.session(), actor, today),
        form=form,
        today=today,
    )
    return make_response(page, status)


@blueprint.post("/supervision/absences/<int:absence_id>/end")
@requires(*HEADS)
def end(absence_id: int) -> AnyResponse:
    """End an absence: its holder is back."""
    absences.end_early(acting(), absence_id if absence_id < 2**63 else 0, clock.now())
    flash(_("The absence has ended."), "good")
    return redirect(url_for("supervision_absences.lists"), 303)


def _plain(name: Any) -> str:
    return place_name(name).striptags()


def _id(typed: str | None) -> int | None:
    return int(typed) if typed and typed.isascii() and typed.isdecimal() and len(typed) < 19 else None
