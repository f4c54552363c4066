"""The days of work as an administrator keeps them: holidays, closed and extra days, half days, of state or office."""

from datetime import datetime
from typing import Any

from babel.dates import get_day_names
from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse
from wtforms.fields.choices import SelectChoice

from swagat import clock
from swagat.database import db
from swagat.domain.errors import Invalid, Text
from swagat.domain.names import Name
from swagat.domain.roles import Role
from swagat.models import DayKind
from swagat.services import catalogue, rule_changes, rule_pages, staff
from swagat.services.rule_previews import DayChange, preview
from swagat.web.access import acting, requires
from swagat.web.filters import place_name
from swagat.web.forgery import csrf_ok, keeps_form
from swagat.web.formats import display_locale
from swagat.web.forms.rules import DAY_KINDS, ConfirmForm, DayForm, FollowForm
from swagat.web.words import say

blueprint = Blueprint("admin_calendar", __name__)

# Years that may be looked at; beyond them nothing can be in the calendar.
FIRST_YEAR, LAST_YEAR = 2000, 2100
LAST_STEP = {"applies_to_open", "reason"}


@blueprint.get("/admin/calendar")
@requires(Role.ADMINISTRATOR)
def days() -> AnyResponse:
    """Show the days of a year that differ from the weekly rule."""
    actor = acting()
    state = catalogue.state(actor.state_id or 0)
    this_year = state.calendar.day_of(clock.now()).year
    typed = request.args.get("year", "")
    year = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) == 4 else this_year
    year = min(max(year, FIRST_YEAR), LAST_YEAR)
    page = render_template(
        "admin/calendar.html",
        found=rule_pages.year_of(db.session(), actor, year),
        kinds=DAY_KINDS,
        weekly=[_weekdays()[weekday] for weekday in sorted(state.calendar.weekly_offs)],
        saturdays=sorted(state.calendar.off_saturdays),
        hours=[f"{start:%H:%M}–{end:%H:%M}" for start, end in state.calendar.frames],
        first_year=FIRST_YEAR,
        last_year=LAST_YEAR,
    )
    return make_response(page)


def _weekdays() -> Any:
    return get_day_names("wide", "stand-alone", display_locale())


@blueprint.route("/admin/calendar/new", methods=["GET", "POST"])
@requires(Role.ADMINISTRATOR)
@keeps_form
def new() -> AnyResponse:
    """Show the form for a day, what the day would change, or put it into the calendar."""
    actor, now = acting(), clock.now()
    form = DayForm(request.form)
    offices = staff.offices_named(db.session(), actor, form.words.data or "")
    form.office.choices = [SelectChoice(str(office_id), place_name(name).striptags()) for office_id, name in offices]
    if request.method != "POST":
        return _new_page(form)
    if not csrf_ok():
        form.form_errors.append(_("The page was open too long. Nothing is lost: please send it again."))
        return _new_page(form, 422)
    if request.form.get("find") or request.form.get("back"):
        return _new_page(form)
    form.validate()
    change = _change_of(form, actor.state_id or 0, now)
    try:
        rule_changes.check(change, now)
        if form.errors:
            return _new_page(form, 422)
        if not request.form.get("apply"):
            return _look(form, change)
        change_id = rule_changes.apply(actor, change, form.follows, form.reason.data or "", now)
    except Invalid as refusal:
        is_last = not form.errors and set(refusal.errors) <= LAST_STEP
        _mark(form, refusal)
        # A mistake in the last step is corrected there; one in the day itself on the page before.
        return _look(form, change, 422) if is_last and refusal.errors else _new_page(form, 422)
    flash(_("The day is in the calendar."), "good")
    return redirect(url_for("admin_changes.show", change_id=change_id), 303)


def _change_of(form: Any, state_id: int, now: datetime) -> DayChange:
    """Return the change that was typed, marking what is missing; that is filled so that the rest can be checked."""
    kind = next((one for one in DayKind if one.value == form.kind.data), None)
    of_office = bool((form.words.data or "").strip())
    if form.day.data is None:
        form.day.errors = [say(Text(rule_changes.NO_DAY))]
    if kind is None:
        form.kind.errors = [say(Text(rule_changes.NO_KIND))]
    if of_office and form.office.data not in {choice.value for choice in form.office.choices}:
        form.office.errors = [say(Text(rule_changes.NO_OFFICE))]
    texts = [" ".join((form[name].data or "").split()) for name in ("name", "name_hi", "name_gu")]
    return DayChange(
        state_id=state_id,
        day=form.day.data or catalogue.calendar(state_id).day_of(now),
        kind=kind or DayKind.HOLIDAY,
        name=Name(*texts),
        office_id=_number(form.office.data or "") if of_office else None,
        hours=(form.hours.data or "").strip() if kind is DayKind.HALF_DAY else "",
        confirmed="no" if form.is_estimate.data else "yes",
        source=(form.source.data or "").strip(),
    )


def _number(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 19 else None


def _mark(form: Any, refusal: Invalid) -> None:
    for field, text in refusal.errors.items():
        # What was found missing before goes first: the rest was only filled in to be checked.
        form[field].errors = form[field].errors or [say(text)]
    if not refusal.errors:
        form.form_errors.append(say(refusal.text))


def _new_page(form: Any, status: int = 200) -> AnyResponse:
    return make_response(render_template("admin/new_day.html", form=form), status)


def _look(form: Any, change: DayChange, status: int = 200) -> AnyResponse:
    names = ("day", "kind", "name", "name_hi", "name_gu", "hours", "source", "is_estimate", "words", "office")
    keep = [(name, value) for name in names for value in request.form.getlist(name)[:1]]
    return _preview_page(form, change, keep, url_for("admin_calendar.new"), status)


def _preview_page(form: Any, change: DayChange, keep: list[tuple[str, str]], url: str, status: int) -> AnyResponse:
    ids = {change.office_id} - {None}
    page = render_template(
        "admin/preview.html",
        form=form,
        change=change,
        kinds=DAY_KINDS,
        office=rule_pages.office_names(db.session(), ids).get(change.office_id or 0),  # type: ignore[arg-type]
        found=preview(change, clock.now()),
        keep=keep,
        url=url,
        back_url=None if keep else url_for("admin_calendar.days", year=change.day.year),
    )
    return make_response(page, status)


@blueprint.route("/admin/calendar/<int:day_id>/remove", methods=["GET", "POST"])
@requires(Role.ADMINISTRATOR)
@keeps_form
def remove(day_id: int) -> AnyResponse:
    """Show what taking a day out would change, or take it out."""
    actor, now = acting(), clock.now()
    state_id = actor.state_id or 0
    change = rule_changes.removal_of(state_id, rule_changes.day_of(state_id, day_id))
    form, url = FollowForm(request.form), url_for("admin_calendar.remove", day_id=day_id)
    if request.method != "POST":
        return _preview_page(form, change, [], url, 200)
    if not csrf_ok():
        form.form_errors.append(_("The page was open too long. Nothing is lost: please send it again."))
        return _preview_page(form, change, [], url, 422)
    try:
        change_id = rule_changes.apply(actor, change, form.follows, form.reason.data or "", now)
    except Invalid as refusal:
        _mark(form, refusal)
        return _preview_page(form, change, [], url, 422)
    flash(_("The day is taken out of the calendar."), "good")
    return redirect(url_for("admin_changes.show", change_id=change_id), 303)


@blueprint.route("/admin/calendar/<int:day_id>/confirm", methods=["GET", "POST"])
@requires(Role.ADMINISTRATOR)
@keeps_form
def confirm(day_id: int) -> AnyResponse:
    """Show the form that confirms an estimated day, or confirm it."""
    actor = acting()
    day = rule_changes.day_of(actor.state_id or 0, day_id)
    form = ConfirmForm(request.form)
    if request.method != "POST":
        return make_response(render_template("admin/confirm_day.html", form=form, day=day))
    if not csrf_ok():
        form.form_errors.append(_("The page was open too long. Nothing is lost: please send it again."))
        return make_response(render_template("admin/confirm_day.html", form=form, day=day), 422)
    try:
        rule_changes.confirm_day(actor, day_id, form.source.data or "", clock.now())
    except Invalid as refusal:
        _mark(form, refusal)
        return make_response(render_template("admin/confirm_day.html", form=form, day=day), 422)
    flash(_("The day is confirmed."), "good")
    return redirect(url_for("admin_calendar.days", year=day.day.year), 303)
