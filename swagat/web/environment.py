"""Flask without the work that it does again for every request, and that here always comes to the same."""

from collections.abc import Callable, MutableMapping
from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask.templating import Environment
from itsdangerous import URLSafeTimedSerializer


class SharedGlobals(Environment):
    """Gives every template the globals of the environment themselves.

    Jinja lays an empty layer of its own over them for each template, and comparing those layers at every import of a
    macro took a twentieth of a page's time.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return the shared globals, or a layer over them where a template brings its own."""
        return super().make_globals(d) if d else self.globals


class OneSigner(SecureCookieSessionInterface):
    """Flask's own signed cookie; its signer is made once and not three times a page."""

    def __init__(self) -> None:
        self._kept: tuple[object, URLSafeTimedSerializer | None] | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Return what signs the cookie, made anew when the keys are others; None without a key."""
        keys = (app.secret_key, app.config["SECRET_KEY_FALLBACKS"])
        kept = self._kept
        if kept is None or kept[0] != keys:
            kept = self._kept = (keys, super().get_signing_serializer(app))
        return kept[1]


class App(Flask):
    """The application: none of its views and hooks is a coroutine, so nothing looks for one at each call."""

    jinja_environment = SharedGlobals

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.session_interface = OneSigner()

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function itself."""
        return func
