"""The certified offices, open to everybody: of all states, of one, of a district, and the page of each certificate."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from flask import Blueprint, current_app, make_response, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from swagat import clock
from swagat.database import db
from swagat.domain.certification import AFTER, IN_FORCE, counted
from swagat.domain.errors import NotFound
from swagat.domain.names import Name
from swagat.services import catalogue, certificate_pages, places
from swagat.services.catalogue_views import StateView
from swagat.services.certificate_lists import Row, certified, still_waiting
from swagat.services.certificate_papers import MOST_PAPERS
from swagat.services.certificates import ENDED, WRITING
from swagat.web import certificate_words as words
from swagat.web.access import current_actor, public
from swagat.web.catalogue import gettext as _
from swagat.web.certificate_answers import stored
from swagat.web.filters import in_language, place_name
from swagat.web.tables import Cell, Column, Table, send_csv, text_cell

blueprint = Blueprint("certificates", __name__)


class Part(NamedTuple):
    """A state or a district with its certificates."""

    code: str
    name: Name
    rows: Sequence[Row]

    @property
    def in_force(self) -> int:
        """Return how many of them hold."""
        return sum(one.state in IN_FORCE for one in self.rows)


@blueprint.get("/certificates")
@public
def overview() -> AnyResponse:
    """Show each state that has certificates with its districts; where there is one state, its offices."""
    today = _today()
    rows = certified(db.session(), today)
    states = [Part(one.short, one.name, [row for row in rows if row.state_id == one.id]) for one in catalogue.states()]
    states = [one for one in states if one.rows]
    if request.args.get("format") == "csv" or len(states) < 2:
        return _list(states[0].name if states else _own_state().name, "all", rows, today)
    page = render_template(
        "certificates/overview.html",
        states=[(one, counted(row.state for row in one.rows), _districts(one.rows)) for one in states],
        words=words,
        is_invented=all(row.is_invented for row in rows),
        writes=_writes(),
    )
    return make_response(page)


@blueprint.get("/certificates/<code>")
@public
def of_part(code: str) -> AnyResponse:
    """Show the certified offices of a state, by its short name, or of a district, by its code."""
    today = _today()
    for state in catalogue.states():
        if state.short == code:
            return _list(state.name, code, certified(db.session(), today, state_id=state.id), today)
    for state in catalogue.states():
        for one in places.districts(state.id):
            if one.code == code:
                rows = certified(db.session(), today, state_id=state.id, district_id=one.id)
                return _list(one.name, code, rows, today)
    raise NotFound


@blueprint.get("/certificate/<int:certificate_id>")
@public
def show(certificate_id: int) -> AnyResponse:
    """Show one certificate with its cycle, and its findings to who reads them."""
    actor, today = current_actor(), _today()
    shown = certificate_pages.whole(db.session(), actor, stored(certificate_id), today)
    page = render_template(
        "certificates/one.html",
        shown=shown,
        row=shown.row,
        moments=words.cycle_of(shown, today),
        words=words,
        today=today,
        back=_back_of(shown.row),
        writes=shown.reads and _writes(),
        may_record=shown.row.last_step not in ENDED,
        may_step=bool(AFTER[shown.row.last_step]),
        room=MOST_PAPERS - len(shown.papers),
        has_figures=shown.row.state_id == _own_state().id,
    )
    return make_response(page)


def _list(name: Name, code: str, rows: Sequence[Row], today: date) -> AnyResponse:
    counts = counted(one.state for one in rows)
    chosen = next((state for state in counts if state.value == request.args.get("state")), None)
    listed = [one for one in rows if chosen in (None, one.state)]
    if request.args.get("format") == "csv":
        return send_csv(_table(listed), f"certificates-{code}-{today.isoformat()}")
    actor = current_actor()
    waits = still_waiting(db.session(), rows, actor.state_id) if actor and actor.state_id and _writes() else []
    page = render_template(
        "certificates/list.html",
        name=name,
        code=code,
        rows=listed,
        all_rows=rows,
        counts=counts,
        chosen=chosen,
        in_force=sum(one.state in IN_FORCE for one in rows),
        waits=waits,
        today=today,
        words=words,
        is_invented=bool(rows) and all(one.is_invented for one in rows),
        writes=_writes(),
    )
    return make_response(page)


def _table(rows: Sequence[Row]) -> Table:
    columns = [
        _("Office"), _("State of the certificate"), _("Standard"), _("Number of the certificate"), _("Certified for"),
        _("Certification body"), _("Cycle"), _("Day of the decision"), _("Last day"), _("Next"), _("By"), _("Note"),
    ]  # fmt: skip
    lines = [
        [
            text_cell(place_name(one.office)),
            text_cell(words.STATES[one.state]),
            text_cell(one.edition),
            text_cell(one.number),
            text_cell(in_language(one.scope, "")),
            text_cell(one.body),
            Cell(one.cycle, one.cycle),
            Cell(one.days.decided_on, one.days.decided_on.isoformat()),
            Cell(one.days.expires_on, one.days.expires_on.isoformat()),
            text_cell(words.next_words(one)),
            Cell(one.standing.next_on, one.standing.next_on.isoformat() if one.standing.next_on else ""),
            text_cell(_("Invented") if one.is_invented else ""),
        ]
        for one in rows
    ]
    return Table("certificates", _("Certified offices"), [Column(one) for one in columns], lines)


def _districts(rows: Sequence[Row]) -> list[Part]:
    """Return the districts in which certified offices lie, by name; offices of the whole state lie in none."""
    parts = []
    for state_id in {one.state_id for one in rows}:
        for place in places.districts(state_id):
            inside = [one for one in rows if one.district_id == place.id]
            if inside:
                parts.append(Part(place.code, place.name, inside))
    return parts


def _back_of(row: Row) -> str:
    if row.district_id is not None:
        for place in places.districts(row.state_id):
            if place.id == row.district_id:
                return url_for("certificates.of_part", code=place.code)
    return url_for("certificates.of_part", code=catalogue.state(row.state_id).short)


def _today() -> date:
    return _own_state().calendar.day_of(clock.now())


def _own_state() -> StateView:
    return catalogue.state_named(current_app.config["STATE"])


def _writes() -> bool:
    actor = current_actor()
    return actor is not None and actor.role in WRITING
