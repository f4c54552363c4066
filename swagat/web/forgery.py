"""Posts made by another site are refused, and an expired token loses nobody's words."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Response, abort, current_app, g, redirect, request
from flask_babel import gettext
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.wrappers import Response as AnyResponse

View = TypeVar("View", bound=Callable[..., Any])
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class _Protect(CSRFProtect):  # type: ignore[misc]
    """The token check of Flask-WTF, called by our own hook."""


def keeps_form(view: View) -> View:
    """Let this view show a form again whose token is missing or old; it must ask `csrf_ok` and answer 422."""
    view.keeps_form = True  # type: ignore[attr-defined]
    return view


def takes_foreign_posts(view: View) -> View:
    """Mark a view that a machine calls without a cookie, and that checks the caller in its own way."""
    view.takes_foreign_posts = True  # type: ignore[attr-defined]
    return view


def csrf_ok() -> bool:
    """Return whether the posted form came from a page of ours; if not, show it again, never act."""
    return not g.get("csrf_failed", False)


def lead_on(address: str) -> AnyResponse:
    """Return a redirect from a view that did nothing with what was sent; whatever the token, that may be."""
    g.did_nothing = True
    return redirect(address, 303)


def init_app(app: Flask) -> None:
    """Check the origin and the token of every request that may change something."""
    protect = _Protect(app)

    @app.before_request
    def check() -> None:
        if request.method in SAFE or request.endpoint is None:
            return
        view = current_app.view_functions.get(request.endpoint)
        if getattr(view, "takes_foreign_posts", False):
            return
        if not _from_here():
            abort(403, gettext("This form was sent from another site, so nothing was done."))
        _refuse_nul()
        if not current_app.config["WTF_CSRF_ENABLED"]:
            return
        try:
            protect.protect()
        except CSRFError:
            if not getattr(view, "keeps_form", False):
                raise
            g.csrf_failed = True

    @app.after_request
    def never_acted_on(response: Response) -> Response:
        if not csrf_ok() and response.status_code < 400 and "did_nothing" not in g:
            raise RuntimeError(f"{request.endpoint} acted on a form whose token was not ours")
        return response


def _from_here() -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site not in (None, "same-origin", "none"):
        return False
    origin = request.headers.get("Origin")
    if origin is None:
        return True
    own = {request.host_url.rstrip("/"), current_app.config["PUBLIC_URL"].rstrip("/")}
    return origin in own


def _refuse_nul() -> None:
    for name, value in request.form.items(multi=True):
        if "\0" in name or "\0" in value:
            abort(400)
    for name, file in request.files.items(multi=True):
        if "\0" in name or "\0" in (file.filename or ""):
            abort(400)
