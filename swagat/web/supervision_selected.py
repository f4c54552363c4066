"""One action on a selection of cases: what it needs is asked once, and a page says what became of each case."""

from typing import Any

from flask import Blueprint, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse
from wtforms.fields.choices import SelectChoice

from swagat import clock
from swagat.database import db
from swagat.domain.roles import Actor
from swagat.domain.workflow import Action, Need
from swagat.services import catalogue, common_causes, selections, sheet
from swagat.services.move import Asked
from swagat.services.selections import MOST_AT_ONCE
from swagat.services.supervised_lists import Wanted, ladders_of
from swagat.web.access import acting, requires
from swagat.web.catalogue import gettext as _
from swagat.web.catalogue import lazy_gettext as _l
from swagat.web.desk import HEADS, ticked
from swagat.web.filters import place_name, role_name
from swagat.web.forgery import csrf_ok, keeps_form
from swagat.web.forms.desk import DATES
from swagat.web.forms.supervision import SelectionForm
from swagat.web.supervision import ON_SELECTION, kept_fields, wanted_list
from swagat.web.words import say

blueprint = Blueprint("supervision_selected", __name__)

ACTIONS = {
    "direct": Action.DIRECT,
    "ask_report": Action.DIRECT,
    "give_time": Action.GIVE_TIME,
    "assign": Action.ASSIGN,
    "list_for_sitting": Action.LIST_FOR_SITTING,
    "link": Action.LINK,
}
FIELDS = {
    "direct": ("expected_on", "remark"),
    "ask_report": ("expected_on", "remark"),
    "give_time": ("expected_on", "remark"),
    "assign": ("officer", "remark"),
    "list_for_sitting": ("expected_on", "remark"),
    "link": ("cause",),
}
LABELS = {
    "direct": _l("What has to be done"),
    "ask_report": _l("What has to be reported"),
    "give_time": _l("Why more time is needed; the complainant reads it"),
    "assign": _l("Remark for the officer"),
    "list_for_sitting": _l("Why it has to be heard in a sitting"),
}
MISSING = {
    "expected_on": _l("Give a day after today."),
    "remark": _l("Write a remark."),
    "officer": _l("Choose an officer."),
    "cause": _l("Choose a common cause."),
}
REPORT_WANTED = _l("Report what was done in this case until now, when and by whom, and by when it will be settled.")
BY_ONE_FORM = "dispose"


@blueprint.get("/supervision/selected")
@requires(*HEADS)
def begin_again() -> AnyResponse:
    """Lead back: what was selected is in no address, so it is gone."""
    return redirect(url_for("supervision.home"), 303)


@blueprint.post("/supervision/selected")
@requires(*HEADS)
@keeps_form
def selected() -> AnyResponse:
    """Ask what an action needs, or do it in each case and say what became of each."""
    actor, now = acting(), clock.now()
    kind, wanted = request.form.get("action", ""), wanted_list()
    picked = request.form.getlist("case")
    seen = dict(one for one in map(ticked, picked) if one is not None)
    if kind not in ON_SELECTION or not seen or wanted is None:
        return _page(actor, kind, wanted, {}, SelectionForm(), _("Select cases and what to do with them."), 422)
    if kind == BY_ONE_FORM:
        return _one_by_one(wanted, seen)
    form = SelectionForm(request.form)
    if not csrf_ok():
        message = _("The page was open too long. Nothing is lost: please send it again.")
        return _page(actor, kind, wanted, seen, form, message, 422)
    if "do" not in request.form:
        if kind == "ask_report":
            form.remark.data = str(REPORT_WANTED)
        return _page(actor, kind, wanted, seen, form)
    if not _is_whole(form, kind, actor):
        return _page(actor, kind, wanted, seen, form, status=422)
    asked = Asked(
        texts={Need.REMARK: form.remark.data or ""} if "remark" in FIELDS[kind] else {},
        officer_posting_id=_id(form.officer.data) if "officer" in FIELDS[kind] else None,
        expected_on=form.expected_on.data if "expected_on" in FIELDS[kind] else None,
        cause_id=_id(form.cause.data) if "cause" in FIELDS[kind] else None,
    )
    result = selections.act_on_each(actor, seen, ACTIONS[kind], asked, now, current_app.extensions["rules"])
    page = render_template(
        "supervision/result.html",
        title=ON_SELECTION[kind],
        done=result.done,
        refused=[(number, say(why)) for number, why in result.refused],
        action=ACTIONS[kind].value,
        back=_back(wanted),
    )
    return make_response(page, 200 if result.done else 422)


def _is_whole(form: Any, kind: str, actor: Actor) -> bool:
    """Return whether everything the action needs is there; what is missing is said at its field."""
    form.validate()
    today = catalogue.calendar(actor.state_id or 0).day_of(clock.now())
    for name in FIELDS[kind]:
        field = form[name]
        is_missing = not field.data or (name == "expected_on" and field.data <= today)
        if is_missing and not field.errors and not (name == "remark" and kind == "assign"):
            field.errors = [str(MISSING[name])]
    return not any(form[name].errors for name in FIELDS[kind])


def _page(
    actor: Actor,
    kind: str,
    wanted: Wanted | None,
    seen: dict[str, int],
    form: Any,
    message: str = "",
    status: int = 200,
) -> AnyResponse:
    if kind in LABELS:
        form.remark.label.text = str(LABELS[kind])
    if kind == "list_for_sitting":
        form.expected_on.label.text = str(DATES[Action.LIST_FOR_SITTING])
    if kind == "assign" and wanted is not None:
        form.officer.choices = _officers(actor, wanted)
        if not form.officer.choices:
            message = message or _("Open the list of one office first: only its own officers can be given its cases.")
    if kind == "link":
        found = common_causes.causes_of(db.session(), actor)
        form.cause.choices = [SelectChoice(str(one.id), one.title) for one in found]
        if not found:
            message = message or _("There is no common cause yet. Make one first, under Common causes.")
    page = render_template(
        "supervision/selected.html",
        title=ON_SELECTION.get(kind, _("Nothing was selected")),
        kind=kind,
        fields=FIELDS.get(kind, ()),
        form=form,
        page_errors=any(form[name].errors for name in FIELDS.get(kind, ())),
        message=message,
        seen=list(seen.items())[:MOST_AT_ONCE],
        kept=kept_fields(wanted) if wanted else (),
        back=_back(wanted),
        today=catalogue.calendar(actor.state_id or 0).day_of(clock.now()),
        is_optional=kind == "assign",
    )
    return make_response(page, status)


def _officers(actor: Actor, wanted: Wanted) -> list[SelectChoice]:
    """Return the officers of the office whose list it was; a selection of several offices has none in common."""
    if wanted.office_id is None:
        return []
    ladders_of(actor, wanted.office_id)
    return [
        SelectChoice(str(one.posting_id), f"{place_name(one.name).striptags()} ({role_name(one.role.value)})")
        for one in sheet.officers_of(db.session(), wanted.office_id, clock.now())
    ]


def _one_by_one(wanted: Wanted, seen: dict[str, int]) -> AnyResponse:
    """Show the form of each case: a disposal has reasons of its own, so none is done for several at once."""
    numbers = list(seen)[:MOST_AT_ONCE]
    return make_response(render_template("supervision/one_by_one.html", numbers=numbers, back=_back(wanted)))


def _back(wanted: Wanted | None) -> str:
    if wanted is None:
        return url_for("supervision.home")
    return url_for("supervision.cases", **dict(kept_fields(wanted)))


def _id(typed: str | None) -> int | None:
    return int(typed) if typed and typed.isascii() and typed.isdecimal() and len(typed) < 19 else None
