"""Common causes: one title, owner and date behind the grievances of several people, and what is done for all."""

from datetime import datetime
from typing import Any

from flask import Blueprint, current_app, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse
from wtforms.fields.choices import SelectChoice

from swagat import clock
from swagat.database import db
from swagat.domain.errors import Invalid, NotFound, Refused
from swagat.domain.roles import Actor
from swagat.domain.workflow import Action, Need
from swagat.services import absences, catalogue, common_causes
from swagat.services.move import Asked
from swagat.web.access import acting, requires
from swagat.web.catalogue import gettext as _
from swagat.web.catalogue import lazy_gettext as _l
from swagat.web.desk import HEADS, lines_of
from swagat.web.filters import place_name, role_name
from swagat.web.forgery import csrf_ok, keeps_form
from swagat.web.forms.supervision import CauseForm, ForAllForm
from swagat.web.words import say

blueprint = Blueprint("supervision_causes", __name__)

TOO_LONG_OPEN = _l("The page was open too long. Nothing is lost: please send it again.")
FOR_ALL = {
    Action.DIRECT: _l("Give one direction in all linked cases"),
    Action.INTERIM_REPLY: _l("Send one interim reply to all their complainants"),
}


@blueprint.route("/supervision/causes", methods=["GET", "POST"])
@requires(*HEADS)
@keeps_form
def lists() -> AnyResponse:
    """Show the common causes of this office and of those above, or make one."""
    actor, now = acting(), clock.now()
    form = CauseForm(request.form)
    owners = absences.holders(db.session(), actor, now)
    form.owner.choices = [
        SelectChoice(
            str(one.posting_id),
            f"{_plain(one.name)}, {role_name(one.role.value)}, {_plain(one.office)}",
        )
        for one in owners
    ]
    if request.method != "POST":
        form.owner.data = str(actor.posting_id)
        return _lists_page(actor, form, now)
    if not csrf_ok():
        form.form_errors.append(str(TOO_LONG_OPEN))
        return _lists_page(actor, form, now, 422)
    if not form.validate():
        return _lists_page(actor, form, now, 422)
    try:
        made = common_causes.begin(actor, form.title.data or "", _id(form.owner.data), form.expected_on.data, now)
    except Invalid as refusal:
        for field, text in refusal.errors.items():
            form[field].errors = [say(text)]
        return _lists_page(actor, form, now, 422)
    flash(_("The common cause is made. Now link cases to it: select them in a list."), "good")
    return redirect(url_for("supervision_causes.show", cause_id=made), 303)


def _lists_page(actor: Actor, form: Any, now: datetime, status: int = 200) -> AnyResponse:
    page = render_template(
        "supervision/causes.html",
        causes=common_causes.causes_of(db.session(), actor),
        form=form,
        today=catalogue.calendar(actor.state_id or 0).day_of(now),
    )
    return make_response(page, status)


@blueprint.get("/supervision/causes/<int:cause_id>")
@requires(*HEADS)
def show(cause_id: int) -> AnyResponse:
    """Show a common cause and those of its cases that this office may see."""
    return _page(acting(), _stored(cause_id), clock.now(), {})


def _page(
    actor: Actor, cause_id: int, now: datetime, forms: dict[Action, Any], message: str = "", status: int = 200
) -> AnyResponse:
    try:
        view = common_causes.cause_view(db.session(), actor, cause_id, request.args.get("page", ""))
    except Invalid as refusal:
        flash(say(refusal.text), "soon")
        return redirect(url_for("supervision_causes.show", cause_id=cause_id), 303)
    calendar = catalogue.calendar(actor.state_id or 0)
    page = render_template(
        "supervision/cause.html",
        view=view,
        cause=view.cause,
        lines=lines_of(view.page.rows, actor, calendar.day_of(now), calendar),
        forms=[(one.value, label, forms.get(one) or ForAllForm(prefix=f"{one.value}-"), one in forms)
               for one, label in FOR_ALL.items()] if view.is_ours and view.cause.ended_at is None else [],
        form=next(iter(forms.values()), None),
        message=message,
        today=calendar.day_of(now),
    )  # fmt: skip
    return make_response(page, status)


@blueprint.post("/supervision/causes/<int:cause_id>/<action>")
@requires(*HEADS)
@keeps_form
def for_all(cause_id: int, action: str) -> AnyResponse:
    """Give one direction or interim reply in every linked case, and say what became of each."""
    actor, now = acting(), clock.now()
    wanted = next((one for one in FOR_ALL if one.value == action), None)
    if wanted is None:
        raise NotFound
    form = ForAllForm(request.form, prefix=f"{wanted.value}-")
    if not csrf_ok():
        return _page(actor, _stored(cause_id), now, {wanted: form}, str(TOO_LONG_OPEN), 422)
    if not form.validate():
        return _page(actor, _stored(cause_id), now, {wanted: form}, status=422)
    asked = Asked(texts={Need.REMARK: form.remark.data or ""}, expected_on=form.expected_on.data)
    try:
        result = common_causes.act_for_all(
            actor, _stored(cause_id), wanted, asked, now, current_app.extensions["rules"]
        )
    except Invalid as refusal:
        for field, text in refusal.errors.items():
            if field in form:
                form[field].errors = [say(text)]
        return _page(actor, _stored(cause_id), now, {wanted: form}, status=422)
    page = render_template(
        "supervision/result.html",
        title=FOR_ALL[wanted],
        done=result.done,
        refused=[(number, say(why)) for number, why in result.refused],
        action=wanted.value,
        back=url_for("supervision_causes.show", cause_id=cause_id),
    )
    return make_response(page, 200 if result.done else 422)


@blueprint.post("/supervision/causes/<int:cause_id>/end")
@requires(*HEADS)
def end(cause_id: int) -> AnyResponse:
    """End a common cause; its cases go on, each by itself."""
    try:
        common_causes.end(acting(), _stored(cause_id), clock.now())
    except NotFound:
        raise
    except Refused as refusal:
        flash(say(refusal.text), "soon")
    else:
        flash(_("The common cause has ended. Its cases go on, each by itself."), "good")
    return redirect(url_for("supervision_causes.show", cause_id=cause_id), 303)


def _plain(name: Any) -> str:
    return place_name(name).striptags()


def _stored(number: int) -> int:
    # An id beyond what a column holds is nobody's.
    return number if number < 2**63 else 0


def _id(typed: str | None) -> int | None:
    return int(typed) if typed and typed.isascii() and typed.isdecimal() and len(typed) < 19 else None
