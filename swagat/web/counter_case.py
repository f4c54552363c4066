"""A person's case at the counter: what it says, and exactly the actions that the table permits to a clerk."""

from datetime import datetime
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from swagat import clock
from swagat.database import db
from swagat.domain.errors import AlreadyDone, Invalid, NotFound, Refused, Stale
from swagat.domain.replies import NEXT_REMEDY
from swagat.domain.roles import Role
from swagat.domain.workflow import Action, Need, Status, Transition
from swagat.models import DocumentKind
from swagat.services import counter, redressal
from swagat.services.counter import AtCounter, OpenedBy
from swagat.services.move import Asked
from swagat.web import uploads
from swagat.web.access import acting, requires
from swagat.web.catalogue import gettext as _
from swagat.web.catalogue import lazy_gettext as _l
from swagat.web.counter import open_door, shut
from swagat.web.delivery_words import for_complainant
from swagat.web.forgery import csrf_ok, keeps_form, lead_on
from swagat.web.forms.counter import answer_form
from swagat.web.happenings import entries
from swagat.web.reach import not_reached
from swagat.web.track import rules
from swagat.web.words import PROPOSED, say

blueprint = Blueprint("counter_case", __name__)

TEXTS = (Need.REMARK, Need.GROUNDS)

# What the clerk reads before each action, and what follows from it.
# In the order in which the page offers them: what waits for the person first.
INTROS: dict[Action, Any] = {
    Action.HAND_OVER: _l(
        "Read the answer to the person, or give them a print of it. Their time to say no begins today."
    ),
    Action.CLARIFY: _l("The office asked the person something, and its clock waits for the answer."),
    Action.OBJECT: _l("Ending the grievance is proposed. A second officer reads the objection before deciding."),
    Action.REFUSE: _l("A higher office than the one that answered takes it up, or it becomes an appeal."),
    Action.LODGE_APPEAL: _l("The next higher office checks the decision anew, and decides in writing."),
    Action.UNDO_WITHDRAWAL: _l("The grievance goes back to the office, where it stood."),
    Action.ASK_DATE: _l("The date has passed. The office that answers now is asked to give a date, in writing."),
    Action.REMIND: _l("The officer who has it is told. One reminder a day is enough."),
    Action.CORRECT: _l("What was written stays as it is. The correction is added below it."),
    Action.MARK_IMMEDIATE: _l("Only for danger to life or safety. In an emergency call 112 first."),
}
OPENED = {
    OpenedBy.SLIP: _l("Opened with the slip."),
    OpenedBy.PAPER: _l("Opened with a signed paper."),
    OpenedBy.OWN: _l("Opened as your own filing: without the slip you can only hand over, scan and correct."),
}


@blueprint.get("/counter/case/open")
@requires(Role.CLERK)
def show() -> AnyResponse:
    """Show the case that is open at this counter."""
    now = clock.now()
    found = _found(now)
    return _page(found) if found else _ended()


@blueprint.route("/counter/case/open/<action>", methods=["GET", "POST"])
@requires(Role.CLERK)
@keeps_form
def act(action: str) -> AnyResponse:
    """Show the form of one action for the person, or carry it out."""
    now = clock.now()
    wanted = next((one for one in INTROS if one.value == action), None)
    if wanted is None:
        raise NotFound
    found = _found(now)
    if found is None:
        return _ended()
    row = next((one for one in found.actions if one.action is wanted), None)
    if row is None:
        return _moved_on(found)
    form = answer_form(wanted, row.needs, row.optional)(request.form, version=str(found.view.grievance.version))
    if request.method != "POST":
        return _action_page(found, row, form)
    if not csrf_ok():
        stale = _("The page was open too long. Nothing is lost: please send it again.")
        return _action_page(found, row, form, 422, stale)
    if not form.validate():
        return _action_page(found, row, form, 422)
    return _carry_out(found, row, form, now)


def _carry_out(found: AtCounter, row: Transition, form: Any, now: datetime) -> AnyResponse:
    number = found.view.grievance.registration_number or ""
    typed = form.version.data or ""
    version = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else 0
    asked = Asked(texts={need: form[need.value].data or "" for need in TEXTS if need.value in form})
    try:
        # What only adds to a case needs nobody to have seen its newest entry.
        redressal.act(acting(), number, row.action, asked, version if row.target else None, now, rules())
    except Invalid as refusal:
        for field, text in refusal.errors.items():
            if field in form:
                form[field].errors = [say(text)]
        return _action_page(found, row, form, 422, "" if form.errors else say(refusal.text))
    except Stale:
        fresh = counter.at_counter(db.session(), acting(), number, found.opened_by, now, rules())
        if all(one.action is not row.action for one in fresh.actions):
            return _moved_on(fresh)
        form.version.data = str(fresh.view.grievance.version)
        changed = _("Something happened meanwhile. Look at the case, then send again if the person still wants to.")
        return _action_page(fresh, row, form, 409, changed)
    except NotFound:
        raise
    except Refused as refusal:
        return _action_page(found, row, form, 422, say(refusal.text))
    flash(_("Recorded, as given with help at the counter."), "good")
    return redirect(url_for("counter_case.show"), 303)


@blueprint.post("/counter/case/open/papers")
@requires(Role.CLERK)
def add_scan() -> AnyResponse:
    """Keep the scan of one paper with the open case."""
    found = _found(clock.now())
    if found is None:
        return _ended()
    number = found.view.grievance.registration_number or ""
    return take_scan(number, url_for("counter_case.show"))


def take_scan(number: str, done_url: str) -> AnyResponse:
    """Keep a posted scan with a case that this clerk may add to, and go on; its failure undoes nothing."""
    try:
        paper = uploads.received_paper(DocumentKind.SCAN)
        redressal.act(acting(), number, Action.ADD_DOCUMENT, Asked(paper=paper), None, clock.now(), rules())
    except AlreadyDone:
        pass
    except NotFound:
        raise
    except Refused as refusal:
        message = " ".join(say(text) for text in getattr(refusal, "errors", {}).values()) or say(refusal.text)
        if uploads.from_script():
            return uploads.plainly(message, 422)
        page = render_template("counter/scan_refused.html", back_url=done_url, page_errors=[("", message)])
        return make_response(page, 422)
    if uploads.from_script():
        return uploads.arrived()
    flash(_("The paper is added."), "good")
    return redirect(done_url, 303)


@blueprint.post("/counter/case/finish")
@requires(Role.CLERK)
def finish() -> AnyResponse:
    """Close the case at this counter: the next person in the queue sees nothing of it."""
    shut()
    flash(_("The case is closed on this computer."), "good")
    return redirect(url_for("counter.home"), 303)


def _found(now: datetime) -> AtCounter | None:
    actor = acting()
    door = open_door(actor, now)
    if door is None:
        return None
    return counter.at_counter(db.session(), actor, door.number, door.opened_by, now, rules())


def _written() -> list[str]:
    return [text for need in TEXTS if (text := request.form.get(need.value, "").strip())]


def _ended() -> AnyResponse:
    """Ask for the slip again; what was typed while the quarter of an hour ran out is shown to be copied."""
    shut()
    written = _written()
    if not written:
        flash(_("A case stays open for 15 minutes without use. Enter number and code again."), "soon")
        return lead_on(url_for("counter.open_case"))
    return make_response(render_template("counter/ended.html", written=written, moved_on=False), 403)


def _moved_on(found: AtCounter) -> AnyResponse:
    written = _written()
    if not written:
        flash(_("This cannot be done any more. The page shows where the grievance stands now."), "soon")
        return lead_on(url_for("counter_case.show"))
    return make_response(render_template("counter/ended.html", written=written, moved_on=True), 409)


def _page(found: AtCounter) -> AnyResponse:
    view = found.view
    grievance, outcome = view.grievance, view.grievance.outcome
    # The slip is for the clerk who filed it.
    is_own = grievance.filed_by_id == acting().person_id
    slip_url = url_for("counter_filing.slip", number=grievance.registration_number) if is_own else ""
    page = render_template(
        "counter/case.html",
        view=view,
        opened=OPENED[found.opened_by],
        # A signed paper proves less than the code: it lets a clerk act, and read no more than that needs.
        shows_all=found.opened_by is not OpenedBy.PAPER,
        timeline=entries(view.history, lambda _id: ""),
        texts=for_complainant(view.texts),
        actions=[row for wanted in INTROS for row in found.actions if row.action is wanted],
        intros=INTROS,
        questions=_questions(found),
        remedy=_(NEXT_REMEDY[outcome], days=rules().confirm_window_days) if outcome else "",
        proposed_name=PROPOSED[view.waiting.proposed.value] if view.waiting else "",
        may_scan=any(row.action is Action.ADD_DOCUMENT for row in found.actions),
        unreached=not_reached(grievance, view.texting, slip_url),
    )
    return make_response(page)


def _questions(found: AtCounter) -> str:
    if found.view.grievance.status is not Status.CLARIFICATION_SOUGHT:
        return ""
    asked = [one for one in found.view.history.happenings if one.action is Action.SEEK_CLARIFICATION]
    return "\n".join(text for _kind, text in asked[-1].texts) if asked else ""


def _action_page(found: AtCounter, row: Transition, form: Any, status: int = 200, message: str = "") -> AnyResponse:
    page = render_template(
        "counter/action.html",
        view=found.view,
        row=row,
        form=form,
        intro=INTROS[row.action],
        message=message,
        needs=[need.value for need in row.needs],
        questions=_questions(found),
    )
    return make_response(page, status)
