"""Who may open a page: every view says it, and a view that does not say it stops the start."""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from flask import Flask, Response, abort, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from swagat.domain.errors import N_, Forbidden
from swagat.domain.roles import Actor, Role

View = TypeVar("View", bound=Callable[..., Any])
SIGN_IN = "account.sign_in"


class Access(NamedTuple):
    """What a view declares: whether somebody must be signed in, and in which of these roles (empty: any)."""

    signed_in: bool
    roles: frozenset[Role] = frozenset()


class UndeclaredAccess(RuntimeError):
    """A view that says nothing about who may open it."""


def public(view: View) -> View:
    """Let anybody open this view."""
    return _declare(view, Access(signed_in=False))


def signed_in(view: View) -> View:
    """Let whoever is signed in open this view."""
    return _declare(view, Access(signed_in=True))


def requires(*roles: Role) -> Callable[[View], View]:
    """Let only people who act in one of these roles open this view."""
    if not roles:
        raise UndeclaredAccess("requires() needs at least one role")
    return lambda view: _declare(view, Access(signed_in=True, roles=frozenset(roles)))


def no_store(view: View) -> View:
    """Keep the pages of this view out of every cache, the browser's own included."""
    view.no_store = True  # type: ignore[attr-defined]
    return view


def _declare(view: View, access: Access) -> View:
    view.access = access  # type: ignore[attr-defined]
    return view


def declared(app: Flask, endpoint: str) -> Access:
    """Return what the view of an endpoint declares, raising UndeclaredAccess when it declares nothing."""
    access = getattr(app.view_functions[endpoint], "access", None)
    if not isinstance(access, Access):
        raise UndeclaredAccess(f"{endpoint} does not say who may open it")
    return access


def actor_source(app: Flask, source: Callable[[], Actor | None]) -> None:
    """Tell where the acting person of a request comes from; it is asked once for each request at most."""
    app.extensions["swagat_actor_source"] = source


def current_actor() -> Actor | None:
    """Return who is signed in, in the posting they act in, or None."""
    if "actor" not in g:
        source = current_app.extensions.get("swagat_actor_source")
        g.actor = source() if source else None
    actor: Actor | None = g.actor
    return actor


def acting() -> Actor:
    """Return who is signed in; only for views that declare `signed_in` or `requires`."""
    actor = current_actor()
    if actor is None:
        abort(401)
    return actor


def init_app(app: Flask) -> None:
    """Check the declared access before every view, and keep private pages out of caches."""
    app.before_request(_check)
    app.after_request(_keep_private)


def check_every_view(app: Flask) -> None:
    """Raise UndeclaredAccess when any endpoint of the app says nothing about who may open it."""
    for endpoint in app.view_functions:
        declared(app, endpoint)


def _check() -> AnyResponse | None:
    if request.endpoint is None:
        return None
    access = declared(current_app, request.endpoint)
    if not access.signed_in:
        return None
    actor = current_actor()
    if actor is None:
        if request.method not in ("GET", "HEAD") or SIGN_IN not in current_app.view_functions:
            abort(401)
        # Only the path: a search for a name must not travel on in another address.
        return redirect(url_for(SIGN_IN, next=request.path), 303)
    if access.roles and actor.role not in access.roles:
        raise Forbidden(N_("This page is for people in another role."))
    return None


def _keep_private(response: Response) -> Response:
    view = current_app.view_functions.get(request.endpoint or "")
    access = getattr(view, "access", None)
    if getattr(view, "no_store", False) or (access is not None and access.signed_in):
        response.headers["Cache-Control"] = "no-store"
    elif "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "private, no-cache"
    return response
