"""The database underneath everything: the declarative base, column types, and the one transaction of a use case."""

import select
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, cast

import psycopg
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import (
    JSON,
    BigInteger,
    CursorResult,
    DateTime,
    Dialect,
    Engine,
    Enum,
    Integer,
    MetaData,
    Result,
    Row,
    Table,
    event,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.types import TypeDecorator, TypeEngine

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """All tables, with one naming convention so that a constraint can be traced to its words."""

    metadata = MetaData(naming_convention=NAMING)


def table_of(model: type[Base]) -> Table:
    """Return the table under a model, for the hot statements that go past the mapper."""
    return cast(Table, model.__table__)


_writing: ContextVar[bool] = ContextVar("writing", default=False)
_snapshot: ContextVar[bool] = ContextVar("snapshot", default=False)
_alone: ContextVar[bool] = ContextVar("alone", default=False)


class WriteOutsideTransaction(RuntimeError):
    """Something was written outside `transaction()`: PostgreSQL would keep it at once, SQLite would drop it."""

    def __init__(self) -> None:
        super().__init__("rows are written only inside `with transaction()`, whole or not at all")


class _Session(FlaskSession):
    """A session whose reading, outside a use case, opens no transaction on PostgreSQL.

    Each statement sees what is committed by then either way. But psycopg forgets every prepared statement at a
    rollback, and each request ended with one: measured, PostgreSQL then spent 7 ms on planning one page, every time.
    """

    def get_bind(self, *given: Any, **named: Any) -> Engine | Connection:
        """Return the engine for a transaction within a use case or a snapshot, else the one for reading.

        Asked for each statement before it is sent, so that a write outside a use case is refused here.
        """
        alone = _alone.get()
        if getattr(named.get("clause"), "is_dml", False) and not (_writing.get() or alone):
            raise WriteOutsideTransaction
        bind = super().get_bind(*given, **named)
        if not isinstance(bind, Engine) or bind.dialect.name == "sqlite":
            return bind
        return _for_reading(bind) if alone or not (_writing.get() or _snapshot.get()) else bind


@event.listens_for(_Session, "before_flush")
def _refuse_flush(_session: Session, _context: Any, _objects: Any) -> None:
    # Told only when there is something to write, so that it costs reading nothing.
    if not _writing.get():
        raise WriteOutsideTransaction


@lru_cache(maxsize=8)
def _for_reading(engine: Engine) -> Engine:
    return engine.execution_options(isolation_level="AUTOCOMMIT")


db = SQLAlchemy(metadata=Base.metadata, session_options={"expire_on_commit": False, "class_": _Session})

BigId = BigInteger().with_variant(Integer, "sqlite")
Json: TypeEngine[Any] = JSON().with_variant(JSONB(), "postgresql")


def one_of(values: type[StrEnum], name: str) -> Enum:
    """Return a text column type that holds just the values of an enumeration, checked by the database."""
    return Enum(
        values,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=40,
        values_callable=lambda members: [member.value for member in members],
    )


class UtcDateTime(TypeDecorator[datetime]):
    """An instant; naive values are refused, because a naive time has cost every peer a wrong due date."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the instant in UTC, raising ValueError for a naive one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the stored instant with UTC attached."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class NestedTransaction(RuntimeError):
    """A use case called another use case: their effects would no longer stand or fall together."""


@contextmanager
def transaction() -> Iterator[Session]:
    """Yield the session of one use case and commit it whole, or roll it back whole; refuses to nest."""
    session = _untouched_session()
    # What was read before belongs to an older snapshot: end it, so that SQLite can begin as a writer.
    session.commit()
    token = _writing.set(True)
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        _writing.reset(token)


def alone(statement: UpdateBase, values: Mapping[str, Any]) -> Sequence[Row[Any]]:
    """Send one statement that is a whole use case, and return the rows it gives back.

    PostgreSQL keeps or drops a single statement whole by itself: opening and ending a transaction around it was three
    of four round trips.
    """
    session = _untouched_session()
    source = source_of(session)
    if not isinstance(source, Engine) or source.dialect.name == "sqlite":
        with transaction():
            return _rows(session.execute(statement, values))
    token = _alone.set(True)
    try:
        return _rows(session.execute(statement, values))
    finally:
        _alone.reset(token)


def _rows(result: Result[Any]) -> Sequence[Row[Any]]:
    return result.all() if cast("CursorResult[Any]", result).returns_rows else ()


def _untouched_session() -> Session:
    if _writing.get():
        raise NestedTransaction("a use case is one transaction")
    session: Session = db.session()
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("changes were made outside a transaction")
    return session


@contextmanager
def snapshot() -> Iterator[Session]:
    """Yield the session in one transaction that only reads: a cursor held open over many rows needs it."""
    session: Session = db.session()
    session.rollback()
    token = _snapshot.set(True)
    try:
        yield session
    finally:
        session.rollback()
        _snapshot.reset(token)


@contextmanager
def read_only() -> Iterator[Session]:
    """Yield the session in a snapshot in which the database itself refuses every write."""
    with snapshot() as session:
        connection = session.connection()
        light = is_sqlite(session)
        connection.exec_driver_sql("PRAGMA query_only = ON" if light else "SET TRANSACTION READ ONLY")
        try:
            yield session
        finally:
            if light:
                # Of the connection and not of the transaction, and the connection goes back to the pool.
                connection.exec_driver_sql("PRAGMA query_only = OFF")


def source_of(session: Session) -> Engine | Connection:
    """Return where the rows of a session come from, the same for reading and writing: what is kept is kept under it."""
    return FlaskSession.get_bind(cast(FlaskSession, session))


def is_sqlite(session: Session) -> bool:
    """Return whether the session talks to SQLite."""
    return session.get_bind().dialect.name == "sqlite"


def prepare_engine(engine: Engine) -> None:
    """Make SQLite durable and fair: WAL, foreign keys, and writers that begin IMMEDIATE.

    Measured: with the driver's own default, 327 of 400 concurrent increments were lost without an error.
    On PostgreSQL a connection whose server has gone is replaced before it is used.
    """
    if engine.dialect.name != "sqlite":
        event.listen(engine, "do_connect", _connect_light)
        event.listen(engine, "checkout", _refuse_dead)
        return

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "busy_timeout=8000", "foreign_keys=ON", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN DEFERRED")


def _connect_light(_dialect: Any, _record: Any, _given: Any, named: dict[str, Any]) -> None:
    named["cursor_factory"] = _Cursor


class _Cursor(psycopg.Cursor[Any]):
    """A cursor that tells SQLAlchemy the two things it asks of each column.

    psycopg's own makes an object for each column of each statement, which took a twelfth of a page's time.
    """

    @property
    def description(self) -> Any:
        """Return name and type of each column, or None where there are no rows to come."""
        result = self.pgresult
        if result is None or not result.nfields:
            return super().description
        return [
            ((result.fname(at) or b"").decode(), result.ftype(at), None, None, None, None, None)
            for at in range(result.nfields)
        ]


def _refuse_dead(connection: Any, _record: Any, _proxy: Any) -> None:
    # Nothing is on its way to a connection at rest but the server's farewell, and asking the server costs each request
    # a round trip. The pool takes this exception as a reason to connect anew.
    waiting = select.poll()
    waiting.register(connection.fileno(), select.POLLIN)
    if waiting.poll(0):
        raise DisconnectionError
