"""A month as it was published: first, as revised since, as it was in force on a day, and beside it as it stands now."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from swagat.database import db
from swagat.domain.errors import Invalid, NotFound
from swagat.domain.quality import periods
from swagat.domain.quality.figures import Figure, figure
from swagat.domain.quality.indicators import INDICATORS, Tally
from swagat.domain.quality.measures import month_of
from swagat.domain.quality.periods import Span
from swagat.services import catalogue, indicators, published_months, quality_scopes
from swagat.services.indicators import Overview
from swagat.services.published_months import Published, Revision
from swagat.services.quality_scopes import Whose
from swagat.web import publications
from swagat.web.access import current_actor, public
from swagat.web.catalogue import gettext as _
from swagat.web.catalogue import ngettext
from swagat.web.formats import day_words, local_datetime
from swagat.web.quality_addresses import LONGEST_PERIOD, Wanted, address, our_state_id, today_in, wanted_of
from swagat.web.quality_tables import cases_cell, value_cell
from swagat.web.quality_words import month_name
from swagat.web.tables import Cell, Column, Table, send_csv, text_cell
from swagat.web.words import say

blueprint = Blueprint("quality_published", __name__)


class Asked(NamedTuple):
    """Which month and which day the address asks for, as typed and as understood."""

    wanted: Wanted
    typed_day: str
    day: date | None
    errors: dict[str, str]


@blueprint.get("/quality/published")
@public
def home() -> AnyResponse:
    """Show a published month of the state."""
    return _page(quality_scopes.of_state(our_state_id()))


@blueprint.get("/quality/<scope>/<code>/published")
@public
def show(scope: str, code: str) -> AnyResponse:
    """Show a published month of a district, a department or an office."""
    return _page(quality_scopes.named(db.session(), our_state_id(), scope, code))


def _asked(today: date) -> Asked:
    wanted, errors, day = wanted_of(today), dict[str, str](), None
    if wanted.error:
        errors["period"] = say(wanted.error)
    elif wanted.span is not None and not wanted.span.is_month:
        errors["period"] = _("Months are published, not quarters or years. Write a month as 2026-11.")
    typed_day = request.args.get("on", "").strip()[:LONGEST_PERIOD]
    if typed_day:
        try:
            day = periods.day_named(typed_day, today)
        except Invalid as refusal:
            errors["on"] = say(refusal.text)
    return Asked(wanted, typed_day, day, errors)


def _page(whose: Whose) -> AnyResponse:
    today = today_in(whose.where.state_id)
    asked = _asked(today)
    span = asked.wanted.span
    frame: dict[str, Any] = {
        "whose": whose,
        "asked": asked,
        "period": month_name(span.first) if span and span.is_month else "",
        "back": address(whose, asked.wanted),
        "errors": asked.errors,
        "page_errors": asked.errors,
    }
    if asked.errors or span is None:
        return make_response(render_template("quality/published.html", **frame), 422)
    session, actor = db.session(), current_actor()
    versions = published_months.history(session, whose.where, span.first)
    if not versions:
        said = publications.not_yet(span, today)
        return make_response(render_template("quality/published.html", versions=[], not_yet=said, **frame))
    # What may be shown of the month today may be shown of its publications: both withhold the same.
    shown = indicators.overview(session, whose, span, actor, with_imported=False)
    state_id = whose.where.state_id
    at = published_months.end_of(state_id, asked.day or today)
    then = published_months.in_force(versions, at)
    codes = _open_codes(shown)
    revisions = published_months.revisions_of(versions)
    every = _figures(shown, codes, versions[0], then, asked.day)
    by_month = _revisions(revisions, versions, codes, state_id)
    if request.args.get("format") == "csv":
        return _download([every, *by_month], whose, span)
    page = render_template(
        "quality/published.html",
        versions=versions,
        first=versions[0],
        then=then,
        every=every,
        by_month=by_month,
        is_whole=shown.is_whole,
        command=_command(whose, span, asked.day or today) if actor is not None and shown.is_whole else "",
        **frame,
    )
    return make_response(page)


def _open_codes(shown: Overview) -> frozenset[str]:
    """Return the figures of the month that are not withheld; what is open now belongs to no month."""
    return frozenset(
        code for code, one in INDICATORS.items() if not indicators.is_of_now(one) and shown.figure(code) is not None
    )


def _figures(
    shown: Overview, codes: frozenset[str], first: Published, then: Published | None, day: date | None
) -> Table:
    """Return every figure as first published, as in force on the day that is asked for, and as it stands now."""
    rows = []
    for code, indicator in INDICATORS.items():
        if not indicators.is_of_now(indicator):
            tallies: list[Tally | None] = [first.tally, then.tally if then else None, shown.tally]
            cells = [one for tally in tallies for one in _cells(code, tally, codes)]
            rows.append([text_cell(_(indicator.name)), *cells])
    in_force = _("In force on %(day)s", day=day_words(day)) if day else _("As revised last")
    heads = (_("First published"), in_force, _("As it stands now"))
    columns = [Column(_("Figure"), is_number=False)]
    for head in heads:
        columns += [Column(head), Column(_("Of cases"))]
    return Table("published", _("Every figure as it was published"), columns, rows)


def _cells(code: str, tally: Tally | None, codes: frozenset[str]) -> list[Cell]:
    if tally is None:
        return [text_cell(_("not published yet")), Cell("", None)]
    found: Figure | None = figure(INDICATORS[code], tally) if code in codes else None
    return [value_cell(found), cases_cell(found)]


def _revisions(
    revisions: Sequence[Revision], versions: Sequence[Published], codes: frozenset[str], state_id: int
) -> list[Table]:
    """Return the revisions, newest first, a table for each month in which they were made."""
    calendar = catalogue.calendar(state_id)
    tally_of = {one.revision: one.tally for one in versions}

    def month_made(one: Revision) -> date:
        return month_of(calendar.day_of(one.published_at))

    columns = [
        Column(_("Revised on"), is_number=False),
        Column(_("Figure"), is_number=False),
        Column(_("Before")),
        Column(_("Of cases")),
        Column(_("After")),
        Column(_("Of cases")),
    ]
    found = []
    for month, some in groupby(reversed(revisions), month_made):
        made = list(some)
        rows = [row for one in made for row in _rows_of(one, tally_of, codes)]
        said = ngettext("%(num)s revision", "%(num)s revisions", len(made))
        title = _("%(month)s: %(revisions)s", month=month_name(month), revisions=said)
        found.append(Table(f"revisions-{periods.month(month).code}", title, columns, rows))
    return found


def _rows_of(revision: Revision, tally_of: dict[int, Tally], codes: frozenset[str]) -> list[list[Cell]]:
    shown = local_datetime(revision.published_at)
    made = Cell(shown, revision.published_at.isoformat(timespec="seconds"))
    before, after = tally_of[revision.number - 1], tally_of[revision.number]
    rows = [
        [made, text_cell(_(one.indicator.name)), *_cells(code, before, codes), *_cells(code, after, codes)]
        for one in revision.changes
        if (code := one.indicator.code) in codes
    ]
    nothing = [Cell("", None)] * 4
    if not revision.changes:
        return [[made, text_cell(_("Only the subjects of the cases")), *nothing]]
    return rows or [[made, text_cell(_("Only figures that are withheld")), *nothing]]


def _command(whose: Whose, span: Span, day: date) -> str:
    """Return what an auditor types to count the month again."""
    state = catalogue.state(whose.where.state_id)
    of = "state" if whose.code == state.short else f"{whose.where.scope.value}:{whose.code}"
    return f"flask quality known --state {state.short} --of {of} --period {span.code} --on {day.isoformat()}"


def _download(tables: Sequence[Table], whose: Whose, span: Span) -> AnyResponse:
    name = request.args.get("table", "published")
    for table in tables:
        if table.name == name:
            return send_csv(table, f"quality-{whose.where.scope.value}-{span.code}-{name}")
    raise NotFound
