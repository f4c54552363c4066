"""The texts as an administrator reads them: every one in every language, what it costs, and how it is registered."""

from typing import Any, NamedTuple

from flask import Blueprint, Response, current_app, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from swagat import clock
from swagat.database import db
from swagat.domain.errors import Invalid, NotFound
from swagat.domain.message_lint import NAMES, Lint, Linted, lint
from swagat.domain.messages import LANGUAGES, NEWS_NAME, Audience, MessageKey, audience_of
from swagat.domain.registered_texts import CATEGORY, as_registered
from swagat.domain.roles import Role
from swagat.domain.workflow import TRANSITIONS, Action
from swagat.services import catalogue, registered_texts, registering
from swagat.services.registered_texts import Key, Registration
from swagat.web.access import acting, requires
from swagat.web.catalogue import lazy_gettext as _l
from swagat.web.forgery import csrf_ok, keeps_form
from swagat.web.forms.admin import TextIdsForm
from swagat.web.words import say

blueprint = Blueprint("admin_texts", __name__)

# Who is told, in the order of the page.
GROUPS = (
    ("complainant", _l("To the complainant"), {Audience.COMPLAINANT}),
    ("officer", _l("To the officer who has the case"), {Audience.OFFICER}),
    ("heads", _l("To the heads of offices"), {Audience.OFFICE, Audience.ANSWERABLE, Audience.DIRECTING}),
    ("staff", _l("To officers and heads, of all their cases"), {Audience.STAFF}),
    ("asking", _l("To whoever asks"), {Audience.ASKING}),
)
TOLD_BY: dict[str, tuple[Action, ...]] = {
    key.value: tuple(dict.fromkeys(row.action for row in TRANSITIONS if key in row.tells)) for key in MessageKey
}


class Shown(NamedTuple):
    """One text: what it is told after, and each language of it with its registration, if it has one."""

    name: str
    told_by: tuple[Action, ...]
    versions: list[tuple[Linted, Registration | None]]


@blueprint.get("/admin/texts")
@requires(Role.ADMINISTRATOR)
def overview() -> AnyResponse:
    """Show every text in every language on one page."""
    linted, registered = lint(), _registered()
    shown = {name: _shown(name, linted, registered) for name in NAMES}
    groups = [
        (anchor, title, [shown[name] for name in shown if _audience(name) in audiences])
        for anchor, title, audiences in GROUPS
    ]
    page = render_template(
        "admin/texts.html",
        groups=groups,
        faults=[(fault.name, fault.language, say(fault.what)) for fault in linted.faults],
        all_count=len(linted.texts),
        registered_count=sum(one.is_todays for one in registered.values()),
        stale_count=sum(not one.is_todays for one in registered.values()),
        entity_id=current_app.config["DLT_ENTITY_ID"],
        news=NEWS_NAME,
    )
    return make_response(page)


def _audience(name: str) -> Audience:
    return Audience.COMPLAINANT if name == NEWS_NAME else audience_of(MessageKey(name))


def _registered() -> dict[Key, Registration]:
    return registered_texts.registrations(db.session(), acting().state_id or 0)


def _shown(name: str, linted: Lint, registered: dict[Key, Registration]) -> Shown:
    versions = [(one, registered.get((name, one.language))) for one in linted.texts if one.name == name]
    return Shown(name, TOLD_BY.get(name, ()), versions)


@blueprint.get("/admin/texts.csv")
@requires(Role.ADMINISTRATOR)
def download() -> AnyResponse:
    """Give every text as an operator's registration form asks for it, as a table for a spreadsheet."""
    state = catalogue.state(acting().state_id or 0).short
    table = registered_texts.exported(db.session(), state, current_app.config["DLT_ENTITY_ID"])
    # Without the mark at its beginning a spreadsheet takes Gujarati for Latin letters.
    answer = Response("\ufeff" + table, mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="texts-{state}.csv"'
    return answer


@blueprint.route("/admin/texts/<template>", methods=["GET", "POST"])
@requires(Role.ADMINISTRATOR)
@keeps_form
def ids(template: str) -> AnyResponse:
    """Show one text as it is registered, or record the ids and the header that the operator gave for it."""
    if template not in NAMES:
        raise NotFound
    shown = _shown(template, lint(), _registered())
    if request.method != "POST":
        return _form_page(shown, _form_of(shown))
    form = TextIdsForm(request.form)
    if not csrf_ok():
        form.form_errors.append(_("The page was open too long. Nothing is lost: please send it again."))
        return _form_page(shown, form, 422)
    given = {language: form[language].data or "" for language in LANGUAGES}
    try:
        registering.set_ids(acting(), template, given, form.header.data or "", clock.now())
    except Invalid as refusal:
        for field, text in refusal.errors.items():
            form[field].errors = [say(text)]
        return _form_page(shown, form, 422)
    flash(_("The registration of this text is recorded."), "good")
    return redirect(url_for("admin_texts.overview", _anchor=template), 303)


def _form_of(shown: Shown) -> Any:
    known = {one.language: registration for one, registration in shown.versions if registration}
    headers = [registration.header for registration in known.values()]
    return TextIdsForm(
        data={language: known[language].template_id for language in known} | {"header": next(iter(headers), "")}
    )


def _form_page(shown: Shown, form: Any, status: int = 200) -> AnyResponse:
    page = render_template(
        "admin/text_ids.html",
        shown=shown,
        form=form,
        category=CATEGORY,
        entity_id=current_app.config["DLT_ENTITY_ID"],
        as_registered=as_registered,
    )
    return make_response(page, status)
