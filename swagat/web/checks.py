"""Checks of disposals: what an office has to check, and one page for each check."""

from datetime import datetime
from typing import Any

from flask import Blueprint, current_app, flash, make_response, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from swagat import clock
from swagat.database import db
from swagat.domain.errors import AlreadyDone, Invalid, NotFound, Refused
from swagat.domain.nonconformities import Source
from swagat.domain.roles import Actor
from swagat.models import CheckResult, CheckWay
from swagat.services import catalogue, disposal_checks, nonconformity_opening
from swagat.services.nonconformities import READS_ALL
from swagat.services.scope import CHECKING, Identity
from swagat.web.access import acting, requires
from swagat.web.catalogue import gettext as _
from swagat.web.filters import place_name
from swagat.web.forgery import csrf_ok, keeps_form
from swagat.web.forms.checks import RESULTS, WAYS, CheckForm
from swagat.web.words import say

blueprint = Blueprint("checks", __name__)

TONES = {"true": "good", "false": "late", "not_reached": "soon"}


@blueprint.get("/quality/checks")
@requires(*CHECKING)
def lists() -> AnyResponse:
    """Show what this office has to check, and what it has checked."""
    actor, session = acting(), db.session()
    page = render_template(
        "quality/checks.html",
        waiting=disposal_checks.waiting(session, actor),
        made=disposal_checks.made(session, actor),
        subject=_subject,
        results=RESULTS,
        tones=TONES,
        today=_today(actor, clock.now()),
    )
    return make_response(page)


@blueprint.route("/quality/checks/<int:check_id>", methods=["GET", "POST"])
@requires(*CHECKING)
@keeps_form
def show(check_id: int) -> AnyResponse:
    """Show what is read for one check and its form, or keep what was found."""
    actor, now = acting(), clock.now()
    if request.method != "POST":
        return _page(actor, check_id, CheckForm(), now)
    form = CheckForm(request.form)
    if not csrf_ok():
        message = _("The page was open too long. Nothing is lost: please send it again.")
        return _page(actor, check_id, form, now, message=message, status=422)
    try:
        has_reopened = disposal_checks.record(
            actor,
            _stored(check_id),
            form.chosen_way,
            form.chosen_result,
            form.evidence.data or "",
            now,
            current_app.extensions["rules"],
        )
    except Invalid as refusal:
        for field, text in refusal.errors.items():
            form[field].errors = [say(text)]
        return _page(actor, check_id, form, now, status=422)
    except AlreadyDone as done:
        flash(say(done.text), "good")
    except NotFound:
        raise
    except Refused as refusal:
        return _page(actor, check_id, form, now, message=say(refusal.text), status=409)
    else:
        flash(_("Recorded. The case is open again.") if has_reopened else _("Recorded."), "good")
    return redirect(url_for("checks.lists"), 303)


@blueprint.post("/quality/checks/<int:check_id>/number")
@requires(*CHECKING)
def number(check_id: int) -> AnyResponse:
    """Show once whom to call or visit, and keep that it was shown."""
    actor, now = acting(), clock.now()
    opened = disposal_checks.open_identity(actor, _stored(check_id), now)
    return _page(actor, check_id, CheckForm(), now, opened)


def _page(
    actor: Actor,
    check_id: int,
    form: CheckForm,
    now: datetime,
    opened: Identity | None = None,
    message: str = "",
    status: int = 200,
) -> AnyResponse:
    view = disposal_checks.check_view(db.session(), actor, _stored(check_id))
    page = render_template(
        "quality/check.html",
        view=view,
        drawn=view.drawn,
        subject=_subject(view.drawn.category_id),
        form=form,
        opened=opened,
        message=message,
        result=RESULTS[view.drawn.result] if view.drawn.result else "",
        tone=TONES[view.drawn.result.value] if view.drawn.result else "",
        nonconformity=_nonconformity(actor, view.drawn.id) if view.drawn.result is CheckResult.FALSE else "",
        # What nobody can do is not offered.
        ways=[(one.value, text) for one, text in WAYS.items() if view.mobile or one is not CheckWay.CALL],
        way=WAYS[view.way] if view.way else "",
        longest=disposal_checks.LONGEST_EVIDENCE,
        today=_today(actor, now),
    )
    return make_response(page, status)


def _nonconformity(actor: Actor, check_id: int) -> str | Markup:
    """Return the number of what a check opened about the office that answered, leading there whom it is open to."""
    reference = disposal_checks.reference_of(check_id)
    number = nonconformity_opening.opened_from(db.session(), Source.DISPOSAL_CHECK, reference)
    if actor.role not in READS_ALL:
        return number
    return Markup('<a href="{}">{}</a>').format(url_for("nonconformities.show", number=number), number)


def _subject(category_id: int) -> Any:
    return place_name(catalogue.category(category_id))


def _today(actor: Actor, now: datetime) -> Any:
    return catalogue.calendar(actor.state_id or 0).day_of(now)


def _stored(number: int) -> int:
    # An id beyond what a column holds is nobody's.
    return number if number < 2**63 else 0
