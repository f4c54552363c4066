"""The desk of an office: its lists, its search, and a selection of cases given to an officer."""

from collections.abc import Collection
from datetime import date
from typing import Any, NamedTuple

from flask import Blueprint, current_app, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from swagat import clock
from swagat.database import db
from swagat.domain.deadlines import days_left
from swagat.domain.errors import Invalid
from swagat.domain.roles import Actor, Role
from swagat.domain.search import LONGEST_SEARCH, read_search
from swagat.domain.workflow import IN_HAND, Status
from swagat.domain.working_time import WorkingCalendar
from swagat.services import assignment, catalogue, desk, desk_search, disposal_checks, nonconformity_lists, sheet
from swagat.services.assignment import Assigned
from swagat.services.desk import Filters, Tab
from swagat.services.desk_pages import NOTHING, Page, Row
from swagat.web.access import acting, requires
from swagat.web.catalogue import gettext as _
from swagat.web.catalogue import lazy_gettext as _l
from swagat.web.catalogue import ngettext
from swagat.web.filters import place_name
from swagat.web.forgery import csrf_ok, keeps_form, lead_on
from swagat.web.words import say

blueprint = Blueprint("desk", __name__)

HANDLERS = (Role.OFFICER, Role.SUPERVISOR, Role.PRESIDING_OFFICER)
HEADS = (Role.SUPERVISOR, Role.PRESIDING_OFFICER)
TABS = {
    Tab.OFFICE: _l("In our office"),
    Tab.MINE: _l("Mine"),
    Tab.UNASSIGNED: _l("Without an officer"),
    Tab.CAME_UP: _l("Came up to us"),
    Tab.APPEALS: _l("Appeals"),
    Tab.TO_PLACE: _l("Which office?"),
    Tab.WAITING: _l("Waiting for the complainant"),
    Tab.DIRECTIONS: _l("Directions to carry out"),
    Tab.OWED: _l("Say why time ran out"),
    Tab.NOT_REACHED: _l("Not reached"),
    Tab.DISPOSED: _l("Disposed"),
}
EMPTY = {
    Tab.OFFICE: _l("No open case is in this office. New ones appear here the moment they are filed."),
    Tab.MINE: _l("No open case is with you. The head of the office gives cases to officers; you may also take one."),
    Tab.UNASSIGNED: _l("Every case has an officer."),
    Tab.CAME_UP: _l("Nothing came up to this office because time ran out or a complainant refused an answer."),
    Tab.APPEALS: _l("No appeal waits for a decision here."),
    Tab.TO_PLACE: _l("No case was sent on so often that this office has to say where it stays."),
    Tab.WAITING: _l("No complainant was asked for anything."),
    Tab.DIRECTIONS: _l("No superior gave a direction that this office has to carry out."),
    Tab.OWED: _l("In no case do you still have to record why time ran out."),
    Tab.NOT_REACHED: _l("Every answer has reached its complainant."),
    Tab.DISPOSED: _l("No answer waits for the complainant's word."),
}
# These lists hold cases of several statuses, so only they can be narrowed to one.
OF_SEVERAL_STATUSES = frozenset({Tab.OFFICE, Tab.MINE, Tab.CAME_UP, Tab.TO_PLACE, Tab.DIRECTIONS})
# Shown only while there is something in them.
SELDOM = frozenset({Tab.TO_PLACE, Tab.DIRECTIONS, Tab.OWED})
ASSIGNED_FROM = frozenset({Tab.OFFICE, Tab.UNASSIGNED})


class Line(NamedTuple):
    """One line of a list as the page prints it."""

    row: Row
    days: int
    age: int
    subject: Any
    place: Any
    officer: Any
    office: Any


class Shown(NamedTuple):
    """What the page is about to show: a list, or what was found for a text that was typed."""

    tab: Tab | None
    filters: Filters
    page: Page
    typed: str = ""


@blueprint.get("/desk")
@requires(*HANDLERS)
def lists() -> AnyResponse:
    """Show one list of the desk, least time left first."""
    actor, tab, filters = acting(), _tab(request.args.get("tab", "")), _filters()
    try:
        found = desk.page(db.session(), actor, tab, filters, request.args.get("page", ""))
    except Invalid as refusal:
        flash(say(refusal.text), "soon")
        return redirect(url_for("desk.lists", tab=tab.value), 303)
    return _show(actor, Shown(tab, filters, found))


@blueprint.get("/desk/search")
@blueprint.get("/desk/assign")
@requires(*HANDLERS)
def begin_again() -> AnyResponse:
    """Lead back to the lists: what was looked for or selected is in no address, so it is gone."""
    return redirect(url_for("desk.lists"), 303)


@blueprint.post("/desk/search")
@requires(*HANDLERS)
@keeps_form
def search() -> AnyResponse:
    """Show what fits a number, a mobile number, or words; what was looked for stays out of every address."""
    actor, typed = acting(), request.form.get("q", "").strip()[:LONGEST_SEARCH]
    if not typed:
        return lead_on(url_for("desk.lists"))
    if not csrf_ok():
        message = _("The page was open too long. Nothing is lost: please send it again.")
        return _show(actor, Shown(None, Filters(), NOTHING, typed), 422, message)
    try:
        found = desk_search.search(db.session(), actor, read_search(typed), request.form.get("page", ""))
    except Invalid as refusal:
        return _show(actor, Shown(None, Filters(), NOTHING, typed), 422, say(refusal.text))
    return _show(actor, Shown(None, Filters(), found, typed))


@blueprint.post("/desk/assign")
@requires(*HEADS)
@keeps_form
def assign() -> AnyResponse:
    """Give the selected cases to one officer and say what became of each."""
    actor, tab, posting_id = acting(), _tab(request.form.get("tab", "")), _id(request.form.get("officer", ""))
    picked = request.form.getlist("case")
    seen = dict(one for one in map(ticked, picked) if one is not None)
    result, message, status = Assigned([], []), "", 200
    if not csrf_ok():
        message, status = _("The page was open too long. Nothing is lost: please send it again."), 422
    elif posting_id is None or not seen:
        message, status = _("Select cases and an officer."), 422
    else:
        result = assignment.assign_all(actor, seen, posting_id, clock.now(), current_app.extensions["rules"])
        status = 200 if result.done else 422
    kept = frozenset(picked) if message else frozenset(number for number, _why in result.refused)
    found = desk.page(db.session(), actor, tab, Filters())
    return _show(actor, Shown(tab, Filters(), found), status, message, result, kept, posting_id)


def ticked(value: str) -> tuple[str, int] | None:
    """Return number and version of a ticked row; each was made by our own page."""
    number, _dot, version = value.rpartition(".")
    known = number and version.isascii() and version.isdecimal() and len(version) < 10
    return (number, int(version)) if known else None


def _tab(name: str) -> Tab:
    return next((one for one in Tab if one.value == name), Tab.OFFICE)


def _filters() -> Filters:
    return Filters(
        category_id=_id(request.args.get("category", "")),
        place_id=_id(request.args.get("place", "")),
        status=next((one for one in Status if one.value == request.args.get("status")), None),
    )


def _id(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 19 else None


def _show(
    actor: Actor,
    shown: Shown,
    status: int = 200,
    message: str = "",
    result: Assigned | None = None,
    kept: Collection[str] = frozenset(),
    posting_id: int | None = None,
) -> AnyResponse:
    now, session, tab = clock.now(), db.session(), shown.tab
    calendar = catalogue.calendar(actor.state_id or 0)
    counted = desk.counts(session, actor)
    narrowing = tab is not None and (bool(shown.filters.chosen) or "filter" in request.args)
    may_assign = actor.role in HEADS and tab in ASSIGNED_FROM and shown.page.rows
    page = render_template(
        "desk/list.html",
        tab=tab,
        tabs=[(label, f"/desk?tab={one.value}", _count(counted[one]), one is tab) for one, label in TABS.items()
              if one not in SELDOM or counted[one] or one is tab],
        title=TABS[tab] if tab else _("Search"),
        empty_text=EMPTY[tab] if tab else _("Nothing fits, or it is not for this office to see."),
        lines=lines_of(shown.page.rows, actor, calendar.day_of(now), calendar),
        found=shown.page,
        to_check=disposal_checks.waiting_count(session, actor),
        to_correct=nonconformity_lists.waiting_count(session, actor),
        filters=shown.filters,
        typed=shown.typed,
        message=message,
        given=ngettext("%(num)s case was given to the officer.", "%(num)s cases were given to the officer.",
                       len(result.done)) if result and result.done else "",
        refused=[(number, say(why)) for number, why in result.refused] if result else [],
        kept=kept,
        posting_id=posting_id,
        officers=sheet.officers_of(session, actor.office_id or 0, now) if may_assign else (),
        narrowing=narrowing,
        categories=[(group, catalogue.leaves(group.id)) for group in catalogue.groups()] if narrowing else (),
        places=desk.places_below(session, actor.office_id or 0) if narrowing else (),
        statuses=[one for one in Status if one in IN_HAND] if narrowing and tab in OF_SEVERAL_STATUSES else (),
    )  # fmt: skip
    return make_response(page, status)


def _count(number: int) -> int | str:
    return number if number <= desk.MOST_COUNTED else f"{desk.MOST_COUNTED}+"


def lines_of(rows: Any, actor: Actor, today: date, calendar: WorkingCalendar) -> list[Line]:
    """Return the lines of a list; the office is named where it is not the reader's own."""
    days = {due_on: days_left(due_on, today, calendar).working for due_on in {row.due_on for row in rows}}
    subjects = {one: place_name(catalogue.category(one)) for one in {row.category_id for row in rows}}
    return [
        Line(
            row,
            days[row.due_on],
            (today - row.received_on).days,
            subjects[row.category_id],
            row.place_text or place_name({"name_en": row.place_en, "name_local": row.place_local}),
            place_name({"name_en": row.officer_en, "name_local": row.officer_local}) if row.officer_en else "",
            "" if row.office_id == actor.office_id
            else place_name({"name_en": row.office_en, "name_hi": row.office_hi, "name_gu": row.office_gu}),
        )
        for row in rows
    ]  # fmt: skip
