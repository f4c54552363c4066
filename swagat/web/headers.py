"""What a browser is told about every answer: what it may load, who may frame it, that it is https."""

from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask

# No page holds a script, a style or a handler of its own, and none asks another host for anything.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
ALWAYS = (
    ("Content-Security-Policy", POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "geolocation=(), microphone=(), payment=()"),
)
STRICT_TRANSPORT = ("Strict-Transport-Security", "max-age=31536000; includeSubDomains")

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def init_app(app: Flask) -> None:
    """Add the headers to every answer, static files and errors included; a view may set a stricter one itself."""
    always = (*ALWAYS, STRICT_TRANSPORT) if app.config["SESSION_COOKIE_SECURE"] else ALWAYS
    app.wsgi_app = _adding(app.wsgi_app, always)  # type: ignore[method-assign, assignment]


def _adding(inner: Wsgi, always: tuple[tuple[str, str], ...]) -> Wsgi:
    # Around the app and not in it: Flask's headers cost ten times as much to change.
    def wsgi_app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            given = {name.lower() for name, _ in headers}
            added = [header for header in always if header[0].lower() not in given]
            return start_response(status, [*headers, *added], *rest)

        return inner(environ, start)

    return wsgi_app
