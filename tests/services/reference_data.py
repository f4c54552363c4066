"""Databases that hold the reference tables, and a copy of the tables small enough to load in a test."""

import csv
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, text

from swagat.database import db, prepare_engine
from swagat.services import catalogue
from tests.conftest import settings_for

REFERENCE = Path(__file__).parents[2] / "swagat" / "reference"
NOW = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)

# Dholka, Lakhpat and Danta: a town with wards, one with a shared name, and one that was divided later.
TALUKAS_WITH_VILLAGES = {"3783", "3722", "3737"}


def small_folder(folder: Path) -> Path:
    """Copy the tables into a folder, with the villages of three talukas of Gujarat only."""
    copy = folder / "reference"
    shutil.copytree(REFERENCE, copy)
    path = copy / "places_gujarat_villages.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    with path.open("w", encoding="utf-8", newline="") as file:
        kept = [row for row in rows[1:] if row[2] in TALUKAS_WITH_VILLAGES]
        csv.writer(file, lineterminator="\n").writerows([rows[0], *kept])
    return copy


@contextmanager
def bare_app(backend: str, request: pytest.FixtureRequest, folder: Path, name: str) -> Iterator[Flask]:
    """An app without pages, on a database of its own whose tables are there and empty."""
    if backend == "sqlite":
        url = f"sqlite:///{folder}/{name}.db"
    else:
        server = request.getfixturevalue("postgres_url").rpartition("/")[0]
        engine = create_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{name}"'))
        engine.dispose()
        url = f"{server}/{name}"
    app = Flask(__name__)
    app.config.from_mapping(settings_for(url, folder).for_flask())
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
        db.create_all()
        catalogue.clear()
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()
