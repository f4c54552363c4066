"""The application that gunicorn and the flask command load."""

import gc
import os

import click
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from config import Config, Misconfigured
from swagat import create_app
from swagat.database import db
from swagat.services import catalogue

# What gunicorn calls a worker that cannot boot: it stops then, instead of starting one after the other.
CANNOT_BOOT = 3
# So many new objects until the youngest are looked through; Python's own 700 come together several times a page.
COLLECT = (10_000, 10, 10)

try:
    app = create_app(Config.from_environment(os.environ))
except Misconfigured as fault:
    click.echo(f"Error: {fault}", err=True)
    raise SystemExit(CANNOT_BOOT) from None


def warmed() -> Flask:
    """Return the application with its catalogue read, so that no citizen waits while a new worker reads it."""
    with app.app_context():
        try:
            catalogue.current().index  # noqa: B018  (asking for it makes it)
        except SQLAlchemyError:
            app.logger.warning("the database is away: the catalogue is read with the first request")
        finally:
            db.session.remove()
            db.engine.dispose()
    # What is there now stays for good: looking through it again and again took a twelfth of a page's time.
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT)
    return app
