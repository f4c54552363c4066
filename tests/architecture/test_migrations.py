"""The migrations make what the models say, on both databases, and can be undone."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import CheckConstraint, Connection, create_engine, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from config import ROOT
from swagat import create_app
from swagat.database import Base, db
from tests.conftest import settings_for


@pytest.fixture(scope="module")
def empty(backend: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a database without any table."""
    if backend == "sqlite":
        return f"sqlite:///{tmp_path_factory.mktemp('empty')}/empty.db"
    server: str = request.getfixturevalue("postgres_url").rpartition("/")[0]
    engine = create_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS empty"))
        connection.execute(text("CREATE DATABASE empty"))
    engine.dispose()
    return f"{server}/empty"


@pytest.fixture(scope="module")
def bare(empty: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    app = create_app(settings_for(empty, tmp_path_factory.mktemp("papers")))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def migrated(bare: Flask) -> Iterator[Connection]:
    upgrade()
    with db.engine.connect() as connection:
        yield connection


def is_described(name: str | None) -> bool:
    return name is None or not (name.startswith("grievance_search") or name == "ix_grievances_search")


def test_there_is_one_head() -> None:
    assert len(ScriptDirectory(str(ROOT / "migrations")).get_heads()) == 1


def test_migrations_are_numbered_and_named() -> None:
    for path in (ROOT / "migrations" / "versions").glob("*.py"):
        assert re.fullmatch(r"\d{4}_[a-z_]+\.py", path.name)


def test_the_tables_are_what_the_models_say(migrated: Connection) -> None:
    context = MigrationContext.configure(
        migrated,
        opts={
            "compare_type": True,
            "include_object": lambda item, name, kind, reflected, compared: is_described(name),
        },
    )
    assert compare_metadata(context, Base.metadata) == []


def test_every_named_check_of_the_models_is_in_the_tables_and_no_other(migrated: Connection) -> None:
    found = inspect(migrated)
    for table in Base.metadata.sorted_tables:
        wanted = {check.name for check in table.constraints if isinstance(check, CheckConstraint)}
        have = {check["name"] for check in found.get_check_constraints(table.name)}
        assert have == wanted, table.name


def test_every_check_says_the_same_as_its_model(migrated: Connection) -> None:
    found = inspect(migrated)
    for table in Base.metadata.sorted_tables:
        have = {check["name"]: values(check["sqltext"]) for check in found.get_check_constraints(table.name)}
        for check in table.constraints:
            if isinstance(check, CheckConstraint):
                said = check.sqltext.compile(dialect=migrated.dialect, compile_kwargs={"literal_binds": True})
                assert have[str(check.name)] == values(str(said)), check.name


def values(sql: str) -> set[str]:
    """Return the literals of a condition: what differs when a value was added to a model alone."""
    return set(re.findall(r"'[^']*'|\b\d+\b", sql))


def test_downgrading_leaves_nothing_and_upgrading_again_works(bare: Flask) -> None:
    upgrade()
    downgrade(revision="base")
    with db.engine.connect() as connection:
        assert inspect(connection).get_table_names() in ([], ["alembic_version"])
    upgrade()


def test_a_migration_that_fails_leaves_nothing_half_changed(bare: Flask, tmp_path: Path) -> None:
    upgrade()
    downgrade(revision="base")
    folder = tmp_path / "migrations"
    shutil.copytree(ROOT / "migrations", folder)
    head = ScriptDirectory(str(folder)).get_current_head()
    (folder / "versions" / "9999_broken.py").write_text(
        "from alembic import op\n"
        f"revision, down_revision, branch_labels, depends_on = '9999', '{head}', None, None\n"
        "def upgrade():\n"
        "    op.execute('CREATE TABLE half (id INTEGER)')\n"
        "    op.execute('SELECT nonsense FROM nowhere')\n"
    )
    with pytest.raises(SQLAlchemyError, match="nowhere"):
        upgrade(directory=str(folder))
    with db.engine.connect() as connection:
        assert inspect(connection).get_table_names() in ([], ["alembic_version"])
    upgrade()


def test_foreign_keys_are_on_again_after_a_migration(bare: Flask, backend: str) -> None:
    upgrade()
    if backend == "sqlite":
        with db.engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
