"""Signals of gaming: the list, one page for each, how it is judged, and what the office itself says."""

import re
from datetime import date, datetime
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from swagat import clock
from swagat.database import db
from swagat.domain.errors import AlreadyDone, Invalid, NotFound, Stale
from swagat.domain.quality.signals import SignalKind
from swagat.domain.roles import Actor
from swagat.models import SignalState
from swagat.services import quality_scopes, signal_judgements, signals
from swagat.services.signals import PAGE, READERS, Line, Wanted
from swagat.web.access import acting, requires
from swagat.web.catalogue import gettext as _
from swagat.web.filters import place_name
from swagat.web.forgery import csrf_ok, keeps_form
from swagat.web.forms.signals import ExplainForm, JudgeForm
from swagat.web.quality_words import month_name
from swagat.web.signal_words import HAPPENED, KINDS, MAY_EXPLAIN, MAY_MEAN, STATES, TONES, chance_words, seen_words
from swagat.web.tables import Cell, Column, Table, send_csv, text_cell
from swagat.web.words import say

blueprint = Blueprint("signals", __name__)

ALL = "all"
MOST_IN_CSV = 5000
_KEY = re.compile(r"(\d{4})-(\d{2})\.(\d{1,18})", re.ASCII)


@blueprint.get("/quality/signals")
@requires(*READERS)
def lists() -> AnyResponse:
    """Show the signals that the reader sees, those to be judged first."""
    actor, session = acting(), db.session()
    wanted = _wanted()
    if request.args.get("format") == "csv":
        return send_csv(_table(signals.listed(session, actor, wanted, most=MOST_IN_CSV)[:MOST_IN_CSV]), "signals")
    found = signals.listed(session, actor, wanted, _before(request.args.get("before", "")))
    counts = signals.counts(session, actor)
    only = _office(actor, wanted.office)
    page = render_template(
        "quality/signals.html",
        lines=found[:PAGE],
        before=f"{found[PAGE - 1].month:%Y-%m}.{found[PAGE - 1].id}" if len(found) > PAGE else None,
        wanted=wanted,
        shown=wanted.state.value if wanted.state else ALL,
        stands=[
            *((STATES[one], one.value, counts.get(one, 0)) for one in SignalState),
            (_("All"), ALL, sum(counts.values())),
        ],
        only=only,
        kinds=KINDS,
        kind_choices=[(one.value, text) for one, text in KINDS.items()],
        states=STATES,
        tones=TONES,
        seen_words=seen_words,
        month_name=month_name,
    )
    return make_response(page)


@blueprint.route("/quality/signals/<int:signal_id>", methods=["GET", "POST"])
@requires(*READERS)
@keeps_form
def show(signal_id: int) -> AnyResponse:
    """Show one signal, or keep how it is judged."""
    actor, now = acting(), clock.now()
    if request.method != "POST":
        return _page(actor, signal_id, now)
    form = JudgeForm(request.form)
    if not csrf_ok():
        return _page(actor, signal_id, now, form, message=_too_old(), status=422)
    try:
        signal_judgements.judge(actor, _stored(signal_id), form.seen_version, form.chosen, form.reason.data or "", now)
    except Invalid as refusal:
        for field, text in refusal.errors.items():
            form[field].errors = [say(text)]
        return _page(actor, signal_id, now, form, status=422)
    except Stale as refusal:
        return _page(actor, signal_id, now, form, message=say(refusal.text), status=409)
    except AlreadyDone as done:
        flash(say(done.text), "good")
    else:
        flash(_("Your judgement was recorded."), "good")
    return redirect(url_for("signals.show", signal_id=signal_id), 303)


@blueprint.post("/quality/signals/<int:signal_id>/explanation")
@requires(*READERS)
@keeps_form
def explain(signal_id: int) -> AnyResponse:
    """Keep what the office itself says of a signal."""
    actor, now = acting(), clock.now()
    form = ExplainForm(request.form)
    if not csrf_ok():
        return _page(actor, signal_id, now, explaining=form, message=_too_old(), status=422)
    try:
        signal_judgements.explain(actor, _stored(signal_id), form.explanation.data or "", now)
    except Invalid as refusal:
        for field, text in refusal.errors.items():
            form[field].errors = [say(text)]
        return _page(actor, signal_id, now, explaining=form, status=422)
    except Stale as refusal:
        return _page(actor, signal_id, now, explaining=form, message=say(refusal.text), status=409)
    except AlreadyDone as done:
        flash(say(done.text), "good")
    else:
        flash(_("Your explanation was recorded. Who judges it reads it first."), "good")
    return redirect(url_for("signals.show", signal_id=signal_id), 303)


def _page(
    actor: Actor,
    signal_id: int,
    now: datetime,
    form: JudgeForm | None = None,
    explaining: ExplainForm | None = None,
    message: str = "",
    status: int = 200,
) -> AnyResponse:
    session = db.session()
    view = signals.signal_view(session, actor, _stored(signal_id))
    line = view.line
    shown = form or JudgeForm()
    # What is sent next is meant for what this page shows.
    shown.version.data = line.version
    page = render_template(
        "quality/signal.html",
        view=view,
        line=line,
        kind=KINDS[line.kind],
        month=month_name(line.month),
        happened=HAPPENED.get(line.kind, _("Answered on")),
        state=STATES[line.state],
        tone=TONES[line.state],
        seen=seen_words(line),
        chance=chance_words(line),
        may_mean=MAY_MEAN[line.kind],
        may_explain=MAY_EXPLAIN[line.kind],
        said=[_entry(one) for one in view.said],
        form=shown,
        explaining=explaining or ExplainForm(),
        faulty=explaining or shown,
        why_not=signal_judgements.why_not_judge(session, actor, line, now),
        is_of_office=signal_judgements.may_explain(actor, line),
        longest=signal_judgements.LONGEST_REASON,
        message=message,
    )
    return make_response(page, status)


def _entry(one: signals.Said) -> dict[str, Any]:
    return {
        "title": STATES[one.judged] if one.judged else _("The office explains"),
        "at": one.at,
        "who": place_name(one.who),
        "office": place_name(one.office),
        "text": one.reason,
        "tone": TONES[one.judged] if one.judged else "",
    }


def _wanted() -> Wanted:
    asked = request.args
    state = next((one for one in SignalState if one.value == asked.get("state")), None)
    kind = next((one for one in SignalKind if one.value == asked.get("kind")), None)
    if state is None and asked.get("state") != ALL:
        state = SignalState.OPEN
    return Wanted(state, kind, asked.get("office", ""))


def _office(actor: Actor, code: str) -> Any:
    """Return the name of the one office that is asked for, where there is such a one."""
    if not code:
        return None
    try:
        return quality_scopes.named(db.session(), actor.state_id or 0, "office", code).name
    except NotFound:
        return code[: quality_scopes.LONGEST_CODE]


def _before(typed: str) -> tuple[date, int] | None:
    found = _KEY.fullmatch(typed)
    if found is None or not 1 <= int(found[2]) <= 12 or int(found[1]) < 1:
        return None
    return date(int(found[1]), int(found[2]), 1), int(found[3])


def _table(lines: Any) -> Table:
    heads = (
        _("Office"), _("Code of the office"), _("What was noticed"), _("Month"), _("Cases"), _("Of"), _("Elsewhere"),
        _("Elsewhere of"), _("Expected by chance"), _("How it stands"),
    )  # fmt: skip
    return Table("signals", _("Signals"), [Column(str(one)) for one in heads], [_cells(one) for one in lines])


def _cells(line: Line) -> list[Cell]:
    seen = line.seen
    numbers = [seen["part"], seen["whole"], seen["peers_part"], seen["peers_whole"], float(f"{seen['chance']:.3g}")]
    return [
        text_cell(place_name(line.office)),
        text_cell(line.office_code),
        text_cell(str(KINDS[line.kind])),
        text_cell(f"{line.month:%Y-%m}"),
        *(Cell(one, one) for one in numbers),
        text_cell(str(STATES[line.state])),
    ]


def _too_old() -> str:
    return _("The page was open too long. Nothing is lost: please send it again.")


def _stored(signal_id: int) -> int:
    # An id beyond what a column holds is nobody's.
    return signal_id if signal_id < 2**63 else 0
