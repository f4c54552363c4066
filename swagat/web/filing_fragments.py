"""Pieces of the filing pages that are the same for everybody: lists of districts, departments, grounds, numbers."""

from typing import Any

from flask import render_template
from markupsafe import Markup

from swagat.services import catalogue, places
from swagat.services.catalogue_views import Helpline, StateView
from swagat.web.filters import in_language, place_name
from swagat.web.kept_pages import once


def grounds() -> Markup:
    """Return the published list of what may not be filed, with where to go instead."""
    return Markup(once("grounds", make=lambda: render_template("filing/grounds.html", grounds=catalogue.grounds())))


def group_options(chosen: str | None) -> Markup:
    """Return the departments as options of a select."""

    def make() -> str:
        return Markup("").join(_option(one.code, place_name(one)) for one in catalogue.groups())

    return _chosen(once("groups", make=make), chosen)


def district_options(default_state: str, chosen: str | None) -> Markup:
    """Return the districts in which offices answer, the installation's own state first."""

    def make() -> str:
        served = catalogue.current().served
        states = sorted(catalogue.states(), key=lambda one: (one.short != default_state, one.name_en))
        lists = [(one, [d for d in places.districts(one.id) if d.id in served]) for one in states]
        shown = [(state, some) for state, some in lists if some]
        return Markup("").join(_state_options(state, some, len(shown) > 1) for state, some in shown)

    return _chosen(once("districts", default_state, make=make), chosen)


def helplines(lines: tuple[Helpline, ...] | list[Helpline]) -> list[dict[str, object]]:
    """Return emergency numbers as the parts print them."""
    return [{"number": line.number, "name": in_language(line, "name")} for line in lines]


def _state_options(state: StateView, districts: list[Any], is_named: bool) -> Markup:
    options = Markup("").join(_option(str(one.id), place_name(one)) for one in districts)
    if not is_named:
        return options
    return Markup('<optgroup label="{}">{}</optgroup>').format(place_name(state).striptags(), options)


def _option(value: str, label: Markup) -> Markup:
    # An option holds text only: marks of language inside it are not allowed.
    return Markup('<option value="{}">{}</option>\n').format(value, label.striptags())


def _chosen(options: str, value: str | None) -> Markup:
    if not value:
        return Markup(options)
    # As plain text: the replace of Markup would escape the quotes a second time.
    given = str(Markup('value="{}"').format(value))
    return Markup(str(options).replace(given, f"{given} selected", 1))
