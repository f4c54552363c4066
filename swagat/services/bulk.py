"""Many rows of one table with one statement: what a batch of grievances writes costs few round trips."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple, cast

from sqlalchemy import (
    Boolean,
    ColumnElement,
    CursorResult,
    Dialect,
    Executable,
    Table,
    Text,
    TextClause,
    TypeDecorator,
    bindparam,
    delete,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from swagat.database import is_sqlite

Row = Mapping[str, Any]


class Ids(TypeDecorator[Sequence[int]]):
    """Any number of ids as one value, so that a statement is the same for all: an IN with 200 values costs more."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Sequence[int] | None, dialect: Dialect) -> str:
        """Return the ids as the database takes them apart again."""
        ids = ",".join(map(str, value or ()))
        return f"[{ids}]" if dialect.name == "sqlite" else f"{{{ids}}}"


class among(FunctionElement[bool]):
    """The condition that a column is one of the `ids` that the statement is given."""

    type = Boolean()
    inherit_cache = True
    # It is a comparison already: SQLite would be asked whether it is 1, and would read the whole table for that.
    _is_implicitly_boolean = True

    def __init__(self, column: ColumnElement[int]) -> None:
        super().__init__(column, bindparam("ids", type_=Ids()))


@compiles(among)
def _among(element: among, compiler: Any, **more: Any) -> str:
    column, ids = (compiler.process(one, **more) for one in element.clauses)
    if compiler.dialect.name == "sqlite":
        return f"{column} IN (SELECT value FROM json_each({ids}))"
    return f"{column} = ANY (CAST({ids} AS bigint[]))"


def insert_rows(
    session: Session,
    table: Table,
    rows: Sequence[Row],
    unique: tuple[str, ...] = (),
    computed: Mapping[str, str] | None = None,
) -> int:
    """Insert rows that have the same columns and return how many are new; what breaks `unique` is passed over.

    `computed` gives columns as SQL of a row `r` where PostgreSQL is given many rows at once.
    """
    if not rows:
        return 0
    if len(rows) == 1 or is_sqlite(session):
        return _count(session, _insert_each(table, unique, is_sqlite(session)), list(rows))
    found = tuple((computed or {}).items())
    return _count(session, _insert_all(table, tuple(rows[0]), unique, found), {"rows": _as_json(rows)})


class Rows(NamedTuple):
    """Rows of one table with the same columns; what breaks `unique` is passed over."""

    table: Table
    rows: Sequence[Row]
    unique: tuple[str, ...] = ()


def insert_together(session: Session, parts: Iterable[Rows], last: UpdateBase, values: Mapping[str, Any]) -> None:
    """Insert rows of several tables and do what `last` says with its values: on PostgreSQL all in one statement.

    The rows may refer to each other, so their ids are taken before.
    """
    given = [part for part in parts if part.rows]
    if is_sqlite(session):
        for part in given:
            insert_rows(session, part.table, part.rows, part.unique)
        session.execute(last, values)
        return
    shapes = tuple((part.table, tuple(part.rows[0]), part.unique) for part in given)
    rows = {f"rows{at}": _as_json(part.rows) for at, part in enumerate(given)}
    session.execute(_insert_together(shapes, last), {**values, **rows})


def next_ids(session: Session, *tables: Table) -> list[int]:
    """Return an id for a new row of each of these tables, inside the transaction that inserts them."""
    return list(session.execute(_next_ids(tables, is_sqlite(session))).one())


def ids_for(session: Session, table: Table, count: int) -> list[int]:
    """Return so many ids for new rows of a table, inside the transaction that inserts them."""
    if is_sqlite(session):
        first = int(session.scalar(select(func.coalesce(func.max(table.c.id), 0) + 1)) or 1)
        return list(range(first, first + count))
    each = func.generate_series(1, count).table_valued("n").alias("each")
    return list(session.scalars(select(func.nextval(func.pg_get_serial_sequence(table.name, "id"))).select_from(each)))


def update_versions(session: Session, table: Table, rows: Sequence[Row]) -> int:
    """Write rows that hold their `id` and next `version` over the version before, and return how many still had it."""
    alike: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        alike.setdefault(tuple(row), []).append(row)
    done = 0
    for columns, some in alike.items():
        if len(some) == 1 or is_sqlite(session):
            done += _count(session, _update_each(table), [_keyed(row) for row in some])
        else:
            done += _count(session, _update_all(table, columns), {"rows": _as_json(some)})
    return done


def find_rows(session: Session, table: Table, keys: Sequence[Row]) -> Sequence[Any]:
    """Return the rows that have one of these keys, each key being the same columns with their values."""
    if not keys:
        return []
    return session.execute(_find_all(table, tuple(keys[0]), is_sqlite(session)), {"keys": _as_json(keys)}).all()


def delete_rows(session: Session, table: Table, keys: Sequence[Row]) -> int:
    """Delete the rows that have one of these keys and return how many there were."""
    if not keys:
        return 0
    return _count(session, _delete_all(table, tuple(keys[0]), is_sqlite(session)), {"keys": _as_json(keys)})


def write_over(session: Session, table: Table, rows: Sequence[Row], unique: tuple[str, ...]) -> None:
    """Write rows that have the same columns over those with the same `unique` columns, or insert what is new."""
    if rows and is_sqlite(session):
        session.execute(_write_over_each(table, tuple(rows[0]), unique), list(rows))
    elif rows:
        session.execute(_write_over_all(table, tuple(rows[0]), unique), {"rows": _as_json(rows)})


def _keyed(row: Row) -> dict[str, Any]:
    changes = dict(row)
    return changes | {"row_id": changes.pop("id"), "row_version": changes["version"] - 1}


def _count(session: Session, statement: Executable, parameters: Any) -> int:
    return cast("CursorResult[Any]", session.execute(statement, parameters)).rowcount


# Each made once, because putting a statement together costs more than running it.


@lru_cache(maxsize=64)
def _insert_each(table: Table, unique: tuple[str, ...], on_sqlite: bool) -> Executable:
    if not unique:
        statement: Any = insert(table)
    else:
        dialect = sqlite if on_sqlite else postgresql
        statement = dialect.insert(table).on_conflict_do_nothing(index_elements=unique)
    # Inline: nothing asks back for the ids, so that several rows are one executemany whose rows are counted.
    return cast(Executable, statement.inline().execution_options(preserve_rowcount=True))


@lru_cache(maxsize=64)
def _insert_all(
    table: Table, columns: tuple[str, ...], unique: tuple[str, ...], computed: tuple[tuple[str, str], ...]
) -> Executable:
    return text(_insert_sql(table, columns, unique, computed))


@lru_cache(maxsize=64)
def _insert_together(
    shapes: tuple[tuple[Table, tuple[str, ...], tuple[str, ...]], ...], last: UpdateBase
) -> Executable:
    inserts = [_insert_sql(*shape, (), f"rows{at}") for at, shape in enumerate(shapes)]
    return last.add_cte(*(text(sql).columns().cte(f"inserted{at}") for at, sql in enumerate(inserts)))


@lru_cache(maxsize=64)
def _next_ids(tables: tuple[Table, ...], on_sqlite: bool) -> Executable:
    if on_sqlite:
        return select(*(select(func.coalesce(func.max(table.c.id), 0) + 1).scalar_subquery() for table in tables))
    return select(*(func.nextval(func.pg_get_serial_sequence(table.name, "id")) for table in tables))


def _insert_sql(
    table: Table,
    columns: tuple[str, ...],
    unique: tuple[str, ...],
    computed: tuple[tuple[str, str], ...],
    rows: str = "rows",
) -> str:
    # What a mapped column gives by itself when one row is inserted, this has to give too.
    usual = {
        column.name: json.dumps(column.default.arg).replace('"', "'")
        for column in table.c
        if column.name not in columns and isinstance(column.default, ScalarElementColumnDefault)
    }
    names = _quoted((*columns, *usual))
    found = dict(computed)
    values = ", ".join([*(found.get(name, f'r."{name}"') for name in columns), *usual.values()])
    passed_over = f" ON CONFLICT ({_quoted(unique)}) DO NOTHING" if unique else ""
    return f"INSERT INTO {table.name} ({names}) SELECT {values} FROM {_given(table, rows)} r{passed_over}"


@lru_cache(maxsize=64)
def _update_each(table: Table) -> Executable:
    statement = update(table).where(table.c.id == bindparam("row_id"), table.c.version == bindparam("row_version"))
    return statement.execution_options(synchronize_session=False, preserve_rowcount=True)


@lru_cache(maxsize=64)
def _update_all(table: Table, columns: tuple[str, ...]) -> Executable:
    changes = ", ".join(f'"{name}" = r."{name}"' for name in columns if name != "id")
    return text(
        f"UPDATE {table.name} t SET {changes} FROM {_given(table)} r WHERE t.id = r.id AND t.version = r.version - 1"
    )


@lru_cache(maxsize=64)
def _find_all(table: Table, names: tuple[str, ...], on_sqlite: bool) -> Executable:
    return select(table).where(_has_one_of(table, names, on_sqlite))


@lru_cache(maxsize=64)
def _delete_all(table: Table, names: tuple[str, ...], on_sqlite: bool) -> Executable:
    return delete(table).where(_has_one_of(table, names, on_sqlite)).execution_options(synchronize_session=False)


def _has_one_of(table: Table, names: tuple[str, ...], on_sqlite: bool) -> TextClause:
    if not on_sqlite:
        own, keys = (", ".join(f'{one}."{name}"' for name in names) for one in (table.name, "k"))
        return text(f"({own}) IN (SELECT {keys} FROM {_given(table, 'keys')} k)")
    # Joined by hand: for a comparison of several columns at once SQLite uses an index by its first column only.
    alike = " AND ".join(f"t.\"{name}\" = json_extract(k.value, '$.{name}')" for name in names)
    return text(f"{table.name}.rowid IN (SELECT t.rowid FROM json_each(:keys) k CROSS JOIN {table.name} t ON {alike})")


@lru_cache(maxsize=64)
def _write_over_each(table: Table, columns: tuple[str, ...], unique: tuple[str, ...]) -> Executable:
    statement = sqlite.insert(table)
    changes = {name: statement.excluded[name] for name in columns if name not in unique}
    return cast(Executable, statement.on_conflict_do_update(index_elements=unique, set_=changes).inline())


@lru_cache(maxsize=64)
def _write_over_all(table: Table, columns: tuple[str, ...], unique: tuple[str, ...]) -> Executable:
    changes = ", ".join(f'"{name}" = excluded."{name}"' for name in columns if name not in unique)
    inserted = _insert_sql(table, columns, (), ())
    return text(f"{inserted} ON CONFLICT ({_quoted(unique)}) DO UPDATE SET {changes}")


def _given(table: Table, rows: str = "rows") -> str:
    return f"json_populate_recordset(CAST(NULL AS {table.name}), CAST(:{rows} AS json))"


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _as_json(rows: Sequence[Row]) -> str:
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"), default=_plain)


# Kept for a while: the rows of a batch share most of their instants.
@lru_cache(maxsize=1024)
def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    raise TypeError(f"{type(value).__name__} has no place in a column")
