"""What every test can ask for: both databases migrated and seeded, an app on each, a client that reads its pages."""

import shutil
import socket
import sqlite3
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_migrate import upgrade
from hypothesis import settings
from sqlalchemy import Connection, create_engine, event, text

from config import Config
from swagat import create_app
from swagat.database import db
from tests import postgres
from tests.builders import Cast, post_cast
from tests.client import Client, refuse_loose_ends
from tests.seed import seed

BACKENDS = ("sqlite", "postgresql")
SECRET = "only-for-tests-" + "0" * 32
DOMAIN = Path(__file__).parent / "domain"

# Hypothesis's own limit is a wall-clock assertion, which fails on a busy machine and proves nothing.
settings.register_profile("swagat", deadline=None, print_blob=True)
settings.load_profile("swagat")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("browser"):
            # One Chromium at a time: two share the cores with two servers and become slow, not quick.
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    if DOMAIN not in item.path.parents:
        return (yield)
    with pytest.MonkeyPatch.context() as patch:

        def refuse(*_args: object, **_kwargs: object) -> None:
            raise AssertionError("a test of the rules touched a database or the network")

        patch.setattr(sqlite3, "connect", refuse)
        patch.setattr(socket.socket, "connect", refuse)
        return (yield)


def settings_for(url: str, folder: Path, **more: Any) -> Config:
    """Return the settings of a test installation on this database."""
    given = {"swagat_env": "test", "secret_key": SECRET, "flood_limit": "off"} | more
    return Config(database_url=url, upload_folder=folder, **given)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The address of a server's empty database; a machine without PostgreSQL fails here, with the reason."""
    with postgres.server() as url:
        yield url


@pytest.fixture(scope="session", params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    """The kind of database a test runs on: each test that asks for an app runs on both."""
    kind: str = request.param
    return kind


@pytest.fixture(scope="session")
def template(
    backend: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], str]:
    """A function that copies a migrated and seeded database under a name, and returns the copy's address."""
    folder = tmp_path_factory.mktemp(backend)
    if backend == "sqlite":
        _fill(f"sqlite:///{folder}/template.db", folder)

        def copy(name: str) -> str:
            shutil.copyfile(folder / "template.db", folder / f"{name}.db")
            return f"sqlite:///{folder}/{name}.db"

        return copy

    url: str = request.getfixturevalue("postgres_url")
    _fill(url, folder)
    server, _, source = url.rpartition("/")

    def clone(name: str) -> str:
        engine = create_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{source}"'))
        engine.dispose()
        return f"{server}/{name}"

    return clone


def _fill(url: str, folder: Path) -> None:
    app = create_app(settings_for(url, folder))
    with app.app_context():
        upgrade()
        seed()
        db.session.remove()
        if url.startswith("sqlite"):
            with db.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()


@pytest.fixture(scope="session")
def shared_app(template: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The app of all tests that leave nothing behind; ask for `app` instead."""
    app = create_app(settings_for(template("shared"), tmp_path_factory.mktemp("documents")))
    app.test_client_class = Client
    refuse_loose_ends(app)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def app(shared_app: Flask) -> Iterator[Flask]:
    """An app in whose database everything that this test commits is undone afterwards."""
    with leaving_nothing(shared_app):
        yield shared_app


@contextmanager
def leaving_nothing(app: Flask) -> Iterator[None]:
    """Undo afterwards whatever is committed inside; what is inside stands in the app's context."""
    with app.app_context():
        engines = db._app_engines[app]
        engine = engines[None]
        db.session.configure(join_transaction_mode="create_savepoint")
        with engine.connect() as connection:
            outer = connection.begin()
            # Every session inside joins this one connection; its commits release savepoints.
            engines[None] = connection  # type: ignore[assignment]
            try:
                yield
            finally:
                db.session.remove()
                engines[None] = engine
                outer.rollback()


@pytest.fixture
def cast(app: Flask) -> Cast:
    """Everybody posted at their office, since a hundred days."""
    return post_cast()


@pytest.fixture
def client(app: Flask) -> Client:
    """A browser that fails on inline scripts and styles and on broken HTML, and sends the form token by itself."""
    return app.test_client()  # type: ignore[return-value]


@pytest.fixture
def own_app(template: Callable[[str], str], request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An app with a database of its own, for tests that commit for real from several threads."""
    name = f"own_{abs(hash(request.node.nodeid)):x}"
    app = create_app(settings_for(template(name), tmp_path / "documents"))
    app.test_client_class = Client
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def count_statements() -> Callable[[], AbstractContextManager[list[str]]]:
    """A context manager that collects the SQL statements sent inside it; their number is the budget's unit."""
    return statements


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect the statements sent inside, without those that only open and close transactions."""
    sent: list[str] = []

    def note(_c: Connection, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT", "PRAGMA")):
            sent.append(statement)

    bind = db.session.get_bind()
    event.listen(bind, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(bind, "before_cursor_execute", note)
