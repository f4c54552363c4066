"""A new nonconformity, and one page for each with its trail and the step that it waits for."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from flask import Blueprint, current_app, flash, make_response, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse
from wtforms.fields.choices import SelectChoice

from swagat import clock
from swagat.database import db
from swagat.domain.errors import AlreadyDone, Invalid, NotFound, Refused
from swagat.domain.nonconformities import Row, Step
from swagat.domain.roles import Actor
from swagat.services import catalogue, nonconformities, nonconformity_opening, nonconformity_views
from swagat.services.nonconformity_views import Entry, View
from swagat.web.access import acting, signed_in
from swagat.web.catalogue import gettext as _
from swagat.web.desk import HANDLERS
from swagat.web.filters import place_name, role_name
from swagat.web.forgery import csrf_ok, keeps_form
from swagat.web.formats import local_date
from swagat.web.forms.nonconformities import (
    JUDGE,
    JUDGED,
    STEP_WORDS,
    OpeningForm,
    StepForm,
    Words,
    fields_of,
    whole_number,
)
from swagat.web.nonconformity_words import (
    SEVERITIES,
    SOURCES,
    STAGE_TONES,
    STAGES,
    TRAIL,
    TRAIL_TONES,
    effect_rows,
    entry_facts,
    figure_name,
    next_words,
    statement_words,
)
from swagat.web.words import say

blueprint = Blueprint("nonconformities", __name__)

LONGEST_NUMBER = 64
# What is not the step that it waits for, and is folded away.
BESIDE = frozenset({Step.REPLAN, Step.PROPOSE_CANCEL})


class StepOffered(NamedTuple):
    """One form of the page: its name in the address, what it asks for, and whether it stands open."""

    name: str
    words: Words
    form: Any
    fields: list[str]
    is_open: bool
    kind: str


@blueprint.route("/nonconformities/new", methods=["GET", "POST"])
@signed_in
@keeps_form
def new() -> AnyResponse:
    """Show the form for a new nonconformity, or open it."""
    actor, now = acting(), clock.now()
    offices = nonconformity_opening.may_open_for(db.session(), actor)
    if not offices:
        raise NotFound
    form = OpeningForm(request.form)
    form.office.choices = [SelectChoice(one.code, place_name(one.name).striptags()) for one in offices]
    form.indicator.choices = [
        SelectChoice("", _("By none")),
        *(SelectChoice(code, figure_name(code)) for code in nonconformity_opening.FIGURES),
    ]
    if request.method != "POST":
        form.key.data = secrets.token_urlsafe(16)
        form.office.data = request.args.get("office", offices[0].code if len(offices) == 1 else "")
        return make_response(render_template("nonconformities/new.html", form=form))
    if not csrf_ok():
        form.form_errors.append(_("The page was open too long. Nothing is lost: please send it again."))
        return make_response(render_template("nonconformities/new.html", form=form), 422)
    try:
        made = nonconformity_opening.open_by_hand(
            actor,
            (form.key.data or "")[:LONGEST_NUMBER],
            form.office.data or "",
            form.chosen_source,
            form.chosen_severity,
            form.statement.data or "",
            form.indicator.data or "",
            form.numbers,
            now,
            current_app.extensions["rules"],
        )
    except Invalid as refusal:
        for field, text in refusal.errors.items():
            form[field].errors = [say(text)]
        return make_response(render_template("nonconformities/new.html", form=form), 422)
    flash(_("Opened. The head of the office now has to put it right."), "good")
    return redirect(url_for("nonconformities.show", number=made), 303)


@blueprint.get("/nonconformities/<number>")
@signed_in
def show(number: str) -> AnyResponse:
    """Show one nonconformity with its trail and the step it waits for."""
    return _page(acting(), number, clock.now(), {})


@blueprint.post("/nonconformities/<number>/<name>")
@signed_in
@keeps_form
def take(number: str, name: str) -> AnyResponse:
    """Take a step."""
    actor, now = acting(), clock.now()
    form = StepForm(request.form, prefix=f"{name}-")
    step = _step(name, form)
    if step is None and name != JUDGE:
        raise NotFound
    if not csrf_ok():
        message = _("The page was open too long. Nothing is lost: please send it again.")
        return _page(actor, number, now, {name: form}, message, 422)
    if step is None:
        form.judged.errors = [_("Choose whether it helped.")]
        return _page(actor, number, now, {name: form}, status=422)
    if not form.validate():
        return _page(actor, number, now, {name: form}, status=422)
    try:
        stage = nonconformities.take(
            actor, _known(number), step, form.given, whole_number(form.seen.data) or 0, now,
            current_app.extensions["rules"],
        )  # fmt: skip
    except Invalid as refusal:
        for field, text in refusal.errors.items():
            form["judged" if field == "step" else field].errors = [say(text)]
        return _page(actor, number, now, {name: form}, status=422)
    except AlreadyDone as done:
        flash(say(done.text), "good")
    except NotFound:
        raise
    except Refused as refusal:
        return _page(actor, number, now, {name: form}, say(refusal.text), 409)
    else:
        flash(_("Recorded. How it stands now: %(stage)s", stage=STAGES[stage]), "good")
    return redirect(url_for("nonconformities.show", number=number), 303)


def _step(name: str, form: StepForm) -> Step | None:
    wanted = form.judged.data if name == JUDGE else name
    known = JUDGED if name == JUDGE else STEP_WORDS
    return next((one for one in Step if one.value == wanted and one in known), None)


def _page(
    actor: Actor, number: str, now: datetime, typed: Mapping[str, StepForm], message: str = "", status: int = 200
) -> AnyResponse:
    rules = current_app.extensions["rules"]
    view = nonconformity_views.view(db.session(), actor, _known(number), now, rules)
    forms = _forms(view, typed)
    kept = [form for name, form in typed.items() if name not in {one.name for one in forms}]
    page = render_template(
        "nonconformities/one.html",
        view=view,
        line=view.line,
        statement=statement_words(view.line),
        stage=str(STAGES[view.line.stage]),
        next_step=next_words(view.line),
        tone=STAGE_TONES.get(view.line.stage, ""),
        source=str(SOURCES[view.line.source]),
        severity=str(SEVERITIES[view.line.severity]),
        figure=figure_name(view.line.indicator),
        entries=_trail(view),
        forms=forms,
        effect=_effect(view),
        form=next(iter(typed.values()), None),
        # What somebody wrote for a step that does not fit any more is not thrown away.
        written=[said for form in kept for said in (*form.given.whys, form.given.text) if said],
        message=message,
        opens_cases=actor.role in HANDLERS,
        today=catalogue.calendar(actor.state_id or 0).day_of(now),
    )
    return make_response(page, status)


def _forms(view: View, typed: Mapping[str, StepForm]) -> list[StepOffered]:
    found = []
    for name, row in _named(view.steps).items():
        form = typed.get(name) or StepForm(prefix=f"{name}-")
        form.seen.data = form.seen.data if name in typed and form.errors else str(view.last_seq)
        form.owner.choices = [SelectChoice("", _("Choose a person"))] + [
            SelectChoice(str(one.posting_id), f"{place_name(one.name).striptags()}, {role_name(one.role.value)}")
            for one in view.owners
        ]
        is_beside = row.step in BESIDE
        found.append(
            StepOffered(
                name,
                STEP_WORDS[name],
                form,
                fields_of(name, row.needs),
                name in typed or not is_beside,
                "quiet" if is_beside else "danger" if row.step is Step.CANCEL else "",
            )
        )
    return sorted(found, key=lambda one: one.name in {step.value for step in BESIDE})


def _named(steps: Any) -> dict[str, Row]:
    """Return the steps by the names of their forms: to judge is one form with two answers."""
    return {JUDGE if row.step in JUDGED else row.step.value: row for row in steps}


def _trail(view: View) -> list[dict[str, Any]]:
    return [
        {
            "title": str(TRAIL[one.step]),
            "at": one.at,
            "who": _who(one),
            "text": statement_words(view.line) if one.step is Step.OPEN else one.text,
            "facts": entry_facts(one),
            "tone": TRAIL_TONES.get(one.step, ""),
        }
        for one in view.entries
    ]


def _who(entry: Entry) -> str | Markup:
    if entry.person is None or entry.post is None:
        return _("The program, by itself")
    return Markup("{} ({}, {})").format(place_name(entry.person), role_name(entry.role.value), place_name(entry.post))


def _effect(view: View) -> list[tuple[str, Any]]:
    """Return what is known of the effect while it is to be judged: the figure, or when it can be read."""
    if view.effect is not None:
        return effect_rows(nonconformities.plain_effect(view.line.indicator, view.effect))
    if view.check_from is not None and view.line.indicator:
        return [(_("Can be judged from"), local_date(view.check_from)), (_("Figure"), figure_name(view.line.indicator))]
    return []


def _known(typed: str) -> str:
    if len(typed) > LONGEST_NUMBER or "\0" in typed:
        raise NotFound
    return typed
