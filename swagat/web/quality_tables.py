"""The tables of a page of figures: every indicator, how disposals stand, and the parts of a scope."""

from collections.abc import Callable, Sequence

from swagat.domain.quality.figures import BESIDE_CLOSURE, Figure
from swagat.domain.quality.indicators import INDICATORS, Kind
from swagat.models import Scope
from swagat.services.indicators import Family, Member, Overview
from swagat.services.quality_scopes import Whose
from swagat.web.catalogue import gettext as _
from swagat.web.filters import place_name
from swagat.web.formats import number
from swagat.web.quality_words import (
    NOTHING,
    PARTS,
    WITHHELD,
    basis_words,
    percent,
    raw_value,
    rest_name,
    value_words,
)
from swagat.web.tables import Cell, Column, Rows, Table, text_cell

# What is compared between the parts of a scope.
COMPARED = ("received", "pending", "disposed", "closure_days", "on_time", "confirmed")
TABLES = {Scope.DISTRICT: "districts", Scope.DEPARTMENT: "departments", Scope.OFFICE: "offices"}
Leading = Callable[[str], str | None]


def value_cell(found: Figure | None, url: str | None = None) -> Cell:
    """Return the value of a figure as a cell; what is withheld says so, and leads nowhere."""
    if found is None:
        return Cell(WITHHELD, raw_value(None))
    words = value_words(found)
    return Cell(NOTHING, None) if words is None else Cell(words, raw_value(found), url if found.part else None)


def cases_cell(found: Figure | None) -> Cell:
    """Return of how many cases a figure is."""
    return Cell(WITHHELD, str(WITHHELD)) if found is None else Cell(number(found.whole), found.whole)


def standings(shown: Overview, leading: Leading) -> Table:
    """Return how the disposals of the period stand: what is always shown beside the time they took."""
    rows = []
    for code in BESIDE_CLOSURE:
        found = shown.figure(code)
        low, high = (found.interval if found else None) or (None, None)
        between = "" if low is None or high is None else f"{percent(low)} – {percent(high)}"
        rows.append(
            [
                text_cell(_(INDICATORS[code].name)),
                value_cell(found, leading(code)),
                cases_cell(found),
                text_cell(between),
            ]
        )
    columns = [
        Column(_("What became of the answers"), is_number=False),
        Column(_("Share, per cent")),
        Column(_("Of cases")),
        Column(_("Surely between")),
    ]
    return Table("answers", _("What the people said of the answers"), columns, rows)


def every_figure(shown: Overview, leading: Leading, definition: Callable[[str], str]) -> Table:
    """Return every indicator with its value; the name leads to its definition, the value to its cases."""
    rows = []
    for code, indicator in INDICATORS.items():
        found = shown.figure(code)
        ninetieth = found.ninetieth if found else None
        rows.append(
            [
                text_cell(_(indicator.name), definition(code)),
                value_cell(found, leading(code)),
                cases_cell(found),
                Cell("" if ninetieth is None else number(ninetieth), ninetieth),
                text_cell(basis_words(found) if found and indicator.kind is Kind.SHARE else ""),
            ]
        )
    columns = [
        Column(_("Figure"), is_number=False),
        Column(_("Value")),
        Column(_("Of cases")),
        Column(_("Nine of ten within, days")),
        Column(_("How sure"), is_number=False),
    ]
    return Table("figures", _("Every figure"), columns, rows)


def parts(
    shown: Overview,
    family: Family,
    sort: str,
    address: Callable[[Whose], str],
    leading: Callable[[Whose, str], str | None],
) -> Table:
    """Return the parts of a scope of one kind, sorted by a column, with the rest and all together below."""
    members = _sorted(shown, family.members, sort)

    def row(place: int) -> Sequence[Cell]:
        one = members[place]
        figures = [value_cell(shown.figure_of(code, one), leading(one.whose, code)) for code in COMPARED]
        return [text_cell(place_name(one.whose.name), address(one.whose)), *figures]

    rows = Rows(len(members), row)
    totals = []
    own = shown.whose.where.scope
    if family.rest:
        left = [value_cell(shown.figure_of_rest(code, family)) for code in COMPARED]
        totals.append([text_cell(rest_name(family.kind, own)), *left])
    totals.append(
        [
            text_cell(_("All together")),
            *(value_cell(shown.figure(code), leading(shown.whose, code)) for code in COMPARED),
        ]
    )
    columns = [
        Column(str(PARTS[family.kind]), "name", is_number=False),
        *(Column(_(INDICATORS[code].name), code) for code in COMPARED),
    ]
    return Table(TABLES[family.kind], str(PARTS[family.kind]), columns, rows, totals, _("Nothing is counted here yet."))


def _sorted(shown: Overview, members: Sequence[Member], sort: str) -> list[Member]:
    """Return the members by a column, backwards with a minus; what is withheld stands last and by name."""
    code = sort.removeprefix("-")
    by_name = sorted(members, key=lambda one: str(one.whose.name), reverse=sort == "-name")
    if code not in COMPARED:
        return by_name
    values = [(one, found.value if (found := shown.figure_of(code, one)) else None) for one in by_name]
    known = [(one, value) for one, value in values if value is not None]
    known.sort(key=lambda pair: pair[1], reverse=sort.startswith("-"))
    return [one for one, _value in known] + [one for one, value in values if value is None]
