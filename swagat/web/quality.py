"""How long offices really take, open to everybody: the figures of the state, a district, a department or an office."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from flask import Blueprint, make_response, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from swagat.database import db
from swagat.domain.errors import NotFound, Text
from swagat.domain.objectives import Objective
from swagat.domain.quality import periods
from swagat.domain.quality.changes import change
from swagat.domain.quality.figures import open_days
from swagat.domain.quality.indicators import INDICATORS
from swagat.domain.quality.measures import month_of
from swagat.domain.quality.notable import GOOD_NEWS
from swagat.domain.quality.periods import Span, beside, trend_of
from swagat.domain.roles import Actor
from swagat.models import Scope
from swagat.services import catalogue, indicators, nonconformity_lists, objective_views, quality_scopes
from swagat.services.indicators import Overview
from swagat.services.nonconformities import READS_ALL
from swagat.services.quality_scopes import Whose
from swagat.web import publications, quality_charts, quality_leads, quality_tables
from swagat.web.access import current_actor, public
from swagat.web.filters import place_name
from swagat.web.objective_words import target_beside
from swagat.web.quality_addresses import (
    ROWS_SHOWN,
    Wanted,
    address,
    cases_address,
    our_state_id,
    rows_from,
    today_in,
    wanted_of,
)
from swagat.web.quality_moved import moved
from swagat.web.quality_words import (
    BETTER,
    PARTS,
    SCOPES,
    basis_words,
    change_words,
    month_name,
    notable_words,
    period_name,
    period_words,
    unit_words,
    value_words,
)
from swagat.web.tables import Table, send_csv
from swagat.web.words import say

blueprint = Blueprint("quality", __name__)

# The cards on top; what is compared with the month before costs a reading of every month.
CARDS = ("received", "disposed", "pending", "on_time", "confirmed", "fell")
COMPARED = frozenset({"received", "on_time", "confirmed"})
# On a phone each row is a card: longer tables are folded away.
LONG_TABLE = 15


class Card(NamedTuple):
    """One figure on top of the page."""

    code: str
    name: str
    value: str | None
    basis: str
    url: str | None
    is_withheld: bool
    change: str
    target: str


class StandsOut(NamedTuple):
    """What stands out in some months, in words, each with whether it is good news."""

    months: str
    said: Sequence[tuple[bool, str]]


@blueprint.get("/quality")
@public
def home() -> AnyResponse:
    """Show the figures of the state."""
    return _page(quality_scopes.of_state(our_state_id()))


@blueprint.get("/quality/<scope>/<code>")
@public
def show(scope: str, code: str) -> AnyResponse:
    """Show the figures of a district, a department or an office."""
    return _page(quality_scopes.named(db.session(), our_state_id(), scope, code))


@blueprint.get("/quality/definitions")
@public
def definitions() -> AnyResponse:
    """Show what each figure says, of which cases, and which way is better."""
    page = render_template("quality/definitions.html", figures=INDICATORS.values(), unit_of=unit_words, better=BETTER)
    return make_response(page)


def _page(whose: Whose) -> AnyResponse:
    today = today_in(whose.where.state_id)
    wanted = wanted_of(today)
    if wanted.span is None:
        return make_response(render_template("quality/home.html", **_frame(whose, wanted, today)), 422)
    actor = current_actor()
    shown = indicators.overview(db.session(), whose, wanted.span, actor, with_imported=wanted.with_imported)
    still_open = open_days(shown.tally, today, catalogue.calendar(whose.where.state_id))
    # A month that still runs has fewer cases than a whole one, which says nothing about the office.
    months = [one for one in trend_of(wanted.span) if one < month_of(today)]
    targets = _targets(whose, wanted.span)
    tables = _tables(shown, wanted, actor, still_open)
    if request.args.get("format") == "csv":
        return _download(tables, shown)
    cards = [_card(shown, wanted, actor, code, months, targets) for code in CARDS]
    steps = quality_charts.curve(shown, still_open)
    page = render_template(
        "quality/home.html",
        shown=shown,
        cards=cards,
        notable=_notable(shown, wanted, today),
        closure=_card(shown, wanted, actor, "closure_days", months, targets, is_compared=True),
        moved=moved(shown, months),
        moved_month=month_name(months[-1]) if months else "",
        curve_words=quality_charts.curve_words(steps),
        tables={one.name: one for one in tables},
        families=[quality_tables.TABLES[family.kind] for family in shown.families],
        nonconformities=_nonconformities(shown, actor),
        rows_shown=ROWS_SHOWN,
        long_table=LONG_TABLE,
        rows_from=rows_from(),
        publication=publications.line(db.session(), whose, wanted.span, today),
        sort=request.args.get("sort", "name"),
        **_frame(whose, wanted, today),
    )
    return make_response(page)


def _nonconformities(shown: Overview, actor: Actor | None) -> int | None:
    """Return how many nonconformities of an office are open, None for whom they are not there."""
    where = shown.whose.where
    if actor is None or where.scope is not Scope.OFFICE or actor.state_id != where.state_id:
        return None
    if not (shown.is_whole or actor.role in READS_ALL):
        return None
    return nonconformity_lists.open_of_office(db.session(), actor, where.scope_id)


def _frame(whose: Whose, wanted: Wanted, today: date) -> dict[str, Any]:
    """Return what the page shows whether or not the period could be understood."""
    errors = {"period": say(wanted.error)} if wanted.error else {}
    span = wanted.span
    jumps = []
    if span is not None:
        earlier, later = beside(span)
        inside = [periods.month(span.last), periods.quarter(span.last), periods.year(span.last)]
        begun = [one for one in (earlier, *inside, later) if one.first <= today]
        jumps = [(one.code, period_name(one)) for one in begun if one.code != span.code]
    return {
        "whose": whose,
        "wanted": wanted,
        "kind": SCOPES[whose.where.scope],
        "period": period_name(span) if span else "",
        "has_ended": span is not None and periods.month(today).first > span.last,
        "jumps": jumps,
        "signals_url": quality_leads.signals_address(whose),
        "grades_url": quality_leads.grades_address(
            whose, wanted.typed if span else None, with_imported=wanted.with_imported
        ),
        "trail": [(one.name, address(one, wanted)) for one in _trail(whose)],
        "parts": PARTS,
        "errors": errors,
        "page_errors": errors,
    }


def _trail(whose: Whose) -> list[Whose]:
    above = quality_scopes.parents_of(whose)
    state = quality_scopes.of_state(whose.where.state_id)
    return [one for one in (state, *above) if one.where != whose.where and (one is state or one.where != state.where)]


def _targets(whose: Whose, span: Span) -> list[Objective]:
    """Return what an office aims at in a period; the state, districts and departments have no objectives."""
    if whose.where.scope is not Scope.OFFICE:
        return []
    return objective_views.covering(db.session(), whose.where, span.first, span.last)


def _card(
    shown: Overview,
    wanted: Wanted,
    actor: Actor | None,
    code: str,
    months: Sequence[date],
    targets: Sequence[Objective],
    *,
    is_compared: bool = False,
) -> Card:
    found, span = shown.figure(code), shown.span
    said = ""
    if is_compared or code in COMPARED:
        figures, _left_out = shown.trend(code)
        said = change_words(change(figures, months))
    has_ended = bool(months) and months[-1] >= span.last
    aims = [target_beside(one, found, len(span.months), has_ended) for one in targets if one.indicator == code]
    return Card(
        code,
        say(Text(INDICATORS[code].name)),
        value_words(found) if found else None,
        basis_words(found) if found else "",
        cases_address(shown.whose, wanted, code, actor) if found and found.part else None,
        found is None,
        said,
        " ".join(aims),
    )


def _notable(shown: Overview, wanted: Wanted, today: date) -> StandsOut | None:
    """Return what stands out; None where no month of those shown has ended."""
    months = indicators.months_compared(shown.span, today)
    if not months:
        return None
    above, peers = indicators.peers_of(db.session(), shown, months, with_imported=wanted.with_imported)
    where = str(place_name(above.name).striptags()) if above else ""
    found = [(one.what in GOOD_NEWS, notable_words(one, where)) for one in shown.stands_out(peers, months)]
    return StandsOut(period_words(months[0], months[-1]), found)


def _tables(shown: Overview, wanted: Wanted, actor: Actor | None, still_open: dict[int, int]) -> list[Table]:
    def leading(code: str) -> str | None:
        return cases_address(shown.whose, wanted, code, actor)

    steps = quality_charts.curve(shown, still_open)
    sort = request.args.get("sort", "name")
    found = [
        quality_tables.standings(shown, leading),
        quality_tables.every_figure(shown, leading, lambda code: url_for("quality.definitions", _anchor=code)),
        quality_charts.closure_trend(shown),
        quality_charts.on_time_chart(shown),
        quality_charts.categories(shown),
        quality_charts.ages(shown, still_open),
        quality_charts.curve_table(steps),
    ]
    for family in shown.families:
        found.append(
            quality_tables.parts(
                shown,
                family,
                sort,
                lambda whose: address(whose, wanted),
                lambda whose, code: cases_address(whose, wanted, code, actor),
            )
        )
    if shown.families:
        found.append(quality_charts.against_peers(shown, shown.families[0]))
    return found


def _download(tables: list[Table], shown: Overview) -> AnyResponse:
    name = request.args.get("table", "figures")
    for table in tables:
        if table.name == name:
            return send_csv(table, f"quality-{shown.whose.where.scope.value}-{shown.span.code}-{name}")
    raise NotFound
