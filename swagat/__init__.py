"""SWAGAT: a grievance from filing to closing, with the office that must answer and the day it is due."""

from __future__ import annotations

import logging
import re
from dataclasses import fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask

    from config import Config

__version__ = "0.1.0"

QUOTED_ROW = re.compile(r"DETAIL:.*?(?=\n\[SQL|\n\n(?:The above|During)|\Z)", re.DOTALL)


def create_app(config: Config) -> Flask:
    """Return the application; nothing of it is imported before, so the rules load without Flask."""
    from werkzeug.middleware.proxy_fix import ProxyFix

    import swagat.models  # noqa: F401  (every table must be known before the first statement)
    from config import ROOT
    from swagat import cli, cli_evidence, cli_import, cli_quality, web
    from swagat.domain.rules import Rules
    from swagat.web import (
        access,
        compression,
        environment,
        errors,
        filters,
        flood,
        forgery,
        frame,
        headers,
        hygiene,
        language,
        login,
        static_files,
    )

    app = environment.App(
        __name__,
        static_folder=None,
        template_folder=str(ROOT / "templates"),
        instance_path=str(ROOT / "instance"),
    )
    app.config.from_mapping(config.for_flask())
    app.extensions["rules"] = Rules(**{rule.name: getattr(config, rule.name) for rule in fields(Rules)})
    app.extensions["sending"] = config.sending_rules
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    _log_to_stderr(config)
    _open_database(app)

    # What runs before a view runs in this order; what runs after it, in the opposite one.
    compression.init_app(app)
    hygiene.init_app(app)
    flood.init_app(app)
    language.init_app(app)
    errors.init_app(app)
    forgery.init_app(app)
    login.init_app(app)
    access.init_app(app)
    frame.init_app(app)
    filters.register(app)
    static_files.init_app(app, ROOT / "static")
    headers.init_app(app)
    web.register_blueprints(app)
    cli.register_commands(app)
    cli_evidence.register_commands(app)
    cli_import.register_commands(app)
    cli_quality.register_commands(app)
    access.check_every_view(app)
    if config.trusted_proxies:
        hops = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    return app


def _open_database(app: Flask) -> None:
    from flask_migrate import Migrate

    from config import ROOT
    from swagat.database import db, prepare_engine

    url = app.config["SQLALCHEMY_DATABASE_URI"]
    if url.startswith("sqlite:///"):
        from pathlib import Path

        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    db.init_app(app)
    Migrate(app, db, directory=str(ROOT / "migrations"), render_as_batch=True, compare_type=True)
    with app.app_context():
        prepare_engine(db.engine)


class _OneLine(logging.Formatter):
    """Log lines that what somebody typed cannot break in two."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the whole entry, with a traceback of our own making even if another handler made one before."""
        record.exc_text = None
        return super().format(record)

    def formatMessage(self, record: logging.LogRecord) -> str:
        """Return the line with every line break in it written out."""
        return super().formatMessage(record).replace("\r", "\\r").replace("\n", "\\n")

    def formatException(self, ei: Any) -> str:
        """Return the traceback without the rows that PostgreSQL quotes, which hold what somebody typed."""
        return QUOTED_ROW.sub("DETAIL: not logged", super().formatException(ei))


def _log_to_stderr(config: Config) -> None:
    if config.swagat_env == "test":
        return
    handler = logging.StreamHandler()
    handler.setFormatter(_OneLine("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=config.log_level, handlers=[handler])
    logging.getLogger("alembic").setLevel(logging.WARNING)
