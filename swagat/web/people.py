"""People and their postings, as an administrator keeps them."""

from datetime import datetime
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse
from wtforms.fields.choices import SelectChoice

from swagat import clock
from swagat.database import db
from swagat.domain.errors import Invalid
from swagat.domain.mandates import codes_in
from swagat.domain.quality import periods
from swagat.domain.quality.periods import Span
from swagat.domain.roles import Role
from swagat.services import absences, catalogue, mandates, postings, staff
from swagat.services.mandates import Wanted
from swagat.services.staff import PersonRow
from swagat.web.access import acting, requires
from swagat.web.filters import place_name
from swagat.web.forgery import csrf_ok, keeps_form
from swagat.web.forms.admin import PersonForm, PostingForm
from swagat.web.forms.supervision import AbsenceForm
from swagat.web.quality_words import months_words
from swagat.web.words import say

blueprint = Blueprint("people", __name__)


@blueprint.route("/admin/people", methods=["GET", "POST"])
@requires(Role.ADMINISTRATOR)
def lists() -> AnyResponse:
    """Show people by name; a search is posted, so that no name stays in an address."""
    words = request.form.get("q", "").strip()[:120]
    found = staff.people(db.session(), acting(), words, _id("after"), _id("before"))
    return make_response(render_template("admin/people.html", found=found, words=words, now=clock.now()))


def _id(name: str) -> int | None:
    return _number(request.values.get(name, ""))


def _number(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 19 else None


@blueprint.route("/admin/people/new", methods=["GET", "POST"])
@requires(Role.ADMINISTRATOR)
@keeps_form
def new() -> AnyResponse:
    """Show the form for a new person, or make the person."""
    form = PersonForm(request.form)
    if request.method != "POST":
        return make_response(render_template("admin/new_person.html", form=form))
    if not csrf_ok():
        return _new_again(form, [_("The page was open too long. Nothing is lost: please send it again.")])
    values = [form[name].data or "" for name in ("login", "name", "name_local", "mobile", "language")]
    try:
        person_id = staff.make_person(acting(), *values)
    except Invalid as refusal:
        for field, text in refusal.errors.items():
            form[field].errors = [say(text)]
        return _new_again(form, [])
    flash(_("Recorded. Now post this person to an office, and give them a first password."), "good")
    return redirect(url_for("people.show", person_id=person_id), 303)


def _new_again(form: Any, messages: list[str]) -> AnyResponse:
    form.form_errors.extend(messages)
    return make_response(render_template("admin/new_person.html", form=form), 422)


@blueprint.get("/admin/people/<int:person_id>")
@requires(Role.ADMINISTRATOR)
def show(person_id: int) -> AnyResponse:
    """Show one person, their postings and what can be done."""
    return _page(person_id, clock.now())


def _page(person_id: int, now: datetime, made: str = "", form: Any = None) -> AnyResponse:
    actor = acting()
    today = catalogue.calendar(actor.state_id or 0).day_of(now)
    person = staff.person(db.session(), actor, _stored(person_id))
    audits = [one.id for one in person.posts if one.role is Role.AUDITOR]
    page = render_template(
        "admin/person.html",
        person=person,
        mandates=mandates.given(db.session(), audits) if audits else {},
        months_of=months_words,
        is_oneself=actor.person_id == person_id,
        now=now,
        made=made,
        absences=absences.absences_of(db.session(), _stored(person_id), today),
        absence=form or AbsenceForm(),
        form=form,
        today=today,
    )
    return make_response(page, 422 if form else 200)


def _stored(person_id: int) -> int:
    # An id beyond what a column holds is nobody's.
    return person_id if person_id < 2**63 else 0


@blueprint.route("/admin/people/<int:person_id>/post", methods=["GET", "POST"])
@requires(Role.ADMINISTRATOR)
@keeps_form
def post(person_id: int) -> AnyResponse:
    """Show the form for a posting, find offices for it, or post the person."""
    actor, now = acting(), clock.now()
    shown = staff.person(db.session(), actor, _stored(person_id))
    form = PostingForm(request.form)
    offices = staff.offices_named(db.session(), actor, form.words.data or "")
    form.office.choices = [SelectChoice(str(office_id), _plain(name)) for office_id, name in offices]
    if request.method != "POST":
        return _post_page(shown, form)
    if not csrf_ok():
        form.form_errors.append(_("The page was open too long. Nothing is lost: please send it again."))
        return _post_page(shown, form, 422)
    if request.form.get("find"):
        return _post_page(shown, form)
    if not form.validate():
        return _post_page(shown, form, 422)
    role = next((one for one in Role if one.value == form.role.data), None)
    try:
        postings.post(
            actor,
            shown.id,
            _number(form.office.data or ""),
            role,
            form.first_day.data,
            form.last_day.data,
            bool(form.is_acting.data),
            now,
            _mandate(form) if role is Role.AUDITOR else None,
        )
    except Invalid as refusal:
        for field, text in refusal.errors.items():
            form[field].errors = [say(text)]
        return _post_page(shown, form, 422)
    flash(_("The posting is recorded."), "good")
    return redirect(url_for("people.show", person_id=shown.id), 303)


def _mandate(form: PostingForm) -> Wanted:
    """Return the mandate that was typed; a month that is none is said as one that is missing."""
    months: list[Span | None] = []
    for typed in (form.mandate_first.data, form.mandate_last.data):
        try:
            months.append(periods.named(typed or ""))
        except Invalid:
            months.append(None)
    first, last = months
    return Wanted(
        codes_in(form.mandate_offices.data or ""), first.first if first else None, last.last if last else None
    )


def _post_page(shown: PersonRow, form: Any, status: int = 200) -> AnyResponse:
    return make_response(render_template("admin/post.html", person=shown, form=form), status)


@blueprint.route("/admin/people/<int:person_id>/postings/<int:posting_id>/end", methods=["GET", "POST"])
@requires(Role.ADMINISTRATOR)
def end_posting(person_id: int, posting_id: int) -> AnyResponse:
    """Show once more what ending a posting does, or end it."""
    actor, now = acting(), clock.now()
    shown = staff.person(db.session(), actor, _stored(person_id))
    held = next((one for one in shown.posts if one.id == posting_id and not one.is_over(now)), None)
    if held is None:
        flash(_("This posting has ended already."), "soon")
        return redirect(url_for("people.show", person_id=shown.id), 303)
    if request.method == "POST":
        postings.end_posting(actor, shown.id, posting_id, now)
        flash(_("The posting is ended."), "good")
        return redirect(url_for("people.show", person_id=shown.id), 303)
    effects = [_("%(name)s can act in this posting no more, from this minute.", name=_plain(shown.name))]
    effects += _left(staff.open_cases_of(db.session(), [posting_id]))
    return _confirm(
        _("End the posting at %(office)s?", office=_plain(held.office)), effects, _("End the posting"), shown
    )


@blueprint.post("/admin/people/<int:person_id>/absences")
@requires(Role.ADMINISTRATOR)
@keeps_form
def record_absence(person_id: int) -> AnyResponse:
    """Record that somebody is away from one of their posts."""
    actor, now = acting(), clock.now()
    shown = staff.person(db.session(), actor, _stored(person_id))
    form = AbsenceForm(request.form)
    held = {one.id for one in shown.posts if not one.is_over(now)}
    posting_id = _number(form.posting.data or "")
    if not csrf_ok():
        form.form_errors.append(_("The page was open too long. Nothing is lost: please send it again."))
        return _page(person_id, now, form=form)
    if not form.validate() or posting_id not in held:
        if posting_id not in held:
            form.posting.errors = [_("Choose one of the postings.")]
        return _page(person_id, now, form=form)
    try:
        absences.record(actor, posting_id, form.begins_on.data, form.ends_on.data, form.reason.data or "", now)
    except Invalid as refusal:
        for field, text in refusal.errors.items():
            form[field].errors = [say(text)]
        return _page(person_id, now, form=form)
    flash(_("The absence is recorded. Meanwhile whoever acts in this post is told, else the office above."), "good")
    return redirect(url_for("people.show", person_id=person_id), 303)


@blueprint.post("/admin/people/<int:person_id>/absences/<int:absence_id>/end")
@requires(Role.ADMINISTRATOR)
def end_absence(person_id: int, absence_id: int) -> AnyResponse:
    """End an absence: its holder is back."""
    absences.end_early(acting(), _stored(absence_id), clock.now())
    flash(_("The absence has ended."), "good")
    return redirect(url_for("people.show", person_id=person_id), 303)


@blueprint.route("/admin/people/<int:person_id>/disable", methods=["GET", "POST"])
@requires(Role.ADMINISTRATOR)
def disable(person_id: int) -> AnyResponse:
    """Show once more what disabling does, or disable the person."""
    actor, now = acting(), clock.now()
    shown = staff.person(db.session(), actor, _stored(person_id))
    if request.method == "POST":
        postings.disable(actor, shown.id, now)
        flash(_("This person can sign in no more."), "good")
        return redirect(url_for("people.show", person_id=shown.id), 303)
    effects = [
        _("%(name)s is signed out everywhere and can sign in no more.", name=_plain(shown.name)),
        _("What they did stays in the registers, with their name. You can let them sign in again."),
    ]
    effects += _left(staff.open_cases_of(db.session(), [one.id for one in shown.posts]))
    return _confirm(_("Disable %(name)s?", name=_plain(shown.name)), effects, _("Disable"), shown)


@blueprint.post("/admin/people/<int:person_id>/enable")
@requires(Role.ADMINISTRATOR)
def enable(person_id: int) -> AnyResponse:
    """Let a disabled person sign in again."""
    postings.enable(acting(), _stored(person_id))
    flash(_("This person can sign in again."), "good")
    return redirect(url_for("people.show", person_id=person_id), 303)


@blueprint.post("/admin/people/<int:person_id>/password")
@requires(Role.ADMINISTRATOR)
def give_password(person_id: int) -> AnyResponse:
    """Give a first or a new password and show it this once: the answer is the page itself, and no cache keeps it."""
    now = clock.now()
    return _page(person_id, now, postings.give_password(acting(), _stored(person_id), now))


def _left(cases: int) -> list[str]:
    if not cases:
        return []
    return [_("%(count)s open cases are with this person. The head of the office has to give them anew.", count=cases)]


def _plain(name: Any) -> str:
    return place_name(name).striptags()


def _confirm(title: str, effects: list[str], button_label: str, shown: PersonRow) -> AnyResponse:
    page = render_template(
        "admin/confirm.html",
        title=title,
        effects=effects,
        button_label=button_label,
        back_url=url_for("people.show", person_id=shown.id),
    )
    return make_response(page)
