"""The page of a head: what came up, what is about to, how the offices below stand, and the lists behind it."""

from datetime import datetime
from typing import Any

from flask import Blueprint, current_app, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from swagat import clock
from swagat.database import db
from swagat.domain.errors import Invalid
from swagat.domain.roles import Actor
from swagat.services import branch_numbers, catalogue, common_causes, supervised_lists, supervision
from swagat.services.branch_numbers import OFFICES_SHOWN
from swagat.services.supervised import HORIZONS, OF_AN_OFFICE, Measure
from swagat.services.supervised_lists import Wanted
from swagat.web.access import acting, requires
from swagat.web.catalogue import gettext as _
from swagat.web.catalogue import lazy_gettext as _l
from swagat.web.catalogue import ngettext
from swagat.web.desk import HEADS, lines_of
from swagat.web.filters import place_name
from swagat.web.words import say

blueprint = Blueprint("supervision", __name__)

MEASURES = {
    Measure.OPEN: _l("Open"),
    Measure.UNASSIGNED: _l("Without an officer"),
    Measure.AT_RISK: _l("Due within 3 working days"),
    Measure.LATE: _l("Past a due date"),
    Measure.PAUSED: _l("Waiting too long for the complainant"),
    Measure.BOUNCED: _l("Sent on twice or more"),
    Measure.REOPENED: _l("Reopened"),
    Measure.CAME_UP: _l("Came up to us"),
    Measure.CAME_UP_TODAY: _l("Came up today"),
    Measure.COMING: _l("About to come up"),
    Measure.DIRECTED: _l("Directions not carried out yet"),
    Measure.DIRECTION_REPORTED: _l("Reports on directions, to accept or return"),
    Measure.DIRECTION_LATE: _l("Directions past their date"),
    Measure.APPEALS: _l("Appeals before us"),
    Measure.OWED: _l("We have not said why time ran out"),
}
# In the order in which the table of offices shows them.
COLUMNS = OF_AN_OFFICE
# What is done to a selection; a disposal opens the form of each case.
ON_SELECTION = {
    "direct": _l("Give a direction"),
    "ask_report": _l("Ask for a report"),
    "give_time": _l("Give more time"),
    "assign": _l("Give to an officer"),
    "list_for_sitting": _l("List for a sitting"),
    "link": _l("Link to a common cause"),
    "dispose": _l("Dispose, each with its own reasons"),
}


@blueprint.get("/supervision")
@requires(*HEADS)
def home() -> AnyResponse:
    """Show what a head has to see today."""
    actor, now, session = acting(), clock.now(), db.session()
    page_number = min(_id(request.args.get("offices", "")) or 1, 1000)
    found = supervision.overview(
        session, actor, now, current_app.extensions["rules"], (page_number - 1) * OFFICES_SHOWN
    )
    calendar = catalogue.calendar(actor.state_id or 0)
    today = calendar.day_of(now)
    named = supervision.names_of(actor, now)
    page = render_template(
        "supervision/home.html",
        found=found,
        measures=MEASURES,
        columns=_columns(),
        headings=[(MEASURES[one], None, "number") for one in COLUMNS],
        M=Measure,
        coming=[(days, _within(days), found.coming[days]) for days in HORIZONS],
        came_up=[
            (line, one) for line, one in zip(
                lines_of([one.row for one in found.came_up], actor, today, calendar), found.came_up, strict=True
            )
        ],
        subject=lambda category_id: place_name(catalogue.category(category_id)),
        vacancies=branch_numbers.vacancies(session, named, now, today),
        causes=common_causes.causes_of(session, actor, 5),
        today=today,
        cap=current_app.extensions["rules"].came_up_cap,
        page_number=page_number,
    )  # fmt: skip
    return make_response(page)


def _columns() -> list[tuple[Measure, str, str]]:
    return [(one, one.value, str(MEASURES[one])) for one in COLUMNS]


def _within(days: int) -> str:
    return ngettext("within %(num)s day", "within %(num)s days", days)


@blueprint.get("/supervision/cases")
@requires(*HEADS)
def cases() -> AnyResponse:
    """Show the cases behind one number, with what can be done to a selection of them."""
    actor, now = acting(), clock.now()
    wanted = wanted_list()
    if wanted is None:
        return redirect(url_for("supervision.home"), 303)
    try:
        found = supervised_lists.listed(db.session(), actor, wanted, now, request.args.get("page", ""))
    except Invalid as refusal:
        flash(say(refusal.text), "soon")
        return redirect(url_for("supervision.home"), 303)
    calendar = catalogue.calendar(actor.state_id or 0)
    whys = {}
    if wanted.measure in (Measure.CAME_UP, Measure.CAME_UP_TODAY):
        whys = supervision.whys(db.session(), actor.office_id or 0, [row.id for row in found.page.rows])
    page = render_template(
        "supervision/cases.html",
        title=title_of(wanted),
        where=_where(wanted, found.page.rows),
        found=found,
        lines=lines_of(found.page.rows, actor, calendar.day_of(now), calendar),
        whys=whys,
        wanted=wanted,
        kept=kept_fields(wanted),
        actions=actions_on(wanted),
    )
    return make_response(page)


def wanted_list() -> Wanted | None:
    """Return the list that the address or the form names, or None for one that there is not."""
    given = request.values
    measure = next((one for one in Measure if one.value == given.get("list")), None)
    if measure is None or (measure in OF_AN_OFFICE and not _id(given.get("office", ""))):
        return None
    days = _id(given.get("days", ""))
    return Wanted(
        measure,
        _id(given.get("office", "")),
        _id(given.get("officer", "")),
        days if days in HORIZONS else max(HORIZONS),
        _id(given.get("category", "")),
        _id(given.get("from", "")),
    )


def kept_fields(wanted: Wanted) -> list[tuple[str, Any]]:
    """Return the names and values by which a form or an address asks for the same list again."""
    fields = [
        ("list", wanted.measure.value),
        ("office", wanted.office_id),
        ("officer", wanted.posting_id),
        ("days", wanted.days if wanted.measure is Measure.COMING else None),
        ("category", wanted.category_id),
        ("from", wanted.from_office_id),
    ]
    return [(name, value) for name, value in fields if value is not None]


def title_of(wanted: Wanted) -> str:
    """Return what a list is called."""
    if wanted.measure is Measure.COMING:
        return _("About to come up %(when)s", when=_within(wanted.days))
    return str(MEASURES[wanted.measure])


def actions_on(wanted: Wanted) -> list[tuple[str, Any]]:
    """Return what may be chosen for a selection of a list; most of it belongs to whoever answers for the case."""
    if wanted.measure in (Measure.APPEALS, Measure.OWED, Measure.DIRECTED, Measure.DIRECTION_REPORTED):
        return []
    return list(ON_SELECTION.items())


def _where(wanted: Wanted, rows: Any) -> Any:
    """Return the office, the officer or the subject that a list is narrowed to, in words."""
    parts: list[Any] = []
    if wanted.office_id is not None and rows:
        row = rows[0]
        parts.append(place_name({"name_en": row.office_en, "name_hi": row.office_hi, "name_gu": row.office_gu}))
    if wanted.posting_id == 0:
        parts.append(_("no officer"))
    elif wanted.posting_id is not None and rows and rows[0].officer_en:
        parts.append(place_name({"name_en": rows[0].officer_en, "name_local": rows[0].officer_local}))
    if wanted.category_id in catalogue.current().categories:
        parts.append(place_name(catalogue.category(wanted.category_id or 0)))
    return parts


@blueprint.get("/supervision/offices/<int:office_id>")
@requires(*HEADS)
def office(office_id: int) -> AnyResponse:
    """Show how the officers of one office of the branch stand."""
    actor: Actor = acting()
    now: datetime = clock.now()
    view = supervised_lists.office_view(db.session(), actor, _stored(office_id), now)
    today = catalogue.calendar(actor.state_id or 0).day_of(now)
    return make_response(
        render_template(
            "supervision/office.html",
            view=view,
            measures=MEASURES,
            columns=_columns(),
            headings=[(MEASURES[one], None, "number") for one in COLUMNS],
            today=today,
        )
    )


def _stored(number: int) -> int:
    # An id beyond what a column holds is nobody's.
    return number if number < 2**63 else 0


def _id(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 19 else None
