"""The pages of whoever works in an office about themselves: sign in, sign out, posting, password."""

import re
from typing import Any

from flask import Blueprint, Response, current_app, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse
from wtforms import Form

from swagat import clock
from swagat.domain.errors import Invalid, TooMany
from swagat.domain.roles import Role
from swagat.services import accounts, sessions
from swagat.services.sessions import Post
from swagat.web import login
from swagat.web.access import Access, declared, no_store, public, signed_in
from swagat.web.errors import TOKEN_ADVICE
from swagat.web.filters import in_language
from swagat.web.forgery import csrf_ok, keeps_form
from swagat.web.forms.account import PasswordForm, PostingForm, SignInForm
from swagat.web.words import say

blueprint = Blueprint("account", __name__)

DESK = "/desk"
HOMES = {
    Role.CLERK: "/counter",
    Role.ADMINISTRATOR: "/admin",
    Role.QUALITY_MANAGER: "/quality",
    Role.AUDITOR: "/quality",
}
# Every spelling that a browser reads as another host (//, /\, %2f, tabs, @) falls through this sieve.
OWN_PATH = re.compile(r"(/[A-Za-z0-9][A-Za-z0-9._~-]*)+/?", re.ASCII)
LONGEST_PATH = 200
DEVICE_DAYS = 180


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
@no_store
@keeps_form
def sign_in() -> AnyResponse:
    """Show the sign-in form, or begin a session and go on to where the person wanted to be."""
    form = SignInForm(request.form)
    wanted = _wanted()
    if request.method != "POST":
        here = login.signed_in()
        if here:
            return redirect(landing(here.actor.role, wanted), 303)
        return _page("account/sign_in.html", form, wanted=wanted)
    if not _is_filled(form):
        return _page("account/sign_in.html", form, 422, wanted=wanted)
    now, guard = clock.now(), login.guard()
    device = request.cookies.get(_device_cookie(), "")
    try:
        token = accounts.sign_in(form.login.data, form.password.data, login.address(), now, guard=guard, device=device)
    except (Invalid, TooMany) as refusal:
        return _refused("account/sign_in.html", form, refusal, wanted=wanted)
    if (before := login.token()) is not None:
        sessions.sign_out(before, now)
    here = login.begin(token)
    if here.has_other_posts:
        response = redirect(url_for("account.posting", next=wanted or None), 303)
    else:
        response = redirect(landing(here.actor.role, wanted), 303)
    response.set_cookie(
        _device_cookie(),
        accounts.device_mark(form.login.data, guard.key),
        max_age=DEVICE_DAYS * 24 * 3600,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return response


@blueprint.post("/sign-out")
@public
@no_store
def sign_out() -> AnyResponse:
    """End the session, here and in the table."""
    if (token := login.token()) is not None:
        sessions.sign_out(token, clock.now())
    login.end()
    flash(_("You are signed out."), "good")
    return redirect(url_for("account.sign_in"), 303)


@blueprint.route("/posting", methods=["GET", "POST"])
@signed_in
@keeps_form
def posting() -> AnyResponse:
    """Show the postings a person holds, or act in another one of them."""
    here, now = login.require_signed_in(), clock.now()
    held = {str(post.posting_id): post for post in sessions.posts_of(here.actor.person_id or 0, now)}
    wanted = _wanted()
    form = PostingForm(request.form, posting=str(here.post.posting_id))
    form.posting.choices = [(key, _plain(login.post_title(post))) for key, post in held.items()]
    shown: dict[str, Any] = {"hints": {key: _office(post) for key, post in held.items()}, "wanted": wanted}
    if request.method != "POST":
        return _page("account/posting.html", form, **shown)
    if not _is_filled(form):
        return _page("account/posting.html", form, 422, **shown)
    chosen = held.get(request.form.get("posting", ""))
    if chosen is None:
        form.posting.errors = [_("Choose one of your postings.")]
        return _page("account/posting.html", form, 422, **shown)
    sessions.switch_posting(login.token() or "", chosen.posting_id, now, login.idle())
    return redirect(landing(chosen.role, wanted), 303)


@blueprint.route("/password", methods=["GET", "POST"])
@signed_in
@keeps_form
def password() -> AnyResponse:
    """Show the form for a new password, or take it and end every other session."""
    here = login.require_signed_in()
    form = PasswordForm(request.form)
    if request.method != "POST":
        return _page("account/password.html", form)
    if not _is_filled(form):
        return _page("account/password.html", form, 422)
    try:
        token = accounts.change_password(
            login.token() or "",
            form.current.data,
            form.password.data,
            clock.now(),
            guard=login.guard(),
            idle=login.idle(),
        )
    except (Invalid, TooMany) as refusal:
        return _refused("account/password.html", form, refusal)
    login.begin(token)
    flash(_("Your password is changed. Wherever else you were signed in, you are signed out."), "good")
    return redirect(landing(here.actor.role), 303)


def landing(role: Role, wanted: str = "") -> str:
    """Return where somebody in this role goes on to: the page they wanted if they may open it, else their first."""
    home = HOMES.get(role, DESK)
    if is_own_page(wanted, role):
        return wanted
    # The first page of some is open to everybody.
    access = _access_of(home)
    if access is not None and (is_own_page(home, role) or not access.signed_in):
        return home
    return DESK if is_own_page(DESK, role) else url_for("account.posting")


def is_own_page(path: str, role: Role | None = None) -> bool:
    """Return whether this is the path of a page of ours for people who are signed in (in this role)."""
    access = _access_of(path)
    if access is None or not access.signed_in:
        return False
    return role is None or not access.roles or role in access.roles


def _access_of(path: str) -> Access | None:
    """Return what the page at a path of ours declares, None where there is none."""
    if len(path) > LONGEST_PATH or not OWN_PATH.fullmatch(path):
        return None
    try:
        endpoint, _values = current_app.url_map.bind("localhost").match(path, method="GET")
    except HTTPException:
        return None
    return declared(current_app, endpoint)


def _wanted() -> str:
    path = request.values.get("next", "")
    return path if is_own_page(path) else ""


def _is_filled(form: Form) -> bool:
    if csrf_ok():
        return bool(form.validate())
    form.form_errors.append(str(TOKEN_ADVICE))
    return False


def _page(template: str, form: Form, status: int = 200, **shown: Any) -> Response:
    return make_response(render_template(template, form=form, **shown), status)


def _refused(template: str, form: Form, refusal: Invalid | TooMany, **shown: Any) -> Response:
    faults = refusal.errors if isinstance(refusal, Invalid) else {}
    for name, fault in faults.items():
        form[name].errors = [say(fault)]
    if not faults:
        form.form_errors.append(say(refusal.text))
    if not isinstance(refusal, TooMany):
        return _page(template, form, 422, **shown)
    response = _page(template, form, 429, must_wait=True, **shown)
    response.headers["Retry-After"] = str(refusal.retry_after)
    return response


def _office(post: Post) -> str:
    office = _plain(in_language(post, "name"))
    return _("%(office)s, in charge for somebody absent", office=office) if post.is_acting else office


def _plain(text: str) -> str:
    return text.striptags() if isinstance(text, Markup) else text


def _device_cookie() -> str:
    return "__Host-device" if current_app.config["SESSION_COOKIE_SECURE"] else "device"
