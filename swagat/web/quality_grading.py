"""How offices are graded, open to everybody: scores with their intervals, by group, and the formula spelled out."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from swagat.database import db
from swagat.domain.errors import NotFound
from swagat.domain.quality import periods
from swagat.domain.quality.grading import Formula, Group
from swagat.domain.quality.indicators import INDICATORS
from swagat.domain.quality.measures import month_of
from swagat.domain.quality.periods import Span, beside
from swagat.models import Scope
from swagat.services import grading_adoptions, gradings, quality_scopes
from swagat.services.grading_adoptions import Adopted
from swagat.services.grading_formulas import FormulaView, formulas
from swagat.services.gradings import Graded, Grading
from swagat.services.quality_scopes import Whose
from swagat.web import grading_words
from swagat.web.access import current_actor, public
from swagat.web.catalogue import gettext as _
from swagat.web.filters import place_name
from swagat.web.formats import number
from swagat.web.quality_addresses import ROWS_SHOWN, Wanted, address, our_state_id, rows_from, today_in, wanted_of
from swagat.web.quality_words import month_name, period_name
from swagat.web.tables import Cell, Column, Table, send_csv, text_cell
from swagat.web.words import say

blueprint = Blueprint("quality_grading", __name__)


class Chosen(NamedTuple):
    """The formula that a page shows, and what is in force in the first month of the period."""

    view: FormulaView | None
    in_force: Adopted | None

    @property
    def is_adopted(self) -> bool:
        """Return whether offices are really graded by it."""
        return self.in_force is not None and self.in_force.view == self.view and self.view is not None


@blueprint.get("/quality/grading")
@public
def show() -> AnyResponse:
    """Show the grades of the offices of the state, or of those of one district."""
    state_id = our_state_id()
    today = today_in(state_id)
    wanted = wanted_of(today)
    session = db.session()
    code = request.args.get("district", "")
    district = quality_scopes.named(session, state_id, Scope.DISTRICT, code) if code else None
    whose = district or quality_scopes.of_state(state_id)
    errors = {"period": say(wanted.error)} if wanted.error else {}
    frame = {
        "whose": whose,
        "district": district,
        "wanted": wanted,
        "back": address(whose, wanted),
        "keep": [(name, request.args[name]) for name in ("formula", "district") if request.args.get(name)],
        "errors": errors,
        "page_errors": errors,
    }
    if wanted.span is None:
        return make_response(render_template("quality/grading.html", period="", **frame), 422)
    span = wanted.span
    adopted = grading_adoptions.history(session, state_id)
    chosen = _chosen(adopted, span)
    found, tables = None, list[Table]()
    if chosen.view is not None:
        formula = chosen.view.formula
        found = gradings.grading(
            session, state_id, span, formula, today, current_actor(), with_imported=wanted.with_imported
        )
        tables = _tables(found, chosen.view, wanted, district)
    if request.args.get("format") == "csv":
        return _download(tables, span)
    page = render_template(
        "quality/grading.html",
        period=period_name(span),
        has_ended=span.last < month_of(today),
        chosen=chosen,
        adopted_name=grading_words.name_of(chosen.in_force) if chosen.in_force else "",
        formula=grading_words.formula_words(chosen.view) if chosen.view else None,
        others=[grading_words.formula_words(one) for one in formulas().values() if one != chosen.view],
        changes=[
            (month_name(month), grading_words.name_of(one))
            for month, one in grading_adoptions.changes_inside(adopted, span)
        ],
        month_name=month_name,
        jumps=_jumps(span, today),
        found=found,
        tables=tables,
        too_few=_leads(found.too_few, wanted, district) if found else [],
        withheld=_leads(found.withheld, wanted, district) if found else [],
        rows_shown=ROWS_SHOWN,
        rows_from=rows_from(),
        **frame,
    )
    return make_response(page)


def _chosen(adopted: Sequence[Adopted], span: Span) -> Chosen:
    """Return the formula that the address names, or else the one in force, or else the first example."""
    in_force = grading_adoptions.in_force(adopted, span.first)
    typed = request.args.get("formula", "")
    if typed:
        key = grading_words.named(typed)
        if key is None or key not in formulas():
            raise NotFound
        return Chosen(formulas()[key], in_force)
    return Chosen(in_force.view if in_force else next(iter(formulas().values()), None), in_force)


def _jumps(span: Span, today: date) -> list[tuple[str, str]]:
    earlier, later = beside(span)
    inside = [periods.month(span.last), periods.quarter(span.last), periods.year(span.last)]
    begun = [one for one in (earlier, *inside, later) if one.first <= today]
    return [(one.code, period_name(one)) for one in begun if one.code != span.code]


def _is_inside(whose: Whose, district: Whose | None) -> bool:
    return district is None or whose.district_id == district.where.scope_id


def _leads(offices: Sequence[Whose], wanted: Wanted, district: Whose | None) -> list[tuple[object, str]]:
    return [(place_name(one.name), address(one, wanted)) for one in offices if _is_inside(one, district)]


def _tables(found: Grading, view: FormulaView, wanted: Wanted, district: Whose | None) -> list[Table]:
    """Return a table for each group; ranks are those in the whole state, whichever district is shown."""
    tables = []
    for group in view.formula.groups:
        graded = [one for one in found.graded if one.group == group]
        ranked = sum(1 for one in graded if one.rank is not None)
        shown = [one for one in graded if _is_inside(one.whose, district)]
        if shown:
            tables.append(_table(group, view.formula, sorted(shown, key=_order), ranked, wanted))
    return tables


def _order(one: Graded) -> tuple[int, str]:
    """Return where an office stands: those that could have the same best rank by name, not by luck."""
    return (one.rank.best if one.rank else 1_000_000, str(one.whose.name))


def _table(group: Group, formula: Formula, shown: Sequence[Graded], ranked: int, wanted: Wanted) -> Table:
    columns = [Column(_("Office"), is_number=False), Column(_("Score, of 100")), Column(_("Surely between"))]
    if formula.grades:
        columns.append(Column(_("Grade"), is_number=False))
    columns.append(Column(_("Rank in the group"), is_number=False))
    if formula.exclusions:
        columns.append(Column(_("Score with nothing left out")))
    columns += [
        Column(_("%(figure)s, of %(weight)s", figure=_(INDICATORS[one.indicator].name), weight=number(one.weight)))
        for one in formula.components
    ]
    rows = [_row(one, formula, ranked, wanted) for one in shown]
    return Table(f"group-{group.code}", grading_words.group_words(group, formula), columns, rows)


def _row(one: Graded, formula: Formula, ranked: int, wanted: Wanted) -> list[Cell]:
    low, high = one.score.interval
    row = [
        text_cell(place_name(one.whose.name), address(one.whose, wanted)),
        _points(one.score.value),
        text_cell(f"{number(low, 1)} – {number(high, 1)}"),
    ]
    if formula.grades:
        row.append(text_cell(one.grade.letter if one.grade else ""))
    row.append(text_cell(grading_words.rank_words(one.rank, ranked) if one.rank else _("withheld from the public")))
    if formula.exclusions:
        row.append(_points(one.full.value))
    return [*row, *(_points(points.value) for points in one.score.points)]


def _points(value: float) -> Cell:
    return Cell(number(value, 1), round(value, 2))


def _download(tables: Sequence[Table], span: Span) -> AnyResponse:
    name = request.args.get("table", "")
    for table in tables:
        if table.name == name:
            return send_csv(table, f"grading-{span.code}-{name}")
    raise NotFound
