"""Runs the migrations in one transaction, so that one that fails leaves nothing half changed."""

from typing import Any, Literal

from alembic import context
from flask import current_app
from sqlalchemy import Connection, Table, text

from swagat.database import UtcDateTime

migrate = current_app.extensions["migrate"]


def render_item(kind: str, item: Any, _autogenerate: Any) -> str | Literal[False]:
    """Write our own column type as what it is in the database, so that migrations import nothing of ours."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


def include_object(item: Any, name: str | None, kind: str, reflected: bool, _compared: Any) -> bool:
    """Leave out the search index, which no model describes: it is of another kind on each database."""
    if kind == "index" and name == "ix_grievances_search":
        return False
    return not (kind == "table" and reflected and isinstance(item, Table) and item.name.startswith("grievance_search"))


def run(connection: Connection) -> None:
    """Upgrade or downgrade over this connection."""
    is_sqlite = connection.dialect.name == "sqlite"
    if is_sqlite:
        # With foreign keys on, copying a parent table to alter it would empty its children. Told to the
        # driver itself: inside a transaction SQLite does not hear it.
        driver = connection.connection.dbapi_connection
        assert driver is not None
        driver.cursor().execute("PRAGMA foreign_keys=OFF")
    context.configure(
        connection=connection,
        target_metadata=migrate.db.metadata,
        render_item=render_item,
        include_object=include_object,
        transactional_ddl=True,
        **migrate.configure_args,
    )
    with context.begin_transaction():
        if not is_sqlite:
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            connection.execute(text("SET LOCAL lock_timeout = 0"))
            # Two machines that start together migrate one after the other.
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('swagat migrations'))"))
        context.run_migrations()
        if is_sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").first()):
            raise RuntimeError(f"a migration would leave a row without its parent: {tuple(broken)}")


with migrate.db.engine.connect() as connection:
    try:
        run(connection)
    finally:
        connection.invalidate()
