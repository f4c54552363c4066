"""Lists of nonconformities, on a page and as a table to take along."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Blueprint, make_response, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from swagat import clock
from swagat.database import db
from swagat.domain.nonconformities import Source, Stage
from swagat.services import nonconformity_lists, nonconformity_opening
from swagat.services.nonconformity_lists import Filters, Line, Tab
from swagat.web.access import acting, signed_in
from swagat.web.catalogue import gettext as _
from swagat.web.filters import place_name
from swagat.web.formats import INDIA, short_date
from swagat.web.nonconformity_words import SOURCES, STAGE_TONES, STAGES, TABS, statement_words
from swagat.web.quality_system import ROLES
from swagat.web.tables import Cell, Column, Table, send_csv, text_cell

blueprint = Blueprint("nonconformity_lists", __name__)

LONGEST_PAGE = 6
SHOWN_LETTERS = 150


@blueprint.get("/nonconformities")
@signed_in
def lists() -> AnyResponse:
    """Show the nonconformities that somebody may see, what is due first on top; or hand them on as a table."""
    actor, now, session = acting(), clock.now(), db.session()
    offices = nonconformity_lists.offices_of(session, actor)
    filters = _filters({code: office_id for code, _name, office_id in offices})
    is_open = filters.tab is not Tab.ENDED
    if request.args.get("format") == "csv":
        lines = nonconformity_lists.everything(session, actor, filters, now)
        return send_csv(_table(lines, is_open), f"nonconformities-{filters.tab.value}-{now:%Y-%m-%d}")
    typed = request.args.get("page", "")
    at = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < LONGEST_PAGE else 0
    page = nonconformity_lists.page(session, actor, filters, at, now)
    shown = render_template(
        "nonconformities/list.html",
        table=_table(page.lines, is_open),
        filters=filters,
        tabs=[
            (str(label), url_for("nonconformity_lists.lists", tab=tab.value, **_chosen()), page.counts[tab],
             tab is filters.tab)
            for tab, label in TABS.items()
        ],
        offices=[(code, place_name(name).striptags()) for code, name, _id in offices],
        chosen=_chosen(),
        stages=[(one.value, str(label)) for one, label in STAGES.items()],
        sources=[(one.value, str(label)) for one, label in SOURCES.items()],
        has_hub=actor.role in ROLES,
        may_open=bool(nonconformity_opening.may_open_for(session, actor)),
        at=at,
        has_more=page.has_more,
    )  # fmt: skip
    return make_response(shown)


def _chosen() -> dict[str, Any]:
    return {name: request.args.get(name, "") for name in ("stage", "source", "office") if request.args.get(name)}


def _filters(offices: Mapping[str, int]) -> Filters:
    asked = request.args.get
    office = asked("office", "")
    return Filters(
        next((one for one in Tab if one.value == asked("tab")), Tab.OPEN),
        next((one for one in Stage if one.value == asked("stage")), None),
        next((one for one in Source if one.value == asked("source")), None),
        offices.get(office, 0) if office else None,
    )


def _table(lines: Iterable[Line], is_open: bool) -> Table:
    columns = [
        Column(_("Number"), is_number=False),
        Column(_("Office"), is_number=False),
        Column(_("What is not as it should be"), is_number=False),
        Column(_("Where it came from"), is_number=False),
        Column(_("Stage"), is_number=False),
        Column(_("Due by") if is_open else _("Ended"), is_number=False),
        Column(_("Answers for it now"), is_number=False),
        Column(_("Who does it"), is_number=False),
    ]
    return Table("nonconformities", _("Nonconformities"), columns, [_row(one) for one in lines])


def _row(line: Line) -> list[Cell]:
    said = statement_words(line)
    plain = str(said.striptags() if isinstance(said, Markup) else said)
    due = Markup("{} {}").format(short_date(line.due_on), _chip(_("Late"), "late")) if line.is_late else None
    end = line.ended_at.astimezone(INDIA).date() if line.ended_at else None
    return [
        Cell(
            Markup('<span class="code">{}</span>').format(line.number),
            line.number,
            url_for("nonconformities.show", number=line.number),
        ),
        text_cell(place_name(line.office)),
        Cell(plain if len(plain) <= SHOWN_LETTERS else f"{plain[:SHOWN_LETTERS]} …", plain),
        text_cell(str(SOURCES[line.source])),
        Cell(_chip(str(STAGES[line.stage]), STAGE_TONES.get(line.stage, "")), str(STAGES[line.stage])),
        Cell(short_date(end) if end else due or short_date(line.due_on), (end or line.due_on).isoformat()),
        text_cell(place_name(line.answerable)),
        text_cell(place_name(line.owner) if line.owner else ""),
    ]


def _chip(text: str, tone: str) -> Markup:
    return Markup('<span class="{}">{}</span>').format(f"chip {tone}".strip(), text)
