"""A flood guard for each process; limits that protect a secret count in the database, not here."""

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address


def init_app(app: Flask) -> None:
    """Refuse an address that asks more than FLOOD_LIMIT allows."""
    limit = app.config["FLOOD_LIMIT"]
    if limit == "off":
        return
    Limiter(get_remote_address, app=app, application_limits=[limit])
