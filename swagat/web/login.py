"""Who is signed in: the only module that knows Flask-Login, which keeps our token in Flask's signed cookie."""

import logging
from datetime import timedelta
from typing import NamedTuple

import flask_login
from flask import Flask, abort, current_app, g, request, session
from markupsafe import Markup
from sqlalchemy.exc import OperationalError

from swagat import clock
from swagat.domain.roles import Actor, Role
from swagat.services import sessions
from swagat.services.accounts import Guard
from swagat.services.sessions import Post, SignedIn
from swagat.web import access
from swagat.web.access import current_actor
from swagat.web.filters import in_language, role_name

log = logging.getLogger(__name__)
HEADS = frozenset({Role.SUPERVISOR, Role.PRESIDING_OFFICER})


class Visitor:
    """What Flask-Login asks of a user; its id is the session's token and not the person's."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, token: str, signed_in: SignedIn) -> None:
        self.token = token
        self.signed_in = signed_in

    def get_id(self) -> str:
        """Return what Flask-Login keeps in the cookie."""
        return self.token


class SignedInPerson(NamedTuple):
    """What the head of every page says of who is signed in, in the reader's language."""

    name: Markup
    posting_title: str | Markup
    office_name: Markup
    has_other_posts: bool


def init_app(app: Flask) -> None:
    """Let every request know who is signed in: one statement, and only when the browser holds a token."""
    manager = flask_login.LoginManager()
    # The row in our table decides; Flask-Login's own check would sign out whoever's address changes on the train.
    manager.session_protection = None
    manager.init_app(app, add_context_processor=False)
    manager.user_loader(_load)
    access.actor_source(app, _actor)
    app.context_processor(lambda: {"signed_in_person": signed_in_person()})


def begin(held: str) -> SignedIn:
    """Let this browser hold a new session, and nothing that its cookie held before."""
    visitor = _load(held)
    if visitor is None:
        abort(401)
    session.clear()
    flask_login.login_user(visitor)
    g.actor = visitor.signed_in.actor
    return visitor.signed_in


def end() -> None:
    """Let this browser hold no session and nothing else in its cookie."""
    flask_login.logout_user()
    session.clear()
    g.actor = None


def token() -> str | None:
    """Return the token that this browser holds, whether or not it still stands for anybody."""
    held = session.get("_user_id")
    return held if isinstance(held, str) else None


def guard() -> Guard:
    """Return what slows guessing in this installation."""
    return Guard(key=current_app.config["SECRET_KEY"], tries=current_app.config["SIGN_IN_TRIES"])


def idle() -> timedelta:
    """Return how long a session may rest before it is over."""
    return timedelta(minutes=current_app.config["SIGN_IN_IDLE_MINUTES"])


def address() -> str:
    """Return the address this request came from, as far as the configured proxies are believed."""
    return request.remote_addr or ""


def signed_in() -> SignedIn | None:
    """Return who is signed in, with names and post, or None."""
    if current_actor() is None:
        return None
    found: SignedIn | None = getattr(flask_login.current_user, "signed_in", None)
    return found


def require_signed_in() -> SignedIn:
    """Return who is signed in; only for views that declare `signed_in` or `requires`."""
    return signed_in() or abort(401)


def signed_in_person() -> SignedInPerson | None:
    """Return what the head of a page says of who is signed in, or None."""
    found = signed_in()
    if found is None:
        return None
    return SignedInPerson(
        in_language(_Name(found.name_en, found.name_local), "name"),
        post_title(found.post),
        in_language(found.post, "name"),
        found.has_other_posts,
    )


def post_title(post: Post) -> str | Markup:
    """Return what somebody in this post is called: the head by the office's title, others by their role."""
    return in_language(post, "title") if post.role in HEADS else role_name(post.role)


class _Name(NamedTuple):
    name_en: str
    name_local: str


def _actor() -> Actor | None:
    # Flask-Login works out a digest of the address and the browser before it finds that nobody is signed in.
    if token() is None:
        return None
    found: SignedIn | None = getattr(flask_login.current_user, "signed_in", None)
    return found.actor if found else None


def _load(held: str) -> Visitor | None:
    now = clock.now()
    found = sessions.actor_for(held, now, idle())
    if found is None:
        return None
    try:
        sessions.keep_alive(held, found.seen_at, now)
    except OperationalError as fault:
        # Reading goes on while the database takes no writes; the session only rests a little earlier.
        log.warning("session not kept alive: %s", type(fault.orig or fault).__name__)
    return Visitor(held, found)
