"""The time limits of the ladder as an administrator keeps them: channels by levels, in versions."""

from datetime import date
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from swagat import clock
from swagat.domain.errors import Invalid, Text
from swagat.domain.policies import CHANNEL_NAMES, LAST_LEVEL, Channel, Policy, Unit
from swagat.domain.roles import Role
from swagat.services import catalogue, rule_changes, rule_pages
from swagat.services.rule_previews import PolicyChange, preview
from swagat.web.access import acting, requires
from swagat.web.forgery import csrf_ok, keeps_form
from swagat.web.forms.rules import UNITS, limits_form, start_field, step_field
from swagat.web.words import say

blueprint = Blueprint("admin_policy", __name__)

LEVELS = tuple(range(1, LAST_LEVEL + 1))
LONGEST_NOTE = 300


@blueprint.get("/admin/limits")
@requires(Role.ADMINISTRATOR)
def limits() -> AnyResponse:
    """Show the version in force and the other versions."""
    found = rule_pages.limits_of(acting(), clock.now())
    page = render_template("admin/limits.html", found=found, channels=CHANNEL_NAMES, levels=LEVELS, units=UNITS)
    return make_response(page)


@blueprint.route("/admin/limits/new", methods=["GET", "POST"])
@requires(Role.ADMINISTRATOR)
@keeps_form
def new() -> AnyResponse:
    """Show the form for a version, what it would change, or make it."""
    actor, now = acting(), clock.now()
    state_id = actor.state_id or 0
    in_force = rule_pages.limits_of(actor, now).in_force
    form = limits_form()(request.form or None, data=_values(in_force, catalogue.calendar(state_id).day_of(now)))
    if request.method != "POST":
        return _form_page(form)
    if not csrf_ok():
        form.form_errors.append(_("The page was open too long. Nothing is lost: please send it again."))
        return _form_page(form, 422)
    if request.form.get("back"):
        return _form_page(form)
    change = _change_of(form, state_id) if form.validate() else None
    if change is None:
        return _form_page(form, 422)
    try:
        rule_changes.check(change, now)
        if not request.form.get("apply"):
            return _look(form, change)
        change_id = rule_changes.apply(actor, change, form.follows, form.reason.data or "", now)
    except Invalid as refusal:
        for field, text in refusal.errors.items():
            form[field].errors = [say(text)]
        is_last = bool(request.form.get("apply")) and set(refusal.errors) <= {"reason", "applies_to_open"}
        return _look(form, change, 422) if is_last else _form_page(form, 422)
    flash(_("The new version is made."), "good")
    return redirect(url_for("admin_changes.show", change_id=change_id), 303)


def _values(policy: Policy, today: date) -> dict[str, Any]:
    values: dict[str, Any] = {"effective_from": today, "unit": policy.unit.value, "repeat_days": policy.repeat_days}
    for channel in Channel:
        values |= {start_field(channel, level): policy.days_at_start(channel, level) for level in LEVELS}
        values |= {step_field(channel, level): policy.days_after_step(channel, level) for level in LEVELS[1:]}
        values[f"is_published_{channel.value}"] = not policy.ours[channel]
    return values


def _change_of(form: Any, state_id: int) -> PolicyChange | None:
    unit = next((one for one in Unit if one.value == form.unit.data), None)
    if form.effective_from.data is None:
        form.effective_from.errors = [say(Text(rule_changes.NO_DAY))]
    if unit is None:
        form.unit.errors = [say(Text(rule_changes.NO_UNIT))]
    if form.errors or form.effective_from.data is None or unit is None:
        return None
    policy = Policy(
        version=0,
        effective_from=form.effective_from.data,
        unit=unit,
        start_days={one: {level: form[start_field(one, level)].data for level in LEVELS} for one in Channel},
        step_days={one: {level: form[step_field(one, level)].data for level in LEVELS[1:]} for one in Channel},
        ours={one: not form[f"is_published_{one.value}"].data for one in Channel},
        repeat_days=form.repeat_days.data,
    )
    return PolicyChange(state_id=state_id, policy=policy, note=(form.note.data or "").strip()[:LONGEST_NOTE])


def _form_page(form: Any, status: int = 200) -> AnyResponse:
    page = render_template(
        "admin/new_limits.html",
        form=form,
        channels=CHANNEL_NAMES,
        levels=LEVELS,
        start_field=start_field,
        step_field=step_field,
    )
    return make_response(page, status)


def _look(form: Any, change: PolicyChange, status: int = 200) -> AnyResponse:
    last = ("applies_to_open", "reason", "csrf_token", "apply", "look", "back")
    keep = [(name, value) for name, value in request.form.items() if name in form and name not in last]
    page = render_template(
        "admin/preview.html",
        form=form,
        change=change,
        found=preview(change, clock.now()),
        keep=keep,
        url=url_for("admin_policy.new"),
        back_url=None,
    )
    return make_response(page, status)
